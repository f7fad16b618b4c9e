"""Figures, drawn in rules: a curve of a loss on a grid, with named points on it."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

Rule = tuple[float, float, float, float, float]
"""Left, bottom, width and height in cells, and by how many points it is thicker."""
CELLS, COLUMNS = 10, 40
"""Cells of a grid upwards, and columns of a curve in a cell."""
CELL_WIDTH, CELL_HEIGHT = 24, 15
"""Of a cell, in points."""
HAIR, STROKE, DOT, BOLD = 0.1, 1.2, 3.6, 2
"""Points of thin lines, of a curve, of the points on it, of dashes, which lie on thin lines."""
DASHES, DASH = (0.05, 0.55), 0.3
"""Where dashes begin in a cell, and how long they are, in cells."""


def curve(path: Sequence[Sequence[Any]]) -> str:
    """A grid, a curve of a loss through knots with heights and slopes, and points on it, in rules.

    A level is drawn dashed, if there is one.
    """
    heights, slopes, marks, *level = path
    wide = len(heights) - 1
    drawn: list[Rule] = [(0, y, wide, 0, HAIR) for y in range(CELLS + 1)]
    drawn += [(x, 0, 0, CELLS, HAIR) for x in range(wide + 1)]
    ends = [_hermite(heights, slopes, Fraction(n, COLUMNS)) for n in range(wide * COLUMNS + 1)]
    drawn += [
        (n / COLUMNS, min(a, b), 1 / COLUMNS, abs(b - a), STROKE)
        for n, (a, b) in enumerate(pairwise(ends))
    ]
    drawn += [(x, heights[int(x)], 0, 0, DOT) for x in marks]
    for (y,) in level:
        drawn += [(n + d, y, DASH, 0, BOLD) for n in range(wide) for d in DASHES]
    size = rf"{{{wide * CELL_WIDTH:.3f}pt}}{{{CELLS * CELL_HEIGHT:.3f}pt}}"
    rules = "".join(_rule(*rule) for rule in drawn)
    return rf"\plotted{size}{{{rules}}}"


def ticks(path: Sequence[Sequence[Any]]) -> str:
    """The numbers left of a curve and below it, and the names of its points."""
    wide, marks = len(path[0]) - 1, path[2]
    up = "".join(rf"\leveled{{{y * CELL_HEIGHT}pt}}{{{y}}}" for y in range(0, CELLS + 1, 2))
    across = "".join(_tick(x, str(x)) for x in range(wide + 1))
    names = "".join(
        _tick(int(x), rf"\textbf{{{name}}}") for x, name in zip(marks, "PQRS", strict=True)
    )
    return f"{{{up}}}{{{across}}}{{{names}}}"


def _tick(x: int, said: str) -> str:
    return rf"\ticked{{{x * CELL_WIDTH:.3f}pt}}{{{said}}}"


def _rule(x: float, y: float, width: float, height: float, thick: float) -> str:
    """A rule from a place on, so much thicker than no size at all."""
    left, bottom = x * CELL_WIDTH, y * CELL_HEIGHT - thick / 2
    across = width * CELL_WIDTH
    if not width:
        left, across = left - thick / 2, thick
    if height == CELLS:
        return rf"\ruled{{{left:.3f}pt}}{{0pt}}{{{across:.3f}pt}}{{{CELLS * CELL_HEIGHT:.3f}pt}}"
    up = height * CELL_HEIGHT + thick
    return rf"\ruled{{{left:.3f}pt}}{{{bottom:.3f}pt}}{{{across:.3f}pt}}{{{up:.3f}pt}}"


def _hermite(heights: Sequence[Any], slopes: Sequence[Any], x: Fraction) -> float:
    n = min(int(x), len(heights) - 2)
    t = x - n
    rise = heights[n + 1] - heights[n]
    a, b = slopes[n], slopes[n + 1]
    return float(heights[n] + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise))))
