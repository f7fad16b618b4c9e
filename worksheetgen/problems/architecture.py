"""A stack of layers: shapes, parameters, multiply-accumulates, the receptive field."""

from collections.abc import Sequence
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
from worksheetgen.problems.items import constraint, item
from worksheetgen.problems.mistakes import NONE, instead, of_answer, own
from worksheetgen.problems.settings import Settings
from worksheetgen.problems.work import Figure, Sums, formula

Style = Literal["conv", "strided", "dilated", "grouped", "depthwise", "pool", "flatten", "dense"]
CHANNELS = (4, 6, 8, 12, 16)
UNITS = (5, 10, 20)
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
NO_STRIDE = instead("ignored the stride", table="table_without_stride")
NO_DILATION = instead("ignored the dilation", table="table_without_dilation")


@dataclass(frozen=True, eq=False)
class Architecture(Problem):
    """The givens of a stack of layers; arrays may carry a batch axis."""

    Sample = ArchitectureSample
    texts = ("cells", "rows", "windowed", "weighted")
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
    """Input and output size of the layer whose kernel is asked."""
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
    def draw(cls, sample: ArchitectureSample, given: Any, rng: Generator, count: int) -> Self:
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
            same=np.stack([kernel, rng.integers(1, 4, size=count)], axis=1),
            patches=np.stack([smaller * rng.integers(2, 9, size=count), smaller], axis=1),
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

    # Items

    @item(
        3,
        instead("ignored the padding", table="table_without_padding"),
        NO_STRIDE,
        NO_DILATION,
        own("swapped rows and columns", "rows_and_columns_swapped"),
        own("flattened without the channels", "flattened_without_channels"),
    )
    def output_shapes(self) -> Figure:
        """Channels, rows and columns behind each layer, a row per layer."""
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
        own("forgot the biases", "weights_alone"),
        own("forgot the input channels", "parameters_of_one_channel"),
        own("ignored the groups", "parameters_without_groups"),
        own("gave the biases to the inputs instead of the outputs", "biases_of_inputs"),
    )
    def parameters(self, output_shapes: Array) -> Sums:
        """Weights and biases of each layer. Shape (..., layers)."""
        inputs = self._inputs(output_shapes)
        counts = self.table[..., OUT, None], (inputs + (inputs > 0))[..., None]
        return Sums(*counts, shows={"inputs": inputs})

    @item(
        2,
        own("gave the number of weights", "weights_alone"),
        own("took the size before the layer", "products_of_size_before"),
        own("ignored the groups", "products_without_groups"),
    )
    def multiply_accumulates(self, output_shapes: Array) -> Sums:
        """Products that each layer computes for one input. Shape (..., layers)."""
        inputs = self._inputs(output_shapes)
        counts = output_shapes.prod(axis=-1)[..., None], inputs[..., None]
        return Sums(*counts, shows={"shapes": output_shapes, "inputs": inputs})

    @item(
        2,
        own("took every step for one input row", "field_of_single_steps"),
        own("added the kernel sizes", "sum_of_kernels"),
        NO_DILATION,
        room=9,
    )
    def receptive_field(self) -> Figure:
        """Input rows from the first to the last that an entry behind the last window sees."""
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
        of_answer("forgot to halve", "doubled"),
        own("took the whole kernel size", "kernel_size"),
        own("halved dilation times kernel size, rounded up", "half_of_product"),
        prints=("same",),
    )
    def same_padding(self) -> Figure:
        """The padding with which a convolution keeps the size at stride 1."""
        kernel, dilation = self.same[..., 0], self.same[..., 1]
        return Figure(dilation * (kernel - 1) // 2, [formula((kernel - 1, dilation))])

    @item(
        1,
        own("took the difference of the sizes", "difference_of_sizes", NONE),
        of_answer("added one to the quotient", "one_more"),
        own("gave the output size", "output_size", NONE),
        prints=("patches",),
    )
    def patch_size(self) -> Figure:
        """The kernel that is as large as its stride and turns one size into another."""
        size = self.patches[..., 0] // self.patches[..., 1]
        return Figure(size, [formula((size, self.patches[..., 1]))])

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

    def kernel_size(self) -> Array:
        return self.same[..., 0]

    def half_of_product(self) -> Array:
        return np.asarray((self.same[..., 0] * self.same[..., 1] + 1) // 2)

    def difference_of_sizes(self) -> Array:
        return np.asarray(self.patches[..., 0] - self.patches[..., 1])

    def output_size(self) -> Array:
        return self.patches[..., 1]

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

    def _inputs(self, output_shapes: Array) -> Array:
        """How many inputs one output of each layer has."""
        return engine.fan_in(self.input, self.layers, self.table, output_shapes)

    def _has(self, column: int) -> bool:
        """Whether the settings let a column of the table matter."""
        return bool((self.table[..., column] > 1).any())

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
