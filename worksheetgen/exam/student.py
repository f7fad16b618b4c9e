"""A student: the number and the name, as they can be printed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from textwrap import shorten

from worksheetgen.typeset.characters import in_latin_letters, widest
from worksheetgen.typeset.names import as_printed

SHORTENED = r"(?i)\d([.,]\d+)?e\+\d+|\d+[.,]0"
"""Numbers as spreadsheets and tables write them that take them for amounts."""
LARGEST_SCALE, STEPS = 2, 20
"""How much larger a sheet may be, and in which parts of 1."""
SIGNS = frozenset("’‘“”´ʼ·・׳״،")
"""Signs beyond ASCII that names are written with."""
WIDEST_NAME, WIDEST_ID, WIDEST_FACTS = 60, 45, 90
"""Quads that can still be read on a sheet, made smaller and in two lines."""


@dataclass(frozen=True)
class Student:
    """A row of a roster."""

    line: int
    id: str
    name: str
    group: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else the sheet says: room, seat, group, and other columns by their heads."""
    scale: float = 0.0
    """How much larger the sheet is printed; 0: as the exam says."""
    last: str = ""
    """The family's name, if a column has it."""

    @property
    def printed(self) -> str:
        """The name as it is written, or in Latin letters if there are no fonts for it."""
        return as_printed(self.name)


def fault_of(student: Student) -> str:
    """Why a student can have no sheet; empty if nothing is in the way."""
    return _fault_of_number(student.id) or _fault_of_name(student) or _fault_of_facts(student)


def is_scale(scale: float) -> bool:
    """Whether a sheet can be so much larger."""
    steps = scale * STEPS
    return 1 <= scale <= LARGEST_SCALE and abs(steps - round(steps)) < 1 / STEPS


def _fault_of_number(said: str) -> str:
    if re.fullmatch(SHORTENED, said):
        return f"{said} was taken for an amount by a spreadsheet; write its digits, as text"
    strange = [sign for sign in said if in_latin_letters(sign) != sign or not sign.isprintable()]
    return f"{said!r} has {strange[0]!r}, which cannot be printed" if strange else ""


def _fault_of_name(student: Student) -> str:
    strange = [sign for sign in student.name if not _is_of_names(sign)]
    if strange:
        return f"{student.name!r} has {strange[0]!r}, which no name has; is the file UTF-8?"
    if not any(letter.isalpha() for letter in student.printed):
        return f"{student.name!r} has no letter that can be printed, nor written in Latin letters"
    if widest(student.printed) > WIDEST_NAME or widest(student.id) > WIDEST_ID:
        name = shorten(student.name, 40, placeholder=" ...")
        return f"{student.id[:40]}, {name}, is too long to be read in two lines: shorten it"
    return ""


def _fault_of_facts(student: Student) -> str:
    for head, said in student.facts.items():
        strange = [sign for sign in said if not sign.isprintable()]
        if strange:
            return f"{head} {said!r} has {strange[0]!r}, which cannot be printed"
    if widest(" ".join(chain.from_iterable(student.facts.items()))) > WIDEST_FACTS:
        head, told = max(student.facts.items(), key=lambda fact: widest(fact[1]))
        return (
            f"{student.id}: {head} {told[:40]!r} ... is too long to stand below a name; shorten it"
        )
    return ""


def _is_of_names(sign: str) -> bool:
    """Letters, marks, spaces, digits, dashes, joiners, all of ASCII, and some signs."""
    kind = unicodedata.category(sign)
    return (
        kind[0] in "LM"
        or kind in ("Zs", "Nd", "Pd", "Cf")
        or (sign.isascii() and kind != "Cc")
        or sign in SIGNS
    )
