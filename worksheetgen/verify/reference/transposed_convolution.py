"""The items of ``transposed_convolution`` by definition, stamp by stamp."""

from collections.abc import Iterator
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.by_hand.slips import sign_lost
from worksheetgen.verify.by_hand.windows import Matrix, windows
from worksheetgen.verify.pages.quantities import (
    Reader,
    indexed,
    matrix,
    number,
    pair,
    row,
    shape,
    text,
)
from worksheetgen.verify.printed import side_by_side

Given = dict[str, Any]
NEUTRAL = {"stride": [1, 1], "padding": [0, 0]}


def output_shape(given: Given) -> list[int]:
    """The extent of all stamps, without what is cut off."""
    sizes = []
    for axis, (n, k) in enumerate(zip(_shape(given["X"]), _shape(given["K"]), strict=True)):
        s, p, d = (given[key][axis] for key in ("stride", "padding", "dilation"))
        ends = [i * s + u * d for i in range(n) for u in range(k)]
        sizes.append(max(ends) + 1 - 2 * p)
    return sizes


def _shape(rows: Matrix) -> list[int]:
    return [len(rows), len(rows[0])]


def _fallen(given: Given) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """What falls on each output entry: pairs of an input and a kernel entry, in input order."""
    rows, columns = output_shape(given)
    (down, right), (top, left), (over, along) = (
        given[key] for key in ("stride", "padding", "dilation")
    )
    fallen: dict[tuple[int, int], list[tuple[int, int]]] = {
        (a, b): [] for a in range(rows) for b in range(columns)
    }
    for i, line in enumerate(given["X"]):
        for j, x in enumerate(line):
            for u, weights in enumerate(given["K"]):
                for v, weight in enumerate(weights):
                    place = (i * down + u * over - top, j * right + v * along - left)
                    if place in fallen:
                        fallen[place].append((x, weight))
    return fallen


def _in_rows(values: list[Any], columns: int) -> list[list[Any]]:
    return [values[start : start + columns] for start in range(0, len(values), columns)]


def forward(given: Given) -> Matrix:
    totals_ = [sum(x * k for x, k in pairs) for pairs in _fallen(given).values()]
    return _in_rows(totals_, output_shape(given)[1])


output = forward


def relation(given: Given, forward: Any = None) -> Matrix:
    """∂L/∂Z of Z ⋆ K with the upstream gradient X: each window gets its share back."""
    size = output_shape(given)
    if forward is not None:
        if _shape(forward) != size:
            raise ValueError("an output entry per entry of Z")
        answer: Matrix = forward
        return answer
    places = _in_rows([*range(1, size[0] * size[1] + 1)], size[1])
    gradient = [0] * (size[0] * size[1] + 1)
    kernel = flattened(given["K"])
    seen = [taps for row in windows(given | {"X": places}) for taps in row]
    for upstream, taps in zip(flattened(given["X"]), seen, strict=True):
        for weight, place in zip(kernel, taps, strict=True):
            gradient[place] += upstream * weight
    return _in_rows(gradient[1:], size[1])


def _upstream_windows(given: Given, upstream: list[int]) -> list[list[int]]:
    rows = _in_rows(upstream, output_shape(given)[1])
    return [taps for row in windows(given | {"X": rows}) for taps in row]


def input_gradient(given: Given) -> Matrix:
    return _convolved(given, given["upstream"])


def _convolved(given: Given, upstream: list[int]) -> Matrix:
    kernel = flattened(given["K"])
    sums = [sum(map(mul, kernel, taps)) for taps in _upstream_windows(given, upstream)]
    return _in_rows(sums, len(given["X"][0]))


def mistakes(item: str, given: Given) -> dict[str, Any]:
    return dict(MISTAKES[item](given))


def _flipped(given: Given) -> Given:
    return given | {"K": [row[::-1] for row in given["K"][::-1]]}


def _ordinary(given: Given) -> Matrix | None:
    kernel = flattened(given["K"])
    seen = windows(given)
    if not seen or not seen[0]:
        return None
    return [[sum(map(mul, kernel, taps)) for taps in row] for row in seen]


def _otherwise(given: Given) -> Iterator[tuple[str, Given]]:
    for name, neutral in NEUTRAL.items():
        other = given | {name: neutral}
        size = output_shape(other)
        if size != output_shape(given) and min(size) > 0:
            yield f"ignored the {name}", other


def _of_output_shape(given: Given) -> Iterator[tuple[str, Any]]:
    right, ordinary = output_shape(given), _ordinary(given)
    if ordinary and _shape(ordinary) != right:
        yield "used the size of an ordinary convolution", _shape(ordinary)
    for name, other in _otherwise(given):
        yield name, output_shape(other)
    times = [n * s for n, s in zip(_shape(given["X"]), given["stride"], strict=True)]
    if times != right:
        yield "multiplied the size by the stride, and forgot the kernel", times


