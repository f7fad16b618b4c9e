"""A finished PDF, read once for all checks."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from worksheetgen.errors import OutputError
from worksheetgen.typeset.language import ENGLISH, Vocabulary, vocabulary
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.page import Page, read_pages
from worksheetgen.verify.pages.sheet import ReadSheet, read_sheet
from worksheetgen.verify.pages.structure import UNREADABLE, language_of, logo_digest, strange


@dataclass(frozen=True)
class Paper:
    """A finished PDF: its bytes, its pages, and what they say."""

    name: str
    pdf: bytes
    title: str | None = None
    """The title that its file must have, if it is known."""
    language: str = ENGLISH

    @cached_property
    def pages(self) -> list[Page]:
        return read_pages(self.pdf)

    @cached_property
    def strange(self) -> list[str]:
        """What the file holds that no sheet of ours does."""
        try:
            return strange(self.pdf, self.title, self.language, logo=bool(self._pictures))
        except (AttributeError, KeyError, TypeError, ValueError, *UNREADABLE) as error:
            return [f"broken: {type(error).__name__}: {error}"]

    @cached_property
    def logo(self) -> str:
        """The digest of the cover's picture; empty if there is none."""
        return logo_digest(self.pdf) if self._pictures and not self.strange else ""

    @property
    def _pictures(self) -> list[Box]:
        return self.pages[0].pictures if self.pages else []

    @cached_property
    def sheet(self) -> ReadSheet:
        return read_sheet(self.pages, self.vocabulary)

    @property
    def prose(self) -> str:
        """The words of all pages around the quantities."""
        return " ".join(page.prose for page in self.pages)

    @property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.language)


def read_paper(path: Path) -> Paper:
    """The PDF of a file.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        pdf = path.read_bytes()
        return Paper(path.name, pdf, language=language_of(pdf))
    except UNREADABLE as error:
        raise OutputError(f"{path}: not a PDF that can be read: {error}") from None
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from None
