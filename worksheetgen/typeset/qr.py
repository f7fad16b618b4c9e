"""The QR code of a page: its sheet's code and its number, drawn into the lower right corner."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import segno

MODULE = 1.7
"""Points: 0.6 mm, three and a half pixels of a scan at 150 dpi."""
RIGHT, BOTTOM = 65.2, 22.7
"""Points from the paper's edges: below the text's right end, clear of what printers leave out."""
MARK = "sheet.qr"


@lru_cache(maxsize=1024)
def dark_parts(code: str, page: int) -> tuple[tuple[int, int, int], ...]:
    """The dark parts of the QR code that says CODE/PAGE (ISO/IEC 18004, version 1, level Q).

    Each by its first module and its row, from the lower left corner, and how many modules it has.
    """
    symbol = segno.make(f"{code}/{page}", version=1, error="q", micro=False, boost_error=False)
    return tuple(_dark(list(symbol.matrix)))


def size() -> float:
    """Points that a QR code is wide and high."""
    return 21 * MODULE


def literal(code: str, page: int, page_width: float) -> bytes:
    """The PDF operators that draw it, within a mark of its own."""
    left = round(page_width - RIGHT - size(), 2)
    drawn = "".join(f"{x} {y} {n} 1 re\n" for x, y, n in dark_parts(code, page))
    place = f"q\n{MODULE} 0 0 {MODULE} {left:g} {BOTTOM} cm\n"
    return f"/{MARK} BMC\n{place}{drawn}f\nQ\nEMC\n".encode()


def _dark(rows: list[bytearray]) -> Iterator[tuple[int, int, int]]:
    for number, row in enumerate(reversed(rows)):
        start = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield start, number, length
            start += length
