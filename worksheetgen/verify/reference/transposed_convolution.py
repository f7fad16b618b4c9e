"""The items of ``transposed_convolution`` by definition, stamp by stamp."""

from collections.abc import Callable, Mapping, Sequence
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.by_hand.windows import (
    Matrix,
    flat,
    settings_meant,
    settings_said,
    shape_of,
    windows,
)
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


def printed(given: Given, _asked: Sequence[str]) -> Given:
    own = {name: given[name] for name in ("X", "K")} | settings_said(given)
    shapes = {"input_shape": shape_of(given["X"]), "kernel_shape": shape_of(given["K"])}
    return own | shapes


NOTED = {
    "input_gradient": {
        "upstream_matrix": lambda given: as_output(given, flattened(given["upstream"]))
    }
}
"""What a question says of the givens, beside them."""
IN_PARTS = frozenset(("upstream",))
"""What questions print in the shape of the output."""


def as_given(printed: Given) -> Given:
    own = printed
    if "upstream_matrix" in own:
        own = own | {"upstream": flat(own["upstream_matrix"])}
    return settings_meant(own)


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


def relation(given: Given) -> Entries:
    """The output of an input that is one at the entry and zero elsewhere."""
    return Entries(forward(given | {"X": only(given, 1)}).answer)


def only(given: Given, value: int) -> Matrix:
    """An input that is zero but for the entry asked about."""
    rows, columns = shape_of(given["X"])
    there = tuple(given["entry"])
    return [[value if (i, j) == there else 0 for j in range(columns)] for i in range(rows)]


def input_gradient(given: Given) -> Sums:
    return _convolved(given, flattened(given["upstream"]))


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


def size_of_one_step_more(given: Given) -> list[int]:
    return [total + s for total, s in zip(size(given), given["stride"], strict=True)]


def size_of_padding_once(given: Given) -> list[int] | None:
    p = given["padding"]
    return [total + q for total, q in zip(size(given), p, strict=True)] if any(p) else None


def size_of_added_padding(given: Given) -> list[int] | None:
    p = given["padding"]
    return [total + 4 * q for total, q in zip(size(given), p, strict=True)] if any(p) else None


def copy_times_entry(given: Given) -> Any:
    i, j = given["entry"]
    return forward(given | {"X": only(given, given["X"][i][j])}).answer


def copy_of_single_steps(given: Given) -> Any:
    plain = given | {"stride": [1, 1], "X": only(given, 1)}
    if given["stride"] == [1, 1] or min(size(plain)) < 1:
        return None
    rows, columns = size(given)
    small = forward(plain).answer
    wide = [[*line, *([0] * (columns - len(line)))] for line in small]
    return [*wide, *([[0] * columns] * (rows - len(wide)))]


def whole_output(given: Given) -> Any:
    return forward(given).answer


def gradient_times_input(given: Given) -> Any:
    right = input_gradient(given).answer
    return [
        [g * x for g, x in zip(line, entries, strict=True)]
        for line, entries in zip(right, given["X"], strict=True)
    ]


# What the questions take for granted


def _an_ordinary_convolution_fits(given: Given) -> bool:
    """Of the shape of Y it makes one of the shape of X."""
    rows, columns = size(given)
    seen = windows(given | {"X": [[0] * columns] * rows})
    return shape_of(seen) == shape_of(given["X"])


def _one_per_output(given: Given) -> bool:
    rows, columns = size(given)
    return len(flattened(given["upstream"])) == rows * columns


def _entry_is_there(given: Given) -> bool:
    return all(0 <= at < n for at, n in zip(given["entry"], shape_of(given["X"]), strict=True))


PREMISES: Mapping[str, Mapping[str, Callable[[Given], bool]]] = {
    "": {"something of the output is left": fits},
    "relation": {
        "the ordinary convolution leads back to the shape of X": _an_ordinary_convolution_fits,
        "the entry is one of X": _entry_is_there,
    },
    "input_gradient": {"the upstream gradient has an entry per output": _one_per_output},
}


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    """Both gradients against the maps that they belong to."""
    if item == "input_gradient":

        def loss(X: Vector) -> Vector:
            moved = given | {"X": in_rows(len(given["X"][0]))(X)}
            return [sum(map(mul, flattened(given["upstream"]), flattened(forward(moved).answer)))]

        return Derivative(loss, flattened(given["X"]), linear=True, gradient=True)
    if item == "relation":

        def back(Z: Vector) -> Vector:
            i, j = given["entry"]
            return [_convolved(given, Z).answer[i][j]]

        rows, columns = size(given)
        return Derivative(back, [0] * (rows * columns), linear=True, gradient=True)
    return None
