"""What no sheet says is refused: operators beyond the grammar, and every other byte of a file."""

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tampering import (
    added,
    changed,
    foreign,
    line,
    locked,
    mended,
    packed,
    text,
)
from tests.verify.making import Made, failing
from worksheetgen.typeset.pdf import Document
from worksheetgen.verify.pages.content import Reader
from worksheetgen.verify.pages.file import StrangeError, contents, opened, packs_as_tex
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.runs import N

Q, S = 1, 2


def test_a_page_has_the_fonts_of_its_texts_alone(sound: list[Made]) -> None:
    def with_one_more(document: Document) -> Document:
        first, *others = document.pages
        more = {**first.fonts, "F999": next(iter(first.fonts.values()))}
        return replace(document, pages=(replace(first, fonts=more), *others))

    made: list[Any] = list(sound[0])
    stowed = changed(made[Q], with_one_more)
    assert ["other fonts than the texts of the page have"] == Paper("question.pdf", stowed).strange


def test_a_font_is_the_same_on_all_pages(sound: list[Made]) -> None:
    def with_another_glyph(document: Document) -> Document:
        first, *others = document.pages
        name, font = next(iter(first.fonts.items()))
        (code, _), *codes = font.codes
        other = replace(font, codes=((code, codes[-1][1]), *codes))
        return replace(
            document, pages=(replace(first, fonts={**first.fonts, name: other}), *others)
        )

    made: list[Any] = list(sound[0])
    strange = Paper("solution.pdf", changed(made[S], with_another_glyph)).strange
    assert ["a font that is another on another page"] == strange


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\n", "the operators ''"),
        (b"0 0 9 9 re f\n\n", "the operators ''"),
        (b"0 0 9 9 re f", "a line of operators without an end"),
        (b"/x BMC\n0 0 9 9 re fEMC\n", "a line of operators without an end"),
    ],
    ids=["an empty line", "one more at the end", "no end", "two operators as one"],
)
def test_lines_of_operators_are_whole_and_none_is_empty(content: bytes, said: str) -> None:
    with pytest.raises(StrangeError, match=said):
        list(Reader().read(content, {}))


def test_scales_in_one_another_have_an_end() -> None:
    content = b"q\n" * 2_000_000
    with pytest.raises(StrangeError, match="scales in one another"):
        list(Reader().read(content, {}))


def said(content: bytes) -> Callable[[bytes], bytes]:
    return added(lambda pdf, n: content.replace(b"TEXT", text(pdf, n, 90, 90)))


UNSAID: dict[str, Callable[[bytes], bytes]] = {
    "white text": said(b"1 g\nTEXT"),
    "invisible text": said(b"3 Tr\nTEXT"),
    "text placed freely": said(b"BT\n/F39 9 Tf\n1 0 0 1 90 90 Tm\n[(4)]TJ\nET\n"),
    "text shown in another way": mended(b"]TJ\nET", b"]TJ (4) Tj\nET"),
    "text upside down": said(b"q\n-1 0 0 -1 180 180 cm\nTEXTQ\n"),
    "text mirrored": said(b"q\n-1 0 0 1 180 0 cm\nTEXTQ\n"),
    "text slanted": said(b"q\n1 0 0.5 1 0 0 cm\nTEXTQ\n"),
    "tiny text": added(lambda pdf, n: text(pdf, n, 90, 90, size=3)),
    "text made smaller": said(b"q\n0.3 0 0 0.3 60 60 cm\nTEXTQ\n"),
    "text made smaller twice": said(
        b"q\n0.7 0 0 1 9 9 cm\nq\n0.5 0 0 0.7 6 6 cm\nq\n1 0 0 0.5 6 6 cm\nTEXTQ\nQ\nQ\n"
    ),
    "text cut off": said(b"q\n0 0 92 200 re W n\nTEXTQ\n"),
    "spoken text": said(b"/Span <</ActualText (4 -3)>> BDC\nEMC\n"),
    "a comment": said(b"% 4 -3 -2\n"),
    "a dictionary": said(b"/A <</B (4)>> DP\n"),
    "an empty mark": said(b"/a4b3 BMC\nEMC\n"),
    "an empty mark in a mark": said(b"/a BMC\n/b4 BMC\nEMC\nEMC\n"),
    "a mark that does not end": said(b"/a BMC\nTEXT"),
    "a mark's end too many": said(b"EMC\n"),
    "a mark with a strange name": said(b"/a#20b BMC\nTEXTEMC\n"),
    "a path of no length": added(lambda *_: line(90, 90, 0, 0)),
    "a slanted line": added(lambda *_: line(90, 90, 9, 9)),
    "a dashed line": said(line(90, 90, 9).replace(b"[]", b"[4 3]")),
    "a thick line": added(lambda *_: line(90, 90, 9, thick=9)),
    "a block of no size": said(b"90 90 0 4 re f\n"),
    "a curve": said(b"90 90 m 95 95 97 97 99 90 c S\n"),
    "a move that nothing follows": said(b"q\n1 0 0 1 4 3 cm\nQ\n"),
    "a state that nothing changes": said(b"q\nQ\n"),
    "a state that is not restored": said(b"q\nTEXT"),
    "a number in another spelling": mended(b" Td [", b".0 Td ["),
    "a number with a sign": mended(b" Td [", b" +0 Td ["),
    "a letter in another spelling": mended(b"(Exam", b"(\\105xam"),
    "two texts for one": mended(b"(Exam", b"(Ex)(am"),
    "a font of no page": mended(b"/F", b"/F9"),
    "a glyph that its font does not have": mended(b"(Exam", b"(\\001xam"),
    "a picture": said(b"/Im1 Do\n"),
    "a QR code": said(b"q\n1 0 0 1 9 9 cm\n0 0 7 1 re\nf\nQ\n"),
    "spaces between operators": mended(b"BT\n", b"BT \n"),
}


