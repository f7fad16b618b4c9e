"""The end of messages about a word that is unknown."""

from collections.abc import Iterable
from difflib import get_close_matches


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The nearest allowed word, or all of them.

    >>> suggest("strid", ["stride", "padding"])
    "; did you mean 'stride'?"
    >>> suggest("colour", ["stride", "padding"])
    '; allowed: stride, padding'
    """
    allowed = list(allowed)
    near = get_close_matches(word, allowed, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; allowed: {', '.join(allowed)}"
