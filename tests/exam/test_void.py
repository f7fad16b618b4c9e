"""Items that are void since the exam was written: questions stay, keys and totals change."""

import csv
import json
import shutil
import tomllib
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.roster import read_roster
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.tex import find_tex
from worksheetgen.variants.manifest import VariantRecord

SPEC = """
title = "Void"
language = "{language}"
seed = 5
secret = "8f14e45fceea167a5a36dedd4bea2543"
{more}
[cover]
course = "Networks"
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "convolution"
items = ["forward", "kernel_jacobian", "gradient_sign"]
points = [2.5, 1, 2]
bonus = ["gradient_sign"]
[[task]]
number = 2
title = "Own"
[[task.part]]
problem = "text"
[[task.part.question]]
text = "Which?"
choices = ["a", "b", "c"]
right = [2]
points = 1.5
key = [{{ answer = "nearly", points = 0.5 }}]
[[task.part.question]]
text = "Why?"
answer = "So."
points = 2
"""
ROSTER = "id,name\ns1,Ada Lovelace\ns2,Emmy Noether\ns3,Maryam Mirzakhani\n"
VOID = 'void = ["1.a.i", "1.a.iii", "2.a.i"]'
PLACES = ["1.a.i", "1.a.ii", "1.a.iii", "2.a.i", "2.a.ii"]


def exam(folder: Path, more: str = "", language: str = "en") -> Path:
    (folder / "exam.toml").write_text(SPEC.format(more=more, language=language))
    (folder / "students.csv").write_text(ROSTER, encoding="utf-8")
    return folder / "exam.toml"


def made(folder: Path, more: str = "", language: str = "en") -> Path:
    spec = load_spec(exam(folder, more, language))
    roster = read_roster(folder / "students.csv")
    spec = spec.model_copy(update={"variants": len(roster.students)})
    tex, out = find_tex("embedded"), folder / "out"
    generate(Build(spec, out, tex, answers=True, replace=True, roster=roster))
    return out


