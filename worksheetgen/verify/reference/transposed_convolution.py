"""The items of ``transposed_convolution`` by definition, stamp by stamp."""

from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.by_hand.windows import Matrix, flat, shape_of, windows
from worksheetgen.verify.by_hand.work import (
    Entries,
    Figure,
    Given,
    Sums,
    formula,
    in_rows,
    sums,
)

Fallen = dict[tuple[int, int], list[tuple[int, int]]]


def axes(given: Given) -> list[tuple[int, ...]]:
    """Input, kernel, stride, padding and dilation along either axis."""
    shapes = shape_of(given["X"]), shape_of(given["K"])
    return list(zip(*shapes, given["stride"], given["padding"], given["dilation"], strict=True))


def size(given: Given) -> list[int]:
    """The extent of all stamps, without what is cut off."""
    return [
        max(i * s + u * d for i in range(n) for u in range(k)) + 1 - 2 * p
        for n, k, s, p, d in axes(given)
    ]


def fits(given: Given) -> bool:
    return min(size(given)) > 0


def fallen(given: Given) -> Fallen:
    """What falls on each output entry: pairs of an input and a kernel entry, in input order."""
    (down, right), (top, left), (over, along) = (
        given[key] for key in ("stride", "padding", "dilation")
    )
    rows, columns = size(given)
    found: Fallen = {(a, b): [] for a in range(rows) for b in range(columns)}
    for i, line in enumerate(given["X"]):
        for j, x in enumerate(line):
            for u, weights in enumerate(given["K"]):
                for v, weight in enumerate(weights):
                    place = (i * down + u * over - top, j * right + v * along - left)
                    if place in found:
                        found[place].append((x, weight))
    return found


def as_output(given: Given, entries: list[Any]) -> Any:
    return in_rows(size(given)[1])(entries)


def printed(given: Given) -> Given:
    own = {name: given[name] for name in ("X", "K", "stride", "padding", "dilation")}
    shapes = {"input_shape": shape_of(given["X"]), "kernel_shape": shape_of(given["K"])}
    return own | shapes


def output_shape(given: Given) -> Figure:
    shows: Given = {}
    for name, (n, k, s, p, d), total in zip(
        ("rows", "columns"), axes(given), size(given), strict=True
    ):
        shows |= {f"{name}_sum": f"({n}-1)·{s}+{d}·({k}-1)+1-2·{p}", name: total}
    last = [formula((n - 1, s), (d, k - 1), (1, 1), (-2, p)) for n, k, s, p, d in axes(given)]
    return Figure(size(given), last, shows=shows)


def forward(given: Given) -> Sums:
    stamps = [[[x * k for k in row] for row in given["K"]] for x in flattened(given["X"])]
    return Sums(
        list(fallen(given).values()),
        arranged=in_rows(size(given)[1]),
        shows={"stamps": stamps},
    )


def relation(given: Given, forward: Any = None) -> Entries:
    """∂L/∂Z of Z ⋆ K with the upstream gradient X: each window gets its share back."""
    rows, columns = size(given)
    if forward is not None:
        if shape_of(forward) != [rows, columns]:
            raise ValueError("an output entry per entry of Z")
        return Entries(forward)
    gradient = [0] * (rows * columns + 1)
    places = as_output(given, [*range(1, rows * columns + 1)])
    for upstream, taps in zip(flat(given["X"]), flat(windows(given | {"X": places})), strict=True):
        for weight, place in zip(flat(given["K"]), taps, strict=True):
            gradient[place] += upstream * weight
    return Entries(as_output(given, gradient[1:]))


def input_gradient(given: Given) -> Sums:
    return _convolved(given, given["upstream"])


def _convolved(given: Given, Z: list[int]) -> Sums:
    seen = flat(windows(given | {"X": as_output(given, Z)}))
    return sums([flat(given["K"])] * len(seen), seen, arranged=in_rows(len(given["X"][0])))


# Mistakes


def ordinary(given: Given) -> Matrix | None:
    seen, kernel = windows(given), flat(given["K"])
    if not seen or not seen[0]:
        return None
    return [[sum(map(mul, kernel, taps)) for taps in row] for row in seen]


def ordinary_size(given: Given) -> list[int] | None:
    found = ordinary(given)
    return shape_of(found) if found else None


def size_times_stride(given: Given) -> list[int]:
    return [n * s for n, _, s, _, _ in axes(given)]


def covered(given: Given) -> Matrix:
    last = [pairs[-1] if pairs else (0, 0) for pairs in fallen(given).values()]
    found: Matrix = as_output(given, [x * weight for x, weight in last])
    return found


def input_itself(given: Given) -> Any:
    return given["X"]


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    """Both gradients against the maps that they belong to."""
    if item == "input_gradient":

        def loss(X: Vector) -> Vector:
            moved = given | {"X": in_rows(len(given["X"][0]))(X)}
            return [sum(map(mul, given["upstream"], flattened(forward(moved).answer)))]

        return Derivative(loss, flattened(given["X"]), linear=True, gradient=True)
    if item == "relation":

        def back(Z: Vector) -> Vector:
            return [sum(map(mul, flat(given["X"]), flattened(_convolved(given, Z).answer)))]

        rows, columns = size(given)
        return Derivative(back, [0] * (rows * columns), linear=True, gradient=True)
    return None
