"""A student: the number by which files are named, and the name as it can be printed."""

import re
import unicodedata
from dataclasses import dataclass
from textwrap import shorten

from worksheetgen.typeset.characters import in_latin_letters, widest

FILE_NAME = "[A-Za-z0-9]([A-Za-z0-9._@+-]{0,30}[A-Za-z0-9_@+-])?"
"""What an id may be, since files are named by it."""
DEVICE = r"(?i)(con|prn|aux|nul|(com|lpt)\d)(\..*)?"
"""Names that Windows keeps from files."""
SHORTENED = r"(?i)\d([.,]\d+)?e\+\d+"
"""Numbers as spreadsheets write them where a column is narrow."""
WIDEST_NAME, WIDEST_ID = 33, 20
"""Quads that a sheet has room for: names and ids of usual lengths, and much longer ones."""


@dataclass(frozen=True)
class Student:
    """A row of a roster."""

    line: int
    id: str
    name: str
    group: str = ""

    @property
    def printed(self) -> str:
        """The name in letters that the embedded fonts have."""
        return in_latin_letters(self.name)


def fault_of(student: Student) -> str:
    """Why a student can have no sheet; empty if nothing is in the way."""
    return _fault_of_number(student.id) or _fault_of_name(student)


def _fault_of_number(said: str) -> str:
    if re.fullmatch(SHORTENED, said):
        return f"{said} was a number that a spreadsheet shortened; write its digits, as text"
    if not re.fullmatch(FILE_NAME, said):
        return f"files are named by {said!r}: use letters, digits and . _ @ + - alone"
    if re.fullmatch(DEVICE, said):
        return f"Windows has no files named {said}; choose another student number"
    return ""


def _fault_of_name(student: Student) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in student.name):
        return f"{student.name!r} has a character that no name has"
    if not any(letter.isalpha() for letter in student.printed):
        return f"{student.name!r} has no letter that can be printed, nor written in Latin letters"
    if widest(student.printed) > WIDEST_NAME or widest(student.id) > WIDEST_ID:
        return f"{student.id}, {shorten(student.name, 40)}, is too long for its line: shorten it"
    return ""
