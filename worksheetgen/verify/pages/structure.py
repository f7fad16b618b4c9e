"""What a sheet's PDF is made of: pages, their fonts, a title, and nothing else."""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pikepdf

from worksheetgen.typeset.assemble import fingerprint
from worksheetgen.typeset.language import ENGLISH, languages

ALLOWED = {
    "trailer": "Root ID Index Info W Size Type DecodeParms Length Filter",
    "catalog": "Type Pages Lang",
    "pages": "Type Count Kids",
    "page": "Type Parent Contents Resources MediaBox",
    "resources": "Font ProcSet",
    "information": "Title",
    "contents": "Length Filter",
    "page with a logo": "Type Parent Contents Resources MediaBox Group",
    "resources with a logo": "Font ProcSet XObject",
    "font": "Type Subtype BaseFont FontDescriptor Encoding Widths FirstChar LastChar ToUnicode",
    "descriptor": "Type FontName Flags FontBBox Ascent Descent CapHeight XHeight StemV ItalicAngle "
    "CharSet FontFile",
    "encoding": "Type Differences",
    "map": "Length Filter",
    "font file": "Length Length1 Length2 Length3 Filter",
}
"""The keys that each dictionary may have."""
UNREADABLE = (pikepdf.PdfError, pikepdf.PasswordError)
"""What is raised for a file that is no PDF, or one that is locked."""
TEXT, GRAPHICS = ("BT", "ET", "Tf", "Td", "TJ", "Tj"), ("d", "J", "w", "m", "l", "S", "re", "f")
LOGO = " with a logo"
OPERATORS = frozenset({*TEXT, *GRAPHICS, "cm", "q", "Q", "BMC", "EMC"})
"""What a page's content may do."""
STRING_OR_NAME = re.compile(rb"\((?:\\.|[^\\()])*\)|/[^\s/<>\[\]()]+", re.DOTALL)
NUMBER = re.compile(rb"[-+]?\d*\.?\d*")
STATE = frozenset({b"q", b"Q", b"cm", b"Tf", b"Tj", b"TJ"})
"""What shows text, and what sets its size."""
TITLE = re.compile(r".{1,80}, (question|solution) [0-9A-Z]+")
SMALLEST = 3.5
"""Points below which text counts as hidden."""
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SHOWN = {name: str(digit) for digit, name in enumerate(DIGITS)} | {"minus": "−", "plus": "+"}
"""The characters of the glyphs that make numbers; letters are their own names."""


def strange(pdf: bytes, title: str | None, language: str, *, logo: bool = False) -> list[str]:
    """Whatever a PDF holds that no sheet of ours does, or hides.

    Args:
        pdf: the file.
        title: the title that it must have; any short one if None.
        language: the code of the language that it must name.
        logo: whether its first page has a picture.
    """
    found = []
    if not pdf.startswith(b"%PDF-") or not pdf.endswith(b"%%EOF\n") or pdf.count(b"%%EOF") != 1:
        found.append("bytes before the start or after the end")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found += strange_frame(document, logo=logo)
        said = str(document.docinfo.get("/Title", ""))
        if title not in (said, None) or not TITLE.fullmatch(said):
            found.append(f"the title {said[:100]!r}")
        if str(document.Root.get("/Lang")) != language:
            found.append(f"the language {document.Root.get('/Lang')}")
        known = set()
        fonts: dict[Any, Any] = {}
        for number, page in enumerate(document.pages):
            pictured = logo and number == 0
            found += _strange_page(page.obj, LOGO if pictured else "")
            if pictured:
                known |= {stream.objgen for stream in _streams(_logo_of(document))}
            known.add(page.obj.Contents.objgen)
            fonts |= {font.objgen: font for font in page.obj.Resources.Font.values()}
        for font in fonts.values():
            found += _strange_font(font)
            known |= {font.ToUnicode.objgen, font.FontDescriptor.FontFile.objgen}
        for item in document.objects:
            inner = isinstance(item, pikepdf.Stream) and item.get("/Type") in ("/ObjStm", "/XRef")
            if isinstance(item, pikepdf.Stream) and not inner and item.objgen not in known:
                found.append("a stream that no page shows")
    return found


def strange_frame(document: pikepdf.Pdf, *, logo: bool = False) -> Iterator[str]:
    """What a document holds beside and around the contents of its pages that none of ours does."""
    yield from _keys("trailer", document.trailer)
    yield from _keys("catalog", document.Root)
    yield from _keys("pages", document.Root.Pages)
    yield from _keys("information", document.docinfo)
    for number, page in enumerate(document.pages):
        with_logo = LOGO if logo and number == 0 else ""
        yield from _keys(f"page{with_logo}", page.obj)
        yield from _keys(f"resources{with_logo}", page.obj.Resources)
        yield from _keys("contents", page.obj.get("/Contents", {}))
        if page.obj.Parent.objgen != document.Root.Pages.objgen:
            yield "pages that are not together"


