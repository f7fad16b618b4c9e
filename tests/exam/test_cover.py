"""The cover page: what the spec says stands there, and nothing of it is run or goes wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from tests.conftest import Cli
from tests.pictures import pdf, png, with_another_picture
from tests.tampering import changed, marked, other
from tests.tex import text_of
from worksheetgen.typeset.pdf import Document, Picture
from worksheetgen.typeset.picture_file import LARGEST
from worksheetgen.verify.pages.paper import read_paper

COVER = """
[cover]
institution = "University of Łódź"
course = "Deep Learning I"
examiner = "Chair of Machine Learning"
date = 2026-07-14
duration = 90
aids = ["one sheet of notes", "a ruler"]
instructions = '''
Write **legibly**.

1. \\input{secret} costs 5 $ & 10 %.
2. << p >> is no tag.
'''
"""
TASKS = """
[[task]]
number = 2
title = "Pooling"
[[task.part]]
problem = "pooling"
items = ["max_forward"]
points = [4]
[[task]]
number = 3
title = "More pooling"
[[task.part]]
problem = "pooling"
items = ["average_forward"]
points = [7]
"""


def spec(folder: Path, cover: str = COVER, head: str = "") -> Path:
    path = folder / "exam.toml"
    path.write_text(f'title = "Exam"\nvariants = 2\n{head}\n{cover}\n{TASKS}', encoding="utf-8")
    return path


def first_page(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


def test_the_cover_says_what_the_spec_says(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = cli("generate", spec(tmp_path), "--out", out)
    assert (0, "") == (run.code, run.err)
    said = first_page(out / "questions" / "001.pdf")
    for text in (
        "University of Łódź",
        "Deep Learning I",
        "Examiner: Chair of Machine Learning",
        "Date: 14 July 2026",
        "Time: 90 minutes",
        "Allowed aids: one sheet of notes, a ruler",
        r"1. \input{secret} costs 5 $ & 10 %.",
        "2. << p >> is no tag.",
        "Task 2 3 Total",
        "Points 4 7 11",
        "Signature:",
    ):
        assert text in said, text
    assert "Pooling" not in said
    assert "Solution" in first_page(out / "solutions" / "001.pdf")
    assert 0 == cli("verify", out).code
    assert 0 == cli("verify", *(out / kind / "002.pdf" for kind in ("questions", "solutions"))).code


def test_a_german_cover_is_german(cli: Cli, tmp_path: Path) -> None:
    cover = "[cover]\ndate = 2026-07-14\nduration = 90\naids = []\nsignature = false\n"
    run = cli("generate", spec(tmp_path, cover, 'language = "de"'), "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)
    said = first_page(tmp_path / "out" / "questions" / "001.pdf")
    assert "Datum: 14.07.2026 Dauer: 90 Minuten Erlaubte Hilfsmittel: keine" in said
    assert "Unterschrift" not in said


def logo(folder: Path, name: str) -> Path:
    picture = Image.new("RGBA" if name.endswith("png") else "RGB", (300, 60), "red")
    picture.save(folder / name)
    return folder / name


@pytest.mark.parametrize("name", ["logo.png", "LOGO.PDF"])
def test_a_logo_is_on_the_cover_alone(cli: Cli, tmp_path: Path, name: str) -> None:
    logo(tmp_path, name)
    out = tmp_path / "out"
    path = spec(tmp_path, f'{COVER}logo = "{name}"\n')
    run = cli("generate", path, "--keep-tex", "--out", out)
    assert (0, "") == (run.code, run.err)
    assert 0 == cli("verify", out).code
    assert (out / "tex" / f"logo{Path(name).suffix.lower()}").is_file()
    with pikepdf.open(out / "questions" / "001.pdf") as pdf:
        assert [True, *[False] * (len(pdf.pages) - 1)] == [
            "/XObject" in page.obj.Resources for page in pdf.pages
        ]
    logo(tmp_path, name).write_bytes(logo(tmp_path, f"other{name}").read_bytes())
    assert "/" not in str(read_paper(out / "questions" / "001.pdf").logo)


@pytest.mark.parametrize(("where", "caught"), [((60, 60), False), ((200, 600), True)])
def test_a_form_that_shows_something_over_a_quantity_is_caught(
    cli: Cli, tmp_path: Path, where: tuple[int, int], *, caught: bool
) -> None:
    assert 0 == cli("generate", spec(tmp_path, ""), "-n", 1, "--out", tmp_path / "out").code
    pdf = tmp_path / "out" / "questions" / "001.pdf"
    right, top = (300, 150) if caught else (20, 20)
    drawn = b"-900 -900 5000 5000 re f"
    said = b"<< /BBox [ 0 0 %d %d ] /Length %d /Subtype /Form /Type /XObject >>"
    stream = b"\nstream\n" + drawn + b"\nendstream"
    picture = Picture(((said % (right, top, len(drawn)) + stream,),))
    own = b"q\n1 0 0 1 %d %d cm\n/Im1 Do\nQ\n" % where

    def add(document: Document) -> Document:
        first = other(document.pages[0], lambda content: content + marked("cover.logo", own))
        first = replace(first, pictures={"Im1": picture})
        return replace(document, pages=(first, *document.pages[1:]))

    pdf.write_bytes(changed(pdf.read_bytes(), add))
    run = cli("verify", pdf, tmp_path / "out" / "solutions" / "001.pdf")
    assert 1 == run.code  # a logo where there is no cover is strange in any case
    assert caught == ("something printed over" in run.out)


def test_another_logo_in_one_variant_is_caught(cli: Cli, tmp_path: Path) -> None:
    logo(tmp_path, "logo.png")
    out = tmp_path / "out"
    assert 0 == cli("generate", spec(tmp_path, f'{COVER}logo = "logo.png"\n'), "--out", out).code
    path = out / "questions" / "002.pdf"
    path.write_bytes(changed(path.read_bytes(), with_another_picture))
    run = cli("verify", out, "--json")
    assert 1 == run.code
    assert "logo as in the first" in run.out


PALE = "prints nothing"
UNUSUAL = "cannot be printed; save it anew, of a usual size"
BAD_LOGOS = {
    "missing.png": (None, "No such file"),
    "another-format.png": (b"GIF89a", "is no PNG"),
    "empty.png": (b"", "is no PNG"),
    "cut-off.png": (png()[:40], UNUSUAL),
    "no-pixels.png": (png()[:33] + png()[-12:], UNUSUAL),
    "garbage.png": (png("RGBA")[:60] + b"\0" * 40, UNUSUAL),
    "coarse.png": (png(size=(400, 400), dpi=1), UNUSUAL),
    "wide.png": (png(size=(4001, 1)), "4000 pixels"),
    "large.png": (png() + b"\0" * LARGEST, "smaller than 500 kB"),
    "white.pdf": (pdf(b"1 g 0 0 9 9 re f"), PALE),
    "blank.pdf": (pdf(b""), PALE),
    "no-size.pdf": (pdf(size=0), UNUSUAL),
    "huge.pdf": (pdf(b"0 0 9000 9000 re f", size=14000), UNUSUAL),
    "locked.pdf": (pdf(encryption=pikepdf.Encryption(user="a", owner="b")), "needs a password"),
    "long.pdf": (pdf(pages=2), "has 2 pages"),
    "broken.pdf": (b"%PDF-1.5", "is no PDF"),
}


@pytest.mark.parametrize("name", BAD_LOGOS)
def test_a_bad_logo_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    content, said = BAD_LOGOS[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    path = spec(tmp_path, f'{COVER}logo = "{name}"\n')
    run = cli("generate", path, "--out", tmp_path / "out")
    assert 2 == run.code
    assert f"cover.logo: {tmp_path / name}" in run.err
    assert said in run.err
    assert not (tmp_path / "out").exists()


GOOD_LOGOS = {
    "bits.png": png("1"),
    "palette.png": png("P"),
    "grey-with-alpha.png": png("LA", (300, 20)),
    "beyond-its-page.pdf": pdf(b"-900 -900 5000 5000 re f"),
    "small.pdf": pdf(size=3),
}


@pytest.mark.parametrize("name", GOOD_LOGOS)
def test_a_logo_of_any_usual_kind_is_printed(cli: Cli, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(GOOD_LOGOS[name])
    path = spec(tmp_path, f'{COVER}logo = "{name}"\n')
    run = cli("generate", path, "-n", 1, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)


DEEP = "- a\n   - b\n      - **c**\n         - d\n"
"""Lists within lists, as deep as they may be."""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('institution = "王"', "cover.institution: the character '王'"),
        ('logo = "logo.gif"', "neither a .png nor a .pdf"),
        ("duration = 0", "cover.duration"),
        ('instructions = " "', "nothing but spaces"),
        ('examinr = "x"', "did you mean 'examiner'?"),
        ('date = "2026-13-01"', "cover.date"),
        ("date = 2026-07-14T10:00:00", "expected a date such as 2026-07-14, or any text"),
        ("date = 5", "expected a date such as 2026-07-14, or any text"),
        ("duration = 1.5", "expected a number of minutes, or any text"),
        ('duration = ""', "cover.duration: expected a letter at least"),
        ('logo = ""', "cover.logo: expected a letter at least"),
        (f'course = "{"W" * 22}"', "cover.course: 'WWW"),
        (f'institution = "{"W" * 30}"', "is too long for a line"),
        (f'instructions = "{"x" * 50}"', "divide it by a space or a hyphen"),
        (f"instructions = '''{DEEP}            - e'''", "lists are nested more than 4 deep"),
    ],
)
def test_a_bad_cover_is_told(cli: Cli, tmp_path: Path, line: str, said: str) -> None:
    run = cli("generate", spec(tmp_path, f"[cover]\n{line}\n"), "--out", tmp_path / "out")
    assert 2 == run.code
    assert said in run.err


UNUSUAL_COVERS = {
    "long words": f'course = "{"W" * 20} {"m" * 20}"\ninstitution = "{"W" * 28}"',
    "a long name": f'examiner = "{"i" * 48}"',
    "deep lists": f"instructions = '''{DEEP}           {'W' * 24}'''",
    "an address": f"instructions = 'See https://example.org/rules_of-conduct?a=b#c{'/d' * 60}'",
    "brackets": "instructions = '''- [ ] I am well.\\\n  [x] I will be.\n-\n'''",
    "a dash": "instructions = '---'",
    "a break at the start": "instructions = '''\n\\\nRead this.'''",
    "signs": "institution = '#'\ninstructions = '****'",
}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", UNUSUAL_COVERS)
def test_unusual_covers_are_printed(cli: Cli, tmp_path: Path, name: str, paper: str) -> None:
    path = spec(tmp_path, f"[cover]\n{UNUSUAL_COVERS[name]}\n", f'paper = "{paper}"')
    run = cli("generate", path, "-n", 1, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)


def test_instructions_that_are_too_long_for_the_page_are_refused(cli: Cli, tmp_path: Path) -> None:
    lines = "A line.\n\n" * 60
    cover = f"[cover]\ninstructions = '''{lines}'''\n"
    run = cli("generate", spec(tmp_path, cover), "--out", tmp_path / "out")
    assert 2 == run.code
    assert "points higher than its page; shorten its instructions" in run.err
    assert not (tmp_path / "out").exists()


def test_a_wrong_total_in_the_grading_table_is_caught(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worksheetgen.variants.sheet.Sheet.points", property(lambda _: 12))
    run = cli("generate", spec(tmp_path), "--out", tmp_path / "out")
    assert 1 == run.code
    assert "cover" in run.err


def test_a_top_margin_leaves_room_for_a_stamp(cli: Cli, tmp_path: Path) -> None:
    path = spec(tmp_path)
    assert 0 == cli("generate", path, "--top-margin", 50, "--out", tmp_path / "out").code
    assert "--top-margin, " in cli("generate", path, "--top-margin", 5).err
    with pypdfium2.PdfDocument(tmp_path / "out" / "questions" / "001.pdf") as document:
        page = document[1]
        boxes = [item.get_bounds() for item in page.get_objects()]
        highest = max(top for _, _, _, top in boxes)
        assert 50 <= (page.get_height() - highest) / 72 * 25.4
    assert "Pooling" in text_of((tmp_path / "out" / "questions" / "001.pdf").read_bytes())


def test_titles_of_any_signs_are_printed(cli: Cli, tmp_path: Path) -> None:
    titles = ["^^41^^5cConvolution", "Wi " * 25 + "W", "a - b", "f" * 70, "'`^~\\_#%"]
    tasks = "".join(
        f"[[task]]\nnumber = {number}\ntitle = {json.dumps(title)}\n"
        "[[task.part]]\nproblem = 'pooling'\nitems = ['max_forward']\n"
        for number, title in enumerate(titles, start=1)
    )
    path = tmp_path / "exam.toml"
    path.write_text(f"title = 'T'\nlanguage = 'de'\n{tasks}", encoding="utf-8")
    run = cli("generate", path, "-n", 1, "--out", tmp_path / "out")
    assert 0 == run.code, run.err
