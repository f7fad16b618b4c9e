"""The squared error itself, with its first kernel entry moved."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from worksheetgen.verify.reference.signs.moving import effect, flat, layer, moved, present, slope

FIRST, LAST = [0, 0], [1, 1]
PARTS = ("predicted", "actual", "effect", "limit")
SLIGHTLY = Fraction(1, 1000)


def loss_of(g: Any, entry: Any = None, *, factor: Any = Fraction(1, 2)) -> Callable[[Any], Any]:
    """The loss where an entry of the kernel is changed; without a kernel, of some kernel."""
    K = g.get("K", [[0, 0], [0, 0]])
    T = flat(g["T"]) if "T" in g else [-x for x in layer(g["X"], [[1, 0], [0, 0]])]

    def loss(by: Any) -> Any:
        H = layer(g["X"], moved(K, entry or FIRST, by))
        return factor * sum((h - t) ** 2 for h, t in zip(H, T, strict=True))

    return loss


def _derivatives(loss: Callable[[Any], Any]) -> tuple[Any, Any]:
    one = Fraction(1)
    return slope(loss), loss(one) - 2 * loss(0) + loss(-one)


def _step(first: Any, second: Any, rate: Any, way: int = -1) -> dict[str, Any]:
    by = way * rate * first
    actual = first * by + second * by * by / 2
    return dict(zip(PARTS, (first * by, actual, effect(actual), 2 / second), strict=True))


def answer(g: Any) -> Any:
    loss = loss_of(g)
    first, second = _derivatives(loss)
    actual = loss(-g["rate"] * first) - loss(0)
    return {
        "predicted": -g["rate"] * first**2,
        "actual": actual,
        "effect": effect(actual),
        "limit": 2 / second,
    }


def wrong(g: Any) -> Any:
    right, rate = answer(g), g["rate"]
    first, second = _derivatives(loss_of(g))
    whole = right["predicted"] + second * (rate * first) ** 2
    errors = [h - t for h, t in zip(layer(g["X"], g["K"]), flat(g["T"]), strict=True)]
    believed = right["predicted"]
    found = {
        "prediction taken for the true change": _without_limit(
            right | {"actual": believed, "effect": "decreases"}
        ),
        "factor one half forgotten": right
        | {"actual": whole, "effect": effect(whole), "limit": right["limit"] / 2},
        "factor 2 left in": _step(*_derivatives(loss_of(g, factor=1)), rate),
        "step along the gradient instead of against it": _without_limit(
            _step(first, second, rate, 1)
        ),
    }
    unchained = _step(sum(errors), Fraction(len(errors)), rate)
    if unchained["effect"] != "stays":
        found["inner derivative forgotten"] = unchained
    return present(found, right)


def _without_limit(parts: dict[str, Any]) -> dict[str, Any]:
    """No rate helps a step that goes up."""
    return {name: value for name, value in parts.items() if name != "limit"}


def offers(g: Any) -> Any:
    seconds = [_derivatives(loss_of(g, entry))[1] for entry in (FIRST, LAST)]
    return [Fraction(factor) / second for second in seconds for factor in (2, 1, 4)]


def shows(g: Any) -> Any:
    first, second = _derivatives(loss_of(g))
    shown = {"curvature": second}
    if "K" not in g:
        return shown | {"rates": 2 / second}
    return shown | {"slope": first, "step": -g["rate"] * first}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Steps with rates around the largest one that lowers the loss."""
    loss, limit = loss_of(g), answer["limit"]
    first = slope(loss)

    def change(rate: Any) -> Any:
        return loss(-rate * first) - loss(0)

    found = [effect(change(limit * by)) for by in (1 - SLIGHTLY, 1, 1 + SLIGHTLY)]
    yield ["decreases", "stays", "increases"], found
    if "actual" in answer:
        yield answer["predicted"], first * (-g["rate"] * first)
        yield [answer["actual"], answer["effect"]], [change(g["rate"]), effect(change(g["rate"]))]


def _has_a_slope(g: Any) -> bool:
    return bool(slope(loss_of(g)) != 0) and g.get("rate", 1) > 0


PREMISES = {"the loss has a slope there, and the learning rate is positive": _has_a_slope}
