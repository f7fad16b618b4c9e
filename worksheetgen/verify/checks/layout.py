"""The check layout: page numbers, margins, answer spaces, nothing over a number or strange."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from worksheetgen.variants.own import LOGO
from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.page import SPACE, Page
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.quantities import UnreadableError, number
from worksheetgen.verify.pages.words import unbroken
from worksheetgen.verify.report import Report

OUTSTANDING = 1.0
"""Points by which glyphs may stand out of the text's width: italics, and rounding."""

BAR, NEAR = 1.0, 8.0
"""Points: a line's thickness at most, and how near a text is to the bar of its fraction."""
KEY_RULE, COVERED = "sheet.keyrule", ("cover.rule", "cover.line")
FRAMES = ("sheet.", "cover.")
"""How the marks begin of lines that all variants have in the same places."""
NAMES = "person."
"""And of those for names, if no variant has a name."""

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
    rules: tuple[tuple[int, str, tuple[float, ...]], ...] = ()
    """The lines of heads, covers and names, and pictures: page, mark and edges."""
    own: Mapping[str, str] = field(default_factory=dict)
    """What stands there in the examiner's own words, by place."""


def layout(question: Paper, solution: Paper, report: Report) -> Look:
    """Both sheets of a variant; returns what the question must share with the others."""
    for paper in (question, solution):
        _layout(paper, report)
    report.compare("layout", f"{solution.name}, logo", question.logo, solution.logo)
    prose = " ".join(unbroken(page.prose) for page in question.pages)
    spaces, rules = _answer_spaces(question, report), tuple(_rules(question))
    return Look(spaces, prose, question.logo, rules, question.sheet.own)


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
        covered = "cover.total" in page.texts and position == 1
        logos = len(page.pictures.get(LOGO, ()))
        allowed = min(1, logos) if covered else 0
        report.compare("layout", f"{place}, logos", allowed, logos)
        shown = [box for mark, own in page.pictures.items() if mark != LOGO for box in own]
        for rule in rules[:1]:
            left, right = rule.left - OUTSTANDING, rule.right + OUTSTANDING
            printed = [*page.extent, *shown]
            out = [box for box in printed if box.left < left or box.right > right]
            report.compare("layout", f"{place}, text beyond its width", [], out)
        foot = max((glyph.box.top for glyph in page.glyphs.get("sheet.page", ())), default=0.0)
        low = [
            name
            for name, pieces in paper.sheet.spaces.items()
            for number, box in pieces
            if number == position and box.bottom < foot
        ]
        low += ["a picture" for box in shown if box.bottom < foot]
        report.compare("layout", f"{place}, answer spaces over the foot", [], low)
        report.compare("layout", f"{place}, strange lines", [], list(_strange_lines(paper, page)))


def _strange_lines(paper: Paper, page: Page) -> Iterator[str]:
    """Lines that are no bars of fractions, no frames and no rules; what is in an answer space."""
    for mark, lines in page.lines.items():
        for line in lines:
            if mark == "" and not _is_bar(line, page):
                yield f"a line at {_rounded(line)}"
            if mark == KEY_RULE and (not paper.sheet.is_solution or line.height > BAR):
                yield f"a rule of a marking key at {_rounded(line)}"
            if mark in COVERED and "cover.total" not in page.texts:
                yield f"a rule of a cover at {_rounded(line)}"
        if mark.endswith(SPACE) and not paper.sheet.is_solution:
            frame = around(lines)
            inside = [box for box in page.extent if _is_within(box, frame)]
            inside += [
                box
                for other, own in (*page.lines.items(), *page.pictures.items())
                for box in own
                if other != mark and _is_within(box, frame)
            ]
            yield from (f"something in {mark}" for _ in inside)


def _is_bar(line: Box, page: Page) -> bool:
    """Whether a line is level and parts a text right above it from one right below it."""
    if line.height > BAR:
        return False
    across = [
        box for box in page.extent if line.left - BAR < box.left < box.right < line.right + BAR
    ]
    above = any(line.top - BAR < box.bottom < line.top + NEAR for box in across)
    below = any(line.bottom - NEAR < box.top < line.bottom + BAR for box in across)
    return above and below


def _is_within(box: Box, frame: Box) -> bool:
    return (
        min(box.right, frame.right) - max(box.left, frame.left) > BAR
        and min(box.top, frame.top) - max(box.bottom, frame.bottom) > BAR
    )


def _rules(question: Paper) -> Iterator[tuple[int, str, tuple[float, ...]]]:
    for position, page in enumerate(question.pages, start=1):
        for mark, lines in sorted(page.lines.items()):
            if mark.startswith(FRAMES) or (mark.startswith(NAMES) and not page.qr):
                yield from ((position, mark, _rounded(line)) for line in lines)
        for mark, outlines in sorted(page.pictures.items()):
            yield from ((position, mark, _rounded(outline)) for outline in outlines)


def _rounded(box: Box) -> tuple[float, ...]:
    return tuple(round(edge, 1) for edge in box)


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