@pytest.fixture(scope="module", params=["en", "de"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam after some of its items were void; that before stands beside it."""
    path = tmp_path_factory.mktemp("void")
    shutil.copytree(made(path, language=request.param), path / "before")
    return made(path, VOID, request.param)


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.parent, tmp_path / "exam")) / "out"


def test_questions_stay_byte_for_byte_and_all_is_proven(folder: Path, cli: Cli) -> None:
    for path in (folder / "questions").iterdir():
        before = folder.parent / "before" / "questions" / path.name
        assert before.read_bytes() == path.read_bytes()
    assert 0 == cli("verify", folder, "--thorough").code
    pair = (folder / "questions" / "s1.pdf", folder / "solutions" / "s1.pdf")
    assert 0 == cli("verify", *pair, "--expected", folder).code


def test_solutions_say_what_is_void_and_totals_without_it(tmp_path: Path) -> None:
    out = made(tmp_path, VOID)
    said = " ".join(text_of((out / "solutions" / "s1.pdf").read_bytes()).split())
    for expected in (
        "(1 point)",
        "(2.5P void)",
        "(2P bonus void)",
        "(2 points)",
        "(1.5P void)",
        "Points 1 2 3",
        "void: counts for nobody",
    ):
        assert expected in said
    asked = " ".join(text_of((out / "questions" / "s1.pdf").read_bytes()).split())
    assert "Points 3.5 + 2 3.5 7 + 2" in asked
    assert "void" not in asked


def test_no_row_of_a_void_item_earns_anything(folder: Path) -> None:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    earned = {place: set[str]() for place in PLACES}
    for row in rows:
        earned[f"{row['task']}.{row['part']}.{row['item']}"].add(row["points"])
    assert {"1.a.i", "1.a.iii", "2.a.i"} == {place for place in PLACES if earned[place] == {"0"}}


def test_typed_answers_earn_nothing_there_and_the_exam_is_worth_less(
    folder: Path, cli: Cli, tmp_path: Path
) -> None:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        first = [row for row in csv.DictReader(file) if row["row"] == f"{row['item']}."]
    lines = [
        f'{row["student"]},{row["task"]},{row["part"]},{row["item"]},"{row["answer"]}"\n'
        for row in first
    ]
    (tmp_path / "typed.csv").write_text("sheet,task,part,item,answer\n" + "".join(lines))
    assert 0 == cli("mark", folder, tmp_path / "typed.csv", "--out", tmp_path / "marks").code
    with (tmp_path / "marks" / "totals.csv").open(encoding="utf-8", newline="") as file:
        totals = list(csv.DictReader(file))
    assert [("1", "3")] * 3 == [(row["Total"], row["Out of"]) for row in totals]
    with (tmp_path / "marks" / "marks.csv").open(encoding="utf-8", newline="") as file:
        void = [row for row in csv.DictReader(file) if row["happened"] == "void"]
    assert [("0", "")] * 9 == [(row["points"], row["flag"]) for row in void]


def test_what_was_awarded_before_does_not_count(folder: Path, cli: Cli, tmp_path: Path) -> None:
    lines = [f"s{n},2.5,{n % 2},2,1.5,2\n" for n in range(1, 4)]
    marks = tmp_path / "marks.csv"
    marks.write_text(f"sheet,{','.join(PLACES)}\n" + "".join(lines))
    assert 0 == cli("points", folder, marks, "--out", tmp_path / "items.csv").code
    without = [f"s{n},{n % 2},2\n" for n in range(1, 4)]
    marks.write_text("sheet,1.a.ii,2.a.ii\n" + "".join(without))
    found = cli("points", folder, marks)
    assert (0, False) == (found.code, "no points yet" in found.out)


def test_a_changed_credit_changes_keys_alone(cli: Cli, tmp_path: Path) -> None:
    made(tmp_path)
    shutil.copytree(tmp_path / "out", tmp_path / "before")
    credit = "[task.part.credit.forward]\n'kernel flipped' = 2.5\n[[task]]\nnumber = 2"
    text = SPEC.format(more="", language="en").replace("[[task]]\nnumber = 2", credit)
    (tmp_path / "exam.toml").write_text(text.replace("points = 0.5", "points = 1"))
    options = ["--roster", tmp_path / "students.csv", "--answers", "--replace"]
    run = cli("generate", tmp_path / "exam.toml", *options, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)
    for name in ("s1", "s2", "s3"):
        same = [
            (tmp_path / folder / kind / f"{name}.pdf").read_bytes()
            for kind in ("questions", "solutions")
            for folder in ("before", "out")
        ]
        assert (same[0], True) == (same[1], same[2] != same[3])


@pytest.mark.parametrize("consistent", [False, True])
def test_a_solution_from_before_is_caught(folder: Path, cli: Cli, *, consistent: bool) -> None:
    path, manifest = folder / "solutions" / "s2.pdf", folder / "manifest.jsonl"
    before = (folder.parent / "before" / "solutions" / "s2.pdf").read_bytes()
    if consistent:
        now, then = (sha256(pdf).hexdigest() for pdf in (path.read_bytes(), before))
        manifest.write_text(manifest.read_text().replace(now, then))
    path.write_bytes(before)
    assert 1 == cli("verify", folder).code


def without_one(header: Any, _: Any) -> None:
    header["spec"]["void"] = ["1.a.i", "1.a.iii"]


def one_more(_: Any, variant: Any) -> None:
    variant["tasks"][0]["parts"][0]["items"][1]["void"] = True


def totals_without_it(_: Any, variant: Any) -> None:
    variant["tasks"][0]["points"] = 1


@pytest.mark.parametrize("fault", [without_one, one_more, totals_without_it])
def test_what_is_void_otherwise_than_said_is_caught(fault: Any, cli: Cli, tmp_path: Path) -> None:
    path = made(tmp_path, VOID) / "manifest.jsonl"
    header, *variants = map(json.loads, path.read_text().splitlines())
    fault(header, variants[1])
    path.write_text("".join(json.dumps(line) + "\n" for line in (header, *variants)))
    assert 1 == cli("verify", path.parent).code


@given(st.sets(st.sampled_from(PLACES)))
def test_totals_are_of_what_is_not_void(void: set[str]) -> None:
    text = SPEC.format(more=f"void = {sorted(void)}", language="en")
    spec = ExamSpec.model_validate(tomllib.loads(text))
    (sheet,) = solve(spec, 0, list(sample(spec, 5, samplers_of(spec))))
    record = VariantRecord(variant="001", tasks=[t.record() for t in sheet.tasks], files={})
    worth = dict(zip(PLACES, map(Fraction, ("5/2", "1", "2", "3/2", "2")), strict=True))
    left = {place: points for place, points in worth.items() if place not in void}
    beyond = left.pop("1.a.iii", Fraction(0))
    counted, solved = sheet.counted, record.as_solved()
    assert (sum(left.values()), beyond) == (counted.points, counted.bonus)
    said = [[Fraction(task.points), Fraction(task.bonus)] for task in solved.tasks]
    assert [sum(left.values()), beyond] == [sum(each) for each in zip(*said, strict=True)]
    assert void == record.void
    assert set() == record.as_asked().void


WRONG = {
    "no such item": ('void = ["1.a.iv"]', "no item '1.a.iv'; did you mean '1.a.i'"),
    "no place": ('void = ["1a"]', "void"),
    "no list": ('void = "1.a.i"', "void: expected a list"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_place_is_told(case: str, cli: Cli, tmp_path: Path) -> None:
    more, message = WRONG[case]
    run = cli("generate", exam(tmp_path, more), "--out", tmp_path / "out")
    assert (2, True) == (run.code, message in " ".join(run.err.split())), run.err
