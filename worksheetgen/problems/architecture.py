"""A stack of layers: shapes, parameters, multiply-accumulates, the receptive field."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine import architecture as engine
from worksheetgen.engine.architecture import DILATION, GROUPS, KERNEL, OUT, PADDING, STRIDE
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.base import Problem
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import Json, constraint, item
from worksheetgen.problems.mistakes import MOST, NONE, instead, of_answer, own
from worksheetgen.problems.settings import Settings
from worksheetgen.problems.windows import one_less, padding_once, rounded_up
from worksheetgen.problems.work import ABSENT, Figure, Sums, formula

Style = Literal["conv", "strided", "dilated", "grouped", "depthwise", "pool", "flatten", "dense"]
CHANNELS = (4, 6, 8, 12, 16)
UNITS = (5, 10, 20)
PIXELS = (1, 3, 4)
"""Channels of an image that is cut into patches."""
STACK = ("input", "table")
SMALLEST, TWICE = 3, 2
"""A kernel and a dilation, below or at which some errors are none of their own."""
MAX_LAYERS = 8

Extent = Annotated[int, Field(strict=True, ge=4, le=64)]
Channels = Annotated[int, Field(strict=True, ge=1, le=512)]
Cell = Annotated[int, Field(strict=True, ge=0, le=512)]


class ArchitectureSample(Settings):
    """What to draw from."""

    stack: Annotated[tuple[Style, ...], Field(min_length=1, max_length=MAX_LAYERS)] = (
        "conv",
        "pool",
        "strided",
        "flatten",
        "dense",
    )
    """The layers in order: conv, strided, dilated, grouped, depthwise, pool, flatten, dense."""
    input_size: tuple[Extent, Extent] = (12, 32)
    """Smallest and largest number of rows and columns of the input."""
    input_channels: Annotated[tuple[Channels, ...], Field(min_length=1, max_length=8)] = (1, 2, 3)
    """Numbers of input channels to choose from."""


COLUMNS = ("channels", "kernel", "stride", "padding", "dilation", "groups")
"""Of the table."""
WINDOW = {KERNEL: "kernel size", STRIDE: "stride", DILATION: "dilation"}
NEEDED: dict[str, dict[int, str]] = {
    "conv": {OUT: "number of channels", **WINDOW, GROUPS: "number of groups"},
    "pool": WINDOW,
    "flatten": {},
    "dense": {OUT: "number of units"},
}
"""The columns of the table that each kind of layer has, and what stands in them."""
NO_STRIDE = instead("stride ignored", table="table_without_stride")
NO_DILATION = instead("dilation ignored", table="table_without_dilation")


def _size_and_weights(answer: Array) -> Json:
    """The two numbers that answer ``patch_size``.

    >>> _size_and_weights(np.array([4, 48]))
    {'size': 4, 'weights': 48}
    """
    return {"size": int(answer[0]), "weights": int(answer[1])}


@dataclass(frozen=True, eq=False)
class Architecture(Problem):
    """The givens of a stack of layers; arrays may carry a batch axis."""

    Sample = ArchitectureSample
    texts = ("cells", "rows", "windowed", "weighted", "unweighted")
    levels = {
        "easy": {"stack": ("conv", "pool", "flatten", "dense"), "input_size": (8, 16)},
        "hard": {
            "stack": ("conv", "strided", "depthwise", "conv", "pool", "flatten", "dense"),
            "input_size": (24, 40),
        },
    }

    input: Array = drawn(
        tuple[Cell, Cell, Cell],
        lambda _: (3,),
        "Channels, rows and columns of the input.",
        values="",
        axes=1,
    )
    table: Array = drawn(
        tuple[tuple[Cell, Cell, Cell, Cell, Cell, Cell], ...],
        lambda sample: (len(sample.stack), 6),
        "Per layer: channels, kernel, stride, padding, dilation, groups; 0 where there is none.",
        values="",
        axes=2,
    )
    """See :mod:`worksheetgen.engine.architecture`."""
    same: Array = drawn(None, lambda _: (2,), values="", shown=False, axes=1)
    """Kernel and dilation of the layer whose padding is asked."""
    patches: Array = drawn(None, lambda _: (2,), values="", shown=False, axes=1)
    """Rows of an image, patches in a column of it, and its channels."""
    layers: tuple[str, ...] = ()
    """What each layer is: conv, pool, flatten or dense."""

    @classmethod
    def check_sample(cls, sample: ArchitectureSample) -> None:
        kinds = _kinds(sample.stack)
        if not set(kinds) & {"conv", "pool"}:
            raise ValueError("sample.stack needs a convolution or a pooling layer")
        flat = kinds.index("flatten") if "flatten" in kinds else len(kinds)
        if "dense" in kinds[:flat] or set(kinds[flat + 1 :]) - {"dense"}:
            raise ValueError("sample.stack: dense layers, and nothing else, stand behind flatten")
        first = next((style for style in sample.stack if style != "pool"), "")
        if first == "grouped" and any(n % 2 for n in sample.input_channels):
            raise ValueError("the first convolution is grouped, so input_channels must be even")
        if first == "depthwise" and 1 in sample.input_channels:
            raise ValueError("the first convolution is depthwise, so input_channels must exceed 1")
        if sample.input_size[0] > sample.input_size[1]:
            raise ValueError("sample.input_size: the smallest comes first")

    @classmethod
    def check_given(cls, sample: ArchitectureSample, given: Any) -> None:
        _check_table(_kinds(sample.stack), given.table)

    @classmethod
    def check_items(
        cls,
        sample: ArchitectureSample,
        given: Any,  # noqa: ARG003 - the stack alone says what has weights
        asked: Sequence[str],
    ) -> None:
        weights = {"parameters", "multiply_accumulates"} & set(asked)
        if weights and not set(_kinds(sample.stack)) & {"conv", "dense"}:
            raise ValueError("sample.stack has no layer with weights to count")

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        styles = ("conv", "strided", "dilated", "depthwise", "grouped", "pool")
        windowed = rng.choice(styles, size=int(rng.integers(0, 4))).tolist()
        windowed.insert(int(rng.integers(0, len(windowed) + 1)), "conv")
        behind = [[], ["flatten"], ["flatten", "dense"], ["flatten", "dense", "dense"]]
        smallest = int(rng.integers(16, 40))
        return {
            "stack": windowed + behind[int(rng.integers(0, 4))],
            "input_size": (smallest, smallest + 20),
            "input_channels": ((1, 2, 3), (2, 4, 6))[int(rng.integers(0, 2))],
        }

    @classmethod
    def draw(
        cls,
        sample: ArchitectureSample,
        given: Any,
        rng: Generator,
        count: int,
        items: Sequence[str] | None = None,  # noqa: ARG003 - little is drawn
    ) -> Self:
        low, high = sample.input_size
        channels = rng.choice(sample.input_channels, size=(count, 1))
        extents = rng.integers(low, high, size=(count, 2), endpoint=True)
        chosen = np.concatenate([channels, extents], axis=1)
        source = np.broadcast_to(chosen if given.input is None else given.input, chosen.shape)
        rows, here = [], source[:, 0]
        for style in sample.stack:
            rows.append(_layer(style, here, rng))
            if style != "pool":
                here = rows[-1][:, OUT]
        table = np.stack(rows, axis=1)
        kernel = rng.choice((3, 5, 7), size=count)
        smaller = rng.integers(4, 13, size=count)
        return cls(
            input=source,
            table=table if given.table is None else np.broadcast_to(given.table, table.shape),
            same=np.stack([kernel, rng.integers(1, 5, size=count)], axis=1),
            patches=np.stack(
                [smaller * rng.integers(2, 9, size=count), smaller, rng.choice(PIXELS, size=count)],
                axis=1,
            ),
            layers=_kinds(sample.stack),
        )

    @constraint("input", "table", always=True)
    def every_layer_fits(self, output_shapes: Array) -> Array:
        """Every layer's window fits its input and leaves something."""
        return np.asarray((output_shapes > 0).all(axis=(-2, -1)))

    @constraint("input", "table", always=True)
    def groups_divide_the_channels(self, output_shapes: Array) -> Array:
        """The groups of a convolution divide its channels, before and behind."""
        groups = np.maximum(self.table[..., GROUPS], 1)
        front = engine.before(self.input, output_shapes)[..., 0]
        return np.asarray(
            ((front % groups == 0) & (self.table[..., OUT] % groups == 0)).all(axis=-1)
        )

    @constraint("input")
    def input_is_not_square(self) -> Array:
        """Rows and columns of the input differ."""
        return np.asarray(self.input[..., 1] != self.input[..., 2])

    @constraint("table", "same")
    def kernel_is_none_of_the_table(self) -> Array:
        """No layer has the kernel and the dilation of the one whose padding is asked."""
        kernels = self.table[..., KERNEL] == self.same[..., :1]
        alike = kernels & (self.table[..., DILATION] == self.same[..., 1:])
        return np.asarray(~alike.any(axis=-1))

    # Items

    @item(
        3,
        own("+1 forgotten", "shapes_one_less"),
        own("padding counted once", "shapes_of_padding_once"),
        own("rounded up", "shapes_rounded_up"),
        instead("padding ignored", table="table_without_padding"),
        NO_STRIDE,
        NO_DILATION,
        own("height and width swapped", "rows_and_columns_swapped"),
        own("channels forgotten when flattening", "flattened_without_channels", MOST),
        prints=STACK,
    )
    def output_shapes(self) -> Figure:
        """Channels, height and width after each layer, a row per layer."""
        answer = engine.shapes(self.input, self.layers, self.table)
        front = engine.before(self.input, answer)
        last = [
            formula((1, front[..., n, axis]), (2, p), (-d, k - 1), (-1, 1))
            for n in self.windowed
            for p, d, k in [[self.table[..., n, column] for column in (PADDING, DILATION, KERNEL)]]
            for axis in (1, 2)
        ]
        return Figure(answer, last, shows={"front": front})

    @item(
        2,
        own("bias forgotten", "weights_alone", MOST),
        own("input channels forgotten", "parameters_of_one_channel"),
        own("groups ignored", "parameters_without_groups"),
        own("bias counted per input instead of per output", "biases_of_inputs"),
        own("multiplications counted instead of parameters", "multiply_accumulates_instead", NONE),
        prints=STACK,
    )
    def parameters(self, output_shapes: Array) -> Sums:
        """Weights and biases of each layer. Shape (..., layers)."""
        inputs = self._inputs(output_shapes)
        counts = self.table[..., OUT, None], (inputs + (inputs > 0))[..., None]
        return Sums(*counts, shows={"inputs": inputs})

    @item(
        2,
        own("number of weights given, positions forgotten", "weights_alone"),
        own("input size used instead of output size", "products_of_size_before"),
        own("groups ignored", "products_without_groups"),
        own("input channels forgotten", "products_of_one_channel"),
        own("bias counted as well", "products_with_biases", MOST),
        prints=STACK,
    )
    def multiply_accumulates(self, output_shapes: Array) -> Sums:
        """Multiplications of each layer for one image. Shape (..., layers)."""
        inputs = self._inputs(output_shapes)
        counts = output_shapes.prod(axis=-1)[..., None], inputs[..., None]
        return Sums(*counts, shows={"shapes": output_shapes, "inputs": inputs})

    @item(
        2,
        own("stride ignored", "field_of_single_steps"),
        own("kernel sizes added", "sum_of_kernels"),
        NO_DILATION,
        own("own stride used as the step of the same layer", "field_of_own_strides"),
        own("kernel sizes multiplied", "product_of_kernels", NONE),
        own("last pooling layer left out", "field_before_last_pooling", MOST),
        of_answer("+1 forgotten", "one_less"),
        prints=("table",),
        room=9,
    )
    def receptive_field(self) -> Figure:
        """The receptive field, in input rows, of a unit after the last window."""
        fields = engine.receptive_fields(self.layers, self.table)
        rows = [self.table[..., n, :] for n in self.windowed]
        jumps = [prod((r[..., STRIDE] for r in rows[:n]), start=1) for n in range(len(rows))]
        steps = [
            (r[..., DILATION] * jump, r[..., KERNEL] - 1)
            for r, jump in zip(rows, jumps, strict=True)
        ]
        shows = {"fields": fields, "jumps": np.stack(np.broadcast_arrays(*jumps), axis=-1)}
        return Figure(fields[..., -1], [formula((1, 1), *steps)], shows=shows)

    @item(
        1,
        of_answer("not halved, both sides together", "doubled"),
        own("dilation ignored", "padding_without_dilation"),
        own("half of the kernel, rounded up", "half_of_kernel"),
        own("kernel size less one, whatever the dilation", "kernel_less_one", NONE),
        own("extent taken as dilation times kernel size", "half_of_product"),
        prints=("same",),
    )
    def same_padding(self) -> Figure:
        """The padding with which a convolution keeps the size at stride 1."""
        kernel, dilation = self.same[..., 0], self.same[..., 1]
        return Figure(dilation * (kernel - 1) // 2, [formula((kernel - 1, dilation))])

    @item(
        1,
        own("difference of the sizes taken", "difference_of_sizes"),
        own("quotient plus one", "quotient_plus_one"),
        own("number of patches given as the size", "number_of_patches"),
        own("input channels forgotten", "weights_of_one_channel"),
        own("kernel side not squared", "side_not_squared"),
        prints=("patches",),
        record=_size_and_weights,
    )
    def patch_size(self) -> Figure:
        """Kernel and stride that cut an image into patches, and the weights of a filter."""
        size = self._patch
        cut = formula((size, self.patches[..., 1]))
        weights = formula((size, size), (size, self.patches[..., 2]))
        return Figure(self._of_patches(size), [cut, weights])

    # Mistakes

    def table_without_padding(self) -> Array | None:
        return self._with(PADDING, 0) if "conv" in self.layers else None

    def table_without_stride(self) -> Array | None:
        return self._with(STRIDE, 1) if self._has(STRIDE) else None

    def table_without_dilation(self) -> Array | None:
        return self._with(DILATION, 1) if self._has(DILATION) else None

    def rows_and_columns_swapped(self, output_shapes: Array) -> Array:
        return output_shapes[..., [0, 2, 1]]

    def flattened_without_channels(self, output_shapes: Array) -> Array | None:
        if "flatten" not in self.layers:
            return None
        wrong, place = output_shapes.copy(), self.layers.index("flatten")
        front = engine.before(self.input, output_shapes)
        wrong[..., place, 0] = front[..., place, 1:].prod(axis=-1)
        return wrong

    def weights_alone(self, output_shapes: Array) -> Array:
        return np.asarray(self.table[..., OUT] * self._inputs(output_shapes))

    def parameters_of_one_channel(self, output_shapes: Array) -> Array:
        conv = np.array([kind == "conv" for kind in self.layers])
        alone = np.where(conv, self.table[..., KERNEL] ** 2, self._inputs(output_shapes))
        return np.asarray(self.table[..., OUT] * (alone + (alone > 0)))

    def parameters_without_groups(self, output_shapes: Array) -> Array | None:
        if not self._has(GROUPS):
            return None
        single = self._with(GROUPS, 1)
        return engine.parameters(self.input, self.layers, single, output_shapes)

    def biases_of_inputs(self, output_shapes: Array) -> Array:
        inputs = self._inputs(output_shapes)
        return np.asarray(self.table[..., OUT] * inputs + inputs)

    def products_of_size_before(self, output_shapes: Array) -> Array:
        front = engine.before(self.input, output_shapes)[..., 1:].prod(axis=-1)
        return np.asarray(self.table[..., OUT] * front * self._inputs(output_shapes))

    def products_without_groups(self, output_shapes: Array) -> Array | None:
        if not self._has(GROUPS):
            return None
        single = self._with(GROUPS, 1)
        return engine.multiply_accumulates(self.input, self.layers, single, output_shapes)

    def field_of_single_steps(self) -> Array | None:
        if len(self.windowed) == 1 or not self._has(STRIDE):
            return None
        return engine.receptive_fields(self.layers, self._with(STRIDE, 1))[..., -1]

    def sum_of_kernels(self) -> Array:
        return np.asarray(self.table[..., self.windowed, KERNEL].sum(axis=-1))

    def shapes_one_less(self) -> Array:
        return self._shapes(one_less)

    def shapes_of_padding_once(self) -> Array:
        once = self._shapes(padding_once)
        padded = self.table[..., PADDING].any(axis=-1)
        return np.where(np.asarray(padded)[..., None, None], once, ABSENT)

    def shapes_rounded_up(self) -> Array:
        return self._shapes(rounded_up)

    def multiply_accumulates_instead(self, multiply_accumulates: Array) -> Array:
        return multiply_accumulates

    def products_of_one_channel(self, output_shapes: Array) -> Array:
        conv = np.array([kind == "conv" for kind in self.layers])
        alone = np.where(conv, self.table[..., KERNEL] ** 2, self._inputs(output_shapes))
        return np.asarray(output_shapes.prod(axis=-1) * alone)

    def products_with_biases(self, multiply_accumulates: Array, output_shapes: Array) -> Array:
        weights = np.asarray(multiply_accumulates > 0)
        return np.asarray(multiply_accumulates + weights * output_shapes.prod(axis=-1))

    def field_of_own_strides(self) -> Array | None:
        if not self._has(STRIDE):
            return None
        rows = self.table[..., self.windowed, :]
        reach = rows[..., DILATION] * (rows[..., KERNEL] - 1)
        return np.asarray(1 + (reach * rows[..., STRIDE].cumprod(axis=-1)).sum(axis=-1))

    def product_of_kernels(self) -> Array:
        return np.asarray(self.table[..., self.windowed, KERNEL].prod(axis=-1))

    def field_before_last_pooling(self) -> Array | None:
        if self.layers[self.windowed[-1]] != "pool" or len(self.windowed) == 1:
            return None
        return np.asarray(engine.receptive_fields(self.layers, self.table)[..., -2])

    def padding_without_dilation(self) -> Array:
        return self._same(lambda k, _: (k - 1) // 2, lambda _, d: d > 1)

    def half_of_kernel(self) -> Array:
        return self._same(lambda k, _: (k + 1) // 2, lambda k, d: (k > SMALLEST) & (d == 1))

    def kernel_less_one(self) -> Array:
        return self._same(lambda k, _: k - 1, lambda k, d: (k > SMALLEST) & (d > TWICE))

    def half_of_product(self) -> Array:
        return self._same(lambda k, d: (k * d - 1) // 2, lambda k, d: (d > 1) & (k * d % 2 == 1))

    def difference_of_sizes(self) -> Array:
        return self._of_patches(self.patches[..., 0] - self.patches[..., 1])

    def quotient_plus_one(self) -> Array:
        return self._of_patches(self._patch + 1)

    def number_of_patches(self) -> Array:
        return self._of_patches(self.patches[..., 1])

    def weights_of_one_channel(self) -> Array:
        return np.stack([self._patch, self._patch**2], axis=-1)

    def side_not_squared(self) -> Array:
        return np.stack([self._patch, self._patch * self.patches[..., 2]], axis=-1)

    # What texts and mistakes need

    @property
    def cells(self) -> list[list[int | None]]:
        """The table as it is shown: None where a layer has no such number."""
        has = {"conv": range(6), "pool": range(KERNEL, GROUPS), "flatten": (), "dense": (OUT,)}
        return [
            [value if column in has[kind] else None for column, value in enumerate(row)]
            for kind, row in zip(self.layers, self.table.tolist(), strict=True)
        ]

    @property
    def rows(self) -> list[dict[str, int]]:
        """The table's numbers of each layer, by the names of its columns."""
        return [dict(zip(COLUMNS, row, strict=True)) for row in self.table.tolist()]

    @property
    def windowed(self) -> list[int]:
        """The positions of convolutions and pooling layers."""
        return [n for n, kind in enumerate(self.layers) if kind in engine.WINDOWED]

    @property
    def weighted(self) -> list[int]:
        """The positions of layers with weights."""
        return [n for n, kind in enumerate(self.layers) if kind in ("conv", "dense")]

    @property
    def unweighted(self) -> bool:
        """Whether there are layers without weights."""
        return len(self.weighted) < len(self.layers)

    def _same(
        self, padding: Callable[[Array, Array], Array], differs: Callable[[Array, Array], Array]
    ) -> Array:
        """A wrong padding, absent for kernels and dilations at which it is no error of its own."""
        kernel, dilation = self.same[..., 0], self.same[..., 1]
        return np.where(differs(kernel, dilation), padding(kernel, dilation), ABSENT)

    def _inputs(self, output_shapes: Array) -> Array:
        """How many inputs one output of each layer has."""
        return engine.fan_in(self.input, self.layers, self.table, output_shapes)

    def _has(self, column: int) -> bool:
        """Whether the settings let a column of the table matter."""
        return bool((self.table[..., column] > 1).any())

    def _shapes(self, size_of: Callable[[Array, Array, Array, Array], Array]) -> Array:
        """The shapes with another formula, from size, padding, reach of the window and stride.

        Absent where a size is none.
        """

        def sizes(size: Array, layer: Array) -> Array:
            reach = layer[..., DILATION] * (layer[..., KERNEL] - 1) + 1
            found = size_of(size, layer[..., PADDING], reach, np.maximum(layer[..., STRIDE], 1))
            return np.maximum(found, 0)

        found = engine.shapes(self.input, self.layers, self.table, sizes)
        possible = (found > 0).all(axis=(-2, -1))
        return np.where(np.asarray(possible)[..., None, None], found, ABSENT)

    @property
    def _patch(self) -> Array:
        return np.asarray(self.patches[..., 0] // self.patches[..., 1])

    def _of_patches(self, size: Array) -> Array:
        """A size, and the weights of a filter of it."""
        return np.stack([size, size**2 * self.patches[..., 2]], axis=-1)

    def _with(self, column: int, value: int) -> Array:
        """The table with another value where a column has more."""
        other = self.table.copy()
        other[..., column] = np.minimum(other[..., column], value)
        return other


def _check_table(kinds: Sequence[str], table: Sequence[Sequence[int]] | None) -> None:
    """A fixed table has a row per layer, and what each layer needs."""
    if table is not None and len(table) != len(kinds):
        raise ValueError(f"given.table has {len(table)} rows for {len(kinds)} layers")
    for number, (kind, row) in enumerate(zip(kinds, table or (), strict=False), start=1):
        for column, name in NEEDED[kind].items():
            if row[column] < 1:
                raise ValueError(f"given.table, row {number}: a {kind} layer needs a {name}")


def _kinds(stack: Sequence[str]) -> tuple[str, ...]:
    return tuple(style if style in ("pool", "flatten", "dense") else "conv" for style in stack)


def _layer(style: str, channels: Array, rng: Generator) -> Array:
    """Rows of the table for a batch, shape (candidates, 6), behind so many channels each."""
    count = len(channels)
    zeros, ones = np.zeros(count, dtype=int), np.ones(count, dtype=int)
    out = rng.choice(UNITS if style == "dense" else CHANNELS, size=count)
    kernel = rng.choice((3, 5), size=count)
    padding = rng.integers(0, kernel // 2, endpoint=True)
    dilation = rng.integers(2, 3, size=count, endpoint=True)
    if style in ("flatten", "dense"):
        columns = [out if style == "dense" else zeros, zeros, zeros, zeros, zeros, zeros]
    elif style == "pool":
        window = rng.choice((2, 3), size=count)
        columns = [zeros, window, 2 * ones, zeros, ones, zeros]
    elif style == "dilated":
        columns = [out, 3 * ones, ones, dilation * rng.integers(0, 2, size=count), dilation, ones]
    elif style == "depthwise":
        columns = [channels, kernel, ones, padding, ones, channels]
    else:
        stride = 2 * ones if style == "strided" else ones
        columns = [out, kernel, stride, padding, ones, (2 if style == "grouped" else 1) * ones]
    return np.stack(columns, axis=1)
