"""Faults planted in what is asked with some settings alone are caught."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.verify.making import SEED, TERMS
from worksheetgen.build.batch import Order, typeset
from worksheetgen.build.records import variant_record
from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.variants.manifest import VariantRecord
from worksheetgen.variants.sheet import Sheet
from worksheetgen.verify.prove import prove, prove_numbers
from worksheetgen.verify.report import Report

ASKED: dict[str, dict[str, Any]] = {
    "leading errors": {
        "problem": "signs",
        "items": ["difference_check"],
        "difficulty": "hard",
    },
    "positive inputs": {
        "problem": "signs",
        "items": ["gradient_pattern"],
        "sample": {"form": "choice", "inputs": "positive"},
    },
    "one entry": {
        "problem": "convolution",
        "items": ["gradient_sign"],
        "sample": {"estimate": 1},
    },
    "two entries": {
        "problem": "convolution",
        "items": ["gradient_sign"],
        "sample": {"estimate": 2},
    },
    "an entry named again": {"problem": "signs", "items": ["combined_change"]},
}
OTHER = {
    "possible": "wrong",
    "wrong": "possible",
    "increases": "decreases",
    "decreases": "increases",
    **dict(zip("ABCD", "BCDA", strict=True)),
}
every_setting = pytest.mark.parametrize("asked", ASKED)


@cache
def exam(asked: str) -> tuple[ExamSpec, Sheet]:
    task = {"number": 1, "title": "Task", "part": [ASKED[asked]]}
    spec = ExamSpec.model_validate({"title": "Exam", "task": [task]})
    (sheet,) = solve(spec, 0, [next(sample(spec, SEED, samplers_of(spec)))])
    return spec, sheet


def printed(asked: str, sheet: Sheet) -> tuple[bytes, bytes, VariantRecord]:
    spec, right = exam(asked)
    order = Order(spec.model_dump_json(exclude_none=True), "embedded")
    ((question, solution),) = typeset([sheet], order)
    return question.content, solution.content, variant_record(right, question, solution)


def changed(value: Any) -> Iterator[Any]:
    """The same with one number or word another one, each in turn."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: other} for other in changed(inner))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in changed(inner))
    elif isinstance(value, int):
        yield value + 1
    else:
        yield OTHER.get(value, "1/7")


@every_setting
def test_without_a_fault_all_is_proven(asked: str) -> None:
    question, solution, record = printed(asked, exam(asked)[1])
    report, _ = prove(record, question, solution, TERMS)
    assert [] == report.failures


@every_setting
def test_each_part_of_an_answer_is_recomputed_and_moved(asked: str) -> None:
    task = exam(asked)[1].tasks[0].record()
    (part,) = task.parts
    (item,) = part.items
    for answer in changed(item.answer):
        wrong = replace(part, items=[replace(item, answer=answer)])
        report = Report()
        prove_numbers(
            VariantRecord(variant="001", tasks=[replace(task, parts=[wrong])], files={}), report
        )
        assert {"recompute", "concept"} <= {f.check for f in report.failures}, answer


@every_setting
def test_a_wrong_last_part_on_the_page_is_read(asked: str) -> None:
    _, sheet = exam(asked)
    (task,) = sheet.tasks
    (part,) = task.drawn
    (item,) = part.items
    answer = np.array(item.answer)
    letters = answer.ndim == 0
    answer[... if letters else -1] = (answer + 1) % 4 if letters else answer[-1] + 1
    wrong = replace(part, items=(replace(item, answer=answer),))
    printed_wrong = replace(sheet, tasks=(replace(task, parts=(wrong,)),))
    question, solution, record = printed(asked, printed_wrong)
    report, _ = prove(record, question, solution, TERMS)
    assert "read back" in {failure.check for failure in report.failures}


@pytest.mark.parametrize("name", ["again", "instead"])
def test_an_entry_named_again_is_the_one_named_before(name: str) -> None:
    task = exam("an entry named again")[1].tasks[0].record()
    (part,) = task.parts
    u, v = np.array(part.given[f"combined_{name}"]).tolist()
    given: dict[str, Any] = {**part.given, f"combined_{name}": [1 - u, v]}
    report = Report()
    wrong = replace(task, parts=[replace(part, given=given)])
    prove_numbers(VariantRecord(variant="001", tasks=[wrong], files={}), report)
    assert "premise" in {failure.check for failure in report.failures}
