"""What a language's text takes over from the English one: formulas, which are the same in both.

A translation says ``$$...$$`` where the English text has a formula in the same place of the same
block, so that a formula that is changed is changed in all languages.
"""

import re
from collections.abc import Iterator
from itertools import count

INHERITED = "$$...$$"
"""What stands for the English formula in the same place."""
FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)
BLOCK = re.compile(r"<% block (\w+) %>.*?<% endblock %>", re.DOTALL)


def with_formulas(text: str, english: str) -> str:
    """A translation with the formulas that it takes over.

    Raises:
        ValueError: the English text has no formula there.

    >>> with_formulas("Also gilt $$...$$", "So we have $$x = 1$$")
    'Also gilt $$x = 1$$'
    """
    if INHERITED not in text:
        return text
    formulas = {name: FORMULA.findall(block) for name, block in _blocks(english)}
    filled = {name: _filled(block, formulas.get(name, [])) for name, block in _blocks(text)}
    if "" in filled:
        return filled[""]
    return BLOCK.sub(lambda block: filled[block[1]], text)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """The blocks by name; a text without any is one."""
    found = [(block[1], block[0]) for block in BLOCK.finditer(text)]
    yield from found or [("", text)]


def _filled(block: str, formulas: list[str]) -> str:
    place = count()

    def formula(own: re.Match[str]) -> str:
        number = next(place)
        if own[0] != INHERITED:
            return own[0]
        if number >= len(formulas):
            raise ValueError(
                f"{INHERITED} stands for a formula that the English text does not have"
            )
        return formulas[number]

    return FORMULA.sub(formula, block)
