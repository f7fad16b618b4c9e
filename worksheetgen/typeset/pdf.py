"""The file of a sheet, byte for byte: all that it holds, and the one way in which it is written.

A file follows from a :class:`Document` alone, so that whoever reads one can write it again and
compare: nothing is stowed between, behind or within what pages show. Fonts are known by their names
and glyphs, and made by :mod:`worksheetgen.typeset.fonts`.

Source: ISO 32000-1:2008 (PDF 1.7), sections 7.5 and 9.6.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from worksheetgen.typeset import fonts

HEAD = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
CATALOG, PAGES, INFORMATION = 1, 2, 3
"""The numbers of the first objects."""
SYMBOLIC = 4
"""The flag of a font whose glyphs have their own encoding."""

Body = Sequence[bytes | int]
"""An object's bytes; an integer stands for a reference, counted from the first of its group."""


CHOSEN = re.compile(rb"/([A-Za-z0-9]+) [-\d.]+ Tf")
"""An operator that chooses a font (ISO 32000-1, 9.3.1)."""


@dataclass(frozen=True)
class Font:
    """A font by its name, and the glyphs that its codes show, in order."""

    name: str
    codes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Picture:
    """A picture as objects of a file, the first of which is what a page shows."""

    objects: tuple[Body, ...]


@dataclass(frozen=True)
class Page:
    """What a page holds; an empty one is blank."""

    width: str
    height: str
    content: bytes = b""
    """Operators, deflated."""
    more: bytes = b""
    """Operators behind these, as they are."""
    fonts: Mapping[str, Font] = field(default_factory=dict)
    """By the names that operators call them."""
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True)
class Document:
    """All that a file says."""

    title: str
    language: str
    pages: tuple[Page, ...]


def fonts_of(content: bytes) -> set[str]:
    r"""The names of the fonts that texts of a page choose.

    >>> fonts_of(b"BT\n/F8 9 Tf 72 90 Td [(A)]TJ\nET\n")
    {'F8'}
    """
    return {name.decode() for name in CHOSEN.findall(content)}


def written(document: Document) -> bytes:
    """The file.

    Raises:
        TexError: a font is not to be had.
    """
    file = _File(document)
    return file.whole()


class _File:
    """Objects by number, and what of them is shared."""

    def __init__(self, document: Document) -> None:
        self._bodies: list[bytes] = [b""] * INFORMATION
        self._glyphs: dict[str, set[str]] = {}
        self._shared: dict[Font | str | tuple[Body, ...], int] = {}
        for page in document.pages:
            for font in page.fonts.values():
                self._glyphs.setdefault(font.name, set()).update(glyph for _, glyph in font.codes)
        kids = b"".join(b"%d 0 R " % self._page(page) for page in document.pages)
        language, title = document.language.encode(), document.title.encode("utf-16-be").hex()
        self._bodies[CATALOG - 1] = b"<< /Type /Catalog /Pages 2 0 R /Lang (%b) >>" % language
        self._bodies[PAGES - 1] = b"<< /Type /Pages /Count %d /Kids [ %b] >>" % (
            len(document.pages),
            kids,
        )
        self._bodies[INFORMATION - 1] = b"<< /Title <feff%b> >>" % title.encode()

    def whole(self) -> bytes:
        parts, places, at = [HEAD], [], len(HEAD)
        for number, body in enumerate(self._bodies, start=1):
            places.append(b"%010d 00000 n \n" % at)
            parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
            at += len(parts[-1])
        count = 1 + len(places)
        parts.append(b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, b"".join(places)))
        digest = sha256(b"".join(parts)).hexdigest()[:32].encode()
        keys = b"/Size %d /Root 1 0 R /Info 3 0 R /ID [<%b> <%b>]" % (count, digest, digest)
        return b"".join([*parts, b"trailer\n<< %b >>\nstartxref\n%d\n%%%%EOF\n" % (keys, at)])

    def _add(self, body: bytes) -> int:
        self._bodies.append(body)
        return len(self._bodies)

    def _page(self, page: Page) -> int:
        contents = [
            self._add(_stream(keys, data))
            for keys, data in ((b"/Filter /FlateDecode ", page.content), (b"", page.more))
            if data
        ]
        fonts = {name: self._font(font) for name, font in page.fonts.items()}
        pictures = {name: self._picture(picture) for name, picture in page.pictures.items()}
        resources = b"".join(
            b"/%b << %b>> "
            % (kind, b"".join(b"/%b %d 0 R " % (n.encode(), o) for n, o in own.items()))
            for kind, own in ((b"Font", fonts), (b"XObject", pictures))
            if own
        )
        box = f"[ 0 0 {page.width} {page.height} ]".encode()
        shown = b"".join(b"%d 0 R " % number for number in contents)
        return self._add(
            b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents [ %b] /Resources << %b>> >>"
            % (box, shown, resources)
        )

    def _font(self, font: Font) -> int:
        if font not in self._shared:
            description = self._description(font.name)
            said, characters = _described(font)
            to_text = self._add(_stream(b"", characters))
            body = b"%b /FontDescriptor %d 0 R /ToUnicode %d 0 R >>" % (said, description, to_text)
            self._shared[font] = self._add(body)
        return self._shared[font]

    def _description(self, name: str) -> int:
        if name not in self._shared:
            said, keys, data = _program(name, tuple(sorted(self._glyphs[name])))
            program = self._add(_stream(keys, data))
            self._shared[name] = self._add(b"%b /FontFile %d 0 R >>" % (said, program))
        return self._shared[name]

    def _picture(self, picture: Picture) -> int:
        if picture.objects not in self._shared:
            first = 1 + len(self._bodies)
            self._shared[picture.objects] = first
            for body in picture.objects:
                self._add(b"".join(_with_references(body, first)))
        return self._shared[picture.objects]


