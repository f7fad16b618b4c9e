"""The check blind solve: the question page, read and solved, against the solution page."""

import re
from dataclasses import replace

from worksheetgen.variants.manifest import (
    OWN,
    RIGHT_ROW,
    VOID_ROW,
    ItemRecord,
    KeyRecord,
    PartRecord,
    VariantRecord,
)
from worksheetgen.verify.checks.read_back import compare
from worksheetgen.verify.key import Row, keys, otherwise
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.words import squeezed
from worksheetgen.verify.printed import (
    by_place,
    found,
    frame,
    missing_words,
    printed_row,
    solutions,
    statements,
    words_of_row,
)
from worksheetgen.verify.references import NOTHING, UNSOLVABLE, attempt, reference_of
from worksheetgen.verify.report import Report

SIDE = r"[-+·()\s]*\d[-+·()\d\s]*"
CHAIN = re.compile(rf"[A-Za-z]\d*\s*=({SIDE}(?:={SIDE})+)")
"""Numbers after a symbol, with at least two sides."""
LONGEST_SIDE = 2_000
"""Letters of a side that is worked out."""
TERM = re.compile(r"([+-]?)((?:\(-?\d+\)|\d+)(?:·(?:\(-?\d+\)|\d+))*)")


def blind_solve(question: Paper, solution: Paper, report: Report) -> VariantRecord:
    """Solve what the question prints, and compare with what the solution prints.

    Returns:
        The question's record with the answers found.
    """
    variant = question.sheet.variant
    asked = by_place(question.sheet.said) | frame(variant)
    compare("blind solve", question, statements(variant), asked, report)
    solved = _solved(variant, question.name, report).with_void(solution.sheet.variant.void)
    expected = statements(solved.as_solved()) | solutions(solved)
    compare("blind solve", solution, expected, found(solution.sheet), report)
    return solved


def _solved(variant: VariantRecord, name: str, report: Report) -> VariantRecord:
    """The same with the answers that its givens have."""
    answers = {}
    for place, part, item in variant.items():
        reference = reference_of(part.problem)
        if not reference.asks(item.item):
            report.compare("blind solve", f"{place}, {name}", "an item", "unknown")
            continue
        try:
            answers[place] = reference.answer(item.item, part.given)
        except UNSOLVABLE as error:
            report.unsolvable("blind solve", f"{place}, {name}", error)
    in_order = iter([answers.get(place, NOTHING) for place, _, _ in variant.items()])

    def answered(part: PartRecord) -> PartRecord:
        if part.problem == OWN:
            return part
        return replace(part, items=[replace(item, answer=next(in_order)) for item in part.items])

    tasks = [replace(task, parts=[answered(part) for part in task.parts]) for task in variant.tasks]
    return replace(variant, tasks=tasks)


def blind_key(solved: VariantRecord, solution: Paper, report: Report) -> None:
    """What the question's givens make of each mistake against the printed key, if there is one."""
    printed = {place: item for place, _, item in solution.sheet.variant.items()}
    if not any(item.key for item in printed.values()):
        return
    words = []
    for where, part in solved.parts():
        recomputed = attempt(keys, part, otherwise={})
        for item in part.items:
            place = f"{where}, {item.label}. {item.item}"
            first = VOID_ROW if item.void else RIGHT_ROW
            right = Row(f"{item.label}.", first, item.answer, full=True)
            rows = [right, *(recomputed[item.item].rows if recomputed else [])]
            there = printed[place].key if place in printed else []
            expected = [printed_row(part, item, row.happened, row.written) for row in rows]
            shown = [row.written for row in there]
            report.compare("blind solve", f"{place}, key, {solution.name}", expected, shown)
            _compare_points(f"{place}, key's points, {solution.name}", item, rows, there, report)
            least = solution.sheet.least.get(place)
            report.compare(
                "blind solve",
                f"{place}, otherwise, {solution.name}",
                None
                if item.void
                else attempt(otherwise, part.problem, item, otherwise="unreadable"),
                least,
            )
            words += [words_of_row(row.label, row.happened, solution.vocabulary) for row in rows]
    missing = missing_words(words, solution.prose)
    report.compare("blind solve", f"{solution.name}, words of the key", [], missing)


def _compare_points(
    place: str, item: ItemRecord, rows: list[Row], there: list[KeyRecord], report: Report
) -> None:
    """What the rows earn that follow an earlier mistake through."""
    by_rule = [pair for pair in zip(rows, there, strict=False) if pair[0].full is not None]
    if item.void:
        report.compare("blind solve", place, [0] * len(there), [row.points for row in there])
        return
    earned = [item.points if row.full else None for row, _ in by_rule]
    given = [row.points for _, row in by_rule]
    report.compare("blind solve", place, earned, given)


def sums(variant: VariantRecord, solution: Paper, report: Report) -> None:
    """What the printed sums come to, side by side, against the reference's totals."""
    expected: list[int] = []
    for _, part, item in variant.items():
        work = attempt(reference_of(part.problem).work, item.item, part.given, otherwise=None)
        expected += work.totals if work else []
    printed = [_worth(chain) for chain in CHAIN.findall(solution.prose)]
    report.compare("blind solve", f"{solution.name}, sums worked out", expected, printed)


def _worth(chain: str) -> int | str:
    """What all sides of an equation come to, or the equation if they differ."""
    sides = {_value(squeezed(side)) for side in chain.split("=")}
    return sides.pop() if len(sides) == 1 else " ".join(chain.split())


def _value(side: str) -> int | str:
    terms = TERM.findall(side)
    if "".join(sign + factors for sign, factors in terms) != side or len(side) > LONGEST_SIDE:
        return side[:LONGEST_SIDE]
    total = 0
    for sign, factors in terms:
        product = 1
        for factor in factors.split("·"):
            product *= int(factor.strip("()"))
        total += -product if sign == "-" else product
    return total
