"""What problem types on windows in two axes have in common: settings, geometry, size formula."""

from typing import Any, TypedDict

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.settings import Margin, Settings, Size
from worksheetgen.problems.work import Sums, formula


class WindowSample(Settings):
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


class Geometry(TypedDict):
    """How the window moves, as the engine's keyword arguments."""

    stride: Pair
    padding: Pair
    dilation: Pair


class Windowed:
    """A problem with a stride, a padding and a dilation, each (vertical, horizontal)."""

    stride: Pair
    padding: Pair
    dilation: Pair

    @property
    def geometry(self) -> Geometry:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}


def geometry_of(sample: WindowSample) -> Geometry:
    """The settings that move the window, as the engine takes them."""
    return {"stride": sample.stride, "padding": sample.padding, "dilation": sample.dilation}


def output_of(sample: WindowSample) -> Pair:
    """Rows and columns of the output.

    Raises:
        ValueError: there is none; the message names the way out.
    """
    try:
        return output_shape(sample.input_shape, sample.kernel_shape, **geometry_of(sample))
    except ValueError as error:
        raise ValueError(
            f"{error}; enlarge input_shape or padding, or lessen kernel_shape or dilation"
        ) from None


def check_every_entry_is_met(sample: WindowSample) -> None:
    """Raise ``ValueError`` if a kernel entry meets nothing but padding."""
    ones = np.ones(sample.input_shape, dtype=int)
    met = engine.kernel_jacobian(ones, sample.kernel_shape, **geometry_of(sample)).any(axis=0)
    if not met.all():
        place, other = divmod(int(np.argmin(met)), sample.kernel_shape[1])
        raise ValueError(
            f"the kernel entry in row {place}, column {other} meets nothing but padding; lessen "
            "padding, dilation or stride, or enlarge input_shape"
        )


# Sizes by a wrong formula, of n entries and a padding p, a window from its first entry to its last,
# and a stride s. Numbers or arrays of them.


def one_less(n: Any, p: Any, window: Any, s: Any) -> Any:
    return (n + 2 * p - window) // s


def padding_once(n: Any, p: Any, window: Any, s: Any) -> Any:
    return (n + p - window) // s + 1


def rounded_up(n: Any, p: Any, window: Any, s: Any) -> Any:
    return -((window - n - 2 * p) // s) + 1


def size_formulas(input_shape: Pair, kernel_shape: Pair, geometry: Geometry) -> list[Sums]:
    """What the size of an output takes along either axis: n + 2p - d(k - 1) - 1."""
    axes = zip(input_shape, kernel_shape, geometry["padding"], geometry["dilation"], strict=True)
    return [formula((1, n), (2, p), (-d, k - 1), (-1, 1)) for n, k, p, d in axes]
