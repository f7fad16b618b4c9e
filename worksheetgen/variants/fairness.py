"""What makes the variants of an exam fair: effort in a band, mistakes that show, no twins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.exact import as_integers
from worksheetgen.problems.base import Problem
from worksheetgen.problems.items import Answers
from worksheetgen.problems.work import is_absent

RIGHT = "the right answer"
CHANCE = 0.02
"""Two answers are to be told apart if this share of draws does so."""
ROOM = 2
"""Answers to an item repeat none of before while so many are possible for each variant."""
FEW = 5
"""So few possible answers may be the neighbour's: that they are not would tell one."""
MANY = 8
"""Fewer possible answers, such as the letters of a choice, may always repeat."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Fairness:
    """What the variants of an exam owe each other beyond the constraints of their problem."""

    spread: float = 0.15
    """How far a variant's effort may be from the exam's typical one, as a share of it."""
    diagnosable: bool = True
    """Whether every known mistake must show."""


@dataclass(frozen=True)
class Yardstick:
    """What an exam's settings let one expect of a part, were its givens drawn by chance.

    Measured on draws that keep the constraints of the problem, and that is all.

    It follows from the settings alone, not from the seed, so that exams of several terms have the
    same, and one more variant changes no other.
    """

    effort: float
    """The median, to which all variants are held."""
    smallest: float
    largest: float
    apart: Mapping[str, Sequence[tuple[str, str]]]
    """By item, the mistakes (or the right answer) that are to be told apart."""
    alike: Mapping[str, Sequence[tuple[str, str]]]
    """By item, those that these settings leave no room to tell apart."""

    def unfair(self, answers: Answers, fairness: Fairness) -> dict[str, Flags]:
        """Which candidates of a batch break which sentence."""
        broken = {}
        for item, pairs in self.apart.items() if fairness.diagnosable else ():
            same = dict(coincidences(answers, item))
            hidden = [same[pair] for pair in pairs]
            if hidden:
                broken[f"{SHOWS} {item}."] = np.any(hidden, axis=0)
        off = np.abs(effort_of(answers, list(self.apart)) - self.effort)
        return broken | {EFFORT: off > fairness.spread * self.effort}


def measure(answers: Answers, asked: Sequence[str]) -> Yardstick:
    """The yardstick of a part, from a batch of candidates that nothing but chance has chosen."""
    effort = effort_of(answers, asked)
    apart: dict[str, list[tuple[str, str]]] = {item: [] for item in asked}
    alike: dict[str, list[tuple[str, str]]] = {item: [] for item in asked}
    for item in asked:
        for pair, same in coincidences(answers, item):
            (apart if np.mean(~same) >= CHANCE else alike)[item].append(pair)
    return Yardstick(
        effort=float(np.quantile(effort, 0.5, method="lower")),
        smallest=float(effort.min()),
        largest=float(effort.max()),
        apart=apart,
        alike=alike,
    )


def effort_of(answers: Answers, asked: Sequence[str]) -> Array:
    """The work of the items asked, for each candidate of a batch."""
    items = answers.problem.items
    total = np.zeros(len(answers.problem))
    for name in asked:
        total += items[name].effort_of(answers)
    return total


def coincidences(answers: Answers, item: str) -> Iterator[tuple[tuple[str, str], Flags]]:
    """Pairs of an item's answers, right or mistaken, with the candidates where they are the same.

    Answers of different sizes, or written in different forms, are never the same.
    """
    mistakes = answers.problem.items[item].mistakes
    written = {("", RIGHT): answers[item]}
    written |= {(mistakes[m].form, m): wrong for m, wrong in answers.mistaken(item).items()}
    for ((form, one), a), ((other_form, other), b) in combinations(written.items(), 2):
        if form == other_form and _size(a) == _size(b):
            rows = len(a)
            same = (a.reshape(rows, -1) == b.reshape(rows, -1)).all(axis=-1)
            yield (one, other), np.asarray(same & ~is_absent(a, 1))


def _size(batch: Array) -> tuple[int, ...]:
    """The shape of a batch's answers; whether a vector stands or lies does not matter."""
    return tuple(length for length in batch.shape[1:] if length > 1)


def room_of(batch: Array) -> float:
    """How many answers there are, were all equally likely: one in so many pairs is the same."""
    rows = len(batch)
    if not rows:
        return 1.0
    _, counts = np.unique(as_integers(batch).reshape(rows, -1), axis=0, return_counts=True)
    if len(counts) == 1:
        return 1.0
    return rows * (rows - 1) / max(1, int((counts * (counts - 1)).sum()))


SHOWS = "Each known mistake shows, in"
EFFORT = "The effort lies within the exam's band."
TWIN = "The givens are no other variant's, nor their transpose, negative or mirror image."
NEIGHBOUR = "No item has the answer that it has in the variant before."
REPEATED = "No item with room for many answers has the answer of an earlier variant."
COMPARED = (TWIN, NEIGHBOUR, REPEATED)


@dataclass
class Company:
    """The variants so far of a part, none of which the next may resemble."""

    drawn: Sequence[str]
    """The givens by which they differ."""
    room: Mapping[str, float]
    """How many answers are possible, by item."""
    asked: Sequence[str] = ()
    _twins: set[bytes] = field(default_factory=set)
    _answers: dict[str, set[bytes]] = field(default_factory=dict)
    _latest: dict[str, bytes] = field(default_factory=dict)

    def admit(self, candidate: Answers) -> str:
        """Take a candidate in; or else return the sentence that it breaks."""
        beside = repr(candidate.problem.seen_beside(self.asked)).encode()
        twin = _twin(candidate.problem, self.drawn) + beside
        if twin in self._twins:
            return TWIN
        own = {item: as_integers(candidate[item]).tobytes() for item in self.room}
        for item, answer in own.items():
            if self.room[item] > FEW and self._latest.get(item) == answer:
                return NEIGHBOUR
            roomy = max(MANY, len(self._twins) * ROOM) < self.room[item]
            if roomy and answer in self._answers.get(item, ()):
                return REPEATED
        self._twins.add(twin)
        self._latest = own
        for item, answer in own.items():
            self._answers.setdefault(item, set()).add(answer)
        return ""


def _twin(problem: Problem, drawn: Sequence[str]) -> bytes:
    """The same for all givens that turning, mirroring or negating makes of one another."""
    return b"|".join(min(_images(problem.numbers_of(name))) for name in drawn)


def _images(given: Array) -> Iterator[bytes]:
    turned = [given, given.T] if given.ndim > 1 else [given]
    flips = product((slice(None), slice(None, None, -1)), repeat=given.ndim)
    for mirror in flips:
        for image in turned:
            for sign in (1, -1):
                seen = np.ascontiguousarray(as_integers(sign * image[mirror]))
                yield repr(seen.shape).encode() + seen.tobytes()
