"""The optimiser itself, run on a loss that is linear."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import effect, present, slope

STEPS = 8
SLIGHTLY = Fraction(1, 100)


def run(g: Any, rate: Any = None, steps: int = STEPS) -> list[Any]:
    """By how much the entry changes, step by step."""
    found, velocity = [], Fraction(g["velocity"])
    for _ in range(steps):
        velocity = g["decay"] * velocity - (g["rate"] if rate is None else rate) * slope(
            lambda by: g["slope"] * by
        )
        found.append(velocity)
    return found


def _whole(g: Any, change: Any) -> dict[str, Any]:
    falls = [g["slope"] * step < 0 for step in run(g)]
    found = {
        "change": change,
        "way": "with" if change * g["slope"] > 0 else "against",
        "effect": effect(g["slope"] * change),
    }
    if g.get("asks") in ("ii", "iii"):
        found["turn"] = falls.index(True) + 1
    if g.get("asks") == "iii":
        found["limit"] = _limit(g)
    return found


def _limit(g: Any) -> Any:
    """The rate with which the first step is none: it is linear in the rate."""
    without, with_one = run(g, 0, 1)[0], run(g, 1, 1)[0]
    return without / (without - with_one)


def answer(g: Any) -> Any:
    return _whole(g, run(g)[0])


def wrong(g: Any) -> Any:
    right = answer(g)
    kept, taken = g["decay"] * g["velocity"], g["rate"] * g["slope"]
    changes = {
        "velocity left out": -taken,
        "gradient added": kept + taken,
        "momentum factor forgotten": g["velocity"] - taken,
        "learning rate forgotten": kept - g["slope"],
    }
    first = {name: right[name] for name in ("change", "way", "effect")}
    free = {name: value for name, value in g.items() if name != "asks"}
    found = {name: _whole(free, change) for name, change in changes.items() if change}
    falls = first | {"way": "against", "effect": "decreases"}
    if falls != first:
        found["every step taken to lower the loss"] = falls
    if "turn" in right:
        found["turn counted one step early"] = right | {"turn": right["turn"] - 1}
    return present(found, right)


def offers(g: Any) -> Any:
    kept, taken = g["decay"] * g["velocity"], g["rate"] * g["slope"]
    right = run(g)[0]
    changes = [right, -right, kept + taken, -kept - taken]
    return [[change, effect(g["slope"] * change)] for change in changes]


def shows(g: Any) -> Any:
    shown = {"motion": run(g, 0, 1)[0], "descent": run(g, 0, 1)[0] - run(g, None, 1)[0]}
    if g.get("asks") not in ("ii", "iii"):
        return shown
    steps = run(g)
    turn = next(n for n, step in enumerate(steps) if g["slope"] * step < 0)
    return shown | {"path": steps[: turn + 1]}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """What the loss does step by step, and with rates around the limit."""
    first = run(g)[0]
    yield [answer["change"], answer["effect"]], [first, effect(g["slope"] * first)]
    uphill = "with" if first * g["slope"] > 0 else "against"
    yield answer.get("way", uphill), uphill
    if "turn" in answer:
        turn = int(answer["turn"])
        changes = [effect(g["slope"] * step) for step in run(g)]
        yield ["increases"] * (turn - 1) + ["decreases"] * (STEPS - turn + 1), changes
    if "limit" in answer:
        rates = [answer["limit"] * by for by in (1 - SLIGHTLY, 1, 1 + SLIGHTLY)]
        found = [effect(g["slope"] * run(g, rate, 1)[0]) for rate in rates]
        yield ["increases", "stays", "decreases"], found


def _moves(g: Any) -> bool:
    return bool(g["slope"] != 0 and g["rate"] > 0 and 0 < g["decay"] < 1 and 0 not in run(g))


PREMISES = {"no step is zero, and rate and momentum factor are positive": _moves}
