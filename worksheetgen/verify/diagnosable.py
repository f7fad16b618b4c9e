"""The check diagnosable: every known mistake shows, where the settings leave room for it."""

import json
import random
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import Any

from worksheetgen.manifest import Record
from worksheetgen.spec import ExamSpec
from worksheetgen.verify.key import RIGHT, Pair, alike
from worksheetgen.verify.places import items, parts, reference_of
from worksheetgen.verify.report import Report

TRIALS = 64
CHANCE = 0.1
"""Two answers must differ if more than this share of random givens tells them apart.

The generator asks for more; what is rarer than this is not held against a variant.
"""

Apart = Mapping[str, frozenset[Pair]]
"""By a part's place and an item, such as ``task 3, (a), forward``: pairs that must differ."""


def to_be_told_apart(
    spec: ExamSpec, variant: Record, said: Mapping[str, set[Pair]] = MappingProxyType({})
) -> Apart:
    """What must differ in every variant of an exam, found on random givens of one's settings.

    Args:
        spec: the exam.
        variant: one of its variants.
        said: what the manifest says cannot differ, under the constraints of the problem; it counts
            where it is so in this variant.
    """
    asked = [part for task in spec.task for part in task.part]
    apart = {}
    for part_spec, (place, part) in zip(asked, parts(variant), strict=True):
        if not part_spec.diagnosable:
            continue
        bounds = getattr(part_spec.sample, "values", (-9, 9))
        fixed = frozenset(part_spec.given.model_dump(exclude_none=True))
        for name, pairs in _apart(json.dumps(part), bounds, fixed, place).items():
            where = f"{_within(place)}, {name}"
            forced = said.get(where, set()).intersection(alike(part, name))
            apart[where] = pairs.difference(forced)
    return apart


@lru_cache(maxsize=64)
def _apart(
    recorded: str, bounds: tuple[int, int], fixed: frozenset[str], place: str
) -> Mapping[str, frozenset[Pair]]:
    """By item of a part, given as JSON, the pairs that other givens of its shapes tell apart."""
    part = json.loads(recorded)
    chance = random.Random(place)  # noqa: S311 - trials, repeatable
    solver = reference_of(part["problem"])
    asked = [solver.ITEM_GIVENS.get(item["item"], {}) for item in part["items"]]
    printed = {*solver.PART_GIVENS, *(name for readers in asked for name in readers)}
    printed &= part["given"].keys()
    names = [name for name in solver.REDRAWN if name in printed and name not in fixed]
    apart = {}
    for item in part["items"]:
        name = item["item"]
        trials = [alike(_redrawn(part, names, *bounds, chance), name) for _ in range(TRIALS)]
        apart[name] = frozenset(
            pair
            for pair in combinations([RIGHT, *solver.mistakes(name, part["given"])], 2)
            if names and sum(pair not in same for same in trials) > CHANCE * TRIALS
        )
    return apart


def diagnosable(variant: Record, apart: Apart, report: Report) -> None:
    """No two answers to an item, right or mistaken, are the same that must differ."""
    for place, part, item in items(variant):
        name = item["item"]
        where = place.rpartition(", ")[0]
        pairs = apart.get(f"{_within(where)}, {name}")
        if pairs is not None:
            same = sorted(
                f"{one} = {other}" for one, other in pairs.intersection(alike(part, name))
            )
            report.compare("diagnosable", place, [], same)


def _within(place: str) -> str:
    return place.partition(", ")[2]


def _redrawn(part: Record, names: list[str], low: int, high: int, chance: random.Random) -> Record:
    def entries(given: Any) -> Any:
        if isinstance(given, list):
            return [entries(entry) for entry in given]
        return chance.randint(low, high)

    given = part["given"] | {name: entries(part["given"][name]) for name in names}
    return part | {"given": given}
