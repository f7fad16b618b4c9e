"""Drawing the givens of a part: a seed of its own, bounded rejection, named constraints.

Many places are drawn together, their candidates judged in one call; what a place gets depends
on its own stream and on the variants before it, never on how many are drawn together.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

import numpy as np
from numpy.typing import NDArray

from worksheetgen.errors import SamplingError
from worksheetgen.problems.base import Answers, Constraint, Problem
from worksheetgen.problems.settings import Settings

BATCH = 16
BATCHES = 256
REPEATED = "The givens differ from those of every earlier variant."


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

    def stream(self) -> np.random.Generator:
        key = (self.variant, self.task, self.part)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))


@dataclass(frozen=True)
class Judged:
    """A batch of candidates, and what they break."""

    answers: Answers
    broken: dict[str, NDArray[np.bool_]]
    """By the constraint's sentence: which of them break it."""
    fit: NDArray[np.bool_]


@dataclass
class Sampler:
    """Draws the givens of one part, variant after variant, and repeats none."""

    kind: type[Problem]
    sample: Settings
    given: Settings
    asked: Sequence[str]
    """The names of the items that are asked."""
    candidates: int = 0
    """How many were judged, over all places."""
    rejected: Counter[str] = field(default_factory=Counter)
    """How many of them broke each constraint."""
    _taken: set[str] = field(default_factory=set)

    def draw(self, places: Sequence[Place]) -> Iterator[Answers]:
        """For each place the first candidate that keeps every constraint and is no repetition.

        Raises:
            SamplingError: none of ``BATCH * BATCHES`` candidates of a place does.
        """
        for place, fit in zip(places, self.propose(places), strict=True):
            candidate = next((c for c in fit if self._is_new(c.problem)), None)
            if candidate is None:
                raise self._failure(place, REPEATED)
            yield candidate

    def propose(self, places: Sequence[Place]) -> Iterator[Iterator[Answers]]:
        """For each place its candidates that keep every constraint, in the order drawn.

        Raises:
            SamplingError: a place has none.
        """
        streams = [place.stream() for place in places]
        first = self._judge(self.kind.join([self._batch(stream) for stream in streams]))
        for start, place, stream in zip(count(0, self._size), places, streams, strict=False):
            yield self._fit(place, stream, first, start)

    def _fit(
        self, place: Place, stream: np.random.Generator, judged: Judged, start: int
    ) -> Iterator[Answers]:
        broken: Counter[str] = Counter()
        any_fit = False
        for batch in range(BATCHES if self._drawn else 1):
            if batch:
                judged, start = self._judge(self._batch(stream)), 0
            rows = slice(start, start + self._size)
            broken.update({s: int(breaks[rows].sum()) for s, breaks in judged.broken.items()})
            for index in np.flatnonzero(judged.fit[rows]).tolist():
                any_fit = True
                yield judged.answers.of(start + index)
        if not any_fit:
            raise self._failure(place, broken.most_common(1)[0][0])

    def _batch(self, stream: np.random.Generator) -> Problem:
        return self.kind.draw(self.sample, self.given, stream, self._size)

    def _judge(self, candidates: Problem) -> Judged:
        answers = Answers(candidates)
        for name in self.asked:
            answers[name]
        broken = {c.sentence: ~c.holds(answers) for c in self._constraints}
        fit = ~np.logical_or.reduce([*broken.values(), np.zeros(len(candidates), bool)])
        self.candidates += len(candidates)
        self.rejected.update({sentence: int(breaks.sum()) for sentence, breaks in broken.items()})
        return Judged(answers, broken, fit)

    def _is_new(self, problem: Problem) -> bool:
        record = problem.record()
        givens = repr([record[name] for name in sorted(self._printed)])
        new = givens not in self._taken
        self._taken.add(givens)
        return new

    @cached_property
    def _printed(self) -> frozenset[str]:
        """What a student sees of the givens that vary."""
        return self.kind.shown.union(*(self.kind.items[name].prints for name in self.asked))

    @cached_property
    def _drawn(self) -> frozenset[str]:
        fixed = frozenset(name for name, value in self.given if value is not None)
        return self._printed - fixed

    @cached_property
    def _size(self) -> int:
        return BATCH if self._drawn else 1

    @cached_property
    def _constraints(self) -> list[Constraint]:
        """Those that speak of givens which are printed, not all of them fixed."""
        return [c for c in self.kind.constraints if c.of <= self._printed and c.of & self._drawn]

    def _failure(self, place: Place, sentence: str) -> SamplingError:
        where = (
            f"{self.kind.name}, variant {place.variant + 1}, task {place.task}, "
            f"part {place.part + 1}, seed {place.seed}"
        )
        if not self._drawn:
            return SamplingError(
                f"{where}: every given that is printed is fixed, so all variants would be the "
                "same; make one variant, or fix fewer givens"
            )
        return SamplingError(
            f"{where}: none of {BATCH * BATCHES} draws keeps every constraint; most often broken: "
            f"{sentence!r}. Widen sample.values, enlarge the shapes, or fix fewer givens"
        )
