"""The items of ``dense`` by definition, one unit at a time."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import exp, log
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.mistakes import turned
from worksheetgen.verify.by_hand.rationals import flattened, meant, said
from worksheetgen.verify.by_hand.work import (
    Entries,
    Figure,
    Given,
    Sums,
    in_rows,
    one,
    sums,
)

Numbers = list[Any]


REGRESSION = ("forward", "squared_error", "weight_gradient", "bias_gradient", "input_gradient")
BY_W, BY_X = "softmax_weight_gradient", "softmax_input_gradient"


def printed(given: Given, asked: Sequence[str]) -> Given:
    own: Given = {}
    if any(item in REGRESSION for item in asked):
        own |= {name: given[name] for name in ("x", "W", "b")}
        own |= {"inputs": len(given["x"]), "outputs": len(given["b"])}
    elif BY_W in asked and BY_X not in asked:
        own["shape"] = [len(given["W"]), len(given["W"][0])]
    if any(item in REGRESSION[1:] for item in asked):
        own["target"] = given["target"]
    if any(item not in REGRESSION for item in asked):
        own |= {"odds": given["odds"], "classes": len(given["odds"])}
    if any(item not in (*REGRESSION, "softmax") for item in asked):
        own["label"] = given["label"]
    own |= {"x": given["x"]} if BY_W in asked else {}
    return own | ({"W": given["W"]} if BY_X in asked else {})


def as_given(printed: Given) -> Given:
    """A matrix of which nothing but its shape is printed is as good as any."""
    if "shape" in printed:
        rows, columns = printed["shape"]
        return {"W": [[0] * columns] * rows} | printed
    return printed


# Squared error


def forward(given: Given) -> Sums:
    rows = [given["x"]] * len(given["W"])
    return sums(given["W"], rows, plus=given["b"])


output_of = forward


def difference(given: Given, forward: Any = None) -> list[int]:
    y = output_of(given).answer if forward is None else forward
    if len(y) != len(given["target"]):
        raise ValueError("an output per target")
    return [a - t for a, t in zip(y, given["target"], strict=True)]


def _shown(given: Given, d: list[int], forward: Any) -> Given:
    return {"output": forward or output_of(given).answer, "difference": d}


def squared_error(given: Given, forward: Any = None) -> Sums:
    d = difference(given, forward)
    return sums([d], [d], over=2, arranged=one, shows=_shown(given, d, forward))


def weight_gradient(given: Given, forward: Any = None) -> Sums:
    d = difference(given, forward)
    return _outer(given, d, _shown(given, d, forward) | {"input": given["x"]})


def bias_gradient(given: Given, forward: Any = None) -> Entries:
    y = output_of(given).answer if forward is None else forward
    return Entries(difference(given, forward), read=[*y, *given["target"]], shows={"output": y})


def input_gradient(given: Given, forward: Any = None) -> Sums:
    d = difference(given, forward)
    columns = turned(given["W"])
    return sums(columns, [d] * len(columns), shows=_shown(given, d, forward))


def _outer(given: Given, gradient: list[int], shows: Given) -> Sums:
    """A product for each weight."""
    terms = [[(g, v)] for g in gradient for v in given["x"]]
    return Sums(terms, arranged=in_rows(len(given["x"])), shows=shows, told=False)


# Softmax and cross-entropy


def softmax(given: Given) -> Figure:
    odds = given["odds"]
    answer = said([Fraction(a, sum(odds)) for a in odds])
    return Figure(answer, [Sums([[(a,) for a in odds]])])


softmax_of = softmax


def one_hot(given: Given) -> list[int]:
    return [int(place == given["label"]) for place in range(len(given["odds"]))]


def counts(given: Given) -> list[int]:
    """The numerators of p − e over the sum of the odds."""
    odds = given["odds"]
    return [a - sum(odds) * e for a, e in zip(odds, one_hot(given), strict=True)]


def logit_gradient(given: Given, softmax: Any = None) -> Entries:
    p = softmax_of(given).answer if softmax is None else softmax
    e = one_hot(given)
    answer = said([share - at for share, at in zip(meant(p), e, strict=True)])
    return Entries(answer, read=counts(given), shows={"probabilities": p, "one_hot": e})


logit_gradient_of = logit_gradient


def softmax_weight_gradient(given: Given, logit_gradient: Any = None) -> Figure:
    g = logit_gradient_of(given).answer if logit_gradient is None else logit_gradient
    shows = {"probabilities": probabilities(given), "logits": g, "input": given["x"]}
    return Figure(outer(g, given["x"]), [_outer(given, counts(given), {})], shows=shows)


def softmax_input_gradient(given: Given, logit_gradient: Any = None) -> Figure:
    g = logit_gradient_of(given).answer if logit_gradient is None else logit_gradient
    columns = turned(given["W"])
    worked = Sums([list(zip(column, counts(given), strict=True)) for column in columns], told=False)
    shows = {"probabilities": probabilities(given), "transposed": columns, "logits": g}
    return Figure(back(given["W"], g), [worked], shows=shows)


def outer(gradient: Numbers, x: Numbers) -> Any:
    return said([[g * v for v in x] for g in meant(gradient)])


def back(W: list[Numbers], gradient: Numbers) -> Any:
    g = meant(gradient)
    return said([sum(w * v for w, v in zip(c, g, strict=True)) for c in turned(W)])


# Mistakes


def transposed_if_square(given: Given) -> Any:
    return turned(given["W"]) if len(given["W"]) == len(given["W"][0]) > 1 else None


def output(given: Given) -> Any:
    return forward(given).answer


def half_sum_of_differences(given: Given) -> Fraction:
    return Fraction(sum(difference(given)), 2)


def output_times_input(given: Given) -> Any:
    return outer(output(given), given["x"])


def difference_in_each_column(given: Given) -> Any:
    return [[d] * len(given["x"]) for d in difference(given)]


def half_square_of_sum(given: Given) -> Fraction:
    return Fraction(sum(difference(given)) ** 2, 2)


def error_by_outputs(given: Given) -> Fraction:
    return Fraction(sum(d * d for d in difference(given)), 2 * len(given["b"]))


def sum_of_differences(given: Given) -> int:
    return sum(difference(given))


def difference_times_input(given: Given) -> Any:
    return outer(difference(given), given["x"])


def column_sums(given: Given) -> list[int]:
    return [sum(column) for column in turned(given["W"])]


def difference_not_transposed(given: Given) -> Any:
    W = transposed_if_square(given)
    return back(W, difference(given)) if W else None


def output_back(given: Given) -> Any:
    return back(given["W"], output(given))


def odds_themselves(given: Given) -> Any:
    return given["odds"]


def probabilities(given: Given) -> Any:
    return softmax(given).answer


def gradient_of_class_before(given: Given) -> Any:
    right = given["label"]
    return logit_gradient(given | {"label": right - 1}).answer if right > 0 else None


def gradient_by_probabilities(given: Given) -> Numbers:
    odds, label = given["odds"], given["label"]
    return [-Fraction(sum(odds), a) if n == label else 0 for n, a in enumerate(odds)]


def logits_in_each_column(given: Given) -> Any:
    return [[g] * len(given["x"]) for g in logit_gradient(given).answer]


def gradient_of_label(given: Given) -> Any:
    right = logit_gradient(given).answer
    return [g if e else 0 for g, e in zip(right, one_hot(given), strict=True)]


def probabilities_times_input(given: Given) -> Any:
    return outer(probabilities(given), given["x"])


def probabilities_back(given: Given) -> Any:
    return back(given["W"], probabilities(given))


# What the questions take for granted


def _logits_are_logarithms(given: Given) -> bool:
    return bool(min(given["odds"]) > 0)


def _label_is_a_class(given: Given) -> bool:
    return _logits_are_logarithms(given) and 0 <= given["label"] < len(given["odds"])


def _fits(given: Given) -> bool:
    widths = {len(line) for line in given["W"]}
    return widths == {len(given["x"])} and len(given["W"]) == len(given["b"])


def _targets_fit(given: Given) -> bool:
    return len(given["target"]) == len(given["b"])


def _a_bias_makes_the_logits(given: Given) -> bool:
    """Since b = z − Wx has an entry for each class, whatever z is."""
    return len(given["W"]) == len(given["odds"])


LAYER_FITS = {"W has a row per output and a column per input": _fits}
TARGETS = {"each output has a target": _targets_fit}
LOGITS = {"some bias makes the logits": _a_bias_makes_the_logits}
TRUE_CLASS = {"the true class is one of the classes": _label_is_a_class}
PREMISES = {
    "forward": LAYER_FITS,
    **dict.fromkeys(REGRESSION[1:], LAYER_FITS | TARGETS),
    "softmax": {"each logit is a logarithm": _logits_are_logarithms},
    "logit_gradient": TRUE_CLASS,
    BY_W: TRUE_CLASS | LOGITS,
    BY_X: TRUE_CLASS | LOGITS,
}


# What the answers must fulfil

CLOSE = Fraction(1, 1000)
"""How far differences of a logarithm may be off, over steps of a millionth."""
BY = {"weight_gradient": "W", "bias_gradient": "b", "input_gradient": "x"}


def derivative(item: str, given: Given) -> Derivative | None:
    if item in BY:
        return _of_squares(BY[item], given)
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
        """−ln p of the label, where the logits are shifted."""
        shift = [float(a - b) for a, b in zip(moved(point), base, strict=True)]
        weights = [a * exp(s) for a, s in zip(given["odds"], shift, strict=True)]
        return [log(sum(weights)) - log(weights[given["label"]])]

    return Derivative(loss, here, gradient=True, step=Fraction(1, 10**6), bound=CLOSE)


def _without_bias(W: Numbers, x: Numbers) -> Numbers:
    rows = in_rows(len(x))(W)
    return [sum(w * v for w, v in zip(line, x, strict=True)) for line in rows]


def _of_squares(name: str, given: Given) -> Derivative:
    def loss(point: Vector) -> Any:
        moved: Any = in_rows(len(given["x"]))(point) if name == "W" else point
        return [Fraction(squared_error(given | {name: moved}).answer)]

    return Derivative(loss, flattened(given[name]), gradient=True)


def losses(item: str, given: Given, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Probabilities add up to one; only raising the label's logit lowers the loss."""
    if item == "softmax":
        yield 1, said(sum(meant(answer), Fraction(0)))
    if item == "logit_gradient":
        yield 0, said(sum(meant(answer), Fraction(0)))
        yield one_hot(given), [int(slope < 0) for slope in meant(answer)]
