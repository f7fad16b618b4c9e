"""All outputs are negative before ReLU: from which change of an entry on the loss reacts."""

from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    CHANGES,
    EASY,
    ENTRIES,
    HARD,
    KERNEL,
    MEDIUM,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    flat,
    matrix,
    met,
    outputs,
    rows_of,
)
from worksheetgen.problems.steps import Symbol

LARGEST_BIAS, LOWEST = 9, -15
STILL, MOVES = "does not change", "changes"


class DeadRelu(Question):
    """From which change of which kernel entry on a loss behind a dead ReLU reacts."""

    given = "dead"
    names = ("X", "K", "bias", "upstream", "entry")
    lines = 8
    parts = (
        Part("gradient", rows=2),
        Part("step", CHANGES),
        Part("entry", KERNEL),
        Part("change"),
    )
    offered = (Part("change"),)
    entries = frozenset(("entry",))

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        growing = level == EASY and form == OPEN
        size = 2 if level == EASY else 3
        X = matrix(lambda: chance.between(1, 4) if growing else chance.nonzero(4), size, 3)
        K = matrix(lambda: chance.nonzero(3), 2, 2)
        H = outputs(X, K)
        bias = -max(H) - chance.between(1, 5)
        if not -LARGEST_BIAS <= bias < 0 or min(H) + bias < LOWEST:
            return None
        entry = None if level == HARD and form == OPEN else chance.of(ENTRIES)
        upstream = rows_of([chance.nonzero(3) for _ in H], 2)
        g: Numbers = {"X": X, "K": K, "bias": bias, "upstream": upstream, "entry": entry}
        nearest, *others = sorted(_ways(g), key=_size)
        if _size(nearest) == _size(others[0]):
            return None
        if form != OPEN:
            mirrored = _soonest(g, _opposite(g["entry"]))
            return None if _size(mirrored) == _size(nearest) else g
        before = _before(g)
        if level == MEDIUM and before[nearest[2]] == max(before):
            return None
        return g

    def answer(self, g: Numbers) -> Answer:
        return self._of(g, min(_ways(g), key=_size)[1])

    def _of(self, g: Numbers, change: Fraction) -> Answer:
        """The answer with another change; the entry is a part of it where it is sought."""
        entry = min(_ways(g), key=_size)[0]
        return (0,) * 4, STILL, None if g["entry"] else entry, change

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        entry, change, _ = min(_ways(g), key=_size)
        before, own = _before(g), _ways(g | {"entry": entry})
        top = before.index(max(before))
        undivided = -before[top] if change > 0 else before[top]
        wrong = {
            "output nearest to zero taken, not divided by the input": Fraction(undivided),
            "output nearest to zero taken": next(way[1] for way in own if way[2] == top),
            "largest change taken": max(own, key=_size)[1],
            "input of the opposite kernel entry taken": _soonest(g, _opposite(entry))[1],
        }
        return {
            "ReLU ignored": (_linear(g), MOVES, None, Fraction(0)),
            "sign reversed": self._of(g, -change),
            **{
                name: None if value == change else self._of(g, value)
                for name, value in wrong.items()
            },
        }

    def values(self, g: Numbers) -> list[Answer | None]:
        change = self.answer(g)[-1]
        mirrored = _soonest(g, _opposite(g["entry"]))[1]
        return [(change,), (-change,), (mirrored,), (-mirrored,)]

    def shows(self, g: Numbers) -> dict[str, Any]:
        entry = min(_ways(g), key=_size)[0]
        reached = tuple(way[1] for way in _ways(g | {"entry": entry}))
        return {"before": rows_of(_before(g), 2), "reached": reached, "zeros": ((0, 0), (0, 0))}


def _before(g: Numbers) -> list[int]:
    return [h + g["bias"] for h in outputs(g["X"], g["K"])]


def _linear(g: Numbers) -> tuple[int, ...]:
    """The gradient if ReLU let everything pass."""
    upstream = flat(g["upstream"])
    return tuple(
        sum(a * x for a, x in zip(upstream, met(g["X"], entry), strict=True)) for entry in ENTRIES
    )


def _ways(g: Numbers) -> list[tuple[Symbol, Fraction, int]]:
    """Which entry, changed by how much, makes which output zero."""
    asked = [g["entry"]] if g["entry"] else ENTRIES
    return [
        (entry, Fraction(-h, x), place)
        for entry in asked
        for place, (h, x) in enumerate(zip(_before(g), met(g["X"], entry), strict=True))
    ]


def _size(way: tuple[Symbol, Fraction, int]) -> Fraction:
    return abs(way[1])


def _soonest(g: Numbers, entry: Symbol) -> tuple[Symbol, Fraction, int]:
    return min(_ways(g | {"entry": entry}), key=_size)


def _opposite(entry: Symbol) -> Symbol:
    u, v = entry.index
    return Symbol("K", (1 - u, 1 - v))
