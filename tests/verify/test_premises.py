"""The check premise: what questions take for granted, true of what is drawn, and planted false."""

from functools import cache
from typing import Any

import pytest

from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.variants.manifest import Given, ItemRecord, PartRecord, TaskRecord, VariantRecord
from worksheetgen.variants.sampling import Place, Sampler
from worksheetgen.verify.checks.premise import premise
from worksheetgen.verify.references import reference_of
from worksheetgen.verify.report import Report

VARIANTS = 20
EVERY = [
    (problem, item, sentence)
    for problem, kind in problem_types().items()
    for item in ("", *kind.items)
    for sentence in reference_of(problem).premises(item)
]
FALSE: dict[tuple[str, str], dict[str, Any]] = {
    ("architecture", "every layer fits its input"): {"input": [4, 1, 1]},
    ("architecture", "there is a convolution or a pooling layer"): {"layers": [], "table": []},
    ("architecture", "some padding keeps height and width"): {"same": [4, 1]},
    ("architecture", "patches of equal size cover the image"): {"patches": [50, 6, 3]},
    ("concepts", "the four slopes differ and none is zero"): {
        name: [[1, -1], [2, 3]] for name in ("gradient", "slopes", "moves")
    },
    ("concepts", "the rates are positive and differ, and the step was none of zero"): {
        "rates": [100, 100, 50]
    },
    ("concepts", "an input has this output, and the new one when shifted"): {
        "H": [0, -9, -2, 4, 0, 0, 0]
    },
    ("concepts", "the kernel fits into the input"): {"shared": [8, 9]},
    ("concepts", "the padding is at most half of the kernel"): {"strided": [18, 3, 2, 5]},
    ("concepts", "the padding grows, and is smaller than the kernel"): {"padded": [3, 1, 5]},
    ("concepts", "the dilation grows"): {"dilated": [3, 1]},
    ("concepts", "one entry has the wanted effect most"): {"moves": [[5, 5], [-5, -5]]},
    ("concepts", "one entry meets nothing but zeros"): {"X": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]},
    ("convolution", "the window fits the padded input"): {"X": [[1]], "padding": [0, 0]},
    ("convolution", "the upstream gradient has an entry per output"): {"upstream": [1]},
    ("convolution", "the gradient has an entry per output"): {"relu_upstream": [1]},
    ("convolution", "the derivative at an entry of K is large"): {"entry_gradient": 1},
    ("convolution_1d", "a whole window fits"): {"x": [1], "padding": 0, "causal": 0},
    ("convolution_1d", "the upstream gradient has an entry per output"): {"upstream": [1]},
    ("dense", "W has a row per output and a column per input"): {"b": [1]},
    ("dense", "each output has a target"): {"target": [1]},
    ("dense", "each logit is a logarithm"): {"odds": [0, 1]},
    ("dense", "the true class is one of the classes"): {"label": 2},
    ("dense", "some bias makes the logits"): {"odds": [1, 2, 3]},
    ("multichannel", "the kernel fits the padded input"): {"layer": [3, 8, 9, 4, 4, 1, 1]},
    ("multichannel", "the filter asked about is one of the layer's"): {"filter": 2},
    ("pooling", "each window has one largest entry"): {"X": [[1] * 4] * 4},
    ("pooling", "the entry lies in a window and is the largest of none"): {"X": [[0] * 4] * 4},
    ("signs", "inputs and upstream gradient are given by their signs"): {
        "pattern_X": [["x"] * 3] * 2
    },
    ("signs", "different entries change, and each has a slope"): {
        "combined_gradient": [[0, 0]] * 2
    },
    ("signs", "the loss has a slope there, and the learning rate is positive"): {"large_rate": -1},
    ("signs", "the step is positive, and the loss is not constant"): {"flat_step": -1},
    ("signs", "every output is negative before ReLU, and one of them comes first"): {
        "dead_bias": 99
    },
    ("signs", "no output is zero before ReLU, and the target is missed"): {"chain_K": [[0, 0]] * 2},
    ("signs", "pixels lie between 0 and 1, and the change is positive"): {"pixels_by": -1},
    ("signs", "no entry of the kernel is zero, and the decay is positive"): {"shrinking_decay": -1},
    ("signs", "no two entries have effects of the same magnitude"): {"relative_G": [[1, 1]] * 2}
    | {"relative_K": [[1, 1]] * 2},
    ("signs", "some of the values are possible, and of choices one"): {"difference_third": -1},
    ("signs", "the printed gradient is the kernel's, and is not zero"): {"scaled_G": [[0, 0]] * 2},
    ("signs", "no step is zero, and rate and momentum factor are positive"): {"momentum_decay": 2},
    ("signs", "the curve does not turn between knots, and its points lie inside"): {
        "curve_path": [[1, 2, 3], [1, 9, 1], [1, 1, 1, 1]]
    },
    ("transposed_convolution", "something of the output is left"): {"padding": [9, 9]},
    ("transposed_convolution", "the entry is one of X"): {"entry": [2, 0]},
    ("transposed_convolution", "the upstream gradient has an entry per output"): {"upstream": [1]},
}
"""Givens of which a premise is false, by problem type and sentence."""
ALWAYS = "the ordinary convolution leads back to the shape of X"
"""True of every stride, padding and dilation: no givens are known of which it is false."""


@cache
def drawn(problem: str) -> list[Given]:
    kind: type[Problem] = problem_types()[problem]
    sampler = Sampler(kind, kind.Sample(), kind.Given(), tuple(kind.items))
    places = [Place(5, variant, task=0, part=0) for variant in range(VARIANTS)]
    return [sampled(draw.answers.problem) for draw in sampler.draw(places)]


def sampled(problem: Problem) -> Given:
    """The givens, and what questions show beside them."""
    choices = getattr(problem, "choices", {}) if problem.name == "concepts" else {}
    letters = {
        f"{item}_{letter}": value if not isinstance(value, tuple) else list(value)
        for item, offered in choices.items()
        for letter, value in zip("ABCD", offered, strict=True)
    }
    return {**problem.record(), **{name: as_said(value) for name, value in letters.items()}}


def as_said(value: Any) -> Any:
    return value if isinstance(value, list | int) else str(value)


def failed(problem: str, item: str, given: Given) -> list[str]:
    """The places at which the check fails for a part with one item."""
    record = ItemRecord("i", item, 1, answer=0, effort=1.0, key=[], alike=[])
    part = PartRecord("a", problem, given, [record], candidates=1, rejected={})
    report = Report()
    tasks = [TaskRecord(1, "Task", 1, [part])]
    premise(VariantRecord(variant="001", tasks=tasks, files={}), report)
    return [failure.place for failure in report.failures]


@pytest.mark.parametrize(("problem", "item", "sentence"), EVERY)
def test_a_premise_holds_of_what_is_drawn(problem: str, item: str, sentence: str) -> None:
    asked = item or next(iter(problem_types()[problem].items))
    for given in drawn(problem):
        assert [] == [place for place in failed(problem, asked, given) if sentence in place]


@pytest.mark.parametrize(
    ("problem", "item", "sentence"), [each for each in EVERY if each[2] != ALWAYS]
)
def test_a_false_premise_is_caught(problem: str, item: str, sentence: str) -> None:
    asked = item or next(iter(problem_types()[problem].items))
    known = {(problem, sentence): {}, **FALSE}[problem, sentence]
    if sentence == "the four choices differ":
        known = {f"{asked}_B": drawn(problem)[0][f"{asked}_A"]}
    found = failed(problem, asked, drawn(problem)[0] | known)
    assert [] != [place for place in found if sentence in place]
