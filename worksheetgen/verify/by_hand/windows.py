"""Windows on a padded input, by definition: loops over indices in plain Python."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

from worksheetgen.verify.by_hand.work import Given, Sums, formula

Matrix = list[list[int]]
Pair = tuple[int, ...]


def padded(X: Sequence[Sequence[int]], padding: Pair) -> Matrix:
    """X with rows of zeros above and below and columns of zeros left and right."""
    rows, columns = padding
    zeros = [0] * columns
    wide = [[*zeros, *line, *zeros] for line in X]
    around = [[0] * len(wide[0])] * rows
    return [*around, *wide, *around]


# Sizes by a wrong formula, of n entries and a padding p, a window from its first entry to its last,
# and a stride s.


def one_less(n: int, p: int, window: int, s: int) -> int:
    return floor(Fraction(n + 2 * p - window, s))


def padding_once(n: int, p: int, window: int, s: int) -> int:
    return floor(Fraction(n + p - window, s)) + 1


def rounded_up(n: int, p: int, window: int, s: int) -> int:
    return ceil(Fraction(n + 2 * p - window, s)) + 1


def side_of(shape: Sequence[int]) -> int:
    """The side of a square.

    Raises:
        ValueError: it is none.
    """
    side, other = shape
    if side != other:
        raise ValueError(f"{side} × {other} is no square")
    return side


def settings_said(given: Given) -> Given:
    """How a stem says stride, padding and dilation: none of 1, and no padding in a word."""
    said = {"stride": given["stride"], "padding": given["padding"]}
    if not any(given["padding"]):
        said["padding"] = "without"
    return said | ({"dilation": given["dilation"]} if given["dilation"] != [1, 1] else {})


def settings_meant(printed: Given) -> Given:
    """What a stem means by these."""
    if "stride" not in printed:
        return printed
    meant = {"dilation": [1, 1]} | printed
    return meant | ({"padding": [0, 0]} if printed["padding"] == "without" else {})


def flat(rows: Iterable[Iterable[Any]]) -> list[Any]:
    """The entries in row-major order."""
    return [entry for row in rows for entry in row]


def positions(size: int, kernel: int, stride: int, padding: int, dilation: int) -> list[int]:
    """Where the window may start on one axis of the padded input: no tap beyond its end."""
    reach = (kernel - 1) * dilation
    return list(range(0, size + 2 * padding - reach, stride))


def shape_of(rows: Sequence[Sequence[Any]]) -> list[int]:
    """Rows and columns."""
    return [len(rows), len(rows[0])]


def size_formula(given: Given) -> tuple[list[Sums], list[str]]:
    """For either axis the sum under the size formula's fraction, and the formula as printed."""
    settings = (given[key] for key in ("padding", "dilation", "stride"))
    sizes = shape_of(given["X"]), shape_of(given["K"])
    under, printed = [], []
    for n, k, p, d, s in zip(*sizes, *settings, strict=True):
        under.append(formula((1, n), (2, p), (-d, k - 1), (-1, 1)))
        total = len(positions(n, k, s, p, d))
        printed.append(f"⌊({n}+2·{p}-{d}·({k}-1)-1)/{s}⌋+1={total}")
    return under, printed


def windows(given: Given) -> list[Matrix]:
    """What the kernel's entries meet, row by row, for every output entry in rows and columns."""
    X, K = given["X"], given["K"]
    geometry = (tuple(given[key]) for key in ("stride", "padding", "dilation"))
    return _windows(tuple(map(tuple, X)), (len(K), len(K[0])), *geometry)


@lru_cache(maxsize=8)
def _windows(
    X: tuple[tuple[int, ...], ...], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> list[Matrix]:
    everything = padded(X, padding)
    tops, lefts = (
        positions(size, kernel[axis], stride[axis], padding[axis], dilation[axis])
        for axis, size in enumerate((len(X), len(X[0])))
    )
    down, right = ([n * d for n in range(k)] for k, d in zip(kernel, dilation, strict=True))
    return [
        [[everything[top + u][left + v] for u in down for v in right] for left in lefts]
        for top in tops
    ]
