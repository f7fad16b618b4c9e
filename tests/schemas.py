"""Write the JSON Schemas that ship anew from the models: ``make schema``."""

import json
from pathlib import Path
from typing import Any

from worksheetgen.exam.schema import MANIFEST_SCHEMA, SCHEMA, exam_schema, manifest_schema


def write(path: Path, schema: dict[str, Any]) -> None:
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write(MANIFEST_SCHEMA, manifest_schema())
    write(SCHEMA, exam_schema())
