"""A curve made of cubics between whole numbers, by its heights and slopes there."""

from collections.abc import Sequence
from typing import Any


def height(heights: Sequence[Any], slopes: Sequence[Any], x: Any) -> Any:
    """The curve at a place, in the numbers that the place is made of.

    >>> height([0, 1], [0, 0], 0.5)
    0.5
    """
    n = min(int(x), len(heights) - 2)
    t = x - n
    start = (1 - t) ** 2 * (heights[n] * (1 + 2 * t) + slopes[n] * t)
    end = t**2 * (heights[n + 1] * (3 - 2 * t) + slopes[n + 1] * (t - 1))
    return start + end
