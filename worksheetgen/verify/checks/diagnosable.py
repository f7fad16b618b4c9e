"""The check diagnosable: every known mistake shows, where the settings leave room for it."""

import json
import random
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import Any

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.variants.manifest import Given, VariantRecord
from worksheetgen.verify.key import RIGHT, Pair, alike
from worksheetgen.verify.references import reference_of
from worksheetgen.verify.report import Report

TRIALS = 64
CHANCE = 0.1
"""Two answers must differ if more than this share of random givens tells them apart.

The generator asks for more; what is rarer than this is not held against a variant.
"""

Apart = Mapping[str, frozenset[Pair]]
"""By a part's place and an item, such as ``task 3, (a), forward``: pairs that must differ."""


def to_be_told_apart(
    spec: ExamSpec, variant: VariantRecord, said: Mapping[str, set[Pair]] = MappingProxyType({})
) -> Apart:
    """What must differ in every variant of an exam, found on random givens of one's settings.

    Args:
        spec: the exam.
        variant: one of its variants.
        said: what the manifest says cannot differ, under the constraints of the problem; it counts
            where it is so in this variant.
    """
    asked = [part for task in spec.task for part in task.drawn.values()]
    apart = {}
    for part_spec, (place, part) in zip(asked, variant.parts(), strict=True):
        if not part_spec.diagnosable:
            continue
        bounds = getattr(part_spec.sample, "values", (-9, 9))
        fixed = frozenset(part_spec.given.model_dump(exclude_none=True))
        names = tuple(item.item for item in part.items)
        found = _apart(part.problem, json.dumps(part.given), names, bounds, fixed, place)
        for name, pairs in found.items():
            where = f"{_within(place)}, {name}"
            forced = said.get(where, set()).intersection(alike(part.problem, part.given, name))
            apart[where] = pairs.difference(forced)
    return apart


@lru_cache(maxsize=64)
def _apart(
    problem: str,
    given_json: str,
    items: tuple[str, ...],
    bounds: tuple[int, int],
    fixed: frozenset[str],
    place: str,
) -> Mapping[str, frozenset[Pair]]:
    """By item, the pairs of answers that other givens of the same shapes tell apart."""
    given: Given = json.loads(given_json)
    chance = random.Random(place)  # noqa: S311 - trials, repeatable
    reference = reference_of(problem)
    printed = reference.printed(given, items).keys() | set().union(*map(reference.names_of, items))
    redrawn = [name for name in reference.redrawn if name in printed and name not in fixed]
    apart = {}
    for item in items:
        trials = [
            alike(problem, given | _redrawn(given, redrawn, *bounds, chance), item)
            for _ in range(TRIALS)
        ]
        apart[item] = frozenset(
            pair
            for pair in combinations([RIGHT, *reference.mistaken(item, given)], 2)
            if redrawn and sum(pair not in same for same in trials) > CHANCE * TRIALS
        )
    return apart


def diagnosable(variant: VariantRecord, apart: Apart, report: Report) -> None:
    """No two answers to an item, right or mistaken, are the same that must differ."""
    for place, part, item in variant.items():
        where = place.rpartition(", ")[0]
        pairs = apart.get(f"{_within(where)}, {item.item}")
        if pairs is not None:
            found = pairs.intersection(alike(part.problem, part.given, item.item))
            same = sorted(f"{one} = {other}" for one, other in found)
            report.compare("diagnosable", place, [], same)


def _within(place: str) -> str:
    return place.partition(", ")[2]


def _redrawn(given: Given, names: list[str], low: int, high: int, chance: random.Random) -> Given:
    def entries(value: Any) -> Any:
        if isinstance(value, list):
            return [entries(entry) for entry in value]
        return chance.randint(low, high)

    return {name: entries(given[name]) for name in names}
