"""Runs beside one another, stopped, or out of room: what is finished stays, and is told."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from worksheetgen.build.folder import OutputFolder
from worksheetgen.build.generate import batches
from worksheetgen.build.plan import LARGEST_BATCH, SMALLEST_BATCH
from worksheetgen.errors import OutputError
from worksheetgen.variants.manifest import LOCK
from worksheetgen.workers import forget_killed, in_order, workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-m", "worksheetgen", "generate", "pooling"]


@given(st.integers(0, 2000), st.integers(1, 300), st.integers(1, 8))
def test_batches_begin_small_and_leave_nobody_out(first: int, variants: int, jobs: int) -> None:
    drawn = iter(range(variants))
    made = list(batches(drawn, [], first, variants, jobs))
    assert list(range(variants)) == [one for _, own, _ in made for one in own]
    sizes = [len(own) for _, own, _ in made]
    assert [first + sum(sizes[:n]) for n in range(len(sizes))] == [start for start, _, _ in made]
    assert max(sizes[:jobs]) <= SMALLEST_BATCH
    assert max(sizes) <= LARGEST_BATCH


def test_a_second_run_in_a_folder_is_refused_while_the_first_is_at_work(tmp_path: Path) -> None:
    one, other = OutputFolder(tmp_path / "out"), OutputFolder(tmp_path / "out")
    with one.locked(), pytest.raises(OutputError, match="another run is at work"), other.locked():
        pass
    with other.locked():
        assert (tmp_path / "out" / LOCK).exists()
    assert not (tmp_path / "out").exists()


def test_two_runs_at_once_never_both_end_well(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen([*COMMAND, "-n", "3", "--seed", str(seed), "-q", "--out", tmp_path / "o"])
        for seed in (1, 2)
    ]
    assert sorted(run.wait() for run in runs) == [0, 2]
    assert (
        0 == subprocess.run([*COMMAND[:3], "verify", "-q", tmp_path / "o"], check=False).returncode
    )


def test_a_killed_run_keeps_what_was_finished_and_does_not_lock_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [*COMMAND, "-n", "60", "--seed", "1", "--out", str(out)]
    run = subprocess.Popen(command, start_new_session=True)
    while run.poll() is None and not (out / "questions" / "005.pdf").exists():
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    made = len(list((out / "questions").glob("*.pdf")))
    assert made >= 5
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, True) == (again.returncode, "Every check proven." in again.stdout)


def test_folders_of_killed_runs_are_cleared_away_and_no_others() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    left = Path(tempfile.gettempdir()) / f"worksheetgen-{int(ended.stdout)}-left"
    left.mkdir()
    (left / "sheets.tex").touch()
    with workspace() as own:
        forget_killed()
        assert own.is_dir()
    assert not left.exists()


class Broken(Executor):
    """A pool whose process is killed."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool())
        return future


def test_a_killed_process_is_told() -> None:
    work: Iterator[tuple[int]] = iter([(1,)])
    with pytest.raises(OutputError, match="a process of this run was killed"):
        list(in_order(Broken(), 1, abs, work))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a full disk to try")
def test_a_full_disk_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*COMMAND[:3], "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (2, "error: standard output: No space left on device\n") == (run.returncode, run.stderr)


@pytest.mark.parametrize("kind", ["pipe", "folder", "large"])
def test_a_spec_that_is_no_file_or_has_no_end_is_told_at_once(
    cli: Cli, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "exam.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"#" * 2_000_001)
    run = cli("generate", path)
    assert 2 == run.code
    assert "not a file" in run.err or "more than 2,000,000 bytes" in run.err
