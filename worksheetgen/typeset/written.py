"""Parts, items and rows of keys in LaTeX, ready for the page shell."""

from dataclasses import dataclass
from fractions import Fraction

from worksheetgen.typeset.filters import points
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.texts import Texts


@dataclass(frozen=True)
class WrittenRow:
    """A row of the marking key in LaTeX."""

    label: str
    written: str
    happened: str
    points: str


@dataclass(frozen=True)
class WrittenItem:
    """An item in LaTeX; on a question sheet ``solution`` and ``key`` are empty."""

    label: str
    name: str
    points: str
    bonus: bool
    void: bool
    """Whether it says so; question sheets never do."""
    space: int
    """Height of the answer space in lines of text."""
    question: str
    solution: str
    key: tuple[WrittenRow, ...]
    otherwise: str = ""
    """What else earns points beside the rows of the key, by what its answer is; "": nothing."""
    least: str = ""
    """How many."""
    hint: str = ""
    short: str = ""
    """The answer as the marking key writes it; hints and short answers are for practice alone."""
    letter: str = ""
    """Which choice it is."""


@dataclass(frozen=True)
class WrittenPart:
    """A part in LaTeX."""

    label: str
    problem: str
    givens: str
    items: tuple[WrittenItem, ...]


def points_of(earned: Fraction | None, texts: Texts) -> str:
    """Points as they are printed; "" for none."""
    return points(earned).replace(".", vocabulary(texts.language).decimal)
