"""Reads a curve of a loss from the rules that draw it."""

from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from worksheetgen.verify.by_hand.curves import height
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.quantities import UnreadableError

LEVELS, COLUMNS, POINTS = 11, 40, 4
"""Lines of a grid upwards, columns of a curve from one whole number to the next, its points."""
NEAR, THICKEST = 0.4, 5.0
"""Points by which a rule may miss its place, and by which it is thicker than the curve."""
USUAL = 24.0
"""Points that a cell is wide where nothing is printed larger."""
DASHES, DASH = (0.05, 0.55), 0.3
"""Where dashes begin in a cell, and how long they are, in cells."""
TALL, CELL = 0.9, 5.0
"""Shares of the grid's height that a line upwards has at least; points of a cell at least."""


def curve(rules: Sequence[Box]) -> list[list[int]]:
    """Heights and slopes of a drawn curve at whole numbers, where its points lie, and a level.

    The grid comes first, a line for each height and one for each whole number; then the curve,
    its points, and the dashes of the level.
    """
    axes = _axes(rules)
    rest = rules[LEVELS + axes.wide + 1 :]
    columns, points, dashes = _split(rest, axes.wide * COLUMNS, POINTS)
    middles = [axes.height(box) for box in columns]
    ends = [middles[0], *middles, middles[-1]]
    heights = [round(sum(ends[at : at + 2]) / 2) for at in range(0, len(ends), COLUMNS)]
    slopes = [
        round((ends[at + 1] - ends[at]) * COLUMNS) for at in range(COLUMNS, len(middles), COLUMNS)
    ]
    slopes = [heights[1] - heights[0], *slopes, heights[-1] - heights[-2]]
    found = [heights, slopes, [round(axes.place(box)) for box in points]]
    if dashes:
        found.append([round(axes.height(dashes[0]))])
    _as_drawn(found, rules, axes)
    return found


class Axes(NamedTuple):
    """Where the grid is on the page, and the size of its cells, in points."""

    left: float
    low: float
    wide: int
    across: float
    up: float

    def place(self, box: Box) -> float:
        """The number below its middle."""
        return ((box.left + box.right) / 2 - self.left) / self.across

    def height(self, box: Box) -> float:
        return (box.middle - self.low) / self.up


def _axes(rules: Sequence[Box]) -> Axes:
    if len(rules) < LEVELS:
        raise UnreadableError("no grid")
    low, high = rules[0].middle, rules[LEVELS - 1].middle
    upright = list(takewhile(lambda rule: rule.height > TALL * (high - low), rules[LEVELS:]))
    wide = len(upright) - 1
    if wide < 1 or high - low < CELL * LEVELS or upright[-1].left - upright[0].left < CELL * wide:
        raise UnreadableError("no grid")
    left, right = ((rule.left + rule.right) / 2 for rule in (upright[0], upright[-1]))
    return Axes(left, low, wide, (right - left) / wide, (high - low) / (LEVELS - 1))


def _split(
    rules: Sequence[Box], columns: int, points: int
) -> tuple[Sequence[Box], Sequence[Box], Sequence[Box]]:
    if len(rules) < columns + points:
        raise UnreadableError("a curve without an end")
    return rules[:columns], rules[columns : columns + points], rules[columns + points :]


def _as_drawn(found: list[list[int]], rules: Sequence[Box], axes: Axes) -> None:
    """Raise ``UnreadableError`` unless each rule lies where the curve has to be."""
    wanted = _wanted(*found)
    if len(wanted) != len(rules):
        raise UnreadableError("other rules than a curve has")
    larger = max(1.0, axes.across / USUAL)
    for (x, to, bottom, top), box in zip(wanted, rules, strict=True):
        off = (
            (axes.place(box) - (x + to) / 2) * axes.across,
            (axes.height(box) - (bottom + top) / 2) * axes.up,
        )
        thick = box.right - box.left - axes.across * (to - x), box.height - axes.up * (top - bottom)
        if (
            max(map(abs, off)) > NEAR * larger
            or max(thick) > THICKEST * larger
            or min(thick) < -NEAR
        ):
            raise UnreadableError(f"a curve that is elsewhere at {x:g}")


def _wanted(
    heights: Sequence[int], slopes: Sequence[int], marks: Sequence[int], level: Sequence[int] = ()
) -> list[tuple[float, float, float, float]]:
    """From where to where each rule goes, across and up, in cells."""
    wide = len(heights) - 1
    lines = [(0.0, float(wide), float(y), float(y)) for y in range(LEVELS)]
    lines += [(x, x, 0, LEVELS - 1) for x in range(wide + 1)]
    knots = [height(heights, slopes, n / COLUMNS) for n in range(wide * COLUMNS + 1)]
    lines += [
        (n / COLUMNS, (n + 1) / COLUMNS, min(a, b), max(a, b))
        for n, (a, b) in enumerate(pairwise(knots))
    ]
    lines += [(x, x, height(heights, slopes, x), height(heights, slopes, x)) for x in marks]
    dashes = [n + shift for n in range(wide) for shift in DASHES]
    return lines + [(x, x + DASH, y, y) for y in level for x in dashes]
