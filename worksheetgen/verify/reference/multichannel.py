"""The items of ``multichannel`` by definition, one output entry at a time."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.by_hand.windows import (
    Matrix,
    one_less,
    padding_once,
    positions,
    settings_meant,
    settings_said,
    shape_of,
    side_of,
    windows,
)
from worksheetgen.verify.by_hand.work import (
    Figure,
    Given,
    Sums,
    along,
    formula,
    sums,
)

Stack = list[Matrix]
FILTERS = ("K0", "K1", "K2")


def filters(given: Given) -> list[Stack]:
    return [given[name] for name in FILTERS if name in given]


def seen(given: Given) -> list[list[int]]:
    """What a filter meets at each output place, channel by channel."""
    kernel = filters(given)[0][0]
    per_channel = [
        [taps for line in windows(given | {"X": channel, "K": kernel}) for taps in line]
        for channel in given["X"]
    ]
    return [flattened(list(taps)) for taps in zip(*per_channel, strict=True)]


def size(given: Given) -> list[int]:
    found = windows(given | {"X": given["X"][0], "K": filters(given)[0][0]})
    return [len(found), len(found[0])]


def upstream_rows(given: Given) -> list[list[int]]:
    """The upstream gradient of each output channel, flat."""
    flat = flattened(given["upstream"])
    channels = len(flat) // len(seen(given)) if "X" in given else len(given["upstream"])
    rows: list[list[int]] = along([channels, len(flat) // channels])(flat)
    return rows


SIZES = ("before", "after", "kernel", "height", "width", "layer_stride", "layer_padding")
OF_LAYER = ("output_shape", "parameters")
IN_PARTS = frozenset(("layer",))
"""Givens whose numbers stand in a sentence, one by one."""


def printed(given: Given, asked: Sequence[str]) -> Given:
    own: Given = {}
    if any(item in OF_LAYER for item in asked):
        own = dict(zip(SIZES, given["layer"], strict=True))
        own["kernel"] = [own["kernel"]] * 2
        if "output_shape" not in asked:
            own = {name: own[name] for name in SIZES[:3]}
    if all(item in OF_LAYER for item in asked):
        return own
    there = [name for name in FILTERS if name in given]
    channels, count = len(given["X"]), len(there)
    own |= {"channels": channels, "filters": count}
    own |= {"input_shape": shape_of(given["X"][0]), "kernel_shape": shape_of(given["K0"][0])}
    own |= settings_said(given)
    if "forward" in asked:
        own |= {name: given[name] for name in ("X", "bias", *there)}
        own |= {f"number{number}": number for number in range(count)}
    if "filter_gradient" in asked:
        own["X"] = given["X"]
    if "filter_gradient" in asked or "bias_gradient" in asked:
        own["upstream"] = along([count, *size(given)])(flattened(given["upstream"]))
    return own


def as_given(printed: Given) -> Given:
    """The numbers of the first layer together, and the settings of the second."""
    p: Given = printed
    if "before" in p:
        before, after, kernel, *more = (p.get(name, 1) for name in SIZES)
        p = p | {"layer": [before, after, side_of(kernel), *more]}
    if "channels" in p:
        empty: Given = {"X": _empty(p["channels"], p["input_shape"])}
        for name in FILTERS[: p["filters"]]:
            empty[name] = _empty(p["channels"], p["kernel_shape"])
        p = empty | p
    return settings_meant(p)


def _empty(channels: int, shape: list[int]) -> Stack:
    """Matrices of which nothing but their shape is printed."""
    return [[[0] * shape[1]] * shape[0]] * channels


def _shaped(given: Given, count: Callable[[int, int, int, int], int]) -> list[int]:
    _, after, k, *sizes, s, p = given["layer"]
    return [after, *(count(n, p, k, s) for n in sizes)]


def output_shape(given: Given) -> Figure:
    _, _, k, *sizes, s, p = given["layer"]
    shape = _shaped(given, lambda n, p, k, s: len(positions(n, k, s, p, 1)))
    last = [formula((1, n), (2, p), (-1, k)) for n in sizes]
    pairs = zip(sizes, shape[1:], strict=True)
    lines = [f"⌊({n}+2·{p}-{k})/{s}⌋+1={total}" for n, total in pairs]
    return Figure(shape, last, shows={"sizes": "".join(lines)})


def parameters(given: Given) -> Figure:
    before, after, k, *_ = given["layer"]
    n = len([1 for _ in range(before) for _ in range(k) for _ in range(k)])
    worked = f"{after}·({before}·{k}·{k}+1)"
    return Figure(after * (n + 1), [formula((after, n + 1))], shows={"worked": worked})


def forward(given: Given) -> Sums:
    return _output(given, filters(given))


def _output(given: Given, kernels: list[Stack]) -> Sums:
    there = seen(given)
    rows = [flattened(kernel) for kernel in kernels for _ in there]
    plus = [bias for bias in given["bias"] for _ in there]
    arranged = along([len(kernels), *size(given)])
    return sums(rows, there * len(kernels), plus=plus, arranged=arranged)


def bias_gradient(given: Given) -> Sums:
    return Sums([[(g,) for g in channel] for channel in upstream_rows(given)])


def filter_gradient(given: Given) -> Sums:
    return _gradient(given, upstream_rows(given)[given["filter"]])


def _gradient(given: Given, upstream: list[int]) -> Sums:
    columns = list(zip(*seen(given), strict=True))
    kernel = filters(given)[0]
    arranged = along([len(kernel), *shape_of(kernel[0])])
    return sums([upstream] * len(columns), columns, arranged=arranged)


# Mistakes


def channels_of_input(given: Given) -> list[int]:
    return [given["layer"][0], *output_shape(given).answer[1:]]


def channels_multiplied(given: Given) -> list[int]:
    before, after, *_ = given["layer"]
    return [before * after, *output_shape(given).answer[1:]]


def shape_one_less(given: Given) -> list[int]:
    return _shaped(given, one_less)


def shape_of_single_steps(given: Given) -> list[int]:
    return _shaped(given, lambda n, p, k, _: n + 2 * p - k + 1)


def shape_of_padding_once(given: Given) -> list[int]:
    return _shaped(given, padding_once)


def height_and_width_swapped(given: Given) -> list[int]:
    channels, height, width = output_shape(given).answer
    return [channels, width, height]


def weights_alone(given: Given) -> int:
    before, after, k, *_ = given["layer"]
    return int(after * before * k * k)


def weights_of_one_channel(given: Given) -> int:
    _, after, k, *_ = given["layer"]
    return int(after * (k * k + 1))


def bias_for_each_kernel(given: Given) -> int:
    before, after, k, *_ = given["layer"]
    return int(after * before * (k * k + 1))


def parameters_of_one_filter(given: Given) -> int:
    before, _, k, *_ = given["layer"]
    return int(before * k * k + 1)


def output_of_first_channel(given: Given) -> Any:
    first = [
        [kernels[0], *([[0] * len(line) for line in k] for k in kernels[1:])]
        for kernels in filters(given)
    ]
    return _output(given, first).answer if len(given["X"]) > 1 else None


def output_of_reversed_kernels(given: Given) -> Any:
    swapped = [kernels[::-1] for kernels in filters(given)]
    return _output(given, swapped).answer if len(given["X"]) > 1 else None


def output_of_flipped_kernels(given: Given) -> Any:
    turned = [[[line[::-1] for line in k[::-1]] for k in kernels] for kernels in filters(given)]
    return _output(given, turned).answer


def gradient_of_all_channels(given: Given) -> int | None:
    return sum(flattened(given["upstream"])) if len(upstream_rows(given)) > 1 else None


def mean_gradient(given: Given) -> list[Fraction] | None:
    rows = upstream_rows(given)
    return [Fraction(sum(row), len(row)) for row in rows] if len(rows[0]) > 1 else None


def output_of_several_biases(given: Given) -> Any:
    several = [bias * len(given["X"]) for bias in given["bias"]]
    return forward(given | {"bias": several}).answer if len(given["X"]) > 1 else None


def output_of_other_filters(given: Given) -> Any:
    own = filters(given)
    return _output(given, own[::-1]).answer if len(own) > 1 else None


def gradient_flipped(given: Given) -> Any:
    return [[line[::-1] for line in k[::-1]] for k in filter_gradient(given).answer]


def gradient_of_wrong_channel(given: Given) -> Any:
    channels = upstream_rows(given)
    wrong = channels[(given["filter"] + 1) % len(channels)]
    return _gradient(given, wrong).answer if len(channels) > 1 else None


def gradient_of_added_channels(given: Given) -> Any:
    channels = upstream_rows(given)
    added = [sum(entries) for entries in zip(*channels, strict=True)]
    return _gradient(given, added).answer if len(channels) > 1 else None


def input_channels_added(given: Given) -> Any:
    if len(given["X"]) == 1:
        return None
    right = filter_gradient(given).answer
    return [
        [sum(cells) for cells in zip(*lines, strict=True)] for lines in zip(*right, strict=True)
    ]


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    """The loss is linear in the biases, and in the first filter."""
    if item not in ("bias_gradient", "filter_gradient"):
        return None
    by, shape = "bias", [len(given["bias"])]
    if item == "filter_gradient":
        by, shape = FILTERS[given["filter"]], [len(given["X"]), *shape_of(given["K0"][0])]

    def loss(entries: Vector) -> Vector:
        moved = given | {by: along(shape)(entries)}
        return [sum(map(mul, flattened(given["upstream"]), flattened(forward(moved).answer)))]

    return Derivative(loss, flattened(given[by]), linear=True, gradient=True)


# What the questions take for granted


def _window_fits(given: Given) -> bool:
    _, _, k, *sizes, s, p = given["layer"]
    return bool(s > 0 <= p) and all(n + 2 * p >= k > 0 for n in sizes)


def _there_is_such_a_filter(given: Given) -> bool:
    return bool(0 <= given["filter"] < len(upstream_rows(given)))


PREMISES: Mapping[str, Mapping[str, Callable[[Given], bool]]] = {
    "output_shape": {"the kernel fits the padded input": _window_fits},
    "filter_gradient": {"the filter asked about is one of the layer's": _there_is_such_a_filter},
}
