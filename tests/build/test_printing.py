"""What a printer gets: piles with covers and lists, batches, copies, and pages side by side."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from tests.conftest import Cli
from tests.rosters import SPEC, written
from tests.tampering import changed
from tests.tex import text_of
from worksheetgen.build.imposing import on_paper, padded
from worksheetgen.typeset.pdf import Document, Page
from worksheetgen.variants.piles import Imposed
from worksheetgen.verify.pages.file import contents, opened

COVERED = f"""{SPEC}[[task.part]]
problem = "convolution"
items = ["forward", "kernel_jacobian"]
[cover]
"""
"""Three pages, so that one is missing on paper that has two or four."""
ROOMS = ["Aula", "B 1/2", "aula", ""]
PEOPLE = [(f"s{n}", f"Ann Lee {n}", ROOMS[n % 4], str(20 - n)) for n in range(13)]
ROSTER = "id,name,room,seat\n" + "".join(",".join(person) + "\n" for person in PEOPLE)
A4 = 595.276, 841.89
"""Points."""
Making = Callable[..., Path]


@pytest.fixture
def made(cli: Cli, tmp_path: Path) -> Making:
    def generate(*options: object, spec: str = SPEC) -> Path:
        (tmp_path / "exam.toml").write_text(spec)
        arguments = ("--roster", written(tmp_path, ROSTER), "--out", tmp_path / "out", *options)
        run = cli("generate", tmp_path / "exam.toml", "--no-verify", *arguments)
        assert (0, "") == (run.code, run.err)
        assert 0 == cli("verify", tmp_path / "out").code
        return tmp_path / "out"

    return generate


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def pages(path: Path) -> list[str]:
    with PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_each_student_is_in_the_pile_of_a_room_and_on_its_list(made: Making) -> None:
    out = made("--split", "room", "--sort", "room,seat", "--spares", 2)
    for room, stem in (("Aula", "Aula"), ("B 1/2", "B~201~2F2"), ("aula", "aula~"), ("", "none")):
        there = sorted((p for p in PEOPLE if p[2] == room), key=lambda p: int(p[3]))
        told = pages(out / "print" / f"{stem}.pdf")
        assert f"Room: {room or '–'}" in told[0]
        assert f"{len(there)} sheets" in told[0]
        assert f"Seat: {there[0][3]} to {there[-1][3]}" in told[0]
        names = re.findall(r"Name: (.+?)\s+Student number", " ".join(told))
        assert [person[1] for person in there] == names
        listed = table(out / "print" / f"{stem}-attendance.csv")
        assert [person[0] for person in there] == [row["id"] for row in listed]
        (page,) = pages(out / "print" / f"{stem}-attendance.pdf")
        assert all(name in page for _, name, *_ in there)
    assert "Spare sheets" in pages(out / "print" / "spares.pdf")[0]
    files = [row["file"] for row in table(out / "print" / "piles.csv")]
    assert 5 == len({file.casefold() for file in files})


def test_a_long_list_goes_on_with_its_heads(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    rows = "".join(f"s{n},Ann Lee,H1\n" for n in range(25))
    path = written(tmp_path, f"id,name,room\n{rows}")
    arguments = ("--roster", path, "--split", "room", "--out", tmp_path / "out")
    assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
    told = pages(tmp_path / "out" / "print" / "H1-attendance.pdf")
    assert ["Student number" in page for page in told] == [True, True]
    assert 0 == cli("verify", tmp_path / "out").code


def test_batches_have_so_many_sheets_at_most(made: Making) -> None:
    rows = table(made("--split", "room", "--batch", 2) / "print" / "piles.csv")
    assert {"1", "2"} == {row["sheets"] for row in rows}
    assert 13 == sum(int(row["sheets"]) for row in rows)


def test_copies_take_the_variants_in_turn(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    out = tmp_path / "out"
    for options in ((), ("--batch", 3)):
        arguments = ("-n", 2, "--copies", 5, "--out", out, "--replace", *options)
        assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
        files = sorted((out / "print").glob("*.pdf")) if options else [out / "print.pdf"]
        told = [page for file in files for page in pages(file)]
        first = [page for page in told if "Variant" in page and "Page 1" in page]
        assert ["001", "002", "001", "002", "001"] == [
            page.partition("Variant ")[2][:3] for page in first
        ]
        assert 0 == cli("verify", out).code


def picture(path: Path, number: int, half: int = 0) -> Any:
    """A page, or a half of one that is as wide as two."""
    with PdfDocument(path) as document:
        page = document[number]
        width, height = A4
        page.set_mediabox(half * width, 0, (half + 1) * width, height)
        return page.render(scale=1, grayscale=True).to_numpy().astype(int)


@pytest.mark.parametrize(
    ("option", "pairs"),
    [("--booklet", [(3, 0), (1, 2)]), ("--two-up", [(0, 1), (2, 3)])],
)
def test_pages_stand_side_by_side_as_on_the_sheet(
    made: Making, option: str, pairs: list[tuple[int, int]]
) -> None:
    out = made(option, spec=COVERED)
    for position, (number, *_) in enumerate(PEOPLE[:2]):
        for n, pair in enumerate(pairs):
            for half, page in enumerate(pair):
                found = picture(out / "print.pdf", 2 * position + n, half)
                if page < 3:
                    own = picture(out / "questions" / f"{number}.pdf", page)
                    assert np.abs(own - found).mean() < 0.1


def test_every_page_of_a_personal_sheet_has_its_code_also_an_empty_one(made: Making) -> None:
    for option in ("--print", "--booklet"):
        out = made(option, "--replace", spec=COVERED)
        with PdfDocument(out / "print.pdf") as document:
            shown = [page.render(scale=150 / 72).to_pil() for page in document]
        found = [code.text for page in shown for code in zxingcpp.read_barcodes(page)]
        assert 13 * 4 == len({*found})
        assert 13 == sum(text.endswith("/4") for text in found)


@given(st.integers(1, 30), st.sampled_from(["booklet", "two-up"]))
def test_a_folded_or_paired_sheet_has_each_page_once(count: int, way: Imposed) -> None:
    drawn = [b"/Q BMC\n%d 0 1 1 re f\nEMC\n" % number for number in range(1, count + 1)]
    own = [Page("100", "200", more=operators) for operators in drawn]
    paper = list(on_paper(padded(own, 4, None), way))
    assert -(-count // 4) * 2 == len(paper)
    shown = [int(word) for page in paper for word in operators(page) if word.isdigit()]
    assert sorted(range(1, count + 1)) == sorted(n for n in shown if n)


def operators(page: Page) -> list[str]:
    lines = contents(page).decode().splitlines()
    return [line.split()[0] for line in lines if line.endswith("re f")]


def swapped(document: Document) -> Document:
    pages = list(document.pages)
    pages[2:4], pages[4:6] = pages[4:6], pages[2:4]
    return replace(document, pages=tuple(pages))


def without_last(document: Document) -> Document:
    return replace(document, pages=document.pages[:-2])


FAULTS: dict[str, Callable[[Path], None]] = {
    "sheets of a pile in another order": lambda out: tampered(out / "print" / "Aula.pdf", swapped),
    "a sheet that is missing": lambda out: tampered(out / "print" / "Aula.pdf", without_last),
    "the cover of another pile": lambda out: tampered(
        out / "print" / "Aula.pdf", lambda d: covered(d, out / "print" / "none.pdf")
    ),
    "another name on a list": lambda out: said(
        out / "print" / "Aula-attendance.csv", "Lee 4", "Lo"
    ),
    "a list of another room": lambda out: moved(
        out / "print" / "none-attendance.pdf", out / "print" / "Aula-attendance.pdf"
    ),
    "fewer sheets in the table": lambda out: said(out / "print" / "piles.csv", ",4,", ",3,"),
    "a pile that the table has not": lambda out: moved(
        out / "print" / "none.pdf", out / "print" / "extra.pdf"
    ),
    "a pile that is gone": lambda out: (out / "print" / "none.pdf").unlink(),
}


def tampered(path: Path, change: Callable[[Document], Document]) -> None:
    path.write_bytes(changed(path.read_bytes(), change))


def covered(document: Document, other: Path) -> Document:
    cover = opened(other.read_bytes()).pages[:2]
    return replace(document, pages=(*cover, *document.pages[2:]))


def said(path: Path, old: str, new: str) -> None:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))


def moved(path: Path, target: Path) -> None:
    target.write_bytes(path.read_bytes())


@pytest.fixture(scope="module")
def piled() -> dict[str, bytes]:
    """The files of a folder with piles, made once."""
    return {}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_done_to_a_pile_is_caught(
    cli: Cli, made: Making, tmp_path: Path, piled: dict[str, bytes], fault: str
) -> None:
    out = tmp_path / "out"
    if not piled:
        made("--split", "room")
        piled |= {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    for name, content in piled.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    FAULTS[fault](out)
    run = cli("verify", out)
    assert (1, True) == (run.code, "files failed: " in run.out)


def test_piles_of_an_earlier_run_go(made: Making) -> None:
    out = made("--split", "room")
    made("--split", "seat")
    assert not (out / "print" / "Aula.pdf").exists()
    made("--print")
    assert not (out / "print").exists()
    assert (out / "print.pdf").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--split", "rooom"], "did you mean 'room'"),
        (["--booklet", "--two-up"], "choose one"),
        (["--copies", "3"], "drop --copies"),
    ],
)
def test_what_does_not_go_together_is_told(
    cli: Cli, tmp_path: Path, options: list[str], told: str
) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    arguments = ("--roster", written(tmp_path, ROSTER), "--out", tmp_path / "out", *options)
    run = cli("generate", tmp_path / "exam.toml", *arguments)
    assert (2, True) == (run.code, told in run.err)


def test_the_cover_says_in_the_exams_language(made: Making) -> None:
    out = made("--split", "room", spec=SPEC.replace("seed", 'language = "de"\nseed'))
    told = text_of((out / "print" / "Aula.pdf").read_bytes())
    assert "Raum: Aula" in told
    assert "Klausuren" in told
    assert "Anwesenheitsliste" in text_of((out / "print" / "Aula-attendance.pdf").read_bytes())
