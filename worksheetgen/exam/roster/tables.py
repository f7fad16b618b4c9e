"""The rows of a roster's file: text with separators in any encoding, Excel, OpenDocument."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from worksheetgen.errors import InputError

GUESSED = "cp1252"
"""What Excel writes where nobody asks for another encoding."""
SEPARATORS = ";,\t|"
LARGEST = 5_000_000
"""Bytes of a roster at most."""
SPREADSHEET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How the files of spreadsheets begin."""
LOOKED_AT = 200
"""Lines by which a separator is known."""


@dataclass(frozen=True)
class Table:
    """The rows that are not empty, with the lines on which they begin."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    guessed: str = ""
    """The encoding of the file, if nothing in it says so."""


def tables(path: Path) -> Iterator[Table]:
    """The tables of a file, of which a spreadsheet may have several.

    Raises:
        InputError: it cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: not a file")
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} has more than {LARGEST:,} bytes; is it a roster?")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None
    if content.startswith(SPREADSHEET):
        yield from _sheets(path, content)
    else:
        text, guessed = _decoded(path, content)
        yield Table(tuple(_rows(path, text)), guessed)


def _sheets(path: Path, content: bytes) -> Iterator[Table]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [(line, tuple(map(_said, row))) for line, row in enumerate(cells, start=1)]
            yield Table(tuple((line, row) for line, row in rows if any(row)))
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as a spreadsheet; save it as CSV ({str(error)[:80]})"
        ) from None


def _said(cell: Any) -> str:
    """What a cell of a spreadsheet shows; a whole number has no decimals."""
    whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15
    return str(int(cell)) if whole else str(cell).strip()


def _decoded(path: Path, content: bytes) -> tuple[str, str]:
    """The text, and its encoding where no sign in the file says which it is."""
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            return _strictly(path, content, "utf-16"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return _strictly(path, content, GUESSED), GUESSED


def _strictly(path: Path, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is neither UTF-8 nor {encoding}; save it as UTF-8"
        ) from None


def _rows(path: Path, text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    if "\0" in text:
        raise InputError(f"{path} is no text; save it as CSV")
    first = next((line for line in text.splitlines() if line.strip()), "")
    told = re.fullmatch(r'(?i)"?sep=(.)"?\s*', first)
    start = text.index(first) + len(first) if told else 0
    skipped = text.count("\n", 0, start)
    delimiter = told[1] if told else _separator(text)
    reader = csv.reader(io.StringIO(text[start:], newline=""), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield line, cells
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path}, line {line}: {error}; is a quotation mark there that is not closed?"
        ) from None


def _separator(text: str) -> str:
    """The sign that most lines have, equally often, outside of quotation marks."""
    if text.count('"') % 2 == 0:  # quoted cells may go on over lines
        text = re.sub(r'"[^"]*"', "", text)
    bare = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def agreeing(sign: str) -> tuple[int, int]:
        counts = Counter(count for line in bare if (count := line.count(sign)))
        count, lines = counts.most_common(1)[0] if counts else (0, 0)
        return lines, count

    return max(SEPARATORS, key=agreeing)
