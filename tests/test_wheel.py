"""What is published: a source that holds its tests, a wheel that needs nothing of the checkout."""

import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("published")
    run(sys.executable, "-m", "build", "--outdir", folder, cwd=ROOT)
    return folder


def test_the_source_holds_all_that_its_tests_read(published: Path) -> None:
    with tarfile.open(next(published.glob("*.tar.gz"))) as source:
        held = {name.partition("/")[2] for name in source.getnames()}
    kept = {
        path.relative_to(ROOT).as_posix()
        for folder in ("tests", "templates", "worksheetgen", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert set() == kept - held
    assert {"Makefile", "constraints.txt", "README.md", "TUTORIAL.md", "CONTRIBUTING.md"} <= held


def test_the_long_description_links_to_no_file_beside_it(published: Path) -> None:
    with zipfile.ZipFile(next(published.glob("*.whl"))) as content:
        assert "worksheetgen/templates/latex/worksheet.sty" in content.namelist()
        (name,) = (each for each in content.namelist() if each.endswith("/METADATA"))
        said = content.read(name).decode()
    assert "# worksheetgen" in said
    assert "`TUTORIAL.md`" in said
    assert [] == [to for to in re.findall(r"\]\(([^)]*)\)", said) if not to.startswith("https://")]


def test_a_wheel_generates_a_pair_in_an_empty_folder(published: Path, tmp_path: Path) -> None:
    wheel = next(published.glob("*.whl"))
    environment, folder = tmp_path / "environment", tmp_path / "empty"
    venv.create(environment, with_pip=True)
    folder.mkdir()
    programs = environment / ("Scripts" if sys.platform == "win32" else "bin")
    constraints = ROOT / "constraints.txt"
    run(programs / "pip", "install", "--quiet", "--constraint", constraints, wheel, cwd=folder)
    run(programs / "worksheetgen", "generate", "-n", 1, cwd=folder)
    assert (folder / "out" / "questions" / "001.pdf").is_file()
    assert (folder / "out" / "solutions" / "001.pdf").is_file()
    run(programs / "worksheetgen", "verify", cwd=folder)
