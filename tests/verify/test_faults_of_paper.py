"""The table of planted faults, of finished PDFs: somebody, or some program, changed them."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from tests.verify.making import SEED, TERMS, Made, edited, failing
from worksheetgen.errors import OutputError
from worksheetgen.verify.checks.distinct import Exam
from worksheetgen.verify.checks.layout import Look, layout
from worksheetgen.verify.checks.no_leak import no_leak
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.page import Glyph, Page, _overprinted, read_pages
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.structure import _read_as, strange
from worksheetgen.verify.prove import prove, prove_pair
from worksheetgen.verify.report import Report


def glyph(pdf: bytes, mark: str) -> tuple[int, Box]:
    """Page and place of the first digit of a quantity."""
    for number, page in enumerate(read_pages(pdf)):
        for found in page.glyphs.get(mark, []):
            if found.character.isdigit():
                return number, found.box
    raise AssertionError(mark)


def drawn(mark: str, content: str) -> Callable[[bytes], bytes]:
    """Draw over a quantity's first digit, at its place."""

    def change(pdf: bytes) -> bytes:
        number, box = glyph(pdf, mark)
        place = {
            "before": box.left - 5.9,
            "x": box.left,
            "y": box.bottom,
            "w": box.right - box.left,
            "h": box.height,
        }
        return edited(pdf, lambda document: _append(document, number, content.format(**place)))

    return change


def _append(document: pikepdf.Pdf, number: int, content: str) -> None:
    page = document.pages[number]
    fonts = page.obj.Resources.Font
    name = next(key for key, font in sorted(fonts.items()) if "LMRoman10" in str(font.BaseFont))
    page.contents_add(content.replace("FONT", name.removeprefix("/")).encode())
    page.contents_coalesce()


def written(number: int, content: str) -> Callable[[bytes], bytes]:
    """Write on a page where nothing stands."""
    return lambda pdf: edited(pdf, lambda document: _append(document, number, content))


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


def stray(document: pikepdf.Pdf) -> None:
    document.Root.Private = document.make_stream(b"4 -3 -2")


