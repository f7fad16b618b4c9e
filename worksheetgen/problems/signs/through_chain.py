"""The derivative through ReLU, output weights and a squared error, first by its sign."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    ENTRIES,
    HARD,
    MEDIUM,
    OPEN,
    SIGNS,
    Answer,
    Numbers,
    Part,
    Question,
    matrix,
    met,
    outputs,
    sign,
)

WAYS = {"upwards": 1, "downwards": -1, "neither": 0}
AGAINST = {"+": "downwards", "-": "upwards", "0": "neither"}
TURNED = {"upwards": "downwards", "downwards": "upwards", "neither": "neither"}
LARGEST_OUTPUT = 12


class ThroughChain(Question):
    """The sign and the value of a derivative through a whole network, and the way of descent."""

    given = "chain"
    names = ("X", "K", "weights", "target")
    lines = 8
    parts = (Part("sign", SIGNS), Part("value"), Part("way", WAYS))
    offered = (Part("value"), Part("way", WAYS))

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        X = matrix(lambda: chance.nonzero(3), 2, 3 if level == HARD else 2)
        K = matrix(lambda: chance.nonzero(3), 2, 2)
        H = outputs(X, K)
        alive = min(H) < 0 < max(H) if level == HARD else min(H) > 0
        if not alive or max(map(abs, H)) > LARGEST_OUTPUT:
            return None
        signs = {EASY: lambda: 1, MEDIUM: lambda: -1, HARD: chance.sign}
        weights = tuple(signs[level]() * chance.between(2, 3) for _ in H)
        output = sum(w * max(0, h) for w, h in zip(weights, H, strict=True))
        if form != OPEN and len({abs(X[0][0]), abs(X[1][1]), abs(K[0][0])}) < 3:  # noqa: PLR2004 - of three
            return None
        return {"X": X, "K": K, "weights": weights, "target": output - chance.nonzero(4)}

    def answer(self, g: Numbers) -> Answer:
        return _answer(_value(g))

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        right = self.answer(g)
        ones = [1] * len(g["weights"])
        wrong = {
            "target minus output taken": -right[1],
            "output weight left out": _value(g, weights=ones),
            "input left out": _value(g, seen=ones),
            "ReLU ignored in the derivative": _value(g, rectified=False),
            "input of the opposite kernel entry taken": _value(g, seen=met(g["X"], ENTRIES[3])),
        }
        return {
            "step along the gradient instead of against it": (*right[:2], TURNED[right[2]]),
            **{
                name: None if value == right[1] else _answer(value) for name, value in wrong.items()
            },
        }

    def values(self, g: Numbers) -> list[Answer | None]:
        right = _value(g)
        flipped = _value(g, seen=met(g["X"], ENTRIES[3]))
        by_kernel = _value(g, seen=[g["K"][0][0]] * len(g["weights"]))
        both = [v for value in (right, flipped, by_kernel) for v in (value, -value)]
        return [_answer(value)[1:] for value in both]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        return ((0, 1, 2, 3), (0, 1, 4, 5))

    def shows(self, g: Numbers) -> dict[str, Any]:
        H = outputs(g["X"], g["K"])
        output = sum(w * max(0, h) for w, h in zip(g["weights"], H, strict=True))
        alive = next(n for n, h in enumerate(H) if h > 0)
        seen = met(g["X"], ENTRIES[0])
        signs = (sign(output - g["target"]), sign(g["weights"][alive]), "+", sign(seen[alive]))
        return {
            "factors": (signs,),
            "before": (tuple(H),),
            "output": output,
            "error": output - g["target"],
            "met": tuple(seen) if len(seen) > 1 else seen[0],
            "slope": _value(g),
        }


def _value(
    g: Numbers,
    *,
    weights: Sequence[int] | None = None,
    seen: Sequence[int] | None = None,
    rectified: bool = True,
) -> Fraction:
    """The derivative with respect to the first kernel entry."""
    H = outputs(g["X"], g["K"])
    output = sum(w * max(0, h) for w, h in zip(g["weights"], H, strict=True))
    factors = zip(weights or g["weights"], seen or met(g["X"], ENTRIES[0]), H, strict=True)
    through = sum(w * x for w, x, h in factors if h > 0 or not rectified)
    return Fraction((output - g["target"]) * through)


def _answer(value: Fraction) -> Answer:
    return sign(value), value, AGAINST[sign(value)]
