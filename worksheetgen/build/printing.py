"""What a printer gets: all sheets in one file, or piles with covers and lists of who is there."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from worksheetgen.build.imposing import multiple_of, on_paper, padded
from worksheetgen.build.records import File
from worksheetgen.exam.inputs import Inputs
from worksheetgen.export.table import as_table
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.names import forms_of
from worksheetgen.typeset.pdf import Document, Page, written
from worksheetgen.typeset.pile import attendance
from worksheetgen.typeset.split import Printed, split
from worksheetgen.typeset.tex import Tex
from worksheetgen.typeset.writing import write_attendance, write_pile
from worksheetgen.variants.manifest import (
    PILES,
    PRINT,
    PRINTED,
    HeaderRecord,
    VariantRecord,
    read_header,
    read_variants,
)
from worksheetgen.variants.piles import COLUMNS, LIST, Imposed, Pile, Printing, piles
from worksheetgen.verify.pages.file import opened
from worksheetgen.workers import workspace

LISTED = ("seat", "id", "name", "group", "code", "signature")
"""The columns of an attendance list as a table."""


def print_files(folder: Path, printing: Printing, inputs: Inputs, tex: Tex) -> Iterator[File]:
    """All sheets of a finished folder in one file, or in one for each pile.

    Args:
        folder: where the sheets are.
        printing: how they are printed.
        inputs: what their templates are.
        tex: what sets covers and lists.
    """
    header = read_header(folder)
    found = list(piles(printing, list(read_variants(folder))))
    covers, lists = _set(found, header, inputs, tex) if printing.split else ({}, {})
    for pile in found:
        pages = _pages(folder, pile, printing, covers.get(pile.name, b""))
        pdf = written(Document(titled(printing), header.spec["language"], tuple(pages)))
        yield File(PRINT if printing.is_plain else f"{PRINTED}/{pile.name}.pdf", pdf)
    for name, (pdf, variants) in lists.items():
        yield File(f"{PRINTED}/{name}{LIST}.pdf", pdf)
        yield File(f"{PRINTED}/{name}{LIST}.csv", table(LISTED, map(_listed, variants)))
    if not printing.is_plain:
        yield File(f"{PRINTED}/{PILES}", table(COLUMNS, (pile.row() for pile in found)))


def titled(printing: Printing) -> str:
    """What a file to print says of itself: how many copies it has, and how its pages lie."""
    copies = f"{printing.copies} copies" if printing.copies else ""
    return ", ".join(filter(None, (copies, printing.imposed)))


def printing_of(folder: Path) -> Printing | None:
    """How a folder's sheets were printed, by its files; None: not at all."""
    plain, piled = folder / PRINT, folder / PRINTED / PILES
    if not (plain.exists() or piled.exists()):
        return None
    rows = list(csv.DictReader(piled.read_text().splitlines())) if piled.exists() else []
    file = folder / PRINTED / rows[0]["file"] if rows else plain
    split = rows[0]["column"] or None if rows else None
    whole = file.with_name(f"{file.stem}{LIST}.csv").exists()
    batch = max(int(row["sheets"]) for row in rows) if rows and not (split and whole) else None
    title = opened(file.read_bytes()).title
    way = next((way for way in get_args(Imposed) if title.endswith(way)), None)
    copies = re.match(r"(\d+) copies", title)
    return Printing(split, batch, int(copies[1]) if copies else None, way)


def printed_names(folder: Path) -> list[str]:
    """The files to print that a folder's table names, and the table."""
    try:
        rows = list(csv.DictReader((folder / PILES).read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    piled = [Path(row.get("file") or "").name for row in rows]
    stems = {name.removesuffix(".pdf") for name in piled}
    stems |= {stem.rpartition("-")[0] for stem in stems}
    lists = [f"{stem}{LIST}{end}" for stem in sorted(stems) for end in (".pdf", ".csv")]
    return [name for name in (*piled, *lists, PILES) if name]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a table in which a spreadsheet finds no formula."""
    return as_table(heads, ([_harmless(cell) for cell in row] for row in rows))


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula, kept from it by a sign in front."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _listed(variant: VariantRecord) -> tuple[str, ...]:
    person = variant.person
    if person is None or person.is_spare:
        return "", "", "", "", variant.code, ""
    return person.facts.get("seat", ""), person.id, person.name, person.group, person.code, ""


def _pages(folder: Path, pile: Pile, printing: Printing, cover: bytes) -> Iterator[Page]:
    multiple = multiple_of(printing.imposed)
    if cover:
        yield from on_paper(padded(opened(cover).pages, multiple, None), printing.imposed)
    for variant in pile.variants:
        sheet = opened((folder / variant.files["question"].path).read_bytes())
        code = variant.code if variant.person else None
        yield from on_paper(padded(sheet.pages, multiple, code), printing.imposed)


def _set(
    found: Sequence[Pile], header: HeaderRecord, inputs: Inputs, tex: Tex
) -> tuple[dict[str, bytes], dict[str, tuple[bytes, list[VariantRecord]]]]:
    """The cover of each pile, and the list of each value with its variants, from one run of TeX."""
    spec, texts = header.spec, inputs.texts
    listed: dict[str, tuple[Pile, list[VariantRecord]]] = {}
    for pile in found:
        listed.setdefault(pile.stem, (pile, []))[1].extend(pile.variants)
    covers = [write_pile(pile, spec["title"], texts) for pile in found]
    lists = [
        write_attendance(pile, attendance(variants), spec["title"], texts)
        for pile, variants in listed.values()
    ]
    source = document(
        [*covers, *lists], PageSetup(spec["paper"], spec["language"], font=spec["font"])
    )
    people = (variant.person for pile in found for variant in pile.variants)
    forms = forms_of(person.printed for person in people if person)
    with workspace() as work:
        run = tex.run(source, inputs.latex | forms, work, sheets=len(covers) + len(lists))
    said = [Printed("")] * (len(covers) + len(lists))
    pdfs = split(run.pdf, run.pages, said, spec["language"])
    tops = {pile.name: next(pdfs) for pile in found}
    return tops, {name: (next(pdfs), variants) for name, (_, variants) in listed.items()}
