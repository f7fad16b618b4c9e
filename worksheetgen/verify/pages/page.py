"""Read finished pages with PDFium: the glyphs that a person sees, by the marks around them."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from worksheetgen.errors import OutputError
from worksheetgen.verify.pages import objects
from worksheetgen.verify.pages.box import Box

BAR = 1.0
"""Height in points of a fraction's bar at most."""
NO_QUANTITY = "", ""
TEXTS = ("cover.", "person.", "practice.")
"""How the names of marks begin around words that are no quantities."""
UNMOVED = (1, 0, 0, 1, 0, 0)
LOGO, QR = "cover.logo", "sheet.qr"
GUARDED = {QR: 6.8, "person.name": 0.0, "person.id": 0.0}
"""Marks that hold no quantity, but are to be read, and the points that must be free around them.

A QR code has a quiet zone of four modules (ISO/IEC 18004).
"""
MARGIN = 0.35
"""Points by which boxes of neighbours may overlap: kerning, and rounding."""


_ONE_AT_A_TIME = Lock()
"""PDFium is not made for threads, which other people's executors may use."""


class Glyph(NamedTuple):
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
    texts: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    """What stands in marks whose names begin with a word of ``TEXTS``, in the order of printing."""
    qr: list[Box] = field(default_factory=list)
    """The dark parts of its QR code."""
    pictures: list[Box] = field(default_factory=list)
    """Outlines of logos."""
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
    with document, _ONE_AT_A_TIME:
        return [_read_page(document[number], pdf, number) for number in range(len(document))]


def _read_page(source: pypdfium2.PdfPage, pdf: bytes, number: int) -> Page:
    page = Page(*source.get_size())
    names: dict[int, str] = {}
    fonts: dict[int, bool] = {}
    owners: dict[int | None, tuple[str, str] | None] = {None: None}
    shapes: list[tuple[str, Box]] = []
    outlines: dict[int | None, Box] = {}
    for item in objects.objects(source.raw):
        marks = objects.marks(item, names)
        mark, role = _quantity(marks) if marks else NO_QUANTITY
        kind = objects.kind(item)
        outline = objects.bounds(item) if kind != objects.FORM else _shown(item, pdf, number)
        shapes.append((mark, outline))
        if kind == objects.TEXT:
            page.extent.append(outline)
            outlines[item] = outline
            owners[item] = None if objects.is_delimiter(item, fonts) else (mark, role)
        elif kind == objects.PATH:
            page.lines[mark].append(outline)
            if mark == QR:
                page.qr += objects.rectangles(item)
        elif mark == LOGO:
            page.pictures.append(outline)
        else:
            page.hidden.append("a picture, form or shading")
    _read_glyphs(page, source.get_textpage(), owners, outlines)
    page.hidden += ["text outside the page" for box in page.extent if _outside(box, page)]
    page.overprinted += [*_overprinted(page, shapes), *_touched(shapes)]
    if pdfium.FPDFPage_GetAnnotCount(source.raw):
        page.hidden.append("an annotation")
    return page


def _shown(form: int, pdf: bytes, number: int) -> Box:
    """What a form shows: what its own page cuts off does not count (ISO 32000-1, 8.10.2)."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [*document.pages[number].obj.Resources.get("/XObject", {}).values()]
        if len(found) != 1 or "/BBox" not in found[0]:
            return objects.bounds(form)
        own = pikepdf.Matrix(*map(float, found[0].get("/Matrix", UNMOVED)))
        placed = own @ pikepdf.Matrix(*objects.matrix(form))
        left, bottom, right, top = map(float, found[0].BBox)
        corners = [placed.transform((x, y)) for x in (left, right) for y in (bottom, top)]
        xs, ys = zip(*corners, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def _quantity(marks: Iterable[str]) -> tuple[str, str]:
    """The name of the innermost quantity, and the role in a fraction."""
    quantity = role = ""
    for name in marks:
        if name in ("over", "under"):
            role = name
        elif "." in name:
            quantity = name
    return quantity, role


def _read_glyphs(
    page: Page,
    source: pypdfium2.PdfTextPage,
    owners: Mapping[int | None, tuple[str, str] | None],
    outlines: Mapping[int | None, Box],
) -> None:
    prose = []
    texts = objects.address(source.raw)
    items = objects.owners(source.raw)
    lengths = Counter(items)
    for index, (item, character) in enumerate(zip(items, _characters(source), strict=True)):
        owner = owners.get(item)
        if owner is None:
            prose.append(" ")
            continue
        mark, role = owner
        if not mark:
            prose.append(character)
            continue
        prose.append(" ")
        if mark.startswith(TEXTS):
            page.texts[mark] += character
        elif not character.isspace():
            alone = lengths[item] == 1
            box = outlines[item] if alone else objects.character_box(texts, index)
            page.glyphs[mark].append(Glyph(character, box, role))
    page.prose = "".join(prose)


def _characters(texts: pypdfium2.PdfTextPage) -> str:
    """One character for each of the page's, in its order."""
    count = texts.count_chars()
    together: str = texts.get_text_range()
    if len(together) != count:  # a hyphen at a line's end, or a sign beyond 16 bits
        codes = (pdfium.FPDFText_GetUnicode(texts.raw, index) for index in range(count))
        together = "".join(map(chr, codes))
    return together.replace("−", "-")


