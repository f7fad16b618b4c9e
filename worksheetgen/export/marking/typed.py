"""Answers as people type them, read generously: what they may mean, compared with what is written.

A number may have a comma or a point, a true minus or a dash; a matrix any brackets, rows between
semicolons or lines; a vector may lie or stand; a sum of named outputs counts by its coefficients.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

from worksheetgen.typeset.language import Vocabulary

NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:/\d+(?:\.\d+)?)?"
NUMBERS = re.compile(rf"(?:{NUMBER}|[-+?])(?:[\s,]+(?:{NUMBER}|[-+?]))*")
"""Numbers, and the signs of a pattern."""
VULGAR = re.compile(r"([-−–]?)(\d*)\s*([¼-¾⅐-⅞])")
MIXED = re.compile(r"(?<![\d/])(-?)(\d+) (\d+)/(\d+)(?![\d/])")
RAISED = re.compile(r"[⁰¹²³⁴-⁹]|[₀-₉]\s*/|/\s*[₀-₉]|\d[₀-₉]")
"""Powers, and fractions of small digits, which are no answers' and easily misread."""
LATEX = {
    r"\\\\": ";",
    r"\\(begin|end)\{[a-z]+\}": " ",
    r"\\[dt]?frac\{(\d+)\}\{(\d+)\}": r"\1/\2",
    r"\\text\{([^{}]*)\}": r"\1",
    r"\\times|&|\$|\\[,;!]": " ",
}
"""LaTeX as text."""
SIGNS = ("?", "+", "-")
TERM = re.compile(r"([-+]?)(\d+(?:/\d+|\.\d+)?)?\*?[A-Za-z]_?\{?(\d+)\}?")
DASHES = dict.fromkeys(map(ord, "−–—‐‑‒"), "-")
PARTED = re.compile(r"[;\n|]")
LETTER = re.compile(r"\(?([A-Za-z])[).]?")
LONGEST = 5_000
"""Letters of an answer at most."""


@dataclass(frozen=True)
class Typed:
    """What an answer may say: entries, and the rows that they stand in if there are any."""

    entries: tuple[Any, ...]
    rows: tuple[int, ...] = ()
    """How many entries each row has; none if they stand in one."""


Answer = Any
"""One of a manifest: a number, a word, rows of them, or these by name."""


def is_said(said: str, written: Answer, words: Vocabulary) -> bool:
    """Whether what somebody typed is an answer.

    Args:
        said: as it was typed.
        written: the answer, as a manifest has it.
        words: of the language in which it was typed.
    """
    if isinstance(written, Mapping):
        return any(
            parts.keys() == written.keys()
            and all(is_said(parts[name], value, words) for name, value in written.items())
            for parts in _parts(said, [*written], words)
        )
    entries, rows = _flat(written)
    return any(one.entries == entries and one.rows in ((), rows) for one in readings(said, words))


def is_readable(said: str, written: Answer, words: Vocabulary) -> bool:
    """Whether it has the form of an answer, right or wrong."""
    if isinstance(written, Mapping):
        return any(parts.keys() == written.keys() for parts in _parts(said, [*written], words))
    kinds = {type(entry) for entry in _flat(written)[0]}
    return any({type(entry) for entry in one.entries} <= kinds for one in readings(said, words))


def letters_of(said: str) -> set[str] | None:
    """The letters of several choices that somebody typed; None: it is something else.

    >>> sorted(letters_of("a) and C")), sorted(letters_of("CA")), letters_of("none")
    (['A', 'C'], ['A', 'C'], None)
    """
    words = [word for word in re.findall(r"\w+", said) if word.casefold() not in ("and", "und")]
    together = "".join(words).upper()
    apart = all(len(word) == 1 for word in words)
    once = len(words) == 1 and len({*together}) == len(together)
    return {*together} if re.fullmatch("[A-J]+", together) and (apart or once) else None


def readings(said: str, words: Vocabulary) -> Iterator[Typed]:
    """What an answer without named parts may mean."""
    if len(said) > LONGEST or RAISED.search(said):
        return
    tidy = _tidy(said)
    letter = LETTER.fullmatch(tidy)
    if letter:
        yield Typed((letter[1].upper(),))
    bare = re.sub(r"[()]", " ", tidy).strip()
    ways = {bare, _unmixed(bare)}
    if words.decimal == ",":
        ways |= {bare.replace(",", "."), re.sub(r",(?=\s)", " ", bare).replace(",", ".")}
    for one in ways:
        yield from _numbers(one)
    sums = _sum(tidy)
    if sums:
        yield Typed(sums)
    listed = [_word(each, words) for each in re.split(r"[\s,;]+", tidy)]
    for found in ([_word(tidy, words)], listed):
        if all(found):
            yield Typed(tuple(found))


