r"""How numbers, symbols, matrices and sums are written in LaTeX math: the filters of item texts.

A template hands over values as the problem gives them; nothing is computed here.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.problems.steps import LOSS, Partial, Sum, Symbol
from worksheetgen.typeset.figure import curve, ticks

MAX_FORMAT = 6
"""A format of more rows or columns than this is abbreviated with dots."""
UNITS = 10_000
"""In one: decimals have four places at most."""
MAX_ROWS, SHOWN_ROWS = 24, 3
"""A matrix in the marking key of more rows than an answer has shows its first ones."""
LINE = 36.5
"""Width of a line of a solution, in em."""
OVERHANG = 6.0
"""What a line of a broken sum needs beside its terms, in em: its indent, or the total."""
_EM = {" ": 0.22, "·": 0.28, "(": 0.39, ")": 0.39, "+": 0.78, "-": 0.78, "=": 0.9}
"""Widths of Latin Modern's glyphs; digits have 0.5 em."""

Filter = Callable[..., str]


class Latex(str):
    """Math that knows in which form it can be read from the finished page.

    The forms are those of :mod:`worksheetgen.verify.pages.quantities`.
    """

    form: str
    __slots__ = ("form",)

    @classmethod
    def of(cls, form: str, function: Filter) -> Filter:
        """The same filter, whose math knows its form."""

        def written(*values: Any) -> Latex:
            latex = cls(function(*values))
            latex.form = form
            return latex

        return written


def number(value: int | Fraction | Array) -> str:
    r"""An exact number.

    >>> number(-3), number(Fraction(3, 4))
    ('-3', '\\fraction{3}{4}')
    """
    if isinstance(value, str):
        raise TypeError(f"{value[:20]!r} is no number")
    value = Fraction(value.item() if isinstance(value, np.ndarray) else value)
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return rf"{sign}\fraction{{{abs(value.numerator)}}}{{{value.denominator}}}"


def ends(value: int | Fraction) -> bool:
    """Whether a number is a decimal with four places at most."""
    return (UNITS * Fraction(value)).denominator == 1


def decimal(value: int | Fraction, point: str = ".") -> str:
    r"""A number as a decimal where it ends after four places, else as a fraction.

    >>> decimal(Fraction(-1, 40)), decimal(3), decimal(Fraction(1, 3))
    ('-0.025', '3', '\\fraction{1}{3}')
    >>> decimal(Fraction(1, 2), ",")
    '0{,}5'
    """
    if not ends(value):
        return number(value)
    whole, places = divmod(abs(UNITS * Fraction(value)).numerator, UNITS)
    mark = "{,}" if point == "," else point
    end = f"{mark}{places:04}".rstrip("0") if places else ""
    return f"{'-' * (value < 0)}{whole}{end}"


def signed(value: int | Fraction, point: str = ".") -> str:
    """A decimal with its sign, be it plus.

    >>> signed(Fraction(1, 20))
    '+0.05'
    """
    return f"{'+' * (value > 0)}{decimal(value, point)}"


def product(factors: Sequence[int]) -> str:
    r"""Factors that are not multiplied out.

    >>> product([100, 64])
    '100 \\cdot 64'
    """
    return r" \cdot ".join(map(number, factors))


def or_dash(value: int | None) -> str:
    """A number, or a dash for none.

    >>> or_dash(0), or_dash(None)
    ('0', '--')
    """
    return "--" if value is None else number(value)


def word(text: str) -> str:
    """A word of plain letters, none of them drawn together with the next."""
    return text.replace("f", "f{}")


