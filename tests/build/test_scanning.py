"""What a printer and a scanner get: every page, even numbers of them, boxes where answers stand."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from pypdfium2 import PdfDocument

from tests.conftest import Cli
from tests.tampering import added, changed, foreign, line, locked, marked, text
from worksheetgen.typeset.pdf import Page
from worksheetgen.variants.manifest import read_header, read_variants
from worksheetgen.verify.checks.files import print_files
from worksheetgen.verify.checks.prints import Printable
from worksheetgen.verify.report import Report

EXAM = """title = "Exam"
seed = 3
variants = 3
[[task]]
number = 3
title = "Convolution"
[[task.part]]
problem = "convolution"
items = ["forward", "kernel_jacobian"]
[[task.part]]
problem = "pooling"
items = ["max_forward", "average_forward"]
"""
KEYED = 'secret = "8f14e45fceea167a5a36dedd4bea2543"\n'


def generate(cli: Cli, folder: Path, spec: str = EXAM, *more: object) -> Path:
    (folder / "exam.toml").write_text(spec)
    run = cli("generate", folder / "exam.toml", "--print", "--out", folder / "out", *more)
    assert (0, "") == (run.code, run.err)
    return folder / "out"


@pytest.fixture
def out(cli: Cli, tmp_path: Path) -> Path:
    return generate(cli, tmp_path)


def pictures(pdf: Path) -> list[Any]:
    with PdfDocument(pdf) as document:
        return [page.render(scale=0.5, grayscale=True).to_numpy() for page in document]


def layout(out: Path) -> Any:
    return json.loads((out / "layout.json").read_text())


def test_the_printer_gets_every_page_in_order_on_an_even_number_of_pages(out: Path) -> None:
    expected: list[Any] = []
    for path in sorted((out / "questions").iterdir()):
        own = pictures(path)
        expected += [*own, *[np.full_like(own[0], 255)] * (len(own) % 2)]
    found = pictures(out / "print.pdf")
    assert len(expected) == len(found)
    assert all((one == other).all() for one, other in zip(expected, found, strict=True))


def test_fonts_of_all_runs_of_tex_are_in_the_print_file_once(cli: Cli, tmp_path: Path) -> None:
    out = generate(cli, tmp_path, EXAM, "-n", 12, "--jobs", 2)

    def fonts(path: Path) -> int:
        with pikepdf.open(path) as pdf:
            resources = [page.obj.Resources for page in pdf.pages if "/Font" in page.obj.Resources]
            return len({font.objgen for own in resources for font in own.Font.values()})

    assert fonts(out / "questions" / "001.pdf") == fonts(out / "print.pdf")


def test_an_odd_number_of_pages_gets_a_blank_one(cli: Cli, tmp_path: Path) -> None:
    out = generate(cli, tmp_path, f"{EXAM}[cover]\n")
    said = layout(out)
    assert 3 == said["pages"]
    assert 4 == said["printed_pages"]
    with PdfDocument(out / "print.pdf") as document:
        assert 4 * 3 == len(document)
        assert "" == document[3].get_textpage().get_text_range()
    with PdfDocument(out / "template.pdf") as document:
        assert 4 == len(document)
    assert 0 == cli("verify", out).code


def test_the_layout_says_where_the_boxes_of_every_variant_stand(out: Path) -> None:
    """The frame of each box is dark on the picture of its page, and nothing is in it."""
    said = layout(out)
    labels = [(box["part"], box["label"], box["item"], box["points"]) for box in said["boxes"]]
    assert [
        ("a", "i", "forward", 2),
        ("a", "ii", "kernel_jacobian", 2),
        ("b", "i", "max_forward", 1),
        ("b", "ii", "average_forward", 2),
    ] == labels
    scale = 2.0
    for path in sorted((out / "questions").iterdir()):
        with PdfDocument(path) as document:
            for box in said["boxes"]:
                page = document[box["page"] - 1].render(scale=scale, grayscale=True).to_numpy()
                top = said["height"] - box["y"] - box["height"]
                edges = (box["x"], top, box["x"] + box["width"], top + box["height"])
                left, upper, right, lower = (round(scale * edge) for edge in edges)
                assert (page[upper + 4 : lower - 4, left + 8 : right - 4] > 200).all()
                middle, centre = (upper + lower) // 2, (left + right) // 2
                for near in (
                    page[middle, left - 2 : left + 4],
                    page[middle, right - 4 : right + 2],
                    page[upper - 2 : upper + 3, centre],
                    page[lower - 3 : lower + 2, centre],
                ):
                    assert near.min() < 128


def test_fields_for_name_and_number_and_no_qr_code(out: Path) -> None:
    said = layout(out)
    assert ["name", "id"] == [field["field"] for field in said["fields"]]
    assert all(field["width"] > 80 for field in said["fields"])
    assert said["qr"] is None


def test_a_personal_sheet_has_its_qr_code_where_the_layout_says(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text("id,name\ns1,Ann\ns2,Bob\n")
    out = generate(cli, tmp_path, KEYED + EXAM, "--roster", tmp_path / "students.csv")
    said = layout(out)
    qr = said["qr"]
    printed = [page for page in pictures(out / "print.pdf") if page.min() < WHITE]
    assert 2 * said["pages"] == len(printed)
    for page in printed:
        top = (said["height"] - qr["y"] - qr["height"]) / 2
        left = qr["x"] / 2
        code = page[round(top) : round(top + qr["height"] / 2), round(left) : round(left + 18)]
        assert 60 < code.mean() < 200
    assert [] == said["fields"]
    with PdfDocument(out / "template.pdf") as document:
        text = document[0].get_textpage().get_text_range()
    assert "Ann" not in text
    assert "s1" not in text


def test_the_template_has_the_words_and_no_number_of_a_variant(out: Path) -> None:
    with PdfDocument(out / "template.pdf") as document:
        words = " ".join(page.get_textpage().get_text_range() for page in document)
    assert "Compute the output" in words
    assert "(2P)" in words
    assert "Page 1 of" in words
    assert "001" not in words
    # The layer's sizes, strides and entries are gone, with what stands around them left.
    assert "has the shape (height" in " ".join(words.replace("\r\n", " ").split())


def test_verify_proves_these_files_too(cli: Cli, out: Path) -> None:
    assert 0 == cli("verify", out).code
    changed = layout(out)
    changed["boxes"][0]["x"] += 1
    (out / "layout.json").write_text(json.dumps(changed))
    told = cli("verify", out, "--json")
    assert (1, True) == (told.code, '"place": "layout.json, boxes, 1, x"' in told.out)


WHITE = 255
FAULTS: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "turned": lambda pdf: pdf.pages[1].rotate(90, relative=True),
    "cut": lambda pdf: setattr(pdf.pages[1], "cropbox", [0, 0, 300, 300]),
    "enlarged": lambda pdf: pdf.pages[1].obj.update({"/UserUnit": 2}),
    "all turned": lambda pdf: pdf.Root.Pages.update({"/Rotate": 180}),
    "annotated": lambda pdf: pdf.pages[0].obj.update({"/Annots": pikepdf.Array([])}),
    "an attachment": lambda pdf: pdf.attachments.update(
        {"key.txt": pikepdf.AttachedFileSpec(pdf, b"1 2 3")}
    ),
    "an action": lambda pdf: pdf.Root.update(
        {"/OpenAction": pikepdf.Dictionary(S=pikepdf.Name.Print)}
    ),
    "a box": lambda pdf: pdf.pages[0].contents_add(b"90 90 50 50 re f"),
}


def test_what_is_done_to_a_finished_file_is_caught(out: Path) -> None:
    header, variants = read_header(out), list(read_variants(out))
    sheets = [Printable(v.files["question"].path, v.code, v.person) for v in variants]
    for name, (fault, harm) in product(("print.pdf", "template.pdf"), FAULTS.items()):
        sound = (out / name).read_bytes()
        (out / name).write_bytes(foreign(sound, harm))
        report = Report()
        print_files(out, header, sheets, variants[0], report)
        found = {failure.place.partition(", ")[0] for failure in report.failures}
        assert {name} == found, fault
        (out / name).write_bytes(sound)


def pages_changed(change: Callable[[list[Page]], list[Page]]) -> Callable[[bytes], bytes]:
    return lambda pdf: changed(pdf, lambda d: replace(d, pages=tuple(change([*d.pages]))))


def another_font(pages: list[Page]) -> list[Page]:
    one, two = list(pages[0].fonts)[:2]
    fonts = {**pages[0].fonts, one: pages[0].fonts[two]}
    return [replace(pages[0], fonts=fonts), *pages[1:]]


HARMED: dict[str, Callable[[bytes], bytes]] = {
    "a page less": pages_changed(lambda pages: pages[:-1]),
    "two swapped": pages_changed(lambda pages: [pages[2], pages[1], pages[0], *pages[3:]]),
    "another font": pages_changed(another_font),
    "a title": lambda pdf: changed(pdf, lambda d: replace(d, title="Solutions")),
    "no PDF": lambda _: b"%PDF-1.5",
}


@pytest.mark.parametrize("fault", HARMED)
def test_a_fault_in_the_print_file_is_caught(cli: Cli, out: Path, fault: str) -> None:
    path = out / "print.pdf"
    path.write_bytes(HARMED[fault](path.read_bytes()))
    told = cli("verify", out, "--json")
    assert 1 == told.code
    assert "print.pdf" in told.out


TEMPLATES: dict[str, Callable[[bytes], bytes]] = {
    "a page less": HARMED["a page less"],
    "a title": HARMED["a title"],
    "a word": added(lambda pdf, n: text(pdf, n, 90, 90, "4")),
    "a line": added(lambda *_: marked("sheet.rule", line(90, 90, 40))),
    "an answer space elsewhere": added(
        lambda *_: marked("3.a.i.forward.space", line(90, 90, 40)), page=1
    ),
    "a quantity": added(
        lambda pdf, n: marked("3.a.i.forward.answer:number", text(pdf, n, 90, 90, "4"))
    ),
}


@pytest.mark.parametrize("fault", TEMPLATES)
def test_a_fault_in_the_template_is_caught(cli: Cli, out: Path, fault: str) -> None:
    path = out / "template.pdf"
    path.write_bytes(TEMPLATES[fault](path.read_bytes()))
    told = cli("verify", out, "--json")
    assert 1 == told.code
    assert "template.pdf" in told.out


def test_the_template_is_the_same_whatever_the_seed_is(cli: Cli, tmp_path: Path) -> None:
    made = []
    for seed in (3, 4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        made.append(generate(cli, folder, EXAM, "--seed", seed) / "template.pdf")
    assert made[0].read_bytes() == made[1].read_bytes()


@pytest.mark.parametrize("name", ["print.pdf", "template.pdf", "layout.json"])
def test_what_cannot_be_read_is_told(cli: Cli, out: Path, name: str) -> None:
    sound = (out / name).read_bytes()
    (out / name).write_bytes(b"[" * 100_000)
    assert 1 == cli("verify", out).code
    if name.endswith(".pdf"):
        (out / name).write_bytes(locked(sound))
        assert 1 == cli("verify", out).code
    (out / name).unlink()
    (out / name).mkdir()
    assert 1 == cli("verify", out).code


def test_a_locked_sheet_is_told(cli: Cli, out: Path) -> None:
    question, solution = (out / kind / "001.pdf" for kind in ("questions", "solutions"))
    question.write_bytes(locked(question.read_bytes()))
    for run in (cli("verify", question, solution), cli("verify", out)):
        assert (1, True) == (run.code, "not written as sheets are" in run.out)


def test_a_template_that_tells_a_number_is_caught(cli: Cli, out: Path) -> None:
    (out / "template.pdf").write_bytes((out / "questions" / "001.pdf").read_bytes())
    told = cli("verify", out, "--json")
    assert (1, True) == (told.code, "template.pdf, quantities" in told.out)


def test_replacing_the_sheets_takes_the_print_files_away(cli: Cli, out: Path) -> None:
    arguments = ("-n", 1, "--replace", "--out", out)
    assert 0 == cli("generate", out.parent / "exam.toml", *arguments).code
    assert not (out / "print.pdf").exists()
    assert not (out / "layout.json").exists()
