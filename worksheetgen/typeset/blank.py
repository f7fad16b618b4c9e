"""A sheet without what is its own: the pages that all variants of an exam have in common."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

from worksheetgen.typeset.pdf import Page, fonts_of

COMMON = re.compile(
    r"sheet\.(title|page|pages|rule)"
    r"|(cover|own)\..*"
    r"|[^.]+\.(number|title|total|bonus)"
    r"|([^.]+\.){3}part|([^.]+\.){4}(points|bonus|space)"
)
"""The names of marks whose contents are the same in all variants."""
LINES = re.compile(r"person\..*")
"""Those around lines to write on, or around what would be written there."""
OPENING, CLOSING = re.compile(rb"/(\S+) BMC"), b"EMC"
STATE = re.compile(rb"q|Q|.* cm|")
"""Operators that print nothing."""


def blank(page: Page) -> Page:
    """The same page without numbers, name and code."""
    rows = iter(zlib.decompress(page.content).split(b"\n"))
    kept = b"\n".join(_common(rows, texts=True, lines=True))
    used = fonts_of(kept)
    fonts = {name: font for name, font in page.fonts.items() if name in used}
    return replace(page, content=b"", more=kept, fonts=fonts)


def _common(rows: Iterator[bytes], *, texts: bool, lines: bool) -> list[bytes]:
    """The operators up to a mark's end, with or without its texts and lines."""
    kept, saved = list[bytes](), list[int]()
    for row in rows:
        opening = OPENING.fullmatch(row)
        if opening:
            kept += _marked(opening[1].decode(), rows, texts=texts, lines=lines)
        elif row == CLOSING:
            break
        elif row == b"BT":
            text = [row, next(rows), next(rows)]
            kept += text if texts else []
        elif row == b"q":
            saved.append(len(kept))
            kept.append(row)
        elif row == b"Q":
            kept.append(row)
            start = saved.pop()
            if not lines and not texts:
                del kept[start:]
        elif lines or STATE.fullmatch(row):
            kept.append(row)
    return kept


def _marked(mark: str, rows: Iterator[bytes], *, texts: bool, lines: bool) -> list[bytes]:
    own = "." in mark and not COMMON.fullmatch(mark)
    inner = _common(
        rows, texts=texts and not own, lines=lines and not (own and not LINES.fullmatch(mark))
    )
    shown = not all(map(STATE.fullmatch, inner))
    return [b"/%b BMC" % mark.encode(), *inner, CLOSING] if shown else inner
