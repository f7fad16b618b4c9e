"""From the marks on a sheet's pages to a record such as the manifest keeps, as it is printed."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Any

from worksheetgen.language import Vocabulary
from worksheetgen.manifest import Record
from worksheetgen.verify.box import Box
from worksheetgen.verify.page import Glyph, Page
from worksheetgen.verify.places import every_reference, letters, reference_of, unmarked
from worksheetgen.verify.quantities import (
    Glyphs,
    Reader,
    UnreadableError,
    halves,
    number,
    text,
    written,
)

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
    """What a sheet says, and where its answer spaces lie."""

    record: Record
    spaces: dict[str, list[tuple[int, Box]]]
    """By item, the page (from 1) and the outline of each piece of its answer space."""
    unknown: list[str]
    """Marks that no sheet of ours has."""

    @property
    def is_solution(self) -> bool:
        return any("answer" in item for item in _items(self.record))


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
    record = {
        "variant": " and ".join(sorted(variants)),
        "title": letters(" and ".join(sorted(titles))),
        "cover": {name: letters(said) for name, said in _texts(pages, "cover.") if letters(said)},
        "commands": sorted(
            {said for name, said in _texts(pages, "practice.") if name == "command"}
        ),
        "person": {name: unmarked(said) for name, said in _texts(pages, "person.")},
        "tasks": [_task(task) for task in _nested(glyphs).inner.values()],
    }
    names = {*glyphs, *(name for page in pages for name in page.lines if name)}
    return ReadSheet(record, dict(lines), sorted(name for name in names if not _known(name)))


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


def _task(marks: Marks) -> Record:
    points = marks.read("total", number)
    each = any(
        "points" in item.own for part in marks.inner.values() for item in part.inner.values()
    )
    parts = [_part(label, part) for label, part in marks.inner.items()]
    items = [item for part in parts for item in part["items"]]
    if len(items) == 1 and not each:
        items[0]["points"] = points  # an exercise says what it is worth once
    return {
        "number": marks.read("number", number),
        "points": points,
        "title": marks.read("title", text),
        "parts": parts,
    }


def _part(label: str, marks: Marks) -> Record:
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
    items = [_item(number_, item, solver) for number_, item in marks.inner.items()]
    return {"label": label, "problem": marks.kind, "given": given, "items": items}


def _item(label: str, marks: Marks, solver: Any) -> Record:
    record = {"label": label, "item": marks.kind, "points": marks.read("points", number)}
    readers = solver.ANSWERS.get(marks.kind, {})
    if any(name in marks.own for name in readers):
        found = {name: marks.read(name, reader) for name, reader in readers.items()}
        record["answer"] = found["answer"] if list(readers) == ["answer"] else found
        steps = solver.STEPS.get(marks.kind, {})
        record["steps"] = {name: marks.read(name, reader) for name, reader in steps.items()}
    if SHORT in marks.own:
        record["short"] = marks.read(SHORT, written)
    record["key"] = [
        {"written": marks.read(f"row{n}", written), "points": marks.read(f"row{n}points", halves)}
        for n in takewhile(lambda n: f"row{n}" in marks.own, count())
    ]
    return record


def _items(record: Record) -> list[Record]:
    return [item for task in record["tasks"] for part in task["parts"] for item in part["items"]]


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )
