"""Faults planted in the arithmetic and on the pages of every problem type are caught."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.verify.making import SEED, answering, unsolved
from worksheetgen.build.batch import Order, typeset
from worksheetgen.build.records import variant_record
from worksheetgen.build.solving import solve
from worksheetgen.engine.exact import exact
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import exam_of
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.problems.items import Answers
from worksheetgen.problems.mistakes import Mistake
from worksheetgen.problems.work import is_absent
from worksheetgen.variants.manifest import TaskRecord, VariantRecord
from worksheetgen.variants.marking import credit_of
from worksheetgen.variants.sheet import Item, Sheet
from worksheetgen.variants.solving import solve_parts
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
    """Two variants with all items, drawn before any fault is planted and solved after it."""
    spec, draws = drawn(kind.name)
    return solve(spec, 0, [unsolved(each) for each in draws])


def answers(kind: type[Problem]) -> Answers:
    """Those of the first variant."""
    return sheets(kind)[0].tasks[0].drawn[0].answers


def failing(kind: type[Problem], name: str) -> set[str]:
    """The places in which an item's numbers do not hold, asked behind what it builds on."""
    worth = dict.fromkeys([*kind.items[name].builds_on, name], 1)
    _, draws = drawn(kind.name)
    own = [unsolved(each).givens[0, 0] for each in draws]
    report = Report()
    for part in solve_parts(worth, credit_of(kind, worth), 0, own):
        task = TaskRecord(1, "Task", exact(part.points), [part.record()])
        prove_numbers(VariantRecord(variant="001", tasks=[task], files={}), report)
    return {f"{failure.check}: {failure.place.partition('. ')[2]}" for failure in report.failures}


def spread(flags: Any, answer: Any) -> Any:
    """A flag of each candidate, for each entry of its answer."""
    return np.reshape(flags, np.shape(flags) + (1,) * (np.ndim(answer) - np.ndim(flags)))


def off(answer: Any) -> Any:
    """An answer with its last entry wrong."""
    changed = np.array(answer, order="C")
    if changed.ndim <= 1:
        return (changed + 1) % 4 if changed.max() < 4 and changed.min() >= 0 else changed + 1
    changed.reshape(len(changed), -1)[:, -1] += 1
    return changed


@every_item
def test_without_a_fault_all_numbers_hold(kind: type[Problem], name: str) -> None:
    assert set() == failing(kind, name)


@every_item
def test_a_wrong_answer_is_caught(kind: type[Problem], name: str, monkeypatch: Patch) -> None:
    drawn(kind.name)
    item, fault = kind.items[name], np.negative if name == "gradient_sign" else off
    monkeypatch.setattr(item, "work", answering(item.work, fault))
    assert f"recompute: {name}" in failing(kind, name)


@every_item
def test_a_wrong_answer_of_a_mistake_is_caught(
    kind: type[Problem], name: str, monkeypatch: Patch
) -> None:
    fault = np.negative if name == "gradient_sign" else off
    sound = Answers._wrong
    drawn(kind.name)
    for mistake in kind.items[name].mistakes:
        touched = list[bool]()

        def wrong(
            known: Answers, item: str, made: Mistake, at: str = mistake, seen: list[bool] = touched
        ) -> Any:
            answer = sound(known, item, made)
            if answer is None or (item, made.name) != (name, at):
                return answer
            absent = is_absent(answer, len(known.problem.batch))
            seen.append(not absent.all())
            faulty = fault(np.where(spread(absent, answer), 0, answer))
            return np.where(spread(absent, answer), answer, faulty)

        with monkeypatch.context() as patch:
            patch.setattr(Answers, "_wrong", wrong)
            found = failing(kind, name)
        if any(touched) and mistake != "took the loss as independent of the entry":
            assert f"recompute: {name}, key" in found, mistake


@every_item
def test_a_wrong_effort_is_caught(kind: type[Problem], name: str, monkeypatch: Patch) -> None:
    drawn(kind.name)
    item = kind.items[name]
    effort = item.effort_of
    monkeypatch.setattr(item, "effort_of", lambda answers: effort(answers) + 1 / 8)
    assert f"recompute: {name}, effort" in failing(kind, name)


@every_type
def test_a_wrong_answer_on_a_page_is_caught(kind: type[Problem]) -> None:
    spec, _ = drawn(kind.name)
    right, _ = sheets(kind)
    (task,) = right.tasks
    (part,) = task.drawn
    wrong = replace(part, items=tuple(map(misprinted, part.items)))
    printed = replace(right, tasks=(replace(task, parts=(wrong,)),))
    ((question, solution),) = typeset([printed], order(spec))
    record = variant_record(right, question, solution)
    report, _ = prove(record, question.content, solution.content, terms(spec))
    found = {failure.place for failure in report.failures if failure.check == "read back"}
    for item in part.items:
        place = f"001, task 1, (a), {item.label}. {item.kind.name}"
        assert any(where.startswith(place) for where in found), item.kind.name


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
    wrong = -answer if item.kind.name == "gradient_sign" else off(np.asarray(answer)[None])[0]
    return replace(item, answer=wrong)


def order(spec: Any) -> Order:
    return Order(spec.model_dump_json(exclude_none=True), "embedded")


def terms(spec: Any) -> Terms:
    return Terms(spec.title, spec.language, SEED, marking_key=True, band={}, varying={}, apart={})
