"""From what questions have to what manifests and texts have, and back."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.exact import as_json
from worksheetgen.problems.offers import LETTERS
from worksheetgen.problems.signs.question import (
    MISSING,
    Answer,
    Numbers,
    Question,
    arranged,
    codes,
    named,
)
from worksheetgen.problems.steps import Symbol


def recorded(question: Question, answer: Array) -> Any:
    """An answer as JSON: a letter, or its parts by name."""
    if np.ndim(answer) == 0:
        return LETTERS[int(answer)]
    found = named(question.parts, np.asarray(answer).tolist())
    rows = {part.name: part for part in question.parts}
    return {name: in_json(arranged(rows[name], value)) for name, value in found.items()}


def objects(rows: Sequence[Any]) -> Array:
    """Numbers of any kind in an array."""
    return np.array(rows, dtype=object)


def coded(question: Question, g: Numbers) -> list[list[Any]]:
    """All values that may be offered, in numbers; nothing where there is none."""
    values = question.values(g)
    size = len(codes(question.offered, values[0] or ()))
    return [
        [MISSING] * size if value is None else codes(question.offered, value) for value in values
    ]


def printed(question: Question, value: Answer) -> Any:
    """A choice as texts print it: rows, a couple, or one thing."""
    found = [
        [each] if part.rows == 1 else arranged(part, each)
        for part, each in zip(question.offered, value, strict=True)
        if each is not None
    ]
    return found[0] if len(found) == 1 else tuple(found)


def offered_in(question: Question, g: Numbers) -> list[Answer]:
    values = question.values(g)
    return [value for number in g["order"] if (value := values[number]) is not None]


def couple(value: Any) -> Any:
    """Symbols of a couple by their letters and digits, as a page shows them."""
    if not isinstance(value, tuple) or not isinstance(value[0], Symbol):
        return value
    return (f"{value[0].letter}{''.join(map(str, value[0].index))}", *value[1:])


def in_json(value: Any) -> Any:
    """A given or a part of an answer as JSON; of a symbol its indices."""
    return list(value.index) if isinstance(value, Symbol) else as_json(value)


def meant_by(question: Question, key: str, given: Mapping[str, Any]) -> Any:
    """A given as a question has it, from its JSON."""
    value = given.get(f"{question.given}_{key}")
    if key in question.entries:
        return None if value is None else Symbol(question.letter, tuple(value))
    return _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_number, value))
    is_number = isinstance(value, int) or (isinstance(value, str) and "/" in value)
    return Fraction(value) if is_number else value


def ordered(question: Question, g: Numbers, offered: Sequence[Any]) -> Numbers:
    """The givens with what the choices tell: which value stands where."""
    g = g | question.hidden(g, [_number(value) for value in offered])
    known = [
        None if value is None else in_json(couple(printed(question, value)))
        for value in question.values(g)
    ]
    return g | {"order": tuple(map(known.index, offered))}


def count(value: Any) -> int:
    """How many numbers and words a given has."""
    return sum(map(count, value)) if isinstance(value, tuple) else 1
