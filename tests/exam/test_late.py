"""What a clerk may do to a roster between two runs, and what must not be lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.rosters import SPEC, written
from worksheetgen.errors import InputError
from worksheetgen.exam.roster import read_roster
from worksheetgen.exam.roster.arranging import sorted_by
from worksheetgen.variants.manifest import DUE, read_variants

FIRST = "id,name,room\n" + "".join(f"s{n},Ann {n},H{n % 2}\n" for n in range(6))
MORE = FIRST + "".join(f"t{n},Bo {n},H{n % 2}\n" for n in range(12))


def made(cli: Cli, folder: Path, *options: object, roster: str = FIRST) -> Path:
    (folder / "exam.toml").write_text(SPEC)
    arguments = ("--roster", written(folder, roster), "--out", folder / "out", *options)
    run = cli("generate", folder / "exam.toml", *arguments)
    assert (0, "") == (run.code, run.err)
    return folder / "out"


@pytest.mark.parametrize("lines", [8, 19])
def test_an_add_that_was_killed_is_finished_by_the_next(
    cli: Cli, tmp_path: Path, lines: int
) -> None:
    out = made(cli, tmp_path, "--split", "room", "--answers")
    path = written(tmp_path, MORE)
    command = [sys.executable, "-m", "worksheetgen", "add", str(out), str(path)]
    with subprocess.Popen(command, start_new_session=True) as running:
        while running.poll() is None:
            if len((out / "manifest.jsonl").read_bytes().splitlines()) >= lines:
                os.killpg(running.pid, signal.SIGKILL)
                break
            time.sleep(0.005)
    if (out / DUE).exists():
        assert 1 == cli("verify", out).code
        run = cli("add", out, path)
        assert (0, "") == (run.code, run.err)
    assert 18 == len(list(read_variants(out)))
    assert 0 == cli("verify", out).code
    assert not (out / DUE).exists()


def test_an_add_that_fails_leaves_the_folder_as_it_was(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = made(cli, tmp_path, "--print")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    path = written(tmp_path, MORE)
    with monkeypatch.context() as patch:
        patch.setattr("worksheetgen.typeset.split.literal", lambda *_: b"")
        assert 1 == cli("add", out, path).code
    assert before == {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert 0 == cli("verify", out).code


@pytest.mark.parametrize("row", ["s2,Totally Other,H1", "S2,Other Person,H1"])
def test_a_number_that_is_somebody_elses_is_told(cli: Cli, tmp_path: Path, row: str) -> None:
    out = made(cli, tmp_path)
    run = cli("add", out, written(tmp_path, f"id,name,room\n{row}\nt1,New One,H1\n"))
    assert (2, True) == (run.code, "is the number of Ann 2" in run.err)


def test_a_spare_sheets_number_is_nobodys(cli: Cli, tmp_path: Path) -> None:
    out = made(cli, tmp_path, "--spares", 1)
    run = cli("add", out, written(tmp_path, "id,name,room\nspare-1,Eve Spare,H1\n"))
    assert (2, True) == (run.code, "a spare sheet" in run.err)


def test_what_is_left_out_or_not_printed_is_told(cli: Cli, tmp_path: Path) -> None:
    out = made(cli, tmp_path)
    rows = "t1,New One,H3,7,Student\nt2,Tutor Two,H3,8,Tutor\n"
    run = cli("add", out, written(tmp_path, f"id,name,room,seat,role\n{rows}"))
    assert 0 == run.code
    assert "Tutor, no student" in run.out
    assert "the sheets of others do not say it: seat" in run.out


def test_rows_of_one_student_fill_each_other_and_may_not_differ(tmp_path: Path) -> None:
    head = "id,name,room,seat,scale\n"
    path = written(tmp_path, f"{head}s1,Ann,,,\ns1,Ann,H1,5,1.4\n")
    (student,) = read_roster(path).students
    assert ({"room": "H1", "seat": "5"}, 1.4) == (dict(student.facts), student.scale)
    path = written(tmp_path, f"{head}s1,Ann,H1,5,\ns1,Ann,H2,5,\n")
    with pytest.raises(InputError, match="line 3: s1 has another room in line 2"):
        read_roster(path)


def test_rooms_are_piles_by_what_is_written_not_by_latin_letters(cli: Cli, tmp_path: Path) -> None:
    rows = "s1,Ann,一教室\ns2,Bo,医教室\ns3,Cy," + "\\\\" * 40 + "\n"
    out = made(cli, tmp_path, "--split", "room", roster=f"id,name,room\n{rows}")
    assert 3 == len(list((out / "print").glob("*-attendance.csv")))
    assert 0 == cli("verify", out).code


def test_rooms_that_differ_by_case_or_spaces_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "id,name,room\ns1,Ann,H1\ns2,Bo,h 1\n")
    assert ("room 'h 1' and room 'H1' count as two",) == read_roster(path).doubts


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("Student ID,Name,Registration\n1001,Ann Ax,confirmed\n1002,Bo By,waiting\n", "1001"),
        ("Förnamn;Efternamn;ID-nummer;Roll\nAnna;Ek;1001;Student\nBo;Al;1002;Student\n", "1001"),
        ("id,name\n١٢٣,Ann\n", "123"),
        ("id,name\n\u200e1001,Ann\n", "1001"),
        ("ID number,First name,Surname,Roles\n1001,Ann,Ax,Participant\n", "1001"),
    ],
)
def test_numbers_are_found_and_cleaned(tmp_path: Path, content: str, ids: str) -> None:
    assert ids == read_roster(written(tmp_path, content)).students[0].id


def test_columns_may_be_called_by_their_heads_and_last_names_sort(tmp_path: Path) -> None:
    rows = "1;Zoe;Adam;H2\n2;Anna;Zuber;H1\n3;Max;Ångström;H1\n"
    roster = read_roster(written(tmp_path, f"Matrikelnummer;Vorname;Nachname;Raum\n{rows}"))
    assert ["2", "3", "1"] == [s.id for s in sorted_by(roster, ["Raum"]).students]
    assert ["1", "2", "3"] == [s.id for s in sorted_by(roster, ["last"]).students]


def test_names_of_eastern_scripts_begin_with_the_familys(tmp_path: Path) -> None:
    path = written(tmp_path, "id,Vorname,Nachname\n1,太郎,山田\n2,Ann,Lee\n")
    assert ["山田 太郎", "Ann Lee"] == [s.name for s in read_roster(path).students]


def test_a_name_that_a_spreadsheet_would_run_is_kept_from_it(cli: Cli, tmp_path: Path) -> None:
    rows = 's1,"=HYPERLINK(1)","=1+1"\n'
    out = made(cli, tmp_path, "--split", "room", roster=f"id,name,room\n{rows}")
    tables = [path.read_text() for path in (out / "print").glob("*.csv")]
    assert all(",=" not in table and ',"=' not in table for table in tables)
    assert 0 == cli("verify", out).code


def test_a_column_that_stands_there_already_is_not_shown_twice(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    arguments = ("--roster", written(tmp_path, FIRST), "--show", "room", "--out", tmp_path / "out")
    run = cli("generate", tmp_path / "exam.toml", *arguments)
    assert (2, True) == (run.code, "stands on the sheets already" in run.err)
