"""The drawn curve itself, evaluated beside its points and on the way down."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from worksheetgen.verify.by_hand import curves
from worksheetgen.verify.reference.signs.moving import OPPOSITE, flat, present, sign

NEAR = Fraction(1, 10_000)
FLAT = Fraction(1, 100)
POINTS = "PQRS"
SIDES = {"+": "left", "-": "right", "0": "nowhere"}
TURNED = {"left": "right", "right": "left", "nowhere": "nowhere"}
STEPS = 20
"""Places looked at from one whole number to the next."""
STEEPEST = 3
"""Times a rise that a slope at its end may be without a turn (Fritsch and Carlson 1980)."""


def height(g: Any, x: Any) -> Any:
    heights, slopes = g["path"][:2]
    return curves.height(heights, slopes, x)


def slope_at(g: Any, x: Any) -> Any:
    return (height(g, x + NEAR) - height(g, x - NEAR)) / (2 * NEAR)


def _slopes(g: Any) -> list[Any]:
    found = [slope_at(g, x) for x in g["path"][2]]
    return [round(s / FLAT) * FLAT for s in found]


def _whole(g: Any, signs: list[str]) -> dict[str, Any]:
    """What follows for the points from these signs, if all else is right."""
    slopes = _slopes(g)
    sizes = [abs(s) for s in slopes]
    found = {
        "signs": signs,
        "sides": [SIDES[s] for s in signs],
        "largest": POINTS[slopes.index(max(slopes))],
        "steepest": POINTS[sizes.index(max(sizes))],
    }
    return found | ({"rest": _rest(g)} if "start" in g else {})


def _top(values: list[Any]) -> str:
    """The point that has the largest of some values; "" if several have it."""
    return POINTS[values.index(max(values))] if values.count(max(values)) == 1 else ""


def _told(found: dict[str, Any], instead: dict[str, str]) -> dict[str, Any]:
    """An answer with other points, and without those that are none."""
    return {name: value for name, value in (found | instead).items() if value != ""}


def _rest(g: Any) -> Any:
    """The first whole number on the way down at which the curve is level."""
    x = g["path"][2][POINTS.index(g["start"])]
    way = 1 if slope_at(g, x) < 0 else -1
    x += way
    while abs(slope_at(g, x)) >= FLAT:
        x += way
    return x


def answer(g: Any) -> Any:
    return _whole(g, [sign(s) for s in _slopes(g)])


def wrong(g: Any) -> Any:
    right = answer(g)
    heights = [height(g, x) for x in g["path"][2]]
    slopes = _slopes(g)
    found: dict[str, Any] = {
        "height taken for the slope": _told(
            _whole(g, [sign(h) for h in heights]),
            {"largest": _top(heights), "steepest": _top(heights)},
        ),
        "directions of ascent given": right | {"sides": [TURNED[s] for s in right["sides"]]},
        "steepest point taken for the largest derivative": right | {"largest": right["steepest"]},
        "sign reversed": _told(
            _whole(g, [OPPOSITE[s] for s in right["signs"]]),
            {"largest": _top([-s for s in slopes])},
        ),
    }
    if _top(heights) not in ("", right["steepest"]):
        highest = {"largest": _top(heights)}
        found["highest point taken for the largest derivative"] = right | highest
    return present(found, right)


def offers(g: Any) -> Any:
    signs = [sign(s) for s in _slopes(g)]
    above = [sign(height(g, x) - g["path"][3][0]) for x in g["path"][2]]
    turned = [[OPPOSITE[s] for s in each] for each in (signs, above)]
    return [[signs], [turned[0]], [above], [turned[1]]]


def shows(_g: Any) -> Any:
    return {}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """What the curve does beside each point, and all the way down to where descent rests."""
    slopes, marks = _slopes(g), g["path"][2]
    signs = flat(answer["signs"]) if isinstance(answer["signs"][0], list) else answer["signs"]
    yield signs, [sign(s) for s in slopes]
    if "sides" not in answer:
        return
    for x, side in zip(marks, answer["sides"], strict=True):
        left, here, right = (height(g, x + by) for by in (-NEAR, 0, NEAR))
        lower = {
            "left": left < here,
            "right": right < here,
            "nowhere": abs(right - left) < NEAR * FLAT,
        }
        yield True, lower[side]
    best = max(range(len(slopes)), key=lambda n: slopes[n])
    most = max(range(len(slopes)), key=lambda n: abs(slopes[n]))
    yield [answer["largest"], answer["steepest"]], [POINTS[best], POINTS[most]]
    if "rest" in answer:
        start, end = marks[POINTS.index(g["start"])], answer["rest"]
        way = 1 if end > start else -1
        points = [
            start + Fraction(way * n, STEPS) for n in range(int(STEPS * abs(end - start)) + 1)
        ]
        falls = [height(g, b) < height(g, a) for a, b in pairwise(points)]
        ends = [height(g, end + by) > height(g, end) for by in (-FLAT, FLAT)]
        yield [True] * (len(falls) + 2), [*falls, *ends]


def _does_not_turn_between_knots(g: Any) -> bool:
    heights, slopes, marks = g["path"][:3]
    rises = [b - a for a, b in pairwise(heights)]
    steady = all(
        rise != 0 and all(0 <= s / rise <= STEEPEST for s in slopes[n : n + 2])
        for n, rise in enumerate(rises)
    )
    inside = all(0 < x < len(rises) for x in marks)
    return steady and inside and list(marks) == sorted(marks)


PREMISES = {
    "the curve does not turn between knots, and its points lie inside": _does_not_turn_between_knots
}
