"""The tutorial, step by step: its files, its changes, its commands, and what they say."""

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Cli

TUTORIAL = Path(__file__).parents[1] / "TUTORIAL.md"
STEP = re.compile(
    r"(?:(Save this as|Change these lines of|Add this to the end of) `([^`]+)`[^:]*:\n\n)?"
    r"```(sh|text|toml|csv|diff)\n(.*?)```",
    re.DOTALL,
)


def changed(text: str, diff: str) -> str:
    """A text with the removed lines replaced by the added ones, run by run."""
    for removed, added in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE):
        old, new = (re.sub(r"^[-+]", "", lines, flags=re.MULTILINE) for lines in (removed, added))
        assert 1 == text.count(old), old
        text = text.replace(old, new)
    return text


def test_the_tutorial_leads_from_nothing_to_a_proven_exam(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said, codes = "", list[int]()
    for what, name, kind, block in STEP.findall(TUTORIAL.read_text(encoding="utf-8")):
        if kind == "sh":
            said = ""
            for line in block.splitlines():
                program, *arguments = shlex.split(line)
                assert "worksheetgen" == program
                run = cli(*arguments)
                codes.append(run.code)
                said += run.out + run.err
        elif kind == "text":
            assert [] == [line for line in block.splitlines() if line not in said.splitlines()]
        elif what == "Save this as":
            Path(name).write_text(block, encoding="utf-8")
        elif what == "Change these lines of":
            text = Path(name).read_text(encoding="utf-8")
            Path(name).write_text(changed(text, block), encoding="utf-8")
        else:
            assert "Add this to the end of" == what
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(block if kind == "csv" else f"\n{block}")
    assert [0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0] == codes
    assert 15 == len(list(Path("class", "questions").iterdir()))
    assert (tmp_path / "class" / "print" / "H2-attendance.pdf").is_file()
