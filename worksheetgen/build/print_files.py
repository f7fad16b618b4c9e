"""What a printer and a scanner need of an exam: all sheets in one file, and where answers stand."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from worksheetgen.build.records import File
from worksheetgen.typeset.blank import blank
from worksheetgen.typeset.pdf import Document, Page, written
from worksheetgen.typeset.qr import BOTTOM, RIGHT, size
from worksheetgen.variants.manifest import (
    LAYOUT,
    PRINT,
    TEMPLATE,
    HeaderRecord,
    read_header,
    read_variants,
)
from worksheetgen.verify.pages.file import opened
from worksheetgen.verify.pages.paper import Paper

LINE_HEIGHT = 20.0
"""Points above a line in which somebody writes on it."""


def scan_files(folder: Path, specimen: bytes) -> Iterator[File]:
    """``print.pdf``, ``layout.json`` and ``template.pdf`` of a finished folder.

    Args:
        folder: where the sheets are.
        specimen: a question sheet of a variant that nobody gets, of which the template is made.
    """
    header = read_header(folder)
    language = header.spec["language"]
    paths = [folder / variant.files["question"].path for variant in read_variants(folder)]
    sheets = (opened(path.read_bytes()).pages for path in paths)
    yield File(PRINT, written(Document("", language, tuple(even(sheets)))))
    yield File(LAYOUT, as_json(layout(header, paths[0].read_bytes())).encode())
    pages = tuple(map(blank, opened(specimen).pages))
    yield File(TEMPLATE, written(Document("", language, tuple(even([pages])))))


def even(sheets: Iterable[tuple[Page, ...]]) -> Iterator[Page]:
    """All pages of sheets, a blank one behind each odd number of them."""
    for pages in sheets:
        yield from pages
        if len(pages) % 2:
            yield replace(pages[0], content=b"", more=b"", fonts={}, pictures={})


def as_json(found: dict[str, Any]) -> str:
    """A layout as its file says it."""
    return json.dumps(found, indent=1) + "\n"


def layout(header: HeaderRecord, question: bytes) -> dict[str, Any]:
    """Where boxes lie on the pages of every variant, in points from a page's lower left corner.

    Args:
        header: the manifest's first line.
        question: a question sheet.
    """
    paper = Paper("question", question, language=header.spec["language"])
    page = paper.pages[0]
    points = {
        (task.number, part.label, item.label): item.points
        for task in paper.sheet.variant.tasks
        for part in task.parts
        for item in part.items
    }
    return {
        "format": 1,
        "unit": "pt",
        "origin": "lower left",
        "paper": header.spec["paper"],
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "pages": len(paper.pages),
        "printed_pages": len(paper.pages) + len(paper.pages) % 2,
        "boxes": [
            _of(name, points) | {"page": number} | _box(*box)
            for name, pieces in paper.sheet.spaces.items()
            for number, box in pieces
        ],
        "fields": [
            {"field": mark.removeprefix("person."), "page": number}
            | _box(line.left, line.bottom, line.right, line.bottom + LINE_HEIGHT)
            for number, each in enumerate(paper.pages, start=1)
            for mark, lines in each.lines.items()
            if mark.startswith("person.")
            for line in lines
        ],
        "qr": _box(page.width - RIGHT - size(), BOTTOM, page.width - RIGHT, BOTTOM + size())
        if page.qr
        else None,
    }


def _of(name: str, points: dict[tuple[int, str, str], int]) -> dict[str, Any]:
    task, part, label, item = name.split(".")
    worth = points[int(task), part, label]
    return {"task": int(task), "part": part, "label": label, "item": item, "points": worth}


def _box(left: float, bottom: float, right: float, top: float) -> dict[str, float]:
    return {
        "x": round(left, 2),
        "y": round(bottom, 2),
        "width": round(right - left, 2),
        "height": round(top - bottom, 2),
    }
