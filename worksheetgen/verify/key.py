"""The marking key a second time, from the givens alone, and as the page shows it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from worksheetgen.language import Vocabulary
from worksheetgen.manifest import Record
from worksheetgen.verify.paper import Paper
from worksheetgen.verify.places import NOTHING, attempt, items, parts, printed_answer, reference_of
from worksheetgen.verify.rationals import flattened
from worksheetgen.verify.report import Report

MAX_ROWS, SHOWN_ROWS = 24, 3
"""A matrix of more rows than any answer has shows its first ones."""
FOLLOWED = "right method after"
BELOW = r"\W*(?:{below})?\W*(?:\d+×\d+\W*)?"
"""What stands between a row's label and its words beside what is written."""


RIGHT = "the right answer"

Pair = tuple[str, str]


class Writing(NamedTuple):
    """What somebody wrote who made a mistake, or none."""

    happened: str
    written: Any
    seen: tuple[Any, ...]
    """What makes two writings the same; whether a vector stands or lies does not matter."""


class Row(NamedTuple):
    """A row of the key: what was written, by which mistake or after which earlier row."""

    label: str
    happened: str
    written: Any
    full: bool | None
    """Whether a followed-through row earns all points; None for mistakes."""


@dataclass(frozen=True)
class Key:
    """The key of an item, without the right answer's row, and what it is made from."""

    rows: list[Row]
    alike: list[Pair]
    """The answers, right or mistaken, that are written the same."""
    work: float


def keys(part: Record) -> dict[str, Key]:
    """The key of each item by the item's name."""
    solver, given = reference_of(part["problem"]), part["given"]
    asked = [item["item"] for item in part["items"]]
    right = {name: getattr(solver, name)(given) for name in asked}
    found: dict[str, Key] = {}
    for item in part["items"]:
        name = item["item"]
        writings = writings_of(solver, name, given, right[name])
        before = {e: right[e] for e in solver.BUILDS_ON.get(name, ()) if e in found}
        work = solver.work(name, given, **before)
        followed = [
            (little, writing)
            for earlier in before
            for little, writing in _followed(solver, name, given, earlier, found[earlier], work)
        ]
        own = _rows(item["label"], 0, writings[0].seen, [(None, w) for w in writings[1:]])
        after = _rows(item["label"], len(own), writings[0].seen, followed)
        for seen in own.keys() & after.keys():
            happened = f"{own[seen].happened}, unless {after[seen].label}"
            own[seen] = own[seen]._replace(happened=happened)
        found[name] = Key([*own.values(), *after.values()], _alike(writings), work)
    return found


def alike(part: Record, item: str) -> list[Pair]:
    """The pairs of answers to an item, right or mistaken, that are written the same."""
    solver, given = reference_of(part["problem"]), part["given"]
    return _alike(writings_of(solver, item, given, getattr(solver, item)(given)))


def writings_of(solver: Any, name: str, given: Record, right: Any) -> list[Writing]:
    """The right answer, and that of every mistake that has room."""
    answers = {RIGHT: right, **solver.mistakes(name, given)}
    return [
        Writing(happened, written, (happened in solver.OTHER_FORM, *_flattened(written)))
        for happened, written in answers.items()
    ]


def _alike(writings: list[Writing]) -> list[Pair]:
    pairs = combinations(writings, 2)
    return [(one.happened, other.happened) for one, other in pairs if one.seen == other.seen]


def _followed(
    solver: Any, name: str, given: Record, earlier: str, key: Key, work: float
) -> Iterator[tuple[bool, Writing]]:
    for row in key.rows:
        if row.full is not None:
            continue
        try:
            written = getattr(solver, name)(given, **{earlier: row.written})
        except ValueError:
            continue
        little = 2 * solver.work(name, given, **{earlier: row.written}) < work
        end = ", which left too little to do" if little else ""
        yield (
            not little,
            Writing(f"{FOLLOWED} {row.label}{end}", written, (False, *_flattened(written))),
        )


def _rows(
    label: str,
    first: int,
    right: tuple[Any, ...],
    writings: Iterable[tuple[bool | None, Writing]],
) -> dict[tuple[Any, ...], Row]:
    rows: dict[tuple[Any, ...], Row] = {}
    for full, (happened, written, seen) in writings:
        if seen == right:
            continue
        if seen in rows:
            there = rows[seen]
            rows[seen] = there._replace(
                happened=f"{there.happened}, or {happened}", full=there.full or full
            )
        else:
            own = f"{label}.{chr(ord('A') + first + len(rows))}"
            rows[seen] = Row(own, happened, written, full)
    return rows


def _flattened(written: Any) -> tuple[Any, ...]:
    """The sizes beyond one, and the entries in a row."""
    if not isinstance(written, list):
        return (str(written),)
    sizes, inner = [], written
    while isinstance(inner, list):
        sizes.append(len(inner))
        inner = inner[0]
    return tuple(size for size in sizes if size > 1), tuple(flattened(written))


