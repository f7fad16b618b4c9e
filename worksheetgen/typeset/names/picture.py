"""The picture of a name: glyphs at their places, in fonts that have these alone.

Source: ISO 32000-1:2008, section 9.7 (composite fonts).
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont

from worksheetgen.typeset.names.shaping import Glyph
from worksheetgen.typeset.names.sources import sources
from worksheetgen.typeset.pdf import to_unicode

SIZE, HEIGHT, DEPTH = 10.95, 18.0, 5.0
"""Points: of the text around it, of a line with marks above and below, and below its letters."""
BOX: tuple[Any, ...] = (-1000, -500, 2000, 1500)
"""Within which glyphs are, in thousandths of the size."""
LOST = ["fvar", "gvar", "avar", "HVAR", "MVAR", "STAT", "GSUB", "GPOS", "GDEF", "BASE", "VORG"]
"""Tables of a font that a picture does not need: its glyphs are chosen and placed already."""


def drawn(glyphs: Sequence[Glyph], width: float) -> bytes:
    """A PDF of a page of so many points that has these glyphs alone."""
    pdf = pikepdf.new()
    fonts, codes = pikepdf.Dictionary(), dict[tuple[int, int, str], int]()
    for source in sorted({glyph.source for glyph in glyphs}):
        own = [glyph for glyph in glyphs if glyph.source == source]
        fonts[f"/N{source}"], own_codes = _font(pdf, source, own)
        codes |= {(source, *shown): code for shown, code in own_codes.items()}
    rows = ["BT"]
    parts_last = sorted(glyphs, key=lambda glyph: not glyph.text)
    for (source, y), line in groupby(parts_last, lambda glyph: (glyph.source, glyph.y)):
        own = list(line)
        left, high = own[0].x * SIZE / 1000, DEPTH + y * SIZE / 1000
        rows.append(f"/N{source} {SIZE} Tf 1 0 0 1 {left:.3f} {high:.3f} Tm")
        shown, at = "", own[0].x
        for glyph in own:
            back = round(at - glyph.x, 2)
            shown += f"{back:g}" * bool(back) + f"<{codes[source, glyph.number, glyph.text]:04X}>"
            at = glyph.x + round(glyph.width)
        rows.append(f"[{shown}] TJ")
    content = "\n".join([*rows, "ET", ""])
    page = pdf.add_blank_page(page_size=(round(width, 2), HEIGHT))
    page.Contents = pdf.make_stream(content.encode())
    page.Resources = pikepdf.Dictionary(Font=fonts)
    out = io.BytesIO()
    pdf.save(out, static_id=True, compress_streams=False, min_version="1.5")
    return out.getvalue()


def _font(
    pdf: pikepdf.Pdf, source: int, glyphs: Sequence[Glyph]
) -> tuple[Any, dict[tuple[int, str], int]]:
    """A font of a picture's glyphs alone, and their codes, by the letters that they stand for."""
    made, places = _program(source, tuple(sorted({glyph.number for glyph in glyphs})))
    shown = sorted({(glyph.number, glyph.text) for glyph in glyphs})
    cubic = sources()[source].cubic
    codes = {each: places[each[0]] if cubic else n for n, each in enumerate(shown, start=1)}
    program = pdf.make_stream(made)
    if cubic:
        program.Subtype = pikepdf.Name.CIDFontType0C
    name = pikepdf.Name(f"/NAMES+Name{source}")
    wide = {codes[g.number, g.text]: round(g.width) for g in glyphs}
    widths: list[Any] = [each for code, width in sorted(wide.items()) for each in (code, [width])]
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=pikepdf.Array(BOX),
        ItalicAngle=0,
        Ascent=1100,
        Descent=-400,
        CapHeight=700,
        StemV=80,
    )
    descriptor["/FontFile3" if cubic else "/FontFile2"] = program
    inner = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType0 if cubic else pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=1000,
        W=pikepdf.Array(widths),
    )
    if not cubic:
        numbers = [0, *(places[number] for number, _ in shown)]
        inner.CIDToGIDMap = pdf.make_stream(b"".join(n.to_bytes(2, "big") for n in numbers))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[pdf.make_indirect(inner)],
        ToUnicode=pdf.make_stream(
            to_unicode({code: text for (_, text), code in codes.items()}, digits=4)
        ),
    )
    return pdf.make_indirect(font), codes


@lru_cache(maxsize=10_000)
def _program(source: int, glyphs: tuple[int, ...]) -> tuple[bytes, dict[int, int]]:
    """A font's program with some glyphs alone, and their codes."""
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False
    )
    options.drop_tables += LOST
    with TTFont(sources()[source].path, lazy=True, recalcTimestamp=False) as font:
        names = [font.getGlyphName(number) for number in glyphs]
        cutter = subset.Subsetter(options)
        cutter.populate(gids=list(glyphs))
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out, reorderTables=True)
        places = {name: code for code, name in enumerate(font.getGlyphOrder())}
    if sources()[source].cubic:
        with TTFont(io.BytesIO(out.getvalue())) as made:
            codes = [int(name.removeprefix("cid")) for name in names]
            return made.getTableData("CFF "), dict(zip(glyphs, codes, strict=True))
    return out.getvalue(), {n: places[name] for n, name in zip(glyphs, names, strict=True)}
