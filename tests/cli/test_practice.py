"""Practice sheets: what is asked, in which order, how it is printed, and how it comes again."""

import json
import re
import shlex
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from tests.conftest import Cli
from tests.tampering import changed, pages_of
from worksheetgen.exam.practice import Practice, practice_exam
from worksheetgen.problems import problem_types
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.resources import templates
from worksheetgen.verify.checks.no_leak import _forms
from worksheetgen.verify.pages.box import around
from worksheetgen.verify.pages.sheet import read_sheet

TYPES = tuple(problem_types())
ITEMS = tuple(f"{name}.{item}" for name, kind in problem_types().items() for item in kind.items)
seeds = st.integers(0, 2**63 - 1)


def asked(practice: Practice, seed: int) -> list[tuple[str, str]]:
    return [
        (part.problem, next(iter(part.worth)))
        for task in practice_exam(practice, seed).task
        for part in task.drawn.values()
    ]


def texts(pdf: Path) -> list[str]:
    with PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@given(seeds, st.integers(1, 60))
def test_nothing_is_asked_again_before_everything_was_asked(seed: int, exercises: int) -> None:
    counts = Counter(problem for problem, _ in asked(Practice((), exercises), seed))
    assert max(counts.values()) - min(counts[name] for name in TYPES) <= 1
    for name, kind in problem_types().items():
        own = Counter(item for p, item in asked(Practice((name,), exercises), seed))
        assert max(own.values()) - min(own[item] for item in kind.items) <= 1


@given(seeds)
def test_a_rising_sheet_begins_easy_and_ends_hard(seed: int) -> None:
    spec = practice_exam(Practice(("pooling",), 10, "rising"), seed)
    levels = [part.difficulty for task in spec.task for part in task.drawn.values()]
    assert ["easy"] * 4 + ["medium"] * 3 + ["hard"] * 3 == levels


@given(seeds)
def test_what_is_named_is_asked_and_nothing_else(seed: int) -> None:
    wanted = ("pooling.max_forward", "dense", "pooling.no_gradient")
    found = asked(Practice(wanted, 30), seed)
    dense = {("dense", item) for item in problem_types()["dense"].items}
    assert {("pooling", "max_forward"), ("pooling", "no_gradient"), *dense} == set(found)


def test_other_seeds_ask_other_things() -> None:
    assert len({tuple(asked(Practice(), seed)) for seed in range(20)}) == 20


@pytest.fixture
def sheet(cli: Cli, tmp_path: Path) -> Path:
    arguments = ("-n", 9, "--difficulty", "rising", "--seed", 8, "--out", tmp_path / "p")
    run = cli("practice", "pooling", "concepts", "convolution", *arguments)
    assert (0, "") == (run.code, run.err)
    return tmp_path / "p"


def test_exercises_then_hints_then_short_answers(sheet: Path) -> None:
    *exercises, hints, answers = texts(sheet / "questions" / "001.pdf")
    said = " ".join(exercises)
    assert [str(n) for n in range(1, 10)] == sorted(re.findall(r"Exercise (\d+)", said), key=int)
    assert "Hints" not in said
    assert "Short answers" not in said
    points = sum(map(int, re.findall(r"\((\d+)P\)", said)))
    head = f"Practice sheet {points} points Sheet 8"
    assert hints.startswith(f"{head} Hints 1. ")
    assert answers.startswith(f"{head} Short answers 1. ")
    for number in range(1, 10):
        assert f" {number}. " in hints
        assert f"{number}. " in answers


def test_worked_solutions_repeat_each_exercise(sheet: Path) -> None:
    said = " ".join(texts(sheet / "solutions" / "001.pdf"))
    assert 9 == len(re.findall(r"Solution\.", said))
    assert 9 == len(re.findall(r"Exercise \d+", said))
    assert "Marking key" not in said
    assert "Hints" not in said


