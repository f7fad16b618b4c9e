"""The effort of the items of ``convolution`` by hand."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.windows import Matrix, flat, windows
from worksheetgen.verify.reference.convolution.answers import (
    as_matrix,
    flipped,
    gradient_of_kernel,
    input_jacobian,
    jacobian_of_input,
    kernel_jacobian,
    output,
    output_shape,
    passed,
)


def work(item: str, given: dict[str, Any], **earlier: Any) -> float:
    """The effort of an item by hand."""
    return WORK[item](given, **earlier)


def _of_kernel_gradient(given: dict[str, Any], kernel_jacobian: Matrix | None = None) -> float:
    columns = zip(*(kernel_jacobian or flat(windows(given))), strict=True)
    return effort.of_sums([list(zip(given["upstream"], c, strict=True)) for c in columns])


def _of_windows(kernel: list[int], given: dict[str, Any]) -> float:
    return effort.of_sums([list(zip(kernel, taps, strict=True)) for taps in flat(windows(given))])


def _of_input_gradient(given: dict[str, Any], input_jacobian: Matrix | None = None) -> float:
    J = jacobian_of_input(given) if input_jacobian is None else input_jacobian
    columns = zip(*J, strict=True)
    return effort.of_sums([list(zip(given["upstream"], c, strict=True)) for c in columns])


def _of_gradient_step(given: dict[str, Any], kernel_gradient: list[int] | None = None) -> float:
    rate = Fraction(given["learning_rate"])
    gradient = kernel_gradient or gradient_of_kernel(given["upstream"], flat(windows(given)))
    entries = zip(flat(given["K"]), gradient, strict=True)
    return effort.of_sums([[(rate.denominator, k), (-rate.numerator, g)] for k, g in entries])


def _of_relu_gradient(
    given: dict[str, Any], forward: Matrix | None = None, kernel_jacobian: Matrix | None = None
) -> float:
    H = flat(output(given) if forward is None else forward)
    J = flat(windows(given)) if kernel_jacobian is None else kernel_jacobian
    let_pass = passed(given, H)
    columns = [list(zip(let_pass, column, strict=True)) for column in zip(*J, strict=True)]
    return effort.of_sums(columns) + effort.of_copying(H)


WORK: dict[str, Callable[..., float]] = {
    "forward": lambda given: _of_windows(flat(given["K"]), given),
    "kernel_jacobian": lambda given: effort.of_copying(flat(kernel_jacobian(given))),
    "kernel_gradient": _of_kernel_gradient,
    "loss_term": lambda given: effort.of_copying(given["upstream"]),
    "gradient_sign": lambda _: effort.of_copying([1, -1]),
    "output_shape": lambda given: effort.of_sums(
        [list(zip(output_shape(given), given["stride"], strict=True))]
    ),
    "input_jacobian": lambda given: effort.of_copying(flat(input_jacobian(given))),
    "as_matrix": lambda given: effort.of_copying(flat(as_matrix(given))),
    "input_gradient": _of_input_gradient,
    "flip": lambda given: _of_windows(flat(flipped(given["K"])), given),
    "bias_gradient": lambda given: effort.of_sums([[(g, 1) for g in given["upstream"]]]),
    "gradient_step": _of_gradient_step,
    "relu_gradient": _of_relu_gradient,
}
