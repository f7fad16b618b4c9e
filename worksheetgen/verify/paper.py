"""The checks on what finished PDFs print: read back, blind solve, layout."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from worksheetgen.errors import OutputError
from worksheetgen.language import ENGLISH, Vocabulary, vocabulary
from worksheetgen.manifest import Record
from worksheetgen.typeset.qr import rectangles
from worksheetgen.verify.box import Box
from worksheetgen.verify.page import QR, Page, read_pages
from worksheetgen.verify.places import (
    NOTHING,
    UNSOLVABLE,
    attempt,
    items,
    parts,
    reference_of,
    statements,
)
from worksheetgen.verify.quantities import UnreadableError, number
from worksheetgen.verify.report import Report
from worksheetgen.verify.sheet import ReadSheet, read_sheet
from worksheetgen.verify.structure import UNREADABLE, language_of, logo_digest, strange

NEAR = 0.05
"""Points by which the parts of a QR code may be off."""
OUTSTANDING = 1.0
"""Points by which glyphs may stand out of the text's width: italics, and rounding."""

Spaces = dict[str, list[tuple[int, list[float]]]]
"""By item, the page and the edges of its answer space."""


@dataclass(frozen=True)
class Paper:
    """A finished PDF, read once for all checks."""

    name: str
    pdf: bytes
    title: str | None = None
    """The title that its file must have, if it is known."""
    language: str = ENGLISH

    @cached_property
    def pages(self) -> list[Page]:
        return read_pages(self.pdf)

    @cached_property
    def strange(self) -> list[str]:
        """What the file holds that no sheet of ours does."""
        try:
            return strange(self.pdf, self.title, self.language, logo=bool(self._pictures))
        except (AttributeError, KeyError, TypeError, ValueError, *UNREADABLE) as error:
            return [f"broken: {type(error).__name__}: {error}"]

    @cached_property
    def logo(self) -> str:
        """The digest of the cover's picture; empty if there is none."""
        return logo_digest(self.pdf) if self._pictures and not self.strange else ""

    @property
    def _pictures(self) -> list[Box]:
        return self.pages[0].pictures if self.pages else []

    @cached_property
    def sheet(self) -> ReadSheet:
        return read_sheet(self.pages, self.vocabulary)

    @property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.language)


def read_paper(path: Path) -> Paper:
    """The PDF of a file.

    Raises:
        OutputError: it cannot be read.
    """
    try:
        pdf = path.read_bytes()
        return Paper(path.name, pdf, language=language_of(pdf))
    except UNREADABLE as error:
        raise OutputError(f"{path}: not a PDF that can be read: {error}") from None
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}") from None


def read_back(variant: Record, paper: Paper, report: Report, *, answers: bool) -> None:
    """Every number on the page against the manifest, and nothing printed over one."""
    expected = statements(variant, answers=answers)
    _compare("read back", paper, expected, statements(paper.sheet.record, answers=answers), report)


def blind_solve(question: Paper, solution: Paper, report: Report) -> Record:
    """Solve what the question prints, and compare with what the solution prints.

    Returns:
        The question's record with the answers found.
    """
    record = deepcopy(question.sheet.record)
    for place, part in parts(record):
        derived = attempt(reference_of(part["problem"]).derived, part["given"], otherwise={})
        for name, value in derived.items():
            said = part["given"].get(name, NOTHING)
            report.compare("blind solve", f"{place}, {name}, {question.name}", value, said)
    for place, part, item in items(record):
        if item["item"] not in reference_of(part["problem"]).ANSWERS:
            report.compare("blind solve", f"{place}, {question.name}", "an item", "unknown")
            continue
        try:
            item["answer"] = getattr(reference_of(part["problem"]), item["item"])(part["given"])
        except UNSOLVABLE as error:
            found = f"{type(error).__name__}: {error}"
            report.compare("blind solve", f"{place}, {question.name}", "givens to solve", found)
    expected = statements(record, answers=True)
    printed = statements(solution.sheet.record, answers=True)
    _compare("blind solve", solution, expected, printed, report)
    return record


