"""The JSON Schema of exam specs, by which editors complete and check them."""

from pathlib import Path
from typing import Any

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems import problem_types
from worksheetgen.problems.docstrings import Described

SCHEMA = Path(__file__).with_name("exam.schema.json")
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


def _credit(mistakes: Any) -> dict[str, Any]:
    points = {"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.25}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(mistakes, points),
    }
