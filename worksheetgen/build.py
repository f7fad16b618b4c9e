"""The pipeline: sample → solve → write → typeset → out, readable from top to bottom."""

import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from worksheetgen import manifest
from worksheetgen.errors import ProofError
from worksheetgen.fairness import Fairness
from worksheetgen.manifest import File, Record
from worksheetgen.output import OutputFolder
from worksheetgen.overview import Overview
from worksheetgen.resources import templates
from worksheetgen.sampling import Draw, Place, Sampler
from worksheetgen.sheet import Sheet
from worksheetgen.solving import solve
from worksheetgen.spec import SEED_BITS, ExamSpec
from worksheetgen.typeset.document import document
from worksheetgen.typeset.split import split
from worksheetgen.typeset.tex import Tex
from worksheetgen.typeset.writing import Kind, write
from worksheetgen.verify.exam import Exam
from worksheetgen.verify.prove import Look, prove, side_by_side
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms

GROUP = 50
"""Variants per TeX run: one start of TeX serves them all."""
KINDS: tuple[Kind, Kind] = ("question", "solution")
LATEX = templates() / "latex"


@dataclass(frozen=True)
class Build:
    """What to make, where, and with which TeX."""

    spec: ExamSpec
    out: Path
    tex: Tex
    keep_tex: bool = False
    marking_key: bool = True
    verify: bool = True
    replace: bool = False


@dataclass(frozen=True)
class Made:
    """What there is in the end."""

    seed: int
    overview: Overview


def generate(build: Build, done: Callable[[int], None] = lambda _: None) -> Made:
    """Make an exam's sheets; ``done`` is told how many variants are finished.

    Raises:
        WorksheetError: a variant cannot be drawn, TeX fails, or the folder cannot be used.
            What was finished before stays, with its lines in the manifest.
    """
    spec = build.spec
    seed = secrets.randbits(SEED_BITS) if spec.seed is None else spec.seed
    samplers = samplers_of(spec)
    expected = [
        line
        for (t, p), sampler in samplers.items()
        for line in manifest.expectation(spec.task[t].number, p, sampler)
    ]
    header = manifest.header(spec, seed, build.tex, expected, marking_key=build.marking_key)
    folder = OutputFolder(build.out)
    finished = folder.claim(header, replace=build.replace)
    sheets = solve(spec, 0, list(sample(spec, seed, samplers)))
    terms = Terms.of(header, spec, manifest.unfiled_record(sheets[0]))
    exam = Exam(terms)
    overview = Overview(header)
    for record in finished:
        exam.compare(record, None, Report())
        overview.add(record)
    for start in range(len(finished), len(sheets), GROUP):
        group = sheets[start : start + GROUP]
        pairs = typeset(group, build)
        records = [
            manifest.variant_record(sheet, *pair) for sheet, pair in zip(group, pairs, strict=True)
        ]
        if build.verify:
            prove_group(records, pairs, terms, exam)
        if start == len(finished):
            folder.start(header, finished, replace=build.replace)
        for record, pair in zip(records, pairs, strict=True):
            folder.add(record, [*pair])
            overview.add(record)
        done(start + len(group))
    if build.keep_tex:
        for file in tex_files(sheets, build):
            folder.add_source(file)
    return Made(seed, overview)


Samplers = Mapping[tuple[int, int], Sampler]
"""By the positions of task and part."""


def samplers_of(spec: ExamSpec) -> Samplers:
    return {
        (t, p): Sampler(
            part.kind,
            part.sample,
            part.given,
            tuple(part.worth),
            Fairness(spec.effort.spread, part.diagnosable),
        )
        for t, task in enumerate(spec.task)
        for p, part in enumerate(task.part)
    }


def sample(spec: ExamSpec, seed: int, samplers: Samplers) -> Iterator[dict[tuple[int, int], Draw]]:
    """What is drawn for every variant, by the positions of task and part."""
    for start in range(0, spec.variants, GROUP):
        variants = range(start, min(start + GROUP, spec.variants))
        drawn = {
            (t, p): sampler.draw([Place(seed, v, spec.task[t].number, p) for v in variants])
            for (t, p), sampler in samplers.items()
        }
        for _ in variants:
            yield {position: next(found) for position, found in drawn.items()}


def typeset(group: Sequence[Sheet], build: Build) -> list[tuple[File, File]]:
    """Question and solution PDF of each variant, from one TeX run."""
    sources = [write(sheet, kind, key=build.marking_key) for sheet in group for kind in KINDS]
    with tempfile.TemporaryDirectory(prefix="worksheetgen-") as work:
        run = build.tex.run(
            document(sources, build.spec.paper), LATEX, Path(work), sheets=len(sources)
        )
    titles = [f"{sheet.title}, {kind} {sheet.variant}" for sheet in group for kind in KINDS]
    pdfs = split(run.pdf, run.pages, titles)
    return [
        (
            File(f"questions/{sheet.variant}.pdf", next(pdfs)),
            File(f"solutions/{sheet.variant}.pdf", next(pdfs)),
        )
        for sheet in group
    ]


def prove_group(
    records: list[Record], pairs: list[tuple[File, File]], terms: Terms, exam: Exam
) -> None:
    """Prove a group before its files appear.

    Raises:
        ProofError: a check failed.
    """
    report = Report()
    jobs = [(r, q.content, s.content) for r, (q, s) in zip(records, pairs, strict=True)]
    found = side_by_side(partial(_prove, terms), jobs)
    for record, (own, look) in zip(records, found, strict=True):
        report.add(own)
        exam.compare(record, look, report)
    if report.failures:
        raise ProofError(str(report.failures[0]))


def _prove(terms: Terms, job: tuple[Record, bytes, bytes]) -> tuple[Report, Look | None]:
    record, question, solution = job
    return prove(record, question, solution, terms)


def tex_files(sheets: Sequence[Sheet], build: Build) -> Iterator[File]:
    """Sources to edit: each compiles by itself, with ``worksheet.sty`` beside it."""
    style = LATEX / "worksheet.sty"
    yield File(f"tex/{style.name}", style.read_bytes())
    for sheet in sheets:
        for kind in KINDS:
            source = document([write(sheet, kind, key=build.marking_key)], build.spec.paper)
            yield File(f"tex/{sheet.variant}-{kind}.tex", source.encode())
