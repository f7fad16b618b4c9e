"""All checks of one variant, of a pair of PDFs alone, and of variants among each other."""

from collections.abc import Iterable
from dataclasses import dataclass

from worksheetgen.errors import OutputError
from worksheetgen.manifest import Record
from worksheetgen.sheet import item_label, part_label
from worksheetgen.verify.arithmetic import check_arithmetic
from worksheetgen.verify.diagnosable import diagnosable
from worksheetgen.verify.key import blind_key, read_back_key, short_answers
from worksheetgen.verify.leaks import no_leak
from worksheetgen.verify.paper import (
    Paper,
    Spaces,
    answer_spaces,
    blind_solve,
    layout,
    qr_codes,
    read_back,
)
from worksheetgen.verify.places import items, letters, parts, tasks, unmarked
from worksheetgen.verify.report import Report
from worksheetgen.verify.sums import sums
from worksheetgen.verify.terms import Terms


@dataclass(frozen=True)
class Look:
    """What the question sheets of an exam share."""

    spaces: Spaces
    prose: str
    """The words around the quantities."""
    logo: str = ""
    """The digest of the cover's picture, if there is one."""


def prove(variant: Record, question: bytes, solution: bytes, terms: Terms) -> tuple[Report, Look]:
    """Prove a variant from its record and its PDFs; also what it must share with the others."""
    report = Report()
    check_arithmetic(variant, report)
    diagnosable(variant, terms.apart, report)
    person = variant.get("person")
    code = person["code"] if person else variant["variant"]
    code = str(terms.seed) if terms.practice else code
    variant = variant | {"variant": code}
    asked, solved = (
        Paper(f"{kind} {code}", pdf, f"{terms.title}, {kind} {code}", terms.language)
        for kind, pdf in (("question", question), ("solution", solution))
    )
    for paper, answers in ((asked, False), (solved, True)):
        read_back(variant, paper, report, answers=answers)
        said = paper.sheet.record["title"]
        report.compare("read back", f"{code}, title, {paper.name}", letters(terms.title), said)
        cover = _cover(terms, variant)
        said = paper.sheet.record["cover"]
        report.compare("read back", f"{code}, cover, {paper.name}", cover, said)
        expected = _person(person)
        said = paper.sheet.record["person"]
        report.compare("read back", f"{code}, person, {paper.name}", expected, said)
        commands = ["".join(terms.practice.split())] if terms.practice else []
        said = ["".join(command.split()) for command in paper.sheet.record["commands"]]
        report.compare("read back", f"{code}, command, {paper.name}", commands, said)
    short_answers(variant, asked, report, printed=bool(terms.practice))
    qr_codes(asked, code if person else "", report)
    qr_codes(solved, "", report)
    read_back_key(variant, solved, report, printed=terms.marking_key)
    blind_key(blind_solve(asked, solved, report), solved, report)
    sums(variant, solved, report)
    look = _check_pages(asked, solved, report)
    no_leak(variant, asked, report, seed=terms.seed)
    return report, look


def prove_pair(papers: Iterable[Paper]) -> Report:
    """Prove a question and a solution PDF by themselves, without a manifest.

    Raises:
        OutputError: there is nothing to prove.
    """
    asked, solved = sorted(papers, key=lambda paper: paper.sheet.is_solution)
    report = Report()
    found = blind_solve(asked, solved, report)
    code = found["variant"]
    owner = asked.sheet.record["person"]
    qr_codes(asked, code if owner else "", report)
    qr_codes(solved, "", report)
    short = any("short" in item for _, _, item in items(found))
    short_answers(found, asked, report, printed=short)
    report.compare("blind solve", f"{code}, person", owner, solved.sheet.record["person"])
    if not list(items(found)):
        raise OutputError(f"{asked.name} asks no question of ours; there is nothing to check")
    for place, task in tasks(found):
        total = sum(item["points"] for part in task["parts"] for item in part["items"])
        report.compare("blind solve", f"{place}, points", total, task["points"])
        labels = [part["label"] for part in task["parts"]]
        expected = [part_label(index) for index in range(len(labels))]
        report.compare("blind solve", f"{place}, parts", expected, labels)
    for place, part in parts(found):
        labels = [item["label"] for item in part["items"]]
        expected = [item_label(index) for index in range(len(labels))]
        report.compare("blind solve", f"{place}, items", expected, labels)
    blind_key(found, solved, report)
    sums(found, solved, report)
    _check_pages(asked, solved, report)
    no_leak(found, asked, report)
    return report


def _person(person: Record | None) -> dict[str, str]:
    """What a personal sheet must say of whose it is, by mark."""
    if person is None:
        return {}
    return {"name": unmarked(person["printed"]), "id": unmarked(person["id"])}


def _cover(terms: Terms, variant: Record) -> dict[str, str]:
    """What a variant's cover must say, by mark: letters and digits alone."""
    if terms.cover is None:
        return {}
    points = {task["number"]: task["points"] for task in variant["tasks"]}
    grading = {f"task{number}": str(number) for number in points}
    grading |= {f"points{number}": str(worth) for number, worth in points.items()}
    said = {name: letters(text) for name, text in terms.cover.items()}
    return (
        {name: text for name, text in said.items() if text}
        | grading
        | {"total": str(sum(points.values()))}
    )


def _check_pages(asked: Paper, solved: Paper, report: Report) -> Look:
    for paper in (asked, solved):
        layout(paper, report)
    prose = " ".join("".join(page.prose.split()) for page in asked.pages)
    report.compare("layout", f"{solved.name}, logo", asked.logo, solved.logo)
    return Look(answer_spaces(asked, report), prose, asked.logo)
