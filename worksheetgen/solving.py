"""Solve the givens of a variant: the answer of every item."""

from collections.abc import Mapping

from worksheetgen.problems.base import Answers, Problem
from worksheetgen.sheet import Item, Part, Sheet, Task, item_label, part_label, variant_code
from worksheetgen.spec import ExamSpec


def solve(spec: ExamSpec, variant: int, givens: Mapping[tuple[int, int], Problem]) -> Sheet:
    """One variant with its answers; its givens by the positions of task and part."""
    tasks = [
        Task(
            task.number,
            task.title,
            tuple(solve_part(part.worth, p, givens[t, p]) for p, part in enumerate(task.part)),
        )
        for t, task in enumerate(spec.task)
    ]
    return Sheet(variant_code(variant), spec.title, tuple(tasks))


def solve_part(worth: Mapping[str, int], index: int, problem: Problem) -> Part:
    """A part with the answers of the items that are asked, by their points."""
    answers = Answers(problem)
    items = [
        Item(item_label(i), points, problem.items[name], answers[name])
        for i, (name, points) in enumerate(worth.items())
    ]
    return Part(part_label(index), problem, tuple(items))
