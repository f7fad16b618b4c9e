"""The derivative is zero: what small changes do, from three values of a cubic."""

from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    EFFECTS,
    MEDIUM,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    effect,
)

POINTS = {"minimum": 1, "maximum": -1, "neither": 0}
OPPOSITE = {"increases": "decreases", "decreases": "increases", "stays": "stays"}
LARGEST = 150


class FlatPoint(Question):
    """What small changes do to the loss where its derivative is zero."""

    given = "flat"
    names = ("left", "middle", "right", "step")
    parts = (
        Part("second"),
        Part("larger", EFFECTS),
        Part("smaller", EFFECTS),
        Part("point", POINTS),
    )
    offered = parts[1:3]

    def wish(self, chance: Chance, form: str) -> tuple[bool, int]:
        """Whether the quadratic term vanishes, and else its sign."""
        return chance.below(4 if form == OPEN else 3) == 0, chance.sign()

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        vanishes, up = wish
        step = Fraction(1) if level == EASY else chance.of((Fraction(1, 2), Fraction(2)))
        square = 0 if vanishes else up * chance.between(1, 8)
        cube = chance.nonzero(8 if level == MEDIUM else 12)
        if level == EASY:
            cube = chance.nonzero(6) if vanishes else 0
        elif (not vanishes and (abs(cube) * step < abs(square)) != (level == MEDIUM)) or abs(
            cube
        ) * step == abs(square):
            return None
        middle = chance.between(20, 60)
        left, right = (middle + square * d**2 + cube * d**3 for d in (-step, step))
        if min(left, right) <= 0 or max(left, right) >= LARGEST:
            return None
        return {"left": left, "middle": Fraction(middle), "right": right, "step": step}

    def answer(self, g: Numbers) -> Answer:
        return _of(g, _second(g))

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        right, second = self.answer(g), _second(g)
        ends = effect(g["right"] - g["middle"]), effect(g["left"] - g["middle"])
        turned = OPPOSITE[right[1]], OPPOSITE[right[2]]
        swapped = (second, *turned, _named(*turned))
        return {
            "every point with derivative zero taken for a minimum": _other(
                (second, "increases", "increases", "minimum"), right
            ),
            "derivative zero taken for no change at all": (second, "stays", "stays", "neither"),
            "printed values taken for small changes": _other((second, *ends, _named(*ends)), right),
            "rise and fall interchanged": None if right[3] == "maximum" else swapped,
            "not divided by the square of h": _other((second * g["step"] ** 2, *right[1:]), right),
            "half of the second derivative given": _other((second / 2, *right[1:]), right),
        }

    def values(self, g: Numbers) -> list[Answer | None]:
        right = self.answer(g)[1:3]
        turned = tuple(OPPOSITE[word] for word in right)
        return [right, turned, (right[0], turned[1]), (turned[0], right[1])]

    def shows(self, g: Numbers) -> dict[str, Any]:
        second = _second(g)
        cubic = (g["right"] - g["left"]) / (2 * g["step"] ** 3)
        return {"curvature": second} | ({} if second else {"cubic": cubic})


def _second(g: Numbers) -> Fraction:
    return Fraction((g["right"] + g["left"] - 2 * g["middle"]) / g["step"] ** 2)


def _of(g: Numbers, second: Fraction) -> Answer:
    if second:
        words = effect(second), effect(second)
    else:
        words = effect(g["right"] - g["left"]), effect(g["left"] - g["right"])
    return second, *words, _named(*words)


def _named(larger: str, smaller: str) -> str:
    """What kind of point it is from where the loss changes so."""
    kinds = {"increases": "minimum", "decreases": "maximum"}
    return kinds.get(larger, "neither") if larger == smaller else "neither"


def _other(answer: Answer, right: Answer) -> Answer | None:
    return None if answer == right else answer
