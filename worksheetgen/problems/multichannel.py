"""A convolutional layer with several input and output channels, and a bias."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import Problem
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import constraint, item
from worksheetgen.problems.mistakes import NONE, SIGN_LOST, instead, own
from worksheetgen.problems.settings import Bounds, Row, Size, Stack
from worksheetgen.problems.steps import named
from worksheetgen.problems.windows import (
    Windowed,
    WindowSample,
    check_every_entry_is_met,
    output_of,
    size_formulas,
)
from worksheetgen.problems.work import Figure, Sums, columns, formula

LIMITS = 18, 6, 4
"""Output entries, kernels, and kernel entries that fit a page."""
Channels = Annotated[int, Field(strict=True, ge=1, le=3)]
FILTERS = ("K0", "K1", "K2")


class MultichannelSample(WindowSample):
    """What to draw from."""

    input_channels: Channels = 2
    """Channels of the input X."""
    output_channels: Channels = 2
    """Channels of the output H, each with a filter and a bias of its own."""
    input_shape: tuple[Size, Size] = (3, 3)
    """Rows and columns of each channel of X."""
    values: Bounds = (-2, 2)
    """Smallest and largest entry of X, the kernels, the bias and the upstream gradient."""


@dataclass(frozen=True, eq=False)
class Multichannel(Windowed, Problem):
    """The givens of the layer; arrays may carry a batch axis."""

    Sample = MultichannelSample
    texts = ("channels", "filters", "kernel_shape", "size", "weights")
    also = {
        "K0": (Stack, "The first filter, a matrix per input channel."),
        "K1": (Stack, "The second filter."),
        "K2": (Stack, "The third filter."),
    }
    levels = {
        "easy": {"output_channels": 1, "values": (-1, 2)},
        "hard": {"input_shape": (3, 4), "values": (-3, 3)},
    }
    ranges = {
        "input_channels": (1, 4),
        "output_channels": (1, 4),
        "input_shape": (1, 5),
        "kernel_shape": (1, 3),
        "stride": (1, 3),
        "padding": (0, 2),
        "dilation": (1, 3),
    }

    X: Array = drawn(Stack, ("input_channels", "input_shape"), "The input, a matrix per channel.")
    K: Array = drawn(
        None, ("output_channels", "input_channels", "kernel_shape"), "The filters.", axes=4
    )
    bias: Array = drawn(Row, "output_channels", "The bias of each output channel.")
    upstream: Array = drawn(
        Row,
        lambda sample: (sample.output_channels * prod(output_of(sample)),),
        "The upstream gradient ∂L/∂H, channel by channel, row by row.",
        shown=False,
        entry="output entry, channel by channel, row by row",
    )
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @classmethod
    def check_sample(cls, sample: MultichannelSample) -> None:
        counts = (
            sample.output_channels * prod(output_of(sample)),
            sample.output_channels * sample.input_channels,
            prod(sample.kernel_shape),
        )
        if any(n > most for n, most in zip(counts, LIMITS, strict=True)):
            raise ValueError(
                f"{counts[0]} outputs, {counts[1]} kernels of {counts[2]} entries do not fit a "
                f"page; at most {LIMITS[0]}, {LIMITS[1]} and {LIMITS[2]}"
            )
        check_every_entry_is_met(sample)

    @classmethod
    def check_given(cls, sample: MultichannelSample, given: Any) -> None:
        if given.X and len({(len(m), len(m[0])) for m in given.X}) > 1:
            raise ValueError("given.X: every channel needs the same rows and columns")
        for number, name in enumerate(FILTERS):
            kernels = getattr(given, name)
            if kernels is not None and number >= sample.output_channels:
                raise ValueError(f"given.{name}: sample.output_channels is {number}")
            shape = (sample.input_channels, *sample.kernel_shape)
            found = {(len(kernels), len(kernel), len(kernel[0])) for kernel in kernels or ()}
            if kernels is not None and found != {shape}:
                raise ValueError(
                    f"given.{name} needs {shape[0]} matrices of {shape[1]} × {shape[2]}, as "
                    "sample.input_channels and sample.kernel_shape say"
                )

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        return super().guess(rng) | {"values": (-4, 4)}

    @classmethod
    def draw(cls, sample: MultichannelSample, given: Any, rng: Generator, count: int) -> Self:
        candidates = super().draw(sample, given, rng, count)
        filters = candidates.K.copy()
        for number, name in enumerate(FILTERS):
            if getattr(given, name) is not None:
                filters[:, number] = getattr(given, name)
        return replace(candidates, K=filters)

    def record(self) -> dict[str, Any]:
        """The filters one by one: K0, K1 and so on."""
        known = super().record()
        filters = known.pop("K")
        return known | dict(zip(FILTERS, filters, strict=False))

    @classmethod
    def recorded(cls, given: Mapping[str, Any]) -> Self:
        return super().recorded({**given, "K": [given[name] for name in FILTERS if name in given]})

    @constraint("X")
    def no_channel_is_empty(self) -> Array:
        """No channel of X is all zero, and no two are the same."""
        flat = self.X.reshape(*self.X.shape[:-2], -1)
        return flat.any(axis=-1).all(axis=-1) & _all_differ(flat)

    @constraint("K")
    def no_kernel_is_empty(self) -> Array:
        """No kernel is all zero, and no two are the same."""
        flat = self.K.reshape(*self.batch, self.filters * self.channels, -1)
        return flat.any(axis=-1).all(axis=-1) & _all_differ(flat)

    @constraint("bias")
    def no_bias_is_zero(self) -> Array:
        """No bias is zero."""
        return np.asarray(self.bias.all(axis=-1))

    @constraint("upstream")
    def every_channel_has_a_gradient(self) -> Array:
        """The upstream gradient of each output channel is not all zero."""
        return np.asarray(self.upstream_rows.any(axis=-1).all(axis=-1))

    # Items

    @item(
        1,
        own("gave the channels of the input", "channels_of_input"),
        own("multiplied the channels", "channels_multiplied"),
        own("forgot to add one", "size_one_less"),
    )
    def output_shape(self) -> Figure:
        """The size of H: channels, rows and columns."""
        shapes = self.X.shape[-2:], self.kernel_shape
        return Figure(self._shape(self.filters), size_formulas(*shapes, self.geometry))

    @item(
        1,
        own("forgot the biases", "weights_alone"),
        own("forgot the input channels", "weights_of_one_channel"),
        own("counted a bias for each kernel", "bias_for_each_kernel"),
    )
    def parameters(self) -> Figure:
        """How many weights and biases the layer has."""
        count = self.filters * (self.weights + 1)
        return Figure(self.for_each(count), [formula((self.filters, self.weights + 1))])

    @item(
        3,
        instead("forgot the bias", bias="zeros"),
        own("used the first input channel alone", "output_of_first_channel"),
        own("gave the channels the kernels in reverse order", "output_of_reversed_kernels"),
        own("flipped the kernels", "output_of_flipped_kernels"),
        SIGN_LOST,
    )
    def forward(self) -> Sums:
        """The output H: for each filter, the sum over the input channels, plus its bias."""
        rows = np.repeat(self.K.reshape(*self.batch, self.filters, -1), prod(self.size), axis=-2)
        seen = np.concatenate([self.windows] * self.filters, axis=-2)
        shape = (self.filters, *self.size)
        plus = np.repeat(self.bias, prod(self.size), axis=-1)
        return Sums(rows, seen, named("H", *shape), plus=plus, shape=shape)

    @item(
        1,
        own("added up all output channels", "gradient_of_all_channels"),
        instead("lost the minus signs", upstream="magnitudes"),
        instead("counted the outputs instead of adding their gradients", NONE, upstream="ones"),
        prints=("upstream",),
    )
    def bias_gradient(self) -> Sums:
        """The gradient ∂L/∂b: for each output channel, the sum of its upstream gradient."""
        return Sums(self.upstream_rows, targets=named("D", self.filters))

    @item(
        3,
        instead("forgot the upstream gradient", upstream="ones"),
        own("took the upstream gradient of the last output channel", "gradient_of_last_channel"),
        own("added the upstream gradients of all output channels", "gradient_of_added_channels"),
        own("added the input channels", "input_channels_added"),
        prints=("upstream",),
    )
    def filter_gradient(self) -> Sums:
        """The gradient of the first filter, a matrix per input channel."""
        return self._gradient(self.upstream_rows[..., 0, :])

    # Mistakes

    def channels_of_input(self) -> Array | None:
        return self._shape(self.channels) if self.channels != self.filters else None

    def channels_multiplied(self) -> Array | None:
        return self._shape(self.channels * self.filters) if self.channels > 1 else None

    def size_one_less(self) -> Array:
        return self.for_each((self.filters, *(n - 1 for n in self.size)))

    def weights_alone(self) -> Array:
        return self.for_each(self.filters * self.weights)

    def weights_of_one_channel(self) -> Array | None:
        count = self.filters * (prod(self.kernel_shape) + 1)
        return self.for_each(count) if self.channels > 1 else None

    def bias_for_each_kernel(self) -> Array | None:
        count = self.filters * (self.weights + self.channels)
        return self.for_each(count) if self.channels > 1 else None

    def output_of_first_channel(self) -> Array | None:
        first = self.K.copy()
        first[..., 1:, :, :] = 0
        return replace(self, K=first).forward().answer if self.channels > 1 else None

    def output_of_reversed_kernels(self) -> Array | None:
        reverse = replace(self, K=self.K[..., ::-1, :, :])
        return np.asarray(reverse.forward().answer) if self.channels > 1 else None

    def output_of_flipped_kernels(self) -> Array:
        return np.asarray(replace(self, K=self.K[..., ::-1, ::-1]).forward().answer)

    def gradient_of_all_channels(self, bias_gradient: Array) -> Array | None:
        total = bias_gradient.sum(axis=-1, keepdims=True)
        return np.broadcast_to(total, bias_gradient.shape) if self.filters > 1 else None

    def gradient_of_last_channel(self) -> Array | None:
        last = self.upstream_rows[..., -1, :]
        return self._gradient(last).answer if self.filters > 1 else None

    def gradient_of_added_channels(self) -> Array | None:
        added = self.upstream_rows.sum(axis=-2)
        return self._gradient(added).answer if self.filters > 1 else None

    def input_channels_added(self, filter_gradient: Array) -> Array | None:
        return np.asarray(filter_gradient.sum(axis=-3)) if self.channels > 1 else None

    # What texts and mistakes need

    @property
    def channels(self) -> int:
        return int(self.X.shape[-3])

    @property
    def filters(self) -> int:
        return int(self.K.shape[-4])

    @property
    def kernel_shape(self) -> Pair:
        rows, wide = self.K.shape[-2:]
        return rows, wide

    @property
    def weights(self) -> int:
        """The weights of a filter."""
        return self.channels * prod(self.kernel_shape)

    @property
    def size(self) -> Pair:
        rows, wide = self.X.shape[-2:]
        return output_shape((rows, wide), self.kernel_shape, **self.geometry)

    @property
    def upstream_rows(self) -> Array:
        """The upstream gradient, a row per output channel."""
        return self.upstream.reshape(*self.batch, self.filters, -1)

    @property
    def windows(self) -> Array:
        """What a filter meets at each output place, in the order of its row."""
        seen = engine.kernel_jacobian(self.X, self.kernel_shape, **self.geometry)
        return np.concatenate(list(np.moveaxis(seen, -3, 0)), axis=-1)

    def _shape(self, channels: int) -> Array:
        return self.for_each((channels, *self.size))

    def _gradient(self, upstream: Array) -> Sums:
        shape = self.K.shape[-3:]
        seen = columns(self.windows)
        return Sums(upstream[..., None, :], seen, named("G", *shape), shape=shape)


def _all_differ(rows: Array) -> Array:
    """Whether no two rows of each candidate are the same."""
    same = (rows[..., :, None, :] == rows[..., None, :, :]).all(axis=-1)
    return np.asarray(same.sum(axis=(-2, -1)) == rows.shape[-2])
