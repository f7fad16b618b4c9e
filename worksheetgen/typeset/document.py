"""Put sheets together to a LaTeX document, with PyLaTeX."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pylatex import Document, NoEscape, Package

from worksheetgen.typeset.language import ENGLISH

Paper = Literal["a4", "letter"]
Font = Literal["serif", "sans"]


@dataclass(frozen=True)
class PageSetup:
    """How the pages of a document look."""

    paper: Paper = "a4"
    language: str = ENGLISH
    top_margin: int = 16
    """Millimetres."""
    font: Font = "serif"
    scale: float = 1.0
    """How much larger all is that is printed, on the same paper."""


def document(sheets: Iterable[str], setup: PageSetup) -> str:
    r"""The LaTeX source of a document that prints these sheets one after another.

    >>> print(document([r"\begin{sheet}..."], PageSetup("a4")).splitlines()[0])
    \documentclass[11pt,a4paper]{article}%
    """
    true, larger = "", list[str]()
    if setup.scale != 1:
        true, larger = "true", ["truedimen", f"mag={round(1000 * setup.scale)}"]
    latex = Document(
        documentclass="article",
        document_options=["11pt", f"{setup.paper}paper"],
        geometry_options=[
            *larger,
            f"hmargin=2.3{true}cm",
            f"top={setup.top_margin / 10}{true}cm",
            f"bottom=1.6{true}cm",
            "includeheadfoot",
            "footskip=24pt",
        ],
        textcomp=False,
        page_numbers=False,
        indent=True,
    )
    options = ["sans"] * (setup.font == "sans") + [setup.language] * (setup.language != ENGLISH)
    latex.packages.append(Package("worksheet", options=options or None))
    for sheet in sheets:
        latex.append(NoEscape(sheet))
    return str(latex.dumps())
