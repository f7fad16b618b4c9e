"""The problem types: every module of this package that defines a ``Problem`` with items is one.

They are found by walking the package; there is no list to edit. A type has the name of its module.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from worksheetgen.problems.base import Problem


def problem_type(name: str) -> type[Problem]:
    """The problem type of a name, with no other one loaded for it.

    Raises:
        KeyError: there is none.

    >>> problem_type("convolution").name
    'convolution'
    """
    if name in _modules():
        importlib.import_module(f"{__name__}.{name}")
        for kind in _asking(Problem):
            if kind.name == name:
                return kind
    raise KeyError(name)


@cache
def problem_types() -> Mapping[str, type[Problem]]:
    """Problem types by name, in alphabetical order.

    >>> "convolution" in problem_types()
    True
    """
    for name in _modules():
        importlib.import_module(f"{__name__}.{name}")
    return MappingProxyType({kind.name: kind for kind in sorted(_asking(Problem), key=_name)})


@cache
def _modules() -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(__path__))


def _asking(base: Any) -> Iterator[type[Problem]]:
    """The classes below a base that have items, and none below them."""
    for kind in base.__subclasses__():
        if kind.items and not kind.__subclasses__():
            yield kind
        yield from _asking(kind)


def _name(kind: type[Problem]) -> str:
    return kind.name
