"""However sheets are made, in one go or after many stops, the same bytes come out."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.test_cli import files
from tests.conftest import PART_A, Cli
from worksheetgen.build.folder import OutputFolder
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.build.records import File
from worksheetgen.exam.loading import load_spec
from worksheetgen.typeset import writing
from worksheetgen.typeset.tex import find_tex
from worksheetgen.variants.sheet import Item
from worksheetgen.workers import Inline, in_order

VARIANTS, SEED = 24, 31


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """An exam that was made in one process, in one go."""
    folder = tmp_path_factory.mktemp("whole")
    spec = load_spec(PART_A, variants=VARIANTS, seed=SEED)
    generate(Build(spec, folder, find_tex("embedded")))
    return files(folder)


def test_the_number_of_processes_changes_no_byte(
    cli: Cli, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    made = cli("generate", PART_A, "-n", VARIANTS, "--seed", SEED, "--jobs", 3, "--out", tmp_path)
    assert 0 == made.code
    assert whole == files(tmp_path)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A real scheduler with two workers, each a process of its own."""
    untyped: Any = LocalCluster
    with untyped(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_makes_the_same_bytes(
    cli: Cli, tmp_path: Path, whole: dict[str, bytes], scheduler: str
) -> None:
    options = ("--seed", SEED, "--cluster", scheduler, "--out", tmp_path)
    made = cli("generate", PART_A, "-n", VARIANTS, *options)
    assert (0, "") == (made.code, made.err)
    assert whole == files(tmp_path)


def test_a_cluster_that_does_not_answer_is_named(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worksheetgen.build.cluster.SECONDS", 1)
    made = cli("generate", "--cluster", "tcp://127.0.0.1:9", "--out", tmp_path / "out")
    assert (2, "") == (made.code, made.out)
    assert "tcp://127.0.0.1:9: no Dask scheduler answers" in made.err
    assert [] == list(tmp_path.iterdir())


def test_a_cluster_without_dask_says_what_is_missing(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    made = cli("generate", "--cluster", "tcp://127.0.0.1:9", "--out", tmp_path / "out")
    assert (2, True) == (made.code, "pip install distributed" in made.err)


@given(st.lists(st.integers(), max_size=30), st.integers(1, 5))
def test_results_come_in_the_order_of_the_work(work: list[int], jobs: int) -> None:
    done = list(in_order(Inline(), jobs, lambda n: n * n, ((n,) for n in work)))
    assert [n * n for n in work] == done


def start(out: Path) -> "subprocess.Popen[bytes]":
    exam = [
        "generate",
        str(PART_A),
        "-n",
        str(VARIANTS),
        "--seed",
        str(SEED),
        "--jobs",
        "2",
        "--out",
        str(out),
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "worksheetgen", *exam],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    chance = random.Random(5)  # noqa: S311 - moments, repeatable
    for _ in range(4):
        with start(tmp_path / "out") as run:
            time.sleep(chance.uniform(0.5, 3.5))
            os.kill(run.pid, signal.SIGKILL)
    with start(tmp_path / "out") as run:
        assert 0 == run.wait()
    assert whole == files(tmp_path / "out")


def test_no_process_outlives_the_one_that_started_it(tmp_path: Path) -> None:
    with start(tmp_path / "out") as run:
        while run.poll() is None and len(children(run.pid)) < 2:
            time.sleep(0.05)
        workers = children(run.pid)
        os.kill(run.pid, signal.SIGKILL)
    for _ in range(100):
        if not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers):
            break
        time.sleep(0.1)
    assert len(workers) >= 2
    assert [] == [worker for worker in workers if Path(f"/proc/{worker}/cmdline").exists()]


def children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def test_a_full_disk_loses_nothing_finished(
    cli: Cli, tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        sound, left = OutputFolder._put, iter(range(15))

        def put(folder: OutputFolder, file: File) -> None:
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, "No space left on device", str(out / file.path))
            sound(folder, file)

        patch.setattr(OutputFolder, "_put", put)
        full = cli("generate", PART_A, "-n", VARIANTS, "--seed", SEED, "--out", out)
    assert (2, True) == (full.code, "No space left on device" in full.err)
    record = (out / "manifest.jsonl").read_text().splitlines()
    assert 1 + 7 == len(record)
    assert 0 == cli("generate", PART_A, "-n", VARIANTS, "--seed", SEED, "--out", out).code
    assert whole == files(out)


def test_a_torn_line_of_the_manifest_is_made_again(
    cli: Cli, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    for name, content in whole.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    lines = whole["manifest.jsonl"].splitlines(keepends=True)
    (tmp_path / "manifest.jsonl").write_bytes(b"".join(lines[:9]) + lines[9][:70])
    assert 0 == cli("generate", PART_A, "-n", VARIANTS, "--seed", SEED, "--out", tmp_path).code
    assert whole == files(tmp_path)


def test_another_spec_in_the_same_folder_is_refused(cli: Cli, tmp_path: Path) -> None:
    exam = ("generate", "-n", 2, "--seed", SEED, "--out", tmp_path)
    assert 0 == cli(*exam).code
    before = files(tmp_path)
    for other in (("--seed", 32), ("--paper", "letter"), ("-n", 3), ("--no-key",)):
        refused = cli(*exam, *other)
        assert (2, True) == (refused.code, "holds other sheets" in refused.err), other
    assert before == files(tmp_path)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_variant_on_which_tex_stops_is_named_and_the_others_come_out(
    cli: Cli, tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    exam = (
        "generate",
        PART_A,
        "-n",
        VARIANTS,
        "--seed",
        SEED,
        "--jobs",
        jobs,
        "--out",
        tmp_path / "out",
    )
    line = whole["manifest.jsonl"].splitlines()[7]
    effort = json.loads(line)["tasks"][0]["parts"][0]["items"][0]["effort"]
    answer = json.loads(line)["tasks"][0]["parts"][0]["items"][0]["answer"]
    with monkeypatch.context() as patch:
        sound = writing._write_item

        def broken(item: Item, *others: Any) -> object:
            written = sound(item, *others)
            if item.effort == effort and item.answer.tolist() == answer:
                return replace(written, question=r"\nonsense")
            return written

        patch.setattr(writing, "_write_item", broken)
        run = cli(*exam)
    assert 2 == run.code
    assert "TeX stopped on variant 007; the others are made." in run.err
    assert "! Undefined control sequence" in run.err
    assert r"\nonsense" in (tmp_path / "out" / "failed" / "007.tex").read_text()
    made = files(tmp_path / "out")
    others = {name for name in whole if "007" not in name and name != "manifest.jsonl"}
    assert {name: whole[name] for name in others} == {name: made[name] for name in others}
    assert 0 == cli(*exam).code
    assert whole == files(tmp_path / "out")


def test_quiet_says_nothing_unless_something_is_wrong(cli: Cli, tmp_path: Path) -> None:
    run = cli("generate", "-n", 1, "-q", "--out", tmp_path)
    assert (0, "", "") == (run.code, run.out, run.err)
    assert cli("generate", "-n", 2, "-q", "--out", tmp_path).err
