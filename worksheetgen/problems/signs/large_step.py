"""A step so large that the derivative mispredicts it: the loss is exactly quadratic in an entry."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    EFFECTS,
    ENTRIES,
    HARD,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    effect,
    flat,
    matrix,
    met,
    outputs,
)

LARGEST_TARGET, LARGEST_SLOPE = 15, 12


class LargeStep(Question):
    """What a step of gradient descent does to a quadratic loss, and up to which rate it helps."""

    given = "large"
    names = ("X", "K", "T", "rate")
    lines = 9
    parts = (Part("predicted"), Part("actual"), Part("effect", EFFECTS), Part("limit"))
    offered = (Part("limit"),)

    def wish(self, chance: Chance, form: str) -> bool:
        """Whether the loss is to rise."""
        return chance.below(2) == 0

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        X = matrix(lambda: chance.nonzero(3), 2, 3 if level == HARD else 2)
        if form != OPEN:
            first, last = (_squared(X, entry) for entry in (ENTRIES[0], ENTRIES[3]))
            fit = last not in (first, 2 * first, 4 * first) and first not in (2 * last, 4 * last)
            return {"X": X, "K": None, "T": None, "rate": None} if fit else None
        K = matrix(lambda: chance.between(-2, 2), 2, 2)
        T = tuple(h - chance.nonzero(4) for h in outputs(X, K))
        rate = Fraction(1, chance.of((1, 2, 4, 5, 10)))
        g: Numbers = {"X": X, "K": K, "T": (T,), "rate": rate}
        slope, curvature = _derivatives(g)
        if not slope or abs(slope) > LARGEST_SLOPE or max(map(abs, T)) > LARGEST_TARGET:
            return None
        if rate * curvature == 2 or (rate * curvature > 2) != wish:  # noqa: PLR2004 - from where it rises
            return None
        return None if level == EASY and curvature == 1 else g

    def answer(self, g: Numbers) -> Answer:
        if g["K"] is None:
            return None, None, None, Fraction(2, _squared(g["X"], ENTRIES[0]))
        return _step(*_derivatives(g), g["rate"])

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        (slope, curvature), rate, right = _derivatives(g), g["rate"], self.answer(g)
        whole = right[0] + curvature * (rate * slope) ** 2
        unchained = _derivatives(g, chained=False)
        return {
            "prediction taken for the true change": (right[0], right[0], "decreases", None),
            "factor one half forgotten": (right[0], whole, effect(whole), right[3] / 2),
            "factor 2 left in": _step(2 * slope, 2 * curvature, rate),
            "inner derivative forgotten": _moving(_step(*unchained, rate)),
            "step along the gradient instead of against it": (
                *_step(slope, curvature, rate, way=1)[:3],
                None,
            ),
        }

    def values(self, g: Numbers) -> list[Answer | None]:
        squared = [_squared(g["X"], entry) for entry in (ENTRIES[0], ENTRIES[3])]
        return [(Fraction(factor, size),) for size in squared for factor in (2, 1, 4)]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        return ((0, 1, 3, 4), (0, 2, 3, 5))

    def shows(self, g: Numbers) -> dict[str, Any]:
        slope, curvature = (
            (None, _squared(g["X"], ENTRIES[0])) if g["K"] is None else _derivatives(g)
        )
        shown = {"curvature": curvature, "rates": Fraction(2, curvature)}
        return shown if slope is None else shown | {"slope": slope, "step": -g["rate"] * slope}


def _moving(answer: Answer) -> Answer | None:
    """A step that changes something."""
    return None if answer[2] == "stays" else answer


def _squared(X: Sequence[Sequence[int]], entry: object) -> int:
    return sum(x * x for x in met(X, entry))  # type: ignore[arg-type]


def _derivatives(g: Numbers, *, chained: bool = True) -> tuple[int, int]:
    """The first and the second derivative of the loss with respect to the first kernel entry."""
    errors = [h - t for h, t in zip(outputs(g["X"], g["K"]), flat(g["T"]), strict=True)]
    seen = met(g["X"], ENTRIES[0]) if chained else [1] * len(errors)
    slope = sum(r * x for r, x in zip(errors, seen, strict=True))
    return slope, sum(x * x for x in seen)


def _step(slope: int, curvature: int, rate: Fraction, way: int = -1) -> Answer:
    step = way * rate * slope
    predicted = slope * step
    actual = predicted + Fraction(curvature) * step**2 / 2
    return predicted, actual, effect(actual), Fraction(2, curvature)
