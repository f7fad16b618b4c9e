"""Another loss with a scaled upstream gradient: what becomes of the kernel's gradient."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    CHANGES,
    EASY,
    ENTRIES,
    HARD,
    OPEN,
    Answer,
    Numbers,
    Part,
    Question,
    flat,
    matrix,
    met,
    rows_of,
)
from worksheetgen.problems.steps import Symbol

RELATIONS = {"same": 1, "opposite": -1, "neither": 0}
SCALES = tuple(Fraction(n, d) for n, d in ((2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (-3, 1)))
"""The first four have an inverse that ends as a decimal, as choices have to."""
STILL, CHANGED = "does not change", "changes"


class ScaledUpstream(Question):
    """What a scaled upstream gradient changes: nothing of the layer, but the kernel's gradient."""

    given = "scaled"
    names = ("X", "upstream", "G", "scale", "output", "new")
    parts = (
        Part("output", CHANGES),
        Part("jacobian", CHANGES),
        Part("gradient", rows=2),
        Part("direction", RELATIONS),
    )
    offered = parts[2:3]
    entries = frozenset(("output",))
    letter = "H"

    def wish(self, chance: Chance, form: str) -> int:
        """Which scale is taken."""
        return chance.below(len(SCALES) if form == OPEN else 4)

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        size = 3 if level == HARD else 2
        X = matrix(lambda: chance.nonzero(4), size, 3)
        upstream = tuple(chance.nonzero(3) for _ in range(2 * (size - 1)))
        old = _gradient(X, upstream)
        g: Numbers = {"X": X, "upstream": rows_of(upstream, 2), "G": rows_of(old, 2)}
        if level == EASY:
            g |= {"scale": SCALES[int(wish)], "output": None, "new": None}
        else:
            scale = ((-1, 3) if level == HARD else (0, 2))[int(wish) % 2]
            place = chance.below(len(upstream))
            index = divmod(place, 2) if level == HARD else (place,)
            g |= {"scale": None, "output": Symbol("H", index), "new": scale * upstream[place]}
        _, _, new, relation = self.answer(g)
        if not any(old) or not any(new) or len(set(new)) == 1:
            return None
        return g if level == EASY or relation == "neither" else None

    def answer(self, g: Numbers) -> Answer:
        return _answer(g, _gradient(g["X"], _new(g)))

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        right, old = self.answer(g), flat(g["G"])
        wrong: dict[str, Answer | None] = {
            "output taken to change": (CHANGED, *right[1:]),
            "Jacobian taken to change": (STILL, CHANGED, *right[2:]),
        }
        if g["scale"] is not None:
            scaled = [
                ("scaled twice", [g["scale"] ** 2 * entry for entry in old]),
                ("sign of the scale lost", [abs(g["scale"]) * entry for entry in old]),
                ("gradient left as it was", old),
            ]
        else:
            by, window, place = _difference(g)
            old_upstream = flat(g["upstream"])[place]
            factor = Fraction(g["new"], old_upstream)
            scaled = [
                (
                    "entry of the gradient in the same place scaled",
                    [e * (factor if n == place else 1) for n, e in enumerate(old)],
                ),
                ("change of the upstream entry added everywhere", [e + by for e in old]),
                ("sign of the change reversed", _plus(old, -by, window)),
                ("kernel flipped", _plus(old, by, window[::-1])),
            ]
        wrong |= {name: _answer(g, entries) for name, entries in scaled}
        return {name: None if answer == right else answer for name, answer in wrong.items()}

    def values(self, g: Numbers) -> list[Answer | None]:
        old = flat(g["G"])
        if g["scale"] is not None:
            scales = (g["scale"], -g["scale"], 1 / g["scale"], -1 / g["scale"])
            return [(tuple(scale * Fraction(entry) for entry in old),) for scale in scales]
        by, window, _ = _difference(g)
        return [
            (tuple(map(Fraction, _plus(old, way * by, seen))),)
            for seen in (window, window[::-1])
            for way in (1, -1)
        ]

    def shows(self, g: Numbers) -> dict[str, Any]:
        new = rows_of(_gradient(g["X"], _new(g)), 2)
        if g["scale"] is not None:
            return {"new": new}
        by, window, _ = _difference(g)
        return {"by": by, "window": rows_of(window, 2), "new": new}


def _gradient(
    X: Sequence[Sequence[int]], upstream: Sequence[Fraction | int]
) -> tuple[Fraction, ...]:
    """Shares of the outputs, added up for each kernel entry."""
    seen = (met(X, entry) for entry in ENTRIES)
    return tuple(Fraction(sum(a * x for a, x in zip(upstream, own, strict=True))) for own in seen)


def _place(g: Numbers) -> int:
    *row, column = g["output"].index
    return int(2 * sum(row) + column)


def _new(g: Numbers) -> list[Fraction | int]:
    """The upstream gradient of the other loss."""
    upstream = flat(g["upstream"])
    if g["scale"] is not None:
        return [g["scale"] * entry for entry in upstream]
    upstream[_place(g)] = g["new"]
    return upstream


def _difference(g: Numbers) -> tuple[int, list[int], int]:
    """By how much an upstream entry changes, what its window holds, and its place."""
    place = _place(g)
    window = [met(g["X"], entry)[place] for entry in ENTRIES]
    return g["new"] - flat(g["upstream"])[place], window, place


def _plus(old: Sequence[Fraction], by: int, window: Sequence[int]) -> list[Fraction]:
    return [entry + by * x for entry, x in zip(old, window, strict=True)]


def _answer(g: Numbers, new: Sequence[Fraction]) -> Answer:
    return STILL, STILL, tuple(map(Fraction, new)), _relation(flat(g["G"]), new)


def _relation(old: Sequence[Fraction], new: Sequence[Fraction]) -> str:
    """Of the directions of two steps."""
    if not any(new) or any(
        a * d != b * c for a, c in zip(old, new, strict=True) for b, d in zip(old, new, strict=True)
    ):
        return "neither"
    return "same" if sum(a * c for a, c in zip(old, new, strict=True)) > 0 else "opposite"
