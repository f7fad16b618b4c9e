"""Names in any script: shaped by HarfBuzz, set in fonts that are installed, as small pictures.

The embedded TeX has Latin letters alone. A name with others is a picture of one line, whose letters
can be found and copied as they were written.

Sources: ISO 32000-1:2008, section 9.7 (composite fonts); Unicode
Standard Annex 9 for which way letters run.
"""

import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import uharfbuzz
from fontTools import subset
from fontTools.ttLib import TTFont

from worksheetgen.typeset.characters import in_latin_letters

SIZE, HEIGHT, DEPTH = 10.95, 18.0, 5.0
"""Points: of the text around it, of a line with marks above and below, and below its letters."""
BOX: tuple[Any, ...] = (-1000, -500, 2000, 1500)
"""Within which glyphs are, in thousandths of the size."""
NARROWEST, WIDEST = 3.0, 400.0
"""Points of a page at least, and those that can still be read on a sheet, made smaller."""
SOURCES = (
    ("fontpkg_noto_serif", "files/NotoSerif[[]*"),
    ("fontpkg_noto_sans_arabic", "files/*.ttf"),
    ("fontpkg_rubik", "files/Rubik[[]*"),  # Hebrew
    ("fontpkg_noto_sans_devanagari", "files/*.ttf"),
    ("fontpkg_noto_sans_thai", "files/*.ttf"),
    ("fontpkg_noto_sans_tamil", "files/*.ttf"),
    ("mplfonts", "fonts/NotoSansCJKsc-Regular.otf"),  # the extra cjk
)
"""Packages of fonts, and where a font is in each; the first one that has a letter is taken."""
LOST = ["fvar", "gvar", "avar", "HVAR", "MVAR", "STAT", "GSUB", "GPOS", "GDEF", "BASE", "VORG"]
"""Tables of a font that a picture does not need: its glyphs are chosen and placed already."""


@dataclass(frozen=True)
class Source:
    """A font that is installed."""

    path: Path
    characters: frozenset[str]
    cubic: bool
    """Whether its outlines are those of PostScript (ISO 32000-1, 9.9)."""

    def has(self, letter: str) -> bool:
        """Whether it shows a letter, in one or in several glyphs."""
        return letter in self.characters or all(
            part in self.characters for part in unicodedata.normalize("NFD", letter)
        )


class Run(NamedTuple):
    """Neighbouring letters of one font that run in one direction."""

    source: int
    leftward: bool
    text: str


class Glyph(NamedTuple):
    """A glyph at its place, in thousandths of the size; the letters that it stands for."""

    source: int
    number: int
    x: float
    y: float
    width: float
    text: str


def as_printed(name: str) -> str:
    """A name as sheets say it: as it is written if there are fonts for it, else in Latin letters.

    >>> as_printed("Łukasz Żółć"), as_printed("Ἀρχιμήδης")
    ('Łukasz Żółć', 'Ἀρχιμήδης')
    """
    name, latin = unicodedata.normalize("NFC", name), in_latin_letters(name)
    return latin if name == latin or form(name) is None else name


def is_form(printed: str) -> bool:
    """Whether a printed name is a picture."""
    return printed != in_latin_letters(printed)


def form_digest(streams: Iterable[bytes]) -> str:
    """What tells a picture from others: letters, glyphs, and where these stand."""
    return sha256(b"\0".join(sorted(streams))).hexdigest()


def digest_of(name: str) -> str:
    """That of the picture of a name; empty if there are no fonts for it."""
    made = form(name)
    if made is None:
        return ""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        streams = [o.read_raw_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream)]
    return form_digest(streams)


def form_name(name: str) -> str:
    """What the picture of a name is called beside a document."""
    return f"name-{sha256(name.encode()).hexdigest()[:24]}.pdf"


@lru_cache(maxsize=10_000)
def form(name: str) -> bytes | None:
    """A PDF of a page that is a name alone; None if no font has a letter, or it is too wide."""
    runs = _runs(name)
    if runs is None:
        return None
    glyphs, width = _shaped(runs)
    return _drawn(glyphs, width) if NARROWEST <= width <= WIDEST else None


# Which letters stand in which font


def _runs(name: str) -> list[Run] | None:
    """The runs of a name from left to right; None if no font has a letter of it."""
    runs, levels = list[Run](), list[int]()
    for letter, level in zip(name, _levels(name), strict=True):
        chosen = _chosen(letter, runs)
        if chosen is None:
            return None
        if runs and (runs[-1].source, levels[-1]) == (chosen, level):
            runs[-1] = runs[-1]._replace(text=runs[-1].text + letter)
        else:
            runs.append(Run(chosen, bool(level % 2), letter))
            levels.append(level)
    for lowest in range(max(levels, default=0), 0, -1):
        runs, levels = _turned(runs, levels, lowest)
    return runs


def _turned(runs: Sequence[Run], levels: Sequence[int], lowest: int) -> tuple[list[Run], list[int]]:
    """Runs with each sequence of a level, or of higher ones, the other way around (rule L2)."""
    turned = list[tuple[Run, int]]()
    pairs = zip(runs, levels, strict=True)
    for is_high, group in groupby(pairs, lambda pair: pair[1] >= lowest):
        own = list(group)
        turned += own[::-1] if is_high else own
    return [run for run, _ in turned], [level for _, level in turned]