def _outside(box: Box, page: Page) -> bool:
    return min(box.left, box.bottom) < 0 or box.right > page.width or box.top > page.height


def _overprinted(page: Page, shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """Quantities that something else is drawn into, or whose own glyphs lie on one another."""
    numbers = {mark: number for number, mark in enumerate(page.glyphs)}
    if not numbers:
        return
    everything = _array(box for _, box in shapes)
    owner = np.array([numbers.get(mark, -1) for mark, _ in shapes])
    foreign = owner != np.arange(len(numbers))[:, None]
    crossed = (_overlap(_hulls(everything, owner)[:, None], everything[None]) & foreign).any(axis=1)
    boxes = _array(glyph.box for own in page.glyphs.values() for glyph in own)
    one, other = _pairs([len(own) for own in page.glyphs.values()])
    within = np.repeat(np.arange(len(numbers)), [len(own) for own in page.glyphs.values()])
    covered = set(within[one[_overlap(boxes[one], boxes[other])]].tolist())
    for mark, number in numbers.items():
        if crossed[number]:
            yield f"something printed over {mark}"
        if number in covered and not mark.endswith(".title"):  # letters of words are kerned
            yield f"glyphs printed over one another in {mark}"
        bars = any(glyph.role for glyph in page.glyphs[mark])
        if any(not bars or box.height > BAR for box in page.lines.get(mark, [])):
            yield f"something drawn in {mark}"


def _touched(shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """A QR code or a person that something else is drawn into, or closer than a reader can bear."""
    for guarded, room in GUARDED.items():
        own = [box for mark, box in shapes if mark == guarded]
        if not own:
            continue
        left, bottom = min(box.left for box in own) - room, min(box.bottom for box in own) - room
        right, top = max(box.right for box in own) + room, max(box.top for box in own) + room
        zone = np.array([left, bottom, right, top])
        if _overlap(zone, _array(box for mark, box in shapes if mark != guarded)).any():
            yield f"something printed over {guarded}"


def _array(boxes: Iterable[Box]) -> NDArray[Any]:
    return np.array([*boxes]).reshape(-1, 4)


def _hulls(boxes: NDArray[Any], owner: NDArray[Any]) -> NDArray[Any]:
    """The outline of each owner's boxes; an owner of -1 is none."""
    order = np.argsort(owner, kind="stable")
    order = order[np.searchsorted(owner[order], 0) :]
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    low = np.minimum.reduceat(boxes[order, :2], starts)
    return np.concatenate([low, np.maximum.reduceat(boxes[order, 2:], starts)], axis=1)


def _pairs(counts: Sequence[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """All pairs of members of the same group, for groups of so many members one after another."""
    starts = np.cumsum([0, *counts[:-1]])
    pairs = [start + _triangle(count) for start, count in zip(starts, counts, strict=True)]
    one, other = np.concatenate(pairs, axis=1)
    return one, other


@cache
def _triangle(count: int) -> NDArray[Any]:
    return np.array(np.triu_indices(count, k=1))


def _overlap(some: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Whether boxes share more than MARGIN in width and height; the arrays broadcast."""
    low = np.maximum(some[..., :2], others[..., :2])
    high = np.minimum(some[..., 2:], others[..., 2:])
    return np.asarray(((high - low) > MARGIN).all(axis=-1))
