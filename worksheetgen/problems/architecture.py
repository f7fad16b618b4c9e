"""A stack of layers: shapes, parameters, multiply-accumulates, the receptive field."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine import architecture as engine
from worksheetgen.engine.architecture import DILATION, GROUPS, KERNEL, OUT, PADDING, STRIDE
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.base import HALF, Problem, constraint, item
from worksheetgen.problems.effort import effort_of_sums
from worksheetgen.problems.settings import Settings

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


class ArchitectureGiven(Settings):
    """What to fix."""

    input: tuple[Cell, Cell, Cell] | None = None
    """Channels, rows and columns of the input."""
    table: tuple[tuple[Cell, Cell, Cell, Cell, Cell, Cell], ...] | None = None
    """Per layer: channels, kernel, stride, padding, dilation, groups; 0 where there is none."""


WINDOW = {KERNEL: "kernel size", STRIDE: "stride", DILATION: "dilation"}
NEEDED: dict[str, dict[int, str]] = {
    "conv": {OUT: "number of channels", **WINDOW, GROUPS: "number of groups"},
    "pool": WINDOW,
    "flatten": {},
    "dense": {OUT: "number of units"},
}
"""The columns of the table that each kind of layer has, and what stands in them."""


class Worked(NamedTuple):
    """A figure of a layer with the numbers that it comes from."""

    numbers: tuple[int, ...]
    total: int


@dataclass(frozen=True, eq=False)
class Architecture(Problem):
    """The givens of a stack of layers; arrays may carry a batch axis."""

    Sample = ArchitectureSample
    Given = ArchitectureGiven
    variable = ("input", "table", "same", "patches")
    shown = frozenset({"input", "table"})
    levels = MappingProxyType(
        {
            "easy": {"stack": ("conv", "pool", "flatten", "dense"), "input_size": (8, 16)},
            "hard": {
                "stack": ("conv", "strided", "depthwise", "conv", "pool", "flatten", "dense"),
                "input_size": (24, 40),
            },
        }
    )

    input: Array
    """Channels, rows and columns, shape (..., 3)."""
    table: Array
    """Shape (..., layers, 6), see :mod:`worksheetgen.engine.architecture`."""
    same: Array
    """Kernel and dilation of the layer whose padding is asked, shape (..., 2)."""
    patches: Array
    """Input and output size of the layer whose kernel is asked, shape (..., 2)."""
    layers: tuple[str, ...] = ()
    """What each layer is: conv, pool, flatten or dense."""

    @classmethod
    def check(cls, sample: ArchitectureSample, given: ArchitectureGiven) -> None:
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
        _check_table(kinds, given.table)

    @classmethod
    def check_items(
        cls,
        sample: ArchitectureSample,
        given: ArchitectureGiven,  # noqa: ARG003 - the stack alone says what has weights
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
        cls, sample: ArchitectureSample, given: ArchitectureGiven, rng: Generator, count: int
    ) -> Self:
        low, high = sample.input_size
        channels = rng.choice(sample.input_channels, size=(count, 1))
        extents = rng.integers(low, high, size=(count, 2), endpoint=True)
        drawn = np.concatenate([channels, extents], axis=1)
        source = (
            drawn if given.input is None else np.broadcast_to(np.array(given.input), (count, 3))
        )
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

    @item(points=3)
    def output_shapes(self) -> Array:
        """Channels, rows and columns behind each layer, a row per layer.

        Shape (..., layers, 3).
        """
        return engine.shapes(self.input, self.layers, self.table)

    @output_shapes.steps
    def _(self, output_shapes: Array) -> tuple[tuple[Worked, Worked], ...]:
        """For each windowed layer, the size formula's numbers along both axes."""
        front = engine.before(self.input, output_shapes).tolist()
        return tuple(
            (
                self._size_of(place, front[place][1], output_shapes[place, 1]),
                self._size_of(place, front[place][2], output_shapes[place, 2]),
            )
            for place in self.windowed
        )

    @output_shapes.space
    def _(self) -> int:
        return 7 + 3 * len(self.layers)

    @output_shapes.effort
    def _(self, output_shapes: Array) -> Array:
        strides = np.maximum(self.table[..., STRIDE], 1)[..., None]
        return effort_of_sums(output_shapes[..., 1:], strides)

    @output_shapes.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._shapes_with(PADDING, 0) if "conv" in self.layers else None

    @output_shapes.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._shapes_with(STRIDE, 1) if self._has(STRIDE, 1) else None

    @output_shapes.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._shapes_with(DILATION, 1) if self._has(DILATION, 1) else None

    @output_shapes.mistake("swapped rows and columns", keeps=HALF)
    def _(self, output_shapes: Array) -> Array:
        return output_shapes[..., [0, 2, 1]]

    @output_shapes.mistake("flattened without the channels", keeps=HALF)
    def _(self, output_shapes: Array) -> Array | None:
        if "flatten" not in self.layers:
            return None
        wrong, place = output_shapes.copy(), self.layers.index("flatten")
        front = engine.before(self.input, output_shapes)
        wrong[..., place, 0] = front[..., place, 1:].prod(axis=-1)
        return wrong

    @item(points=2)
    def parameters(self, output_shapes: Array) -> Array:
        """Weights and biases of each layer.

        Shape (..., layers).
        """
        return engine.parameters(self.input, self.layers, self.table, output_shapes)

    @parameters.steps
    def _(self, output_shapes: Array, parameters: Array) -> tuple[Worked, ...]:
        """For each layer with weights, outputs, inputs of each, and the total."""
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return tuple(
            Worked((int(self.table[n, OUT]), int(inputs[n])), int(parameters[n]))
            for n in self.weighted
        )

    @parameters.space
    def _(self) -> int:
        return 6 + 2 * len(self.layers)

    @parameters.effort
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return effort_of_sums(self.table[..., OUT, None], (inputs + (inputs > 0))[..., None])

    @parameters.mistake("forgot the biases", keeps=HALF)
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return np.asarray(self.table[..., OUT] * inputs)

    @parameters.mistake("forgot the input channels", keeps=HALF)
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        conv = np.array([kind == "conv" for kind in self.layers])
        alone = np.where(conv, self.table[..., KERNEL] ** 2, inputs)
        return np.asarray(self.table[..., OUT] * (alone + (alone > 0)))

    @parameters.mistake("ignored the groups", keeps=HALF)
    def _(self, output_shapes: Array) -> Array | None:
        if not self._has(GROUPS, 1):
            return None
        single = self._with(GROUPS, 1)
        return engine.parameters(self.input, self.layers, single, output_shapes)

    @parameters.mistake("gave the biases to the inputs instead of the outputs", keeps=HALF)
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return np.asarray(self.table[..., OUT] * inputs + inputs)

    @item(points=2)
    def multiply_accumulates(self, output_shapes: Array) -> Array:
        """Products that each layer computes for one input.

        Shape (..., layers).
        """
        return engine.multiply_accumulates(self.input, self.layers, self.table, output_shapes)

    @multiply_accumulates.steps
    def _(self, output_shapes: Array, multiply_accumulates: Array) -> tuple[Worked, ...]:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return tuple(
            Worked((*output_shapes[n].tolist(), int(inputs[n])), int(multiply_accumulates[n]))
            for n in self.weighted
        )

    @multiply_accumulates.space
    def _(self) -> int:
        return 6 + 2 * len(self.layers)

    @multiply_accumulates.effort
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return effort_of_sums(output_shapes.prod(axis=-1)[..., None], inputs[..., None])

    @multiply_accumulates.mistake("gave the number of weights", keeps=HALF)
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        return np.asarray(self.table[..., OUT] * inputs)

    @multiply_accumulates.mistake("took the size before the layer", keeps=HALF)
    def _(self, output_shapes: Array) -> Array:
        inputs = engine.fan_in(self.input, self.layers, self.table, output_shapes)
        front = engine.before(self.input, output_shapes)[..., 1:].prod(axis=-1)
        return np.asarray(self.table[..., OUT] * front * inputs)

    @multiply_accumulates.mistake("ignored the groups", keeps=HALF)
    def _(self, output_shapes: Array) -> Array | None:
        if not self._has(GROUPS, 1):
            return None
        single = self._with(GROUPS, 1)
        return engine.multiply_accumulates(self.input, self.layers, single, output_shapes)

    @item(points=2)
    def receptive_field(self) -> Array:
        """Input rows from the first to the last that an entry behind the last window sees.

        Shape (...).
        """
        return engine.receptive_fields(self.layers, self.table)[..., -1]

    @receptive_field.steps
    def _(self) -> tuple[Worked, ...]:
        """For each windowed layer: the field before it, its reach, the jump, and its field."""
        fields = [1, *engine.receptive_fields(self.layers, self.table).tolist()]
        rows = [self.table[place].tolist() for place in self.windowed]
        jumps = [prod(row[STRIDE] for row in rows[:n]) for n in range(len(rows))]
        return tuple(
            Worked((fields[n], row[DILATION], row[KERNEL], jump), fields[n + 1])
            for n, (row, jump) in enumerate(zip(rows, jumps, strict=True))
        )

    @receptive_field.space
    def _(self) -> int:
        return 6 + 2 * len(self.windowed)

    @receptive_field.effort
    def _(self) -> Array:
        fields = engine.receptive_fields(self.layers, self.table)
        return effort_of_sums(fields[..., None, :], np.array(1))

    @receptive_field.mistake("took every step for one input row", keeps=HALF)
    def _(self) -> Array | None:
        if len(self.windowed) == 1 or not self._has(STRIDE, 1):
            return None
        return engine.receptive_fields(self.layers, self._with(STRIDE, 1))[..., -1]

    @receptive_field.mistake("added the kernel sizes", keeps=HALF)
    def _(self) -> Array:
        return np.asarray(self.table[..., self.windowed, KERNEL].sum(axis=-1))

    @receptive_field.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        if not self._has(DILATION, 1):
            return None
        return engine.receptive_fields(self.layers, self._with(DILATION, 1))[..., -1]

    @item(points=1, prints=("same",))
    def same_padding(self) -> Array:
        """The padding with which a convolution keeps the size at stride 1.

        Shape (...).
        """
        return np.asarray(self.same[..., 1] * (self.same[..., 0] - 1) // 2)

    @same_padding.space
    def _(self) -> int:
        return 6

    @same_padding.effort
    def _(self) -> Array:
        return effort_of_sums(self.same[..., None, :1] - 1, self.same[..., None, 1:])

    @same_padding.mistake("forgot to halve", keeps=HALF)
    def _(self, same_padding: Array) -> Array:
        return 2 * same_padding

    @same_padding.mistake("took the whole kernel size", keeps=HALF)
    def _(self) -> Array:
        return self.same[..., 0]

    @same_padding.mistake("halved dilation times kernel size, rounded up", keeps=HALF)
    def _(self) -> Array:
        return np.asarray((self.same[..., 0] * self.same[..., 1] + 1) // 2)

    @item(points=1, prints=("patches",))
    def patch_size(self) -> Array:
        """The kernel that is as large as its stride and turns one size into another.

        Shape (...).
        """
        return np.asarray(self.patches[..., 0] // self.patches[..., 1])

    @patch_size.space
    def _(self) -> int:
        return 6

    @patch_size.effort
    def _(self, patch_size: Array) -> Array:
        return effort_of_sums(patch_size[..., None, None], self.patches[..., None, 1:])

    @patch_size.mistake("took the difference of the sizes")
    def _(self) -> Array:
        return np.asarray(self.patches[..., 0] - self.patches[..., 1])

    @patch_size.mistake("added one to the quotient", keeps=HALF)
    def _(self, patch_size: Array) -> Array:
        return patch_size + 1

    @patch_size.mistake("gave the output size")
    def _(self) -> Array:
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
    def windowed(self) -> list[int]:
        """The positions of convolutions and pooling layers."""
        return [n for n, kind in enumerate(self.layers) if kind in engine.WINDOWED]

    @property
    def weighted(self) -> list[int]:
        """The positions of layers with weights."""
        return [n for n, kind in enumerate(self.layers) if kind in ("conv", "dense")]

    def _size_of(self, place: int, size: int, total: int) -> Worked:
        row = self.table[place].tolist()
        numbers = (size, row[PADDING], row[DILATION], row[KERNEL], row[STRIDE])
        return Worked(numbers, int(total))

    def _has(self, column: int, neutral: int) -> bool:
        """Whether the settings let a column of the table matter."""
        return bool((self.table[..., column] > neutral).any())

    def _with(self, column: int, value: int) -> Array:
        """The table with another value where a column has one."""
        other = self.table.copy()
        other[..., column] = np.where(other[..., column] > value, value, other[..., column])
        return other

    def _shapes_with(self, column: int, value: int) -> Array:
        return engine.shapes(self.input, self.layers, self._with(column, value))


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
