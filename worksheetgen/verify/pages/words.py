"""Words as the glyphs of a page tell them: letters and digits, whatever fonts compose them from."""

import re
import unicodedata

LETTERS = ("Lu", "Ll", "Lt", "Lo", "Nd")
SAME_GLYPH = str.maketrans({"Đ": "Ð", "ı": "i", "ȷ": "j"})
"""Letters that the fonts print with the glyph of another, or compose from one without its dot."""


def letters(title: str) -> str:
    """The plain letters and digits of a title, which fonts do not compose from parts."""
    return "".join(c for c in unicodedata.normalize("NFD", title) if c.isascii() and c.isalnum())


def unmarked(name: str) -> str:
    """The letters and digits of a name, without marks that fonts may compose letters with.

    >>> unmarked("Maeve O'Neill, Łucja Żak")
    'MaeveONeillŁucjaZak'
    """
    parts = unicodedata.normalize("NFKD", name).translate(SAME_GLYPH)
    return "".join(c for c in parts if unicodedata.category(c) in LETTERS)


def unbroken(words: str) -> str:
    """Words without spaces, and without the hyphens at which lines may end or not.

    >>> unbroken("the same in both direc- tions of a cross-entropy")
    'thesameinbothdirectionsofacrossentropy'
    """
    return re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", "", squeezed(words))


def squeezed(words: str) -> str:
    """Words without the spaces between them."""
    return "".join(words.split())
