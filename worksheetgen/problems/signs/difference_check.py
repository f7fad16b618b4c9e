"""A central difference, how far it may be from the derivative, and which claims it refutes."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    HARD,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
)

VERDICTS = {"possible": 1, "wrong": 0}
BOUNDS = {10: (12, 24), 5: (3, 6, 12), 2: (6, 12)}
"""Bounds of the third derivative by the inverse of the step: so that few decimals come out."""
SIX, THOUSAND = 6, 1000
ORDERS, UNDIVIDED = (1, 2, 2, 3), (2, 2, 3, 3)
"""The power of h and the derivative in the leading error, of the forward and the central one."""


class DifferenceCheck(Question):
    """The central difference, its error at most, and which claimed derivatives must be wrong."""

    given = "difference"
    names = ("left", "middle", "right", "step", "third", "six", "claims", "asks")
    parts = (
        Part("quotient"),
        Part("bound"),
        Part("verdicts", VERDICTS, rows=1),
        Part("orders", rows=1),
    )
    offered = (Part("derivative"),)

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        step = Fraction(1, chance.of((2, 5, 10)))
        third = 0 if level == EASY else chance.of(BOUNDS[step.denominator])
        bound = third * step**2 / SIX
        slope = Fraction(chance.nonzero(40), 10)
        square, cube = chance.sign() * chance.between(2, 9), chance.sign() * Fraction(third, 12)
        middle = Fraction(chance.between(20, 60))
        left, right = (middle + slope * d + square * d**2 + cube * d**3 for d in (-step, step))
        if any((THOUSAND * value).denominator > 1 for value in (left, right)):
            return None
        off = chance.sign() * bound / 2
        g: Numbers = {"left": left, "middle": middle, "right": right, "step": step}
        six = SIX if third and level != HARD else None
        g |= {"third": third or None, "six": six, "claims": None, "asks": None}
        central, ahead, behind = _quotients(g)
        far = 2 * bound + Fraction(1, 10)
        if min(abs(ahead - central), abs(ahead), abs(behind)) <= far:
            return None
        if abs(central) <= Fraction(1, 2) + 2 * bound:
            return None
        if form != OPEN:
            sides = [each + off for each in (ahead, behind)]
            if any(not s or abs(abs(s) - abs(central)) <= 2 * bound for s in sides):
                return None
            return g | {"off": off}
        claims = [central, chance.of((ahead, behind)), -central, 2 * central]
        if third:
            claims = [central + off, central + 3 * off * chance.sign()]
            claims += [chance.of((ahead, behind)), chance.of((central - off, -central))]
        if len(set(claims)) < len(claims):
            return None
        g["asks"] = "iv" if level == HARD else None
        return g | {"claims": tuple(chance.some(claims, len(claims)))}

    def answer(self, g: Numbers) -> Answer:
        return _of(g, _quotients(g)[0], _bound(g))

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        (central, ahead, behind), bound, right = _quotients(g), _bound(g), self.answer(g)
        wrong: dict[str, Answer | None] = {
            "forward difference taken": _of(g, ahead, bound),
            "backward difference taken": _of(g, behind, bound),
            "divided by h instead of 2h": _of(g, 2 * central, bound),
            "sign reversed": _of(g, -central, bound),
        }
        if bound:
            wrong["h not squared"] = _of(g, central, bound / g["step"])
            wrong["divided by 2 instead of 6"] = _of(g, central, 3 * bound)
        if g["asks"]:
            wrong["errors not divided by h"] = (*right[:3], UNDIVIDED)
        return {name: None if answer == right else answer for name, answer in wrong.items()}

    def values(self, g: Numbers) -> list[Answer | None]:
        return [(way * (each + g["off"]),) for each in _quotients(g) for way in (1, -1)]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        return ((0, 1, 2, 3), (0, 1, 4, 5))

    def hidden(self, g: Numbers, offered: Sequence[Any]) -> Numbers:
        central, bound = _quotients(g)[0], _bound(g)
        return {"off": next(v - central for v in offered if abs(v - central) <= bound)}

    def shows(self, g: Numbers) -> dict[str, Any]:
        central, bound = _quotients(g)[0], _bound(g)
        return {"low": central - bound, "high": central + bound, "central": central, "off": bound}


def _quotients(g: Numbers) -> tuple[Fraction, Fraction, Fraction]:
    """The central, the forward and the backward difference."""
    ahead = (g["right"] - g["middle"]) / g["step"]
    behind = (g["middle"] - g["left"]) / g["step"]
    return (ahead + behind) / 2, ahead, behind


def _bound(g: Numbers) -> Fraction:
    return Fraction((g["third"] or 0) * g["step"] ** 2 / SIX)


def _of(g: Numbers, quotient: Fraction, bound: Fraction) -> Answer:
    near = [abs(claim - quotient) <= bound for claim in g["claims"] or ()]
    verdicts = tuple("possible" if each else "wrong" for each in near)
    return quotient, bound, verdicts, ORDERS if g["asks"] else None
