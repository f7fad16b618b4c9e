"""The marking key: what students write who make a known mistake, and what it still earns.

A row stands for all mistakes that are written the same, since that is what a marker sees. Behind
an item's own mistakes come the answers that a right method gives from a mistaken earlier answer:
they earn all points, unless the error has left little to do. Where one of them is written as a
mistake of the item itself is, the mistake's row says so: what was written earlier decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.exact import as_json, exact
from worksheetgen.problems.base import Problem
from worksheetgen.problems.items import Answers, Item
from worksheetgen.problems.offers import is_letter
from worksheetgen.problems.work import ABSENT
from worksheetgen.variants.fairness import RIGHT
from worksheetgen.variants.manifest import KeyRecord

TRIVIAL = Fraction(1, 2)
"""A step of less than this share of the right one's effort is not followed through."""

SLIP = Fraction(1, 2)
"""What a wrong entry or part costs at least."""

OR = ", or "
"""Between the names of mistakes that are written the same."""
UNLESS = ", unless "
"""Before the row of what is written the same by a right method after an earlier mistake."""
FOLLOWED, TOO_LITTLE = "right method after", "with little left to do: judge the working"


class Share(NamedTuple):
    """What the answer of a mistake earns."""

    points: Fraction
    said: bool = False
    """Whether a spec says so; then it stands, whatever parts of the answer are right."""


Worth = Fraction | int
"""Points of an item."""
Credit = Mapping[str, Mapping[str, Share]]
"""What the answers of mistakes earn, by item and mistake."""


@dataclass(frozen=True)
class KeyRow:
    """What a student may have written instead of the right answer."""

    label: str
    """Such as ``ii.A``: by it a later item's rows refer to this one."""
    happened: str
    """What happened, for the marker."""
    written: Array
    form: str
    """The filter that writes it, if it is not written as the right answer is."""
    points: Fraction | None
    """None: no points by rule."""
    said: bool = False
    """Whether a spec says what it earns."""

    def record(self, item: Item) -> KeyRecord:
        written = as_json(self.written) if self.form else item.record(self.written)
        points = None if self.points is None else exact(self.points)
        return KeyRecord(self.label, self.happened, written, points)


def credit_of(kind: type[Problem], worth: Mapping[str, Worth], *, choices: bool = False) -> Credit:
    """What the mistakes of a problem type earn by default, for items worth so many points.

    A wrong one of several choices earns nothing.
    """
    nothing = Fraction(0)
    return {
        item: {
            name: Share(nothing if choices else m.worth(points))
            for name, m in kind.items[item].mistakes.items()
        }
        for item, points in worth.items()
    }


def otherwise(item: Item, answer: Any, points: Worth) -> tuple[str, Fraction | None]:
    """What earns points without a row of its own, by what an answer is, and how many.

    None where the rows are lessened instead, by what the question asks for beside the answer.
    """
    if item.also and not is_letter(answer):
        return item.also, None
    match answer:
        case dict() if len(answer) > 1:
            return "parts", max(SLIP, down_to_half(Fraction(points, len(answer))))
        case dict():
            return "entries", down_to_half(Fraction(points, 2))
        case str() if is_letter(answer):
            return "choices", down_to_half(Fraction(points, 2))
        case list() if _entries(answer) > 1:
            return "entries", down_to_half(Fraction(points, 2))
    return "figure", down_to_half(Fraction(points, 2))


def _entries(answer: Any) -> int:
    return sum(map(_entries, answer)) if isinstance(answer, list) else 1


def settled(item: Item, rows: Sequence[KeyRow], right: Array, points: Worth) -> list[KeyRow]:
    """Rows as a marker finds them: letters in order, and each worth what its right parts are."""
    recorded = item.record(right)
    if is_letter(recorded):
        found = [(item.record(row.written), row) for row in rows]
        found.sort(key=itemgetter(0))
        return [replace(row, label=f"{row.label[:-1]}{letter}") for letter, row in found]
    what, each = otherwise(item, recorded, points)

    def least(row: KeyRow) -> Fraction:
        if what == "parts" and each:
            return _of_parts(item.record(row.written), recorded, each, points)
        if row.written.size != right.size:
            return Fraction(0)
        return points - SLIP * int((np.ravel(row.written) != np.ravel(right)).sum())

    if what not in ("parts", "entries", "justified"):
        return list(rows)
    return [
        row
        if row.points is None or row.form or row.said
        else replace(row, points=max(row.points, least(row)))
        for row in rows
    ]


def down_to_half(points: Worth) -> Fraction:
    """Points, rounded down to halves."""
    return Fraction(int(2 * points), 2)


def mistakes_of(happened: str) -> list[str]:
    """The mistakes that a row stands for."""
    return happened.partition(UNLESS)[0].split(OR)


def _of_parts(
    written: Mapping[str, Any], right: Mapping[str, Any], each: Fraction, points: Worth
) -> Fraction:
    parts = sum(written.get(part) == value for part, value in right.items())
    return Fraction(min(each * parts, points - SLIP))


