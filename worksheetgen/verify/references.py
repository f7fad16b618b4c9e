"""The reference arithmetic of each problem type, and what it says of givens that may be none."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

from worksheetgen.errors import OutputError
from worksheetgen.verify import reference
from worksheetgen.verify.solver import Solver

UNSOLVABLE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What the reference arithmetic raises on givens that are none."""
NOTHING = "nothing"
"""What stands where something is missing."""


@cache
def reference_of(problem: str) -> Any:
    """The module of a problem type's reference arithmetic.

    Raises:
        OutputError: there is none.
    """
    if problem not in _problems():
        raise OutputError(f"no reference arithmetic for the problem type {problem!r}")
    return Solver(importlib.import_module(f"{reference.__name__}.{problem}"))


def every_reference() -> list[Any]:
    return [reference_of(problem) for problem in sorted(_problems())]


@cache
def _problems() -> frozenset[str]:
    return frozenset(m.name for m in pkgutil.iter_modules(reference.__path__))


def attempt(function: Callable[..., Any], *arguments: Any, otherwise: Any) -> Any:
    """What a reference function says of givens, which may be none."""
    try:
        return function(*arguments)
    except UNSOLVABLE:
        return otherwise
