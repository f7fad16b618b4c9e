"""Every type on paper: each item by itself, and settings drawn by chance."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from worksheetgen.build.batch import Order, typeset
from worksheetgen.build.records import variant_record
from worksheetgen.build.solving import solve
from worksheetgen.errors import SamplingError
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.verify.prove import prove
from worksheetgen.verify.terms import Terms

SETTINGS = 4
every_type = pytest.mark.parametrize("kind", problem_types().values(), ids=problem_types())


def exam(*parts: dict[str, Any]) -> ExamSpec:
    task = {"number": 1, "title": "Task", "part": parts}
    return ExamSpec.model_validate({"title": "Exam", "effort": {"spread": 10}, "task": [task]})


def failures(spec: ExamSpec, seed: int = 1) -> list[str]:
    sheets = solve(spec, 0, list(sample(spec, seed, samplers_of(spec))))
    pairs = typeset(sheets, Order(spec.model_dump_json(exclude_none=True), "embedded"))
    terms = Terms("Exam", "en", 987654321, marking_key=True, band={}, varying={}, apart={})
    found = []
    for sheet, (question, solution) in zip(sheets, pairs, strict=True):
        record = variant_record(sheet, question, solution)
        report, _ = prove(record, question.content, solution.content, terms)
        found += [str(failure) for failure in report.failures]
    return found


@every_type
def test_every_item_by_itself_is_proven(kind: type[Problem]) -> None:
    parts = [{"problem": kind.name, "items": [name]} for name in kind.items]
    assert [] == failures(exam(*parts))


@every_type
def test_settings_drawn_by_chance_are_proven(kind: type[Problem]) -> None:
    parts = list[dict[str, Any]]()
    for seed in range(SETTINGS):
        drawn = kind.vary(np.random.default_rng(1000 + seed)).model_dump(mode="json")
        part: dict[str, Any] = {"problem": kind.name, "items": list(kind.items), "sample": drawn}
        part["diagnosable"] = False
        try:
            failing = failures(exam(part), seed)
        except (SamplingError, ValidationError):  # what no page holds, or no draw fulfils
            continue
        parts.append(part)
        assert [] == failing, drawn
    assert len(parts) >= SETTINGS // 3


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a rate beyond all bounds": (
        {"problem": "convolution", "sample": {"learning_rates": ["1e400000000"]}},
        "no fraction such as",
    ),
    "a window with ties": (
        {"problem": "pooling", "given": {"X": [[1, 1], [1, 1]]}},
        "given.X must not break: Each window of X",
    ),
    "an output that a mirror does not change": (
        {"problem": "concepts", "items": ["shifted_input"], "given": {"H": [1, 2, 1]}},
        "given.H: the first 2 and the last 2 entries",
    ),
    "a stride of zero": (
        {
            "problem": "architecture",
            "sample": {"stack": ["conv"]},
            "given": {"table": [[8, 3, 0, 0, 1, 1]]},
        },
        "row 1: a conv layer needs a stride",
    ),
    "groups that do not divide": (
        {
            "problem": "architecture",
            "sample": {"stack": ["conv"]},
            "given": {"input": [3, 9, 8], "table": [[8, 3, 1, 0, 1, 2]]},
        },
        "The groups of a convolution divide",
    ),
    "dense behind nothing flat": (
        {"problem": "architecture", "sample": {"stack": ["conv", "dense"]}},
        "stand behind flatten",
    ),
    "too many weights": (
        {"problem": "dense", "given": {"W": [[1] * 7, [2] * 7]}},
        "given.W makes inputs 7: ",
    ),
    "channels of two sizes": (
        {"problem": "multichannel", "given": {"X": [[[1, 2], [3, 4]], [[1, 2, 3], [3, 4, 5]]]}},
        "the same rows and columns",
    ),
    "a filter of another shape": (
        {"problem": "multichannel", "given": {"K0": [[[1, 2]], [[3, 4]]]}},
        "given.K0 needs 2 matrices of 2 × 2",
    ),
    "padding that cuts all off": (
        {"problem": "transposed_convolution", "sample": {"padding": [2, 2]}},
        "lessen padding",
    ),
    "a window larger than the input": (
        {"problem": "pooling", "sample": {"window": [5, 5]}},
        "larger than the input",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_answer_is_refused(name: str) -> None:
    part, message = REFUSED[name]
    with pytest.raises(ValidationError) as refused:
        exam(part)
    assert message in str(refused.value)


def test_fixed_filters_stand_on_the_page() -> None:
    fixed = {
        "K0": [[[1, 2], [3, 4]], [[0, 1], [2, -1]]],
        "K1": [[[2, 0], [1, 1]], [[-1, 0], [0, 3]]],
    }
    spec = exam({"problem": "multichannel", "items": ["forward"], "given": fixed})
    assert [] == failures(spec)
    (draws,) = sample(spec, 1, samplers_of(spec))
    assert fixed == {name: draws.givens[0, 0].answers.problem.record()[name] for name in fixed}


def test_entries_of_two_digits_stand_in_line_with_negative_ones() -> None:
    X = [[17, 15, -3, 11], [0, 1, -7, 0], [4, -6, -5, 7], [-9, -1, -3, -4]]
    part = {"problem": "pooling", "items": ["max_forward"], "given": {"X": X}}
    assert [] == failures(exam(part))
