"""Drawing the givens of a part: a seed of its own, bounded rejection, named constraints.

Many places are drawn together, their candidates judged in one call; what a place gets depends
on its own stream and on the variants before it, never on how many are drawn together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import count

import numpy as np
from numpy.typing import NDArray

from worksheetgen.errors import SamplingError
from worksheetgen.problems.base import Problem
from worksheetgen.problems.items import Answers, Constraint
from worksheetgen.problems.settings import Settings
from worksheetgen.variants.fairness import (
    COMPARED,
    EFFORT,
    FEW,
    SHOWS,
    Company,
    Fairness,
    Yardstick,
    measure,
    room_of,
)

BATCH = 64
CANDIDATES = 2**14
"""After so many a place is given up."""
PILOT = 4096
"""Candidates on which the yardstick is measured."""


@dataclass(frozen=True)
class Place:
    """What is drawn, and from which seed: variant and part count from 0, tasks have numbers.

    Each place has a random stream of its own, so that adding a variant or a task, or a part at
    a task's end, changes nothing here.
    """

    seed: int
    variant: int
    task: int
    part: int
    root: int | None = None
    """What a personal variant is drawn from instead of the seed and its position."""

    def stream(self, *inner: int) -> np.random.Generator:
        """Its random stream, or that of something inside it."""
        if self.root is not None:
            seeds = np.random.SeedSequence(self.root, spawn_key=(self.task, self.part, *inner))
        else:
            key = (self.variant, self.task, self.part, *inner)
            seeds = np.random.SeedSequence(self.seed, spawn_key=key)
        return np.random.default_rng(seeds)


@dataclass(frozen=True)
class Draw:
    """What was drawn for a place, solved, and what it took."""

    answers: Answers
    """Those of the items that are asked, as far as they were needed to choose it."""
    candidates: int
    rejected: Mapping[str, int]
    """How many of them broke each sentence."""


@dataclass(frozen=True)
class Judged:
    """A batch of candidates, and what they break."""

    answers: Answers
    broken: dict[str, NDArray[np.bool_]]
    """By the constraint's sentence: which of them break it."""
    fit: NDArray[np.bool_]


@dataclass(frozen=True)
class Expected:
    """What a part's settings let one expect of its variants."""

    yardstick: Yardstick | None
    """None: no candidate keeps the constraints."""
    undiagnosable: float
    """The share of candidates in which a mistake does not show that could."""
    room: Mapping[str, float]
    """How many answers are possible, by item."""

    @property
    def varying(self) -> list[str]:
        """The items whose answers no two neighbours share."""
        return [item for item, room in self.room.items() if room > FEW]


