"""All answers of an exam as tables: right ones and likely errors, as text and in LaTeX."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from worksheetgen.exam.inputs import Inputs
from worksheetgen.exam.loading import recorded_exam
from worksheetgen.export.table import as_table
from worksheetgen.typeset.markdown import prose_to_latex
from worksheetgen.typeset.writing import write_part
from worksheetgen.variants.manifest import (
    ANSWERS,
    OWN,
    RIGHT_ROW,
    VOID_ROW,
    PartRecord,
    VariantRecord,
    read_variants,
)
from worksheetgen.variants.own import QUESTION, OwnPart, OwnParts, as_in
from worksheetgen.variants.solving import recorded_part

HEADS = (
    *("variant", "student", "name", "code", "task", "part", "item", "asked"),
    *("row", "answer", "latex", "happened", "points"),
)
"""``row`` is that of the marking key, and ``happened`` is ``right`` or a likely error."""
OURS = {r"\written": "", "entries": "bmatrix", r"\fraction": r"\frac"}
"""What the style file calls otherwise than LaTeX does."""
WRAPPED = re.compile(r"\{(\\(begin|text)\{.*\}|[^{}]*)\}")
"""LaTeX in a pair of braces that groups nothing else."""
ALWAYS = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - spreadsheets have no time zones
"""When spreadsheets say that they were made, so that the same ones are the same bytes."""


def answer_files(folder: Path, inputs: Inputs) -> dict[str, bytes]:
    """The answers of a finished folder as text with commas, and as a spreadsheet, by name."""
    own = recorded_exam(folder).own
    rows = [row for variant in read_variants(folder) for row in _rows(variant, inputs, own)]
    return {ANSWERS[0]: as_table(HEADS, rows), ANSWERS[1]: _as_spreadsheet(rows)}


def plain(answer: Any) -> str:
    """An answer in one line: spaces between entries, semicolons between rows.

    >>> plain([[4, "1/2"], [-3, 0]]), plain({"increase": "decreases"}), plain("B")
    ('4 1/2; -3 0', 'increase: decreases', 'B')
    """
    match answer:
        case dict():
            return "; ".join(f"{name}: {plain(value)}" for name, value in answer.items())
        case [[*_], *_]:
            return "; ".join(map(plain, answer))
        case list():
            return " ".join(map(plain, answer))
    return str(answer)


def _rows(variant: VariantRecord, inputs: Inputs, own: OwnParts) -> Iterator[tuple[str, ...]]:
    as_here, person = as_in(variant, own), variant.person
    who = (person.id, person.name, person.code) if person else ("", "", "")
    for task in variant.tasks:
        for index, record in enumerate(task.parts):
            if record.problem == OWN:
                start = (variant.variant, *who, str(task.number), record.label)
                own_rows = _own_rows(as_here[task.number, record.label])
                yield from ((*start, *row) for row in own_rows)
                continue
            part = recorded_part(_with_right_rows(record), index)
            written = write_part(part, "solution", inputs.texts)
            for item, shown in zip(record.items, written.items, strict=True):
                place = (str(task.number), record.label, item.label, item.item)
                for row, latex in zip(item.full_key, shown.key, strict=True):
                    earned = "" if row.points is None else f"{float(Fraction(row.points)):g}"
                    told = (row.label, plain(row.written), _usual(latex.written))
                    yield (variant.variant, *who, *place, *told, row.happened, earned)


def _own_rows(part: OwnPart) -> Iterator[tuple[str, ...]]:
    """The rows of questions in the examiner's own words, with answers in Markdown."""
    for item in part.items:
        for number, row in enumerate(item.rows):
            first = VOID_ROW if item.void else RIGHT_ROW
            happened = "own row" if number else first
            answer = plain(item.letters) if item.choices and not number else row.answer
            latex = re.sub(r"\s+", " ", prose_to_latex(answer)).strip()
            earned = f"{0 if item.void else float(row.points):g}"
            yield (item.label, QUESTION, row.label, answer, latex, happened, earned)


def _with_right_rows(record: PartRecord) -> PartRecord:
    items = [replace(item, key=item.full_key) for item in record.items]
    return replace(record, items=items)


def _usual(latex: str) -> str:
    """LaTeX that needs no style file."""
    for ours, usual in OURS.items():
        latex = latex.replace(ours, usual)
    latex = re.sub(r"\s*\n\s*", " ", latex.strip("$"))
    return latex[1:-1] if WRAPPED.fullmatch(latex) else latex


def _as_spreadsheet(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": ALWAYS})
        sheet, bold = book.add_worksheet("answers"), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(HEADS) - 1)
        sheet.set_column(HEADS.index("answer"), HEADS.index("happened"), 30)
        for column, head in enumerate(HEADS):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, start=1):
            for column, said in enumerate(row):
                sheet.write_string(number, column, said)
    return out.getvalue()
