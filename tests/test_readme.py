"""What the README shows works as it is shown."""

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import Cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_of_the_readme_runs(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```(sh|csv)\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 6
    for kind, block in blocks:
        if kind == "csv":
            Path("students.csv").write_text(block, encoding="utf-8")
            continue
        for program, *arguments in map(shlex.split, block.splitlines()):
            assert "worksheetgen" == program
            run = cli(*arguments)
            assert 0 == run.code, (arguments, run.err)
    assert (tmp_path / "exam" / "questions" / "030.pdf").is_file()
    assert (tmp_path / "letter" / "tex" / "worksheet.sty").is_file()


def test_the_cover_of_the_readme_is_one(cli: Cli, tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(\[cover\].*?)```", README, re.DOTALL)
    spec = tmp_path / "exam.toml"
    assert 0 == cli("new", spec, "--from", "pooling").code
    with spec.open("a", encoding="utf-8") as file:
        file.write(f"\n{block}")
    picture = Image.new("RGB", (40, 20))
    picture.save(tmp_path / "logo.png")
    assert 0 == cli("generate", spec, "-n", 1, "--out", tmp_path / "out").code


def test_the_own_question_of_the_readme_is_one(cli: Cli, tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(\[\[task.part\]\]\nproblem.*?)```", README, re.DOTALL)
    spec = tmp_path / "exam.toml"
    assert 0 == cli("new", spec, "--from", "pooling").code
    with spec.open("a", encoding="utf-8") as file:
        file.write(f"\n{block}")
    assert 0 == cli("generate", spec, "-n", 1, "--out", tmp_path / "out").code


def test_every_make_target_of_the_readme_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"make (\w+) ", README))
    assert {"sheets", "test"} <= targets
    assert [] == [target for target in targets if f"\n{target}:" not in makefile]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "GALLERY.md", "TUTORIAL.md"])
def test_every_file_that_a_page_links_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [] == [link for link in links if not (ROOT / link).exists()]
