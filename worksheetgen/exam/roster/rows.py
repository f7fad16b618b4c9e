"""From rows of a roster to students: who is one, who is left out, and which rows are to mend."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from worksheetgen.errors import InputError
from worksheetgen.exam.roster.header import Header
from worksheetgen.exam.roster.heads import STUDENTS, plain
from worksheetgen.exam.roster.tables import SEPARATORS
from worksheetgen.exam.student import Student, fault_of
from worksheetgen.typeset.characters import in_latin_letters

NOTHING: Mapping[str, int] = MappingProxyType({})
PLACES, TIMES = ("room", "seat", "group"), ("extra", "duration")
"""What sheets say of a student, if a roster does."""
MOST_TOLD = 12
"""Bad rows that a message names."""
ENDS = "endhissheet"
"""The last line of HIS, which is nobody."""
TESTS = frozenset(("student test", "test student", "preview user", "demo student"))
"""What learning platforms call the students with whose eyes a course is looked at."""
EXCEL_TEXT = re.compile(r'="([^"]*)"')
"""How spreadsheets are kept from taking a number for an amount."""
USUAL = 0.6
"""The share of numbers of one length from which shorter ones are suspected."""


@dataclass(frozen=True)
class LeftOut:
    """A row whose holder gets no sheet."""

    line: int
    said: str
    """What stands there, for whoever looks for it."""
    why: str


def students_of(
    path: Path,
    header: Header,
    rows: Sequence[tuple[int, tuple[str, ...]]],
    shown: Mapping[str, int] = NOTHING,
) -> tuple[tuple[Student, ...], tuple[LeftOut, ...], tuple[str, ...]]:
    """The students, the rows left out, and what looks wrong.

    ``shown`` are columns that stand on the sheets as well: positions by heads.

    Raises:
        InputError: rows are to mend; all of them are named.
    """
    students: dict[str, Student] = {}
    left_out, faults = list[LeftOut](), dict[int, str]()
    for line, row in rows:
        if plain(row[0]) == ENDS:
            continue
        student = _student(line, row, header, shown)
        known = students.get(student.id.casefold())
        if fault := _fault_of_row(student, header, row):
            faults[line] = fault
        elif why := _not_a_student(student, header, row):
            left_out.append(LeftOut(line, _shown(row), why))
        elif known and known.name == student.name:
            students[known.id.casefold()] = replace(known, group=_both(known.group, student.group))
        elif known:
            faults[line] = f"{student.id} stands in line {known.line} already, as {known.name}"
        elif fault := fault_of(student):
            faults[line] = fault
        else:
            students[student.id.casefold()] = student
    if faults:
        raise InputError(_to_mend(path, faults))
    found = _with_facts([*students.values()])
    return found, tuple(left_out), _doubts(found)


def _to_mend(path: Path, faults: dict[int, str]) -> str:
    told = [f"\n  line {line}: {fault}" for line, fault in faults.items()]
    more = ", ".join(map(str, list(faults)[MOST_TOLD:]))
    end = f"\n  and in lines {more}" if more else ""
    return f"{path}: rows to mend before anybody gets a sheet:{''.join(told[:MOST_TOLD])}{end}"


def _student(line: int, row: Sequence[str], header: Header, shown: Mapping[str, int]) -> Student:
    def cell(meaning: str) -> str:
        return _tidy(_cell(row, header, meaning))

    number = EXCEL_TEXT.sub(r"\1", cell("id")).lstrip("#'").strip()
    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    beside = {head: _tidy(row[at]) if at < len(row) else "" for head, at in shown.items()}
    facts = {place: cell(place) for place in PLACES} | beside | {time: cell(time) for time in TIMES}
    return Student(line, number, name, cell("group"), facts, _scale(cell("scale")))


def _scale(said: str) -> float:
    """How much larger a sheet is, as 1.4, 1,4 or 140 %; 0 where nothing is said, -1: unclear."""
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(%?)", said)
    if not said or found is None:
        return -1.0 if said else 0.0
    return round(float(found[1].replace(",", ".")) / (100 if found[2] else 1), 3)


def _tidy(said: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"[^\S\n\r]+", " ", said))


def _with_facts(students: Sequence[Student]) -> tuple[Student, ...]:
    """The same with those facts alone that somebody has."""
    everybody = [{**s.facts, "group": s.group} for s in students]
    there = (
        [head for head in everybody[0] if any(facts[head] for facts in everybody)]
        if students
        else []
    )
    return tuple(
        replace(s, facts={head: in_latin_letters(facts[head]) for head in there})
        for s, facts in zip(students, everybody, strict=True)
    )


def _cell(row: Sequence[str], header: Header, meaning: str) -> str:
    position = header.columns.get(meaning, len(row))
    return row[position] if position < len(row) else ""


def _fault_of_row(student: Student, header: Header, row: Sequence[str]) -> str:
    """What is wrong with how a row is written, if anything is."""
    wide = len(header.cells) or len(row)
    if len(row) > wide and any(row[wide:]):
        return f"{len(row)} cells under {wide} heads; put a name with a comma in quotes"
    counted = "".join((student.id, student.name, *student.facts.values()))
    swallowed = any(_cells(line) >= wide > 1 for cell in row for line in cell.splitlines()[1:])
    if "\n" in counted or "\r" in counted or swallowed:
        return "a cell goes on over lines: is a quotation mark not closed?"
    if not student.name and re.fullmatch(r"\S*\d\S*", student.id):
        return f"no name for {student.id}"
    return ""


def _cells(line: str) -> int:
    """How many cells a line has at most, whatever separates them."""
    return 1 + max(map(line.count, SEPARATORS))


def _not_a_student(student: Student, header: Header, row: Sequence[str]) -> str:
    """Why a row's holder gets no sheet, if so."""
    if row[0].startswith("# ") or (row[0].startswith("#") and sum(map(bool, row)) == 1):
        return "a comment"
    if plain(student.name).startswith("points possible"):
        return "points possible, no student"
    if plain(student.name) in TESTS:
        return "a test student"
    role = plain(_cell(row, header, "role"))
    if role and not STUDENTS & {*role.split()}:
        return f"{_cell(row, header, 'role')}, no student"
    if not student.id:
        return "no student number"
    return "" if student.name else "no name"


def _shown(row: Sequence[str]) -> str:
    return ", ".join(filter(None, row))[:60]


def _both(one: str, other: str) -> str:
    return one if other in ("", one) else f"{one}, {other}" if one else other


def _doubts(students: Sequence[Student]) -> tuple[str, ...]:
    """Numbers of digits alone that are shorter than most."""
    lengths = Counter(len(s.id) for s in students if s.id.isdecimal())
    if not lengths:
        return ()
    usual, count = lengths.most_common(1)[0]
    if count < USUAL * len(students) or count == len(students):
        return ()
    return tuple(
        f"line {s.line}: {s.id} is shorter than other numbers; has it lost a zero in front?"
        for s in students
        if s.id.isdecimal() and len(s.id) < usual
    )