def language_of(pdf: bytes) -> str:
    """The code of the language that a PDF names; English if it names none of ours."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        said = str(document.Root.get("/Lang"))
    return said if said in languages() else ENGLISH


def logo_digest(pdf: bytes) -> str:
    """What tells the picture on a PDF's first page from others."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return fingerprint(_logo_of(document))


def _logo_of(document: pikepdf.Pdf) -> Any:
    (logo,) = document.pages[0].obj.Resources.XObject.values()
    return logo


def _streams(start: Any) -> list[Any]:
    """All streams that an object reaches, itself among them."""
    found: dict[tuple[int, int], Any] = {}
    waiting, seen = [start], set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting += item.as_list()
        elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            if item.is_indirect and item.objgen in seen:
                continue
            seen.add(item.objgen)
            if isinstance(item, pikepdf.Stream):
                found[item.objgen] = item
            waiting += [value for key, value in item.items() if key not in ("/Parent", "/P")]
    return [*found.values()]


def _strange_page(page: Any, with_logo: str) -> Iterator[str]:
    bare = STRING_OR_NAME.sub(b" ", page.Contents.read_bytes())
    if set(b"%<>(") & set(bare):
        yield "a comment or a dictionary in a page"
    words = bare.translate(bytes.maketrans(b"[]", b"  ")).split()
    operators = {word.decode("latin-1") for word in set(words) if not NUMBER.fullmatch(word)}
    allowed = OPERATORS | ({"Do"} if with_logo else set())
    yield from (f"the operator {name}" for name in sorted(operators - allowed))
    yield from _unreadable(words)


def _unreadable(words: list[bytes]) -> Iterator[str]:
    """Text that is turned, mirrored or too small, by what scales it."""
    scales, size = [1.0], SMALLEST
    for position in [n for n, word in enumerate(words) if word in STATE]:
        match words[position]:
            case b"q":
                scales.append(scales[-1])
            case b"Q":
                scales = scales[:-1] or [1.0]
            case b"cm":
                a, b, c, d = map(float, words[position - 6 : position - 2])
                scales[-1] *= min(a, d)
                if b or c:
                    yield "something turned"
            case b"Tf":
                size = float(words[position - 1])
            case _ if size * scales[-1] < SMALLEST:
                yield "text that is mirrored, or too small to read"


def _strange_font(font: Any) -> Iterator[str]:
    yield from _keys("font", font)
    yield from _keys("descriptor", font.FontDescriptor)
    yield from _keys("encoding", font.Encoding)
    yield from _keys("map", font.ToUnicode)
    yield from _keys("font file", font.FontDescriptor.FontFile)
    names = " ".join(map(str, font.Encoding.Differences.as_list()))
    yield from _misnamed(names, font.ToUnicode.read_bytes().decode("latin-1"))


@lru_cache(maxsize=64)
def _misnamed(names: str, cmap: str) -> tuple[str, ...]:
    """Glyphs of numbers and letters that are read as something else than they show."""
    read, code, found = _read_as(cmap), 0, []
    for entry in names.split():
        if entry.isdigit():
            code = int(entry)
            continue
        name = entry.removeprefix("/")
        shown, character = SHOWN.get(name, name if len(name) == 1 else None), read.get(code)
        if character is not None and shown not in (character, None):
            found.append(f"the glyph {name} read as {character!r}")
        if shown is None and character in SHOWN.values():
            found.append(f"the glyph {name} read as {character!r}")
        code += 1
    return tuple(found)


def _read_as(cmap: str) -> dict[int, str]:
    """The characters that a ToUnicode map gives to codes."""
    found = {}
    for first, last, start in re.findall(r"<(\w\w)> <(\w\w)> <(\w{4})>", cmap):
        for offset in range(int(last, 16) - int(first, 16) + 1):
            found[int(first, 16) + offset] = chr(int(start, 16) + offset)
    for code, character in re.findall(r"(?m)^<(\w\w)> <(\w{4})>$", cmap):
        found[int(code, 16)] = chr(int(character, 16))
    return found


def _keys(name: str, found: Any) -> Iterator[str]:
    allowed = {f"/{key}" for key in ALLOWED[name].split()}
    for key in sorted(set(found.keys()) - allowed):
        yield f"{key} in the {name}"
