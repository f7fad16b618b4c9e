"""The items of ``dense`` by definition, one unit at a time."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import exp, log
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened, meant, said
from worksheetgen.verify.by_hand.slips import sign_lost
from worksheetgen.verify.pages.quantities import (
    Glyphs,
    Reader,
    UnreadableError,
    matrix,
    number,
    row,
    text,
)

Given = dict[str, Any]
Numbers = list[Any]


def forward(given: Given) -> list[int]:
    return _affine(given, given["W"], given["x"])


output = forward


def _affine(given: Given, W: list[Numbers], x: Numbers) -> Numbers:
    return [
        sum(w * v for w, v in zip(line, x, strict=True)) + bias
        for line, bias in zip(W, given["b"], strict=True)
    ]


def _difference(given: Given, forward: Any = None) -> list[int]:
    y = output(given) if forward is None else forward
    if len(y) != len(given["target"]):
        raise ValueError("an output per target")
    return [a - t for a, t in zip(y, given["target"], strict=True)]


def squared_error(given: Given, forward: Any = None) -> Any:
    return said(Fraction(sum(d * d for d in _difference(given, forward)), 2))


def weight_gradient(given: Given, forward: Any = None) -> Any:
    return _outer(_difference(given, forward), given["x"])


def bias_gradient(given: Given, forward: Any = None) -> list[int]:
    return _difference(given, forward)


def input_gradient(given: Given, forward: Any = None) -> Any:
    return _back(given["W"], _difference(given, forward))


def softmax(given: Given) -> Any:
    return said([Fraction(a, sum(given["odds"])) for a in given["odds"]])


probabilities = softmax


def logit_gradient(given: Given, softmax: Any = None) -> Any:
    p = meant(probabilities(given) if softmax is None else softmax)
    return said([share - e for share, e in zip(p, _one_hot(given), strict=True)])


by_logits = logit_gradient


def softmax_weight_gradient(given: Given, logit_gradient: Any = None) -> Any:
    return _outer(meant(by_logits(given) if logit_gradient is None else logit_gradient), given["x"])


def softmax_input_gradient(given: Given, logit_gradient: Any = None) -> Any:
    return _back(given["W"], meant(by_logits(given) if logit_gradient is None else logit_gradient))


def _one_hot(given: Given) -> list[int]:
    return [int(place == given["label"]) for place in range(len(given["odds"]))]


def _outer(gradient: Numbers, x: Numbers) -> Any:
    return said([[g * v for v in x] for g in gradient])


def _back(W: list[Numbers], gradient: Numbers) -> Any:
    columns = zip(*W, strict=True)
    return said([sum(w * g for w, g in zip(c, gradient, strict=True)) for c in columns])


def _negated(values: Any) -> Any:
    if isinstance(values, list):
        return [_negated(value) for value in values]
    return said(-meant(values))


def _turned(rows: list[Numbers]) -> list[Numbers]:
    return [list(column) for column in zip(*rows, strict=True)]


def _is_square(given: Given) -> bool:
    return len(given["W"]) == len(given["x"]) > 1


# What goes wrong

NO_LABEL = "forgot to subtract the label"
REVERSED = "reversed the sign of the difference"
NO_TARGET = "used the output in place of its difference from the target"


def mistakes(item: str, given: Given) -> dict[str, Any]:
    return dict(MISTAKES[item](given))


def _of_forward(given: Given) -> Iterator[tuple[str, Any]]:
    y, b = forward(given), given["b"]
    yield "forgot the bias", [a - c for a, c in zip(y, b, strict=True)]
    yield "subtracted the bias", [a - 2 * c for a, c in zip(y, b, strict=True)]
    if _is_square(given):
        turned = _affine(given, _turned(given["W"]), given["x"])
        yield "multiplied by the transposed matrix", turned
    lost = [
        sum(sign_lost(w, v) for w, v in zip(line, given["x"], strict=True)) + bias
        for line, bias in zip(given["W"], b, strict=True)
    ]
    yield "took minus times minus as minus", lost


def _of_squared_error(given: Given) -> Iterator[tuple[str, Any]]:
    d = _difference(given)
    yield "forgot the factor one half", sum(e * e for e in d)
    yield "added the differences without squaring them", said(Fraction(sum(d), 2))
    sums = [a + t for a, t in zip(forward(given), given["target"], strict=True)]
    yield "took the sum of output and target", said(Fraction(sum(e * e for e in sums), 2))


def _of_weight_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    right = weight_gradient(given)
    yield "transposed the gradient", _turned(right)
    yield NO_TARGET, _outer(forward(given), given["x"])
    yield REVERSED, _negated(right)
    yield "forgot the input", [[d] * len(given["x"]) for d in _difference(given)]


def _of_bias_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    right = bias_gradient(given)
    yield REVERSED, _negated(right)
    yield NO_TARGET, forward(given)
    yield "multiplied by the bias", [d * b for d, b in zip(right, given["b"], strict=True)]


def _of_input_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    W, d = given["W"], _difference(given)
    if _is_square(given):
        yield "did not transpose the matrix", _back(_turned(W), d)
    yield NO_TARGET, _back(W, forward(given))
    yield REVERSED, _negated(input_gradient(given))
    columns = zip(*W, strict=True)
    lost = [sum(map(sign_lost, column, d)) for column in columns]
    yield "took minus times minus as minus", lost


def _of_softmax(given: Given) -> Iterator[tuple[str, Any]]:
    odds = given["odds"]
    yield "forgot to divide by the sum", odds
    yield "divided by the number of classes", said([Fraction(a, len(odds)) for a in odds])
    yield "divided by the largest instead of the sum", said([Fraction(a, max(odds)) for a in odds])


def _of_logit_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    right = logit_gradient(given)
    yield NO_LABEL, softmax(given)
    yield REVERSED, _negated(right)
    alone = [g if e else 0 for g, e in zip(right, _one_hot(given), strict=True)]
    yield "took the gradient of the right class alone", alone


def _of_softmax_weight_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    right = softmax_weight_gradient(given)
    yield NO_LABEL, _outer(meant(softmax(given)), given["x"])
    yield "transposed the gradient", _turned(right)
    yield REVERSED, _negated(right)


def _of_softmax_input_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    yield NO_LABEL, _back(given["W"], meant(softmax(given)))
    if _is_square(given):
        turned = _back(_turned(given["W"]), meant(logit_gradient(given)))
        yield "did not transpose the matrix", turned
    yield REVERSED, _negated(softmax_input_gradient(given))


MISTAKES = {
    "forward": _of_forward,
    "squared_error": _of_squared_error,
    "weight_gradient": _of_weight_gradient,
    "bias_gradient": _of_bias_gradient,
    "input_gradient": _of_input_gradient,
    "softmax": _of_softmax,
    "logit_gradient": _of_logit_gradient,
    "softmax_weight_gradient": _of_softmax_weight_gradient,
    "softmax_input_gradient": _of_softmax_input_gradient,
}
BUILDS_ON = {
    "squared_error": ("forward",),
    "weight_gradient": ("forward",),
    "bias_gradient": ("forward",),
    "input_gradient": ("forward",),
    "logit_gradient": ("softmax",),
    "softmax_weight_gradient": ("logit_gradient",),
    "softmax_input_gradient": ("logit_gradient",),
}
REDRAWN = ("x", "W", "b", "target")


def work(item: str, given: Given, **earlier: Any) -> float:
    x, W = given["x"], given["W"]
    match item:
        case "forward":
            sums = [list(zip(line, x, strict=True)) for line in W]
            return effort.of_sums(sums) + effort.of_copying(given["b"])
        case "softmax":
            return effort.of_sums([[(a, 1) for a in given["odds"]]])
    by_class = "softmax" in item or item == "logit_gradient"
    d = _counts(given) if by_class else _difference(given, **earlier)
    match item:
        case "squared_error":
            return effort.of_sums([[(e, e) for e in d]])
        case "bias_gradient":
            y = earlier.get("forward") or forward(given)
            pairs = zip(y, given["target"], strict=True)
            return effort.of_copying([entry for pair in pairs for entry in pair])
        case "logit_gradient":
            return effort.of_copying(d)
        case "weight_gradient" | "softmax_weight_gradient":
            return effort.of_sums([[(g, v)] for g in d for v in x])
    columns = zip(*W, strict=True)
    return effort.of_sums([list(zip(column, d, strict=True)) for column in columns])


def _counts(given: Given) -> list[int]:
    """The numerators of p − e over the sum of the odds."""
    odds = given["odds"]
    return [a - sum(odds) * e for a, e in zip(odds, _one_hot(given), strict=True)]


# How the page shows it


def derived(given: Given) -> Given:
    return {"inputs": len(given["x"]), "outputs": len(given["b"])}


def steps(item: str, given: Given) -> Given:
    match item:
        case "squared_error" | "input_gradient":
            return {"difference": _difference(given)}
        case "weight_gradient":
            return {"difference": _difference(given), "input": given["x"]}
        case "logit_gradient":
            return {"probabilities": softmax(given), "one_hot": _one_hot(given)}
        case "softmax_weight_gradient":
            return {"logits": logit_gradient(given), "input": given["x"]}
        case "softmax_input_gradient":
            return {"transposed": _turned(given["W"]), "logits": logit_gradient(given)}
    return {}


def totals(item: str, given: Given) -> list[int]:
    match item:
        case "forward" | "input_gradient":
            return list(forward(given) if item == "forward" else input_gradient(given))
        case "squared_error":
            return [sum(d * d for d in _difference(given))]
        case "softmax":
            return [sum(given["odds"])]
    return []


def _odds(glyphs: Glyphs) -> list[int]:
    """What stands under the logarithms."""
    found = text(glyphs)
    if not re.fullmatch(r"(ln\d+)+", found):
        raise UnreadableError(f"no logarithms: {found!r}")
    return [int(odds) for odds in found.split("ln")[1:]]


PART_GIVENS: dict[str, Reader] = {
    "inputs": number,
    "outputs": number,
    "x": row,
    "W": matrix,
    "b": row,
}
ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "squared_error": {"target": row},
    "weight_gradient": {"target": row},
    "bias_gradient": {"target": row},
    "input_gradient": {"target": row},
    "softmax": {"odds": _odds},
    "logit_gradient": {"odds": _odds, "label": number},
    "softmax_weight_gradient": {"odds": _odds, "label": number},
    "softmax_input_gradient": {"odds": _odds, "label": number},
}
STEPS: dict[str, dict[str, Reader]] = {
    "squared_error": {"difference": row},
    "input_gradient": {"difference": row},
    "weight_gradient": {"difference": row, "input": row},
    "logit_gradient": {"probabilities": row, "one_hot": row},
    "softmax_weight_gradient": {"logits": row, "input": row},
    "softmax_input_gradient": {"transposed": matrix, "logits": row},
}
ANSWERS: dict[str, dict[str, Reader]] = {
    "forward": {"answer": row},
    "squared_error": {"answer": number},
    "weight_gradient": {"answer": matrix},
    "bias_gradient": {"answer": row},
    "input_gradient": {"answer": row},
    "softmax": {"answer": row},
    "logit_gradient": {"answer": row},
    "softmax_weight_gradient": {"answer": matrix},
    "softmax_input_gradient": {"answer": row},
}


# What the answers must fulfil

CLOSE = Fraction(1, 1000)
"""How far differences of a logarithm may be off, over steps of a millionth."""


def derivative(item: str, given: Given) -> Derivative | None:
    if item in ("weight_gradient", "bias_gradient", "input_gradient"):
        return _of_squares(item, given)
    if item not in ("logit_gradient", "softmax_weight_gradient", "softmax_input_gradient"):
        return None
    if item == "softmax_weight_gradient":
        here, moved = flattened(given["W"]), partial(_without_bias, x=given["x"])
    elif item == "softmax_input_gradient":
        here, moved = given["x"], partial(_without_bias, flattened(given["W"]))
    else:
        here, moved = [0] * len(given["odds"]), partial(list)
    base = moved(here)

    def loss(point: Vector) -> Any:
        shift = [float(a - b) for a, b in zip(moved(point), base, strict=True)]
        return [_cross_entropy(given, shift)]

    return Derivative(loss, here, gradient=True, step=Fraction(1, 10**6), bound=CLOSE)


def _without_bias(W: Numbers, x: Numbers) -> Numbers:
    rows = [W[start : start + len(x)] for start in range(0, len(W), len(x))]
    return [sum(w * v for w, v in zip(line, x, strict=True)) for line in rows]


def _cross_entropy(given: Given, shift: list[float]) -> float:
    """−ln p of the label, where the logits are shifted."""
    weights = [a * exp(s) for a, s in zip(given["odds"], shift, strict=True)]
    return log(sum(weights)) - log(weights[given["label"]])


def _of_squares(item: str, given: Given) -> Derivative:
    name = {"weight_gradient": "W", "bias_gradient": "b", "input_gradient": "x"}[item]
    columns = len(given["x"])

    def loss(point: Vector) -> Any:
        moved: Any = point
        if name == "W":
            moved = [point[start : start + columns] for start in range(0, len(point), columns)]
        return [Fraction(squared_error(given | {name: moved}))]

    return Derivative(loss, flattened(given[name]), gradient=True)


def losses(given: Given, item: str, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Probabilities add up to one; only raising the label's logit lowers the loss."""
    if item == "softmax":
        yield 1, said(sum(meant(answer), Fraction(0)))
    if item == "logit_gradient":
        yield 0, said(sum(meant(answer), Fraction(0)))
        yield _one_hot(given), [int(slope < 0) for slope in meant(answer)]
