"""Sample, solve and prove over many seeds and settings, without typesetting."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

import numpy as np

from worksheetgen.engine.exact import exact
from worksheetgen.errors import SamplingError
from worksheetgen.problems import problem_type
from worksheetgen.variants.manifest import TaskRecord, VariantRecord
from worksheetgen.variants.marking import credit_of
from worksheetgen.variants.sampling import Draw, Place, Sampler
from worksheetgen.variants.sheet import Part
from worksheetgen.variants.solving import solve_parts
from worksheetgen.verify.checks.specified import credited
from worksheetgen.verify.prove import prove_numbers
from worksheetgen.verify.report import Report
from worksheetgen.workers import cores, in_order, workers

BLOCK = 25
"""Neighbouring seeds that share their settings, and are drawn together."""
CHUNK = 8
"""Blocks that go to another process together."""
BATCH = 8
"""Candidates of a seed that are drawn together: one of few is fit where fairness is no matter."""

MOST_POINTS = 12
"""What an item is worth, at most: every block draws the points of its items."""


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

    Every ``BLOCK`` seeds have settings of their own: shapes, strides, paddings, dilations, ranges.
    What a seed draws does not depend on the others.
    """
    outcome = Outcome()
    blocks = [
        range(max(start, first), min(start + BLOCK, first + seeds))
        for start in range(first - first % BLOCK, first + seeds, BLOCK)
    ]
    if len(blocks) == 1:
        return _stress_block(problem, blocks[0])
    jobs = cores()
    with workers(jobs) as pool:
        for part in in_order(pool, jobs, partial(_stress_blocks, problem), _chunks(blocks)):
            outcome.add(part)
            done(outcome.seeds)
    return outcome


def _chunks(blocks: list[range]) -> Iterator[tuple[list[range]]]:
    for start in range(0, len(blocks), CHUNK):
        yield (blocks[start : start + CHUNK],)


def _stress_blocks(problem: str, blocks: list[range]) -> Outcome:
    outcome = Outcome()
    for seeds in blocks:
        outcome.add(_stress_block(problem, seeds))
    return outcome


def _stress_block(problem: str, seeds: range) -> Outcome:
    kind, outcome = problem_type(problem), Outcome(seeds=len(seeds))
    clock = time.process_time()
    rng = np.random.default_rng(seeds[0] // BLOCK)
    settings = kind.vary(rng)
    sampler = Sampler(kind, settings, kind.Given(), tuple(kind.items), fair=None, batch=BATCH)
    drawn = dict(_draws(sampler, seeds, outcome))
    clock = _lap(outcome, "sample", clock)
    worth = {
        name: Fraction(int(rng.integers(1, 4 * MOST_POINTS, endpoint=True)), 4)
        for name in kind.items
    }
    credit = credit_of(kind, worth, choices=kind.chooses(settings))
    solved = solve_parts(worth, credit, 0, [*drawn.values()]) if drawn else []
    records = [_record(part) for part in solved]
    clock = _lap(outcome, "solve", clock)
    for seed, record in zip(drawn, records, strict=True):
        report = Report()
        prove_numbers(record, report)
        for place, part in record.parts():
            credited(place, part, credit, report)
        outcome.proofs += len(report.proven)
        outcome.failures += [(seed, str(failure)) for failure in report.failures]
    _lap(outcome, "prove", clock)
    outcome.failures.sort()
    return outcome


def _draws(sampler: Sampler, seeds: range, outcome: Outcome) -> Iterator[tuple[int, Draw]]:
    proposed = sampler.propose([Place(seed, 0, 0, 0) for seed in seeds])
    for seed in seeds:
        try:
            drawn = next(next(proposed))
        except SamplingError as error:
            outcome.failures.append((seed, str(error)))
            continue
        outcome.candidates += drawn.candidates
        outcome.rejected.update(drawn.rejected)
        yield seed, drawn


def _record(part: Part) -> VariantRecord:
    task = TaskRecord(1, "", exact(part.points), [part.record()])
    return VariantRecord(variant="001", tasks=[task], files={})


def _lap(outcome: Outcome, stage: str, since: float) -> float:
    now = time.process_time()
    outcome.seconds[stage] += now - since
    return now
