"""Questions of the examiner's own beside drawn ones: ``problem = "text"`` in a part."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from worksheetgen.exam.choices import ChoicesSpec
from worksheetgen.exam.fields import Points
from worksheetgen.exam.prose import Prose
from worksheetgen.problems.settings import Settings
from worksheetgen.variants.own import Orders, OwnItem, OwnPart, OwnRow, letter
from worksheetgen.variants.sampling import Place
from worksheetgen.variants.sheet import item_label, part_label

MILLIMETRES_OF_A_LINE = 4.8
LINES_PER_POINT, FEWEST_LINES, PAGE = 4, 3, 60
LINES_OF_A_CHOICE = 2


class RowSpec(Settings):
    """A row of the marking key: what somebody may answer, and what it earns."""

    answer: Prose
    points: Points


class QuestionSpec(ChoicesSpec):
    """A question in the examiner's own words."""

    text: Prose
    """Markdown, with formulas between dollar signs."""
    answer: Prose | None = None
    """What the solution says; of a choice why it is right."""
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
        if self.answer is None and self.choices is None:
            raise ValueError('no answer for the solution; say answer = "...", or choices')
        return self

    @property
    def height(self) -> int:
        """That of its answer space, in lines of text."""
        if self.space == "page":
            return PAGE
        if self.space is not None:
            return max(1, round(self.space / MILLIMETRES_OF_A_LINE))
        by_points = max(FEWEST_LINES, round(LINES_PER_POINT * self.points))
        return self.lines or (LINES_OF_A_CHOICE if self.choices else by_points)


class OwnPartSpec(Settings):
    """A part of questions in the examiner's own words."""

    problem: Literal["text"]
    text: Prose | None = None
    """What stands above its questions."""
    question: Annotated[tuple[QuestionSpec, ...], Field(min_length=1, max_length=20)]

    def part(self, index: int, orders: Orders) -> OwnPart:
        """The part of a sheet, at its position in its task, with the choices in some orders."""
        items = tuple(_item(item_label(i), asked) for i, asked in enumerate(self.question))
        return OwnPart(part_label(index), self.text or "", items).shuffled(orders)

    def drawn(self, place: Place) -> Orders:
        """How the choices of each question stand, drawn for each from a stream of its own."""
        return {
            item_label(i): asked.drawn_order(place.stream(i))
            for i, asked in enumerate(self.question)
            if asked.choices
        }


def _item(label: str, asked: QuestionSpec) -> OwnItem:
    rows = [OwnRow(f"{label}.", asked.answer or "", Fraction(asked.points))]
    rows += [
        OwnRow(f"{label}.{letter(n)}", row.answer, Fraction(row.points))
        for n, row in enumerate(asked.key)
    ]
    return OwnItem(
        label,
        asked.text,
        Fraction(asked.points),
        asked.bonus,
        asked.height,
        tuple(rows),
        asked.choices or (),
        tuple(number - 1 for number in asked.right or ()),
    )
