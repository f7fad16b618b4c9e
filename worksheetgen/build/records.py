"""What the manifest keeps of a run: its first line, and a line per variant."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from worksheetgen import __version__
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.tex import EMBEDDED, Tex
from worksheetgen.variants.manifest import (
    ExpectedRecord,
    FileRecord,
    HeaderRecord,
    Kind,
    TexRecord,
    VariantRecord,
)
from worksheetgen.variants.sheet import Sheet

UNTOLD: Any = {"seed": True, "secret": True, "templates": True, "cover": {"logo"}}
"""What the header does not say of a spec: a secret, paths of a machine, what stands elsewhere."""


@dataclass(frozen=True)
class File:
    """A finished file, by its path in the output folder."""

    path: str
    content: bytes


def header(
    spec: ExamSpec,
    seed: int,
    tex: Tex,
    inputs: dict[str, str],
    expected: list[ExpectedRecord],
    **printed: Any,
) -> HeaderRecord:
    """The first line; ``printed`` says what else decides what stands on the pages."""
    return HeaderRecord(
        format=1,
        worksheetgen=__version__,
        seed=seed,
        spec=spec.model_dump(mode="json", exclude_none=True, exclude=UNTOLD),
        tex=TexRecord(tex.name == EMBEDDED, tex.version),
        inputs=inputs,
        expected=expected,
        **printed,
    )


def variant_record(sheet: Sheet, question: File, solution: File) -> VariantRecord:
    """The line of one variant."""
    files: dict[Kind, FileRecord] = {"question": _file(question), "solution": _file(solution)}
    return replace(unfiled_record(sheet), files=files)


def unfiled_record(sheet: Sheet) -> VariantRecord:
    """The same without its files."""
    return VariantRecord(
        variant=sheet.variant,
        person=sheet.person.record() if sheet.person else None,
        tasks=[task.record() for task in sheet.tasks],
        files={},
    )


def _file(file: File) -> FileRecord:
    return FileRecord(file.path, sha256(file.content).hexdigest())
