"""Fonts as they go into sheets: Type 1 programs cut down to the glyphs that a document can show.

A font is known by its name and taken from the embedded TeX's own fonts (or an installed one's
where there is none), whatever TeX has set the pages. So every byte of a sheet's fonts can be made
again by whoever proves it, and no glyph looks like another. Subroutines that no glyph calls are
left out, and the others are numbered anew: most of what TeX would put into a file is unused.

Source: Adobe Systems, "Adobe Type 1 Font Format" (1990), chapters 6 and 7.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.agl import toUnicode

from worksheetgen.errors import TexError
from worksheetgen.typeset.tex import embedded_tree

C1, C2 = 52845, 22719
"""The constants of the encryption, which is modulo 2¹⁶."""
EEXEC, CHARSTRING = 55665, 4330
"""Where the encryption of a program and of a glyph begins."""
FEW = 200
"""Fewer bytes are decrypted sooner one by one."""
SKIPPED = 4
"""Random bytes at the beginning of what is encrypted."""
FIXED = 5
"""Subroutines whose numbers mean something: flex (0 to 2), and other hints from here on (3, 4)."""
OTHER_HINTS = bytes([140, 142, 12, 16, 12, 17, 10, 11])
"""Subroutine 4, which calls the one whose number stands before it."""
CALL, ESCAPE, DIVIDE, BEARING = 10, 12, 12, 13
"""Commands; DIVIDE comes behind ESCAPE, BEARING ends the numbers of a glyph's width."""

NAME = re.compile(rb"%!(?:PS-AdobeFont|FontType1)-1\.\d: *([\w-]+)")
SUBROUTINE = re.compile(rb"dup (\d+) (\d+) (?:RD|-\|) ")
GLYPH = re.compile(rb"/([A-Za-z0-9._]+) (\d+) (?:RD|-\|) ")
ENCODING = re.compile(rb"/Encoding 256 array.*?readonly def", re.DOTALL)
BOX = re.compile(rb"/FontBBox *\{ *(-?\d+) +(-?\d+) +(-?\d+) +(-?\d+) *\}")
NUMBER = rb"/%b *\[? *(-?\d+(?:\.\d+)?)"
WORDS = {b"RD": (b"NP", b"ND"), b"-|": (b"|", b"|-")}
"""How fonts call what reads a piece of data, and what then keeps a subroutine or a glyph."""
SAID = {
    "dotlessj": "ȷ",
    "star": "⋆",
    "lscript": "ℓ",
    "bardbl": "∥",
    "circledot": "⊙",
    "latticetop": "⊤",
    "floorleft": "⌊",
    "floorright": "⌋",
    **dict.fromkeys(("summationtext", "summationdisplay"), "∑"),
    **{glyph: glyph for glyph in ("ff", "fi", "fl", "ffi", "ffl")},
}
"""What glyphs stand for whose names say it neither in Adobe's list nor by themselves."""
OF_THEIR_OWN = "\ue000", "\uf8ff"
"""Between them are characters that mean something else to everybody."""
DELIMITER = re.compile(
    r"(?:bracket|floor|paren|brace)(?:left|right)(?:big|Big|bigg|Bigg|tp|ex|mid|bt)"
)
"""The names of large brackets and of their pieces, which stand for no character by themselves."""


@dataclass(frozen=True)
class Source:
    """A font program as it is installed, its parts still encrypted one by one."""

    name: str
    head: bytes
    """The clear text before the encrypted part, with no encoding of its own."""
    reading: bytes
    """A key of ``WORDS``."""
    private: bytes
    """What the encrypted part says before the subroutines."""
    subroutines: Mapping[int, bytes]
    glyphs: Mapping[str, bytes]
    box: tuple[int, ...]
    angle: str
    stem: str


@dataclass(frozen=True)
class Program:
    """A font program of some glyphs: its clear text, and its encrypted part."""

    clear: bytes
    encrypted: bytes
    glyphs: Mapping[str, bytes]
    """The instructions of each glyph, decrypted."""
    subroutines: tuple[bytes, ...]


def text_of(glyph: str) -> str:
    """The characters that a glyph stands for; none if nobody knows.

    >>> text_of("a"), text_of("ffi"), text_of("minus"), text_of("bracketlefttp")
    ('a', 'ffi', '−', '')
    """
    said = SAID.get(glyph) or toUnicode(glyph)
    return "" if OF_THEIR_OWN[0] <= said <= OF_THEIR_OWN[1] else said


