"""The manifest of an output folder: JSON Lines, format 1.

The first line says how the sheets were made, each further line what one variant holds. The
givens are stored, not the seed alone: a library's random stream may change between releases,
a stored exam may not. The records of this file say what a line may be, the JSON Schema beside it
is made from them, and what is read from finished pages comes in the same records.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from worksheetgen.engine.exact import exact
from worksheetgen.errors import OutputError
from worksheetgen.variants.worth import with_void

FORMAT = 1
NAME = "manifest.jsonl"
LOCK = ".worksheetgen.lock"
"""The file by which a run keeps others out of its folder."""
DUE = ".worksheetgen.due"
"""What a run that adds sheets has still to make, should it be stopped."""
PRINT, LAYOUT, TEMPLATE = "print.pdf", "layout.json", "template.pdf"
"""Files of an output folder that are made of the finished ones."""


def scaled_name(name: str, scale: float) -> str:
    """What a file for a scanner is named, for sheets of a scale.

    >>> scaled_name(LAYOUT, 0), scaled_name(TEMPLATE, 1.4)
    ('layout.json', 'template-1.4.pdf')
    """
    stem, end = name.split(".")
    return f"{stem}-{scale:g}.{end}" if scale else name


RIGHT_ROW, VOID_ROW = "right", "void: counts for nobody"
"""What happened in the first row of a key."""
OWN = "text"
"""What stands for the problem type of a part in the examiner's own words."""
PRINTED, PILES = "print", "piles.csv"
"""The folder of files to print, if there are several, and what they are."""
ANSWERS = ("answers.csv", "answers.xlsx")
"""All answers as tables."""
FILE_NAME = "[A-Za-z0-9~]([A-Za-z0-9._@+~-]{0,250}[A-Za-z0-9_@+~-])?"
"""What a sheet's files may be named, on any system."""
LONGEST_LINE = 5_000_000
"""Letters of a line at most."""

Scalar = (
    Annotated[int, Field(ge=-(10**9), le=10**9)]
    | Annotated[str, Field(pattern=r"^-?[0-9]{1,9}/[0-9]{1,9}$")]
)
Word = Annotated[str, Field(pattern=r"^([A-Za-z][a-z0-9 ]{0,30}|[-+?0])$")]
Row = Annotated[list[Scalar | Word], Field(max_length=100)]
Matrix = Annotated[list[Row], Field(max_length=100)]
Value = Scalar | Word | Row | Matrix | Annotated[list[Matrix], Field(max_length=100)]
Answer = Value | dict[str, Value]
Given = dict[str, Any]
"""Quantities by name, each a :data:`Value`."""
Points = Annotated[int, Field(ge=0)] | Annotated[str, Field(pattern=r"^[0-9]{1,4}/[24]$")]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Effort = Annotated[float, Field(ge=0)]
"""In the unit of :mod:`worksheetgen.problems.effort`."""
Alike = list[tuple[str, str]]
"""Answers, right or mistaken, that cannot be told apart, in pairs."""

Kind = Literal["question", "solution"]
Record = TypeVar("Record")
_exactly = with_config(ConfigDict(strict=True, extra="forbid"))
"""What stands in a manifest: exact types, no key beyond its own."""


@_exactly
@dataclass(frozen=True)
class TexRecord:
    """The TeX that printed the sheets."""

    embedded: bool
    version: str


@_exactly
@dataclass(frozen=True)
class ExpectedRecord:
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
    alike: dict[str, Alike]
    """By item, answers that the settings cannot tell apart."""


@_exactly
@dataclass(frozen=True, kw_only=True)
class HeaderRecord:
    """The first line: what must be the same for the same bytes to come out."""

    format: Literal[1]
    worksheetgen: str
    """The release that made the sheets."""
    seed: Annotated[int, Field(ge=0)]
    spec: dict[str, Any]
    """The exam spec with its defaults filled in."""
    tex: TexRecord
    inputs: dict[str, Digest]
    """The files of the instructor's own: templates by their paths, pictures by their marks."""
    marking_key: bool
    """Whether the solutions print it."""
    practice: str | None = None
    """The command that makes a practice sheet again; None: these are an exam's sheets."""
    exam_key: Digest | None = None
    """What personal sheets are keyed with, made of the spec's secret; None: they are not."""
    expected: list[ExpectedRecord]


