"""The check rewrite: every word and line of a pair, against the shipped templates set once more.

What a pair of sheets says in its own words (titles, a cover's texts, a name) is left out; all else
must stand where TeX puts it when the templates are filled in again with the givens that were read.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeVar, cast

import pikepdf

from worksheetgen.errors import TexError, WorksheetError
from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.typeset.cover import Cover
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.own import file_of
from worksheetgen.typeset.pdf import Document
from worksheetgen.typeset.split import Printed, split
from worksheetgen.typeset.tex import EMBEDDED, find_tex
from worksheetgen.typeset.texts import Own, Texts
from worksheetgen.typeset.writing import write, write_practice
from worksheetgen.variants.manifest import OWN, PartRecord, VariantRecord
from worksheetgen.variants.own import LOGO, OwnItem, OwnPart, OwnParts
from worksheetgen.variants.person import Person
from worksheetgen.variants.sheet import Part, Sheet, Task
from worksheetgen.variants.solving import recorded_part
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.file import contents, opened
from worksheetgen.verify.pages.ink import face
from worksheetgen.verify.pages.page import quantity
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.reading import outline_of, read_pages, reader
from worksheetgen.verify.pages.words import squeezed
from worksheetgen.verify.report import Report
from worksheetgen.workers import workspace

APART = re.compile(
    r"sheet\.(title|keytitle|variant|page|pages|qr)|person\..*|cover\..*|practice\.command|.*\.title"
)
"""The marks around what a sheet says in words of its own, or that others prove."""
PAPERS = {595: "a4", 612: "letter"}
SANS = "LMSans"
"""How the name of the font of texts begins if it has no serifs."""
MARGIN, MILLIMETRE = 16, 72 / 25.4
"""The usual top margin in millimetres, and points of one."""
NEAR, BESIDE = 0.02, 1.0
"""Points by which something may stand elsewhere, since numbers have three digits, and by which
texts of the same line may differ in height."""
EMPTY = ".pdf"
"""How the names of empty pictures end."""
Pictured = TypeVar("Pictured", OwnItem, OwnPart)
WORD = re.compile(r"\\worksheetword\{[a-zA-Z ]+\}\{([^}]*)\}")


class Shown(NamedTuple):
    """A text or a line, with its mark and its place."""

    page: int
    mark: str
    text: str
    place: tuple[float, ...]


@dataclass(frozen=True)
class Form:
    """How a pair was set: what cannot be seen in the records of its givens."""

    paper: Literal["a4", "letter"]
    language: str
    margin: int
    font: Literal["serif", "sans"]
    scale: float
    covered: bool
    practice: str
    key: bool
    own: Own = ()

    @property
    def texts(self) -> Texts:
        return Texts(self.language, self.own)


def rewrite(
    found: VariantRecord,
    question: Paper,
    solution: Paper,
    report: Report,
    own: Own = (),
    parts: OwnParts = MappingProxyType({}),
) -> None:
    """Set both sheets again, and compare all that is not of their own.

    Args:
        found: what the question asks, with the answers that its givens have.
        question: the question sheet.
        solution: the solution sheet.
        report: where the outcome goes.
        own: the templates of an instructor's own that they were set from.
        parts: those in the examiner's own words, by task and label.
    """
    try:
        again = _again(found, _form(question, solution, own), question, solution, parts)
    except (TexError, WorksheetError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        report.compare("rewrite", question.name, "sheets that can be set again", str(error)[:200])
        return
    covered, words = "cover.total" in question.pages[0].texts, _words(Texts(question.language, own))
    for paper, pdf in zip((question, solution), again, strict=True):
        expected, there = (
            list(_shown(opened(each), covered=covered, words=words)) for each in (pdf, paper.pdf)
        )
        report.compare("rewrite", paper.name, *_first_difference(expected, there))


def _first_difference(expected: list[Shown], found: list[Shown]) -> tuple[str, str]:
    """Where two sheets begin to differ, as each of them has it; the same if they do not."""
    for one, other in zip(expected, found, strict=False):
        if one[:3] != other[:3] or len(one.place) != len(other.place):
            return _told(one, one.place), _told(other, other.place)
        places = [pair for pair in zip(one.place, other.place, strict=True) if _is_off(*pair)]
        if places:
            a, b = zip(*places, strict=True)
            return _told(one, a), _told(other, b)
    more, less = expected[len(found) :], found[len(expected) :]
    return (
        _told(more[0], more[0].place) if more else "the same",
        _told(less[0], less[0].place) if less else "the same",
    )


def _is_off(one: float, other: float) -> bool:
    return abs(one - other) > NEAR


def _told(shown: Shown, edges: Sequence[float]) -> str:
    where = f" in {shown.mark}" if shown.mark else ""
    place = ", ".join(f"{edge:.2f}" for edge in edges[:4])
    return f"page {shown.page}: {shown.text[:80]!r}{where} at {place}"


def _shown(sheet: Document, *, covered: bool = False, words: Sequence[str] = ()) -> Iterator[Shown]:
    """All that a sheet prints, without what is its own.

    On a cover, and beside a name, places depend on what is its own: of these only words are told
    that the style file does not print by itself.
    """
    for number, page in enumerate(sheet.pages, start=1):
        faces = {name: face(font) for name, font in page.fonts.items()}
        pieces = [
            (*quantity(marks), piece) for marks, piece in reader().read(contents(page), faces)
        ]
        own = [
            placed.y
            for mark, _, piece in pieces
            for placed in piece.runs
            if mark.startswith("person.")
        ]
        beside = ""
        for mark, role, piece in pieces:
            if APART.fullmatch(mark):
                continue
            for placed in piece.runs:
                near = any(abs(placed.y - y) < BESIDE for y in own)
                if mark == "" and ((covered and number == 1) or near):
                    beside += placed.run.text
                else:
                    glyphs = (placed.x + box.left for _, box in placed.run.glyphs)
                    yield Shown(number, mark + role, placed.run.text, (placed.y, placed.x, *glyphs))
            for line in () if covered and number == 1 else piece.lines:
                yield Shown(number, mark + role, "a line", tuple(line))
            for name, scale in piece.pictures:
                outline = outline_of(page.pictures[name], scale)
                yield Shown(number, mark, "a picture", tuple(outline))
        yield Shown(number, "", f"beside it {_without(words, beside)!r}", ())


def _without(words: Sequence[str], said: str) -> str:
    """What is said beyond the words of the style file."""
    left = squeezed(said)
    for word in sorted(map(squeezed, words), key=len, reverse=True):
        left = left.replace(word, "")
    return left.strip(":")


def _words(texts: Texts) -> list[str]:
    """What the style file says by itself, in a language."""
    return [
        word.replace("{}", "")
        for content in texts.latex.values()
        for word in WORD.findall(content.decode())
    ]


def _form(question: Paper, solution: Paper, own: Own) -> Form:
    first = question.pages[0]
    (rule,) = first.lines["sheet.rule"]
    paper = cast("Literal['a4', 'letter']", PAPERS[round(first.width)])
    font: Literal["serif", "sans"] = "sans" if question.font.startswith(SANS) else "serif"
    scale = first.scale
    return Form(
        paper,
        question.language,
        MARGIN + round((_rule(paper, font, scale) - rule.middle) / MILLIMETRE),
        font,
        scale,
        "cover.total" in first.texts,
        " ".join(question.sheet.commands),
        any(item.key for _, _, item in solution.sheet.variant.items()),
        own,
    )


@cache
def _rule(paper: Literal["a4", "letter"], font: Literal["serif", "sans"], scale: float) -> float:
    """Where the rule of a head is with the usual margin, by TeX itself."""
    sheet = r"\begin{sheet}{T}{001}\task{1}{x}{1}\end{sheet}"
    plain = Form(paper, "en", MARGIN, font, scale, covered=False, practice="", key=False)
    (pdf,) = _set([sheet], plain)
    return read_pages(opened(pdf))[0].lines["sheet.rule"][0].middle


def _again(
    found: VariantRecord,
    form: Form,
    question: Paper,
    solution: Paper,
    parts: OwnParts,
) -> list[bytes]:
    keyed = {place: item.key for place, _, item in solution.sheet.variant.items()}
    places = iter([place for place, _, _ in found.items()])

    def part_of(task: int, index: int, part: PartRecord) -> Part | OwnPart:
        if part.problem == OWN:
            return _with_empty_pictures(parts[task, part.label])
        items = [replace(item, key=keyed.get(next(places), [])) for item in part.items]
        return recorded_part(replace(part, items=items), index)

    tasks = [
        Task(
            task.number,
            task.title,
            tuple(part_of(task.number, n, part) for n, part in enumerate(task.parts)),
        )
        for task in found.tasks
    ]
    said = question.sheet.person
    facts = {"facts": said["facts"]} if "facts" in said else {}
    who, version = said.get("id", ""), solution.sheet.version
    name = in_latin_letters(said.get("name", ""))
    person = Person(who, "", name, "", found.variant, 0, facts, 0.0, version) if said else None
    sheet = Sheet(found.variant, question.sheet.title, tuple(tasks), person, found.variant)
    texts = form.texts
    kinds: tuple[Literal["question"], Literal["solution"]] = ("question", "solution")
    if form.practice:
        written = [write_practice(sheet, kind, texts, form.practice) for kind in kinds]
    else:
        cover = Cover("C", "", (), "", signature=False, logo="") if form.covered else None
        written = [
            write(sheet.of_kind(kind), kind, texts, key=form.key, cover=cover) for kind in kinds
        ]
    solved = replace(form, scale=1.0)
    pictures = _pictures(question, form.scale)
    return (
        [*_set(written[:1], form, pictures), *_set(written[1:], solved, _pictures(solution, 1.0))]
        if form.scale != 1
        else _set(written, form, pictures)
    )


def _with_empty_pictures(part: OwnPart) -> OwnPart:
    """The same with pictures of :func:`_pictures` in place of its own."""

    def empty(of: Pictured) -> Pictured:
        return replace(of, picture=of.picture and replace(of.picture, ending=EMPTY))

    return empty(replace(part, items=tuple(map(empty, part.items))))


def _pictures(paper: Paper, scale: float) -> dict[str, bytes]:
    """Empty pictures of the examiner's own, as large as they stand there, by name."""
    return {
        f"{file_of(mark.removeprefix('own.').removesuffix('.picture'))}{EMPTY}": _empty(box, scale)
        for page in paper.pages
        for mark, (box, *_) in page.pictures.items()
        if mark != LOGO
    }


def _empty(outline: Box, scale: float) -> bytes:
    """A PDF of one empty page."""
    file = io.BytesIO()
    with pikepdf.new() as pdf:
        size = (outline.right - outline.left) / scale, outline.height / scale
        pdf.add_blank_page(page_size=size)
        pdf.save(file)
    return file.getvalue()


def _set(
    written: list[str], form: Form, pictures: Mapping[str, bytes] = MappingProxyType({})
) -> list[bytes]:
    setup = PageSetup(form.paper, form.language, form.margin, form.font, form.scale)
    source = document(written, setup)
    with workspace() as work:
        run = find_tex(EMBEDDED).run(
            source, form.texts.latex | {**pictures}, work, sheets=len(written)
        )
    titles = [Printed("T, question 001")] * len(written)
    return list(split(run.pdf, run.pages, titles, form.language, scaled=form.scale != 1))
