"""The items on a convolutional layer as a map of its input: its matrix and the input's gradient."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array
from worksheetgen.problems.base import HALF, MOST, item
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.layers.chain import MAX_BESIDE, Chain
from worksheetgen.problems.layers.layer import LOSS
from worksheetgen.problems.slips import sign_lost
from worksheetgen.problems.steps import Partial, Sum, Symbol, sum_lines


@dataclass(frozen=True, eq=False)
class InputSide(Chain):
    """The items that ask about the input X."""

    @item(points=2)
    def input_jacobian(self) -> Array:
        """The Jacobian ∂H/∂X, both in row-major order.

        Shape (..., outputs, input entries).
        """
        return self.jacobian_of_input()

    @input_jacobian.steps
    def _(self) -> tuple[tuple[Symbol | int, ...], ...]:
        return self.matrix_in_symbols

    @input_jacobian.space
    def _(self) -> int:
        return self._matrix_lines

    @input_jacobian.effort
    def _(self, input_jacobian: Array) -> Array:
        return effort_of_copying(input_jacobian)

    @input_jacobian.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array:
        return self.jacobian_of_input(self.K[..., ::-1, ::-1])

    @input_jacobian.mistake("transposed the Jacobian", keeps=HALF)
    def _(self, input_jacobian: Array) -> Array:
        return np.swapaxes(input_jacobian, -2, -1)

    @input_jacobian.mistake("went through the kernel column by column", keeps=HALF)
    def _(self) -> Array:
        return self.jacobian_of_input(self.column_by_column(self.kernel_row).reshape(self.K.shape))

    @input_jacobian.mistake("lost the minus signs", keeps=MOST)
    def _(self, input_jacobian: Array) -> Array:
        return np.abs(input_jacobian)

    @input_jacobian.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_if_it_fits(stride=(1, 1))

    @input_jacobian.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_if_it_fits(dilation=(1, 1))

    @item(points=2)
    def as_matrix(self) -> Array:
        """The sparse matrix A with vec(H) = A · vec(X), both in row-major order.

        Shape (..., outputs, input entries).
        """
        return self.jacobian_of_input()

    @as_matrix.steps
    def _(self) -> tuple[tuple[Symbol | int, ...], ...]:
        return self.matrix_in_symbols

    @as_matrix.space
    def _(self) -> int:
        return self._matrix_lines

    @as_matrix.effort
    def _(self, as_matrix: Array) -> Array:
        return effort_of_copying(as_matrix)

    @as_matrix.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array:
        return self.jacobian_of_input(self.K[..., ::-1, ::-1])

    @as_matrix.mistake("transposed the matrix", keeps=HALF)
    def _(self, as_matrix: Array) -> Array:
        return np.swapaxes(as_matrix, -2, -1)

    @as_matrix.mistake("left out the zeros between the rows of the kernel", keeps=HALF)
    def _(self, as_matrix: Array) -> Array | None:
        return self.without_gaps(as_matrix)

    @as_matrix.mistake("put input entries in place of kernel entries")
    def _(self, kernel_jacobian: Array) -> Array:
        return kernel_jacobian

    @item(points=3, prints=("upstream",))
    def input_gradient(self, input_jacobian: Array) -> Array:
        """The gradient ∂L/∂X = ∂L/∂H · ∂H/∂X, in rows and columns.

        Shape (..., h, w). Raises ``ValueError`` for a Jacobian of another size.
        """
        rows, columns = self.X.shape[-2:]
        if input_jacobian.shape[-2:] != (self.upstream.shape[-1], rows * columns):
            raise ValueError("the Jacobian has not a row per output and a column per input entry")
        gradient = (self.upstream[..., :, None] * input_jacobian).sum(axis=-2)
        return np.asarray(gradient.reshape(*gradient.shape[:-1], rows, columns))

    @input_gradient.steps
    def _(self, input_gradient: Array) -> tuple[Sum, ...]:
        """Each entry as a window of the spread upstream gradient times the flipped kernel."""
        flipped = self.K[::-1, ::-1].ravel().tolist()
        return tuple(
            Sum(Partial(LOSS, by), tuple(zip(flipped, window, strict=True)), total)
            for by, window, total in zip(
                self.input_entries,
                self.spread_windows.tolist(),
                input_gradient.ravel().tolist(),
                strict=True,
            )
        )

    @input_gradient.space
    def _(self) -> int:
        sums = sum_lines(len(self.input_entries), len(self.kernel_entries))
        rows: int = self.X.shape[-2]
        return 5 + ceil(1.3 * self.spread_shape[0]) + sums + ceil(1.3 * rows)

    @input_gradient.effort
    def _(self, input_jacobian: Array) -> Array:
        return effort_of_sums(self.upstream[..., None, :], np.swapaxes(input_jacobian, -2, -1))

    @input_gradient.mistake("forgot to flip the kernel", keeps=HALF)
    def _(self) -> Array:
        return self._gradient_through(self.K[..., ::-1, ::-1])

    @input_gradient.mistake("forgot the upstream gradient", keeps=HALF)
    def _(self, input_jacobian: Array) -> Array:
        return self._shaped_as_input(input_jacobian.sum(axis=-2))

    @input_gradient.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._upstream_packed()

    @input_gradient.mistake("took minus times minus as minus", keeps=MOST)
    def _(self, input_jacobian: Array) -> Array:
        products = sign_lost(self.upstream[..., :, None], input_jacobian)
        return self._shaped_as_input(products.sum(axis=-2))

    # What the texts and the mistakes need

    @property
    def input_entries(self) -> tuple[Symbol, ...]:
        """X's entries in row-major order."""
        return tuple(Symbol("X", index) for index in np.ndindex(self.X.shape[-2:]))

    @property
    def matrix_in_symbols(self) -> tuple[tuple[Symbol | int, ...], ...]:
        """∂H/∂X in symbols: a kernel entry, or 0 where the window does not reach."""
        numbers = np.arange(1, len(self.kernel_entries) + 1).reshape(self.kernel_shape)
        entries = (0, *self.kernel_entries)
        return tuple(
            tuple(entries[number] for number in row)
            for row in self.jacobian_of_input(numbers).tolist()
        )

    @property
    def wide(self) -> bool:
        """Whether the matrix in symbols and in numbers do not fit side by side."""
        return len(self.input_entries) > MAX_BESIDE

    @property
    def _matrix_lines(self) -> int:
        return 3 + (1 + self.wide) * ceil(1.5 + 1.3 * len(self.outputs))

    def jacobian_of_input(self, K: Array | None = None) -> Array:
        """∂H/∂X, or that of another kernel of the same shape."""
        rows, columns = self.X.shape[-2:]
        return engine.input_jacobian(self.K if K is None else K, (rows, columns), **self.geometry)

    def _jacobian_if_it_fits(self, **changes: tuple[int, int]) -> Array | None:
        if not self._differs(self.X, self.K, **changes):
            return None
        rows, columns = self.X.shape[-2:]
        return engine.input_jacobian(self.K, (rows, columns), **self._changed(changes))

    def without_gaps(self, matrix: Array) -> Array | None:
        """Each row with its kernel entries side by side from its first one on; None if they are."""
        met = np.array(self.matrix_in_symbols) != 0
        starts, counts = met.argmax(axis=1), met.sum(axis=1)
        columns = np.arange(met.shape[1])
        together = (columns >= starts[:, None]) & (columns < (starts + counts)[:, None])
        if (together == met).all() or (starts + counts > met.shape[1]).any():
            return None
        packed = np.zeros_like(matrix)
        packed[..., together] = matrix[..., met]
        return packed

    def _shaped_as_input(self, entries: Array) -> Array:
        return np.asarray(entries.reshape(*entries.shape[:-1], *self.X.shape[-2:]))

    def _upstream_matrix(self) -> Array:
        return self.shaped_as_output(self.upstream)

    def _gradient_through(self, K: Array) -> Array:
        rows, columns = self.X.shape[-2:]
        return engine.input_vjp(self._upstream_matrix(), K, (rows, columns), **self.geometry)

    def _upstream_packed(self) -> Array | None:
        """The gradient as if the windows stood side by side, if the stride is more than one."""
        if self.stride == (1, 1):
            return None
        spread = np.zeros((*self.upstream.shape[:-1], *self._plain_outputs), self.upstream.dtype)
        rows, columns = self.size
        spread[..., :rows, :columns] = self._upstream_matrix()
        size = (self.X.shape[-2], self.X.shape[-1])
        return engine.input_vjp(spread, self.K, size, **self._changed({"stride": (1, 1)}))

    @property
    def _plain_outputs(self) -> tuple[int, int]:
        """The output's shape at stride 1."""
        padded = (n + 2 * p for n, p in zip(self.X.shape[-2:], self.padding, strict=True))
        reach = (d * (k - 1) for d, k in zip(self.dilation, self.kernel_shape, strict=True))
        rows, columns = (n - r for n, r in zip(padded, reach, strict=True))
        return rows, columns

    @property
    def spread_shape(self) -> tuple[int, int]:
        return self.spread.shape[-2], self.spread.shape[-1]

    @property
    def spread(self) -> Array:
        """The upstream gradient, zeros between its entries for the stride and around them."""
        rows, columns = self._plain_outputs
        down, right = (d * (k - 1) for d, k in zip(self.dilation, self.kernel_shape, strict=True))
        batch = self.upstream.shape[:-1]
        spread = np.zeros((*batch, rows + 2 * down, columns + 2 * right), self.upstream.dtype)
        inner = spread[..., down : down + rows, right : right + columns]
        inner[..., :: self.stride[0], :: self.stride[1]] = self._upstream_matrix()
        return spread

    @property
    def spread_windows(self) -> Array:
        """What the flipped kernel meets of it, a row per input entry."""
        windows = engine.kernel_jacobian(self.spread, self.kernel_shape, dilation=self.dilation)
        (top, left), (rows, columns) = self.padding, self.X.shape[-2:]
        wide = columns + 2 * left
        grid = windows.reshape(*windows.shape[:-2], rows + 2 * top, wide, windows.shape[-1])
        inner = grid[..., top : top + rows, left : left + columns, :]
        return inner.reshape(*inner.shape[:-3], rows * columns, inner.shape[-1])

    @property
    def special(self) -> str:
        """What must be said of the spread upstream gradient."""
        return "stride" if self.stride != (1, 1) else ""
