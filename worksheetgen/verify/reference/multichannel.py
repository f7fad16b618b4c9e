"""The items of ``multichannel`` by definition, one output entry at a time."""

from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.by_hand.windows import Matrix, shape_of, size_formula, windows
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


def weights(given: Given) -> int:
    """Of a filter."""
    return len(flattened(filters(given)[0]))


def upstream_rows(given: Given) -> list[list[int]]:
    """The upstream gradient of each output channel, flat."""
    rows: list[list[int]] = along([len(given["bias"]), len(seen(given))])(given["upstream"])
    return rows


def printed(given: Given) -> Given:
    there = [name for name in FILTERS if name in given]
    return {
        "channels": len(given["X"]),
        "filters": len(there),
        **{f"number{number}": number for number in range(len(there))},
        "input_shape": shape_of(given["X"][0]),
        **{name: given[name] for name in ("stride", "padding", "dilation", "X", "bias", *there)},
    }


def output_shape(given: Given) -> Figure:
    kernel, X = filters(given)[0][0], given["X"][0]
    last, lines = size_formula(given | {"X": X, "K": kernel})
    return Figure([len(filters(given)), *size(given)], last, shows={"sizes": "".join(lines)})


def parameters(given: Given) -> Figure:
    count, n = len(filters(given)), weights(given)
    total = len(flattened(filters(given))) + len(given["bias"])
    return Figure(total, [formula((count, n + 1))], shows={"worked": f"{count}·({n}+1)"})


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
    return _gradient(given, upstream_rows(given)[0])


def _gradient(given: Given, upstream: list[int]) -> Sums:
    columns = list(zip(*seen(given), strict=True))
    kernel = filters(given)[0]
    arranged = along([len(kernel), *shape_of(kernel[0])])
    return sums([upstream] * len(columns), columns, arranged=arranged)


# Mistakes


def channels_of_input(given: Given) -> list[int] | None:
    channels = len(given["X"])
    return [channels, *size(given)] if channels != len(filters(given)) else None


def channels_multiplied(given: Given) -> list[int] | None:
    channels = len(given["X"])
    return [channels * len(filters(given)), *size(given)] if channels > 1 else None


def size_one_less(given: Given) -> list[int]:
    return [len(filters(given)), *(n - 1 for n in size(given))]


def weights_alone(given: Given) -> int:
    return len(flattened(filters(given)))


def weights_of_one_channel(given: Given) -> int | None:
    channels, count = len(given["X"]), len(filters(given))
    return count * (weights(given) // channels + 1) if channels > 1 else None


def bias_for_each_kernel(given: Given) -> int | None:
    channels, count = len(given["X"]), len(filters(given))
    return count * (weights(given) + channels) if channels > 1 else None


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


def gradient_of_all_channels(given: Given) -> list[int] | None:
    count = len(given["bias"])
    return [sum(given["upstream"])] * count if count > 1 else None


def gradient_of_last_channel(given: Given) -> Any:
    channels = upstream_rows(given)
    return _gradient(given, channels[-1]).answer if len(channels) > 1 else None


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
        by, shape = "K0", [len(given["X"]), *shape_of(given["K0"][0])]

    def loss(entries: Vector) -> Vector:
        moved = given | {by: along(shape)(entries)}
        return [sum(map(mul, given["upstream"], flattened(forward(moved).answer)))]

    return Derivative(loss, flattened(given[by]), linear=True, gradient=True)
