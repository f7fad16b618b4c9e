"""A thin cover over PDFium's C interface: what a page's objects are, and where.

The buffers that PDFium fills are made once, since a page has hundreds of objects; each process
reads one page at a time.
"""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from worksheetgen.verify.box import Box

BLACK = (0, 0, 0, 255)
FILL = 0
SMALLEST = 3.5
"""Points below which text counts as hidden."""
DELIMITERS = b"LMMathExtension"
"""The font of large brackets, whose glyphs stand for no character."""

_EDGES = [ctypes.c_float() for _ in range(4)]
_BOX = [ctypes.c_double() for _ in range(4)]
_COLOUR = [ctypes.c_uint() for _ in range(4)]
_SIZE = ctypes.c_float()
_MATRIX = pdfium.FS_MATRIX()
_LENGTH = ctypes.c_ulong()
_MARK = (ctypes.c_ushort * 128)()
_FONT = ctypes.create_string_buffer(64)


def address(item: Any) -> int:
    """What tells one object from another; 0 for none."""
    return ctypes.addressof(item.contents) if item else 0


def bounds(item: Any) -> Box:
    """The outline of an object."""
    pdfium.FPDFPageObj_GetBounds(item, *_EDGES)
    left, bottom, right, top = _EDGES
    return Box(left.value, bottom.value, right.value, top.value)


def character_box(texts: Any, index: int) -> Box:
    """The outline of a character's ink."""
    pdfium.FPDFText_GetCharBox(texts, index, *_BOX)
    left, right, bottom, top = _BOX
    return Box(left.value, bottom.value, right.value, top.value)


def marks(item: Any) -> tuple[str, str]:
    """The name of the quantity that an object belongs to, and its role in a fraction."""
    quantity = role = ""
    for number in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, number)
        pdfium.FPDFPageObjMark_GetName(mark, _MARK, ctypes.sizeof(_MARK), _LENGTH)
        name = bytes(_MARK)[: max(0, _LENGTH.value - 2)].decode("utf-16-le")
        if name in ("over", "under"):
            role = name
        elif "." in name:
            quantity = name
    return quantity, role


def is_delimiter(item: Any, known: dict[int, bool]) -> bool:
    """Whether a text is a large bracket; ``known`` remembers its font."""
    font = pdfium.FPDFTextObj_GetFont(item)
    key = address(font)
    if key not in known:
        pdfium.FPDFFont_GetBaseFontName(font, _FONT, len(_FONT))
        known[key] = DELIMITERS in _FONT.value
    return known[key]


def why_hidden(item: Any) -> list[str]:
    """Why a person would not see a text, apart from where it stands."""
    reasons = []
    pdfium.FPDFPageObj_GetFillColor(item, *_COLOUR)
    pdfium.FPDFTextObj_GetFontSize(item, _SIZE)
    pdfium.FPDFPageObj_GetMatrix(item, _MATRIX)
    if tuple(part.value for part in _COLOUR) != BLACK:
        reasons.append("text that is not black")
    if pdfium.FPDFTextObj_GetTextRenderMode(item) != FILL:
        reasons.append("text that is not filled")
    if _MATRIX.b or _MATRIX.c or min(_MATRIX.a, _MATRIX.d) <= 0:
        reasons.append("text that is turned")
    if _SIZE.value * abs(_MATRIX.d) < SMALLEST:
        reasons.append("text too small to read")
    if pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(item)) > 0:
        reasons.append("text that is cut off")
    return reasons
