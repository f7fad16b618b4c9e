"""Typeset a snippet and read what its page says."""

import tempfile
from pathlib import Path

import pypdfium2

from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.tex import Typeset, find_tex
from worksheetgen.typeset.texts import AS_SHIPPED


def typeset(body: str, *, sheets: int = 1) -> Typeset:
    with tempfile.TemporaryDirectory() as folder:
        return find_tex("embedded").run(
            document([body], PageSetup()), AS_SHIPPED.latex, Path(folder), sheets=sheets
        )


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def printed(body: str) -> str:
    """What the page says on which LaTeX puts a body, header and footer aside."""
    return text_of(typeset(body).pdf)
