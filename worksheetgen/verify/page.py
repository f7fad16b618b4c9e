"""Read finished pages with PDFium: the glyphs that a person sees, by the marks around them."""

import ctypes
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from worksheetgen.errors import OutputError

BLACK = (0, 0, 0, 255)
FILL = 0
SMALLEST = 3.5
"""Points below which text counts as hidden."""
MARGIN = 0.35
"""Points by which boxes of neighbours may overlap: kerning, and rounding."""
DELIMITERS = "LMMathExtension"
"""The font of large brackets, whose glyphs stand for no character."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Glyph:
    """A visible character and its ink."""

    character: str
    box: Box
    role: str = ""
    """``over`` or ``under`` in a fraction."""


@dataclass
class Page:
    """What is on a page, by the innermost quantity's mark; "" where there is none."""

    width: float
    height: float
    glyphs: dict[str, list[Glyph]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, list[Box]] = field(default_factory=lambda: defaultdict(list))
    """Rules and other drawn shapes."""
    extent: list[Box] = field(default_factory=list)
    """Outlines of all texts."""
    prose: str = ""
    """The characters outside of quantities, in the order of printing."""
    hidden: list[str] = field(default_factory=list)
    """What a person cannot see, or what no sheet of ours has: white text, pictures, annotations."""
    overprinted: list[str] = field(default_factory=list)
    """Quantities that cannot be read because something lies over them."""


def read_pages(pdf: bytes) -> list[Page]:
    """Every page of a PDF.

    Raises:
        OutputError: the bytes are no PDF.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise OutputError(f"not a PDF: {error}") from None
    with document:
        return [_read_page(document[number]) for number in range(len(document))]


def _read_page(source: pypdfium2.PdfPage) -> Page:
    page = Page(*source.get_size())
    texts = source.get_textpage()
    marks: dict[int, tuple[str, str] | None] = {}
    shapes: list[tuple[str, Box]] = []
    for number in range(pdfium.FPDFPage_CountObjects(source.raw)):
        item = pdfium.FPDFPage_GetObject(source.raw, number)
        kind = pdfium.FPDFPageObj_GetType(item)
        mark, role = _marks(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            page.hidden += _hidden(item, page)
            page.extent.append(_bounds(item))
            marks[_address(item)] = None if _is_delimiter(item) else (mark, role)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            page.lines[mark].append(_bounds(item))
        else:
            page.hidden.append("a picture, form or shading")
        shapes.append((mark, _bounds(item)))
    _read_glyphs(page, texts, marks)
    page.overprinted += _overprinted(page, shapes)
    if pdfium.FPDFPage_GetAnnotCount(source.raw):
        page.hidden.append("an annotation")
    return page


def _read_glyphs(
    page: Page, texts: pypdfium2.PdfTextPage, marks: dict[int, tuple[str, str] | None]
) -> None:
    characters = []
    count = pdfium.FPDFText_CountChars(texts.raw)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(count):
        character = chr(pdfium.FPDFText_GetUnicode(texts.raw, index))
        mark = marks.get(_address(pdfium.FPDFText_GetTextObject(texts.raw, index)))
        if mark is None or not mark[0]:
            characters.append(character if mark else " ")
            continue
        characters.append(" ")
        if character.isspace():
            continue
        pdfium.FPDFText_GetCharBox(texts.raw, index, left, right, bottom, top)
        box = Box(left.value, bottom.value, right.value, top.value)
        page.glyphs[mark[0]].append(Glyph(character.replace("−", "-"), box, mark[1]))
    page.prose = "".join(characters).replace("−", "-")


def _address(item: object) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _bounds(item: object) -> Box:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(item, *edges)
    return Box(*(edge.value for edge in edges))


def _marks(item: object) -> tuple[str, str]:
    """The name of the quantity that an object belongs to, and its role in a fraction."""
    names = [_mark_name(item, n) for n in range(pdfium.FPDFPageObj_CountMarks(item))]
    roles = [name for name in names if name in ("over", "under")]
    quantities = [name for name in names if "." in name]
    return (quantities[-1] if quantities else "", roles[-1] if roles else "")


def _mark_name(item: object, number: int) -> str:
    mark = pdfium.FPDFPageObj_GetMark(item, number)
    size = ctypes.c_ulong()
    name = (ctypes.c_ushort * 128)()
    pdfium.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), size)
    return bytes(name)[: max(0, size.value - 2)].decode("utf-16-le")


def _is_delimiter(item: object) -> bool:
    name = ctypes.create_string_buffer(64)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(item), name, len(name))
    return DELIMITERS.encode() in name.value


def _hidden(item: object, page: Page) -> Iterator[str]:
    """Why a person would not see a text, or not at its place."""
    colour = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(item, *colour)
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(item, size)
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    box = _bounds(item)
    if tuple(part.value for part in colour) != BLACK:
        yield "text that is not black"
    if pdfium.FPDFTextObj_GetTextRenderMode(item) != FILL:
        yield "text that is not filled"
    if size.value * abs(matrix.d) < SMALLEST:
        yield "text too small to read"
    if pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(item)) > 0:
        yield "text that is cut off"
    if min(box.left, box.bottom) < 0 or box.right > page.width or box.top > page.height:
        yield "text outside the page"


def _overprinted(page: Page, shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """Quantities that something else is drawn over, or whose own glyphs lie on one another."""
    everything = np.array([_edges(box) for _, box in shapes]).reshape(-1, 4)
    owners = np.array([mark for mark, _ in shapes])
    for mark, glyphs in page.glyphs.items():
        boxes = np.array([_edges(glyph.box) for glyph in glyphs])
        if _overlaps(boxes, everything[owners != mark]).any():
            yield f"something printed over {mark}"
        own = _overlaps(boxes, boxes)
        if np.count_nonzero(own) > len(glyphs):
            yield f"glyphs printed over one another in {mark}"


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.bottom, box.right, box.top


def _overlaps(some: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Which boxes share more than MARGIN in width and height, shape (some, others)."""
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:], others[None, :, 2:])
    return np.asarray(((high - low) > MARGIN).all(axis=-1))
