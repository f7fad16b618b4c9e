"""What several tests use: the command line in this process, and a finished exam."""

import importlib
import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings

from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.cli.app import main
from worksheetgen.exam.loading import load_spec
from worksheetgen.typeset.tex import find_tex
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


@pytest.fixture(scope="session")
def torch() -> Any:
    """Torch on one thread: those of several workers would wait for each other."""
    importlib.import_module("torch.utils.flop_counter")
    module = importlib.import_module("torch")
    module.set_num_threads(1)
    return module


@pytest.fixture(autouse=True)
def nothing_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test plants in a problem is not what another measured of it."""
    planting = "monkeypatch" in request.fixturenames
    if planting:
        forget()
    yield
    if planting:
        forget()


def forget() -> None:
    sampling._expected.cache_clear()
    diagnosable._apart.cache_clear()


Cli = Callable[..., Run]


def heed_interrupts() -> None:
    """Also where the tests themselves run in a shell's background, which ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command as the user does, errors translated and all, in this process."""

    def run(*arguments: object) -> Run:
        capsys.readouterr()
        try:
            with patch.object(sys, "argv", ["worksheetgen", *map(str, arguments)]):
                main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        printed = capsys.readouterr()
        return Run(code, printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty variants of part A from the seed 7, made once and only read."""
    folder = tmp_path_factory.mktemp("made") / "thirty"
    spec = load_spec(PART_A).model_copy(update={"variants": 30, "seed": 7})
    generate(Build(spec, folder, find_tex("embedded")))
    return folder


@pytest.fixture
def reference(cli: Cli, tmp_path: Path) -> Path:
    """The folder of the reference exam, freshly made."""
    folder = tmp_path / "reference"
    assert 0 == cli("generate", "reference", "--out", folder, "--seed", 1).code
    return folder
