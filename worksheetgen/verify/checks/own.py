"""The check own: the examiner's own words and points, against the spec, word by word.

Formulas stand between the words; that they are the spec's is proven where a pair is set again
(:mod:`worksheetgen.verify.checks.rewrite`), and that they are the same in all variants where these
are compared.
"""

import re
from collections.abc import Iterator, Sequence

from worksheetgen.typeset.markdown import prose_to_words
from worksheetgen.variants.own import OwnItem, OwnParts, letter
from worksheetgen.verify.by_hand.rationals import said
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.pages.words import letters
from worksheetgen.verify.report import Report


def own(question: Paper, solution: Paper, parts: OwnParts, report: Report) -> None:
    """What both sheets say in the examiner's own words, and what the key says it earns."""
    printed = list(solution.sheet.variant.own_parts())
    keyed = any(item.key for _, part in printed for item in part.items)
    shown = {place: _digest(question.sheet.own.get(place, "none")) for place in _pictured(parts)}
    for paper, texts in (
        (question, dict(_asked(parts))),
        (solution, dict([*_asked(parts), *_answered(parts, keyed=keyed)])),
    ):
        said_there = {**paper.sheet.own}
        pictures = {place: said_there.pop(place, "none") for place in _pictured(parts)}
        report.compare("own", f"{paper.name}, pictures", shown, pictures)
        report.compare("own", f"{paper.name}, texts", sorted(texts), sorted(said_there))
        for place, text in texts.items():
            pieces = [letters(piece) for piece in prose_to_words(text)]
            found = letters(said_there.get(place, ""))
            same = _in_order(pieces, found)
            expected = " … ".join(pieces)
            report.compare("own", f"{paper.name}, {place}", expected, expected if same else found)
    for place, part in printed if keyed else ():
        task = int(re.findall(r"task (\d+)", place)[-1])
        points = [
            [0 if item.void else said(row.points) for row in item.rows]
            for item in parts[task, part.label].items
        ]
        there = [[row.points for row in item.key] for item in part.items]
        report.compare("own", f"{place}, key's points", points, there)


def _pictured(parts: OwnParts) -> Iterator[str]:
    for (task, label), part in parts.items():
        if part.picture:
            yield f"{task}.{label}.picture"
        yield from (f"{task}.{label}.{item.label}.picture" for item in part.items if item.picture)


def _digest(said: str) -> str:
    """What tells one picture from others; several in one place are none."""
    return said if re.fullmatch("[0-9a-f]{64}", said) else "one picture"


def _in_order(pieces: Sequence[str], said: str) -> bool:
    """Whether a text begins with the first piece, ends with the last, and has the others between.

    >>> _in_order(["Is", "odd?"], "Isxodd?"), _in_order(["Is", "odd?"], "Isxodd?No")
    (True, False)
    """
    first, *inner = pieces
    if not inner:
        return first == said
    if not said.startswith(first):
        return False
    *inner, last = inner
    start = len(first)
    for piece in inner:
        start = said.find(piece, start)
        if start < 0:
            return False
        start += len(piece)
    return said.endswith(last) and len(said) - len(last) >= start


def _asked(parts: OwnParts) -> Iterator[tuple[str, str]]:
    for (task, label), part in parts.items():
        if part.text:
            yield f"{task}.{label}", part.text
        for item in part.items:
            yield f"{task}.{label}.{item.label}", item.text
            for position, choice in enumerate(item.choices):
                yield f"{task}.{label}.{item.label}.{letter(position)}", choice


def _answered(parts: OwnParts, *, keyed: bool) -> Iterator[tuple[str, str]]:
    for (task, label), part in parts.items():
        for item in part.items:
            place, (right, *others) = f"{task}.{label}.{item.label}", item.rows
            if right.answer:
                yield f"{place}.answer", right.answer
            if item.choices:
                yield f"{place}.right", said_letters(item)
            if item.choices and keyed:
                yield f"{place}.row0", said_letters(item)
            for n, row in enumerate(others if keyed else [], start=1):
                yield f"{place}.row{n}", row.answer


def said_letters(item: OwnItem) -> str:
    """The letters of the right choices as a solution says them."""
    return ", ".join(item.letters)
