"""The pipeline: sample → solve → write → typeset → prove → out, readable from top to bottom.

Givens are drawn here, one variant after another; groups of variants are made wherever there is
room (:mod:`worksheetgen.group`); what is proven goes to the folder here, in order again.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import TypeVar

from worksheetgen import manifest
from worksheetgen.errors import ProofError, TexError
from worksheetgen.fairness import Fairness
from worksheetgen.group import FailedVariant, MadeVariant, Order, make_group, sources
from worksheetgen.inputs import read_inputs
from worksheetgen.manifest import File
from worksheetgen.output import OutputFolder
from worksheetgen.overview import Overview
from worksheetgen.personal import Person, people_of
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
    spec = build.spec
    seed = secrets.randbits(SEED_BITS) if spec.seed is None else spec.seed
    samplers = samplers_of(spec, alike=build.practice is not None)
    expected = [manifest.expectation(spec.task[t].number, p, s) for (t, p), s in samplers.items()]
    inputs = read_inputs(spec)
    digests = inputs.digests | ({"roster": build.roster.digest} if build.roster else {})
    practice = build.practice.command(seed) if build.practice else None
    printed = {"marking_key": build.marking_key, "practice": practice}
    header = manifest.header(spec, seed, build.tex, digests, expected, printed)
    people = people_of(build.roster, spec.secret or "", seed) if build.roster else ()
    folder = OutputFolder(build.out)
    finished = folder.claim(header, replace=build.replace)
    drawn = sample(spec, seed, samplers, people)
    example = next(drawn)
    terms = Terms.of(header, spec, manifest.unfiled_record(*solve(spec, 0, [example])))
    order = Order(
        spec.model_dump_json(exclude_none=True),
        build.tex.name,
        inputs,
        build.marking_key,
        build.practice.footer(seed) if build.practice else None,
        terms if build.verify else None,
    )
    exam, overview = Exam(terms), Overview(header)
    for record in folder.variants(finished):
        exam.compare(record, None, Report())
        overview.add(record)
    left = spec.variants - finished
    jobs = 1 if left <= FEW and executor is None else build.jobs
    drawn = islice(chain([example], drawn), finished, None)
    groups = grouped(drawn, people, finished, left, jobs)
    failed: list[FailedVariant] = []
    with workers(jobs) if executor is None else nullcontext(executor) as pool:
        for number, group in enumerate(in_order(pool, jobs, partial(make_group, order), groups)):
            made = [variant for variant in group if isinstance(variant, MadeVariant)]
            failed += [variant for variant in group if isinstance(variant, FailedVariant)]
            compare(made, exam)
            if number == 0:
                folder.start(header, finished, replace=build.replace)
            for variant in made:
                folder.add(variant.record, variant.files)
                overview.add(variant.record)
            done(overview.variants)
    if build.keep_tex:
        for file in tex_files(spec, seed, order, people):
            folder.add_source(file)
    if failed:
        raise report_failed(failed, folder)
    if build.for_print:
        for file in scan_files(folder.path):
            folder.add_at_end(file)
    return Made(seed, overview)


Some = TypeVar("Some")
Samplers = Mapping[tuple[int, int], Sampler]
"""By the positions of task and part."""


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


def tex_files(spec: ExamSpec, seed: int, order: Order, people: Sequence[Person]) -> Iterator[File]:
    """The sources of all variants to edit, and the files that they use."""
    for name, content in order.inputs.latex.items():
        yield File(f"tex/{name}", content)
    for variant, draws in enumerate(sample(spec, seed, samplers_of(spec), people)):
        yield from sources(order, variant, [draws], people[variant : variant + 1])


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
