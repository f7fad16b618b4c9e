r"""Cross-correlation of one-channel inputs, with its derivatives beside it.

With stride s, zero padding p and dilation d, each a pair (vertical, horizontal), and
X̃ the input X padded with p rows and columns of zeros at every side,

    H[i, j] = Σ_{u,v} K[u, v] · X̃[i·s₀ + u·d₀, j·s₁ + v·d₁],

for 0 ≤ u < kh, 0 ≤ v < kw, and (i, j) over the output size of each axis. H is linear in K
for a fixed X and linear in X for a fixed K, which gives every derivative in this file:

    ∂H[i, j] / ∂K[u, v] = X̃[i·s₀ + u·d₀, j·s₁ + v·d₁]
    ∂H[i, j] / ∂X[m, n] = K[u, v]  where m = i·s₀ + u·d₀ - p₀ and n = j·s₁ + v·d₁ - p₁, else 0.

Deep learning calls this operation convolution; the kernel is not flipped. Arrays take any
number of leading batch axes, which broadcast. Integers in, integers out: nothing is rounded.
Entries may also be exact Python objects (``Fraction``), in arrays of dtype ``object``.

Source: Goodfellow, Bengio, Courville, "Deep Learning" (2016), section 9.1, equation 9.6.
"""

from functools import lru_cache

import numpy as np

from worksheetgen.engine.arrays import Array, ArrayLike
from worksheetgen.engine.output_size import Pair, output_shape


