"""What a scanner needs of an exam: where answers stand, and what all sheets have alike."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from worksheetgen.build.imposing import padded
from worksheetgen.build.records import File
from worksheetgen.typeset.blank import blank
from worksheetgen.typeset.pdf import Document, written
from worksheetgen.typeset.qr import BOTTOM, RIGHT, size
from worksheetgen.variants.manifest import (
    LAYOUT,
    TEMPLATE,
    HeaderRecord,
    read_header,
    read_variants,
    scaled_name,
)
from worksheetgen.verify.pages.file import opened
from worksheetgen.verify.pages.paper import Paper

LINE_HEIGHT = 20.0
"""Points above a line in which somebody writes on it."""


def scan_files(folder: Path, specimen: Callable[[float], bytes]) -> Iterator[File]:
    """``layout.json`` and ``template.pdf`` of a finished folder.

    Args:
        folder: where the sheets are.
        specimen: a question sheet of a scale that nobody gets, of which the template is made.
    """
    header = read_header(folder)
    language = header.spec["language"]
    firsts: dict[float, str] = {}
    for variant in read_variants(folder):
        scale = variant.person.scale if variant.person else 0.0
        firsts.setdefault(scale, variant.files["question"].path)
    for scale, first in firsts.items():
        said = as_json(layout(header, (folder / first).read_bytes()))
        yield File(scaled_name(LAYOUT, scale), said.encode())
        pages = padded(tuple(map(blank, opened(specimen(scale)).pages)), 2, None)
        yield File(scaled_name(TEMPLATE, scale), written(Document("", language, tuple(pages))))


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


def _of(name: str, points: dict[tuple[int, str, str], Any]) -> dict[str, Any]:
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
