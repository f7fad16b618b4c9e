"""What templates get to see: numbers, texts, tables of them, and views of a few attributes.

Nothing that they get has a method to call, leads to a module, or can be changed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from worksheetgen.problems.base import Problem
from worksheetgen.problems.steps import Partial, Sum, Symbol

PLAIN = (str, int, Fraction, Symbol, Partial, Sum)
"""What is seen as it is; of symbols and sums, filters alone know the inside."""


class Table(tuple[Any, ...]):
    """Entries, or rows of them, which may be taken by several indices at once.

    >>> table = plain(np.array([[1, 2], [3, 4]]))
    >>> table[1, 0], table.shape, table == ((1, 2), (3, 4))
    (3, (2, 2), True)
    """

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        inner = self[0].shape if self and isinstance(self[0], Table) else ()
        return (len(self), *inner)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, tuple):
            return super().__getitem__(place)
        found: Any = self
        for index in place:
            found = found[index]
        return found


class View:
    """Attributes by name, each looked up when it is asked for."""

    __slots__ = ("_found", "_get", "_names")

    def __init__(self, names: Iterable[str], get: Callable[[str], Any]) -> None:
        self._names = frozenset(names)
        self._get = get
        self._found: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise AttributeError(name)
        if name not in self._found:
            self._found[name] = plain(self._get(name))
        return self._found[name]


def plain(value: Any) -> Any:
    """A value as templates see it.

    Raises:
        TypeError: it is of a kind that they do not see.
    """
    if value is None or isinstance(value, PLAIN):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return Table(map(plain, value))
    if isinstance(value, Mapping):
        return View(value, value.__getitem__)
    if is_dataclass(value):
        return View((field.name for field in fields(value)), lambda name: getattr(value, name))
    raise TypeError(f"templates do not see a {type(value).__name__}")


def problem_view(problem: Problem) -> View:
    """The givens of a problem, and what else its texts may say."""
    return View(problem.given_names().union(problem.texts), lambda name: getattr(problem, name))
