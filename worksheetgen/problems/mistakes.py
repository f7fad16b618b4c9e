"""Known errors as data: what each means is said once, for those who generate and those who prove.

A mistake is the same work from other givens, a change of the right answer, or a slip in each
product, by names from a small vocabulary that either side has in its own arithmetic
(:mod:`worksheetgen.problems.changes`, :mod:`worksheetgen.verify.by_hand.mistakes`); where none of
these says it, a function of its own, once on either side. This file computes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

NONE, QUARTER, HALF, MOST = Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)
"""Shares of the points that the answer of a mistake still earns."""


@dataclass(frozen=True)
class Mistake:
    """A known error of an item."""

    name: str
    """What happened, as a marker reads it, so without an apostrophe; a spec names it so, too."""
    keeps: Fraction
    """The share of the item's points that its answer still earns."""
    form: str = ""
    """The filter that writes its answer, if it is not written as the right one is."""
    instead: Mapping[str, Any] = field(default_factory=dict)
    """Other givens: a value, the name of a change of the given, or of a function that says it."""
    of_answer: str = ""
    """The name of a change of the right answer."""
    in_work: str = ""
    """The name of a slip in each product; or that products are not summed."""
    own: str = ""
    """The name of a function that says the wrong answer."""
    among: bool = False
    """Whether the type knows the answer by the mistake's name."""
    choice: tuple[int, ...] = ()
    """Which of the values it takes, as far as they are offered; the right one comes first."""

    def worth(self, points: Fraction | int) -> Fraction:
        """What its answer earns of an item's points: its share, rounded down to half a point."""
        return Fraction(int(2 * self.keeps * points), 2)


def instead(name: str, keeps: Fraction = HALF, **changes: Any) -> Mistake:
    """The answer to other givens."""
    return Mistake(name, keeps, instead=changes)


def of_answer(name: str, change: str, keeps: Fraction = HALF, form: str = "") -> Mistake:
    """The right answer, changed as a whole."""
    return Mistake(name, keeps, form, of_answer=change)


def in_work(name: str, slip: str, keeps: Fraction) -> Mistake:
    """The sums worked out with a slip in each product."""
    return Mistake(name, keeps, in_work=slip)


def own(name: str, function: str, keeps: Fraction = HALF, form: str = "") -> Mistake:
    """An answer of its own: a method of the problem, a function of the reference."""
    return Mistake(name, keeps, form, own=function)


def chose(name: str, *choice: int) -> Mistake:
    """Another of the values that are offered."""
    return Mistake(name, NONE, choice=choice)


def among(name: str, keeps: Fraction, choice: tuple[int, ...] = ()) -> Mistake:
    """An answer that the type knows by this name, and which values are it among choices."""
    return Mistake(name, keeps, among=True, choice=choice)


UNSUMMED = "unsummed"
SIGN_LOST = in_work("minus times minus taken as minus", "sign_lost", MOST)
NOT_SUMMED = Mistake("products not summed", HALF, "matrix", in_work=UNSUMMED)
ENTRIES_NOT_SUMMED = Mistake("entries not summed", NONE, "matrix", in_work=UNSUMMED)
ADDED = in_work("factors added instead of multiplied", "added", NONE)
REVERSED = of_answer("sign reversed", "negated")
"""Mistakes that many items know."""
