"""Read finished pages by the grammar of what sheets may print; what is outside of it is told."""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from worksheetgen.typeset.names import form_digest
from worksheetgen.typeset.pdf import Document, Font, Picture, fonts_of
from worksheetgen.typeset.pdf import Page as FilePage
from worksheetgen.variants.own import LOGO, PICTURE
from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.content import Piece, Reader
from worksheetgen.verify.pages.file import StrangeError, contents
from worksheetgen.verify.pages.ink import face
from worksheetgen.verify.pages.page import (
    DIGITS,
    FORM,
    NAMES,
    QR,
    SIGNS,
    TEXTS,
    Glyph,
    Page,
    quantity,
)
from worksheetgen.verify.pages.runs import Placed, Scale

MOST_PAGES, MOST_GLYPHS = 400, 2_000
"""Pages of a sheet, and characters of a quantity, at most."""
EDGES = re.compile(rb"/(BBox|Matrix) \[ ([-\d. ]+)\]")
NUMBER = "sheet.page"
TITLE, LEVEL = "title", 0.05
"""How the marks end whose texts are read along their line, and points by which it may be off."""
UNIT = (0.0, 0.0, 1.0, 1.0)
"""The outline of an image before it is scaled (ISO 32000-1, 8.9.5)."""


@cache
def reader(*, outside: bool = False) -> Reader:
    """The reader of this process."""
    return Reader(outside=outside)


def read_pages(document: Document, by: Reader | None = None) -> list[Page]:
    """Every page of a file.

    Raises:
        StrangeError: a page has something that no sheet of ours has.
    """
    if len(document.pages) > MOST_PAGES:
        raise StrangeError(
            f"{len(document.pages):,} pages, of which a sheet has {MOST_PAGES} at most"
        )
    fonts = dict[str, Font]()
    for page in document.pages:
        if any(fonts.setdefault(name, font) != font for name, font in page.fonts.items()):
            raise StrangeError("a font that is another on another page")
    return [_page(page, by or reader()) for page in document.pages]


def _page(source: FilePage, by: Reader) -> Page:
    page = Page(float(source.width), float(source.height))
    shapes, prose = list[tuple[str, Box]](), list[str]()
    behind: Placed | None = None
    faces = {name: face(font) for name, font in source.fonts.items()}
    content = contents(source)
    if fonts_of(content) != source.fonts.keys():
        raise StrangeError("other fonts than the texts of the page have")
    for marks, piece in by.read(content, faces):
        mark, role = quantity(marks)
        if piece.runs:
            if behind is not None and piece.runs[0].is_apart(behind):
                prose.append(" ")
            behind = piece.runs[-1]
            prose.append(" " if mark else piece.words)
            if not mark:
                page.loose += [glyph for glyph in piece.glyphs if glyph[0] in DIGITS | SIGNS]
            _add(page, piece, mark, role)
            if mark == NUMBER:
                page.scale = piece.scale[0]
        page.extent += piece.outlines
        shapes += [(mark, outline) for outline in piece.outlines]
        shapes += [(mark, outline) for outline in _drawings(page, mark, piece, source.pictures)]
    page.prose = "".join(prose).replace("−", "-")
    page.judge(shapes)
    return page


def _add(page: Page, piece: Piece, mark: str, role: str) -> None:
    """Add what stands in a mark."""
    if mark.startswith(TEXTS):
        page.texts[mark] += piece.words.replace("−", "-")
    elif mark and piece.glyphs:
        if mark.endswith(TITLE) and any(abs(run.y - piece.runs[0].y) > LEVEL for run in piece.runs):
            raise StrangeError(f"{mark} that does not stand on one line")
        if len(page.glyphs[mark]) + len(piece.glyphs) > MOST_GLYPHS:
            raise StrangeError(f"more than {MOST_GLYPHS:,} characters in {mark}")
        page.glyphs[mark] += [
            Glyph("-" if character == "−" else character, box, role)
            for character, box in piece.glyphs
        ]


def _drawings(page: Page, mark: str, piece: Piece, pictures: Mapping[str, Picture]) -> list[Box]:
    """Add what is drawn and no text; its outlines."""
    found = list(piece.lines)
    if piece.lines:
        page.lines[mark] += piece.lines
    if piece.modules:
        if mark != QR:
            raise StrangeError("a QR code outside of its mark")
        whole = around(piece.modules)
        page.qr += piece.modules
        page.lines[QR].append(whole)
        found.append(whole)
    for name, scale in piece.pictures:
        if not (mark in (LOGO, *NAMES) or PICTURE.fullmatch(mark)) or name not in pictures:
            raise StrangeError("a picture that is neither a logo nor the examiner's nor a name")
        outline = outline_of(pictures[name], scale)
        if mark not in NAMES:
            page.pictures[mark].append(outline)
            told = sha256(repr(pictures[name]).encode()).hexdigest()
            if mark == LOGO:
                page.logos.append(told)
            else:
                page.texts[mark] += told
        else:
            page.names.append(outline)
            page.texts[mark] += f"{FORM}{form_digest(_streams(pictures[name]))}"
        found.append(outline)
    return found


def _streams(picture: Picture) -> list[bytes]:
    """What the objects of a picture hold beside what they say."""
    whole = (b"".join(p for p in body if isinstance(p, bytes)) for body in picture.objects)
    parted = (body.partition(b"\nstream\n")[2] for body in whole)
    return [stream.removesuffix(b"\nendstream") for stream in parted if stream]


def outline_of(picture: Picture, scale: Scale) -> Box:
    """What a picture shows: what its own page cuts off does not count (ISO 32000-1, 8.10.2)."""
    said = b"".join(piece for piece in picture.objects[0] if isinstance(piece, bytes))
    edges = {
        name: tuple(map(float, numbers.split()))
        for name, numbers in EDGES.findall(said.partition(b"\nstream\n")[0])
    }
    left, bottom, right, top = edges.get(b"BBox", UNIT)
    a, b, c, d, e, f = edges.get(b"Matrix", (1, 0, 0, 1, 0, 0))
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    xs, ys = zip(*corners, strict=True)
    wide, high, x, y = scale
    return Box(x + wide * min(xs), y + high * min(ys), x + wide * max(xs), y + high * max(ys))
