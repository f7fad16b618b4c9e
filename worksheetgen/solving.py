"""Solve the givens of a variant: the answer of every item, right and mistaken."""

from collections.abc import Mapping

from worksheetgen.marking import Credit, alike, marking_keys
from worksheetgen.sampling import Draw
from worksheetgen.sheet import Item, Part, Sheet, Task, item_label, part_label, variant_code
from worksheetgen.spec import ExamSpec


def solve(spec: ExamSpec, variant: int, drawn: Mapping[tuple[int, int], Draw]) -> Sheet:
    """One variant with its answers; what was drawn by the positions of task and part."""
    tasks = [
        Task(
            task.number,
            task.title,
            tuple(
                solve_part(part.worth, part.earned, p, drawn[t, p])
                for p, part in enumerate(task.part)
            ),
        )
        for t, task in enumerate(spec.task)
    ]
    return Sheet(variant_code(variant), spec.title, tuple(tasks))


def solve_part(worth: Mapping[str, int], credit: Credit, index: int, draw: Draw) -> Part:
    """A part with the answers of the items that are asked.

    Args:
        worth: the points of each item.
        credit: what the mistakes in each item still earn.
        index: the part's position in its task, from 0.
        draw: what was drawn for it.
    """
    answers = draw.answers
    labels = {name: item_label(i) for i, name in enumerate(worth)}
    keys = marking_keys(answers, labels, worth, credit)
    items = [
        Item(
            label=labels[name],
            points=points,
            method=answers.problem.items[name],
            answer=answers[name],
            effort=float(answers.problem.items[name].effort_of(answers)),
            key=keys[name],
            alike=alike(answers, answers.problem.items[name]),
        )
        for name, points in worth.items()
    ]
    return Part(part_label(index), draw, tuple(items))
