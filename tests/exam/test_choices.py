"""Choices of the examiner's own: shuffled, printed, marked and proven by where they stand."""

import csv
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.choices import ChoicesSpec
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.tex import find_tex

DRAWN = """
title = "Choices"
variants = 8
seed = 5
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "convolution"
items = ["forward"]
"""
CHOICE = r"""
[[task.part]]
problem = "text"
[[task.part.question]]
text = "Which are true?"
choices = ["zero", "the first", "LONG", "third"]
right = [2, 4]
points = 1
"""
SPEC = (
    DRAWN
    + CHOICE
    + r"""
answer = "These are."
[[task.part.question]]
text = "Which is it?"
choices = ["$x^2$", "$x_2$", "$\\frac{x}{2}$"]
right = [3]
order = "fixed"
points = 1
key = [{ answer = "half", points = 0.5 }]
"""
).replace("LONG", "a much longer one, which breaks into a second line" + " of the page" * 3)
SHORT = ["zero", "the first", "a much longer one", "third"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("choices")
    (path / "exam.toml").write_text(SPEC)
    spec = load_spec(path / "exam.toml")
    generate(Build(spec, path / "out", find_tex("embedded"), answers=True))
    return path / "out"


def test_choices_stand_as_recorded_and_the_solution_names_the_letters_of_the_right_ones(
    folder: Path,
) -> None:
    for variant in variants(folder):
        part = variant["tasks"][0]["parts"][1]
        order = part["given"]["i"]
        assert [1, 2, 3, 4] == sorted(order)
        right = [letter for letter, number in zip("ABCD", order, strict=True) if number in (2, 4)]
        assert right == part["items"][0]["answer"]
        asked = text_of((folder / f"questions/{variant['variant']}.pdf").read_bytes())
        solved = text_of((folder / f"solutions/{variant['variant']}.pdf").read_bytes())
        for letter, number in zip("ABCD", order, strict=True):
            assert re.search(rf"\b{letter}\s+{SHORT[number - 1]}", asked)
        assert re.search(rf"{right[0]}, {right[1]}: These are", solved)


def test_every_variant_has_an_order_of_its_own_unless_it_is_fixed(folder: Path) -> None:
    orders = [variant["tasks"][0]["parts"][1]["given"] for variant in variants(folder)]
    assert len({tuple(order["i"]) for order in orders}) > 4
    assert {(1, 2, 3)} == {tuple(order["ii"]) for order in orders}


def test_every_choice_stands_at_every_letter_equally_often() -> None:
    spec = load_spec_of(SPEC.replace("variants = 8", "variants = 400"))
    orders = [tuple(drawn.orders[0, 1]["i"]) for drawn in sample(spec, 1, samplers_of(spec))]
    for letter in range(4):
        for number in range(1, 5):
            assert 60 < sum(order[letter] == number for order in orders) < 140


def test_another_question_changes_no_order_before_it() -> None:
    more = SPEC + '[[task.part.question]]\ntext = "Why?"\nanswer = "So."\npoints = 1\n'
    first, longer = (
        [drawn.orders[0, 1]["i"] for drawn in sample(spec, 1, samplers_of(spec))]
        for spec in map(load_spec_of, (SPEC, more))
    )
    assert first == longer


def test_a_folder_with_choices_is_proven(folder: Path, cli: Cli) -> None:
    assert 0 == cli("verify", folder, "--thorough").code


def test_the_table_of_answers_has_the_letters(folder: Path) -> None:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["asked"] == "question"]
    expected = [
        (" ".join(item["answer"]), label)
        for variant in variants(folder)
        for item in variant["tasks"][0]["parts"][1]["items"]
        for label in [f"{item['label']}."]
    ]
    assert expected == [(row["answer"], row["row"]) for row in rows if row["happened"] == "right"]


def test_letters_are_marked_in_any_way_of_writing(folder: Path, cli: Cli, tmp_path: Path) -> None:
    right = {
        v["variant"]: v["tasks"][0]["parts"][1]["items"][0]["answer"] for v in variants(folder)
    }
    (first, second), other = right["001"], right["002"]
    typed = {
        "001": f"({second.lower()}) and {first}",
        "002": "".join(other),
        "003": "all of them",
        "004": right["004"][0],
    }
    lines = "".join(f"{sheet},1,b,i,{said}\n" for sheet, said in typed.items())
    (tmp_path / "answers.csv").write_text(f"sheet,task,part,item,answer\n{lines}")
    assert 0 == cli("mark", folder, tmp_path / "answers.csv", "--out", tmp_path / "marks").code
    with (tmp_path / "marks" / "marks.csv").open(encoding="utf-8", newline="") as file:
        rows = {
            row["sheet"]: row
            for row in csv.DictReader(file)
            if row["item"] == "i" and row["part"] == "b"
        }
    found = [(rows[sheet]["points"], rows[sheet]["flag"]) for sheet in typed]
    assert [("1", ""), ("1", ""), ("0", "unreadable"), ("0", "")] == found


