"""What is drawn for the variants of an exam: a sampler for each part, and what it lets expect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

from worksheetgen.errors import SamplingError
from worksheetgen.exam.personal import shared_seed
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.variants.fairness import Fairness
from worksheetgen.variants.manifest import ExpectedRecord
from worksheetgen.variants.own import Orders
from worksheetgen.variants.sampling import Draw, Place, Sampler
from worksheetgen.variants.sheet import part_label

TOGETHER = 100
"""Variants that are drawn together at most, so that memory is bounded."""

Samplers = Mapping[tuple[int, int], Sampler]
"""By the positions of task and part."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn for a variant, by the positions of task and part."""

    givens: Mapping[tuple[int, int], Draw]
    orders: Mapping[tuple[int, int], Orders]
    """How choices stand in parts in the examiner's own words."""


def samplers_of(spec: ExamSpec, *, alike: bool = False) -> Samplers:
    """A sampler for each part; equal parts share one if they are to be variants of one another."""
    shared: dict[str, Sampler] = {}
    samplers = {}
    for t, task in enumerate(spec.task):
        for p, part in task.drawn.items():
            sampler = Sampler(
                part.kind,
                part.sample,
                part.given,
                tuple(part.worth),
                Fairness(spec.effort.spread, part.diagnosable),
            )
            key = part.model_dump_json() if alike else f"{t} {p}"
            samplers[t, p] = shared.setdefault(key, sampler)
    return samplers


def sample(
    spec: ExamSpec, seed: int, samplers: Samplers, roots: Sequence[int] = ()
) -> Iterator[Drawn]:
    """What is drawn for every variant, from the seed, or from the roots of people.

    What all have in common is drawn from the seed in any case.

    Raises:
        SamplingError: nothing varies, and there are several variants; or no draw is fit.
    """
    drawn = {(t, p): part for t, task in enumerate(spec.task) for p, part in task.drawn.items()}
    if spec.variants > 1 and not any(part.varies for part in drawn.values()):
        raise SamplingError(
            "every given that is printed is fixed, or common to all, so all "
            f"{spec.variants} variants would be the same; make one variant, or fix fewer givens"
        )
    own: Sequence[int | None] = roots or [None] * spec.variants
    common = {
        (t, p): next(samplers[t, p].draw([Place(seed, 0, spec.task[t].number, p, root=seed)]))
        for (t, p), part in drawn.items()
        if part.common
    }
    for start in range(0, spec.variants, TOGETHER):
        variants = range(start, min(start + TOGETHER, spec.variants))

        places = {
            (t, p): [Place(seed, v, task.number, p, own[v]) for v in variants]
            for t, task in enumerate(spec.task)
            for p, _ in enumerate(task.part)
        }
        givens = {
            at: repeat(common[at]) if at in common else sampler.draw(places[at])
            for at, sampler in samplers.items()
        }
        orders = {
            (t, p): map(part.drawn, places[t, p])
            for t, task in enumerate(spec.task)
            for p, part in task.own.items()
        }
        for _ in variants:
            yield Drawn(
                {at: next(found) for at, found in givens.items()},
                {at: next(found) for at, found in orders.items()},
            )


def sample_versions(spec: ExamSpec, key: str, samplers: Samplers) -> Sequence[Drawn]:
    """What is drawn for each version of an exam, by its key."""
    shared = spec.model_copy(update={"variants": spec.versions})
    return list(sample(shared, shared_seed(key), samplers))


def expectations(spec: ExamSpec, samplers: Samplers) -> list[ExpectedRecord]:
    """What a manifest's first line says of each part.

    Raises:
        SamplingError: a part has no candidate that keeps its constraints.
    """
    return [
        _expectation(spec.task[t].number, p, s, common=spec.task[t].drawn[p].common)
        for (t, p), s in samplers.items()
    ]


def _expectation(task: int, part: int, sampler: Sampler, *, common: bool) -> ExpectedRecord:
    """What the header says of a part, by its task's number and its own position."""
    yardstick = sampler.yardstick
    if yardstick is None:
        raise sampler.hopeless(task, part)
    return ExpectedRecord(
        task,
        part_label(part),
        yardstick.effort,
        yardstick.smallest,
        yardstick.largest,
        sampler.expected.undiagnosable,
        [] if common else sampler.expected.varying,
        {item: [*pairs] for item, pairs in yardstick.alike.items()},
    )
