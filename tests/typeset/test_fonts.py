"""Fonts cut down to some glyphs: what they draw is what the whole font draws."""

import pytest
from fontTools.misc import eexec
from fontTools.misc.psCharStrings import T1CharString
from fontTools.pens.recordingPen import RecordingPen
from hypothesis import given
from hypothesis import strategies as st

from worksheetgen.errors import TexError
from worksheetgen.typeset import fonts

NAMES = (
    *("LMRoman10-Regular", "LMRoman10-Bold", "LMRoman10-Italic", "LMRoman8-Regular"),
    *("LMMathItalic10-Regular", "LMMathSymbols10-Regular", "LMMathExtension10-Regular"),
)
KEYS = st.sampled_from([fonts.EEXEC, fonts.CHARSTRING])


@given(st.binary(max_size=600), KEYS)
def test_what_is_encrypted_is_decrypted_to_itself(plain: bytes, key: int) -> None:
    assert plain == fonts.decrypted(fonts.encrypted(plain, key), key)


@given(st.binary(min_size=4, max_size=600), KEYS)
def test_the_encryption_is_that_of_another_library(cipher: bytes, key: int) -> None:
    assert eexec.decrypt(cipher, key)[0][fonts.SKIPPED :] == fonts.decrypted(cipher, key)


def drawn(code: bytes, subroutines: list[bytes]) -> tuple[object, object]:
    pen = RecordingPen()
    glyph = T1CharString(code, subrs=[T1CharString(each) for each in subroutines])
    glyph.draw(pen)
    return pen.value, getattr(glyph, "width", None)


@pytest.mark.parametrize("name", NAMES)
def test_a_glyph_is_drawn_as_in_the_whole_font(name: str) -> None:
    whole = fonts.source(name)
    glyphs = [glyph for glyph in sorted(whole.glyphs) if glyph != ".notdef"][::7]
    subset = fonts.program(name, tuple(glyphs))
    assert len(subset.subroutines) <= len(whole.subroutines)
    every = [
        fonts.decrypted(whole.subroutines[number], fonts.CHARSTRING)
        for number in sorted(whole.subroutines)
    ]
    for glyph in glyphs:
        expected = drawn(fonts.decrypted(whole.glyphs[glyph], fonts.CHARSTRING), every)
        assert expected == drawn(subset.glyphs[glyph], list(subset.subroutines)), glyph
        assert f"{round(float(str(expected[1])), 1):g}" == fonts.width(name, glyph)


def test_a_program_is_the_same_for_the_same_glyphs() -> None:
    fonts.program.cache_clear()
    one = fonts.program(NAMES[0], ("a", "b"))
    fonts.program.cache_clear()
    assert one == fonts.program(NAMES[0], ("b", "a"))


def test_what_is_not_to_be_had_is_named() -> None:
    with pytest.raises(TexError, match="Comic is none of the Type 1 fonts"):
        fonts.source("Comic")
    with pytest.raises(TexError, match="has no glyph smiley"):
        fonts.program(NAMES[0], ("smiley",))