def cross_correlate(
    X: ArrayLike,
    K: ArrayLike,
    *,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    """The output H = X ⋆ K.

    Args:
        X: input, shape (..., h, w).
        K: kernel, shape (..., kh, kw).
        stride: pair s.
        padding: pair p.
        dilation: pair d.

    Returns:
        H of shape (..., oh, ow), see :func:`~worksheetgen.engine.output_size.output_size`.

    Raises:
        TypeError: entries are not exact (floating point, for instance).
        ValueError: fewer than two axes, or the kernel does not fit the padded input.
        OverflowError: a sum could exceed 64 bits.

    >>> cross_correlate([[2, -1], [0, -1], [1, 1], [-1, 2]], [[1, 0], [-1, -2]]).tolist()
    [[4], [-3], [-2]]
    """
    X, K = _exact(X), _exact(K)
    _no_overflow(X, K, terms=K.shape[-2] * K.shape[-1])
    taps = _windows(X, K.shape[-2:], stride, padding, dilation)
    return np.asarray((taps * K[..., None, None, :, :]).sum(axis=(-2, -1)))


def kernel_jacobian(
    X: ArrayLike,
    kernel_shape: Pair,
    *,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    """The Jacobian ∂H/∂K: each row is the window that one output entry sees.

    Args:
        X: input, shape (..., h, w).
        kernel_shape: (kh, kw).
        stride: pair s.
        padding: pair p.
        dilation: pair d.

    Returns:
        Shape (..., oh·ow, kh·kw), outputs and kernel entries in row-major order.

    Raises:
        TypeError: entries are not exact.
        ValueError: fewer than two axes, or the kernel does not fit the padded input.

    >>> kernel_jacobian([[2, -1], [0, -1], [1, 1], [-1, 2]], (2, 2)).tolist()
    [[2, -1, 0, -1], [0, -1, 1, 1], [1, 1, -1, 2]]
    """
    taps = _windows(_exact(X), kernel_shape, stride, padding, dilation)
    *batch, oh, ow, kh, kw = taps.shape
    return taps.reshape(*batch, oh * ow, kh * kw)


def input_jacobian(
    K: ArrayLike,
    input_shape: Pair,
    *,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    """The Jacobian ∂H/∂X: the sparse matrix A with vec(H) = A · vec(X).

    Args:
        K: kernel, shape (..., kh, kw).
        input_shape: (h, w).
        stride: pair s.
        padding: pair p.
        dilation: pair d.

    Returns:
        Shape (..., oh·ow, h·w), outputs and input entries in row-major order.

    Raises:
        TypeError: entries are not exact.
        ValueError: fewer than two axes, or the kernel does not fit the padded input.

    >>> input_jacobian([[1, 2]], (2, 3)).tolist()
    [[1, 2, 0, 0, 0, 0], [0, 1, 2, 0, 0, 0], [0, 0, 0, 1, 2, 0], [0, 0, 0, 0, 1, 2]]
    """
    K = _exact(K)
    h, w = input_shape
    kh, kw = K.shape[-2:]
    # Number the input entries from 1, so that the padding's zeros tell themselves apart.
    numbers = np.arange(1, h * w + 1).reshape(h, w)
    seen = kernel_jacobian(numbers, (kh, kw), stride=stride, padding=padding, dilation=dilation)
    output, tap = np.nonzero(seen)
    jacobian = np.zeros((*K.shape[:-2], len(seen), h * w), dtype=K.dtype)
    jacobian[..., output, seen[output, tap] - 1] = K.reshape(*K.shape[:-2], kh * kw)[..., tap]
    return jacobian


def input_vjp(
    upstream: ArrayLike,
    K: ArrayLike,
    input_shape: Pair,
    *,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    """The gradient ∂L/∂X = ∂L/∂H · ∂H/∂X: every output hands its share back to its window.

    ∂L/∂X̃[i·s₀ + u·d₀, j·s₁ + v·d₁] collects ∂L/∂H[i, j] · K[u, v] over all i, j, u, v;
    the padding's share is dropped.

    Args:
        upstream: ∂L/∂H, shape (..., oh, ow).
        K: kernel, shape (..., kh, kw).
        input_shape: (h, w).
        stride: pair s.
        padding: pair p.
        dilation: pair d.

    Returns:
        Shape (..., h, w).

    Raises:
        TypeError: entries are not exact.
        ValueError: the kernel does not fit the padded input, or ``upstream`` does not have
            the output's shape.
        OverflowError: a sum could exceed 64 bits.

    >>> input_vjp([[1, 10]], [[1, 2]], (1, 3)).tolist()
    [[1, 12, 20]]
    """
    upstream, K = _exact(upstream), _exact(K)
    h, w = input_shape
    kh, kw = K.shape[-2:]
    oh, ow = output_shape((h, w), (kh, kw), stride=stride, padding=padding, dilation=dilation)
    _has_output_shape(upstream, (oh, ow))
    _no_overflow(upstream, K, terms=kh * kw)
    batch = np.broadcast_shapes(upstream.shape[:-2], K.shape[:-2])
    padded = np.zeros(
        (*batch, h + 2 * padding[0], w + 2 * padding[1]), dtype=np.result_type(upstream, K)
    )
    for u, v in np.ndindex(kh, kw):
        top, left = u * dilation[0], v * dilation[1]
        rows = slice(top, top + stride[0] * oh, stride[0])
        columns = slice(left, left + stride[1] * ow, stride[1])
        padded[..., rows, columns] += upstream * K[..., u, v, None, None]
    return padded[..., padding[0] : padding[0] + h, padding[1] : padding[1] + w]


def _windows(X: Array, kernel_shape: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Array:
    """What each output entry sees of the padded input, shape (..., oh, ow, kh, kw)."""
    h, w = X.shape[-2:]
    rows, columns = _taps((h, w), kernel_shape, stride, padding, dilation)
    if any(padding):
        (top, left), inner = padding, X
        X = np.zeros((*inner.shape[:-2], h + 2 * top, w + 2 * left), dtype=inner.dtype)
        X[..., top : top + h, left : left + w] = inner
    return np.asarray(X[..., rows, columns])


@lru_cache(maxsize=256)
def _taps(
    input_shape: Pair, kernel_shape: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> tuple[Array, Array]:
    """Row and column of the padded input by (i, j, u, v), shapes that broadcast."""
    shape = output_shape(
        input_shape, kernel_shape, stride=stride, padding=padding, dilation=dilation
    )
    rows, columns = (
        np.arange(o)[:, None] * s + np.arange(k) * d
        for o, k, s, d in zip(shape, kernel_shape, stride, dilation, strict=True)
    )
    return rows[:, None, :, None], columns[None, :, None, :]


def _exact(values: ArrayLike) -> Array:
    array = np.asarray(values)
    if array.dtype.kind not in "iuO":
        raise TypeError(f"entries must be exact (integers or fractions), got {array.dtype}")
    if array.ndim < 2:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"expected rows and columns, got an array of shape {array.shape}")
    return array if array.dtype.kind == "O" else array.astype(np.int64, casting="safe")


def _has_output_shape(upstream: Array, shape: tuple[int, ...]) -> None:
    if upstream.shape[-2:] != shape:
        raise ValueError(f"upstream has shape {upstream.shape[-2:]}, the output has {shape}")


def _no_overflow(a: Array, b: Array, *, terms: int) -> None:
    if a.dtype.kind == "i" and b.dtype.kind == "i" and a.size and b.size:
        bound = terms * _magnitude(a) * _magnitude(b)
        if bound > np.iinfo(np.int64).max:
            raise OverflowError(f"a sum of {terms} products could exceed 64 bits")


def _magnitude(array: Array) -> int:
    return max(-int(array.min()), int(array.max()))
