"""Large print and letters without serifs: as much proven as of any sheet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from tests.conftest import Cli
from tests.rosters import SPEC, written
from worksheetgen.errors import InputError
from worksheetgen.exam.roster import read_roster

ROSTER = """id,name,Scale,Duration
s1,Ann Lee,,
s2,Bo Cho,1.4,120
s3,Cy Doe,140 %,
s4,王小明,"1,2",
"""


def made(cli: Cli, folder: Path, spec: str, *options: object) -> Path:
    (folder / "exam.toml").write_text(spec)
    run = cli("generate", folder / "exam.toml", "--no-verify", "--out", folder / "out", *options)
    assert (0, "") == (run.code, run.err)
    assert 0 == cli("verify", folder / "out", "--thorough").code
    return folder / "out"


def heights(pdf: Path, said: str) -> float:
    """Points that a word is high on the first page, and the width of its paper."""
    with PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        found = text.search(said).get_next()
        _, bottom, _, top = text.get_charbox(found[0])
    return float(top - bottom)


@pytest.mark.parametrize("scale", [1.05, 1.4, 2.0])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_question_sheets_are_larger_on_the_same_paper(
    cli: Cli, tmp_path: Path, scale: float, paper: str
) -> None:
    usual = made(cli, tmp_path, f'paper = "{paper}"\n{SPEC}', "-n", 2)
    sizes = {}
    for kind in ("questions", "solutions"):
        with PdfDocument(usual / kind / "001.pdf") as document:
            sizes[kind] = heights(usual / kind / "001.pdf", "Task"), document[0].get_size()
    larger = made(
        cli, tmp_path, f'paper = "{paper}"\nscale = {scale}\n{SPEC}', "-n", 2, "--replace"
    )
    for kind, times in (("questions", scale), ("solutions", 1)):
        path = larger / kind / "001.pdf"
        assert heights(path, "Task") == pytest.approx(times * sizes[kind][0], rel=0.01)
        with PdfDocument(path) as document:
            assert sizes[kind][1] == pytest.approx(document[0].get_size(), abs=0.01)


def test_some_students_have_larger_sheets_and_what_a_scanner_needs_of_them(
    cli: Cli, tmp_path: Path
) -> None:
    options = ("--roster", written(tmp_path, ROSTER), "--print", "--spares", 1)
    out = made(cli, tmp_path, SPEC, *options)
    sizes = [heights(out / "questions" / f"s{n}.pdf", "Task") for n in range(1, 5)]
    times = [size / sizes[0] for size in sizes]
    assert times == pytest.approx([1, 1.4, 1.4, 1.2], rel=0.01)
    for end in ("", "-1.4", "-1.2"):
        boxes: Any = json.loads((out / f"layout{end}.json").read_text())["boxes"]
        assert 2 == len(boxes)
        assert (out / f"template{end}.pdf").exists()
    (out / "template-1.4.pdf").write_bytes((out / "template.pdf").read_bytes())
    assert 1 == cli("verify", out).code


def test_pairs_of_large_sheets_are_proven_alone(cli: Cli, tmp_path: Path) -> None:
    out = made(cli, tmp_path, SPEC, "--roster", written(tmp_path, ROSTER))
    for number in range(1, 5):
        pair = [out / kind / f"s{number}.pdf" for kind in ("questions", "solutions")]
        assert 0 == cli("verify", *pair).code


def test_a_sheet_in_another_scale_than_the_manifest_says_is_caught(
    cli: Cli, tmp_path: Path
) -> None:
    out = made(cli, tmp_path, SPEC, "--roster", written(tmp_path, ROSTER))
    path = out / "manifest.jsonl"
    path.write_text(path.read_text().replace('"scale":1.4', '"scale":1.2'))
    assert 1 == cli("verify", out).code


@pytest.mark.parametrize("exam", ["pooling", "dense", "architecture", "signs", "concepts"])
def test_letters_without_serifs_are_proven_and_no_others_are_printed(
    cli: Cli, tmp_path: Path, exam: str
) -> None:
    spec = f'font = "sans"\n{SPEC}'.replace('"pooling"', f'"{exam}"').replace(
        'items = ["max_forward", "average_forward"]', ""
    )
    out = made(cli, tmp_path, spec, "-n", 2)
    for path in out.rglob("*.pdf"):
        content = path.read_bytes()
        assert b"LMSans" in content
        assert b"/SUBSET+LMRoman" not in content


def test_both_go_together_on_a_cover_in_german(cli: Cli, tmp_path: Path) -> None:
    spec = f'language = "de"\nfont = "sans"\nscale = 1.3\n{SPEC}[cover]\nexaminer = "X"\n'
    made(cli, tmp_path, spec, "--roster", written(tmp_path, ROSTER), "--booklet")


@given(st.integers(20, 40))
def test_scales_are_understood_in_many_ways(twentieths: int) -> None:
    scale = twentieths / 20
    percent = f"{round(100 * scale)} %"
    for said in (f"{scale:g}", f'"{scale:g}"'.replace(".", ","), percent, percent.replace(" ", "")):
        path = Path("roster.csv").resolve().parent / ".hypothesis" / "roster.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"id,name,scale\ns1,Ann,{said}\n")
        (student,) = read_roster(path).students
        assert scale == student.scale


@pytest.mark.parametrize("said", ["3", "0.5", "large", "1.42", "-1"])
def test_a_scale_that_is_none_is_told_with_its_line(tmp_path: Path, said: str) -> None:
    path = written(tmp_path, f"id,name,scale\ns1,Ann,1.4\ns2,Bo,{said}\n")
    with pytest.raises(InputError, match="line 3: .*scale.* from 1 to 2"):
        read_roster(path)


@pytest.mark.parametrize("scale", ["0.9", "2.05", "1.42"])
def test_a_scale_of_an_exam_is_bounded(cli: Cli, scale: str) -> None:
    run = cli("generate", "pooling", "--scale", scale)
    assert (2, True) == (run.code, "--scale" in run.err)


def test_all_is_black(cli: Cli, tmp_path: Path) -> None:
    out = made(cli, tmp_path, f'font = "sans"\nscale = 1.4\n{SPEC}', "-n", 1)
    with PdfDocument(out / "questions" / "001.pdf") as document:
        shown = document[0].render(scale=1).to_numpy()[..., :3].astype(int)
    assert 0 == np.ptp(shown, axis=2).max()
