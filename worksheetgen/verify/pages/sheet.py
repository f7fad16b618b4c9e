"""From the marks on a sheet's pages to a record such as the manifest keeps, as it is printed."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from typing import Any

from worksheetgen.typeset.language import Vocabulary
from worksheetgen.variants.manifest import (
    Given,
    ItemRecord,
    KeyRecord,
    PartRecord,
    TaskRecord,
    VariantRecord,
)
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.page import Glyph, Page
from worksheetgen.verify.pages.quantities import (
    Glyphs,
    Reader,
    UnreadableError,
    halves,
    number,
    text,
    written,
)
from worksheetgen.verify.pages.words import letters, unmarked
from worksheetgen.verify.references import NOTHING, every_reference, reference_of
from worksheetgen.verify.solver import Solver

SPACE = "space"
"""The name of the mark around the frame of an answer space."""
COMMAND = "practice.command"
SHORT = "short"
"""The name of the mark around a short answer of a practice sheet."""
KEY = re.compile(r"row\d+(points)?")
"""The names of the marks in a row of the marking key."""


COVER = re.compile(
    "institution|course|examiner|date|duration|aids|instructions|logo|total|(task|points)[0-9]+"
)
"""The names of the marks of a cover page."""


@dataclass
class Marks:
    """The quantities of a task, part or item, and what is inside it, by label."""

    kind: str = ""
    """The problem type of a part, the name of an item."""
    own: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    inner: "dict[str, Marks]" = field(default_factory=lambda: defaultdict(Marks))

    def read(self, name: str, reader: Reader) -> Any:
        """A quantity's value; what cannot be read is a text that says why, equal to no value."""
        try:
            return reader(self.own[name])
        except UnreadableError as error:
            return f"unreadable: {error}"


@dataclass(frozen=True)
class ReadSheet:
    """What a sheet says, in the manifest's records as far as these have a place for it."""

    variant: VariantRecord
    title: str
    cover: dict[str, str]
    """What the cover says in words of the instructor's, by mark."""
    commands: list[str]
    """What stands at the feet of a practice sheet."""
    person: dict[str, str]
    solved: dict[str, Given]
    """By item, its answer and what its solution repeats on the way."""
    short: dict[str, Any]
    """By item, the short answer of a practice sheet."""
    spaces: dict[str, list[tuple[int, Box]]]
    """By item, the page (from 1) and the outline of each piece of its answer space."""
    unknown: list[str]
    """Marks that no sheet of ours has."""

    @property
    def is_solution(self) -> bool:
        return bool(self.solved)


def read_sheet(pages: list[Page], words: Vocabulary) -> ReadSheet:
    """Read every marked quantity of a sheet that says its values in these words.

    Raises:
        OutputError: a part's problem type is unknown.
    """
    glyphs: dict[str, list[Any]] = defaultdict(list)
    lines: dict[str, list[tuple[int, Box]]] = defaultdict(list)
    for page_number, page in enumerate(pages, start=1):
        for name, found in page.glyphs.items():
            glyphs[name] += _in_english(found, words)
        for name, boxes in page.lines.items():
            if name.endswith(f".{SPACE}"):
                lines[name.removesuffix(f".{SPACE}")] += [(page_number, _around(boxes))]
    variants = {_variant(page.glyphs["sheet.variant"]) for page in pages}
    titles = {_variant(page.glyphs["sheet.title"]) for page in pages}
    marks = _nested(glyphs)
    variant = VariantRecord(
        variant=" and ".join(sorted(variants)),
        tasks=[_task(task) for task in marks.inner.values()],
        files={},
    )
    names = {*glyphs, *(name for page in pages for name in page.lines if name)}
    return ReadSheet(
        variant,
        letters(" and ".join(sorted(titles))),
        cover={name: letters(said) for name, said in _texts(pages, "cover.") if letters(said)},
        commands=sorted({said for name, said in _texts(pages, "practice.") if name == "command"}),
        person={name: unmarked(said) for name, said in _texts(pages, "person.")},
        solved=_of_items(variant, marks, _solved),
        short=_of_items(variant, marks, _short),
        spaces=dict(lines),
        unknown=sorted(name for name in names if not _known(name)),
    )


def _texts(pages: list[Page], prefix: str) -> Iterator[tuple[str, str]]:
    """What stands in marks whose names begin so, without that beginning."""
    for page in pages:
        for name, said in page.texts.items():
            if name.startswith(prefix):
                yield name.removeprefix(prefix), said


def _in_english(glyphs: list[Glyph], words: Vocabulary) -> list[Glyph]:
    """Printed words of another language as if the English ones stood in their place."""
    printed = "".join(glyph.character for glyph in glyphs)
    english = words.read(printed)
    if english == printed:
        return glyphs
    left, bottom, right, top = _around([glyph.box for glyph in glyphs])
    width = (right - left) / len(english)
    return [
        Glyph(character, Box(left + n * width, bottom, left + (n + 1) * width, top))
        for n, character in enumerate(english)
    ]


