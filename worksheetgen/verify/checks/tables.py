"""The tables of all answers: a row for each row of the keys, as text and as a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from worksheetgen.exam.loading import recorded_exam
from worksheetgen.variants.manifest import (
    ANSWERS,
    OWN,
    RIGHT_ROW,
    VOID_ROW,
    ItemRecord,
    VariantRecord,
    read_variants,
)
from worksheetgen.variants.own import OwnPart, OwnParts
from worksheetgen.verify.report import Report

HEADS = [
    *("variant", "student", "name", "code", "task", "part", "item", "asked"),
    *("row", "answer", "latex", "happened", "points"),
]
LATEX = HEADS.index("latex")
NUMBER = re.compile(r"\\frac\{?(-?\d+)\}?\{?(\d+)\}?|(-?\d+(?:/\d+)?)")
"""A number in text or in LaTeX."""
TERM = re.compile(r"([+-]?)\s*(\\frac\{\d+\}\{\d+\}|\d*)\s*[A-Z]_\{[\d,]+\}")
"""A symbol with what it is taken times; one that is taken zero times is not written."""


def tables(folder: Path, report: Report) -> None:
    """Compare every cell with the manifest, and both files with one another."""
    written = (folder / ANSWERS[0]).read_bytes().decode("utf-8")
    heads, *found = [[*row] for row in csv.reader(io.StringIO(written, newline=""))]
    report.compare("files", f"{ANSWERS[0]}, heads", HEADS, heads)
    own = recorded_exam(folder).own
    expected = [row for variant in read_variants(folder) for row in _rows(variant, own)]
    report.compare("files", f"{ANSWERS[0]}, rows", len(expected), len(found))
    for wanted, there in zip(expected, found, strict=False):
        place = f"{ANSWERS[0]}, {wanted[0]}, {wanted[4]} ({wanted[5]}) {wanted[8]}"
        latex = there[LATEX] if len(there) == len(HEADS) else ""
        report.compare("files", place, wanted, [*there[:LATEX], *there[LATEX + 1 :]])
        if is_of_numbers(wanted[9]):
            entries = numbers(wanted[9])
            if TERM.search(latex):
                entries = [entry for entry in entries if entry]
            report.compare("files", f"{place}, LaTeX", entries, numbers(latex))
    book = CalamineWorkbook.from_path(folder / ANSWERS[1])
    cells = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    report.compare("files", f"{ANSWERS[1]}, cells", [heads, *found], cells)


def is_of_numbers(plain: str) -> bool:
    """Whether an answer is numbers alone, which LaTeX says in the same order."""
    return re.fullmatch(r"[-\d/ ;]+", plain) is not None


def numbers(said: str) -> list[Fraction]:
    r"""The numbers of a text or of LaTeX, in order.

    >>> numbers("4 -1/2"), numbers(r"\begin{bmatrix} 4 & -\frac{1}{2} \end{bmatrix}")
    ([Fraction(4, 1), Fraction(-1, 2)], [Fraction(4, 1), Fraction(-1, 2)])
    >>> numbers("H_{0} - 2 H_{2}")
    [Fraction(1, 1), Fraction(-2, 1)]
    """
    said = TERM.sub(lambda term: f" {term[1]}{term[2] or 1} ", said)
    plain = re.sub(r"-\\frac\{(\d+)\}\{(\d+)\}", r"-\1/\2", said)
    found = NUMBER.findall(plain)
    return [Fraction(f"{over}/{under}") if under else Fraction(one) for over, under, one in found]


def _rows(variant: VariantRecord, own: OwnParts) -> Iterator[list[str]]:
    person = variant.person
    who = [person.id, person.name, person.code] if person else ["", "", ""]
    for task in variant.tasks:
        for part in task.parts:
            for item in part.items:
                place = [variant.variant, *who, str(task.number), part.label, item.label, item.item]
                if part.problem == OWN:
                    yield from _own_rows(place, item, own[task.number, part.label])
                    continue
                for label, happened, written, points in _key(item):
                    earned = "" if points is None else f"{float(Fraction(points)):g}"
                    yield [*place, label, said(written), happened, earned]


def _own_rows(place: list[str], item: ItemRecord, part: OwnPart) -> Iterator[list[str]]:
    """The right answer as the spec says it, letters and rows as the manifest has them."""
    right = {asked.label: asked.rows[0].answer for asked in part.items}[item.label]
    if isinstance(item.answer, list):
        right = said(item.answer)
    for label, happened, _, points in _key(item):
        is_right = label == f"{item.label}."
        told = [right, happened] if is_right else [happened, "own row"]
        yield [*place, label, *told, f"{float(Fraction(points)):g}"]


def _key(item: ItemRecord) -> Iterator[tuple[str, str, Any, Any]]:
    """Each row: its label, what happened, what is written and what it earns."""
    first = VOID_ROW if item.void else RIGHT_ROW
    yield f"{item.label}.", first, item.answer, 0 if item.void else item.points
    for row in item.key:
        yield row.label, row.happened, row.written, 0 if item.void else row.points


def said(answer: Any) -> str:
    """An answer in one line."""
    if isinstance(answer, dict):
        return "; ".join(f"{name}: {said(value)}" for name, value in answer.items())
    rows: Sequence[Any] = answer if isinstance(answer, list) else [answer]
    joint = "; " if any(isinstance(row, list) for row in rows) else " "
    return joint.join(said(row) if isinstance(row, list) else str(row) for row in rows)
