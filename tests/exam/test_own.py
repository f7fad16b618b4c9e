"""Questions in the examiner's own words, from the spec to proven pages."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.typeset.mathematics import COMMANDS, ENVIRONMENTS, checked
from worksheetgen.typeset.tex import find_tex

DRAWN = """
title = "Own words"
variants = 2
seed = 5
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "convolution"
items = ["forward"]
"""
QUESTION = """
[[task.part]]
problem = "text"
[[task.part.question]]
text = "Why?"
answer = "So."
points = 1
"""
SPEC = (
    DRAWN
    + r"""
[[task.part]]
problem = "text"
text = "A network maps an input to $f(x) = \\max(0, Wx)$."
[[task.part.question]]
text = "Why does it have *fewer weights* than $n^2$?"
answer = '''It shares them:

- every output uses the **same** kernel,
- a dense layer has one for each pair, $$n \cdot m = 4 \cdot 2 = 8.$$'''
points = 2.5
space = 60
key = [{ answer = "names sharing alone, without $k^2$", points = 1.5 }]
[[task.part.question]]
text = "Is it equivariant?"
answer = "Yes."
points = 1
bonus = true
lines = 4
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own")
    (path / "exam.toml").write_text(SPEC)
    spec = load_spec(path / "exam.toml")
    generate(Build(spec, path / "out", find_tex("embedded"), answers=True))
    return path / "out"


def test_questions_stand_on_the_pages_and_answers_on_solutions_alone(folder: Path) -> None:
    asked, solved = (
        " ".join(text_of((folder / kind / "001.pdf").read_bytes()).split())
        for kind in ("questions", "solutions")
    )
    for text in ("A network maps an input to", "Why does it have fewer weights than", "(2.5P)"):
        assert text in asked
        assert text in solved
    for text in ("every output uses the same kernel", "names sharing alone, without", "Yes."):
        assert text not in asked
        assert text in solved


def test_words_of_any_length_stay_within_their_lines(cli: Cli, tmp_path: Path) -> None:
    draw = Random(7)  # noqa: S311 - nothing secret

    def text() -> str:
        pieces = ["x" * draw.randint(1, 24) for _ in range(draw.randint(1, 40))]
        return " ".join(draw.choice([piece, piece, "$a^2 + b$"]) for piece in pieces)

    questions = "".join(
        f"""
[[task.part.question]]
text = "{text()}"
answer = "{text()}"
points = 1
key = [{{ answer = "{text()}", points = 0.5 }}]
"""
        for _ in range(20)
    )
    (tmp_path / "exam.toml").write_text(DRAWN + '[[task.part]]\nproblem = "text"' + questions)
    assert 0 == cli("generate", tmp_path / "exam.toml", "-n", 1, "--out", tmp_path / "out").code


def test_their_points_count(folder: Path) -> None:
    task = records(folder)[1]["tasks"][0]
    assert ("9/2", 1) == (task["points"], task["bonus"])


def test_a_folder_with_own_questions_is_proven(folder: Path, cli: Cli) -> None:
    assert 0 == cli("verify", folder, "--thorough").code


def test_a_pair_alone_tells_what_it_cannot_prove(folder: Path, cli: Cli) -> None:
    found = cli("verify", folder / "questions/001.pdf", folder / "solutions/001.pdf")
    assert (0, True) == (found.code, "words of the examiner's own" in " ".join(found.out.split()))


def test_the_table_of_answers_has_them(folder: Path) -> None:
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["asked"] == "question"]
    expected = [("i.", "2.5"), ("i.A", "1.5"), ("ii.", "1")] * 2
    assert expected == [(row["row"], row["points"]) for row in rows]


def test_typed_answers_to_them_are_left_to_a_person(folder: Path, cli: Cli, tmp_path: Path) -> None:
    typed = tmp_path / "answers.csv"
    typed.write_text("sheet,task,part,item,answer\n001,1,b,i,it shares them\n")
    assert 0 == cli("mark", folder, typed, "--out", tmp_path / "marks").code
    assert "a person marks it" in (tmp_path / "marks" / "marks.csv").read_text()


def another_word(spec: Any) -> None:
    spec["question"][0]["text"] = "Why does it have more weights than $n^2$?"


def another_formula(spec: Any) -> None:
    spec["text"] = r"A network maps an input to $f(x) = \max(1, Wx)$."


def another_answer(spec: Any) -> None:
    spec["question"][1]["answer"] = "No."


def another_row(spec: Any) -> None:
    spec["question"][0]["key"][0]["answer"] = "names sharing and more"


def other_points(spec: Any) -> None:
    spec["question"][0]["key"][0]["points"] = 2


def one_more(spec: Any) -> None:
    spec["question"].append(spec["question"][1])


@pytest.mark.parametrize(
    "fault",
    [another_word, another_formula, another_answer, another_row, other_points, one_more],
)
def test_pages_that_say_other_than_the_spec_are_caught(
    fault: Callable[[Any], None], folder: Path, cli: Cli
) -> None:
    path = folder / "manifest.jsonl"
    whole = path.read_text()
    header, *variants = records(folder)
    fault(header["spec"]["task"][0]["part"][1])
    path.write_text("".join(json.dumps(line) + "\n" for line in (header, *variants)))
    found = cli("verify", folder)
    path.write_text(whole)
    assert 1 == found.code


