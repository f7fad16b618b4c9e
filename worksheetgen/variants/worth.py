"""What questions are worth, within the total of an exam and beyond it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol


class Asked(Protocol):
    """A question with its points."""

    @property
    def points(self) -> Fraction: ...

    @property
    def bonus(self) -> bool:
        """Whether they count beyond the total."""


class Worth:
    """A part by the points of its items."""

    items: Sequence[Asked]

    @property
    def points(self) -> Fraction:
        """What its items are worth within the total."""
        return sum((item.points for item in self.items if not item.bonus), Fraction(0))

    @property
    def bonus(self) -> Fraction:
        """What they are worth beyond it."""
        return sum((item.points for item in self.items if item.bonus), Fraction(0))
