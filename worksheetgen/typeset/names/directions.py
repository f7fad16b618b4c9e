"""Which way the letters of a name run, and in which order they stand.

Source: Unicode Standard Annex 9, for one line without marks of embedding.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

Piece = TypeVar("Piece")


def in_order(pieces: Sequence[Piece], levels: Sequence[int]) -> list[Piece]:
    """Pieces from left to right, by their levels (rule L2).

    >>> in_order("aBCd", [0, 1, 1, 0])
    ['a', 'C', 'B', 'd']
    """
    pairs = list(zip(pieces, levels, strict=True))
    for lowest in range(max(levels, default=0), 0, -1):
        turned = list[tuple[Piece, int]]()
        deep = [(pair, pair[1] >= lowest) for pair in pairs]
        for is_deep, group in groupby(deep, itemgetter(1)):
            own = [pair for pair, _ in group]
            turned += own[::-1] if is_deep else own
        pairs = turned
    return [piece for piece, _ in pairs]


def levels(name: str) -> list[int]:
    """How deep each letter is within others of another direction; odd ones run to the left.

    Numbers keep their order, and what has no direction takes that on both of its sides, or else
    that of the whole.

    >>> levels("Al אב")
    [0, 0, 0, 1, 1]
    """
    strong = [_way(letter) for letter in name]
    base = next((way for way in strong if way in "LR"), "L") == "R"
    before, around = "R" if base else "L", list[str]()
    for way in strong:  # numbers go with the letters before them
        before = way if way in "LR" else before
        around.append(before if way == "N" else way)
    found = []
    for at, way in enumerate(strong):
        side = around[at] if around[at] in "LR" else _between(around, at, "R" if base else "L")
        if side == "R":
            found.append(2 if way == "N" else 1)
        else:
            found.append(2 if base else 0)
    return found


def _way(letter: str) -> str:
    """The direction of a letter: L, R, N for a number; a blank for what has none."""
    way = unicodedata.bidirectional(letter)
    return {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}.get(way, " ")


def _between(around: Sequence[str], at: int, base: str) -> str:
    """The direction of what has none; marks go with their letter."""
    before = next((way for way in reversed(around[:at]) if way in "LR"), base)
    behind = next((way for way in around[at:] if way in "LR"), base)
    return before if before == behind else base


def runs_leftward(letter: str) -> bool:
    """Whether a letter is of a script that is written to the left."""
    return _way(letter) == "R"
