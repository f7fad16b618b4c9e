"""The students of a roster in the order of their sheets, and spare sheets behind them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count, islice

from worksheetgen.errors import InputError, suggest
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.student import Student

Order = list[tuple[bool, int, str]]


def sorted_by(roster: Roster, keys: Sequence[str]) -> Roster:
    """The same in the order of some columns.

    Raises:
        InputError: the roster has no such column.
    """
    known = {"id", "name", *roster.facts}
    for key in keys:
        if key not in known:
            raise InputError(
                f"--sort: the roster has no column {key!r}{suggest(key, known)}; it has "
                f"{', '.join(sorted(known))}"
            )

    def order(student: Student) -> list[Order]:
        said = {"id": student.id, "name": student.name, **student.facts}
        return [natural(said[key]) for key in keys]

    return replace(roster, students=tuple(sorted(roster.students, key=order)))


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
