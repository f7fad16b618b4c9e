"""Max and average pooling: forward, and the way back of a gradient."""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil, prod
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from worksheetgen.engine import pooling as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import HALF, Problem, constraint, item
from worksheetgen.problems.drawing import entries, pairs
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.settings import Bounds, Matrix, Row, Settings, Size
from worksheetgen.problems.steps import Sum, Symbol, sum_lines

MAX_INPUTS, MAX_OUTPUTS, MAX_WINDOW = 49, 16, 9


class PoolingSample(Settings):
    """What to draw from."""

    input_shape: tuple[Size, Size] = (4, 4)
    """Rows and columns of the input X."""
    window: tuple[Size, Size] = (2, 2)
    """Rows and columns of the pooling window."""
    stride: tuple[Size, Size] = (2, 2)
    """Step of the window, down and to the right."""
    values: Bounds = (-5, 9)
    """Smallest and largest entry of X, both included; few values make ties."""
    upstream_values: Bounds = (-4, 4)
    """Smallest and largest entry of the upstream gradient."""


class PoolingGiven(Settings):
    """What to fix."""

    X: Matrix | None = None
    """The input."""
    upstream: Row | None = None
    """The upstream gradient, row by row."""


@dataclass(frozen=True, eq=False)
class Pooling(Problem):
    """The givens of a pooling layer; arrays may carry a batch axis."""

    Sample = PoolingSample
    Given = PoolingGiven
    variable = ("X", "upstream")
    shown = frozenset({"X"})
    levels = MappingProxyType(
        {
            "easy": {"input_shape": (4, 2), "values": (0, 9)},
            "hard": {"input_shape": (4, 4), "window": (2, 2), "stride": (1, 1)},
        }
    )

    X: Array
    upstream: Array
    """The gradient with respect to the output, flat in row-major order."""
    window: Pair = (2, 2)
    stride: Pair = (2, 2)

    @classmethod
    def check(cls, sample: PoolingSample, given: PoolingGiven) -> None:
        shape = sample.input_shape
        try:
            outputs = prod(output_shape(shape, sample.window, stride=sample.stride))
        except ValueError:
            raise ValueError(
                f"the window {list(sample.window)} is larger than the input {list(shape)}; enlarge "
                "input_shape, or lessen window"
            ) from None
        if prod(shape) > MAX_INPUTS or outputs > MAX_OUTPUTS or prod(sample.window) > MAX_WINDOW:
            raise ValueError(
                f"{prod(shape)} inputs, {outputs} outputs and windows of {prod(sample.window)} do "
                f"not fit a page; at most {MAX_INPUTS}, {MAX_OUTPUTS} and {MAX_WINDOW}"
            )
        if prod(sample.window) == 1:
            raise ValueError("a window of one entry leaves nothing to pool; enlarge window")
        if given.upstream is not None and len(given.upstream) != outputs:
            raise ValueError(
                f"given.upstream has {len(given.upstream)} entries, the output has {outputs}; "
                "give one per output entry, row by row"
            )

    @classmethod
    def settle(cls, sample: PoolingSample, given: PoolingGiven) -> PoolingSample:
        if given.X is None:
            return sample
        return sample.model_copy(update={"input_shape": (len(given.X), len(given.X[0]))})

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        largest = 9 * int(rng.integers(1, 4))
        shapes = {"input_shape": (1, 6), "window": (1, 4), "stride": (1, 4)}
        return pairs(rng, shapes) | {"values": (-9, largest)}

    @classmethod
    def draw(cls, sample: PoolingSample, given: PoolingGiven, rng: Generator, count: int) -> Self:
        outputs = prod(output_shape(sample.input_shape, sample.window, stride=sample.stride))
        draw = partial(entries, rng, count=count)
        return cls(
            X=draw(sample.values, shape=sample.input_shape, fixed=given.X),
            upstream=draw(sample.upstream_values, shape=(outputs,), fixed=given.upstream),
            window=sample.window,
            stride=sample.stride,
        )

    @constraint("X", always=True)
    def no_ties(self) -> Array:
        """Each window of X has one largest and one smallest entry, and two different magnitudes."""
        seen = np.sort(self.windows, axis=-1)
        return np.asarray(
            ((seen[..., -1] > seen[..., -2]) & (seen[..., 0] < seen[..., 1])).all(axis=-1)
        )

    @constraint("X")
    def signs_are_mixed(self) -> Array:
        """The input X has two entries that are not zero."""
        return np.asarray(np.count_nonzero(self.X, axis=(-2, -1)) > 1)

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has no zero, and not all of its entries are equal."""
        several = self.upstream.shape[-1] == 1 or np.ptp(self.upstream, axis=-1) > 0
        return np.asarray(self.upstream.all(axis=-1) & several)

    # Items

    @item(points=2)
    def max_forward(self) -> Array:
        """The output of max pooling.

        Shape (..., oh, ow).
        """
        return engine.max_pool(self.X, self.window, self.stride)

    @max_forward.steps
    def _(self) -> Array:
        return self.windows

    @max_forward.space
    def _(self) -> int:
        return 5 + ceil(1.3 * len(self.outputs)) + ceil(1.3 * self.size[0])

    @max_forward.effort
    def _(self) -> Array:
        return effort_of_copying(self.windows)

    @max_forward.mistake("took the smallest entry", keeps=HALF)
    def _(self) -> Array:
        return -engine.max_pool(-self.X, self.window, self.stride)

    @max_forward.mistake("took the average instead of the largest entry")
    def _(self) -> Array:
        return engine.average_pool(self.X, self.window, self.stride)

    @max_forward.mistake("took the largest magnitude", keeps=HALF)
    def _(self) -> Array:
        return engine.max_pool(np.abs(self.X), self.window, self.stride)

    @max_forward.mistake("moved the window by one entry", keeps=HALF)
    def _(self) -> Array | None:
        return engine.max_pool(self.X, self.window, (1, 1)) if self.strides_matter else None

    @item(points=2, prints=("upstream",))
    def max_gradient(self) -> Array:
        """The gradient that max pooling hands back to X.

        Shape (..., h, w).
        """
        return self._handed_back(self.upstream[..., None] * self.routes)

    @max_gradient.steps
    def _(self) -> Array:
        """How often each input entry is the largest of a window."""
        return self.taken

    @max_gradient.space
    def _(self) -> int:
        return 6 + 2 * ceil(1.3 * self.rows)

    @max_gradient.effort
    def _(self) -> Array:
        return effort_of_copying(self.windows) + effort_of_copying(self.upstream[..., None, :])

    @max_gradient.mistake("gave every entry of a window its gradient", keeps=HALF)
    def _(self) -> Array:
        return self._handed_back(self.to_all)

    @max_gradient.mistake("wrote the largest entries in place of the gradient")
    def _(self) -> Array:
        return np.asarray(self.X * (self.taken > 0))

    @max_gradient.mistake("handed the gradient to the smallest entry", keeps=HALF)
    def _(self) -> Array:
        smallest = engine.route(-self.X, self.window, self.stride)
        return self._handed_back(self.upstream[..., None] * smallest)

    @max_gradient.mistake("shared the gradient equally, as an average does")
    def _(self, average_gradient: Array) -> Array:
        return average_gradient

    @item(points=1)
    def no_gradient(self) -> Array:
        """How many entries of X get no gradient from max pooling, whatever the upstream is.

        Shape (...).
        """
        return np.asarray((self.taken == 0).sum(axis=(-2, -1)))

    @no_gradient.steps
    def _(self) -> Array:
        return self.taken

    @no_gradient.space
    def _(self) -> int:
        return 6 + ceil(1.3 * self.rows)

    @no_gradient.effort
    def _(self) -> Array:
        return effort_of_copying(self.taken)

    @no_gradient.mistake("counted the entries that get a gradient")
    def _(self, no_gradient: Array) -> Array:
        return np.asarray(self.rows * self.X.shape[-1] - no_gradient)

    @no_gradient.mistake("counted the negative entries")
    def _(self) -> Array:
        return np.asarray((self.X < 0).sum(axis=(-2, -1)))

    @no_gradient.mistake("took every entry for one that matters")
    def _(self, no_gradient: Array) -> Array:
        return 0 * no_gradient

    @item(points=2)
    def average_forward(self) -> Array:
        """The output of average pooling, in exact fractions.

        Shape (..., oh, ow).
        """
        return engine.average_pool(self.X, self.window, self.stride)

    @average_forward.steps
    def _(self) -> tuple[tuple[Sum, ...], Array]:
        """The sum over each window, and these sums in the output's rows and columns."""
        totals = self.windows.sum(axis=-1)
        sums = tuple(
            Sum(target, tuple((entry,) for entry in seen), total)
            for target, seen, total in zip(
                self.outputs, self.windows.tolist(), totals.tolist(), strict=True
            )
        )
        return sums, totals.reshape(self.size)

    @average_forward.space
    def _(self) -> int:
        return 6 + sum_lines(len(self.outputs), 1) + ceil(1.7 * self.size[0])

    @average_forward.effort
    def _(self) -> Array:
        return effort_of_sums(self.windows, np.array(1))

    @average_forward.mistake("forgot to divide", keeps=HALF)
    def _(self) -> Array:
        return self._in_rows(self.windows.sum(axis=-1))

    @average_forward.mistake("took the largest entry instead of the average")
    def _(self, max_forward: Array) -> Array:
        return max_forward

    @average_forward.mistake("averaged the magnitudes", keeps=HALF)
    def _(self) -> Array:
        return engine.average_pool(np.abs(self.X), self.window, self.stride)

    @average_forward.mistake("moved the window by one entry", keeps=HALF)
    def _(self) -> Array | None:
        return engine.average_pool(self.X, self.window, (1, 1)) if self.strides_matter else None

    @item(points=2, prints=("upstream",))
    def average_gradient(self) -> Array:
        """The gradient that average pooling hands back to X, in exact fractions.

        Shape (..., h, w).
        """
        return np.asarray(self._handed_back(self.to_all) * self.share)

    @average_gradient.steps
    def _(self) -> Array:
        """The upstream entries of all windows that an input entry lies in, added up."""
        return self._handed_back(self.to_all)

    @average_gradient.space
    def _(self) -> int:
        return 6 + ceil(1.3 * self.rows) + ceil(1.7 * self.rows)

    @average_gradient.effort
    def _(self) -> Array:
        return effort_of_copying(self._handed_back(self.to_all)) + effort_of_sums(
            self.upstream[..., None, :], np.array(1)
        )

    @average_gradient.mistake("forgot to divide", keeps=HALF)
    def _(self) -> Array:
        return self._handed_back(self.to_all)

    @average_gradient.mistake("gave the whole gradient to the largest entry")
    def _(self, max_gradient: Array) -> Array:
        return max_gradient

    @average_gradient.mistake("multiplied the shares by the input", keeps=HALF)
    def _(self, average_gradient: Array) -> Array:
        return np.asarray(average_gradient * self.X)

    # What texts and mistakes need

    @property
    def size(self) -> Pair:
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.window, stride=self.stride)

    @property
    def rows(self) -> int:
        """The rows of the input."""
        return int(self.X.shape[-2])

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        """The sums over the windows, by the output's index."""
        return tuple(Symbol("S", index) for index in np.ndindex(self.size))

    @property
    def windows(self) -> Array:
        return engine.windows(self.X, self.window, self.stride)

    @property
    def routes(self) -> Array:
        return engine.route(self.X, self.window, self.stride)

    @property
    def taken(self) -> Array:
        """How many windows take each input entry as their largest."""
        return self._handed_back(self.routes)

    @property
    def to_all(self) -> Array:
        """The upstream entry of a window, for each entry of the window."""
        return np.broadcast_to(self.upstream[..., None], self.windows.shape)

    @property
    def share(self) -> Fraction:
        return Fraction(1, prod(self.window))

    @property
    def upstream_matrix(self) -> Array:
        return self._in_rows(self.upstream)

    @property
    def strides_matter(self) -> bool:
        """Whether a window that moves by one entry makes another number of outputs."""
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.window) != self.size

    def _in_rows(self, values: Array) -> Array:
        return np.asarray(values.reshape(*values.shape[:-1], *self.size))

    def _handed_back(self, shares: Array) -> Array:
        rows, columns = self.X.shape[-2:]
        return engine.scatter(shares, (rows, columns), self.window, self.stride)
