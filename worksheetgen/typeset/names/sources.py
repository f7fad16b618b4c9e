"""The fonts that are installed for names, by the letters that they have."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

SOURCES = (
    ("fontpkg_noto_serif", "files/NotoSerif[[]*"),
    ("fontpkg_noto_sans_arabic", "files/*.ttf"),
    ("fontpkg_rubik", "files/Rubik[[]*"),  # Hebrew
    ("fontpkg_noto_sans_devanagari", "files/*.ttf"),
    ("fontpkg_noto_sans_thai", "files/*.ttf"),
    ("fontpkg_noto_sans_tamil", "files/*.ttf"),
    ("mplfonts", "fonts/NotoSansCJKsc-Regular.otf"),  # the extra cjk
)
"""Packages of fonts, and where a font is in each; the first one that has a letter is taken."""


@dataclass(frozen=True)
class Source:
    """A font that is installed."""

    path: Path
    characters: frozenset[str]
    cubic: bool
    """Whether its outlines are those of PostScript (ISO 32000-1, 9.9)."""

    def has(self, letter: str) -> bool:
        """Whether it shows a letter, in one or in several glyphs."""
        return letter in self.characters or all(
            part in self.characters for part in unicodedata.normalize("NFD", letter)
        )


@cache
def sources() -> tuple[Source, ...]:
    return tuple(_found())


def _found() -> Iterator[Source]:
    for package, pattern in SOURCES:
        spec = find_spec(package)
        for folder in (spec and spec.submodule_search_locations) or ():
            for path in sorted(Path(folder).glob(pattern)):
                if "Italic" not in path.name:
                    with TTFont(path, lazy=True) as font:
                        letters = frozenset(map(chr, font.getBestCmap()))
                        yield Source(path, letters, "CFF " in font)
