"""A convolutional layer with several input and output channels, and a bias."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
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
from worksheetgen.problems.mistakes import ENTRIES_NOT_SUMMED, MOST, SIGN_LOST, instead, own
from worksheetgen.problems.settings import Bounds, Index, Row, Size, Stack
from worksheetgen.problems.steps import named
from worksheetgen.problems.windows import (
    Windowed,
    WindowSample,
    check_every_entry_is_met,
    one_less,
    output_of,
    padding_once,
)
from worksheetgen.problems.work import Figure, Sums, columns, formula

LIMITS = 18, 6, 4
"""Output entries, kernels, and kernel entries that fit a page."""
Channels = Annotated[int, Field(strict=True, ge=1, le=3)]
FILTERS = ("K0", "K1", "K2")
LAYER_SIZES = ((3, 4, 8, 16), (8, 10, 16, 20))
"""Input and output channels of the layer whose shape and parameters are asked."""


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


def _layer(rng: Generator, _: MultichannelSample, count: int) -> Array:
    """Channels before and after, kernel size, height, width, stride and padding."""
    channels = [rng.choice(numbers, size=count) for numbers in LAYER_SIZES]
    kernel = rng.choice((3, 5), size=count)
    height = rng.integers(8, 32, size=count, endpoint=True)
    width = height + rng.choice((-3, 1, 3, 5), size=count)
    padding = rng.integers(1, (kernel - 1) // 2, endpoint=True)
    stride = rng.choice((2, 3), size=count)
    return np.stack([*channels, kernel, height, width, stride, padding], axis=-1)


def _filter(rng: Generator, sample: MultichannelSample, count: int) -> Array:
    return rng.integers(0, sample.output_channels, size=count)


@dataclass(frozen=True, eq=False)
class Multichannel(Windowed, Problem):
    """The givens of the layer; arrays may carry a batch axis."""

    Sample = MultichannelSample
    texts = ("channels", "filters", "kernel_shape", "upstream_matrices", "sizes", "weights")
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
        entry="output entry, channel by channel, row by row",
    )
    filter: Array = drawn(
        Index,
        lambda _: (),
        "The output channel, from 0, whose filter's gradient is asked.",
        shown=False,
        chosen=_filter,
    )
    layer: Array = drawn(None, lambda _: (7,), values="", chosen=_layer, axes=1)
    """Of output_shape and parameters: channels before and after, kernel, height, width, stride,
    padding."""
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @classmethod
    def fixed_in(cls, given: Any) -> frozenset[str]:
        """The filters are fixed together if there is no other."""
        names = super().fixed_in(given)
        filters = [name for name in FILTERS if name in names]
        return names | ({"K"} if len(filters) == len(FILTERS) else set())

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
        if given.filter is not None and given.filter >= sample.output_channels:
            raise ValueError(f"given.filter is {given.filter}; output channels count from 0")
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
    def draw(
        cls,
        sample: MultichannelSample,
        given: Any,
        rng: Generator,
        count: int,
        items: Sequence[str] | None = None,
    ) -> Self:
        candidates = super().draw(sample, given, rng, count, items)
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
        own("number of input channels given", "channels_of_input"),
        own("channels multiplied", "channels_multiplied"),
        own("+1 forgotten", "shape_one_less"),
        own("stride ignored", "shape_of_single_steps"),
        own("padding counted once", "shape_of_padding_once"),
        own("height and width swapped", "height_and_width_swapped"),
        prints=("layer",),
    )
    def output_shape(self) -> Figure:
        """The shape of a layer's output: channels, height and width."""
        _, _, k, *sizes, _, p = np.moveaxis(self.layer, -1, 0)
        last = [formula((1, n), (2, p), (-1, k)) for n in sizes]
        return Figure(self._shaped(lambda n, p, k, s: one_less(n, p, k, s) + 1), last)

    @item(
        1,
        own("bias forgotten", "weights_alone", MOST),
        own("input channels forgotten", "weights_of_one_channel"),
        own("one bias per kernel instead of per output channel", "bias_for_each_kernel"),
        own("only one filter counted", "parameters_of_one_filter"),
        prints=("layer",),
    )
    def parameters(self) -> Figure:
        """How many weights and biases a layer has."""
        filters, weights = self.layer[..., 1], self.weights
        return Figure(filters * (weights + 1), [formula((filters, weights + 1))])

    @item(
        4,
        instead("bias forgotten", MOST, bias="zeros"),
        own("only the first input channel used", "output_of_first_channel"),
        own("kernels of the input channels interchanged", "output_of_reversed_kernels"),
        own("bias added once per input channel", "output_of_several_biases", MOST),
        own("filters interchanged", "output_of_other_filters"),
        own("kernel flipped", "output_of_flipped_kernels"),
        SIGN_LOST,
        prints=("X", "K", "bias"),
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
        own("summed over all channels", "gradient_of_all_channels", form="number"),
        own("averaged instead of summed", "mean_gradient"),
        instead("minus signs dropped", MOST, upstream="magnitudes"),
        instead("upstream gradient not used", upstream="ones"),
        ENTRIES_NOT_SUMMED,
        prints=("upstream",),
    )
    def bias_gradient(self) -> Sums:
        """The gradient ∂L/∂b: for each output channel, the sum of its upstream gradient."""
        return Sums(self.upstream_rows, targets=named("D", self.filters))

    @item(
        3,
        instead("upstream gradient not used", upstream="ones"),
        own("wrong channel of the upstream gradient", "gradient_of_wrong_channel"),
        own("upstream channels summed", "gradient_of_added_channels"),
        own("input channels summed", "input_channels_added", form="matrix"),
        own("kernel flipped", "gradient_flipped"),
        SIGN_LOST,
        prints=("X", "upstream", "filter"),
    )
    def filter_gradient(self) -> Sums:
        """The gradient of one filter, a matrix per input channel."""
        return self._gradient(self._of_channel(0))

    # Mistakes

    def channels_of_input(self, output_shape: Array) -> Array:
        return np.concatenate([self.layer[..., :1], output_shape[..., 1:]], axis=-1)

    def channels_multiplied(self, output_shape: Array) -> Array:
        both = self.layer[..., :1] * self.layer[..., 1:2]
        return np.concatenate([both, output_shape[..., 1:]], axis=-1)

    def shape_one_less(self) -> Array:
        return self._shaped(one_less)

    def shape_of_single_steps(self) -> Array:
        return self._shaped(lambda n, p, k, _: n + 2 * p - k + 1)

    def shape_of_padding_once(self) -> Array:
        return self._shaped(padding_once)

    def height_and_width_swapped(self, output_shape: Array) -> Array:
        return output_shape[..., [0, 2, 1]]

    def weights_alone(self) -> Array:
        return np.asarray(self.layer[..., 1] * self.weights)

    def weights_of_one_channel(self) -> Array:
        return np.asarray(self.layer[..., 1] * (self.layer[..., 2] ** 2 + 1))

    def bias_for_each_kernel(self) -> Array:
        return np.asarray(self.layer[..., 1] * (self.weights + self.layer[..., 0]))

    def parameters_of_one_filter(self) -> Array:
        return np.asarray(self.weights + 1)

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
        return np.asarray(bias_gradient.sum(axis=-1)) if self.filters > 1 else None

    def mean_gradient(self, bias_gradient: Array) -> Array | None:
        outputs = prod(self.size)
        return np.asarray(bias_gradient * Fraction(1, outputs)) if outputs > 1 else None

    def output_of_several_biases(self) -> Array | None:
        several = replace(self, bias=self.bias * self.channels)
        return several.forward().answer if self.channels > 1 else None

    def output_of_other_filters(self) -> Array | None:
        other = replace(self, K=self.K[..., ::-1, :, :, :])
        return other.forward().answer if self.filters > 1 else None

    def gradient_flipped(self, filter_gradient: Array) -> Array:
        return filter_gradient[..., ::-1, ::-1]

    def gradient_of_wrong_channel(self) -> Array | None:
        return self._gradient(self._of_channel(1)).answer if self.filters > 1 else None

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
    def weights(self) -> Array:
        """The weights of a filter of the layer whose parameters are asked."""
        return np.asarray(self.layer[..., 0] * self.layer[..., 2] ** 2)

    @property
    def sizes(self) -> dict[str, int]:
        """Of that layer, by name."""
        names = ("before", "after", "kernel", "height", "width", "stride", "padding")
        return dict(zip(names, self.layer.tolist(), strict=True))

    @property
    def upstream_matrices(self) -> Array:
        return self.upstream.reshape(*self.batch, self.filters, *self.size)

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

    def _shaped(self, size_of: Callable[[Array, Array, Array, Array], Array]) -> Array:
        """The output's shape by a formula from size, padding, kernel and stride."""
        _, filters, k, height, width, s, p = np.moveaxis(self.layer, -1, 0)
        return np.stack([filters, *(size_of(n, p, k, s) for n in (height, width))], axis=-1)

    def _of_channel(self, behind: int) -> Array:
        """The upstream gradient of the output channel that is asked, or of one behind it."""
        number = (np.asarray(self.filter) + behind) % self.filters
        return np.take_along_axis(self.upstream_rows, number[..., None, None], axis=-2)[..., 0, :]

    def _gradient(self, upstream: Array) -> Sums:
        shape = self.K.shape[-3:]
        seen = columns(self.windows)
        return Sums(upstream[..., None, :], seen, named("G", *shape), shape=shape)


def _all_differ(rows: Array) -> Array:
    """Whether no two rows of each candidate are the same."""
    same = (rows[..., :, None, :] == rows[..., None, :, :]).all(axis=-1)
    return np.asarray(same.sum(axis=(-2, -1)) == rows.shape[-2])
