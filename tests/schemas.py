"""Write the JSON Schemas that ship anew from the models: ``make schema``."""

import json
from pathlib import Path
from typing import Any

from worksheetgen.exam import schema as exam_schema
from worksheetgen.variants import manifest


def write(path: Path, schema: dict[str, Any]) -> None:
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write(manifest.SCHEMA, manifest.json_schema())
    write(exam_schema.SCHEMA, exam_schema.exam_schema())
