"""What several tests use: the command line in this process, and a finished exam."""

import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from worksheetgen.cli.app import main
from worksheetgen.variants import sampling
from worksheetgen.verify.checks import diagnosable

PART_A = Path(__file__).parent / "exams" / "part_a.toml"
"""An exam of the five items of the original task."""


@dataclass(frozen=True)
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs programs that are not here; CI installs them and leaves out nothing."""
    if "CI" in os.environ:
        return
    there = {
        "debian": all(map(shutil.which, ("pdflatex", "pdftotext", "pdffonts"))),
        "torch": importlib.util.find_spec("torch") is not None,
    }
    missing = [name for name, found in there.items() if not found]
    left_out = [item for item in items if any(map(item.get_closest_marker, missing))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


settings.register_profile("patient", deadline=None)  # machines are noisy
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a test plants in a problem is not what another measured of it."""
    sampling._expected.cache_clear()
    diagnosable._apart.cache_clear()


Cli = Callable[..., Run]


def heed_interrupts() -> None:
    """Also where the tests themselves run in a shell's background, which ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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
