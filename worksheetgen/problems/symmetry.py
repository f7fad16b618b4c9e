"""Givens on which turning or mirroring must show."""

import numpy as np

from worksheetgen.engine.arrays import Array


def differs_from_mirror_images(matrices: Array) -> Array:
    """Whether turning, mirroring or transposing shows, where the shape allows that it does."""
    rows, columns = matrices.shape[-2:]
    images = []
    if rows > 1:
        images.append(matrices[..., ::-1, :])
    if columns > 1:
        images.append(matrices[..., ::-1])
    if rows > 1 and columns > 1:
        images.append(matrices[..., ::-1, ::-1])
    if rows == columns > 1:
        images.append(np.swapaxes(matrices, -2, -1))
    differs = [(image != matrices).any(axis=(-2, -1)) for image in images]
    return np.logical_and.reduce(differs, axis=0) if differs else np.ones(matrices.shape[:-2], bool)
