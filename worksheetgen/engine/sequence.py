r"""Cross-correlation of sequences, with what its derivatives need beside it.

With stride s, dilation d, and x̃ the input x behind some zeros and before others,

    y[i] = Σ_u k[u] · x̃[i·s + u·d],  0 ≤ u < m,

as long as the last tap lies on x̃. y is linear in k and in x. With b zeros before x,

    ∂y[i] / ∂k[u] = x̃[i·s + u·d],
    ∂L/∂x[j] = Σ_u k[u] · ∂L/∂y[i]  where i·s + u·d - b = j, and 0 where no i does that.

As many zeros behind x as before it are the usual padding. With d·(m-1) zeros before it and none
behind, y[i] sees no entry later than x[i·s]: the padding is causal.

Source: van den Oord et al., "WaveNet: A Generative Model for Raw Audio" (2016), section 2.1.
"""

from dataclasses import dataclass

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.output_size import output_size


@dataclass(frozen=True)
class Geometry:
    """How the window moves over a sequence, and the zeros at its ends."""

    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0


def output_length(length: int, kernel_length: int, geometry: Geometry) -> int:
    """How many windows fit.

    Raises:
        ValueError: none does.

    >>> output_length(6, 3, Geometry(stride=2, before=1, after=1))
    3
    """
    padded = length + geometry.before + geometry.after
    return output_size(padded, kernel_length, stride=geometry.stride, dilation=geometry.dilation)


def places(outputs: int, kernel_length: int, geometry: Geometry) -> Array:
    """The index in x that each output's taps fall on, shape (outputs, kernel entries).

    Indices that x does not have belong to its padding.

    >>> places(2, 3, Geometry(dilation=2, before=4)).tolist()
    [[-4, -2, 0], [-3, -1, 1]]
    """
    starts = np.arange(outputs) * geometry.stride - geometry.before
    return starts[:, None] + np.arange(kernel_length) * geometry.dilation


def windows(x: Array, kernel_length: int, geometry: Geometry) -> Array:
    """What each output sees, shape (..., outputs, kernel entries): the Jacobian ∂y/∂k.

    >>> windows(np.array([5, 6, 7]), 2, Geometry(before=1)).tolist()
    [[0, 5], [5, 6], [6, 7]]
    """
    length = x.shape[-1]
    seen = places(output_length(length, kernel_length, geometry), kernel_length, geometry)
    inside = (seen >= 0) & (seen < length)
    return np.asarray(x[..., seen.clip(0, length - 1)] * inside)


def correlate(x: Array, k: Array, geometry: Geometry) -> Array:
    """The output y, shape (..., outputs).

    >>> correlate(np.array([5, 6, 7]), np.array([1, 10]), Geometry(before=1)).tolist()
    [50, 65, 76]
    """
    seen = windows(x, k.shape[-1], geometry)
    return np.asarray((k[..., None, :] * seen).sum(axis=-1))


def meeting(upstream: Array, length: int, kernel_length: int, geometry: Geometry) -> Array:
    """The upstream entry of the output in which x[j] meets k[u], and 0 if there is none.

    Args:
        upstream: ∂L/∂y, shape (..., outputs).
        length: how many entries x has.
        kernel_length: how many entries k has.
        geometry: how they meet.

    Returns:
        Shape (..., length, kernel entries); times k and summed over u this is ∂L/∂x.

    >>> meeting(np.array([3, 4]), 3, 2, Geometry()).tolist()
    [[3, 0], [4, 3], [0, 4]]
    """
    met = np.zeros((*upstream.shape[:-1], length, kernel_length), dtype=upstream.dtype)
    outputs = upstream.shape[-1]
    for (i, u), j in np.ndenumerate(places(outputs, kernel_length, geometry)):
        if 0 <= j < length:
            met[..., j, u] = upstream[..., i]
    return met
