"""Faults planted in the arithmetic and on the pages of every problem type are caught."""

from dataclasses import replace
from functools import cache, wraps
from typing import Any

import numpy as np
import pytest

from tests.verify.making import SEED
from worksheetgen.build.batch import Order, typeset
from worksheetgen.build.plan import sample, samplers_of
from worksheetgen.build.records import unfiled_record, variant_record
from worksheetgen.build.solving import solve
from worksheetgen.exam.loading import exam_of
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.variants.sheet import Item, Sheet
from worksheetgen.verify.prove import prove, prove_numbers
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms

ITEMS = [(kind, name) for kind in problem_types().values() for name in kind.items]
every_item = pytest.mark.parametrize(
    ("kind", "name"), ITEMS, ids=[f"{kind.name}-{name}" for kind, name in ITEMS]
)
every_type = pytest.mark.parametrize("kind", problem_types().values(), ids=problem_types())
Patch = pytest.MonkeyPatch


@cache
def drawn(problem: str) -> Any:
    spec = exam_of(problem).model_copy(update={"variants": 2})
    draws = sample(spec, SEED, samplers_of(spec))
    return spec, [next(draws), next(draws)]


def sheets(kind: type[Problem]) -> list[Sheet]:
    """Two variants with all items, drawn before any fault is planted."""
    spec, draws = drawn(kind.name)
    return solve(spec, 0, draws)


def failing(kind: type[Problem]) -> set[str]:
    """The places in which a sheet's numbers do not hold."""
    report = Report()
    for sheet in sheets(kind):
        prove_numbers(unfiled_record(sheet), report)
    return {f"{failure.check}: {failure.place.partition('. ')[2]}" for failure in report.failures}


def off(answer: Any) -> Any:
    """An answer with its last entry wrong."""
    changed = np.array(answer, order="C")
    if changed.ndim <= 1:
        return (changed + 1) % 4 if changed.max() < 4 and changed.min() >= 0 else changed + 1
    changed.reshape(len(changed), -1)[:, -1] += 1
    return changed


@every_type
def test_without_a_fault_all_numbers_hold(kind: type[Problem]) -> None:
    assert set() == failing(kind)


@every_item
def test_a_wrong_answer_is_caught(kind: type[Problem], name: str, monkeypatch: Patch) -> None:
    sheets(kind)
    item = kind.items[name]
    if name == "gradient_sign":
        monkeypatch.setattr(
            item,
            "_answer",
            lambda problem: -np.sign(problem.entry_gradient)[..., None] * np.array([1, -1]),
        )
    else:
        answer = item._answer
        monkeypatch.setattr(item, "_answer", wraps(answer)(lambda *a, **k: off(answer(*a, **k))))
    assert f"recompute: {name}" in failing(kind)


@every_item
def test_a_wrong_answer_of_a_mistake_is_caught(
    kind: type[Problem], name: str, monkeypatch: Patch
) -> None:
    item = kind.items[name]
    fault = np.negative if name == "gradient_sign" else off
    room = sheets(kind)[0].tasks[0].parts[0].answers.mistaken(name)
    for mistake in item.mistakes:
        method = item.mistakes[mistake].method

        def wrong(*arguments: Any, method: Any = method, **earlier: Any) -> Any:
            answer = method(*arguments, **earlier)
            return None if answer is None else fault(answer)

        with monkeypatch.context() as patch:
            patch.setitem(
                item.mistakes, mistake, replace(item.mistakes[mistake], method=wraps(method)(wrong))
            )
            found = failing(kind)
        if mistake in room and mistake != "took the loss as independent of the entry":
            assert f"recompute: {name}, key" in found, mistake


@every_item
def test_a_wrong_effort_is_caught(kind: type[Problem], name: str, monkeypatch: Patch) -> None:
    sheets(kind)
    item = kind.items[name]
    effort = item._effort
    monkeypatch.setattr(item, "_effort", wraps(effort)(lambda *a, **k: effort(*a, **k) + 1 / 8))
    assert f"recompute: {name}, effort" in failing(kind)


@every_type
def test_a_wrong_answer_on_a_page_is_caught(kind: type[Problem]) -> None:
    spec, _ = drawn(kind.name)
    right, _ = sheets(kind)
    (task,) = right.tasks
    (part,) = task.parts
    wrong = replace(part, items=tuple(map(misprinted, part.items)))
    printed = replace(right, tasks=(replace(task, parts=(wrong,)),))
    ((question, solution),) = typeset([printed], order(spec))
    record = variant_record(right, question, solution)
    report, _ = prove(record, question.content, solution.content, terms(spec))
    found = {failure.place for failure in report.failures if failure.check == "read back"}
    for item in part.items:
        place = f"001, task 1, (a), {item.label}. {item.method.name}"
        assert any(where.startswith(place) for where in found), item.method.name


@every_type
def test_the_question_of_another_variant_is_caught(kind: type[Problem]) -> None:
    spec, _ = drawn(kind.name)
    pairs = typeset(sheets(kind), order(spec))
    (question, _), (_, solution) = pairs
    record = variant_record(sheets(kind)[1], question, solution)
    report, _ = prove(record, question.content, solution.content, terms(spec))
    assert {"read back", "blind solve"} <= {failure.check for failure in report.failures}


def misprinted(item: Item) -> Item:
    answer = item.answer
    wrong = -answer if item.method.name == "gradient_sign" else off(np.asarray(answer)[None])[0]
    return replace(item, answer=wrong)


def order(spec: Any) -> Order:
    return Order(spec.model_dump_json(exclude_none=True), "embedded")


def terms(spec: Any) -> Terms:
    return Terms(spec.title, spec.language, SEED, marking_key=True, band={}, varying={}, apart={})
