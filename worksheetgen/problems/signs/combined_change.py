"""Two entries of the kernel change at once: what the loss does, and what keeps it as it is."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    ENTRIES,
    HARD,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    flat,
    rows_of,
)

SIZES = (1, 2, 4, 5, 8)


class CombinedChange(Question):
    """How the loss changes with two entries, and the change of one that makes up for others."""

    given = "combined"
    names = ("gradient", "a", "b", "by_a", "by_b", "c", "fall", "again", "instead")
    parts = (Part("change"), Part("balance"))
    offered = (Part("balance"),)
    entries = frozenset(("a", "b", "c", "again", "instead"))

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        slopes = [size * chance.sign() for size in chance.some(SIZES, 4)]
        a, b, c = chance.some(ENTRIES, 3)
        by_a, by_b = (Fraction(chance.nonzero(4), 100) for _ in "ab")
        if level == EASY:
            by_b = by_a
        elif abs(by_a) == abs(by_b):
            return None
        hard = level == HARD
        g: Numbers = {"gradient": rows_of(slopes, 2), "a": a, "b": b, "by_a": by_a, "by_b": by_b}
        g |= {"c": c, "fall": Fraction(chance.between(1, 6), 10)} if hard else {"c": None}
        twice = form == OPEN and not hard
        g |= {"again": a if twice else None, "instead": b if twice else None}
        g.setdefault("fall", None)
        change, balance = self.answer(g)
        if not change or not balance or (1000 * balance).denominator > 1:
            return None
        return g if form == OPEN or hard else g | {"by_b": None}

    def answer(self, g: Numbers) -> Answer:
        one, other = _effects(g)
        return one + other, _balance(g, one, other)

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        (one, other), (change, balance) = _effects(g), self.answer(g)
        slopes = _slopes(g)
        both = (slopes["a"] + slopes["b"]) * (g["by_a"] + g["by_b"])
        lost, alone = (abs(one), abs(other)), (one, Fraction(0))
        inverted = None if g["c"] else (change, -slopes["b"] * g["by_a"] / slopes["a"])
        return {
            "effects added by their magnitudes": (sum(lost), _balance(g, *lost)),
            "second change left out": (one, _balance(g, *alone)),
            "sum of derivatives multiplied by sum of changes": (
                both,
                _balance(g, both, Fraction(0)) if g["c"] else balance,
            ),
            "sign reversed": (change, -balance),
            "ratio inverted": inverted,
        }

    def values(self, g: Numbers) -> list[Answer | None]:
        slopes, (one, other) = _slopes(g), _effects(g)
        right = _balance(g, one, other)
        found: list[Answer | None] = [(right,), (-right,)]
        if g["c"]:
            turned = _balance(g, one, -other)
            return [*found, None, None, (turned,), (-turned,)]
        inverted = -slopes["b"] * g["by_a"] / slopes["a"]
        return [*found, (inverted,), (-inverted,), None, None]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        return ((0, 1, 4, 5),) if g["c"] else ((0, 1, 2, 3),)

    def shows(self, g: Numbers) -> dict[str, Any]:
        one, other = _effects(g)
        first = {"first": one, "wanted": -(g["fall"] or 0)}
        return first | ({} if g["by_b"] is None else {"second": other})


def _slopes(g: Numbers) -> dict[str, int]:
    slopes = flat(g["gradient"])
    return {name: slopes[ENTRIES.index(g[name])] for name in "abc" if g[name]}


def _effects(g: Numbers) -> tuple[Fraction, Fraction]:
    slopes = _slopes(g)
    return slopes["a"] * g["by_a"], slopes["b"] * (g["by_b"] or Fraction(0))


def _balance(g: Numbers, one: Fraction, other: Fraction) -> Fraction:
    """The change of the last entry, for given effects of the others."""
    slopes = _slopes(g)
    return (-g["fall"] - one - other) / slopes["c"] if g["c"] else -one / slopes["b"]
