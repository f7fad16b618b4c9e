"""The manifest of an output folder: JSON Lines, format 1.

The first line says how the sheets were made, each further line what one variant holds. The
givens are stored, not the seed alone: a library's random stream may change between releases,
a stored exam may not. ``manifest-1.schema.json`` beside this file describes both kinds of line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from worksheetgen import __version__
from worksheetgen.errors import OutputError
from worksheetgen.sheet import Item, Part, Sheet, Task
from worksheetgen.spec import ExamSpec
from worksheetgen.typeset.tex import EMBEDDED, Tex

FORMAT = 1
NAME = "manifest.jsonl"
SCHEMA = Path(__file__).with_name("manifest-1.schema.json")

Record = dict[str, Any]


@dataclass(frozen=True)
class File:
    """A finished file, by its path in the output folder."""

    path: str
    content: bytes


def header(spec: ExamSpec, seed: int, tex: Tex) -> Record:
    """The first line: what must be the same for the same bytes to come out."""
    return {
        "format": FORMAT,
        "worksheetgen": __version__,
        "seed": seed,
        "spec": spec.model_dump(mode="json", exclude_none=True),
        "tex": {"embedded": tex.name == EMBEDDED, "version": tex.version},
    }


def variant_record(sheet: Sheet, question: File, solution: File) -> Record:
    """The line of one variant."""
    return {
        "variant": sheet.variant,
        "tasks": [_task(task) for task in sheet.tasks],
        "files": {"question": _file(question), "solution": _file(solution)},
    }


def line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass(frozen=True)
class Manifest:
    """A manifest that was read back."""

    header: Record
    variants: tuple[Record, ...]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an output folder.

    Raises:
        OutputError: there is none, or a line is not what format 1 says.
    """
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror}; name a folder that 'worksheetgen generate' filled"
        ) from None
    except UnicodeDecodeError as error:
        raise OutputError(f"{path}: byte {error.start} is not UTF-8") from None
    first, *others = _records(path, text) or [{}]
    if first.get("format") != FORMAT:
        raise OutputError(
            f"{path}, line 1: format {first.get('format')!r} is not one that this release reads; "
            f"it reads {FORMAT}"
        )
    return Manifest(first, tuple(others))


def _records(path: Path, text: str) -> list[Record]:
    return list(_parsed(path, text))


def _parsed(path: Path, text: str) -> Iterator[Record]:
    for number, content in enumerate(text.splitlines(), start=1):
        try:
            record = json.loads(content)
        except ValueError as error:
            raise OutputError(f"{path}, line {number}: not JSON: {error}") from None
        if not isinstance(record, dict):
            raise OutputError(f"{path}, line {number}: expected an object")
        yield record


def _task(task: Task) -> Record:
    return {
        "number": task.number,
        "title": task.title,
        "points": task.points,
        "parts": [_part(part) for part in task.parts],
    }


def _part(part: Part) -> Record:
    return {
        "label": part.label,
        "problem": part.problem.name,
        "given": part.problem.record(),
        "items": [_item(item) for item in part.items],
    }


def _item(item: Item) -> Record:
    return {
        "label": item.label,
        "item": item.method.name,
        "points": item.points,
        "answer": item.method.record(item.answer),
    }


def _file(file: File) -> Record:
    return {"path": file.path, "sha256": sha256(file.content).hexdigest()}