def test_the_foot_of_every_page_has_the_command_that_makes_the_sheet_again(
    cli: Cli, sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = "worksheetgen practice pooling concepts convolution -n 9 --difficulty rising --seed 8"
    for kind in ("questions", "solutions"):
        assert all(command in page for page in texts(sheet / kind / "001.pdf"))
    monkeypatch.chdir(tmp_path)
    assert 0 == cli(*shlex.split(command)[1:]).code
    for kind in ("questions", "solutions"):
        again = tmp_path / "practice-8" / kind / "001.pdf"
        assert (sheet / kind / "001.pdf").read_bytes() == again.read_bytes()


def test_every_check_holds_for_a_practice_sheet(cli: Cli, sheet: Path) -> None:
    assert 0 == cli("verify", sheet).code
    pair = [sheet / kind / "001.pdf" for kind in ("questions", "solutions")]
    assert 0 == cli("verify", *pair).code


@pytest.mark.parametrize(
    "arguments",
    [
        ("--difficulty", "easy", "--language", "de", "-n", 60),
        ("--difficulty", "hard", "--paper", "letter", "-n", 60),
    ],
    ids=["easy and German", "hard and Letter"],
)
def test_a_sheet_of_all_items_is_proven(
    cli: Cli, tmp_path: Path, arguments: tuple[object, ...]
) -> None:
    run = cli("practice", *arguments, "--seed", 3, "--out", tmp_path / "p")
    assert (0, "") == (run.code, run.err)


def test_the_longest_command_fits_the_foot_of_a_page(cli: Cli, tmp_path: Path) -> None:
    names = list(ITEMS)
    while len(Practice(tuple(names), 10, "rising", "de", "letter").command(2**63 - 1)) > 240:
        names.pop()
    arguments = ("--difficulty", "rising", "--language", "de", "--paper", "letter")
    run = cli("practice", *names, *arguments, "--seed", 2**63 - 1, "--out", tmp_path / "p")
    assert (0, "") == (run.code, run.err)


def test_short_exercises_stand_side_by_side(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "p"
    assert 0 == cli("practice", "concepts", "-n", 8, "--seed", 1, "--out", out).code
    with PdfDocument(out / "questions" / "001.pdf") as document:
        assert 4 == len(document)  # two of exercises, in two columns
        page = document[0].get_textpage()
        searcher = page.search("Exercise")
        lefts = []
        while found := searcher.get_next():
            left, *_ = page.get_charbox(found[0])
            lefts.append(round(left))
        assert 2 == len(set(lefts))


def test_the_same_item_twice_has_other_numbers(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "p"
    run = cli("practice", "pooling.max_forward", "-n", 12, "--seed", 1, "--out", out)
    assert (0, "") == (run.code, run.err)
    record = json.loads((out / "manifest.jsonl").read_text().splitlines()[1])
    answers = [str(task["parts"][0]["items"][0]["answer"]) for task in record["tasks"]]
    assert len(answers) == len(set(answers))


def test_today_is_the_same_all_day_and_another_tomorrow(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> "Tomorrow":
            return cls(2026, 12, 1)

    run = cli("practice", "concepts", "-n", 1, "--today")
    seed = re.search(r"--seed (\d{8})$", run.out.strip())
    assert seed is not None
    again = cli("practice", "concepts", "-n", 1, "--today")
    assert (0, run.out) == (again.code, again.out)
    monkeypatch.setattr("datetime.date", Tomorrow)
    other = cli("practice", "concepts", "-n", 1, "--today")
    assert "--seed 20261201" in other.out
    assert 2 == cli("practice", "--today", "--seed", 1).code


def test_short_answers_among_the_exercises_are_a_leak(cli: Cli, sheet: Path) -> None:
    path = sheet / "questions" / "001.pdf"
    pdf = path.read_bytes()
    path.write_bytes(changed(pdf, lambda d: replace(d, pages=(*d.pages[1:], d.pages[0]))))
    run = cli("verify", sheet, "--json")
    assert 1 == run.code
    assert "short answers among exercises" in run.out


def test_a_wrong_short_answer_is_caught(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = "worksheetgen.variants.sheet.Item.full_key"
    monkeypatch.setattr(sound, property(lambda item: (item.key[0], *item.key)))
    run = cli("practice", "pooling.max_forward", "-n", 1, "--seed", 1, "--out", tmp_path / "p")
    assert 1 == run.code
    assert "short answers" in run.err


@pytest.mark.parametrize("item", ["multichannel.filter_gradient", "convolution.input_jacobian"])
def test_an_exercise_higher_than_a_page_gives_up_room_to_write(
    cli: Cli, tmp_path: Path, item: str
) -> None:
    wishes = ("-n", 1, "--difficulty", "hard", "--seed", 1, "--paper", "letter", "--language", "de")
    assert 0 == cli("practice", item, *wishes, "--out", tmp_path / "out").code
    exercises, hints, answers = texts(tmp_path / "out" / "questions" / "001.pdf")
    assert "Übung 1" in exercises
    assert "Hinweise" in hints
    assert "Lösungen in Kürze" in answers


def test_an_exam_has_no_short_answers_and_no_hints(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("generate", "pooling", "-n", 1, "--out", tmp_path / "out").code
    said = " ".join(texts(tmp_path / "out" / "questions" / "001.pdf"))
    assert "Hints" not in said
    assert "Short answers" not in said
    assert "worksheetgen" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("poolng",), "did you mean 'pooling'?"),
        (("pooling.max_forwrd",), "did you mean 'max_forward'?"),
        (("pooling.",), "pooling has no item ''"),
        (
            ("architecture.same_padding", "-n", 60, "--difficulty", "easy"),
            "there are not 60 different exercises of these",
        ),
        (ITEMS, "70 names are too many for the foot of a page"),
        (("-n", 0), "greater than or equal to 1"),
        (("-n", 61), "less than or equal to 60"),
        (("--language", "fr"), "allowed: de, en"),
        (("--seed", -1), "greater than or equal to 0"),
    ],
)
def test_bad_wishes_are_told(cli: Cli, arguments: tuple[object, ...], said: str) -> None:
    run = cli("practice", *arguments)
    assert 2 == run.code
    assert said in " ".join(run.err.split())


INDEX = re.compile(
    r"<< p\.(outputs\[0\]|symbols\.\w+) \| symbol >>|[A-Za-z]_\{?\d+\}?|\$(i = )?[01]\$"
)
"""What a hint may say: a first entry by its symbol, and that something is 0 or grows by 1."""


def test_every_item_has_a_hint_without_numbers() -> None:
    for path in templates().rglob("problems/*/*.md"):
        if path.name != "givens.md":
            hint = path.read_text(encoding="utf-8").split("<% block hint %>")[1].split("<%")[0]
            assert len(hint) > 15, path
            assert not re.search(r"\d|<<", INDEX.sub("", hint)), path


def test_a_letter_stands_beside_what_it_means_and_heads_say_the_total(
    cli: Cli, tmp_path: Path
) -> None:
    out = tmp_path / "p"
    asked = ("concepts.gradient_entry", "concepts.which_entry", "concepts.shifted_input")
    assert 0 == cli("practice", *asked, "-n", 3, "--seed", 4, "--out", out).code
    record = json.loads((out / "manifest.jsonl").read_text().splitlines()[1])
    meant = {}
    for task in record["tasks"]:
        (part,) = task["parts"]
        (item,) = part["items"]
        meant[item["item"]] = part["given"][f"{item['item']}_{item['answer']}"]
    pages = pages_of((out / "questions" / "001.pdf").read_bytes())
    sheet = read_sheet(pages, vocabulary("en"))
    assert meant == {place.rpartition(" ")[2]: at for place, (_, at) in sheet.short.items()}
    assert ["3"] == sheet.totals


def test_exercises_of_the_first_column_alone_are_shared_by_both(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "p"
    asked = ("multichannel.parameters", "concepts.padding_effect")
    assert 0 == cli("practice", *asked, "-n", 2, "--seed", 4, "--out", out).code
    first, *_ = pages_of((out / "questions" / "001.pdf").read_bytes())
    lefts = [around([g.box for g in first.glyphs[f"{n}.number"]]).left for n in (1, 2)]
    assert lefts[0] < first.width / 2 < lefts[1]


def test_a_wrong_total_is_caught(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worksheetgen.variants.sheet.Sheet.points", 7)
    run = cli("practice", "pooling.max_forward", "-n", 1, "--seed", 1, "--out", tmp_path / "p")
    assert 1 == run.code
    assert "total" in run.err


def test_quiet_practice_says_nothing(cli: Cli, tmp_path: Path) -> None:
    run = cli("practice", "dense", "-n", 1, "-q", "--seed", 1, "--out", tmp_path / "p")
    assert (0, "", "") == (run.code, run.out, run.err)


def test_exercises_run_down_the_first_column_then_the_second(cli: Cli, tmp_path: Path) -> None:
    """Where two exercises stand beside each other, the right one has the larger number."""
    out = tmp_path / "p"
    arguments = ("-n", 10, "--difficulty", "easy", "--seed", 1, "--out", out)
    assert 0 == cli("practice", *arguments).code
    beside = 0
    for page in pages_of((out / "questions" / "001.pdf").read_bytes()):
        middle = page.width / 2
        heads = [
            (int(mark.partition(".")[0]), around([glyph.box for glyph in glyphs]))
            for mark, glyphs in page.glyphs.items()
            if mark.endswith(".number")
        ]
        left = [number for number, box in heads if box.left < middle]
        right = [number for number, box in heads if box.left > middle]
        beside += len(right)
        assert max(left, default=0) < min(right, default=99)
    assert beside > 1


def test_wrong_points_beside_the_rows_of_a_key_are_caught(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = "worksheetgen.variants.sheet.Item.otherwise"
    monkeypatch.setattr(planted, property(lambda _: ("entries", Fraction(1, 2))))
    run = cli("generate", "pooling", "-n", 1, "--seed", 1, "--out", tmp_path / "out")
    assert 1 == run.code
    assert "otherwise" in run.err


def test_numbers_of_a_sentence_are_no_leak() -> None:
    """Sizes, strides and a zero may be an answer by chance; side by side they tell it."""
    sentence = "A 2 × 2 kernel with stride 1 has a derivative of 0."
    assert " 2 2 1 0 " not in _forms(sentence)
    assert " 2 2 1 0 " in _forms("H: [2 2; 1 0] H_0 = 3")


def test_an_answer_of_zero_is_no_leak(cli: Cli, tmp_path: Path) -> None:
    """The question says that a derivative is 0, which is also how far the entry may rise."""
    spec = tmp_path / "zero.toml"
    spec.write_text(
        'title = "Zero"\n[[task]]\nnumber = 1\ntitle = "Pooling"\n[[task.part]]\n'
        'problem = "pooling"\nitems = ["no_gradient"]\ndiagnosable = false\n'
        "given = { X = [[0, -1], [-2, -3]], entry = [1, 1] }\n"
    )
    run = cli("generate", spec, "--seed", 1, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)
