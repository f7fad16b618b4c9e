"""A sheet without what is its own: the pages that all variants of an exam have in common."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from worksheetgen.typeset.split import saved

COMMON = re.compile(
    r"sheet\.(title|page|pages|rule)"
    r"|cover\..*"
    r"|[^.]+\.(number|title|total)"
    r"|([^.]+\.){4}(points|space)"
)
"""The names of marks whose contents are the same in all variants."""
LINES = re.compile(r"person\..*")
"""Those around lines to write on, or around what would be written there."""
SHOWN = frozenset({"Tj", "TJ"})
DRAWN = frozenset({"re", "f", "m", "l", "S"})


def blank(sheet: bytes) -> bytes:
    """The same pages without numbers, name and code."""
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        for page in pdf.pages:
            kept = list(_common(pikepdf.parse_content_stream(page)))
            page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
        return saved(pdf)


def _common(instructions: Any) -> Iterator[Any]:
    left_out: list[frozenset[str]] = [frozenset()]
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "BMC":
            left_out.append(left_out[-1] | _own(str(instruction.operands[0])[1:]))
        elif operator == "EMC":
            left_out.pop()
        elif operator in left_out[-1]:
            continue
        yield instruction


def _own(mark: str) -> frozenset[str]:
    """What is left out within a mark."""
    if "." not in mark or COMMON.fullmatch(mark):
        return frozenset()
    return SHOWN if LINES.fullmatch(mark) else SHOWN | DRAWN
