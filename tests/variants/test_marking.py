"""The marking key, on the exam task that the project started from."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.problems.test_convolution import layer
from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.problems.convolution import Convolution
from worksheetgen.problems.items import Answers
from worksheetgen.problems.mistakes import Mistake
from worksheetgen.problems.multichannel import Multichannel
from worksheetgen.problems.pooling import BY_ONE, Pooling
from worksheetgen.problems.signs import Signs
from worksheetgen.typeset.resources import shipped_exams
from worksheetgen.variants.fairness import RIGHT
from worksheetgen.variants.marking import Credit, KeyRow, Share, credit_of, otherwise
from worksheetgen.variants.sampling import Draw
from worksheetgen.variants.sheet import Item
from worksheetgen.variants.solving import solve_parts

WORTH = {name: Convolution.items[name].points for name in Convolution.usual}


ALIKE: dict[str, Any] = {"K": [[1, 2], [-1, 1]]}
"""A kernel of which half a turn and the transpose are the same."""


def items(credit: Credit | None = None, **changes: Any) -> dict[str, Item]:
    draw = Draw(Answers(layer(**changes)), 1, {})
    (part,) = solve_parts(WORTH, credit or credit_of(Convolution, WORTH), 0, [draw])
    return {item.kind.name: item for item in part.items}


def keys(credit: Credit | None = None, **changes: Any) -> dict[str, Sequence[KeyRow]]:
    return {name: item.key for name, item in items(credit, **changes).items()}


def recognised(item: str, written: list[Any], form: str = "") -> list[str]:
    return [
        row.happened for row in keys()[item] if (form, written) == (row.form, row.written.tolist())
    ]


@pytest.mark.parametrize(
    ("item", "expected"),
    [("forward", ("entries", 1)), ("kernel_gradient", ("entries", Fraction(3, 2)))],
)
def test_single_wrong_entries_cost_half_of_the_points_at_most(
    item: str, expected: tuple[str, Fraction]
) -> None:
    assert expected == items()[item].otherwise


@given(points=st.integers(1, 12), seed=st.integers(0, 50))
def test_an_answer_of_another_size_earns_no_more_than_its_share(points: int, seed: int) -> None:
    worth = {"average_forward": points}
    givens = Pooling.draw(Pooling.Sample(), None, np.random.default_rng(seed), 1)
    draw = Draw(Answers(givens.at(0)), 1, {})
    credit = credit_of(Pooling, worth)
    (part,) = solve_parts(worth, credit, 0, [draw])
    (item,) = part.items
    (row,) = (row for row in item.key if row.happened == BY_ONE.name)
    assert row.written.size != item.answer.size
    assert credit["average_forward"][row.happened].points == row.points


@pytest.mark.parametrize(
    ("answer", "expected"),
    [([[[3, 4]]], "entries"), ([[[3], [4]]], "entries"), ([[[3]]], "figure"), (3, "figure")],
)
def test_what_has_several_entries_is_marked_by_entries(answer: Any, expected: str) -> None:
    assert expected == otherwise(Multichannel.items["filter_gradient"], answer, 3)[0]


def test_one_right_direction_earns_half() -> None:
    assert ("parts", Fraction(1)) == items()["gradient_sign"].otherwise


def test_the_students_window_slip_is_recognised() -> None:
    # X00 X01 X20 X21 in the first row, where X10 X11 belong, worked out in numbers.
    slipped = [[2, -1, 1, 1], [0, -1, 1, 1], [1, 1, -1, 2]]
    expected = ["lower row of the first window read one row too low in X"]
    assert expected == recognised("kernel_jacobian", slipped)


def test_the_students_vector_for_a_loss_is_recognised() -> None:
    expected = ["vector given instead of a number"]
    assert expected == recognised("loss_term", [0, 1, 2], form="row")


def test_the_tasks_own_givens_hide_one_mistake_and_no_other() -> None:
    same = {name: item.alike for name, item in items().items()}
    assert {
        "forward": [],
        "kernel_jacobian": [],
        # The upstream gradient [0 1 2] has no minus sign.
        "kernel_gradient": [(RIGHT, "minus times minus taken as minus")],
        "loss_term": [],
        "gradient_sign": [],
    } == same


def test_what_is_written_the_same_has_one_row_with_the_best_points() -> None:
    credit = credit_of(Convolution, WORTH)
    (row,) = [row for row in keys(**ALIKE)["forward"] if ", or " in row.happened]
    one, other = row.happened.split(", or ")
    better = {**credit["forward"], other: Share(Fraction(3, 2))}
    (row,) = [
        row
        for row in keys({**credit, "forward": better}, **ALIKE)["forward"]
        if f"{one}, or {other}" == row.happened
    ]
    assert Fraction(3, 2) == row.points


def test_a_mistake_that_gives_the_right_answer_costs_nothing() -> None:
    happened = [row.happened for row in keys()["kernel_gradient"]]
    assert "minus times minus taken as minus" not in happened


def test_a_right_method_after_a_mistake_earns_all_points() -> None:
    rows = {row.happened: row for row in keys()["kernel_gradient"]}
    flipped = rows["right method after ii.B"]
    assert [5, -1, 1, 2] == flipped.written.tolist()
    assert 3 == flipped.points


def test_an_error_that_leaves_too_little_to_do_earns_nothing_by_rule() -> None:
    # Zeros of the kernel in place of inputs make a Jacobian of zeros.
    rows = keys(K=[[0, 0], [0, 0]])["kernel_gradient"]
    (row,) = [row for row in rows if "little left" in row.happened]
    assert "right method after ii.E, with little left to do: judge the working" == row.happened
    assert row.points is None


def test_a_mistaken_answer_of_the_wrong_size_is_not_followed_through() -> None:
    transposed = [row.label for row in keys()["kernel_jacobian"] if "transposed" in row.happened]
    assert ["ii.D"] == transposed
    assert [] == [row for row in keys()["kernel_gradient"] if "ii.D" in row.happened]


def test_labels_run_through_the_rows_of_an_item() -> None:
    assert ["v.A", "v.B"] == [row.label for row in keys()["gradient_sign"]]


@pytest.mark.parametrize(
    ("keeps", "points", "expected"),
    [
        (Fraction(1, 2), 3, Fraction(3, 2)),
        (Fraction(3, 4), 1, Fraction(1, 2)),
        (Fraction(3, 4), 2, Fraction(3, 2)),
        (Fraction(0), 5, Fraction(0)),
    ],
)
def test_shares_of_points_are_rounded_down_to_halves(
    keeps: Fraction, points: int, expected: Fraction
) -> None:
    assert expected == Mistake("", keeps).worth(points)


def signs(form: str, seed: int) -> list[Item]:
    worth = dict.fromkeys(Signs.items, 2)
    sample = Signs.Sample(form=form, level="hard")
    drawn = Signs.draw(sample, None, np.random.default_rng(seed), 1)
    draw = Draw(Answers(drawn.at(0)), 1, {})
    (part,) = solve_parts(worth, credit_of(Signs, worth, choices=form == "choice"), 0, [draw])
    return list(part.items)


@given(st.integers(0, 10_000))
def test_a_known_error_earns_no_less_than_its_right_parts(seed: int) -> None:
    for item in signs("open", seed):
        kind, each = item.otherwise
        right = item.kind.record(item.answer)
        for row in item.key if kind == "parts" else ():
            written = item.kind.record(row.written)
            parts = [part for part in right if written.get(part) == right[part]]
            assert row.points is not None
            assert each is not None
            assert min(each * len(parts), item.points - Fraction(1, 2)) <= row.points < item.points


@given(st.integers(0, 10_000))
def test_rows_of_a_choice_stand_at_their_letters(seed: int) -> None:
    for item in signs("choice", seed):
        letters = [item.kind.record(row.written) for row in item.key]
        assert sorted(set("ABCD") - {item.kind.record(item.answer)}) == letters
        assert [f"{item.label}.{letter}" for letter in letters] == [row.label for row in item.key]


@pytest.mark.parametrize("name", [name for name in shipped_exams() if name != "reference"])
def test_no_row_earns_less_than_the_rule_for_single_entries(name: str) -> None:
    spec = load_spec(find_exam(name), variants=3, seed=11)
    (sheet, *_) = solve(spec, 0, list(sample(spec, 11, samplers_of(spec))))
    for item in (item for task in sheet.tasks for part in task.drawn for item in part.items):
        what, _ = item.otherwise
        right = item.kind.record(item.answer)
        for row in item.key:
            if what != "entries" or row.form or row.points is None:
                continue
            written = item.kind.record(row.written)
            there, here = (np.array(said, dtype=object) for said in (right, written))
            if there.shape == here.shape:
                assert row.points >= item.points - Fraction(int((there != here).sum()), 2)


def test_what_a_spec_says_of_a_mistake_stands() -> None:
    by_rule = credit_of(Convolution, WORTH)
    nothing = {
        item: dict.fromkeys(mistakes, Share(Fraction(0), said=True))
        for item, mistakes in by_rule.items()
    }
    least = {name: [row.points for row in rows if row.points] for name, rows in keys().items()}
    assert least["forward"]
    for rows in keys(nothing).values():
        own = [row.points for row in rows if not row.happened.startswith("right method")]
        assert {*own} <= {0}