def layout(paper: Paper, report: Report) -> None:
    """Page numbers, nothing outside the text's width, nothing over a quantity, no strange thing."""
    found = [fault for page in paper.pages for fault in page.overprinted]
    report.compare("layout", f"{paper.name}, printed over", [], found)
    report.compare("layout", f"{paper.name}, strange", [], paper.strange)
    report.compare("layout", f"{paper.name}, marks", [], paper.sheet.unknown)
    for position, page in enumerate(paper.pages, start=1):
        place = f"{paper.name}, page {position}"
        said = [_number(page, "sheet.page"), _number(page, "sheet.pages")]
        report.compare("layout", f"{place}, page numbers", [position, len(paper.pages)], said)
        rules = page.lines.get("sheet.rule", [])
        report.compare("layout", f"{place}, head rules", 1, len(rules))
        report.compare("layout", f"{place}, hidden", [], page.hidden)
        allowed = min(1, len(page.pictures)) if position == 1 else 0
        report.compare("layout", f"{place}, pictures", allowed, len(page.pictures))
        for rule in rules[:1]:
            left, right = rule.left - OUTSTANDING, rule.right + OUTSTANDING
            out = [box for box in page.extent if box.left < left or box.right > right]
            report.compare("layout", f"{place}, text beyond its width", [], out)
        foot = max((glyph.box.top for glyph in page.glyphs.get("sheet.page", ())), default=0.0)
        low = [
            name
            for name, pieces in paper.sheet.spaces.items()
            for number, box in pieces
            if number == position and box.bottom < foot
        ]
        report.compare("layout", f"{place}, answer spaces over the foot", [], low)


def qr_codes(paper: Paper, code: str, report: Report) -> None:
    """Each page's QR code says the sheet's code and the page's number; none where there is none."""
    for position, page in enumerate(paper.pages, start=1):
        expected = f"{code}/{position}" if code else "nothing"
        drawn = rectangles(code, position, page.width) if code else ()
        edges = [(left, low, left + wide, low + high) for left, low, wide, high in drawn]
        off = [
            abs(edge - other)
            for one, box in zip(edges, page.qr, strict=False)
            for edge, other in zip(one, box, strict=True)
        ]
        outlines = page.lines.get(QR, [])
        if edges and outlines:
            around = zip(_hull(edges), outlines[0], strict=True)
            off += [abs(edge - other) for edge, other in around]
        whole = len(edges) == len(page.qr) and len(outlines) == bool(code)
        same = whole and max(off, default=0) <= NEAR
        found = expected if same else "something else"
        report.compare("read back", f"{paper.name}, page {position}, QR code", expected, found)


def _hull(boxes: Sequence[Sequence[float]]) -> list[float]:
    """The edges of what lies around boxes."""
    low = [min(box[edge] for box in boxes) for edge in (0, 1)]
    return low + [max(box[edge] for box in boxes) for edge in (2, 3)]


def answer_spaces(question: Paper, report: Report) -> Spaces:
    """Each item of a question sheet has one answer space, whole on one page."""
    spaces = question.sheet.spaces
    asked = {
        f"{task['number']}.{part['label']}.{item['label']}.{item['item']}"
        for task in question.sheet.record["tasks"]
        for part in task["parts"]
        for item in part["items"]
    }
    counts = {name: len(spaces.get(name, [])) for name in {*asked, *spaces}}
    report.compare("layout", f"{question.name}, answer spaces", dict.fromkeys(asked, 1), counts)
    return {
        name: [
            (page, [round(edge, 1) for edge in (box.left, box.bottom, box.right, box.top)])
            for page, box in pieces
        ]
        for name, pieces in spaces.items()
    }


def _compare(
    check: str, paper: Paper, expected: Mapping[str, Any], found: Mapping[str, Any], report: Report
) -> None:
    for place in {**expected, **found}:
        report.compare(
            check, f"{place}, {paper.name}", expected.get(place, NOTHING), found.get(place, NOTHING)
        )


def _number(page: Page, name: str) -> int | str:
    try:
        return number(page.glyphs.get(name, []))
    except UnreadableError as error:
        return f"unreadable: {error}"
