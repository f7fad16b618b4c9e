"""Templates of an instructor's own: copied, changed one by one, proven as the shipped ones are."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.typeset.resources import templates
from worksheetgen.typeset.texts import read_own

FORWARD = Path("problems") / "pooling" / "max_forward.md"


@pytest.fixture
def own(cli: Cli, tmp_path: Path) -> Path:
    """A folder with a spec of a pooling exam and a folder of one template that it names."""
    assert (
        0
        == cli(
            "new", tmp_path / "exam.toml", "--from", "pooling", "--templates", tmp_path / "t"
        ).code
    )
    text = (tmp_path / "t" / FORWARD).read_text(encoding="utf-8")
    shutil.rmtree(tmp_path / "t" / "problems")
    (tmp_path / "t" / FORWARD).parent.mkdir(parents=True)
    (tmp_path / "t" / FORWARD).write_text(
        text.replace("Compute", "Kindly work out"), encoding="utf-8"
    )
    return tmp_path


def generate(cli: Cli, own: Path, out: str = "out") -> str:
    run = cli("generate", own / "exam.toml", "-n", 2, "--seed", 1, "--out", own / out)
    assert "" == run.err if run.code == 0 else 2 == run.code
    return run.err


def test_a_copy_of_all_templates_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("new", "--templates", tmp_path / "t").code
    assert () == read_own(tmp_path / "t")
    shipped = {p.name for p in (templates() / "latex").iterdir()}
    assert shipped == {p.name for p in (tmp_path / "t" / "latex").iterdir()}


def test_one_changed_text_is_printed_and_proven(cli: Cli, own: Path) -> None:
    assert "" == generate(cli, own)
    assert "Kindly work out" in text_of((own / "out" / "questions" / "001.pdf").read_bytes())
    assert 0 == cli("verify", own / "out").code
    header = json.loads((own / "out" / "manifest.jsonl").read_text().partition("\n")[0])
    assert [FORWARD.as_posix()] == list(header["inputs"])
    assert "templates" not in header["spec"]


def test_other_templates_are_other_sheets(cli: Cli, own: Path) -> None:
    generate(cli, own)
    path = own / "t" / FORWARD
    path.write_text(path.read_text(encoding="utf-8").replace("Kindly", "Gladly"), encoding="utf-8")
    assert "holds other sheets" in generate(cli, own)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("answer | matrix", "answr | matrix", "'answr' is undefined"),
        ("answer | matrix", "answer | matrx", "'matrx'"),
        ("<% block solution %>", "<% block solution", "max_forward.md"),
        ("<% block hint %>", "Hm.\n<% block hint %>", "'Hm.' is outside of every block"),
        ("Kindly", "Ω Kindly", "line 2: the character 'Ω'"),
        ("<% block question %>", "<% block qestion %>", "no block 'question'"),
        ("Kindly", "<< p.__class__.__mro__ >> Kindly", "unsafe"),
    ],
    ids=["a name", "a filter", "a tag", "outside", "a letter", "a block", "reaching for Python"],
)
def test_a_broken_text_is_named(cli: Cli, own: Path, old: str, new: str, said: str) -> None:
    path = own / "t" / FORWARD
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    err = generate(cli, own)
    assert "pooling/max_forward.md" in err
    assert said in err
    assert not (own / "out").exists()


def test_a_text_that_drops_its_answer_is_not_proven(cli: Cli, own: Path) -> None:
    path = own / "t" / FORWARD
    text = path.read_text(encoding="utf-8").replace('answer | matrix | marked("answer")', '"7"')
    path.write_text(text, encoding="utf-8")
    run = cli("generate", own / "exam.toml", "-n", 1, "--out", own / "out")
    assert 1 == run.code
    assert "expected" in run.err


def test_a_frame_over_the_foot_of_a_page_is_not_proven(cli: Cli, own: Path) -> None:
    path = own / "t" / "latex" / "worksheet.sty"
    text = path.read_text(encoding="utf-8")
    limit = r"\ifdim\ws@height>\ws@room\ws@height\ws@room\fi"
    assert limit in text
    path.write_text(text.replace(limit, r"\ws@height 700pt"), encoding="utf-8")
    run = cli("generate", own / "exam.toml", "-n", 1, "--out", own / "out")
    assert 1 == run.code
    assert "answer spaces over the foot" in run.err


def test_a_file_that_replaces_nothing_is_named(cli: Cli, own: Path) -> None:
    (own / "t" / "problems" / "pooling" / "max_forwrd.md").write_text("x")
    assert "did you mean 'problems/pooling/max_forward.md'" in generate(cli, own)


def test_words_by_which_pages_are_read_are_neither_copied_nor_replaced(cli: Cli, own: Path) -> None:
    assert [] == list((own / "t").rglob("words.toml"))
    path = own / "t" / "languages" / "de" / "words.toml"
    path.write_text("x = ")
    assert f"{path} replaces no template" in generate(cli, own)


def test_leftovers_of_editors_are_passed_over(cli: Cli, own: Path) -> None:
    for name in (".max_forward.md.swp", "max_forward.md~", "#max_forward.md#", "Thumbs.db"):
        (own / "t" / "problems" / "pooling" / name).write_bytes(b"\xff\xfe")
    assert "" == generate(cli, own)


def test_bad_folders_and_files_are_told(cli: Cli, own: Path) -> None:
    path = own / "t" / FORWARD
    path.write_bytes(b"\xff")
    assert "byte 0 is not UTF-8" in generate(cli, own)
    path.write_bytes(b" " * 1_000_001)
    assert "more than 1,000,000 bytes" in generate(cli, own)
    shutil.rmtree(own / "t")
    assert "is no folder" in generate(cli, own)


def test_new_templates_never_go_over_files(cli: Cli, own: Path) -> None:
    run = cli("new", "--templates", own / "t")
    assert 2 == run.code
    assert "is not empty" in run.err
    assert 2 == cli("new").code
