"""A roster: who gets a personal variant, as student systems export it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from worksheetgen.errors import InputError
from worksheetgen.exam.roster.header import Header, found_in, meant_by
from worksheetgen.exam.roster.rows import LeftOut, students_of
from worksheetgen.exam.roster.tables import Table, tables
from worksheetgen.exam.student import Student


@dataclass(frozen=True)
class Roster:
    """The students in the order of the file, and how it was understood."""

    students: tuple[Student, ...]
    guessed: str = ""
    """The encoding of the file, if nothing in it says so."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The heads of the columns that count, by what they mean."""
    left_out: tuple[LeftOut, ...] = ()
    doubts: tuple[str, ...] = ()
    """What looks wrong, and may be right."""

    @property
    def facts(self) -> tuple[str, ...]:
        """What the sheets say of everybody beside name and number."""
        return tuple(self.students[0].facts)

    @property
    def digest(self) -> str:
        """What tells a roster from others, however its file is written."""
        return digest((s.id, s.name, s.group, s.facts, s.scale) for s in self.students)


def digest(students: Iterable[tuple[str, str, str, Mapping[str, str], float]]) -> str:
    """What tells students, each with id, name, group, facts and scale, from others."""
    lines = (
        "\t".join(
            (
                *(number, name, group),
                *(said for head, said in facts.items() if head != "group"),
                *([str(scale)] if scale else []),
            )
        )
        for number, name, group, facts, scale in students
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def read_roster(path: Path, columns: str | None = None, show: Sequence[str] = ()) -> Roster:
    """Read a roster, with columns for number and name, and a group if it has one.

    Args:
        path: a text with separators, or a spreadsheet, of which the first table that is one counts.
        columns: which column is what, as ``id=HEAD,name=HEAD``; None: as their heads say.
        show: the heads of more columns that stand on the sheets.

    Raises:
        InputError: it cannot be read, lacks a column, or has bad rows; all of them are named.
    """
    found = list(tables(path))
    headers = [meant_by(path, table, columns) if columns else found_in(table) for table in found]
    for table, header in zip(found, headers, strict=True):
        if header:
            shown = {head: header.position(path, head) for head in show}
            students, left_out, doubts = students_of(path, header, table.rows[header.rows :], shown)
            if not students:
                raise InputError(f"{path} names no student{_but(left_out)}")
            for head, at in shown.items():
                if at in header.columns.values():
                    raise InputError(f"--show: {head!r} stands on the sheets already; drop it")
            named = {meaning: header.head(meaning) for meaning in header.columns}
            named |= {head: header.cells[at] for head, at in shown.items()}
            doubts += _other_tables(found, headers, table)
            return Roster(students, table.guessed, named, left_out, doubts)
    raise InputError(_unknown(path, found[0].rows if found else ()))


def _other_tables(
    found: Sequence[Table], headers: Sequence[Header | None], read: Table
) -> tuple[str, ...]:
    """Worksheets that are rosters as well, and were not read."""
    return tuple(
        f"worksheet {number} is a list as well, of {len(table.rows) - header.rows} rows, and "
        "is NOT read; put all students into one"
        for number, (table, header) in enumerate(zip(found, headers, strict=True), start=1)
        if header and table is not read
    )


def _but(left_out: tuple[LeftOut, ...]) -> str:
    """What was there instead, for a message."""
    if not left_out:
        return ""
    first = left_out[0]
    return f": {len(left_out)} rows were left out, such as line {first.line}, {first.why}"


def _unknown(path: Path, rows: tuple[tuple[int, tuple[str, ...]], ...]) -> str:
    if not rows:
        return f"{path} is empty; a roster has a line of heads, and one for each student"
    guess = Header.guessed(rows)
    said = (
        f"; say which is which, such as --columns '{guess}'"
        if guess
        else "; a roster has a column of student numbers, and one of names"
    )
    there = ", ".join(cell or "(empty)" for cell in rows[0][1])
    return (
        f"{path}: no line heads a column of student numbers and one of names; the first line has "
        f"{there}{said}"
    )
