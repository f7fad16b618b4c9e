"""Exact numbers, integers and fractions, in the forms that others take them in."""

from fractions import Fraction
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array


def exact(number: Fraction | int) -> int | str:
    """A rational number as the manifest keeps it.

    >>> exact(Fraction(2)), exact(Fraction(3, 2))
    (2, '3/2')
    """
    return int(number) if number.denominator == 1 else str(number)


def as_json(values: Any) -> Any:
    """An array, or a nested list, as lists of what JSON knows.

    >>> as_json(np.array([[Fraction(1, 2), 3]]))
    [['1/2', 3]]
    """
    if isinstance(values, np.ndarray | np.generic):
        values = values.tolist()
    if isinstance(values, list | tuple):
        return [as_json(value) for value in values]
    return exact(values) if isinstance(values, Fraction) else values


def from_json(values: Any) -> Array:
    """The array that lists of what JSON knows stand for.

    >>> from_json([["1/2", 3]]).tolist()
    [[Fraction(1, 2), 3]]
    """
    if isinstance(values, list):
        entries = [from_json(value) for value in values]
        return np.array([entry.tolist() for entry in entries], dtype=_kind(entries))
    exact_ = Fraction(values) if isinstance(values, str) else values
    return np.array(exact_, dtype=object if isinstance(exact_, Fraction) else np.int64)


def _kind(entries: list[Array]) -> Any:
    return object if any(entry.dtype == object for entry in entries) else np.int64


def as_integers(numbers: Any) -> Array:
    """The same for the same numbers, in integers: fractions become numerator and denominator.

    >>> as_integers(np.array([Fraction(1, 2), 3])).tolist()
    [[1, 2], [3, 1]]
    """
    values: Array = np.asarray(numbers)
    if values.dtype != object:
        return values
    parts = [(number.numerator, number.denominator) for number in values.flat]
    return np.array(parts, dtype=np.int64).reshape(*values.shape, 2)
