"""Names in any script stand on sheets as they are written, and can be found and copied there."""

import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from tests.conftest import Cli
from tests.rosters import SPEC, written
from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.typeset.names import as_printed, digest_of, form
from worksheetgen.typeset.names.shaping import runs_of
from worksheetgen.typeset.pdf import Document, Page
from worksheetgen.typeset.pdf import written as as_file
from worksheetgen.verify.pages.file import opened
from worksheetgen.verify.pages.words import unmarked

NAMES = {
    "Vietnamese": "Nguyễn Thị Ánh",
    "Greek": "Γιώργος Παπαδόπουλος",
    "Cyrillic": "Сергей Рахманинов",
    "Arabic": "فاطمة الزهراء",
    "Persian": "پریسا گودرزی",
    "Hebrew": "יעל כהן",
    "Devanagari": "प्रिया शर्मा",
    "Tamil": "தமிழ் செல்வன்",
    "Thai": "สมชาย ใจดี",
    "Chinese": "王小明",
    "Japanese": "さくら 鈴木",
    "Korean": "김민준",
}
LEFTWARD = ("Arabic", "Persian", "Hebrew")


def read_by_pdfium(pdf: bytes) -> str:
    with PdfDocument(pdf) as document:
        return str(document[0].get_textpage().get_text_range())


def ink(pdf: bytes) -> int:
    with PdfDocument(pdf) as document:
        return int((document[0].render(scale=4, grayscale=True).to_numpy() < 128).sum())


@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_printed_as_written_and_read_back(script: str) -> None:
    name = NAMES[script]
    made = form(name)
    assert made is not None
    assert name == as_printed(name)
    assert unmarked(name) == unmarked(read_by_pdfium(made))
    assert ink(made) > 100 * len(name.replace(" ", ""))


@pytest.mark.debian
@pytest.mark.parametrize("script", NAMES)
def test_poppler_reads_the_same(script: str, tmp_path: Path) -> None:
    name = NAMES[script]
    (tmp_path / "name.pdf").write_bytes(form(name) or b"")
    command = ["pdftotext", "-raw", str(tmp_path / "name.pdf"), "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = [unmarked(name), unmarked(said)]
    expected, found = (sorted(word) for word in words) if script in LEFTWARD else words
    assert expected == found


@pytest.mark.parametrize("script", LEFTWARD)
def test_the_first_letter_stands_on_the_right_in_scripts_that_run_to_the_left(script: str) -> None:
    name = NAMES[script]
    made = form(name)
    assert made is not None
    with PdfDocument(made) as document:
        text = document[0].get_textpage()
        wide = document[0].get_size()[0]
        letters = [n for n in range(text.count_chars()) if text.get_text_range(n, 1) == name[0]]
        assert max(text.get_charbox(n)[2] for n in letters) > 0.9 * wide


def test_a_name_in_two_scripts_has_its_words_in_the_order_of_the_first() -> None:
    for name, shown in (("Ali محمد", ["Ali", "محمد"]), ("محمد Али", ["Али", "محمد"])):
        found = runs_of(name)
        assert found is not None
        assert shown == [run.text.strip() for run in found if run.text.strip()]


@settings(max_examples=60)
@given(
    st.sampled_from(
        ["αβγδεζηθικλμνξο", "абвгдежзийклмноп", "กขคงจฉชซ", "王小明李华", "김민준서윤"]
    ),
    st.data(),
)
def test_any_letters_of_a_script_are_read_back_in_order(letters: str, data: st.DataObject) -> None:
    name = "".join(data.draw(st.lists(st.sampled_from(letters), min_size=1, max_size=12)))
    made = form(name)
    assert made is not None
    assert name == read_by_pdfium(made)


def test_a_letter_with_marks_is_one_whatever_its_form() -> None:
    composed, parted = (unicodedata.normalize(way, "Nguyễn") for way in ("NFC", "NFD"))
    assert as_printed(composed) == as_printed(parted)


def test_a_name_that_no_font_has_is_written_in_latin_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "beka" == as_printed("ბექა")
    monkeypatch.setattr("worksheetgen.typeset.names.shaping.sources", tuple)
    form.cache_clear()
    assert in_latin_letters("王小明") == as_printed("王小明")
    form.cache_clear()


def test_a_name_too_wide_to_be_read_is_written_in_latin_letters() -> None:
    assert in_latin_letters("Ж" * 60) == as_printed("Ж" * 60)


@pytest.fixture
def sheets(cli: Cli, tmp_path: Path) -> Path:
    (tmp_path / "exam.toml").write_text(SPEC)
    rows = "".join(f"s{n},{name},H1\n" for n, name in enumerate(NAMES.values()))
    path = written(tmp_path, f"id,name,room\n{rows}")
    arguments = ("--roster", path, "--split", "room", "--out", tmp_path / "out")
    run = cli("generate", tmp_path / "exam.toml", *arguments)
    assert (0, "") == (run.code, run.err)
    return tmp_path / "out"


def test_sheets_and_lists_have_every_name_and_are_proven(cli: Cli, sheets: Path) -> None:
    for number, name in enumerate(NAMES.values()):
        for kind in ("questions", "solutions"):
            said = read_by_pdfium((sheets / kind / f"s{number}.pdf").read_bytes())
            assert all(unmarked(word) in unmarked(said) for word in name.split())
    assert 0 == cli("verify", sheets, "--thorough").code
    listed = read_by_pdfium((sheets / "print" / "H1-attendance.pdf").read_bytes())
    words = [word for name in NAMES.values() for word in name.split()]
    assert all(unmarked(word) in unmarked(listed) for word in words)


def with_name_of(other: Document) -> Callable[[Document], Document]:
    def change(document: Document) -> Document:
        first: Page = replace(document.pages[0], pictures=other.pages[0].pictures)
        return replace(document, pages=(first, *document.pages[1:]))

    return change


def test_the_picture_of_another_name_is_caught(cli: Cli, sheets: Path) -> None:
    mine, other = (sheets / "questions" / f"s{n}.pdf" for n in (3, 4))
    before = opened(mine.read_bytes())
    mine.write_bytes(as_file(with_name_of(opened(other.read_bytes()))(before)))
    run = cli("verify", sheets)
    assert (1, True) == (run.code, "person" in run.out)


def test_a_name_that_is_drawn_with_other_letters_is_caught_by_pdfium(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the picture that is expected has them as well."""
    (tmp_path / "exam.toml").write_text(SPEC)
    path = written(tmp_path, "id,name\ns1,Сергей\n")
    form.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("worksheetgen.typeset.names.runs_of", lambda name: runs_of(name[::-1]))
        arguments = ("--roster", path, "--out", tmp_path / "out")
        run = cli("generate", tmp_path / "exam.toml", *arguments)
    form.cache_clear()
    assert (1, True) == (run.code, "letters of the name" in run.err)


def test_a_picture_with_other_glyphs_is_another() -> None:
    digests = {digest_of(name) for name in (*NAMES.values(), "Сергей Рахманинoв")}
    assert 1 + len(NAMES) == len(digests)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("דוד (Junior)", [")", "Junior", "דוד ("]),
        ("محمد 12 آل", [" آل", "12", "محمد "]),
        ("Anna محمد כהן", ["Anna ", "כהן", "محمد "]),
        ("Ann (אנה) Lee", ["Ann (", "אנה", ") Lee"]),
    ],
)
def test_brackets_numbers_and_words_of_another_direction_keep_their_order(
    name: str, shown: list[str]
) -> None:
    found = runs_of(name)
    assert found is not None
    assert shown == [run.text for run in found]
