"""Sample, solve and prove over many seeds and settings, without typesetting."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from worksheetgen.errors import SamplingError
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.sampling import Place, Sampler
from worksheetgen.sheet import Part
from worksheetgen.solving import solve_part
from worksheetgen.verify.arithmetic import check_arithmetic
from worksheetgen.verify.report import Failure, Report
from worksheetgen.workers import workers

CHUNK = 250
"""Seeds that a worker takes at a time."""


@dataclass
class Outcome:
    """What a stress test found."""

    seeds: int = 0
    proofs: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)
    """Seed, and what failed."""
    candidates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """How many candidates broke each constraint."""
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Processor time by stage."""

    def add(self, other: "Outcome") -> None:
        self.seeds += other.seeds
        self.proofs += other.proofs
        self.failures += other.failures
        self.candidates += other.candidates
        self.rejected.update(other.rejected)
        for stage, spent in other.seconds.items():
            self.seconds[stage] += spent


def stress(
    problem: str, first: int, seeds: int, done: Callable[[int], None] = lambda _: None
) -> Outcome:
    """Stress a problem type with so many seeds from the first on; ``done`` hears of progress.

    Each seed has settings of its own: shapes, strides, paddings, dilations, ranges.
    """
    outcome = Outcome()
    starts = range(first, first + seeds, CHUNK)
    sizes = [min(CHUNK, first + seeds - start) for start in starts]
    jobs = zip([problem] * len(sizes), starts, sizes, strict=True)
    if len(sizes) == 1:
        outcome.add(_stress_chunk(next(jobs)))
        return outcome
    with workers() as pool:
        for part in pool.map(_stress_chunk, jobs):
            outcome.add(part)
            done(outcome.seeds)
    return outcome


def _stress_chunk(job: tuple[str, int, int]) -> Outcome:
    problem, first, seeds = job
    kind, outcome = problem_types()[problem], Outcome(seeds=seeds)
    for seed in range(first, first + seeds):
        try:
            failures = _stress_seed(kind, seed, outcome)
        except SamplingError as error:
            outcome.failures.append((seed, str(error)))
            continue
        outcome.failures += [(seed, str(failure)) for failure in failures]
    return outcome


def _stress_seed(kind: type[Problem], seed: int, outcome: Outcome) -> list[Failure]:
    clock = time.process_time()
    settings = kind.vary(np.random.default_rng(seed))
    sampler = Sampler(kind, settings, kind.Given(), tuple(kind.items))
    drawn = sampler.draw(Place(seed, 0, 0, 0))
    outcome.candidates += sampler.candidates
    outcome.rejected.update(sampler.rejected)
    clock = _lap(outcome, "sample", clock)
    part = solve_part({name: item.points for name, item in kind.items.items()}, 0, drawn)
    clock = _lap(outcome, "solve", clock)
    report = Report()
    check_arithmetic(_record(part), report)
    _lap(outcome, "prove", clock)
    outcome.proofs += len(report.proven)
    return report.failures


def _record(part: Part) -> dict[str, object]:
    task = {"number": 1, "points": part.points, "parts": [part.record()]}
    return {"variant": "001", "tasks": [task]}


def _lap(outcome: Outcome, stage: str, since: float) -> float:
    now = time.process_time()
    outcome.seconds[stage] += now - since
    return now