@pytest.mark.parametrize("way", UNSAID)
def test_what_no_sheet_says_is_refused_on_either_sheet(way: str, sound: list[Made]) -> None:
    record, question, solution = sound[0]
    assert {"layout", "no leak"} <= failing((record, UNSAID[way](question), solution))
    assert "layout" in failing((record, question, UNSAID[way](solution)))


def info(document: pikepdf.Pdf) -> None:
    document.docinfo["/Subject"] = "H = 4, -3, -2"


def xmp(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        metadata["dc:description"] = "H = 4, -3, -2"


def attachment(document: pikepdf.Pdf) -> None:
    document.attachments["manifest.jsonl"] = b'{"answer": [4, -3, -2]}'


def annotation(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[9, 9, 20, 20], Contents="4 -3 -2"
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def bookmark(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("H = 4, -3, -2", 0))


def script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="4 -3 -2")


def unembedded(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].obj.Resources.Font.values():
        if "/FontFile" in font.FontDescriptor:
            del font.FontDescriptor["/FontFile"]


def mapped(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].obj.Resources.Font.values():
        font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"0034>", b"0039>"))


def earlier_revision(pdf: bytes) -> bytes:
    """A sheet that hides another one before it."""
    return pdf.replace(b"%%EOF\n", b"%%EOF\n" + pdf[9:])


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "no PDF": lambda _: b"%PDF-1.5",
    "anything": lambda _: b"<<" * 50_000,
    "half of it": lambda pdf: pdf[: len(pdf) // 2],
    "bytes behind its end": lambda pdf: pdf + b"\n% 4 -3 -2\n",
    "bytes before its start": lambda pdf: b"% 4 -3 -2\n" + pdf,
    "a comment between objects": lambda pdf: pdf.replace(b"endobj\n", b"endobj\n%4 -3\n", 1),
    "a comment in a font": lambda pdf: pdf.replace(b"%%EndComments", b"%% 4 3 Comments", 1),
    "a comment in a map": lambda pdf: pdf.replace(b"begincmap\n", b"begincmap %4\n", 1),
    "an object more": lambda pdf: pdf.replace(b"xref\n0", b"999 0 obj\n(4 -3)\nendobj\nxref\n0", 1),
    "another identity": lambda pdf: re.sub(rb"/ID \[<..", b"/ID [<43", pdf),
    "an earlier revision": earlier_revision,
    "metadata": lambda pdf: foreign(pdf, info),
    "XMP metadata": lambda pdf: foreign(pdf, xmp),
    "an attachment": lambda pdf: foreign(pdf, attachment),
    "an annotation": lambda pdf: foreign(pdf, annotation),
    "a bookmark": lambda pdf: foreign(pdf, bookmark),
    "a script": lambda pdf: foreign(pdf, script),
    "a page turned": lambda pdf: foreign(pdf, lambda d: d.pages[0].rotate(180, relative=True)),
    "a font not embedded": lambda pdf: foreign(pdf, unembedded),
    "a map that lies": lambda pdf: foreign(pdf, mapped),
    "written by somebody else": lambda pdf: foreign(pdf, lambda _: None),
    "a lock": locked,
}


@pytest.mark.parametrize("way", BYTES)
def test_no_byte_of_a_file_is_another(way: str, sound: list[Made]) -> None:
    record, question, solution = sound[0]
    assert {"layout", "no leak"} == failing((record, BYTES[way](question), solution)) - {"files"}
    assert "layout" in failing((record, question, BYTES[way](solution)))


@given(data=st.data())
@settings(max_examples=200)
def test_a_changed_byte_is_refused_or_leaves_no_page_as_it_was(
    data: st.DataObject, sound: list[Made]
) -> None:
    pdf = bytearray(sound[0][1])
    place = data.draw(st.integers(0, len(pdf) - 1))
    pdf[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(StrangeError):
        opened(bytes(pdf))


@pytest.mark.parametrize(
    ("spelling", "is_one"),
    [("0", True), ("-12.5", True), ("0.398", True), ("1.0", False), ("01", False), ("-0", False)],
)
def test_a_number_has_one_spelling(spelling: str, *, is_one: bool) -> None:
    assert is_one == bool(re.fullmatch(N, spelling.encode()))


def test_no_letter_of_a_title_leaves_its_line(sound: list[Made]) -> None:
    """It would be read as before, at whatever height it stands."""
    question = sound[0][1]
    parted = mended(b"(Exam", b"(Ex)]TJ 11 4 Td [(am")(question)
    assert ["sheet.title that does not stand on one line"] == Paper("question.pdf", parted).strange


def _in_two_blocks(content: bytes) -> bytes:
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION)
    first = packer.compress(content[:99]) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + packer.compress(content[99:]) + packer.flush()


@pytest.mark.parametrize(
    "pack",
    [
        lambda content: packed(content, 1),
        lambda content: packed(content, 0),
        _in_two_blocks,
    ],
    ids=["in haste", "not at all", "in two blocks"],
)
def test_contents_are_packed_in_one_way(pack: Callable[[bytes], bytes], sound: list[Made]) -> None:
    """Another way is read alike, and says more: which of two ways is a bit of a message."""

    def repacked(document: Document) -> Document:
        first, *others = document.pages
        own = replace(first, content=pack(contents(first)))
        return replace(document, pages=(own, *others))

    assert packs_as_tex()
    strange = Paper("question.pdf", changed(sound[0][1], repacked)).strange
    assert ["the contents of a page are packed otherwise than TeX packs them"] == strange
