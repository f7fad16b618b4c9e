"""Faults planted in finished PDFs: somebody, or some program, changed what pages show."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.tampering import (
    added,
    block,
    changed,
    line,
    marked,
    mended,
    other,
    over,
    pages_of,
    text,
    with_content,
)
from tests.verify.making import SEED, TERMS, Made, failing
from worksheetgen.errors import OutputError
from worksheetgen.typeset.pdf import Document, Font, Page
from worksheetgen.verify.checks.layout import layout
from worksheetgen.verify.checks.no_leak import no_leak
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.file import opened
from worksheetgen.verify.pages.page import Glyph, _overprinted
from worksheetgen.verify.pages.page import Page as ReadPage
from worksheetgen.verify.pages.paper import Paper
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
    "do for do not": (Q, mended(b"not", b"now")),
    "a letter more": (Q, mended(b"(output)", b"(outputs)")),
    "a digit in words": (Q, mended(b"(Compu)", b"(9ompu)")),
    "a word moved": (Q, mended(b"[(Name:)]", b"[(Na)9(me:)]")),
    "a point for a colon": (Q, mended(b"ip", b"iq")),
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
