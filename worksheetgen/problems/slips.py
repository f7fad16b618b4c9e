"""Slips that happen in every sum of products."""

import numpy as np

from worksheetgen.engine.arrays import Array


def sign_lost(a: Array, b: Array) -> Array:
    """Products, with minus times minus taken as minus."""
    return np.asarray(np.where((a < 0) & (b < 0), -1, 1) * a * b)
