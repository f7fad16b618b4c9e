"""From the glyphs of a quantity to its value: numbers, matrices, linear terms, words.

Nothing here knows what should stand there. Where glyphs do not form the quantity, cell by cell,
reading fails; it never guesses.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.page import Glyph

Glyphs = Sequence[Glyph]
Reader = Callable[[Glyphs], Any]


DIGITS = r"(?:0|[1-9][0-9]{0,17})"
"""A number, written in one way; no exam has one of more digits."""
BETWEEN_MATRICES = 2.2
"""Heights of a digit that lie between two matrices at least, and between columns at most."""


class UnreadableError(ValueError):
    """The glyphs do not form the quantity."""


class Token(NamedTuple):
    """Glyphs that stand together, such as -12 or 3/4."""

    text: str
    box: Box


def number(glyphs: Glyphs) -> int | str:
    """An integer, or a fraction as ``"3/4"``."""
    return _number(_only([token for line in _lines(glyphs) for token in line]).text)


def text(glyphs: Glyphs) -> str:
    """All glyphs from left to right, line by line, without spaces."""
    return "".join(token.text for line in _lines(glyphs) for token in line)


def line(glyphs: Glyphs) -> str:
    """The glyphs of a line from left to right, however high signs such as ^ stand on it.

    That they stand on one line, whoever reads the page has seen.
    """
    if not glyphs:
        raise UnreadableError("nothing is printed")
    return "".join(glyph.character for glyph in sorted(glyphs, key=lambda glyph: glyph.box.left))


def matrix(glyphs: Glyphs) -> list[list[int | str]]:
    """Rows of numbers whose columns end at the same place."""
    lines = _lines(glyphs)
    if len({len(line) for line in lines}) != 1:
        raise UnreadableError(f"rows of {[len(line) for line in lines]} entries")
    for column in zip(*lines, strict=True):
        edges = [token.box.right for token in column]
        if max(edges) - min(edges) > 0.4 * max(token.box.height for token in column):
            raise UnreadableError(f"the column {[token.text for token in column]} is not aligned")
    return [[_number(token.text) for token in line] for line in lines]


def matrices(glyphs: Glyphs) -> list[list[list[int | str]]]:
    """Matrices side by side: more room stands between two of them than between columns."""
    lines = _lines(glyphs)
    rows = matrix(glyphs)
    height = max(token.box.height for line in lines for token in line)
    starts = [0]
    for n, (left, right) in enumerate(pairwise(zip(*lines, strict=True)), start=1):
        gap = min(token.box.left for token in right) - max(token.box.right for token in left)
        if gap > BETWEEN_MATRICES * height:
            starts.append(n)
    bounds = pairwise([*starts, len(rows[0])])
    return [[line[start:stop] for line in rows] for start, stop in bounds]


def row(glyphs: Glyphs) -> list[int | str]:
    """A matrix of a single row."""
    rows = matrix(glyphs)
    return list(_only(rows))


def indexed(glyphs: Glyphs) -> list[list[int | str]]:
    """A matrix with column indices on top and row indices at the left, which must count from 0."""
    top, *lines = _lines(glyphs)
    left = [line[0].text for line in lines]
    if [token.text for token in top] != [str(n) for n in range(len(top))]:
        raise UnreadableError(f"column indices {[token.text for token in top]}")
    if left != [str(n) for n in range(len(left))]:
        raise UnreadableError(f"row indices {left}")
    cells = [glyph for glyph in glyphs if glyph.box.left > max(line[0].box.right for line in lines)]
    rows = matrix(cells)
    if rows[0] != list(range(len(top))):
        raise UnreadableError("column indices do not stand above their columns")
    if len(rows) != 1 + len(left):
        raise UnreadableError("row indices do not stand beside their rows")
    return rows[1:]


def numbers(glyphs: Glyphs) -> list[int]:
    """Two different numbers in parentheses, or one that stands for two."""
    found = text(glyphs)
    if re.fullmatch(DIGITS, found):
        return [int(found)] * 2
    parts = re.fullmatch(rf"\(({DIGITS}),({DIGITS})\)", found)
    if parts is None or parts[1] == parts[2]:
        raise UnreadableError(f"no pair: {found!r}")
    return [int(parts[1]), int(parts[2])]


def logarithms(glyphs: Glyphs) -> list[int]:
    """What stands under the logarithms of a row."""
    (tokens,) = _lines(glyphs)
    found = " ".join(token.text for token in tokens).replace("ln ", "ln").split()
    if not all(re.fullmatch(rf"0|ln{DIGITS}", each) for each in found) or "ln1" in found:
        raise UnreadableError(f"no logarithms: {found!r}")
    return [1 if each == "0" else int(each.removeprefix("ln")) for each in found]


def shape(glyphs: Glyphs) -> list[int]:
    """Rows × columns, or more sizes."""
    found = text(glyphs)
    if not re.fullmatch(rf"{DIGITS}(×{DIGITS})+", found):
        raise UnreadableError(f"no shape: {found!r}")
    return [int(part) for part in found.split("×")]


def product(glyphs: Glyphs) -> list[int]:
    """Factors."""
    found = text(glyphs)
    if not re.fullmatch(rf"{DIGITS}(·{DIGITS})+", found):
        raise UnreadableError(f"no product: {found!r}")
    return [int(part) for part in found.split("·")]


def words(glyphs: Glyphs) -> list[list[str]]:
    """A matrix of symbols, as they are printed."""
    return [[token.text for token in line] for line in _lines(glyphs)]


def column(glyphs: Glyphs) -> list[str]:
    """Words below one another."""
    return [cell for line in words(glyphs) for cell in line]


def cells(glyphs: Glyphs) -> list[list[int]]:
    """Rows of numbers, a dash for none."""
    found = [["0" if cell == "–" else cell for cell in line] for line in words(glyphs)]
    if not all(re.fullmatch(DIGITS, cell) for line in found for cell in line):
        raise UnreadableError(f"no table of numbers: {found}")
    return [[int(cell) for cell in line] for line in found]


def index(glyphs: Glyphs) -> list[int]:
    """The index of a symbol such as K₀₁, or of what a derivative is taken by."""
    parts = re.fullmatch(r"(?:∂L/∂)?[A-Z](\d+)", text(glyphs))
    if parts is None:
        raise UnreadableError(f"no symbol: {text(glyphs)!r}")
    return [int(digit) for digit in parts[1]]


def linear(glyphs: Glyphs) -> dict[tuple[int, ...], int]:
    """A linear combination such as H₁ + 2H₂: the coefficient of each index."""
    letters = [glyph for glyph in glyphs if glyph.character == "H"]
    if not letters:
        raise UnreadableError(f"no linear combination: {text(glyphs)!r}")
    full = max(letter.box.height for letter in letters)
    lines: list[float] = []
    for middle in sorted((letter.box.middle for letter in letters), reverse=True):
        if not lines or lines[-1] - middle > full:
            lines.append(middle)

    def place(glyph: Glyph) -> tuple[int, float]:
        distances = [abs(line - glyph.box.middle) for line in lines]
        return distances.index(min(distances)), glyph.box.left

    found = "".join(
        f"_{g.character}" if g.character.isdigit() and g.box.height < 0.85 * full else g.character
        for g in sorted(glyphs, key=place)
    )
    terms = re.findall(r"([+-]?)(\d{0,18})H((?:_\d){1,9})", found)
    if found != "".join(f"{sign}{size}H{subscript}" for sign, size, subscript in terms) or len(
        terms
    ) != len({subscript for _, _, subscript in terms}):
        raise UnreadableError(f"no linear combination: {found!r}")
    return {
        tuple(int(digit) for digit in subscript[1::2]): int(f"{sign}{size or 1}")
        for sign, size, subscript in terms
    }


def couple(glyphs: Glyphs) -> list[int | str]:
    """Two things with a comma between them: the first a number, a symbol or a word."""
    first, comma, second = text(glyphs).rpartition(",")
    if not comma:
        raise UnreadableError(f"no couple: {text(glyphs)!r}")
    try:
        return [_number(first), second]
    except UnreadableError:
        return [first, second]


def written(glyphs: Glyphs) -> Any:
    """What a row of the marking key shows: a linear combination, words, or a matrix."""
    characters = {glyph.character for glyph in glyphs}
    if "H" in characters:
        return linear(glyphs)
    if "×" in characters:
        return [shape(glyphs)]
    if any(character.isalpha() for character in characters):
        return "".join(glyph.character for glyph in glyphs).replace(",", ".")
    return matrix(glyphs)


QUANTITIES: Mapping[str, Reader] = {
    reader.__name__: reader
    for reader in (
        *(number, text, matrix, matrices, row, indexed, numbers, shape, product),
        *(words, column, cells, index, linear, logarithms, couple),
    )
}
"""By the form that a quantity's mark names."""


