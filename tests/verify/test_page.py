"""What lies over or beside a quantity, glyph by glyph."""

import pytest

from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.page import Glyph, Page

WIDTH, HEIGHT = 5.0, 7.0


def glyph(character: str, x: float) -> Glyph:
    return Glyph(character, Box(x, 0, x + WIDTH, HEIGHT))


def judged(mark: str, *glyphs: Glyph, loose: tuple[Glyph, ...] = ()) -> list[str]:
    page = Page(600, 800)
    page.glyphs[mark] = list(glyphs)
    page.loose = [(each.character, each.box) for each in loose]
    page.judge([*((mark, each.box) for each in glyphs), *(("", each.box) for each in loose)])
    return page.overprinted


@pytest.mark.parametrize(
    ("first", "second", "shared", "faults"),
    [("t", "o", 1.0, 0), ("t", "o", 2.5, 1), ("1", "7", 1.0, 1), ("K", "1", 1.0, 1)],
)
def test_letters_may_be_kerned_and_nothing_else(
    first: str, second: str, shared: float, faults: int
) -> None:
    found = judged("1.a.i.item.word", glyph(first, 100), glyph(second, 100 + WIDTH - shared))
    assert faults == len(found)


@pytest.mark.parametrize(
    ("mark", "character", "faults"),
    [
        ("1.a.i.item.way", "A", 0),
        ("1.a.i.item.answer", "A", 1),
        ("1.a.i.item.stride", "2", 1),
    ],
)
def test_a_digit_beside_makes_numbers_and_answers_others(
    mark: str, character: str, faults: int
) -> None:
    found = judged(mark, glyph(character, 100), loose=(glyph("3", 100 + WIDTH + 1),))
    assert faults == len(found)
