"""The check read back: the glyphs on the pages against the manifest, cell by cell."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import zxingcpp
from numpy import full, uint8

from worksheetgen.typeset.names import digest_of, is_form
from worksheetgen.typeset.names.directions import runs_leftward
from worksheetgen.variants.manifest import (
    ItemRecord,
    PartRecord,
    PersonRecord,
    VariantRecord,
)
from worksheetgen.verify.by_hand.rationals import decimal, total
from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.outside import names_in
from worksheetgen.verify.pages.page import FORM, QR, Page
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.words import letters, squeezed, unmarked
from worksheetgen.verify.printed import (
    found,
    missing_words,
    printed_row,
    solutions,
    statements,
    words_of_row,
)
from worksheetgen.verify.references import NOTHING, attempt, reference_of
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms

MODULES, MODULE, QUIET = 21, 1.7, 4
"""Of a QR code of version 1 (ISO/IEC 18004): modules in a row, points of one, empty ones around."""
PIXELS = 4
"""Of a module, for the decoder."""
OFF = 0.05
"""Points by which a dark part may miss its modules."""
NOWHERE = Box(0, 0, 0, 0)
"""The outline of no dark part at all."""
RIGHT, BOTTOM = 65.2, 22.7
"""Points from the paper's edges at which it stands."""


def read_back(variant: VariantRecord, paper: Paper, terms: Terms, report: Report) -> None:
    """Every number and word on a variant's question or solution sheet that the exam decides."""
    sheet = paper.sheet
    is_solution = paper.name.startswith("solution")
    variant = variant.as_solved() if is_solution else variant.as_asked()
    solved = solutions(variant) if is_solution else {}
    compare("read back", paper, statements(variant) | solved, found(sheet), report)
    commands = [squeezed(terms.practice)] if terms.practice else []
    said = {
        "title": (letters(terms.title), sheet.title),
        "cover": (_cover(terms, variant), sheet.cover),
        "person": (_person(variant.person, paper), sheet.person),
        "command": (commands, [squeezed(command) for command in sheet.commands]),
    }
    if not terms.practice:
        lines = Counter(
            mark
            for page in paper.pages
            for mark, own in page.lines.items()
            for _ in own
            if mark.startswith("person.")
        )
        said["lines to write on"] = _lines_to_write_on(variant.person, paper), dict(lines)
    for what, (wanted, there) in said.items():
        report.compare("read back", f"{variant.variant}, {what}, {paper.name}", wanted, there)


def read_back_key(
    variant: VariantRecord, solution: Paper, report: Report, *, printed: bool
) -> None:
    """Every number and word of the printed key against the manifest; no key if there is none."""
    expected, words = {}, []
    for place, part, item in variant.items():
        for number, row in enumerate(item.full_key if printed else []):
            shown = printed_row(part, item, row.happened, row.written)
            expected[f"{place}, key {number}"] = [shown, row.points]
            words.append(words_of_row(row.label, row.happened, solution.vocabulary))
    there = {
        f"{place}, key {number}": [row.written, row.points]
        for place, _, item in solution.sheet.variant.items()
        for number, row in enumerate(item.key)
    }
    compare("read back", solution, expected, there, report)
    missing = missing_words(words, solution.prose)
    report.compare("read back", f"{solution.name}, words of the key", [], missing)


def short_answers(
    variant: VariantRecord, question: Paper, report: Report, *, printed: bool
) -> None:
    """The short answers of a practice sheet, behind all its exercises, and its total.

    An exam has none.
    """
    asked = list(variant.items()) if printed else []
    expected = {place: _in_short(part, item) for place, part, item in asked}
    whole = [str(total(item.points for _, _, item in asked))] if printed else []
    report.compare("read back", f"{question.name}, total", whole, question.sheet.totals)
    name = f"{question.name}, short answers"
    report.compare("read back", name, expected, question.sheet.short)
    pages = [
        number
        for number, page in enumerate(question.pages, start=1)
        if any(mark.endswith(".short") for mark in page.glyphs)
    ]
    last = max((n for pieces in question.sheet.spaces.values() for n, _ in pieces), default=0)
    early = [number for number in pages if number <= last]
    report.compare("no leak", f"{name} among exercises", [], early)


def _in_short(part: PartRecord, item: ItemRecord) -> Any:
    """A short answer; of a choice the letter and what stands at it."""
    short = printed_row(part, item, "right", item.answer)
    printed_by = reference_of(part.problem).printed_by
    said = attempt(printed_by, item.item, part.given, otherwise={})
    chosen = f"{item.item}_{item.answer}"
    return [short, said[chosen]] if chosen in said else short


