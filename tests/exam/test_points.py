"""Points in halves and quarters, and points beyond the total, from the spec to the pages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.typeset.tex import find_tex

SPEC = """
title = "Points"
language = "{}"
variants = 2
seed = 5
[cover]
course = "Networks"
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "convolution"
points = [2.5, 2, 0.75, 1, 2]
bonus = ["gradient_sign"]
[[task.part]]
problem = "pooling"
bonus = true
items = ["no_gradient"]
"""


@pytest.fixture(scope="module", params=["en", "de"])
def folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    path = tmp_path_factory.mktemp("points")
    (path / "exam.toml").write_text(SPEC.format(request.param))
    generate(Build(load_spec(path / "exam.toml"), path / "out", find_tex("embedded")))
    return request.param, path / "out"


def test_a_bonus_stands_outside_of_the_total(folder: tuple[str, Path]) -> None:
    task = records(folder[1])[1]["tasks"][0]
    assert ("25/4", 3) == (task["points"], task["bonus"])


def test_pages_say_points_as_the_language_writes_them(folder: tuple[str, Path]) -> None:
    language, path = folder
    question = path / "questions" / "001.pdf"
    said = " ".join(text_of(question.read_bytes()).split())
    for expected in {
        "en": ("(2.5P)", "(0.75P)", "(2P bonus)", "(6.25 points + 3 bonus)", "Points 6.25 + 3"),
        "de": ("(2,5P)", "(0,75P)", "(2P Bonus)", "(6,25 Punkte + 3 Bonus)", "Punkte 6,25 + 3"),
    }[language]:
        assert expected in said


def without_bonus(line: dict[str, Any]) -> None:
    for part in line["tasks"][0]["parts"]:
        for item in part["items"]:
            item.pop("bonus", None)


def another_half(line: dict[str, Any]) -> None:
    line["tasks"][0]["parts"][0]["items"][0]["points"] = 3
    line["tasks"][0]["points"] = "27/4"


@pytest.mark.parametrize("fault", [without_bonus, another_half])
def test_points_other_than_said_are_caught(
    fault: Callable[[dict[str, Any]], None], folder: tuple[str, Path], cli: Cli
) -> None:
    path = folder[1] / "manifest.jsonl"
    whole = path.read_text()
    first, *variants = records(folder[1])
    fault(variants[0])
    path.write_text("".join(json.dumps(line) + "\n" for line in (first, *variants)))
    found = cli("verify", folder[1])
    path.write_text(whole)
    assert (1, True) == (found.code, "specified" in found.out)


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
