"""What the pages show of a variant's record: givens, answers and the rows of its marking key."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from worksheetgen.typeset.language import Vocabulary
from worksheetgen.variants.manifest import Given, ItemRecord, PartRecord, VariantRecord
from worksheetgen.verify.pages.sheet import ReadSheet
from worksheetgen.verify.pages.words import letters, squeezed
from worksheetgen.verify.references import NOTHING, UNSOLVABLE, attempt, reference_of

MAX_ROWS, SHOWN_ROWS = 24, 3
"""A matrix of more rows than any answer has shows its first ones."""
BELOW = r"\W*(?:{below})?\W*(?:\d+×\d+\W*)?"
"""What stands between a row's label and its words beside what is written."""


def statements(variant: VariantRecord) -> dict[str, Any]:
    """What a question sheet must print, by place: numbers, points, givens."""
    own: dict[str, Given] = {}
    for place, part in variant.parts():
        stem, asked = reference_of(part.problem).printed, [item.item for item in part.items]
        own[place] = attempt(stem, part.given, asked, otherwise={})
    for place, part, item in variant.items():
        printed_by = reference_of(part.problem).printed_by
        own[place] = attempt(printed_by, item.item, part.given, otherwise={})
    return frame(variant) | by_place(own)


def frame(variant: VariantRecord) -> dict[str, Any]:
    """What a sheet says of the variant, its tasks and its items, whatever they are about."""
    said: dict[str, Any] = {"variant": variant.variant}
    for task in variant.tasks:
        place = f"{variant.variant}, task {task.number}"
        said |= {f"{place}, number": task.number, f"{place}, points": task.points}
        said[f"{place}, bonus"] = task.bonus
        said[f"{place}, title"] = letters(task.title)
    worth = {place: [item.points, item.bonus, item.void] for place, _, item in variant.items()}
    return said | {f"{place}, points, bonus, void": value for place, value in worth.items()}


def found(sheet: ReadSheet) -> dict[str, Any]:
    """All that a sheet was found to print, by place."""
    return frame(sheet.variant) | by_place(sheet.said) | by_place(sheet.solved)


def by_place(own: Mapping[str, Given]) -> dict[str, Any]:
    """Quantities by place and name."""
    return {
        f"{place}, {name}": value for place, said in own.items() for name, value in said.items()
    }


def solutions(variant: VariantRecord) -> dict[str, Any]:
    """What a solution sheet prints beside: answers, and what it repeats on the way to them."""
    own: dict[str, Given] = {}
    for place, part, item in variant.items():
        reference = reference_of(part.problem)
        work = attempt(reference.work, item.item, part.given, otherwise=None)
        own[place] = {**(work.shows if work else {}), **_answer(part, item)}
    return by_place(own)


def _answer(part: PartRecord, item: ItemRecord) -> Given:
    """An item's answer by its marks; a text says why there is none."""
    shown = _as_shown(part, item, item.answer)
    if isinstance(shown, dict) and all(isinstance(name, str) for name in shown):
        return {f"answer_{name}": value for name, value in shown.items()}
    return {"answer": shown}


def printed_row(part: PartRecord, item: ItemRecord, happened: str, written: Any) -> Any:
    """What the key's page shows: a column on its side, a tall matrix without its lower rows."""
    reference = reference_of(part.problem)
    if isinstance(written, dict):
        return reference.in_words(item.item, written)
    if not reference.in_other_form(item.item, happened):
        written = _as_shown(part, item, written)
    if _is_stack(written):
        written = side_by_side(written)
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
    if answer == NOTHING:
        return answer
    try:
        return reference_of(part.problem).on_page(item.item, part.given, answer)
    except UNSOLVABLE as error:
        return f"none: {type(error).__name__}: {error}"


def _is_word(written: Any) -> bool:
    return isinstance(written, str) and "/" not in written


def _is_stack(answer: Any) -> bool:
    match answer:
        case [[[*_], *_], *_]:
            return True
    return False


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
