"""The JSON Schemas that ship: of exam specs, by which editors check them, and of manifests."""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems import problem_types
from worksheetgen.problems.docstrings import Described
from worksheetgen.variants import manifest
from worksheetgen.variants.manifest import HeaderRecord, VariantRecord

SCHEMA = Path(__file__).with_name("exam.schema.json")
MANIFEST_SCHEMA = Path(manifest.__file__).with_name("manifest-1.schema.json")
BESIDE = "worksheetgen.schema.json"
"""What the schema is called beside a spec."""
DIRECTIVE = f"#:schema {BESIDE}\n"
"""The comment by which a TOML editor finds it."""


def exam_schema() -> dict[str, Any]:
    """The schema that ships; it names the items and mistakes of each problem type."""
    schema = ExamSpec.model_json_schema(schema_generator=Described)
    for kind in problem_types().values():
        part = schema["$defs"][f"{kind.__name__}Part"]["properties"]
        part["items"]["anyOf"][0]["items"] = {"enum": list(kind.items)}
        part["credit"] = part["credit"] | {
            "additionalProperties": False,
            "properties": {name: _credit(item.mistakes) for name, item in kind.items.items()},
        }
    title = {"title": "A worksheetgen exam spec"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | title


def manifest_schema() -> dict[str, Any]:
    """The schema that ships: a line is a header or a variant."""
    lines = TypeAdapter(HeaderRecord | VariantRecord)
    title = {"title": "A line of a worksheetgen manifest, format 1"}
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | title | lines.json_schema(schema_generator=Described)


def _credit(mistakes: Any) -> dict[str, Any]:
    points = {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.5}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(mistakes, points),
    }
