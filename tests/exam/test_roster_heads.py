"""Headers as student systems write them: read right, or refused with a way out that works."""

import io
import re
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.rosters import SPEC, written
from worksheetgen.errors import InputError
from worksheetgen.exam.roster import Roster, read_roster
from worksheetgen.exam.roster.heads import HEADS, columns_of, is_enough, plain
from worksheetgen.exam.roster.tables import tables

EXPECTED = [("2601", "Ada Okafor"), ("2602", "Björn Lindqvist")]
ROSTERS = tomllib.loads(Path(__file__).with_name("rosters.toml").read_text(encoding="utf-8"))
FILES, UNKNOWN = ROSTERS["known"], ROSTERS["unknown"]


def people(roster: Roster) -> list[tuple[str, str]]:
    return [(student.id, student.name) for student in roster.students]


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_header_is_understood(tmp_path: Path, content: str) -> None:
    assert EXPECTED == people(read_roster(written(tmp_path, content)))


@pytest.mark.parametrize("content", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_understood_has_a_way_out_that_works(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InputError) as told:
        read_roster(path)
    said = re.search("--columns '(.*)'", str(told.value))
    assert said
    assert ["2601", "2602"] == [number for number, _ in people(read_roster(path, said[1]))]


def test_columns_say_which_is_which(tmp_path: Path) -> None:
    path = written(tmp_path, "Kürzel,Wer,Team\n2601,Ada Okafor,Rot\n2602,Björn Lindqvist,Blau\n")
    roster = read_roster(path, "id=Kürzel, name=Wer, group=Team")
    assert EXPECTED == people(roster)
    assert ["Rot", "Blau"] == [student.group for student in roster.students]
    assert EXPECTED == people(read_roster(path, "id=1,name=2"))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("id", "'id' is not as in"),
        ("nummer=Kürzel,name=Wer", "what a column may be"),
        ("id=Kürzel", "say which is id, and which is name"),
        ("id=Kuerzel,name=Wer", "no column 'Kuerzel'; did you mean 'Kürzel'"),
        ("id=1,name=7", "none is number 7"),
    ],
)
def test_wrong_columns_are_told(tmp_path: Path, columns: str, said: str) -> None:
    path = written(tmp_path, "Kürzel,Wer\n2601,Ada Okafor\n")
    with pytest.raises(InputError, match=re.escape(said)):
        read_roster(path, columns)


def test_a_gradebook_of_canvas_leaves_out_who_is_no_student(tmp_path: Path) -> None:
    roster = read_roster(
        written(
            tmp_path,
            "Student,ID,SIS User ID,Section,Midterm (874502)\n,,,,Manual Posting\n"
            "    Points Possible,,,,40.0\n"
            '"Okafor, Ada",301245,s2601,CS231-001,\n"Student, Test",301299,,CS231-001,0\n',
        )
    )
    assert [("s2601", "Okafor, Ada")] == people(roster)
    expected = [(2, "no student number"), (3, "points possible, no student"), (5, "a test student")]
    assert expected == [(left.line, left.why) for left in roster.left_out]
    assert {"id": "SIS User ID", "name": "Student", "group": "Section"} == roster.columns


def test_the_command_tells_how_a_roster_was_understood(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "exam.toml"
    spec.write_text(SPEC)
    rows = (
        "2601;Ada;Student",
        ";Nobody;Student",
        "99;Dan;Tutor",
        "301;Cy;Student",
        "2602;Eve;Student",
    )
    path = written(tmp_path, "\n".join(["Matrikelnummer;Name;Rolle", *rows]))
    run = cli("generate", spec, "--roster", path, "--out", tmp_path / "out")
    assert 0 == run.code
    for said in (
        "3 students",
        "Matrikelnummer",
        "line 3: Nobody, Student: no student number",
        "line 4: 99, Dan, Tutor: Tutor, no student",
        "line 5: 301 is shorter than other numbers",
    ):
        assert said in " ".join(run.out.split())


@given(st.sampled_from([*FILES.values()]), st.data())
@settings(max_examples=2000, deadline=None, derandomize=True)
def test_nobody_is_lost_in_silence(
    tmp_path_factory: pytest.TempPathFactory, content: str, data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("fuzz"), mutated(content, data))
    try:
        roster = read_roster(path)
    except InputError:
        return
    (table,) = tables(path)
    students, told = {s.line for s in roster.students}, {left.line for left in roster.left_out}
    numbers = {student.id for student in roster.students}
    counted = [cells for line, cells in table.rows if line in students | told]
    for line, cells in table.rows:
        bare = [" ".join(re.sub('[="\u200f]', "", cell).split()) for cell in cells]
        again = any(number in cell for number in numbers for cell in bare)
        again = again or plain(cells[0]) == "endhissheet" or cells in counted
        assert line < min(students | told) or line in students | told or again


def mutated(content: str, data: st.DataObject) -> str:
    lines = content.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "twice", "cut", "sign", "swap"]))
        line = lines[at]
        place = data.draw(st.integers(0, len(line)))
        sign = data.draw(st.sampled_from(list(' ,;\t"#=é\u200f0Z')))
        other = data.draw(st.integers(0, len(lines) - 1))
        match change:
            case "drop":
                lines[at] = ""
            case "twice":
                lines.insert(at, line)
            case "cut":
                lines[at] = line[:place]
            case "sign":
                lines[at] = line[:place] + sign + line[place:]
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines)


SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
ROWS = (("Course: Deep Learning", ""), ("", ""), ("Matrikelnummer", "Name"))


def zipped(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def excel(rows: Sequence[tuple[object, str]]) -> bytes:
    def cell(said: object) -> str:
        if isinstance(said, int):
            return f"<c><v>{said}</v></c>"
        return f'<c t="inlineStr"><is><t>{said}</t></is></c>'

    data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (("xl/workbook.xml", "sheet.main"), ("xl/worksheets/sheet1.xml", "worksheet"))
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{kind}.{name}+xml"/>' for part, name in types
    )
    related = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{overrides}</Types>',
            "_rels/.rels": f'{related}Type="{OFFICE}/relationships/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}/relationships">'
            '<sheets><sheet name="List" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{related}Type="{OFFICE}/relationships/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{data}</sheetData>'
            "</worksheet>",
        }
    )


def opendocument(rows: Sequence[tuple[object, str]]) -> bytes:
    def cell(said: object) -> str:
        if isinstance(said, int):
            return f'<table:table-cell office:value-type="float" office:value="{said}"/>'
        return (
            f'<table:table-cell office:value-type="string"><text:p>{said}</text:p>'
            "</table:table-cell>"
        )

    spaces = "".join(f' xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "table", "text"))
    data = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0"/>',
            "content.xml": f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="List">{data}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        }
    )


@pytest.mark.parametrize("made", [excel, opendocument])
def test_spreadsheets_are_read(
    tmp_path: Path, made: Callable[[Sequence[tuple[object, str]]], bytes]
) -> None:
    path = written(tmp_path, made([*ROWS, (2601, "Ada Okafor"), ("2602", "Björn Lindqvist")]))
    roster = read_roster(path)
    assert EXPECTED == people(roster)
    assert [4, 5] == [student.line for student in roster.students]


def test_no_head_means_two_things_in_one_file() -> None:
    for meaning, heads in HEADS.items():
        for head in heads:
            assert meaning in columns_of([head, "x"]) or not is_enough([head])
