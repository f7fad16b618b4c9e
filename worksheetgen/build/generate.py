"""The pipeline: sample → solve → write → typeset → prove → out, readable from top to bottom.

Givens are drawn here, one variant after another; batches of variants are made wherever there is
room (:mod:`worksheetgen.build.batch`); what is proven goes to the folder here, in order again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from math import ceil
from typing import TypeVar

from worksheetgen.build.batch import (
    FailedVariant,
    MadeVariant,
    Order,
    make_batch,
    sources,
    typeset,
)
from worksheetgen.build.folder import OutputFolder
from worksheetgen.build.plan import LARGEST_BATCH, SMALLEST_BATCH, Build, Plan, planned
from worksheetgen.build.printing import print_files
from worksheetgen.build.records import File
from worksheetgen.build.scanning import scan_files
from worksheetgen.build.solving import solve
from worksheetgen.errors import ProofError, TexError
from worksheetgen.exam.drawing import Drawn
from worksheetgen.export.answers import answer_files
from worksheetgen.typeset.names import forms_of
from worksheetgen.variants.overview import Overview
from worksheetgen.variants.person import Person
from worksheetgen.verify.checks.distinct import Exam
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms
from worksheetgen.workers import forget_killed, in_order, workers

FEW = 10
"""So many variants are made sooner in this process than in others that must start first."""


NOBODY = Person("0", "N", "N", "", "0", 0)
"""Whose name and number a specimen has, before they are left out."""
Some = TypeVar("Some")


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
        executor: where batches are made; None: in processes of this machine.

    Raises:
        WorksheetError: a variant cannot be drawn, TeX fails, or the folder cannot be used.
            What was finished before stays, with its lines in the manifest.
    """
    forget_killed()
    plan, folder = planned(build), OutputFolder(build.out)
    with folder.locked():
        return _made(build, plan, folder, done, executor)


def _made(
    build: Build,
    plan: Plan,
    folder: OutputFolder,
    done: Callable[[int], None],
    executor: Executor | None,
) -> Made:
    finished = folder.claim(plan.header, replace=build.replace, longer=build.longer)
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
    drawn = chain([example], drawn)
    before = list(islice(drawn, finished))
    work = batches(drawn, plan.people, finished, left, jobs)
    failed: list[FailedVariant] = []
    with workers(jobs) if executor is None else nullcontext(executor) as pool:
        for number, batch in enumerate(in_order(pool, jobs, partial(make_batch, order), work)):
            made = [variant for variant in batch if isinstance(variant, MadeVariant)]
            failed += [variant for variant in batch if isinstance(variant, FailedVariant)]
            compare(made, exam, plan.spec.scale)
            if number == 0:
                folder.start(plan.header, finished, replace=build.replace)
            for variant in made:
                folder.add(variant.record, variant.files)
                overview.add(variant.record)
            add_all(folder, (source for variant in batch for source in variant.sources))
            done(overview.variants)
    add_sources(folder, plan, order, before)
    if failed:
        raise report_failed(failed, folder)
    if build.answers:
        for name, content in answer_files(folder.path, plan.inputs).items():
            folder.add_at_end(File(name, content))
    if build.printing:
        folder.clear_printed()
        for file in chain(
            print_files(folder.path, build.printing, plan.inputs, build.tex),
            scan_files(folder.path, partial(specimen, plan, order)),
        ):
            folder.add_at_end(file)
    return Made(plan.seed, overview)


def specimen(plan: Plan, order: Order, scale: float) -> bytes:
    """The question sheet of a variant that nobody gets, in a scale; 0: the exam's."""
    people = [replace(NOBODY, facts=plan.people[0].facts, scale=scale)] if plan.people else []
    (sheet,) = solve(plan.spec, 0, [plan.specimen()], people)
    ((question, _),) = typeset([sheet], order)
    return question.content


def batches(
    drawn: Iterator[Some], people: Sequence[Person], first: int, variants: int, jobs: int
) -> Iterator[tuple[int, list[Some], Sequence[Person]]]:
    """Batches with the position of their first variant: small ones first, then larger ones.

    So a run that is stopped early keeps what it has finished, and all jobs are busy to the end.
    """
    start, end, largest = first, first + variants, SMALLEST_BATCH
    while start < end:
        size = min(largest, ceil((end - start) / jobs))
        for _ in range(jobs):
            own = min(size, end - start)
            if own:
                yield start, list(islice(drawn, own)), people[start : start + own]
            start += own
        largest = min(2 * largest, LARGEST_BATCH)


def compare(made: list[MadeVariant], exam: Exam, scale: float) -> None:
    """What was proven of each variant, and what they owe each other.

    Raises:
        ProofError: a check failed, so that no file of the batch may appear.
    """
    report, larger = Report(), scale
    for variant in made:
        if variant.failures and not report.failures:
            person = variant.record.person
            larger = (person and person.scale) or scale
        report.failures += variant.failures
        if variant.look:
            exam.compare(variant.record, variant.look, report)
    if report.failures:
        hint = f"\nits pages are {larger:g} times as large as usual; try less" if larger > 1 else ""
        raise ProofError(f"{report.failures[0]}{hint}")


def add_sources(folder: OutputFolder, plan: Plan, order: Order, finished: Sequence[Drawn]) -> None:
    """What the sources to edit use, and those of variants that were made before, if wanted."""
    if order.keep_tex:
        beside = plan.inputs.latex | forms_of(person.printed for person in plan.people)
        add_all(folder, [File(f"tex/{name}", of) for name, of in beside.items()])
        for variant, drawn in enumerate(finished):
            add_all(folder, sources(order, variant, [drawn], plan.people[variant : variant + 1]))


def add_all(folder: OutputFolder, files: Iterable[File]) -> None:
    for file in files:
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
