"""The marking key: what students write who make a known mistake, and what it still earns.

A row stands for everything that is written the same, since that is what a marker sees. Behind an
item's own mistakes come the answers that a right method gives from a mistaken earlier answer: they
earn all points, unless the error has left too little to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from worksheetgen.fairness import RIGHT
from worksheetgen.problems.base import Answers, Array, ItemMethod, Json, Problem

TRIVIAL = Fraction(1, 2)
"""A step of less than this share of the right one's effort is not followed through."""

Credit = Mapping[str, Mapping[str, Fraction]]
"""What the answer of each mistake earns, by item and mistake."""


@dataclass(frozen=True)
class KeyRow:
    """What a student may have written instead of the right answer."""

    happened: str
    """What happened, for the marker."""
    written: Array
    form: str = ""
    """The filter that writes it, if it is not written as the right answer is."""
    points: Fraction | None = None
    """None: no points by rule."""
    label: str = ""
    """Such as ``ii.A``: by it a later item's rows refer to this one."""

    @property
    def seen(self) -> tuple[str, tuple[int, ...], tuple[object, ...]]:
        """What makes two writings the same; whether a vector stands or lies does not matter."""
        size = tuple(length for length in self.written.shape if length > 1)
        return self.form, size, tuple(self.written.ravel().tolist())

    def record(self, method: ItemMethod) -> dict[str, Json]:
        return {
            "label": self.label,
            "happened": self.happened,
            "written": self.written.tolist() if self.form else method.record(self.written),
            "points": None if self.points is None else exact(self.points),
        }


def exact(number: Fraction) -> Json:
    """A rational number as the manifest keeps it.

    >>> exact(Fraction(2)), exact(Fraction(3, 2))
    (2, '3/2')
    """
    return int(number) if number.denominator == 1 else str(number)


def credit_of(kind: type[Problem], worth: Mapping[str, int]) -> Credit:
    """What the mistakes of a problem type earn by default, for items worth so many points."""
    return {
        item: {name: m.worth(points) for name, m in kind.items[item].mistakes.items()}
        for item, points in worth.items()
    }


def marking_keys(
    answers: Answers, labels: Mapping[str, str], worth: Mapping[str, int], credit: Credit
) -> dict[str, tuple[KeyRow, ...]]:
    """The key of each item of a part.

    Args:
        answers: those of one problem.
        labels: the labels of the items asked, by name, in order.
        worth: their points.
        credit: what each mistake earns.
    """
    keys: dict[str, tuple[KeyRow, ...]] = {}
    for name, label in labels.items():
        method = answers.problem.items[name]
        own = _mistakes(answers, method, credit[name])
        followed = (
            row
            for earlier in method.builds_on
            for row in _followed(answers, method, earlier, keys.get(earlier, ()), worth[name])
        )
        right = KeyRow("", answers[name]).seen
        rows = [
            row
            for group in (own, followed)
            for row in _joined(row for row in group if row.seen != right)
        ]
        keys[name] = tuple(
            replace(row, label=f"{label}.{chr(ord('A') + n)}") for n, row in enumerate(rows)
        )
    return keys


def alike(answers: Answers, method: ItemMethod) -> list[tuple[str, str]]:
    """The pairs of an item's answers, right or mistaken, that are written the same."""
    mistakes = _mistakes(answers, method, defaultdict(Fraction))
    rows = [KeyRow(RIGHT, answers[method.name]), *mistakes]
    return [
        (one.happened, other.happened)
        for one, other in combinations(rows, 2)
        if one.seen == other.seen
    ]


def _mistakes(
    answers: Answers, method: ItemMethod, credit: Mapping[str, Fraction]
) -> Iterator[KeyRow]:
    for name, written in answers.mistaken(method.name).items():
        yield KeyRow(name, written, method.mistakes[name].form, credit[name])


def _followed(
    answers: Answers, method: ItemMethod, earlier: str, mistaken: Iterable[KeyRow], points: int
) -> Iterator[KeyRow]:
    """What the right method gives from each mistaken answer to an earlier item."""
    for mistake in mistaken:
        supposed = answers.supposing(earlier, mistake.written)
        try:
            written = method.answer_of(supposed)
        except ValueError:  # the mistaken answer has not the size that this item takes
            continue
        after = f"right method after {mistake.label}"
        if method.effort_of(supposed) < TRIVIAL * method.effort_of(answers):
            yield KeyRow(f"{after}, which left too little to do", written)
        else:
            yield KeyRow(after, written, points=Fraction(points))


def _joined(rows: Iterable[KeyRow]) -> Iterable[KeyRow]:
    """One row for all that is written the same, with the best of their points."""
    joined: dict[object, KeyRow] = {}
    for row in rows:
        there = joined.setdefault(row.seen, row)
        if there is not row:
            best = max((p for p in (there.points, row.points) if p is not None), default=None)
            happened = f"{there.happened}, or {row.happened}"
            joined[row.seen] = replace(there, happened=happened, points=best)
    return joined.values()
