"""What the pages show of a variant's record: givens, answers and the rows of its marking key."""

import re
import unicodedata
from typing import Any

from worksheetgen.typeset.language import Vocabulary
from worksheetgen.variants.manifest import Given, ItemRecord, PartRecord, VariantRecord
from worksheetgen.verify.pages.words import letters, squeezed
from worksheetgen.verify.references import NOTHING, UNSOLVABLE, attempt, reference_of

MAX_ROWS, SHOWN_ROWS = 24, 3
"""A matrix of more rows than any answer has shows its first ones."""
BELOW = r"\W*(?:{below})?\W*(?:\d+×\d+\W*)?"
"""What stands between a row's label and its words beside what is written."""


def statements(variant: VariantRecord, steps: dict[str, Given] | None = None) -> dict[str, Any]:
    """What a question sheet must print, by place: numbers, points, givens."""
    said: dict[str, Any] = {"variant": variant.variant}
    for task in variant.tasks:
        place = f"{variant.variant}, task {task.number}"
        said |= {f"{place}, number": task.number, f"{place}, points": task.points}
        said[f"{place}, title"] = letters(task.title)
    for place, part in variant.parts():
        solver = reference_of(part.problem)
        asked = [solver.ITEM_GIVENS.get(item.item, {}) for item in part.items]
        given = attempt(solver.derived, part.given, otherwise={}) | part.given
        for name in [*solver.PART_GIVENS, *(name for readers in asked for name in readers)]:
            said[f"{place}, {name}"] = given.get(name, NOTHING)
    for place, _, item in variant.items():
        said[f"{place}, points"] = item.points
    return said | {
        f"{place}, {name}": value
        for place, own in (steps or {}).items()
        for name, value in own.items()
    }


def solutions(variant: VariantRecord) -> dict[str, Given]:
    """What a solution sheet prints beside, by item: its answer, and what it repeats on the way."""
    return {
        place: {
            **attempt(reference_of(part.problem).steps, item.item, part.given, otherwise={}),
            "answer": printed_answer(part, item),
        }
        for place, part, item in variant.items()
    }


def printed_answer(part: PartRecord, item: ItemRecord) -> Any:
    """An item's answer in the form in which the page shows it; a text says why there is none."""
    return _as_shown(part, item, item.answer)


def printed_row(part: PartRecord, item: ItemRecord, happened: str, written: Any) -> Any:
    """What the key's page shows: a column on its side, a tall matrix without its lower rows."""
    solver = reference_of(part.problem)
    if isinstance(written, dict):
        return solver.in_words(written)
    if happened not in solver.OTHER_FORM:
        written = _as_shown(part, item, written)
    match written:
        case _ if isinstance(written, dict) or _is_word(written):
            return written
        case [[_], [_], *_]:
            return [[entry for (entry,) in written]]
        case [[*_], *_]:
            return written[:SHOWN_ROWS] if len(written) > MAX_ROWS else written
        case [*_]:
            return [written]
    return [[written]]


def _as_shown(part: PartRecord, item: ItemRecord, answer: Any) -> Any:
    if answer == NOTHING or isinstance(answer, dict):
        return answer
    try:
        printed = reference_of(part.problem).as_printed(item.item, answer, part.given)
        return side_by_side(printed) if _is_stack(printed) else printed
    except UNSOLVABLE as error:
        return f"none: {type(error).__name__}: {error}"


def _is_word(written: Any) -> bool:
    return isinstance(written, str) and "/" not in written


def _is_stack(answer: Any) -> bool:
    return (
        isinstance(answer, list) and isinstance(answer[0], list) and isinstance(answer[0][0], list)
    )


def side_by_side(matrices: list[list[list[Any]]]) -> list[list[Any]]:
    """Matrices of as many rows each, as a line of text shows them.

    >>> side_by_side([[[1], [2]], [[3], [4]]])
    [[1, 3], [2, 4]]
    """
    return [[entry for row in rows for entry in row] for rows in zip(*matrices, strict=True)]


def words_of_row(label: str, happened: str, words: Vocabulary) -> str:
    """The pattern of a row's words on the page, without spaces."""
    said = unicodedata.normalize("NFKD", squeezed(words.happened(happened)))
    between = BELOW.format(below=re.escape(words.said("below")))
    return f"{re.escape(label)}{between}{re.escape(said)}"


def missing_words(words: list[str], prose: str) -> list[str]:
    """The first of the words that does not come behind the others in the prose, if any."""
    prose, start = unicodedata.normalize("NFKD", squeezed(prose)), 0
    for word in words:
        there = re.compile(word).search(prose, start)
        if there is None:
            return [word]
        start = there.end()
    return []
