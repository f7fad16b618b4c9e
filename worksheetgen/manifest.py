"""The manifest of an output folder: JSON Lines, format 1.

The first line says how the sheets were made, each further line what one variant holds. The
givens are stored, not the seed alone: a library's random stream may change between releases,
a stored exam may not. The models of this file say what a line may be; the JSON Schema beside it
is made from them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from worksheetgen import __version__
from worksheetgen.errors import OutputError
from worksheetgen.sampling import Sampler
from worksheetgen.sheet import Sheet, part_label
from worksheetgen.spec import ExamSpec
from worksheetgen.student import FILE_NAME
from worksheetgen.typeset.tex import EMBEDDED, Tex

FORMAT = 1
NAME = "manifest.jsonl"
SCHEMA = Path(__file__).with_name("manifest-1.schema.json")

UNTOLD: Any = {"seed": True, "secret": True, "templates": True, "cover": {"logo"}}
"""What the header does not say of a spec: a secret, paths of a machine, what stands elsewhere."""

Record = dict[str, Any]

Scalar = (
    Annotated[int, Field(ge=-(10**9), le=10**9)]
    | Annotated[str, Field(pattern=r"^-?[0-9]{1,9}/[0-9]{1,9}$")]
)
Word = Annotated[str, Field(pattern=r"^[A-Za-z][a-z ]{0,30}$")]
Row = Annotated[list[Scalar | Word], Field(max_length=100)]
Matrix = Annotated[list[Row], Field(max_length=100)]
Value = Scalar | Word | Row | Matrix | Annotated[list[Matrix], Field(max_length=100)]
Points = Annotated[int, Field(ge=0)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Effort = Annotated[float, Field(ge=0)]
"""In the unit of :mod:`worksheetgen.effort`."""


class Line(BaseModel):
    """What stands in a manifest: exact types, no key beyond its own."""

    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class TexLine(Line):
    """The TeX that printed the sheets."""

    embedded: bool
    version: str


class ExpectedLine(Line):
    """What a part's settings let one expect of it, were its givens drawn by chance alone."""

    task: Annotated[int, Field(ge=1)]
    part: Annotated[str, Field(pattern="^[a-z]$")]
    effort: Effort
    """The typical effort, to which the variants are held."""
    smallest: Effort
    largest: Effort
    undiagnosable: Annotated[float, Field(ge=0, le=1)]
    """The share of draws in which a known mistake does not show."""
    varying: list[str]
    """The items whose answers no neighbours share."""
    alike: dict[str, list[list[str]]]
    """By item, answers in pairs, right or mistaken, that the settings cannot tell apart."""


class HeaderLine(Line):
    """The first line: what must be the same for the same bytes to come out."""

    format: Literal[1]
    worksheetgen: str
    """The release that made the sheets."""
    seed: Annotated[int, Field(ge=0)]
    spec: dict[str, Any]
    """The exam spec with its defaults filled in."""
    tex: TexLine
    inputs: dict[str, Digest]
    """The files of the instructor's own: templates by their paths, and ``cover.logo``."""
    marking_key: bool
    """Whether the solutions print it."""
    practice: str | None = None
    """The command that makes a practice sheet again; None: these are an exam's sheets."""
    exam_key: Digest | None = None
    """What personal sheets are keyed with, made of the spec's secret; None: they are not."""
    expected: list[ExpectedLine]


class KeyLine(Line):
    """A row of the marking key: what may be written instead of the answer."""

    label: Annotated[str, Field(pattern=r"^[ivx]+\.[A-Z]$")]
    happened: str
    written: Value | dict[str, str]
    points: Scalar | None
    """None: no points by rule."""


class ItemLine(Line):
    """An item with its answer."""

    label: Annotated[str, Field(pattern="^[ivx]+$")]
    item: str
    points: Points
    answer: Value | dict[str, str]
    effort: Effort
    key: Annotated[list[KeyLine], Field(max_length=26)]
    alike: list[list[str]]
    """Mistakes that cannot be told from one another, or from the right answer, in pairs."""


class PartLine(Line):
    """A part with every quantity that its question may print."""

    label: Annotated[str, Field(pattern="^[a-z]$")]
    problem: str
    given: dict[str, Value]
    items: Annotated[list[ItemLine], Field(min_length=1)]
    candidates: Annotated[int, Field(ge=1)]
    """How many givens were drawn until these were fit."""
    rejected: dict[str, Annotated[int, Field(ge=1)]]
    """How many of them broke each constraint."""


