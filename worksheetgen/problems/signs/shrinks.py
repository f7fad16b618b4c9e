"""Which entries of a kernel a step of gradient descent makes smaller in magnitude."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    HARD,
    OPEN,
    SIGNS,
    Answer,
    Numbers,
    Part,
    Question,
    flat,
    negated,
    rows_of,
    sign,
)

DECAYS = (Fraction(1, 2), Fraction(1), Fraction(2))
LARGEST_DENOMINATOR = 5
MOSTLY = "+0-"


class Shrinks(Question):
    """Which entries grow or shrink in magnitude in a step, without and with weight decay."""

    given = "shrinking"
    names = ("K", "G", "decay", "asks")
    lines = 8
    parts = (
        Part("plain", SIGNS, rows=2),
        Part("decayed", SIGNS, rows=2),
        Part("limit"),
    )
    offered = (Part("decayed", SIGNS, rows=2),)

    def wish(self, chance: Chance, form: str) -> str:
        """Whether more entries are to grow, or to shrink."""
        return str(chance.of(MOSTLY))

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        K = [chance.nonzero(6) for _ in range(4)]
        slopes = [chance.nonzero(9) for _ in K]
        if chance.below(2):
            slopes[chance.below(4)] = 0
        decay = None if level == EASY else chance.of(DECAYS)
        limit = level == HARD and form == OPEN
        g: Numbers = {"K": rows_of(K, 2), "G": rows_of(slopes, 2), "decay": decay}
        g["asks"] = "iii" if limit else None
        plain, decayed, largest = self.answer(g)
        last = decayed or plain
        if len(set(plain)) == 1 or len(set(last)) == 1 or plain == decayed:
            return None
        if form != OPEN:
            return g if sign(last.count("+") - last.count("-")) == wish else None
        against = sum(k * slope < 0 for k, slope in zip(K, slopes, strict=True))
        if limit and (against < 2 or largest.denominator > LARGEST_DENOMINATOR):  # noqa: PLR2004 - so that they are compared
            return None
        return g

    def answer(self, g: Numbers) -> Answer:
        plain, decay = _verdicts(g, 0), g["decay"]
        pairs = zip(flat(g["K"]), flat(g["G"]), strict=True)
        largest = max([Fraction(-slope, k) for k, slope in pairs] + [Fraction(0)])
        decayed = None if decay is None else _verdicts(g, decay)
        return plain, decayed, largest if g["asks"] else None

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        right, decay = self.answer(g), g["decay"]

        uphill = negated(right[0]), right[1] and negated(right[1]), None
        wrong: dict[str, Answer | None] = {
            "falling taken for shrinking": _falling(g, None),
            "step along the gradient instead of against it": uphill,
        }
        if decay is not None:
            wrong |= {
                "decay taken to shrink every entry": (right[0], ("-",) * 4, None),
                "sign of the decay reversed": (right[0], _verdicts(g, -decay), None),
                "decay left out": (right[0], right[0], None),
            }
        return {
            name: None if answer and answer[:2] == right[:2] else answer
            for name, answer in wrong.items()
        }

    def values(self, g: Numbers) -> list[Answer | None]:
        decay = g["decay"] or Fraction(0)
        right = _verdicts(g, decay)
        falling = tuple(sign(-s) for s in _with_decay(g, decay))
        turned = _verdicts(g | {"G": tuple(row[::-1] for row in g["G"][::-1])}, decay)
        return [(p,) for each in (right, falling, turned) for p in (each, negated(each))]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        return ((0, 1, 2, 3), (0, 1, 4, 5))

    def shows(self, g: Numbers) -> dict[str, Any]:
        decay = g["decay"] or Fraction(0)
        pairs = zip(flat(g["K"]), _with_decay(g, decay), strict=True)
        bounds = tuple(Fraction(-s, k) for k, s in zip(flat(g["K"]), flat(g["G"]), strict=True))
        return {
            "bounds": bounds,
            "steps": rows_of(_with_decay(g, decay), 2),
            "products": rows_of([k * s for k, s in pairs], 2),
            "first": rows_of(_verdicts(g, 0), 2),
            "last": rows_of(_verdicts(g, decay), 2),
        }


def _with_decay(g: Numbers, decay: Fraction | int) -> list[Fraction]:
    """What each entry is lessened by, but for the learning rate."""
    pairs = zip(flat(g["K"]), flat(g["G"]), strict=True)
    return [Fraction(slope + decay * k) for k, slope in pairs]


def _verdicts(g: Numbers, decay: Fraction | int) -> tuple[str, ...]:
    """+ for an entry that grows in magnitude, - for one that shrinks."""
    pairs = zip(flat(g["K"]), _with_decay(g, decay), strict=True)
    return tuple(sign(-k * step) for k, step in pairs)


def _falling(g: Numbers, limit: Fraction | None) -> Answer:
    plain, decay = tuple(sign(-s) for s in flat(g["G"])), g["decay"]
    decayed = None if decay is None else tuple(sign(-s) for s in _with_decay(g, decay))
    return plain, decayed, limit
