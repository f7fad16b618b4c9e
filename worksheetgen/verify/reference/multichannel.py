"""The items of ``multichannel`` by definition, one output entry at a time."""

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
    matrices,
    matrix,
    number,
    pair,
    row,
    shape,
    text,
)
from worksheetgen.verify.references import NOTHING

Given = dict[str, Any]
Stack = list[Matrix]
MOST_FILTERS = 3


def _filters(given: Given) -> list[Stack]:
    named = (given.get(f"K{o}", NOTHING) for o in range(MOST_FILTERS))
    return [kernels for kernels in named if kernels != NOTHING]


def _windows(given: Given) -> list[list[list[int]]]:
    """What a filter meets at each output place, channel by channel, in rows and columns."""
    per_channel = [
        windows(given | {"X": channel, "K": _filters(given)[0][0]}) for channel in given["X"]
    ]
    return [
        [flattened(list(taps)) for taps in zip(*lines, strict=True)]
        for lines in zip(*per_channel, strict=True)
    ]


def output_shape(given: Given) -> list[int]:
    seen = _windows(given)
    return [len(_filters(given)), len(seen), len(seen[0])]


def _weights(given: Given) -> int:
    return len(flattened(_filters(given)[0]))


def parameters(given: Given) -> int:
    return len(flattened(_filters(given))) + len(given["bias"])


def forward(given: Given) -> Stack:
    return _output(given, _filters(given))


def _output(given: Given, filters: list[Stack]) -> Stack:
    return [
        [[sum(map(mul, flattened(kernels), taps)) + b for taps in line] for line in _windows(given)]
        for kernels, b in zip(filters, given["bias"], strict=True)
    ]


def _upstream(given: Given) -> list[list[int]]:
    """The upstream gradient of each output channel, flat."""
    size = len(given["upstream"]) // len(given["bias"])
    return [
        given["upstream"][start : start + size]
        for start in range(0, size * len(given["bias"]), size)
    ]


def bias_gradient(given: Given) -> list[int]:
    return [sum(channel) for channel in _upstream(given)]


def filter_gradient(given: Given) -> Stack:
    return _gradient(given, _upstream(given)[0])


def _gradient(given: Given, upstream: list[int]) -> Stack:
    seen = [taps for line in _windows(given) for taps in line]
    entries = [sum(map(mul, upstream, column)) for column in zip(*seen, strict=True)]
    return _as_filter(given, entries)


def _as_filter(given: Given, entries: list[int]) -> Stack:
    left = iter(entries)
    return [[[next(left) for _ in line] for line in kernel] for kernel in _filters(given)[0]]


def mistakes(item: str, given: Given) -> dict[str, Any]:
    return dict(MISTAKES[item](given))


def _of_output_shape(given: Given) -> Iterator[tuple[str, Any]]:
    channels, (filters, *size) = len(given["X"]), output_shape(given)
    if channels != filters:
        yield "gave the channels of the input", [channels, *size]
    if channels > 1:
        yield "multiplied the channels", [channels * filters, *size]
    yield "forgot to add one", [filters, *(n - 1 for n in size)]


