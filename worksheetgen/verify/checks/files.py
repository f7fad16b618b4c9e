"""The check files: the PDFs as they were made, and what a printer and a scanner get of them."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf

from worksheetgen.errors import OutputError
from worksheetgen.typeset.assemble import SHARED, Known, fingerprint
from worksheetgen.variants.manifest import (
    LAYOUT,
    PRINT,
    TEMPLATE,
    HeaderRecord,
    Kind,
    VariantRecord,
)
from worksheetgen.verify.pages.box import around
from worksheetgen.verify.pages.drawn import Drawn, drawn
from worksheetgen.verify.pages.page import QR, read_pages
from worksheetgen.verify.pages.structure import UNREADABLE, strange_frame
from worksheetgen.verify.pages.words import squeezed
from worksheetgen.verify.report import Report

COMMON = ("sheet.", "cover.")
"""How the marks begin in which a template may say something, beside titles and points."""
NEAR = 0.5
"""Points by which an edge in the layout may differ from what the operators say.

PDFium, by which the layout is made, widens strokes by their whole width instead of half of it.
"""
UNUSABLE = (OutputError, OSError, RecursionError, LookupError, TypeError, ValueError, *UNREADABLE)
"""What is raised for files that are none of ours."""
LINE_HEIGHT = 20.0
"""Points above a line in which somebody writes on it."""


def read_files(folder: Path, variant: VariantRecord, report: Report) -> dict[Kind, bytes]:
    """The PDFs of a variant, compared with their digests; empty ones are missing."""
    contents = {}
    for kind, file in variant.files.items():
        contents[kind] = content(folder, file.path)
        found = sha256(contents[kind]).hexdigest() if contents[kind] else "missing"
        report.compare("files", f"{variant.variant}, {kind} {file.path}", file.sha256, found)
    return contents


def print_files(
    folder: Path,
    header: HeaderRecord,
    questions: Sequence[str],
    example: VariantRecord | None,
    report: Report,
) -> None:
    """``print.pdf``, ``layout.json`` and ``template.pdf``, if they are there.

    Args:
        folder: the output folder.
        header: the manifest's first line.
        questions: the paths of the question sheets, in order.
        example: a variant, by which items and points are named.
        report: where the outcome goes.
    """
    first = content(folder, questions[0])
    sheets = ((path, content(folder, path)) for path in questions)
    checks: dict[str, Callable[[], None]] = {PRINT: lambda: _check_print(folder, sheets, report)}
    if first and example:
        checks[LAYOUT] = lambda: _check_layout(folder, _layout(header, example, first), report)
        checks[TEMPLATE] = lambda: _check_template(folder, first, report)
    for name, check in checks.items():
        if (folder / name).exists():
            try:
                check()
            except UNUSABLE as error:
                report.compare("files", name, "readable", f"{type(error).__name__}: {error}")


def content(folder: Path, path: str) -> bytes:
    return (folder / path).read_bytes() if (folder / path).is_file() else b""


# The print file


def _check_print(folder: Path, sheets: Iterable[tuple[str, bytes]], report: Report) -> None:
    """It holds the pages of the sheets, each on an even number of them, and nothing else."""
    with pikepdf.open(folder / PRINT) as printed:
        _check_frame(printed, PRINT, report)
        known: Known = {}
        start, count = 0, len(printed.pages)
        for path, sheet in sheets:
            expected = list(_pages(sheet)) if sheet else []
            there = range(start, min(start + len(expected), count))
            found = [_page(printed.pages[number].obj, known) for number in there]
            report.compare("files", f"{PRINT}, {path}", expected, found)
            start += len(expected)
        report.compare("files", f"{PRINT}, pages", start, count)


def _check_frame(printed: pikepdf.Pdf, name: str, report: Report) -> None:
    report.compare("files", f"{name}, beside its pages", [], list(strange_frame(printed)))
    report.compare("files", f"{name}, title", "", str(printed.docinfo.get("/Title", "")))


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


# The layout


def _layout(header: HeaderRecord, example: VariantRecord, question: bytes) -> dict[str, Any]:
    """What the layout must say, by the manifest and the operators of a question sheet."""
    shapes = drawn(question)
    with pikepdf.open(io.BytesIO(question)) as pdf:
        pages = len(pdf.pages)
        _, _, width, height = _size(pdf.pages[0].obj)
    qr = [box for number, box in shapes.get(QR, []) if number == 1]
    return {
        "format": 1,
        "unit": "pt",
        "origin": "lower left",
        "paper": header.spec["paper"],
        "width": width,
        "height": height,
        "pages": pages,
        "printed_pages": pages + pages % 2,
        "boxes": list(_answer_boxes(example, shapes)),
        "fields": list(_fields(shapes)),
        "qr": _sides(*around(qr)) if qr else None,
    }


def _answer_boxes(example: VariantRecord, shapes: Drawn) -> Iterator[dict[str, Any]]:
    for task in example.tasks:
        for part in task.parts:
            for item in part.items:
                frame = shapes.get(f"{task.number}.{part.label}.{item.label}.{item.item}.space", [])
                for page in sorted({number for number, _ in frame}):
                    edges = around([box for number, box in frame if number == page])
                    yield {
                        "task": task.number,
                        "part": part.label,
                        "label": item.label,
                        "item": item.item,
                        "points": item.points,
                        "page": page,
                    } | _sides(*edges)


def _fields(shapes: Drawn) -> Iterator[dict[str, Any]]:
    lines = [
        (number, mark.removeprefix("person."), box)
        for mark, boxes in shapes.items()
        if mark.startswith("person.")
        for number, box in boxes
    ]
    for number, name, line in sorted(lines, key=lambda field: field[0]):
        sides = _sides(line.left, line.bottom, line.right, line.bottom + LINE_HEIGHT)
        yield {"field": name, "page": number} | sides


def _sides(left: float, bottom: float, right: float, top: float) -> dict[str, float]:
    return {"x": left, "y": bottom, "width": right - left, "height": top - bottom}


def _check_layout(folder: Path, expected: Any, report: Report) -> None:
    written = (folder / LAYOUT).read_text(encoding="utf-8")
    said = json.loads(written)
    report.compare("files", f"{LAYOUT}, form", json.dumps(said, indent=1) + "\n", written)
    _compare(said, expected, LAYOUT, report)


def _compare(said: Any, expected: Any, place: str, report: Report) -> None:
    """Each value of nested tables and lists; lengths may be off by a little."""
    match expected:
        case {**table} if isinstance(said, dict):
            report.compare("files", f"{place}, keys", list(table), list(said))
            for key, value in table.items():
                _compare(said.get(key), value, f"{place}, {key}", report)
        case [*rows] if isinstance(said, list):
            report.compare("files", f"{place}, entries", len(rows), len(said))
            for number, (value, there) in enumerate(zip(rows, said, strict=False), start=1):
                _compare(there, value, f"{place}, {number}", report)
        case float() if isinstance(said, int | float) and abs(said - expected) <= _near(place):
            report.compare("files", place, expected, expected)
        case _:
            report.compare("files", place, expected, said)


def _near(place: str) -> float:
    """Sizes have two edges."""
    return 2 * NEAR if place.endswith((", width", ", height")) else NEAR


# The template


def _check_template(folder: Path, question: bytes, report: Report) -> None:
    """A question sheet's pages with things left out, none of its words, and nothing added."""
    with (
        pikepdf.open(folder / TEMPLATE) as template,
        pikepdf.open(io.BytesIO(question)) as asked,
    ):
        _check_frame(template, TEMPLATE, report)
        pages = len(asked.pages)
        report.compare("files", f"{TEMPLATE}, pages", pages + pages % 2, len(template.pages))
        for number, (page, source) in enumerate(zip(template.pages, asked.pages, strict=False)):
            place = f"{TEMPLATE}, page {number + 1}"
            report.compare("files", f"{place}, added", [], _added(page, source))
            expected, found = (_page(each.obj, {})[1:] for each in (source, page))
            report.compare("files", f"{place}, fonts and size", expected, found)
        for page in list(template.pages)[pages:]:
            report.compare("files", f"{TEMPLATE}, last page", "", _page(page.obj, {})[0])
    content_ = (folder / TEMPLATE).read_bytes()
    frames, expected_frames = (
        {mark: boxes for mark, boxes in drawn(pdf).items() if mark.endswith(".space")}
        for pdf in (content_, question)
    )
    report.compare("files", f"{TEMPLATE}, answer spaces", expected_frames, frames)
    _check_words(content_, question, report)


def _added(page: Any, source: Any) -> list[str]:
    """The first instruction of a page that does not come in its source behind those before."""
    left = iter([_written(one) for one in pikepdf.parse_content_stream(source)])
    for instruction in pikepdf.parse_content_stream(page):
        written = _written(instruction)
        if not any(written == other for other in left):
            return [written.decode("latin-1")[:100]]
    return []


def _written(instruction: Any) -> bytes:
    return pikepdf.unparse_content_stream([instruction])


def _check_words(template: bytes, question: bytes, report: Report) -> None:
    """The words of a question sheet, and no quantity of it."""
    found, asked = read_pages(template), read_pages(question)
    expected = [squeezed(page.prose) for page in asked]
    prose = [squeezed(page.prose) for page in found][: len(asked)]
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


def nothing_else(
    folder: Path, variants: int, named: int, files: Mapping[str, list[str]], report: Report
) -> None:
    """All variants that the spec promises are there, and nothing beside their files."""
    report.compare("files", "variants", variants, named)
    for kind, paths in files.items():
        inside = (folder / f"{kind}s").rglob("*")
        there = sorted(path.relative_to(folder).as_posix() for path in inside)
        report.compare("files", f"{kind}s", sorted(paths), there)