def recompute_keys(where: str, part: Record, report: Report) -> None:
    """The manifest's keys of a part, and the effort of its items, against the reference's."""
    recomputed = keys(part)
    for item in part["items"]:
        place, key = f"{where}, {item['label']}. {item['item']}", recomputed[item["item"]]
        expected = [row[:3] for row in key.rows]
        found = [(row["label"], row["happened"], row["written"]) for row in item["key"]]
        report.compare("recompute", f"{place}, key", expected, found)
        full = [item["points"] if row.full else None for row in key.rows if row.full is not None]
        earned = [row["points"] for row in item["key"] if row["happened"].startswith(FOLLOWED)]
        report.compare("recompute", f"{place}, key, followed through", full, earned)
        report.compare("recompute", f"{place}, effort", key.work, item["effort"])
        same = [list(pair) for pair in key.alike]
        report.compare("recompute", f"{place}, alike", same, item["alike"])


def read_back_key(variant: Record, solution: Paper, report: Report, *, printed: bool) -> None:
    """Every number and word of the printed key against the manifest; no key if there is none."""
    expected, words = {}, []
    for place, part, item in items(variant):
        rows = [_right_row(item), *item["key"]] if printed else []
        for number, row in enumerate(rows):
            happened = str(row["happened"])
            expected[f"{place}, key {number}"] = [
                _as_printed(part, item, happened, row["written"]),
                row["points"],
            ]
            words.append(_words(row["label"], happened, solution.vocabulary))
    found = {
        f"{place}, key {number}": [row["written"], row["points"]]
        for place, _, item in items(solution.sheet.record)
        for number, row in enumerate(item["key"])
    }
    for place in {**expected, **found}:
        where = f"{place}, {solution.name}"
        report.compare("read back", where, expected.get(place, NOTHING), found.get(place, NOTHING))
    prose = " ".join(page.prose for page in solution.pages)
    report.compare("read back", f"{solution.name}, words of the key", [], _missing(words, prose))


def short_answers(variant: Record, question: Paper, report: Report, *, printed: bool) -> None:
    """The short answers of a practice sheet, behind all its exercises; an exam has none."""
    shown = {
        place: item["short"] for place, _, item in items(question.sheet.record) if "short" in item
    }
    expected = {
        place: _as_printed(part, item, "right", item.get("answer", NOTHING))
        for place, part, item in (items(variant) if printed else ())
    }
    report.compare("read back", f"{question.name}, short answers", expected, shown)
    pages = [
        number
        for number, page in enumerate(question.pages, start=1)
        if any(mark.endswith(".short") for mark in page.glyphs)
    ]
    last = max((n for pieces in question.sheet.spaces.values() for n, _ in pieces), default=0)
    early = [number for number in pages if number <= last]
    report.compare("no leak", f"{question.name}, short answers among exercises", [], early)


def blind_key(question: Record, solution: Paper, report: Report) -> None:
    """What the question's givens make of each mistake against the printed key, if there is one."""
    found = {place: item["key"] for place, _, item in items(solution.sheet.record)}
    if not any(found.values()):
        return
    words = []
    for where, part in parts(question):
        recomputed = attempt(keys, part, otherwise={})
        for item in part["items"]:
            place = f"{where}, {item['label']}. {item['item']}"
            right = Row(f"{item['label']}.", "right", item.get("answer", NOTHING), full=True)
            rows = [right, *(recomputed[item["item"]].rows if recomputed else [])]
            printed = found.get(place, [])
            expected = [_as_printed(part, item, row.happened, row.written) for row in rows]
            shown = [row["written"] for row in printed]
            report.compare("blind solve", f"{place}, key, {solution.name}", expected, shown)
            by_rule = [
                pair for pair in zip(rows, printed, strict=False) if pair[0].full is not None
            ]
            earned = [item["points"] if row.full else None for row, _ in by_rule]
            given = [there["points"] for _, there in by_rule]
            report.compare("blind solve", f"{place}, key's points, {solution.name}", earned, given)
            words += [_words(row.label, row.happened, solution.vocabulary) for row in rows]
    prose = " ".join(page.prose for page in solution.pages)
    report.compare("blind solve", f"{solution.name}, words of the key", [], _missing(words, prose))


def _words(label: str, happened: str, words: Vocabulary) -> str:
    """The pattern of a row's words on the page, without spaces."""
    said = unicodedata.normalize("NFKD", _squeezed(words.happened(happened)))
    between = BELOW.format(below=re.escape(words.said("below")))
    return f"{re.escape(label)}{between}{re.escape(said)}"


def _missing(words: list[str], prose: str) -> list[str]:
    """The first of the words that does not come behind the others in the prose, if any."""
    prose, start = unicodedata.normalize("NFKD", _squeezed(prose)), 0
    for word in words:
        there = re.compile(word).search(prose, start)
        if there is None:
            return [word]
        start = there.end()
    return []


def _right_row(item: Record) -> Record:
    own = {"label": f"{item['label']}.", "happened": "right"}
    return own | {"written": item["answer"], "points": item["points"]}


def _as_printed(part: Record, item: Record, happened: str, written: Any) -> Any:
    """What the key's page shows: a column on its side, a tall matrix without its lower rows."""
    solver = reference_of(part["problem"])
    if isinstance(written, dict):
        return solver.in_words(written)
    if happened not in solver.OTHER_FORM:
        written = printed_answer(part, item | {"answer": written})
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


def _is_word(written: Any) -> bool:
    return isinstance(written, str) and "/" not in written


def _squeezed(words: str) -> str:
    return "".join(words.split())
