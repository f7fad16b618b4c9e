"""The whole layer, evaluated while an entry is changed more and more."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import (
    ENTRIES,
    dot,
    flat,
    layer,
    moved,
    present,
    two_rows,
)

STILL, MOVES = "does not change", "changes"
PIECES = 20
BEYOND = Fraction(10_001, 10_000)


def before(g: Any, entry: Any = None, by: Any = 0) -> list[Any]:
    """The outputs before ReLU."""
    K = moved(g["K"], entry, by) if entry else g["K"]
    return [h + g["bias"] for h in layer(g["X"], K)]


def loss(g: Any, entry: Any, by: Any) -> Any:
    return dot(flat(g["upstream"]), [max(0, h) for h in before(g, entry, by)])


def ways(g: Any, entry: Any) -> list[Any]:
    """By how much the entry has to change for each output to be zero."""
    still, one_more = before(g), before(g, entry, 1)
    pairs = zip(still, one_more, strict=True)
    return [-Fraction(h) / (after - h) for h, after in pairs]


def soonest(g: Any, entry: Any) -> Any:
    return min(ways(g, entry), key=abs)


def _entry(g: Any) -> Any:
    if "entry" in g:
        return [int(n) for n in g["entry"]]
    return min(ENTRIES, key=lambda entry: abs(soonest(g, entry)))


def _whole(g: Any, change: Any) -> dict[str, Any]:
    entry = {} if "entry" in g else {"entry": _entry(g)}
    return {"gradient": [[0, 0], [0, 0]], "step": STILL, **entry, "change": change}


def linear(g: Any) -> list[Any]:
    """The gradient of the layer without ReLU."""
    still = before(g)
    return [
        dot(flat(g["upstream"]), [a - b for a, b in zip(before(g, e, 1), still, strict=True)])
        for e in ENTRIES
    ]


def answer(g: Any) -> Any:
    return _whole(g, soonest(g, _entry(g)))


def wrong(g: Any) -> Any:
    entry, right = _entry(g), answer(g)
    change, still = right["change"], before(g)
    top = still.index(max(still))
    way = 1 if change > 0 else -1
    found = {
        "ReLU ignored": {"gradient": two_rows(linear(g)), "step": MOVES, "change": 0},
        "sign reversed": _whole(g, -change),
        "output nearest to zero taken, not divided by the input": _whole(g, way * abs(still[top])),
        "output nearest to zero taken": _whole(g, ways(g, entry)[top]),
        "largest change taken": _whole(g, max(ways(g, entry), key=abs)),
        "input of the opposite kernel entry taken": _whole(g, soonest(g, [1 - n for n in entry])),
    }
    return present(found, right)


def offers(g: Any) -> Any:
    entry = _entry(g)
    here, opposite = soonest(g, entry), soonest(g, [1 - n for n in entry])
    return [here, -here, opposite, -opposite]


def shows(g: Any) -> Any:
    H = before(g)
    in_rows = two_rows(H) if len(g["X"]) > len(g["K"]) else [H]
    return {"before": in_rows, "reached": ways(g, _entry(g))}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Nothing happens up to the change, in any entry asked about, and something beyond it."""
    change, entry = answer["change"], [int(n) for n in answer.get("entry", _entry(g))]
    asked = [entry] if "entry" in g else ENTRIES
    for other in asked:
        steps = [abs(change) * Fraction(n, PIECES) for n in range(-PIECES, PIECES + 1)]
        yield [0] * len(steps), [loss(g, other, by) for by in steps]
    yield True, loss(g, entry, change * BEYOND) != 0
    smallest = min(abs(by) for e in ENTRIES for by in ways(g, e)) / PIECES
    moves = [loss(g, e, by) != 0 for e in ENTRIES for by in (smallest, -smallest)]
    yield answer.get("step", STILL), MOVES if any(moves) else STILL
    slopes = [(loss(g, e, smallest) - loss(g, e, -smallest)) / (2 * smallest) for e in ENTRIES]
    yield answer.get("gradient", two_rows(slopes)), two_rows(slopes)


def _is_dead(g: Any) -> bool:
    first, *others = sorted(
        abs(by) for e in ([_entry(g)] if "entry" in g else ENTRIES) for by in ways(g, e)
    )
    return max(before(g)) < 0 and 0 not in flat(g["upstream"]) and first < others[0]


PREMISES = {"every output is negative before ReLU, and one of them comes first": _is_dead}
