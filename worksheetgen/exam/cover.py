"""The cover page of an exam: what a spec says of it, and what is printed there.

Lengths of texts are bounded so that a cover fits on its page; TeX says where one does not.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from worksheetgen.exam.fields import PicturePath, Text
from worksheetgen.problems.settings import Settings
from worksheetgen.typeset.characters import printable_lines, widest, widest_word
from worksheetgen.typeset.cover import Cover
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.markdown import data_to_latex, data_to_text

QUADS_OF_COURSE, QUADS_OF_FACT, QUADS_OF_LIST = 22, 30, 26
"""How wide a word can be at most: in large bold type, beside a label, and in lists within lists."""


def _date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return dt.date.fromisoformat(value)
    return _of_kind(value, dt.date, "a date such as 2026-07-14")


def _minutes(value: object) -> object:
    return _of_kind(value, int, "a number of minutes")


def _of_kind(value: object, kind: type, called: str) -> object:
    """A value of exactly this kind, or a text."""
    if value is not None and type(value) not in (kind, str):
        raise ValueError(f"expected {called}, or any text")
    return value


def _or_text(kind: Any, convert: Callable[[object], object]) -> Any:
    """A field for values of a kind or for texts; what is wrong is said of the one that it is."""
    text = Annotated[Fact, Tag("[text]")]
    union = Annotated[kind, Tag("[value]")] | text
    told = Discriminator(lambda value: "[text]" if isinstance(value, str) else "[value]")
    return Annotated[Annotated[union, told] | None, BeforeValidator(convert)]


def _instructions(markdown: str) -> str:
    text = printable_lines(markdown)
    data_to_latex(text)
    fitting(data_to_text(text), QUADS_OF_LIST)
    return text


def fitting(text: str, quads: float) -> str:
    """A text whose words fit into lines so wide.

    Raises:
        ValueError: one does not.
    """
    word = widest_word(text)
    if widest(word) > quads:
        raise ValueError(f"{word!r} is too long for a line; divide it by a space or a hyphen")
    return text


def _fact(text: str) -> str:
    return fitting(text, QUADS_OF_FACT)


def fitting_course(text: str) -> str:
    """The course's name, or the exam's title in its place.

    Raises:
        ValueError: a word of it is longer than a line.
    """
    return fitting(text, QUADS_OF_COURSE)


Fact = Annotated[Text, AfterValidator(_fact)]


if TYPE_CHECKING:
    OnDate = dt.date | str | None
    Lasting = int | str | None
else:
    OnDate = _or_text(dt.date, _date)
    Lasting = _or_text(Annotated[int, Field(ge=1, le=1440)], _minutes)


class CoverSpec(Settings):
    """The cover page: each key that is left out leaves its line out."""

    institution: Fact | None = None
    course: Annotated[Text, AfterValidator(fitting_course)] | None = None
    examiner: Fact | None = None
    date: OnDate = None
    """A date such as 2026-07-14, or any text."""
    duration: Lasting = None
    """Minutes, or any text."""
    aids: Annotated[tuple[Fact, ...], Field(max_length=8)] | None = None
    """What may be used; an empty list: nothing."""
    instructions: (
        Annotated[str, Field(strict=True, max_length=3000), AfterValidator(_instructions)] | None
    ) = None
    """Markdown: paragraphs, lists, emphasis."""
    signature: Annotated[bool, Field(strict=True)] = True
    """Whether there is a line to sign on."""
    logo: PicturePath | None = None
    """A PNG, or a PDF of one page, from the spec's own folder on."""

    def printed(self, title: str, language: str) -> Cover:
        """The page of an exam with a title, in a language."""
        return Cover(
            course=self.course or title,
            institution=self.institution or "",
            facts=tuple(self._facts(language).items()),
            instructions=self.instructions or "",
            signature=self.signature,
            logo="logo" if self.logo else "",
        )

    def texts(self, title: str, language: str) -> dict[str, str]:
        """All that a cover says in words of the instructor's, by the names of its marks.

        Args:
            title: the exam's.
            language: its code.
        """
        found = {"course": self.course or title, **self._facts(language)}
        if self.institution:
            found["institution"] = self.institution
        if self.instructions:
            found["instructions"] = data_to_text(self.instructions)
        return found

    def _facts(self, language: str) -> dict[str, str]:
        """What stands beside the labels of the cover, by label."""
        words = vocabulary(language)
        found: dict[str, str | None] = {
            "examiner": self.examiner,
            "date": words.date.format(self.date) if isinstance(self.date, dt.date) else self.date,
            "duration": words.minutes.format(self.duration)
            if isinstance(self.duration, int)
            else self.duration,
        }
        if self.aids is not None:
            found["aids"] = ", ".join(self.aids) or words.nothing
        return {label: text for label, text in found.items() if text}
