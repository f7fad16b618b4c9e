"""The grammar of what our pages print: a few operators in a few forms, and nothing beside them.

What is outside of this grammar is refused, so that white, turned, clipped, tiny or covered things
cannot even be said. Numbers and texts have one spelling each; nothing may be empty.

A page is read in pieces, which marks part. A piece gives the same wherever the same bytes stand
under the same fonts and scales, so that it is read once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.file import StrangeError
from worksheetgen.verify.pages.ink import Face
from worksheetgen.verify.pages.runs import N, Placed, Runs, Scale

MOST_STATES = 50
"""Scales that are kept at once, at most."""
MOST_PIECES, MOST_FACES = 30_000, 1_000
"""That are remembered."""
MOST_MARKS, MOST_PARTS, LONGEST_MARK = 1_000, 5_000, 120
"""Marks of a page, texts and lines of one, and letters of a mark's name."""
THICKEST = 3.0
"""Points of a line at most."""
UNSCALED: Scale = (1.0, 1.0, 0.0, 0.0)

SHARE = rb"(?:%b|\.\d{0,5}[1-9])" % N
"""How LaTeX says by how much something is made smaller."""
MOVED = re.compile(rb"(%b) 0 0 (%b) (%b) (%b) cm" % (SHARE, SHARE, N, N))
LINE = re.compile(rb"\[\]0 d 0 J (%b) w 0 0 m (%b) (%b) l S" % (N, N, N))
BLOCK = re.compile(rb"(%b) (%b) (%b) (%b) re f" % (N, N, N, N))
MODULE = re.compile(rb"(\d{1,2}) (\d{1,2}) (\d{1,2}) (1) re")
PICTURE = re.compile(rb"/([A-Za-z]+\d+) Do")
MARK = re.compile(rb"[A-Za-z0-9_.:]+")


@dataclass
class Piece:
    """What is printed between two marks, and where the next one goes on."""

    scale: Scale
    states: tuple[Scale, ...]
    runs: list[Placed] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)
    """Lines and blocks."""
    modules: list[Box] = field(default_factory=list)
    """The dark parts of a QR code."""
    pictures: list[tuple[str, Scale]] = field(default_factory=list)
    moved: bool = False
    """Whether the last operator has moved or kept a scale, and printed nothing."""

    @property
    def empty(self) -> bool:
        return not (self.runs or self.lines or self.modules or self.pictures)

    @cached_property
    def outlines(self) -> list[Box]:
        """Those of its runs."""
        return [placed.outline for placed in self.runs]

    @cached_property
    def words(self) -> str:
        """Its characters, with spaces where runs are apart."""
        before = [None, *self.runs[:-1]]
        return "".join(
            (" " if behind and placed.is_apart(behind) else "") + placed.run.text
            for behind, placed in zip(before, self.runs, strict=True)
        )

    @cached_property
    def glyphs(self) -> list[tuple[str, Box]]:
        """Its characters and their ink."""
        return [
            (character, Box(x + left, y + bottom, x + right, y + top))
            for run, x, y, _ in self.runs
            for character, (left, bottom, right, top) in run.glyphs
        ]