def points(glyphs: Glyphs) -> int | str | None:
    """Points in quarters, ``"3/2"`` for 1.5; None for a dash."""
    found = "".join(glyph.character for glyph in glyphs)
    if found == "–":
        return None
    if re.fullmatch(rf"{DIGITS}([.,](25|5|75))?", found) is None:
        raise UnreadableError(f"no points: {found!r}")
    value = Fraction(found.replace(",", "."))
    return value.numerator if value.denominator == 1 else str(value)


def _number(token: str) -> int | str:
    if re.fullmatch(rf"-?{DIGITS}", token):
        return int(token)
    if re.fullmatch(rf"[+-]?{DIGITS}/{DIGITS}", token):
        return token.removeprefix("+")
    if re.fullmatch(rf"[+-]?{DIGITS}([.,][0-9]{{0,3}}[1-9])?", token):
        value = Fraction(token.replace(",", "."))
        return value.numerator if value.denominator == 1 else str(value)
    raise UnreadableError(f"no number: {token[:40]!r}")


def _only(values: Sequence[Any]) -> Any:
    if len(values) != 1:
        raise UnreadableError(f"expected one, found {len(values)}")
    return values[0]


def _lines(glyphs: Glyphs) -> list[list[Token]]:
    """Tokens from left to right, in lines from top to bottom."""
    units = _units([glyph for glyph in glyphs if glyph.character not in "[]"])
    if not units:
        raise UnreadableError("nothing is printed")
    height = max(unit.box.height for unit in units)
    return [_joined(line, height) for line in _in_lines(units, height)]


