"""What an item of ``signs`` is made of: what is drawn, what is right, what known errors give.

Its answer has named parts, numbers and words from small fixed sets. A choice has such parts as
well. Wrong choices are those of two errors and of both together, and what must be balanced for
nobody to guess the right one is fixed before the first try.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.steps import Symbol

OPEN, CHOICE = "open", "choice"
EASY, MEDIUM, HARD = "easy", "medium", "hard"
TRIES = 20_000
"""Candidates at most for one variant of a question."""

ENTRIES = tuple(Symbol("K", (u, v)) for u in (0, 1) for v in (0, 1))
SIGNS = {"+": 1, "-": -1, "0": 0, "?": 2}
EFFECTS = {"increases": 1, "decreases": -1, "stays": 0}
KERNEL = {entry: number for number, entry in enumerate(ENTRIES)}
CHANGES = {"changes": 1, "does not change": 0}
MISSING = 10**12
"""The code of a part that a variant's question does not ask for."""

Numbers = dict[str, Any]
"""The givens of one variant of a question by name; None where it has none of that name."""
Answer = tuple[Any, ...]


class Part(NamedTuple):
    """A part of an answer."""

    name: str
    words: Mapping[Any, int] | None = None
    """The codes of its words; None: it is a number."""
    rows: int = 0
    """In how many rows its entries stand; 0: it is one."""


class Question(ABC):
    """One item: its givens, answer, mistakes and choices, one variant at a time."""

    given: ClassVar[str]
    """What its givens are called together."""
    names: ClassVar[tuple[str, ...]]
    """What each is called."""
    parts: ClassVar[tuple[Part, ...]]
    offered: ClassVar[tuple[Part, ...]]
    """The parts of a choice."""
    entries: ClassVar[frozenset[str]] = frozenset()
    """The givens that are symbols, by the letter of which they are entries."""
    letter: ClassVar[str] = "K"
    lines: ClassVar[int] = 6
    """Of text that its open answer takes."""

    def level(self, sample: Any) -> str:
        """How far the reasoning goes."""
        return str(sample.level)

    def wish(self, chance: Chance, form: str) -> Any:
        """What is fixed before the first try."""
        return None

    @abstractmethod
    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        """Givens, if they are fit."""

    @abstractmethod
    def answer(self, g: Numbers) -> Answer:
        """What is right, part by part."""

    @abstractmethod
    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        """What known errors answer; None where a variant leaves no room for one."""

    @abstractmethod
    def values(self, g: Numbers) -> list[Answer | None]:
        """The right choice, and those of known errors."""

    def squares(self, g: Numbers) -> Sequence[tuple[int, int, int, int]]:
        """Which values may be offered together."""
        return ((0, 1, 2, 3),)

    def in_order(self, g: Numbers) -> bool:
        """Whether choices stand in the order of their codes."""
        return False

    def printed(self, g: Numbers) -> Numbers:
        """The givens that its question prints."""
        return {name: g[name] for name in self.names if g[name] is not None}

    def shows(self, g: Numbers) -> dict[str, Any]:
        """What the solution notes on the way."""
        return {}

    def hidden(self, g: Numbers, offered: Sequence[Any]) -> Numbers:
        """What choices were made of and no page prints, found from the choices."""
        return {}


def variant_of(question: Question, chance: Chance, level: str, form: str) -> Numbers:
    """A variant in which every mistake shows, or four choices differ.

    Raises:
        ValueError: there is none among very many.
    """
    wish = question.wish(chance, form)
    for _ in range(TRIES):
        g = question.candidate(chance, level, form, wish)
        if g is None:
            continue
        if form == OPEN:
            wrong = [answer for answer in question.mistakes(g).values() if answer is not None]
            if len({question.answer(g), *wrong}) == 1 + len(wrong):
                return g
        elif order := _order(question, chance, g):
            return g | {"order": order}
    raise ValueError(f"no variant of {question.given} is fit")


def _order(question: Question, chance: Chance, g: Numbers) -> tuple[int, ...]:
    """Which values stand at the letters; none if four do not differ."""
    values = question.values(g)
    square = chance.of(question.squares(g))
    chosen = [values[number] for number in square]
    if None in chosen or len(set(chosen)) < len(chosen):
        return ()
    if question.in_order(g):
        return tuple(sorted(square, key=lambda number: codes(question.offered, values[number])))
    return tuple(chance.some(square, len(square)))


def codes(parts: Iterable[Part], answer: Answer | None) -> list[Any]:
    """An answer in numbers; what stands in rows has as many as others that do."""
    pairs = list(zip(parts, answer or (), strict=True))
    size = max((len(value) for part, value in pairs if part.rows and value is not None), default=1)
    return [code for part, value in pairs for code in _codes(part, value, size)]


def _codes(part: Part, value: Any, size: int) -> Iterator[Any]:
    if value is None:
        yield from [MISSING] * (size if part.rows else 1)
    else:
        for each in value if part.rows else (value,):
            yield part.words[each] if part.words else each


def named(parts: Sequence[Part], numbers: Sequence[Any]) -> dict[str, Any]:
    """An answer by its parts, from its numbers; without what is missing."""
    single = sum(not part.rows for part in parts)
    several = (len(numbers) - single) // max(len(parts) - single, 1)
    found, left = {}, list(numbers)
    for part in parts:
        size = several if part.rows else 1
        taken, left = left[:size], left[size:]
        if all(number == MISSING for number in taken):
            continue
        words = {code: word for word, code in (part.words or {}).items()}
        said = [words.get(number, str(number)) if words else number for number in taken]
        found[part.name] = said if part.rows else said[0]
    return found


def arranged(part: Part, value: Any) -> Any:
    """A part's entries in its rows."""
    if part.rows < 2:  # noqa: PLR2004 - entries in one row are no rows
        return value
    columns = len(value) // part.rows
    return [value[start : start + columns] for start in range(0, len(value), columns)]


# Small things that several questions compute


def sign(number: Any) -> str:
    return "+" if number > 0 else "-" if number < 0 else "0"


def effect(change: Any) -> str:
    """What a loss does that changes so."""
    return "increases" if change > 0 else "decreases" if change < 0 else "stays"


def negated(signs: Iterable[str]) -> tuple[str, ...]:
    return tuple({"+": "-", "-": "+"}.get(each, each) for each in signs)


def rows_of(entries: Sequence[Any], columns: int) -> tuple[tuple[Any, ...], ...]:
    """Entries in order, in rows."""
    return tuple(
        tuple(entries[start : start + columns]) for start in range(0, len(entries), columns)
    )


def flat(rows: Iterable[Iterable[Any]]) -> list[Any]:
    return [entry for row in rows for entry in row]


def matrix(draw: Any, rows: int, columns: int) -> tuple[tuple[Any, ...], ...]:
    """A matrix whose entries a function draws."""
    return tuple(tuple(draw() for _ in range(columns)) for _ in range(rows))


def met(X: Sequence[Sequence[Any]], entry: Symbol) -> list[Any]:
    """What a kernel entry meets in each window of a 2 × 2 kernel, in order."""
    u, v = entry.index
    return [X[i + u][j + v] for i in range(len(X) - 1) for j in range(len(X[0]) - 1)]


def outputs(X: Sequence[Sequence[Any]], K: Sequence[Sequence[Any]]) -> list[Any]:
    """The cross-correlation with a 2 × 2 kernel, in order."""
    seen = [met(X, entry) for entry in ENTRIES]
    return [
        sum(k * x for k, x in zip(flat(K), window, strict=True))
        for window in zip(*seen, strict=True)
    ]
