"""A loss that is quadratic, moved along several entries at once."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import flat, present

ALONG = Fraction(1, 10)


def along(g: Any, changes: dict[tuple[int, ...], Any]) -> Any:
    """By how much the loss changes to first order if entries change so."""

    def loss(t: Fraction) -> Any:
        x = [t * changes.get((n // 2, n % 2), 0) for n in range(4)]
        linear = sum(s * y for s, y in zip(flat(g["gradient"]), x, strict=True))
        return linear + Fraction(3, 2) * sum(y * y for y in x) + x[0] * x[3]

    return (loss(ALONG) - loss(-ALONG)) / (2 * ALONG)


def _one(g: Any, name: str, by: Any) -> Any:
    return along(g, {tuple(map(int, g[name])): Fraction(by)})


def _balance(g: Any, one: Any, other: Any) -> Any:
    """The last change, from its effect per unit."""
    if "c" in g:
        return (-g["fall"] - one - other) / _one(g, "c", 1)
    return -one / _one(g, "b", 1)


def _effects(g: Any) -> tuple[Any, Any]:
    return _one(g, "a", g["by_a"]), _one(g, "b", g.get("by_b", 0))


def answer(g: Any) -> Any:
    one, other = _effects(g)
    return {"change": one + other, "balance": _balance(g, one, other)}


def wrong(g: Any) -> Any:
    right, (one, other) = answer(g), _effects(g)
    per_a, per_b = _one(g, "a", 1), _one(g, "b", 1)
    found = {
        "effects added by their magnitudes": (
            abs(one) + abs(other),
            _balance(g, abs(one), abs(other)),
        ),
        "second change left out": (one, _balance(g, one, 0)),
        "sum of derivatives multiplied by sum of changes": _of_sums(g, per_a + per_b, right),
        "sign reversed": (right["change"], -right["balance"]),
    }
    if "c" not in g:
        found["ratio inverted"] = (right["change"], -per_b * g["by_a"] / per_a)
    named = {name: dict(zip(right, pair, strict=True)) for name, pair in found.items()}
    return present(named, right)


def _added(g: Any, one: Any, other: Any) -> tuple[Any, Any]:
    return one + other, _balance(g, one, other)


def _of_sums(g: Any, slopes: Any, right: Any) -> tuple[Any, Any]:
    """What somebody goes on with who multiplies a sum by a sum."""
    change = slopes * (g["by_a"] + g["by_b"])
    return change, _balance(g, change, 0) if "c" in g else right["balance"]


def offers(g: Any) -> Any:
    one, other = _effects(g)
    right = _balance(g, one, other)
    if "c" in g:
        turned = _balance(g, one, -other)
        return [right, -right, None, None, turned, -turned]
    inverted = -_one(g, "b", 1) * g["by_a"] / _one(g, "a", 1)
    return [right, -right, inverted, -inverted, None, None]


def shows(g: Any) -> Any:
    one, other = _effects(g)
    return {"first": one} | ({"second": other} if "by_b" in g else {})


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """All named entries are moved together."""
    a, b = (tuple(map(int, g[name])) for name in "ab")
    both = {a: g["by_a"], b: g.get("by_b", 0)}
    if "change" in answer:
        yield answer["change"], along(g, both)
    if "c" in g:
        yield -g["fall"], along(g, both | {tuple(map(int, g["c"])): answer["balance"]})
    else:
        yield 0, along(g, {a: g["by_a"], b: answer["balance"]})


def _entries_differ(g: Any) -> bool:
    named = [tuple(g[name]) for name in "abc" if name in g]
    same = [g.get(again, g[name]) == g[name] for again, name in (("again", "a"), ("instead", "b"))]
    return len({*named}) == len(named) and all(same) and 0 not in flat(g["gradient"])


PREMISES = {"different entries change, and each has a slope": _entries_differ}
