"""The items of ``convolution`` by definition, loops over indices, one sum at a time."""

from collections.abc import Iterator
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify import effort
from worksheetgen.verify.differences import Derivative, Vector
from worksheetgen.verify.quantities import (
    Reader,
    index,
    indexed,
    linear,
    matrix,
    number,
    pair,
    row,
    shape,
    text,
    words,
)
from worksheetgen.verify.windows import Matrix, flat, padded, windows


def forward(given: dict[str, Any]) -> Matrix:
    """The output H."""
    kernel = flat(given["K"])
    return [[sum(map(mul, kernel, taps)) for taps in row] for row in windows(given)]


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


# What goes wrong, and how much work it is


def mistakes(item: str, given: dict[str, Any]) -> dict[str, Any]:
    """What known errors answer, by their names, where the settings leave room for them."""
    found = dict(MISTAKES[item](given))
    return {name: wrong for name, wrong in found.items() if wrong is not None}


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
        [[sum(map(_sign_lost, kernel, taps)) for taps in row] for row in windows(given)],
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
        [sum(map(_sign_lost, g, column)) for column in zip(*J, strict=True)],
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


MISTAKES = {
    "forward": _of_forward,
    "kernel_jacobian": _of_kernel_jacobian,
    "kernel_gradient": _of_kernel_gradient,
    "loss_term": _of_loss_term,
    "gradient_sign": _of_gradient_sign,
}
OTHER_FORM = frozenset(
    {
        "applied the upstream gradient to the output",
        "named a vector, where a loss is a number",
    }
)
"""Mistakes whose answers are written as a number or a vector where the right one is none."""
BUILDS_ON = {"kernel_gradient": ("kernel_jacobian",)}
"""The earlier items whose answers an item takes; its function has parameters of their names."""
REDRAWN = ("X", "K", "upstream")
"""The givens whose numbers decide whether mistakes show."""


def work(item: str, given: dict[str, Any], **earlier: Matrix) -> float:
    """The effort of an item by hand."""
    if item == "loss_term":
        return effort.of_copying(given["upstream"])
    if item == "gradient_sign":
        signs = {"increases": 1, "decreases": -1}
        return effort.of_copying([signs[effect] for effect in gradient_sign(given).values()])
    J = earlier.get("kernel_jacobian") or kernel_jacobian(given)
    if item == "kernel_jacobian":
        return effort.of_copying(flat(J))
    if item == "forward":
        return effort.of_sums([list(zip(flat(given["K"]), row, strict=True)) for row in J])
    columns = zip(*J, strict=True)
    return effort.of_sums([list(zip(given["upstream"], c, strict=True)) for c in columns])


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


def _sign_lost(a: int, b: int) -> int:
    return -a * b if a < 0 and b < 0 else a * b


# How the page shows it


def in_words(answer: dict[str, str]) -> str:
    """How the marking key writes the two directions, without spaces."""
    return f"rise:{answer['increase']},fall:{answer['decrease']}"


def as_printed(item: str, answer: Any, given: dict[str, Any]) -> Any:
    """An answer of the manifest in the form in which the page shows it."""
    if item != "loss_term":
        return answer
    return {i: c for i, c in zip(output_indices(given), answer, strict=True) if c}


def output_indices(given: dict[str, Any]) -> list[tuple[int, ...]]:
    """The index of each output entry: one number if H is a single row or column."""
    seen = windows(given)
    if len(seen[0]) == 1:
        return [(i,) for i in range(len(seen))]
    if len(seen) == 1:
        return [(j,) for j in range(len(seen[0]))]
    return [(i, j) for i in range(len(seen)) for j in range(len(seen[0]))]


def telltales(item: str, answer: Any, given: dict[str, Any]) -> list[str]:
    """Words that would tell an answer that is no list of numbers, without spaces."""
    if item == "gradient_sign":
        return ["Lincreases", "Ldecreases"]
    if item == "loss_term":
        terms = dict(zip(output_indices(given), answer, strict=True))
        symbols = [f"{c:+d}H{''.join(map(str, i))}" for i, c in terms.items() if c]
        return ["".join(symbols).removeprefix("+").replace("+1H", "+H").replace("-1H", "-H")]
    return []


def derived(given: dict[str, Any]) -> dict[str, Any]:
    """What the page says of the givens, beside them."""
    return {
        "input_shape": [len(given["X"]), len(given["X"][0])],
        "kernel_shape": [len(given["K"]), len(given["K"][0])],
    } | (
        {
            "slope": given["entry"],
            "sign": "positive" if given["entry_gradient"] > 0 else "negative",
        }
        if "entry" in given
        else {}
    )


def steps(item: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the solution repeats on the way to an answer."""
    if item == "kernel_gradient":
        return {"row": given["upstream"], "times": kernel_jacobian(given)}
    if item == "kernel_jacobian":
        X = given["X"]
        names = [[f"X{m}{n}" for n in range(len(X[0]))] for m in range(len(X))]
        return {"symbols": [[*map(str, taps)] for taps in flat(windows(given | {"X": names}))]}
    return {}


def totals(item: str, given: dict[str, Any]) -> list[int]:
    """What the sums that the solution works out come to, in their order."""
    if item == "forward":
        return flat(forward(given))
    return kernel_gradient(given) if item == "kernel_gradient" else []


STEPS: dict[str, dict[str, Reader]] = {
    "kernel_jacobian": {"symbols": words},
    "kernel_gradient": {"row": row, "times": matrix},
}
"""The quantities that a solution repeats, and how each is read."""
PART_GIVENS: dict[str, Reader] = {
    "input_shape": shape,
    "kernel_shape": shape,
    "X": indexed,
    "K": matrix,
    "stride": pair,
    "padding": pair,
    "dilation": pair,
}
"""The givens that a part prints, and how each is read."""
UNPRINTED = {"dilation": [1, 1]}
"""What a given is where the page does not speak of it."""
ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "kernel_gradient": {"upstream": row},
    "loss_term": {"upstream": row},
    "gradient_sign": {"slope": index, "sign": text, "entry": index, "entry_gradient": number},
}
"""The givens that only an item's question prints."""
ANSWERS: dict[str, dict[str, Reader]] = {
    "forward": {"answer": matrix},
    "kernel_jacobian": {"answer": matrix},
    "kernel_gradient": {"answer": row},
    "loss_term": {"answer": linear},
    "gradient_sign": {"increase": text, "decrease": text},
}
"""The quantities that answer an item; where there are several, the answer is their mapping."""


# What the answers must fulfil


def derivative(item: str, given: dict[str, Any]) -> Derivative | None:
    """The map of which an answer is the derivative, with the point where."""
    if item not in ("kernel_jacobian", "kernel_gradient"):
        return None
    seen = flat(windows(given))

    def output(kernel: Vector) -> Vector:
        return [sum(map(mul, kernel, taps)) for taps in seen]

    def loss(kernel: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], output(kernel)))]

    function = output if item == "kernel_jacobian" else loss
    return Derivative(function, flat(given["K"]), linear=True)


ADJOINTS = {"kernel_gradient": ("kernel_jacobian", "upstream")}
"""A gradient that is Jᵀ g: the item of its Jacobian J and the given g."""


def losses(given: dict[str, Any], item: str, answer: Any) -> Iterator[tuple[Any, Any]]:
    """What a concrete loss does, beside what is said of it."""
    if item == "loss_term":

        def loss(H: Vector) -> Vector:
            return [sum(map(mul, answer, H))]

        yield [given["upstream"]], Derivative(loss, flat(forward(given)), linear=True).differences()
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
