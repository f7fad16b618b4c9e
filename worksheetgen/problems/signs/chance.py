"""Draws one after another from a random stream, which takes many numbers at once."""

from collections.abc import Sequence
from typing import Any

from worksheetgen.engine.arrays import Generator

AT_ONCE = 256
LARGEST = 2**32


class Chance:
    """What chance decides, one thing after another."""

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._left: list[int] = []

    def below(self, count: int) -> int:
        """An integer from 0 up to, and without, a small one."""
        if not self._left:
            self._left = self._rng.integers(LARGEST, size=AT_ONCE).tolist()
        return self._left.pop() % count

    def between(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return low + self.below(high - low + 1)

    def of(self, options: Sequence[Any]) -> Any:
        """One of several."""
        return options[self.below(len(options))]

    def sign(self) -> int:
        """1 or -1."""
        return 1 - 2 * self.below(2)

    def nonzero(self, largest: int) -> int:
        """An integer of either sign up to a magnitude, and not 0."""
        return self.sign() * self.between(1, largest)

    def some(self, options: Sequence[Any], count: int) -> list[Any]:
        """So many different ones of several, in an order that chance decides."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(count)]
