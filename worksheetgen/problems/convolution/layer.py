"""The convolutional layer with one channel: its givens, its symbols, and what errors make of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import Problem
from worksheetgen.problems.constraints import COMBINES, FULL, LINES, MIRROR_SHOWS
from worksheetgen.problems.convolution.settings import (
    ConvolutionSample,
    Slope,
    check_input,
    check_size,
    check_slope,
)
from worksheetgen.problems.entries import drawn_entry
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.settings import Matrix, Rate, Row
from worksheetgen.problems.steps import LOSS, Partial, Symbol, named
from worksheetgen.problems.windows import Windowed, output_of

ENTRY_GRADIENTS = (100, 200, 500, 1000)
"""Magnitudes of the gradient entry in ``gradient_sign``: round, and large beside the rest."""
TIMES = np.array([3, -2, 4, -3])
"""How many times as steep the loss is at the entry that changes with the one asked about."""
BESIDE = 6
"""Columns up to which a Jacobian in symbols and in numbers stand side by side."""


def _outputs(sample: ConvolutionSample) -> tuple[int, ...]:
    return (prod(output_of(sample)),)


def _slope(rng: Generator, _: ConvolutionSample, count: int) -> Array:
    return np.asarray(rng.choice((-1, 1), size=count) * rng.choice(ENTRY_GRADIENTS, size=count))


def _rate(rng: Generator, sample: ConvolutionSample, count: int) -> Array:
    return rng.choice(np.array(sample.learning_rates, dtype=object), size=count)


@dataclass(frozen=True, eq=False)
class Layer(Windowed, Problem):
    """The givens of a layer H = X ⋆ K with one channel; arrays may carry a batch axis."""

    Sample = ConvolutionSample
    ranges = {
        "input_shape": (1, 7),
        "kernel_shape": (1, 4),
        "stride": (1, 4),
        "padding": (0, 3),
        "dilation": (1, 3),
    }

    X: Array = drawn(Matrix, "input_shape", "The input.", keeps=(LINES, MIRROR_SHOWS))
    K: Array = drawn(Matrix, "kernel_shape", "The kernel.", keeps=(LINES, MIRROR_SHOWS))
    upstream: Array = drawn(
        Row,
        _outputs,
        "The upstream gradient ∂L/∂H, row by row.",
        keeps=(COMBINES,),
        shown=False,
        entry="output entry, row by row",
    )
    entry: Array = drawn_entry(
        "kernel_shape", "Row and column, from 0, of the kernel entry that gradient_sign asks about."
    )
    entry_gradient: Array = drawn(
        Slope, lambda _: (), "∂L/∂K at that entry.", shown=False, chosen=_slope
    )
    learning_rate: Array = drawn(
        Rate,
        lambda _: (),
        'The learning rate of gradient_step, such as "1/10".',
        shown=False,
        chosen=_rate,
    )
    relu_upstream: Array = drawn(
        Row,
        _outputs,
        "The gradient ∂L/∂R for R = ReLU(H) in relu_gradient, row by row.",
        keeps=(FULL,),
        shown=False,
        entry="output entry, row by row",
    )
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    estimate: int = 0
    """How many entries ``gradient_sign`` changes at once and asks by how much the loss changes."""

    @classmethod
    def check_given(cls, sample: ConvolutionSample, given: Any) -> None:
        check_size(sample, given)
        check_slope(sample, given)

    @classmethod
    def check_items(cls, sample: ConvolutionSample, given: Any, asked: Sequence[str]) -> None:
        check_input(sample, given, asked)

    texts = (
        *("input_entries", "kernel_entries", "outputs", "rectified", "entry_symbol"),
        *("entry_partial", "kernel_shape", "flipped", "symmetric", "short", "beside", "wide"),
        *("upstream_matrix", "relu_matrix", "moved", "partner_symbol", "partner_partial"),
        "partner_slope",
    )

    # Sizes and symbols

    @property
    def fits(self) -> bool:
        try:
            return min(self.size) > 0
        except ValueError:
            return False

    @property
    def size(self) -> Pair:
        """Rows and columns of the output."""
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.kernel_shape, **self.geometry)

    @property
    def input_shape(self) -> Pair:
        rows, columns = self.X.shape[-2:]
        return rows, columns

    @property
    def kernel_shape(self) -> Pair:
        rows, columns = self.K.shape[-2:]
        return rows, columns

    def entries(self, letter: str) -> tuple[Symbol, ...]:
        """The output's entries by a letter: one index if it is a row or a column, else two."""
        rows, columns = self.size
        if 1 in (rows, columns):
            return named(letter, rows * columns)
        return named(letter, rows, columns)

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        """H's entries in row-major order."""
        return self.entries("H")

    @property
    def rectified(self) -> tuple[Symbol, ...]:
        """The entries of ReLU(H)."""
        return self.entries("R")

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        return named("K", *self.kernel_shape)

    @property
    def input_entries(self) -> tuple[Symbol, ...]:
        return named("X", *self.input_shape)

    @property
    def entry_symbol(self) -> Symbol:
        """The kernel entry that ``gradient_sign`` asks about."""
        return Symbol("K", tuple(self.entry.tolist()))

    @property
    def moved(self) -> Array:
        """Which way that entry goes: up where its indices add up to an even number, else down."""
        return np.asarray(1 - 2 * (self.entry.sum(axis=-1) % 2))

    @property
    def partner(self) -> Array:
        """The entry that changes with it: the one below it, or the first one of its column."""
        return np.asarray((self.entry + np.array([1, 0])) % np.array(self.kernel_shape))

    @property
    def partner_slope(self) -> Array:
        """The derivative there, which goes the other way."""
        return np.asarray(self.entry_gradient * TIMES[self.entry @ np.array([1, 2]) % len(TIMES)])

    @property
    def partner_symbol(self) -> Symbol:
        return Symbol("K", tuple(self.partner.tolist()))

    @property
    def partner_partial(self) -> Partial:
        return Partial(LOSS, self.partner_symbol)

    @property
    def entry_partial(self) -> Partial:
        """The partial derivative that ``gradient_sign`` gives."""
        return Partial(LOSS, self.entry_symbol)

    # Layout of the texts

    @property
    def short(self) -> bool:
        """Whether the upstream gradient and the Jacobian fit side by side."""
        return prod(self.size) + prod(self.kernel_shape) <= 2 * BESIDE

    @property
    def beside(self) -> bool:
        """Whether the Jacobian by the kernel in symbols and in numbers fit side by side."""
        return prod(self.kernel_shape) <= BESIDE

    @property
    def wide(self) -> bool:
        """Whether those by the input do not."""
        return prod(self.input_shape) > BESIDE

    # What items and mistakes compute

    @property
    def kernel_row(self) -> Array:
        """The kernel in row-major order as a matrix of one row."""
        return self.K.reshape(*self.K.shape[:-2], 1, -1)

    @property
    def flipped(self) -> Array:
        return self.K[..., ::-1, ::-1]

    @property
    def windows(self) -> Array:
        """What each output entry sees. Shape (..., outputs, kernel entries)."""
        return engine.kernel_jacobian(self.X, self.kernel_shape, **self.geometry)

    def named_windows(self) -> list[list[Symbol | int]]:
        """The same in symbols, 0 where a window covers padding."""
        rows, columns = self.input_shape
        numbers = np.arange(1, rows * columns + 1).reshape(rows, columns)
        seen = engine.kernel_jacobian(numbers, self.kernel_shape, **self.geometry)
        symbols = (0, *self.input_entries)
        return [[symbols[number] for number in window] for window in seen.tolist()]

    def matrix_of(self, K: Array) -> Array:
        """∂H/∂X for a kernel. Shape (..., outputs, input entries)."""
        return engine.input_jacobian(K, self.input_shape, **self.geometry)

    def named_matrix(self) -> list[list[Symbol | int]]:
        """∂H/∂X in symbols, 0 where a window does not reach."""
        rows, columns = self.kernel_shape
        numbers = np.arange(1, rows * columns + 1).reshape(rows, columns)
        symbols = (0, *self.kernel_entries)
        return [[symbols[number] for number in line] for line in self.matrix_of(numbers).tolist()]

    def as_output(self, entries: Array) -> Array:
        """One number per output entry, in the output's rows and columns."""
        return entries.reshape(*entries.shape[:-1], *self.size)

    @property
    def upstream_matrix(self) -> Array:
        return self.as_output(self.upstream)

    @property
    def relu_matrix(self) -> Array:
        return self.as_output(self.relu_upstream)

    def as_kernel(self, entries: Array) -> Array:
        """One number per kernel entry, in the kernel's rows and columns."""
        return entries.reshape(*entries.shape[:-1], *self.kernel_shape)

    def in_a_row(self, matrices: Array) -> Array:
        """The entries in row-major order."""
        return matrices.reshape(*matrices.shape[:-2], -1)

    def by_columns(self, entries: Array) -> Array:
        """What belongs to the kernel's entries on the last axis, in column-major order."""
        rows, columns = self.kernel_shape
        return entries[..., np.arange(rows * columns).reshape(rows, columns).T.ravel()]

    def spread(self, upstream: Array) -> Array:
        """A gradient of H, zeros between its entries for the stride and around them."""
        reach = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_shape, strict=True)]
        rows, columns = self.rows_at_stride_one
        down, right = reach
        batch = upstream.shape[:-1]
        spread = np.zeros((*batch, rows + 2 * down, columns + 2 * right), upstream.dtype)
        inner = spread[..., down : down + rows, right : right + columns]
        inner[..., :: self.stride[0], :: self.stride[1]] = self.as_output(upstream)
        return spread

    @property
    def rows_at_stride_one(self) -> Pair:
        """The output's shape at stride 1."""
        rows, columns = (
            n + 2 * p - d * (k - 1)
            for n, p, d, k in zip(
                self.input_shape, self.padding, self.dilation, self.kernel_shape, strict=True
            )
        )
        return rows, columns

    def spread_windows(self, spread: Array) -> Array:
        """What the flipped kernel meets of it, a row per input entry."""
        windows = engine.kernel_jacobian(spread, self.kernel_shape, dilation=self.dilation)
        (top, left), (rows, columns) = self.padding, self.input_shape
        grid = windows.reshape(
            *windows.shape[:-2], rows + 2 * top, columns + 2 * left, windows.shape[-1]
        )
        inner = grid[..., top : top + rows, left : left + columns, :]
        return inner.reshape(*inner.shape[:-3], rows * columns, inner.shape[-1])
