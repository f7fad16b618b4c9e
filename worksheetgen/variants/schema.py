"""The JSON Schema of manifests, whose lines are headers and variants."""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from worksheetgen.problems.docstrings import Described
from worksheetgen.variants.manifest import HeaderRecord, VariantRecord

SCHEMA = Path(__file__).with_name("manifest-1.schema.json")


def manifest_schema() -> dict[str, Any]:
    """The schema that ships: a line is a header or a variant."""
    lines = TypeAdapter(HeaderRecord | VariantRecord)
    title = {"title": "A line of a worksheetgen manifest, format 1"}
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | title | lines.json_schema(schema_generator=Described)
