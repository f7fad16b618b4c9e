"""Reading a picture: what TeX cannot print, or prints as nothing, is refused at once."""

import io
import struct
from pathlib import Path

import pikepdf
from pypdfium2 import PdfDocument

from worksheetgen.errors import InputError, TexError
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.tex import Tex
from worksheetgen.typeset.texts import AS_SHIPPED
from worksheetgen.workers import workspace

LARGEST = 500_000
"""Bytes of a picture at most: it is part of every PDF."""
MOST_PIXELS = 4000
PNG = b"\x89PNG\r\n\x1a\n"
SIZE = slice(16, 24)
"""Where width and height stand in a PNG (ISO/IEC 15948)."""
PALEST = 250
"""The brightness from which on, of 255, a page counts as empty."""


def read_picture(place: str, path: Path, name: str, tex: Tex) -> bytes:
    """A picture that TeX prints.

    Args:
        place: where it is to stand.
        path: where it is.
        name: what a document calls it.
        tex: the program that is to print it.

    Raises:
        InputError: it cannot be read, is too large, or does not print.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{place}: {path}: not a file")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{place}: {path}: {error.strerror}") from None
    fault = _fault(content, is_png=name.endswith(".png")) or _fault_of_print(content, name, tex)
    if fault:
        raise InputError(f"{place}: {path} {fault}")
    return content


def _fault(content: bytes, *, is_png: bool) -> str:
    if len(content) > LARGEST:
        return (
            f"has {len(content) / 1000:,.0f} kB and would be part of every PDF; make it smaller "
            f"than {LARGEST / 1000:.0f} kB"
        )
    return _fault_of_png(content) if is_png else _fault_of_pdf(content)


def _fault_of_png(content: bytes) -> str:
    if not content.startswith(PNG) or len(content) < SIZE.stop:
        return "is no PNG; save it as one"
    if max(struct.unpack(">II", content[SIZE])) > MOST_PIXELS:
        return f"has more than {MOST_PIXELS} pixels in a row or column; make it smaller"
    return ""


def _fault_of_pdf(content: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        return "needs a password; save it without one"
    except pikepdf.PdfError:
        return "is no PDF that can be read; save it anew"
    return "" if pages == 1 else f"has {pages} pages; save the one with the picture by itself"


def _fault_of_print(content: bytes, name: str, tex: Tex) -> str:
    """What goes wrong with a page that has the picture and nothing else."""
    source = document([rf"\thispagestyle{{empty}}\coverlogo{{{Path(name).stem}}}"], PageSetup())
    inputs = AS_SHIPPED.latex | {name: content}
    try:
        with workspace() as work:
            run = tex.run(source, inputs, work, sheets=1)
    except TexError as error:
        return f"cannot be printed; save it anew, of a usual size. {str(error).splitlines()[0]}"
    with PdfDocument(run.pdf) as pdf:
        empty = len(pdf) != 1 or pdf[0].render(grayscale=True).to_numpy().min() >= PALEST
    return "prints nothing; is it white, or broken?" if empty else ""
