"""What a variant is, before any format: Sheet → Task → Part → Item.

Each level but the sheet has a ``record``: what the manifest keeps of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.exact import exact
from worksheetgen.problems.base import Problem
from worksheetgen.problems.items import Answers
from worksheetgen.problems.items import Item as ItemType
from worksheetgen.variants.manifest import (
    RIGHT_ROW,
    VOID_ROW,
    ItemRecord,
    Kind,
    PartRecord,
    TaskRecord,
)
from worksheetgen.variants.marking import KeyRow, otherwise
from worksheetgen.variants.own import OwnPart
from worksheetgen.variants.person import Person, file_name
from worksheetgen.variants.sampling import Draw
from worksheetgen.variants.worth import Asked, Worth


@dataclass(frozen=True)
class Item:
    """One question of a part: what is asked, what it is worth, its answer, and its key."""

    label: str
    points: Fraction
    kind: ItemType
    answer: Array
    effort: float
    """The work by hand, in the unit of :mod:`worksheetgen.problems.effort`."""
    key: Sequence[KeyRow]
    """What may be written instead of the answer."""
    alike: Sequence[tuple[str, str]]
    """Mistakes that cannot be told from one another, or from the right answer."""
    bonus: bool = False
    """Whether its points count beyond the total."""
    void: bool = False
    """Whether they count for nobody, since the exam was written."""

    @property
    def full_key(self) -> tuple[KeyRow, ...]:
        """The key with the right answer on top; where it is void, no row earns points."""
        happened = VOID_ROW if self.void else RIGHT_ROW
        rows = (KeyRow(f"{self.label}.", happened, self.answer, "", self.points), *self.key)
        return tuple(replace(row, points=Fraction(0)) for row in rows) if self.void else rows

    @property
    def otherwise(self) -> tuple[str, Fraction | None]:
        """What else earns points beside its key's rows, and how many."""
        if self.void:
            return "", None
        return otherwise(self.kind, self.kind.record(self.answer), self.points)

    def record(self) -> ItemRecord:
        return ItemRecord(
            self.label,
            self.kind.name,
            exact(self.points),
            self.kind.record(self.answer),
            self.effort,
            [row.record(self.kind) for row in self.key],
            [*self.alike],
            self.bonus,
            self.void,
        )


@dataclass(frozen=True)
class Part(Worth):
    """The givens of a problem and the items that ask about them."""

    label: str
    draw: Draw
    items: tuple[Item, ...]

    @property
    def asked(self) -> tuple[Item, ...]:
        return self.items

    @property
    def answers(self) -> Answers:
        """Those of the asked items and of what they build on."""
        return self.draw.answers

    @property
    def problem(self) -> Problem:
        return self.draw.answers.problem

    def record(self) -> PartRecord:
        return PartRecord(
            self.label,
            self.problem.name,
            self.problem.record(),
            [item.record() for item in self.items],
            self.draw.candidates,
            dict(sorted(self.draw.rejected.items())),
        )


@dataclass(frozen=True)
class Task(Worth):
    """A numbered, titled group of parts."""

    number: int
    title: str
    parts: tuple[Part | OwnPart, ...]

    @property
    def drawn(self) -> tuple[Part, ...]:
        """Its parts that are not in the examiner's own words."""
        return tuple(part for part in self.parts if isinstance(part, Part))

    @property
    def asked(self) -> Sequence[Asked]:
        return [item for part in self.parts for item in part.asked]

    def record(self) -> TaskRecord:
        parts = [part.record() for part in self.parts]
        return TaskRecord(self.number, self.title, exact(self.points), parts, exact(self.bonus))


@dataclass(frozen=True)
class Sheet(Worth):
    """One variant of the exam."""

    variant: str
    title: str
    tasks: tuple[Task, ...]
    person: Person | None = None
    label: str = ""
    """What its pages say instead of the variant's number, if it is nobody's own."""
    scale: float = 1.0
    """How much larger the question sheet is printed."""

    @property
    def code(self) -> str:
        """What its pages say which variant they are."""
        return self.person.code if self.person else self.label or self.variant

    @property
    def name(self) -> str:
        """What its files are named by."""
        return file_name(self.person.id) if self.person else self.variant

    @property
    def is_personal(self) -> bool:
        """Whether it is somebody's, or the solution of a version that some have."""
        return self.person is not None or not self.variant.isdecimal()

    def of_kind(self, kind: Kind) -> "Sheet":
        """The question sheet, or the solution, which a version has once for all who have it.

        A solution is never larger than usual.
        """
        if kind == "question":
            return self
        if not (self.person and self.person.version):
            return replace(self, scale=1.0)
        version = self.person.version
        return replace(self, person=None, variant=version, label=version, scale=1.0)

    @property
    def asked(self) -> Sequence[Asked]:
        return [item for task in self.tasks for item in task.asked]


def variant_code(index: int) -> str:
    """The code of a variant by its position from 0.

    >>> variant_code(6)
    '007'
    """
    return f"{index + 1:03}"


def part_label(index: int) -> str:
    """The label of a part by its position from 0.

    >>> [part_label(index) for index in (0, 1, 25)]
    ['a', 'b', 'z']
    """
    return chr(ord("a") + index)


def item_label(index: int) -> str:
    """The label of an item by its position from 0: a small Roman numeral.

    >>> [item_label(index) for index in (0, 3, 8, 13)]
    ['i', 'iv', 'ix', 'xiv']
    """
    number, label = index + 1, ""
    for value, numeral in ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        count, number = divmod(number, value)
        label += numeral * count
    return label
