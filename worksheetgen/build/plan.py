"""What to make, and what is known before the first variant is made: seed, samplers, people."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

from worksheetgen.build import records
from worksheetgen.build.batch import Order
from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import (
    Drawn,
    Samplers,
    expectations,
    sample,
    sample_versions,
    samplers_of,
)
from worksheetgen.exam.inputs import Inputs, read_inputs
from worksheetgen.exam.personal import exam_key, people_of, shared_seed
from worksheetgen.exam.practice import Practice
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.spec import SEED_BITS, ExamSpec
from worksheetgen.typeset.tex import Tex
from worksheetgen.variants.manifest import HeaderRecord, VariantRecord
from worksheetgen.variants.person import Person
from worksheetgen.variants.piles import Printing
from worksheetgen.verify.terms import Terms

SMALLEST_BATCH, LARGEST_BATCH = 10, 100
"""Variants per run of TeX: at first, and at most, so that memory is bounded."""

SPECIMEN = 2**SEED_BITS
"""The seed of specimens, which no exam can have."""


@dataclass(frozen=True)
class Build:
    """What to make, where, and with which TeX."""

    spec: ExamSpec
    out: Path
    tex: Tex
    keep_tex: bool = False
    marking_key: bool = True
    verify: bool = True
    printing: Printing | None = None
    """How sheets are put together for a printer, beside what a scanner needs; None: not at all."""
    answers: bool = False
    """Whether there are tables of all answers."""
    replace: bool = False
    longer: bool = False
    """Whether sheets are added to those of a folder, whose manifest has fewer."""
    practice: Practice | None = None
    """What a practice sheet is of; None: these are an exam's sheets."""
    roster: Roster | None = None
    """Whose the variants are, if they are personal; the spec then has a secret."""
    exam_key: str | None = None
    """What personal sheets are keyed with, if it is known without the secret."""
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
        key = self.header.exam_key
        if not self.people or key is None:
            return sample(self.spec, self.seed, self.samplers)
        if self.spec.versions:
            return cycle(sample_versions(self.spec, key, self.samplers))
        roots = [person.root for person in self.people]
        return sample(self.spec, shared_seed(key), self.samplers, roots)

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
    expected = expectations(spec, samplers)
    if build.roster:
        expected = [replace(part, varying=[]) for part in expected]
    inputs = read_inputs(spec, build.tex)
    digests = inputs.digests | ({"roster": build.roster.digest} if build.roster else {})
    practice = build.practice.command(seed) if build.practice else None
    key = build.exam_key
    if build.roster and key is None:
        key = exam_key(spec.secret or "", seed, spec.title)
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
    people = people_of(build.roster, key, spec.versions) if build.roster and key else ()
    return Plan(spec, seed, samplers, people, inputs, header)
