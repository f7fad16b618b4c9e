"""Transposed convolution: stamping a kernel, and what it has to do with an input's gradient."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import Problem
from worksheetgen.problems.constraints import LINES, MIRROR_SHOWS
from worksheetgen.problems.entries import at_entry, check_entry, drawn_entry
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import constraint, item
from worksheetgen.problems.mistakes import MOST, NONE, SIGN_LOST, instead, own
from worksheetgen.problems.settings import Bounds, Margin, Matrix, Row, Size
from worksheetgen.problems.steps import Symbol, named
from worksheetgen.problems.windows import Windowed, WindowSample, geometry_of
from worksheetgen.problems.work import Entries, Figure, Sums, columns, formula

LIMITS = 9, 9, 36
"""Input, kernel and output entries that fit a page."""


class TransposedSample(WindowSample):
    """What to draw from."""

    input_shape: tuple[Size, Size] = (2, 2)
    """Rows and columns of the input X."""
    stride: tuple[Size, Size] = (1, 1)
    """Distance of neighbouring stamps on the output, down and to the right."""
    padding: tuple[Margin, Margin] = (0, 0)
    """Rows cut off above and below, columns cut off left and right."""
    dilation: tuple[Size, Size] = (1, 1)
    """Distance of neighbouring kernel entries on the output, down and to the right."""
    values: Bounds = (-3, 3)
    """Smallest and largest entry of X, K and the upstream gradient, both included."""


def _size(shape: Sequence[int], kernel: Sequence[int], s: Pair, p: Pair, d: Pair) -> Pair:
    """The output's rows and columns: (n - 1)·s + d·(k - 1) + 1 - 2p along either axis."""
    axes = zip(shape, kernel, s, p, d, strict=True)
    rows, wide = ((n - 1) * t + e * (k - 1) + 1 - 2 * q for n, k, t, q, e in axes)
    return rows, wide


def _size_of(sample: TransposedSample) -> Pair:
    moves = sample.stride, sample.padding, sample.dilation
    return _size(sample.input_shape, sample.kernel_shape, *moves)


FLIPPED = instead("kernel flipped", K="flipped")
NO_STRIDE = instead("stride ignored", stride=(1, 1))
NO_PADDING = instead("padding ignored", padding=(0, 0))


