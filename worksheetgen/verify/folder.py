"""Prove an output folder, its variants side by side on all cores."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path

from worksheetgen import __version__
from worksheetgen.errors import OutputError
from worksheetgen.exam.loading import recorded_exam
from worksheetgen.exam.roster import digest
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.variants.manifest import (
    HeaderRecord,
    VariantRecord,
    read_header,
    read_variants,
)
from worksheetgen.verify.checks.distinct import Exam
from worksheetgen.verify.checks.files import beside, nothing_else, print_files, read_files
from worksheetgen.verify.checks.layout import Look
from worksheetgen.verify.checks.prints import Printable
from worksheetgen.verify.checks.redraw import Redraw
from worksheetgen.verify.checks.specified import specified
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.prove import UNFORESEEN, is_chosen, prove, told
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms
from worksheetgen.workers import cores, in_order, workers

CHUNK = 10
"""Variants that go to another process together."""
FEW = 8
"""So many variants are proven sooner in this process than in others that must start first."""

Proven = tuple[VariantRecord, Report, Look | None]


@dataclass
class Named:
    """What the manifest's lines name, as far as they were read."""

    codes: list[str] = field(default_factory=list)
    students: list[tuple[str, str, str, Mapping[str, str], float]] = field(default_factory=list)
    sheets: list[Printable] = field(default_factory=list)
    files: dict[str, list[str]] = field(default_factory=lambda: {"question": [], "solution": []})

    def add(self, variant: VariantRecord) -> None:
        self.codes.append(variant.variant)
        if person := variant.person:
            self.students.append((person.id, person.name, person.group, person.facts, person.scale))
        self.sheets.append(Printable(variant.files["question"].path, variant.code, person))
        for kind, file in variant.files.items():
            self.files[kind].append(file.path)


def verify_folder(
    folder: Path, done: Callable[[int, int], None] = lambda *_: None, *, thorough: bool = False
) -> Report:
    """Check every variant that the folder's manifest names.

    Args:
        folder: where the sheets are.
        done: hears of progress.
        thorough: whether PDFium reads all sheets as well and all are set again, not some of them.

    Raises:
        OutputError: the manifest is missing or unreadable, names no variant, or is of another
            version's sheets.
    """
    header = read_header(folder)
    if header.worksheetgen != __version__:
        raise OutputError(
            f"{folder}: worksheetgen {header.worksheetgen} made these sheets, and this is "
            f"{__version__}, which marks and measures them otherwise; verify them with that version"
        )
    spec = recorded_exam(folder)
    report, named, redraw = Report(), Named(), Redraw(spec, header)
    redraw.header(report)
    sound = _sound(folder, header, spec, named, redraw, report)
    first = next(sound, None)
    if not named.codes:
        raise OutputError(f"{folder}: the manifest names no variant; there is nothing to check")
    terms = Terms.of(header, spec, first)
    exam = Exam(terms)
    jobs = 1 if spec.variants <= FEW else cores()
    with workers(jobs) as pool:
        check = partial(_verify_chunk, folder, terms, first.variant if first else None, thorough)
        for chunk in in_order(pool, jobs, check, _chunks(chain([first] if first else [], sound))):
            for variant, own, look in chunk:
                report.add(own)
                exam.compare(variant, look, report)
                done(len(named.codes), max(spec.variants, len(named.codes)))
    nothing_else(folder, spec.variants, len(named.codes), named.files, report)
    if expected := header.inputs.get("roster"):
        report.compare("specified", "roster", expected, digest(named.students))
    print_files(folder, header, named.sheets, first, report)
    beside(folder, named.sheets, report)
    return report


def has_sheet(folder: Path, papers: Iterable[Paper]) -> bool:
    """Whether one of some papers is a sheet of a folder, by its manifest.

    Raises:
        OutputError: none is, or there is no manifest.
    """
    known = {file.sha256 for variant in read_variants(folder) for file in variant.files.values()}
    if known.isdisjoint(sha256(paper.pdf).hexdigest() for paper in papers):
        raise OutputError(f"--expected {folder}: neither sheet is one of this folder's")
    return True


def _sound(
    folder: Path,
    header: HeaderRecord,
    spec: ExamSpec,
    named: Named,
    redraw: Redraw,
    report: Report,
) -> Iterator[VariantRecord]:
    """The variants whose records are as specified."""
    for position, variant in enumerate(read_variants(folder)):
        named.add(variant)
        redraw.variant(variant, report)
        if specified(spec, header, position, variant, report):
            yield variant


def _chunks(variants: Iterator[VariantRecord]) -> Iterator[tuple[list[VariantRecord]]]:
    while chunk := list(islice(variants, CHUNK)):
        yield (chunk,)


def _verify_chunk(
    folder: Path,
    terms: Terms,
    first: str | None,
    thorough: bool,  # noqa: FBT001 - handed to other processes by place
    variants: list[VariantRecord],
) -> list[Proven]:
    return [
        (variant, *_verify_variant(folder, terms, variant, thorough or variant.variant == first))
        for variant in variants
    ]


def _verify_variant(
    folder: Path,
    terms: Terms,
    variant: VariantRecord,
    outside: bool,  # noqa: FBT001 - as above
) -> tuple[Report, Look | None]:
    report = Report()
    contents = read_files(folder, variant, report)
    if not all(contents.values()):
        return report, None
    pair = contents["question"], contents["solution"]
    try:
        chosen = outside or is_chosen(*pair)
        found, look = prove(variant, *pair, terms, outside=chosen, again=chosen)
    except UNFORESEEN as error:
        report.compare("files", f"{variant.variant}, its sheets", "readable", told(error))
        return report, None
    report.add(found)
    return report, look
