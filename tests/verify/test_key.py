"""Planted faults in the marking key and in fairness: each is caught, by the check named."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.verify.making import TERMS, Made, altered, failing, make, spec
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems import changes
from worksheetgen.typeset import writing
from worksheetgen.variants.manifest import HeaderRecord, ItemRecord, TexRecord, VariantRecord
from worksheetgen.variants.marking import Writing
from worksheetgen.variants.sheet import Item
from worksheetgen.verify.checks.diagnosable import diagnosable, to_be_told_apart
from worksheetgen.verify.checks.distinct import Exam
from worksheetgen.verify.checks.specified import specified
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.prove import prove, prove_pair
from worksheetgen.verify.report import Report

Patch = pytest.MonkeyPatch
Change = Callable[[dict[str, Any]], None]


def items(record: VariantRecord) -> list[ItemRecord]:
    return record.tasks[0].parts[0].items


def changed(made: Made, change: Callable[[Any], object]) -> Made:
    record = altered(made[0], lambda tree: change(tree["tasks"][0]["parts"][0]["items"]))
    return record, made[1], made[2]


RECORDED: dict[str, Callable[[Any], object]] = {
    "a wrong entry": lambda parts: parts[0]["key"][0]["written"][0].__setitem__(0, 77),
    "another error's name": lambda parts: parts[0]["key"][0].update(happened="lost a sign"),
    "a row left out": lambda parts: parts[1]["key"].pop(),
    "rows exchanged": lambda parts: parts[1]["key"].reverse(),
    "a follow-through that earns less": lambda parts: parts[2]["key"][-1].update(points=1),
    "another effort": lambda parts: parts[0].update(effort=1.0),
    "a pair that is not alike": lambda parts: parts[3].update(alike=[["a", "b"]]),
}


@pytest.mark.parametrize("fault", RECORDED)
def test_a_wrong_key_in_the_manifest_is_caught(fault: str, sound: list[Made]) -> None:
    assert "recompute" in failing(changed(sound[0], RECORDED[fault]))


def row(item: Item, number: int, **changes: Any) -> Item:
    key = list(item.key)
    key[number] = replace(key[number], **changes)
    return replace(item, key=tuple(key))


PRINTED: dict[str, tuple[Callable[[Item], Item], set[str]]] = {
    "an entry": (
        lambda item: row(item, 0, written=item.key[0].written + 1),
        {"read back", "blind solve"},
    ),
    "points": (lambda item: row(item, 0, points=None), {"read back"}),
    "words": (lambda item: row(item, 0, happened=item.key[1].happened), {"read back"}),
    "a row": (lambda item: replace(item, key=item.key[1:]), {"read back", "blind solve"}),
}


@pytest.mark.parametrize("fault", PRINTED)
def test_a_key_printed_otherwise_than_recorded_is_caught(fault: str, monkeypatch: Patch) -> None:
    spoil, checks = PRINTED[fault]
    sound = writing._write_item

    def spoilt(item: Item, *others: Any) -> Any:
        return sound(spoil(item) if item.label == "ii" else item, *others)

    monkeypatch.setattr(writing, "_write_item", spoilt)
    assert checks <= failing(make()[0])


def test_a_mistake_computed_wrongly_is_caught(monkeypatch: Patch) -> None:
    half = {**changes.CHANGES, "flipped": lambda matrix: matrix[..., ::-1]}
    monkeypatch.setattr(changes, "CHANGES", half)
    assert {"recompute", "blind solve"} <= failing(make(values=[-9, 9])[0])


def test_a_key_where_none_was_asked_for_is_caught(sound: list[Made]) -> None:
    report, _ = prove(*sound[0], replace(TERMS, marking_key=False))
    assert {"read back"} == {failure.check for failure in report.failures}


@pytest.mark.parametrize(
    "change",
    [
        lambda item: row(item, 0, happened=item.key[1].happened),
        lambda item: row(item, -1, points=Fraction(1)),
    ],
    ids=["another mistake's words", "points of a row by rule"],
)
def test_a_pair_by_itself_shows_a_wrong_row(
    change: Callable[[Item], Item], monkeypatch: Patch
) -> None:
    sound = writing._write_item
    monkeypatch.setattr(
        writing,
        "_write_item",
        lambda item, *others: sound(change(item) if item.label == "iii" else item, *others),
    )
    papers = [Paper(f"{number}.pdf", pdf) for number, pdf in enumerate(make()[0][1:])]
    assert {"blind solve"} == {failure.check for failure in prove_pair(papers).failures}


def test_a_row_of_the_key_in_a_question_is_a_leak(monkeypatch: Patch) -> None:
    sound = writing._write_item

    def telling(item: Item, *others: Any) -> Any:
        written = sound(item, *others)
        key = f"{written.question} $\\marked{{row0}}{{7}}$"
        return replace(written, question=key) if item.label == "i" else written

    monkeypatch.setattr(writing, "_write_item", telling)
    assert "no leak" in failing(make()[0])


@pytest.mark.parametrize(
    ("fault", "points"), [("too much", 2), ("a half less", "1/2"), ("none", None)]
)
def test_a_mistake_that_earns_other_points_than_the_spec_says_is_caught(
    fault: str, points: object, sound: list[Made]
) -> None:
    record, _, _ = changed(sound[0], lambda parts: parts[0]["key"][0].update(points=points))
    report = Report()
    assert not specified(spec(), HEADER, 0, record, report), fault
    assert {"001, task 3, (a), i. forward, key's points"} == {f.place for f in report.failures}


HEADER = HeaderRecord(
    format=1,
    worksheetgen="",
    seed=1,
    spec={},
    tex=TexRecord(embedded=True, version=""),
    inputs={},
    marking_key=True,
    expected=[],
)


def flat_upstream(record: Any) -> None:
    given = record["tasks"][0]["parts"][0]["given"]
    given["upstream"] = [1] * len(given["upstream"])


def test_givens_that_hide_a_mistake_are_caught(sound: list[Made]) -> None:
    apart = to_be_told_apart(spec(), sound[0][0])
    report, hiding = Report(), altered(sound[0][0], flat_upstream)
    for record in (sound[0][0], hiding):
        diagnosable(record, apart, report)
    found = [(failure.check, failure.place, failure.found) for failure in report.failures]
    weights = [
        "the right answer = upstream gradient not used",
        "the right answer = minus times minus taken as minus",
    ]
    assert ("diagnosable", "001, task 3, (a), iii. kernel_gradient") in [f[:2] for f in found]
    assert set(weights) <= {pair for _, _, pairs in found for pair in pairs}


def test_where_all_is_fixed_nothing_must_show(sound: list[Made]) -> None:
    known = sound[0][0].tasks[0].parts[0].given
    fixed = spec().model_dump(mode="json", exclude_none=True)
    given = {name: known[name] for name in ("X", "K", "upstream")}
    fixed["task"][0]["part"][0]["given"] = given
    apart = to_be_told_apart(ExamSpec.model_validate(fixed), sound[0][0])
    assert {frozenset()} == set(apart.values())


def exam_of(*records: Any, **terms: Any) -> list[tuple[str, str]]:
    report, exam = Report(), Exam(replace(TERMS, **terms))
    for number, record in enumerate(records, start=1):
        exam.compare(replace(record, variant=f"00{number}"), None, report)
    return [(failure.check, failure.place) for failure in report.failures]


def test_an_effort_out_of_the_band_is_caught(sound: list[Made]) -> None:
    effort = sum(item.effort for item in items(sound[0][0]))
    for band, failures in (((effort, 0), 0), ((effort + 1, 0.5), 1), ((effort - 1, 0.5), 1)):
        found = exam_of(sound[0][0], band={"task 3, (a)": band})
        assert [("specified", "001, task 3, (a), effort")] * failures == found


TWINS: dict[str, Change] = {
    "negated": lambda given: given.update(K=[[-k for k in row] for row in given["K"]]),
    "mirrored": lambda given: given.update(X=given["X"][::-1]),
    "turned": lambda given: given.update(K=[row[::-1] for row in given["K"][::-1]]),
    "transposed": lambda given: given.update(K=[list(c) for c in zip(*given["K"], strict=True)]),
    "reversed": lambda given: given.update(upstream=given["upstream"][::-1]),
}


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_of_an_earlier_variant_is_caught(twin: str, sound: list[Made]) -> None:
    turn = TWINS[twin]
    other = altered(sound[0][0], lambda tree: turn(tree["tasks"][0]["parts"][0]["given"]))
    assert [("distinct", "002, task 3, (a)")] == exam_of(sound[0][0], other)


def test_a_neighbour_with_the_same_answer_is_caught(sound: list[Made]) -> None:
    answer = items(sound[0][0])[0].answer
    other, _, _ = changed(sound[1], lambda asked: asked[0].update(answer=answer))
    varying = {"task 3, (a)": ["forward", "kernel_jacobian"]}
    expected = [("distinct", "002, task 3, (a), i. forward")]
    assert expected == exam_of(sound[0][0], other, varying=varying)
    assert [] == exam_of(sound[0][0], sound[1][0], varying=varying)


def test_writings_are_the_same_whichever_way_a_vector_lies() -> None:
    column = Writing("", np.array([[[1], [2]]]))
    lying = Writing("", np.array([[[1, 2]]]))
    assert column.seen(0) == lying.seen(0)
    assert column.seen(0) != Writing("", np.array([[[1, 2]]]), "row").seen(0)
    assert column.seen(0) != Writing("", np.array([[[1, 3]]])).seen(0)
