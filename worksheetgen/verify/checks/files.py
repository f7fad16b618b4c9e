"""The check files: the PDFs as they were made, and what a printer and a scanner get of them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from worksheetgen.errors import OutputError
from worksheetgen.variants.manifest import (
    ANSWERS,
    DUE,
    LAYOUT,
    LOCK,
    NAME,
    PRINT,
    PRINTED,
    TEMPLATE,
    HeaderRecord,
    Kind,
    VariantRecord,
    scaled_name,
)
from worksheetgen.verify.checks.prints import Printable, Prints
from worksheetgen.verify.checks.tables import tables
from worksheetgen.verify.pages.box import around
from worksheetgen.verify.pages.file import LARGEST, opened
from worksheetgen.verify.pages.outside import seen
from worksheetgen.verify.pages.page import QR, SPACE, Page
from worksheetgen.verify.pages.reading import read_pages
from worksheetgen.verify.pages.words import unbroken
from worksheetgen.verify.report import Report

COMMON = ("sheet.", "cover.", "own.")
"""How the marks begin in which a template may say something, beside titles and points."""
NOTE = ".gitignore"
"""What a version control system may have in a folder."""
NEAR = 0.5
"""Points by which an edge in the layout may differ from what PDFium shows.

It widens lines by their whole thickness instead of half of it.
"""
UNUSABLE = (OutputError, OSError, RecursionError, LookupError, TypeError, ValueError)
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
    sheets: Sequence[Printable],
    example: VariantRecord | None,
    report: Report,
) -> None:
    """The tables of answers, and what printers and scanners get, if they are there.

    Args:
        folder: the output folder.
        header: the manifest's first line.
        sheets: the question sheets, in order.
        example: a variant, by which items and points are named.
        report: where the outcome goes.
    """
    prints = Prints(folder, header, sheets, report)
    checks: dict[str, Callable[[], None]] = {
        ANSWERS[0]: partial(tables, folder, report),
        PRINT: prints.all_in_one,
        PRINTED: prints.piles,
    }
    if example:
        checks |= _for_scanner(folder, header, sheets, example, report)
    for name, check in checks.items():
        if (folder / name).exists():
            try:
                if name != PRINTED and not content(folder, name):
                    raise OutputError("empty, no file, or too large")
                check()
            except UNUSABLE as error:
                report.compare("files", name, "readable", f"{type(error).__name__}: {error}")


def _for_scanner(
    folder: Path,
    header: HeaderRecord,
    sheets: Sequence[Printable],
    example: VariantRecord,
    report: Report,
) -> dict[str, Callable[[], None]]:
    """The checks of layouts and templates, one of each for each scale."""
    checks: dict[str, Callable[[], None]] = {}
    for scale, sheet in scales_of(sheets).items():
        first = content(folder, sheet.path)
        names = scaled_name(LAYOUT, scale), scaled_name(TEMPLATE, scale)
        if first:
            wanted = partial(_layout, header, example, first)
            checks[names[0]] = partial(_check_layout, folder / names[0], wanted, report)
            checks[names[1]] = partial(_check_template, folder / names[1], first, report)
    return checks


def scales_of(sheets: Sequence[Printable]) -> dict[float, Printable]:
    """The first sheet of each scale."""
    found: dict[float, Printable] = {}
    for sheet in sheets:
        found.setdefault(sheet.person.scale if sheet.person else 0.0, sheet)
    return found


def content(folder: Path, path: str) -> bytes:
    """What a file holds; nothing if it is none, cannot be read, or is larger than any of ours."""
    file = folder / path
    try:
        usable = file.is_file() and file.stat().st_size <= LARGEST
        return file.read_bytes() if usable else b""
    except OSError:
        return b""


# The layout


def _layout(header: HeaderRecord, example: VariantRecord, question: bytes) -> dict[str, Any]:
    """What the layout must say, by the manifest and by what PDFium shows of a question sheet."""
    pages = seen(question)
    qr = pages[0].lines.get(QR, [])
    return {
        "format": 1,
        "unit": "pt",
        "origin": "lower left",
        "paper": header.spec["paper"],
        "width": pages[0].width,
        "height": pages[0].height,
        "pages": len(pages),
        "printed_pages": len(pages) + len(pages) % 2,
        "boxes": list(_answer_boxes(example, pages)),
        "fields": list(_fields(pages)),
        "qr": _sides(*around(qr)) if qr else None,
    }


def _answer_boxes(example: VariantRecord, pages: list[Page]) -> Iterator[dict[str, Any]]:
    for task in example.tasks:
        for part in task.parts:
            for item in part.items:
                mark = f"{task.number}.{part.label}.{item.label}.{item.item}{SPACE}"
                for number, page in enumerate(pages, start=1):
                    if page.lines.get(mark):
                        yield {
                            "task": task.number,
                            "part": part.label,
                            "label": item.label,
                            "item": item.item,
                            "points": item.points,
                            "page": number,
                        } | _sides(*around(page.lines[mark]))


def _fields(pages: list[Page]) -> Iterator[dict[str, Any]]:
    for number, page in enumerate(pages, start=1):
        for mark, lines in page.lines.items():
            for line in lines if mark.startswith("person.") else ():
                sides = _sides(line.left, line.bottom, line.right, line.bottom + LINE_HEIGHT)
                yield {"field": mark.removeprefix("person."), "page": number} | sides


def _sides(left: float, bottom: float, right: float, top: float) -> dict[str, float]:
    return {"x": left, "y": bottom, "width": right - left, "height": top - bottom}


def _check_layout(path: Path, expected: Callable[[], Any], report: Report) -> None:
    written = path.read_text(encoding="utf-8")
    said = json.loads(written)
    report.compare("files", f"{path.name}, form", json.dumps(said, indent=1) + "\n", written)
    _compare(said, expected(), path.name, report)


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


def _check_template(path: Path, question: bytes, report: Report) -> None:
    """The words and lines of a question sheet, none of its quantities, and nothing else."""
    document, asked = opened(path.read_bytes()), opened(question)
    found, expected = read_pages(document), read_pages(asked)
    count = len(expected)
    report.compare("files", f"{path.name}, title", "", document.title)
    report.compare("files", f"{path.name}, pages", count + count % 2, len(found))
    for number, (one, other) in enumerate(zip(expected, found, strict=False), start=1):
        place = f"{path.name}, page {number}"
        report.compare(
            "files", f"{place}, size", (one.width, one.height), (other.width, other.height)
        )
        words = unbroken(one.prose), unbroken(other.prose)
        report.compare("files", f"{place}, words", *words)
        report.compare("files", f"{place}, lines", _rules(one), _rules(other))
        report.compare("files", f"{place}, strange", [], [*other.hidden, *other.overprinted])
    report.compare(
        "files", f"{path.name}, last page", [""] * (count % 2), [p.prose for p in found[count:]]
    )
    own = [
        mark
        for page in found
        for mark in {*page.glyphs, *page.texts}
        if mark == "sheet.variant" or not (mark.startswith(COMMON) or _is_common(mark))
    ]
    report.compare("files", f"{path.name}, quantities", [], own)


def _rules(page: Page) -> dict[str, list[list[float]]]:
    """The lines that all variants have in the same places: all but bars of fractions."""
    return {
        mark: [[round(edge, 1) for edge in box] for box in lines]
        for mark, lines in sorted(page.lines.items())
        if mark.startswith((*COMMON, "person.")) or mark.endswith(SPACE)
        if mark != QR
    }


def _is_common(mark: str) -> bool:
    return mark.rsplit(".", maxsplit=1)[-1] in (
        "number",
        "title",
        "total",
        "points",
        "bonus",
        "part",
    )


def beside(folder: Path, sheets: Sequence[Printable], report: Report) -> None:
    """Tell what lies in a folder and is not proven, and which print files are not there."""
    scans = [scaled_name(name, scale) for scale in scales_of(sheets) for name in (LAYOUT, TEMPLATE)]
    ours = {NAME, "questions", "solutions", *ANSWERS, PRINT, PRINTED, *scans, LOCK, NOTE, DUE}
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            report.unproven.append(f"{path.name}, a link to another place")
        elif path.name not in ours and path.is_dir():
            inside = sum(inner.is_file() for inner in path.rglob("*"))
            report.unproven.append(f"{path.name}/, {inside} files")
        elif path.name not in ours:
            report.unproven.append(path.name)
    for kind in ("questions", "solutions"):
        links = [path for path in (folder / kind).glob("*") if path.is_symlink()]
        report.unproven += [f"{kind}/{path.name}, a link to another place" for path in links]
    stopped = "add was stopped; give it again" if (folder / DUE).exists() else "none"
    report.compare("files", "sheets to be added", "none", stopped)
    printed = PRINTED if (folder / PRINTED).exists() else PRINT
    there = [name for name in (printed, *scans) if (folder / name).exists()]
    if there:
        missing = [name for name in (printed, *scans) if name not in there]
        named = [f"{PRINT} or {PRINTED}/" if name == PRINT else name for name in missing]
        report.unproven += [f"{name}, which is not there, though {there[0]} is" for name in named]


def nothing_else(
    folder: Path, variants: int, named: int, files: Mapping[str, list[str]], report: Report
) -> None:
    """All variants that the spec promises are there, and nothing beside their files."""
    report.compare("files", "variants", variants, named)
    for kind, paths in files.items():
        inside = (folder / f"{kind}s").rglob("*")
        there = sorted(path.relative_to(folder).as_posix() for path in inside)
        report.compare("files", f"{kind}s", sorted({*paths}), there)
