"""The cubic through the printed values with derivative zero, evaluated nearby."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import OPPOSITE, effect, present

KINDS = {("increases", "increases"): "minimum", ("decreases", "decreases"): "maximum"}
NEAR = (Fraction(1, 1000), Fraction(1, 10_000))


def cubic(g: Any) -> Callable[[Any], Any]:
    left, middle, right, h = (Fraction(g[name]) for name in ("left", "middle", "right", "step"))
    third = (right - left) / (2 * h**3)
    second = ((right + left) / 2 - middle) / h**2
    return lambda d: middle + second * d**2 + third * d**3


def _nearby(g: Any) -> tuple[str, str]:
    loss, d = cubic(g), g["step"] * NEAR[-1]
    return effect(loss(d) - loss(0)), effect(loss(-d) - loss(0))


def _second(g: Any) -> Any:
    loss, d = cubic(g), Fraction(g["step"]) / 3
    return (loss(d) - 2 * loss(0) + loss(-d)) / d**2


def _whole(second: Any, words: tuple[str, str]) -> dict[str, Any]:
    larger, smaller = words
    return {
        "second": second,
        "larger": larger,
        "smaller": smaller,
        "point": KINDS.get(words, "neither"),
    }


def answer(g: Any) -> Any:
    return _whole(_second(g), _nearby(g))


def wrong(g: Any) -> Any:
    second, words, h = _second(g), _nearby(g), Fraction(g["step"])
    ends = effect(g["right"] - g["middle"]), effect(g["left"] - g["middle"])
    turned = OPPOSITE[words[0]], OPPOSITE[words[1]]
    found = {
        "every point with derivative zero taken for a minimum": _whole(
            second, ("increases", "increases")
        ),
        "derivative zero taken for no change at all": _whole(second, ("stays", "stays")),
        "printed values taken for small changes": _whole(second, ends),
        "rise and fall interchanged": None
        if words == ("decreases", "decreases")
        else _whole(second, turned),
        "not divided by the square of h": _whole(second * h * h, words),
        "half of the second derivative given": _whole(second / 2, words),
    }
    return present(found, answer(g))


def offers(g: Any) -> Any:
    larger, smaller = _nearby(g)
    other = OPPOSITE[larger], OPPOSITE[smaller]
    return [[larger, smaller], [*other], [larger, other[1]], [other[0], smaller]]


def shows(g: Any) -> Any:
    second, loss, h = _second(g), cubic(g), Fraction(g["step"])
    shown = {"curvature": second}
    return shown if second else shown | {"cubic": (loss(h) - loss(-h)) / (2 * h**3)}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The cubic has the printed values, and does nearby what is said."""
    loss = cubic(g)
    yield [g["left"], g["right"]], [loss(-g["step"]), loss(g["step"])]
    said = [answer["larger"], answer["smaller"]]
    for near in NEAR:
        d = Fraction(g["step"]) * near
        yield said, [effect(loss(d) - loss(0)), effect(loss(-d) - loss(0))]
    if "point" in answer:
        yield [answer["second"], answer["point"]], [_second(g), KINDS.get(_nearby(g), "neither")]


def _differ(g: Any) -> bool:
    return g["step"] > 0 and not g["left"] == g["middle"] == g["right"]


PREMISES = {"the step is positive, and the loss is not constant": _differ}
