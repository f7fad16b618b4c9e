"""The items of ``signs``, each answered and proven by a concrete loss that is moved."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from importlib import import_module
from typing import Any

from worksheetgen.verify.by_hand.rationals import said
from worksheetgen.verify.by_hand.work import Choices, Figure, Given
from worksheetgen.verify.reference.signs import moved

LETTERS = "ABCD"
GIVEN = {
    "gradient_pattern": "pattern",
    "combined_change": "combined",
    "large_step": "large",
    "flat_point": "flat",
    "dead_relu": "dead",
    "through_chain": "chain",
    "pixel_signs": "pixels",
    "shrinks": "shrinking",
    "relative_effect": "relative",
    "difference_check": "difference",
    "scaled_upstream": "scaled",
    "momentum_step": "momentum",
    "loss_curve": "curve",
}
"""What the givens of each item are called."""
MODULES = {item: import_module(f"{moved.__name__}.{item}") for item in GIVEN}
NAMED = {
    "gradient_pattern": ("X", "upstream", "entry"),
    "combined_change": (
        *("gradient", "a", "b", "by_a", "by_b"),
        *("c", "fall", "again", "instead"),
    ),
    "large_step": ("X", "K", "T", "rate"),
    "flat_point": ("left", "middle", "right", "step"),
    "dead_relu": ("X", "K", "bias", "upstream", "entry"),
    "through_chain": ("X", "K", "weights", "target"),
    "pixel_signs": ("gradient", "X", "goal", "by", "most"),
    "shrinks": ("K", "G", "decay", "asks"),
    "relative_effect": ("K", "G", "goal"),
    "difference_check": ("left", "middle", "right", "step", "third", "six", "claims", "asks"),
    "scaled_upstream": ("X", "upstream", "G", "scale", "output", "new"),
    "momentum_step": ("decay", "rate", "slope", "velocity", "asks"),
    "loss_curve": ("path", "start"),
}
"""The marks of each question, without what its givens are called."""
CHOSEN = {
    "gradient_pattern": ("pattern",),
    "combined_change": ("balance",),
    "large_step": ("limit",),
    "flat_point": ("larger", "smaller"),
    "dead_relu": ("change",),
    "through_chain": ("value", "way"),
    "pixel_signs": ("pattern",),
    "shrinks": ("decayed",),
    "relative_effect": ("named", "effect"),
    "difference_check": ("derivative",),
    "scaled_upstream": ("gradient",),
    "momentum_step": ("change", "effect"),
    "loss_curve": ("signs",),
}
"""What the parts of a choice are."""
ENTRIES = frozenset(("entry", "a", "b", "c", "again", "instead", "output"))
"""Those that are symbols: one thing each."""
IN_PARTS = frozenset(GIVEN.values())
NAMES = {
    item: frozenset(
        {f"{GIVEN[item]}_{name}" for name in names} | {f"{item}_{letter}" for letter in LETTERS}
    )
    for item, names in NAMED.items()
}


def _meant(value: Any) -> Any:
    """What is meant by JSON: numbers are fractions, words stay words."""
    if isinstance(value, list):
        return [_meant(entry) for entry in value]
    is_number = isinstance(value, int) or (isinstance(value, str) and "/" in value)
    return Fraction(value) if is_number else value


def _own(item: str, given: Given) -> Given:
    """The givens of an item by their own names, and what it offers."""
    start = f"{GIVEN[item]}_"
    own = {name: _meant(given[start + name]) for name in NAMED[item] if start + name in given}
    offered = [_meant(given[f"{item}_{a}"]) for a in LETTERS if f"{item}_{a}" in given]
    return own | ({"offered": offered} if offered else {})


def _work(item: str, given: Given) -> Choices | Figure:
    module, own = MODULES[item], _own(item, given)
    printed = {name: 0 if name in ENTRIES else value for name, value in own.items()}
    read = [1] * sum(_count(value) for name, value in printed.items() if name != "offered")
    shows = said_(module.shows(own))
    if "offered" not in own:
        return Figure(said_(module.answer(own)), read=read, shows=shows)
    offered = {letter: given[f"{item}_{letter}"] for letter in LETTERS}
    return Choices([said_(value) for value in module.offers(own)], offered, read=read, shows=shows)


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list) else 1


def said_(value: Any) -> Any:
    """As the manifest writes it, parts by name."""
    if isinstance(value, dict):
        return {name: said_(each) for name, each in value.items()}
    return said(value)


def __getattr__(item: str) -> Any:
    if item not in MODULES:
        raise AttributeError(item)
    return partial(_work, item)


def wrong(item: str, given: Given) -> dict[str, Any]:
    """What known errors answer, by their names."""
    return {n: said_(answer) for n, answer in MODULES[item].wrong(_own(item, given)).items()}


def printed(_given: Given, _asked: Sequence[str]) -> Given:
    return {}


def noted(item: str, given: Given) -> Given:
    return {name: given[name] for name in NAMES[item] if name in given}


def as_given(printed: Given) -> Given:
    """What questions print, and in which form they ask."""
    chooses = any(f"{item}_{LETTERS[0]}" in printed for item in MODULES)
    return printed | {"form": "choice" if chooses else "open"}


def beside(item: str, given: Given) -> list[Any]:
    """All that the question shows: no given has the name of the part's."""
    return [given[name] for name in sorted(NAMES[item]) if name in given]


def telltales(_item: str, _given: Given, answer: Any) -> list[str]:
    """A letter by itself tells nothing; next to its item's word it would."""
    return [f"answer{answer}", f"Answer{answer}"] if isinstance(answer, str) else []


def losses(item: str, given: Given, answer: Any) -> Iterator[tuple[Any, Any]]:
    """What a concrete loss does that is moved, beside what is said of it."""
    if isinstance(answer, dict):
        parts = {name: _meant(value) for name, value in answer.items()}
    else:
        chosen, names = _meant(given[f"{item}_{answer}"]), CHOSEN[item]
        is_couple = isinstance(chosen, list) and isinstance(chosen[-1], str)
        parts = dict(zip(names, chosen if is_couple else [chosen], strict=False))
    yield from MODULES[item].losses(_own(item, given), parts)


def _premise(item: str, holds: Any) -> Any:
    return lambda given: bool(holds(_own(item, given)))


PREMISES = {
    item: {sentence: _premise(item, holds) for sentence, holds in module.PREMISES.items()}
    for item, module in MODULES.items()
}
