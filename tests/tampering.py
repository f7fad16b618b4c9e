"""Change finished sheets: what they hold, written again as sheets are, or their bytes."""

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf

from worksheetgen.typeset.pdf import Document, Page, written
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.file import contents, opened
from worksheetgen.verify.pages.page import Page as ReadPage
from worksheetgen.verify.pages.reading import read_pages

Content = Callable[[bytes], bytes]


def changed(pdf: bytes, change: Callable[[Document], Document]) -> bytes:
    """A sheet that holds something else, and is written as sheets are."""
    return written(change(opened(pdf)))


def with_content(pdf: bytes, number: int, change: Content) -> bytes:
    """A sheet whose page of a number, from 0, has other operators."""

    def change_page(document: Document) -> Document:
        pages = list(document.pages)
        pages[number] = other(pages[number], change)
        return replace(document, pages=tuple(pages))

    return changed(pdf, change_page)


def other(page: Page, change: Content) -> Page:
    """A page with other operators."""
    return replace(page, content=packed(change(contents(page))), more=b"")


def packed(content: bytes, level: int = zlib.Z_BEST_COMPRESSION) -> bytes:
    """Operators as TeX packs them, unless the level is another."""
    return zlib.compress(content, level)


def rewrite(path: Path, number: int, change: Content) -> None:
    """The same with a file."""
    path.write_bytes(with_content(path.read_bytes(), number, change))


def foreign(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """A sheet that a library has changed and written."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(out)
    return out.getvalue()


def locked(pdf: bytes) -> bytes:
    """A sheet that asks for a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def pages_of(pdf: bytes) -> list[ReadPage]:
    """What the pages of a sheet show."""
    return read_pages(opened(pdf))


def number(value: float) -> str:
    """A number as TeX writes it."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def text(pdf: bytes, page: int, x: float, y: float, said: str = "4", size: float = 9) -> bytes:
    """Operators that show a text in the common font of a page."""
    fonts = opened(pdf).pages[page].fonts
    name = next(
        n for n, font in fonts.items() if font.name == "LMRoman10-Regular" and _digits(font)
    )
    return f"BT\n/{name} {number(size)} Tf {number(x)} {number(y)} Td [({said})]TJ\nET\n".encode()


def _digits(font: object) -> bool:
    return "four" in {glyph for _, glyph in getattr(font, "codes", ())}


def line(x: float, y: float, right: float, up: float = 0, thick: float = 0.398) -> bytes:
    """Operators that draw a line."""
    shape = f"[]0 d 0 J {number(thick)} w 0 0 m {number(right)} {number(up)} l S"
    return f"q\n1 0 0 1 {number(x)} {number(y)} cm\n{shape}\nQ\n".encode()


def block(x: float, y: float, width: float, height: float) -> bytes:
    """Operators that fill a rectangle."""
    return f"{number(x)} {number(y)} {number(width)} {number(height)} re f\n".encode()


def marked(mark: str, content: bytes) -> bytes:
    return f"/{mark} BMC\n".encode() + content + b"EMC\n"


def added(more: Callable[[bytes, int], bytes], page: int = 0) -> Callable[[bytes], bytes]:
    """Print something more on a page: operators from the sheet and the page's number."""
    return lambda pdf: with_content(pdf, page, lambda content: content + more(pdf, page))


def place_of(pdf: bytes, mark: str) -> tuple[int, Box]:
    """Page and place of the first digit of a quantity."""
    for page_number, page in enumerate(pages_of(pdf)):
        for found in page.glyphs.get(mark, []):
            if found.character.isdigit():
                return page_number, found.box
    raise AssertionError(mark)


def over(mark: str, more: Callable[[bytes, int, Box], bytes]) -> Callable[[bytes], bytes]:
    """Print something at the place of a quantity's first digit."""

    def change(pdf: bytes) -> bytes:
        page, box = place_of(pdf, mark)
        return with_content(pdf, page, lambda content: content + more(pdf, page, box))

    return change


def mended(find: bytes, instead: bytes, page: int = 0) -> Callable[[bytes], bytes]:
    """A sheet in whose operators something stands in place of something else."""

    def change(content: bytes) -> bytes:
        assert find in content
        return content.replace(find, instead, 1)

    return lambda pdf: with_content(pdf, page, change)
