"""A finished PDF, read once for all checks."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from worksheetgen.errors import OutputError
from worksheetgen.typeset.language import ENGLISH, Vocabulary, languages, vocabulary
from worksheetgen.typeset.pdf import Document
from worksheetgen.verify.pages.file import LARGEST, StrangeError, contents, opened
from worksheetgen.verify.pages.outside import differences
from worksheetgen.verify.pages.page import Page
from worksheetgen.verify.pages.reading import read_pages, reader
from worksheetgen.verify.pages.sheet import ReadSheet, read_sheet

TITLE = re.compile(r".{1,80}, (question|solution) [0-9A-Z]+")
"""The title of a sheet's file, if no more is known of it."""
FONT = re.compile(rb"/(F\d+) [\d.]+ Tf")
"""Where a page says a font."""


@dataclass(frozen=True)
class Paper:
    """A finished PDF: its bytes, its pages, and what they say."""

    name: str
    pdf: bytes
    title: str | None = None
    """The title that its file must have, if it is known."""
    language: str = ENGLISH
    outside: bool = False
    """Whether PDFium is asked, too."""
    version: str = ""
    """What it says instead of a variant's own code, if it is a version's solution."""
    code: str = ""
    """That code."""

    @cached_property
    def _read(self) -> tuple[Document | None, list[Page], str]:
        try:
            document = opened(self.pdf)
            return document, read_pages(document), ""
        except StrangeError as error:
            return None, [], str(error)

    @property
    def pages(self) -> list[Page]:
        """None if the file is none of ours."""
        return self._read[1]

    @property
    def broken(self) -> str:
        """Why it cannot be read, if that is so."""
        return self._read[2]

    @cached_property
    def strange(self) -> list[str]:
        """What the file says or holds that no sheet of ours does."""
        document = self._read[0]
        if document is None:
            return [self.broken]
        found = []
        if self.title not in (document.title, None) or not TITLE.fullmatch(document.title):
            found.append(f"the title {document.title[:100]!r}")
        if document.language != self.language:
            found.append(f"the language {document.language}")
        if self.outside:
            found += differences(self.pdf, read_pages(document, reader(outside=True)))
        return found

    @cached_property
    def logo(self) -> str:
        """What tells its pictures from others; empty if there is none."""
        return " ".join(logo for page in self.pages for logo in page.logos)

    @property
    def font(self) -> str:
        """The name of the font of its texts, with which its head begins."""
        document = self._read[0]
        first = document.pages[0] if document else None
        named = FONT.search(contents(first)) if first else None
        return first.fonts[named[1].decode()].name if first and named else ""

    @cached_property
    def sheet(self) -> ReadSheet:
        return read_sheet(self.pages, self.vocabulary, self.version, self.code)

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
        OutputError: it cannot be read, or is no sheet of ours.
    """
    try:
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: not a file")
        if path.stat().st_size > LARGEST:
            raise OutputError(f"{path}: more than {LARGEST:,} bytes; no sheet is so large")
        pdf = path.read_bytes()
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from None
    if not pdf.startswith(b"%PDF-"):
        raise OutputError(f"{path}: not a PDF that can be read")
    try:
        said = opened(pdf).language
    except StrangeError:
        said = ENGLISH
    return Paper(path.name, pdf, language=said if said in languages() else ENGLISH, outside=True)
