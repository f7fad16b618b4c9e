"""Solve the givens of a variant: the answer of every item."""

from collections.abc import Mapping

from worksheetgen.problems.base import Answers
from worksheetgen.sheet import Item, Part, Sheet, Task, item_label, part_label, variant_code
from worksheetgen.spec import ExamSpec


def solve(spec: ExamSpec, variant: int, drawn: Mapping[tuple[int, int], Answers]) -> Sheet:
    """One variant with its answers; what was drawn by the positions of task and part."""
    tasks = [
        Task(
            task.number,
            task.title,
            tuple(solve_part(part.worth, p, drawn[t, p]) for p, part in enumerate(task.part)),
        )
        for t, task in enumerate(spec.task)
    ]
    return Sheet(variant_code(variant), spec.title, tuple(tasks))


def solve_part(worth: Mapping[str, int], index: int, answers: Answers) -> Part:
    """A part with the answers of the items that are asked, by their points."""
    items = [
        Item(item_label(i), points, answers.problem.items[name], answers[name])
        for i, (name, points) in enumerate(worth.items())
    ]
    return Part(part_label(index), answers, tuple(items))
