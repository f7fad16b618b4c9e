"""Personal variants: from a secret to an exam's key, from there to givens and codes, and not back.

A secret of at least 128 bits keys HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the exam's seed and title:
the exam's key. That one keys HMAC-SHA-256 of a student's id, from which comes all that a sheet owes
to chance. Who has a sheet and this program, but neither secret nor key, can make neither the sheet
nor its solution again, nor anybody else's; who has an exam's key, as its manifest has, can do so
for this exam alone.
"""

import hmac
import secrets
from hashlib import sha256

from worksheetgen.exam.roster import Roster
from worksheetgen.variants.person import Person

SECRET_BYTES = 32
FEWEST_SECRET_BYTES = 16
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O and U, which are misread or spell words."""
CODE_LENGTH = 12
"""Of 5 bits each: two of 5,000 students have the same code once in 90 billion exams."""


def fresh_secret() -> str:
    """A new secret from the operating system, as a spec names it."""
    return secrets.token_hex(SECRET_BYTES)


def exam_key(secret: str, seed: int, title: str) -> str:
    """The key of an exam, as its manifest names it."""
    return _keyed(secret, "exam", str(seed), title).hex()


def people_of(roster: Roster, key: str, versions: int | None = None) -> tuple[Person, ...]:
    """The students of a roster, each with a code and a root of givens, by the exam's key.

    Args:
        roster: the students, in order.
        key: the exam's.
        versions: how many variants they share, so that neighbours have others; None: each has one.
    """
    return tuple(
        Person(
            student.id,
            student.name,
            student.printed,
            student.group,
            (dealt := version_of(position, versions)) + code(key, student.id),
            root(key, student.id),
            student.facts,
            student.scale,
            dealt,
        )
        for position, student in enumerate(roster.students)
    )


def version_of(position: int, versions: int | None) -> str:
    """Which version somebody has, by the position among all.

    >>> [version_of(position, 3) for position in range(4)], version_of(0, None)
    (['A', 'B', 'C', 'A'], '')
    """
    return chr(ord("A") + position % versions) if versions else ""


def is_version(version: str, code: str) -> bool:
    """Whether a code is of somebody who has a version.

    >>> is_version("B", "BZFSJ38QRMEQ6"), is_version("001", "001")
    (True, False)
    """
    return len(version) == 1 and code.startswith(version) and len(code) == 1 + CODE_LENGTH


def root(key: str, student: str) -> int:
    """What a student's givens are drawn from, by the exam's key."""
    return int.from_bytes(_keyed(key, "givens", student))


def shared_seed(key: str) -> int:
    """What students share is drawn from, versions or parts, by the exam's key."""
    return int.from_bytes(_keyed(key, "versions")[:8]) >> 1


def code(key: str, student: str) -> str:
    """A student's code, by the exam's key.

    >>> code("0123456789abcdef" * 2, "s1")
    'ZFSJ38QRMEQ6'
    """
    number = int.from_bytes(_keyed(key, "code", student))
    letters = (ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    return "".join(letters)


def _keyed(key: str, use: str, *said: str) -> bytes:
    message = "\0".join(("worksheetgen 1", use, *said))
    return hmac.new(bytes.fromhex(key), message.encode(), sha256).digest()
