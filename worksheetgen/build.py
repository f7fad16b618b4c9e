"""The pipeline: sample → solve → write → typeset → prove → out, readable from top to bottom.

Givens are drawn here, one variant after another; groups of variants are made wherever there is
room (:mod:`worksheetgen.group`); what is proven goes to the folder here, in order again.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import TypeVar

from worksheetgen import manifest
from worksheetgen.errors import ProofError, TexError
from worksheetgen.fairness import Fairness
from worksheetgen.group import FailedVariant, MadeVariant, Order, make_group, sources
from worksheetgen.inputs import Inputs, read_inputs
from worksheetgen.manifest import File, Record
from worksheetgen.output import OutputFolder
from worksheetgen.overview import Overview
from worksheetgen.personal import Person, exam_key, people_of
from worksheetgen.practice import Practice
from worksheetgen.roster import Roster
from worksheetgen.sampling import Place, Sampler
from worksheetgen.scanning import scan_files
from worksheetgen.solving import Drawn, solve
from worksheetgen.spec import SEED_BITS, ExamSpec
from worksheetgen.typeset.tex import Tex
from worksheetgen.verify.exam import Exam
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms
from worksheetgen.workers import in_order, workers

GROUP = 100
"""Variants per run of TeX at most: one start of TeX serves them all, and memory is bounded."""
FEW = 10
"""So many variants are made sooner in this process than in others that must start first."""


Some = TypeVar("Some")
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
    """How many groups are made at the same time."""


@dataclass(frozen=True)
class Made:
    """What there is in the end."""

    seed: int
    overview: Overview


def generate(
    build: Build,
    done: Callable[[int], None] = lambda _: None,
    executor: Executor | None = None,
) -> Made:
    """Make an exam's sheets.

    Args:
        build: what to make.
        done: is told how many variants are finished.
        executor: where groups are made; None: in processes of this machine.

    Raises:
        WorksheetError: a variant cannot be drawn, TeX fails, or the folder cannot be used.
            What was finished before stays, with its lines in the manifest.
    """
    plan = planned(build)
    folder = OutputFolder(build.out)
    finished = folder.claim(plan.header, replace=build.replace)
    drawn = plan.draw()
    example = next(drawn)
    terms = Terms.of(plan.header, plan.spec, plan.record_of(example))
    order = plan.order(build, terms)
    exam, overview = Exam(terms), Overview(plan.header)
    for record in folder.variants(finished):
        exam.compare(record, None, Report())
        overview.add(record)
    left = plan.spec.variants - finished
    jobs = 1 if left <= FEW and executor is None else build.jobs
    drawn = islice(chain([example], drawn), finished, None)
    groups = grouped(drawn, plan.people, finished, left, jobs)
    failed: list[FailedVariant] = []
    with workers(jobs) if executor is None else nullcontext(executor) as pool:
        for number, group in enumerate(in_order(pool, jobs, partial(make_group, order), groups)):
            made = [variant for variant in group if isinstance(variant, MadeVariant)]
            failed += [variant for variant in group if isinstance(variant, FailedVariant)]
            compare(made, exam)
            if number == 0:
                folder.start(plan.header, finished, replace=build.replace)
            for variant in made:
                folder.add(variant.record, variant.files)
                overview.add(variant.record)
            done(overview.variants)
    add_sources(build, plan, order, folder)
    if failed:
        raise report_failed(failed, folder)
    if build.for_print:
        for file in scan_files(folder.path):
            folder.add_at_end(file)
    return Made(plan.seed, overview)


@dataclass(frozen=True)
class Plan:
    """What is known before the first variant is made."""

    spec: ExamSpec
    seed: int
    samplers: Samplers
    people: tuple[Person, ...]
    """Whose the variants are, if they are personal."""
    inputs: Inputs
    header: Record

    def draw(self) -> Iterator[Drawn]:
        return sample(self.spec, self.seed, self.samplers, self.people)

    def record_of(self, drawn: Drawn) -> Record:
        """The first variant without its files."""
        return manifest.unfiled_record(*solve(self.spec, 0, [drawn]))

    def order(self, build: Build, terms: Terms) -> Order:
        return Order(
            self.spec.model_dump_json(exclude_none=True),
            build.tex.name,
            self.inputs,
            build.marking_key,
            build.practice.footer(self.seed) if build.practice else None,
            terms if build.verify else None,
        )


def planned(build: Build) -> Plan:
    """Read what the spec names, and say what decides the sheets."""
    spec = build.spec
    seed = secrets.randbits(SEED_BITS) if spec.seed is None else spec.seed
    samplers = samplers_of(spec, alike=build.practice is not None)
    expected = [manifest.expectation(spec.task[t].number, p, s) for (t, p), s in samplers.items()]
    if build.roster:
        expected = [part | {"varying": []} for part in expected]
    inputs = read_inputs(spec, build.tex)
    digests = inputs.digests | ({"roster": build.roster.digest} if build.roster else {})
    practice = build.practice.command(seed) if build.practice else None
    key = exam_key(spec.secret or "", seed, spec.title) if build.roster else None
    printed = {"marking_key": build.marking_key, "practice": practice, "exam_key": key}
    header = manifest.header(spec, seed, build.tex, digests, expected, printed)
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
    for start in range(0, spec.variants, GROUP):
        variants = range(start, min(start + GROUP, spec.variants))
        drawn = {
            (t, p): sampler.draw(
                [Place(seed, v, spec.task[t].number, p, roots[v]) for v in variants]
            )
            for (t, p), sampler in samplers.items()
        }
        for _ in variants:
            yield {position: next(found) for position, found in drawn.items()}


def grouped(
    drawn: Iterator[Some], people: Sequence[Person], first: int, variants: int, jobs: int
) -> Iterator[tuple[int, list[Some], Sequence[Person]]]:
    """Groups of even size, with the position of their first variant, to keep all jobs busy."""
    rounds = ceil(variants / (jobs * GROUP))
    size = ceil(variants / (jobs * rounds)) if variants else 0
    for start in range(first, first + variants, size or 1):
        yield start, list(islice(drawn, size)), people[start : start + size]


def compare(made: list[MadeVariant], exam: Exam) -> None:
    """What was proven of each variant, and what they owe each other.

    Raises:
        ProofError: a check failed, so that no file of the group may appear.
    """
    report = Report()
    for variant in made:
        report.failures += variant.failures
        if variant.look:
            exam.compare(variant.record, variant.look, report)
    if report.failures:
        raise ProofError(str(report.failures[0]))


def add_sources(build: Build, plan: Plan, order: Order, folder: OutputFolder) -> None:
    """The sources of all variants to edit, and the files that they use, if they are wanted."""
    if not build.keep_tex:
        return
    for name, content in plan.inputs.latex.items():
        folder.add_source(File(f"tex/{name}", content))
    again = replace(plan, samplers=samplers_of(plan.spec, alike=build.practice is not None))
    for variant, drawn in enumerate(again.draw()):
        for file in sources(order, variant, [drawn], plan.people[variant : variant + 1]):
            folder.add_source(file)


def report_failed(failed: list[FailedVariant], folder: OutputFolder) -> TexError:
    """Keep the sources on which TeX stopped; return the error that names them."""
    for variant in failed:
        folder.add_failed(variant.source)
    codes = ", ".join(variant.variant for variant in failed)
    return TexError(
        f"TeX stopped on variant {codes}; the others are made. "
        f"{folder.path / failed[0].source.path} has the source of {failed[0].variant}: "
        f"{failed[0].said}"
    )
