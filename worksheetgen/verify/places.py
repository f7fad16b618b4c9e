"""Walk a variant's record, naming each place as messages and reports do."""

import importlib
import pkgutil
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from worksheetgen.errors import OutputError
from worksheetgen.manifest import Record
from worksheetgen.verify import reference
from worksheetgen.verify.solver import Solver

UNSOLVABLE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What the reference arithmetic raises on givens that are none."""
LETTERS = ("Lu", "Ll", "Lt", "Lo", "Nd")
SAME_GLYPH = str.maketrans({"Đ": "Ð", "ı": "i", "ȷ": "j"})
"""Letters that the fonts print with the glyph of another, or compose from one without its dot."""
NOTHING = "nothing"
"""What stands where something is missing."""


def tasks(variant: Record) -> Iterator[tuple[str, Record]]:
    """Each task with its place, such as ``001, task 3``."""
    for task in variant["tasks"]:
        yield f"{variant['variant']}, task {task['number']}", task


def parts(variant: Record) -> Iterator[tuple[str, Record]]:
    """Each part with its place, such as ``001, task 3, (a)``."""
    for place, task in tasks(variant):
        for part in task["parts"]:
            yield f"{place}, ({part['label']})", part


def items(variant: Record) -> Iterator[tuple[str, Record, Record]]:
    """Each item with its place, such as ``001, task 3, (a), i. forward``, and its part."""
    for place, part in parts(variant):
        for item in part["items"]:
            yield f"{place}, {item['label']}. {item['item']}", part, item


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


def statements(variant: Record, *, answers: bool) -> dict[str, Any]:
    """What a sheet must print, by place: numbers, points, givens, and answers if so asked.

    Answers are put in the form in which the page shows them, unless they were read from it.
    """
    said: dict[str, Any] = {"variant": variant["variant"]}
    for place, task in tasks(variant):
        said |= {f"{place}, number": task["number"], f"{place}, points": task["points"]}
        said[f"{place}, title"] = letters(task["title"])
    for place, part in parts(variant):
        solver = reference_of(part["problem"])
        asked = [solver.ITEM_GIVENS.get(item["item"], {}) for item in part["items"]]
        given = attempt(solver.derived, part["given"], otherwise={}) | part["given"]
        for name in [*solver.PART_GIVENS, *(name for readers in asked for name in readers)]:
            said[f"{place}, {name}"] = given.get(name, NOTHING)
    for place, part, item in items(variant):
        said[f"{place}, points"] = item["points"]
        if answers:
            said[f"{place}, answer"] = printed_answer(part, item)
            steps = reference_of(part["problem"]).steps
            own = item.get("steps")
            repeated = attempt(steps, item["item"], part["given"], otherwise={})
            for name, value in (repeated if own is None else own).items():
                said[f"{place}, {name}"] = value
    return said


def attempt(function: Callable[..., Any], *arguments: Any, otherwise: Any) -> Any:
    """What a reference function says of givens, which may be none."""
    try:
        return function(*arguments)
    except UNSOLVABLE:
        return otherwise


def letters(title: str) -> str:
    """The plain letters and digits of a title, which fonts do not compose from parts."""
    return "".join(c for c in unicodedata.normalize("NFD", title) if c.isascii() and c.isalnum())


def unmarked(name: str) -> str:
    """The letters and digits of a name, without marks that fonts may compose letters with.

    >>> unmarked("Maeve O'Neill, Łucja Żak")
    'MaeveONeillŁucjaZak'
    """
    parts = unicodedata.normalize("NFKD", name).translate(SAME_GLYPH)
    return "".join(c for c in parts if unicodedata.category(c) in LETTERS)


def printed_answer(part: Record, item: Record) -> Any:
    """An item's answer in the form in which the page shows it; a text says why there is none."""
    answer = item.get("answer", NOTHING)
    if answer == NOTHING or isinstance(answer, dict):
        return answer
    try:
        printed = reference_of(part["problem"]).as_printed(item["item"], answer, part["given"])
        return side_by_side(printed) if _is_stack(printed) else printed
    except UNSOLVABLE as error:
        return f"none: {type(error).__name__}: {error}"


def side_by_side(matrices: list[list[list[Any]]]) -> list[list[Any]]:
    """Matrices of as many rows each, as a line of text shows them.

    >>> side_by_side([[[1], [2]], [[3], [4]]])
    [[1, 3], [2, 4]]
    """
    return [[entry for row in rows for entry in row] for rows in zip(*matrices, strict=True)]


def _is_stack(answer: Any) -> bool:
    return (
        isinstance(answer, list) and isinstance(answer[0], list) and isinstance(answer[0][0], list)
    )
