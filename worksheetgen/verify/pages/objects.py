"""A thin cover over PDFium's C interface: what a page's objects are, and where.

Objects are handled by their addresses, and PDFium is called without giving up the interpreter in
between, since a page has hundreds of objects and each process reads one page at a time. The
buffers that PDFium fills are made once.
"""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from worksheetgen.verify.pages.box import Box

DELIMITERS = b"LMMathExtension"
"""The font of large brackets, whose glyphs stand for no character."""
TEXT, PATH = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
FORM = pdfium.FPDF_PAGEOBJ_FORM

_POINTER, _INT, _FLOATS = ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_float)
_EDGES = (ctypes.c_float * 4)()
_EDGE = [ctypes.byref(_EDGES, 4 * n) for n in range(4)]
_SIX = (ctypes.c_float * 6)()
_BOX = (ctypes.c_double * 4)()
_SIDE = [ctypes.byref(_BOX, 8 * n) for n in range(4)]
_LENGTH = ctypes.c_ulong()
_MARK = (ctypes.c_ushort * 128)()
_FONT = ctypes.create_string_buffer(64)


def _direct(function: Any, result: Any, *arguments: Any) -> Any:
    """The same C function, taking and returning addresses as plain integers."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


_object = _direct(pdfium.FPDFPage_GetObject, _POINTER, _POINTER, _INT)
_bounds = _direct(pdfium.FPDFPageObj_GetBounds, _INT, _POINTER, *[_POINTER] * 4)
_matrix = _direct(pdfium.FPDFPageObj_GetMatrix, _INT, _POINTER, _POINTER)
_count_marks = _direct(pdfium.FPDFPageObj_CountMarks, _INT, _POINTER)
_mark = _direct(pdfium.FPDFPageObj_GetMark, _POINTER, _POINTER, ctypes.c_ulong)
_mark_name = _direct(
    pdfium.FPDFPageObjMark_GetName, _INT, _POINTER, _POINTER, ctypes.c_ulong, _POINTER
)
_font = _direct(pdfium.FPDFTextObj_GetFont, _POINTER, _POINTER)
_font_name = _direct(pdfium.FPDFFont_GetBaseFontName, _INT, _POINTER, _POINTER, ctypes.c_size_t)
_count_segments = _direct(pdfium.FPDFPath_CountSegments, _INT, _POINTER)
_segment = _direct(pdfium.FPDFPath_GetPathSegment, _POINTER, _POINTER, _INT)
_segment_kind = _direct(pdfium.FPDFPathSegment_GetType, _INT, _POINTER)
_point = _direct(pdfium.FPDFPathSegment_GetPoint, _INT, _POINTER, _POINTER, _POINTER)
_text_object = _direct(pdfium.FPDFText_GetTextObject, _POINTER, _POINTER, _INT)
_character_box = _direct(pdfium.FPDFText_GetCharBox, _INT, _POINTER, _INT, *[_POINTER] * 4)

kind = _direct(pdfium.FPDFPageObj_GetType, _INT, _POINTER)
"""What an object is: text, path, or something that no sheet has."""


def address(handle: Any) -> int:
    """What tells one object from another."""
    return ctypes.addressof(handle.contents)


def objects(page: Any) -> list[int]:
    """All objects of a page, in the order of printing."""
    handle = address(page)
    return [_object(handle, number) for number in range(pdfium.FPDFPage_CountObjects(page))]


def owners(texts: Any) -> list[int | None]:
    """The object that each character of a page belongs to; None for spaces in between."""
    handle = address(texts)
    return [_text_object(handle, index) for index in range(pdfium.FPDFText_CountChars(texts))]


def bounds(item: int) -> Box:
    """The outline of an object."""
    _bounds(item, *_EDGE)
    return Box(*_EDGES)


def matrix(item: int) -> tuple[float, ...]:
    """What takes an object's own coordinates to the page's: a, b, c, d, e and f."""
    _matrix(item, ctypes.byref(_SIX))
    return tuple(_SIX)


def rectangles(item: int) -> list[Box]:
    """The outlines of the closed shapes that a path fills."""
    shapes: list[list[tuple[float, float]]] = []
    for number in range(_count_segments(item)):
        segment = _segment(item, number)
        _point(segment, *_EDGE[:2])
        if _segment_kind(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            shapes.append([])
        shapes[-1].append((_EDGES[0], _EDGES[1]))
    return [
        Box(min(xs), min(ys), max(xs), max(ys))
        for xs, ys in (zip(*shape, strict=True) for shape in shapes)
    ]


def character_box(texts: int, index: int) -> Box:
    """The outline of a character's ink."""
    _character_box(texts, index, *_SIDE)
    left, right, bottom, top = _BOX
    return Box(left, bottom, right, top)


def marks(item: int, known: dict[int, str]) -> list[str]:
    """The names of the marks around an object; ``known`` remembers them by their addresses."""
    found = [_mark(item, number) for number in range(_count_marks(item))]
    for mark in found:
        if mark not in known:
            _mark_name(mark, _MARK, ctypes.sizeof(_MARK), ctypes.byref(_LENGTH))
            known[mark] = bytes(_MARK)[: max(0, _LENGTH.value - 2)].decode("utf-16-le")
    return [known[mark] for mark in found]


def is_delimiter(item: int, known: dict[int, bool]) -> bool:
    """Whether a text is a large bracket; ``known`` remembers its font."""
    font = _font(item)
    if font not in known:
        _font_name(font, _FONT, len(_FONT))
        known[font] = DELIMITERS in _FONT.value
    return known[font]
