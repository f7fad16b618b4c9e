"""Which column of a roster is what, by its head: as student systems name them in many languages."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

MEANINGS = (
    "id",
    "name",
    "first",
    "last",
    "group",
    "role",
    "room",
    "seat",
    "duration",
    "extra",
    "scale",
)
"""What a column that counts may be."""

WORDS: Mapping[str, Sequence[str]] = tomllib.loads(
    Path(__file__).with_name("heads.toml").read_text(encoding="utf-8")
)
LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "#": " number "})
"""Letters that are no others with an accent, and a sign that stands for a word."""


def plain(said: str) -> str:
    """A head as it is compared: without case, accents, signs and what marks a comment.

    >>> plain("Numéro d'identification"), plain("# Field order: student_id")
    ('numero d identification', 'student id')
    """
    bare = re.sub(r"^#+\s*(field order:)?", "", said.strip(), flags=re.IGNORECASE)
    letters = unicodedata.normalize("NFKD", bare.casefold().translate(LETTERS))
    kept = "".join(sign for sign in letters if unicodedata.category(sign) != "Mn")
    return re.sub(r"[\W_]+", " ", kept).strip()


def _ranked(*lists: str) -> dict[str, int]:
    """Heads by their rank: the first one that is there is taken."""
    heads = [plain(head) for name in lists for head in WORDS[name]]
    return {head: rank for rank, head in reversed(list(enumerate(heads)))}


HEADS: Mapping[str, Mapping[str, int]] = {
    "id": _ranked("number", "account"),
    "first": _ranked("first"),
    "last": _ranked("last"),
    "name": _ranked("whole", "either"),
    "group": _ranked("group"),
    "role": _ranked("role"),
    "room": _ranked("room"),
    "seat": _ranked("seat"),
    "duration": _ranked("duration"),
    "extra": _ranked("extra"),
    "scale": _ranked("scale"),
}
EITHER = frozenset(_ranked("either"))
STUDENTS = frozenset(_ranked("students"))


def numbers_of(header: Sequence[str]) -> list[int]:
    """The columns that may be numbers of students, the likeliest first."""
    known = HEADS["id"]
    return [
        at
        for _, at in sorted((known[p], n) for n, p in enumerate(map(plain, header)) if p in known)
    ]


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """The positions of the columns that count, by what they mean."""
    heads = [plain(cell) for cell in header]
    found: dict[str, int] = {}
    for meaning, ranks in HEADS.items():
        known = [(ranks[head], at) for at, head in enumerate(heads) if head in ranks]
        if known:
            found[meaning] = min(known)[1]
    return _names_settled(found, heads)


def _names_settled(found: dict[str, int], heads: Sequence[str]) -> dict[str, int]:
    """What a head of a name means beside the others."""
    for one, other in (("first", "last"), ("last", "first")):
        if one in found and other not in found:
            beside = [at for at, head in enumerate(heads) if head in EITHER and at != found[one]]
            if beside:
                found[other] = beside[0]
            elif heads[found[one]] in EITHER:
                found["name"] = found.pop(one)
            break
    whole = {"first", "last"} <= found.keys()
    return {
        m: at for m, at in found.items() if m not in (("name",) if whole else ("first", "last"))
    }


def is_enough(columns: Iterable[str]) -> bool:
    """Whether there is a number, and a name."""
    there = set(columns)
    return "id" in there and ("name" in there or {"first", "last"} <= there)
