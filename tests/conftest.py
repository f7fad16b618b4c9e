"""What several tests use: the command line in this process, and a finished exam."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from worksheetgen.cli import main


@dataclass(frozen=True)
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs Debian's programs where they are missing; CI installs and runs it."""
    there = all(map(shutil.which, ("pdflatex", "pdftotext", "pdffonts")))
    if not there and "CI" not in os.environ:
        left_out = [item for item in items if item.get_closest_marker("debian")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


Cli = Callable[..., Run]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command as the user does, errors translated and all, in this process."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["worksheetgen", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        printed = capsys.readouterr()
        return Run(code, printed.out, printed.err)

    return run


@pytest.fixture
def reference(cli: Cli, tmp_path: Path) -> Path:
    """The folder of the reference exam, freshly made."""
    folder = tmp_path / "reference"
    assert 0 == cli("generate", "reference", "--out", folder, "--seed", 1).code
    return folder
