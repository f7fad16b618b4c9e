"""What the terminal shows for choosing: a sampled problem, and what there is to ask."""

import pytest

from tests.conftest import Cli
from worksheetgen.problems import problem_types
from worksheetgen.typeset.plain import to_text


@pytest.mark.parametrize("problem", problem_types())
def test_every_item_is_shown_with_its_solution_and_without_latex(cli: Cli, problem: str) -> None:
    run = cli("show", problem, "--seed", 3)
    assert 0 == run.code
    for position, name in enumerate(problem_types()[problem].items, start=1):
        assert f". {name} (" in run.out, position
    assert len(problem_types()[problem].items) == run.out.count("\nsolution\n")
    assert [] == [mark for mark in ("\\", "$", "{", "&") if mark in run.out]


def test_the_same_seed_shows_the_same_and_another_one_does_not(cli: Cli) -> None:
    shown = [cli("show", "dense", "--seed", seed).out for seed in (5, 5, 6)]
    assert shown[0] == shown[1]
    assert shown[1] != shown[2]


def test_without_a_seed_it_says_how_to_see_the_same_again(cli: Cli) -> None:
    first = cli("show", "pooling", "--item", "max_forward", "--difficulty", "hard").out
    *_, program, command, problem, _, seed, _, difficulty = first.split()
    assert ("worksheetgen", "show", "pooling", "hard") == (program, command, problem, difficulty)
    again = cli("show", problem, "--seed", seed, "--difficulty", difficulty)
    matrix = next(line for line in first.splitlines() if line.startswith("X = "))
    assert matrix.startswith("X = [")
    assert 0 == again.code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["poling"], "no problem type 'poling'; did you mean 'pooling'?"),
        (["pooling", "--item", "max_foward"], "did you mean 'max_forward'?"),
        (["pooling", "--difficulty", "harder"], "harder"),
    ],
    ids=["problem", "item", "difficulty"],
)
def test_what_is_not_there_is_refused(cli: Cli, arguments: list[str], message: str) -> None:
    run = cli("show", *arguments)
    assert (2, True) == (run.code, message in " ".join(run.err.split()))


def test_the_list_says_what_options_allow(cli: Cli) -> None:
    listed = " ".join(cli("list").out.split())
    for problem in problem_types():
        assert f"problem {problem}: items" in listed
        assert f"difficulty hard: {next(iter(problem_types()[problem].levels['hard']))}" in listed
    assert "two of: 1 to 10" in listed


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\[\fitted{X = \marked{X}{\indexed{0 & 1}{0}{-2}{1 & -2}}}\]", "X = [1 -2]"),
        (r"$\marked{a}{-\fraction{3}{4}}$", "-3/4"),
        (r"$\left\lfloor\frac{n - k}{s}\right\rfloor$", "⌊(n - k)/s⌋"),
        ("\\begin{sums}\nH_{0} &= 1 \\cdot 2 = 2\n\\end{sums}", "H_0 = 1 · 2 = 2"),
    ],
    ids=["indexed matrix", "fraction", "floor", "sum"],
)
def test_formulas_are_readable(latex: str, text: str) -> None:
    assert text == to_text(latex)
