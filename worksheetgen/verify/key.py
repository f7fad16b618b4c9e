"""The marking key a second time, from the givens alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from worksheetgen.variants.manifest import Given, ItemRecord, KeyRecord, PartRecord
from worksheetgen.verify.by_hand.rationals import flattened, said
from worksheetgen.verify.by_hand.work import Work
from worksheetgen.verify.references import Reference, attempt, reference_of

FOLLOWED, TOO_LITTLE = "right method after", ", with little left to do: judge the working"
RIGHT = "the right answer"
SLIP = Fraction(1, 2)
"""What a wrong entry costs, and the step in which shares are told."""
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
    effort: float


def keys(part: PartRecord) -> dict[str, Key]:
    """The key of each item by the item's name."""
    reference, given = reference_of(part.problem), part.given
    found: dict[str, Key] = {}
    for item in part.items:
        name, work = item.item, reference.work(item.item, given)
        writings = writings_of(reference, name, given, work.answer)
        followed = [
            (little, writing)
            for earlier in reference.builds_on(name)
            if earlier in found
            for little, writing in _followed(reference, name, given, earlier, found[earlier], work)
        ]
        own = _rows(item.label, 0, writings[0].seen, [(None, w) for w in writings[1:]])
        after = _rows(item.label, len(own), writings[0].seen, followed)
        for seen in own.keys() & after.keys():
            happened = f"{own[seen].happened}, unless {after[seen].label}"
            own[seen] = own[seen]._replace(happened=happened)
        rows = _by_letter(work.answer, [*own.values(), *after.values()])
        found[name] = Key(rows, _alike(writings), work.effort)
    return found


def otherwise(problem: str, item: ItemRecord) -> Any:
    """What an item earns beside the rows of its key; None: nothing by rule."""
    if reference_of(problem).asks_also(item.item) and not _is_letter(item.answer):
        return None
    worth = Fraction(item.points)
    if isinstance(item.answer, dict) and len(item.answer) > 1:
        return said(max(SLIP, in_halves(worth / len(item.answer))))
    return said(in_halves(worth / 2))


def in_halves(points: Fraction) -> Fraction:
    """Rounded down to half points."""
    return points - points % SLIP


def mistakes_of(happened: str) -> list[str]:
    """The mistakes that a row stands for."""
    return happened.partition(", unless ")[0].split(", or ")


def right_answer(part: PartRecord, item: ItemRecord) -> Any:
    """The answer by definition, None where the givens have none."""
    return attempt(reference_of(part.problem).answer, item.item, part.given, otherwise=None)


def of_parts(part: PartRecord, item: ItemRecord, right: Any, row: KeyRecord) -> Fraction:
    """What the right parts or entries of a wrong answer earn by themselves."""
    each, written, reference = (
        otherwise(part.problem, item),
        row.written,
        reference_of(part.problem),
    )
    name = mistakes_of(row.happened)[0]
    by_entry = each is not None or reference.asks_also(item.item) == "justified"
    if not by_entry or right is None or not isinstance(written, type(right)):
        return Fraction(0)
    if reference.in_other_form(item.item, name):
        return Fraction(0)
    if isinstance(right, dict) and len(right) > 1:
        agree = sum(bool(written.get(part) == value) for part, value in right.items())
        return min(Fraction(each) * agree, Fraction(item.points) - SLIP)
    if not isinstance(right, dict | list):
        return Fraction(0)
    there, here = (
        flattened(list(answer.values()) if isinstance(answer, dict) else answer)
        for answer in (right, written)
    )
    if len(there) != len(here) or len(there) == 1:
        return Fraction(0)
    wrong = sum(a != b for a, b in zip(there, here, strict=True))
    return Fraction(item.points) - Fraction(wrong, 2)


def alike(problem: str, given: Given, item: str) -> list[Pair]:
    """The pairs of answers to an item, right or mistaken, that are written the same."""
    reference = reference_of(problem)
    return _alike(writings_of(reference, item, given, reference.answer(item, given)))


def writings_of(reference: Reference, name: str, given: Given, right: Any) -> list[Writing]:
    """The right answer, and that of every mistake that has room."""
    answers = {RIGHT: right, **reference.mistaken(name, given)}
    return [
        Writing(happened, written, (reference.in_other_form(name, happened), *_flattened(written)))
        for happened, written in answers.items()
    ]


def _alike(writings: list[Writing]) -> list[Pair]:
    pairs = combinations(writings, 2)
    return [(one.happened, other.happened) for one, other in pairs if one.seen == other.seen]


def _followed(
    reference: Reference, name: str, given: Given, earlier: str, key: Key, right: Work
) -> Iterator[tuple[bool, Writing]]:
    for row in key.rows:
        happened = mistakes_of(row.happened)[0]
        if row.full is not None or reference.in_other_form(earlier, happened):
            continue
        try:
            work = reference.work(name, given, **{earlier: row.written})
        except ValueError:
            continue
        little = 2 * work.effort < right.effort
        end = TOO_LITTLE if little else ""
        seen = (False, *_flattened(work.answer))
        yield not little, Writing(f"{FOLLOWED} {row.label}{end}", work.answer, seen)


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
            there, best = rows[seen], rows[seen].full or full
            both = f"{there.happened}, or {happened}"
            if TOO_LITTLE in both:
                both = both.replace(TOO_LITTLE, "") + ("" if best else TOO_LITTLE)
            rows[seen] = there._replace(happened=both, full=best)
        else:
            own = f"{label}.{chr(ord('A') + first + len(rows))}"
            rows[seen] = Row(own, happened, written, full)
    return rows


def _is_letter(answer: Any) -> bool:
    return isinstance(answer, str) and len(answer) == 1 and answer.isalpha()


def _by_letter(right: Any, rows: list[Row]) -> list[Row]:
    """Rows of a choice in the order of the letters, which are their labels, too."""
    if not _is_letter(right):
        return rows
    ordered = sorted(rows, key=lambda row: str(row.written))
    return [row._replace(label=f"{row.label[:-1]}{row.written}") for row in ordered]


def _flattened(written: Any) -> tuple[Any, ...]:
    """The sizes beyond one, and the entries in a row."""
    if not isinstance(written, list):
        return (str(written),)
    sizes, inner = [], written
    while isinstance(inner, list):
        sizes.append(len(inner))
        inner = inner[0]
    return tuple(size for size in sizes if size > 1), tuple(flattened(written))
