"""The whole network, evaluated with its first kernel entry moved."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import dot, layer, moved, present, sign, slope

FIRST, LAST = [0, 0], [1, 1]
TINY = Fraction(1, 1000)
WAYS = {"+": "downwards", "-": "upwards", "0": "neither"}


def output(g: Any, by: Any = 0) -> Any:
    H = layer(g["X"], moved(g["K"], FIRST, by))
    return dot(g["weights"], [max(0, h) for h in H])


def loss(g: Any, by: Any = 0) -> Any:
    return (output(g, by) - g["target"]) ** 2 / Fraction(2)


def _by_factors(
    g: Any, weights: Sequence[Any] | None = None, seen: Sequence[Any] | None = None
) -> Any:
    """The product of the factors that somebody takes, over the outputs that ReLU lets pass."""
    H = layer(g["X"], g["K"])
    shares = zip(weights or g["weights"], seen or _met(g, FIRST), H, strict=True)
    return (output(g) - g["target"]) * sum(w * x for w, x, h in shares if h > 0)


def _met(g: Any, entry: list[int]) -> list[Any]:
    return [
        after - h
        for after, h in zip(
            layer(g["X"], moved(g["K"], entry, 1)), layer(g["X"], g["K"]), strict=True
        )
    ]


def _whole(value: Any) -> dict[str, Any]:
    return {"sign": sign(value), "value": value, "way": WAYS[sign(value)]}


def answer(g: Any) -> Any:
    return _whole(slope(lambda by: loss(g, by), TINY))


def wrong(g: Any) -> Any:
    right, ones = answer(g), [1] * len(g["weights"])
    error = output(g) - g["target"]
    found = {
        "step along the gradient instead of against it": right
        | {
            "way": {"upwards": "downwards", "downwards": "upwards", "neither": "neither"}[
                right["way"]
            ]
        },
        "target minus output taken": _whole(-right["value"]),
        "output weight left out": _whole(_by_factors(g, weights=ones)),
        "input left out": _whole(_by_factors(g, seen=ones)),
        "ReLU ignored in the derivative": _whole(error * dot(g["weights"], _met(g, FIRST))),
        "input of the opposite kernel entry taken": _whole(_by_factors(g, seen=_met(g, LAST))),
    }
    return present(found, right)


def offers(g: Any) -> Any:
    right = slope(lambda by: loss(g, by), TINY)
    flipped = _by_factors(g, seen=_met(g, LAST))
    by_kernel = _by_factors(g, seen=[g["K"][0][0]] * len(g["weights"]))
    both = [v for value in (right, flipped, by_kernel) for v in (value, -value)]
    return [[value, WAYS[sign(value)]] for value in both]


def shows(g: Any) -> Any:
    H, seen = layer(g["X"], g["K"]), _met(g, FIRST)
    (alive,) = [n for n, h in enumerate(H) if h > 0]
    factors = (output(g) - g["target"], g["weights"][alive], 1, seen[alive])
    return {
        "factors": [[sign(factor) for factor in factors]],
        "before": [H],
        "output": output(g),
        "error": output(g) - g["target"],
        "met": seen if len(seen) > 1 else seen[0],
        "slope": slope(lambda by: loss(g, by), TINY),
    }


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The loss is lower on the side that is named, and its differences are the value."""
    by = {"upwards": TINY, "downwards": -TINY}[answer["way"]]
    yield [True, True], [loss(g, by) < loss(g), loss(g) < loss(g, -by)]
    value = slope(lambda step: loss(g, step), TINY / 10)
    yield [answer["value"], answer.get("sign", sign(value))], [value, sign(value)]


def _nothing_at_the_kink(g: Any) -> bool:
    return 0 not in layer(g["X"], g["K"]) and output(g) != g["target"]


PREMISES = {"no output is zero before ReLU, and the target is missed": _nothing_at_the_kink}
