"""A batch of variants from their givens to proven PDFs, in one process and one run of TeX."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from worksheetgen.build.records import File, variant_record
from worksheetgen.build.solving import solve
from worksheetgen.errors import InputError, TexError
from worksheetgen.exam.drawing import Drawn
from worksheetgen.exam.inputs import NOTHING_ELSE, Inputs
from worksheetgen.exam.practice import Footer
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.names import forms_of
from worksheetgen.typeset.split import Printed, split
from worksheetgen.typeset.tex import find_tex
from worksheetgen.typeset.writing import write, write_practice
from worksheetgen.variants.manifest import Kind, VariantRecord
from worksheetgen.variants.person import Person
from worksheetgen.variants.sheet import Sheet
from worksheetgen.verify.checks.layout import Look
from worksheetgen.verify.prove import is_chosen, prove
from worksheetgen.verify.report import Failure
from worksheetgen.verify.terms import Terms
from worksheetgen.workers import workspace

COVER_TOO_HIGH = re.compile(r"^worksheet: cover is ([\d.]+)pt too high", re.MULTILINE)
KINDS: tuple[Kind, Kind] = ("question", "solution")


@dataclass(frozen=True)
class Order:
    """What the batches of an exam have in common; it travels to other processes and machines."""

    spec: str
    """The exam spec as JSON."""
    tex: str
    """The name of the TeX, to be found where the work is done."""
    inputs: Inputs = NOTHING_ELSE
    marking_key: bool = True
    footer: Footer | None = None
    """What stands at the foot of a practice sheet; None: it is an exam."""
    terms: Terms | None = None
    """What is proven of each variant; None: nothing."""
    keep_tex: bool = False
    """Whether there are sources to edit."""


@dataclass(frozen=True)
class MadeVariant:
    """A variant with its files, and what of it could not be proven."""

    record: VariantRecord
    files: tuple[File, File]
    sources: tuple[File, ...] = ()
    """To edit, if they are wanted."""
    failures: tuple[Failure, ...] = ()
    look: Look | None = None


@dataclass(frozen=True)
class FailedVariant:
    """A variant on which TeX stopped."""

    variant: str
    source: File
    said: str
    sources: tuple[File, ...] = ()


def make_batch(
    order: Order, first: int, drawn: Sequence[Drawn], people: Sequence[Person] = ()
) -> list[MadeVariant | FailedVariant]:
    """Solve, write, typeset, split and prove neighbouring variants, from a position on."""
    sheets = _solve(order, first, drawn, people)
    return list(_typeset(sheets, order))


def _typeset(sheets: Sequence[Sheet], order: Order) -> Iterator[MadeVariant | FailedVariant]:
    """All sheets in one run; if TeX stops, the halves by themselves, down to the one at fault."""
    try:
        pairs = typeset(sheets, order)
    except TexError as error:
        if len(sheets) == 1:
            yield _failed(sheets[0], order, str(error))
            return
        middle = len(sheets) // 2
        yield from _typeset(sheets[:middle], order)
        yield from _typeset(sheets[middle:], order)
        return
    for number, (sheet, files) in enumerate(zip(sheets, pairs, strict=True)):
        made = MadeVariant(variant_record(sheet, *files), files, _sources(sheet, order))
        if order.terms:
            question, solution = (file.content for file in files)
            outside = number == 0 or is_chosen(question, solution)
            report, look = prove(made.record, question, solution, order.terms, outside=outside)
            made = replace(made, failures=tuple(report.failures), look=look)
        yield made


def typeset(sheets: Sequence[Sheet], order: Order) -> list[tuple[File, File]]:
    """Question and solution PDF of each sheet, from one TeX run."""
    own = [(sheet.of_kind(kind), kind) for sheet in sheets for kind in KINDS]
    scales = sorted({sheet.scale for sheet, _ in own})
    made: dict[float, Iterator[bytes]] = {}
    for scale in scales:
        alike = [(sheet, kind) for sheet, kind in own if sheet.scale == scale]
        made[scale] = _printed(alike, scale, order)
    files = [File(f"{kind}s/{sheet.name}.pdf", next(made[sheet.scale])) for sheet, kind in own]
    return list(zip(files[::2], files[1::2], strict=True))


def _printed(own: Sequence[tuple[Sheet, Kind]], scale: float, order: Order) -> Iterator[bytes]:
    """Sheets of one scale, from one run of TeX."""
    written = [_write(sheet, kind, order) for sheet, kind in own]
    source = _document(written, order, scale)
    with workspace() as work:
        beside = order.inputs.latex | forms_of(
            sheet.person.printed for sheet, _ in own if sheet.person
        )
        run = find_tex(order.tex).run(source, beside, work, sheets=len(written))
    too_high = COVER_TOO_HIGH.search(run.log)
    if too_high:
        raise InputError(
            f"cover: it is {ceil(float(too_high[1]))} points higher than its page; shorten its "
            "instructions and aids"
        )
    printed = [
        Printed(
            f"{sheet.title}, {kind} {sheet.code}",
            sheet.code if sheet.person and kind == "question" else None,
        )
        for sheet, kind in own
    ]
    language = order.inputs.texts.language
    return split(run.pdf, run.pages, printed, language, scaled=scale != 1)


def sources(
    order: Order, first: int, drawn: Sequence[Drawn], people: Sequence[Person] = ()
) -> Iterator[File]:
    """The sources to edit of variants that are made already."""
    for sheet in _solve(order, first, drawn, people):
        yield from _sources(sheet, order)


def _solve(
    order: Order, first: int, drawn: Sequence[Drawn], people: Sequence[Person]
) -> list[Sheet]:
    sheets = solve(_spec(order.spec), first, drawn, people)
    return (
        [replace(sheet, label=order.footer.label) for sheet in sheets] if order.footer else sheets
    )


def _sources(sheet: Sheet, order: Order) -> tuple[File, ...]:
    """If they are wanted: each compiles by itself, with ``worksheet.sty`` beside it."""
    own = [(sheet.of_kind(kind), kind) for kind in (KINDS if order.keep_tex else ())]
    return tuple(
        File(f"tex/{each.name}-{kind}.tex", _source(each, (kind,), order)) for each, kind in own
    )


def _source(sheet: Sheet, kinds: Sequence[Kind], order: Order) -> bytes:
    return _document([_write(sheet, kind, order) for kind in kinds], order, sheet.scale).encode()


def _failed(sheet: Sheet, order: Order, said: str) -> FailedVariant:
    source = _source(sheet, KINDS, order)
    own = _sources(sheet, order)
    return FailedVariant(sheet.variant, File(f"failed/{sheet.variant}.tex", source), said, own)


def _write(sheet: Sheet, kind: Kind, order: Order) -> str:
    texts = order.inputs.texts
    if order.footer:
        return write_practice(sheet, kind, texts, order.footer.command)
    spec = _spec(order.spec)
    cover = spec.cover.printed(spec.title, spec.language) if spec.cover else None
    return write(sheet, kind, texts, key=order.marking_key, cover=cover)


def _document(written: Sequence[str], order: Order, scale: float) -> str:
    spec = _spec(order.spec)
    setup = PageSetup(spec.paper, spec.language, spec.top_margin, spec.font, scale)
    return document(written, setup)


@lru_cache(maxsize=4)
def _spec(json: str) -> ExamSpec:
    return ExamSpec.model_validate_json(json)
