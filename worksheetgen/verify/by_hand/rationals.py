"""Exact fractions as the manifest writes them: integers, or text such as ``"3/4"``."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any


def said(value: Any) -> Any:
    """A number, or nested lists of them, as the manifest writes it.

    >>> said([Fraction(3, 4), Fraction(2)])
    ['3/4', 2]
    """
    if isinstance(value, list):
        return [said(entry) for entry in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value


def meant(value: Any) -> Any:
    """What is meant by it.

    >>> meant(["3/4", 2])
    [Fraction(3, 4), 2]
    """
    if isinstance(value, list):
        return [meant(entry) for entry in value]
    return Fraction(value) if isinstance(value, str) else value


def decimal(value: int | str) -> str:
    """A number as a decimal, if it ends after four places; a word as it is.

    >>> decimal("-1/40"), decimal("1/3"), decimal("rises")
    ('-0.025', '1/3', 'rises')
    """
    if not isinstance(value, str) or "/" not in value or (10_000 * Fraction(value)).denominator > 1:
        return str(value)
    return f"{float(Fraction(value)):.12g}"


def total(points: Iterable[int | str]) -> int | str:
    """What they come to.

    >>> total([2, "1/2"]), total([])
    ('5/2', 0)
    """
    whole = sum(map(Fraction, points), Fraction(0))
    return whole.numerator if whole.denominator == 1 else str(whole)


def flattened(value: Any) -> list[Any]:
    """The entries of nested lists in order; a number by itself is one entry.

    >>> flattened([[1, 2], [3]]), flattened(4)
    ([1, 2, 3], [4])
    """
    if not isinstance(value, list):
        return [value]
    return [entry for inner in value for entry in flattened(inner)]
