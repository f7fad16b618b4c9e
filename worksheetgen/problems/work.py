"""What is worked out by hand, said once: answer, steps, effort, room and slips in sums follow.

Arrays carry the batch axis of the givens, if these do.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.steps import Partial, Sum, Symbol

Slip = Callable[[Array, Array], Array]
"""What somebody writes in place of products of factors."""
Named = Mapping[str, Any]

ABSENT = -987_654_321
"""The entries of a mistake's answer for candidates that leave no room for the mistake."""
PRODUCTS_ON_A_LINE, VALUES_ON_A_LINE = 4, 11
ROW, FRACTIONS = 1.3, 1.7
"""Lines of text that a row of a matrix takes, of integers and of fractions."""


class Work(ABC):
    """How an item is answered by hand."""

    answer: Array
    read: Sequence[Array]
    """Matrices whose entries are looked through on the way. Shape (..., rows, columns)."""
    shows: Named
    """What the solution repeats or notes on the way, by its marks."""

    @property
    @abstractmethod
    def effort(self) -> Array:
        """In the unit of :mod:`worksheetgen.problems.effort`. Shape (...)."""

    @property
    @abstractmethod
    def lines(self) -> int:
        """The height of a single problem's work in lines of text, the same for all numbers."""

    def steps(self) -> tuple[Sum, ...]:
        """The sums that the solution works out on the way to the answer."""
        return ()

    def in_rows(self, batch: int) -> "Work":  # noqa: ARG002 - most have rows already
        """The same, where an answer whose own entries are read is a row: a matrix of one."""
        return self

    @property
    def _reading(self) -> Array:
        return np.asarray(sum((effort_of_copying(matrix) for matrix in self.read), 0.0))

    @property
    def _noted(self) -> int:
        """The lines of the matrices of numbers that the solution notes."""
        noted = [value for value in self.shows.values() if isinstance(value, np.ndarray)]
        return sum(ceil(ROW * matrix.shape[-2]) for matrix in noted if matrix.ndim > 1)


@dataclass(frozen=True)
class Sums(Work):
    """Sums of products Σ a·b, one for each entry of the answer."""

    a: Array
    """The first factors; both broadcast to (..., sums, terms)."""
    b: Array | None = None
    """The second factors; None: single numbers are added."""
    targets: Sequence[Symbol | Partial] = ()
    """What the sums are called where the solution works them out; none: it does not."""
    plus: Array | None = None
    """A number that is added to each sum. Shape (..., sums)."""
    over: int = 1
    """What each sum is divided by."""
    shape: tuple[int, ...] | None = None
    """In which shape the answer has them; None: in a row."""
    written: Array | None = None
    """Which products are written at all, shape (sums, terms); None: all. The others are zero."""
    shown: "Sums | None" = None
    """The same sums as the solution works them out, if in other products."""
    read: Sequence[Array] = ()
    shows: Named = field(default_factory=dict)

    @cached_property
    def answer(self) -> Array:  # type: ignore[override]  # worked out once, elsewhere a field
        return self.slipped(np.multiply)

    def slipped(self, slip: Slip) -> Array:
        """The answer of somebody who slips in each product."""
        return self._arranged(self._totals(slip))

    @property
    def products(self) -> Array:
        """What is summed, a row for each sum."""
        return np.asarray(self.a * self._b)

    @property
    def effort(self) -> Array:
        effort = effort_of_sums(self.a, self._b) + self._reading
        if self.plus is not None:
            effort = effort + effort_of_copying(self.plus[..., None, :])
        return np.asarray(effort if self.written is None else effort - (~self.written).sum() / 4)

    @property
    def lines(self) -> int:
        if self.shown:
            return self.shown.lines + self._noted
        sums, terms = np.broadcast_shapes(self.a.shape, np.shape(self._b))[-2:]
        if self.written is not None:
            terms = int(self.written.sum(axis=-1).max())
        matrix = len(self.shape or ()) > 1
        row = ROW if self.over == 1 else FRACTIONS
        arranged = ceil(row * self.shape[-2]) if self.shape and matrix else 0
        worked = sum_lines(sums, terms + (self.plus is not None))
        if matrix and not self.targets:
            worked = arranged
        return worked + arranged + self._noted

    def steps(self) -> tuple[Sum, ...]:
        if self.shown:
            return self.shown.steps()
        if not self.targets:
            return ()
        factors = np.stack(np.broadcast_arrays(*self._factors), axis=-1).tolist()
        totals = self._totals(np.multiply).tolist()
        return tuple(
            Sum(target, self._products(number, factors[number]), totals[number])
            for number, target in enumerate(self.targets)
            if self.written is None or self.written[number].any()
        )

    @property
    def _b(self) -> Array:
        return np.array(1) if self.b is None else self.b

    @property
    def _factors(self) -> list[Array]:
        return [self.a] if self.b is None else [self.a, self.b]

    def _products(self, number: int, factors: list[list[int]]) -> tuple[tuple[int, ...], ...]:
        written = factors
        if self.written is not None:
            kept = self.written[number].tolist()
            written = [each for each, there in zip(factors, kept, strict=True) if there]
        last = () if self.plus is None else ((int(self.plus[number]),),)
        return (*map(tuple, written), *last)

    def _totals(self, slip: Slip) -> Array:
        products = self.a if self.b is None else slip(self.a, self.b)
        totals = products.sum(axis=-1)
        return np.asarray(totals if self.plus is None else totals + self.plus)

    def _arranged(self, totals: Array) -> Array:
        if self.over != 1:
            totals = totals * Fraction(1, self.over)
        if self.shape is None:
            return np.asarray(totals)
        return np.asarray(totals).reshape((*totals.shape[:-1], *self.shape))


