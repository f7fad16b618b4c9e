"""From the marks on a sheet's pages to a record such as the manifest keeps, as it is printed."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from typing import Any

from worksheetgen.typeset.language import Vocabulary
from worksheetgen.variants.manifest import (
    OWN,
    Given,
    ItemRecord,
    KeyRecord,
    PartRecord,
    TaskRecord,
    VariantRecord,
)
from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.figure import curve
from worksheetgen.verify.pages.page import Glyph, Page
from worksheetgen.verify.pages.quantities import (
    QUANTITIES,
    Glyphs,
    Reader,
    UnreadableError,
    line,
    number,
    points,
    text,
    written,
)
from worksheetgen.verify.pages.words import letters, squeezed, unmarked
from worksheetgen.verify.references import NOTHING, UNSOLVABLE, reference_of

SPACE = "space"
"""The name of the mark around the frame of an answer space."""
COMMAND = "practice.command"
SHORT = "short"
"""The name of the mark around a short answer of a practice sheet."""
CHOSEN = "chosen"
"""The same around what stands at its letter."""
CURVE = "curve"
"""The form of a mark around a drawn curve, which is rules and no glyphs."""
READERS: Mapping[str, Callable[[list[Any]], Any]] = {**QUANTITIES, CURVE: curve}
"""By the form that a mark names."""
LEAST = "least"
"""The name of the mark around what an item earns beside the rows of its key."""
FRAME = re.compile(rf"points|bonus|void|part|{SPACE}|{SHORT}|{CHOSEN}|{LEAST}|row\d+(points)?")
"""The names of a part's and an item's marks that belong to the sheet: all but quantities."""

SHEET = ("variant", "title", "page", "pages", "rule", "bar", "keyrule", "keytitle", "qr")
"""The names of the marks that stand on any page."""
COVER = re.compile(
    "institution|course|examiner|date|duration|aids|instructions|logo|rule|line|total|bonus|"
    "(task|points|bonus)[0-9]+"
)
"""The names of the marks of a cover page."""
WORTH = re.compile(r"total|bonus|(points|bonus)[0-9]+")
"""Those of its points."""


@dataclass
class Mark:
    """A quantity's glyphs, and the forms that its marks name; one without a form is text."""

    glyphs: list[Any] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)

    def read(self, reader: Callable[[list[Any]], Any]) -> Any:
        """Its value; what cannot be read is a text that says why, equal to no value."""
        try:
            return reader(self.glyphs)
        except UnreadableError as error:
            return f"unreadable: {error}"

    @property
    def value(self) -> Any:
        """The same, in the form that the mark names."""
        (form, *others) = sorted(self.forms)
        if others or form not in READERS:
            return f"unreadable: no form is {', '.join(sorted(self.forms))}"
        return self.read(READERS[form])


@dataclass
class Marks:
    """The quantities of a task, part or item, and what is inside it, by label."""

    kind: str = ""
    """The problem type of a part, the name of an item."""
    own: dict[str, Mark] = field(default_factory=lambda: defaultdict(Mark))
    inner: "dict[str, Marks]" = field(default_factory=lambda: defaultdict(Marks))

    def read(self, name: str, reader: Reader) -> Any:
        """A quantity's value, whatever form its mark names."""
        return self.own[name].read(reader)

    def said(self) -> Given:
        """Every quantity that is no part of the sheet's frame, by name."""
        return {name: mark.value for name, mark in self.own.items() if not FRAME.fullmatch(name)}


