"""Seats, rooms and more on sheets; spare sheets, and few versions for many."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.rosters import SPEC, written
from tests.tampering import rewrite
from tests.tex import text_of
from worksheetgen.exam.personal import version_of
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.roster.arranging import natural, sorted_by, with_spares
from worksheetgen.exam.student import Student

SEATED = """id,name,Room,Seat,group,Programme,Extra time
s1,Łukasz Żółć,H1,10,A,Physics,
s2,Ann Lee,H1,9,A,Mathematics,30
s3,Bo Cho,H2,1,B,,25 %
s4,Maeve O'Neill,H2,12,B,Physics,
"""


@pytest.fixture
def seated(cli: Cli, tmp_path: Path) -> Callable[..., Path]:
    def generate(*options: object, roster: str = SEATED, spec: str = SPEC) -> Path:
        (tmp_path / "exam.toml").write_text(spec)
        path = written(tmp_path, roster)
        arguments = ("--roster", path, "--out", tmp_path / "out", *options)
        run = cli("generate", tmp_path / "exam.toml", "--no-verify", *arguments)
        assert (0, "") == (run.code, run.err)
        assert 0 == cli("verify", tmp_path / "out").code
        return tmp_path / "out"

    return generate


def records(out: Path) -> list[Any]:
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()[1:]]


def said(out: Path, name: str) -> str:
    return text_of((out / "questions" / f"{name}.pdf").read_bytes())


def test_room_seat_group_and_more_stand_on_the_question_sheet_alone(
    seated: Callable[..., Path],
) -> None:
    out = seated("--show", "Programme", "--print")
    for told in ("Room: H1", "Seat: 9", "Group: A", "Programme: Mathematics", "30 minutes"):
        assert told in said(out, "s2")
        assert told not in text_of((out / "solutions" / "s2.pdf").read_bytes())
    assert "Extra time: 25 %" in said(out, "s3")
    assert "Programme: –" in said(out, "s3")
    assert "Extra time" not in said(out, "s1")
    assert "H1" not in text_of((out / "template.pdf").read_bytes())


def test_they_stand_on_a_cover_in_the_exams_language(seated: Callable[..., Path]) -> None:
    spec = SPEC.replace("seed", 'language = "de"\nseed') + "[cover]\n"
    assert "Raum: H1" in said(seated(spec=spec), "s1")


def test_a_fact_that_is_not_the_rosters_is_caught(cli: Cli, seated: Callable[..., Path]) -> None:
    out = seated()
    question, solution = out / "questions" / "s4.pdf", out / "solutions" / "s4.pdf"
    before = question.read_bytes()
    rewrite(question, 0, lambda page: page.replace(b"(H2)", b"(H1)").replace(b"H2", b"H1"))
    assert before != question.read_bytes()
    assert 0 == cli("verify", question, solution).code
    assert 1 == cli("verify", out).code


def test_a_fact_changed_in_the_manifest_is_caught(cli: Cli, seated: Callable[..., Path]) -> None:
    out = seated()
    path = out / "manifest.jsonl"
    path.write_text(path.read_text().replace('"room":"H2"', '"room":"H1"', 1))
    run = cli("verify", out, "--json")
    assert (1, True) == (run.code, '"place": "roster"' in run.out)


def test_sheets_stand_in_the_order_of_columns(seated: Callable[..., Path]) -> None:
    out = seated("--sort", "room,seat")
    assert ["s2", "s1", "s3", "s4"] == [record["person"]["id"] for record in records(out)]


@given(st.lists(st.integers(0, 300)))
def test_numbers_in_texts_sort_as_numbers(numbers: list[int]) -> None:
    assert [f"A{n}" for n in sorted(numbers)] == sorted((f"A{n}" for n in numbers), key=natural)


def test_spare_sheets_have_codes_and_lines_to_write_on(
    cli: Cli, seated: Callable[..., Path]
) -> None:
    out = seated("--spares", 2, "--print")
    spares = records(out)[4:]
    assert ["spare-1", "spare-2"] == [record["person"]["id"] for record in spares]
    assert 6 == len({record["person"]["code"] for record in records(out)})
    assert "Room: ....." in said(out, "spare-1")
    pair = [out / kind / "spare-2.pdf" for kind in ("questions", "solutions")]
    assert 0 == cli("verify", *pair).code
    assert 1 == cli("verify", pair[0], out / "solutions" / "spare-1.pdf").code


def test_no_spare_sheet_has_a_students_number() -> None:
    students = tuple(Student(n, f"Spare-{n}", "N") for n in (1, 3))
    roster = with_spares(Roster(students), 2)
    assert ["Spare-1", "Spare-3", "spare-2", "spare-4"] == [s.id for s in roster.students]


@given(versions=st.integers(2, 26), people=st.integers(1, 60))
def test_neighbours_have_other_versions(versions: int, people: int) -> None:
    dealt = [version_of(position, versions) for position in range(people)]
    assert all(one != other for one, other in pairwise(dealt))
    assert min(versions, people) == len({*dealt})


def test_students_share_versions_with_one_solution_each(
    cli: Cli, seated: Callable[..., Path]
) -> None:
    out = seated("--versions", 2, "--sort", "room,seat", "--print")
    assert ["A.pdf", "B.pdf"] == sorted(path.name for path in (out / "solutions").iterdir())
    tasks = [record["tasks"] for record in records(out)]
    assert tasks[0] == tasks[2] != tasks[1] == tasks[3]
    codes = [record["person"]["code"] for record in records(out)]
    assert (["A", "B", "A", "B"], 4) == ([code[0] for code in codes], len({*codes}))
    assert "Maeve" in said(out, "s4")
    assert "s4" not in text_of((out / "solutions" / "B.pdf").read_bytes())
    pair = out / "questions" / "s4.pdf", out / "solutions" / "B.pdf"
    assert 0 == cli("verify", *pair).code
    assert 1 == cli("verify", pair[0], out / "solutions" / "A.pdf").code


FAULTS: dict[str, Callable[[Any], None]] = {
    "another version": lambda record: record["person"].update(version="B"),
    "another code": lambda record: record["person"].update(code="B" + record["person"]["code"][1:]),
    "no version": lambda record: record["person"].update(version=""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_version_that_was_not_dealt_is_caught(
    cli: Cli, seated: Callable[..., Path], fault: str
) -> None:
    out = seated("--versions", 2)
    path = out / "manifest.jsonl"
    header, first, *others = path.read_text().splitlines()
    record = json.loads(first)
    FAULTS[fault](record)
    path.write_text("\n".join([header, json.dumps(record), *others]) + "\n")
    assert 1 == cli("verify", out).code


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--sort", "rom"], "did you mean 'room'"),
        (["--show", "Program"], "did you mean 'Programme'"),
        (["--versions", "1"], "--versions"),
        (["--versions", "27"], "--versions"),
    ],
)
def test_a_column_or_number_that_is_none_is_named(
    cli: Cli, tmp_path: Path, options: list[str], told: str
) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    arguments = ("--roster", written(tmp_path, SEATED), "--out", tmp_path / "out", *options)
    run = cli("generate", tmp_path / "exam.toml", *arguments)
    assert (2, True) == (run.code, told in run.err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [["--sort", "room"], ["--spares", "2"], ["--show", "Room"]])
def test_what_is_about_a_roster_needs_one(cli: Cli, options: list[str]) -> None:
    run = cli("generate", *options)
    assert (2, True) == (run.code, "is about a --roster" in run.err)


def test_the_order_of_a_sorted_roster_is_stable() -> None:
    students = tuple(Student(n, f"s{n}", "N", facts={"room": "H"}) for n in range(20))
    assert students == sorted_by(Roster(students), ["room"]).students


def test_without_a_roster_there_are_as_many_variants_as_versions(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC.replace("seed", "versions = 3\nseed"))
    arguments = ("--copies", 7, "--out", tmp_path / "out")
    assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
    assert 3 == len(list((tmp_path / "out" / "questions").iterdir()))
    assert 0 == cli("verify", tmp_path / "out").code
