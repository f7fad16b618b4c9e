"""The items of ``convolution_1d`` by definition, one window at a time."""

from collections.abc import Callable, Iterator
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.slips import sign_lost
from worksheetgen.verify.pages.quantities import (
    Glyphs,
    Reader,
    UnreadableError,
    matrix,
    number,
    row,
    text,
    words,
)

Given = dict[str, Any]
Rows = list[list[int]]
Places = list[list[int]]


def ends(given: Given) -> tuple[int, int]:
    """The zeros before x, and behind it."""
    if "ends" in given:
        before, after = given["ends"]
        return before, after
    if given["causal"]:
        return given["dilation"] * (len(given["k"]) - 1), 0
    return given["padding"], given["padding"]


def places(given: Given) -> Places:
    """For each window the indices in x of its entries, from its first one on."""
    before, after = ends(given)
    taps = [u * given["dilation"] for u in range(len(given["k"]))]
    last = len(given["x"]) + after - 1
    starts = range(-before, last - taps[-1] + 1, given["stride"])
    return [[start + tap for tap in taps] for start in starts]


def windows(given: Given) -> Rows:
    """What each window holds; what x does not have is zero."""
    x = given["x"]
    return [[x[j] if 0 <= j < len(x) else 0 for j in seen] for seen in places(given)]


def output_length(given: Given) -> int:
    return len(places(given))


def forward(given: Given) -> list[int]:
    return [sum(map(mul, given["k"], window)) for window in windows(given)]


def kernel_jacobian(given: Given) -> Rows:
    return windows(given)


def kernel_gradient(given: Given, kernel_jacobian: Rows | None = None) -> list[int]:
    """Upstream times Jacobian, or what follows from a Jacobian of somebody else's."""
    rows = windows(given) if kernel_jacobian is None else kernel_jacobian
    if len(rows) != len(given["upstream"]):
        raise ValueError("an upstream entry per row of the Jacobian")
    return [sum(map(mul, given["upstream"], column)) for column in zip(*rows, strict=True)]


def input_gradient(given: Given) -> list[int]:
    return [sum(map(mul, given["k"], met)) for met in _met(given, places(given))]


def _met(given: Given, seen: Places, length: int | None = None) -> Rows:
    """For each input and kernel entry the upstream entry of the window that joins the two."""
    return [
        [
            sum(g for g, window in zip(given["upstream"], seen, strict=True) if window[u] == j)
            for u in range(len(given["k"]))
        ]
        for j in range(len(given["x"]) if length is None else length)
    ]


BUILDS_ON = {"kernel_gradient": ("kernel_jacobian",)}
REDRAWN = ("x", "k", "upstream")


# Known errors


def mistakes(item: str, given: Given) -> dict[str, Any]:
    found = dict(MISTAKES[item](given))
    return {name: wrong for name, wrong in found.items() if wrong is not None}


def _otherwise(given: Given, answer: Callable[[Given], Any]) -> Iterator[tuple[str, Any]]:
    """The answer in other geometries, where windows fit and see something else."""
    before, after = ends(given)
    fixed = given | {"ends": (before, after)}
    others = {
        "ignored the stride": fixed | {"stride": 1},
        "ignored the padding": fixed | {"ends": (0, 0)},
        "ignored the dilation": fixed | {"dilation": 1},
    }
    if given["causal"]:
        others["put the zeros at the right end"] = fixed | {"ends": (0, before)}
        others["put the zeros at both ends"] = fixed | {"ends": (before, before)}
    for name, other in others.items():
        if places(other) and places(other) != places(given):
            yield name, answer(other)


def _of_output_length(given: Given) -> Iterator[tuple[str, Any]]:
    right, (before, after) = output_length(given), ends(given)
    yield "forgot to add one", right - 1
    starts = len(range(0, len(given["x"]) + before + after, given["stride"]))
    reach = given["dilation"] * (len(given["k"]) - 1)
    beyond = len(range(0, len(given["x"]) + before + after + reach, given["stride"]))
    wrong = {
        "forgot that the whole window must fit": starts,
        "added the reach of the kernel instead of subtracting it": beyond,
        **dict(_otherwise(given, output_length)),
    }
    yield from ((name, size) for name, size in wrong.items() if size != right)


def _of_forward(given: Given) -> Iterator[tuple[str, Any]]:
    k = given["k"]
    if len(k) > 1:
        yield "flipped the kernel", forward(given | {"k": k[::-1]})
    yield from _otherwise(given, forward)
    added = [sum(k) + sum(window) for window in windows(given)]
    yield "added factors instead of multiplying them", added
    lost = [sum(map(sign_lost, k, window)) for window in windows(given)]
    yield "took minus times minus as minus", lost


def _of_kernel_jacobian(given: Given) -> Iterator[tuple[str, Any]]:
    J, k = windows(given), given["k"]
    if len(k) > 1:
        yield "flipped the kernel", [window[::-1] for window in J]
    if len(k) > 1 and len(J) > 1:
        yield "transposed the Jacobian", [list(column) for column in zip(*J, strict=True)]
    yield "put kernel entries in place of input entries", [list(k) for _ in J]
    yield "lost the minus signs", [list(map(abs, window)) for window in J]
    yield from _otherwise(given, kernel_jacobian)


def _of_kernel_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    columns = list(zip(*windows(given), strict=True))
    g = given["upstream"]
    if len(columns) > 1:
        yield "flipped the kernel", kernel_gradient(given)[::-1]
    yield "forgot the upstream gradient", [sum(column) for column in columns]
    yield "applied the upstream gradient to the output", sum(map(mul, g, forward(given)))
    lost = [sum(map(sign_lost, g, column)) for column in columns]
    yield "took minus times minus as minus", lost


