"""Prove an output folder, its variants side by side on all cores."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from worksheetgen.errors import OutputError
from worksheetgen.manifest import NAME, Manifest, Record, read_manifest
from worksheetgen.spec import ExamSpec
from worksheetgen.verify.exam import Exam
from worksheetgen.verify.prove import Look, prove, side_by_side
from worksheetgen.verify.report import Report
from worksheetgen.verify.specified import specified
from worksheetgen.verify.terms import Terms


def verify_folder(folder: Path, done: Callable[[int, int], None] = lambda *_: None) -> Report:
    """Check every variant that the folder's manifest names; ``done`` hears of progress.

    Raises:
        OutputError: the manifest is missing or unreadable, or names no variant.
    """
    manifest = read_manifest(folder)
    if not manifest.variants:
        raise OutputError(f"{folder}: the manifest names no variant; there is nothing to check")
    try:
        spec = ExamSpec.model_validate(manifest.header["spec"])
    except ValidationError as error:
        raise OutputError(f"{folder / NAME}, line 1: spec: {error.errors()[0]['msg']}") from None
    report = Report()
    sound = [
        variant
        for position, variant in enumerate(manifest.variants)
        if specified(spec, position, variant, report)
    ]
    terms = Terms.of(manifest.header, spec, sound[0] if sound else None)
    found = side_by_side(partial(_verify_variant, folder, terms), sound)
    exam = Exam(terms)
    for number, (variant, (own, look)) in enumerate(zip(sound, found, strict=True), start=1):
        report.add(own)
        exam.compare(variant, look, report)
        done(number, len(sound))
    _nothing_else(folder, spec, manifest, report)
    return report


def _nothing_else(folder: Path, spec: ExamSpec, manifest: Manifest, report: Report) -> None:
    """All variants that the spec promises are there, and nothing beside their files."""
    report.compare("files", "variants", spec.variants, len(manifest.variants))
    for kind in ("question", "solution"):
        named = sorted(variant["files"][kind]["path"] for variant in manifest.variants)
        inside = (folder / f"{kind}s").rglob("*")
        there = sorted(path.relative_to(folder).as_posix() for path in inside)
        report.compare("files", f"{kind}s", named, there)


def _verify_variant(folder: Path, terms: Terms, variant: Record) -> tuple[Report, Look | None]:
    report = Report()
    contents = {}
    for kind, file in variant["files"].items():
        path = folder / file["path"]
        contents[kind] = path.read_bytes() if path.is_file() else b""
        digest = sha256(contents[kind]).hexdigest() if contents[kind] else "missing"
        place = f"{variant['variant']}, {kind} {file['path']}"
        report.compare("files", place, file["sha256"], digest)
    if not all(contents.values()):
        return report, None
    found, look = prove(variant, contents["question"], contents["solution"], terms)
    report.add(found)
    return report, look
