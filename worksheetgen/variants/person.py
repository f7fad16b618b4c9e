"""Whose a variant is, if it is personal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from worksheetgen.variants.manifest import FILE_NAME, PersonRecord

DEVICE = r"(?i)(con|prn|aux|nul|(com|lpt)\d)(\..*)?"
"""Names that Windows keeps from files."""


def file_name(number: str) -> str:
    """What the files of a student are named; other numbers have other names.

    >>> file_name("s2601"), file_name("SCT211-0123/2023"), file_name("con")
    ('s2601', 'SCT211-0123~2F2023', '~63on')
    """
    name = "".join(map(_coded, number))
    if re.fullmatch(FILE_NAME, name) and not re.fullmatch(DEVICE, name):
        return name
    first = f"~{ord(name[0]):02X}{name[1:]}" if name[0] != "~" else name
    return f"{first[:-1]}~{ord(first[-1]):02X}" if first[-1] in ".-" else first


def _coded(sign: str) -> str:
    """A sign as it is if any file may be named so, else its bytes in UTF-8."""
    if sign.isascii() and (sign.isalnum() or sign in "._@+-"):
        return sign
    return "".join(f"~{byte:02X}" for byte in sign.encode())


@dataclass(frozen=True)
class Person:
    """Whose sheet it is."""

    id: str
    name: str
    printed: str
    """The name as it is written, or in Latin letters if there were no fonts for it."""
    group: str
    code: str
    """What stands on every page instead of the variant's number."""
    root: int
    """What the givens are drawn from, of 256 bits; it stays where the secret is."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else the sheet says of who has it, by what it is."""
    scale: float = 0.0
    """How much larger the sheet is printed; 0: as the exam says."""
    version: str = ""
    """The variant that several have; empty: it is this person's alone."""

    @property
    def is_spare(self) -> bool:
        """Whether it is nobody's yet: there are lines for a name and a number."""
        return not self.printed

    def record(self) -> PersonRecord:
        """What the manifest keeps."""
        return PersonRecord(
            self.id,
            self.name,
            self.printed,
            self.group,
            self.code,
            dict(self.facts),
            self.version,
            self.scale,
        )
