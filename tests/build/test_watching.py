"""One variant again at each save; and showing what was made."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import Cli, heed_interrupts
from tests.tex import text_of

SPEC = """title = "First"
templates = "own"
[[task]]
number = 1
title = "Pooling"
[[task.part]]
problem = "pooling"
items = ["max_forward"]
"""
PATIENCE = 60


class Watch:
    """A watching command, and what it has said so far."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "worksheetgen", "generate", "exam.toml", "--watch"]
        self.log = folder / "log.txt"
        with self.log.open("wb") as log:
            self.run = subprocess.Popen(
                command,
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=heed_interrupts,  # noqa: PLW1509 - no thread of ours runs here
            )

    def wait_for(self, words: str, times: int) -> None:
        until = time.monotonic() + PATIENCE
        while self.log.read_text(encoding="utf-8").count(words) < times:
            assert self.run.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < until, self.log.read_text(encoding="utf-8")
            time.sleep(0.02)


@pytest.fixture
def folder(cli: Cli, tmp_path: Path) -> Path:
    assert 0 == cli("new", "--templates", tmp_path / "own").code
    (tmp_path / "exam.toml").write_text(SPEC)
    return tmp_path


@pytest.fixture
def watch(folder: Path) -> Iterator[Watch]:
    watching = Watch(folder)
    yield watching
    if watching.run.poll() is None:
        watching.run.kill()
        watching.run.wait()


def question(folder: Path) -> str:
    return text_of((folder / "out" / "questions" / "001.pdf").read_bytes())


def test_each_save_of_spec_or_template_makes_the_variant_again(watch: Watch, folder: Path) -> None:
    watch.wait_for("made in", 1)
    first = question(folder)
    assert "First" in first
    (folder / "exam.toml").write_text(SPEC.replace("First", "Second"))
    watch.wait_for("made in", 2)
    assert first.replace("First", "Second") == question(folder)  # the same numbers

    text = folder / "own" / "problems" / "pooling" / "max_forward.md"
    text.write_text(text.read_text(encoding="utf-8").replace("Compute", "Work out"))
    watch.wait_for("made in", 3)
    assert "Work out" in question(folder)

    (folder / "exam.toml").write_text(SPEC.replace("max_forward", "max_forwrd"))
    watch.wait_for("did you mean", 1)
    assert "Work out" in question(folder)  # what was made stays
    aside = folder / "aside.toml"  # as editors save: another file takes its place
    aside.write_text(SPEC.replace("First", "Third"))
    aside.replace(folder / "exam.toml")
    watch.wait_for("made in", 4)
    assert "Third" in question(folder)

    os.killpg(watch.run.pid, signal.SIGINT)  # as a terminal does
    assert 130 == watch.run.wait(PATIENCE)


PICTURED = """
[[task]]
number = 9
title = "Own"
[[task.part]]
problem = "text"
picture = "own.png"
question = [{ text = "What is it?", answer = "A square.", points = 1 }]
"""


def test_templates_and_pictures_that_come_later_are_watched_too(watch: Watch, folder: Path) -> None:
    watch.wait_for("made in", 1)
    Image.new("RGB", (30, 30), "red").save(folder / "logo.png")
    deep = SPEC.replace('"own"', '"deep/mine"') + '[cover]\nlogo = "logo.png"\n'
    (folder / "exam.toml").write_text(deep)
    watch.wait_for("deep/mine is no folder", 1)
    (folder / "deep").mkdir()
    shutil.move(folder / "own", folder / "deep" / "mine")
    watch.wait_for("made in", 2)
    text = folder / "deep" / "mine" / "problems" / "pooling" / "max_forward.md"
    text.write_text(text.read_text(encoding="utf-8").replace("Compute", "Work out"))
    watch.wait_for("made in", 3)
    assert "Work out" in question(folder)
    before = (folder / "out" / "questions" / "001.pdf").read_bytes()
    Image.new("RGB", (30, 30), "blue").save(folder / "logo.png")
    watch.wait_for("made in", 4)
    assert before != (folder / "out" / "questions" / "001.pdf").read_bytes()
    Image.new("RGB", (30, 30), "green").save(folder / "own.png")
    (folder / "exam.toml").write_text(deep + PICTURED)
    watch.wait_for("made in", 5)
    before = (folder / "out" / "questions" / "001.pdf").read_bytes()
    Image.new("RGB", (30, 30), "black").save(folder / "own.png")
    watch.wait_for("made in", 6)
    assert before != (folder / "out" / "questions" / "001.pdf").read_bytes()
    (folder / "deep" / "mine" / ".max_forward.md.swp").write_text("of an editor")
    time.sleep(0.5)
    assert 6 == watch.log.read_text(encoding="utf-8").count("made in")


def test_where_no_sheet_can_come_from_or_go_to_nothing_is_watched(cli: Cli, folder: Path) -> None:
    missing = cli("generate", folder / "exm.toml", "--watch", "--out", folder / "out")
    assert (2, True) == (missing.code, "exm.toml: No such file" in missing.err)
    assert 0 == cli("generate", "concepts", "-n", 1, "--out", folder / "out").code
    other = cli("generate", folder / "exam.toml", "--watch", "--out", folder / "out")
    assert (2, True) == (other.code, "holds other sheets" in other.err)


# ---- open --------------------------------------------------------------------------------------


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this machine was asked to show."""
    found: list[str] = []

    def launch(url: str) -> int:
        found.append(url)
        return 0

    monkeypatch.setattr("typer.launch", launch)
    monkeypatch.chdir(tmp_path)
    return found


def test_open_shows_the_first_question_sheet_or_a_pdf(cli: Cli, shown: list[str]) -> None:
    assert 0 == cli("generate", "pooling", "-n", 2, "--open").code
    assert 0 == cli("open").code
    solution = Path("out", "solutions", "002.pdf")
    assert 0 == cli("open", solution).code
    assert 0 == cli("practice", "concepts", "-n", 1, "--seed", 3, "--open").code
    first = str(Path("out", "questions", "001.pdf"))
    exercises = str(Path("practice-3", "questions", "001.pdf"))
    assert [first, first, str(solution), exercises] == shown


def test_open_says_where_nothing_can_be_shown(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.launch", lambda _: 1)
    missing = cli("open", tmp_path)
    assert (2, True) == (missing.code, "no PDF" in missing.err)
    (tmp_path / "sheet.pdf").write_bytes(b"%PDF")
    without = cli("open", tmp_path / "sheet.pdf")
    assert (2, True) == (without.code, "nothing here shows PDFs" in without.err)
