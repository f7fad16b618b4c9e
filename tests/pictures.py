"""Pictures to print, and sheets with another one."""

import io
from dataclasses import replace
from typing import Any

import pikepdf
from PIL import Image

from worksheetgen.typeset.pdf import Document, Picture


def png(mode: str = "RGB", size: tuple[int, int] = (30, 30), dpi: int = 300) -> bytes:
    content = io.BytesIO()
    Image.new("RGBA", size, "navy").convert(mode).save(content, "png", dpi=(dpi, dpi))
    return content.getvalue()


def pdf(content: bytes = b"0 0 9 9 re f", size: int = 50, pages: int = 1, **how: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
            document.pages[-1].obj.MediaBox = [0, 0, size, size]
            document.pages[-1].obj.Contents = document.make_stream(content)
        document.save(out, **how)
    return out.getvalue()


def with_another_picture(document: Document, page: int = 0) -> Document:
    """A sheet whose only picture on a page, from 0, is another."""
    ((name, picture),) = document.pages[page].pictures.items()
    *objects, last = picture.objects
    *pieces, said = last
    assert isinstance(said, bytes)
    end = len(said) - len(b"\nendstream")
    lighter = Picture((*objects, (*pieces, said[: end - 1] + b"?" + said[end:])))
    pages = [*document.pages]
    pages[page] = replace(pages[page], pictures={name: lighter})
    return replace(document, pages=tuple(pages))