@dataclass(frozen=True)
class ReadSheet:
    """What a sheet says, in the manifest's records as far as these have a place for it."""

    variant: VariantRecord
    title: str
    cover: dict[str, str]
    """What the cover says in words of the instructor's, by mark."""
    commands: list[str]
    """What stands at the feet of a practice sheet."""
    totals: list[str]
    """What all exercises of a practice sheet are worth, as its heads say."""
    person: dict[str, str]
    own: dict[str, str]
    """What stands in the examiner's own words, by task, part and item."""
    said: dict[str, Given]
    """By part and item, the quantities of its givens or its question."""
    solved: dict[str, Given]
    """By item, its answer and what its solution repeats on the way."""
    short: dict[str, Any]
    """By item, the short answer of a practice sheet, and what stands at its letter if it is one."""
    least: dict[str, Any]
    """By item, what it earns beside the rows of its key."""
    spaces: dict[str, list[tuple[int, Box]]]
    """By item, the page (from 1) and the outline of each piece of its answer space."""
    unknown: list[str]
    """Marks that no sheet of ours has."""
    version: str = ""
    """The version that it is the solution of."""

    @property
    def is_solution(self) -> bool:
        return bool(self.solved)


def read_sheet(
    pages: list[Page], words: Vocabulary, version: str = "", code: str = ""
) -> ReadSheet:
    """Read every marked quantity of a sheet that says its values in these words.

    A version's solution is read as that of a sheet with a code of its own.

    Raises:
        OutputError: a part's problem type is unknown.
    """
    glyphs: dict[str, list[Any]] = defaultdict(list)
    lines: dict[str, list[tuple[int, Box]]] = defaultdict(list)
    for page_number, page in enumerate(pages, start=1):
        for name, found in page.glyphs.items():
            glyphs[name] += _in_english(found, words)
        for name, boxes in page.lines.items():
            if name.endswith(f":{CURVE}"):
                glyphs[name] += boxes
            if name.endswith(f".{SPACE}"):
                lines[name.removesuffix(f".{SPACE}")] += [(page_number, around(boxes))]
    variants = {_said(page.glyphs["sheet.variant"], text) for page in pages}
    titles = {_said(page.glyphs["sheet.title"], line) for page in pages}
    marks = _nested(glyphs)
    commands = sorted({said for name, said in _texts(pages, "practice.") if name == "command"})
    if commands:  # its exercises run in two columns
        marks.inner = dict(sorted(marks.inner.items(), key=lambda task: _number(task[0])))
    said = " and ".join(sorted(variants))
    is_shared = bool(version) and said == version
    variant = VariantRecord(
        variant=code if is_shared else said,
        tasks=[_task(task) for task in marks.inner.values()],
        files={},
    )
    names = {*glyphs, *(name for page in pages for name in page.lines if name)}
    return ReadSheet(
        variant,
        letters(" and ".join(sorted(titles))),
        cover={
            name: own
            for name, said in _texts(pages, "cover.")
            if (own := squeezed(said).replace(",", ".") if WORTH.fullmatch(name) else letters(said))
        },
        commands=commands,
        totals=sorted({said for name, said in _texts(pages, "practice.") if name == "total"}),
        person={name: unmarked(said) for name, said in _texts(pages, "person.")},
        own={name: squeezed(said) for name, said in _texts(pages, "own.")},
        said=_of_parts(variant, marks) | _of_items(variant, marks, _asked),
        solved=_of_items(variant, marks, _solved),
        short=_of_items(variant, marks, _short),
        least=_of_items(variant, marks, _least),
        spaces=dict(lines),
        unknown=sorted(name for name in names if not _known(name)),
        version=version if is_shared else "",
    )


def _number(label: str) -> int:
    return int(label) if re.fullmatch(r"\d{1,4}", label) else 0


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
    left, bottom, right, top = around([glyph.box for glyph in glyphs])
    width = (right - left) / len(english)
    return [
        Glyph(character, Box(left + n * width, bottom, left + (n + 1) * width, top))
        for n, character in enumerate(english)
    ]


def _known(name: str) -> bool:
    match name.split("."):
        case ["sheet", key]:
            return key in SHEET
        case ["practice", key]:
            return key in ("command", "hint", "total")
        case ["person", key]:
            return key in ("name", "id", "facts")
        case ["cover", key]:
            return COVER.fullmatch(key) is not None
        case ["own", *_]:
            return True  # what belongs there, the spec knows
        case [_, key]:
            return key in ("number", "title", "total", "bonus")
        case [_, _, _, _] | [_, _, _, _, _]:
            return True  # what belongs there, its problem type knows
    return False