def other_right_ones(header: Any, _: Any) -> None:
    header["spec"]["task"][0]["part"][1]["question"][0]["right"] = [1, 4]


def another_letter(_: Any, variant: Any) -> None:
    variant["tasks"][0]["parts"][1]["items"][0]["answer"][0] = "D"


def another_order(_: Any, variant: Any) -> None:
    order = variant["tasks"][0]["parts"][1]["given"]["i"]
    order[0], order[1] = order[1], order[0]


def no_order(_: Any, variant: Any) -> None:
    variant["tasks"][0]["parts"][1]["given"]["i"] = [1, 1, 2, 3]


def order_of_a_fixed_one(_: Any, variant: Any) -> None:
    variant["tasks"][0]["parts"][1]["given"]["ii"] = [2, 1, 3]


def another_choice(header: Any, _: Any) -> None:
    header["spec"]["task"][0]["part"][1]["question"][0]["choices"][0] = "one"


def another_formula(header: Any, _: Any) -> None:
    header["spec"]["task"][0]["part"][1]["question"][1]["choices"][0] = "$x^3$"


@pytest.mark.parametrize(
    "fault",
    [
        other_right_ones,
        another_letter,
        another_order,
        no_order,
        order_of_a_fixed_one,
        another_choice,
        another_formula,
    ],
)
def test_choices_other_than_recorded_are_caught(
    fault: Callable[[Any, Any], None], folder: Path, cli: Cli
) -> None:
    path = folder / "manifest.jsonl"
    whole = path.read_text()
    header, *lines = map(json.loads, whole.splitlines())
    fault(header, lines[-1])
    path.write_text("".join(json.dumps(line) + "\n" for line in (header, *lines)))
    found = cli("verify", folder)
    path.write_text(whole)
    assert 1 == found.code


WRONG = {
    "one choice": (
        'choices = ["a"]\nright = [1]',
        "question 1, choices: expected at least 2 in the list",
    ),
    "none right": ('choices = ["a", "b"]', "say right = [1]"),
    "no choices": ('answer = "a"\nright = [1]', "say choices = [...] or drop it"),
    "no answer": ("", 'say answer = "...", or choices'),
    "a number too high": ('choices = ["a", "b"]\nright = [3]', "there are 2 choices"),
    "twice right": ('choices = ["a", "b"]\nright = [1, 1]', "name it once"),
    "the same": ('choices = ["a", "a"]\nright = [1]', "two choices say 'a'"),
    "no number": ('choices = ["a", "b"]\nright = ["a"]', "right.entry 1: input should be"),
    "an order": ('choices = ["a", "b"]\nright = [1]\norder = "shuffeld"', "'shuffled' or 'fixed'"),
    "a near key": ('choice = ["a", "b"]\nright = [1]', "did you mean 'choices'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_choices_are_told(case: str, cli: Cli, tmp_path: Path) -> None:
    text, message = WRONG[case]
    part = '[[task.part]]\nproblem = "text"\n[[task.part.question]]\ntext = "Why?"\npoints = 1\n'
    (tmp_path / "exam.toml").write_text(DRAWN + part + text, encoding="utf-8")
    found = cli("generate", tmp_path / "exam.toml", "--out", tmp_path / "out")
    said = " ".join(found.err.split())
    assert (2, True) == (found.code, message in said), said


def test_an_order_is_of_all_choices() -> None:
    asked = ChoicesSpec(choices=("a", "b", "c"), right=(1,))
    orders = [[3, 1, 2], [1, 2], [1, 1, 2], [1, 2, 3, 4], "ABC", [1, "2", 3], None]
    assert [[3, 1, 2]] == [order for order in orders if asked.is_order(order)]


def load_spec_of(text: str) -> ExamSpec:
    return ExamSpec.model_validate(tomllib.loads(text))


def variants(folder: Path) -> list[dict[str, Any]]:
    _, *lines = (folder / "manifest.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]
