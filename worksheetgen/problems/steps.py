"""What a solution shows on the way to an answer, before any format: symbols and sums."""

from dataclasses import dataclass
from math import ceil, prod


@dataclass(frozen=True)
class Symbol:
    """A letter with an index, such as H₀ or K₀₁; no index for the whole quantity."""

    letter: str
    index: tuple[int, ...] = ()


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


def sum_lines(sums: int, products: int) -> int:
    """The lines of text that so many sums take, each of so many products and then its values."""
    products_on_a_line, values_on_a_line = 4, 11
    lines = 1
    if products > products_on_a_line:
        lines = ceil(products / products_on_a_line) + ceil(products / values_on_a_line)
    return ceil(sums * (0.4 + 1.25 * lines))
