"""From a file, or a name, to an exam spec; what is wrong is told with its place and the way out."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from worksheetgen.errors import InputError, OutputError, suggest
from worksheetgen.exam.proportion import points_by_effort
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems import problem_type, problem_types
from worksheetgen.typeset.resources import shipped_exams
from worksheetgen.variants.manifest import NAME, read_header

LARGEST = 2_000_000
"""Bytes of a spec at most."""
OPTIONS = {
    "variants": "-n",
    "seed": "--seed",
    "paper": "--paper",
    "top_margin": "--top-margin",
    "versions": "--versions",
    "scale": "--scale",
}
"""How the command line names the keys that it overrides."""


def exam_of(
    problem: str, *, difficulty: str = "medium", items: Sequence[str] | None = None
) -> ExamSpec:
    """An exam of one part, with all items of a problem type if none are named.

    Raises:
        InputError: there is no such type, difficulty or item.
    """
    try:
        asked = items or list(problem_type(problem).items)
    except KeyError:
        raise InputError(
            f"no problem type {problem!r}{suggest(problem, problem_types())}"
        ) from None
    part = {"problem": problem, "difficulty": difficulty, "items": asked}
    task = {"number": 1, "title": problem, "part": [part]}
    try:
        return ExamSpec.model_validate({"title": problem, "task": [task]})
    except ValidationError as error:
        raise InputError(f"{problem}{_message(error.errors()[0])}") from None


def recorded_exam(folder: Path) -> ExamSpec:
    """What the manifest of a folder says its exam is, without the seed that was drawn.

    Raises:
        OutputError: there is no manifest, or it tells no exam.
    """
    try:
        return ExamSpec.model_validate(read_header(folder).spec)
    except ValidationError as error:
        raise OutputError(f"{folder / NAME}, line 1: spec{_message(error.errors()[0])}") from None


def find_exam(exam: str) -> Path:
    """The spec that ``exam`` names: a shipped exam, or else a file."""
    shipped = shipped_exams()
    path = Path(exam)
    if exam in shipped:
        return shipped[exam]
    try:
        if path.suffix == ".toml" or path.exists():
            return path
    except OSError as error:
        raise InputError(f"{exam}: {error.strerror}") from None
    raise InputError(
        f"no shipped exam {exam!r}{suggest(exam, shipped)}; a file's name ends in .toml"
    )


def load_spec(path: Path, **overrides: Any) -> ExamSpec:
    """Read and validate a spec; an override that is not None replaces the key of its name.

    Raises:
        InputError: the file cannot be read, is not TOML, or says what it must not.
    """
    table = _table(path)
    table |= {key: value for key, value in overrides.items() if value is not None}
    _find_beside(path, table, "templates")
    _find_beside(path, table.get("cover"), "logo")
    for part in _tables(_tables([table], "task"), "part"):
        for pictured in (part, *_tables([part], "question")):
            _find_beside(path, pictured, "picture")
    spec = _validated(path, table, overrides)
    if proposed := points_by_effort(spec):
        for (t, p), points in proposed.items():
            part = table["task"][t]["part"][p]
            part["points"] = points
            del part["total"]
        spec = _validated(path, table, overrides)
    return spec


def _table(path: Path) -> dict[str, Any]:
    """What a file says, as TOML."""
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: not a file")
        if path.exists() and path.stat().st_size > LARGEST:
            raise InputError(f"{path}: more than {LARGEST:,} bytes; is it a spec?")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"{path}: {error.strerror}; 'worksheetgen new exam.toml' writes a spec to edit"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not TOML: {error}") from None
    except (RecursionError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None


def _validated(path: Path, table: Mapping[str, Any], overrides: Mapping[str, Any]) -> ExamSpec:
    try:
        return ExamSpec.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        option = OPTIONS.get(str(first["loc"][0])) if first["loc"] else None
        where = option if option and overrides.get(str(first["loc"][0])) is not None else path
        raise InputError(f"{where}{_message(first)}") from None


def _tables(tables: Iterable[Any], key: str) -> list[Any]:
    """The tables of a key in other tables, as far as there are any."""
    lists = (table.get(key) for table in tables if isinstance(table, dict))
    return [each for found in lists if isinstance(found, list) for each in found]


def _find_beside(spec: Path, table: Any, key: str) -> None:
    """Take a path of a spec from the spec's own folder on."""
    if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
        table[key] = str(spec.parent / table[key])


def _message(error: ErrorDetails) -> str:
    """What is wrong where, as ``, task 1, part 2, sample.values: …, got …``."""
    where = ""
    keys: list[str] = []
    for step in error["loc"]:
        if isinstance(step, int) and keys and keys[-1] in ("task", "part", "question"):
            where += f", {keys.pop()} {step + 1}"
        elif isinstance(step, int):
            keys.append(f"entry {step + 1}")
        elif not step.endswith("]"):
            keys.append(step)
    place = where + (f", {'.'.join(keys)}" if keys else "")
    said = _EXPECTED.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    message = said.format(**error.get("ctx", {})) if error["type"] == "too_short" else said
    return f"{place}: {message[0].lower()}{message[1:]}{_found(error)}"


_EXPECTED = {
    "tuple_type": "expected a list",
    "model_type": "expected a table",
    "string_type": "expected a text",
    "string_too_short": "expected a letter at least",
    "bool_type": "expected true or false",
    "dict_type": "expected a table",
    "too_short": "expected at least {min_length} in the list",
    "too_long": "too many entries",
    "model_attributes_type": "expected a table",
    "missing": "missing",
}
"""Own words where the validator speaks of Python."""


_PLAIN = ("missing", "unknown_key", "unknown_problem", "value_error")
"""Errors that need not show what was found."""


def _found(error: ErrorDetails) -> str:
    value = error["input"]
    if error["type"] in _PLAIN or isinstance(value, dict):
        return ""
    shown = repr(value)
    return f", got {shorten(shown, 60, placeholder='...') or shown[:60]}"
