"""Put sheets together to a LaTeX document, with PyLaTeX."""

from collections.abc import Iterable
from typing import Literal

from pylatex import Document, NoEscape, Package

Paper = Literal["a4", "letter"]


def document(sheets: Iterable[str], paper: Paper) -> str:
    r"""The LaTeX source of a document that prints these sheets one after another.

    >>> print(document([r"\begin{questionsheet}..."], "a4").splitlines()[0])
    \documentclass[11pt,a4paper]{article}%
    """
    latex = Document(
        documentclass="article",
        document_options=["11pt", f"{paper}paper"],
        geometry_options=["hmargin=2.3cm", "vmargin=1.6cm", "includeheadfoot", "footskip=24pt"],
        textcomp=False,
        page_numbers=False,
        indent=True,
    )
    latex.packages.append(Package("worksheet"))
    for sheet in sheets:
        latex.append(NoEscape(sheet))
    return str(latex.dumps())
