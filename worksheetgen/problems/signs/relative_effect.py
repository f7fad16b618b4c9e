"""Which entry changes the loss most if it is multiplied by 1.01, and which if 0.01 is added."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    EFFECTS,
    ENTRIES,
    HARD,
    KERNEL,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    effect,
    flat,
    rows_of,
)

OPPOSITE = {"increases": "decreases", "decreases": "increases"}
MAGNITUDES = range(1, 10)
DECREASE, CHANGE = "decrease", "change"


class RelativeEffect(Question):
    """Which entry changes the loss most if it is multiplied, and which if something is added."""

    given = "relative"
    names = ("K", "G", "goal")
    parts = (Part("entry", KERNEL), Part("change"), Part("added", KERNEL))
    offered = (Part("entry", KERNEL), Part("effect", EFFECTS))

    def wish(self, chance: Chance, form: str) -> int:
        """Which of six kinds of entries is right, and which one is offered beside it."""
        return chance.below(6)

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        K = [size * (1 if level == EASY else chance.sign()) for size in chance.some(MAGNITUDES, 4)]
        slopes = [size * chance.sign() for size in chance.some(MAGNITUDES, 4)]
        goal = DECREASE if level == HARD else CHANGE
        g: Numbers = {"K": rows_of(K, 2), "G": rows_of(slopes, 2), "goal": goal}
        products = _products(g)
        steepest, largest = _largest(slopes), _largest(K)
        if len(set(map(abs, products))) < 4 or steepest == largest:  # noqa: PLR2004 - of four entries
            return None
        best = _best(g)
        if level == HARD and (min(products) > 0 or best == _largest(products)):
            return None
        if form == OPEN:
            return g if best not in (steepest, largest) else None
        rest = [n for n in range(4) if n not in (steepest, largest)]
        if level == HARD:
            return g
        kinds: Sequence[tuple[Any, int]] = (
            *((steepest, largest), (largest, steepest), (steepest, chance.of(rest))),
            *((None, steepest), (largest, chance.of(rest)), (None, largest)),
        )
        right, beside = kinds[wish]
        fit = best in rest if right is None else best == right
        return g | {"beside": beside} if fit else None

    def answer(self, g: Numbers) -> Answer:
        return _answer(g, _best(g))

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        slopes, products, right = flat(g["G"]), _products(g), self.answer(g)
        entry, change, added = right
        steepest = _largest(slopes)
        hard = g["goal"] == DECREASE
        ranked = _largest(products) if hard else products.index(max(products))
        wrong = {
            "derivative of the largest magnitude taken": _answer(g, steepest),
            "entry of the largest magnitude taken": _answer(g, _largest(flat(g["K"]))),
            "sign reversed": (entry, -change, added),
            "entry left out of its change": (added, Fraction(slopes[steepest], 100), added),
            "entry itself taken as its change": (entry, 100 * change, added),
            "ranked by magnitude" if hard else "ranked with the signs": _answer(g, ranked),
        }
        return {name: None if answer == right else answer for name, answer in wrong.items()}

    def values(self, g: Numbers) -> list[Answer | None]:
        products, best = _products(g), _best(g)
        if g["goal"] == DECREASE:
            rising = products.index(max(products))
            rest = [n for n in range(4) if n not in (best, rising)]
            one, other = ((ENTRIES[n], None) for n in rest)
            return [(ENTRIES[best], None), (ENTRIES[rising], None), one, *[None] * 5, other]
        others = [best, *(n for n in range(4) if n != best)]
        words = [(n, effect(products[n])) for n in others]
        couples = [(ENTRIES[n], w) for n, word in words for w in (word, OPPOSITE[word])]
        return [*couples, None]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        if g["goal"] == DECREASE:
            return ((0, 1, 2, 8),)
        others = [n for n in range(4) if n != _best(g)]
        place = 2 + 2 * others.index(g["beside"])
        return ((0, 1, place, place + 1),)

    def in_order(self, g: Numbers) -> bool:
        return bool(g["goal"] == DECREASE)

    def shows(self, g: Numbers) -> dict[str, Any]:
        return {
            "effects": rows_of([Fraction(p, 100) for p in _products(g)], 2),
            "best": ENTRIES[_best(g)],
        }


def _products(g: Numbers) -> list[int]:
    return [k * slope for k, slope in zip(flat(g["K"]), flat(g["G"]), strict=True)]


def _largest(numbers: Sequence[int]) -> int:
    """The place of the largest magnitude."""
    return max(range(len(numbers)), key=lambda n: abs(numbers[n]))


def _best(g: Numbers) -> int:
    products = _products(g)
    return products.index(min(products)) if g["goal"] == DECREASE else _largest(products)


def _answer(g: Numbers, place: int) -> Answer:
    added = ENTRIES[_largest(flat(g["G"]))]
    return ENTRIES[place], Fraction(_products(g)[place], 100), added
