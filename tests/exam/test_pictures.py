"""Pictures in own questions: printed at their size, the same in all variants, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.pictures import pdf, png
from tests.tampering import changed, other, pages_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.typeset.pdf import Document
from worksheetgen.typeset.tex import find_tex

MILLIMETRE = 72 / 25.4
SPEC = """
title = "Pictures"
variants = 2
seed = 5
HEAD
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "text"
text = "This network is drawn:"
picture = "drawn/net.png"
picture_width = 40
[[task.part.question]]
text = "What is it?"
answer = "A network."
points = 1
[[task.part.question]]
text = "Which is shown?"
picture = "drawn/shape.pdf"
choices = ["a square", "a circle"]
right = [1]
points = 0.5
[[task.part]]
problem = "convolution"
items = ["forward"]
"""


def exam(folder: Path, head: str = "", text: str = SPEC) -> Path:
    (folder / "drawn").mkdir(exist_ok=True)
    (folder / "drawn" / "net.png").write_bytes(png(size=(60, 30), dpi=72))
    (folder / "drawn" / "shape.pdf").write_bytes(pdf(size=50))
    (folder / "exam.toml").write_text(text.replace("HEAD", head))
    return folder / "exam.toml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures")
    generate(Build(load_spec(exam(path)), path / "out", find_tex("embedded"), keep_tex=True))
    return path / "out"


def outlines(folder: Path, kind: str) -> dict[str, tuple[float, float]]:
    pages = pages_of((folder / f"{kind}s" / "001.pdf").read_bytes())
    return {
        mark: (round(box.right - box.left, 1), round(box.height, 1))
        for page in pages
        for mark, boxes in page.pictures.items()
        for box in boxes
    }


@pytest.mark.parametrize("kind", ["question", "solution"])
def test_pictures_are_as_wide_as_is_said_or_as_they_are(made: Path, kind: str) -> None:
    wide = round(40 * MILLIMETRE, 1)
    expected = {"own.1.a.picture": (wide, round(wide / 2, 1)), "own.1.a.ii.picture": (50.0, 50.0)}
    assert expected == outlines(made, kind)


SIZES = [(3000, 20), (20, 3000), (2000, 2000), (900, 400), (30, 30)]


@pytest.mark.parametrize("size", SIZES)
def test_no_picture_is_wider_than_its_text_or_higher_than_a_third_of_a_page(
    cli: Cli, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = exam(tmp_path)
    (tmp_path / "drawn" / "net.png").write_bytes(png(size=size, dpi=72))
    path.write_text(path.read_text().replace("picture_width = 40", "picture_width = 150"))
    assert 0 == cli("generate", path, "-n", 1, "--out", tmp_path / "out").code
    wide, high = outlines(tmp_path / "out", "question")["own.1.a.picture"]
    assert wide / size[0] == pytest.approx(high / size[1], rel=0.03)
    assert wide <= 150 * MILLIMETRE + 0.1
    assert high <= 0.34 * 842


@pytest.mark.parametrize("head", ["", "scale = 1.5", 'font = "sans"\nlanguage = "de"'])
def test_a_folder_with_pictures_is_proven(cli: Cli, tmp_path: Path, head: str) -> None:
    assert 0 == cli("generate", exam(tmp_path, head), "--out", tmp_path / "out").code
    assert 0 == cli("verify", tmp_path / "out", "--thorough").code


def test_a_manifest_tells_no_folder_of_a_machine(made: Path) -> None:
    header = json.loads((made / "manifest.jsonl").read_text().partition("\n")[0])
    assert "net.png" == header["spec"]["task"][0]["part"][0]["picture"]
    assert {"own.1.a.picture", "own.1.a.ii.picture"} == header["inputs"].keys()
    assert sha256(png(size=(60, 30), dpi=72)).hexdigest() == header["inputs"]["own.1.a.picture"]


def test_sources_have_their_pictures_beside_them(made: Path) -> None:
    assert {"picture-1-a.png", "picture-1-a-ii.pdf", "worksheet.sty"} <= {
        path.name for path in (made / "tex").iterdir()
    }


def test_sheets_with_pictures_are_made_again(made: Path, cli: Cli, tmp_path: Path) -> None:
    without = cli("again", made, "002", "--out", tmp_path)
    assert (2, True) == (without.code, "--exam" in without.err)
    spec = made.parent / "exam.toml"
    assert 0 == cli("again", made, "002", "--exam", spec, "--out", tmp_path).code
    own, again = (folder / "questions" / "002.pdf" for folder in (made, tmp_path))
    assert own.read_bytes() == again.read_bytes()


def dropped(document: Document) -> Document:
    page = document.pages[0]
    name = next(iter(page.pictures))
    rest = {other: picture for other, picture in page.pictures.items() if other != name}
    return replace(document, pages=(replace(page, pictures=rest), *document.pages[1:]))


def exchanged(document: Document) -> Document:
    page = document.pages[0]
    (one, first), (other, second) = page.pictures.items()
    swapped = replace(page, pictures={one: second, other: first})
    return replace(document, pages=(swapped, *document.pages[1:]))


def moved(document: Document, down: int) -> Document:
    def lower(content: bytes) -> bytes:
        return content.replace(b"/Im1 Do", b"1 0 0 1 0 -%d cm\n/Im1 Do" % down, 1)

    return replace(document, pages=(other(document.pages[0], lower), *document.pages[1:]))


FAULTS: dict[str, Callable[[Document], Document]] = {
    "dropped": dropped,
    "exchanged": exchanged,
    "over a text": partial(moved, down=1),
    "over an answer space": partial(moved, down=2),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("variants", [["001"], ["001", "002"]])
@pytest.mark.parametrize("kind", ["question", "solution"])
def test_another_picture_is_caught(
    fault: str, variants: list[str], kind: str, made: Path, cli: Cli
) -> None:
    manifest = made / "manifest.jsonl"
    whole, said = manifest.read_text(), manifest.read_text()
    before = {}
    for variant in variants:
        path = made / f"{kind}s" / f"{variant}.pdf"
        before[path] = path.read_bytes()
        path.write_bytes(changed(before[path], FAULTS[fault]))
        said = said.replace(sha256(before[path]).hexdigest(), sha256(path.read_bytes()).hexdigest())
    manifest.write_text(said)
    found = cli("verify", made)
    manifest.write_text(whole)
    for path, content in before.items():
        path.write_bytes(content)
    assert 1 == found.code


WRONG = {
    "missing": ('picture = "none.png"', "picture of 1.a: ", "No such file"),
    "no picture": ('picture = "exam.toml"', "picture", "neither a .png nor a .pdf"),
    "broken": ('picture = "drawn/broken.png"', "picture of 1.a: ", "is no PNG"),
    "a width alone": ("picture_width = 50", "picture_width is of a picture", ""),
    "a number": ("picture = 5", "picture: expected a text", ""),
    "too wide": ('picture = "drawn/net.png"\npicture_width = 500', "picture_width", "180"),
    "a near key": ('pictures = "drawn/net.png"', "did you mean 'picture'", ""),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_picture_is_told(case: str, cli: Cli, tmp_path: Path) -> None:
    said, *messages = WRONG[case]
    text = SPEC.replace('picture = "drawn/net.png"\npicture_width = 40', said)
    path = exam(tmp_path, text=text)
    (tmp_path / "drawn" / "broken.png").write_bytes(b"GIF89a")
    found = cli("generate", path, "--out", tmp_path / "out")
    err = " ".join(found.err.split())
    assert (2, [True] * 2) == (found.code, [message in err for message in messages]), err
    assert not (tmp_path / "out").exists()
