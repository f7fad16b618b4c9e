"""A quadratic loss whose entries are moved by a hundredth of themselves, or by a hundredth."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import (
    ENTRIES,
    OPPOSITE,
    effect,
    flat,
    present,
    two_rows,
)

HUNDREDTH = Fraction(1, 100)


def change(g: Any, place: int, by: Any) -> Any:
    """Half of what the loss changes between both ways: exactly its first order."""
    K = flat(g["K"])

    def loss(step: Any) -> Any:
        x = [k + (step if n == place else 0) for n, k in enumerate(K)]
        linear = sum(s * (y - k) for s, y, k in zip(flat(g["G"]), x, K, strict=True))
        return linear + sum((y - k) ** 2 for y, k in zip(x, K, strict=True))

    return (loss(by) - loss(-by)) / 2


def effects(g: Any) -> list[Any]:
    return [change(g, n, Fraction(k) * HUNDREDTH) for n, k in enumerate(flat(g["K"]))]


def _largest(numbers: Sequence[Any]) -> int:
    sizes = [abs(number) for number in numbers]
    return sizes.index(max(sizes))


def best(g: Any) -> int:
    found = effects(g)
    return found.index(min(found)) if g["goal"] == "decrease" else _largest(found)


def _whole(g: Any, place: int) -> dict[str, Any]:
    added = _largest([change(g, n, HUNDREDTH) for n in range(4)])
    return {"entry": ENTRIES[place], "change": effects(g)[place], "added": ENTRIES[added]}


def answer(g: Any) -> Any:
    return _whole(g, best(g))


def wrong(g: Any) -> Any:
    right, found = answer(g), effects(g)
    place = best(g)
    slopes = [change(g, n, HUNDREDTH) for n in range(4)]
    steepest = _largest(slopes)
    known = {
        "derivative of the largest magnitude taken": _whole(g, _largest(flat(g["G"]))),
        "entry of the largest magnitude taken": _whole(g, _largest(flat(g["K"]))),
        "sign reversed": right | {"change": -right["change"]},
        "entry left out of its change": right
        | {"entry": ENTRIES[steepest], "change": slopes[steepest]},
        "entry itself taken as its change": right
        | {"change": change(g, place, Fraction(flat(g["K"])[place]))},
    }
    if g["goal"] == "decrease":
        known["ranked by magnitude"] = _whole(g, _largest(found))
    else:
        known["ranked with the signs"] = _whole(g, found.index(max(found)))
    return present(known, right)


def offers(g: Any) -> Any:
    found, place = effects(g), best(g)
    if g["goal"] == "decrease":
        rising = found.index(max(found))
        one, other = (n for n in range(4) if n not in (place, rising))
        return [*(ENTRIES[n] for n in (place, rising, one)), *[None] * 5, ENTRIES[other]]
    offered: list[Any] = []
    for n in [place, *(n for n in range(4) if n != place)]:
        (u, v), word = ENTRIES[n], effect(found[n])
        offered += [[f"K{u}{v}", word], [f"K{u}{v}", OPPOSITE[word]]]
    return [*offered, None]


def shows(g: Any) -> Any:
    return {"effects": two_rows(effects(g))}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """No other entry does as much."""
    found = effects(g)
    place = ENTRIES.index(_indices(g, answer))
    if "change" in answer:
        added = [change(g, n, HUNDREDTH) for n in range(4)]
        yield answer["change"], found[place]
        yield answer["added"], ENTRIES[_largest(added)]
    if isinstance(answer.get("named"), str):
        yield answer["effect"], effect(found[place])
    others = [e for n, e in enumerate(found) if n != place]
    if g["goal"] == "decrease":
        yield True, all(e > found[place] for e in others)
    else:
        yield True, all(abs(e) < abs(found[place]) for e in others)


def _indices(g: Any, answer: Any) -> list[int]:
    """Of the entry that an answer names, or a choice, alone or beside an effect."""
    entry = answer.get("entry", answer.get("named"))
    if entry is None:
        return ENTRIES[best(g)]
    return [int(n) for n in (entry[1:] if isinstance(entry, str) else entry)]


def _differ(g: Any) -> bool:
    found = effects(g)
    slopes = [abs(s) for s in flat(g["G"])]
    return len({abs(e) for e in found}) == len(found) and slopes.count(max(slopes)) == 1


PREMISES = {"no two entries have effects of the same magnitude": _differ}