@_exactly
@dataclass(frozen=True)
class KeyRecord:
    """A row of the marking key: what may be written instead of the answer."""

    label: Annotated[str, Field(pattern=r"^[ivx]+\.[A-Z]$")]
    happened: str
    written: Answer
    points: Scalar | None
    """None: no points by rule."""


@_exactly
@dataclass(frozen=True)
class ItemRecord:
    """An item with its answer."""

    label: Annotated[str, Field(pattern="^[ivx]+$")]
    item: str
    points: Points
    answer: Answer
    effort: Effort
    key: Annotated[list[KeyRecord], Field(max_length=26)]
    alike: Alike
    bonus: bool = False
    """Whether its points count beyond the total."""
    void: bool = False
    """Whether they count for nobody, since the exam was written."""

    @property
    def full_key(self) -> list[KeyRecord]:
        """The key with the right answer on top; where it is void, no row earns points."""
        happened = VOID_ROW if self.void else RIGHT_ROW
        rows = [KeyRecord(f"{self.label}.", happened, self.answer, self.points), *self.key]
        return [replace(row, points=0) for row in rows] if self.void else rows


@_exactly
@dataclass(frozen=True)
class PartRecord:
    """A part with every quantity that its question may print."""

    label: Annotated[str, Field(pattern="^[a-z]$")]
    problem: str
    given: dict[str, Value]
    items: Annotated[list[ItemRecord], Field(min_length=1)]
    candidates: Annotated[int, Field(ge=1)]
    """How many givens were drawn until these were fit."""
    rejected: dict[str, Annotated[int, Field(ge=1)]]
    """How many of them broke each constraint."""


@_exactly
@dataclass(frozen=True)
class TaskRecord:
    """A task with its total."""

    number: Annotated[int, Field(ge=1)]
    title: str
    points: Points
    """Those of its items, void ones as well, as the question says."""
    parts: Annotated[list[PartRecord], Field(min_length=1)]
    bonus: Points = 0
    """What counts beyond the points."""

    @property
    def counted(self) -> "TaskRecord":
        """The same with the totals of what is not void."""
        items = [item for part in self.parts for item in part.items if not item.void]
        points, bonus = (
            exact(
                sum((Fraction(item.points) for item in items if item.bonus == beyond), Fraction(0))
            )
            for beyond in (False, True)
        )
        return replace(self, points=points, bonus=bonus)


@_exactly
@dataclass(frozen=True)
class FileRecord:
    """A file by its path in the folder."""

    path: Annotated[str, Field(pattern=rf"^(questions|solutions)/{FILE_NAME}\.pdf$")]
    sha256: Digest


@_exactly
@dataclass(frozen=True)
class PersonRecord:
    """Whose variant it is; a spare sheet has neither name nor number yet."""

    id: str
    name: str
    printed: str
    """The name as it is written, or in Latin letters if there were no fonts for it."""
    group: str
    code: Annotated[str, Field(pattern="^[0-9A-Z]+$")]
    """What stands on every page instead of the variant's number."""
    facts: dict[str, str] = field(default_factory=dict)
    """What else the question sheet says: room, seat, group, and columns of the roster by head."""
    version: Annotated[str, Field(pattern="^[A-Z]?$")] = ""
    """The variant that several have; empty: it is this person's alone."""
    scale: Annotated[float, Field(ge=0, le=2)] = 0.0
    """How much larger the question sheet is printed; 0: as the exam says."""

    @property
    def is_spare(self) -> bool:
        """Whether it is nobody's yet: there are lines for a name and a number."""
        return not self.printed


