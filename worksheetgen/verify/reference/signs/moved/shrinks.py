"""The loss with its decay, and a step so small that only its sign matters."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from worksheetgen.verify.reference.signs.moving import (
    dot,
    flat,
    negated,
    sign,
    slope,
    two_rows,
)

TINY = Fraction(1, 10**6)


def gradient(g: Any, decay: Any, slopes: Any = None) -> list[Any]:
    """The gradient of the loss and λ/2 times the sum of squares, by differences."""
    K, linear = flat(g["K"]), slopes or flat(g["G"])

    def loss(n: int, by: Any) -> Any:
        x = [k + (by if m == n else 0) for m, k in enumerate(K)]
        return dot(linear, x) + Fraction(decay) / 2 * dot(x, x)

    return [slope(partial(loss, n)) for n in range(len(K))]


def verdicts(g: Any, decay: Any, slopes: Any = None) -> list[str]:
    """What a small step does to the magnitude of each entry."""
    pairs = zip(flat(g["K"]), gradient(g, decay, slopes), strict=True)
    return [sign(abs(k - TINY * step) - abs(k)) for k, step in pairs]


def _limit(g: Any) -> Any:
    """The decay from which on all entries shrink: where each entry's step is zero."""
    zero = [Fraction(-s) / k for k, s in zip(flat(g["K"]), flat(g["G"]), strict=True)]
    return max(0, *zero)


def _whole(g: Any, plain: Any, decayed: Any) -> dict[str, Any]:
    found = {"plain": two_rows(plain)}
    if "decay" in g:
        found["decayed"] = two_rows(decayed)
    return found | ({"limit": _limit(g)} if "asks" in g else {})


def answer(g: Any) -> Any:
    return _whole(g, verdicts(g, 0), verdicts(g, g.get("decay", 0)))


def wrong(g: Any) -> Any:
    decay = g.get("decay", 0)
    plain, decayed = verdicts(g, 0), verdicts(g, decay)
    free = {name: value for name, value in g.items() if name != "asks"}
    falling = [[sign(-step) for step in gradient(g, d)] for d in (0, decay)]
    found = {
        "falling taken for shrinking": _whole(free, *falling),
        "step along the gradient instead of against it": _whole(
            free, negated(plain), negated(decayed)
        ),
    }
    if "decay" in g:
        found |= {
            "decay taken to shrink every entry": _whole(free, plain, ["-"] * 4),
            "sign of the decay reversed": _whole(free, plain, verdicts(g, -decay)),
            "decay left out": _whole(free, plain, plain),
        }
    right = _whole(free, plain, decayed)
    return {name: each for name, each in found.items() if not right.items() <= each.items()}


def offers(g: Any) -> Any:
    decay = g.get("decay", 0)
    right = verdicts(g, decay)
    falling = [sign(-step) for step in gradient(g, decay)]
    turned = verdicts(g, decay, flat(g["G"])[::-1])
    return [two_rows(p) for each in (right, falling, turned) for p in (each, negated(each))]


def shows(g: Any) -> Any:
    steps = gradient(g, g.get("decay", 0))
    products = [k * s for k, s in zip(flat(g["K"]), steps, strict=True)]
    shown = {"products": two_rows(products)}
    if "decay" in g:
        shown["steps"] = two_rows(steps)
    if "asks" in g:
        pairs = zip(flat(g["K"]), flat(g["G"]), strict=True)
        shown["bounds"] = [Fraction(-s) / k for k, s in pairs]
    return shown


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Above the limit all entries shrink, at it one does not change, below it one grows."""
    if "limit" in answer:
        limit = answer["limit"]
        above, at, below = (verdicts(g, limit * by) for by in (1 + TINY, 1, Fraction(9, 10)))
        yield [["-"] * 4, True, True], [above, "0" in at, "+" in below]
    for name, decay in (("plain", 0), ("decayed", g.get("decay", 0))):
        if name in answer:
            yield flat(answer[name]), verdicts(g, decay)


def _no_entry_is_zero(g: Any) -> bool:
    return 0 not in flat(g["K"]) and g.get("decay", 1) > 0


PREMISES = {"no entry of the kernel is zero, and the decay is positive": _no_entry_is_zero}