class Reader:
    """Reads contents, and remembers what pieces of them say.

    ``outside`` measures as PDFium does, which widens lines by their whole thickness instead of
    half of it on either side (see :class:`worksheetgen.verify.pages.runs.Runs`).
    """

    def __init__(self, *, outside: bool = False) -> None:
        self._outside = outside
        self._runs = Runs(outside=outside)
        self._pieces: dict[tuple[int, Scale, tuple[Scale, ...], bytes], Piece] = {}
        self._faces: dict[tuple[tuple[str, int], ...], tuple[int, Mapping[str, Face]]] = {}

    def read(
        self, content: bytes, faces: Mapping[str, Face]
    ) -> Iterator[tuple[tuple[str, ...], Piece]]:
        """The pieces of a page's contents, each with the marks around it.

        Raises:
            StrangeError: the contents are not what sheets have.
        """
        if content.count(b" BMC\n") > MOST_MARKS:
            raise StrangeError(f"a page with more than {MOST_MARKS:,} marks")
        number, marks, parts = self._number(faces), tuple[str, ...](), 0
        filled, here = [True], Piece(UNSCALED, ())
        for chunk, event in _parts(content):
            if chunk:
                here = self._piece(number, here, chunk, faces)
                filled[-1] |= not here.empty
                parts += len(here.runs) + len(here.lines) + len(here.modules)
                if parts > MOST_PARTS:
                    raise StrangeError(f"a page with more than {MOST_PARTS:,} texts and lines")
                yield marks, here
            if event:
                marks = (*marks, event)
                filled.append(False)
            elif event == "":
                if not marks:
                    raise StrangeError("the end of a mark that has not begun")
                if not filled.pop():
                    raise StrangeError(f"nothing in the mark {marks[-1]}")
                filled[-1], marks = True, marks[:-1]
        if marks or here.states:
            raise StrangeError("a mark or a scale without an end")

    def _number(self, faces: Mapping[str, Face]) -> int:
        """What stands for fonts; while it does, they stay what they are."""
        key = tuple((name, id(face)) for name, face in faces.items())
        if len(self._faces) >= MOST_FACES and key not in self._faces:
            self._faces.clear()
            self._pieces.clear()
            self._runs.forget()
        return self._faces.setdefault(key, (len(self._faces), faces))[0]

    def _piece(self, fonts: int, before: Piece, chunk: bytes, faces: Mapping[str, Face]) -> Piece:
        key = fonts, before.scale, before.states, chunk
        piece = self._pieces.get(key)
        if piece is None:
            if len(self._pieces) >= MOST_PIECES:
                self._pieces.clear()
            piece = self._pieces[key] = Piece(before.scale, before.states)
            *rows, rest = chunk.split(b"\n")
            if rest:
                raise StrangeError("a line of operators without an end")
            self._fill(piece, iter(rows), faces)
        return piece

    def _fill(self, piece: Piece, rows: Iterator[bytes], faces: Mapping[str, Face]) -> None:
        for row in rows:
            if row == b"BT":
                piece.runs += self._runs.read(next(rows, b""), piece.scale, faces)
                if next(rows, b"") != b"ET":
                    raise StrangeError("a text without an end")
                piece.moved = False
            elif not (_move(piece, row) or self._draw(piece, row, rows)):
                raise StrangeError(f"the operators {row[:60].decode('latin-1')!r}")

    def _draw(self, piece: Piece, row: bytes, rows: Iterator[bytes]) -> bool:
        """Add what an operator draws, if it is one that does."""
        if line := LINE.fullmatch(row):
            piece.lines.append(self._line(piece.scale, *map(float, line.groups())))
        elif block := BLOCK.fullmatch(row):
            piece.lines.append(_block(piece.scale, *map(float, block.groups())))
        elif picture := PICTURE.fullmatch(row):
            piece.pictures.append((picture[1].decode(), piece.scale))
        elif module := MODULE.fullmatch(row):
            while module is not None:
                piece.modules.append(_block(piece.scale, *map(float, module.groups())))
                row = next(rows, b"")
                module = MODULE.fullmatch(row)
            if row != b"f":
                return False
        else:
            return False
        piece.moved = False
        return True

    def _line(self, scale: Scale, thick: float, right: float, up: float) -> Box:
        if (right == 0) == (up == 0) or min(right, up) < 0 or not 0 < thick <= THICKEST:
            raise StrangeError("a line that is neither level nor upright, or too thick")
        wide, high, left, low = scale
        across, along = thick / 2 * wide * (up > 0), thick / 2 * high * (right > 0)
        if self._outside:
            across, along = thick * wide, thick * high
        return Box(
            left - across, low - along, left + wide * right + across, low + high * up + along
        )


def _parts(content: bytes) -> Iterator[tuple[bytes, str | None]]:
    """What is printed up to the next mark, and its name; "" where one ends, None at the end."""
    *closed, rest = content.split(b"EMC\n")
    for number, part in enumerate([*closed, rest]):
        *before, last = part.split(b" BMC\n")
        for chunk in before:
            cut = chunk.rfind(b"/")
            name = chunk[cut + 1 :]
            own_line = cut == 0 or chunk[cut - 1 : cut] == b"\n"
            if not (cut >= 0 and own_line and MARK.fullmatch(name) and len(name) <= LONGEST_MARK):
                raise StrangeError(f"the mark {name[:60].decode('latin-1')!r}")
            yield chunk[:cut], name.decode()
        yield last, "" if number < len(closed) else None


def _move(piece: Piece, row: bytes) -> bool:
    """Change the scale, if an operator does so.

    A scale is restored behind something that was printed, or smaller.
    """
    moved = MOVED.fullmatch(row)
    if moved:
        a, d, e, f = map(float, moved.groups())
        wide, high, left, low = piece.scale
        if min(a, d) <= 0:
            raise StrangeError("something mirrored")
        piece.scale = wide * a, high * d, left + wide * e, low + high * f
    elif row == b"q":
        if len(piece.states) >= MOST_STATES:
            raise StrangeError(f"more than {MOST_STATES} scales in one another")
        piece.states = (*piece.states, piece.scale)
    elif row == b"Q" and piece.states:
        if piece.moved and piece.scale[:2] == piece.states[-1][:2]:
            raise StrangeError("a move behind which nothing is printed")
        piece.scale, piece.states = piece.states[-1], piece.states[:-1]
    else:
        return False
    piece.moved = row != b"Q"
    return True


def _block(scale: Scale, x: float, y: float, width: float, height: float) -> Box:
    wide, high, left, low = scale
    if min(width, height) <= 0:
        raise StrangeError("a block of no size")
    a, b = left + wide * x, low + high * y
    return Box(a, b, a + wide * width, b + high * height)
