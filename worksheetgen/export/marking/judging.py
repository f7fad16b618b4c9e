"""Typed answers of an exam, marked by its key: what is given, what it was, what a person must see.

A right answer earns all; what follows rightly from the own recognised error before earns all; a
known error what it keeps. The best single one of these counts, never a sum. What follows rightly
from an answer that is no known error is proposed to a person and not given: whoever writes nines
all over and goes on correctly must not earn the marks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from worksheetgen.export.marking.typed import is_readable, is_said, letters_of, readings
from worksheetgen.problems import problem_type
from worksheetgen.problems.items import Answers
from worksheetgen.typeset.language import Vocabulary
from worksheetgen.variants.manifest import OWN, RIGHT_ROW, ItemRecord, PartRecord
from worksheetgen.variants.marking import FOLLOWED, OR, TOO_LITTLE, UNLESS

NONE = Fraction(0)


@dataclass(frozen=True)
class Judged:
    """What an answer earns, and why."""

    points: Fraction
    row: str = ""
    """The row of the key; empty: none."""
    happened: str = ""
    flag: str = ""
    """Why a person must look at it; empty: nobody must."""


def judge(
    part: PartRecord, said: Mapping[str, str], words: Vocabulary
) -> Iterator[tuple[str, Judged]]:
    """What the answers to a part's items earn, in order.

    Args:
        part: the part of the variant that was answered.
        said: what was typed, by the items' labels; what is missing was not answered.
        words: of the language in which it was typed.
    """
    rows: dict[str, str] = {}
    for number, item in enumerate(part.items):
        typed = said.get(item.label, "").strip()
        if item.void or part.problem == OWN:
            yield item.label, Judged(NONE, happened="void") if item.void else _own(item, typed)
            continue
        found = _judged(item, typed, rows, words)
        if (
            typed
            and not found.row
            and found.happened != RIGHT_ROW
            and not found.flag.startswith("un")
        ):
            earlier = part.items[:number]
            found = _proposed(part, item, typed, [(e, said) for e in earlier if e.label], words)
        rows[item.label] = found.row
        yield item.label, found


def _own(item: ItemRecord, typed: str) -> Judged:
    """Letters are compared; words, and what has rows in words, are left to a person."""
    if not isinstance(item.answer, list):
        return Judged(NONE, flag="in words: a person marks it")
    if not typed:
        return Judged(NONE, happened="no answer")
    chosen = letters_of(typed)
    if chosen is None:
        return Judged(NONE, flag="unreadable")
    if chosen == {*item.answer}:
        return Judged(Fraction(item.points), f"{item.label}.", RIGHT_ROW)
    if item.key:
        return Judged(NONE, flag="rows in words: a person marks it")
    return Judged(NONE, happened="other choices")


def _judged(item: ItemRecord, typed: str, rows: Mapping[str, str], words: Vocabulary) -> Judged:
    if not typed:
        return Judged(NONE, happened="no answer")
    if is_said(typed, item.answer, words):
        return Judged(Fraction(item.points), f"{item.label}.", RIGHT_ROW)
    best: Judged | None = None
    for row in item.key:
        if is_said(typed, row.written, words) and _applies(row.happened, {*rows.values()}):
            own = row.happened.partition(UNLESS)[0]
            points = None if row.points is None else Fraction(row.points)
            flag = "" if points is not None else "judge the working"
            found = Judged(points or NONE, row.label, own, flag)
            if best is None or found.points > best.points:
                best = found
    if best is not None:
        return best
    if is_readable(typed, item.answer, words):
        return Judged(NONE, flag="no known error")
    return Judged(NONE, flag="unreadable")


def _applies(happened: str, rows: set[str]) -> bool:
    """Whether a row is of an error of this answer alone, or follows from one that was made."""
    own = happened.partition(UNLESS)[0].removesuffix(f", {TOO_LITTLE}")
    causes = own.split(OR)
    return any(
        not cause.startswith(FOLLOWED) or cause.removeprefix(f"{FOLLOWED} ") in rows
        for cause in causes
    )


def _proposed(
    part: PartRecord,
    item: ItemRecord,
    typed: str,
    earlier: Sequence[tuple[ItemRecord, Mapping[str, str]]],
    words: Vocabulary,
) -> Judged:
    """Flagged, with full points proposed if it follows from what was answered before."""
    kind = problem_type(part.problem)
    answers = Answers(kind.recorded(part.given))
    for before, said in earlier:
        if before.item not in kind.items[item.item].builds_on:
            continue
        for value in _values(said.get(before.label, ""), answers[before.item], words):
            try:
                supposed = answers.supposing(before.item, value)[item.item]
                follows = is_said(typed, kind.items[item.item].record(supposed), words)
            except (ValueError, ArithmeticError, LookupError, TypeError):
                continue
            if follows:
                flag = (
                    f"follows from {before.label}., which is no known error: {item.points} points?"
                )
                return Judged(NONE, flag=flag)
    return Judged(NONE, flag="no known error")


def _values(said: str, right: Any, words: Vocabulary) -> Iterator[Any]:
    """Typed numbers in the shape of an answer."""
    shape = np.shape(right)
    for typed in readings(said, words):
        numbers = [entry for entry in typed.entries if isinstance(entry, Fraction)]
        if len(numbers) == len(typed.entries) == int(np.prod(shape)):
            whole = all(number.denominator == 1 for number in numbers)
            entries: list[Any] = [int(number) if whole else number for number in numbers]
            kept = np.asarray(right).dtype if whole else object
            yield np.array(entries, dtype=kept).reshape(shape)
