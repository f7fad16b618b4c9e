"""Questions of the examiner's own beside drawn ones: ``problem = "text"`` in a part."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, field_serializer, model_validator

from worksheetgen.exam.choices import ChoicesSpec
from worksheetgen.exam.fields import PicturePath, Points
from worksheetgen.exam.prose import Prose
from worksheetgen.problems.settings import Settings
from worksheetgen.variants.own import Orders, OwnItem, OwnPart, OwnPicture, OwnRow, letter
from worksheetgen.variants.sampling import Place
from worksheetgen.variants.sheet import item_label, part_label

MILLIMETRES_OF_A_LINE = 4.8
LINES_PER_POINT, FEWEST_LINES, PAGE = 4, 3, 60
LINES_OF_A_CHOICE = 2


class PicturedSpec(Settings):
    """What may show a picture below its text."""

    picture: PicturePath | None = None
    """A PNG, or a PDF of one page, from the spec's own folder on."""
    picture_width: Annotated[int, Field(strict=True, ge=10, le=180)] | None = None
    """In millimetres; absent: as wide as it is. None is wider than its text or higher than a third
    of a page."""

    @model_validator(mode="after")
    def _width_is_of_a_picture(self) -> Self:
        if self.picture_width is not None and self.picture is None:
            raise ValueError('picture_width is of a picture; say picture = "..." or drop it')
        return self

    @field_serializer("picture")
    def _without_folders(self, picture: str | None) -> str | None:
        """What a manifest says tells no folder of a machine."""
        return picture and Path(picture).name

    @property
    def shown(self) -> OwnPicture | None:
        if self.picture is None:
            return None
        return OwnPicture(Path(self.picture).suffix.lower(), self.picture_width)


class RowSpec(Settings):
    """A row of the marking key: what somebody may answer, and what it earns."""

    answer: Prose
    points: Points


class QuestionSpec(PicturedSpec, ChoicesSpec):
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


class OwnPartSpec(PicturedSpec):
    """A part of questions in the examiner's own words."""

    problem: Literal["text"]
    text: Prose | None = None
    """What stands above its questions."""
    question: Annotated[tuple[QuestionSpec, ...], Field(min_length=1, max_length=20)]

    @property
    def count(self) -> int:
        """How many questions it asks."""
        return len(self.question)

    def part(self, index: int, orders: Orders) -> OwnPart:
        """The part of a sheet, at its position in its task, with the choices in some orders."""
        items = tuple(_item(item_label(i), asked) for i, asked in enumerate(self.question))
        return OwnPart(part_label(index), self.text or "", items, self.shown).shuffled(orders)

    def pictured(self) -> Iterator[tuple[str, PicturedSpec]]:
        """Itself and its questions, by their labels behind its own."""
        yield "", self
        yield from ((f".{item_label(i)}", asked) for i, asked in enumerate(self.question))

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
        asked.shown,
    )