@lru_cache(maxsize=64)
def source(name: str) -> Source:
    """An installed font by its name.

    Raises:
        TexError: there is none, or it is no Type 1 font.
    """
    path = _installed().get(name)
    if path is None:
        raise TexError(f"the font {name} is none of the Type 1 fonts of the embedded TeX")
    head, encrypted = _segments(path.read_bytes())
    plain = decrypted(encrypted, EEXEC)
    first, glyphs_at = plain.index(b"/Subrs"), plain.index(b"/CharStrings")
    box, angle, stem = (
        BOX.search(head),
        re.search(NUMBER % b"ItalicAngle", head),
        re.search(NUMBER % b"StdVW", plain),
    )
    other_hints = dict(_named(SUBROUTINE, plain, first, glyphs_at)).get(b"4", b"")
    if box is None or decrypted(other_hints, CHARSTRING) != OTHER_HINTS:
        raise TexError(
            f"the font {name} is not made as those of Latin Modern are; use one of these"
        )
    return Source(
        name,
        ENCODING.sub(b"/Encoding StandardEncoding def", head),
        next(word for word in WORDS if b"/%b" % word in plain[:first]),
        plain[:first],
        {int(n): code for n, code in _named(SUBROUTINE, plain, first, glyphs_at)},
        {n.decode(): code for n, code in _named(GLYPH, plain, glyphs_at, len(plain))},
        tuple(map(int, box.groups())),
        angle[1].decode() if angle else "0",
        stem[1].decode() if stem else "0",
    )


@lru_cache(maxsize=256)
def program(name: str, glyphs: tuple[str, ...]) -> Program:
    """The program of a font with these glyphs, and ``.notdef``.

    Raises:
        TexError: there is no such font, or it lacks one of them.
    """
    whole = source(name)
    missing = [glyph for glyph in glyphs if glyph not in whole.glyphs]
    if missing:
        raise TexError(f"the font {name} has no glyph {missing[0]}")
    kept = {g: decrypted(whole.glyphs[g], CHARSTRING) for g in (".notdef", *sorted({*glyphs}))}
    called = _called(whole, kept.values())
    numbers = {old: new for new, old in enumerate(called)}
    subroutines = tuple(_renumbered(code, numbers) for code in called.values())
    kept = {glyph: _renumbered(code, numbers) for glyph, code in kept.items()}
    plain = b"".join([whole.private, *_written(whole.reading, subroutines, kept)])
    return Program(whole.head, encrypted(plain, EEXEC), kept, subroutines)


@lru_cache(maxsize=4096)
def width(name: str, glyph: str) -> str:
    """The width of a glyph in thousandths of the font's size, to a tenth.

    >>> width("LMRoman10-Regular", "zero"), width("LMRoman10-Bold", "l")
    ('500', '319.4')
    """
    code, stack = decrypted(source(name).glyphs[glyph], CHARSTRING), list[float]()
    for start, _, value in _tokens(code):
        if value is not None:
            stack.append(value)
        elif code[start] == BEARING:
            break
        elif code[start] == ESCAPE and code[start + 1] == DIVIDE:
            stack[-2:] = [stack[-2] / stack[-1]]
    return f"{round(stack[1], 1):g}"


def decrypted(cipher: bytes, key: int) -> bytes:
    """What was encrypted, without the bytes that are skipped.

    The key of each byte is linear in that of the byte before, and so a sum over all of them.
    """
    if len(cipher) < FEW:
        plain = bytearray()
        for byte in cipher:
            plain.append(byte ^ (key >> 8))
            key = ((byte + key) * C1 + C2) & 0xFFFF
        return bytes(plain[SKIPPED:])
    c = np.frombuffer(cipher, np.uint8).astype(np.uint32)
    powers, inverse = (_powers(base)[: len(c) + 1] for base in (C1, pow(C1, -1, 1 << 16)))
    steps = np.cumsum((c * C1 + C2) * inverse[1 : len(c) + 1], dtype=np.uint32)
    keys = (np.concatenate([[key], key + steps[:-1]]).astype(np.uint32) * powers[: len(c)]) & 0xFFFF
    return bytes((c ^ (keys >> 8)).astype(np.uint8))[SKIPPED:]


def encrypted(plain: bytes, key: int) -> bytes:
    """The same encrypted, behind zeros in place of random bytes."""
    cipher = bytearray()
    for byte in bytes(SKIPPED) + plain:
        coded = byte ^ (key >> 8)
        key = ((coded + key) * C1 + C2) & 0xFFFF
        cipher.append(coded)
    return bytes(cipher)


@cache
def _powers(base: int) -> Any:
    """The powers of a number modulo 2¹⁶, as many as the largest font has bytes."""
    factors = np.full(1 << 19, base, np.uint32)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint32) & 0xFFFF


@cache
def _installed() -> Mapping[str, Path]:
    """The Type 1 fonts that there are, by name."""
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in sorted(folder.rglob("*.pfb")):
            with path.open("rb") as file:
                named = NAME.search(file.read(200))
            if named:
                found.setdefault(named[1].decode(), path)
    return found


