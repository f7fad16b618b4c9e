"""The convolutional layer with one channel: its givens, how they are drawn, its symbols."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, Self, cast

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import Problem, constraint
from worksheetgen.problems.drawing import entries, pairs
from worksheetgen.problems.layers.settings import (
    ConvolutionGiven,
    ConvolutionSample,
    Geometry,
    check_input,
    check_layer,
    geometry_of,
    shapes_of,
    with_shapes_of,
)
from worksheetgen.problems.steps import Partial, Symbol
from worksheetgen.problems.symmetry import differs_from_mirror_images

LOSS = Symbol("L")
ENTRY_GRADIENTS = (100, 200, 500, 1000)
"""Magnitudes of the gradient entry in ``gradient_sign``: round, and large beside the rest."""


@dataclass(frozen=True, eq=False)
class Layer(Problem):
    """The givens of a layer H = X ⋆ K with one channel; arrays may carry a batch axis."""

    Sample = ConvolutionSample
    Given = ConvolutionGiven
    variable = (
        *("X", "K", "upstream", "entry", "entry_gradient"),
        *("learning_rate", "relu_upstream"),
    )
    shown = frozenset({"X", "K"})

    X: Array
    K: Array
    upstream: Array
    """∂L/∂H, flat in row-major order."""
    entry: Array
    """Row and column of the kernel entry that gradient_sign asks about."""
    entry_gradient: Array
    learning_rate: Array
    """Fractions."""
    relu_upstream: Array
    """∂L/∂R for R = ReLU(H), flat in row-major order."""
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    # Givens

    @classmethod
    def check(cls, sample: ConvolutionSample, given: ConvolutionGiven) -> None:
        check_layer(sample, given)

    @classmethod
    def check_items(
        cls, sample: ConvolutionSample, given: ConvolutionGiven, asked: Sequence[str]
    ) -> None:
        check_input(sample, given, asked)

    @classmethod
    def settle(cls, sample: ConvolutionSample, given: ConvolutionGiven) -> ConvolutionSample:
        return with_shapes_of(sample, given)

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        largest = int(rng.integers(2, 10))
        shapes = {
            "input_shape": (1, 7),
            "kernel_shape": (1, 4),
            "stride": (1, 4),
            "padding": (0, 3),
            "dilation": (1, 3),
        }
        return pairs(rng, shapes) | {"values": (-largest, largest)}

    @classmethod
    def draw(
        cls,
        sample: ConvolutionSample,
        given: ConvolutionGiven,
        rng: Generator,
        count: int,
    ) -> Self:
        input_shape, kernel_shape = shapes_of(sample, given)
        outputs = prod(output_shape(input_shape, kernel_shape, **geometry_of(sample)))
        draw = partial(entries, rng, sample.values, count)

        magnitude = rng.choice(ENTRY_GRADIENTS, size=count)
        sign = rng.choice((-1, 1), size=count)
        entry = rng.integers(0, kernel_shape, size=(count, 2))
        return cls(
            X=draw(input_shape, given.X),
            K=draw(kernel_shape, given.K),
            upstream=draw((outputs,), given.upstream),
            entry=entry if given.entry is None else np.broadcast_to(given.entry, entry.shape),
            entry_gradient=sign * magnitude
            if given.entry_gradient is None
            else np.full(count, given.entry_gradient),
            learning_rate=rng.choice(
                np.array(sample.learning_rates, dtype=object)
                if given.learning_rate is None
                else np.array([given.learning_rate], dtype=object),
                size=count,
            ),
            relu_upstream=draw((outputs,), given.relu_upstream),
            **geometry_of(sample),
        )

    @constraint("X")
    def input_is_not_zero(self) -> Array:
        """The input X is not all zero."""
        return np.asarray(self.X.any(axis=(-2, -1)))

    @constraint("K")
    def kernel_is_not_zero(self) -> Array:
        """The kernel K is not all zero."""
        return np.asarray(self.K.any(axis=(-2, -1)))

    @constraint("X")
    def mirrored_input_shows(self) -> Array:
        """The input X differs from each of its mirror images."""
        return differs_from_mirror_images(self.X)

    @constraint("K")
    def mirrored_kernel_shows(self) -> Array:
        """The kernel K differs from each of its mirror images."""
        return differs_from_mirror_images(self.K)

    @constraint("X", "K")
    def flipped_kernel_shows(self, forward: Array) -> Array:
        """Flipping the kernel K changes the output H."""
        flipped = self.K[..., ::-1, ::-1]
        changes = engine.cross_correlate(self.X, flipped, **self.geometry) != forward
        symmetric = (flipped == self.K).all(axis=(-2, -1))
        return np.asarray(symmetric | changes.any(axis=(-2, -1)))

    @constraint("X", "K")
    def output_is_not_zero(self, forward: Array) -> Array:
        """The output H is not all zero."""
        return np.asarray(forward.any(axis=(-2, -1)))

    @constraint("X")
    def jacobian_is_not_zero(self, kernel_jacobian: Array) -> Array:
        """The Jacobian ∂H/∂K is not all zero."""
        return np.asarray(kernel_jacobian.any(axis=(-2, -1)))

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has two entries that are not zero, and not all are equal."""
        if self.upstream.shape[-1] == 1:
            return np.asarray(self.upstream.any(axis=-1))
        several = np.count_nonzero(self.upstream, axis=-1) > 1
        return np.asarray(several & (np.ptp(self.upstream, axis=-1) > 0))

    @constraint("X", "upstream")
    def gradient_is_not_zero(self, kernel_gradient: Array) -> Array:
        """The gradient ∂L/∂K is not all zero."""
        return np.asarray(kernel_gradient.any(axis=-1))

    # Symbols

    @property
    def kernel_shape(self) -> Pair:
        rows, columns = self.K.shape[-2:]
        return rows, columns

    @property
    def geometry(self) -> Geometry:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        """H's entries in row-major order: one index if H is a row or a column, else two."""
        rows, columns = self.size
        return tuple(
            Symbol("H", (i,) if columns == 1 else (j,) if rows == 1 else (i, j))
            for i, j in np.ndindex(rows, columns)
        )

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        """K's entries in row-major order."""
        return tuple(Symbol("K", index) for index in np.ndindex(self.kernel_shape))

    @property
    def size(self) -> Pair:
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.kernel_shape, **self.geometry)

    @property
    def loss(self) -> Symbol:
        return LOSS

    @property
    def entry_symbol(self) -> Symbol:
        """The kernel entry that ``gradient_sign`` asks about."""
        return Symbol("K", tuple(self.entry.tolist()))

    @property
    def entry_partial(self) -> Partial:
        """The partial derivative that ``gradient_sign`` gives."""
        return Partial(LOSS, self.entry_symbol)

    # What answers and mistakes have in common

    @property
    def kernel_row(self) -> Array:
        """The kernel in row-major order as a matrix of one row."""
        return self.K.reshape(*self.K.shape[:-2], 1, -1)

    def output_of(self, X: Array, K: Array, **changes: Pair) -> Array:
        """The output of another input, kernel or geometry."""
        return engine.cross_correlate(X, K, **self._changed(changes))

    def output_if_it_fits(self, X: Array, K: Array, **changes: Pair) -> Array | None:
        """The same; None if the kernel does not fit, or if nothing differs by its shape."""
        if not self._differs(X, K, **changes):
            return None
        return self.output_of(X, K, **changes)

    def jacobian_if_it_fits(self, **changes: Pair) -> Array | None:
        """The Jacobian ∂H/∂K of another geometry; None as for the output."""
        if not self._differs(self.X, self.K, **changes):
            return None
        return engine.kernel_jacobian(self.X, self.kernel_shape, **self._changed(changes))

    def _differs(self, X: Array, K: Array, **changes: Pair) -> bool:
        geometry = self._changed(changes)
        if X is self.X and K is self.K and geometry == self.geometry:
            return False
        try:
            output_shape(X.shape[-2:], K.shape[-2:], **geometry)
        except ValueError:
            return False
        return True

    def _changed(self, geometry: dict[str, Pair]) -> Geometry:
        return cast("Geometry", self.geometry | geometry)

    def shaped_as_output(self, entries: Array) -> Array:
        """One number per output entry, in the output's rows and columns."""
        return np.asarray(entries.reshape(*entries.shape[:-1], *self.size))

    def in_a_row(self, matrices: Array) -> Array:
        """The entries in row-major order."""
        return matrices.reshape(*matrices.shape[:-2], -1)

    def column_by_column(self, entries: Array) -> Array:
        """What belongs to the kernel's entries on the last axis, in column-major order."""
        rows, columns = self.kernel_shape
        return entries[..., np.arange(rows * columns).reshape(rows, columns).T.ravel()]

    def first_window_slipped(self, jacobian: Array) -> Array | None:
        """The Jacobian whose first row looks one input row too low from the second kernel row on.

        None if the kernel has one row, or the input no row to spare.
        """
        (rows, columns), (down, right) = self.kernel_shape, self.dilation
        last = (rows - 1) * down + 1
        if rows == 1 or last >= self.X.shape[-2] + 2 * self.padding[0]:
            return None
        lower = engine.kernel_jacobian(
            self.X, (last + 1, columns), padding=self.padding, dilation=(1, right)
        )[..., 0, :]
        tops = [u * down + (u > 0) for u in range(rows)]
        slipped = jacobian.copy()
        slipped[..., 0, :] = lower[..., [top * columns + v for top in tops for v in range(columns)]]
        return slipped
