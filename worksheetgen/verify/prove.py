"""All checks of one variant, of a pair of PDFs alone, and of variants among each other."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from worksheetgen.manifest import Record
from worksheetgen.verify.arithmetic import check_arithmetic
from worksheetgen.verify.leaks import fonts_embedded, no_leak
from worksheetgen.verify.paper import (
    Paper,
    Spaces,
    answer_spaces,
    blind_solve,
    layout,
    read_back,
)
from worksheetgen.verify.places import parts, reference_of
from worksheetgen.verify.report import Report

FEW = 8
"""Jobs that are done sooner in this process than in others that must start first."""

Job = TypeVar("Job")


def prove(variant: Record, question: bytes, solution: bytes, *, seed: int) -> tuple[Report, Spaces]:
    """Prove a variant from its record and its PDFs; also where its answer spaces lie."""
    report = Report()
    check_arithmetic(variant, report)
    asked = Paper(f"question {variant['variant']}", question)
    solved = Paper(f"solution {variant['variant']}", solution)
    read_back(variant, asked, report, answers=False)
    read_back(variant, solved, report, answers=True)
    blind_solve(asked, solved, report)
    spaces = _check_pages(asked, solved, report)
    no_leak(variant, asked, report, seed=seed)
    return report, spaces


def prove_pair(papers: Iterable[Paper]) -> Report:
    """Prove a question and a solution PDF by themselves, without a manifest."""
    asked, solved = sorted(papers, key=lambda paper: paper.sheet.is_solution)
    report = Report()
    found = blind_solve(asked, solved, report)
    _check_pages(asked, solved, report)
    no_leak(found, asked, report)
    return report


def _check_pages(asked: Paper, solved: Paper, report: Report) -> Spaces:
    for paper in (asked, solved):
        layout(paper, report)
        fonts_embedded(paper, report)
    return answer_spaces(asked, report)


@dataclass
class Exam:
    """What the variants of an exam must share, and what they must not."""

    _first: Spaces | None = None
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def compare(self, variant: Record, spaces: Spaces, report: Report) -> None:
        """Answer spaces where the first variant has them; givens that no earlier one has."""
        code = variant["variant"]
        if spaces:
            self._first = self._first or spaces
            report.compare("layout", f"{code}, answer spaces as in the first", self._first, spaces)
        for place, part in parts(variant):
            within = place.partition(", ")[2]
            solver = reference_of(part["problem"])
            asked = [solver.ITEM_GIVENS.get(item["item"], {}) for item in part["items"]]
            printed = sorted({*solver.PART_GIVENS, *(name for names in asked for name in names)})
            key = (within, json.dumps([part["given"].get(name) for name in printed]))
            first = self._seen.setdefault(key, code)
            report.compare("distinct", place, f"{code} alone", f"{first} alone")


def side_by_side(
    check: Callable[[Job], tuple[Report, Spaces]], jobs: Sequence[Job]
) -> Iterator[tuple[Report, Spaces]]:
    """Run a check on each job, in order, on all cores."""
    if len(jobs) <= FEW:
        yield from map(check, jobs)
        return
    with ProcessPoolExecutor() as workers:
        yield from workers.map(check, jobs, chunksize=4)
