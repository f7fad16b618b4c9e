"""Fields of a spec that are printed as they are, are points, or name a file."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from worksheetgen.typeset.characters import printable

MOST_POINTS = 100


def _quarters(points: Any) -> int | float:
    if isinstance(points, bool) or not isinstance(points, int | float):
        raise ValueError(f"expected points such as 2 or 2.5, got {points!r:.60}")  # noqa: TRY004 - pydantic reports these
    if not 0 <= points <= MOST_POINTS:
        raise ValueError(f"expected 0 to {MOST_POINTS} points, got {points}")
    if 4 * points % 1:
        raise ValueError(f"expected whole, half or quarter points, got {points}")
    return int(points) if points % 1 == 0 else points


Points = Annotated[
    int | float,
    BeforeValidator(_quarters),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_POINTS, "multipleOf": 0.25}),
]
"""Whole ones, halves or quarters."""
Text = Annotated[str, Field(strict=True, min_length=1, max_length=80), AfterValidator(printable)]
"""A line that is printed as it is."""
FilePath = Annotated[str, Field(strict=True, min_length=1, max_length=1000)]
"""Of a file or folder, from the spec's own folder on."""


def _picture(path: str) -> str:
    if Path(path).suffix.lower() not in (".png", ".pdf"):
        raise ValueError(f"{path} is neither a .png nor a .pdf")
    return path


PicturePath = Annotated[FilePath, AfterValidator(_picture)]
"""Of a PNG, or of a PDF of one page."""
