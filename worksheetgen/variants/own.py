"""Questions in the examiner's own words, as a sheet has them; they are the same in all variants."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from worksheetgen.engine.exact import exact
from worksheetgen.variants.manifest import (
    OWN,
    Given,
    ItemRecord,
    KeyRecord,
    PartRecord,
    VariantRecord,
)
from worksheetgen.variants.worth import Worth, with_void

LOGO, PICTURE = "cover.logo", re.compile(r"own\.\d+\.[a-z](\.[ivx]+)?\.picture")
"""The marks around pictures: that of the cover, and the examiner's own."""
QUESTION = "question"
"""What stands for the name of an item."""
SAID = "said"
"""What stands for an answer whose words are the spec's."""

Orders = Mapping[str, Sequence[int]]
"""By the label of an item, for each position the number of the choice, from 1, that is there."""


def own_picture(place: str) -> str:
    """The mark around a picture by where it stands."""
    return f"own.{place}.picture"


def letter(position: int) -> str:
    """The letter of a choice by its position from 0."""
    return chr(ord("A") + position)


@dataclass(frozen=True)
class OwnRow:
    """A row of the marking key, with what is answered in Markdown; the right answer comes first.

    Of a choice the right answer is its reason, or nothing.
    """

    label: str
    answer: str
    points: Fraction


@dataclass(frozen=True)
class OwnPicture:
    """A picture below a text."""

    ending: str
    """That of its file's name."""
    width: int | None
    """In millimetres; None: as wide as it is."""


@dataclass(frozen=True)
class OwnItem:
    """A question, in Markdown."""

    label: str
    text: str
    points: Fraction
    bonus: bool
    space: int
    """Height of the answer space in lines of text."""
    rows: tuple[OwnRow, ...]
    choices: tuple[str, ...] = ()
    """What is to be chosen from, in Markdown, from the letter A on; empty: nothing is."""
    right: tuple[int, ...] = ()
    """The positions of those that are right."""
    picture: OwnPicture | None = None
    void: bool = False
    """Whether it counts for nobody, since the exam was written."""

    @property
    def letters(self) -> list[str]:
        """Those of the right choices."""
        return [letter(position) for position in self.right]

    def shuffled(self, order: Sequence[int]) -> "OwnItem":
        """The same with its choices in another order.

        Args:
            order: for each position the number, from 1, that stands there.
        """
        choices = tuple(self.choices[number - 1] for number in order)
        right = tuple(n for n, number in enumerate(order) if number - 1 in self.right)
        return replace(self, choices=choices, right=right)

    def record(self) -> ItemRecord:
        letters: list[int | str] = [*self.letters]
        key = [KeyRecord(row.label, row.answer, SAID, exact(row.points)) for row in self.rows[1:]]
        return ItemRecord(
            self.label,
            QUESTION,
            exact(self.points),
            letters if self.choices else SAID,
            effort=0.0,
            key=key,
            alike=[],
            bonus=self.bonus,
            void=self.void,
        )


@dataclass(frozen=True)
class OwnPart(Worth):
    """What stands above some questions, and these."""

    label: str
    text: str
    items: tuple[OwnItem, ...]
    picture: OwnPicture | None = None
    orders: Orders = field(default_factory=dict)
    """How the choices of its items stand."""

    @property
    def asked(self) -> tuple[OwnItem, ...]:
        return self.items

    def shuffled(self, orders: Orders) -> "OwnPart":
        """The same with the choices of its items in other orders."""
        items = tuple(
            item.shuffled(orders[item.label]) if item.label in orders else item
            for item in self.items
        )
        return replace(self, items=items, orders=orders)

    def record(self) -> PartRecord:
        given: Given = {label: [*order] for label, order in self.orders.items()}
        return PartRecord(self.label, OWN, given, [item.record() for item in self.items], 1, {})


OwnParts = Mapping[tuple[int, str], OwnPart]
"""The parts in the examiner's own words, by task and label."""


def as_in(variant: VariantRecord, own: OwnParts) -> OwnParts:
    """The own parts of an exam as they are in a variant: the order of choices, and what is void."""
    orders = {
        (task.number, part.label): orders_of(part) for task in variant.tasks for part in task.parts
    }
    return {
        (task, label): with_void(part.shuffled(orders.get((task, label), {})), task, variant.void)
        for (task, label), part in own.items()
    }


def orders_of(part: PartRecord) -> Orders:
    """How the choices of a recorded own part stand."""
    given: Given = part.given
    return given