@dataclass
class Sampler:
    """Draws the givens of one part, variant after variant."""

    kind: type[Problem]
    sample: Settings
    given: Settings
    asked: Sequence[str]
    """The names of the items that are asked."""
    fair: Fairness | None = field(default_factory=Fairness)
    """None: candidates keep the constraints of their problem, and that is all."""
    batch: int = BATCH

    def draw(self, places: Sequence[Place]) -> Iterator[Draw]:
        """For each place the first candidate that is fit and resembles no earlier variant.

        Personal variants are drawn without regard to one another: who else is on a roster, and
        in which order, decides nobody's sheet. A part of which all is fixed is the same in all.

        Raises:
            SamplingError: none of ``CANDIDATES`` candidates of a place is.
        """
        for place, fit in zip(places, self.propose(places), strict=True):
            resembling: Counter[str] = Counter()
            for found in fit:
                alone = place.root is not None or not self.varies
                sentence = "" if alone else self._company.admit(found.answers)
                if not sentence:
                    yield replace(found, rejected={**found.rejected, **resembling})
                    break
                resembling[sentence] += 1
            else:
                raise self._failure(place, resembling.most_common(1)[0][0])

    def propose(self, places: Sequence[Place]) -> Iterator[Iterator[Draw]]:
        """For each place its candidates that are fit by themselves, in the order drawn.

        Raises:
            SamplingError: a place has none.
        """
        streams = [place.stream() for place in places]
        first = self._judge(self.kind.join([self._batch(stream) for stream in streams]))
        for start, place, stream in zip(count(0, self._size), places, streams, strict=False):
            yield self._fit(place, stream, first, start)

    @property
    def varies(self) -> bool:
        """Whether a given that is printed is drawn."""
        return bool(self._drawn)

    @cached_property
    def expected(self) -> Expected:
        """What these settings let one expect; equal settings are measured once."""
        return _expected(self.kind, self.sample, self.given, tuple(self.asked), self.fair)

    def measured(self) -> Expected:
        """What candidates are like that nothing but chance and the constraints has chosen."""
        rng = np.random.default_rng(0)
        candidates = self._candidates(rng, self._pilot if self._drawn else 1)
        pilot = Answers(candidates.at(np.flatnonzero(self._constrained(candidates).fit)))
        if not len(pilot.problem):
            return Expected(None, 0.0, {})
        yardstick = measure(pilot, self.asked)
        broken = yardstick.unfair(pilot, Fairness())
        hidden = [flags for sentence, flags in broken.items() if sentence.startswith(SHOWS)]
        room = {}
        if self.fair:
            unfair = np.any([*yardstick.unfair(pilot, self.fair).values()], axis=0)
            room = {item: room_of(pilot[item][~unfair]) for item in self.asked}
        return Expected(
            yardstick, round(float(np.any(hidden, axis=0).mean()), 3) if hidden else 0.0, room
        )

    @property
    def yardstick(self) -> Yardstick | None:
        return self.expected.yardstick

    def _fit(
        self, place: Place, stream: np.random.Generator, judged: Judged, start: int
    ) -> Iterator[Draw]:
        before: Counter[str] = Counter()
        any_fit = False
        for tried in range(0, CANDIDATES if self._drawn else 1, self._size):
            if tried:
                judged, start = self._judge(self._batch(stream)), 0
            for index in np.flatnonzero(judged.fit[start : start + self._size]).tolist():
                any_fit = True
                rejected = before + _broken(judged, start, start + index)
                problem = judged.answers.problem.at(start + index)
                answers = judged.answers.of(start + index, problem)
                yield Draw(answers, tried + index + 1, rejected)
            before += _broken(judged, start, start + self._size)
        if not any_fit:
            raise self._failure(place, before.most_common(1)[0][0])

    def _batch(self, stream: np.random.Generator) -> Problem:
        return self._candidates(stream, self._size)

    def _candidates(self, stream: np.random.Generator, count: int) -> Problem:
        return self.kind.draw(self.sample, self.given, stream, count, self.asked)

    def _judge(self, candidates: Problem) -> Judged:
        judged = self._constrained(candidates)
        if self.fair and self.yardstick and self._drawn:
            judged.broken.update(self.yardstick.unfair(judged.answers, self.fair))
        fit = ~np.any([*judged.broken.values(), np.zeros(len(candidates), bool)], axis=0)
        return replace(judged, fit=fit)

    def _constrained(self, candidates: Problem) -> Judged:
        answers = Answers(candidates)
        for name in self.asked:
            answers[name]
        broken = {c.sentence: ~c.holds(answers) for c in self._constraints}
        fit = ~np.any([*broken.values(), np.zeros(len(candidates), bool)], axis=0)
        return Judged(answers, broken, fit)

    @cached_property
    def _company(self) -> Company:
        return Company(sorted(self._drawn), self.expected.room, self.asked)

    @cached_property
    def _drawn(self) -> frozenset[str]:
        """What a student sees of the givens that vary."""
        return self.kind.varying(self.given, self.asked)

    @cached_property
    def _printed(self) -> frozenset[str]:
        return self.kind.printed(self.asked)

    @cached_property
    def _size(self) -> int:
        return min(self.batch, self.kind.together) if self._drawn else 1

    @property
    def _pilot(self) -> int:
        return PILOT * self.kind.together // BATCH

    @cached_property
    def _constraints(self) -> list[Constraint]:
        """Those that speak of givens which are printed, not all of them fixed."""
        return [c for c in self.kind.constraints if c.of <= self._printed and c.of & self._drawn]

    def hopeless(self, task: int, part: int) -> SamplingError:
        """Why no candidate of the pilot is fit."""
        rng = np.random.default_rng(0)
        judged = self._constrained(self._candidates(rng, self._pilot))
        broken = _broken(judged, 0, self._pilot)
        where = f"{self.kind.name}, task {task}, part {part + 1}"
        return self._unfit(where, self._pilot, broken.most_common(1)[0][0])

    def _failure(self, place: Place, sentence: str) -> SamplingError:
        where = (
            f"{self.kind.name}, variant {place.variant + 1}, task {place.task}, "
            f"part {place.part + 1}, seed {place.seed}"
        )
        return self._unfit(where, CANDIDATES, sentence)

    def _unfit(self, where: str, draws: int, sentence: str) -> SamplingError:
        return SamplingError(
            f"{where}: none of {draws} draws keeps every constraint; most often broken: "
            f"{sentence!r}. {self._way_out(sentence)} widen what sample draws from (values, "
            "shapes, sizes), or fix fewer givens"
        )

    def _way_out(self, sentence: str) -> str:
        if sentence == EFFORT and self.fair and self.yardstick:
            of = self.yardstick
            return (
                f"It is held within {self.fair.spread:.0%} of {of.effort:g}, draws have "
                f"{of.smallest:g} to {of.largest:g}: raise effort.spread,"
            )
        if sentence.startswith(SHOWS):
            return "Say diagnosable = false in this part,"
        return "Make fewer variants," if sentence in COMPARED else "You can"


@lru_cache(maxsize=64)
def _expected(
    kind: type[Problem],
    sample: Settings,
    given: Settings,
    asked: tuple[str, ...],
    fair: Fairness | None,
) -> Expected:
    return Sampler(kind, sample, given, asked, fair).measured()


def _broken(judged: Judged, start: int, stop: int) -> Counter[str]:
    counts = {s: int(breaks[start:stop].sum()) for s, breaks in judged.broken.items()}
    return Counter({sentence: number for sentence, number in counts.items() if number})
