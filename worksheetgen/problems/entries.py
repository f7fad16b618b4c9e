"""A given that says one entry of a matrix: row and column, from 0."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.settings import Index


def drawn_entry(shape: str, meaning: str) -> Any:
    """Declare a field that says an entry of a matrix whose shape is that key of ``sample``."""

    def chosen(rng: Generator, sample: Any, count: int) -> Array:
        return rng.integers(0, getattr(sample, shape), size=(count, 2))

    return drawn(tuple[Index, Index], lambda _: (2,), meaning, shown=False, chosen=chosen, axes=1)


def check_entry(entry: Sequence[int] | None, shape: Sequence[int], called: str) -> None:
    """Raise ``ValueError`` if a fixed entry lies outside of its matrix."""
    if entry and any(np.greater_equal(entry, shape)):
        rows, columns = shape
        raise ValueError(
            f"given.entry {list(entry)} lies outside the {rows} × {columns} {called}; rows and "
            "columns count from 0"
        )


def at_entry(matrix: Array, entry: Array) -> Array:
    """The entry of each matrix. Shapes (..., rows, columns) and (..., 2).

    >>> int(at_entry(np.array([[1, 2], [3, 4]]), np.array([1, 0])))
    3
    """
    flat = matrix.reshape(*matrix.shape[:-2], -1)
    place = np.asarray(entry[..., 0] * matrix.shape[-1] + entry[..., 1])
    return np.take_along_axis(flat, place[..., None], axis=-1)[..., 0]
