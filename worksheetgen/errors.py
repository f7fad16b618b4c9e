"""What can go wrong for a user: one short message each, turned into exit code 2 by the CLI.

Anything else that is raised is a bug and keeps its traceback.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class WorksheetError(Exception):
    """A message for the user: what is wrong, where, what is allowed, what to do."""


class InputError(WorksheetError):
    """What a user gave cannot be used: a spec, a roster, a template, an address."""


class SamplingError(WorksheetError):
    """No givens were found that keep every constraint."""


class TexError(WorksheetError):
    """TeX is missing, or it stopped on a document."""


class ProofError(WorksheetError):
    """A check failed on sheets that were just made; they are not left in the folder."""


class OutputError(WorksheetError):
    """A folder or file of sheets cannot be read or written."""


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The nearest of some words, as a part of a message that lists them by itself.

    >>> nearest("strid", ["stride", "padding"]), nearest("colour", ["stride"])
    ("; did you mean 'stride'?", '')
    """
    near = get_close_matches(word, list(allowed), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The end of a message about a word that is unknown: the nearest allowed one, or all of them.

    >>> suggest("strid", ["stride", "padding"])
    "; did you mean 'stride'?"
    >>> suggest("colour", ["stride", "padding"])
    '; allowed: stride, padding'
    """
    allowed = list(allowed)
    near = get_close_matches(word, allowed, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; allowed: {', '.join(allowed)}"
