"""What a solution shows on the way to an answer, before any format: symbols and sums."""

from dataclasses import dataclass


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
    products: tuple[tuple[int, int], ...]
    total: int

    @property
    def values(self) -> tuple[int, ...]:
        """The products, multiplied out."""
        return tuple(a * b for a, b in self.products)
