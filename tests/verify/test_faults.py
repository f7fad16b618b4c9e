"""The table of planted faults: each is caught, by the check that its row names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.verify.making import TERMS, Made, altered, failing, make
from tests.verify.making import answering as with_answer
from worksheetgen.engine import cross_correlation as engine
from worksheetgen.exam.inputs import Inputs
from worksheetgen.problems.convolution import Convolution
from worksheetgen.problems.convolution.layer import Layer
from worksheetgen.problems.steps import Sum
from worksheetgen.typeset import filters
from worksheetgen.typeset.resources import templates
from worksheetgen.typeset.texts import Texts
from worksheetgen.verify.checks.differentiate import differentiate
from worksheetgen.verify.printed import solutions, statements
from worksheetgen.verify.prove import prove
from worksheetgen.verify.report import Report

Patch = pytest.MonkeyPatch


def test_without_a_fault_nothing_fails(sound: list[Made]) -> None:
    assert [set(), set()] == [failing(made) for made in sound]
    report, _ = prove(*sound[0], TERMS)
    place = "001, task 3, (a), iii. kernel_gradient, adjoint"
    assert {("differentiate", f"{place} {trial}") for trial in (1, 2)} <= set(report.proven)


@pytest.mark.parametrize(
    "shape",
    [
        {"input_shape": [1, 7], "kernel_shape": [1, 3], "values": [-9, 9]},
        {"input_shape": [3, 2], "kernel_shape": [3, 2]},
        {"input_shape": [5, 5], "kernel_shape": [2, 3], "stride": [2, 1], "values": [-99, 99]},
        {"input_shape": [3, 4], "kernel_shape": [1, 1]},
        {"input_shape": [5, 6], "kernel_shape": [3, 2], "padding": [1, 0], "dilation": [1, 2]},
    ],
    ids=["a row", "one output", "strides and large entries", "one kernel entry", "many outputs"],
)
def test_sheets_of_any_shape_are_proven(shape: dict[str, Any]) -> None:
    plain = {"padding": [0, 0], "dilation": [1, 1]}
    assert set() == failing(make(**(plain | shape))[0])


# Arithmetic: the engine or a problem computes something else.


def instead(name: str, fault: Callable[..., Any]) -> Callable[[Patch], None]:
    """Replace an engine function by one that gets the sound one as its first argument."""
    sound = getattr(engine, name)
    return lambda patch: patch.setattr(engine, name, lambda *a, **k: fault(sound, *a, **k))


def kernel_read_as(change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    """Change the kernel that the sums of products read."""

    def read(layer: Layer) -> Any:
        return change(layer.K).reshape(*layer.K.shape[:-2], 1, -1)

    return lambda patch: patch.setattr(Layer, "kernel_row", property(read))


def answering(item: str, fault: Callable[[Any], Any]) -> Callable[[Patch], None]:
    """Change what an item answers."""
    method = Convolution.items[item]
    return lambda patch: patch.setattr(method, "work", with_answer(method.work, fault))


def shifted(array: Any) -> Any:
    return np.roll(array, 1, axis=-1)


ARITHMETIC = {
    "kernel flipped": (kernel_read_as(lambda K: K[..., ::-1, ::-1]), "recompute"),
    "kernel transposed": (kernel_read_as(lambda K: np.swapaxes(K, -1, -2)), "recompute"),
    "window one row too low": (
        instead("kernel_jacobian", lambda f, X, s, **g: f(np.roll(X, -1, -2), s, **g)),
        "recompute",
    ),
    "padding with ones": (
        instead(
            "kernel_jacobian",
            lambda f, X, s, **g: f(X, s, **g) + (f(np.ones_like(X), s, **g) == 0),
        ),
        "recompute",
    ),
    "Jacobian's columns reversed": (
        instead("kernel_jacobian", lambda f, *a, **g: f(*a, **g)[..., ::-1]),
        "differentiate",
    ),
    "Jacobian's rows shifted": (
        instead("kernel_jacobian", lambda f, *a, **g: np.roll(f(*a, **g), 1, -2)),
        "differentiate",
    ),
    "dilation ignored": (
        instead(
            "kernel_jacobian",
            lambda f, X, s, **g: f(X, s, **(g | {"dilation": (1, 1)}))[
                ..., : f(X, s, **g).shape[-2], :
            ],
        ),
        "recompute",
    ),
    "sign lost in an output": (answering("forward", np.abs), "recompute"),
    "gradient negated": (answering("kernel_gradient", np.negative), "differentiate"),
    "gradient in another order": (answering("kernel_gradient", shifted), "differentiate"),
    "one digit of a gradient": (
        answering("kernel_gradient", lambda g: g + np.eye(1, g.shape[-1], dtype=int)[0]),
        "differentiate",
    ),
    "loss with shifted weights": (answering("loss_term", shifted), "concept"),
    "loss without weights": (answering("loss_term", np.sign), "concept"),
    "sign of the effect reversed": (answering("gradient_sign", np.negative), "concept"),
    "effect the same both ways": (answering("gradient_sign", np.abs), "concept"),
}


@pytest.mark.parametrize("fault", ARITHMETIC)
def test_a_fault_of_arithmetic_is_caught(fault: str, monkeypatch: Patch) -> None:
    plant, check = ARITHMETIC[fault]
    (made,) = make(values=[-9, 9], plant=lambda: plant(monkeypatch))
    assert check in failing(made)


def test_the_adjoint_identity_by_itself_catches_a_gradient_in_another_order(
    sound: list[Made],
) -> None:
    def turn(record: Any) -> None:
        item = record["tasks"][0]["parts"][0]["items"][2]
        item["answer"] = [*item["answer"][1:], item["answer"][0]]

    report = Report()
    differentiate(altered(sound[0][0], turn), report)
    place = "001, task 3, (a), iii. kernel_gradient, adjoint"
    assert {f"{place} {trial}" for trial in (1, 2)} <= {f.place for f in report.failures}


# Typesetting: the numbers are right, the page shows something else.


PRINTING: dict[str, tuple[str, str, str, str]] = {
    "loss told in the question": (
        "problems/convolution/loss_term.md",
        "Give a loss",
        "Give a loss such as $<< p.upstream | linear(p.outputs) >>$,",
        "no leak",
    ),
    "effect told in the question": (
        "problems/convolution/gradient_sign.md",
        "when does $\\mathcal{L}$ increase",
        "when $\\mathcal{L}$ increases, when does it increase",
        "no leak",
    ),
    "input printed in place of the kernel": (
        "problems/convolution/givens.md",
        'p.K | matrix | marked("K")',
        'p.X | matrix | marked("K")',
        "read back",
    ),
    "no padding claimed": (
        "problems/window_settings.md",
        'zero padding $<< p.padding | pair | constant("padding") >>$',
        '<< "without" | said | constant("padding") >> padding',
        "read back",
    ),
    "another stride": (
        "problems/window_settings.md",
        "p.stride | pair",
        "p.X.shape | pair",
        "read back",
    ),
    "upstream of the two items differs": (
        "problems/convolution/loss_term.md",
        'p.upstream | row | marked("upstream")',
        'p.X[0] | row | marked("upstream")',
        "read back",
    ),
    "words of the two directions exchanged": (
        "problems/convolution/gradient_sign.md",
        'recorded.increase | marked("answer_increase")',
        'recorded.decrease | marked("answer_increase")',
        "blind solve",
    ),
    "answer forgotten in the solution": (
        "problems/convolution/kernel_jacobian.md",
        '<< answer | matrix | marked("answer") >>',
        "?",
        "read back",
    ),
    "answer of another item": (
        "problems/convolution/kernel_gradient.md",
        'answer | row | marked("answer")',
        'p.upstream | row | marked("answer")',
        "blind solve",
    ),
    "shape of the kernel for that of the input": (
        "problems/convolution/givens.md",
        'p.X.shape | by | constant("input_shape")',
        'p.K.shape | by | constant("input_shape")',
        "blind solve",
    ),
    "positive called negative": (
        "problems/convolution/gradient_sign.md",
        'if p.entry_gradient > 0 else "negative") | marked("sign")',
        'if p.entry_gradient < 0 else "negative") | marked("sign")',
        "blind solve",
    ),
    "symbols of another window": (
        "problems/convolution/kernel_jacobian.md",
        "shows.symbols | symbols",
        "shows.symbols[::-1] | symbols",
        "read back",
    ),
    "upstream repeated wrongly": (
        "problems/convolution/kernel_gradient.md",
        'p.upstream | row | marked("row")',
        'p.upstream[::-1] | row | marked("row")',
        "read back",
    ),
    "wrong total": ("latex/sheet.tex", "<< task.points >>", "11", "read back"),
    "wrong points": ("latex/sheet.tex", "<< item.points >>", "9", "read back"),
    "wrong variant": ("latex/sheet.tex", "<< sheet.code >>", "002", "read back"),
    "text wider than the page": (
        "problems/convolution/forward.md",
        "Compute the output",
        f"Compute the {'W' * 60} output",
        "layout",
    ),
    "answer space left out": ("latex/sheet.tex", "\\answerspace{<< item.space >>}", "", "layout"),
}


@pytest.mark.parametrize("fault", PRINTING)
def test_a_fault_of_a_template_is_caught(fault: str) -> None:
    name, sound, spoilt, check = PRINTING[fault]
    source = (templates() / name).read_text(encoding="utf-8")
    assert sound in source
    own = ((name, source.replace(sound, spoilt)),)
    assert check in failing(make(inputs=Inputs(Texts("en", own)))[0])


def test_an_answer_written_into_a_template_is_caught(sound: list[Made]) -> None:
    name = "problems/convolution/forward.md"
    source = (templates() / name).read_text(encoding="utf-8")
    rows = solutions(sound[0][0])["001, task 3, (a), i. forward, answer"]
    cells = r" \\ ".join(" & ".join(str(entry) for entry in row) for row in rows)
    told = rf"$H = \begin{{entries}}{cells}\end{{entries}}$"
    asked = "Compute the output $H = X \\star K$."
    own = ((name, source.replace(asked, told)),)
    assert asked in source
    assert "no leak" in failing(make(inputs=Inputs(Texts("en", own)))[0])


FILTERS: dict[str, tuple[str, Callable[..., str]]] = {
    "sign dropped": ("_cells", lambda f, rows: f(rows).replace("-", "")),
    "columns exchanged": ("_cells", lambda f, rows: f([row[::-1] for row in rows])),
    "rows exchanged": ("_cells", lambda f, rows: f(rows[::-1])),
    "one entry left out": ("_cells", lambda f, rows: f(rows).partition("&")[2] or f(rows)),
    "an entry in the next column": ("_cells", lambda f, rows: f"& {f(rows)}"),
}


@pytest.mark.parametrize("fault", FILTERS)
def test_a_fault_of_a_filter_is_caught(fault: str, monkeypatch: Patch) -> None:
    name, spoilt = FILTERS[fault]
    sound = getattr(filters, name)
    monkeypatch.setattr(filters, name, lambda rows: spoilt(sound, rows))
    assert "read back" in failing(make()[0])


def test_a_sum_that_is_worked_out_wrongly_is_caught(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Sum, "values", property(lambda step: (7, *step.products[0][1:])))
    assert "blind solve" in failing(make()[0])


def test_a_wrong_total_of_a_sum_is_caught(monkeypatch: Patch) -> None:
    sound = filters._sum
    monkeypatch.setattr(filters, "_sum", lambda step: f"{sound(step)}1")
    assert "blind solve" in failing(make()[0])


# The manifest: what it says is not what the page shows.


def test_the_titles_of_exam_and_task_are_compared(sound: list[Made]) -> None:
    record, question, solution = sound[0]
    record = altered(record, lambda tree: tree["tasks"][0].update(title="Pooling"))
    report, _ = prove(record, question, solution, replace(TERMS, title="Quiz"))
    failed = {failure.place for failure in report.failures if failure.check == "read back"}
    for kind in ("question", "solution"):
        assert {f"001, title, {kind} 001", f"001, task 3, title, {kind} 001"} <= failed


def test_every_task_is_compared(sound: list[Made]) -> None:
    record = sound[0][0]
    (task,) = record.tasks
    both = [task, replace(task, number=4, title="Pooling", points=7)]
    said = statements(replace(record, tasks=both))
    expected = {"variant": "001"}
    for each in both:
        place = f"001, task {each.number}"
        expected |= {f"{place}, {key}": getattr(each, key) for key in ("number", "title", "points")}
    assert expected == {place: said[place] for place in expected}


def test_a_text_says_why_an_answer_has_no_printed_form(sound: list[Made]) -> None:
    def lengthen(record: Any) -> None:
        record["tasks"][0]["parts"][0]["items"][3]["answer"].append(1)

    place = "001, task 3, (a), iv. loss_term, answer"
    assert isinstance(solutions(sound[0][0])[place], dict)
    longer = solutions(altered(sound[0][0], lengthen))
    assert longer[place].startswith("none: ValueError: ")
