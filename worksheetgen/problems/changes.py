"""The vocabulary of mistakes on NumPy: changes of givens and answers, slips in products.

A change returns None where its shape leaves no room for it. Leading axes may be those of a batch.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array

Change = Callable[[Array], Array | None]
Slip = Callable[[Array, Array], Array]


def mirrored(entries: Array) -> Array | None:
    """The reverse order along the last axis, if it has several entries."""
    return None if entries.shape[-1] == 1 else entries[..., ::-1]


def flipped(matrix: Array) -> Array:
    """Turned by half a turn."""
    return matrix[..., ::-1, ::-1]


def upside_down(matrix: Array) -> Array:
    """The rows in the reverse order."""
    return matrix[..., ::-1, :]


def transposed(matrix: Array) -> Array | None:
    """Rows and columns exchanged, if that can be seen."""
    return None if 1 in matrix.shape[-2:] else np.swapaxes(matrix, -2, -1)


def turned(matrix: Array) -> Array:
    """Rows and columns exchanged, be it in a single row."""
    return np.swapaxes(matrix, -2, -1)


def sign_lost(a: Array, b: Array) -> Array:
    """Products, with minus times minus taken as minus."""
    return np.asarray(np.where((a < 0) & (b < 0), -1, 1) * a * b)


CHANGES: Mapping[str, Change] = {
    "mirrored": mirrored,
    "flipped": flipped,
    "upside_down": upside_down,
    "transposed": transposed,
    "turned": turned,
    "magnitudes": np.abs,
    "signs": np.sign,
    "negated": np.negative,
    "ones": np.ones_like,
    "zeros": lambda entries: 0 * entries,
    "doubled": lambda entries: 2 * entries,
    "one_less": lambda entries: entries - 1,
    "one_more": lambda entries: entries + 1,
    "unchanged": lambda entries: entries,
}
SLIPS: Mapping[str, Slip] = {"sign_lost": sign_lost, "added": np.add}


def changed(problem: Any, name: str, to: Any) -> Any:
    """A given of a problem as a mistake has it; None if there is no room for the mistake."""
    if not isinstance(to, str):
        return to
    return CHANGES[to](getattr(problem, name)) if to in CHANGES else getattr(problem, to)()
