"""Derivatives by differences, exactly: on integers and fractions nothing is rounded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import sub
from typing import Any

Vector = list[int]


@dataclass(frozen=True)
class Derivative:
    """A map of which an answer claims to be the Jacobian at a point.

    Along basis vectors, f(e) - f(0) is the derivative itself where f is linear. Elsewhere
    central differences (f(x + h) - f(x - h)) / 2h are, if f is a polynomial of degree two or less
    in each entry; ``bound`` says how far they may be off for another f.
    """

    function: Callable[[Vector], Vector]
    point: Vector
    linear: bool = False
    gradient: bool = False
    """The map is a loss, and the answer its gradient in whatever arrangement."""
    step: Fraction = Fraction(1)
    """The h of central differences."""
    bound: Fraction = Fraction(0)

    def differences(self) -> list[list[Any]]:
        """The Jacobian: rows outputs, columns entries of the point.

        >>> Derivative(lambda x: [x[0] * x[1], 3 * x[0]], [2, 5]).differences()
        [[Fraction(5, 1), Fraction(2, 1)], [Fraction(3, 1), Fraction(0, 1)]]
        >>> Derivative(lambda x: [x[0] - 2 * x[1]], [2, 5], linear=True).differences()
        [[1, -2]]
        """
        axes = range(len(self.point))
        columns = self._along_basis(axes) if self.linear else self._central(axes)
        return [list(row) for row in zip(*columns, strict=True)]

    def confirms(self, jacobian: list[list[int]]) -> bool:
        """Whether a claimed Jacobian is the differences, up to the bound."""
        found = self.differences()
        if self.bound == 0:
            return found == jacobian
        return len(found) == len(jacobian) and all(
            len(f) == len(j) and all(abs(a - b) <= self.bound for a, b in zip(f, j, strict=True))
            for f, j in zip(found, jacobian, strict=True)
        )

    def _along_basis(self, axes: range) -> Iterator[list[Any]]:
        nowhere = [0] * len(axes)
        origin = self.function(nowhere)
        for axis in axes:
            nowhere[axis] = 1
            yield list(map(sub, self.function(nowhere), origin))
            nowhere[axis] = 0

    def _central(self, axes: range) -> Iterator[list[Any]]:
        h = self.step
        for axis in axes:
            ahead: list[Any] = list(self.point)
            behind: list[Any] = list(self.point)
            ahead[axis] += h
            behind[axis] -= h
            changes = map(sub, self.function(ahead), self.function(behind))
            yield [Fraction(change) / (2 * h) for change in changes]