class TaskLine(Line):
    """A task with its total."""

    number: Annotated[int, Field(ge=1)]
    title: str
    points: Points
    parts: Annotated[list[PartLine], Field(min_length=1)]


class FileLine(Line):
    """A file by its path in the folder."""

    path: Annotated[str, Field(pattern=rf"^(questions|solutions)/{FILE_NAME}\.pdf$")]
    sha256: Digest


class FilesLine(Line):
    """The files of a variant."""

    question: FileLine
    solution: FileLine


class PersonLine(Line):
    """Whose variant it is."""

    id: str
    name: str
    printed: str
    """The name in letters that the embedded fonts have."""
    group: str
    code: Annotated[str, Field(pattern="^[0-9A-Z]+$")]
    """What stands on every page instead of the variant's number."""


class VariantLine(Line):
    """Each further line: a variant."""

    variant: Annotated[str, Field(pattern="^[0-9]{3,6}$")]
    person: PersonLine | None = None
    tasks: Annotated[list[TaskLine], Field(min_length=1)]
    files: FilesLine


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
    expected: list[Record],
    printed: Record,
) -> Record:
    """The first line; ``printed`` says what else decides what stands on the pages."""
    return {
        "format": FORMAT,
        "worksheetgen": __version__,
        "seed": seed,
        "spec": spec.model_dump(mode="json", exclude_none=True, exclude=UNTOLD),
        "tex": {"embedded": tex.name == EMBEDDED, "version": tex.version},
        "inputs": inputs,
        **printed,
        "expected": expected,
    }


def expectation(task: int, part: int, sampler: Sampler) -> Record:
    """What the header says of a part, by its task's number and its own position."""
    yardstick = sampler.yardstick
    if yardstick is None:
        raise sampler.hopeless(task, part)
    return {
        "task": task,
        "part": part_label(part),
        "effort": yardstick.effort,
        "smallest": yardstick.smallest,
        "largest": yardstick.largest,
        "undiagnosable": sampler.expected.undiagnosable,
        "varying": sampler.expected.varying,
        "alike": {item: [list(pair) for pair in pairs] for item, pairs in yardstick.alike.items()},
    }


def variant_record(sheet: Sheet, question: File, solution: File) -> Record:
    """The line of one variant."""
    return unfiled_record(sheet) | {
        "files": {"question": _file(question), "solution": _file(solution)},
    }


def unfiled_record(sheet: Sheet) -> Record:
    """The same without its files."""
    person = {"person": sheet.person.record()} if sheet.person else {}
    return {"variant": sheet.variant, **person, "tasks": [task.record() for task in sheet.tasks]}


def line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def json_schema() -> Record:
    """The schema that ships: a line is a header or a variant."""
    schema = TypeAdapter(HeaderLine | VariantLine).json_schema()
    title = {"title": "A line of a worksheetgen manifest, format 1"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | title | schema


def read_header(folder: Path) -> Record:
    """The first line of the manifest of an output folder.

    Raises:
        OutputError: there is none, or it is not what format 1 says.
    """
    return next(_read(folder, torn=False), None) or _parsed(folder / NAME, 1, "")


def read_variants(folder: Path, *, torn: bool = False) -> Iterator[Record]:
    """The variants of a manifest, one after another.

    Args:
        folder: the output folder.
        torn: whether a last line that a stopped run left unfinished is passed over.

    Raises:
        OutputError: there is no manifest, or a line is not what format 1 says.
    """
    return islice(_read(folder, torn=torn), 1, None)


def _read(folder: Path, *, torn: bool) -> Iterator[Record]:
    path = folder / NAME
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, content in enumerate(lines, start=1):
                if torn and not content.endswith("\n"):
                    return
                yield _parsed(path, number, content)
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror}; name a folder that 'worksheetgen generate' filled"
        ) from None
    except UnicodeDecodeError as error:
        raise OutputError(f"{path}: byte {error.start} is not UTF-8") from None


def _parsed(path: Path, number: int, content: str) -> Record:
    model = HeaderLine if number == 1 else VariantLine
    try:
        record: Record = json.loads(content)
        model.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise OutputError(
            f"{path}, line {number}: not format {FORMAT}: {where}: {first['msg']}"
        ) from None
    except (RecursionError, ValueError) as error:
        raise OutputError(f"{path}, line {number}: not JSON: {error}") from None
    return record


def _file(file: File) -> Record:
    return {"path": file.path, "sha256": sha256(file.content).hexdigest()}
