"""The check no leak: a question PDF tells no answer, and nothing from which one could be made."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from worksheetgen.manifest import Record
from worksheetgen.verify.paper import Paper
from worksheetgen.verify.places import items, reference_of
from worksheetgen.verify.report import Report

CATALOG = {"/Type", "/Pages"}
PAGE = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox"}
RESOURCES = {"/Font", "/ProcSet"}
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
SHORTEST_SEED = 4
"""Digits of a seed that is looked for; a shorter one stands in every page."""


def no_leak(variant: Record, question: Paper, report: Report, *, seed: int | None = None) -> None:
    """Look for every answer in all that a question PDF prints, and refuse all that it hides."""
    answered = [place for place, _, item in items(question.sheet.record) if "answer" in item]
    report.compare("no leak", f"{question.name}, answers", [], answered)
    hidden = [fault for page in question.pages for fault in page.hidden]
    report.compare("no leak", f"{question.name}, hidden", [], hidden)
    report.compare("no leak", f"{question.name}, stowed", [], list(_stowed(question.pdf, seed)))
    prose = " ".join(page.prose for page in question.pages)
    for place, part, item in items(variant):
        found = [told for told in _tellings(part, item) if told in _forms(prose)]
        report.compare("no leak", f"{place}, {question.name}", [], found)


def _tellings(part: Record, item: Record) -> list[str]:
    """What would tell an answer: its numbers one after another, or its words."""
    solver = reference_of(part["problem"])
    answer = item["answer"]
    numbers = _numbers(answer)
    words = solver.telltales(item["item"], answer, part["given"])
    return words if words or not numbers else [f" {' '.join(numbers)} "]


def _numbers(answer: Any) -> list[str]:
    if isinstance(answer, list):
        return [number for entry in answer for number in _numbers(entry)]
    return [str(answer)] if not isinstance(answer, dict) else []


def _forms(prose: str) -> str:
    """The prose without spaces, and its numbers that are no index of a symbol."""
    numbers = re.findall(r"(?<![A-Za-z\d])-?\d+(?:/\d+)?", prose)
    squeezed = "".join(prose.split())
    return f"{squeezed}\n {' '.join(numbers)} "


def _stowed(pdf: bytes, seed: int | None) -> Iterator[str]:
    """Whatever a sheet's PDF holds beside pages, their fonts, and its title."""
    if pdf.rstrip(b"\r\n").rpartition(b"%%EOF")[2]:
        yield "bytes after the end"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield from _strange("document", document.Root, CATALOG)
        yield from _strange("information", document.docinfo, {"/Title"})
        known = set()
        for page in document.pages:
            yield from _strange("page", page.obj, PAGE)
            yield from _strange("resources", page.obj.Resources, RESOURCES)
            known.add(page.obj.Contents.objgen)
            for font in page.obj.Resources.get("/Font", {}).values():
                known |= {file.objgen for file in _font_files(font)}
                known |= {font[key].objgen for key in ("/ToUnicode",) if key in font}
        for item in document.objects:
            if isinstance(item, pikepdf.Stream):
                if item.get("/Type") in ("/ObjStm", "/XRef"):
                    continue
                if item.objgen not in known:
                    yield "a stream that no page shows"
                if _tells(seed, item.read_bytes()):
                    yield "the seed in a stream"
        if _tells(seed, str(document.docinfo.get("/Title", "")).encode()):
            yield "the seed in the title"


def _font_files(font: Any) -> list[Any]:
    descriptor = font.get("/FontDescriptor", {})
    return [descriptor[key] for key in FONT_FILES if key in descriptor]


def _strange(name: str, found: Any, allowed: set[str]) -> Iterator[str]:
    for key in sorted(set(found.keys()) - allowed):
        yield f"{key} in the {name}"


def _tells(seed: int | None, content: bytes) -> bool:
    return seed is not None and len(str(seed)) >= SHORTEST_SEED and str(seed).encode() in content


def fonts_embedded(paper: Paper, report: Report) -> None:
    """Every font comes with the file, so that every printer shows the same."""
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        missing = {
            str(font.get("/BaseFont", name))
            for page in document.pages
            for name, font in page.obj.Resources.get("/Font", {}).items()
            if not _font_files(font)
        }
    report.compare("layout", f"{paper.name}, fonts not embedded", [], sorted(missing))
