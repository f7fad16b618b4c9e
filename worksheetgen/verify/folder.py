"""Prove an output folder: all of its checks, in order."""

from hashlib import sha256
from pathlib import Path

from worksheetgen.errors import OutputError
from worksheetgen.manifest import Manifest, Record, read_manifest
from worksheetgen.verify.recompute import recompute
from worksheetgen.verify.report import Report


def verify_folder(folder: Path) -> Report:
    """Check every variant that the folder's manifest names.

    Raises:
        OutputError: the manifest is missing or unreadable, or names no variant.
    """
    manifest = read_manifest(folder)
    if not manifest.variants:
        raise OutputError(f"{folder}: the manifest names no variant; there is nothing to check")
    report = Report()
    _check_complete(manifest, report)
    for number, variant in enumerate(manifest.variants, start=2):
        try:
            recompute(variant, report)
            _check_files(folder, variant, report)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise OutputError(
                f"{folder / 'manifest.jsonl'}, line {number}: not a variant of format 1 "
                f"({type(error).__name__}: {error})"
            ) from None
    return report


def _check_complete(manifest: Manifest, report: Report) -> None:
    planned = manifest.header["spec"]["variants"]
    report.compare("files", "variants", planned, len(manifest.variants))


def _check_files(folder: Path, variant: Record, report: Report) -> None:
    for kind, file in variant["files"].items():
        path = folder / file["path"]
        digest = sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        place = f"{variant['variant']}, {kind} {file['path']}"
        report.compare("files", place, file["sha256"], digest)
