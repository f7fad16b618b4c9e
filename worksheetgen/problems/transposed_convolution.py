"""Transposed convolution: stamping a kernel, and what it has to do with an input's gradient."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, prod
from types import MappingProxyType
from typing import Any, Self, cast

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import HALF, MOST, Problem, constraint, item
from worksheetgen.problems.drawing import entries, pairs
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.layers.settings import Geometry
from worksheetgen.problems.settings import Bounds, Margin, Matrix, Row, Settings, Size
from worksheetgen.problems.slips import sign_lost
from worksheetgen.problems.steps import Sum, Symbol, sum_lines
from worksheetgen.problems.symmetry import differs_from_mirror_images

LIMITS = 9, 9, 36
"""Input, kernel and output entries that fit a page."""


class TransposedSample(Settings):
    """What to draw from."""

    input_shape: tuple[Size, Size] = (2, 2)
    """Rows and columns of the input X."""
    kernel_shape: tuple[Size, Size] = (2, 2)
    """Rows and columns of the kernel K."""
    stride: tuple[Size, Size] = (1, 1)
    """Distance of neighbouring stamps on the output, down and to the right."""
    padding: tuple[Margin, Margin] = (0, 0)
    """Rows cut off above and below, columns cut off left and right."""
    dilation: tuple[Size, Size] = (1, 1)
    """Distance of neighbouring kernel entries on the output, down and to the right."""
    values: Bounds = (-3, 3)
    """Smallest and largest entry of X, K and the upstream gradient, both included."""


class TransposedGiven(Settings):
    """What to fix."""

    X: Matrix | None = None
    """The input."""
    K: Matrix | None = None
    """The kernel."""
    upstream: Row | None = None
    """The upstream gradient ∂L/∂Y, row by row."""


@dataclass(frozen=True, eq=False)
class TransposedConvolution(Problem):
    """The givens of a transposed convolution; arrays may carry a batch axis."""

    Sample = TransposedSample
    Given = TransposedGiven
    variable = ("X", "K", "upstream")
    shown = frozenset({"X", "K"})
    levels = MappingProxyType(
        {
            "easy": {"stride": (2, 2), "values": (-1, 2)},
            "hard": {"input_shape": (2, 2), "kernel_shape": (3, 3), "stride": (2, 2)},
        }
    )

    X: Array
    K: Array
    upstream: Array
    """∂L/∂Y, flat in row-major order."""
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @classmethod
    def check(cls, sample: TransposedSample, given: TransposedGiven) -> None:
        size = _size_of(sample)
        if min(size) < 1:
            raise ValueError(
                f"the padding {list(sample.padding)} cuts off all of the output; lessen padding"
            )
        counts = (prod(sample.input_shape), prod(sample.kernel_shape), prod(size))
        if any(n > most for n, most in zip(counts, LIMITS, strict=True)):
            raise ValueError(
                f"{counts[0]} inputs, {counts[1]} kernel entries and {counts[2]} outputs do not "
                f"fit a page; at most {LIMITS[0]}, {LIMITS[1]} and {LIMITS[2]}"
            )
        if given.upstream is not None and len(given.upstream) != prod(size):
            raise ValueError(
                f"given.upstream has {len(given.upstream)} entries, the output has {prod(size)}; "
                "give one per output entry, row by row"
            )
        _check_reach(sample, size)

    @classmethod
    def settle(cls, sample: TransposedSample, given: TransposedGiven) -> TransposedSample:
        shapes = {"input_shape": given.X, "kernel_shape": given.K}
        brought = {key: (len(m), len(m[0])) for key, m in shapes.items() if m}
        return sample.model_copy(update=brought)

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        shapes = {
            "input_shape": (1, 4),
            "kernel_shape": (1, 4),
            "stride": (1, 4),
            "padding": (0, 2),
            "dilation": (1, 3),
        }
        largest = int(rng.integers(2, 10))
        return pairs(rng, shapes) | {"values": (-largest, largest)}

    @classmethod
    def draw(
        cls, sample: TransposedSample, given: TransposedGiven, rng: Generator, count: int
    ) -> Self:
        draw = partial(entries, rng, sample.values, count)
        return cls(
            X=draw(sample.input_shape, given.X),
            K=draw(sample.kernel_shape, given.K),
            upstream=draw((prod(_size_of(sample)),), given.upstream),
            stride=sample.stride,
            padding=sample.padding,
            dilation=sample.dilation,
        )

    @constraint("X")
    def mirrored_input_shows(self) -> Array:
        """The input X is not all zero and differs from each of its mirror images."""
        return differs_from_mirror_images(self.X) & self.X.any(axis=(-2, -1))

    @constraint("K")
    def mirrored_kernel_shows(self) -> Array:
        """The kernel K is not all zero and differs from each of its mirror images."""
        return differs_from_mirror_images(self.K) & self.K.any(axis=(-2, -1))

    @constraint("X", "K")
    def output_is_not_zero(self, forward: Array) -> Array:
        """The output Y is not all zero."""
        return np.asarray(forward.any(axis=(-2, -1)))

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has two entries that are not zero, if it has two."""
        needed = min(2, self.upstream.shape[-1])
        return np.asarray(np.count_nonzero(self.upstream, axis=-1) >= needed)

    # Items

    @item(points=1)
    def output_shape(self) -> Array:
        """The size of the output Y, rows and columns.

        Shape (..., 2).
        """
        return self._for_each(self.size)

    @output_shape.space
    def _(self) -> int:
        return 9

    @output_shape.effort
    def _(self, output_shape: Array) -> Array:
        return effort_of_sums(output_shape[..., None, :], np.array(self.stride))

    @output_shape.mistake("used the size of an ordinary convolution", keeps=HALF)
    def _(self) -> Array | None:
        size = self._ordinary_size()
        return self._for_each(size) if size and size != self.size else None

    @output_shape.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._size_with(stride=(1, 1))

    @output_shape.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._size_with(padding=(0, 0))

    @output_shape.mistake("multiplied the size by the stride, and forgot the kernel", keeps=HALF)
    def _(self) -> Array | None:
        size = tuple(n * s for n, s in zip(self.X.shape[-2:], self.stride, strict=True))
        return self._for_each(size) if size != self.size else None

    @item(points=3)
    def forward(self) -> Array:
        """The output Y, the sum of all stamps.

        Shape (..., oh, ow).
        """
        return engine.input_vjp(self.X, self.K, self.size, **self.geometry)

    @forward.steps
    def _(self, forward: Array) -> tuple[Array, tuple[Sum, ...]]:
        """The stamps, one per input entry, and the sum of what falls on each output entry."""
        factors = self.X.ravel().tolist()
        places = self.matrix_of(np.arange(1, self.K.size + 1).reshape(self.K.shape)).T.tolist()
        kernel = [0, *self.K.ravel().tolist()]
        sums = (
            Sum(
                Symbol("Y", index),
                tuple((x, kernel[n]) for x, n in zip(factors, numbers, strict=True) if n),
                total,
            )
            for index, numbers, total in zip(
                np.ndindex(self.size), places, forward.ravel().tolist(), strict=True
            )
        )
        return self.stamps, tuple(each for each in sums if each.products)

    @forward.space
    def _(self) -> int:
        kernel_rows: int = self.K.shape[-2]
        return 6 + sum_lines(prod(self.size), 2) + ceil(1.3 * (self.size[0] + kernel_rows))

    @forward.effort
    def _(self) -> Array:
        return effort_of_sums(self._input_row, np.swapaxes(self.matrix_of(self.K), -2, -1))

    @forward.mistake("let later stamps cover earlier ones", keeps=HALF)
    def _(self) -> Array:
        return self._covered()

    @forward.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array:
        return engine.input_vjp(self.X, self.K[..., ::-1, ::-1], self.size, **self.geometry)

    @forward.mistake("computed an ordinary convolution")
    def _(self) -> Array | None:
        if not self._ordinary_size():
            return None
        return engine.cross_correlate(self.X, self.K, **self.geometry)

    @forward.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_with(stride=(1, 1))

    @forward.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_with(padding=(0, 0))

    @forward.mistake("took minus times minus as minus", keeps=MOST)
    def _(self) -> Array:
        products = sign_lost(self._input_row, np.swapaxes(self.matrix_of(self.K), -2, -1))
        return self._in_rows(products.sum(axis=-1), self.size)

    @item(points=1)
    def relation(self, forward: Array) -> Array:
        """The input gradient of the ordinary convolution whose upstream gradient is X.

        Shape (..., oh, ow). Raises ``ValueError`` for an output of another size.
        """
        if forward.shape[-2:] != self.size:
            raise ValueError("the output has another size than the convolution's input")
        return forward

    @relation.space
    def _(self) -> int:
        return 7 + ceil(1.3 * self.size[0])

    @relation.effort
    def _(self, forward: Array) -> Array:
        return effort_of_copying(forward)

    @relation.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array:
        return engine.input_vjp(self.X, self.K[..., ::-1, ::-1], self.size, **self.geometry)

    @relation.mistake("gave the upstream gradient itself")
    def _(self) -> Array:
        return self.X

    @relation.mistake("reversed the sign", keeps=HALF)
    def _(self, forward: Array) -> Array:
        return -forward

    @item(points=2, prints=("upstream",))
    def input_gradient(self) -> Array:
        """The gradient ∂L/∂X: an ordinary convolution of the upstream gradient.

        Shape (..., h, w).
        """
        return self._ordinary(self.upstream_matrix, self.K)

    @input_gradient.steps
    def _(self, input_gradient: Array) -> tuple[Sum, ...]:
        kernel = self.K.ravel().tolist()
        return tuple(
            Sum(Symbol("D", index), tuple(zip(kernel, window, strict=True)), total)
            for index, window, total in zip(
                np.ndindex(self.X.shape),
                self._upstream_windows.tolist(),
                input_gradient.ravel().tolist(),
                strict=True,
            )
        )

    @input_gradient.space
    def _(self) -> int:
        rows, columns = self.X.shape[-2:]
        kernel_rows, kernel_columns = self.K.shape[-2:]
        sums = sum_lines(rows * columns, kernel_rows * kernel_columns)
        return int(6 + sums + ceil(1.3 * rows))

    @input_gradient.effort
    def _(self) -> Array:
        return effort_of_sums(self._kernel_row, self._upstream_windows)

    @input_gradient.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array:
        return self._ordinary(self.upstream_matrix, self.K[..., ::-1, ::-1])

    @input_gradient.mistake("forgot the upstream gradient", keeps=HALF)
    def _(self) -> Array:
        return self._ordinary(np.ones_like(self.upstream_matrix), self.K)

    @input_gradient.mistake("reversed the sign", keeps=HALF)
    def _(self, input_gradient: Array) -> Array:
        return -input_gradient

    @input_gradient.mistake("took minus times minus as minus", keeps=MOST)
    def _(self) -> Array:
        products = sign_lost(self._kernel_row, self._upstream_windows)
        rows, columns = self.X.shape[-2:]
        return self._in_rows(products.sum(axis=-1), (rows, columns))

    # What texts and mistakes need

    @property
    def geometry(self) -> Geometry:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def size(self) -> Pair:
        """Rows and columns of the output."""
        return self._size()

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        return tuple(Symbol("K", index) for index in np.ndindex(self.K.shape[-2:]))

    @property
    def directional(self) -> bool:
        """Whether it matters which of two settings is the vertical one."""
        return any(one != other for one, other in (self.stride, self.padding, self.dilation))

    @property
    def stamps(self) -> Array:
        """The kernel times each input entry, shape (..., inputs, kh, kw)."""
        factors = self.X.reshape(*self.X.shape[:-2], -1, 1, 1)
        return np.asarray(factors * self.K[..., None, :, :])

    @property
    def upstream_matrix(self) -> Array:
        return self._in_rows(self.upstream, self.size)

    def matrix_of(self, K: Array) -> Array:
        """What each input entry adds to each output entry, shape (..., inputs, outputs)."""
        return engine.input_jacobian(K, self.size, **self.geometry)

    @property
    def _input_row(self) -> Array:
        return self.X.reshape(*self.X.shape[:-2], 1, -1)

    @property
    def _kernel_row(self) -> Array:
        return self.K.reshape(*self.K.shape[:-2], 1, -1)

    @property
    def _upstream_windows(self) -> Array:
        rows, columns = self.K.shape[-2:]
        return engine.kernel_jacobian(self.upstream_matrix, (rows, columns), **self.geometry)

    def _ordinary(self, Y: Array, K: Array) -> Array:
        return engine.cross_correlate(Y, K, **self.geometry)

    def _size(self, **changes: Pair) -> Pair:
        return _size(
            self.X.shape[-2:], self.K.shape[-2:], **cast("Geometry", self.geometry | changes)
        )

    def _size_with(self, **changes: Pair) -> Array | None:
        size = self._size(**changes)
        return self._for_each(size) if size != self.size and min(size) > 0 else None

    def _output_with(self, **changes: Pair) -> Array | None:
        size = self._size(**changes)
        if size == self.size or min(size) < 1:
            return None
        geometry = cast("Geometry", self.geometry | changes)
        return engine.input_vjp(self.X, self.K, size, **geometry)

    def _ordinary_size(self) -> Pair | None:
        rows, columns = self.X.shape[-2:]
        kernel_rows, kernel_columns = self.K.shape[-2:]
        try:
            return output_shape((rows, columns), (kernel_rows, kernel_columns), **self.geometry)
        except ValueError:
            return None

    def _covered(self) -> Array:
        """The output if each stamp replaces what is below it."""
        numbers = np.arange(1, prod(self.K.shape[-2:]) + 1).reshape(self.K.shape[-2:])
        kernel = self.K.reshape(*self.K.shape[:-2], -1)
        covered = np.zeros((*self.X.shape[:-2], prod(self.size)), dtype=self.X.dtype)
        for position, places in enumerate(self.matrix_of(numbers)):
            met = np.flatnonzero(places)
            factor = self._input_row[..., 0, position, None]
            covered[..., met] = factor * kernel[..., places[met] - 1]
        return self._in_rows(covered, self.size)

    def _in_rows(self, values: Array, shape: Pair) -> Array:
        return np.asarray(values.reshape(*values.shape[:-1], *shape))

    def _for_each(self, values: Sequence[int]) -> Array:
        return np.broadcast_to(np.array(values), (*self.X.shape[:-2], len(values)))


def _size(
    input_shape: Sequence[int],
    kernel_shape: Sequence[int],
    stride: Pair,
    padding: Pair,
    dilation: Pair,
) -> Pair:
    """The output's rows and columns: (n - 1)·s + d·(k - 1) + 1 - 2p along either axis."""
    axes = zip(input_shape, kernel_shape, stride, padding, dilation, strict=True)
    rows, columns = ((n - 1) * s + d * (k - 1) + 1 - 2 * p for n, k, s, p, d in axes)
    return rows, columns


def _size_of(sample: TransposedSample) -> Pair:
    return _size(
        sample.input_shape, sample.kernel_shape, sample.stride, sample.padding, sample.dilation
    )


def _check_reach(sample: TransposedSample, size: Pair) -> None:
    """Every input and every kernel entry leaves something on the output."""
    numbers = np.arange(1, prod(sample.kernel_shape) + 1).reshape(sample.kernel_shape)
    placed = engine.input_jacobian(
        numbers, size, stride=sample.stride, padding=sample.padding, dilation=sample.dilation
    )
    if not placed.any(axis=1).all() or len(np.unique(placed[placed > 0])) < numbers.size:
        raise ValueError("the padding cuts off all that an entry leaves; lessen padding")
