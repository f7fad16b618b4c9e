"""An outside opinion of finished pages: what PDFium shows, beside what our own reader says."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from threading import Lock

import pypdfium2
import pypdfium2.raw as pdfium

from worksheetgen.variants.own import LOGO, PICTURE
from worksheetgen.verify.pages import objects
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.file import StrangeError
from worksheetgen.verify.pages.page import FORM, NAMES, QR, TEXTS, Glyph, Page, quantity
from worksheetgen.verify.pages.words import squeezed, unmarked

SIGNS = ("Sm", "Sc", "Sk", "So", "Pc", "Ps", "Pe", "Po", "Pd")
"""The categories of what formulas have beside letters."""
NEAR = 0.05
"""Points by which two readers may differ."""
SUM = "∑"
"""The one character of the font of large brackets."""
HYPHEN = "\ufffe"
"""What PDFium makes of one at a line's end."""
_ONE_AT_A_TIME = Lock()
"""PDFium is not made for threads, which other people's executors may use."""

Owners = dict[int | None, tuple[str, str] | None]


def differences(pdf: bytes, ours: list[Page]) -> list[str]:
    """Where PDFium sees something else than the pages that our reader found, as it measures."""
    theirs = seen(pdf)
    if len(theirs) != len(ours):
        return [f"{len(ours)} pages, and PDFium has {len(theirs)}"]
    return [
        f"page {number}: {fault}"
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1)
        for fault in _differences(one, other)
    ]


