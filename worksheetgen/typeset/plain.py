r"""LaTeX as text for a terminal: formulas in Unicode, a matrix row by row on a line.

>>> print(to_text(r"$\frac{\partial L}{\partial K} = \begin{entries}1 & -2 \\ 0 & 3\end{entries}$"))
∂L/∂K = [1 -2; 0 3]
"""

import re
from typing import Any

from pylatexenc.latex2text import (
    EnvironmentTextSpec,
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)
from pylatexenc.latexwalker import LatexWalker
from pylatexenc.latexwalker import get_default_latex_context_db as walker_context
from pylatexenc.macrospec import EnvironmentSpec, MacroSpec

ARGUMENTS = {
    "marked": "{{",
    "fitted": "{",
    "fraction": "{{",
    "indexed": "{{{{",
    "written": "{",
    "dfrac": "{{",
    "hphantom": "{",
}
ENVIRONMENTS = ("entries", "partials", "sums", "cells", "aligned")


def to_text(latex: str) -> str:
    """The text of a piece of LaTeX that our templates make."""
    nodes, _, _ = LatexWalker(latex, latex_context=_WALKER).get_latex_nodes()
    text: str = _TEXT.nodelist_to_text(nodes)
    text = re.sub(r"([∂Δ]) +", r"\1", text)
    text = re.sub(r" *([·=≈⋆]) *", r" \1 ", text)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _argument(node: Any, position: int, l2tobj: Any) -> str:
    return str(l2tobj.nodelist_to_text([node.nodeargd.argnlist[position]])).strip()


def _body(node: Any, l2tobj: Any) -> str:
    return str(l2tobj.nodelist_to_text(node.nodelist)).strip()


def _fraction(node: Any, l2tobj: Any) -> str:
    top, bottom = (_argument(node, n, l2tobj) for n in (0, 1))
    return f"{_grouped(top)}/{_grouped(bottom)}"


def _grouped(part: str) -> str:
    return f"({part})" if re.search(r"[-+·]", part[1:]) else part


def _rows(text: str) -> list[str]:
    rows = re.split(r"\\\\|\n", text)
    return [re.sub(r"[\s&]+", " ", row).strip() for row in rows if row.strip()]


def _matrix(node: Any, l2tobj: Any) -> str:
    return f"[{'; '.join(_rows(_body(node, l2tobj)))}]"


def _lines(node: Any, l2tobj: Any) -> str:
    return "\n" + "\n".join(_rows(_body(node, l2tobj))) + "\n"


def _indexed(node: Any, l2tobj: Any) -> str:
    return f"[{'; '.join(_rows(_argument(node, 3, l2tobj)))}]"


def _text() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    macros = [
        MacroTextSpec("marked", simplify_repl=lambda n, l2tobj: _argument(n, 1, l2tobj)),
        MacroTextSpec("written", simplify_repl=lambda n, l2tobj: _argument(n, 0, l2tobj)),
        MacroTextSpec("fitted", simplify_repl=lambda n, l2tobj: _argument(n, 0, l2tobj)),
        MacroTextSpec("hphantom", simplify_repl=""),
        MacroTextSpec("indexed", simplify_repl=_indexed),
        MacroTextSpec("points", simplify_repl=""),
        MacroTextSpec("steady", simplify_repl=""),
        MacroTextSpec("enspace", simplify_repl=" "),
        MacroTextSpec("\\", simplify_repl="\n"),
        *(
            MacroTextSpec(name, simplify_repl=_fraction)
            for name in ("fraction", "frac", "dfrac", "tfrac")
        ),
    ]
    environments = [
        EnvironmentTextSpec(
            name,
            simplify_repl=(_matrix) if name in ("entries", "partials") else (_lines),
        )
        for name in ENVIRONMENTS
    ]
    context.add_context_category("ours", macros=macros, environments=environments, prepend=True)
    return LatexNodes2Text(latex_context=context, math_mode="text", fill_text=False)


def _walker() -> Any:
    context = walker_context()
    context.add_context_category(
        "ours",
        macros=[MacroSpec(name, arguments) for name, arguments in ARGUMENTS.items()],
        environments=[EnvironmentSpec(name) for name in ENVIRONMENTS],
        prepend=True,
    )
    return context


_TEXT, _WALKER = _text(), _walker()
