"""The header of a roster: which line it is, and which column is what."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from worksheetgen.errors import InputError, nearest, suggest
from worksheetgen.exam.roster.heads import MEANINGS, columns_of, is_enough, numbers_of, plain
from worksheetgen.exam.roster.tables import Table

SEARCHED = 40
"""Lines in which a header is looked for: titles and dates of an export stand before it."""
Rows = Sequence[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True)
class Header:
    """Which column is what."""

    columns: Mapping[str, int]
    """Positions, by what they mean."""
    cells: tuple[str, ...] = ()
    """The heads; none in a file without a header."""
    rows: int = 0
    """How many rows there are up to the header, and with it."""

    def head(self, meaning: str) -> str:
        """What a column is called."""
        at = self.columns[meaning]
        return self.cells[at] if at < len(self.cells) and self.cells[at] else f"column {at + 1}"

    def position(self, path: Path, head: str) -> int:
        """Where a column is that is named by its head.

        Raises:
            InputError: there is none.
        """
        heads = [plain(cell) or cell for cell in self.cells]
        wanted = plain(head) or head
        if wanted not in heads:
            raise InputError(
                f"--show: {path} has no column {head!r}{nearest(head, self.cells)}; it has "
                f"{', '.join(filter(None, self.cells)) or 'no heads'}"
            )
        return heads.index(wanted)

    @staticmethod
    def guessed(rows: Rows) -> str:
        """What to say after ``--columns`` for rows whose heads say nothing, by what is in them."""
        wide = max(len(cells) for _, cells in rows)
        start, heads = _head_line(rows)
        below = [cells for _, cells in rows[start:]]
        number = _column_of_numbers(below, wide)
        if number is None:
            return ""
        names = [at for at in range(wide) if at != number and _is_of_names(_column(below, at))]
        called = [_called(heads, at) for at in (number, *names)]
        meanings = ("id", "name") if len(names) == 1 else ("id", "last", "first")
        pairs = zip(meanings, called, strict=False)
        return ",".join(f"{meaning}={head}" for meaning, head in pairs) if names else ""


def found_in(table: Table) -> Header | None:
    """The header of a table by its words, or by what is in the columns if it has none."""
    for position, (_, cells) in enumerate(table.rows[:SEARCHED]):
        columns = columns_of(cells)
        if is_enough(columns):
            below = [row for _, row in table.rows[position + 1 :]]
            likely = [at for at in numbers_of(cells) if _tells_apart(_column(below, at))]
            columns |= {"id": likely[0]} if likely else {}
            return Header(columns, cells, position + 1)
    return _clear(table.rows)


def _tells_apart(cells: Sequence[str]) -> bool:
    """Whether a column can be one of numbers: most cells differ, and have digits or an address."""
    filled = [cell for cell in cells if cell]
    telling = [cell for cell in filled if re.search(r"\d|@", cell)]
    return 2 * len({*filled}) > len(filled) and 2 * len(telling) > len(filled)


def meant_by(path: Path, table: Table, said: str) -> Header | None:
    """The header that ``--columns`` means: heads of the file, or positions from 1.

    Raises:
        InputError: it is not said as ``id=HEAD,name=HEAD``, or there is no such head.
    """
    wanted = _wanted(said)
    if not table.rows:
        return None
    wide = max(len(cells) for _, cells in table.rows)
    if all(head.isdecimal() for head in wanted.values()):
        columns = {meaning: int(head) - 1 for meaning, head in wanted.items()}
        beyond = [at + 1 for at in columns.values() if not 0 <= at < wide]
        if beyond:
            raise InputError(
                f"--columns: {path} has {wide} columns, and none is number {beyond[0]}"
            )
        start, heads = _head_line(table.rows)
        return Header(columns, heads, start)
    best: Header | None = None
    for position, (_, cells) in enumerate(table.rows[:SEARCHED]):
        there = {plain(cell) or cell: at for at, cell in reversed(list(enumerate(cells)))}
        columns = {m: there[key] for m, head in wanted.items() if (key := plain(head)) in there}
        if len(columns) == len(wanted):
            return Header(columns, cells, position + 1)
        if best is None or len(columns) > len(best.columns):
            best = Header(columns, cells, position + 1)
    cells = tuple(filter(None, best.cells)) if best and best.columns else ()
    if not cells:
        cells = tuple(filter(None, _head_line(table.rows)[1])) or tuple(
            filter(None, table.rows[0][1])
        )
    missing = next(head for m, head in wanted.items() if best is None or m not in best.columns)
    raise InputError(
        f"--columns: {path} has no column {missing!r}{nearest(missing, cells)}; it has "
        f"{', '.join(cells)}"
    )


def _wanted(said: str) -> dict[str, str]:
    pairs = re.split(rf",\s*(?=(?:{'|'.join(MEANINGS)})\s*=)", said)
    wanted = {}
    for pair in pairs:
        meaning, equals, head = (part.strip() for part in pair.partition("="))
        if meaning not in MEANINGS or not equals or not head:
            raise InputError(
                f"--columns: {pair!r} is not as in id=HEAD,name=HEAD; what a column may be is "
                f"{', '.join(MEANINGS)}{suggest(meaning, MEANINGS)}"
            )
        wanted[meaning] = head
    if not is_enough(wanted):
        raise InputError("--columns: say which is id, and which is name, or first and last")
    return wanted


def _clear(rows: Rows) -> Header | None:
    """The columns of a file without a header, if one is of numbers and one other of names."""
    cells = [row for _, row in rows]
    if len({len(row) for row in cells}) != 1:
        return None
    wide = len(cells[0])
    number = _column_of_numbers(cells, wide)
    names = [at for at in range(wide) if at != number and _is_of_names(_column(cells, at))]
    if (
        number is None
        or len(names) != 1
        or not all(" " in name for name in _column(cells, names[0]))
    ):
        return None
    return Header({"id": number, "name": names[0]})


def _head_line(rows: Rows) -> tuple[int, tuple[str, ...]]:
    """How many rows there are up to a line that looks like heads, and its cells, if one does."""
    most = max(sum(map(bool, cells)) for _, cells in rows)
    for position, (_, cells) in enumerate(rows[:SEARCHED]):
        if sum(map(bool, cells)) == most or position + 1 == len(rows):
            is_of_words = not any(re.search(r"\d", cell) for cell in cells)
            return (position + 1, cells) if is_of_words and position + 1 < len(rows) else (0, ())
    return 0, ()


def _column(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at] if at < len(row) else "" for row in rows]


def _column_of_numbers(rows: Sequence[Sequence[str]], wide: int) -> int | None:
    """The first column in which all rows differ, have a digit, and no space or point."""
    for at in range(wide):
        cells = [cell for cell in _column(rows, at) if cell]
        if (
            cells
            and len({*cells}) == len(cells)
            and all(re.fullmatch(r"[^\s@]*\d[^\s@]*", cell) for cell in cells)
        ):
            return at
    return None


def _is_of_names(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(
        any(sign.isalpha() for sign in cell) and not re.search(r"[\d@]", cell) for cell in filled
    )


def _called(heads: Sequence[str], at: int) -> str:
    """How a column is said: by its head if that names it alone, else by its position."""
    same = [plain(head) for head in heads].count(plain(heads[at])) if at < len(heads) else 0
    return heads[at] if same == 1 and plain(heads[at]) else str(at + 1)
