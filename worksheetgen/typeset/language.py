"""Languages of sheets, and the words by which values and known errors are named in each.

The manifest speaks English whatever is printed. A language is a folder in ``templates/languages``:
its texts, if they are not the English ones, and ``words.toml`` with what its pages say in words.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.typeset.resources import templates

ENGLISH = "en"
WORDS = "words.toml"
TIMES = ("extra", "duration")
"""What is said in minutes."""
NONE, TO_WRITE = "–", "." * 24
"""What stands where others have a fact, and where somebody writes one."""


@dataclass(frozen=True)
class Vocabulary:
    """What the pages of a language say, by English words."""

    decimal: str
    """What stands before a half's digit."""
    date: str
    """The format of a date, as :meth:`str.format` takes it; of minutes the next."""
    minutes: str
    nothing: str
    """What is said to be allowed where nothing is."""
    practice: str
    """The title of a practice sheet."""
    facts: Mapping[str, str]
    """What a sheet says of who has it, by the names of columns."""
    piles: Mapping[str, str]
    """What covers of piles and lists of who is there say."""
    titles: Mapping[str, str]
    """Problem types, as titles of exercises."""
    words: Mapping[str, str]
    """Values that a page says in words."""
    mistakes: Mapping[str, str]
    """Known errors."""
    joints: Mapping[str, str]
    """What joins their names in a row of the marking key."""

    def said(self, word: str) -> str:
        """A word of a value as the page says it."""
        return self.words.get(word, word)

    def facts_of(self, said: Mapping[str, str], *, spare: bool = False) -> list[str]:
        """What stands below a name: each fact behind what it is called; times only where given.

        There is something for everybody, so that all below stands in the same place.

        A spare sheet has room to write facts in.

        >>> vocabulary("en").facts_of({"room": "H1", "seat": "", "duration": "120"})
        ['Room: H1', 'Seat: –', 'Time: 120 minutes']
        """
        none = TO_WRITE if spare else NONE
        shown = [
            f"{self.called(head)}: {self._measured(head, fact) or none}"
            for head, fact in said.items()
            if fact or head not in TIMES
        ]
        usual = [f"{self.facts[head]}: {self.facts['usual']}" for head in said if head in TIMES]
        return shown or usual[:1]

    def called(self, head: str) -> str:
        """What a fact is called."""
        return self.facts.get(head) or in_latin_letters(head)

    def _measured(self, head: str, fact: str) -> str:
        if head in TIMES and fact.isdecimal():
            return self.minutes.format(fact)
        return in_latin_letters(fact)

    def counted(self, sheets: int) -> str:
        """How many sheets there are."""
        return self.piles["sheets" if sheets > 1 else "sheet"].format(sheets)

    def happened(self, row: str) -> str:
        """What happened in a row of the marking key: known errors, and what joins them."""
        if not self.joints:
            return row
        known = {**self.mistakes, **self.joints}
        return "".join(known.get(piece, piece) for piece in self._joint.split(row))

    def foreign(self, english: str) -> str:
        """English words without spaces, among letters of other kinds, as the page says them."""
        for word, said in self.words.items():
            english = english.replace(_squeezed(word), _squeezed(said))
        return english

    def read(self, printed: str) -> str:
        """Printed words, spaces left out, as the English ones without spaces."""
        return self._foreign.sub(lambda word: self._english[word[0]], printed)

    @cached_property
    def _joint(self) -> re.Pattern[str]:
        return re.compile(f"({'|'.join(map(re.escape, self.joints))})")

    @cached_property
    def _english(self) -> Mapping[str, str]:
        return {_squeezed(word): _squeezed(english) for english, word in self.words.items()}

    @cached_property
    def _foreign(self) -> re.Pattern[str]:
        longest_first = sorted(self._english, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?!\w)")


@cache
def languages() -> list[str]:
    """The codes of the languages that ship."""
    return sorted(path.parent.name for path in (templates() / "languages").glob(f"*/{WORDS}"))


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language.

    >>> vocabulary("de").happened("right method after ii.A")
    'richtig weiter nach ii.A'
    """
    path = templates() / "languages" / language / WORDS
    return Vocabulary(**tomllib.loads(path.read_text(encoding="utf-8")))


def _squeezed(words: str) -> str:
    return "".join(words.split())
