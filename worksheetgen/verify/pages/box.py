"""Rectangles on a page."""

from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def height(self) -> float:
        return self.top - self.bottom


def around(boxes: Iterable[Box]) -> Box:
    """The outline of all of them, of which there is one at least.

    >>> around([Box(0, 1, 2, 3), Box(1, 0, 4, 2)])
    Box(left=0, bottom=0, right=4, top=3)
    """
    left, bottom, right, top = zip(*boxes, strict=True)
    return Box(min(left), min(bottom), max(right), max(top))