def _folders() -> list[Path]:
    embedded = embedded_tree()
    if embedded:
        return [embedded / "texmf-dist" / "fonts" / "type1"]
    try:
        asked = ["kpsewhich", "--expand-braces", "$T1FONTS"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - TeX's own
    except (OSError, subprocess.SubprocessError):
        return []
    trees = {part.strip().lstrip("!").partition("//")[0] for part in said.stdout.split(":")}
    return [Path(tree) for tree in sorted(trees) if Path(tree).is_absolute()]


def _segments(pfb: bytes) -> tuple[bytes, bytes]:
    """The clear text and the encrypted part of a font file."""
    parts: dict[int, bytes] = {1: b"", 2: b""}
    at = 0
    while pfb[at : at + 1] == b"\x80" and pfb[at + 1] in parts:
        kind, size = pfb[at + 1], int.from_bytes(pfb[at + 2 : at + 6], "little")
        if kind == 2 or not parts[2]:  # noqa: PLR2004 - what comes behind the encrypted part is zeros
            parts[kind] += pfb[at + 6 : at + 6 + size]
        at += 6 + size
    return parts[1], parts[2]


def _named(
    pattern: re.Pattern[bytes], plain: bytes, start: int, stop: int
) -> Iterator[tuple[bytes, bytes]]:
    while found := pattern.search(plain, start, stop):
        start = found.end() + int(found[2])
        yield found[1], plain[found.end() : start]


def _called(whole: Source, codes: Iterable[bytes]) -> dict[int, bytes]:
    """The subroutines that some instructions need, by number in order."""
    found = {n: decrypted(whole.subroutines[n], CHARSTRING) for n in range(FIXED)}
    waiting = [*codes, *found.values()]
    while waiting:
        for _, _, number in _calls(waiting.pop()):
            if number not in found:
                found[number] = decrypted(whole.subroutines[number], CHARSTRING)
                waiting.append(found[number])
    return dict(sorted(found.items()))


def _tokens(code: bytes) -> Iterator[tuple[int, int, int | None]]:
    """Numbers and commands with their places; a command has no value."""
    at = 0
    while at < len(code):
        start = at
        match code[at]:
            case byte if byte < 32:  # noqa: PLR2004 - the first of the numbers
                at += 2 if byte == ESCAPE else 1
                value = None
            case byte if byte <= 246:  # noqa: PLR2004 - the last of one byte
                at, value = at + 1, byte - 139
            case byte if byte <= 250:  # noqa: PLR2004 - the last of two, above zero
                at, value = at + 2, 256 * (byte - 247) + code[at + 1] + 108
            case byte if byte <= 254:  # noqa: PLR2004 - the last of two
                at, value = at + 2, -256 * (byte - 251) - code[at + 1] - 108
            case _:
                at += 5
                value = int.from_bytes(code[start + 1 : at], "big", signed=True)
        yield start, at, value


def _calls(code: bytes) -> Iterator[tuple[int, int, int]]:
    """The numbers of subroutines in some instructions, with their places."""
    numbers = list[tuple[int, int, int]]()
    for start, stop, value in _tokens(code):
        if value is not None:
            numbers.append((start, stop, value))
            continue
        if code[start] == CALL and numbers:
            yield numbers[-1]
            if numbers[-1][2] == FIXED - 1:
                yield numbers[-2]
        numbers.clear()


def _renumbered(code: bytes, numbers: Mapping[int, int]) -> bytes:
    parts, last = [], 0
    for start, stop, old in sorted(_calls(code)):
        parts += [code[last:start], _number(numbers[old])]
        last = stop
    return b"".join([*parts, code[last:]])


def _number(value: int) -> bytes:
    if value <= 107:  # noqa: PLR2004 - in one byte, or in two
        return bytes([value + 139])
    high, low = divmod(value - 108, 256)
    return bytes([high + 247, low])


def _written(
    reading: bytes, subroutines: tuple[bytes, ...], glyphs: Mapping[str, bytes]
) -> Iterator[bytes]:
    """The encrypted part from the subroutines on."""
    put, define = WORDS[reading]
    yield b"/Subrs %d array\n" % len(subroutines)
    for number, code in enumerate(subroutines):
        cipher = encrypted(code, CHARSTRING)
        yield b"dup %d %d %b %b %b\n" % (number, len(cipher), reading, cipher, put)
    yield define + b"\n2 index\n/CharStrings %d dict dup begin\n" % len(glyphs)
    for name, code in glyphs.items():
        cipher = encrypted(code, CHARSTRING)
        yield b"/%b %d %b %b %b\n" % (name.encode(), len(cipher), reading, cipher, define)
    yield b"end end readonly put put\n"
    yield b"dup/FontName get exch definefont pop\nmark currentfile closefile\n"
