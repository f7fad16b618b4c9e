"""The items of ``convolution`` by definition, loops over indices, one sum at a time."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import mul
from typing import Any

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

Matrix = list[list[int]]
Pair = tuple[int, ...]


def padded(X: Sequence[Sequence[int]], padding: Pair) -> Matrix:
    """X with rows of zeros above and below and columns of zeros left and right."""
    rows, columns = padding
    zeros = [0] * columns
    around = [[0] * (len(X[0]) + 2 * columns)] * rows
    return [*around, *([*zeros, *line, *zeros] for line in X), *around]


def flat(rows: Iterable[Iterable[Any]]) -> list[Any]:
    """The entries in row-major order."""
    return [entry for row in rows for entry in row]


def positions(size: int, kernel: int, stride: int, padding: int, dilation: int) -> list[int]:
    """Where the window may start on one axis of the padded input: no tap beyond its end."""
    reach = (kernel - 1) * dilation
    return [
        start
        for start in range(0, size + 2 * padding, stride)
        if start + reach < size + 2 * padding
    ]


def windows(given: dict[str, Any]) -> list[Matrix]:
    """What the kernel's entries meet, row by row, for every output entry in rows and columns."""
    X, K = given["X"], given["K"]
    geometry = (tuple(given[key]) for key in ("stride", "padding", "dilation"))
    return _windows(tuple(map(tuple, X)), (len(K), len(K[0])), *geometry)


@lru_cache(maxsize=8)
def _windows(
    X: tuple[tuple[int, ...], ...], kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> list[Matrix]:
    everything = padded(X, padding)
    tops, lefts = (
        positions(size, kernel[axis], stride[axis], padding[axis], dilation[axis])
        for axis, size in enumerate((len(X), len(X[0])))
    )
    down, right = ([n * d for n in range(k)] for k, d in zip(kernel, dilation, strict=True))
    return [
        [[everything[top + u][left + v] for u in down for v in right] for left in lefts]
        for top in tops
    ]


def forward(given: dict[str, Any]) -> Matrix:
    """The output H."""
    kernel = flat(given["K"])
    return [[sum(map(mul, kernel, taps)) for taps in row] for row in windows(given)]


def kernel_jacobian(given: dict[str, Any]) -> Matrix:
    """∂H/∂K: each window."""
    return [list(taps) for taps in flat(windows(given))]


def kernel_gradient(given: dict[str, Any]) -> list[int]:
    """∂L/∂K, entry by entry: the sum over all outputs of upstream times input."""
    columns = zip(*flat(windows(given)), strict=True)
    return [sum(map(mul, given["upstream"], column)) for column in columns]


def loss_term(given: dict[str, Any]) -> list[int]:
    """The coefficients of L in the entries of H."""
    return list(given["upstream"])


def gradient_sign(given: dict[str, Any]) -> dict[str, str]:
    """L follows the entry where its derivative is positive, and opposes it otherwise."""
    if given["entry_gradient"] > 0:
        return {"increase": "increases", "decrease": "decreases"}
    return {"increase": "decreases", "decrease": "increases"}


# How the page shows it


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
    seen = flat(windows(given))

    def output(kernel: Vector) -> Vector:
        return [sum(map(mul, kernel, taps)) for taps in seen]

    def loss(kernel: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], output(kernel)))]

    maps = {"kernel_jacobian": output, "kernel_gradient": loss}
    return Derivative(maps[item], flat(given["K"]), linear=True) if item in maps else None


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
