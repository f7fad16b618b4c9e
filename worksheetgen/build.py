"""The pipeline: sample → solve → write → typeset → out, readable from top to bottom."""

import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from worksheetgen import manifest
from worksheetgen.manifest import File
from worksheetgen.output import OutputFolder
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Answers, Problem
from worksheetgen.resources import templates
from worksheetgen.sampling import Place, Sampler
from worksheetgen.sheet import Item, Part, Sheet, Task, item_label, part_label
from worksheetgen.spec import SEED_BITS, ExamSpec, PartSpec
from worksheetgen.typeset.document import document
from worksheetgen.typeset.split import split
from worksheetgen.typeset.tex import Tex
from worksheetgen.typeset.writing import Kind, write

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
    replace: bool = False


def generate(build: Build, done: Callable[[int], None] = lambda _: None) -> int:
    """Make an exam's sheets; ``done`` is told how many variants are finished.

    Returns:
        The seed.

    Raises:
        WorksheetError: a variant cannot be drawn, TeX fails, or the folder cannot be used.
            What was finished before stays, with its lines in the manifest.
    """
    spec = build.spec
    seed = secrets.randbits(SEED_BITS) if spec.seed is None else spec.seed
    header = manifest.header(spec, seed, build.tex)
    folder = OutputFolder(build.out)
    folder.claim(header, replace=build.replace)
    sheets = [solve(spec, variant, givens) for variant, givens in enumerate(sample(spec, seed))]
    for start in range(0, len(sheets), GROUP):
        group = sheets[start : start + GROUP]
        pairs = typeset(group, build)
        if start == 0:
            folder.start(header)
        for sheet, pair in zip(group, pairs, strict=True):
            sources = tex_files(sheet, build) if build.keep_tex else []
            folder.add(manifest.variant_record(sheet, *pair), [*pair, *sources])
        done(start + len(group))
    return seed


def sample(spec: ExamSpec, seed: int) -> Iterator[dict[tuple[int, int], Problem]]:
    """The givens of every variant, by the positions of task and part."""
    samplers = {
        (t, p): Sampler(problem_types()[part.problem], part.sample, part.given)
        for t, task in enumerate(spec.task)
        for p, part in enumerate(task.part)
    }
    for variant in range(spec.variants):
        yield {
            (t, p): sampler.draw(Place(seed, variant, t, p)) for (t, p), sampler in samplers.items()
        }


def solve(spec: ExamSpec, variant: int, givens: dict[tuple[int, int], Problem]) -> Sheet:
    """One variant with its answers."""
    tasks = [
        Task(
            task.number,
            task.title,
            tuple(solve_part(part, p, givens[t, p]) for p, part in enumerate(task.part)),
        )
        for t, task in enumerate(spec.task)
    ]
    return Sheet(f"{variant + 1:03}", spec.title, tuple(tasks))


def solve_part(spec: PartSpec, index: int, problem: Problem) -> Part:
    answers = Answers(problem)
    items = [
        Item(item_label(i), points, problem.items[name], answers[name])
        for i, (name, points) in enumerate(spec.worth.items())
    ]
    return Part(part_label(index), problem, tuple(items))


def typeset(group: Sequence[Sheet], build: Build) -> list[tuple[File, File]]:
    """Question and solution PDF of each variant, from one TeX run."""
    sources = [write(sheet, kind) for sheet in group for kind in KINDS]
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


def tex_files(sheet: Sheet, build: Build) -> list[File]:
    """Sources to edit: each compiles by itself, with ``worksheet.sty`` beside it."""
    style = LATEX / "worksheet.sty"
    return [
        File(f"tex/{style.name}", style.read_bytes()),
        *(
            File(
                f"tex/{sheet.variant}-{kind}.tex",
                document([write(sheet, kind)], build.spec.paper).encode(),
            )
            for kind in KINDS
        ),
    ]