def _tidy(said: str) -> str:
    """Without forms of letters, true minus signs, brackets and an equation's left side."""
    plain = VULGAR.sub(_sum_of_mixed, said)
    for latex, usual in LATEX.items():
        plain = re.sub(latex, usual, plain)
    plain = unicodedata.normalize("NFKC", plain).translate(DASHES).replace("\u2044", "/").strip()
    plain = plain.rpartition("=")[2] if "=" in plain else plain
    plain = re.sub(r"\]\s*,?\s*\[|\)\s*,\s*\(", ";", plain)
    return re.sub(r"[\[\]{}⊤]|\^T", " ", plain).strip().rstrip(".;")


def _sum_of_mixed(found: re.Match[str]) -> str:
    """A number such as 1¾ as one fraction, and ¾ alone."""
    sign, whole, part = found.groups()
    value = int(whole or 0) + Fraction(unicodedata.numeric(part)).limit_denominator(10)
    return f" {sign}{value.numerator}/{value.denominator} "


def _unmixed(bare: str) -> str:
    """The same with mixed numbers between commas as fractions: ``3 1/4, -1``."""
    if "," not in bare:
        return bare
    return MIXED.sub(lambda m: f"{m[1]}{int(m[2]) * int(m[4]) + int(m[3])}/{m[4]}", bare)


def _numbers(tidy: str) -> Iterator[Typed]:
    rows = [row.strip() for row in PARTED.split(re.sub(r"\s*/\s*", "/", tidy)) if row.strip()]
    if not rows or not all(NUMBERS.fullmatch(row) for row in rows):
        return
    parsed = [re.split(r"[\s,]+", row) for row in rows]
    try:
        entries = tuple(map(_value, chain.from_iterable(parsed)))
    except ZeroDivisionError:
        return
    lengths = tuple(map(len, parsed))
    yield Typed(entries, lengths if {*lengths} != {1} and len(lengths) > 1 else ())


def _value(said: str) -> Any:
    over, _, under = said.partition("/")
    return said if said in SIGNS else Fraction(over) / Fraction(under or 1)


def _sum(tidy: str) -> tuple[Fraction, ...]:
    """The coefficients of a sum such as H1 + 2 H2, by its indices."""
    bare = re.sub(r"\s+|·", "", tidy)
    terms = list(TERM.finditer(bare))
    if not terms or "".join(term[0] for term in terms) != bare:
        return ()
    found: dict[int, Fraction] = {}
    for sign, size, index in (term.groups() for term in terms):
        if int(index) > LONGEST:
            return ()
        value = Fraction(size or 1) * (-1 if sign == "-" else 1)
        found[int(index)] = found.get(int(index), Fraction(0)) + value
    return tuple(found.get(n, Fraction(0)) for n in range(max(found) + 1))


def _word(tidy: str, words: Vocabulary) -> str:
    """A word of an answer as the manifest has it."""
    known = {_plain(said): english for english, said in words.words.items()}
    plain = _plain(tidy)
    return known.get(plain, plain if plain.replace(" ", "").isalpha() else "")


def _plain(said: str) -> str:
    return " ".join(said.casefold().split())


def _parts(said: str, names: list[str], words: Vocabulary) -> Iterator[dict[str, str]]:
    """The parts of an answer, named or in order."""
    tidy = unicodedata.normalize("NFKC", said).translate(DASHES).strip()
    called = {_plain(words.said(name)): name for name in names} | {_plain(n): n for n in names}
    pattern = "|".join(sorted(map(re.escape, called), key=len, reverse=True))
    found = list(re.finditer(rf"(?i)\b({pattern})\s*[:=]", tidy))
    if found:
        ends = [*(each.start() for each in found[1:]), len(tidy)]
        yield {
            called[_plain(each[1])]: tidy[each.end() : end].strip().rstrip(";,. ")
            for each, end in zip(found, ends, strict=True)
        }
    for parts in (re.split(r"[;\n]", tidy), tidy.split(",")):
        if len(parts) == len(names):
            yield dict(zip(names, map(str.strip, parts), strict=True))


def _flat(written: Answer) -> tuple[tuple[Any, ...], tuple[int, ...]]:
    """Entries in order, and how many each row has; a vector has no rows."""
    if not isinstance(written, list):
        return (_entry(written),), ()
    if not any(isinstance(row, list) for row in written):
        return tuple(map(_entry, written)), ()
    rows = list(_rows(written))
    entries = tuple(_entry(entry) for row in rows for entry in row)
    lengths = tuple(map(len, rows))
    return entries, lengths if {*lengths} != {1} and len(lengths) > 1 else ()


def _rows(written: list[Any]) -> Iterator[list[Any]]:
    for row in written:
        if isinstance(row, list) and any(isinstance(entry, list) for entry in row):
            yield from _rows(row)
        else:
            yield row


def _entry(written: Any) -> Any:
    """A number as such; a letter or a word as people may type it."""
    try:
        return Fraction(written)
    except ValueError:
        return written if len(written) == 1 else _plain(written)
