"""Split the PDF of a TeX run into sheets, as :mod:`worksheetgen.typeset.pdf` writes them."""

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pikepdf

from worksheetgen.errors import ProofError, TexError
from worksheetgen.typeset.pdf import Document, Font, Page, Picture, written
from worksheetgen.typeset.picture import picture_of
from worksheetgen.typeset.qr import literal

SHOWN = re.compile(rb"(?m)^/(Im\d+) Do")
"""An operator that shows a picture (ISO 32000-1, 8.8)."""
FIRST = "Im1"
Known = dict[tuple[int, int], Any]
"""The fonts and pictures of a run by the numbers of their objects."""


@dataclass(frozen=True)
class Printed:
    """What a sheet's PDF has beside its pages."""

    title: str
    code: str | None = None
    """What the QR codes of its pages say, with the page's number; None: there are none."""


def split(
    pdf: bytes,
    pages: Sequence[int],
    sheets: Sequence[Printed],
    language: str,
    *,
    scaled: bool = False,
) -> Iterator[bytes]:
    """One PDF per sheet, of so many pages each, in a language; ``scaled`` if they are enlarged.

    The bytes depend on the sheet's pages, title and code alone: no date, no path, no random id.

    Raises:
        TexError: TeX printed another number of sheets.
        ProofError: its pages have something that no sheet has.
    """
    if len(pages) != len(sheets):
        raise TexError(f"TeX printed {len(pages)} of {len(sheets)} sheets")
    with pikepdf.open(io.BytesIO(pdf)) as run:
        known: Known = {}
        taken = (_page(page.obj, known, scaled=scaled) for page in run.pages)
        for count, printed in zip(pages, sheets, strict=True):
            own = tuple(
                replace(page, more=literal(printed.code, number, float(page.width)))
                if printed.code
                else page
                for number, page in zip(range(1, count + 1), taken, strict=False)
            )
            yield written(Document(printed.title, language, own))


def _page(page: Any, known: Known, *, scaled: bool) -> Page:
    if not isinstance(page.get("/Contents"), pikepdf.Stream):
        raise ProofError("a page of TeX's has no contents of its own")
    resources = dict(page.Resources)
    strange = {*page.keys()} - {
        "/Type",
        "/Contents",
        "/Resources",
        "/MediaBox",
        "/Parent",
        "/Group",
    }
    strange |= resources.keys() - {"/Font", "/ProcSet", "/XObject"}
    if strange:
        raise ProofError(f"a page of TeX's has what no sheet has: {', '.join(sorted(strange))}")
    _, _, width, height = page.MediaBox
    pictures = {
        name[1:]: _known(picture, known, picture_of)
        for name, picture in resources.get("/XObject", {}).items()
    }
    content, pictures = _numbered(page.Contents.read_raw_bytes(), pictures)
    if scaled:
        content = _closed(content)
    return Page(
        str(width),
        str(height),
        content,
        fonts={
            name[1:]: _known(font, known, _font)
            for name, font in resources.get("/Font", {}).items()
        },
        pictures=pictures,
    )


def _numbered(content: bytes, pictures: dict[str, Picture]) -> tuple[bytes, dict[str, Picture]]:
    """Pictures named in the order of a page, whatever else the run of TeX has printed."""
    if pictures.keys() <= {FIRST}:
        return content, pictures
    shown = zlib.decompress(content)
    order = list(dict.fromkeys(name.decode() for name in SHOWN.findall(shown)))
    names = {name: f"Im{number}" for number, name in enumerate(order, start=1)}
    said = SHOWN.sub(lambda found: b"/%b Do" % names[found[1].decode()].encode(), shown)
    return (
        zlib.compress(said, zlib.Z_BEST_COMPRESSION),
        {new: pictures[name] for name, new in names.items()},
    )


def _closed(content: bytes) -> bytes:
    """The operators of a page as they are, with the scale of the whole page ended behind them."""
    return zlib.compress(b"q\n%bQ\n" % zlib.decompress(content), zlib.Z_BEST_COMPRESSION)


def _known(found: Any, known: Known, read: Any) -> Any:
    if found.objgen not in known:
        known[found.objgen] = read(found)
    return known[found.objgen]


def _font(font: Any) -> Font:
    """The glyphs that a font has, by the codes that show them."""
    name = str(font.BaseFont).removeprefix("/").partition("+")[2]
    there = {*str(font.FontDescriptor.CharSet).split("/")}
    codes, code = [], 0
    for entry in font.Encoding.Differences.as_list():
        said = str(entry)
        if said.startswith("/"):
            codes += [(code, said[1:])] if said[1:] in there else []
            code += 1
        else:
            code = int(said)
    return Font(name, tuple(codes))
