"""Solve the givens of variants, all in one go: the answer of every item, right and mistaken."""

from collections.abc import Mapping, Sequence

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems.items import Answers
from worksheetgen.variants.marking import Credit, ItemKey, item_keys
from worksheetgen.variants.person import Person
from worksheetgen.variants.sampling import Draw
from worksheetgen.variants.sheet import (
    Item,
    Part,
    Sheet,
    Task,
    item_label,
    part_label,
    variant_code,
)

Drawn = Mapping[tuple[int, int], Draw]
"""What was drawn for a variant, by the positions of task and part."""


def solve(
    spec: ExamSpec, first: int, drawn: Sequence[Drawn], people: Sequence[Person | None] = ()
) -> list[Sheet]:
    """Neighbouring variants with their answers, from the position of the first on.

    Args:
        spec: the exam.
        first: the position of the first.
        drawn: what was drawn for each.
        people: whose they are, if they are personal.
    """
    parts = {
        (t, p): solve_parts(part.worth, part.earned, p, [draws[t, p] for draws in drawn])
        for t, task in enumerate(spec.task)
        for p, part in enumerate(task.part)
    }
    return [
        Sheet(
            variant_code(first + n),
            spec.title,
            tuple(
                Task(
                    task.number,
                    task.title,
                    tuple(parts[t, p][n] for p in range(len(task.part))),
                )
                for t, task in enumerate(spec.task)
            ),
            person,
        )
        for n, person in enumerate(people or [None] * len(drawn))
    ]


def solve_parts(
    worth: Mapping[str, int], credit: Credit, index: int, draws: Sequence[Draw]
) -> list[Part]:
    """A part of several variants with the answers of the items that are asked.

    Args:
        worth: the points of each item.
        credit: what the mistakes in each item still earn.
        index: the part's position in its task, from 0.
        draws: what was drawn for each variant.
    """
    answers = Answers.stack([draw.answers for draw in draws])
    keys = item_keys(answers, list(worth))
    efforts = {name: answers.problem.items[name].effort_of(answers).tolist() for name in worth}
    parts = []
    for n, draw in enumerate(draws):
        effort = {name: efforts[name][n] for name in worth}
        items = _items(worth, credit, draw.answers, keys, effort, n)
        parts.append(Part(part_label(index), draw, items))
    return parts


def _items(
    worth: Mapping[str, int],
    credit: Credit,
    answers: Answers,
    keys: Mapping[str, ItemKey],
    effort: Mapping[str, float],
    variant: int,
) -> tuple[Item, ...]:
    items: dict[str, Item] = {}
    for position, (name, points) in enumerate(worth.items()):
        kind = answers.problem.items[name]
        label = item_label(position)
        earlier = [
            (before, row)
            for before in kind.builds_on
            if before in items
            for row in items[before].key
        ]
        rows = keys[name].rows(variant, label, points, credit[name], earlier)
        alike = keys[name].alike(variant)
        items[name] = Item(label, points, kind, answers[name], effort[name], rows, alike)
    return tuple(items.values())
