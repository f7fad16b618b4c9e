"""The check recompute: totals, answers and marking keys once more, in plain Python."""

from worksheetgen.variants.manifest import PartRecord, TaskRecord, VariantRecord
from worksheetgen.verify.by_hand.rationals import total
from worksheetgen.verify.key import FOLLOWED, keys
from worksheetgen.verify.references import UNSOLVABLE, reference_of
from worksheetgen.verify.report import Report


def recompute(variant: VariantRecord, report: Report) -> None:
    """The points of each task, and each part's answers, keys and efforts, from the givens."""
    for task in variant.tasks:
        place = f"{variant.variant}, task {task.number}"
        totals(place, task, "recompute", report)
    for place, part, item in variant.items():
        try:
            answer = reference_of(part.problem).answer(item.item, part.given)
        except UNSOLVABLE as error:
            report.unsolvable("recompute", place, error)
        else:
            report.compare("recompute", place, answer, item.answer)
    for place, part in variant.parts():
        try:
            _recompute_keys(place, part, report)
        except UNSOLVABLE as error:
            report.unsolvable("recompute", f"{place}, key", error)


def totals(place: str, task: TaskRecord, check: str, report: Report) -> None:
    """What a task's items are worth within the total and beyond it, against what it says."""
    for called, beyond, said in (("points", False, task.points), ("bonus", True, task.bonus)):
        own = [i.points for part in task.parts for i in part.items if i.bonus == beyond]
        report.compare(check, f"{place}, {called}", total(own), said)


def _recompute_keys(where: str, part: PartRecord, report: Report) -> None:
    """The manifest's keys of a part, and the effort of its items, against the reference's."""
    recomputed = keys(part)
    for item in part.items:
        place, key = f"{where}, {item.label}. {item.item}", recomputed[item.item]
        expected = [row[:3] for row in key.rows]
        found = [(row.label, row.happened, row.written) for row in item.key]
        report.compare("recompute", f"{place}, key", expected, found)
        full = [item.points if row.full else None for row in key.rows if row.full is not None]
        earned = [row.points for row in item.key if row.happened.startswith(FOLLOWED)]
        report.compare("recompute", f"{place}, key, followed through", full, earned)
        report.compare("recompute", f"{place}, effort", key.effort, item.effort)
        report.compare("recompute", f"{place}, alike", key.alike, item.alike)
