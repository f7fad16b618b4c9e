"""What a spec may say about a convolutional layer, and what of it can go together."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Annotated, TypedDict

import numpy as np
from pydantic import Field

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.settings import (
    Bounds,
    Index,
    Margin,
    Matrix,
    Rate,
    Row,
    Settings,
    Size,
)

MAX_OUTPUTS = 24
"""More rows of the Jacobian do not fit a page."""
MAX_KERNEL_ENTRIES = 16
"""More columns of the Jacobian do not fit a line."""
SMALLEST_LARGE = 10
"""A gradient entry below this is not large."""
BY_INPUT = frozenset({"input_jacobian", "as_matrix", "input_gradient"})
"""The items that show a column or a sum per input entry."""
WIDEST = 52.0
"""Width in em of a row that still fits a line, made smaller by a third at most."""


class ConvolutionSample(Settings):
    """What to draw from."""

    input_shape: tuple[Size, Size] = (4, 2)
    """Rows and columns of the input X."""
    kernel_shape: tuple[Size, Size] = (2, 2)
    """Rows and columns of the kernel K."""
    stride: tuple[Size, Size] = (1, 1)
    """Step of the window, down and to the right."""
    padding: tuple[Margin, Margin] = (0, 0)
    """Rows of zeros above and below, columns of zeros left and right."""
    dilation: tuple[Size, Size] = (1, 1)
    """Distance of neighbouring kernel entries on the input, down and to the right."""
    values: Bounds = (-2, 2)
    """Smallest and largest entry of X, K and the upstream gradient, both included."""
    learning_rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=10)] = (
        Fraction(1, 2),
        Fraction(1, 4),
        Fraction(1, 5),
        Fraction(1, 10),
    )
    """Learning rates of gradient_step to choose from, such as "1/10"."""


class ConvolutionGiven(Settings):
    """What to fix."""

    X: Matrix | None = None
    """The input."""
    K: Matrix | None = None
    """The kernel."""
    upstream: Row | None = None
    """The upstream gradient ∂L/∂H, row by row."""
    entry: tuple[Index, Index] | None = None
    """Row and column, from 0, of the kernel entry that gradient_sign asks about."""
    entry_gradient: Annotated[int, Field(strict=True, ge=-10_000, le=10_000)] | None = None
    """∂L/∂K at that entry."""
    learning_rate: Rate | None = None
    """The learning rate of gradient_step, such as "1/10"."""
    relu_upstream: Row | None = None
    """The gradient ∂L/∂R for R = ReLU(H) in relu_gradient, row by row."""


class Geometry(TypedDict):
    """How the window moves, as the engine's keyword arguments."""

    stride: Pair
    padding: Pair
    dilation: Pair


def check_layer(sample: ConvolutionSample, given: ConvolutionGiven) -> None:
    """Raise ``ValueError`` if the settings cannot go together, naming the key and the way out."""
    input_shape, kernel_shape = shapes_of(sample, given)
    try:
        outputs = prod(output_shape(input_shape, kernel_shape, **geometry_of(sample)))
    except ValueError as error:
        raise ValueError(
            f"{error}; enlarge input_shape or padding, or lessen kernel_shape or dilation"
        ) from None
    _check_size(sample, given, outputs)
    _check_given(given, outputs, kernel_shape)


def geometry_of(sample: ConvolutionSample) -> Geometry:
    """The settings that move the window, as the engine takes them."""
    return {"stride": sample.stride, "padding": sample.padding, "dilation": sample.dilation}


def _check_size(sample: ConvolutionSample, given: ConvolutionGiven, outputs: int) -> None:
    """Every kernel entry is used, and the Jacobian fits a page."""
    input_shape, kernel_shape = shapes_of(sample, given)
    ones = np.ones(input_shape, dtype=int)
    met = engine.kernel_jacobian(ones, kernel_shape, **geometry_of(sample)).any(axis=0)
    if not met.all():
        row, column = divmod(int(np.argmin(met)), kernel_shape[1])
        raise ValueError(
            f"the kernel entry in row {row}, column {column} meets nothing but padding; lessen "
            "padding, dilation or stride, or enlarge input_shape"
        )
    entry = _entry_width(sample, given)
    most = min(MAX_OUTPUTS, int(WIDEST / entry))
    most_kernel = min(MAX_KERNEL_ENTRIES, int(WIDEST / entry))
    if outputs > most or prod(kernel_shape) > most_kernel:
        raise ValueError(
            f"{outputs} output and {prod(kernel_shape)} kernel entries do not fit a page; "
            f"with these values at most {most} and {most_kernel}: lessen the shapes, padding "
            "or values, or enlarge the stride"
        )


def check_input(sample: ConvolutionSample, given: ConvolutionGiven, asked: Sequence[str]) -> None:
    """What has a column or a sum per input entry fits a page."""
    entries = prod(shapes_of(sample, given)[0])
    most = min(MAX_KERNEL_ENTRIES, int(WIDEST / _entry_width(sample, given)))
    for item in BY_INPUT.intersection(asked):
        if entries > most:
            raise ValueError(
                f"{item} with {entries} input entries does not fit a page; with these values at "
                f"most {most}: lessen input_shape or values, or leave {item} out"
            )


def _check_given(given: ConvolutionGiven, outputs: int, kernel_shape: Pair) -> None:
    """What is fixed has the layer's sizes, and leaves something to compute."""
    for key in ("upstream", "relu_upstream"):
        fixed = getattr(given, key)
        if fixed is not None and len(fixed) != outputs:
            raise ValueError(
                f"given.{key} has {len(fixed)} entries, the output has {outputs}; "
                "give one per output entry, row by row"
            )
    if given.entry and any(np.greater_equal(given.entry, kernel_shape)):
        raise ValueError(
            f"given.entry {list(given.entry)} lies outside the {kernel_shape[0]} × "
            f"{kernel_shape[1]} kernel; rows and columns count from 0"
        )
    if given.entry_gradient is not None and abs(given.entry_gradient) < SMALLEST_LARGE:
        raise ValueError(
            f"given.entry_gradient is {given.entry_gradient}, but the question calls it large; "
            f"give {SMALLEST_LARGE} or more, or -{SMALLEST_LARGE} or less"
        )
    for name in ("X", "K", "upstream", "relu_upstream"):
        fixed = getattr(given, name)
        if fixed is not None and not np.any(fixed):
            raise ValueError(f"given.{name} is all zero, which leaves nothing to compute")


def _entry_width(sample: ConvolutionSample, given: ConvolutionGiven) -> float:
    """The width of the widest entry of a matrix with the space beside it, in em."""
    fixed = [given.X or (), given.K or (), (given.upstream or (),)]
    entries = [*sample.values, *(entry for rows in fixed for row in rows for entry in row)]
    return max(0.5 * len(str(abs(entry))) + (0.8 if entry < 0 else 0) for entry in entries) + 0.9


def with_shapes_of(sample: ConvolutionSample, given: ConvolutionGiven) -> ConvolutionSample:
    """The sample with the shapes of the given matrices."""
    input_shape, kernel_shape = shapes_of(sample, given)
    return sample.model_copy(update={"input_shape": input_shape, "kernel_shape": kernel_shape})


def shapes_of(sample: ConvolutionSample, given: ConvolutionGiven) -> tuple[Pair, Pair]:
    """The shapes of X and K; a given matrix brings its own."""
    X, K = given.X, given.K
    return (
        (len(X), len(X[0])) if X else sample.input_shape,
        (len(K), len(K[0])) if K else sample.kernel_shape,
    )
