"""The table of planted faults, of finished PDFs: somebody, or some program, changed them."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tampering import (
    added,
    block,
    changed,
    foreign,
    line,
    locked,
    marked,
    other,
    over,
    pages_of,
    text,
    with_content,
)
from tests.verify.making import SEED, TERMS, Made, failing
from worksheetgen.errors import OutputError
from worksheetgen.typeset.pdf import Document, Font, Page
from worksheetgen.verify.checks.distinct import Exam
from worksheetgen.verify.checks.layout import Look, layout
from worksheetgen.verify.checks.no_leak import no_leak
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.content import Reader
from worksheetgen.verify.pages.file import StrangeError, opened
from worksheetgen.verify.pages.page import Glyph, _overprinted
from worksheetgen.verify.pages.page import Page as ReadPage
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.runs import N
from worksheetgen.verify.prove import prove, prove_pair
from worksheetgen.verify.report import Report

Q, S = 1, 2
X, H = "3.a.convolution.X:indexed", "3.a.i.forward.answer:matrix"
SPACE = "3.a.i.forward.space"


def titled(title: str) -> Callable[[bytes], bytes]:
    return lambda pdf: changed(pdf, lambda document: replace(document, title=title))


def paged(change: Callable[[tuple[Page, ...]], tuple[Page, ...]]) -> Callable[[bytes], bytes]:
    return lambda pdf: changed(pdf, lambda doc: replace(doc, pages=change(doc.pages)))


def with_glyph(shown: str, instead: str) -> Callable[[bytes], bytes]:
    """Every font shows a glyph in place of another."""

    def change(font: Font) -> Font:
        codes = [(code, instead if glyph == shown else glyph) for code, glyph in font.codes]
        return replace(font, codes=tuple(codes))

    def change_all(document: Document) -> Document:
        pages = (
            replace(page, fonts={name: change(font) for name, font in page.fonts.items()})
            for page in document.pages
        )
        return replace(document, pages=tuple(pages))

    return lambda pdf: changed(pdf, change_all)


def mended(find: bytes, instead: bytes, page: int = 0) -> Callable[[bytes], bytes]:
    """A sheet in whose operators something stands in place of something else."""

    def change(content: bytes) -> bytes:
        assert find in content
        return content.replace(find, instead, 1)

    return lambda pdf: with_content(pdf, page, change)


def in_space(more: Callable[[Box], bytes]) -> Callable[[bytes], bytes]:
    """Print something in the first answer space."""

    def change(pdf: bytes) -> bytes:
        page = next(n for n, page in enumerate(pages_of(pdf)) if SPACE in page.lines)
        frame = max(pages_of(pdf)[page].lines[SPACE], key=lambda box: box.right - box.left)
        return with_content(pdf, page, lambda content: content + more(frame))

    return change


PAPER: dict[str, tuple[int, Callable[[bytes], bytes], str]] = {
    "a block over a given": (
        Q,
        over(X, lambda *at: block(at[2].left, at[2].bottom, 5, at[2].height)),
        "layout",
    ),
    "a block over an answer": (
        S,
        over(H, lambda *at: block(at[2].left, at[2].bottom, 5, at[2].height)),
        "layout",
    ),
    "a digit printed over a digit": (
        S,
        over(H, lambda pdf, n, box: text(pdf, n, box.left, box.bottom, "8", 11)),
        "layout",
    ),
    "a given crossed by a line": (
        Q,
        over(X, lambda *at: line(at[2].left - 20, at[2].middle, 90)),
        "layout",
    ),
    "a word struck through": (
        Q,
        lambda pdf: added(lambda *_: _through_a_word(pdf))(pdf),
        "layout",
    ),
    "a digit put before a number": (
        S,
        over(H, lambda pdf, n, box: text(pdf, n, box.left - 5.9, box.bottom, "1", 10.9)),
        "layout",
    ),
    "a digit covered inside its own mark": (
        S,
        over(H, lambda *at: marked(H, block(at[2].left, at[2].bottom, 5, at[2].height))),
        "layout",
    ),
    "a thin line inside a mark": (
        S,
        over(H, lambda *at: marked(H, line(at[2].left, at[2].middle, 20))),
        "layout",
    ),
    "digits drawn in an answer space": (
        Q,
        in_space(
            lambda frame: line(300, frame.bottom - 40, 0, 9) + line(305, frame.bottom - 40, 4)
        ),
        "layout",
    ),
    "digits drawn as pieces of an answer space": (
        Q,
        in_space(lambda frame: marked(SPACE, line(300, frame.bottom - 40, 0, 9))),
        "layout",
    ),
    "a tick beside the text": (Q, added(lambda *_: line(60, 400, 0, 6)), "layout"),
    "a word underlined": (Q, added(lambda *_: line(87, 545, 40)), "layout"),
    "text in a mark that nobody reads": (
        Q,
        added(lambda pdf, n: marked("sheet.note", text(pdf, n, 90, 90, "43"))),
        "no leak",
    ),
    "text in an answer space": (
        Q,
        lambda pdf: in_space(lambda frame: text(pdf, 0, 200, frame.bottom - 40, "432"))(pdf),
        "layout",
    ),
    "one glyph shown as another": (S, with_glyph("four", "three"), "read back"),
    "a letter shown as another": (S, with_glyph("H", "K"), "read back"),
    "another title": (Q, titled("Exam, question 002"), "no leak"),
    "a title that tells": (Q, titled("Exam, question 001: 4 -3 -2"), "no leak"),
    "the seed in the title": (Q, titled(f"Exam {SEED}"), "no leak"),
    "points of an item on two pages": (
        Q,
        added(lambda pdf, n: marked("3.a.v.gradient_sign.points", text(pdf, n, 90, 90))),
        "read back",
    ),
    "points of an item under the name of another": (
        Q,
        added(lambda pdf, n: marked("3.a.v.forward.points", text(pdf, n, 90, 90))),
        "read back",
    ),
    "an empty page more": (
        S,
        paged(lambda pages: (*pages, replace(pages[0], content=b"", fonts={}))),
        "read back",
    ),
    "pages in another order": (S, paged(lambda pages: pages[::-1]), "layout"),
    "the last page gone": (S, paged(lambda pages: pages[:-1]), "read back"),
    "a page cut at the right": (
        S,
        paged(lambda pages: (replace(pages[0], width="400"), *pages[1:])),
        "layout",
    ),
}


def _through_a_word(pdf: bytes) -> bytes:
    """A line through the first text below the head that is long enough."""
    box = next(b for b in pages_of(pdf)[0].extent if b.top < 690 and b.right - b.left > 60)
    return line(box.left, box.middle, 20)


@pytest.mark.parametrize("fault", PAPER)
def test_a_fault_of_a_pdf_is_caught(fault: str, sound: list[Made]) -> None:
    position, change, check = PAPER[fault]
    made: list[Any] = list(sound[0])
    made[position] = change(made[position])
    assert check in failing((made[0], made[1], made[2]))


def test_nothing_fails_where_no_fault_is(sound: list[Made]) -> None:
    assert set() == failing(sound[0])


@pytest.mark.parametrize("fault", [name for name, row in PAPER.items() if row[0] == S])
def test_a_pair_by_itself_shows_the_fault_of_its_solution(fault: str, sound: list[Made]) -> None:
    _, question, solution = sound[0]
    papers = [Paper("question.pdf", question), Paper("solution.pdf", PAPER[fault][1](solution))]
    assert prove_pair(papers).failures


def _bar_moved(pdf: bytes) -> bytes:
    """A level line that is in no mark, a little to the right."""
    page = next(n for n, page in enumerate(pages_of(pdf)) if page.lines[""])

    def change(content: bytes) -> bytes:
        return re.sub(
            rb"ET\nq\n1 0 0 1 (\d+)", lambda m: b"ET\nq\n1 0 0 1 %d" % (int(m[1]) + 1), content
        )

    return with_content(pdf, page, change)


WORDS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "do for do not": (Q, mended(b"[(do)-333(not)", b"[(do)-333(no)")),
    "a letter more": (Q, mended(b"(output)", b"(outputs)")),
    "a digit in words": (Q, mended(b"(Compu)", b"(9ompu)")),
    "a word moved": (Q, mended(b"[(Name:)]", b"[(Na)9(me:)]")),
    "a point for a colon": (Q, mended(b"cor)1(relation:)", b"cor)1(relation.)")),
    "a word of a solution": (S, mended(b"(output)", b"(outputs)")),
    "a word added": (Q, added(lambda pdf, n: text(pdf, n, 400, 60, "not"))),
    "a bar of a fraction moved": (S, _bar_moved),
}


@pytest.mark.parametrize("fault", WORDS)
def test_a_pair_says_what_the_templates_say_and_nothing_else(fault: str, sound: list[Made]) -> None:
    made: list[Any] = list(sound[0])
    position, change = WORDS[fault]
    made[position] = change(made[position])
    papers = [Paper("question.pdf", made[Q]), Paper("solution.pdf", made[S])]
    assert "rewrite" in {failure.check for failure in prove_pair(papers).failures}


def test_a_single_variant_of_a_folder_says_what_the_templates_say(sound: list[Made]) -> None:
    made: list[Any] = list(sound[0])
    for fault in ("a letter more", "a word of a solution"):
        position, change = WORDS[fault]
        changed: list[Any] = [*made]
        changed[position] = change(made[position])
        report, _ = prove(changed[0], changed[Q], changed[S], TERMS, again=True)
        assert {"rewrite"} == {failure.check for failure in report.failures}


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


# What cannot even be said


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


# What is told of a sheet


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_text_that_stands_out_at_one_side_is_caught(side: str, sound: list[Made]) -> None:
    (rule,) = pages_of(sound[0][1])[0].lines["sheet.rule"]
    x = rule.left - 3 if side == "left" else rule.right - 1
    report = Report()
    pdf = added(lambda pdf, n: text(pdf, n, x, 90))(sound[0][1])
    layout(Paper("question", pdf), Paper("solution", sound[0][2]), report)
    places = [failure.place for failure in report.failures]
    assert ["question, page 1, text beyond its width"] == places


@pytest.mark.parametrize(("x", "y"), [(-9, 90), (90, 838)])
def test_a_text_off_the_page_is_hidden(x: int, y: int, sound: list[Made]) -> None:
    pdf = added(lambda pdf, n: text(pdf, n, x, y))(sound[0][1])
    assert ["text outside the page"] == pages_of(pdf)[0].hidden


@pytest.mark.parametrize(
    "mark", ["sheet.note", "3.note", "3.a.convolution.note", "3.a.i.forward.note", "3.a.i.f.o.note"]
)
def test_a_mark_that_nobody_reads_is_told(mark: str, sound: list[Made]) -> None:
    record, question, solution = sound[0]
    pdf = added(lambda pdf, n: marked(mark, text(pdf, n, 90, 90)))(question)
    assert {"read back", "no leak"} & failing((record, pdf, solution))


def test_an_answer_space_in_two_pieces_is_told_with_its_pages(sound: list[Made]) -> None:
    pdf = added(lambda *_: marked(SPACE, line(90, 90, 110)), page=1)(sound[0][1])
    paper = Paper("question", pdf)
    assert [1, 2] == [page for page, _ in paper.sheet.spaces["3.a.i.forward"]]
    report = Report()
    layout(paper, Paper("solution", sound[0][2]), report)
    assert "question, answer spaces" in [failure.place for failure in report.failures]


def test_in_a_fraction_a_bar_may_be_drawn_and_nothing_else() -> None:
    top, bottom = Box(10, 20, 14, 27), Box(10, 8, 14, 15)
    bar, frame = Box(9, 17, 15, 17.4), Box(9, 16, 15, 19)
    for drawing, expected in ((bar, []), (frame, ["something drawn in K"])):
        page = ReadPage(100, 100)
        page.glyphs["K"] = [Glyph("3", top, "over"), Glyph("4", bottom, "under")]
        page.lines["K"] = [drawing]
        found = _overprinted(page, [("K", box) for box in (top, bottom, drawing)])
        assert expected == list(found)


@pytest.mark.parametrize(("digits", "found"), [("432", []), ("4321", ["4321"])])
def test_a_seed_of_four_digits_is_looked_for(
    digits: str, found: list[str], sound: list[Made]
) -> None:
    record, question, _ = sound[0]
    pdf = added(lambda pdf, n: text(pdf, n, 90, 90, digits))(question)
    report = Report()
    no_leak(record, Paper("question", pdf), report, seed=int(digits))
    told = [failure.found for failure in report.failures if failure.place == "question, seed"]
    assert ([found] if found else []) == told


def test_a_title_must_be_the_sheets_or_at_least_that_of_a_sheet(sound: list[Made]) -> None:
    def told(title: str, known: str | None) -> bool:
        return bool(Paper("question", titled(title)(sound[0][1]), known).strange)

    assert not told("Exam, question 001", "Exam, question 001")
    assert not told("Exam, question 002", None)
    assert told("Exam, question 002", "Exam, question 001")
    assert told("H = 4, -3, -2", None)
    assert told("H = 4, -3, -2", "H = 4, -3, -2")


def test_pdfium_sees_what_our_reader_sees_and_tells_where_not(sound: list[Made]) -> None:
    for pdf in sound[0][1:]:
        assert [] == Paper("sheet", pdf, outside=True).strange
    one, other_ = (Paper("sheet", made[1], outside=True) for made in sound)
    assert one.pdf != other_.pdf
    lying = Paper("sheet", one.pdf, outside=True)
    vars(lying)["_read"] = other_._read
    assert lying.strange


@pytest.mark.parametrize(("position", "check"), [(Q, "blind solve"), (S, "blind solve")])
def test_a_sheet_of_another_variant_is_caught(position: int, check: str, sound: list[Made]) -> None:
    made: list[Any] = list(sound[0])
    made[position] = sound[1][position]
    assert {"read back", check} <= failing((made[0], made[1], made[2]))


def test_a_page_of_another_variant_is_caught(sound: list[Made]) -> None:
    record, question, solution = sound[0]
    page = opened(sound[1][2]).pages[1]
    swapped = paged(lambda pages: (pages[0], page, *pages[2:]))(solution)
    assert "read back" in failing((record, question, swapped))


def test_a_pair_without_questions_proves_nothing(sound: list[Made]) -> None:
    def unmarked(document: Document) -> Document:
        def change(content: bytes) -> bytes:
            return re.sub(rb"/3[.][^ ]+ BMC", b"/Artifact BMC", content)

        return replace(document, pages=tuple(other(page, change) for page in document.pages))

    papers = [Paper("sheet.pdf", changed(pdf, unmarked)) for pdf in sound[0][1:]]
    with pytest.raises(OutputError, match="nothing to check"):
        prove_pair(papers)


def test_a_pair_whose_question_cannot_be_solved_is_no_proof(sound: list[Made]) -> None:
    _, question, solution = sound[0]
    mark = "3.a.iii.kernel_gradient.upstream:row"
    unread = added(lambda pdf, n: marked(mark, text(pdf, n, 90, 90)), page=2)(question)
    papers = [Paper("question.pdf", unread), Paper("solution.pdf", solution)]
    assert "givens and an answer" in [failure.expected for failure in prove_pair(papers).failures]


@pytest.mark.parametrize(
    ("spelling", "is_one"),
    [("0", True), ("-12.5", True), ("0.398", True), ("1.0", False), ("01", False), ("-0", False)],
)
def test_a_number_has_one_spelling(spelling: str, *, is_one: bool) -> None:
    assert is_one == bool(re.fullmatch(N, spelling.encode()))


# What variants owe each other


def test_words_that_differ_between_variants_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record, words in ((sound[0][0], "do not flip"), (sound[1][0], "do flip")):
        exam.compare(record, Look({}, words), report)
    assert ["002, words as in the first"] == [failure.place for failure in report.failures]


def test_rules_that_differ_between_variants_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record, right in ((sound[0][0], 400.0), (sound[1][0], 401.0)):
        exam.compare(record, Look({}, "", "", ((1, "sheet.rule", (60, 90, right, 91)),)), report)
    assert ["002, rules as in the first"] == [failure.place for failure in report.failures]


def test_variants_that_share_their_givens_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record in (sound[0][0], sound[1][0], replace(sound[0][0], variant="003")):
        exam.compare(record, None, report)
    assert [("distinct", "003, task 3, (a)")] == [(f.check, f.place) for f in report.failures]


def test_an_answer_space_elsewhere_is_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for index, (record, question, solution) in enumerate(sound):
        _, look = prove(record, question, solution, TERMS)
        assert look is not None
        if index == 1:
            page, edges = look.spaces["3.a.i.forward"][0]
            look.spaces["3.a.i.forward"] = [(page, [edge + 1 for edge in edges])]
        exam.compare(record, look, report)
    assert ["layout"] == [failure.check for failure in report.failures]