WRONG = {
    "nothing drawn": ('title = "A"\n[[task]]\nnumber = 1\ntitle = "B"' + QUESTION, "problem type"),
    "no question": (DRAWN + '[[task.part]]\nproblem = "text"', "question: missing"),
    "a near key": (DRAWN + QUESTION + "point = 2", "did you mean 'points'"),
    "empty": (DRAWN + QUESTION.replace("Why?", " "), "nothing but spaces"),
    "a file": (DRAWN + QUESTION.replace("Why?", r"$\\input{x}$"), r"\\input is not known"),
    "a macro": (DRAWN + QUESTION.replace("Why?", r"$\\def\\x{y}$"), r"\\def is not known"),
    "a near command": (
        DRAWN + QUESTION.replace("Why?", r"$\\parial x$"),
        r"did you mean 'partial'",
    ),
    "open braces": (DRAWN + QUESTION.replace("Why?", r"$\\frac{1}{2$"), "do not close"),
    "open matrix": (DRAWN + QUESTION.replace("Why?", r"$\\begin{pmatrix}1$"), "does not close"),
    "a stray &": (DRAWN + QUESTION.replace("Why?", "$a & b$"), "stand in matrices"),
    "a comment": (DRAWN + QUESTION.replace("Why?", "$a % b$"), "has no place in a formula"),
    "another script": (DRAWN + QUESTION.replace("Why?", "为什么"), "cannot be printed"),
    "a long word": (DRAWN + QUESTION.replace("Why?", "x" * 90), "too long for a line"),
    "two heights": (DRAWN + QUESTION + "lines = 3\nspace = 20", "drop one of them"),
    "a dear row": (
        DRAWN + QUESTION + 'key = [{ answer = "half", points = 2 }]',
        "a row of key earns 2 of 1 points",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_question_is_told(case: str, cli: Cli, tmp_path: Path) -> None:
    text, message = WRONG[case]
    (tmp_path / "exam.toml").write_text(text, encoding="utf-8")
    found = cli("generate", tmp_path / "exam.toml", "--out", tmp_path / "out")
    said = " ".join(found.err.split())
    assert (2, True) == (found.code, message.replace("\\\\", "\\") in said), said
    assert not (tmp_path / "out").exists()


ACCENTS = "hat bar tilde vec dot ddot overline underline widehat widetilde overbrace underbrace"
ALPHABETS = "mathcal mathrm mathbf mathit mathsf mathtt text textbf boldsymbol"
ARGUMENTS = dict.fromkeys(["sqrt", "operatorname", *ACCENTS.split(), *ALPHABETS.split()], 1)
ARGUMENTS |= dict.fromkeys(["frac", "dfrac", "tfrac", "binom"], 2)
IN_PLACES = {
    "left": r"\left( \frac{a}{b} \right)",
    "right": r"\left\{ x \right\rbrace",
    "big": r"\big| x",
    "Big": r"\Big[ x",
    "bigl": r"\bigl( x",
    "bigr": r"\bigr) x",
    "Bigl": r"\Bigl\lvert x",
    "Bigr": r"\Bigr\rvert x",
    "limits": r"\sum\limits_{i=1}^n x_i",
    "begin": r"\begin{cases} a & b \\ c & d \end{cases}",
    "end": r"\begin{gathered} a \\ b \end{gathered}",
}


def formula(command: str) -> str:
    return IN_PLACES.get(command) or rf"x \{command}{'{AB}' * ARGUMENTS.get(command, 0)} y"


def test_every_command_of_formulas_is_printed_read_and_proven(cli: Cli, tmp_path: Path) -> None:
    formulas = [formula(command) for command in sorted(COMMANDS)]
    formulas += [rf"\begin{{{name}}} a & b \\ c & d \end{{{name}}}" for name in ENVIRONMENTS[:-1]]
    asked = "".join(
        f"""
[[task.part.question]]
text = 'Is ${each}$ or $${each}$$ this?'
answer = 'It is ${each}$.'
lines = 1
points = 1
{"[[task.part]]" + chr(10) + 'problem = "text"' if n % 20 == 19 else ""}"""
        for n, each in enumerate(formulas)
    )
    (tmp_path / "exam.toml").write_text(f'{DRAWN}[[task.part]]\nproblem = "text"{asked}')
    run = cli("generate", tmp_path / "exam.toml", "-n", 1, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)
    assert 0 == cli("verify", tmp_path / "out", "--thorough").code


MARKS = ["{", "}", "x", "2", "^", "_", "&", "%", "#", "$", "~", r"\\"]
COMMANDS_TAKEN = [rf"\{name} " for name in sorted(COMMANDS)]
RISKY = [r"\input", r"\csname x\endcsname", "^^5c", r"\begin{pmatrix}", r"\end{pmatrix}"]
PIECES = st.sampled_from([*COMMANDS_TAKEN, *RISKY, *MARKS])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_formula_that_is_taken_runs_nothing(formula: str) -> None:
    try:
        taken = checked(formula)
    except ValueError:
        return
    for forbidden in (r"\input", r"\csname", "^^", "%", "#", "$"):
        assert forbidden not in taken.replace(r"\%", "")


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
