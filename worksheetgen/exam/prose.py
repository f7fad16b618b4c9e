"""Words of the examiner's own in a spec, in Markdown with formulas."""

from typing import Annotated

from pydantic import AfterValidator, Field

from worksheetgen.exam.cover import QUADS_OF_LIST
from worksheetgen.typeset.characters import printable_lines, widest, widest_word
from worksheetgen.typeset.markdown import prose_to_latex, prose_to_words


def _prose(markdown: str) -> str:
    text = printable_lines(markdown)
    prose_to_latex(text)
    for piece in prose_to_words(text):
        word = widest_word(piece)
        if widest(word) > QUADS_OF_LIST:
            raise ValueError(f"{word!r} is too long for a line; divide it by a space or a hyphen")
    return text


Prose = Annotated[str, Field(strict=True, max_length=3000), AfterValidator(_prose)]
"""Markdown with formulas between dollar signs."""