def _with_references(body: Body, first: int) -> Iterator[bytes]:
    for piece in body:
        yield b"%d 0 R" % (first + piece) if isinstance(piece, int) else piece


def _stream(keys: bytes, data: bytes) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream" % (keys, len(data), data)


@lru_cache(maxsize=256)
def _described(font: Font) -> tuple[bytes, bytes]:
    """What a font's object says of its codes, and the map by which programs read its text."""
    shown = dict(font.codes)
    first, last = font.codes[0][0], font.codes[-1][0]
    widths = " ".join(
        fonts.width(font.name, shown[code]) if code in shown else "0"
        for code in range(first, last + 1)
    )
    differences = " ".join(
        f"/{glyph}" if code - 1 in shown else f"{code} /{glyph}" for code, glyph in font.codes
    )
    said = (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{_tagged(font.name)} /FirstChar {first} "
        f"/LastChar {last} /Widths [ {widths} ] /Encoding << /Type /Encoding /Differences "
        f"[ {differences} ] >>"
    )
    return said.encode(), _map(font)


def _map(font: Font) -> bytes:
    return to_unicode({code: fonts.text_of(glyph) for code, glyph in font.codes}, digits=2)


def to_unicode(said: Mapping[int, str], *, digits: int) -> bytes:
    """The characters that codes of so many digits stand for (ISO 32000-1, 9.10.3)."""
    lines = [
        f"<{code:0{digits}X}> <{text.encode('utf-16-be').hex()}>"
        for code, text in said.items()
        if text
    ]
    blocks = "".join(
        f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n"
        for block in (lines[start : start + 100] for start in range(0, len(lines), 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /ToText def\n"
        f"/CMapType 2 def\n1 begincodespacerange\n<{'0' * digits}> <{'F' * digits}>\n"
        f"endcodespacerange\n{blocks}endcmap\nend\nend"
    ).encode()


@lru_cache(maxsize=256)
def _program(name: str, glyphs: tuple[str, ...]) -> tuple[bytes, bytes, bytes]:
    """What a font's descriptor says, and its program's stream: keys and bytes."""
    source, made = fonts.source(name), fonts.program(name, glyphs)
    left, low, right, high = source.box
    said = (
        f"<< /Type /FontDescriptor /FontName /{_tagged(name)} /Flags {SYMBOLIC} /FontBBox "
        f"[ {left} {low} {right} {high} ] /ItalicAngle {source.angle} /Ascent {high} "
        f"/Descent {low} /CapHeight {high} /StemV {source.stem}"
    )
    keys = f"/Length1 {len(made.clear)} /Length2 {len(made.encrypted)} /Length3 0 "
    return said.encode(), keys.encode(), made.clear + made.encrypted


def _tagged(name: str) -> str:
    """A subset's name (ISO 32000-1, 9.6.4)."""
    return f"SUBSET+{name}"
