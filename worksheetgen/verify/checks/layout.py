"""The check layout: page numbers, margins, answer spaces, nothing over a number or strange."""

from dataclasses import dataclass

from worksheetgen.verify.pages.page import Page
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.quantities import UnreadableError, number
from worksheetgen.verify.pages.words import squeezed
from worksheetgen.verify.report import Report

OUTSTANDING = 1.0
"""Points by which glyphs may stand out of the text's width: italics, and rounding."""

Spaces = dict[str, list[tuple[int, list[float]]]]
"""By item, the page and the edges of its answer space."""


@dataclass(frozen=True)
class Look:
    """What the question sheets of an exam share."""

    spaces: Spaces
    prose: str
    """The words around the quantities."""
    logo: str = ""
    """The digest of the cover's picture, if there is one."""


def layout(question: Paper, solution: Paper, report: Report) -> Look:
    """Both sheets of a variant; returns what the question must share with the others."""
    for paper in (question, solution):
        _layout(paper, report)
    report.compare("layout", f"{solution.name}, logo", question.logo, solution.logo)
    prose = " ".join(squeezed(page.prose) for page in question.pages)
    return Look(_answer_spaces(question, report), prose, question.logo)


def _layout(paper: Paper, report: Report) -> None:
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


def _answer_spaces(question: Paper, report: Report) -> Spaces:
    """Each item of a question sheet has one answer space, whole on one page."""
    spaces = question.sheet.spaces
    asked = {
        f"{task.number}.{part.label}.{item.label}.{item.item}"
        for task in question.sheet.variant.tasks
        for part in task.parts
        for item in part.items
    }
    counts = {name: len(spaces.get(name, [])) for name in {*asked, *spaces}}
    report.compare("layout", f"{question.name}, answer spaces", dict.fromkeys(asked, 1), counts)
    return {
        name: [(page, [round(edge, 1) for edge in box]) for page, box in pieces]
        for name, pieces in spaces.items()
    }


def _number(page: Page, name: str) -> int | str:
    try:
        return number(page.glyphs.get(name, []))
    except UnreadableError as error:
        return f"unreadable: {error}"
