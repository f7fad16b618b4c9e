"""Put sheets together to a LaTeX document, with PyLaTeX."""

from collections.abc import Iterable
from typing import Literal

from pylatex import Document, NoEscape, Package

from worksheetgen.typeset.language import ENGLISH

Paper = Literal["a4", "letter"]


def document(
    sheets: Iterable[str], paper: Paper, language: str = ENGLISH, *, top_margin: int = 16
) -> str:
    r"""The LaTeX source of a document that prints these sheets one after another.

    ``top_margin`` is in millimetres.

    >>> print(document([r"\begin{sheet}..."], "a4").splitlines()[0])
    \documentclass[11pt,a4paper]{article}%
    """
    latex = Document(
        documentclass="article",
        document_options=["11pt", f"{paper}paper"],
        geometry_options=[
            "hmargin=2.3cm",
            f"top={top_margin / 10}cm",
            "bottom=1.6cm",
            "includeheadfoot",
            "footskip=24pt",
        ],
        textcomp=False,
        page_numbers=False,
        indent=True,
    )
    latex.packages.append(Package("worksheet", options=None if language == ENGLISH else language))
    for sheet in sheets:
        latex.append(NoEscape(sheet))
    return str(latex.dumps())
