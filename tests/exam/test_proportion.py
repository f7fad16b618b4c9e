"""Points in proportion: within a shipped exam no point takes much more work than another."""

from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.conftest import Cli
from worksheetgen.exam.drawing import samplers_of
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.exam.proportion import shared, work
from worksheetgen.typeset.resources import shipped_exams

MOST = 4.0


@cache
def effort_per_point(exam: str) -> dict[str, float]:
    """By part and item, averaged over some variants."""
    spec, found = load_spec(find_exam(exam)), {}
    for (t, p), sampler in samplers_of(spec).items():
        part = spec.task[t].drawn[p]
        for name, effort in work(part, sampler).items():
            found[f"{t}.{p}.{name}"] = effort / part.worth[name]
    return found


@pytest.mark.parametrize("exam", shipped_exams())
def test_no_point_takes_four_times_the_work_of_another(exam: str) -> None:
    found = effort_per_point(exam)
    assert max(found.values()) <= MOST * min(found.values()), found


TOTALS = st.integers(1, 400).map(lambda quarters: quarters / 4)


@given(st.lists(st.floats(1, 1000), min_size=1, max_size=20), TOTALS)
def test_a_total_is_shared_in_halves_or_quarters_and_nobody_gets_less_for_more_work(
    shares: list[float], total: float
) -> None:
    assume(2 * total >= len(shares))
    points = shared(total, shares)
    assert total == sum(points)
    assert min(points) >= Fraction(1, 4)
    unit = Fraction(1, 2) if total % 0.5 == 0 else Fraction(1, 4)
    assert all(each % unit == 0 for each in points)
    ranked = sorted(zip(shares, points, strict=True))
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(ranked)]
    assert min(gaps, default=0) >= -unit


SPEC = """
title = "Effort"
seed = 5
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "convolution"
items = ["forward", "kernel_jacobian", "gradient_sign"]
"""


def test_points_by_effort_are_those_of_a_spec_that_says_them(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(f'{SPEC}points = "effort"\ntotal = 9.5\n')
    spec = load_spec(tmp_path / "exam.toml")
    part = spec.task[0].drawn[0]
    assert (Fraction(19, 2), None) == (sum(part.worth.values()), part.total)
    per_point = [
        effort / float(part.worth[name])
        for name, effort in work(part, samplers_of(spec)[0, 0]).items()
    ]
    assert max(per_point) < 1.6 * min(per_point)
    assert 0 == cli("generate", tmp_path / "exam.toml", "--out", tmp_path / "out").code
    assert 0 == cli("verify", tmp_path / "out").code
    said = list(map(float, part.worth.values()))
    (tmp_path / "said.toml").write_text(f"{SPEC}points = {said}\n")
    assert 0 == cli("generate", tmp_path / "said.toml", "--out", tmp_path / "said").code
    one, other = (tmp_path / name / "questions" / "001.pdf" for name in ("out", "said"))
    assert one.read_bytes() == other.read_bytes()


WRONG = {
    "no total": ('points = "effort"', "go together"),
    "a total alone": ("total = 5", "go together"),
    "too little": ('points = "effort"\ntotal = 1', "half a point for each of 3 items"),
    "another word": ('points = "work"\ntotal = 5', 'a list of points, or "effort"'),
    "a dear mistake": (
        'points = "effort"\ntotal = 3\n[task.part.credit.forward]\n"kernel flipped" = 3',
        "earns 3 of",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_points_are_told(case: str, cli: Cli, tmp_path: Path) -> None:
    more, message = WRONG[case]
    (tmp_path / "exam.toml").write_text(f"{SPEC}{more}\n")
    run = cli("generate", tmp_path / "exam.toml", "--out", tmp_path / "out")
    assert (2, True) == (run.code, message in " ".join(run.err.split())), run.err
