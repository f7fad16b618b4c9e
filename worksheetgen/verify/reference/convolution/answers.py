"""The answers to the items of ``convolution``, by definition, one sum at a time."""

from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.rationals import said
from worksheetgen.verify.by_hand.windows import Matrix, flat, windows

Given = dict[str, Any]


def forward(given: dict[str, Any]) -> Matrix:
    """The output H."""
    kernel = flat(given["K"])
    return [[sum(map(mul, kernel, taps)) for taps in row] for row in windows(given)]


output = forward
"""Under another name, where a parameter bears this one."""


def kernel_jacobian(given: dict[str, Any]) -> Matrix:
    """∂H/∂K: each window."""
    return [list(taps) for taps in flat(windows(given))]


def kernel_gradient(given: dict[str, Any], kernel_jacobian: Matrix | None = None) -> list[int]:
    """∂L/∂K, entry by entry: the sum over all outputs of upstream times input.

    With a Jacobian of somebody else's, what follows from it.
    """
    rows = flat(windows(given)) if kernel_jacobian is None else kernel_jacobian
    if len(rows) != len(given["upstream"]):
        raise ValueError("an upstream entry per row of the Jacobian")
    columns = zip(*rows, strict=True)
    return [sum(map(mul, given["upstream"], column)) for column in columns]


def loss_term(given: dict[str, Any]) -> list[int]:
    """The coefficients of L in the entries of H."""
    return list(given["upstream"])


def gradient_sign(given: dict[str, Any]) -> dict[str, str]:
    """L follows the entry where its derivative is positive, and opposes it otherwise."""
    if given["entry_gradient"] > 0:
        return {"increase": "increases", "decrease": "decreases"}
    return {"increase": "decreases", "decrease": "increases"}


def output_shape(given: Given) -> list[int]:
    """How many rows and columns of windows there are."""
    seen = windows(given)
    return [len(seen), len(seen[0])]


def input_jacobian(given: Given) -> Matrix:
    """∂H/∂X: for each output, the kernel entry that meets each input entry."""
    X, K = given["X"], flat(given["K"])
    columns = len(X[0])
    places = [[1 + m * columns + n for n in range(columns)] for m in range(len(X))]
    rows = []
    for taps in flat(windows(given | {"X": places})):
        met = dict(zip(taps, K, strict=True))
        rows.append([met.get(place, 0) for place in flat(places)])
    return rows


as_matrix = input_jacobian


def input_gradient(given: Given, input_jacobian: Matrix | None = None) -> Matrix:
    """∂L/∂X, entry by entry: the sum over the outputs that see it."""
    X = given["X"]
    J = jacobian_of_input(given) if input_jacobian is None else input_jacobian
    if len(J) != len(given["upstream"]) or len(J[0]) != len(X) * len(X[0]):
        raise ValueError("an upstream entry per row, and an input entry per column")
    gradient = [sum(map(mul, given["upstream"], column)) for column in zip(*J, strict=True)]
    return rows_of(gradient, len(X[0]))


jacobian_of_input = input_jacobian


def bias_gradient(given: Given) -> int:
    """∂L/∂b: the bias reaches every output once."""
    return sum(given["upstream"])


def flip(given: Given) -> Matrix:
    """The output of true convolution."""
    return forward(given | {"K": flipped(given["K"])})


def gradient_step(given: Given, kernel_gradient: Any = None) -> Any:
    """K − η · ∂L/∂K."""
    gradient = kernel_gradient
    if gradient is None:
        gradient = gradient_of_kernel(given["upstream"], flat(windows(given)))
    if not isinstance(gradient, list) or len(gradient) != len(flat(given["K"])):
        raise ValueError("a gradient entry per kernel entry")
    return moved(given, gradient, -Fraction(given["learning_rate"]))


def relu_gradient(
    given: Given, forward: Matrix | None = None, kernel_jacobian: Matrix | None = None
) -> list[int]:
    """∂L/∂K through ReLU: upstream where the output is positive, times the Jacobian."""
    H = flat(output(given) if forward is None else forward)
    J = flat(windows(given)) if kernel_jacobian is None else kernel_jacobian
    if not len(H) == len(J) == len(given["relu_upstream"]):
        raise ValueError("an upstream entry per output and per row of the Jacobian")
    return gradient_of_kernel(passed(given, H), J)


def passed(given: Given, H: list[int]) -> list[int]:
    """What ReLU lets pass of the upstream gradient."""
    return [g if h > 0 else 0 for g, h in zip(given["relu_upstream"], H, strict=True)]


def flipped(K: Matrix) -> Matrix:
    return [row[::-1] for row in K[::-1]]


def moved(given: Given, gradient: list[int], by: Fraction | int) -> Any:
    entries = [k + by * g for k, g in zip(flat(given["K"]), gradient, strict=True)]
    return said(rows_of(entries, len(given["K"][0])))


def gradient_of_kernel(upstream: list[int], J: Matrix) -> list[int]:
    return [sum(map(mul, upstream, column)) for column in zip(*J, strict=True)]


def rows_of(entries: list[Any], columns: int) -> list[list[Any]]:
    return [entries[start : start + columns] for start in range(0, len(entries), columns)]