def factor(value: int | Fraction) -> str:
    """A number as a factor: in parentheses if it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def symbol(value: Symbol | Partial | int) -> str:
    r"""A symbol with its index, a partial derivative, or a number in their place.

    >>> symbol(Symbol("H", (1,))), symbol(Symbol("K", (0, 1)))
    ('H_{1}', 'K_{01}')
    >>> symbol(Partial(Symbol("L"), Symbol("K", (0, 1))))
    '\\frac{\\partial \\mathcal{L}}{\\partial K_{01}}'
    """
    if isinstance(value, Partial):
        return rf"\frac{{\partial {symbol(value.of)}}}{{\partial {symbol(value.by)}}}"
    if not isinstance(value, Symbol):
        return number(value)
    letter = r"\mathcal{L}" if value.letter == "L" else value.letter
    return letter + (f"_{{{''.join(map(str, value.index))}}}" if value.index else "")


def by(shape: Sequence[int]) -> str:
    r"""A shape as rows × columns.

    >>> by((4, 2))
    '4 \\times 2'
    """
    return r" \times ".join(map(number, shape))


def pair(values: Sequence[int]) -> str:
    """Vertical and horizontal settings: one number if they are equal, else in parentheses.

    >>> pair((1, 2)), pair((2, 2))
    ('(1, 2)', '2')
    """
    if values[0] == values[1]:
        return number(values[0])
    return f"({', '.join(map(number, values))})"


def matrix(rows: Array | Sequence[Sequence[Any]]) -> str:
    r"""A matrix of numbers or symbols in brackets.

    >>> print(matrix([[1, -2], [0, 3]]))
    \begin{entries}
    1 & -2 \\
    0 & 3
    \end{entries}
    """
    return f"\\begin{{entries}}\n{_cells(rows)}\n\\end{{entries}}"


def stack(matrices: Array) -> str:
    """Matrices side by side."""
    return r"\;".join(map(matrix, matrices))


def logarithms(values: Array) -> str:
    """A row vector of natural logarithms of integers; that of 1 is written as 0."""
    cells = " & ".join("0" if value == 1 else rf"\ln {number(value)}" for value in values)
    return f"\\begin{{entries}}\n{cells}\n\\end{{entries}}"


def row(values: Array | Sequence[int]) -> str:
    """A row vector in brackets."""
    return matrix([list(values)])


def compact(values: Array) -> str:
    r"""A number, vector or matrix where room is short, as the marking key shows it.

    A column lies on its side, a tall matrix is cut off below its first rows.

    >>> import numpy as np
    >>> print(compact(np.array([[4], [-3], [-2]])))
    \written{\begin{entries}
    4 & -3 & -2
    \end{entries}}^{\top}
    >>> compact(np.array(-7))
    '\\written{-7}'
    """
    values = np.asarray(values)
    match values.shape:
        case ():
            written = number(values.item())
        case (_,):
            written = row(values)
        case (1, _, _):
            return compact(values[0])
        case (_, _, _):
            written = stack(values)
        case (rows, 1) if rows > 1:
            return f"{compact(values.ravel())}^{{\\top}}"
        case (rows, columns) if rows > MAX_ROWS:
            top = matrix(values[:SHOWN_ROWS])
            return rf"\written{{{top}}}\,\ldots\,({rows} \times {columns})"
        case _:
            written = matrix(values)
    return rf"\written{{{written}}}"


def points(value: Fraction | None) -> str:
    """Points in quarters; a dash where no rule gives any.

    >>> points(Fraction(3, 2)), points(Fraction(2)), points(None)
    ('1.5', '2', '--')
    """
    return "--" if value is None else f"{float(value):g}"


def indexed(rows: Array) -> str:
    r"""A matrix with its row indices at the left and its column indices on top.

    >>> import numpy as np
    >>> print(indexed(np.array([[-5, 6], [7, 8]])))
    \indexed{0 & 1}{0 \\ 1}{-5}{%
    -5 & 6 \\
    7 & 8
    }
    """
    top = " & ".join(map(str, range(rows.shape[1])))
    left = r" \\ ".join(map(str, range(rows.shape[0])))
    widest = max((number(cell) for row in rows for cell in row), key=_width)
    return f"\\indexed{{{top}}}{{{left}}}{{{widest}}}{{%\n{_cells(rows)}\n}}"


def table(symbols: Sequence[Symbol], shape: Sequence[int]) -> str:
    r"""Symbols in row-major order as a matrix of a shape.

    >>> print(table([Symbol("K", (0, 0)), Symbol("K", (0, 1))], (1, 2)))
    \begin{entries}
    K_{00} & K_{01}
    \end{entries}
    """
    columns = shape[1]
    return matrix([symbols[start : start + columns] for start in range(0, len(symbols), columns)])


def partials(of: Sequence[Symbol], by: Sequence[Symbol]) -> str:
    r"""The format of a Jacobian: ∂of/∂by, a row per ``of``, a column per ``by``.

    >>> print(partials([Symbol("L")], [Symbol("H", (i,)) for i in range(9)]))
    \begin{partials}
    \frac{\partial \mathcal{L}}{\partial H_{0}} & \frac{\partial \mathcal{L}}{\partial H_{1}} & \cdots & \frac{\partial \mathcal{L}}{\partial H_{8}}
    \end{partials}
    """  # noqa: E501 - a doctest shows the line as it is
    lines = [" & ".join(_abbreviated([symbol(Partial(o, b)) for b in by], r"\cdots")) for o in of]
    dots = " & ".join(_abbreviated([r"\vdots"] * len(by), r"\ddots"))
    body = " \\\\\n".join(_abbreviated(lines, dots))
    return f"\\begin{{partials}}\n{body}\n\\end{{partials}}"


def gradient(by: Sequence[Symbol]) -> str:
    """The format of the gradient of a loss: ∂L/∂by, in a row."""
    return partials([LOSS], by)


def sums(steps: Sequence[Sum]) -> str:
    r"""Each quantity as its sum of products, then of their values, then the total.

    >>> print(sums([Sum(Symbol("H", (0,)), ((1, 2), (-1, 0)), 2)]))
    \begin{sums}
    H_{0} &= 1 \cdot 2 + (-1) \cdot 0 = 2 + 0 = 2
    \end{sums}
    """
    return "\\begin{sums}\n" + " \\\\\n".join(map(_sum, steps)) + "\n\\end{sums}"


def linear(coefficients: Array, symbols: Sequence[Symbol]) -> str:
    r"""A linear combination, zero coefficients left out, over lines where it is long.

    >>> import numpy as np
    >>> linear(np.array([0, 1, -2]), [Symbol("H", (i,)) for i in range(3)])
    'H_{1} - 2 H_{2}'
    """
    terms = [
        f"{number(c).removesuffix('1') if abs(c) == 1 else number(c)} {symbol(name)}".strip()
        for c, name in zip(coefficients, symbols, strict=True)
        if c
    ]
    lines = _wrapped(terms or ["0"], LINE - OVERHANG)
    if len(lines) == 1:
        return lines[0].replace("- ", "-", 1) if lines[0].startswith("-") else lines[0]
    body = " \\\\\n&".join(lines)
    return f"\\begin{{aligned}}[t]\n&{body}\n\\end{{aligned}}"


def inline(value: Symbol | Partial) -> str:
    r"""A symbol, or a derivative written on one line, which keeps the distance of lines.

    >>> inline(Partial(Symbol("L"), Symbol("K", (0, 1))))
    '\\partial \\mathcal{L} / \\partial K_{01}'
    """
    if isinstance(value, Partial):
        return rf"\partial {symbol(value.of)} / \partial {symbol(value.by)}"
    return symbol(value)


def marked(latex: str, name: str, form: str = "") -> str:
    r"""A quantity as the reader of the finished page finds it again, by its name and form.

    What has no form is read as text.

    >>> marked(FILTERS["number"](-3), "total"), marked("is not", "symmetric")
    ('\\marked{total:number}{-3}', '\\marked{symmetric}{is not}')
    """
    form = form or getattr(latex, "form", "")
    return f"\\marked{{{name}{':' if form else ''}{form}}}{{{latex}}}"


def constant(latex: str, name: str) -> str:
    r"""A marked quantity of a sentence that is the same in all variants of an exam.

    >>> constant(FILTERS["number"](2), "stride")
    '\\constant{stride:number}{2}'
    """
    return "\\constant" + marked(latex, name).removeprefix("\\marked")


def marked_each(latex: str, name: str, place: int) -> str:
    r"""One of several quantities, with its place behind the name.

    >>> marked_each(FILTERS["number"](7), "K", 0)
    '\\marked{K0:number}{7}'
    """
    return marked(latex, f"{name}{place}")


def plain_part(value: Any, point: str, said: Callable[[str], str]) -> str:
    """A number, a symbol, a word, or several, as text on one line."""
    if isinstance(value, str):
        return f"${value}$" if value in SIGNS else word(said(value))
    if isinstance(value, Sequence):
        return "$,\\;$".join(plain_part(each, point, said) for each in value)
    if isinstance(value, Symbol):
        return f"${symbol(value)}$"
    return f"${decimal(value, point) if ends(value) else Fraction(value)}$"


SIGNS = frozenset("+-0?")


def signs(rows: Sequence[Sequence[str]]) -> str:
    r"""Signs in rows: plus, minus, zero, or a question mark.

    >>> print(signs([["+", "?"]]))
    \begin{entries}
    + & ?
    \end{entries}
    """
    cells = " \\\\\n".join(" & ".join(row) for row in rows)
    return f"\\begin{{entries}}\n{cells}\n\\end{{entries}}"


FORMS: dict[Filter, str] = {
    number: "number",
    pair: "numbers",
    by: "shape",
    matrix: "matrix",
    indexed: "indexed",
    stack: "matrices",
    row: "row",
    product: "product",
    logarithms: "logarithms",
    symbol: "index",
    inline: "index",
    linear: "linear",
}
FILTERS: dict[str, Filter] = {
    **{filter_.__name__: Latex.of(form, filter_) for filter_, form in FORMS.items()},
    "symbols": Latex.of("words", matrix),
    "signs": Latex.of("words", signs),
    "curve": Latex.of("curve", curve),
    "ticks": ticks,
    **{
        filter_.__name__: filter_
        for filter_ in (
            or_dash,
            word,
            factor,
            table,
            partials,
            gradient,
            sums,
            marked,
            constant,
            marked_each,
        )
    },
}


def filters(point: str = ".", said: Callable[[str], str] = str) -> dict[str, Filter]:
    """All filters, for a language with this decimal sign and these words."""
    own = {
        "decimal": Latex.of("number", lambda value: decimal(value, point)),
        "decimals": Latex.of("row", lambda values: _decimals([values], point)),
        "decimal_matrix": Latex.of("matrix", lambda rows: _decimals(rows, point)),
        "signed": Latex.of("number", lambda value: signed(value, point)),
    }

    def couple(values: Sequence[Any]) -> str:
        """Two things, of which the second is a word."""
        first, second = (plain_part(value, point, said) for value in values)
        return rf"\text{{{first}, {second}}}"

    def spoken(words: Sequence[str]) -> str:
        """Words one after another."""
        return ", ".join(word(said(each)) for each in words)

    def plainly(value: Any) -> str:
        """A number as text on one line."""
        return plain_part(value, point, said)

    known = FILTERS | own | {"plainly": plainly}
    known |= {"couple": Latex.of("couple", couple), "spoken": spoken}

    def choices(values: Sequence[Any], name: str, form: str = "decimal") -> str:
        """Answers to choose from, by letter, each marked with a name and its letter."""
        marks = [
            rf"\choice{{{letter}}}{{{marked(known[form](value), f'{name}_{letter}')}}}"
            for letter, value in zip("ABCD", values, strict=False)
        ]
        if form in ("row", "couple"):
            return rf"\twobytwo{{{'}{'.join(marks)}}}"
        return r"\steady " + r" \qquad ".join(marks)

    return known | {"choices": choices}


def _decimals(rows: Sequence[Sequence[Any]], point: str) -> str:
    """A matrix of decimals."""
    cells = " \\\\\n".join(" & ".join(decimal(each, point) for each in row) for row in rows)
    return f"\\begin{{entries}}\n{cells}\n\\end{{entries}}"


def _cells(rows: Array | Sequence[Sequence[Any]]) -> str:
    lists = rows.tolist() if isinstance(rows, np.ndarray) else rows
    return " \\\\\n".join(" & ".join(map(symbol, cells)) for cells in lists)


def _abbreviated(parts: list[str], dots: str) -> list[str]:
    return parts if len(parts) <= MAX_FORMAT else [*parts[:2], dots, parts[-1]]


def _sum(step: Sum) -> str:
    room = LINE - (4.6 if isinstance(step.target, Partial) else 3.0)
    products = [_product(factors) for factors in step.products]
    values = [number(value) for value in step.values]
    target, total = inline(step.target), number(step.total)
    plain = products == values
    ways = [] if plain else [_joined(products)]
    ways += [_joined(values)] if plain or len(values) > 1 else []
    ways.append(total)
    line = " = ".join(ways)
    if _width(line) <= room:
        return f"{target} &= {line}"
    onwards = " \\\\*\n&\\qquad "
    first = onwards.join(_wrapped(products, room - OVERHANG))
    if plain:
        return f"{target} &= {first} = {total}"
    second = onwards.join(_wrapped(values, room - OVERHANG))
    return f"{target} &= {first} \\\\*\n&= {second} = {total}"


def _product(factors: Sequence[int]) -> str:
    if len(factors) == 1:
        return number(factors[0])
    return r" \cdot ".join(map(factor, factors))


def _joined(terms: Sequence[str]) -> str:
    return "".join([terms[0], *map(_signed, terms[1:])])


def _signed(term: str) -> str:
    return f" - {term[1:]}" if term.startswith("-") else f" + {term}"


def _wrapped(terms: Sequence[str], room: float) -> list[str]:
    """Terms joined by signs, in lines that fit."""
    lines = [terms[0]]
    for term in map(_signed, terms[1:]):
        if _width(lines[-1] + term) > room:
            lines.append(term.strip())
        else:
            lines[-1] += term
    return lines


def _width(latex: str) -> float:
    return sum(_EM.get(glyph, 0.5) for glyph in latex.replace(r"\cdot", "·"))
