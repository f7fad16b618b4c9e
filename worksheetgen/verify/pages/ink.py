"""Where the ink of glyphs is, by the instructions of their font's program."""

from dataclasses import dataclass
from functools import lru_cache

from fontTools.misc.psCharStrings import T1CharString
from fontTools.pens.boundsPen import ControlBoundsPen

from worksheetgen.typeset import fonts
from worksheetgen.typeset.pdf import Font
from worksheetgen.verify.pages.box import Box

NO_INK = Box(0, 0, 0, 0)
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""What stands for a glyph of which nobody knows what it says."""


@dataclass(frozen=True)
class Face:
    """A font as pages show it, by code; in thousandths of its size."""

    texts: dict[int, str]
    """The characters that a glyph stands for; none for pieces of large brackets."""
    ink: dict[int, Box]
    widths: dict[int, float]


@lru_cache(maxsize=1024)
def face(font: Font) -> Face:
    """How a font looks."""
    delimiters = {code for code, glyph in font.codes if fonts.DELIMITER.fullmatch(glyph)}
    inked = ink(font.name, tuple(sorted({glyph for _, glyph in font.codes})))
    return Face(
        {c: "" if c in delimiters else fonts.text_of(glyph) or UNKNOWN for c, glyph in font.codes},
        {code: inked[glyph] for code, glyph in font.codes},
        {code: float(fonts.width(font.name, glyph)) for code, glyph in font.codes},
    )


@lru_cache(maxsize=256)
def ink(name: str, glyphs: tuple[str, ...]) -> dict[str, Box]:
    """The outlines of glyphs' control points, to a thousandth of their font's size.

    >>> ink("LMRoman10-Regular", ("one",))["one"]
    Box(left=89, bottom=0, right=419, top=666)
    """
    made = fonts.program(name, glyphs)
    subroutines = [T1CharString(code) for code in made.subroutines]
    found = {}
    for glyph in glyphs:
        pen = ControlBoundsPen(None)
        T1CharString(made.glyphs[glyph], subrs=subroutines).draw(pen)
        found[glyph] = Box(*map(round, pen.bounds)) if pen.bounds else NO_INK
    return found
