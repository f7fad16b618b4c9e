"""The problem type that CONTRIBUTING builds works as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w/.]+)`:?\n\n```\w+\n(.*?)```", re.DOTALL)
TEXTS = "templates/problems/upsampling/"


def test_the_type_that_contributing_builds_is_proven(tmp_path: Path) -> None:
    files = {name if "/" in name else TEXTS + name: text for name, text in FILE.findall(PAGE)}
    assert {"py", "md", "toml"} == {name.rpartition(".")[2] for name in files}
    for folder in ("worksheetgen", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    for command in (["stress", "upsampling", "--seeds", "400"], ["generate", "upsampling"]):
        run = subprocess.run(
            [sys.executable, "-m", "worksheetgen", *command],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
        assert (0, "") == (run.returncode, run.stderr)
        assert "0 failures" in run.stdout or "Every check proven." in run.stdout
