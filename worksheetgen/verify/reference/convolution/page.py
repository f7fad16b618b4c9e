"""How the pages show the quantities of ``convolution``, and what they say beside them."""

from collections.abc import Callable
from typing import Any

from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.by_hand.windows import Matrix, flat, windows
from worksheetgen.verify.pages.quantities import (
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
from worksheetgen.verify.reference.convolution.answers import (
    Given,
    bias_gradient,
    flip,
    flipped,
    forward,
    input_gradient,
    input_jacobian,
    kernel_gradient,
    kernel_jacobian,
    output_shape,
    passed,
    relu_gradient,
    rows_of,
)


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
    return SHOWN[item](given) if item in SHOWN else {}


def _matrix_in_symbols(given: dict[str, Any]) -> dict[str, Any]:
    named = input_jacobian(given | {"K": _named("K", given["K"])})
    return {"symbols": [[*map(str, row)] for row in named]}


def _windows_in_symbols(given: dict[str, Any]) -> dict[str, Any]:
    named = windows(given | {"X": _named("X", given["X"])})
    return {"symbols": [[*map(str, taps)] for taps in flat(named)]}


def _named(letter: str, rows: Matrix) -> Any:
    return [[f"{letter}{m}{n}" for n in range(len(row))] for m, row in enumerate(rows)]


def _step_of_descent(given: dict[str, Any]) -> dict[str, Any]:
    gradient = rows_of(kernel_gradient(given), len(given["K"][0]))
    return {"start": given["K"], "rate": given["learning_rate"], "gradient": gradient}


def _through_the_mask(given: dict[str, Any]) -> dict[str, Any]:
    H = flat(forward(given))
    return {"mask": [int(h > 0) for h in H], "passed": passed(given, H)}


def spread(given: Given) -> Matrix:
    """The upstream gradient at the places of a stride of one, in a margin of zeros."""
    K = given["K"]
    down, right = given["stride"]
    tall, wide = output_shape(given | {"stride": [1, 1]})
    over, left = ((len(K) - 1) * given["dilation"][0], (len(K[0]) - 1) * given["dilation"][1])
    rows = [[0] * (wide + 2 * left) for _ in range(tall + 2 * over)]
    columns = output_shape(given)[1]
    for position, entry in enumerate(given["upstream"]):
        i, j = divmod(position, columns)
        rows[over + i * down][left + j * right] = entry
    return rows


def sizes(given: Given) -> dict[str, Any]:
    """The size formula with its numbers, an axis at a time."""
    found: dict[str, Any] = {}
    axes = (len(given["X"]), len(given["K"])), (len(given["X"][0]), len(given["K"][0]))
    for axis, (name, (n, k)) in enumerate(zip(("rows", "columns"), axes, strict=True)):
        p, d, s = (given[key][axis] for key in ("padding", "dilation", "stride"))
        found |= {f"{name}_over": f"{n}+2·{p}-{d}·({k}-1)-1", f"{name}_step": s}
        found[name] = output_shape(given)[axis]
    return found


SHOWN: dict[str, Callable[..., dict[str, Any]]] = {
    "kernel_jacobian": _windows_in_symbols,
    "kernel_gradient": lambda given: {"row": given["upstream"], "times": kernel_jacobian(given)},
    "output_shape": sizes,
    "input_jacobian": _matrix_in_symbols,
    "as_matrix": _matrix_in_symbols,
    "input_gradient": lambda given: {"spread": spread(given), "flipped": flipped(given["K"])},
    "flip": lambda given: {
        "flipped": flipped(given["K"]),
        "symmetric": "is" if flipped(given["K"]) == given["K"] else "isnot",
    },
    "gradient_step": _step_of_descent,
    "relu_gradient": _through_the_mask,
}
"""The quantities that a solution repeats, from the givens."""


def totals(item: str, given: dict[str, Any]) -> list[int]:
    """What the sums that the solution works out come to, in their order."""
    return flattened(WORKED_OUT[item](given)) if item in WORKED_OUT else []


WORKED_OUT: dict[str, Callable[..., Any]] = {
    "forward": forward,
    "kernel_gradient": kernel_gradient,
    "input_gradient": input_gradient,
    "flip": flip,
    "bias_gradient": bias_gradient,
    "relu_gradient": relu_gradient,
}
"""The items whose answers are sums."""


STEPS: dict[str, dict[str, Reader]] = {
    "kernel_jacobian": {"symbols": words},
    "kernel_gradient": {"row": row, "times": matrix},
    "input_jacobian": {"symbols": words},
    "as_matrix": {"symbols": words},
    "output_shape": {
        "rows_over": text,
        "rows_step": number,
        "rows": number,
        "columns_over": text,
        "columns_step": number,
        "columns": number,
    },
    "flip": {"flipped": matrix, "symmetric": text},
    "input_gradient": {"spread": matrix, "flipped": matrix},
    "gradient_step": {"start": matrix, "rate": number, "gradient": matrix},
    "relu_gradient": {"mask": row, "passed": row},
}
"""How each of them is read."""


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
    "input_gradient": {"upstream": row},
    "bias_gradient": {"upstream": row},
    "gradient_step": {"upstream": row, "learning_rate": number},
    "relu_gradient": {"relu_upstream": row},
    "gradient_sign": {"slope": index, "sign": text, "entry": index, "entry_gradient": number},
}
"""The givens that only an item's question prints."""


ANSWERS: dict[str, dict[str, Reader]] = {
    "forward": {"answer": matrix},
    "kernel_jacobian": {"answer": matrix},
    "kernel_gradient": {"answer": row},
    "loss_term": {"answer": linear},
    "gradient_sign": {"increase": text, "decrease": text},
    "output_shape": {"answer": shape},
    "input_jacobian": {"answer": matrix},
    "as_matrix": {"answer": matrix},
    "input_gradient": {"answer": matrix},
    "flip": {"answer": matrix},
    "bias_gradient": {"answer": number},
    "gradient_step": {"answer": matrix},
    "relu_gradient": {"answer": row},
}
"""The quantities that answer an item; where there are several, the answer is their mapping."""
