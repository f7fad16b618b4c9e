"""The form of a sheet's file: read it, write it, and the same bytes come out."""

import zlib
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tex import text_of
from tests.verify.making import Made, make
from worksheetgen.typeset.pdf import Document, Font, Page, written
from worksheetgen.verify.pages.file import opened

LETTERS = st.characters(blacklist_categories=["Cs"])
DIGITS = Font("LMRoman10-Regular", ((48, "zero"), (49, "one"), (65, "A")))


@pytest.fixture(scope="module")
def made() -> Made:
    return make()[0]


def page(content: bytes, *, more: bytes = b"", fonts: dict[str, Font] | None = None) -> Page:
    return Page("595.276", "841.89", zlib.compress(content), more, fonts or {})


@given(st.text(LETTERS, max_size=40), st.lists(st.binary(min_size=1, max_size=60), max_size=4))
def test_a_file_holds_what_was_put_into_it(title: str, contents: list[bytes]) -> None:
    pages = [page(content, more=content, fonts={"F1": DIGITS}) for content in contents]
    document = Document(title, "en", tuple(pages))
    assert document == opened(written(document))


def test_a_sheet_is_written_again_as_it_was(made: Made) -> None:
    for pdf in made[1:]:
        assert pdf == written(opened(pdf))


def test_another_library_finds_nothing_to_mend(made: Made, tmp_path: Path) -> None:
    for number, pdf in enumerate(made[1:]):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf)
        with pikepdf.open(path) as document:
            assert [] == document.check_pdf_syntax()
            assert len(opened(pdf).pages) == len(document.pages)


def test_characters_are_found_by_those_who_copy_them(made: Made) -> None:
    assert {"∂", "⋆", "×", "−"} <= set(text_of(made[1]))


def test_equal_fonts_are_in_a_file_once(made: Made) -> None:
    document = opened(made[1])
    twice = replace(document, pages=document.pages * 2)
    assert len(written(twice)) - len(made[1]) < 2 * sum(len(p.content) for p in document.pages)
