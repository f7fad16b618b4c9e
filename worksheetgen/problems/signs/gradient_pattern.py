"""Which entries of ∂L/∂K have a certain sign, from the signs of input and upstream alone."""

from collections.abc import Sequence
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    ENTRIES,
    HARD,
    OPEN,
    SIGNS,
    Answer,
    Numbers,
    Part,
    Question,
    flat,
    matrix,
    met,
    negated,
    rows_of,
    sign,
)

POSITIVE = "positive"
"""The level on which all inputs are positive, so that all entries of the gradient are alike."""
UPSTREAM = {"+": "++", "-": "--", "0": "00", "?": "+-"}
"""Upstream gradients of two outputs, by what they then make of all entries."""
ALIKE = {"+": (0, 9, 12, 14), "-": (0, 8, 12, 14), "0": (0, 8, 10, 13), "?": (0, 8, 10, 11)}
"""Which values are offered then: what all entries are, and the three that they are not."""
URNS = {EASY: "+++---0", "medium": "++++----0", HARD: "+-0"}
WORTH = {"+": 1, "-": -1, "0": 0}


class GradientPattern(Question):
    """Which entries of the kernel's gradient have a sign for certain, and which."""

    given = "pattern"
    names = ("X", "upstream", "entry")
    parts = (Part("pattern", SIGNS, rows=2),)
    offered = parts
    entries = frozenset(("entry",))

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        if level == POSITIVE:
            upstream = chance.some(UPSTREAM[chance.of("+-0?")], 2)
            return {"X": (("+",) * 3,) * 2, "upstream": rows_of(upstream, 2), "entry": None}
        size = 3 if level == HARD else 2
        X = matrix(lambda: chance.of(URNS[level]), size, 3)
        upstream = [chance.of("+-") for _ in range(2 * (size - 1))]
        if level != "medium":
            upstream[chance.below(len(upstream))] = "0"
        g: Numbers = {"X": X, "upstream": rows_of(upstream, 2), "entry": None}
        (pattern,) = self.answer(g)
        told, zeros = pattern.count("?"), pattern.count("0")
        if len(set(pattern)) == 1 or (zeros > 1 if level == EASY else not 1 <= told <= 2):  # noqa: PLR2004 - of four entries
            return None
        if not {"+", "-"} & {*pattern}:
            return None
        asked = next(s for s in ("?", "0", pattern[0]) if s in pattern)
        return g | {"entry": ENTRIES[pattern.index(asked)] if form == OPEN else None}

    def answer(self, g: Numbers) -> Answer:
        return (_pattern(_terms(g)),)

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        terms, (right,) = _terms(g), self.answer(g)
        plus = [["+"] * len(row) for row in g["upstream"]]
        wrong = {
            "upstream gradient not used": _pattern(_terms(g | {"upstream": plus})),
            "kernel flipped": right[::-1],
            "direction of descent given": negated(right),
            "conflicts settled by counting terms": tuple(sign(sum(own)) for own in terms)
            if "?" in right
            else None,
            "zero taken for unknown": tuple(
                "?" if 0 in own else s for own, s in zip(terms, right, strict=True)
            )
            if any(0 in own for own in terms)
            else None,
        }
        return {name: None if pattern is None else (pattern,) for name, pattern in wrong.items()}

    def level(self, sample: Any) -> str:
        return POSITIVE if sample.inputs == POSITIVE else super().level(sample)

    def values(self, g: Numbers) -> list[Answer | None]:
        (a, b, c, d), opposite = self.answer(g)[0], negated
        if _is_positive(g):
            alike = ("+", "-", "-", "0", "0", "?", "?")
            kept = [s if 8 + n in ALIKE[a] else None for n, s in enumerate(alike)]
            return [((a,) * 4,), *[None] * 7, *(((s,) * 4,) if s else None for s in kept)]
        images = [(a, b, c, d), (d, c, b, a), (b, a, d, c), (c, d, a, b)]
        return [*((image,) for image in (*images, *map(opposite, images))), *[None] * 7]

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        if _is_positive(g):
            return (ALIKE[self.answer(g)[0][0]],)
        return ((0, 4, 1, 5), (0, 4, 2, 6), (0, 4, 3, 7), (0, 1, 2, 3))

    def shows(self, g: Numbers) -> dict[str, Any]:
        terms = [tuple(sign(term) for term in own) for own in _terms(g)]
        return {"terms": terms, "pattern": rows_of(self.answer(g)[0], 2)}


def _is_positive(g: Numbers) -> bool:
    return {*flat(g["X"])} == {"+"}


def _terms(g: Numbers) -> list[list[int]]:
    """For each kernel entry the signs of its summands."""
    X = [[WORTH[s] for s in row] for row in g["X"]]
    upstream = [WORTH[s] for s in flat(g["upstream"])]
    return [[a * b for a, b in zip(upstream, met(X, entry), strict=True)] for entry in ENTRIES]


def _pattern(terms: list[list[int]]) -> tuple[str, ...]:
    return tuple("?" if max(own) > 0 > min(own) else sign(sum(own)) for own in terms)
