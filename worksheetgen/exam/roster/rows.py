"""From rows of a roster to students: who is one, who is left out, and which rows are to mend."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from worksheetgen.errors import InputError
from worksheetgen.exam.roster.header import Header
from worksheetgen.exam.roster.heads import STUDENTS, plain
from worksheetgen.exam.roster.tables import SEPARATORS
from worksheetgen.exam.student import LARGEST_SCALE, STEPS, Student, fault_of, is_scale

EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
"""How letters are called of scripts in which the family's name is first."""
JOINERS = ("\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}")
"""What cannot be seen, and says how letters are joined."""
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
            fault, students[known.id.casefold()] = _together(known, student)
            faults |= {line: fault} if fault else {}
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
    number = "".join(str(unicodedata.decimal(sign, sign)) for sign in number)
    name, first, last = cell("name"), cell("first"), cell("last")
    beside = {head: _tidy(row[at]) if at < len(row) else "" for head, at in shown.items()}
    facts = {place: cell(place) for place in PLACES} | beside | {time: cell(time) for time in TIMES}
    scale = _scale(cell("scale"))
    return Student(line, number, name or _whole(first, last), cell("group"), facts, scale, last)


def _whole(first: str, last: str) -> str:
    """A name in the order of its script."""
    if (
        first
        and last
        and all(unicodedata.name(n[0], "").startswith(EASTERN) for n in (first, last))
    ):
        return f"{last} {first}"
    return f"{first} {last}".strip()


def _together(known: Student, again: Student) -> tuple[str, Student]:
    """A student who stands there twice, with what either row says; and what they say otherwise."""
    differs = [
        head
        for head, said in again.facts.items()
        if said and head != "group" and known.facts[head] not in ("", said)
    ]
    if known.scale and again.scale and known.scale != again.scale:
        differs.append("scale")
    fault = f"{again.id} has another {differs[0]} in line {known.line}" if differs else ""
    facts = {head: said or again.facts[head] for head, said in known.facts.items()}
    group = _both(known.group, again.group)
    return fault, replace(known, group=group, facts=facts, scale=known.scale or again.scale)


def _scale(said: str) -> float:
    """How much larger a sheet is, as 1.4, 1,4 or 140 %; 0 where nothing is said, -1: unclear."""
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(%?)", said)
    if not said or found is None:
        return -1.0 if said else 0.0
    return round(float(found[1].replace(",", ".")) / (100 if found[2] else 1), 3)


def _tidy(said: str) -> str:
    """Without what cannot be seen, and with one space for several."""
    seen = "".join(sign for sign in said if unicodedata.category(sign) != "Cf" or sign in JOINERS)
    return unicodedata.normalize("NFC", re.sub(r"[^\S\n\r]+", " ", seen)).strip()


def _with_facts(students: Sequence[Student]) -> tuple[Student, ...]:
    """The same with those facts alone that somebody has."""
    everybody = [{**s.facts, "group": s.group} for s in students]
    there = (
        [head for head in everybody[0] if any(facts[head] for facts in everybody)]
        if students
        else []
    )
    return tuple(
        replace(s, facts={head: facts[head] for head in there})
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
    said = _tidy(_cell(row, header, "scale"))
    if said and not is_scale(student.scale):
        return (
            f"scale {said!r}: from 1 to {LARGEST_SCALE} in steps of {1 / STEPS:g}, as 1.4 or 140 %"
        )
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
    return (*_lost_zeros(students), *_spelled_otherwise(students))


def _spelled_otherwise(students: Sequence[Student]) -> Iterator[str]:
    """Rooms and groups that differ by case and spaces alone."""
    for head in PLACES[::2]:
        seen: dict[str, str] = {}
        for said in dict.fromkeys(student.facts.get(head, "") for student in students):
            first = seen.setdefault("".join(said.casefold().split()), said)
            if first != said:
                yield f"{head} {said!r} and {head} {first!r} count as two"


def _lost_zeros(students: Sequence[Student]) -> tuple[str, ...]:
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
