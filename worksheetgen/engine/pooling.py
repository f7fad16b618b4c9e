r"""Max and average pooling, and how each hands a gradient back.

.. math::

    M[i, j] = \max_{u,v} X[i s_0 + u, j s_1 + v], \qquad
    A[i, j] = \frac{1}{k_0 k_1} \sum_{u,v} X[i s_0 + u, j s_1 + v]

The maximum passes its output's gradient to the entry that it took; the average passes an equal
share to every entry of the window. Where windows overlap, what they pass adds up.

Source: Goodfellow, Bengio, Courville, "Deep Learning" (2016), section 9.3.
"""

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.cross_correlation import kernel_jacobian
from worksheetgen.engine.output_size import Pair, output_shape


def windows(X: Array, window: Pair, stride: Pair) -> Array:
    """What each output sees, shape (..., outputs, window entries), both in row-major order.

    >>> windows(np.array([[1, 2, 3]]), (1, 2), (1, 1)).tolist()
    [[1, 2], [2, 3]]
    """
    return kernel_jacobian(X, window, stride=stride)


def max_pool(X: Array, window: Pair, stride: Pair) -> Array:
    """The largest entry of each window, shape (..., oh, ow).

    >>> max_pool(np.array([[1, 2], [4, 3]]), (2, 2), (2, 2)).tolist()
    [[4]]
    """
    return _in_rows(windows(X, window, stride).max(axis=-1), X, window, stride)


def route(X: Array, window: Pair, stride: Pair) -> Array:
    """For each window, 1 at its largest entry and 0 elsewhere, as :func:`windows` has them.

    >>> route(np.array([[1, 5, 3]]), (1, 2), (1, 1)).tolist()
    [[0, 1], [1, 0]]
    """
    seen = windows(X, window, stride)
    return np.asarray((seen == seen.max(axis=-1, keepdims=True)).astype(np.int64))


def scatter(shares: Array, input_shape: Pair, window: Pair, stride: Pair) -> Array:
    """Add up what the windows hand back to each input entry, shape (..., h, w).

    Args:
        shares: shape (..., outputs, window entries).
        input_shape: (h, w).
        window: its rows and columns.
        stride: pair s.

    >>> scatter(np.array([[1, 2], [10, 20]]), (1, 3), (1, 2), (1, 1)).tolist()
    [[1, 12, 20]]
    """
    h, w = input_shape
    places = windows(np.arange(h * w).reshape(h, w), window, stride)
    gradient = np.zeros((*shares.shape[:-2], h * w), dtype=shares.dtype)
    for output, tap in np.ndindex(places.shape):
        gradient[..., places[output, tap]] += shares[..., output, tap]
    return gradient.reshape(*shares.shape[:-2], h, w)


def overwrite(shares: Array, there: Array, input_shape: Pair, window: Pair, stride: Pair) -> Array:
    """Like :func:`scatter`, but what a window hands back takes the place of what was there.

    Args:
        shares: shape (..., outputs, window entries).
        there: of the same shape, whether a share is handed back at all.
        input_shape: (h, w).
        window: its rows and columns.
        stride: pair s.

    >>> shares = np.array([[1, 2], [10, 20]])
    >>> overwrite(shares, shares > 0, (1, 3), (1, 2), (1, 1)).tolist()
    [[1, 10, 20]]
    """
    h, w = input_shape
    places = windows(np.arange(h * w).reshape(h, w), window, stride)
    gradient = np.zeros((*shares.shape[:-2], h * w), dtype=shares.dtype)
    for output, tap in np.ndindex(places.shape):
        before, at = gradient[..., places[output, tap]], (..., output, tap)
        gradient[..., places[output, tap]] = np.where(there[at], shares[at], before)
    return gradient.reshape(*shares.shape[:-2], h, w)


def _in_rows(entries: Array, X: Array, window: Pair, stride: Pair) -> Array:
    h, w = X.shape[-2:]
    shape = output_shape((h, w), window, stride=stride)
    return np.asarray(entries.reshape(*entries.shape[:-1], *shape))
