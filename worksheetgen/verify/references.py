"""The reference arithmetic of each problem type, beside what the type says of itself as data."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from worksheetgen.errors import OutputError
from worksheetgen.problems import problem_type
from worksheetgen.variants.manifest import Given
from worksheetgen.verify import reference
from worksheetgen.verify.by_hand.differences import Derivative
from worksheetgen.verify.by_hand.mistakes import mistaken
from worksheetgen.verify.by_hand.rationals import decimal, flattened
from worksheetgen.verify.by_hand.work import Work

UNSOLVABLE = (ArithmeticError, LookupError, TypeError, ValueError)
"""What the reference arithmetic raises on givens that are none."""
NOTHING = "nothing"
"""What stands where something is missing."""

OPTIONAL: Mapping[str, Any] = {
    "NOTED": {},
    "NAMES": {},
    "noted": lambda _item, _given: {},
    "PREMISES": {},
    "IN_PARTS": frozenset(),
    "beside": lambda _item, _given: [],
    "as_given": lambda printed: printed,
    "ON_PAGE": {},
    "IN_KEY": {},
    "ADJOINTS": {},
    "derivative": lambda _item, _given: None,
    "losses": lambda _item, _given, _answer: (),
    "telltales": lambda _item, _given, _answer: [],
}
"""What stands for a name that a type's module leaves out."""


class Reference:
    """A problem type by definition: its module in ``verify.reference``, and its own data.

    The data say which items there are, what they build on and print, and what mistakes mean;
    everything that is computed comes from the module.
    """

    def __init__(self, problem: str) -> None:
        self._kind = problem_type(problem)
        self._module = importlib.import_module(f"{reference.__name__}.{problem}")

    def _said(self, name: str) -> Any:
        return getattr(self._module, name, OPTIONAL[name])

    def asks(self, item: str) -> bool:
        """Whether there is such an item."""
        return item in self._kind.items

    def work(self, item: str, given: Given, **earlier: Any) -> Work:
        """How an item is worked out, from earlier answers if these are named."""
        work: Work = getattr(self._module, item)(given, **earlier)
        return work

    def answer(self, item: str, given: Given) -> Any:
        return self.work(item, given).answer

    def mistaken(self, item: str, given: Given) -> dict[str, Any]:
        """What known errors answer, by their names."""
        known = self._kind.items[item].mistakes.values()
        return mistaken(self._module, item, given, known, self._kind.fixed_names())

    def builds_on(self, item: str) -> tuple[str, ...]:
        """The earlier items whose answers an item takes."""
        return self._kind.items[item].builds_on

    def asks_also(self, item: str) -> str:
        """What an item's question asks for beside its answer; empty: nothing."""
        return self._kind.items[item].also

    def in_other_form(self, item: str, happened: str) -> bool:
        """Whether a mistake's answer is written in another form than the right one."""
        known = self._kind.items[item].mistakes
        return happened in known and bool(known[happened].form)

    @property
    def redrawn(self) -> tuple[str, ...]:
        """The givens whose numbers decide whether mistakes show."""
        drawn = self._kind.drawn.items()
        return tuple(name for name, one in drawn if one.values == "values" and not one.chosen)

    def printed(self, given: Given, asked: Sequence[str]) -> Given:
        """What the stem of a part with these items prints, by its marks."""
        said: Given = self._module.printed(given, asked)
        return said

    def premises(self, item: str) -> Mapping[str, Callable[[Given], bool]]:
        """What an item's question takes for granted, by a sentence; of "" what the stem does."""
        found: Mapping[str, Callable[[Given], bool]] = self._said("PREMISES").get(item, {})
        return found

    def as_given(self, printed: Given) -> Given:
        """The givens that are meant by what a part and its questions print."""
        given: Given = self._said("as_given")(printed)
        return given

    def printed_by(self, item: str, given: Given) -> Given:
        """What an item's question prints beside, by its marks."""
        own = {name: given[name] for name in self._printed_beside(item)}
        noted = self._said("NOTED").get(item, {})
        own |= {name: of(given) for name, of in noted.items()}
        more: Given = self._said("noted")(item, given)
        return own | more

    def names_of(self, item: str) -> frozenset[str]:
        """The names of these marks."""
        noted = self._said("NOTED").get(item, {})
        return self._printed_beside(item).union(noted, self._said("NAMES").get(item, ()))

    def _printed_beside(self, item: str) -> frozenset[str]:
        """The givens that an item's question prints, and no stem."""
        known = self._kind.items.get(item)
        prints = known.prints if known else frozenset()
        own = frozenset(name for name in prints if not self._kind.drawn[name].shown)
        return own.difference(self._said("IN_PARTS"))

    def givens_of(self, asked: Sequence[str]) -> frozenset[str]:
        """The givens that the stem and the questions of a part print, in whatever words."""
        return self._kind.printed(asked)

    def beside(self, item: str, given: Given) -> list[Any]:
        """What an item's question shows beside them."""
        found: list[Any] = self._said("beside")(item, given)
        return found

    def on_page(self, item: str, given: Given, answer: Any) -> Any:
        """An answer as the page shows it."""
        shown = self._said("ON_PAGE").get(item)
        if shown:
            return shown(given, answer)
        if isinstance(answer, dict):
            return {name: _in_a_row(value) for name, value in answer.items()}
        return answer

    def in_words(self, item: str, answer: Any) -> str:
        """An answer of several words as the marking key shows it, without spaces.

        A comma stands for a point: it may be a decimal sign.
        """
        known = self._said("IN_KEY").get(item)
        entries = self._kind.items[item].entries
        parts = (
            f"{name}:K{value[0]}{value[1]}" if name in entries else f"{name}:{_in_text(value)}"
            for name, value in answer.items()
        )
        said = str(known(answer)) if known else ";".join(parts)
        return said.replace(",", ".")

    def derivative(self, item: str, given: Given) -> Derivative | None:
        """The map of which an answer is the derivative, with the point where."""
        found: Derivative | None = self._said("derivative")(item, given)
        return found

    def adjoint(self, item: str) -> tuple[str, str]:
        """Of a gradient that is Jᵀ g: the item of its Jacobian J and the given g."""
        found: tuple[str, str] = self._said("ADJOINTS").get(item, ("", ""))
        return found

    def losses(self, item: str, given: Given, answer: Any) -> Any:
        """What concrete losses do, in pairs with what is said of them."""
        return self._said("losses")(item, given, answer)

    def telltales(self, item: str, given: Given, answer: Any) -> list[str]:
        """Words that would tell an answer that is no list of numbers, without spaces."""
        found: list[str] = self._said("telltales")(item, given, answer)
        return found


def _in_a_row(value: Any) -> Any:
    """Words as the page shows them, without spaces."""
    if isinstance(value, str):
        return "".join(value.split())
    several = isinstance(value, list) and value and isinstance(value[0], str)
    if several:
        return ",".join(value) if value[0].isalpha() else [value]
    return value


def _in_text(value: Any) -> str:
    """A part of an answer in the words of a marking key, without spaces."""
    if isinstance(value, list):
        return ",".join(map(_in_text, flattened(value)))
    return "".join(decimal(value).split())


@cache
def reference_of(problem: str) -> Reference:
    """The reference of a problem type.

    Raises:
        OutputError: there is none.
    """
    try:
        return Reference(problem)
    except KeyError:
        raise OutputError(f"no reference arithmetic for the problem type {problem!r}") from None


def attempt(function: Callable[..., Any], *arguments: Any, otherwise: Any) -> Any:
    """What a reference function says of givens, which may be none."""
    try:
        return function(*arguments)
    except UNSOLVABLE:
        return otherwise
