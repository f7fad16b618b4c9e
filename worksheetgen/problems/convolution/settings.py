"""What a spec may say about a convolutional layer with one channel, and what of it fits a page."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Annotated, Any

from pydantic import Field

from worksheetgen.problems.entries import check_entry
from worksheetgen.problems.settings import Bounds, Rate
from worksheetgen.problems.windows import WindowSample, check_every_entry_is_met, output_of

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

Slope = Annotated[int, Field(strict=True, ge=-10_000, le=10_000)]


class ConvolutionSample(WindowSample):
    """What to draw from."""

    values: Bounds = (-2, 2)
    """Smallest and largest entry of X, K and the upstream gradient, both included."""
    learning_rates: Annotated[tuple[Rate, ...], Field(min_length=1, max_length=10)] = (
        Fraction(1, 2),
        Fraction(1, 4),
        Fraction(1, 5),
        Fraction(1, 10),
    )
    """Learning rates of gradient_step to choose from, such as "1/10"."""
    estimate: Annotated[int, Field(strict=True, ge=0, le=2)] = 0
    """Entries whose change gradient_sign also asks to estimate the loss for: none, one, or two."""


def check_size(sample: ConvolutionSample, given: Any) -> None:
    """Raise ``ValueError`` if a kernel entry is not used, or the Jacobian does not fit a page."""
    outputs = prod(output_of(sample))
    check_every_entry_is_met(sample)
    entry = _entry_width(sample, given)
    most = min(MAX_OUTPUTS, int(WIDEST / entry))
    most_kernel = min(MAX_KERNEL_ENTRIES, int(WIDEST / entry))
    if outputs > most or prod(sample.kernel_shape) > most_kernel:
        raise ValueError(
            f"{outputs} output and {prod(sample.kernel_shape)} kernel entries do not fit a page; "
            f"with these values at most {most} and {most_kernel}: lessen the shapes, padding "
            "or values, or enlarge the stride"
        )


def check_input(sample: ConvolutionSample, given: Any, asked: Sequence[str]) -> None:
    """Raise ``ValueError`` if a column or a sum per input entry does not fit a page."""
    entries = prod(sample.input_shape)
    most = min(MAX_KERNEL_ENTRIES, int(WIDEST / _entry_width(sample, given)))
    for item in BY_INPUT.intersection(asked):
        if entries > most:
            raise ValueError(
                f"{item} with {entries} input entries does not fit a page; with these values at "
                f"most {most}: lessen input_shape or values, or leave {item} out"
            )


def check_slope(sample: ConvolutionSample, given: Any) -> None:
    """Raise ``ValueError`` if the entry that gradient_sign asks about is none, or not large."""
    check_entry(given.entry, sample.kernel_shape, "kernel")
    if given.entry_gradient is not None and abs(given.entry_gradient) < SMALLEST_LARGE:
        raise ValueError(
            f"given.entry_gradient is {given.entry_gradient}, but the question calls it large; "
            f"give {SMALLEST_LARGE} or more, or -{SMALLEST_LARGE} or less"
        )


def _entry_width(sample: ConvolutionSample, given: Any) -> float:
    """The width of the widest entry of a matrix with the space beside it, in em."""
    fixed = [given.X or (), given.K or (), (given.upstream or (),)]
    entries = [*sample.values, *(entry for rows in fixed for row in rows for entry in row)]
    return max(0.5 * len(str(abs(entry))) + (0.8 if entry < 0 else 0) for entry in entries) + 0.9
