"""A linear loss, evaluated for every pattern of moves that is allowed."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from worksheetgen.verify.reference.signs.moving import (
    dot,
    flat,
    negated,
    present,
    sign,
    two_rows,
)

WAY = {"increase": 1, "decrease": -1}
OTHER = {"increase": "decrease", "decrease": "increase"}


def allowed(g: Any) -> Iterable[tuple[int, ...]]:
    """The patterns in which nothing moves without effect, and no pixel out of its bounds."""
    slopes = flat(g["gradient"])
    pixels = flat(g["X"]) if "X" in g else None
    options = [
        [
            m
            for m in (-1, 0, 1)
            if not m or (s and (pixels is None or 0 <= pixels[n] + m * g["by"] <= 1))
        ]
        for n, s in enumerate(slopes)
    ]
    most = g.get("most", len(slopes))
    return (moves for moves in product(*options) if sum(map(abs, moves)) <= most)


def best(g: Any) -> dict[str, Any]:
    slopes, way = flat(g["gradient"]), WAY[g["goal"]]
    moves = max(allowed(g), key=lambda m: way * dot(slopes, m))
    return _whole(map(sign, moves), g["by"] * dot(slopes, moves))


def _whole(pattern: Iterable[str], change: Any) -> dict[str, Any]:
    return {"pattern": two_rows([*pattern]), "change": change}


def answer(g: Any) -> Any:
    return best(g)


def wrong(g: Any) -> Any:
    right, slopes, way = answer(g), flat(g["gradient"]), WAY[g["goal"]]
    pattern = flat(right["pattern"])
    total = g["by"] * sum(s for s, sign_ in zip(slopes, pattern, strict=True) if sign_ != "0")
    free = {name: value for name, value in g.items() if name != "X"}
    found = {
        "moved the wrong way": best(g | {"goal": OTHER[g["goal"]]}),
        "gradient added with its signs": right | {"change": total},
        "bounds ignored": best(free),
        "size of the change left out": right | {"change": right["change"] / g["by"]},
    }
    if "X" not in g:
        same = ("0" if s == "0" else sign(way) for s in pattern)
        found["every pixel moved the same way"] = _whole(same, way * total)
    if "most" in g:
        found["smallest derivatives taken"] = _smallest(g)
    return present(found, right)


def _smallest(g: Any) -> dict[str, Any]:
    """The useful moves of the pixels with the smallest derivatives among those that may move."""
    slopes, way = flat(g["gradient"]), WAY[g["goal"]]
    alone = g | {"most": 1}
    movable = {
        n for moves in allowed(alone) for n, m in enumerate(moves) if m * way * slopes[n] > 0
    }
    chosen = sorted(movable, key=lambda n: abs(slopes[n]))[: int(g["most"])]
    pattern = [sign(way * s) if n in chosen else "0" for n, s in enumerate(slopes)]
    return _whole(pattern, way * g["by"] * sum(abs(slopes[n]) for n in chosen))


def offers(g: Any) -> Any:
    right = flat(best(g)["pattern"])
    patterns = [right, negated(right), right[::-1], negated(right[::-1])]
    return [two_rows(pattern) for pattern in patterns]


def shows(_g: Any) -> Any:
    return {}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The moves change the loss so, and no other allowed ones change it as much."""
    slopes, way = flat(g["gradient"]), WAY[g["goal"]]
    moves = [{"+": 1, "-": -1, "0": 0}[s] for s in flat(answer["pattern"])]
    here = flat(g.get("X", [[0] * len(slopes)]))
    there = [x + m * g["by"] for x, m in zip(here, moves, strict=True)]
    yield (
        answer.get("change", dot(slopes, there) - dot(slopes, here)),
        dot(slopes, there) - dot(slopes, here),
    )
    gains = sorted(way * dot(slopes, m) for m in allowed(g))
    yield [True, way * dot(slopes, moves)], [gains[-1] > gains[-2], gains[-1]]


def _pixels_are_pixels(g: Any) -> bool:
    pixels = flat(g["X"]) if "X" in g else []
    return g["by"] > 0 and all(0 <= x <= 1 for x in pixels)


PREMISES = {"pixels lie between 0 and 1, and the change is positive": _pixels_are_pixels}
