"""How the sheets of a roster are piled up for printing: by room or what else parts them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from worksheetgen.variants.manifest import PersonRecord, VariantRecord
from worksheetgen.variants.person import file_name

Imposed = Literal["booklet", "two-up"]
LONGEST_NAME = 80
"""Letters of a pile's name; file systems take 255 with all that is added."""
LIST = "-attendance"
"""How the name of a list of who is there ends."""
COLUMNS = ("file", "column", "value", "spare", "sheets", "first", "last")
"""What the table of piles says of each file."""


@dataclass(frozen=True)
class Printing:
    """How the question sheets are to be printed."""

    split: str | None = None
    """A column of the roster: those who have the same there make a pile."""
    batch: int | None = None
    """Sheets of a file at most; None: as many as there are."""
    copies: int | None = None
    """How many sheets there are in all, the variants one after another, over and over."""
    imposed: Imposed | None = None
    """How two pages stand on one of twice the size; None: each has its own."""

    @property
    def is_plain(self) -> bool:
        """Whether all sheets are in one file."""
        return not (self.split or self.batch)


@dataclass(frozen=True)
class Pile:
    """A file of sheets that are printed together."""

    stem: str
    """How the files of those with this value begin."""
    name: str
    column: str
    """What parts them from others; empty: their number alone."""
    value: str
    spare: bool
    """Whether they are nobody's yet."""
    number: int
    """Which of the files of those with this value it is, from 1."""
    of: int
    variants: Sequence[VariantRecord]

    def row(self) -> tuple[str, ...]:
        """What the table of piles says of it."""
        codes = [variant.code for variant in self.variants]
        spare = "yes" if self.spare else "no"
        return (
            f"{self.name}.pdf",
            self.column,
            self.value,
            spare,
            str(len(codes)),
            codes[0],
            codes[-1],
        )


def piles(printing: Printing, variants: Sequence[VariantRecord]) -> Iterator[Pile]:
    """The files to print, in order."""
    if printing.copies:
        variants = [variants[n % len(variants)] for n in range(printing.copies)]
    taken = set[str]()
    for (value, spare), own in _parted(printing.split, variants).items():
        name = _name(value, spare=spare) if printing.split else "sheets"
        while not taken.isdisjoint(both := {name.casefold(), f"{name}{LIST}".casefold()}):
            name += "~"
        taken |= both
        size = printing.batch or len(own)
        batches = [own[start : start + size] for start in range(0, len(own), size)]
        for number, batch in enumerate(batches, start=1):
            called = f"{name}-{number}" if printing.batch else name
            column = printing.split or ""
            yield Pile(name, called, column, value, spare, number, len(batches), batch)


def _parted(
    column: str | None, variants: Sequence[VariantRecord]
) -> dict[tuple[str, bool], list[VariantRecord]]:
    """The sheets of each value, and those that are nobody's yet, in order."""
    found: dict[tuple[str, bool], list[VariantRecord]] = {}
    for variant in variants:
        key = fact_of(variant.person, column) if column else ("", False)
        found.setdefault(key, []).append(variant)
    return found


def fact_of(person: PersonRecord | None, column: str) -> tuple[str, bool]:
    """What somebody has in a column, and whether that is nobody yet."""
    if person is None:
        return "", False
    return person.facts.get(column, ""), person.is_spare


def _name(value: str, *, spare: bool) -> str:
    if spare:
        return "spares"
    return _short(file_name(value)) if value else "none"


def _short(name: str) -> str:
    """A name with room for what is added to it, and without half a code at its end."""
    return re.sub(r"~[0-9A-F]?$", "", name[:LONGEST_NAME]).rstrip(".-") or "room"
