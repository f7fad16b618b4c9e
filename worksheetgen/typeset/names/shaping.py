"""Which glyphs a name has, and where they stand: chosen and placed by HarfBuzz, font by font."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import uharfbuzz

from worksheetgen.typeset.names.directions import in_order
from worksheetgen.typeset.names.directions import levels as levels_of
from worksheetgen.typeset.names.sources import sources


class Run(NamedTuple):
    """Neighbouring letters of one font that run in one direction."""

    source: int
    leftward: bool
    text: str


class Glyph(NamedTuple):
    """A glyph at its place, in thousandths of the size; the letters that it stands for."""

    source: int
    number: int
    x: float
    y: float
    width: float
    text: str


def runs_of(name: str) -> list[Run] | None:
    """The runs of a name from left to right; None if no font has a letter of it."""
    runs, levels = list[Run](), list[int]()
    for letter, level in zip(name, levels_of(name), strict=True):
        chosen = _chosen(letter, runs)
        if chosen is None:
            return None
        if runs and (runs[-1].source, levels[-1]) == (chosen, level):
            runs[-1] = runs[-1]._replace(text=runs[-1].text + letter)
        else:
            runs.append(Run(chosen, bool(level % 2), letter))
            levels.append(level)
    return in_order(runs, levels)


def _chosen(letter: str, runs: Sequence[Run]) -> int | None:
    """The font of a letter: the one before if it has it."""
    if runs and (sources()[runs[-1].source].has(letter) or unicodedata.category(letter) == "Cf"):
        return runs[-1].source
    return next((n for n, source in enumerate(sources()) if source.has(letter)), None)


def shaped(runs: Sequence[Run]) -> tuple[list[Glyph], float]:
    """Glyphs from left to right, and how wide they are."""
    glyphs, x = list[Glyph](), 0.0
    for run in runs:
        font = _shaper(run.source)
        scale = 1000 / font.face.upem
        text = uharfbuzz.Buffer()
        text.add_str(run.text)
        text.guess_segment_properties()
        text.direction = "rtl" if run.leftward else "ltr"
        uharfbuzz.shape(font, text)
        starts = sorted({info.cluster for info in text.glyph_infos})
        ends = dict(zip(starts, [*starts[1:], len(run.text)], strict=True))
        pairs = list(zip(text.glyph_infos, text.glyph_positions, strict=True))
        widest = {i.cluster: i for i, p in sorted(pairs, key=lambda pair: pair[1].x_advance)}
        for info, place in pairs:
            is_base = info is widest[info.cluster]
            letters = run.text[info.cluster : ends[info.cluster]] if is_base else ""
            glyphs.append(
                Glyph(
                    run.source,
                    info.codepoint,
                    x + scale * place.x_offset,
                    scale * place.y_offset,
                    scale * font.get_glyph_h_advance(info.codepoint),
                    letters,
                )
            )
            x += scale * place.x_advance
    return glyphs, x


@cache
def _shaper(source: int) -> Any:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(sources()[source].path)))
    return uharfbuzz.Font(face)
