"""Which characters the sheets can print, and how they are written in LaTeX."""

import re
import unicodedata

from anyascii import anyascii
from pylatex.utils import escape_latex

_PRINTABLE = frozenset(
    chr(code)
    for low, high in [
        (0x20, 0x7E),  # ASCII
        (0xA1, 0xAC),  # Latin-1 up to the soft hyphen, which does not print
        (0xAE, 0x125),  # Latin-1 and Latin Extended-A, as far as the T1 encoding goes
        (0x128, 0x137),
        (0x139, 0x13E),
        (0x141, 0x148),
        (0x14A, 0x165),
        (0x168, 0x17E),
        (0x218, 0x21B),  # Romanian
        (0x2013, 0x2014),  # dashes
        (0x2018, 0x201A),  # quotation marks
        (0x201C, 0x201E),
        (0x2026, 0x2026),  # ellipsis
        (0x2039, 0x203A),
        (0x20AC, 0x20AC),  # euro
    ]
    for code in range(low, high + 1)
)
_OF_NAMES = frozenset(
    character
    for character in _PRINTABLE
    if character.isascii()
    or (character.isalpha() and unicodedata.normalize("NFKC", character) == character)
    or unicodedata.category(character) in ("Pd", "Pi", "Pf", "Ps")
)
"""Without signs, which would take a second font."""
_SPOKEN = {"ا": "a", "ອ": "o", "ཨ": "a"}
"""Letters that carry a vowel, which a transliteration letter by letter leaves out."""
_WIDE, _BROAD = frozenset("MW%@mÆŒ—Ĳ"), frozenset("wæœĳ")
"""Letters wider than others of their case."""
_LONG_WORD = re.compile(r"\S{31,}")
LONG_WORD = 8
"""Letters up to which a word of a name is not broken."""
_BEHIND_SIGNS = re.compile(r"(?<=[/._?&=#-])(?=\S)")
_BREAK = "\N{ZERO WIDTH SPACE}"
"""Where a long word, such as an address, may be broken; no printable text holds it."""
CONTROL = "a control character"
_COMMANDS = {
    r"\^{}": r"\textasciicircum{}",
    '"': r"\textquotedbl{}",
    _BREAK: r"\hfil\penalty 0\hfilneg{}",
}
_LIGATURE = re.compile(r"(?<=[-`'<>,!?])(?=[-`'<>,])")


def printable(text: str) -> str:
    """The text in composed form.

    Raises:
        ValueError: it holds a character that the embedded fonts lack.

    >>> printable("Deep Learning für Łukasz: 100 % & more")
    'Deep Learning für Łukasz: 100 % & more'
    """
    text = unicodedata.normalize("NFC", text)
    if not text.strip():
        raise ValueError("nothing but spaces")
    for character in text:
        if character not in _PRINTABLE:
            name = unicodedata.name(character, CONTROL)
            hint = "leave it out" if name == CONTROL else "write it in Latin letters"
            raise ValueError(
                f"the character {character!r} (U+{ord(character):04X}, {name}) cannot be printed "
                f"by the embedded fonts; {hint}"
            )
    return text


def printable_lines(text: str) -> str:
    """The same of several lines, some of which may be empty.

    Raises:
        ValueError: they cannot be printed.
    """
    lines = [printable(line) if line.strip() else "" for line in text.splitlines()]
    whole = "\n".join(lines).strip()
    if not whole:
        raise ValueError("nothing but spaces")
    return whole


def in_latin_letters(text: str) -> str:
    """Text with what the embedded fonts lack in the nearest letters that they have.

    Marks that no letter of theirs carries are left off; other scripts are transliterated.

    >>> in_latin_letters("Nguyễn Łukasz O’Neill"), in_latin_letters("王小明")
    ('Nguyên Łukasz O’Neill', 'WangXiaoMing')
    """
    return "".join(map(_in_latin_letters, unicodedata.normalize("NFC", text)))


def _in_latin_letters(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    for marks in range(len(parts), 0, -1):
        composed = unicodedata.normalize("NFC", parts[:marks])
        if composed in _OF_NAMES:
            return composed
    found = "".join(filter(_OF_NAMES.__contains__, _SPOKEN.get(letter) or anyascii(letter)))
    silent = unicodedata.category(letter) in ("Mn", "Cf", "Lm")
    return found or ("" if silent else "?")


def widest(text: str) -> float:
    """How wide a name can be at most, in quads of the embedded fonts."""
    return sum(map(_widest, text))


def _widest(letter: str) -> float:
    if letter in _WIDE:
        return 1.05
    small = letter.islower() or letter.isdigit() or letter in " '-."
    return 0.6 if small and letter not in _BROAD else 0.8


def escape(text: str) -> str:
    r"""Text as LaTeX that prints it literally.

    >>> print(escape(r"100 % of \TeX -- a_b"))
    100 \% of \textbackslash{}TeX -{}- a\_b
    """
    parts = _LIGATURE.split(_with_breaks(text))
    latex = "{}".join(str(escape_latex(part)).replace("{-}", "-") for part in parts)
    for sign, command in _COMMANDS.items():
        latex = latex.replace(sign, command)
    return latex


def breakable(text: str) -> str:
    r"""A name or a number as LaTeX, that may be broken at spaces and, worse, in long words.

    >>> breakable("Ada_L"), breakable("x" * 40).count(r"\wordbreak")
    ('Ada\\_L', 39)
    """
    words = [
        r"\wordbreak{}".join(map(escape, word)) if len(word) > LONG_WORD else escape(word)
        for word in text.split(" ")
    ]
    return " ".join(words)


def widest_word(text: str) -> str:
    """What needs the longest line, since lines are broken at spaces, hyphens, and in addresses.

    >>> widest_word("see example.org/a/very/long/address/of-an/institution")
    'institution'
    """
    return max(re.split(rf"[\s{_BREAK}]+|(?<=-)", _with_breaks(text)), key=widest)


def _with_breaks(text: str) -> str:
    return _LONG_WORD.sub(lambda word: _BEHIND_SIGNS.sub(_BREAK, word[0]), text)