def _units(glyphs: Glyphs) -> list[Token]:
    """Single glyphs, and fractions whole."""
    units = [Token(glyph.character, glyph.box) for glyph in glyphs if not glyph.role]
    tops, bottoms = (_halves(glyphs, role) for role in ("over", "under"))
    if len(tops) != len(bottoms):
        raise UnreadableError("a fraction without its other half")
    for top in tops:
        below = [b for b in bottoms if b.box.middle < top.box.middle and _beside(top.box, b.box)]
        if not below:
            raise UnreadableError(f"{top.text} stands over nothing")
        bottom = max(below, key=lambda half: half.box.middle)
        bottoms.remove(bottom)
        units.append(Token(f"{top.text}/{bottom.text}", around([top.box, bottom.box])))
    return units


def _halves(glyphs: Glyphs, role: str) -> list[Token]:
    """The upper or the lower halves of fractions, from top to bottom and left to right."""
    halves_ = [Token(glyph.character, glyph.box) for glyph in glyphs if glyph.role == role]
    height = max((half.box.height for half in halves_), default=0.0)
    return [token for line in _in_lines(halves_, height) for token in _joined(line, height)]


def _in_lines(units: Sequence[Token], height: float) -> list[list[Token]]:
    """Units from top to bottom, those of a line from left to right."""
    lines: list[list[Token]] = []
    for unit in sorted(units, key=lambda unit: -unit.box.middle):
        if lines and lines[-1][0].box.middle - unit.box.middle < 0.6 * height:
            lines[-1].append(unit)
        else:
            lines.append([unit])
    return [sorted(line, key=lambda unit: unit.box.left) for line in lines]


def _beside(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right


def _joined(units: Sequence[Token], height: float) -> list[Token]:
    """Neighbours closer than an entry's distance are one token."""
    tokens: list[Token] = []
    for unit in units:
        if tokens and unit.box.left - tokens[-1].box.right < 0.45 * height:
            last = tokens.pop()
            tokens.append(Token(last.text + unit.text, around([last.box, unit.box])))
        else:
            tokens.append(unit)
    return tokens
