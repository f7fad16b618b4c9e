"""Solve the givens of a part in several variants in one go: every answer, right and mistaken."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction

from worksheetgen.problems import problem_type
from worksheetgen.problems.items import Answers
from worksheetgen.variants.manifest import ItemRecord, PartRecord
from worksheetgen.variants.marking import Credit, ItemKey, Worth, credit_of, item_keys, settled
from worksheetgen.variants.sampling import Draw
from worksheetgen.variants.sheet import Item, Part, item_label, part_label


def solve_parts(
    worth: Mapping[str, Worth],
    credit: Credit,
    index: int,
    draws: Sequence[Draw],
    bonus: AbstractSet[str] = frozenset(),
) -> list[Part]:
    """A part of several variants with the answers of the items that are asked.

    Args:
        worth: the points of each item.
        credit: what the mistakes in each item still earn.
        index: the part's position in its task, from 0.
        draws: what was drawn for each variant.
        bonus: the items whose points count beyond the total.
    """
    answers = Answers.stack([draw.answers for draw in draws])
    keys = item_keys(answers, list(worth))
    efforts = {name: answers.problem.items[name].effort_of(answers).tolist() for name in worth}
    parts = []
    for n, draw in enumerate(draws):
        effort = {name: efforts[name][n] for name in worth}
        items = _items(worth, credit, draw.answers, keys, effort, n)
        told = tuple(replace(item, bonus=item.kind.name in bonus) for item in items)
        parts.append(Part(part_label(index), draw, told))
    return parts


def _items(
    worth: Mapping[str, Worth],
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
        rows = settled(kind, rows, answers[name], points)
        alike = keys[name].alike(variant)
        items[name] = Item(label, Fraction(points), kind, answers[name], effort[name], rows, alike)
    return tuple(items.values())


def recorded_part(record: PartRecord, index: int) -> Part:
    """A part as a record has it, with the points that the rows of its key have there.

    Raises:
        ValueError: its givens are none.
    """
    kind = problem_type(record.problem)
    draw = Draw(Answers(kind.recorded(record.given)), 0, {})
    worth = {item.item: Fraction(item.points) for item in record.items}
    bonus = {item.item for item in record.items if item.bonus}
    (part,) = solve_parts(worth, credit_of(kind, worth), index, [draw], bonus)
    return replace(part, items=tuple(map(_with_points, part.items, record.items)))


def _with_points(item: Item, record: ItemRecord) -> Item:
    said = [row.points for row in record.key[1:]]
    rows = zip(item.key, [*said, *[None] * len(item.key)], strict=False)
    key = [
        replace(row, points=None if points is None else Fraction(points)) for row, points in rows
    ]
    return replace(item, key=key, void=record.void)
