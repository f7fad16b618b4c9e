"""All answers as tables: what the keys say, proven, and readable by spreadsheets."""

import csv
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.conftest import Cli
from tests.rosters import ROSTER, SPEC, written
from tests.tex import printed
from worksheetgen.export.answers import plain
from worksheetgen.variants.manifest import read_variants
from worksheetgen.verify.checks.tables import numbers, said


def table(out: Path) -> list[dict[str, str]]:
    with (out / "answers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "exam", ["convolution", "layer", "signs", "concepts", "architecture", "dense", "pooling"]
)
def test_each_row_of_the_keys_is_there_and_proven(cli: Cli, tmp_path: Path, exam: str) -> None:
    out = tmp_path / "out"
    assert 0 == cli("generate", exam, "-n", 2, "--seed", 3, "--answers", "--out", out).code
    rows = table(out)
    for variant in read_variants(out):
        for _, _, item in variant.items():
            own = [r for r in rows if (r["variant"], r["asked"]) == (variant.variant, item.item)]
            assert ["right", *(row.happened for row in item.key)] == [r["happened"] for r in own]
            assert item.points == int(own[0]["points"])
    sheet = CalamineWorkbook.from_path(out / "answers.xlsx").get_sheet_by_index(0)
    cells = [[str(cell) for cell in row] for row in sheet.to_python()]
    assert [[*row.values()] for row in rows] == cells[1:]
    assert 0 == cli("verify", out).code


def test_latex_of_answers_needs_no_style_file(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert 0 == cli("generate", "layer", "--seed", 3, "--answers", "--out", out).code
    for row in table(out):
        assert r"\written" not in row["latex"]
        assert "\n" not in row["latex"]
    assert printed(rf"${table(out)[0]['latex']}$")


def test_tables_of_personal_sheets_name_students(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    arguments = ("--roster", written(tmp_path, ROSTER), "--answers", "--out", tmp_path / "out")
    assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
    assert {"s1", "s2", "s3", "s4"} == {row["student"] for row in table(tmp_path / "out")}
    assert 0 == cli("verify", tmp_path / "out").code


FAULTS: dict[str, Callable[[str], str]] = {
    "another answer": lambda text: text.replace(",right,", ",wrong,", 1),
    "other points": lambda text: text.replace(",0.5\n", ",1.5\n", 1),
    "a row that is gone": lambda text: text.rstrip("\n").rpartition("\n")[0] + "\n",
    "a number of LaTeX": lambda text: text.replace(" & ", " & 1", 1),
    "no heads": lambda text: text.partition("\n")[2],
    "nothing": lambda _: "",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_changed_in_a_table_is_caught(cli: Cli, tmp_path: Path, fault: str) -> None:
    out = tmp_path / "out"
    assert 0 == cli("generate", "pooling", "--seed", 3, "--answers", "--out", out).code
    before = (out / "answers.csv").read_text()
    (out / "answers.csv").write_text(FAULTS[fault](before))
    assert before != (out / "answers.csv").read_text()
    assert 1 == cli("verify", out).code


def test_the_same_seed_gives_the_same_tables_and_replace_takes_them_away(
    cli: Cli, tmp_path: Path
) -> None:
    for name in "ab":
        arguments = ("pooling", "--seed", 3, "--answers", "--out", tmp_path / name)
        assert 0 == cli("generate", *arguments).code
    for name in ("answers.csv", "answers.xlsx"):
        one, other = (tmp_path / folder / name for folder in "ab")
        assert one.read_bytes() == other.read_bytes()
    assert 0 == cli("generate", "dense", "--replace", "--out", tmp_path / "a").code
    assert not (tmp_path / "a" / "answers.csv").exists()


entries = st.integers(-99, 99) | st.fractions(max_denominator=99).map(str)


@given(
    entries | st.lists(entries, min_size=1) | st.lists(st.lists(entries, min_size=1), min_size=1)
)
def test_an_answer_in_one_line_says_all_its_numbers(answer: Any) -> None:
    flat = answer if isinstance(answer, list) else [answer]
    values = [e for row in flat for e in (row if isinstance(row, list) else [row])]
    assert [Fraction(value) for value in values] == numbers(plain(answer))
    assert plain(answer) == said(answer)