@_exactly
@dataclass(frozen=True, kw_only=True)
class VariantRecord:
    """Each further line: a variant."""

    variant: Annotated[str, Field(pattern="^[0-9]{3,6}$")]
    person: PersonRecord | None = None
    tasks: Annotated[list[TaskRecord], Field(min_length=1)]
    files: Annotated[dict[Kind, FileRecord], Field(min_length=2)]

    @property
    def code(self) -> str:
        """What its pages say which variant they are."""
        return self.person.code if self.person else self.variant

    @property
    def solution_code(self) -> str:
        """What its solution says: the version, if it is of one."""
        return (self.person and self.person.version) or self.code

    def as_asked(self) -> "VariantRecord":
        """The same as its question sheet says it, on which nothing is void."""
        return self.with_void(())

    def as_solved(self) -> "VariantRecord":
        """The same as its solution says it, whose totals are without what is void."""
        return replace(self, tasks=[task.counted for task in self.tasks])

    def with_void(self, void: Collection[str]) -> "VariantRecord":
        """The same with those of its items void that are named, such as ``3.a.ii``."""
        tasks = [
            replace(task, parts=[with_void(part, task.number, void) for part in task.parts])
            for task in self.tasks
        ]
        return replace(self, tasks=tasks)

    @property
    def void(self) -> set[str]:
        """Its items that count for nobody."""
        return {
            f"{task.number}.{part.label}.{item.label}"
            for task in self.tasks
            for part in task.parts
            for item in part.items
            if item.void
        }

    def parts(self) -> Iterator[tuple[str, PartRecord]]:
        """Each drawn part with its place, such as ``001, task 3, (a)``."""
        return ((place, part) for place, part in self._parts() if part.problem != OWN)

    def own_parts(self) -> Iterator[tuple[str, PartRecord]]:
        """Each part in the examiner's own words, with its place."""
        return ((place, part) for place, part in self._parts() if part.problem == OWN)

    def _parts(self) -> Iterator[tuple[str, PartRecord]]:
        for task in self.tasks:
            for part in task.parts:
                yield f"{self.variant}, {place_of(task.number, part.label)}", part

    def items(self) -> Iterator[tuple[str, PartRecord, ItemRecord]]:
        """Each item with its place, such as ``001, task 3, (a), i. forward``, and its part."""
        for place, part in self.parts():
            for item in part.items:
                yield f"{place}, {item.label}. {item.item}", part, item


def place_of(task: int, part: str) -> str:
    """How a part is named, whatever the variant.

    >>> place_of(3, "a")
    'task 3, (a)'
    """
    return f"task {task}, ({part})"


def line(record: HeaderRecord | VariantRecord) -> str:
    """A record as it stands in the manifest."""
    return json.dumps(record, default=_fields, ensure_ascii=False, separators=(",", ":")) + "\n"


def _fields(record: Any) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(record).items()
        if value or name not in ("person", "bonus", "void")
    }


def read_header(folder: Path) -> HeaderRecord:
    """The first line of the manifest of an output folder.

    Raises:
        OutputError: there is none, or it is not what format 1 says.
    """
    first = next(_lines(folder, torn=False), "")
    return _parsed(folder / NAME, 1, first, HeaderRecord)


def read_variants(folder: Path, *, torn: bool = False) -> Iterator[VariantRecord]:
    """The variants of a manifest, one after another.

    Args:
        folder: the output folder.
        torn: whether a last line that a stopped run left unfinished is passed over.

    Raises:
        OutputError: there is no manifest, or a line is not what format 1 says.
    """
    for number, content in enumerate(islice(_lines(folder, torn=torn), 1, None), start=2):
        yield _parsed(folder / NAME, number, content, VariantRecord)


def _lines(folder: Path, *, torn: bool) -> Iterator[str]:
    path = folder / NAME
    try:
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: not a file")
        with path.open(encoding="utf-8", newline="\n") as lines:
            while content := lines.readline(LONGEST_LINE + 1):
                if len(content) > LONGEST_LINE:
                    raise OutputError(f"{path}: a line of more than {LONGEST_LINE:,} letters")
                if torn and not content.endswith("\n"):
                    return
                yield content
    except OSError as error:
        raise OutputError(
            f"{path}: {error.strerror}; name a folder that 'worksheetgen generate' filled"
        ) from None
    except UnicodeDecodeError as error:
        raise OutputError(f"{path}: byte {error.start} is not UTF-8") from None


_reader: Any = cache(TypeAdapter)


def _parsed(path: Path, number: int, content: str, kind: type[Record]) -> Record:
    try:
        json.loads(content, object_pairs_hook=_each_once)
        record: Record = _reader(kind).validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        told = f"{path}, line {number}: "
        if first["type"] == "json_invalid":
            raise OutputError(f"{told}not JSON: {first['ctx']['error']}") from None
        where = ".".join(str(step) for step in first["loc"])
        raise OutputError(f"{told}not format {FORMAT}: {where}: {first['msg']}") from None
    except (RecursionError, ValueError) as error:
        raise OutputError(f"{path}, line {number}: not JSON: {error}") from None
    return record


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table whose keys differ: of two that do not, readers take one or the other."""
    table = dict(pairs)
    if len(table) != len(pairs):
        twice = next(key for key, _ in pairs if [k for k, _ in pairs].count(key) > 1)
        raise ValueError(f"the key {twice[:40]!r} stands twice")
    return table