def _of_input_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    k, seen, (before, after) = given["k"], places(given), ends(given)
    if len(k) > 1:
        yield "flipped the kernel", input_gradient(given | {"k": k[::-1]})
    ones = [1] * len(given["upstream"])
    yield "forgot the upstream gradient", input_gradient(given | {"upstream": ones})

    def gradient(there: Places, length: int | None = None) -> list[int]:
        return [sum(map(mul, k, met)) for met in _met(given, there, length)]

    def moved(stride: int, dilation: int, start: int) -> Places:
        return [[start + i * stride + u * dilation for u in range(len(k))] for i in range(len(g))]

    g, stride, dilation = given["upstream"], given["stride"], given["dilation"]
    others = {
        "ignored the stride": moved(1, dilation, -before),
        "ignored the dilation": moved(stride, 1, -before),
        "ignored the zeros at the left end": moved(stride, dilation, 0),
    }
    yield from ((name, gradient(there)) for name, there in others.items() if there != seen)
    if before + after:
        padded = len(given["x"]) + before + after
        yield "gave the padding a gradient as well", gradient(moved(stride, dilation, 0), padded)
    lost = [sum(map(sign_lost, k, met)) for met in _met(given, seen)]
    yield "took minus times minus as minus", lost


MISTAKES = {
    "output_length": _of_output_length,
    "forward": _of_forward,
    "kernel_jacobian": _of_kernel_jacobian,
    "kernel_gradient": _of_kernel_gradient,
    "input_gradient": _of_input_gradient,
}
OTHER_FORM = frozenset({"applied the upstream gradient to the output"})


# The effort by hand


def work(item: str, given: Given, kernel_jacobian: Rows | None = None) -> float:
    rows = windows(given) if kernel_jacobian is None else kernel_jacobian
    if item == "output_length":
        lengths = (1, len(given["x"])), (1, sum(ends(given)))
        reach = -given["dilation"], len(given["k"]) - 1
        return effort.of_sums([[*lengths, reach, (-1, 1)]])
    if item == "forward":
        return effort.of_sums([list(zip(given["k"], window, strict=True)) for window in rows])
    if item == "kernel_jacobian":
        return effort.of_copying([entry for window in rows for entry in window])
    if item == "kernel_gradient":
        columns = zip(*rows, strict=True)
        return effort.of_sums([list(zip(given["upstream"], c, strict=True)) for c in columns])
    met = _met(given, places(given))
    return effort.of_sums([list(zip(given["k"], entries, strict=True)) for entries in met])


# How the page shows it


def derived(given: Given) -> Given:
    return {
        "length": len(given["x"]),
        "kernel_length": len(given["k"]),
        "zeros": sum(ends(given)) if given["causal"] else 0,
    }


def steps(item: str, given: Given) -> Given:
    if item == "output_length":
        n, z, d, m = len(given["x"]), sum(ends(given)), given["dilation"], len(given["k"])
        return {"over": f"{n}+{z}-{d}·({m}-1)-1", "step": given["stride"]}
    if item == "kernel_jacobian":
        inside = range(len(given["x"]))
        named = [[f"x{j}" if j in inside else "0" for j in seen] for seen in places(given)]
        return {"symbols": named}
    if item == "kernel_gradient":
        return {"row": given["upstream"], "times": windows(given)}
    return {}


def totals(item: str, given: Given) -> list[int]:
    """What the sums that a solution works out come to."""
    sums: dict[str, Callable[[Given], list[int]]] = {
        "forward": forward,
        "kernel_gradient": kernel_gradient,
        "input_gradient": input_gradient,
    }
    return sums[item](given) if item in sums else []


def _zeros(glyphs: Glyphs) -> Any:
    """How many zeros; the word "no" stands for none."""
    return 0 if text(glyphs) == "no" else number(glyphs)


def _causal(glyphs: Glyphs) -> int:
    if text(glyphs) != "causal":
        raise UnreadableError(f"no kind of padding: {text(glyphs)!r}")
    return 1


PART_GIVENS: dict[str, Reader] = {
    "length": number,
    "kernel_length": number,
    "stride": number,
    "dilation": number,
    "padding": _zeros,
    "causal": _causal,
    "zeros": number,
    "x": row,
    "k": row,
}
UNPRINTED = {"padding": 0, "causal": 0, "zeros": 0}
"""A causal page says nothing of padding at either end, and every other nothing of causal zeros."""
ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "kernel_gradient": {"upstream": row},
    "input_gradient": {"upstream": row},
}
STEPS: dict[str, dict[str, Reader]] = {
    "output_length": {"over": text, "step": number},
    "kernel_jacobian": {"symbols": words},
    "kernel_gradient": {"row": row, "times": matrix},
}
ANSWERS: dict[str, dict[str, Reader]] = {
    "output_length": {"answer": number},
    "forward": {"answer": row},
    "kernel_jacobian": {"answer": matrix},
    "kernel_gradient": {"answer": row},
    "input_gradient": {"answer": row},
}


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    """The output is linear in the kernel, and in the input."""
    if item not in ("kernel_jacobian", "kernel_gradient", "input_gradient"):
        return None
    by = "x" if item == "input_gradient" else "k"

    def output(entries: Vector) -> Vector:
        return forward(given | {by: entries})

    def loss(entries: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], output(entries)))]

    gradient = item != "kernel_jacobian"
    return Derivative(loss if gradient else output, given[by], linear=True, gradient=gradient)


ADJOINTS = {"kernel_gradient": ("kernel_jacobian", "upstream")}