@dataclass(frozen=True)
class Writing:
    """What is written in each variant of a batch, by one mistake or by none."""

    happened: str
    values: Array
    form: str = ""

    @cached_property
    def _entries(self) -> list[list[Any]]:
        return self.values.reshape(len(self.values), -1).tolist()

    @cached_property
    def _size(self) -> tuple[int, ...]:
        """Whether a vector stands or lies does not matter."""
        return tuple(length for length in self.values.shape[1:] if length > 1)

    def is_there(self, variant: int) -> bool:
        """Whether there is room for the mistake in a variant."""
        return bool(self._entries[variant][0] != ABSENT)

    def seen(self, variant: int) -> tuple[str, tuple[int, ...], tuple[Any, ...]]:
        """What makes two writings the same to a marker."""
        return self.form, self._size, tuple(self._entries[variant])


@dataclass(frozen=True)
class ItemKey:
    """What the keys of an item are made of, for a batch of variants."""

    right: Writing
    mistakes: tuple[Writing, ...]
    followed: Mapping[tuple[str, str], tuple[Writing, list[bool]]]
    """By an earlier item and its mistake: what follows, and whether too little is left to do."""

    def rows(
        self,
        variant: int,
        label: str,
        points: Worth,
        credit: Mapping[str, Share],
        earlier: Sequence[tuple[str, KeyRow]],
    ) -> list[KeyRow]:
        """The rows of one variant's key, given those of items that this one builds on."""
        right = self.right.seen(variant)
        own = _Rows(label, right)
        for mistake in self.mistakes:
            if mistake.is_there(variant):
                share = credit[mistake.happened]
                own.add(mistake, variant, mistake.happened, share.points, said=share.said)
        after = _Rows(label, right, first=len(own.rows))
        for item, row in earlier:
            found = self.followed.get((item, mistakes_of(row.happened)[0]))
            if found:
                written, little = found
                happened = f"{FOLLOWED} {row.label}"
                if little[variant]:
                    after.add(written, variant, f"{happened}, {TOO_LITTLE}", None)
                else:
                    after.add(written, variant, happened, Fraction(points))
        for seen in own.rows.keys() & after.rows.keys():
            happened = f"{own.rows[seen].happened}{UNLESS}{after.rows[seen].label}"
            own.rows[seen] = replace(own.rows[seen], happened=happened)
        return [*own.rows.values(), *after.rows.values()]

    def alike(self, variant: int) -> list[tuple[str, str]]:
        """The pairs of answers, right or mistaken, that are written the same."""
        seen = [
            (each.happened, each.seen(variant))
            for each in (self.right, *self.mistakes)
            if each.is_there(variant)
        ]
        return [(one, other) for (one, a), (other, b) in combinations(seen, 2) if a == b]


@dataclass
class _Rows:
    """Rows by what is seen: one for all that is written the same, with the best of their points."""

    label: str
    right: tuple[Any, ...]
    first: int = 0
    rows: dict[tuple[Any, ...], KeyRow] = field(default_factory=dict)

    def add(
        self,
        writing: Writing,
        variant: int,
        happened: str,
        points: Fraction | None,
        *,
        said: bool = False,
    ) -> None:
        seen = writing.seen(variant)
        if seen == self.right:
            return
        there = self.rows.get(seen)
        if there:
            best = max((p for p in (there.points, points) if p is not None), default=None)
            happened = f"{there.happened}{OR}{happened}"
            if TOO_LITTLE in happened:  # it is said once, or not at all if something is earned
                end = f", {TOO_LITTLE}" if best is None else ""
                happened = happened.replace(f", {TOO_LITTLE}", "") + end
            self.rows[seen] = replace(
                there, happened=happened, points=best, said=there.said or said
            )
        else:
            label = f"{self.label}.{chr(ord('A') + self.first + len(self.rows))}"
            written = writing.values[variant]
            self.rows[seen] = KeyRow(label, happened, written, writing.form, points, said)


def item_keys(answers: Answers, asked: Sequence[str]) -> dict[str, ItemKey]:
    """What the keys of the items asked are made of, for a batch of variants with its answers."""
    return {
        name: ItemKey(
            right=Writing(RIGHT, answers[name]),
            mistakes=tuple(_mistakes(answers, answers.problem.items[name])),
            followed={
                (earlier, mistake): found
                for earlier in answers.problem.items[name].builds_on
                if earlier in asked[: asked.index(name)]
                for mistake, found in _followed(answers, answers.problem.items[name], earlier)
            },
        )
        for name in asked
    }


def _mistakes(answers: Answers, item: Item) -> Iterator[Writing]:
    for name, written in answers.mistaken(item.name).items():
        yield Writing(name, written, item.mistakes[name].form)


def _followed(
    answers: Answers, item: Item, earlier: str
) -> Iterator[tuple[str, tuple[Writing, list[bool]]]]:
    """What the right method gives from each mistaken answer to an earlier item."""
    enough = float(TRIVIAL) * item.effort_of(answers)
    known = answers.problem.items[earlier].mistakes
    for mistake, wrong in answers.mistaken(earlier).items():
        if known[mistake].form:  # in another form than an answer has nobody goes on with it
            continue
        supposed = answers.supposing(earlier, wrong)
        try:
            written = Writing("", supposed[item.name])
        except ValueError:  # the mistaken answer has not the size that this item takes
            continue
        yield mistake, (written, (item.effort_of(supposed) < enough).tolist())
