"""What was awarded in an exam, read from a table and compared with what there was to be had."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from worksheetgen.errors import InputError, nearest, suggest
from worksheetgen.exam.roster.heads import plain
from worksheetgen.exam.roster.tables import Table, tables
from worksheetgen.variants.manifest import VariantRecord, read_variants

Found = TypeVar("Found")
Item = tuple[int, str, str]
"""Task, part and label."""
PLACE = re.compile(r"(?:task )?(\d+)[ .,]*\(?([a-z])\)?[ .,]*([ivx]+)\.?", re.IGNORECASE)
"""An item as people write it: 3.a.ii, or Task 3 (a) ii."""
SHEETS = ("sheet", "student", "student number", "id", "code", "variant", "number")
"""The heads of the column that says whose points they are; the first one that is there counts."""
HALVES = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
MOST_TOLD = 12


@dataclass(frozen=True)
class Mark:
    """What somebody has got for an item."""

    line: int
    person: str
    """As the table says it."""
    variant: str
    """The version or the variant that was answered."""
    item: Item
    points: Fraction
    row: str = ""
    """The row of the key that applied, if it is said."""


@dataclass(frozen=True)
class Marks:
    """All that was awarded."""

    marks: tuple[Mark, ...]
    worth: Mapping[Item, Fraction]
    names: Mapping[Item, str]
    happened: Mapping[tuple[str, Item, str], str]
    """By variant, item and row of the key, what happened."""
    missing: tuple[str, ...]
    """Who has no points for some item."""
    void: frozenset[Item] = frozenset()
    """What counts for nobody, whatever was awarded."""


def read_marks(folder: Path, path: Path) -> Marks:
    """Read what was awarded: a row per item, or a row per sheet with a column per item.

    Args:
        folder: the exam's.
        path: a text with separators, or a spreadsheet.

    Raises:
        InputError: it cannot be read, or there are rows to mend; all of them are named.
    """
    variants = list(read_variants(folder))
    exam = _Exam(variants)
    for table in tables(path):
        found = rows_of(path, table, "points")
        if found is not None:
            marks, faults = exam.judged(found)
            if faults:
                raise InputError(to_mend(path, faults))
            if not marks:
                raise InputError(f"{path} has no row of points")
            return exam.all_of(marks)
    raise InputError(
        f"{path}: no line of heads with a sheet and points; write sheet,task,part,item,points, or "
        "sheet and a column for each item, such as 3.a.ii"
    )


Row = tuple[int, str, str, str, str]
"""Line, sheet, item, points or answer, and row of the key, as they are written."""


def rows_of(path: Path, table: Table, value: str) -> list[Row] | None:
    """What a table says, in a row per item or in a column per item; None: it is none of these.

    Raises:
        InputError: a row has more cells than there are heads, so that one of them was cut.
    """
    for position, (_, cells) in enumerate(table.rows[:40]):
        heads = [plain(cell) for cell in cells]
        sheet = next((heads.index(head) for head in SHEETS if head in heads), None)
        if sheet is None:
            continue
        below = table.rows[position + 1 :]
        is_long = {"task", "part", "item", value} <= {*heads}
        columns = {at: cell for at, cell in enumerate(cells) if PLACE.fullmatch(cell.strip())}
        wide = [line for line, row in below if any(row[len(cells) :])]
        if wide and (is_long or columns):
            told = "more cells than heads; put what has the separator in it in quotation marks"
            raise InputError(to_mend(path, [f"line {line}: {told}" for line in wide]))
        if is_long:
            return list(_long(below, heads, sheet, value))
        if columns:
            return list(_wide(below, columns, sheet))
    return None


Lines = Sequence[tuple[int, tuple[str, ...]]]


def _long(lines: Lines, heads: Sequence[str], sheet: int, value: str) -> Iterator[Row]:
    at = {head: heads.index(head) for head in ("task", "part", "item", value)}
    row = heads.index("row") if "row" in heads else None
    for line, cells in lines:
        said = [*cells, *[""] * (len(heads) - len(cells))]
        task, part, item, points = (said[at[head]] for head in at)
        place = f"{task}.{part.strip('()')}.{item.strip('.')}"
        yield line, said[sheet], place, points, said[row] if row is not None else ""


def _wide(lines: Lines, columns: Mapping[int, str], sheet: int) -> Iterator[Row]:
    for line, cells in lines:
        for at, head in columns.items():
            if at < len(cells) and cells[at].strip():
                yield line, cells[sheet], head, cells[at], ""


def to_mend(path: Path, faults: Sequence[str]) -> str:
    """A message that names rows."""
    faults = list(dict.fromkeys(faults))
    told = "".join(f"\n  {fault}" for fault in faults[:MOST_TOLD])
    more = len(faults) - MOST_TOLD
    end = f"\n  and {more} more" if more > 0 else ""
    return f"{path}: rows to mend before anything is counted:{told}{end}"


def names_of(variant: VariantRecord) -> list[str]:
    """How a table may call a sheet: by number and code, or by its variant."""
    person = variant.person
    names = (person.id, person.code) if person else (variant.variant,)
    return [name.casefold() for name in names]


def known_sheet(said: str, known: Mapping[str, Found]) -> Found:
    """What belongs to a sheet.

    Raises:
        ValueError: there is none of this name.
    """
    name = said.strip().casefold()
    if name not in known:
        raise ValueError(f"no sheet of {said!r}{nearest(name, known)}")
    return known[name]


def known_item(said: str, known: Sequence[Item]) -> Item:
    """An item by its place.

    Raises:
        ValueError: there is none there.
    """
    found = PLACE.fullmatch(said.strip())
    item = (int(found[1]), found[2].lower(), found[3].lower()) if found else None
    if item is None or item not in known:
        places = [".".join(map(str, each)) for each in known]
        raise ValueError(f"no item {said!r}{suggest(said, places)}")
    return item


class _Exam:
    """Whose the sheets are, and what there was to be had."""

    def __init__(self, variants: Sequence[VariantRecord]) -> None:
        self._sheets: dict[str, str] = {}
        self._called: dict[str, str] = {}
        self.worth: dict[Item, Fraction] = {}
        self.names: dict[Item, str] = {}
        self.void: set[Item] = set()
        self.happened: dict[tuple[str, Item, str], str] = {}
        for variant in variants:
            shared = (variant.person and variant.person.version) or variant.variant
            called = variant.person.id if variant.person else variant.variant
            self._sheets |= dict.fromkeys(names_of(variant), shared)
            self._called |= dict.fromkeys(names_of(variant), called)
            self._add(shared, variant)

    def _add(self, shared: str, variant: VariantRecord) -> None:
        for task in variant.tasks:
            for part in task.parts:
                for item in part.items:
                    place = task.number, part.label, item.label
                    self.worth[place] = Fraction(item.points)
                    self.names[place] = item.item
                    self.void |= {place} if item.void else set()
                    for row in item.key:
                        self.happened[shared, place, row.label] = row.happened

    def judged(self, rows: Sequence[Row]) -> tuple[list[Mark], list[str]]:
        """What was awarded, and what cannot be right."""
        marks, faults, seen = list[Mark](), list[str](), dict[tuple[str, Item], int]()
        for line, sheet, place, points, row in rows:
            try:
                mark = self._mark(line, sheet.strip(), place, points, row.strip())
            except ValueError as error:
                faults.append(f"line {line}: {error}")
                continue
            alone = mark.person.casefold() not in self._numbered
            first = seen.setdefault((mark.person.casefold(), mark.item), line)
            if alone and first != line:
                faults.append(f"line {line}: {mark.person} has {place} in line {first} already")
            marks.append(mark)
        return marks, faults

    @property
    def _numbered(self) -> set[str]:
        """Variants that several may have answered."""
        return {name for name, shared in self._sheets.items() if name == shared.casefold()}

    def _mark(self, line: int, sheet: str, place: str, points: str, row: str) -> Mark:
        shared = known_sheet(sheet, self._sheets)
        item = known_item(place, list(self.worth))
        try:
            earned = Fraction(points.strip().translate(HALVES).replace(",", "."))
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"{points!r} is no number of points") from None
        if not 0 <= earned <= self.worth[item]:
            raise ValueError(f"{points} of {self.worth[item]} points for {place}")
        if (earned * 4).denominator != 1:
            raise ValueError(f"{points} points for {place} are no quarters of points")
        if row and row != f"{item[2]}." and (shared, item, row) not in self.happened:
            raise ValueError(f"no row {row!r} in the key of {place}")
        return Mark(line, self._called[sheet.casefold()], shared, item, earned, row)

    def all_of(self, marks: Sequence[Mark]) -> Marks:
        has: dict[str, set[Item]] = {}
        for mark in marks:
            has.setdefault(mark.person, set()).add(mark.item)
        missing = []
        for person, own in has.items():
            left = [".".join(map(str, item)) for item in self.worth if item not in own | self.void]
            missing += [f"{person}: {', '.join(left)}"] if left else []
        return Marks(
            tuple(marks),
            self.worth,
            self.names,
            self.happened,
            tuple(missing),
            frozenset(self.void),
        )
