"""What marks say of items: how hard, how telling, which errors, and whether variants were equal.

Sources: difficulty and discrimination as in classical test theory (Lord and Novick, Statistical
Theories of Mental Test Scores, 1968, chapter 15); variants are compared by permutations (Fisher,
The Design of Experiments, 1935), with all comparisons counted (Bonferroni).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from worksheetgen.export.marking.marks import Item, Mark, Marks

SHUFFLES, SEED = 4_000, 0
"""Permutations; the same marks give the same report."""
RARE, FAR = 0.01, 0.15
"""How rarely chance alone may say that a variant differs, and how far, as a share of the points."""
FEWEST = 3
"""Sheets of a variant, and of all others, that can be compared."""


@dataclass(frozen=True)
class Statistics:
    """What marks say of an item."""

    item: Item
    name: str
    worth: float
    sheets: int
    difficulty: float
    """The mean as a share of the points: 1 is easy, 0 hard."""
    discrimination: float | None
    """The correlation with the points of all other items; None: somebody's do not vary."""
    errors: tuple[tuple[str, int], ...]
    """The likely errors that applied, most frequent first."""
    apart: tuple[tuple[str, float, float], ...]
    """Variants that differ from the others, with their means as shares of the points."""


def statistics(marks: Marks) -> list[Statistics]:
    """What marks say of each item, in the order of the exam."""
    by_item: dict[Item, list[Mark]] = {item: [] for item in marks.worth}
    totals: dict[str, float] = defaultdict(float)
    for mark in marks.marks:
        by_item[mark.item].append(mark)
        totals[_who(mark)] += 0 if mark.item in marks.void else float(mark.points)
    compared = sum(len({mark.variant for mark in own}) for own in by_item.values())
    return [_statistics(marks, item, own, totals, compared) for item, own in by_item.items() if own]


def _who(mark: Mark) -> str:
    """Rows of a wide table are of one sheet each, even if it is named by its variant alone."""
    return f"{mark.person} {mark.line}" if mark.person == mark.variant else mark.person


def _statistics(
    marks: Marks, item: Item, own: Sequence[Mark], totals: Mapping[str, float], compared: int
) -> Statistics:
    worth = float(marks.worth[item])
    points = np.array([float(mark.points) for mark in own])
    counted = 0 if item in marks.void else points
    others = np.array([totals[_who(mark)] for mark in own]) - counted
    share = points / worth if worth else points
    errors = Counter(
        marks.happened[mark.variant, item, mark.row]
        for mark in own
        if (mark.variant, item, mark.row) in marks.happened
    )
    return Statistics(
        item,
        marks.names[item],
        worth,
        len(own),
        float(share.mean()),
        _correlation(points, others),
        tuple(errors.most_common()),
        tuple(_apart(share, [mark.variant for mark in own], compared)),
    )


def _correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    if len(one) < FEWEST or one.std() == 0 or other.std() == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _apart(
    share: np.ndarray, variants: Sequence[str], compared: int
) -> list[tuple[str, float, float]]:
    """Variants whose mean chance alone would hardly put so far from the others'."""
    names = np.array(variants)
    rng = np.random.default_rng(SEED)
    shuffled = rng.permuted(np.tile(share, (SHUFFLES, 1)), axis=1)
    found = []
    for name in sorted({*variants}):
        own = names == name
        if not FEWEST <= own.sum() <= len(names) - FEWEST:
            continue
        gap = share[own].mean() - share[~own].mean()
        by_chance = shuffled[:, own].mean(axis=1) - shuffled[:, ~own].mean(axis=1)
        chance = (1 + (np.abs(by_chance) >= abs(gap) - 1e-12).sum()) / (1 + SHUFFLES)
        if chance * compared < RARE and abs(gap) >= FAR:
            found.append((name, float(share[own].mean()), float(share[~own].mean())))
    return found
