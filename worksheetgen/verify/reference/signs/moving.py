"""Losses that are moved: small layers and differences, in plain Python."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

Rows = Sequence[Sequence[Any]]
ENTRIES = [[0, 0], [0, 1], [1, 0], [1, 1]]
WORTH = {"+": 1, "-": -1, "0": 0}
OPPOSITE = {
    "increases": "decreases",
    "decreases": "increases",
    "stays": "stays",
    "+": "-",
    "-": "+",
    "0": "0",
    "?": "?",
}


def sign(number: Any) -> str:
    return "0" if number == 0 else "-" if number < 0 else "+"


def effect(change: Any) -> str:
    return {"0": "stays", "-": "decreases", "+": "increases"}[sign(change)]


def flat(rows: Iterable[Iterable[Any]]) -> list[Any]:
    return [entry for row in rows for entry in row]


def two_rows(entries: Sequence[Any]) -> list[list[Any]]:
    half = len(entries) // 2
    return [list(entries[:half]), list(entries[half:])]


def moved(rows: Rows, entry: Sequence[int], by: Any) -> list[list[Any]]:
    """A matrix with one entry changed."""
    new = [list(row) for row in rows]
    new[int(entry[0])][int(entry[1])] += by
    return new


def layer(X: Rows, K: Rows) -> list[Any]:
    """The outputs of a 2 × 2 kernel at stride one, in order."""
    return [
        sum(K[u][v] * X[i + u][j + v] for u, v in ENTRIES)
        for i in range(len(X) - 1)
        for j in range(len(X[0]) - 1)
    ]


def slope(loss: Callable[[Any], Any], step: Fraction = Fraction(1, 7)) -> Any:
    """The derivative at zero by a central difference, exact for quadratic losses."""
    return (loss(step) - loss(-step)) / (2 * step)


def dot(one: Sequence[Any], other: Sequence[Any]) -> Any:
    return sum(a * b for a, b in zip(one, other, strict=True))


def negated(signs: Iterable[str]) -> list[str]:
    return [OPPOSITE[each] for each in signs]


def present(wrong: dict[str, Any], right: Any) -> dict[str, Any]:
    """The wrong answers that differ from the right one."""
    return {name: answer for name, answer in wrong.items() if answer not in (None, right)}
