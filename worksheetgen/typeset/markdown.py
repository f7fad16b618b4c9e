r"""From item text, Markdown with LaTeX math and Jinja tags, to a Jinja template of LaTeX.

The Markdown is translated once per template, before Jinja fills it in, so that a thousand
variants cost one translation. Jinja's tags (``<< … >>`` and ``<% … %>``) pass through.

>>> print(to_latex("An *input* $X$ of size << size >>:\n$$X = << X >>$$").strip())
An \emph{input} $X$ of size << size >>:
\[\fitted{X = << X >>}\]
"""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from worksheetgen.typeset.characters import escape
from worksheetgen.typeset.mathematics import checked

_LIST = re.compile("(bullet|ordered)_list_(open|close)")
DEEPEST = 4
"""Lists within lists that LaTeX has labels for."""
_TAG = re.compile(r"<<.*?>>|<%.*?%>|<#.*?#>", re.DOTALL)
_RULES = ["emphasis", "escape", "list", "newline"]


def to_latex(markdown: str) -> str:
    """Translate Markdown to LaTeX; anything beyond what sheets use raises ``ValueError``."""
    return _render(_PARSER.parse(markdown))


def data_to_latex(markdown: str) -> str:
    r"""Translate somebody's Markdown, in which neither TeX nor Jinja is known.

    >>> print(data_to_latex("Costs *at most* 5 $: \\input{x}, << y >>").strip())
    Costs \emph{at most} 5 \$: \textbackslash{}input\{x\}, <{}< y >{}>
    """
    tokens = _PLAIN_PARSER.parse(markdown)
    _shallow(tokens)
    return _render(tokens)


def _shallow(tokens: Sequence[Token]) -> None:
    lists = [token.nesting for token in tokens if _LIST.fullmatch(token.type)]
    if max(accumulate(lists), default=0) > DEEPEST:
        raise ValueError(f"lists are nested more than {DEEPEST} deep")


def prose_to_latex(markdown: str) -> str:
    r"""Translate somebody's Markdown with formulas, whose commands are those of mathematics alone.

    Raises:
        ValueError: a formula has another command, or lists are nested too deep.

    >>> print(prose_to_latex("Costs $x^2$ in 100 %, << y >>").strip())
    Costs $x^2$ in 100 \%, <{}< y >{}>
    """
    tokens = _PROSE_PARSER.parse(markdown)
    for token in tokens:
        for piece in (token, *(token.children or [])):
            if piece.type.startswith("math"):
                checked(piece.content)
    _shallow(tokens)
    return _render(tokens)


def prose_to_words(markdown: str) -> list[str]:
    """The words of such Markdown, in pieces that formulas stand between.

    >>> prose_to_words("Is $x$ *odd*?")
    [' Is ', ' odd? ']
    """
    words = [""]
    for token in _PROSE_PARSER.parse(markdown):
        words[-1] += " " + _number(token)
        for piece in (token, *(token.children or [])):
            if piece.type.startswith("math"):
                words.append("")
            elif piece is not token:
                words[-1] += piece.content or " " * ("break" in piece.type)
    return [" ".join(["", *piece.split(), ""]) if piece.strip() else "" for piece in words]


def data_to_text(markdown: str) -> str:
    """The words of somebody's Markdown.

    >>> data_to_text("Use *no* **aids**.")
    'Use no aids.'
    """
    words = []
    for token in _PLAIN_PARSER.parse(markdown):
        words.append(_number(token))
        pieces = token.children or []
        words.append("".join(piece.content or " " * ("break" in piece.type) for piece in pieces))
    return " ".join(filter(None, words))


def _parser() -> MarkdownIt:
    parser = _prose_parser()
    parser.inline.ruler.before("text", "jinja", _jinja_tag)
    return parser


def _prose_parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable(_RULES)
    return parser.use(dollarmath_plugin, double_inline=True, allow_labels=False)


def _jinja_tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's form
    tag = _TAG.match(state.src, state.pos)
    if tag is None:
        return False
    if not silent:
        state.push("jinja", "", 0).content = tag[0]
    state.pos = tag.end()
    return True


def _number(token: Token) -> str:
    """The number of an entry in a numbered list: ``2.``, say."""
    return f"{token.info}{token.markup}" if token.type == "list_item_open" and token.info else ""


def _verbatim(token: Token) -> str:
    return token.content


_WRITERS: dict[str, str | Callable[[Token], str]] = {
    "text": lambda token: escape(token.content),
    "text_special": lambda token: escape(token.content),
    "jinja": _verbatim,
    "softbreak": "\n",
    "hardbreak": "\\leavevmode\\\\{}\n",
    "em_open": r"\emph{",
    "em_close": "}",
    "strong_open": r"\textbf{",
    "strong_close": "}",
    "math_inline": lambda token: f"${token.content}$",
    "math_inline_double": lambda token: rf"\[\fitted{{{token.content.strip()}}}\]",
    "math_block": lambda token: f"\\[\\fitted{{{token.content.strip()}}}\\]\n",
    "paragraph_open": "",
    "paragraph_close": "\n\n",
    "bullet_list_open": "\\begin{itemize}\n",
    "bullet_list_close": "\\end{itemize}\n",
    "ordered_list_open": "\\begin{enumerate}\n",
    "ordered_list_close": "\\end{enumerate}\n",
    "list_item_open": lambda token: rf"\item[{_number(token)}] " if token.info else r"\item{} ",
    "list_item_close": "",
}


def _render(tokens: Sequence[Token]) -> str:
    return "".join(_write(token) for token in tokens)


def _write(token: Token) -> str:
    if token.type == "inline":
        return _render(token.children or [])
    if token.type == "paragraph_close" and token.hidden:
        return "\n"
    if token.type not in _WRITERS:
        raise ValueError(f"line {token.map}: sheets have no {token.type}")
    writer = _WRITERS[token.type]
    return writer if isinstance(writer, str) else writer(token)


_PARSER = _parser()
_PROSE_PARSER = _prose_parser()
_PLAIN_PARSER = MarkdownIt("zero").enable(_RULES)
