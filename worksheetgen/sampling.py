"""Drawing the givens of a part: a seed of its own, bounded rejection, named constraints."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from worksheetgen.errors import SamplingError
from worksheetgen.problems.base import Answers, Problem
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


@dataclass
class Sampler:
    """Draws the givens of one part, variant after variant, and repeats none."""

    kind: type[Problem]
    sample: Settings
    given: Settings
    asked: Sequence[str]
    """The names of the items that are asked."""
    candidates: int = 0
    """How many were drawn, over all variants."""
    rejected: Counter[str] = field(default_factory=Counter)
    """How many of them broke each constraint."""
    _taken: set[str] = field(default_factory=set)

    def draw(self, place: Place) -> Problem:
        """The first candidate that keeps every constraint.

        Raises:
            SamplingError: none of ``BATCH * BATCHES`` candidates does.
        """
        rng = place.stream()
        drawn = self._printed - self._fixed
        constraints = [c for c in self.kind.constraints if c.of <= self._printed and c.of & drawn]
        broken: Counter[str] = Counter()
        size = BATCH if drawn else 1
        for _ in range(BATCHES if drawn else 1):
            candidates = self.kind.draw(self.sample, self.given, rng, size)
            answers = Answers(candidates)
            held = {c.sentence: c.holds(candidates, answers) for c in constraints}
            counts = {sentence: int((~holds).sum()) for sentence, holds in held.items()}
            broken.update(counts)
            self.rejected.update(counts)
            self.candidates += size
            fit = np.logical_and.reduce([*held.values(), np.ones(size, bool)])
            for index in np.flatnonzero(fit):
                problem = candidates[int(index)]
                record = problem.record()
                givens = repr([record[name] for name in sorted(self._printed)])
                if givens not in self._taken:
                    self._taken.add(givens)
                    return problem
                broken[REPEATED] += 1
        raise self._failure(place, broken, drawn)

    @property
    def _printed(self) -> frozenset[str]:
        """What a student sees of the givens that vary."""
        return self.kind.shown.union(*(self.kind.items[name].prints for name in self.asked))

    @property
    def _fixed(self) -> frozenset[str]:
        return frozenset(name for name, value in self.given if value is not None)

    def _failure(self, place: Place, broken: Counter[str], drawn: frozenset[str]) -> SamplingError:
        where = (
            f"{self.kind.name}, variant {place.variant + 1}, task {place.task}, "
            f"part {place.part + 1}, seed {place.seed}"
        )
        if not drawn:
            return SamplingError(
                f"{where}: every given that is printed is fixed, so all variants would be the "
                "same; make one variant, or fix fewer givens"
            )
        often = broken.most_common(1)[0][0]
        sentence = REPEATED if REPEATED in broken else often
        return SamplingError(
            f"{where}: none of {BATCH * BATCHES} draws keeps every constraint; "
            f"{broken[sentence]} times broken: {sentence!r}. Widen sample.values, enlarge the "
            "shapes, or fix fewer givens"
        )