def _known(name: str) -> bool:
    match name.split("."):
        case ["sheet", key]:
            return key in ("variant", "title", "page", "pages", "rule", "qr")
        case ["practice", key]:
            return key in ("command", "hint")
        case ["person", key]:
            return key in ("name", "id")
        case ["cover", key]:
            return COVER.fullmatch(key) is not None
        case [_, key]:
            return key in ("number", "title", "total")
        case [_, _, problem, key]:
            return key in reference_of(problem).PART_GIVENS
        case [_, _, _, item, key]:
            return (
                key in ("points", SPACE, SHORT)
                or KEY.fullmatch(key) is not None
                or any(
                    key in table.get(item, {})
                    for solver in every_reference()
                    for table in (solver.ITEM_GIVENS, solver.ANSWERS, solver.STEPS)
                )
            )
    return False


def _variant(glyphs: Glyphs) -> str:
    try:
        return text(glyphs)
    except UnreadableError as error:
        return f"unreadable: {error}"


def _nested(glyphs: dict[str, list[Any]]) -> Marks:
    """Sort quantities by TASK.NAME, TASK.PART.PROBLEM.NAME and TASK.PART.ITEM.ITEM-NAME.NAME."""
    sheet = Marks()
    for name, found in glyphs.items():
        match name.split("."):
            case ["sheet", _]:
                continue
            case [task, key]:
                owner = sheet.inner[task]
            case [task, part, problem, key]:
                owner = sheet.inner[task].inner[part]
                owner.kind = problem
            case [task, part, label, item, key]:
                owner = sheet.inner[task].inner[part].inner[label]
                owner.kind = item
            case _:
                continue
        owner.own[key] += found
    return sheet


def _task(marks: Marks) -> TaskRecord:
    points = marks.read("total", number)
    each = any(
        "points" in item.own for part in marks.inner.values() for item in part.inner.values()
    )
    parts = [_part(label, part) for label, part in marks.inner.items()]
    if not each and [len(part.items) for part in parts] == [1]:
        (item,) = parts[0].items  # an exercise says what it is worth once
        parts = [replace(parts[0], items=[replace(item, points=points)])]
    return TaskRecord(marks.read("number", number), marks.read("title", text), points, parts)


def _part(label: str, marks: Marks) -> PartRecord:
    solver = reference_of(marks.kind)
    given = dict(solver.UNPRINTED)
    for name, reader in solver.PART_GIVENS.items():
        if name in marks.own or name not in given:
            given[name] = marks.read(name, reader)
    for item in marks.inner.values():
        for name, reader in solver.ITEM_GIVENS.get(item.kind, {}).items():
            value = item.read(name, reader)
            if given.setdefault(name, value) != value:
                given[name] = f"unreadable: {given[name]} here and {value} there"
    items = [_item(inner, item) for inner, item in marks.inner.items()]
    return PartRecord(label, marks.kind, given, items, candidates=0, rejected={})


def _item(label: str, marks: Marks) -> ItemRecord:
    key = [
        KeyRecord("", "", marks.read(f"row{n}", written), marks.read(f"row{n}points", halves))
        for n in takewhile(lambda n: f"row{n}" in marks.own, count())
    ]
    points = marks.read("points", number)
    return ItemRecord(label, marks.kind, points, NOTHING, effort=0.0, key=key, alike=[])


def _of_items(
    variant: VariantRecord, marks: Marks, read: Callable[[Marks, Solver], Any]
) -> dict[str, Any]:
    """What is read of each item's marks, by the item's place, where there is something."""
    inner = (
        (item, reference_of(part.kind))
        for task in marks.inner.values()
        for part in task.inner.values()
        for item in part.inner.values()
    )
    found = {
        place: read(item, solver)
        for (place, _, _), (item, solver) in zip(variant.items(), inner, strict=True)
    }
    return {place: value for place, value in found.items() if value is not None}


def _solved(marks: Marks, solver: Solver) -> Given | None:
    readers = solver.ANSWERS.get(marks.kind, {})
    if not any(name in marks.own for name in readers):
        return None
    answer = {name: marks.read(name, reader) for name, reader in readers.items()}
    steps = solver.STEPS.get(marks.kind, {})
    shown = {name: marks.read(name, reader) for name, reader in steps.items()}
    return shown | {"answer": answer["answer"] if list(readers) == ["answer"] else answer}


def _short(marks: Marks, _solver: Solver) -> Any:
    return marks.read(SHORT, written) if SHORT in marks.own else None


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )
