"""Derivatives by differences, exactly: on integers and fractions nothing is rounded."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

Vector = list[int]


@dataclass(frozen=True)
class Derivative:
    """A map of which an answer claims to be the Jacobian at a point.

    Central differences (f(x + h) - f(x - h)) / 2h are the derivative itself where f is a
    polynomial of degree two or less in each entry. ``bound`` says how far they may be off for
    another f; it is 0 for linear maps.
    """

    function: Callable[[Vector], Vector]
    point: Vector
    bound: Fraction = Fraction(0)

    def differences(self, h: int = 1) -> list[list[Fraction]]:
        """The Jacobian: rows outputs, columns entries of the point.

        >>> Derivative(lambda x: [x[0] * x[1], 3 * x[0]], [2, 5]).differences()
        [[Fraction(5, 1), Fraction(2, 1)], [Fraction(3, 1), Fraction(0, 1)]]
        """
        return [[Fraction(change, 2 * h) for change in row] for row in self._changes(h)]

    def confirms(self, jacobian: list[list[int]], h: int = 1) -> bool:
        """Whether a claimed Jacobian is the differences, up to the bound."""
        found = self._changes(h)
        return len(found) == len(jacobian) and all(
            len(f) == len(j)
            and all(abs(a - 2 * h * b) <= 2 * h * self.bound for a, b in zip(f, j, strict=True))
            for f, j in zip(found, jacobian, strict=True)
        )

    def _changes(self, h: int) -> list[list[int]]:
        """f(x + h) - f(x - h) along each entry of the point."""
        columns = []
        for position in range(len(self.point)):
            ahead, behind = list(self.point), list(self.point)
            ahead[position] += h
            behind[position] -= h
            pairs = zip(self.function(ahead), self.function(behind), strict=True)
            columns.append([a - b for a, b in pairs])
        return [list(row) for row in zip(*columns, strict=True)]
