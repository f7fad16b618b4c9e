"""A convolutional layer with several input and output channels, and a bias."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, prod
from types import MappingProxyType
from typing import Annotated, Any, Self, cast

import numpy as np
from pydantic import Field

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

LIMITS = 18, 6, 4
"""Output entries, kernels, and kernel entries that fit a page."""
Channels = Annotated[int, Field(strict=True, ge=1, le=3)]
Stack = Annotated[tuple[Matrix, ...], Field(min_length=1, max_length=3)]


class MultichannelSample(Settings):
    """What to draw from."""

    input_channels: Channels = 2
    """Channels of the input X."""
    output_channels: Channels = 2
    """Channels of the output H, each with a filter and a bias of its own."""
    input_shape: tuple[Size, Size] = (3, 3)
    """Rows and columns of each channel of X."""
    kernel_shape: tuple[Size, Size] = (2, 2)
    """Rows and columns of each kernel."""
    stride: tuple[Size, Size] = (1, 1)
    """Step of the window, down and to the right."""
    padding: tuple[Margin, Margin] = (0, 0)
    """Rows of zeros above and below, columns of zeros left and right."""
    dilation: tuple[Size, Size] = (1, 1)
    """Distance of neighbouring kernel entries on the input, down and to the right."""
    values: Bounds = (-2, 2)
    """Smallest and largest entry of X, the kernels, the bias and the upstream gradient."""


class MultichannelGiven(Settings):
    """What to fix."""

    X: Stack | None = None
    """The input, a matrix per channel."""
    K0: Stack | None = None
    """The first filter, a matrix per input channel."""
    K1: Stack | None = None
    """The second filter."""
    K2: Stack | None = None
    """The third filter."""
    bias: Row | None = None
    """The bias of each output channel."""
    upstream: Row | None = None
    """The upstream gradient ∂L/∂H, channel by channel, row by row."""


@dataclass(frozen=True, eq=False)
class Multichannel(Problem):
    """The givens of the layer; arrays may carry a batch axis."""

    Sample = MultichannelSample
    Given = MultichannelGiven
    variable = ("X", "K", "bias", "upstream")
    shown = frozenset({"X", "K", "bias"})
    levels = MappingProxyType(
        {
            "easy": {"output_channels": 1, "values": (-1, 2)},
            "hard": {"input_shape": (3, 4), "values": (-3, 3)},
        }
    )

    X: Array
    """Shape (..., input channels, h, w)."""
    K: Array
    """Shape (..., output channels, input channels, kh, kw)."""
    bias: Array
    upstream: Array
    """∂L/∂H, flat: channel by channel in row-major order."""
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @classmethod
    def check(cls, sample: MultichannelSample, given: MultichannelGiven) -> None:
        if given.X and len({(len(m), len(m[0])) for m in given.X}) > 1:
            raise ValueError("given.X: every channel needs the same rows and columns")
        try:
            size = _size(sample)
        except ValueError as error:
            raise ValueError(f"{error}; enlarge input_shape or lessen kernel_shape") from None
        outputs = sample.output_channels * prod(size)
        kernels = sample.output_channels * sample.input_channels
        counts = outputs, kernels, prod(sample.kernel_shape)
        if any(n > most for n, most in zip(counts, LIMITS, strict=True)):
            raise ValueError(
                f"{counts[0]} outputs, {counts[1]} kernels of {counts[2]} entries do not fit a "
                f"page; at most {LIMITS[0]}, {LIMITS[1]} and {LIMITS[2]}"
            )
        for key, wanted in (("bias", sample.output_channels), ("upstream", outputs)):
            fixed = getattr(given, key)
            if fixed is not None and len(fixed) != wanted:
                raise ValueError(f"given.{key} has {len(fixed)} entries, it needs {wanted}")
        _check_filters(sample, given)
        met = engine.kernel_jacobian(
            np.ones(sample.input_shape, dtype=int), sample.kernel_shape, **_geometry(sample)
        )
        if not met.any(axis=0).all():
            raise ValueError("a kernel entry meets nothing but padding; lessen padding")

    @classmethod
    def settle(cls, sample: MultichannelSample, given: MultichannelGiven) -> MultichannelSample:
        if given.X is None:
            return sample
        shape = (len(given.X[0]), len(given.X[0][0]))
        return sample.model_copy(update={"input_channels": len(given.X), "input_shape": shape})

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        shapes = {
            "input_shape": (1, 5),
            "kernel_shape": (1, 3),
            "stride": (1, 3),
            "padding": (0, 2),
            "dilation": (1, 3),
        }
        inputs, outputs = rng.integers(1, 4, size=2).tolist()
        channels = {"input_channels": inputs, "output_channels": outputs}
        return pairs(rng, shapes) | channels | {"values": (-4, 4)}

    @classmethod
    def draw(
        cls, sample: MultichannelSample, given: MultichannelGiven, rng: Generator, count: int
    ) -> Self:
        draw = partial(entries, rng, sample.values, count)
        channels, filters = sample.input_channels, sample.output_channels
        return cls(
            X=draw((channels, *sample.input_shape), given.X),
            K=np.stack(
                [draw((channels, *sample.kernel_shape), K) for K in _filters(given)[:filters]],
                axis=1,
            ),
            bias=draw((filters,), given.bias),
            upstream=draw((filters * prod(_size(sample)),), given.upstream),
            **_geometry(sample),
        )

    def record(self) -> dict[str, Any]:
        """The filters one by one: K0, K1 and so on."""
        known = super().record()
        filters = known.pop("K")
        return known | {f"K{o}": kernels for o, kernels in enumerate(filters)}

    @constraint("X")
    def no_channel_is_empty(self) -> Array:
        """No channel of X is all zero, and no two are the same."""
        flat = self.X.reshape(*self.X.shape[:-2], -1)
        return flat.any(axis=-1).all(axis=-1) & _all_differ(flat)

    @constraint("K")
    def no_kernel_is_empty(self) -> Array:
        """No kernel is all zero, and no two are the same."""
        flat = self._kernels
        return flat.any(axis=-1).all(axis=-1) & _all_differ(flat)

    @constraint("bias")
    def no_bias_is_zero(self) -> Array:
        """No bias is zero."""
        return np.asarray(self.bias.all(axis=-1))

    @constraint("upstream")
    def every_channel_has_a_gradient(self) -> Array:
        """The upstream gradient of each output channel is not all zero."""
        return np.asarray(self.upstream_stack.any(axis=(-2, -1)).all(axis=-1))

    # Items

    @item(points=1)
    def output_shape(self) -> Array:
        """The size of H: channels, rows and columns.

        Shape (..., 3).
        """
        return self._for_each((self.filters, *self.size))

    @output_shape.space
    def _(self) -> int:
        return 8

    @output_shape.effort
    def _(self, output_shape: Array) -> Array:
        return effort_of_sums(output_shape[..., None, 1:], np.array(self.stride))

    @output_shape.mistake("gave the channels of the input", keeps=HALF)
    def _(self) -> Array | None:
        if self.channels == self.filters:
            return None
        return self._for_each((self.channels, *self.size))

    @output_shape.mistake("multiplied the channels", keeps=HALF)
    def _(self) -> Array | None:
        if self.channels == 1:
            return None
        return self._for_each((self.channels * self.filters, *self.size))

    @output_shape.mistake("forgot to add one", keeps=HALF)
    def _(self) -> Array:
        return self._for_each((self.filters, *(n - 1 for n in self.size)))

    @item(points=1)
    def parameters(self) -> Array:
        """How many weights and biases the layer has.

        Shape (...).
        """
        return self._for_each((self.filters * (self._weights + 1),))[..., 0]

    @parameters.steps
    def _(self) -> tuple[int, int]:
        return self.filters, self._weights

    @parameters.space
    def _(self) -> int:
        return 6

    @parameters.effort
    def _(self, parameters: Array) -> Array:
        return effort_of_copying(parameters[..., None, None])

    @parameters.mistake("forgot the biases", keeps=HALF)
    def _(self) -> Array:
        return self._for_each((self.filters * self._weights,))[..., 0]

    @parameters.mistake("forgot the input channels", keeps=HALF)
    def _(self) -> Array | None:
        if self.channels == 1:
            return None
        return self._for_each((self.filters * (self._weights // self.channels + 1),))[..., 0]

    @parameters.mistake("counted a bias for each kernel", keeps=HALF)
    def _(self) -> Array | None:
        if self.channels == 1:
            return None
        return self._for_each((self.filters * (self._weights + self.channels),))[..., 0]

    @item(points=3)
    def forward(self) -> Array:
        """The output H: for each filter, the sum over the input channels, plus its bias.

        Shape (..., output channels, oh, ow).
        """
        return self._output(self.K)

    @forward.steps
    def _(self, forward: Array) -> tuple[Sum, ...]:
        kernels, windows = self._rows.tolist(), self._windows.tolist()
        places = list(np.ndindex(self.size))
        return tuple(
            Sum(
                Symbol("H", (o, *places[n])),
                (*zip(kernel, window, strict=True), (int(self.bias[o]),)),
                int(forward[o][places[n]]),
            )
            for o, kernel in enumerate(kernels)
            for n, window in enumerate(windows)
        )

    @forward.space
    def _(self) -> int:
        return 6 + sum_lines(self.filters * prod(self.size), self._weights + 1)

    @forward.effort
    def _(self) -> Array:
        return self._effort(self._rows) + effort_of_copying(self.bias[..., None])

    @forward.mistake("forgot the bias", keeps=HALF)
    def _(self, forward: Array) -> Array:
        return np.asarray(forward - self.bias[..., None, None])

    @forward.mistake("used the first input channel alone", keeps=HALF)
    def _(self) -> Array | None:
        return self._only_first() if self.channels > 1 else None

    @forward.mistake("gave the channels the kernels in reverse order", keeps=HALF)
    def _(self) -> Array | None:
        return self._output(self.K[..., ::-1, :, :]) if self.channels > 1 else None

    @forward.mistake("flipped the kernels", keeps=HALF)
    def _(self) -> Array:
        return self._output(self.K[..., ::-1, ::-1])

    @forward.mistake("took minus times minus as minus", keeps=MOST)
    def _(self) -> Array:
        products = sign_lost(self._rows[..., :, None, :], self._windows[..., None, :, :])
        return self._shaped(products.sum(axis=-1) + self.bias[..., None])

    @item(points=1, prints=("upstream",))
    def bias_gradient(self) -> Array:
        """The gradient ∂L/∂b: for each output channel, the sum of its upstream gradient.

        Shape (..., output channels).
        """
        return np.asarray(self.upstream_stack.sum(axis=(-2, -1)))

    @bias_gradient.steps
    def _(self, bias_gradient: Array) -> tuple[Sum, ...]:
        return tuple(
            Sum(Symbol("D", (o,)), tuple((g,) for g in upstream.ravel().tolist()), total)
            for o, (upstream, total) in enumerate(
                zip(self.upstream_stack, bias_gradient.tolist(), strict=True)
            )
        )

    @bias_gradient.space
    def _(self) -> int:
        return 7 + 2 * self.filters

    @bias_gradient.effort
    def _(self) -> Array:
        stack = self.upstream_stack
        return effort_of_sums(stack.reshape(*stack.shape[:-2], -1), np.array(1))

    @bias_gradient.mistake("added up all output channels", keeps=HALF)
    def _(self, bias_gradient: Array) -> Array | None:
        total = bias_gradient.sum(axis=-1, keepdims=True)
        return np.broadcast_to(total, bias_gradient.shape) if self.filters > 1 else None

    @bias_gradient.mistake("lost the minus signs", keeps=HALF)
    def _(self) -> Array:
        return np.asarray(np.abs(self.upstream_stack).sum(axis=(-2, -1)))

    @bias_gradient.mistake("counted the outputs instead of adding their gradients")
    def _(self, bias_gradient: Array) -> Array:
        return np.full_like(bias_gradient, prod(self.size))

    @item(points=3, prints=("upstream",))
    def filter_gradient(self) -> Array:
        """The gradient of the first filter, a matrix per input channel.

        Shape (..., input channels, kh, kw).
        """
        return self._gradient(self.upstream_stack[..., 0, :, :])

    @filter_gradient.steps
    def _(self, filter_gradient: Array) -> tuple[Sum, ...]:
        upstream = self.upstream_stack[0].ravel().tolist()
        columns = self._windows.T.tolist()
        places = list(np.ndindex(filter_gradient.shape))
        return tuple(
            Sum(Symbol("G", place), tuple(zip(upstream, column, strict=True)), total)
            for place, column, total in zip(
                places, columns, filter_gradient.ravel().tolist(), strict=True
            )
        )

    @filter_gradient.space
    def _(self) -> int:
        return 7 + sum_lines(self._weights, prod(self.size)) + ceil(1.3 * self.kernel_shape[0])

    @filter_gradient.effort
    def _(self) -> Array:
        upstream = self.upstream_stack[..., 0, :, :].reshape(*self.X.shape[:-3], 1, -1)
        return effort_of_sums(upstream, np.swapaxes(self._windows, -2, -1))

    @filter_gradient.mistake("forgot the upstream gradient", keeps=HALF)
    def _(self) -> Array:
        return self._gradient(np.ones_like(self.upstream_stack[..., 0, :, :]))

    @filter_gradient.mistake("took the upstream gradient of the last output channel", keeps=HALF)
    def _(self) -> Array | None:
        return self._gradient(self.upstream_stack[..., -1, :, :]) if self.filters > 1 else None

    @filter_gradient.mistake("added the upstream gradients of all output channels", keeps=HALF)
    def _(self) -> Array | None:
        return self._gradient(self.upstream_stack.sum(axis=-3)) if self.filters > 1 else None

    @filter_gradient.mistake("added the input channels", keeps=HALF)
    def _(self, filter_gradient: Array) -> Array | None:
        return np.asarray(filter_gradient.sum(axis=-3)) if self.channels > 1 else None

    # What texts and mistakes need

    @property
    def geometry(self) -> Geometry:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def directional(self) -> bool:
        """Whether it matters which of two settings is the vertical one."""
        return any(one != other for one, other in (self.stride, self.padding, self.dilation))

    @property
    def channels(self) -> int:
        return int(self.X.shape[-3])

    @property
    def filters(self) -> int:
        return int(self.K.shape[-4])

    @property
    def kernel_shape(self) -> Pair:
        rows, columns = self.K.shape[-2:]
        return rows, columns

    @property
    def size(self) -> Pair:
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.kernel_shape, **self.geometry)

    @property
    def formula(self) -> tuple[tuple[int, int, int, int, int], ...]:
        """Input size, padding, dilation, kernel and stride along either axis."""
        axes = zip(
            *(self.X.shape[-2:], self.padding, self.dilation, self.kernel_shape, self.stride),
            strict=True,
        )
        return tuple(cast("tuple[int, int, int, int, int]", axis) for axis in axes)

    @property
    def upstream_stack(self) -> Array:
        """The upstream gradient, a matrix per output channel."""
        return self._shaped(self.upstream)

    @property
    def _kernels(self) -> Array:
        return self.K.reshape(*self.K.shape[:-4], self.filters * self.channels, -1)

    @property
    def _rows(self) -> Array:
        """Each filter as a row: channel by channel in row-major order."""
        return self.K.reshape(*self.K.shape[:-3], -1)

    @property
    def _weights(self) -> int:
        """The weights of a filter."""
        return self.channels * prod(self.kernel_shape)

    @property
    def _windows(self) -> Array:
        """What a filter meets at each output place, in the order of its row."""
        seen = engine.kernel_jacobian(self.X, self.kernel_shape, **self.geometry)
        return np.concatenate(list(np.moveaxis(seen, -3, 0)), axis=-1)

    def _output(self, K: Array) -> Array:
        rows = K.reshape(*K.shape[:-3], -1)
        sums = (rows[..., :, None, :] * self._windows[..., None, :, :]).sum(axis=-1)
        return self._shaped(sums + self.bias[..., None])

    def _only_first(self) -> Array:
        kernels = self.K.copy()
        kernels[..., 1:, :, :] = 0
        return self._output(kernels)

    def _gradient(self, upstream: Array) -> Array:
        flat = upstream.reshape(*upstream.shape[:-2], -1)
        gradient = (flat[..., :, None] * self._windows).sum(axis=-2)
        return np.asarray(gradient.reshape(*gradient.shape[:-1], *self.K.shape[-3:]))

    def _effort(self, rows: Array) -> Array:
        one, other = np.broadcast_arrays(rows[..., :, None, :], self._windows[..., None, :, :])
        flat = (*one.shape[:-3], -1, one.shape[-1])
        return effort_of_sums(one.reshape(flat), other.reshape(flat))

    def _shaped(self, values: Array) -> Array:
        batch = self.X.shape[:-3]
        return np.asarray(values.reshape(*batch, self.filters, *self.size))

    def _for_each(self, values: Sequence[int]) -> Array:
        return np.broadcast_to(np.array(values), (*self.X.shape[:-3], len(values)))


def _filters(given: MultichannelGiven) -> list[tuple[tuple[tuple[int, ...], ...], ...] | None]:
    return [given.K0, given.K1, given.K2]


def _check_filters(sample: MultichannelSample, given: MultichannelGiven) -> None:
    """Fixed filters have the shapes that the sample says."""
    shape = (sample.input_channels, *sample.kernel_shape)
    for number, kernels in enumerate(_filters(given)):
        if kernels is None:
            continue
        if number >= sample.output_channels:
            raise ValueError(f"given.K{number}: sample.output_channels is {sample.output_channels}")
        found = {(len(kernels), len(kernel), len(kernel[0])) for kernel in kernels}
        if found != {shape}:
            raise ValueError(
                f"given.K{number} needs {shape[0]} matrices of {shape[1]} × {shape[2]}, as "
                "sample.input_channels and sample.kernel_shape say"
            )


def _geometry(sample: MultichannelSample) -> Geometry:
    return {"stride": sample.stride, "padding": sample.padding, "dilation": sample.dilation}


def _size(sample: MultichannelSample) -> Pair:
    return output_shape(sample.input_shape, sample.kernel_shape, **_geometry(sample))


def _all_differ(rows: Array) -> Array:
    """Whether no two rows of each candidate are the same."""
    same = (rows[..., :, None, :] == rows[..., None, :, :]).all(axis=-1)
    return np.asarray(same.sum(axis=(-2, -1)) == rows.shape[-2])
