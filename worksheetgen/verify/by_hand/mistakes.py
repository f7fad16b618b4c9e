"""The vocabulary of mistakes by hand: what they mean is data, what comes of it is computed here."""

from collections.abc import Callable, Iterable, Mapping
from operator import add
from types import ModuleType
from typing import Any

from worksheetgen.problems.mistakes import UNSUMMED, Mistake
from worksheetgen.verify.by_hand.rationals import meant, said
from worksheetgen.verify.by_hand.work import Choices, Given, Sums, Work


def mistaken(
    reference: ModuleType,
    item: str,
    given: Given,
    known: Iterable[Mistake],
    settings: frozenset[str],
) -> dict[str, Any]:
    """What known errors answer to an item, by their names, where there is room for them.

    Args:
        reference: the module of the problem type.
        item: the item's name.
        given: the givens.
        known: the errors.
        settings: the givens that are the same in all variants.
    """
    known = list(known)
    by_name = any(mistake.among for mistake in known)
    asked = getattr(reference, item)(given) if by_name else None
    among = reference.wrong(item, given) if by_name and not isinstance(asked, Choices) else {}
    found = {
        m.name: among.get(m.name)
        if m.among and not isinstance(asked, Choices)
        else _wrong(reference, item, given, m, settings)
        for m in known
    }
    return {name: wrong for name, wrong in found.items() if wrong is not None}


def _wrong(
    reference: ModuleType, item: str, given: Given, mistake: Mistake, settings: frozenset[str]
) -> Any:
    work: Callable[..., Work] = getattr(reference, item)
    if mistake.instead:
        other = _otherwise(reference, given, mistake.instead, settings)
        return None if other is None else work(other).answer
    if mistake.of_answer:
        return CHANGES[mistake.of_answer](work(given).answer)
    if mistake.in_work:
        asked = work(given)
        if not isinstance(asked, Sums):
            return None
        return (
            asked.products if mistake.in_work == UNSUMMED else asked.slipped(SLIPS[mistake.in_work])
        )
    if mistake.choice or mistake.among:
        asked = work(given)
        if not mistake.choice or not isinstance(asked, Choices):
            return None
        return asked.letter_of(*mistake.choice)
    return said(getattr(reference, mistake.own)(given))


def _otherwise(
    reference: ModuleType, given: Given, changes: Mapping[str, Any], settings: frozenset[str]
) -> Given | None:
    """Other givens; None if nothing is other, or if nothing is left to compute."""
    new = {}
    for name, to in changes.items():
        value = _listed(to)
        if isinstance(to, str):
            change = CHANGES.get(to)
            value = change(given[name]) if change else getattr(reference, to)(given)
        if value is None:
            return None
        new[name] = value
    if new.keys() <= settings and all(given[name] == value for name, value in new.items()):
        return None
    fits = getattr(reference, "fits", lambda _: True)
    return given | new if fits(given | new) else None


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def mirrored(entries: list[Any]) -> list[Any] | None:
    """Entries, or the entries of rows, in the reverse order; None if there is one alone."""
    if isinstance(entries[0], list):
        return [row[::-1] for row in entries] if len(entries[0]) > 1 else None
    return entries[::-1] if len(entries) > 1 else None


def flipped(rows: list[list[Any]]) -> list[list[Any]]:
    """Turned by half a turn."""
    return [row[::-1] for row in rows[::-1]]


def upside_down(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows in the reverse order."""
    return rows[::-1]


def turned(rows: Any) -> list[list[Any]]:
    """Rows and columns exchanged."""
    return [list(column) for column in zip(*rows, strict=True)]


def transposed(rows: list[list[Any]]) -> list[list[Any]] | None:
    """The same, if that can be seen."""
    return turned(rows) if len(rows) > 1 and len(rows[0]) > 1 else None


def each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Change the entries of nested lists."""

    def changed(values: Any) -> Any:
        if isinstance(values, list):
            return [changed(value) for value in values]
        return said(change(meant(values)))

    return changed


def sign_lost(a: int, b: int) -> int:
    """A product, with minus times minus taken as minus.

    >>> sign_lost(-2, -3), sign_lost(2, -3)
    (-6, -6)
    """
    return -a * b if a < 0 and b < 0 else a * b


CHANGES: Mapping[str, Callable[[Any], Any]] = {
    "mirrored": mirrored,
    "flipped": flipped,
    "upside_down": upside_down,
    "transposed": transposed,
    "turned": turned,
    "magnitudes": each(abs),
    "signs": each(lambda n: (n > 0) - (n < 0)),
    "negated": each(lambda n: -n),
    "ones": each(lambda _: 1),
    "zeros": each(lambda _: 0),
    "doubled": each(lambda n: 2 * n),
    "one_less": each(lambda n: n - 1),
    "one_more": each(lambda n: n + 1),
    "unchanged": lambda values: values,
}
SLIPS: Mapping[str, Callable[[int, int], int]] = {"sign_lost": sign_lost, "added": add}