def _of_parameters(given: Given) -> Iterator[tuple[str, Any]]:
    channels, filters = len(given["X"]), len(_filters(given))
    weights = _weights(given)
    yield "forgot the biases", filters * weights
    if channels > 1:
        yield "forgot the input channels", filters * (weights // channels + 1)
        yield "counted a bias for each kernel", filters * (weights + channels)


def _of_forward(given: Given) -> Iterator[tuple[str, Any]]:
    filters, b = _filters(given), given["bias"]
    bare = [
        [[entry - bias for entry in line] for line in channel]
        for channel, bias in zip(forward(given), b, strict=True)
    ]
    yield "forgot the bias", bare
    if len(given["X"]) > 1:
        first = [
            [kernels[0], *([[0] * len(line) for line in k] for k in kernels[1:])]
            for kernels in filters
        ]
        yield "used the first input channel alone", _output(given, first)
        swapped = [kernels[::-1] for kernels in filters]
        yield "gave the channels the kernels in reverse order", _output(given, swapped)
    flipped = [[[line[::-1] for line in k[::-1]] for k in kernels] for kernels in filters]
    yield "flipped the kernels", _output(given, flipped)
    lost = [
        [
            [sum(map(sign_lost, flattened(kernels), taps)) + bias for taps in line]
            for line in _windows(given)
        ]
        for kernels, bias in zip(filters, b, strict=True)
    ]
    yield "took minus times minus as minus", lost


def _of_bias_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    channels = _upstream(given)
    if len(channels) > 1:
        yield "added up all output channels", [sum(given["upstream"])] * len(channels)
    yield "lost the minus signs", [sum(map(abs, channel)) for channel in channels]
    counted = [len(channel) for channel in channels]
    yield "counted the outputs instead of adding their gradients", counted


def _of_filter_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    channels = _upstream(given)
    yield "forgot the upstream gradient", _gradient(given, [1] * len(channels[0]))
    if len(channels) > 1:
        last = _gradient(given, channels[-1])
        yield "took the upstream gradient of the last output channel", last
        added = [sum(entries) for entries in zip(*channels, strict=True)]
        yield "added the upstream gradients of all output channels", _gradient(given, added)
    if len(given["X"]) > 1:
        right = filter_gradient(given)
        summed = [
            [sum(cells) for cells in zip(*lines, strict=True)] for lines in zip(*right, strict=True)
        ]
        yield "added the input channels", summed


MISTAKES = {
    "output_shape": _of_output_shape,
    "parameters": _of_parameters,
    "forward": _of_forward,
    "bias_gradient": _of_bias_gradient,
    "filter_gradient": _of_filter_gradient,
}
REDRAWN = ("X", "K0", "K1", "K2", "bias", "upstream")


def work(item: str, given: Given) -> float:
    seen = [taps for line in _windows(given) for taps in line]
    match item:
        case "output_shape":
            sizes = output_shape(given)[1:]
            return effort.of_sums([list(zip(sizes, given["stride"], strict=True))])
        case "parameters":
            return effort.of_copying([parameters(given)])
        case "forward":
            sums = [
                list(zip(flattened(kernels), taps, strict=True))
                for kernels in _filters(given)
                for taps in seen
            ]
            return effort.of_sums(sums) + effort.of_copying(given["bias"])
        case "bias_gradient":
            return effort.of_sums([[(g, 1) for g in channel] for channel in _upstream(given)])
    upstream = _upstream(given)[0]
    columns = zip(*seen, strict=True)
    return effort.of_sums([list(zip(upstream, column, strict=True)) for column in columns])


# How the page shows it


def derived(given: Given) -> Given:
    filters = len(_filters(given))
    return {
        "channels": len(given["X"]),
        "filters": filters,
        **{f"number{o}": o for o in range(filters)},
        "input_shape": [len(given["X"][0]), len(given["X"][0][0])],
    }


def steps(item: str, given: Given) -> Given:
    if item == "parameters":
        return {"worked": f"{len(_filters(given))}·({_weights(given)}+1)"}
    if item != "output_shape":
        return {}
    lines = ""
    kernel, X = _filters(given)[0][0], given["X"][0]
    for axis, (n, k) in enumerate(((len(X), len(kernel)), (len(X[0]), len(kernel[0])))):
        p, d, s = (given[key][axis] for key in ("padding", "dilation", "stride"))
        lines += f"⌊({n}+2·{p}-{d}·({k}-1)-1)/{s}⌋+1={output_shape(given)[1 + axis]}"
    return {"sizes": lines}


def totals(item: str, given: Given) -> list[int]:
    worked = {
        "forward": forward,
        "bias_gradient": bias_gradient,
        "filter_gradient": filter_gradient,
    }
    return flattened(worked[item](given)) if item in worked else []


PART_GIVENS: dict[str, Reader] = {
    "channels": number,
    "filters": number,
    "number0": number,
    "number1": number,
    "number2": number,
    "input_shape": shape,
    "stride": pair,
    "padding": pair,
    "dilation": pair,
    "X": matrices,
    "bias": row,
    "K0": matrices,
    "K1": matrices,
    "K2": matrices,
}
UNPRINTED = {
    "dilation": [1, 1],
    **dict.fromkeys(("K1", "K2", "number1", "number2"), NOTHING),
}
ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "bias_gradient": {"upstream": row},
    "filter_gradient": {"upstream": row},
}
STEPS: dict[str, dict[str, Reader]] = {
    "output_shape": {"sizes": text},
    "parameters": {"worked": text},
}
ANSWERS: dict[str, dict[str, Reader]] = {
    "output_shape": {"answer": shape},
    "parameters": {"answer": number},
    "forward": {"answer": matrix},
    "bias_gradient": {"answer": row},
    "filter_gradient": {"answer": matrix},
}


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    if item == "bias_gradient":

        def by_bias(bias: Vector) -> Vector:
            return [sum(map(mul, given["upstream"], flattened(forward(given | {"bias": bias}))))]

        return Derivative(by_bias, [0] * len(given["bias"]), linear=True, gradient=True)
    if item == "filter_gradient":

        def by_filter(entries: Vector) -> Vector:
            moved = given | {"K0": _as_filter(given, entries)}
            moved["bias"] = [0] * len(given["bias"])
            return [sum(map(mul, given["upstream"], flattened(forward(moved))))]

        return Derivative(by_filter, flattened(given["K0"]), linear=True, gradient=True)
    return None