def _of_forward(given: Given) -> Iterator[tuple[str, Any]]:
    fallen, columns = _fallen(given), output_shape(given)[1]
    last = [pairs[-1][0] * pairs[-1][1] if pairs else 0 for pairs in fallen.values()]
    yield "let later stamps cover earlier ones", _in_rows(last, columns)
    yield "flipped the kernel", forward(_flipped(given))
    ordinary = _ordinary(given)
    if ordinary:
        yield "computed an ordinary convolution", ordinary
    for name, other in _otherwise(given):
        yield name, forward(other)
    lost = [sum(sign_lost(x, k) for x, k in pairs) for pairs in fallen.values()]
    yield "took minus times minus as minus", _in_rows(lost, columns)


def _of_relation(given: Given) -> Iterator[tuple[str, Any]]:
    yield "flipped the kernel", relation(_flipped(given))
    yield "gave the upstream gradient itself", given["X"]
    yield "reversed the sign", [[-entry for entry in row] for row in relation(given)]


def _of_input_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    yield "flipped the kernel", input_gradient(_flipped(given))
    ones = [1] * len(given["upstream"])
    yield "forgot the upstream gradient", _convolved(given, ones)
    yield "reversed the sign", [[-entry for entry in row] for row in input_gradient(given)]
    kernel = flattened(given["K"])
    seen = _upstream_windows(given, given["upstream"])
    lost = [sum(map(sign_lost, kernel, taps)) for taps in seen]
    yield "took minus times minus as minus", _in_rows(lost, len(given["X"][0]))


MISTAKES = {
    "output_shape": _of_output_shape,
    "forward": _of_forward,
    "relation": _of_relation,
    "input_gradient": _of_input_gradient,
}
BUILDS_ON = {"relation": ("forward",)}
REDRAWN = ("X", "K", "upstream")


def work(item: str, given: Given, **earlier: Any) -> float:
    if item == "output_shape":
        return effort.of_sums([list(zip(output_shape(given), given["stride"], strict=True))])
    if item == "relation":
        return effort.of_copying(flattened(earlier.get("forward") or forward(given)))
    if item == "input_gradient":
        kernel = flattened(given["K"])
        seen = _upstream_windows(given, given["upstream"])
        return effort.of_sums([list(zip(kernel, taps, strict=True)) for taps in seen])
    inputs = flattened(given["X"])
    numbered = given | {"X": _in_rows([*range(len(inputs))], len(given["X"][0]))}
    sums = []
    for pairs in _fallen(numbered).values():
        weights = dict(pairs)
        sums.append([(x, weights.get(position, 0)) for position, x in enumerate(inputs)])
    return effort.of_sums(sums)


# How the page shows it


def derived(given: Given) -> Given:
    return {"input_shape": _shape(given["X"]), "kernel_shape": _shape(given["K"])}


def steps(item: str, given: Given) -> Given:
    if item == "forward":
        stamps = [[[x * k for k in row] for row in given["K"]] for x in flattened(given["X"])]
        return {"stamps": side_by_side(stamps)}
    if item != "output_shape":
        return {}
    found: Given = {}
    for axis, name in enumerate(("rows", "columns")):
        n, k = _shape(given["X"])[axis], _shape(given["K"])[axis]
        s, p, d = (given[key][axis] for key in ("stride", "padding", "dilation"))
        found[f"{name}_sum"] = f"({n}-1)·{s}+{d}·({k}-1)+1-2·{p}"
        found[name] = output_shape(given)[axis]
    return found


def totals(item: str, given: Given) -> list[int]:
    if item == "forward":
        return [sum(x * k for x, k in pairs) for pairs in _fallen(given).values() if pairs]
    return flattened(input_gradient(given)) if item == "input_gradient" else []


PART_GIVENS: dict[str, Reader] = {
    "input_shape": shape,
    "kernel_shape": shape,
    "stride": pair,
    "dilation": pair,
    "padding": pair,
    "X": indexed,
    "K": matrix,
}
UNPRINTED = {"dilation": [1, 1]}


ITEM_GIVENS: dict[str, dict[str, Reader]] = {"input_gradient": {"upstream": row}}
STEPS: dict[str, dict[str, Reader]] = {
    "output_shape": {
        "rows_sum": text,
        "rows": number,
        "columns_sum": text,
        "columns": number,
    },
    "forward": {"stamps": matrix},
}
ANSWERS: dict[str, dict[str, Reader]] = {
    "output_shape": {"answer": shape},
    "forward": {"answer": matrix},
    "relation": {"answer": matrix},
    "input_gradient": {"answer": matrix},
}


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    """Both gradients against the maps that they belong to."""
    if item == "input_gradient":
        columns = len(given["X"][0])

        def loss(X: Vector) -> Vector:
            stamped = flattened(output(given | {"X": _in_rows(X, columns)}))
            return [sum(map(mul, given["upstream"], stamped))]

        return Derivative(loss, flattened(given["X"]), linear=True, gradient=True)
    if item == "relation":
        rows, wide = output_shape(given)

        def back(Z: Vector) -> Vector:
            H = flattened(_convolved(given, Z))
            return [sum(map(mul, flattened(given["X"]), H))]

        return Derivative(back, [0] * (rows * wide), linear=True, gradient=True)
    return None
