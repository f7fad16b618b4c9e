"""Parts of which all is fixed: the same in all variants, beside parts that are drawn."""

import json
from pathlib import Path

from tests.conftest import Cli

FIXED = """
[[task.part]]
problem = "convolution"
items = ["forward"]
[task.part.given]
X = [[1, 2], [3, 4], [0, -1]]
K = [[1, 0], [-1, 2]]
"""
DRAWN = """
[[task.part]]
problem = "pooling"
items = ["max_forward"]
"""
HEAD = 'title = "x"\n[[task]]\nnumber = 1\ntitle = "y"\n'


def test_a_fixed_part_stands_beside_drawn_ones(cli: Cli, tmp_path: Path) -> None:
    spec, out = tmp_path / "exam.toml", tmp_path / "out"
    spec.write_text(HEAD + FIXED + DRAWN, encoding="utf-8")
    run = cli("generate", spec, "-n", 3, "--seed", 1, "--out", out)
    assert (0, "") == (run.code, run.err)
    assert 0 == cli("verify", out).code
    lines = (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    parts = [json.loads(line)["tasks"][0]["parts"] for line in lines]
    assert 1 == len({str(fixed["given"]["X"]) for fixed, _ in parts})
    assert 3 == len({str(drawn["given"]["X"]) for _, drawn in parts})


def test_an_exam_in_which_nothing_varies_has_one_variant(cli: Cli, tmp_path: Path) -> None:
    spec, out = tmp_path / "exam.toml", tmp_path / "out"
    spec.write_text(HEAD + FIXED, encoding="utf-8")
    run = cli("generate", spec, "-n", 3, "--out", out)
    assert 2 == run.code
    assert "all 3 variants would be the same; make one variant" in run.err
    assert not out.exists()
    assert 0 == cli("generate", spec, "-n", 1, "--out", out).code