@dataclass(frozen=True, eq=False)
class TransposedConvolution(Windowed, Problem):
    """The givens of a transposed convolution; arrays may carry a batch axis."""

    Sample = TransposedSample
    texts = ("kernel_entries", "entry_symbol", "upstream_matrix")
    levels = {
        "easy": {"stride": (2, 2), "values": (-1, 2)},
        "hard": {"input_shape": (2, 2), "kernel_shape": (3, 3), "stride": (2, 2)},
    }
    ranges = {
        "input_shape": (1, 4),
        "kernel_shape": (1, 4),
        "stride": (1, 4),
        "padding": (0, 2),
        "dilation": (1, 3),
    }

    X: Array = drawn(Matrix, "input_shape", "The input.", keeps=(LINES, MIRROR_SHOWS))
    K: Array = drawn(Matrix, "kernel_shape", "The kernel.", keeps=(LINES, MIRROR_SHOWS))
    upstream: Array = drawn(
        Row,
        lambda sample: (prod(_size_of(sample)),),
        "The upstream gradient ∂L/∂Y, row by row.",
        shown=False,
        entry="output entry, row by row",
    )
    entry: Array = drawn_entry(
        "input_shape", "Row and column, from 0, of the input entry that relation asks about."
    )
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @classmethod
    def check_given(cls, sample: TransposedSample, given: Any) -> None:
        check_entry(given.entry, sample.input_shape, "input")

    @classmethod
    def check_sample(cls, sample: TransposedSample) -> None:
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
        numbers = np.arange(1, counts[1] + 1).reshape(sample.kernel_shape)
        placed = engine.input_jacobian(numbers, size, **geometry_of(sample))
        if not placed.any(axis=1).all() or len(np.unique(placed[placed > 0])) < numbers.size:
            raise ValueError("the padding cuts off all that an entry leaves; lessen padding")

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has two entries that are not zero, if it has two."""
        needed = min(2, self.upstream.shape[-1])
        return np.asarray(np.count_nonzero(self.upstream, axis=-1) >= needed)

    # Items

    @item(
        1,
        own("formula of the ordinary convolution used", "ordinary_size"),
        NO_STRIDE,
        NO_PADDING,
        own("kernel left out", "size_times_stride"),
        own("one step too many", "size_of_one_step_more"),
        own("padding counted once", "size_of_padding_once"),
        own("padding added instead of removed", "size_of_added_padding"),
        also="formula",
    )
    def output_shape(self) -> Figure:
        """The shape of the output Y, height and width."""
        moves = self.stride, self.padding, self.dilation
        axes = zip(self.X.shape[-2:], self.K.shape[-2:], *moves, strict=True)
        last = [formula((n - 1, s), (d, k - 1), (1, 1), (-2, p)) for n, k, s, p, d in axes]
        return Figure(self.for_each(self.size), last)

    @item(
        3,
        own("overlapping contributions not added", "covered"),
        FLIPPED,
        own("ordinary convolution computed", "ordinary", NONE),
        NO_STRIDE,
        NO_PADDING,
        SIGN_LOST,
        full=("X", "K"),
    )
    def forward(self) -> Sums:
        """The output Y, the sum of all stamps. Shape (..., oh, ow)."""
        return Sums(
            self._input_row,
            columns(engine.input_jacobian(self.K, self.size, **self.geometry)),
            named("Y", *self.size),
            shape=self.size,
            written=columns(self._taps) > 0,
            shows={"stamps": self.stamps},
        )

    @item(
        2,
        FLIPPED,
        own("column multiplied by the entry of X", "copy_times_entry", MOST),
        own("stride ignored", "copy_of_single_steps"),
        own("whole output given", "whole_output"),
        prints=("entry",),
        room=7,
        also="relation",
    )
    def relation(self) -> Entries:
        """The column of the layer's matrix that belongs to an entry of X, in the shape of Y."""
        column = self._of_entry(engine.input_jacobian(self.K, self.size, **self.geometry))
        return Entries(column.reshape(*self.batch, *self.size))

    @item(
        2,
        FLIPPED,
        instead("upstream gradient not used", upstream="ones"),
        own("multiplied by the entries of X", "gradient_times_input"),
        SIGN_LOST,
        prints=("upstream",),
    )
    def input_gradient(self) -> Sums:
        """The gradient ∂L/∂X: an ordinary convolution of the upstream gradient."""
        shape, kernel_shape = self.X.shape[-2:], self.K.shape[-2:]
        matrix = self.upstream.reshape(*self.upstream.shape[:-1], *self.size)
        seen = engine.kernel_jacobian(matrix, kernel_shape, **self.geometry)
        kernel = self.K.reshape(*self.K.shape[:-2], 1, -1)
        return Sums(kernel, seen, named("D", *shape), shape=shape)

    # Mistakes

    def ordinary_size(self) -> Array | None:
        size = self._ordinary_output
        return self.for_each(size) if size else None

    def size_times_stride(self) -> Array:
        return self.for_each(np.multiply(self.X.shape[-2:], self.stride))

    def ordinary(self) -> Array | None:
        if not self._ordinary_output:
            return None
        return engine.cross_correlate(self.X, self.K, **self.geometry)

    def covered(self) -> Array:
        """The output if each stamp replaces what is below it."""
        kernel = self.K.reshape(*self.K.shape[:-2], -1)
        covered = np.zeros((*self.batch, prod(self.size)), dtype=self.X.dtype)
        for position, taps in enumerate(self._taps):
            met = np.flatnonzero(taps)
            covered[..., met] = self._input_row[..., position] * kernel[..., taps[met] - 1]
        return covered.reshape(*self.batch, *self.size)

    def size_of_one_step_more(self) -> Array:
        return self.for_each(np.add(self.size, self.stride))

    def size_of_padding_once(self) -> Array | None:
        return self.for_each(np.add(self.size, self.padding)) if any(self.padding) else None

    def size_of_added_padding(self) -> Array | None:
        added = np.add(self.size, 4 * np.array(self.padding))
        return self.for_each(added) if any(self.padding) else None

    def copy_times_entry(self, relation: Array) -> Array:
        return np.asarray(relation * at_entry(self.X, self.entry)[..., None, None])

    def copy_of_single_steps(self) -> Array | None:
        """The kernel at the entry's own place of the output, if the stride is more than one."""
        if self.stride == (1, 1):
            return None
        plain = self.geometry | {"stride": (1, 1)}
        rows, wide = _size(
            self.X.shape[-2:], self.K.shape[-2:], (1, 1), self.padding, self.dilation
        )
        if min(rows, wide) < 1:
            return None
        column = self._of_entry(engine.input_jacobian(self.K, (rows, wide), **plain))
        copy = np.zeros((*self.batch, *self.size), dtype=column.dtype)
        copy[..., :rows, :wide] = column.reshape(*self.batch, rows, wide)
        return copy

    def whole_output(self, forward: Array) -> Array:
        return forward

    def gradient_times_input(self, input_gradient: Array) -> Array:
        return np.asarray(input_gradient * self.X)

    # What texts and mistakes need

    @property
    def fits(self) -> bool:
        return min(self.size) > 0

    @property
    def size(self) -> Pair:
        """Rows and columns of the output."""
        return _size(self.X.shape[-2:], self.K.shape[-2:], self.stride, self.padding, self.dilation)

    @property
    def entry_symbol(self) -> Symbol:
        """The input entry that ``relation`` asks about."""
        return Symbol("X", tuple(self.entry.tolist()))

    @property
    def upstream_matrix(self) -> Array:
        return self.upstream.reshape(*self.batch, *self.size)

    def _of_entry(self, matrix: Array) -> Array:
        """The row of a matrix that belongs to it."""
        place = np.asarray(self.entry[..., 0] * self.X.shape[-1] + self.entry[..., 1])
        return np.take_along_axis(matrix, place[..., None, None], axis=-2)[..., 0, :]

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        return named("K", *self.K.shape[-2:])

    @property
    def stamps(self) -> Array:
        """The kernel times each input entry. Shape (..., inputs, kh, kw)."""
        factors = self.X.reshape(*self.X.shape[:-2], -1, 1, 1)
        return np.asarray(factors * self.K[..., None, :, :])

    @property
    def _taps(self) -> Array:
        """The number from 1 of the kernel entry that each input adds to each output, or 0."""
        rows, wide = self.K.shape[-2:]
        numbers = np.arange(1, rows * wide + 1).reshape(rows, wide)
        return engine.input_jacobian(numbers, self.size, **self.geometry)

    @property
    def _input_row(self) -> Array:
        return self.X.reshape(*self.X.shape[:-2], 1, -1)

    @property
    def _ordinary_output(self) -> Pair | None:
        shapes = self.X.shape[-2:], self.K.shape[-2:]
        try:
            return output_shape(*shapes, **self.geometry)
        except ValueError:
            return None