def seeded(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = f"Exam {SEED}"


def renamed(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].obj.Resources.Font.values():
        for index, name in enumerate(font.Encoding.Differences):
            if name == "/four":
                font.Encoding.Differences[index] = pikepdf.Name("/three")


def turned(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Rotate = 180


def script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="4 -3 -2")


def telling(document: pikepdf.Pdf) -> None:
    document.docinfo["/Title"] = "Exam, question 001: 4 -3 -2"


def unembedded(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].obj.Resources.Font.values():
        for key in ("/FontFile", "/FontFile2", "/FontFile3"):
            if key in font.FontDescriptor:
                del font.FontDescriptor[key]


def cropped(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.MediaBox = pikepdf.Array([0, 0, 400, 842])


def reversed_pages(document: pikepdf.Pdf) -> None:
    document.pages.reverse()


def empty_page(document: pikepdf.Pdf) -> None:
    document.add_blank_page()


def stowed(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Resources.ProcSet = document.make_stream(b"4 -3 -2")


def letter_renamed(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].obj.Resources.Font.values():
        for index, name in enumerate(font.Encoding.Differences):
            if name == "/H":
                font.Encoding.Differences[index] = pikepdf.Name("/K")


def titled(title: str) -> Callable[[pikepdf.Pdf], None]:
    return lambda document: document.docinfo.__setitem__("/Title", title)


def last_page_gone(document: pikepdf.Pdf) -> None:
    del document.pages[-1]


Q, S = 1, 2
DIGIT = "BT /FONT 9 Tf 90 90 Td (4) Tj ET"
X, H = "3.a.convolution.X:indexed", "3.a.i.forward.answer:matrix"
PAPER: dict[str, tuple[int, Callable[[bytes], bytes], str]] = {
    "given painted over": (Q, drawn(X, "1 g {x} {y} {w} {h} re f"), "layout"),
    "answer painted over": (S, drawn(H, "1 g {x} {y} {w} {h} re f"), "layout"),
    "digit printed over a digit": (
        S,
        drawn(H, "BT /FONT 11 Tf 1 0 0 1 {x} {y} Tm (8) Tj ET"),
        "layout",
    ),
    "given crossed by a line": (Q, drawn(X, "1 w {x} {y} m 200 500 l S"), "layout"),
    "white text": (Q, drawn(X, "1 g BT /FONT 9 Tf 1 0 0 1 90 90 Tm (4 3 2) Tj ET"), "no leak"),
    "invisible text": (Q, drawn(X, "BT 3 Tr /FONT 9 Tf 1 0 0 1 90 90 Tm (4) Tj ET"), "no leak"),
    "tiny text": (Q, drawn(X, "BT /FONT 1 Tf 1 0 0 1 90 90 Tm (432) Tj ET"), "no leak"),
    "text off the page": (Q, drawn(X, "BT /FONT 9 Tf 1 0 0 1 -90 90 Tm (4) Tj ET"), "no leak"),
    "digit put before a number": (
        S,
        drawn(H, "BT /FONT 10.9 Tf 1 0 0 1 {before} {y} Tm (1) Tj ET"),
        "layout",
    ),
    "digit covered inside its own mark": (
        S,
        drawn(H, f"/{H} BMC q 1 g {{x}} {{y}} {{w}} {{h}} re f Q EMC"),
        "layout",
    ),
    "one glyph shown as another": (S, lambda pdf: edited(pdf, renamed), "layout"),
    "text turned": (Q, drawn(X, "BT /FONT 9 Tf -1 0 0 -1 90 90 Tm (4) Tj ET"), "no leak"),
    "text in a mark that nobody reads": (
        Q,
        drawn(X, "/sheet.note BMC BT /FONT 9 Tf 1 0 0 1 90 90 Tm (4 3) Tj ET EMC"),
        "no leak",
    ),
    "spoken text": (Q, drawn(X, "/Span <</ActualText (4 -3)>> BDC EMC"), "no leak"),
    "comment in a page": (Q, drawn(X, "% 4 -3 -2\n"), "no leak"),
    "page turned": (S, lambda pdf: edited(pdf, turned), "layout"),
    "script": (Q, lambda pdf: edited(pdf, script), "no leak"),
    "title of another sheet": (Q, lambda pdf: edited(pdf, titled("Exam, question 002")), "no leak"),
    "a letter shown as another": (S, lambda pdf: edited(pdf, letter_renamed), "layout"),
    "thin line inside a mark": (
        S,
        drawn(H, f"/{H} BMC 0.4 w {{x}} {{y}} m 200 {{y}} l S EMC"),
        "layout",
    ),
    "points of an item on two pages": (
        Q,
        written(0, f"/3.a.v.gradient_sign.points BMC {DIGIT} EMC"),
        "read back",
    ),
    "points of an item under the name of another": (
        Q,
        written(0, f"/3.a.v.forward.points BMC {DIGIT} EMC"),
        "read back",
    ),
    "an empty page more": (S, lambda pdf: edited(pdf, empty_page), "read back"),
    "title that tells": (Q, lambda pdf: edited(pdf, telling), "no leak"),
    "metadata": (Q, lambda pdf: edited(pdf, info), "no leak"),
    "XMP metadata": (Q, lambda pdf: edited(pdf, xmp), "no leak"),
    "attachment": (Q, lambda pdf: edited(pdf, attachment), "no leak"),
    "annotation": (Q, lambda pdf: edited(pdf, annotation), "no leak"),
    "bookmark": (Q, lambda pdf: edited(pdf, bookmark), "no leak"),
    "stream that no page shows": (Q, lambda pdf: edited(pdf, stray), "no leak"),
    "stream at the place of something else": (Q, lambda pdf: edited(pdf, stowed), "no leak"),
    "seed in the title": (Q, lambda pdf: edited(pdf, seeded), "no leak"),
    "bytes after the end": (Q, lambda pdf: pdf + b"\n% 4 -3 -2\n", "no leak"),
    "font not embedded": (Q, lambda pdf: edited(pdf, unembedded), "layout"),
    "page cut at the right": (S, lambda pdf: edited(pdf, cropped), "layout"),
    "pages in another order": (S, lambda pdf: edited(pdf, reversed_pages), "layout"),
    "last page gone": (S, lambda pdf: edited(pdf, last_page_gone), "read back"),
}


@pytest.mark.parametrize("fault", PAPER)
def test_a_fault_of_a_pdf_is_caught(fault: str, sound: list[Made]) -> None:
    position, change, check = PAPER[fault]
    made: list[Any] = list(sound[0])
    made[position] = change(made[position])
    assert check in failing((made[0], made[1], made[2]))


SCALED = "text that is mirrored, or too small to read"
HIDDEN: dict[str, tuple[str, list[str]]] = {
    "nothing": (DIGIT, []),
    "white": (f"1 g {DIGIT}", ["the operator g"]),
    "outlined": (f"1 Tr {DIGIT}", ["the operator Tr"]),
    "placed freely": ("BT /FONT 9 Tf 1 0 0 1 90 90 Tm (4) Tj ET", ["the operator Tm"]),
    "upside down": (f"q -1 0 0 -1 180 180 cm {DIGIT} Q", [SCALED]),
    "mirrored": (f"q -1 0 0 1 180 0 cm {DIGIT} Q", [SCALED]),
    "slanted": (f"q 1 0 0.5 1 0 0 cm {DIGIT} Q", ["something turned"]),
    "rising": (f"q 1 0.5 0 1 0 0 cm {DIGIT} Q", ["something turned"]),
    "fine print": ("BT /FONT 4 Tf 90 90 Td (4) Tj ET", []),
    "tiny": ("BT /FONT 3 Tf 90 90 Td (4) Tj ET", [SCALED]),
    "made smaller": ("q 0.3 0 0 0.3 60 60 cm BT /FONT 9 Tf 90 90 Td (4) Tj ET Q", [SCALED]),
    "made smaller twice": (
        "q .7 0 0 1 9 9 cm q .5 0 0 .7 60 60 cm BT /FONT 9 Tf 90 90 Td (4) Tj ET Q Q",
        [SCALED],
    ),
    "small, and as large as ever behind it": (
        f"q 0.5 0 0 0.5 60 60 cm BT /FONT 9 Tf 90 90 Td (4) Tj ET Q {DIGIT}",
        [],
    ),
    "cut off": (f"q 0 0 92 200 re W n {DIGIT} Q", ["the operator W", "the operator n"]),
    "off the page": ("BT /FONT 9 Tf -90 90 Td (4) Tj ET", ["text outside the page"]),
    "above the page": ("BT /FONT 9 Tf 90 838 Td (4) Tj ET", ["text outside the page"]),
    "white before one that shows": (f"1 g {DIGIT} 0 g {DIGIT}", ["the operator g"]),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_each_way_to_hide_a_text_is_named(case: str, sound: list[Made]) -> None:
    content, expected = HIDDEN[case]
    paper = Paper("question", written(0, content)(sound[0][1]))
    assert expected == paper.strange + [fault for page in paper.pages for fault in page.hidden]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_text_that_stands_out_at_one_side_is_caught(side: str, sound: list[Made]) -> None:
    (rule,) = read_pages(sound[0][1])[0].lines["sheet.rule"]
    x = rule.left - 3 if side == "left" else rule.right - 1
    report = Report()
    pdf = written(0, f"BT /FONT 9 Tf {x} 90 Td (4) Tj ET")(sound[0][1])
    layout(Paper("question", pdf), Paper("solution", sound[0][2]), report)
    places = [failure.place for failure in report.failures]
    assert ["question, page 1, text beyond its width"] == places


@pytest.mark.parametrize(
    "mark", ["sheet.note", "3.note", "3.a.convolution.note", "3.a.i.forward.note", "3.a.i.f.o.note"]
)
def test_a_mark_that_nobody_reads_is_told(mark: str, sound: list[Made]) -> None:
    record, question, solution = sound[0]
    pdf = written(0, f"/{mark} BMC {DIGIT} EMC")(question)
    assert {"read back", "no leak"} & failing((record, pdf, solution))


def test_a_mark_without_a_name_is_no_quantity(sound: list[Made]) -> None:
    pages = [
        read_pages(pdf) for pdf in (sound[0][1], written(0, f"/ BMC {DIGIT} EMC")(sound[0][1]))
    ]
    assert pages[0][0].glyphs.keys() == pages[1][0].glyphs.keys()
    assert 1 == pages[1][0].prose.count("4") - pages[0][0].prose.count("4")


def test_an_answer_space_in_two_pieces_is_told_with_its_pages(sound: list[Made]) -> None:
    line = "/3.a.i.forward.space BMC 90 90 m 200 90 l S EMC"
    paper = Paper("question", written(1, line)(sound[0][1]))
    assert [1, 2] == [page for page, _ in paper.sheet.spaces["3.a.i.forward"]]
    report = Report()
    layout(paper, Paper("solution", sound[0][2]), report)
    assert ["question, answer spaces"] == [failure.place for failure in report.failures]


def test_in_a_fraction_a_bar_may_be_drawn_and_nothing_else() -> None:
    over, under = Box(10, 20, 14, 27), Box(10, 8, 14, 15)
    bar, frame = Box(9, 17, 15, 17.4), Box(9, 16, 15, 19)
    for drawing, expected in ((bar, []), (frame, ["something drawn in K"])):
        page = Page(100, 100)
        page.glyphs["K"] = [Glyph("3", over, "over"), Glyph("4", under, "under")]
        page.lines["K"] = [drawing]
        found = _overprinted(page, [("K", box) for box in (over, under, drawing)])
        assert expected == list(found)


@pytest.mark.parametrize(("digits", "found"), [("432", []), ("4321", ["4321"])])
def test_a_seed_of_four_digits_is_looked_for(
    digits: str, found: list[str], sound: list[Made]
) -> None:
    record, question, _ = sound[0]
    pdf = written(0, f"BT /FONT 9 Tf 90 90 Td ({digits}) Tj ET")(question)
    report = Report()
    no_leak(record, Paper("question", pdf), report, seed=int(digits))
    told = [failure.found for failure in report.failures if failure.place == "question, seed"]
    assert ([found] if found else []) == told


def test_a_title_must_be_the_sheets_or_at_least_that_of_a_sheet(sound: list[Made]) -> None:
    def told(title: str, known: str | None) -> bool:
        return bool(strange(edited(sound[0][1], titled(title)), known, "en"))

    assert not told("Exam, question 001", "Exam, question 001")
    assert not told("Exam, question 002", None)
    assert told("Exam, question 002", "Exam, question 001")
    assert told("H = 4, -3, -2", None)
    assert told("H = 4, -3, -2", "H = 4, -3, -2")


def test_ranges_and_single_codes_of_a_font_are_read() -> None:
    ranges = "2 beginbfrange\n<30> <32> <0031>\n<4a> <4b> <006a>\nendbfrange\n"
    single = "1 beginbfchar\n<2d> <2212>\nendbfchar\n"
    expected = {0x30: "1", 0x31: "2", 0x32: "3", 0x4A: "j", 0x4B: "k", 0x2D: "−"}
    assert expected == _read_as(ranges + single)


@pytest.mark.parametrize(("position", "check"), [(Q, "blind solve"), (S, "blind solve")])
def test_a_sheet_of_another_variant_is_caught(position: int, check: str, sound: list[Made]) -> None:
    made: list[Any] = list(sound[0])
    made[position] = sound[1][position]
    assert {"read back", check} <= failing((made[0], made[1], made[2]))


def test_a_page_of_another_variant_is_caught(sound: list[Made]) -> None:
    record, question, solution = sound[0]

    def swap(document: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(sound[1][2])) as other:
            document.pages[1] = other.pages[1]

    assert "read back" in failing((record, question, edited(solution, swap)))


@pytest.mark.parametrize("fault", [name for name, row in PAPER.items() if row[0] == S])
def test_a_pair_by_itself_shows_the_fault_of_its_solution(fault: str, sound: list[Made]) -> None:
    _, question, solution = sound[0]
    papers = [Paper("question.pdf", question), Paper("solution.pdf", PAPER[fault][1](solution))]
    assert prove_pair(papers).failures


def test_a_pair_without_questions_proves_nothing(sound: list[Made]) -> None:
    def unmark(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            content = page.Contents.read_bytes()
            unnamed = re.sub(rb"/3[.][^ ]+ BMC", b"/Artifact BMC", content)
            page.Contents = document.make_stream(unnamed)

    papers = [Paper("sheet.pdf", edited(pdf, unmark)) for pdf in sound[0][1:]]
    with pytest.raises(OutputError, match="nothing to check"):
        prove_pair(papers)


def test_a_pair_whose_question_cannot_be_solved_is_no_proof(sound: list[Made]) -> None:
    _, question, solution = sound[0]
    unread = written(2, f"/3.a.iii.kernel_gradient.upstream:row BMC {DIGIT} EMC")(question)
    papers = [Paper("question.pdf", unread), Paper("solution.pdf", solution)]
    assert "givens and an answer" in [failure.expected for failure in prove_pair(papers).failures]


def test_words_that_differ_between_variants_are_caught(sound: list[Made]) -> None:
    report, exam = Report(), Exam(TERMS)
    for record, words in ((sound[0][0], "do not flip"), (sound[1][0], "do flip")):
        exam.compare(record, Look({}, words), report)
    assert ["002, words as in the first"] == [failure.place for failure in report.failures]


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
