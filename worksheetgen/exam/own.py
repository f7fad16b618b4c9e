"""Questions of the examiner's own beside drawn ones: ``problem = "text"`` in a part."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from worksheetgen.exam.cover import QUADS_OF_LIST
from worksheetgen.exam.fields import Points
from worksheetgen.problems.settings import Settings
from worksheetgen.typeset.characters import printable_lines, widest, widest_word
from worksheetgen.typeset.markdown import prose_to_latex, prose_to_words
from worksheetgen.variants.own import OwnItem, OwnPart, OwnRow
from worksheetgen.variants.sheet import item_label, part_label

MILLIMETRES_OF_A_LINE = 4.8
LINES_PER_POINT, FEWEST_LINES, PAGE = 4, 3, 60


def _prose(markdown: str) -> str:
    text = printable_lines(markdown)
    prose_to_latex(text)
    for piece in prose_to_words(text):
        word = widest_word(piece)
        if widest(word) > QUADS_OF_LIST:
            raise ValueError(f"{word!r} is too long for a line; divide it by a space or a hyphen")
    return text


Prose = Annotated[str, Field(strict=True, max_length=3000), AfterValidator(_prose)]
"""Markdown with formulas between dollar signs."""


class RowSpec(Settings):
    """A row of the marking key: what somebody may answer, and what it earns."""

    answer: Prose
    points: Points


class QuestionSpec(Settings):
    """A question in the examiner's own words."""

    text: Prose
    """Markdown, with formulas between dollar signs."""
    answer: Prose
    """What the solution says."""
    points: Points
    bonus: Annotated[bool, Field(strict=True)] = False
    """Whether its points count beyond the total."""
    lines: Annotated[int, Field(strict=True, ge=1, le=PAGE)] | None = None
    """How many lines of text its answer space is high; absent: by its points."""
    space: Annotated[int, Field(strict=True, ge=5, le=250)] | Literal["page"] | None = None
    """The same in millimetres, or what is left of a page."""
    key: Annotated[tuple[RowSpec, ...], Field(max_length=25)] = ()
    """Rows of the marking key beside the right answer."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.lines is not None and self.space is not None:
            raise ValueError("lines and space say the same; drop one of them")
        for row in self.key:
            if row.points > self.points:
                raise ValueError(f"a row of key earns {row.points:g} of {self.points:g} points")
        return self

    @property
    def height(self) -> int:
        """That of its answer space, in lines of text."""
        if self.space == "page":
            return PAGE
        if self.space is not None:
            return max(1, round(self.space / MILLIMETRES_OF_A_LINE))
        return self.lines or max(FEWEST_LINES, round(LINES_PER_POINT * self.points))


class OwnPartSpec(Settings):
    """A part of questions in the examiner's own words."""

    problem: Literal["text"]
    text: Prose | None = None
    """What stands above its questions."""
    question: Annotated[tuple[QuestionSpec, ...], Field(min_length=1, max_length=20)]

    def part(self, index: int) -> OwnPart:
        """The part of a sheet, at its position in its task."""
        items = tuple(_item(item_label(i), asked) for i, asked in enumerate(self.question))
        return OwnPart(part_label(index), self.text or "", items)


def _item(label: str, asked: QuestionSpec) -> OwnItem:
    rows = [OwnRow(f"{label}.", asked.answer, Fraction(asked.points))]
    rows += [
        OwnRow(f"{label}.{chr(ord('A') + n)}", row.answer, Fraction(row.points))
        for n, row in enumerate(asked.key)
    ]
    return OwnItem(
        label, asked.text, Fraction(asked.points), asked.bonus, asked.height, tuple(rows)
    )
