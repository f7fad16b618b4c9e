"""A table of typed answers, marked by the keys of an exam: points, what happened, and totals."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from worksheetgen.errors import InputError
from worksheetgen.exam.roster.tables import tables
from worksheetgen.export.marking.judging import Judged, judge
from worksheetgen.export.marking.marks import (
    Item,
    Row,
    known_item,
    known_sheet,
    names_of,
    rows_of,
    to_mend,
)
from worksheetgen.export.table import as_table
from worksheetgen.typeset.language import vocabulary
from worksheetgen.variants.manifest import VariantRecord, read_header, read_variants

MARKS, TOTALS = "marks.csv", "totals.csv"
HEADS = ("sheet", "task", "part", "item", "points", "row", "happened", "flag", "answer")
GRADES = ("Student number", "Name", "Code", "Total", "Out of", "To look at")
"""Heads that Moodle and Gradescope let one map to theirs."""


@dataclass(frozen=True)
class Paper:
    """One student's answers, marked."""

    sheet: str
    variant: VariantRecord
    judged: tuple[tuple[Item, str, Judged], ...]
    """Item, what was typed, and what it earns."""

    @property
    def total(self) -> Fraction:
        return sum((found.points for _, _, found in self.judged), Fraction(0))

    @property
    def flagged(self) -> int:
        return sum(bool(found.flag) for _, _, found in self.judged)


@dataclass(frozen=True)
class Marked:
    """All papers, and who has answered nothing."""

    papers: tuple[Paper, ...]
    worth: Fraction
    absent: tuple[str, ...]


def mark(folder: Path, path: Path) -> Marked:
    """Mark typed answers: a row per item, or a row per sheet with a column per item.

    Raises:
        InputError: the table cannot be read, or has rows to mend; all of them are named.
    """
    variants = {name: variant for variant in read_variants(folder) for name in names_of(variant)}
    words = vocabulary(str(read_header(folder).spec["language"]))
    typed = _typed(path, variants)
    papers = []
    for sheet, answers in typed.items():
        variant = variants[sheet.casefold()]
        judged = []
        for task in variant.tasks:
            for part in task.parts:
                said = {
                    item.label: answers.get((task.number, part.label, item.label), "")
                    for item in part.items
                }
                for label, found in judge(part, said, words):
                    judged.append(((task.number, part.label, label), said[label], found))
        papers.append(Paper(sheet, variant, tuple(judged)))
    seen = {paper.variant.code for paper in papers}
    whole = {variant.code: variant for variant in variants.values()}
    first = next(iter(whole.values()))
    worth = sum((Fraction(task.points) for task in first.as_solved().tasks), Fraction(0))
    return Marked(tuple(papers), worth, tuple(code for code in whole if code not in seen))


def _typed(path: Path, variants: dict[str, VariantRecord]) -> dict[str, dict[Item, str]]:
    rows = next(filter(None, (rows_of(path, table, "answer") for table in tables(path))), None)
    if rows is None:
        raise InputError(
            f"{path}: no line of heads with a sheet and answers; write "
            "sheet,task,part,item,answer, or sheet and a column for each item, such as 3.a.ii"
        )
    found: dict[str, dict[Item, str]] = {}
    faults, spelled = list[str](), dict[str, str]()
    for row in rows:
        try:
            sheet, item, said = _read(row, variants)
            own = found.setdefault(spelled.setdefault(variants[sheet.casefold()].code, sheet), {})
            if own.setdefault(item, said) != said:
                faults.append(f"line {row[0]}: {sheet} has answered {row[2]} already")
        except ValueError as error:
            faults.append(f"line {row[0]}: {error}")
    if faults:
        raise InputError(to_mend(path, faults))
    if not found:
        raise InputError(f"{path} has no row of answers")
    return found


def _read(row: Row, variants: dict[str, VariantRecord]) -> tuple[str, Item, str]:
    _, sheet, place, said, _ = row
    variant = known_sheet(sheet, variants)
    items = [
        (task.number, part.label, item.label)
        for task in variant.tasks
        for part in task.parts
        for item in part.items
    ]
    item = known_item(place, items)
    return sheet.strip(), item, said


def marks_table(marked: Marked) -> bytes:
    """A row for each item of each sheet, as :mod:`worksheetgen.export.marking.marks` reads it."""
    rows = [
        (paper.sheet, *map(str, item), *_told(found), said)
        for paper in marked.papers
        for item, said, found in paper.judged
    ]
    return as_table(HEADS, rows)


def _told(found: Judged) -> tuple[str, ...]:
    return _points(found.points), found.row, found.happened, found.flag


def totals_table(marked: Marked) -> bytes:
    """A row for each sheet, as learning platforms take grades."""
    rows = []
    for paper in marked.papers:
        person = paper.variant.person
        who = (person.id, person.name, person.code) if person else (paper.sheet, "", "")
        rows.append((*who, _points(paper.total), _points(marked.worth), str(paper.flagged)))
    return as_table(GRADES, rows)


def _points(points: Fraction) -> str:
    return f"{float(points):g}"