def _said(glyphs: Glyphs, reader: Callable[[Glyphs], str]) -> str:
    try:
        return reader(glyphs)
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
        key, _, form = key.partition(":")
        owner.own[key].glyphs += found
        owner.own[key].forms.add(form or text.__name__)
    return sheet


def _task(marks: Marks) -> TaskRecord:
    worth = marks.read("total", points)
    beyond = marks.read("bonus", points) if "bonus" in marks.own else 0
    each = any(
        "points" in item.own for part in marks.inner.values() for item in part.inner.values()
    )
    parts = [_part(label, part) for label, part in marks.inner.items()]
    if not each and [len(part.items) for part in parts] == [1]:
        (item,) = parts[0].items  # an exercise says what it is worth once
        parts = [replace(parts[0], items=[replace(item, points=worth)])]
    return TaskRecord(marks.read("number", number), marks.read("title", line), worth, parts, beyond)


def _part(label: str, marks: Marks) -> PartRecord:
    items = [_item(inner, item) for inner, item in marks.inner.items()]
    if marks.kind == OWN:
        return PartRecord(label, OWN, {}, items, candidates=0, rejected={})
    given = marks.said()
    for item in marks.inner.values():
        for name, value in _asked(marks, item).items():
            if given.setdefault(name, value) != value:
                given[name] = f"unreadable: {given[name]} here and {value} there"
    try:
        given = reference_of(marks.kind).as_given(given)
    except UNSOLVABLE as error:
        given["unreadable"] = str(error)
    return PartRecord(label, marks.kind, given, items, candidates=0, rejected={})


def _item(label: str, marks: Marks) -> ItemRecord:
    key = [
        KeyRecord("", "", _written(marks, f"row{n}"), marks.read(f"row{n}points", points))
        for n in takewhile(
            lambda n: not {f"row{n}", f"row{n}points"}.isdisjoint(marks.own), count()
        )
    ]
    worth, beyond = marks.read("points", points), "bonus" in marks.own
    return ItemRecord(
        label,
        marks.kind,
        worth,
        NOTHING,
        effort=0.0,
        key=key,
        alike=[],
        bonus=beyond,
        void="void" in marks.own,
    )


def _written(marks: Marks, row: str) -> Any:
    return marks.read(row, written) if row in marks.own else NOTHING


def _of_parts(variant: VariantRecord, marks: Marks) -> dict[str, Given]:
    """The quantities of each part's givens, by the part's place."""
    inner = _drawn(marks)
    return {place: part.said() for (place, _), part in zip(variant.parts(), inner, strict=True)}


def _drawn(marks: Marks) -> Iterator[Marks]:
    """The parts that are not in the examiner's own words."""
    parts = (part for task in marks.inner.values() for part in task.inner.values())
    return (part for part in parts if part.kind != OWN)


def _of_items(
    variant: VariantRecord, marks: Marks, read: Callable[[Marks, Marks], Any]
) -> dict[str, Any]:
    """What is read of each item's marks, by the item's place, where there is something."""
    inner = ((part, item) for part in _drawn(marks) for item in part.inner.values())
    found = {
        place: read(part, item)
        for (place, _, _), (part, item) in zip(variant.items(), inner, strict=True)
    }
    return {place: value for place, value in found.items() if value is not None}


def _asked(part: Marks, item: Marks) -> Given:
    """The quantities that an item's question says."""
    asked = reference_of(part.kind).names_of(item.kind)
    return {name: value for name, value in item.said().items() if name in asked}


def _solved(part: Marks, item: Marks) -> Given | None:
    """All others."""
    asked = reference_of(part.kind).names_of(item.kind)
    solved = {name: value for name, value in item.said().items() if name not in asked}
    return solved or None


def _short(_part: Marks, item: Marks) -> Any:
    if SHORT not in item.own:
        return None
    short = item.read(SHORT, written)
    return [short, item.own[CHOSEN].value] if CHOSEN in item.own else short


def _least(_part: Marks, item: Marks) -> Any:
    return item.read(LEAST, points) if LEAST in item.own else None
