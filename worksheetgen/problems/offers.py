"""How choices are put together, so that nobody finds the right one from the choices alone.

Four values are offered: the right one, those of two errors, and that of both errors together. So
each is one error away from two others. How many of them are smaller than the right one is drawn
before the numbers are, and these are drawn until it is so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np

from worksheetgen.engine.arrays import Array, Generator

CHOICES = 4
LETTERS = "ABCD"
NEVER = 10**15
"""What is no value of an error, and never offered."""
DRAWS, ROUNDS = 128, 100
"""How many numbers are drawn at once, and how often at most."""
APART = 10
"""No value is more than so many times the next one."""

Numbers = dict[str, Array]


def is_letter(answer: object) -> bool:
    """Whether a recorded answer is the letter of a choice."""
    return isinstance(answer, str) and answer in {*LETTERS}


@dataclass(frozen=True)
class Offer:
    """Which four of an item's values may be offered together."""

    squares: tuple[tuple[int, ...], ...]
    """Each with 0, the right one, at first."""
    in_order: bool = True
    """Whether the four stand in order, as numbers do; others are shuffled."""
    ranked: bool = True
    """Whether there is an order among them at all."""

    @classmethod
    def of_pairs(cls, *pairs: tuple[int, int]) -> Self:
        """The right value, the one of the first error, and a pair with and without it."""
        return cls(tuple((0, 1, *pair) for pair in pairs))

    @classmethod
    def of_any(cls, *others: int) -> Self:
        """The right value and any three others, which have no order."""
        squares = tuple((0, *three) for three in combinations(others, CHOICES - 1))
        return cls(squares, in_order=False, ranked=False)

    def arranged(self, values: Array, wanted: int, rng: Generator) -> tuple[Array, Array]:
        """Which values stand at the positions, and for which candidates there are four.

        Args:
            values: those of a batch of candidates, shape (candidates, values[, entries]).
            wanted: how many of the others are to be smaller than the right one.
            rng: what chooses among several squares.
        """
        rows = values.ndim > 2  # noqa: PLR2004 - candidates and values
        worth = values.prod(axis=-1) if rows and self.ranked else values[..., 0] if rows else values
        squares = np.array(self.squares)
        known = (values[..., 0] if rows else values) != NEVER
        fits = known[:, squares].all(axis=-1)
        if self.ranked:
            fits &= _ranked(worth[:, squares], wanted, near=self.in_order)
        chance = np.where(fits, rng.random(fits.shape), -1)
        order = squares[chance.argmax(axis=-1)]
        if self.in_order:
            offered = np.take_along_axis(worth, order, axis=-1)
            order = np.take_along_axis(order, offered.argsort(axis=-1), axis=-1)
        else:
            order = rng.permuted(order, axis=-1)
        return order, fits.any(axis=-1)


def _ranked(worth: Array, wanted: int, *, near: bool) -> Array:
    """Which squares have four different values, near enough, and the right one at its rank."""
    ordered, sizes = np.sort(worth, axis=-1), np.sort(np.abs(worth), axis=-1)
    fits = (np.diff(ordered, axis=-1) > 0).all(axis=-1)
    fits &= (worth < worth[..., :1]).sum(axis=-1) == wanted
    if near:
        fits &= ((sizes[..., 1:] <= APART * sizes[..., :-1]) | (sizes[..., :-1] == 0)).all(axis=-1)
    return np.asarray(fits)


def offer(
    how: Offer,
    draw: Callable[[Generator, int], Numbers],
    values_of: Callable[[Numbers], Array],
    rng: Generator,
    count: int,
) -> tuple[Numbers, Array]:
    """Numbers of an item for so many candidates, and which of their values are offered.

    Where numbers are fixed in such a way that no four go together, the right one stands everywhere;
    a constraint tells it.
    """
    wanted = int(rng.integers(CHOICES))
    numbers: list[Numbers] = []
    orders: list[Array] = []
    missing = count
    for _ in range(ROUNDS):
        own = draw(rng, DRAWS)
        order, fits = how.arranged(values_of(own), wanted, rng)
        places = np.flatnonzero(fits)[:missing]
        numbers.append({name: array[places] for name, array in own.items()})
        orders.append(order[places])
        missing -= len(places)
        if not missing:
            break
    else:
        rest = np.resize(np.arange(DRAWS), missing)
        numbers.append({name: array[rest] for name, array in own.items()})
        orders.append(np.zeros((missing, CHOICES), dtype=int))
    whole = {name: np.concatenate([each[name] for each in numbers]) for name in numbers[0]}
    return whole, np.concatenate(orders)
