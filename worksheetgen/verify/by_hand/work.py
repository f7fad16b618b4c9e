"""The work of an item by hand, in plain Python: sums, entries, figures, and mistakes in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.rationals import flattened, said

Given = dict[str, Any]
Products = Sequence[tuple[Any, ...]]
"""Of a sum: the factors of each product; a single number stands for itself."""
Named = Mapping[str, Any]


def as_they_are(totals: list[Any]) -> Any:
    """An answer that is a row of its sums."""
    return totals


@dataclass(frozen=True)
class Sums:
    """Sums of products, one for each entry of the answer."""

    sums: Sequence[Products]
    plus: Sequence[int] = ()
    """A number that is added to each sum."""
    over: int = 1
    """What each sum is divided by."""
    arranged: Callable[[list[Any]], Any] = as_they_are
    """From the sums in order to the answer."""
    read: Sequence[int] = ()
    """Entries that are looked through on the way."""
    shows: Named = field(default_factory=dict)
    """What the solution repeats or notes on the way, by its marks."""
    told: bool = True
    """Whether the solution works the sums out."""
    shown: "Sums | None" = None
    """What it works out in their place."""

    @property
    def answer(self) -> Any:
        return self.slipped(mul)

    @property
    def products(self) -> list[list[Any]]:
        """What is summed, a row for each sum."""
        found: list[list[Any]] = said([list(map(prod, products)) for products in self.sums])
        return found

    @property
    def totals(self) -> list[int]:
        """What the sums that the solution works out come to; it leaves empty ones out."""
        if self.shown:
            return self.shown.totals
        written = zip(self.sums, self._totals(mul), strict=True)
        return [total for products, total in written if products] if self.told else []

    @property
    def effort(self) -> float:
        pairs = [[p if len(p) > 1 else (*p, 1) for p in products] for products in self.sums]
        return effort.of_sums(pairs) + effort.of_copying([*self.plus, *self.read])

    def slipped(self, slip: Callable[[Any, Any], Any]) -> Any:
        """The answer of somebody who slips in each product."""
        totals = self._totals(slip)
        if self.over != 1:
            totals = [Fraction(total, self.over) for total in totals]
        return said(self.arranged(totals))

    def _totals(self, slip: Callable[[Any, Any], Any]) -> list[Any]:
        sums = [
            sum(slip(*factors) if len(factors) > 1 else factors[0] for factors in products)
            for products in self.sums
        ]
        return [a + b for a, b in zip(sums, self.plus, strict=True)] if self.plus else sums


@dataclass(frozen=True)
class Entries:
    """A matrix, a row or a word whose entries are copied, chosen or counted."""

    answer: Any
    read: Sequence[int] = ()
    """The answer's own, if nothing is named."""
    shows: Named = field(default_factory=dict)
    totals = ()

    @property
    def effort(self) -> float:
        return effort.of_copying(self.read or flattened(self.answer))


@dataclass(frozen=True)
class Figure:
    """A few numbers from formulas, with the sums that these take."""

    answer: Any
    sums: Sequence[Sums] = ()
    read: Sequence[int] = ()
    shows: Named = field(default_factory=dict)

    @property
    def totals(self) -> list[int]:
        return [total for each in self.sums for total in each.totals]

    @property
    def effort(self) -> float:
        return sum((each.effort for each in self.sums), effort.of_copying(self.read))


@dataclass(frozen=True)
class Choices:
    """The letter at which the right one of some values stands."""

    values: Sequence[Any]
    """The right one first, then those of known errors; None: there is none."""
    offered: Mapping[str, Any]
    """What stands at each letter."""
    sums: Sequence[Sums] = ()
    read: Sequence[int] = ()
    shows: Named = field(default_factory=dict)
    totals = ()

    @property
    def answer(self) -> str:
        letter = self.letter_of(0)
        if letter is None or list(self.offered.values()).count(self.offered[letter]) > 1:
            raise ValueError(f"{self.values[0]} is not offered once")
        return letter

    @property
    def effort(self) -> float:
        return sum((each.effort for each in self.sums), effort.of_copying(self.read))

    def letter_of(self, *numbers: int) -> str | None:
        """The first letter at which one of these values stands, and not the right one.

        Of several, one does not count that is the same as an earlier value.
        """
        values = [said(value) for value in self.values]
        wanted = [values[n] for n in numbers if len(numbers) == 1 or values[n] not in values[:n]]
        right = [] if 0 in numbers else [said(self.values[0])]
        there = [
            letter
            for letter, value in self.offered.items()
            if value in wanted and value not in right
        ]
        return there[0] if there else None


Work = Sums | Entries | Figure | Choices


def products(rows: Any, columns: Any) -> list[Products]:
    """The products of sums, by their first and their second factors."""
    return [list(zip(a, b, strict=True)) for a, b in zip(rows, columns, strict=True)]


def sums(rows: Any, columns: Any, **more: Any) -> Sums:
    """Sums of products, by their first and their second factors."""
    return Sums(products(rows, columns), **more)


def formula(*terms: tuple[Any, Any]) -> Sums:
    """One sum of products of numbers, which the solution does not spell out."""
    return Sums([terms], told=False)


def in_rows(columns: int) -> Callable[[list[Any]], list[list[Any]]]:
    """Entries in order, as a matrix of so many columns."""
    return lambda entries: [
        entries[start : start + columns] for start in range(0, len(entries), columns)
    ]


def one(totals: list[Any]) -> Any:
    """An answer that is a single sum."""
    (total,) = totals
    return total


def along(shape: Sequence[int]) -> Callable[[list[Any]], Any]:
    """Entries in order, as nested lists of a shape."""
    if len(shape) == 1:
        return as_they_are
    size, inner = prod(shape[1:]), along(shape[1:])
    return lambda entries: [
        inner(entries[start : start + size]) for start in range(0, len(entries), size)
    ]
