"""What the README shows works as it is shown."""

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import Cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_of_the_readme_runs(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert len(commands) >= 6
    for program, *arguments in commands:
        assert "worksheetgen" == program
        run = cli(*arguments)
        assert 0 == run.code, (arguments, run.err)
    assert (tmp_path / "exam" / "questions" / "030.pdf").is_file()
    assert (tmp_path / "letter" / "tex" / "worksheet.sty").is_file()


def test_every_make_target_of_the_readme_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"make (\w+) ", README))
    assert {"sheets", "test"} <= targets
    assert [] == [target for target in targets if f"\n{target}:" not in makefile]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "GALLERY.md"])
def test_every_file_that_a_page_links_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [] == [link for link in links if not (ROOT / link).exists()]
