"""The schema of exam specs that editors use: what it lets pass, and what it marks."""

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Cli
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.schema import BESIDE, DIRECTIVE, SCHEMA, exam_schema
from worksheetgen.typeset.resources import shipped_exams

schema = json.loads(SCHEMA.read_text(encoding="utf-8"))


def spec(**part: Any) -> dict[str, Any]:
    return {"title": "x", "task": [{"number": 1, "title": "y", "part": [part]}]}


def test_the_shipped_schema_is_that_of_the_models() -> None:
    assert exam_schema() == schema


@pytest.mark.parametrize("name", shipped_exams())
def test_every_shipped_exam_fits_it(name: str) -> None:
    jsonschema.validate(tomllib.loads(shipped_exams()[name].read_text("utf-8")), schema)


@pytest.mark.parametrize(
    "part",
    [
        {"problem": "pooling", "itmes": ["max_forward"]},
        {"problem": "pooling", "items": ["max_foward"]},
        {"problem": "poling"},
        {"problem": "pooling", "sample": {"window": [2, 11]}},
        {"problem": "convolution", "credit": {"forward": {"flipped the kernal": 1}}},
        {"problem": "convolution", "difficulty": "harder"},
    ],
    ids=["key", "item", "problem", "range", "mistake", "difficulty"],
)
def test_it_marks_what_the_program_would_refuse(part: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spec(**part), schema)


def test_a_new_spec_names_the_schema_that_lies_beside_it(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("new", tmp_path / "exam.toml", "--from", "midterm").code
    assert (tmp_path / "exam.toml").read_text("utf-8").startswith(DIRECTIVE)
    assert (tmp_path / BESIDE).read_bytes() == SCHEMA.read_bytes()
    assert 3 == len(load_spec(tmp_path / "exam.toml").task)