@dataclass(frozen=True)
class Entries(Work):
    """A matrix, a row or a word whose entries are copied, chosen or counted."""

    answer: Array
    read: Sequence[Array] = ()
    """The answer itself, shape (..., rows, columns), if nothing is named."""
    shows: Named = field(default_factory=dict)

    @property
    def effort(self) -> Array:
        return self._reading if self.read else effort_of_copying(self.answer)

    def in_rows(self, batch: int) -> Work:
        is_row = not self.read and self.answer.ndim == batch + 1
        return replace(self, read=[row(self.answer)]) if is_row else self

    @property
    def lines(self) -> int:
        rows = self.answer.shape[-2] if self.answer.ndim > 1 else 1
        return ceil(ROW * rows) + self._noted


@dataclass(frozen=True)
class Figure(Work):
    """A few numbers from formulas, with the sums that these take."""

    answer: Array
    sums: Sequence[Sums] = field(default=())
    read: Sequence[Array] = ()
    shows: Named = field(default_factory=dict)
    written: int = 1
    """Lines of text beside the sums."""

    @property
    def effort(self) -> Array:
        return np.asarray(sum((each.effort for each in self.sums), self._reading))

    @property
    def lines(self) -> int:
        return self.written + sum(each.lines for each in self.sums) + self._noted

    def steps(self) -> tuple[Sum, ...]:
        return tuple(step for each in self.sums for step in each.steps())


@dataclass(frozen=True)
class Choices(Work):
    """The position at which the right one of some values stands among those that are offered."""

    values: Array
    """The right one first, then those of known errors: integers, or rows of them.

    Shape (..., values) or (..., values, entries).
    """
    order: Array
    """Which of them stands at each position. Shape (..., choices)."""
    unit: int = 1
    """Into how many parts one is divided, in which numbers are counted."""
    sums: Sequence[Sums] = field(default=())
    read: Sequence[Array] = ()
    shows: Named = field(default_factory=dict)
    lines = 3

    @cached_property
    def answer(self) -> Array:  # type: ignore[override]  # worked out once, elsewhere a field
        return self.position_of(0)

    @property
    def effort(self) -> Array:
        return np.asarray(sum((each.effort for each in self.sums), self._reading))

    @cached_property
    def offered(self) -> Array:
        """The values in the order of their positions."""
        rows = self.values.ndim > self.order.ndim
        return np.take_along_axis(
            self.values, self.order[..., None] if rows else self.order, -1 - rows
        )

    def position_of(self, *numbers: int) -> Array:
        """The first position at which one of these values stands, and not the right one.

        Of several, one does not count that is the same as an earlier value. Absent where none is
        offered.
        """
        only = [self._is_first_at(n) if numbers[1:] else self._is_at(n) for n in numbers]
        there = np.any(only, axis=0)
        if 0 not in numbers:
            there &= ~self._is_at(0)
        return np.where(there.any(axis=-1), there.argmax(axis=-1), ABSENT)

    def _is_first_at(self, number: int) -> Array:
        """At which positions a value stands that is the same as no earlier one."""
        earlier = [self._is_at(before) for before in range(number)]
        return np.asarray(self._is_at(number) & ~np.any(earlier, axis=0))

    def _is_at(self, number: int) -> Array:
        """At which positions a value stands."""
        if self.values.ndim == self.order.ndim:
            return np.asarray(self.offered == self.values[..., number, None])
        return np.asarray((self.offered == self.values[..., number, None, :]).all(axis=-1))


def formula(*terms: tuple[Any, Any]) -> Sums:
    """One sum of products of numbers, each the same for all candidates or an array of them.

    >>> int(formula((1, 5), (-2, 3)).answer[0])
    -1
    """
    a, b = (
        np.stack(np.broadcast_arrays(*side), axis=-1)[..., None, :]
        for side in zip(*terms, strict=True)
    )
    return Sums(a, b)


def sum_lines(sums: int, products: int) -> int:
    """The lines of text that so many sums take, each of so many products and then its values."""
    lines = 1
    if products > PRODUCTS_ON_A_LINE:
        lines = ceil(products / PRODUCTS_ON_A_LINE) + ceil(products / VALUES_ON_A_LINE)
    return ceil(sums * (0.4 + 1.25 * lines))


def row(entries: Array) -> Array:
    """Entries as a matrix of one row."""
    return np.asarray(entries)[..., None, :]


def columns(matrix: Array) -> Array:
    """The columns of a matrix as rows."""
    return np.swapaxes(matrix, -2, -1)


def is_absent(answers: Array, batch: int) -> Array:
    """For which candidates of a batch, of so many axes, a mistake has no answer."""
    answers = np.asarray(answers)
    flat = answers.reshape(*answers.shape[:batch], -1)
    return np.asarray(flat[..., 0] == ABSENT)
