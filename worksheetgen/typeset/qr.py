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

Rectangle = tuple[float, float, float, float]
"""Left, bottom, width and height in points from the page's lower left corner."""


@lru_cache(maxsize=1024)
def rectangles(code: str, page: int, page_width: float) -> tuple[Rectangle, ...]:
    """The dark parts of the QR code that says CODE/PAGE (ISO/IEC 18004, version 1, level Q)."""
    symbol = segno.make(f"{code}/{page}", version=1, error="q", micro=False, boost_error=False)
    rows = list(symbol.matrix)
    left = page_width - RIGHT - len(rows) * MODULE
    return tuple(_dark(rows, left))


def size() -> float:
    """Points that a QR code is wide and high."""
    return 21 * MODULE


def literal(code: str, page: int, page_width: float) -> bytes:
    """The PDF operators that draw it, within a mark of its own."""
    drawn = " ".join(
        f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re"
        for left, bottom, width, height in rectangles(code, page, page_width)
    )
    return f"\n/{MARK} BMC q {drawn} f Q EMC\n".encode()


def _dark(rows: list[bytearray], left: float) -> Iterator[Rectangle]:
    for number, row in enumerate(reversed(rows)):
        start = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                yield (
                    round(left + start * MODULE, 2),
                    round(BOTTOM + number * MODULE, 2),
                    round(length * MODULE, 2),
                    MODULE,
                )
            start += length
