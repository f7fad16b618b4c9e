import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tex import printed, typeset
from worksheetgen.typeset.characters import _PRINTABLE, escape, printable

HOSTILE = r"100 % of \input{/etc/passwd} & #1_{x}^~ $y$ -- --- `` '' << >> ,, !` ?` \"q\" |[*]|"


def test_the_fonts_have_every_printable_character() -> None:
    run = typeset("\n".join(map(escape, sorted(_PRINTABLE))))
    assert [] == re.findall("Missing character.*|Undefined.*", run.log)


def test_letters_are_printed_as_themselves() -> None:
    letters = "ABCXYZabcxyz0189@|~^_ÄÖÜäöüßÆæØøÅåÉéÑñÇçŁłŹźĄąŐőŠšŽž¡¿€§"
    assert list(letters) == printed(" ".join(map(escape, letters))).split()


def test_tex_commands_and_ligatures_are_printed_literally() -> None:
    text = printed(escape(HOSTILE)).replace("’", "'").replace("‘", "`").replace("\n", " ")
    assert " ".join(text.split()) == HOSTILE


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_text_is_printable_or_refused_by_name(text: str) -> None:
    try:
        composed = printable(text)
    except ValueError as error:
        assert "U+" in str(error) or not text.strip()  # noqa: PT017 - either outcome is right
    else:
        assert set(composed) <= _PRINTABLE


def test_an_accent_of_its_own_is_composed() -> None:
    assert "é" == printable("e\u0301")


def test_a_letter_that_no_font_has_is_named() -> None:
    with pytest.raises(ValueError, match="'Ж'.*U\\+0416, CYRILLIC CAPITAL LETTER ZHE"):
        printable("Ж")
