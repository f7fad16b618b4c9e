"""What known errors answer to the items of ``convolution``."""

from collections.abc import Iterator
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.rationals import said
from worksheetgen.verify.by_hand.slips import sign_lost
from worksheetgen.verify.by_hand.windows import Matrix, flat, padded, windows
from worksheetgen.verify.reference.convolution.answers import (
    Given,
    as_matrix,
    flipped,
    forward,
    gradient_of_kernel,
    gradient_sign,
    input_gradient,
    input_jacobian,
    kernel_gradient,
    kernel_jacobian,
    moved,
    output_shape,
    rows_of,
)


def mistakes(item: str, given: dict[str, Any]) -> dict[str, Any]:
    """What known errors answer, by their names, where the settings leave room for them."""
    found = dict(MISTAKES[item](given))
    return {name: wrong for name, wrong in found.items() if wrong is not None}


NEUTRAL = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1]}


def _of_forward(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    X, K = given["X"], given["K"]
    kernel = flat(K)
    yield "flipped the kernel", forward(given | {"K": [row[::-1] for row in K[::-1]]})
    yield "transposed the kernel", _if_it_fits(forward, given | {"K": _transposed(K)})
    yield "transposed the input", _if_it_fits(forward, given | {"X": _transposed(X)})
    yield from _geometry_ignored(forward, given)
    yield (
        "added factors instead of multiplying them",
        [[sum(kernel) + sum(taps) for taps in row] for row in windows(given)],
    )
    yield (
        "took minus times minus as minus",
        [[sum(map(sign_lost, kernel, taps)) for taps in row] for row in windows(given)],
    )


def _of_kernel_jacobian(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    J = kernel_jacobian(given)
    yield "took one row of the input too low in the first window", _slipped(given)
    yield "flipped the kernel", [row[::-1] for row in J]
    yield "went through the kernel column by column", [_by_columns(row, given["K"]) for row in J]
    yield "transposed the Jacobian", _transposed(J)
    yield "put kernel entries in place of input entries", [flat(given["K"])] * len(J)
    yield "lost the minus signs", [list(map(abs, row)) for row in J]
    yield from _geometry_ignored(kernel_jacobian, given)


def _of_kernel_gradient(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    J, g = kernel_jacobian(given), given["upstream"]
    yield "forgot the upstream gradient", [sum(column) for column in zip(*J, strict=True)]
    yield "applied the upstream gradient to the output", sum(map(mul, g, flat(forward(given))))
    yield (
        "picked the Jacobian row of the largest weight",
        J[max(range(len(g)), key=lambda row: abs(g[row]))],
    )
    yield (
        "took minus times minus as minus",
        [sum(map(sign_lost, g, column)) for column in zip(*J, strict=True)],
    )
    gradient = kernel_gradient(given)
    yield "went through the kernel column by column", _by_columns(gradient, given["K"])


def _of_loss_term(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    g = given["upstream"]
    yield "named a vector, where a loss is a number", list(g)
    yield "left out the weights", [(c > 0) - (c < 0) for c in g]
    yield "reversed the sign", [-c for c in g]


def _of_gradient_sign(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    right = gradient_sign(given)
    yield "reversed the sign", {"increase": right["decrease"], "decrease": right["increase"]}
    nothing = {"increase": "unchanged", "decrease": "unchanged"}
    yield "took the loss as independent of the entry", nothing


def _of_output_shape(given: Given) -> Iterator[tuple[str, Any]]:
    right = output_shape(given)
    yield "forgot to add one", [size - 1 for size in right]
    for name, neutral in NEUTRAL.items():
        if given[name] != neutral:
            seen = windows(given | {name: neutral})
            size = [len(seen), len(seen[0]) if seen else 0]
            if 0 not in size and size != right:
                yield f"ignored the {name}", size
    if right[0] != right[1]:
        yield "swapped rows and columns", right[::-1]


def _of_input_jacobian(given: Given) -> Iterator[tuple[str, Any]]:
    K, J = given["K"], input_jacobian(given)
    yield "flipped the kernel", input_jacobian(given | {"K": flipped(K)})
    yield "transposed the Jacobian", [list(column) for column in zip(*J, strict=True)]
    entries = flat(zip(*K, strict=True))
    by_columns = input_jacobian(given | {"K": rows_of(entries, len(K[0]))})
    yield "went through the kernel column by column", by_columns
    yield "lost the minus signs", [list(map(abs, row)) for row in J]
    for name in ("stride", "dilation"):
        other = given | {name: NEUTRAL[name]}
        seen = windows(other) if other != given else []
        if seen and seen[0]:
            yield f"ignored the {name}", input_jacobian(other)


def _of_as_matrix(given: Given) -> Iterator[tuple[str, Any]]:
    A = as_matrix(given)
    yield "flipped the kernel", as_matrix(given | {"K": flipped(given["K"])})
    yield "transposed the matrix", [list(column) for column in zip(*A, strict=True)]
    yield "left out the zeros between the rows of the kernel", _packed(given)
    yield "put input entries in place of kernel entries", flat(windows(given))


def _of_input_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    J, g, columns = input_jacobian(given), given["upstream"], len(given["X"][0])
    yield "forgot to flip the kernel", input_gradient(given | {"K": flipped(given["K"])})
    yield "forgot the upstream gradient", rows_of([sum(c) for c in zip(*J, strict=True)], columns)
    if given["stride"] != [1, 1]:
        yield "ignored the stride", _with_stride_one(given)
    lost = [
        [-a * b if a < 0 and b < 0 else a * b for a, b in zip(g, c, strict=True)]
        for c in zip(*J, strict=True)
    ]
    yield "took minus times minus as minus", rows_of([sum(terms) for terms in lost], columns)


def _of_flip(given: Given) -> Iterator[tuple[str, Any]]:
    X, K = given["X"], given["K"]
    yield "did not flip the kernel", forward(given)
    if len(K) > 1 and len(K[0]) > 1:
        yield "flipped the rows alone", forward(given | {"K": K[::-1]})
        yield "flipped the columns alone", forward(given | {"K": [row[::-1] for row in K]})
    yield "flipped the input as well", forward(given | {"X": flipped(X), "K": flipped(K)})


def _of_bias_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    g = given["upstream"]
    yield "counted the outputs instead of adding their gradients", len(g)
    if len(g) > 1:
        yield "averaged instead of adding", said(Fraction(sum(g), len(g)))
    yield "gave one gradient per output, though the bias is shared", list(g)
    yield "lost the minus signs", sum(map(abs, g))


def _of_gradient_step(given: Given) -> Iterator[tuple[str, Any]]:
    gradient = gradient_of_kernel(given["upstream"], flat(windows(given)))
    rate = Fraction(given["learning_rate"])
    yield "stepped uphill, along the gradient", moved(given, gradient, rate)
    yield "forgot the learning rate", moved(given, gradient, -1)
    step = [-rate * entry for entry in gradient]
    yield "gave the step instead of the new kernel", said(rows_of(step, len(given["K"][0])))


def _of_relu_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    J, H, g = flat(windows(given)), flat(forward(given)), given["relu_upstream"]
    yield "forgot the mask of ReLU", gradient_of_kernel(g, J)
    stopped = [a if h < 0 else 0 for a, h in zip(g, H, strict=True)]
    yield "let the negative outputs pass", gradient_of_kernel(stopped, J)
    positive = [max(0, a) for a in g]
    yield "masked by the sign of the upstream gradient", gradient_of_kernel(positive, J)
    scaled = [a * h if h > 0 else 0 for a, h in zip(g, H, strict=True)]
    yield (
        "multiplied by the output in place of the derivative of ReLU",
        gradient_of_kernel(scaled, J),
    )


MISTAKES = {
    "forward": _of_forward,
    "kernel_jacobian": _of_kernel_jacobian,
    "kernel_gradient": _of_kernel_gradient,
    "loss_term": _of_loss_term,
    "gradient_sign": _of_gradient_sign,
    "output_shape": _of_output_shape,
    "input_jacobian": _of_input_jacobian,
    "as_matrix": _of_as_matrix,
    "input_gradient": _of_input_gradient,
    "flip": _of_flip,
    "bias_gradient": _of_bias_gradient,
    "gradient_step": _of_gradient_step,
    "relu_gradient": _of_relu_gradient,
}


OTHER_FORM = frozenset(
    {
        "applied the upstream gradient to the output",
        "named a vector, where a loss is a number",
        "gave one gradient per output, though the bias is shared",
    }
)
"""Mistakes whose answers are written as a number or a vector where the right one is none."""


def _if_it_fits(answer: Any, given: dict[str, Any]) -> Any:
    seen = windows(given)
    return answer(given) if seen and seen[0] else None


def _geometry_ignored(answer: Any, given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, neutral in (("stride", [1, 1]), ("padding", [0, 0]), ("dilation", [1, 1])):
        room = given[name] != neutral
        wrong = _if_it_fits(answer, given | {name: neutral}) if room else None
        yield f"ignored the {name}", wrong


def _slipped(given: dict[str, Any]) -> Matrix | None:
    """The first window reads one input row too low from its second row on."""
    X, K = padded(given["X"], given["padding"]), given["K"]
    down, right = given["dilation"]
    tops = [u * down + (u > 0) for u in range(len(K))]
    if len(K) == 1 or tops[-1] >= len(X):
        return None
    first = [X[top][v * right] for top in tops for v in range(len(K[0]))]
    return [first, *kernel_jacobian(given)[1:]]


def _transposed(rows: Matrix) -> Matrix:
    return [list(column) for column in zip(*rows, strict=True)]


def _by_columns(entries: list[int], K: Matrix) -> list[int]:
    return [entries[u * len(K[0]) + v] for v in range(len(K[0])) for u in range(len(K))]


def _packed(given: Given) -> Matrix | None:
    """Each row with its kernel entries side by side; None if they are, or do not fit."""
    ones = [[1] * len(row) for row in given["K"]]
    A, met = as_matrix(given), as_matrix(given | {"K": ones})
    rows, gaps = [], False
    for entries, there in zip(A, met, strict=True):
        kept = [entry for entry, meets in zip(entries, there, strict=True) if meets]
        start = there.index(1) if kept else 0
        if start + len(kept) > len(entries):
            return None
        gaps = gaps or 0 in there[start : start + len(kept)]
        rows.append([0] * start + kept + [0] * (len(entries) - start - len(kept)))
    return rows if gaps else None


def _with_stride_one(given: Given) -> Matrix:
    """The upstream entries stand side by side in the corner of a larger output."""
    rows, columns = output_shape(given)
    plain = given | {"stride": [1, 1]}
    wide = output_shape(plain)[1]
    placed = [0] * len(flat(windows(plain)))
    for i in range(rows):
        for j in range(columns):
            placed[i * wide + j] = given["upstream"][i * columns + j]
    return input_gradient(plain | {"upstream": placed})
