"""Where lines and shapes are drawn, by a page's own operators: a second route beside PDFium."""

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf

from worksheetgen.verify.pages.box import Box, around

Drawn = dict[str, list[tuple[int, Box]]]
"""By mark, the page (from 1) and the outline of each line and shape."""


class State(NamedTuple):
    """Where and how large things are drawn, and by which pen."""

    wide: float = 1.0
    high: float = 1.0
    x: float = 0.0
    y: float = 0.0
    pen: float = 0.0

    def after(self, operator: str, operands: list[float]) -> "State":
        if operator == "w":
            return self._replace(pen=operands[0])
        a, _, _, d, e, f = operands
        x, y = self.x + self.wide * e, self.y + self.high * f
        return State(self.wide * a, self.high * d, x, y, self.pen)

    def placed(self, box: Box) -> Box:
        """A box of its own coordinates in those of the page."""
        left, right = (self.x + self.wide * edge for edge in (box.left, box.right))
        bottom, top = (self.y + self.high * edge for edge in (box.bottom, box.top))
        return Box(left, bottom, right, top)


def drawn(pdf: bytes) -> Drawn:
    """All that a file's pages draw within marks, in points from their lower left corners."""
    found: Drawn = defaultdict(list)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, start=1):
            for mark, box in _drawn(pikepdf.parse_content_stream(page)):
                found[mark].append((number, box))
    return found


def _drawn(instructions: Any) -> Iterator[tuple[str, Box]]:
    """Sheets move and scale, and turn nothing (which the check layout sees to)."""
    states, marks, shapes = [State()], [""], list[Box]()
    for operands, operator in instructions:
        match str(operator):
            case "q":
                states.append(states[-1])
            case "Q":
                states.pop()
            case "cm" | "w" as change:
                states[-1] = states[-1].after(change, [*map(float, operands)])
            case "BMC":
                mark = str(operands[0])[1:]
                marks.append(mark if "." in mark else marks[-1])
            case "EMC":
                marks.pop()
            case "re" | "m" | "l":
                x, y, wide, high = [*map(float, operands), 0.0, 0.0][:4]
                shapes.append(Box(x, y, x + wide, y + high))
            case "f" | "S" as paint:
                line = around(shapes)
                shape = _stroked(line, states[-1].pen) if paint == "S" else line
                yield marks[-1], states[-1].placed(shape)
                shapes = []


def _stroked(line: Box, pen: float) -> Box:
    """A level or upright line with flat ends, drawn by a pen of a width."""
    half = pen / 2
    across = line.left == line.right
    along = line.bottom == line.top
    return Box(
        line.left - half * across,
        line.bottom - half * along,
        line.right + half * across,
        line.top + half * along,
    )
