"""From the bytes of a file to what it holds, every byte accounted for.

What is read is written again; a file is one of ours if the same bytes come out. So it does not
matter how its objects are looked for here: whatever is passed over, hidden, stowed or misread makes
other bytes.
"""

import io
import re
import zlib
from collections.abc import Iterator
from functools import cache, lru_cache
from hashlib import sha256

import pikepdf

from worksheetgen.errors import OutputError, TexError
from worksheetgen.typeset.pdf import HEAD, Document, Font, Page, Picture, written
from worksheetgen.typeset.picture import picture_of

LARGEST, LARGEST_PAGE = 100_000_000, 5_000_000
"""Bytes of a file, and of what a page of it says, at most."""
OBJECT = re.compile(rb"(\d{1,7}) 0 obj\n((?:(?!\nendobj\n|\nstream\n).)*)", re.DOTALL)
LENGTH = re.compile(rb"/Length (\d{1,8}) ")
STREAM, END_OF_STREAM, END = b"\nstream\n", b"\nendstream", b"\nendobj\n"
REFERENCE = re.compile(rb"(\d+) 0 R ")
NAMED = re.compile(rb"/([A-Za-z0-9]+) (\d+) 0 R ")
LANGUAGE = re.compile(rb"<< /Type /Catalog /Pages 2 0 R /Lang \((\w\w)\) >>")
TITLE = re.compile(rb"<< /Title <feff([0-9a-f]*)> >>")
PAGE = re.compile(
    rb"<< /Type /Page /Parent 2 0 R /MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \] /Contents \[ ([^]]*)\] "
    rb"/Resources << (?:/Font << ([^>]*)>> )?(?:/XObject << ([^>]*)>> )?>> >>"
)
FONT = re.compile(rb"/BaseFont /SUBSET\+([A-Za-z0-9-]+) .* /Differences \[ ([^]]*) \]")

Objects = dict[int, tuple[bytes, bytes | None]]
"""What each object says, and its stream, if it has one."""


class StrangeError(OutputError):
    """A file that is none of ours, or holds what none of ours does."""


def opened(pdf: bytes) -> Document:
    """What a file holds.

    Raises:
        StrangeError: something else than our own writing would come to, or than it could.
    """
    if len(pdf) > LARGEST:
        raise StrangeError(f"{len(pdf):,} bytes, of which a sheet has {LARGEST:,} at most")
    try:
        document = _document(pdf)
        again = written(document)
    except KeyError as error:
        raise StrangeError(f"not written as sheets are: no object {error}") from None
    except (ValueError, TypeError, RecursionError, pikepdf.PdfError, TexError) as error:
        raise StrangeError(f"not written as sheets are: {type(error).__name__}: {error}") from None
    if again != pdf:
        place = next(
            (n for n, pair in enumerate(zip(again, pdf, strict=False)) if pair[0] != pair[1]),
            len(again),
        )
        raise StrangeError(f"not written as sheets are, from byte {place:,} on")
    return document


PROBE = b"".join(b"1 0 0 1 %d %d cm\n" % (n * n % 977, n * 31 % 613) for n in range(400))
PROBED = "f3af61eeea03658678a8de1ec421cfce08febb389f21d91175576a2e8f621c26"
"""Contents, and the digest of what zlib makes of them, with which TeX is built."""


@cache
def packs_as_tex() -> bool:
    """Whether this Python has zlib itself, and none of its relatives that pack otherwise."""
    return sha256(zlib.compress(PROBE, zlib.Z_BEST_COMPRESSION)).hexdigest() == PROBED


def contents(page: Page) -> bytes:
    """The operators of a page.

    Raises:
        StrangeError: they are too many, broken, followed by something else, or packed otherwise
            than TeX packs them, which is room for a message.
    """
    if not page.content:
        return page.more
    inflating = zlib.decompressobj()
    try:
        found = inflating.decompress(page.content, LARGEST_PAGE)
    except zlib.error as error:
        raise StrangeError(f"the contents of a page: {error}") from None
    if not inflating.eof or inflating.unused_data:
        raise StrangeError("the contents of a page have no end, or go on behind it")
    if packs_as_tex() and zlib.compress(found, zlib.Z_BEST_COMPRESSION) != page.content:
        raise StrangeError("the contents of a page are packed otherwise than TeX packs them")
    return found + page.more


def _document(pdf: bytes) -> Document:
    objects = dict(_objects(pdf))
    language, title = LANGUAGE.fullmatch(objects[1][0]), TITLE.fullmatch(objects[3][0])
    if language is None or title is None:
        raise ValueError("no language, or no title")
    kids = [int(kid) for kid in REFERENCE.findall(objects[2][0])]
    return Document(
        bytes.fromhex(title[1].decode()).decode("utf-16-be"),
        language[1].decode(),
        tuple(_page(objects, kid, pdf) for kid in kids),
    )


def _objects(pdf: bytes) -> Iterator[tuple[int, tuple[bytes, bytes | None]]]:
    at = len(HEAD)
    while found := OBJECT.match(pdf, at):
        at, data = found.end(), None
        if pdf.startswith(STREAM, at):
            length = LENGTH.search(found[2])
            start = at + len(STREAM)
            at = start + (int(length[1]) if length else 0)
            data = pdf[start:at]
            at += len(END_OF_STREAM)
        at += len(END)
        yield int(found[1]), (found[2], data)


def _page(objects: Objects, number: int, pdf: bytes) -> Page:
    found = PAGE.fullmatch(objects[number][0])
    if found is None:
        raise ValueError("a page with something else")
    width, height, shown, fonts, pictures = found.groups()
    content = more = b""
    for kid in REFERENCE.findall(shown):
        said, data = objects[int(kid)]
        if b"/FlateDecode" in said:
            content = data or b""
        else:
            more = data or b""
    return Page(
        width.decode(),
        height.decode(),
        content,
        more,
        {name.decode(): _font(objects[int(font)][0]) for name, font in NAMED.findall(fonts or b"")},
        {name.decode(): _picture(pdf, int(n)) for name, n in NAMED.findall(pictures or b"")},
    )


@lru_cache(maxsize=1024)
def _font(said: bytes) -> Font:
    found = FONT.search(said)
    if found is None:
        raise ValueError("a font that says something else")
    codes, code = [], 0
    for entry in found[2].decode().split():
        if entry.startswith("/"):
            codes.append((code, entry[1:]))
            code += 1
        else:
            code = int(entry)
    return Font(found[1].decode(), tuple(codes))


def _picture(pdf: bytes, number: int) -> Picture:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return picture_of(document.get_object((number, 0)))
