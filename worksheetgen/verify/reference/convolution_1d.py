"""The items of ``convolution_1d`` by definition, one window at a time."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.work import Entries, Figure, Given, Sums, formula, sums

Rows = list[list[int]]


def reach(given: Given) -> int:
    """From the first entry that a window sees to its last."""
    return int(given["dilation"]) * (len(given["k"]) - 1)


def ends(given: Given) -> tuple[int, int]:
    """The zeros before x, and behind it; mistakes put causal zeros elsewhere."""
    padding, zeros = given["padding"], reach(given)
    places = (padding, padding), (zeros, 0), (0, zeros), (zeros, zeros)
    return places[given["causal"]]


def places(given: Given) -> Rows:
    """For each window the indices in x of its entries, from its first one on."""
    before, after = ends(given)
    taps = [u * given["dilation"] for u in range(len(given["k"]))]
    last = len(given["x"]) + after - 1
    starts = range(-before, last - taps[-1] + 1, given["stride"])
    return [[start + tap for tap in taps] for start in starts]


def fits(given: Given) -> bool:
    return bool(places(given))


def windows(given: Given) -> Rows:
    """What each window holds; what x does not have is zero."""
    x = given["x"]
    return [[x[j] if 0 <= j < len(x) else 0 for j in seen] for seen in places(given)]


def printed(given: Given, asked: Sequence[str]) -> Given:
    before, after = ends(given)
    own = {name: given[name] for name in ("k", "stride", "dilation")}
    own |= {"x": given["x"]} if any(item != "input_gradient" for item in asked) else {}
    own |= {"length": len(given["x"]), "kernel_length": len(given["k"])}
    if not before:
        return own | {"ends": "no"}
    return own | {"zeros": before, "ends": EACH if before == after else LEFT}


EACH, LEFT = "ateachend", "ontheleftonly"
"""Where the zeros are, in words without spaces."""


def as_given(printed: Given) -> Given:
    """Padding as it is set, from the zeros and where they are."""
    causal = printed["ends"] == LEFT
    zeros = 0 if printed["ends"] == "no" else printed["zeros"]
    if causal and zeros != printed["dilation"] * (printed["kernel_length"] - 1):
        raise ValueError(f"{zeros} zeros do not make a convolution causal")
    empty = {"x": [0] * printed["length"]}
    return empty | printed | {"causal": int(causal), "padding": 0 if causal else zeros}


def output_length(given: Given) -> Figure:
    n, m, z, d = len(given["x"]), len(given["k"]), sum(ends(given)), given["dilation"]
    shows = {"over": f"{n}+{z}-{d}·({m}-1)-1", "step": given["stride"]}
    last = formula((1, n), (1, z), (-d, m - 1), (-1, 1))
    return Figure(len(places(given)), [last], shows=shows)


def forward(given: Given) -> Sums:
    seen = windows(given)
    return sums([given["k"]] * len(seen), seen)


def kernel_jacobian(given: Given) -> Entries:
    inside = range(len(given["x"]))
    named = [[f"x{j}" if j in inside else "0" for j in seen] for seen in places(given)]
    return Entries(windows(given), shows={"symbols": named})


def kernel_gradient(given: Given, kernel_jacobian: Any = None) -> Sums:
    """Upstream times Jacobian, or what follows from a Jacobian of somebody else's."""
    rows, g = kernel_jacobian or windows(given), given["upstream"]
    if len(rows) != len(g):
        raise ValueError("an upstream entry per row of the Jacobian")
    columns = list(zip(*rows, strict=True))
    return sums([g] * len(columns), columns, shows={"row": g, "times": rows})


def input_gradient(given: Given) -> Sums:
    return _gradient(given, ends(given)[0], len(given["x"]))


def _gradient(given: Given, before: int, length: int) -> Sums:
    """For each input and kernel entry the upstream entry of the window that joins the two."""
    taps = range(len(given["k"]))
    starts = [i * given["stride"] - before for i in range(len(given["upstream"]))]
    met = [
        [
            sum(
                g
                for g, start in zip(given["upstream"], starts, strict=True)
                if start + u * given["dilation"] == j
            )
            for u in taps
        ]
        for j in range(length)
    ]
    return sums([given["k"]] * length, met)


# Mistakes


def to_the_right(given: Given) -> int | None:
    return 2 if given["causal"] else None


def to_both_ends(given: Given) -> int | None:
    return 3 if given["causal"] else None


def length_of_longer_reach(given: Given) -> int | None:
    rest = len(given["x"]) + sum(ends(given)) - given["dilation"] * len(given["k"])
    return floor(Fraction(rest, given["stride"])) + 1 if given["dilation"] > 1 else None


def length_rounded_up(given: Given) -> int | None:
    rest = len(given["x"]) + sum(ends(given)) - reach(given) - 1
    return ceil(Fraction(rest, given["stride"])) + 1 if given["stride"] > 1 else None


def weighted_jacobian(given: Given) -> Rows:
    pairs = zip(given["upstream"], windows(given), strict=True)
    return [[g * entry for entry in seen] for g, seen in pairs]


def kernel_in_every_row(given: Given) -> Rows:
    return [given["k"] for _ in places(given)]


def upstream_on_output(given: Given) -> int:
    return sum(map(mul, given["upstream"], forward(given).answer))


def gradient_without_zeros(given: Given) -> Any:
    return _gradient(given, 0, len(given["x"])).answer if ends(given)[0] else None


def gradient_of_padding_too(given: Given) -> Any:
    padding = sum(ends(given))
    return _gradient(given, 0, len(given["x"]) + padding).answer if padding else None


# What the questions take for granted


def _one_per_output(given: Given) -> bool:
    return len(given["upstream"]) == len(places(given))


UPSTREAM = {"the upstream gradient has an entry per output": _one_per_output}
PREMISES: Mapping[str, Mapping[str, Callable[[Given], bool]]] = {
    "": {"a whole window fits": fits},
    "kernel_gradient": UPSTREAM,
    "input_gradient": UPSTREAM,
}


# What the answers must fulfil

ADJOINTS = {"kernel_gradient": ("kernel_jacobian", "upstream")}


def derivative(item: str, given: Given) -> Derivative | None:
    """The output is linear in the kernel, and in the input."""
    if item not in ("kernel_jacobian", "kernel_gradient", "input_gradient"):
        return None
    by = "x" if item == "input_gradient" else "k"

    def output(entries: Vector) -> Vector:
        moved: Vector = forward(given | {by: entries}).answer
        return moved

    def loss(entries: Vector) -> Vector:
        return [sum(map(mul, given["upstream"], output(entries)))]

    gradient = item != "kernel_jacobian"
    return Derivative(loss if gradient else output, given[by], linear=True, gradient=gradient)
