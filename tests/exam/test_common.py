"""Parts that all variants have in common, beside parts that are drawn for each."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.rosters import ROSTER, SECRET, written
from worksheetgen.build.plan import Build, planned
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.tex import find_tex

SPEC = """
title = "Common"
seed = {seed}
variants = {variants}
{more}
[[task]]
number = 1
title = "Pooling"
[[task.part]]
problem = "pooling"
common = true
items = ["max_forward"]
[[task.part]]
problem = "pooling"
items = ["max_forward"]
"""
WAYS = {
    "plain": ("", False),
    "personal": (f'secret = "{SECRET}"', True),
    "versions": (f'secret = "{SECRET}"\nversions = 2', True),
}


def givens(folder: Path) -> list[list[dict[str, Any]]]:
    """Those of both parts, by variant."""
    _, *lines = (folder / "manifest.jsonl").read_text().splitlines()
    tasks = [json.loads(line)["tasks"] for line in lines]
    return [[part["given"] for part in task["parts"]] for (task,) in tasks]


@pytest.mark.parametrize("way", WAYS)
def test_a_common_part_is_the_same_in_all_variants_and_proven(
    way: str, cli: Cli, tmp_path: Path
) -> None:
    more, personal = WAYS[way]
    (tmp_path / "exam.toml").write_text(SPEC.format(seed=5, variants=4, more=more))
    roster = ["--roster", written(tmp_path, ROSTER)] if personal else []
    run = cli("generate", tmp_path / "exam.toml", *roster, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)
    parts = zip(*givens(tmp_path / "out"), strict=True)
    expected = 2 if way == "versions" else 4
    assert [1, expected] == [len({*map(json.dumps, part)}) for part in parts]
    assert 0 == cli("verify", tmp_path / "out").code


def test_nobody_knows_a_common_part_from_the_seed_alone(cli: Cli, tmp_path: Path) -> None:
    found = []
    for name, (more, personal) in WAYS.items():
        (tmp_path / "exam.toml").write_text(SPEC.format(seed=5, variants=4, more=more))
        roster = ["--roster", written(tmp_path, ROSTER)] if personal else []
        assert 0 == cli("generate", tmp_path / "exam.toml", *roster, "--out", tmp_path / name).code
        found.append(givens(tmp_path / name)[0][0])
    assert found[0] not in found[1:]


@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 150))
def test_how_many_variants_there_are_changes_no_common_part(seed: int, few: int, more: int) -> None:
    drawn = []
    for variants in (few, few + more):
        spec = ExamSpec.model_validate(
            tomllib.loads(SPEC.format(seed=seed, variants=variants, more=""))
        )
        plan = planned(Build(spec, Path("none"), find_tex("embedded")))
        drawn.append([one.givens[0, 0].answers.problem.record() for one in plan.draw()])
    assert [drawn[0][0]] * (2 * few + more) == drawn[0] + drawn[1]


def test_a_common_part_that_is_another_in_one_variant_is_caught(cli: Cli, tmp_path: Path) -> None:
    for name, common in (("own", "false"), ("all", "true")):
        text = SPEC.format(seed=5, variants=3, more="").replace(
            "common = true", f"common = {common}"
        )
        (tmp_path / "exam.toml").write_text(text)
        assert 0 == cli("generate", tmp_path / "exam.toml", "--out", tmp_path / name).code
    first = (tmp_path / "all" / "manifest.jsonl").read_text().splitlines()[0]
    _, *lines = (tmp_path / "own" / "manifest.jsonl").read_text().splitlines()
    (tmp_path / "own" / "manifest.jsonl").write_text("\n".join([first, *lines]) + "\n")
    run = cli("verify", tmp_path / "own", "--json")
    assert (1, True) == (run.code, "common to all" in run.out)


def test_several_variants_of_common_parts_alone_are_refused(cli: Cli, tmp_path: Path) -> None:
    text = SPEC.format(seed=5, variants=3, more="").rpartition("[[task.part]]")[0]
    (tmp_path / "exam.toml").write_text(text)
    run = cli("generate", tmp_path / "exam.toml", "--out", tmp_path / "out")
    assert (2, True) == (run.code, "all 3 variants would be the same" in " ".join(run.err.split()))
    assert 0 == cli("generate", tmp_path / "exam.toml", "-n", 1, "--out", tmp_path / "out").code


def test_late_students_have_the_common_part_too(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC.format(seed=5, variants=4, more=WAYS["personal"][0]))
    roster = written(tmp_path, ROSTER)
    out = tmp_path / "out"
    assert 0 == cli("generate", tmp_path / "exam.toml", "--roster", roster, "--out", out).code
    roster.write_text(f"{ROSTER}s5,Late Student,A\n", encoding="utf-8")
    assert 0 == cli("add", out, roster).code
    first = [parts[0] for parts in givens(out)]
    assert [first[0]] * 5 == first
    assert 0 == cli("verify", out).code
