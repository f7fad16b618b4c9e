"""Texts as a page's operators show them: characters, and where their ink is."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.file import StrangeError
from worksheetgen.verify.pages.ink import Face

SMALLEST = 3.5
"""Points below which text counts as hidden."""
MOST = 60_000
"""Runs that are remembered."""
APART, BACK, ELSEWHERE = 0.25, 0.5, 0.3
"""When a text is apart from the one before: so much of a glyph's width to the right of its end, or
so much of its size to the left of it, above or below."""

N = rb"(?:0|-?(?:[1-9]\d{0,6}(?:\.\d{0,6}[1-9])?|0\.\d{0,6}[1-9]))"
"""A number in its one spelling."""
STRING = rb"\((?:[!-'*-\[\]-\x7f]|\\[0-3][0-7]{2})+\)"
SHOW = re.compile(
    rb"(?:/(F\d{1,4}) (%b) Tf )?(%b) (%b) Td \[(%b(?:%b%b)*)\]TJ(?: (?=[-\d])|(?=/F)|\Z)"
    % (N, N, N, STRING, N, STRING)
)
SHOWN = re.compile(rb"\(([^)]*)\)|(%b)" % N)
ESCAPE = re.compile(rb"\\(\d{3})")

Scale = tuple[float, float, float, float]
"""Width and height of a unit, and where the origin is, in points."""


class Run(NamedTuple):
    """Text that is shown in one go, from where it begins; in points."""

    text: str
    """Its characters, with spaces where glyphs are apart."""
    glyphs: tuple[tuple[str, Box], ...]
    outline: Box
    end: float
    """How far it reaches, by the widths of its glyphs."""
    first: float
    last: float
    """The widths of its first and its last glyph."""
    size: float


class Placed(NamedTuple):
    """A run at its place."""

    run: Run
    x: float
    y: float
    outline: Box

    def is_apart(self, behind: "Placed") -> bool:
        """Whether there is a space between this one and the one before."""
        gap, size = self.x - behind.x - behind.run.end, self.run.size
        if gap > APART * max(behind.run.last, self.run.first) or gap < -BACK * size:
            return True
        one, other = behind.outline, self.outline
        beyond = other.bottom > one.top or other.top < one.bottom
        return beyond and abs(self.y - behind.y) > ELSEWHERE * size


class Runs:
    """Reads texts, and remembers what runs say.

    ``outside`` measures as PDFium does: it cuts the widths of glyphs to whole units, and takes
    what is below the line a unit too high.
    """

    def __init__(self, *, outside: bool) -> None:
        self._outside = outside
        self._known: dict[tuple[int, float, bytes, float, float], Run] = {}

    def read(self, row: bytes, scale: Scale, faces: Mapping[str, Face]) -> Iterator[Placed]:
        """The runs of a text.

        Raises:
            StrangeError: it is not what sheets have.
        """
        wide, high, left, low = scale
        at, size, x, y = 0, 0.0, 0.0, 0.0
        face: Face | None = None
        while at < len(row):
            shown = SHOW.match(row, at)
            if shown is None:
                raise StrangeError(f"the text {row[at : at + 60].decode('latin-1')!r}")
            name, points, right, up, array = shown.groups()
            if name:
                face, size = faces.get(name.decode()), float(points)
            if face is None:
                raise StrangeError("a text without a font of its page")
            if size * min(wide, high) < SMALLEST:
                raise StrangeError("text that is too small to read")
            x, y = x + float(right), y + float(up)
            key = id(face), size, array, wide, high
            run = self._known.get(key)
            if run is None:
                run = self._remembered(key, self._run(face, wide * size, high * size, array))
            a, b = left + wide * x, low + high * y
            outline = Box(*map(sum, zip(run.outline, (a, b, a, b), strict=True)))
            yield Placed(run, a, b, outline)
            at = shown.end()

    def forget(self) -> None:
        self._known.clear()

    def _remembered(self, key: tuple[int, float, bytes, float, float], run: Run) -> Run:
        if len(self._known) >= MOST:
            self.forget()
        self._known[key] = run
        return run

    def _run(self, face: Face, wide: float, high: float, array: bytes) -> Run:
        wide, high = wide / 1000, high / 1000
        at, kern, text = 0.0, 0.0, ""
        glyphs, boxes, widths = list[tuple[str, Box]](), list[Box](), list[float]()
        for string, number in SHOWN.findall(array):
            if number:
                kern = -float(number)
                at += kern
                continue
            for code in _codes(string):
                if code not in face.ink:
                    raise StrangeError(f"a glyph {code} that its font does not have")
                left, low, right, top = face.ink[code]
                width = face.widths[code]
                if self._outside:
                    low, width = low + (low < 0), int(width)
                box = Box(wide * (at + left), high * low, wide * (at + right), high * top)
                characters = face.texts[code]
                text += " " * (kern > _space(width) and text != "") + characters
                kern = 0.0
                boxes.append(box)
                glyphs += [(character, box) for character in characters]
                widths.append(width)
                at += width
        if all(box.right <= box.left for box in boxes):
            raise StrangeError("a text that shows nothing")
        ends = wide * widths[0], wide * widths[-1]
        return Run(text or " ", tuple(glyphs), around(boxes), wide * at, *ends, 1000 * wide)


def _codes(string: bytes) -> bytes:
    """The codes of a text, in which those that need it are written in octal, and no others."""
    if b"\\" not in string:
        return string
    codes = ESCAPE.sub(lambda code: bytes([int(code[1], 8)]), string)
    again = b"".join(
        bytes([c]) if 32 < c < 127 and c not in b"()\\" else b"\\%03o" % c  # noqa: PLR2004 - ASCII
        for c in codes
    )
    if again != string:
        raise StrangeError("a text that could be written otherwise")
    return codes


def _space(width: float) -> float:
    """From which distance on glyphs are apart, as PDFium has it."""
    part = next((part for limit, part in ((300, 2), (500, 4), (700, 5)) if width < limit), 6)
    return width / part - 0.01
