"""The effort of solving by hand, so that variants can be held equally hard.

Effort is a count of what a person writes and can get wrong. Its unit is one product of two
positive factors, written down and worked out. It is a measure for comparing variants of one
exam, not a forecast of minutes. Every weight is a multiple of 1/8, so that no machine rounds it.

What counts                                                            weight
---------------------------------------------------------------------  ------
a product of two factors that are not zero                             1
the same product once more: a repeated value is looked up, not worked  1/2
a product with a zero factor: seen and written, but no work            1/4
each negative factor of a product that is not zero                     1/4
adding to a sum a product of the same sign                             1/2
adding to a sum a product of the other sign: a subtraction             1
a total of two digits or more                                          1/2
the size of the largest sum on the way, for each of its binary digits  1/4
an entry that is copied, not computed                                  1/4
each copied entry that is negative                                     1/8
"""

import numpy as np

from worksheetgen.engine.arrays import Array


def effort_of_sums(a: Array, b: Array) -> Array:
    """The effort of working out sums of products Σ a·b, with the weights of the module's text.

    Args:
        a: the first factors, shape (..., sums, terms).
        b: the second factors; both broadcast to one shape.

    Returns:
        Shape (...): one number for all sums together.

    >>> float(effort_of_sums(np.array([[1, 2]]), np.array([[3, 4]])))  # 3 + 8 = 11
    4.0
    >>> float(effort_of_sums(np.array([[1, 2]]), np.array([[3, -4]])))  # 3 - 8 = -5
    4.0
    >>> float(effort_of_sums(np.array([[1, 0]]), np.array([[3, -4]])))  # 3 + 0 = 3
    1.75
    """
    a, b = np.broadcast_arrays(a, b)
    products = a * b
    real = products != 0
    sums = products.cumsum(axis=-1)
    before, added = sums[..., :-1], products[..., 1:]
    adding = (before != 0) & (added != 0)
    unlike = adding & ((before < 0) != (added < 0))
    work = (
        np.where(real, 1, 1 / 4).sum(axis=(-2, -1))
        + (real * ((a < 0) * 1.0 + (b < 0))).sum(axis=(-2, -1)) / 4
        + (adding / 2 + unlike / 2).sum(axis=(-2, -1))
        + (np.abs(sums[..., -1]) >= TWO_DIGITS).sum(axis=-1) / 2
        + _binary_digits(np.abs(sums).max(axis=(-2, -1))) / 4
    )
    return np.asarray(work - _repetitions(a, b, real) / 2)


def effort_of_copying(entries: Array) -> Array:
    """The effort of copying the entries of a matrix, shape (..., rows, columns), in order.

    >>> float(effort_of_copying(np.array([[2, -1], [0, -1]])))
    1.25
    """
    return np.asarray((1 / 4 + (entries < 0) / 8).sum(axis=(-2, -1)))


TWO_DIGITS = 10


def _repetitions(a: Array, b: Array, real: Array) -> Array:
    """How many products are the same as an earlier one, whichever factor stands first."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    span = int(high.max()) - int(low.min()) + 1
    codes = np.where(real, (low - int(low.min())) * span + high - int(low.min()), -1)
    ordered = np.sort(codes.reshape(*codes.shape[:-2], -1), axis=-1)
    return np.asarray(((np.diff(ordered) == 0) & (ordered[..., 1:] >= 0)).sum(axis=-1))


def _binary_digits(magnitude: Array) -> Array:
    return np.asarray(np.frexp(magnitude.astype(float))[1])