def _levels(name: str) -> list[int]:
    """How deep each letter is within others of another direction; odd ones run to the left.

    That of Unicode Standard Annex 9 for one line without marks of embedding: numbers keep their
    order, and what has no direction takes that on both of its sides, or else that of the whole.
    """
    strong = [_way(letter) for letter in name]
    base = next((way for way in strong if way in "LR"), "L") == "R"
    before, around = "R" if base else "L", list[str]()
    for way in strong:  # numbers go with the letters before them
        before = way if way in "LR" else before
        around.append(before if way == "N" else way)
    levels = []
    for at, way in enumerate(strong):
        side = around[at] if around[at] in "LR" else _between(around, at, "R" if base else "L")
        if side == "R":
            levels.append(2 if way == "N" else 1)
        else:
            levels.append(2 if base else 0)
    return levels


def _way(letter: str) -> str:
    """The direction of a letter: L, R, N for a number; a blank for what has none."""
    way = unicodedata.bidirectional(letter)
    return {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N"}.get(way, " ")


def _between(around: Sequence[str], at: int, base: str) -> str:
    """The direction of what has none; marks go with their letter."""
    before = next((way for way in reversed(around[:at]) if way in "LR"), base)
    behind = next((way for way in around[at:] if way in "LR"), base)
    return before if before == behind else base


def _chosen(letter: str, runs: Sequence[Run]) -> int | None:
    """The font of a letter: the one before if it has it."""
    if runs and (_sources()[runs[-1].source].has(letter) or unicodedata.category(letter) == "Cf"):
        return runs[-1].source
    return next((n for n, source in enumerate(_sources()) if source.has(letter)), None)


def runs_leftward(letter: str) -> bool:
    """Whether a letter is of a script that is written to the left."""
    return _way(letter) == "R"


@cache
def _sources() -> tuple[Source, ...]:
    return tuple(_found())


def _found() -> Iterator[Source]:
    for package, pattern in SOURCES:
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            for path in sorted(Path(folder).glob(pattern)):
                if "Italic" not in path.name:
                    with TTFont(path, lazy=True) as font:
                        letters = frozenset(map(chr, font.getBestCmap()))
                        yield Source(path, letters, "CFF " in font)


# Which glyphs stand where


def _shaped(runs: Sequence[Run]) -> tuple[list[Glyph], float]:
    """Glyphs from left to right, and how many points they are wide."""
    glyphs, x = list[Glyph](), 0.0
    for run in runs:
        font = _shaper(run.source)
        scale = 1000 / font.face.upem
        text = uharfbuzz.Buffer()
        text.add_str(run.text)
        text.guess_segment_properties()
        text.direction = "rtl" if run.leftward else "ltr"
        uharfbuzz.shape(font, text)
        starts = sorted({info.cluster for info in text.glyph_infos})
        ends = dict(zip(starts, [*starts[1:], len(run.text)], strict=True))
        pairs = list(zip(text.glyph_infos, text.glyph_positions, strict=True))
        widest = {i.cluster: i for i, p in sorted(pairs, key=lambda pair: pair[1].x_advance)}
        for info, place in pairs:
            is_base = info is widest[info.cluster]
            letters = run.text[info.cluster : ends[info.cluster]] if is_base else ""
            glyphs.append(
                Glyph(
                    run.source,
                    info.codepoint,
                    x + scale * place.x_offset,
                    scale * place.y_offset,
                    scale * font.get_glyph_h_advance(info.codepoint),
                    letters,
                )
            )
            x += scale * place.x_advance
    return glyphs, x * SIZE / 1000


@cache
def _shaper(source: int) -> Any:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(_sources()[source].path)))
    return uharfbuzz.Font(face)


# The picture


def _drawn(glyphs: Sequence[Glyph], width: float) -> bytes:
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
    cubic = _sources()[source].cubic
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
            _to_text({code: text for (_, text), code in codes.items() if text})
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
    with TTFont(_sources()[source].path, lazy=True, recalcTimestamp=False) as font:
        names = [font.getGlyphName(number) for number in glyphs]
        cutter = subset.Subsetter(options)
        cutter.populate(gids=list(glyphs))
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out, reorderTables=True)
        places = {name: code for code, name in enumerate(font.getGlyphOrder())}
    if _sources()[source].cubic:
        with TTFont(io.BytesIO(out.getvalue())) as made:
            codes = [int(name.removeprefix("cid")) for name in names]
            return made.getTableData("CFF "), dict(zip(glyphs, codes, strict=True))
    return out.getvalue(), {n: places[name] for n, name in zip(glyphs, names, strict=True)}


def _to_text(said: dict[int, str]) -> bytes:
    """The letters that codes stand for (ISO 32000-1, 9.10.3)."""
    rows = [f"<{code:04X}> <{text.encode('utf-16-be').hex()}>" for code, text in said.items()]
    blocks = "".join(
        f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n"
        for block in (rows[start : start + 100] for start in range(0, len(rows), 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /ToText def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{blocks}endcmap\nend\nend"
    ).encode()
