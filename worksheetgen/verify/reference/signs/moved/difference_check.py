"""Cubics through the three values: which derivatives a bounded third derivative allows."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from typing import Any

from worksheetgen.verify.reference.signs.moving import present

POWERS = (4, 5, 6, 7)


def through(g: Any, derivative: Any) -> Callable[[Any], Any]:
    """The cubic through the values that has this derivative in the middle."""
    left, middle, right, h = (Fraction(g[name]) for name in ("left", "middle", "right", "step"))
    third = ((right - left) / (2 * h) - derivative) / h**2
    second = ((right + left) / 2 - middle) / h**2
    return lambda d: middle + derivative * d + second * d**2 + third * d**3


def needs(g: Any, derivative: Any) -> Any:
    """How large the third derivative of that cubic is in magnitude."""
    loss, h = through(g, derivative), Fraction(g["step"])
    return abs((loss(3 * h) - 3 * loss(h) + 3 * loss(-h) - loss(-3 * h)) / (2 * h) ** 3)


def _quotients(g: Any) -> tuple[Any, Any, Any]:
    h = Fraction(g["step"])
    ahead, behind = (g["right"] - g["middle"]) / h, (g["middle"] - g["left"]) / h
    return (g["right"] - g["left"]) / (2 * h), ahead, behind


def _bound(g: Any) -> Any:
    """How far from the central difference the third derivative lets the derivative be."""
    third, central = g.get("third", 0), _quotients(g)[0]
    return Fraction(third) / needs(g, central + 1)


def _orders(g: Any, *, divided: bool = True) -> list[int]:
    """Of a one-sided and a central difference: the power of h in the leading error, and the term.

    Each is tried on powers of the distance, which have no other derivative than of their order.
    """
    found = []
    for other in (0, -1):
        for n in count(2):
            full, half = (
                _error(n, other, Fraction(g["step"]) / part, divided=divided) for part in (1, 2)
            )
            if full:
                found += [(full / half).numerator.bit_length() - 1, n]
                break
    return found


def _error(n: int, other: int, h: Fraction, *, divided: bool) -> Fraction:
    """What a difference makes of the n-th power, whose derivative in the middle is zero."""
    difference = h**n - (other * h) ** n
    return difference / ((1 - other) * h) if divided else difference


def _whole(g: Any, quotient: Any, bound: Any) -> dict[str, Any]:
    said = ["possible" if abs(c - quotient) <= bound else "wrong" for c in g["claims"]]
    return {"quotient": quotient, "bound": bound, "verdicts": said} | _asked(g)


def _asked(g: Any, *, divided: bool = True) -> dict[str, Any]:
    return {"orders": _orders(g, divided=divided)} if "asks" in g else {}


def answer(g: Any) -> Any:
    third = g.get("third", 0)
    verdicts = ["possible" if needs(g, claim) <= third else "wrong" for claim in g["claims"]]
    whole = {"quotient": _quotients(g)[0], "bound": _bound(g), "verdicts": verdicts}
    return whole | _asked(g)


def wrong(g: Any) -> Any:
    (central, ahead, behind), bound = _quotients(g), _bound(g)
    found = {
        "forward difference taken": _whole(g, ahead, bound),
        "backward difference taken": _whole(g, behind, bound),
        "divided by h instead of 2h": _whole(g, 2 * central, bound),
        "sign reversed": _whole(g, -central, bound),
    }
    if bound:
        found["h not squared"] = _whole(g, central, Fraction(g["third"]) * g["step"] / 6)
        found["divided by 2 instead of 6"] = _whole(
            g, central, Fraction(g["third"]) * g["step"] ** 2 / 2
        )
    if "asks" in g:
        found["errors not divided by h"] = answer(g) | _asked(g, divided=False)
    return present(found, answer(g))


def possible(g: Any, offered: list[Any]) -> list[Any]:
    return [value for value in offered if needs(g, value) <= g.get("third", 0)]


def offers(g: Any) -> Any:
    """The quotients, each as far off as the one that is possible."""
    (value,) = possible(g, g["offered"])
    off = value - _quotients(g)[0]
    return [way * (each + off) for each in _quotients(g) for way in (1, -1)]


def shows(g: Any) -> Any:
    central, bound = _quotients(g)[0], _bound(g)
    if "claims" in g:
        return {"low": central - bound, "high": central + bound}
    return {"low": central - bound, "high": central + bound, "central": central, "off": bound}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """No other function with these values needs less: what it adds has a mean of zero."""
    h = Fraction(g["step"])

    def weighted(power: int) -> Any:
        """The integral of (h - |s|)² times that power of s."""
        if power % 2:
            return Fraction(0)
        terms = Fraction(1, power + 1) - Fraction(2, power + 2) + Fraction(1, power + 3)
        return 2 * h ** (power + 3) * terms

    for n in POWERS:
        first, second = n * (n - 1) * (n - 2), (n - 2) * (n - 3) * (n - 4)
        less = second * h**2 * weighted(n - 5) if second else 0
        yield 0, first * weighted(n - 3) - less
    if "quotient" in answer:
        central, bound = _quotients(g)[0], answer["bound"]
        yield answer["quotient"], central
        yield [g.get("third", 0)] * 2, [needs(g, central + way * bound) for way in (1, -1)]
        said = ["possible" if needs(g, c) <= g.get("third", 0) else "wrong" for c in g["claims"]]
        yield answer["verdicts"], said
        if "asks" in g:
            yield answer["orders"], _orders(g)
    else:
        yield [answer["derivative"]], possible(g, g["offered"])
    for value in g.get("claims", g.get("offered", [])):
        loss = through(g, value)
        yield [g["left"], g["right"]], [loss(-h), loss(h)]


def _one_is_possible(g: Any) -> bool:
    if "claims" in g:
        return g["step"] > 0 and 0 < len(possible(g, g["claims"])) < len(g["claims"])
    return g["step"] > 0 and len(possible(g, g["offered"])) == 1


PREMISES = {"some of the values are possible, and of choices one": _one_is_possible}
