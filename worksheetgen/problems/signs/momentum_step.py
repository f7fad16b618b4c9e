"""A step with momentum: whether an entry goes with its gradient, and when it turns."""

from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EFFECTS,
    HARD,
    MEDIUM,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    effect,
)

AGAINST = {"with": 1, "against": -1}
MOST_STEPS = 4
ASKS = {"easy": "i", MEDIUM: "ii", HARD: "iii"}


class MomentumStep(Question):
    """What a step with momentum does, when it turns, and which rates make it turn at once."""

    given = "momentum"
    names = ("decay", "rate", "slope", "velocity", "asks")
    parts = (
        Part("change"),
        Part("way", AGAINST),
        Part("effect", EFFECTS),
        Part("turn"),
        Part("limit"),
    )
    offered = (Part("change"), Part("effect", EFFECTS))

    def wish(self, chance: Chance, form: str) -> tuple[int, int]:
        """Whether the velocity and the gradient agree, and which of them wins."""
        return chance.below(4), chance.below(3)

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        quarter, third = wish
        decay = chance.of(
            (Fraction(1, 2), Fraction(3 if level == HARD else 4, 4 if level == HARD else 5))
        )
        rate, slope = Fraction(1, chance.of((2, 5, 10))), chance.nonzero(8)
        uphill = third > 0 if form != OPEN else level == HARD or quarter > 0
        velocity = Fraction(
            (1 if uphill else -1) * (1 if slope > 0 else -1) * chance.between(1, 20), 2
        )
        g: Numbers = {"decay": decay, "rate": rate, "slope": slope, "velocity": velocity}
        g["asks"] = ASKS[level] if form == OPEN else None
        turn = _turn(g)
        if turn is None:
            return None
        if form != OPEN:
            balanced = abs(decay * velocity) == abs(rate * slope)
            return None if balanced or (uphill and (turn > 1) != (third == 1)) else g
        return None if uphill and turn == 1 and chance.below(3) else g

    def answer(self, g: Numbers) -> Answer:
        return _answer(g, _parts(g)[0] - _parts(g)[1])

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        (motion, descent), right = _parts(g), self.answer(g)
        wrong = {
            "velocity left out": -descent,
            "gradient added": motion + descent,
            "momentum factor forgotten": g["velocity"] - descent,
            "learning rate forgotten": motion - g["slope"],
        }
        found: dict[str, Answer | None] = {
            name: (*_answer(g, change)[:3], None, None) if change else None
            for name, change in wrong.items()
        }
        falls = (right[0], "against", "decreases", None, None)
        found["every step taken to lower the loss"] = None if falls[:3] == right[:3] else falls
        if right[3] is not None:
            found["turn counted one step early"] = (*right[:3], right[3] - 1, right[4])
        return found

    def values(self, g: Numbers) -> list[Answer | None]:
        motion, descent = _parts(g)
        changes = (motion - descent, descent - motion, motion + descent, -motion - descent)
        return [(change, effect(change * g["slope"])) for change in changes]

    def shows(self, g: Numbers) -> dict[str, Any]:
        motion, descent = _parts(g)
        shown = {"motion": motion, "descent": descent, "first": motion - descent}
        return shown if g["asks"] in (None, "i") else shown | {"path": tuple(_path(g))}


def _parts(g: Numbers) -> tuple[Fraction, Fraction]:
    """What is left of the velocity, and what the gradient takes from it."""
    return g["decay"] * g["velocity"], g["rate"] * g["slope"]


def _path(g: Numbers) -> list[Fraction]:
    """The changes step by step up to the first against the gradient."""
    found: list[Fraction] = []
    velocity = g["velocity"]
    while not found or found[-1] * g["slope"] >= 0:
        velocity = g["decay"] * velocity - g["rate"] * g["slope"]
        found.append(velocity)
    return found


def _turn(g: Numbers) -> int | None:
    """In which step the entry first goes against its gradient; None if late, or at rest before."""
    path = _path(g)
    return len(path) if len(path) <= MOST_STEPS and all(path) else None


def _answer(g: Numbers, change: Fraction) -> Answer:
    uphill = change * g["slope"]
    turn = len(_path(g)) if g["asks"] in ("ii", "iii") else None
    limit = g["decay"] * g["velocity"] / g["slope"] if g["asks"] == "iii" else None
    return change, "with" if uphill > 0 else "against", effect(uphill), turn, limit
