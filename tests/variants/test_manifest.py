import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from worksheetgen.errors import OutputError
from worksheetgen.variants.manifest import read_header, read_variants
from worksheetgen.variants.schema import SCHEMA, manifest_schema

schema = json.loads(SCHEMA.read_text(encoding="utf-8"))


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]


def test_the_schema_that_ships_is_that_of_the_models() -> None:
    assert manifest_schema() == schema


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_every_line_fits_the_schema(reference: Path) -> None:
    header, variant = lines(reference)
    jsonschema.validate(header, schema)
    jsonschema.validate(variant, schema)


@pytest.mark.parametrize("key", ["variant", "tasks", "files"])
def test_the_schema_misses_a_key_that_is_gone(reference: Path, key: str) -> None:
    variant = lines(reference)[1]
    del variant[key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(variant, schema)


def test_the_reference_exam_is_recorded_as_it_was_set(reference: Path) -> None:
    header, variant = lines(reference)
    assert (1, 1) == (header["format"], header["seed"])
    task = variant["tasks"][0]
    assert (3, "Convolution", 17) == (task["number"], task["title"], task["points"])
    items = task["parts"][0]["items"]
    assert [2, 2, 3, 1, 2] == [item["points"] for item in items]
    assert ["i", "ii", "iii", "iv", "v"] == [item["label"] for item in items]
    assert [
        [[4], [-3], [-2]],
        [[2, -1, 0, -1], [0, -1, 1, 1], [1, 1, -1, 2]],
        [2, 1, -1, 5],
        [0, 1, 2],
        {"increase": "decreases", "decrease": "increases"},
    ] == [item["answer"] for item in items]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: not JSON"),
        (b'{"format": 2}\n', "line 1: not format 1"),
        (b"{nonsense\n", "line 1: not JSON"),
        (b"[1]\n", "line 1: not format 1"),
        (b'{"format": true}\n', "line 1: not format 1"),
        (b"\xff\xfe", "not UTF-8"),
    ],
    ids=["empty", "later format", "no JSON", "no object", "true as format", "UTF-16"],
)
def test_an_unreadable_manifest_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "manifest.jsonl").write_bytes(content)
    with pytest.raises(OutputError, match=message):
        read_header(tmp_path)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file.*worksheetgen generate"):
        read_header(tmp_path)


def test_a_torn_last_line_is_passed_over_only_if_so_asked(reference: Path) -> None:
    manifest = reference / "manifest.jsonl"
    with manifest.open("a") as file:
        file.write('{"variant": "002", "ta')
    assert ["001"] == [variant.variant for variant in read_variants(reference, torn=True)]
    with pytest.raises(OutputError, match="line 3: not JSON"):
        list(read_variants(reference))
