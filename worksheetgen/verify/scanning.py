"""The check files, of what a printer and a scanner get: the pages of the question sheets."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pikepdf

from worksheetgen.errors import OutputError
from worksheetgen.manifest import Record
from worksheetgen.scanning import LAYOUT, PRINT, TEMPLATE, as_json, layout
from worksheetgen.typeset.assemble import SHARED, Known, fingerprint
from worksheetgen.typeset.blank import blank
from worksheetgen.verify.page import read_pages
from worksheetgen.verify.report import Report
from worksheetgen.verify.structure import UNREADABLE, strange_frame

COMMON = ("sheet.", "cover.")
"""How the marks begin in which a template may say something, beside titles and points."""


def check_scanning(folder: Path, header: Record, questions: Sequence[str], report: Report) -> None:
    """``print.pdf``, ``layout.json`` and ``template.pdf``, if they are there.

    Args:
        folder: the output folder.
        header: the manifest's first line.
        questions: the paths of the question sheets, in order.
        report: where the outcome goes.
    """
    first = _content(folder, questions[0])
    try:
        if (folder / PRINT).exists():
            sheets = ((path, _content(folder, path)) for path in questions)
            _check_pages(folder, PRINT, sheets, report)
        if (folder / LAYOUT).exists() and first:
            said = (folder / LAYOUT).read_text(encoding="utf-8")
            _check_lines(as_json(layout(header, first)), said, report)
        if (folder / TEMPLATE).exists() and first:
            _check_pages(folder, TEMPLATE, [(questions[0], blank(first))], report)
            _check_words(folder, first, report)
    except (OutputError, OSError, ValueError, *UNREADABLE) as error:
        report.compare("files", "print.pdf, layout.json, template.pdf", "readable", str(error))


def _check_lines(expected: str, found: str, report: Report) -> None:
    lines = zip_longest(expected.splitlines(), found.splitlines(), fillvalue="missing")
    for number, (one, other) in enumerate(lines, start=1):
        report.compare("files", f"{LAYOUT}, line {number}", one, other)


def _content(folder: Path, path: str) -> bytes:
    return (folder / path).read_bytes() if (folder / path).is_file() else b""


def _check_pages(
    folder: Path, name: str, sheets: Iterable[tuple[str, bytes]], report: Report
) -> None:
    """A file holds the pages of sheets, each on an even number of them, and nothing else."""
    with pikepdf.open(folder / name) as printed:
        report.compare("files", f"{name}, beside its pages", [], list(strange_frame(printed)))
        report.compare("files", f"{name}, title", "", str(printed.docinfo.get("/Title", "")))
        known: Known = {}
        start, count = 0, len(printed.pages)
        for path, sheet in sheets:
            expected = list(_pages(sheet)) if sheet else []
            there = range(start, min(start + len(expected), count))
            found = [_page(printed.pages[number].obj, known) for number in there]
            report.compare("files", f"{name}, {path}", expected, found)
            start += len(expected)
        report.compare("files", f"{name}, pages", start, count)


def _pages(sheet: bytes) -> Iterator[Any]:
    """What the pages of a sheet print, with a blank one if their number is odd."""
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        known: Known = {}
        for page in pdf.pages:
            yield _page(page.obj, known)
        if len(pdf.pages) % 2:
            yield ["", {}, _size(pdf.pages[0].obj)]


def _page(page: Any, known: Known) -> list[Any]:
    contents = page.Contents.read_bytes().hex() if "/Contents" in page else ""
    resources = {
        name: fingerprint(resource, known)
        for kind in SHARED
        for name, resource in page.Resources.get(kind, pikepdf.Dictionary()).items()
    }
    return [contents, resources, _size(page)]


def _size(page: Any) -> list[float]:
    return [float(edge) for edge in page.MediaBox]


def _check_words(folder: Path, question: bytes, report: Report) -> None:
    """The words of a question sheet, and no quantity of it."""
    found, asked = read_pages((folder / TEMPLATE).read_bytes()), read_pages(question)
    expected = ["".join(page.prose.split()) for page in asked]
    prose = ["".join(page.prose.split()) for page in found][: len(asked)]
    report.compare("files", f"{TEMPLATE}, words", expected, prose)
    own = [
        mark
        for page in found
        for mark in {*page.glyphs, *page.texts}
        if mark == "sheet.variant" or not (mark.startswith(COMMON) or _is_common(mark))
    ]
    report.compare("files", f"{TEMPLATE}, quantities", [], own)


def _is_common(mark: str) -> bool:
    return mark.rsplit(".", maxsplit=1)[-1] in ("number", "title", "total", "points")
