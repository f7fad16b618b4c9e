"""All checks of one variant, and of a pair of PDFs alone."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from worksheetgen.errors import OutputError
from worksheetgen.exam.personal import is_version
from worksheetgen.typeset.texts import Own
from worksheetgen.variants.manifest import VariantRecord
from worksheetgen.variants.own import as_in
from worksheetgen.variants.sheet import item_label, part_label
from worksheetgen.verify.checks.blind_solve import blind_key, blind_solve, sums
from worksheetgen.verify.checks.concept import concept
from worksheetgen.verify.checks.diagnosable import diagnosable
from worksheetgen.verify.checks.differentiate import differentiate
from worksheetgen.verify.checks.layout import Look, layout
from worksheetgen.verify.checks.no_leak import no_leak
from worksheetgen.verify.checks.own import own
from worksheetgen.verify.checks.premise import premise
from worksheetgen.verify.checks.read_back import (
    names,
    qr_codes,
    read_back,
    read_back_key,
    short_answers,
)
from worksheetgen.verify.checks.recompute import recompute, totals
from worksheetgen.verify.checks.rewrite import rewrite
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms

UNFORESEEN = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
"""What sheets may raise that are made to break their readers; it is told, and no proof."""
ASKED_OUTSIDE = 8
"""Of 256 pairs, how many are chosen by their digest to be read by PDFium as well."""


def is_chosen(question: bytes, solution: bytes) -> bool:
    """Whether chance has PDFium read a pair: by its bytes, so that nobody can aim beside it."""
    return sha256(question + solution).digest()[0] < ASKED_OUTSIDE


def told(error: Exception) -> str:
    """What went wrong, short enough for a line."""
    return f"{type(error).__name__}: {str(error)[:200]}"


def prove_numbers(variant: VariantRecord, report: Report) -> None:
    """All checks that need a record alone."""
    recompute(variant, report)
    differentiate(variant, report)
    concept(variant, report)
    premise(variant, report)


def prove(
    variant: VariantRecord,
    question: bytes,
    solution: bytes,
    terms: Terms,
    *,
    outside: bool = True,
    again: bool = False,
) -> tuple[Report, Look | None]:
    """Prove a variant from its record and its PDFs; also what it must share with the others.

    Args:
        variant: its record.
        question: the question sheet.
        solution: the solution sheet.
        terms: what all variants of the exam must keep.
        outside: whether PDFium is asked as well what the pages show.
        again: whether the sheets are set again, if their templates are known.
    """
    report = Report()
    prove_numbers(variant, report)
    diagnosable(variant, terms.apart, report)
    code = str(terms.seed) if terms.practice else variant.code
    version = variant.person.version if variant.person else ""
    variant = replace(variant, variant=code)
    asked, solved = (
        Paper(
            f"{kind} {code}",
            pdf,
            f"{terms.title}, {kind} {said or code}",
            terms.language,
            outside,
            said,
            code,
        )
        for kind, pdf, said in (("question", question, ""), ("solution", solution, version))
    )
    if asked.broken or solved.broken:
        return _broken(asked, solved, report), None
    for paper in (asked, solved):
        read_back(variant, paper, terms, report)
        names(variant.person, paper, report)
    short_answers(variant, asked, report, printed=bool(terms.practice))
    qr_codes(asked, code if variant.person else "", report)
    qr_codes(solved, "", report)
    read_back_key(variant, solved, report, printed=terms.marking_key)
    found = blind_solve(asked, solved, report)
    premise(found, report)
    blind_key(found, solved, report)
    sums(variant, solved, report)
    parts = as_in(variant, terms.own)
    own(asked, solved, parts, report)
    look = layout(asked, solved, report)
    no_leak(variant, asked, report, seed=terms.seed)
    if again and terms.as_shipped:
        rewrite(variant, asked, solved, report, parts=parts)
    return report, look


def _broken(asked: Paper, solved: Paper, report: Report) -> Report:
    """Of files that are none of ours no more is said than this."""
    for paper in (asked, solved):
        report.compare("layout", f"{paper.name}, strange", [], paper.strange)
    report.compare("no leak", f"{asked.name}, stowed", [], asked.strange)
    return report


def prove_pair(papers: Iterable[Paper], own: Own = ()) -> Report:
    """Prove a question and a solution PDF by themselves, without a manifest.

    Args:
        papers: both sheets.
        own: the templates of an instructor's own that they were set from.

    Raises:
        OutputError: there is nothing to prove.
    """
    report = Report()
    try:
        asked, solved = sorted(papers, key=lambda paper: paper.sheet.is_solution)
        if asked.broken or solved.broken:
            return _broken(asked, solved, report)
        _prove_pair(asked, solved, own, report)
    except UNFORESEEN as error:
        report.compare("files", "the sheets", "readable", told(error))
    return report


def _prove_pair(asked: Paper, solved: Paper, own: Own, report: Report) -> None:
    code, version = asked.sheet.variant.variant, solved.sheet.variant.variant
    if is_version(version, code):
        solved = replace(solved, version=version, code=code)
    found = blind_solve(asked, solved, report)
    owner = {name: said for name, said in asked.sheet.person.items() if name != "facts"}
    qr_codes(asked, "" if code.isdecimal() and not owner else code, report)
    qr_codes(solved, "", report)
    short_answers(found, asked, report, printed=bool(asked.sheet.short))
    expected = {} if solved.version else owner
    report.compare("blind solve", f"{found.variant}, person", expected, solved.sheet.person)
    if not list(found.items()):
        raise OutputError(f"{asked.name} asks no question of ours; there is nothing to check")
    _labels(found, report)
    premise(found, report)
    blind_key(found, solved, report)
    sums(found, solved, report)
    layout(asked, solved, report)
    no_leak(found, asked, report)
    if any(found.own_parts()):
        report.unproven.append("words of the examiner's own; verify their folder, which knows them")
    else:
        rewrite(found, asked, solved, report, own)


def _labels(variant: VariantRecord, report: Report) -> None:
    """Totals are sums, and parts and items are numbered in order."""
    for task in variant.tasks:
        place = f"{variant.variant}, task {task.number}"
        totals(place, task, "blind solve", report)
        labels = [part.label for part in task.parts]
        expected = [part_label(index) for index in range(len(labels))]
        report.compare("blind solve", f"{place}, parts", expected, labels)
    for place, part in variant.parts():
        labels = [item.label for item in part.items]
        expected = [item_label(index) for index in range(len(labels))]
        report.compare("blind solve", f"{place}, items", expected, labels)
