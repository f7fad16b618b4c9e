"""The students of a roster in the order of their sheets, and spare sheets behind them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count, islice

from worksheetgen.errors import InputError, nearest
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.roster.heads import plain
from worksheetgen.exam.student import Student

Order = list[tuple[bool, int, str]]


def sorted_by(roster: Roster, keys: Sequence[str]) -> Roster:
    """The same in the order of some columns.

    Raises:
        InputError: the roster has no such column.
    """
    known = ["id", "name", "last", *roster.facts]
    meant = [column_of(roster, key, known, "--sort") for key in keys]

    def order(student: Student) -> list[Order]:
        last = student.last or student.name
        said = {"id": student.id, "name": student.name, "last": last, **student.facts}
        return [natural(said[key]) for key in meant]

    return replace(roster, students=tuple(sorted(roster.students, key=order)))


def column_of(roster: Roster, said: str, known: Sequence[str], option: str) -> str:
    """Which column is meant, by what it is or by its head.

    Raises:
        InputError: the roster has no such column.
    """
    by_head = {plain(head): meaning for meaning, head in roster.columns.items()}
    meant = said if said in known else by_head.get(plain(said), said)
    if meant not in known:
        near = nearest(said, [*known, *roster.columns.values()])
        raise InputError(
            f"{option}: the roster has no column {said!r}{near}; it has {', '.join(known)}"
        )
    return meant


def natural(said: str) -> Order:
    """What sorts by the numbers within a text, and nothing last.

    >>> sorted(["A10", "", "A9", "B1", "12"], key=natural)
    ['12', 'A9', 'A10', 'B1', '']
    """
    pieces = re.findall(r"\d+|\D+", said.casefold())
    order = [(not p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in pieces]
    return order or [(True, 1, "")]


def with_spares(roster: Roster, spares: int) -> Roster:
    """The same with sheets that are nobody's yet at the end."""
    known = {student.id.casefold() for student in roster.students}
    free = (name for number in count(1) if (name := f"spare-{number}") not in known)
    facts = dict.fromkeys(roster.facts, "")
    new = [Student(0, name, "", facts=facts) for name in islice(free, spares)]
    return replace(roster, students=(*roster.students, *new))
