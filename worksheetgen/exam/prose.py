"""Words of the examiner's own in a spec, in Markdown with formulas."""

from typing import Annotated

from pydantic import AfterValidator, Field

from worksheetgen.exam.cover import QUADS_OF_LIST, fitting
from worksheetgen.typeset.characters import printable_lines
from worksheetgen.typeset.markdown import prose_to_latex, prose_to_words


def _prose(markdown: str) -> str:
    text = printable_lines(markdown)
    prose_to_latex(text)
    for piece in prose_to_words(text):
        fitting(piece, QUADS_OF_LIST)
    return text


Prose = Annotated[str, Field(strict=True, max_length=3000), AfterValidator(_prose)]
"""Markdown with formulas between dollar signs."""
