"""Rosters: read as they come, every bad row named, every name printable."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.rosters import SPEC, written
from worksheetgen.errors import InputError
from worksheetgen.exam.roster import read_roster
from worksheetgen.typeset.characters import _OF_NAMES, in_latin_letters
from worksheetgen.variants.manifest import FILE_NAME
from worksheetgen.variants.person import DEVICE, file_name


def rows(path: Path) -> list[tuple[str, str, str]]:
    return [(student.id, student.name, student.group) for student in read_roster(path).students]


EXPECTED = [("s1", "Zoë Żak", "A"), ("s2", "Ann Lee", "B")]
FILES = {
    "plain": "id,name,group\ns1,Zoë Żak,A\ns2,Ann Lee,B\n".encode(),
    "Excel in Europe": "\ufeffid;name;group\r\ns1;Zoë Żak;A\r\ns2;Ann Lee;B\r\n".encode(),
    "Excel with sep": "sep=;\r\nid;name;group\r\ns1;Zoë Żak;A\r\ns2;Ann Lee;B\r\n".encode(),
    "Unicode text of Excel": "id\tname\tgroup\r\ns1\tZoë Żak\tA\r\ns2\tAnn Lee\tB\r\n".encode(
        "utf-16"
    ),
    "spaces and empty lines": (
        " ID , Name ,Group\n\n s1 , Zoë  Żak ,A\n,,\ns2,Ann Lee,B\n\n"
    ).encode(),
    "empty lines first": "\n\nid;name;group\ns1;Zoë Żak;A\ns2;Ann Lee;B\n".encode(),
    "commas in a head": '"id";"name";"group";"a,b,c,d,e"\ns1;Zoë Żak;A;\ns2;Ann Lee;B;\n'.encode(),
    "sep in quotes": '"SEP=;"\nid;name;group\ns1;Zoë Żak;A\ns2;Ann Lee;B\n'.encode(),
    "decomposed letters": "id,name,group\ns1,Zoe\u0308 Z\u0307ak,A\ns2,Ann Lee,B\n".encode(),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_roster_is_read_as_it_is_exported(tmp_path: Path, content: bytes) -> None:
    assert EXPECTED == rows(written(tmp_path, content))


def test_letters_of_old_excel_files_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "id;name\ns1;Zoë Müller\n".encode("cp1252"))
    assert [("s1", "Zoë Müller", "")] == rows(path)
    assert "cp1252" == read_roster(path).guessed


def test_a_guessed_encoding_is_said(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    path = written(tmp_path, "id;name\ns1;Zoë Müller\n".encode("cp1252"))
    run = cli("generate", tmp_path / "exam.toml", "--roster", path, "--out", tmp_path / "out")
    assert "read as cp1252. Check the names." in " ".join(run.out.split())


def test_lines_of_very_many_bad_rows_are_named_too(tmp_path: Path) -> None:
    content = "id,name\n" + "".join(f"s{n},\n" for n in range(20))
    with pytest.raises(InputError, match=r"(?s)line 13: no name.*and in lines 14, 15, 16, 17, 18"):
        read_roster(written(tmp_path, content))


def test_a_quoted_cell_may_hold_the_separator_and_lines_are_counted_behind_it(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, 'id,name,remark\ns1,"Lee, Ann","two\nlines"\ns1,Bob,\n')
    with pytest.raises(InputError, match=r"line 4: s1 stands in line 2 already"):
        read_roster(path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('s2,"Alex Smith\ns3,Bob\ns4,Carl\n', "line 3: unexpected end of data"),
        ('s2,"Alex Smith\ns3,Bob\ns4,"Carl"\n', "line 3: .* expected after"),
        ('s2,"Alex Smith\ns3,Bob"\ns4,Carl\n', "line 3: a cell goes on over lines"),
        ('s2,Al,"x\ns3,Bob,y\ns4,Carl,z"\ns5,Di,u\n', "line 3: a cell goes on over lines"),
        ('s2,Al,B,"x\ns3,Bob,B,y"\ns5,Di,u\n', "line 3: a cell goes on over lines"),
    ],
    ids=["to the end", "to another quotation mark", "closed rows later", "a group", "a remark"],
)
def test_an_open_quotation_mark_swallows_nobody(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_roster(written(tmp_path, f"id,name,group,note\ns1,Ann\n{rows}"))


def test_all_bad_rows_are_named_at_once(tmp_path: Path) -> None:
    lines = ["id,name", "s1,Ann", "S1,Bob", ",Cleo", "s4,", "a/b,Dan", "s6,Lee, Eve", "s7,\x07"]
    lines += [
        "s8,\u200f",
        "s9,\u00ad\u200f",
        f"s10,{'W' * 36}{' i' * 90}",
        f"{'W' * 30},Fay",
        f"s12,{'i' * 50}",
    ]
    with pytest.raises(InputError) as told:
        read_roster(written(tmp_path, "\n".join(lines)))
    message = str(told.value)
    for part in (
        "line 3: S1 stands in line 2 already",
        "line 5: no name for s4",
        "line 7: 3 cells under 2 heads",
        "line 8: '\\x07' has '\\x07', which no name has",
        "line 9: no name for s8",
        "line 10: no name for s9",
        f"line 11: s10, {'W' * 36} ..., is too long to be read in two lines",
    ):
        assert part in message
    for line in (2, 6, 12, 13):
        assert f"line {line}:" not in message


@given(st.lists(st.text(min_size=1, max_size=60), min_size=2, max_size=2, unique=True))
def test_files_of_any_numbers_have_names_of_their_own(numbers: list[str]) -> None:
    names = [file_name(number) for number in numbers]
    assert len({*names}) == len(numbers)
    assert all(re.fullmatch(FILE_NAME, name) for name in names if len(name) < 250)
    assert not any(re.fullmatch(DEVICE, name) for name in names)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("学号1", "'学号1' has '学', which cannot be printed"),
        ("4.5E+11", "4.5E+11 was taken for an amount by a spreadsheet"),
        ("2601.0", "2601.0 was taken for an amount"),
        ('"4,5E+11"', "4,5E+11 was taken for an amount by a spreadsheet"),
    ],
)
def test_student_numbers_that_cannot_be_printed_are_told(
    tmp_path: Path, number: str, said: str
) -> None:
    with pytest.raises(InputError, match=rf"line 2: {re.escape(said)}"):
        read_roster(written(tmp_path, f"id,name\n{number},Ann\n"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,name\n", "names no student"),
        (b"seat,name\nx,y\n", "the first line has seat, name"),
        (b"id,seat\nx,1\n", "no line heads a column of student numbers and one of names"),
        (b"PK\x03\x04\0\0", "cannot be read as a spreadsheet"),
        (b"\0\1", "no text"),
        (b"id,name\ns1,\x81\x8d\n", "neither UTF-8 nor cp1252"),
        (b'id,name\ns1,"' + b"x" * 200_000 + b'"\n', "line 2"),
    ],
    ids=[
        "empty",
        "no row",
        "no id",
        "no name",
        "a spreadsheet",
        "binary",
        "no encoding",
        "an endless cell",
    ],
)
def test_what_is_no_roster_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError) as told:
        read_roster(written(tmp_path, content))
    assert said in str(told.value)


def test_a_missing_roster_is_told(cli: Cli, tmp_path: Path) -> None:
    run = cli("generate", "--roster", tmp_path / "none.csv", "--out", tmp_path / "out")
    assert 2 == run.code
    assert "none.csv: No such file" in run.err


@pytest.mark.parametrize(
    ("name", "encoding", "sign"),
    [
        ("山田太郎", "shift-jis", "¾"),
        ("Jürgen Groß", "mac-roman", "§"),
        ("Zoë 👩", "utf-8", "👩"),
    ],
)
def test_names_that_were_misread_are_told(
    tmp_path: Path, name: str, encoding: str, sign: str
) -> None:
    with pytest.raises(InputError, match=f"line 2: .* has '{sign}', which no name has"):
        read_roster(written(tmp_path, f"id,name\ns1,{name}\n".encode(encoding)))


@given(st.text(min_size=1, max_size=20))
def test_every_name_can_be_printed_and_no_letter_is_dropped(name: str) -> None:
    found = in_latin_letters(name)
    assert set(found) <= _OF_NAMES
    if any(letter.isalpha() for letter in name):
        assert found.strip()


def test_letters_that_carry_vowels_are_read_as_such() -> None:
    assert "mhmd al'hmd" == in_latin_letters("محمد الأحمد")


def test_printable_names_stay_as_they_are() -> None:
    assert "Łukasz Żółć-Ørsted O’Neill" == in_latin_letters("Łukasz Żółć-Ørsted O’Neill")
