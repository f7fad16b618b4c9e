"""Personal variants: from the exam's secret and a student's id to seed and code, and not back.

All that a sheet owes to chance comes from HMAC-SHA-256 of the seed and the id, keyed with the
secret (RFC 2104, FIPS 198-1). Who has a sheet and this program, but not the secret of at least
128 bits, can make neither the sheet nor its solution again, nor anybody else's.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from worksheetgen.roster import Roster

SECRET_BYTES = 32
FEWEST_SECRET_BYTES = 16
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U, which are misread or spell words."""
CODE_LENGTH = 12
"""Of 5 bits each: two of 5,000 students have the same code once in 90 billion exams."""


@dataclass(frozen=True)
class Person:
    """Whose sheet it is."""

    id: str
    name: str
    printed: str
    """The name in letters that the embedded fonts have."""
    group: str
    code: str
    """What stands on every page instead of the variant's number."""
    root: int
    """What the givens are drawn from, of 256 bits; it stays where the secret is."""

    def record(self) -> dict[str, str]:
        """What the manifest keeps."""
        return {
            "id": self.id,
            "name": self.name,
            "printed": self.printed,
            "group": self.group,
            "code": self.code,
        }


def fresh_secret() -> str:
    """A new secret from the operating system, as a spec names it."""
    return secrets.token_hex(SECRET_BYTES)


def people_of(roster: Roster, secret: str, seed: int) -> tuple[Person, ...]:
    """The students of a roster, each with a code and a root of givens."""
    return tuple(
        Person(
            student.id,
            student.name,
            student.printed,
            student.group,
            code(secret, seed, student.id),
            int.from_bytes(_keyed(secret, "givens", seed, student.id)),
        )
        for student in roster.students
    )


def code(secret: str, seed: int, student: str) -> str:
    """A student's code.

    >>> code("0123456789abcdef" * 2, 1, "s1")
    '841GAYEVECS8'
    """
    number = int.from_bytes(_keyed(secret, "code", seed, student))
    letters = (ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    return "".join(letters)


def _keyed(secret: str, use: str, seed: int, student: str) -> bytes:
    message = "\0".join(("worksheetgen 1", use, str(seed), student))
    return hmac.new(bytes.fromhex(secret), message.encode(), sha256).digest()
