"""What a solution shows on the way to an answer, before any format: symbols and sums."""

from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class Symbol:
    """A letter with an index, such as H₀ or K₀₁; no index for the whole quantity."""

    letter: str
    index: tuple[int, ...] = ()


LOSS = Symbol("L")


def named(letter: str, *sizes: int) -> tuple[Symbol, ...]:
    """A symbol for each entry of an array, in row-major order.

    >>> named("K", 1, 2)
    (Symbol(letter='K', index=(0, 0)), Symbol(letter='K', index=(0, 1)))
    """
    return tuple(Symbol(letter, index) for index in np.ndindex(*sizes))


@dataclass(frozen=True)
class Partial:
    """The partial derivative of one quantity with respect to another, such as ∂H₀/∂K₀₁."""

    of: Symbol
    by: Symbol


@dataclass(frozen=True)
class Sum:
    """A quantity as a sum of products, zeros kept."""

    target: Symbol | Partial
    products: tuple[tuple[int, ...], ...]
    """Each by its factors; sums of single numbers are worked out in one step."""
    total: int

    @property
    def values(self) -> tuple[int, ...]:
        """The products, multiplied out."""
        return tuple(prod(factors) for factors in self.products)
