"""What to make, and what is known before the first variant is made: seed, samplers, people."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from worksheetgen.build import records
from worksheetgen.build.batch import Order
from worksheetgen.build.solving import Drawn, solve
from worksheetgen.exam.inputs import Inputs, read_inputs
from worksheetgen.exam.personal import exam_key, people_of
from worksheetgen.exam.practice import Practice
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.spec import SEED_BITS, ExamSpec
from worksheetgen.typeset.tex import Tex
from worksheetgen.variants.fairness import Fairness
from worksheetgen.variants.manifest import HeaderRecord, VariantRecord
from worksheetgen.variants.person import Person
from worksheetgen.variants.sampling import Place, Sampler
from worksheetgen.verify.terms import Terms

LARGEST_BATCH = 100
"""Variants per run of TeX at most: one start of TeX serves them all, and memory is bounded."""

SPECIMEN = 2**SEED_BITS
"""The seed of specimens, which no exam can have."""

Samplers = Mapping[tuple[int, int], Sampler]
"""By the positions of task and part."""


@dataclass(frozen=True)
class Build:
    """What to make, where, and with which TeX."""

    spec: ExamSpec
    out: Path
    tex: Tex
    keep_tex: bool = False
    marking_key: bool = True
    verify: bool = True
    for_print: bool = False
    """Whether there is also one PDF of all sheets, and what a scanner needs."""
    replace: bool = False
    practice: Practice | None = None
    """What a practice sheet is of; None: these are an exam's sheets."""
    roster: Roster | None = None
    """Whose the variants are, if they are personal; the spec then has a secret."""
    jobs: int = 1
    """How many batches are made at the same time."""


@dataclass(frozen=True)
class Plan:
    """What is known before the first variant is made."""

    spec: ExamSpec
    seed: int
    samplers: Samplers
    people: tuple[Person, ...]
    """Whose the variants are, if they are personal."""
    inputs: Inputs
    header: HeaderRecord

    def draw(self) -> Iterator[Drawn]:
        return sample(self.spec, self.seed, self.samplers, self.people)

    def specimen(self) -> Drawn:
        """A variant that is the same for all seeds, so that it tells of no other."""
        alone = self.spec.model_copy(update={"variants": 1})
        return next(sample(alone, SPECIMEN, samplers_of(self.spec)))

    def record_of(self, drawn: Drawn) -> VariantRecord:
        """The first variant without its files."""
        return records.unfiled_record(*solve(self.spec, 0, [drawn]))

    def order(self, build: Build, terms: Terms) -> Order:
        return Order(
            self.spec.model_dump_json(exclude_none=True),
            build.tex.name,
            self.inputs,
            build.marking_key,
            build.practice.footer(self.seed) if build.practice else None,
            terms if build.verify else None,
            build.keep_tex,
        )


def planned(build: Build) -> Plan:
    """Read what the spec names, and say what decides the sheets."""
    spec = build.spec
    seed = secrets.randbits(SEED_BITS) if spec.seed is None else spec.seed
    samplers = samplers_of(spec, alike=build.practice is not None)
    expected = [records.expectation(spec.task[t].number, p, s) for (t, p), s in samplers.items()]
    if build.roster:
        expected = [replace(part, varying=[]) for part in expected]
    inputs = read_inputs(spec, build.tex)
    digests = inputs.digests | ({"roster": build.roster.digest} if build.roster else {})
    practice = build.practice.command(seed) if build.practice else None
    key = exam_key(spec.secret or "", seed, spec.title) if build.roster else None
    header = records.header(
        spec,
        seed,
        build.tex,
        digests,
        expected,
        marking_key=build.marking_key,
        practice=practice,
        exam_key=key,
    )
    people = people_of(build.roster, key) if build.roster and key else ()
    return Plan(spec, seed, samplers, people, inputs, header)


def samplers_of(spec: ExamSpec, *, alike: bool = False) -> Samplers:
    """A sampler for each part; equal parts share one if they are to be variants of one another."""
    shared: dict[str, Sampler] = {}
    samplers = {}
    for t, task in enumerate(spec.task):
        for p, part in enumerate(task.part):
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
    spec: ExamSpec, seed: int, samplers: Samplers, people: Sequence[Person] = ()
) -> Iterator[Drawn]:
    """What is drawn for every variant, from the seed, or from the roots of the people."""
    roots = [person.root for person in people] if people else [None] * spec.variants
    for start in range(0, spec.variants, LARGEST_BATCH):
        variants = range(start, min(start + LARGEST_BATCH, spec.variants))
        drawn = {
            (t, p): sampler.draw(
                [Place(seed, v, spec.task[t].number, p, roots[v]) for v in variants]
            )
            for (t, p), sampler in samplers.items()
        }
        for _ in variants:
            yield {position: next(found) for position, found in drawn.items()}
