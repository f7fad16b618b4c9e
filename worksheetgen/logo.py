"""Reading a logo: what TeX could not print is refused before it sees it."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pikepdf

from worksheetgen.errors import SpecError

LARGEST_LOGO = 500_000
"""Bytes of a logo at most: it is part of every PDF."""
MOST_PIXELS = 4000
PNG = b"\x89PNG\r\n\x1a\n"
HEADER_BYTES = 13
"""Of a PNG's first chunk: width, height, and five single bytes."""
FRAME_BYTES = 12
"""Of a chunk beside its content: length, kind and checksum."""


def read_logo(path: Path) -> bytes:
    """A logo that TeX can print.

    Raises:
        SpecError: it cannot be read, is too large, or is broken.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SpecError(f"cover.logo: {path}: {error.strerror}") from None
    if len(content) > LARGEST_LOGO:
        raise SpecError(
            f"cover.logo: {path} has {len(content) / 1000:,.0f} kB and would be part of every PDF; "
            f"{LARGEST_LOGO / 1000:.0f} kB are allowed: make it smaller"
        )
    fault = _fault_of_png(content) if path.suffix.lower() == ".png" else _fault_of_pdf(content)
    if fault:
        raise SpecError(f"cover.logo: {path} {fault}; save it anew")
    return content


def _fault_of_png(content: bytes) -> str:
    if not content.startswith(PNG):
        return "is no PNG"
    chunks = list(_chunks(content))
    kinds = [kind for kind, _ in chunks]
    if kinds[:1] != [b"IHDR"] or kinds[-1:] != [b"IEND"] or len(chunks[0][1]) != HEADER_BYTES:
        return "is a broken PNG"
    if not all(0 < size <= MOST_PIXELS for size in struct.unpack_from(">II", chunks[0][1])):
        return f"has more than {MOST_PIXELS} pixels in a row or column"
    return ""


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kinds and contents of a PNG's chunks, up to the first that is broken (ISO/IEC 15948)."""
    position = len(PNG)
    while len(content) >= position + FRAME_BYTES:
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + FRAME_BYTES + length
        body, checksum = content[position + 8 : end - 4], content[end - 4 : end]
        if checksum != crc32(kind + body).to_bytes(4):
            return
        yield kind, body
        position = end


def _fault_of_pdf(content: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            pages = len(document.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return "is no PDF that can be read"
    return "" if pages == 1 else f"has {pages} pages"
