"""The marking key a second time, from the givens alone, and as the page shows it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from worksheetgen.manifest import Record
from worksheetgen.verify.paper import Paper
from worksheetgen.verify.places import NOTHING, attempt, items, parts, printed_answer, reference_of
from worksheetgen.verify.report import Report

MAX_ROWS, SHOWN_ROWS = 6, 3
"""A matrix of more rows than the first shows only the second."""
FOLLOWED = "right method after"
FIELDS = ("label", "happened", "written")
BELOW = r"\W*(?:below)?\W*"
"""What stands between a row's label and its words beside what is written."""


RIGHT = "the right answer"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """A row of the key: what was written, by which mistake or after which earlier row."""

    happened: str
    written: Any
    form: str = ""
    label: str = ""
    full: bool | None = None
    """Whether a followed-through row earns all points; None for mistakes."""

    @property
    def seen(self) -> tuple[Any, ...]:
        """What makes two writings the same; whether a vector stands or lies does not matter."""
        return self.form, *_flattened(self.written)


def keys(part: Record) -> dict[str, list[Row]]:
    """The rows of each item's key, by the item's name, without the right answer's."""
    solver, given = reference_of(part["problem"]), part["given"]
    found: dict[str, list[Row]] = {}
    for item in part["items"]:
        name = item["item"]
        right = Row("", getattr(solver, name)(given)).seen
        own = [
            Row(happened, wrong, "other" if happened in solver.OTHER_FORM else "")
            for happened, wrong in solver.mistakes(name, given).items()
        ]
        after = [
            row
            for earlier in solver.BUILDS_ON.get(name, ())
            for row in _followed(solver, name, given, earlier, found.get(earlier, []))
        ]
        rows = [*_joined(own, right), *_joined(after, right)]
        found[name] = [
            replace(row, label=f"{item['label']}.{chr(ord('A') + n)}") for n, row in enumerate(rows)
        ]
    return found


def alike(part: Record, item: str) -> set[Pair]:
    """The pairs of answers to an item, right or mistaken, that are written the same."""
    solver, given = reference_of(part["problem"]), part["given"]
    written = {RIGHT: Row("", getattr(solver, item)(given)).seen}
    for name, wrong in solver.mistakes(item, given).items():
        written[name] = Row("", wrong, "other" if name in solver.OTHER_FORM else "").seen
    return {
        (one, other) for one, other in combinations(written, 2) if written[one] == written[other]
    }


def _followed(
    solver: Any, name: str, given: Record, earlier: str, mistaken: list[Row]
) -> Iterator[Row]:
    right = solver.work(name, given)
    for row in mistaken:
        try:
            written = getattr(solver, name)(given, **{earlier: row.written})
        except ValueError:
            continue
        little = 2 * solver.work(name, given, **{earlier: row.written}) < right
        end = ", which left too little to do" if little else ""
        yield Row(f"{FOLLOWED} {row.label}{end}", written, full=not little)


def _joined(rows: list[Row], right: tuple[Any, ...]) -> list[Row]:
    joined: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        if row.seen == right:
            continue
        there = joined.get(row.seen)
        if there:
            happened = f"{there.happened}, or {row.happened}"
            row = replace(there, happened=happened, full=there.full or row.full)  # noqa: PLW2901
        joined[row.seen] = row
    return list(joined.values())


def _flattened(written: Any) -> tuple[Any, ...]:
    """The sizes beyond one, and the entries in a row."""
    if not isinstance(written, list):
        return (str(written),)
    if not written or not isinstance(written[0], list):
        sizes, entries = [len(written)], written
    else:
        sizes, entries = [len(written), len(written[0])], [e for row in written for e in row]
    return tuple(size for size in sizes if size > 1), tuple(entries)


def recompute_keys(where: str, part: Record, report: Report) -> None:
    """The manifest's keys of a part, and the effort of its items, against the reference's."""
    recomputed = keys(part)
    for item in part["items"]:
        place, rows = f"{where}, {item['label']}. {item['item']}", recomputed[item["item"]]
        expected = [[getattr(row, field) for field in FIELDS] for row in rows]
        found = [[row[field] for field in FIELDS] for row in item["key"]]
        report.compare("recompute", f"{place}, key", expected, found)
        full = [item["points"] if row.full else None for row in rows if row.full is not None]
        earned = [row["points"] for row in item["key"] if row["happened"].startswith(FOLLOWED)]
        report.compare("recompute", f"{place}, key, followed through", full, earned)
        effort = reference_of(part["problem"]).work(item["item"], part["given"])
        report.compare("recompute", f"{place}, effort", effort, item["effort"])
        same = sorted(alike(part, item["item"]))
        report.compare("recompute", f"{place}, alike", same, sorted(map(tuple, item["alike"])))


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
            label, said = re.escape(row["label"]), re.escape(_squeezed(happened))
            words.append(f"{label}{BELOW}{said}")
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


def blind_key(question: Record, solution: Paper, report: Report) -> None:
    """What the question's givens make of each mistake against the printed key, if there is one."""
    found = {place: item["key"] for place, _, item in items(solution.sheet.record)}
    if not any(found.values()):
        return
    for where, part in parts(question):
        rows = attempt(keys, part, otherwise={})
        for item in part["items"]:
            place = f"{where}, {item['label']}. {item['item']}"
            right = Row("right", item.get("answer", NOTHING))
            expected = [
                _as_printed(part, item, row.happened, row.written)
                for row in (right, *rows.get(item["item"], ()))
            ]
            printed = [row["written"] for row in found.get(place, [])]
            report.compare("blind solve", f"{place}, key, {solution.name}", expected, printed)


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
        case dict() | str():
            return written
        case [[_], [_], *_]:
            return [[entry for (entry,) in written]]
        case [[*_], *_]:
            return written[:SHOWN_ROWS] if len(written) > MAX_ROWS else written
        case [*_]:
            return [written]
    return [[written]]


def _squeezed(words: str) -> str:
    return "".join(words.split())