def seen(pdf: bytes) -> list[Page]:
    """Every page of a PDF as PDFium shows it, without what is wrong with it.

    Raises:
        StrangeError: it is none for PDFium.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise StrangeError(f"not a PDF: {error}") from None
    with document, _ONE_AT_A_TIME:
        return [_page(document[number]) for number in range(len(document))]


def names_in(pdf: bytes, places: Sequence[tuple[int, Box]]) -> list[str]:
    """What PDFium reads where names are pictures, by page from 0 and outline."""
    with pypdfium2.PdfDocument(pdf) as document, _ONE_AT_A_TIME:
        return [document[n].get_textpage().get_text_bounded(*box) for n, box in places]


def _differences(one: Page, other: Page) -> Iterator[str]:
    size = [one.width, one.height, other.width, other.height]
    if not _are_near(size[:2], size[2:]):
        yield "another size"
    if squeezed(one.prose) != squeezed(other.prose):
        yield "other words"
    ours, theirs = _texts(one, one), _texts(other, one)
    if ours.keys() != theirs.keys() or not all(_agree(ours[m], theirs[m], m) for m in ours):
        yield "other words on the cover, of a person or of the examiner"
    if list(one.glyphs) != list(other.glyphs):
        yield "other quantities"
    for mark in one.glyphs.keys() & other.glyphs.keys():
        pair = one.glyphs[mark], other.glyphs[mark]
        said = [[(glyph.character, glyph.role) for glyph in own] for own in pair]
        if said[0] != said[1]:
            yield f"other characters in {mark}"
        elif not all(_are_near(a.box, b.box) for a, b in zip(*pair, strict=True)):
            yield f"{mark} elsewhere"
    yield from _other_shapes(one, other)


def _texts(page: Page, ours: Page) -> dict[str, str]:
    """What stands in marks around words, by mark.

    Beside a name that is a picture, and runs to the left, PDFium turns the others around as well.
    """
    return {
        mark: "".join(sorted(unmarked(said))) if ours.names else said
        for mark, said in sorted(page.texts.items())
        if not (PICTURE.fullmatch(mark) or (mark in NAMES and FORM in ours.texts.get(mark, "")))
    }


def _agree(ours: str, theirs: str, mark: str) -> bool:
    """Whether PDFium reads the same letters; of a sign in a formula it may make any letter.

    >>> _agree("w \N{RIGHTWARDS ARROW} v", "w7v", "own.1.a"), _agree("ab", "a7b", "own.1.a")
    (True, False)
    """
    read = unmarked(theirs)
    if not mark.startswith("own."):
        return unmarked(ours) == read
    ends = {0}
    for sign in unicodedata.normalize("NFKD", ours):
        if letter := unmarked(sign):
            ends = {end + 1 for end in ends if read[end : end + 1] == letter}
        elif unicodedata.category(sign) in SIGNS:
            ends |= {end + 1 for end in ends if end < len(read)}
    return len(read) in ends


def _other_shapes(one: Page, other: Page) -> Iterator[str]:
    counts = [{mark: len(own) for mark, own in page.pictures.items()} for page in (one, other)]
    if counts[0] != counts[1]:  # of their places PDFium counts what is cut off
        yield "other pictures"
    shapes = [{"": page.extent, "QR": page.qr, **page.lines} for page in (one, other)]
    for mark in shapes[0].keys() | shapes[1].keys():
        a, b = (own.get(mark, []) for own in shapes)
        if len(a) != len(b) or not all(map(_are_near, a, b)):
            yield f"other shapes in {mark or 'texts'}"


def _are_near(one: tuple[float, ...] | list[float], other: tuple[float, ...] | list[float]) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))


def _page(source: pypdfium2.PdfPage) -> Page:
    page = Page(*source.get_size())
    names: dict[int, str] = {}
    fonts: dict[int, bool] = {}
    owners: Owners = {None: None}
    brackets: set[int | None] = set()
    outlines: dict[int | None, Box] = {}
    for item in objects.objects(source.raw):
        mark, role = quantity(tuple(objects.marks(item, names)))
        kind, outline = objects.kind(item), objects.bounds(item)
        if kind == objects.TEXT:
            page.extent.append(outline)
            outlines[item] = outline
            owners[item] = mark, role
            if objects.is_delimiter(item, fonts):
                brackets.add(item)
        elif kind == objects.PATH:
            page.lines[mark].append(outline)
            if mark == QR:
                wide, _, _, high, x, y = objects.matrix(item)
                page.qr += [
                    Box(x + wide * left, y + high * bottom, x + wide * right, y + high * top)
                    for left, bottom, right, top in objects.rectangles(item)
                ]
        elif mark == LOGO or PICTURE.fullmatch(mark):
            page.pictures[mark].append(outline)
    _read_glyphs(page, source.get_textpage(), owners, brackets, outlines)
    return page


def _read_glyphs(
    page: Page,
    source: pypdfium2.PdfTextPage,
    owners: Owners,
    brackets: AbstractSet[int | None],
    outlines: Mapping[int | None, Box],
) -> None:
    prose = []
    texts = objects.address(source.raw)
    items = objects.owners(source.raw)
    lengths = Counter(items)
    for index, (item, character) in enumerate(zip(items, _characters(source), strict=True)):
        owner = owners.get(item)
        if owner is None or (item in brackets and character != SUM):
            prose.append(" ")
            continue
        mark, role = owner
        if not mark:
            prose.append(character)
            continue
        prose.append(" ")
        if mark.startswith(TEXTS):
            page.texts[mark] += character
        elif not character.isspace():
            alone = lengths[item] == 1
            box = outlines[item] if alone else objects.character_box(texts, index)
            page.glyphs[mark].append(Glyph(character, box or Box(0, 0, 0, 0), role))
    page.prose = "".join(prose)


def _characters(texts: pypdfium2.PdfTextPage) -> str:
    """One character for each of the page's, in its order."""
    count = texts.count_chars()
    together: str = texts.get_text_range()
    if len(together) != count:  # a hyphen at a line's end, or a sign beyond 16 bits
        codes = (pdfium.FPDFText_GetUnicode(texts.raw, index) for index in range(count))
        together = "".join(map(chr, codes))
    return together.replace("−", "-").replace(HYPHEN, "-")
