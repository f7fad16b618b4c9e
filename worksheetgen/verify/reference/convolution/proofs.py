"""What the answers to the items of ``convolution`` must fulfil."""

from collections.abc import Iterator
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import meant, said
from worksheetgen.verify.by_hand.windows import Matrix, flat, windows
from worksheetgen.verify.reference.convolution.answers import (
    forward,
    kernel_gradient,
)


def derivative(item: str, given: dict[str, Any]) -> Derivative | None:
    """The map of which an answer is the derivative, with the point where."""
    if item in ("input_jacobian", "as_matrix", "input_gradient"):
        return _by_input(item, given)
    if item == "bias_gradient":
        return _by_bias(given)
    if item == "relu_gradient":
        return _through_relu(given)
    if item not in ("kernel_jacobian", "kernel_gradient"):
        return None
    seen = flat(windows(given))

    def output(kernel: Vector) -> Vector:
        return [sum(map(mul, kernel, taps)) for taps in seen]

    def loss(kernel: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], output(kernel)))]

    function = output if item == "kernel_jacobian" else loss
    gradient = item == "kernel_gradient"
    return Derivative(function, flat(given["K"]), linear=True, gradient=gradient)


def _by_bias(given: dict[str, Any]) -> Derivative:
    H = flat(forward(given))

    def loss(bias: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], (h + bias[0] for h in H)))]

    return Derivative(loss, [0], linear=True, gradient=True)


def _by_input(item: str, given: dict[str, Any]) -> Derivative:
    columns = len(given["X"][0])

    def output(X: Vector) -> Vector:
        rows = [X[start : start + columns] for start in range(0, len(X), columns)]
        return flat(forward(given | {"X": rows}))

    def loss(X: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], output(X)))]

    gradient = item == "input_gradient"
    return Derivative(
        loss if gradient else output, flat(given["X"]), linear=True, gradient=gradient
    )


def _through_relu(given: dict[str, Any]) -> Derivative:
    """A step so small that no output crosses the kink."""
    seen = flat(windows(given))

    def loss(kernel: Vector) -> Vector:
        outputs = (sum(map(mul, kernel, taps)) for taps in seen)
        return [sum(map(mul, given["relu_upstream"], (max(h, 0) for h in outputs)))]

    return Derivative(loss, flat(given["K"]), gradient=True, step=Fraction(1, 1000))


ADJOINTS = {
    "kernel_gradient": ("kernel_jacobian", "upstream"),
    "input_gradient": ("input_jacobian", "upstream"),
}
"""A gradient that is Jᵀ g: the item of its Jacobian J and the given g."""


def losses(given: dict[str, Any], item: str, answer: Any) -> Iterator[tuple[Any, Any]]:
    """What a concrete loss does, beside what is said of it."""
    if item == "loss_term":

        def loss(H: Vector) -> Vector:
            return [sum(map(mul, answer, H))]

        yield [given["upstream"]], Derivative(loss, flat(forward(given)), linear=True).differences()
    if item == "gradient_step":
        yield from _fall(given, answer)
    if item == "gradient_sign":
        row, column = given["entry"]
        here = given["K"][row][column]
        slope = given["entry_gradient"]
        step = Fraction(1, 10)

        def curved(entry: Fraction) -> Fraction:
            moved = entry - here
            return Fraction(slope * moved + moved * moved)

        for move, towards in (("increase", here + step), ("decrease", here - step)):
            yield (
                ("increases" if curved(towards) > curved(Fraction(here)) else "decreases"),
                answer[move],
            )


def _fall(given: dict[str, Any], kernel: Any) -> Iterator[tuple[Any, Any]]:
    """L is linear in K, so a step of descent lowers it by the rate times the squared gradient."""

    def loss(K: Matrix) -> Fraction:
        return Fraction(sum(map(mul, given["upstream"], flat(forward(given | {"K": K})))))

    squared = sum(entry * entry for entry in kernel_gradient(given))
    fall = Fraction(given["learning_rate"]) * squared
    yield said(loss(given["K"]) - fall), said(loss(meant(kernel)))
