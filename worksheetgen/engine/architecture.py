r"""Shapes, parameters, multiply-accumulates and receptive fields of a stack of layers.

A stack is a list of kinds, ``conv``, ``pool``, ``flatten`` or ``dense``, and a table of integers
with a row per layer: out channels (or units), kernel, stride, padding, dilation, groups; what a
kind does not have is 0. Tables may carry leading batch axes.

.. math::

    H' = \lfloor (H + 2p - d(k-1) - 1) / s \rfloor + 1, \qquad
    \text{parameters} = C' (C/g \cdot k^2 + 1), \qquad
    r' = r + d(k-1) j, \quad j' = j s

Source: Goodfellow, Bengio, Courville, "Deep Learning" (2016), chapter 9; Araujo, Norris, Sim,
"Computing Receptive Fields of Convolutional Neural Networks" (2019), equation 2.
"""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from worksheetgen.engine.arrays import Array

OUT, KERNEL, STRIDE, PADDING, DILATION, GROUPS = range(6)
WINDOWED = ("conv", "pool")


def window_sizes(size: Array, layer: Array) -> Array:
    """The output size along one axis; 0 if the window does not fit."""
    reach = layer[..., DILATION] * (layer[..., KERNEL] - 1) + 1
    steps = (size + 2 * layer[..., PADDING] - reach) // np.maximum(layer[..., STRIDE], 1)
    return np.asarray(np.maximum(steps + 1, 0))


def shapes(
    given: Array,
    kinds: Sequence[str],
    table: Array,
    sizes: Callable[[Array, Array], Array] = window_sizes,
) -> Array:
    """Channels, rows and columns behind each layer, shape (..., layers, 3).

    A flat vector of n entries counts as n × 1 × 1.

    >>> table = np.array([[8, 3, 1, 1, 1, 1], [0, 2, 2, 0, 1, 0], [0] * 6, [10] + [0] * 5])
    >>> shapes(np.array([3, 8, 8]), ["conv", "pool", "flatten", "dense"], table).tolist()
    [[8, 8, 8], [8, 4, 4], [128, 1, 1], [10, 1, 1]]
    """
    here, found = np.asarray(given), []
    for position, kind in enumerate(kinds):
        layer = table[..., position, :]
        if kind in WINDOWED:
            channels = layer[..., OUT] if kind == "conv" else here[..., 0]
            rows, columns = (sizes(here[..., axis], layer) for axis in (1, 2))
        else:
            channels = here.prod(axis=-1) if kind == "flatten" else layer[..., OUT]
            rows = columns = np.ones_like(channels)
        here = np.stack(np.broadcast_arrays(channels, rows, columns), axis=-1)
        found.append(here)
    return np.stack(found, axis=-2)


def before(given: Array, behind: Array) -> Array:
    """The shapes in front of the layers, shape (..., layers, 3)."""
    first = np.broadcast_to(given[..., None, :], (*behind.shape[:-2], 1, 3))
    return np.concatenate([first, behind[..., :-1, :]], axis=-2)


def fan_in(given: Array, kinds: Sequence[str], table: Array, behind: Array) -> Array:
    """The inputs of one output of each layer with weights, shape (..., layers); 0 without."""
    front, found = before(given, behind), []
    for position, kind in enumerate(kinds):
        layer, channels = table[..., position, :], front[..., position, 0]
        if kind == "conv":
            groups = np.maximum(layer[..., GROUPS], 1)
            found.append(channels // groups * layer[..., KERNEL] ** 2)
        else:
            found.append(channels if kind == "dense" else 0 * channels)
    return np.stack(found, axis=-1)


def parameters(given: Array, kinds: Sequence[str], table: Array, behind: Array) -> Array:
    """Weights and biases of each layer, shape (..., layers).

    >>> table = np.array([[8, 3, 1, 1, 1, 1], [0, 2, 2, 0, 1, 0]])
    >>> stack = np.array([3, 8, 8]), ["conv", "pool"], table
    >>> parameters(*stack, shapes(*stack)).tolist()
    [224, 0]
    """
    inputs = fan_in(given, kinds, table, behind)
    return np.asarray(table[..., OUT] * (inputs + (inputs > 0)))


def multiply_accumulates(given: Array, kinds: Sequence[str], table: Array, behind: Array) -> Array:
    """Products that each layer computes for one input, shape (..., layers); biases do not count.

    >>> table = np.array([[8, 3, 1, 1, 1, 1], [0, 2, 2, 0, 1, 0]])
    >>> stack = np.array([3, 8, 8]), ["conv", "pool"], table
    >>> multiply_accumulates(*stack, shapes(*stack)).tolist()
    [13824, 0]
    """
    return np.asarray(behind.prod(axis=-1) * fan_in(given, kinds, table, behind))


def receptive_fields(kinds: Sequence[str], table: Array) -> Array:
    """Input rows from the first to the last that an entry behind each windowed layer sees.

    Shape (..., such layers). A dilated window may leave rows between them out.

    >>> table = np.array([[8, 3, 1, 1, 1, 1], [0, 2, 2, 0, 1, 0], [8, 3, 1, 0, 1, 1]])
    >>> receptive_fields(["conv", "pool", "conv"], table).tolist()
    [3, 4, 8]
    """
    layers = [table[..., place, :] for place, kind in enumerate(kinds) if kind in WINDOWED]
    jumps = [
        prod((layer[..., STRIDE] for layer in layers[:n]), start=1) for n in range(len(layers))
    ]
    steps = [
        layer[..., DILATION] * (layer[..., KERNEL] - 1) * jump
        for layer, jump in zip(layers, jumps, strict=True)
    ]
    return np.asarray(1 + np.cumsum(np.stack(steps, axis=-1), axis=-1))
