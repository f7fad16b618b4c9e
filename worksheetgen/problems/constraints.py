"""Constraints that recur: something is not all zero, mirroring shows, entries combine."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array

FULL, LINES, MIRROR_SHOWS, COMBINES = "full", "lines", "mirror shows", "combines"
"""What a declared given can be held to."""


def not_all_zero(values: Array, batch: int) -> Array:
    """Whether an entry is not zero; so many leading axes are those of a batch."""
    values = np.asarray(values)
    return np.asarray(values.reshape(*values.shape[:batch], -1).any(axis=-1))


def no_empty_line(matrix: Array, batch: int) -> Array:
    """Whether no row and no column of a matrix is all zero."""
    there = matrix.reshape(*matrix.shape[:batch], *matrix.shape[-2:]) != 0
    return np.asarray(there.any(axis=-1).all(axis=-1) & there.any(axis=-2).all(axis=-1))


def several_weights(entries: Array, batch: int) -> Array:
    """Whether entries have two that are not zero and differ, where there are several."""
    entries = entries.reshape(*entries.shape[:batch], -1)
    if entries.shape[-1] == 1:
        return np.asarray(entries.any(axis=-1))
    several = np.count_nonzero(entries, axis=-1) > 1
    return np.asarray(several & (np.ptp(entries, axis=-1) > 0))


def differs_from_mirror_images(entries: Array, batch: int) -> Array:
    """Whether turning, mirroring or transposing shows, where the shape allows that it does."""
    own = tuple(range(batch, entries.ndim))
    long = [axis for axis in own if entries.shape[axis] > 1]
    images = [np.flip(entries, axis) for axis in long]
    if len(long) > 1:
        images.append(np.flip(entries, tuple(long)))
    if len(own) > 1 and entries.shape[-1] == entries.shape[-2] > 1:
        images.append(np.swapaxes(entries, -2, -1))
    differs = [(image != entries).any(axis=own) for image in images]
    every = np.ones(entries.shape[:batch], bool)
    return np.asarray(np.logical_and.reduce([every, *differs], axis=0))


RULES: Mapping[str, tuple[str, Callable[[Any, int], Array]]] = {
    FULL: ("{} is not all zero.", not_all_zero),
    LINES: ("{} has no row and no column of zeros.", no_empty_line),
    MIRROR_SHOWS: ("{} differs from each of its mirror images.", differs_from_mirror_images),
    COMBINES: ("{} has two entries that are not zero, and not all are equal.", several_weights),
}
"""What each says, of a given as it is called, and who judges it."""