def qr_codes(paper: Paper, code: str, report: Report) -> None:
    """Each page's QR code says the sheet's code and the page's number; none where there is none."""
    for position, page in enumerate(paper.pages, start=1):
        expected = f"{code}/{position}" if code else "nothing"
        place = f"{paper.name}, page {position}, QR code"
        report.compare("read back", place, expected, decoded(page))


def decoded(page: Page) -> str:
    """What a decoder that is not ours reads from the dark parts of a page's QR code."""
    if not page.qr and not page.lines.get(QR):
        return "nothing"
    outline = around(page.qr or [NOWHERE])
    right, top = page.width - RIGHT, BOTTOM + MODULES * MODULE
    place = (right - MODULES * MODULE, BOTTOM, right, top)
    off = (
        abs(edge - there)
        for one in (outline, page.lines[QR][0])
        for edge, there in zip(one, place, strict=True)
    )
    if max(off) > OFF or len(page.lines[QR]) != 1:
        return "something else"
    side = PIXELS * (MODULES + 2 * QUIET)
    picture = full((side, side), 255, dtype=uint8)
    for box in page.qr:
        edges = [(edge - outline[axis % 2]) / MODULE + QUIET for axis, edge in enumerate(box)]
        if any(abs(edge - round(edge)) > OFF / MODULE for edge in edges):
            return "something else"
        left, bottom, right, top = (PIXELS * round(edge) for edge in edges)
        picture[side - top : side - bottom, left:right] = 0
    codes = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return codes[0].text if len(codes) == 1 else "nothing that can be read"


def compare(
    check: str, paper: Paper, expected: Mapping[str, Any], found: Mapping[str, Any], report: Report
) -> None:
    """What is expected at each place and what is found there, one by one."""
    for place in {**expected, **found}:
        report.compare(
            check, f"{place}, {paper.name}", expected.get(place, NOTHING), found.get(place, NOTHING)
        )


def _person(person: PersonRecord | None, paper: Paper) -> dict[str, str]:
    """What a personal sheet must say of whose it is, by mark."""
    is_solution = paper.name.startswith("solution")
    if person is None or (is_solution and person.version):
        return {}
    name = unmarked(person.printed)
    if is_form(person.printed):
        name = unmarked(f"{FORM}{digest_of(person.printed)}")
    said = {"name": name, "id": unmarked(person.id)}
    facts = paper.vocabulary.facts_of(person.facts, spare=person.is_spare)
    return ({} if person.is_spare else said) | (
        {"facts": unmarked("".join(facts))} if facts and not is_solution else {}
    )


def names(person: PersonRecord | None, paper: Paper, report: Report) -> None:
    """What PDFium reads of a name that is a picture; of letters that run to the left, which."""
    places = [(n, box) for n, page in enumerate(paper.pages) for box in page.names]
    if person is None or not places:
        return
    for said in names_in(paper.pdf, places):
        pair = unmarked(person.printed), unmarked(said)
        leftward = any(map(runs_leftward, person.printed))
        expected, found = ("".join(sorted(one)) if leftward else one for one in pair)
        report.compare("read back", f"{paper.name}, letters of the name", expected, found)


def _lines_to_write_on(person: PersonRecord | None, paper: Paper) -> dict[str, int]:
    """How many lines there are for a name and a number, where they are not known."""
    known = person is not None and not person.is_spare
    return {} if known or paper.name.startswith("solution") else {"person.name": 1, "person.id": 1}


def _cover(terms: Terms, variant: VariantRecord) -> dict[str, str]:
    """What a variant's cover must say, by mark: letters and digits alone."""
    if terms.cover is None:
        return {}
    said = {name: letters(text) for name, text in terms.cover.items()}
    return {name: text for name, text in said.items() if text} | dict(_grading(variant))


def _grading(variant: VariantRecord) -> Iterator[tuple[str, str]]:
    for task in variant.tasks:
        yield f"task{task.number}", str(task.number)
        yield f"points{task.number}", decimal(task.points)
        if task.bonus:
            yield f"bonus{task.number}", decimal(task.bonus)
    yield "total", decimal(total(task.points for task in variant.tasks))
    bonus = total(task.bonus for task in variant.tasks)
    if bonus:
        yield "bonus", decimal(bonus)
