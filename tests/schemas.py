"""Write the JSON Schemas that ship anew from the models: ``make schema``."""

import json
from pathlib import Path
from typing import Any

from worksheetgen.exam import schema as exam
from worksheetgen.variants import schema as manifest


def write(path: Path, schema: dict[str, Any]) -> None:
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    write(manifest.SCHEMA, manifest.manifest_schema())
    write(exam.SCHEMA, exam.exam_schema())
