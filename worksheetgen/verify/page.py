"""Read finished pages with PDFium: the glyphs that a person sees, by the marks around them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from worksheetgen.errors import OutputError
from worksheetgen.verify import objects
from worksheetgen.verify.box import Box

BAR = 1.0
"""Height in points of a fraction's bar at most."""
MARGIN = 0.35
"""Points by which boxes of neighbours may overlap: kerning, and rounding."""


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
    text: str = ""
    """All characters but those of titles, in the order of printing."""
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
    owners: dict[int, tuple[str, str] | None] = {}
    fonts: dict[int, bool] = {}
    shapes: list[tuple[str, Box]] = []
    for number in range(pdfium.FPDFPage_CountObjects(source.raw)):
        item = pdfium.FPDFPage_GetObject(source.raw, number)
        kind = pdfium.FPDFPageObj_GetType(item)
        mark, role = objects.marks(item)
        outline = objects.bounds(item)
        shapes.append((mark, outline))
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            page.hidden += objects.why_hidden(item)
            page.extent.append(outline)
            owners[objects.address(item)] = (
                None if objects.is_delimiter(item, fonts) else (mark, role)
            )
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            page.lines[mark].append(outline)
        else:
            page.hidden.append("a picture, form or shading")
    texts = source.get_textpage()
    _read_glyphs(page, texts.raw, owners)
    page.hidden += ["text outside the page" for box in page.extent if _outside(box, page)]
    page.overprinted += _overprinted(page, shapes)
    if pdfium.FPDFPage_GetAnnotCount(source.raw):
        page.hidden.append("an annotation")
    return page


def _read_glyphs(page: Page, texts: Any, owners: dict[int, tuple[str, str] | None]) -> None:
    prose, everything = [], []
    for index in range(pdfium.FPDFText_CountChars(texts)):
        owner = owners.get(objects.address(pdfium.FPDFText_GetTextObject(texts, index)))
        if owner is None:
            prose.append(" ")
            everything.append(" ")
            continue
        character = chr(pdfium.FPDFText_GetUnicode(texts, index)).replace("−", "-")
        mark, role = owner
        prose.append(" " if mark else character)
        everything.append(" " if mark.endswith(".title") else character)
        if mark and not character.isspace():
            box = objects.character_box(texts, index)
            page.glyphs[mark].append(Glyph(character, box, role))
    page.prose, page.text = "".join(prose), "".join(everything)


def _outside(box: Box, page: Page) -> bool:
    return min(box.left, box.bottom) < 0 or box.right > page.width or box.top > page.height


def _overprinted(page: Page, shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """Quantities that something else is drawn into, or whose own glyphs lie on one another."""
    everything = np.array([_edges(box) for _, box in shapes]).reshape(-1, 4)
    owners = np.array([mark for mark, _ in shapes])
    for mark, glyphs in page.glyphs.items():
        own = everything[owners == mark]
        hull = np.concatenate([own[:, :2].min(axis=0), own[:, 2:].max(axis=0)])
        if _overlaps(hull[None], everything[owners != mark]).any():
            yield f"something printed over {mark}"
        boxes = np.array([_edges(glyph.box) for glyph in glyphs])
        if np.count_nonzero(_overlaps(boxes, boxes)) > len(glyphs):
            yield f"glyphs printed over one another in {mark}"
        bars = any(glyph.role for glyph in glyphs)
        if any(not bars or box.height > BAR for box in page.lines.get(mark, [])):
            yield f"something drawn in {mark}"


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.bottom, box.right, box.top


def _overlaps(some: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Which boxes share more than MARGIN in width and height, shape (some, others)."""
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:], others[None, :, 2:])
    return np.asarray(((high - low) > MARGIN).all(axis=-1))
