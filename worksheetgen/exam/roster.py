"""A roster: who gets a personal variant, as Excel, Moodle and Gradescope export it."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from worksheetgen.errors import InputError
from worksheetgen.exam.student import Student, fault_of

HEADERS = {
    "id": (
        "student number",
        "matriculation number",
        "matrikelnummer",
        "matrikel nr",
        "matrikelnr",
        "matr nr",
        "student no",
        "student id number",
        "sid",
        "sis user id",
        "id number",
        "id nummer",
        "student id",
        "studentid",
        "id",
    ),
    "name": ("name", "full name", "student name", "student", "teilnehmer"),
    "first": ("first name", "firstname", "given name", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname", "familienname"),
    "group": ("group", "groups", "section", "sections", "gruppe", "gruppen", "tutorium"),
}
"""How the columns are named that count, by what they mean; the first that is there is taken."""
GUESSED = "cp1252"
"""What Excel writes where nobody asks for another encoding."""
SEPARATORS = ",;\t|"
LARGEST = 5_000_000
"""Bytes of a roster at most."""
MOST_TOLD = 12
"""Bad rows that a message names."""
SPREADSHEET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How the files of spreadsheets begin."""


@dataclass(frozen=True)
class Roster:
    """The students in the order of the file."""

    students: tuple[Student, ...]
    guessed: str = ""
    """The encoding of the file, if nothing in it says so."""

    @property
    def digest(self) -> str:
        """What tells a roster from others, however its file is written."""
        return digest((s.id, s.name, s.group) for s in self.students)


def digest(students: Iterable[tuple[str, str, str]]) -> str:
    """What tells students, each with id, name and group, from others."""
    return sha256("\n".join(map("\t".join, students)).encode()).hexdigest()


def read_roster(path: Path) -> Roster:
    """Read a roster, with columns for id and name, and a group if it has one.

    Raises:
        InputError: it cannot be read, lacks a column, or has bad rows; all of them are named.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: not a file")
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} has more than {LARGEST:,} bytes; is it a roster?")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    text, guessed = _decoded(path, content)
    rows = _rows(path, text)
    _, header = next(rows, (1, []))
    students = _students(path, header, rows)
    if not students:
        raise InputError(f"{path} names no student")
    return Roster(tuple(students), guessed)


def _students(
    path: Path, header: Sequence[str], rows: Iterator[tuple[int, list[str]]]
) -> list[Student]:
    columns = _columns(path, header)
    students, faults = list[Student](), dict[int, str]()
    seen: dict[str, int] = {}
    for line, row in rows:
        student = _student(line, row, columns)
        fault = _fault(student, seen, header, row)
        if fault:
            faults[line] = fault
        else:
            students.append(student)
        seen.setdefault(student.id.casefold(), line)
    if faults:
        told = [f"\n  line {line}: {fault}" for line, fault in faults.items()]
        more = ", ".join(map(str, list(faults)[MOST_TOLD:]))
        end = f"\n  and in lines {more}" if more else ""
        raise InputError(
            f"{path}: rows to mend before anybody gets a sheet:{''.join(told[:MOST_TOLD])}{end}"
        )
    return students


def _decoded(path: Path, content: bytes) -> tuple[str, str]:
    """The text, and its encoding where no sign in the file says which it is."""
    if content.startswith(SPREADSHEET):
        raise InputError(f"{path} is a spreadsheet; save it as CSV")
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            return _strictly(path, content, "utf-16"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return _strictly(path, content, GUESSED), GUESSED


def _strictly(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is neither UTF-8 nor {encoding}; save it as UTF-8"
        ) from None


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with the lines on which they begin."""
    if "\0" in text:
        raise InputError(f"{path} is no text; save it as CSV")
    first = next((line for line in text.splitlines() if line.strip()), "")
    told = re.fullmatch(r'(?i)"?sep=(.)"?\s*', first)
    start = text.index(first) + len(first) if told else 0
    skipped = text.count("\n", 0, start)
    bare = re.sub(r'"[^"]*"', "", first)
    delimiter = told[1] if told else max(SEPARATORS, key=bare.count)
    reader = csv.reader(io.StringIO(text[start:], newline=""), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path}, line {line}: {error}; is a quotation mark there that is not closed?"
        ) from None


def _columns(path: Path, header: Sequence[str]) -> Mapping[str, int]:
    """The positions of the columns that count, by what they mean.

    Beside a column of first names alone, ``name`` heads the last names.
    """
    there: dict[str, int] = {}
    for position, cell in enumerate(header):
        there.setdefault(re.sub(r"\W+|_+", " ", cell.casefold()).strip(), position)
    found = {
        meaning: next(there[name] for name in names if name in there)
        for meaning, names in HEADERS.items()
        if any(name in there for name in names)
    }
    if "first" in found and "name" in found:
        found.setdefault("last", found["name"])
    if "id" not in found or not ("name" in found or {"first", "last"} <= found.keys()):
        missing = "'id'" if "id" not in found else "'name', or 'first name' and 'last name'"
        there_are = ", ".join(header) or "nothing"
        raise InputError(
            f"{path}: the first line must head a column with {missing}; it has {there_are}"
        )
    if {"first", "last"} <= found.keys():
        found.pop("name", None)
    return found


def _cells(line: str) -> int:
    """How many cells a line has at most, whatever separates them."""
    return 1 + max(map(line.count, SEPARATORS))


def _student(line: int, row: Sequence[str], columns: Mapping[str, int]) -> Student:
    def cell(meaning: str) -> str:
        position = columns.get(meaning, len(row))
        said = row[position] if position < len(row) else ""
        return unicodedata.normalize("NFC", re.sub(r"[^\S\n\r]+", " ", said))

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    return Student(line, cell("id"), name, cell("group"))


def _fault(
    student: Student, seen: Mapping[str, int], header: Sequence[str], row: Sequence[str]
) -> str:
    """What is wrong with a row, if anything is."""
    if len(row) > len(header) and any(row[len(header) :]):
        return f"{len(row)} cells under {len(header)} heads; put a name with a comma in quotes"
    counted = student.id + student.name + student.group
    swallowed = any(_cells(line) >= len(header) for cell in row for line in cell.splitlines()[1:])
    if "\n" in counted or "\r" in counted or swallowed:
        return "a cell goes on over lines: is a quotation mark not closed?"
    if not student.id or not student.name:
        return f"no name for {student.id}" if student.id else "no student number"
    if student.id.casefold() in seen:
        return f"{student.id} stands in line {seen[student.id.casefold()]} already"
    return fault_of(student)
