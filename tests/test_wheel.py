"""A wheel in an empty environment makes sheets: nothing of the checkout is needed."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def test_a_wheel_generates_a_pair_in_an_empty_folder(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path]
    run(*build, cwd=ROOT)
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as content:
        assert "worksheetgen/templates/latex/worksheet.sty" in content.namelist()

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
