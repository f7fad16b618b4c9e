"""The items of ``pooling`` by definition, one window at a time."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened, said
from worksheetgen.verify.pages.quantities import Reader, indexed, matrix, number, pair, shape

Given = dict[str, Any]
Place = tuple[int, int]


def windows(given: Given) -> list[list[list[Place]]]:
    """The places that each output sees, in the output's rows and columns."""
    (tall, wide), (down, right) = given["window"], given["stride"]
    X = given["X"]
    return [
        [
            [(top + u, left + v) for u in range(tall) for v in range(wide)]
            for left in range(0, len(X[0]) - wide + 1, right)
        ]
        for top in range(0, len(X) - tall + 1, down)
    ]


def _pooled(given: Given, pool: Callable[[list[int]], Any]) -> Any:
    X = given["X"]
    return [[said(pool([X[m][n] for m, n in seen])) for seen in row] for row in windows(given)]


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def max_forward(given: Given) -> Any:
    return _pooled(given, max)


def average_forward(given: Given) -> Any:
    return _pooled(given, _mean)


def _handed_back(given: Given, share: Callable[[int, Place, list[Place]], Any]) -> Any:
    """What each entry gets: the sum of its windows' shares of their upstream entries."""
    gradient: list[list[Any]] = [[0] * len(row) for row in given["X"]]
    seen = [window for row in windows(given) for window in row]
    for upstream, window in zip(_flat(given["upstream"]), seen, strict=True):
        for m, n in window:
            gradient[m][n] += share(upstream, (m, n), window)
    return said(gradient)


def _flat(upstream: list[Any]) -> list[int]:
    return flattened(upstream)


def _largest(given: Given, window: list[Place]) -> Place:
    return max(window, key=lambda place: given["X"][place[0]][place[1]])


def max_gradient(given: Given) -> Any:
    return _handed_back(given, lambda g, place, w: g if place == _largest(given, w) else 0)


def average_gradient(given: Given) -> Any:
    return _handed_back(given, lambda g, _, window: Fraction(g, len(window)))


def taken(given: Given) -> list[list[int]]:
    """How many windows take each entry as their largest."""
    ones = given | {"upstream": [1] * len(flattened(max_forward(given)))}
    counts: list[list[int]] = max_gradient(ones)
    return counts


def no_gradient(given: Given) -> int:
    return sum(count == 0 for row in taken(given) for count in row)


def mistakes(item: str, given: Given) -> dict[str, Any]:
    return dict(MISTAKES[item](given))


def _of_max_forward(given: Given) -> Iterator[tuple[str, Any]]:
    yield "took the smallest entry", _pooled(given, min)
    yield "took the average instead of the largest entry", average_forward(given)
    yield "took the largest magnitude", _pooled(given, lambda values: max(map(abs, values)))
    yield from _moved_by_one(max_forward, given)


def _of_average_forward(given: Given) -> Iterator[tuple[str, Any]]:
    yield "forgot to divide", _pooled(given, sum)
    yield "took the largest entry instead of the average", max_forward(given)
    yield "averaged the magnitudes", _pooled(given, lambda values: _mean([*map(abs, values)]))
    yield from _moved_by_one(average_forward, given)


def _moved_by_one(answer: Callable[[Given], Any], given: Given) -> Iterator[tuple[str, Any]]:
    by_one = windows(given | {"stride": [1, 1]})
    if [len(by_one), len(by_one[0])] != [len(windows(given)), len(windows(given)[0])]:
        yield "moved the window by one entry", answer(given | {"stride": [1, 1]})


def _of_max_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    X = given["X"]
    yield "gave every entry of a window its gradient", _handed_back(given, lambda g, *_: g)
    counts = taken(given)
    kept = [
        [entry if count else 0 for entry, count in zip(row, times, strict=True)]
        for row, times in zip(X, counts, strict=True)
    ]
    yield "wrote the largest entries in place of the gradient", kept
    negated = given | {"X": [[-entry for entry in row] for row in X]}
    yield "handed the gradient to the smallest entry", max_gradient(negated)
    yield "shared the gradient equally, as an average does", average_gradient(given)


def _of_average_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    yield "forgot to divide", _handed_back(given, lambda g, *_: g)
    yield "gave the whole gradient to the largest entry", max_gradient(given)
    X = given["X"]
    scaled = _handed_back(given, lambda g, at, window: Fraction(g * X[at[0]][at[1]], len(window)))
    yield "multiplied the shares by the input", scaled


def _of_no_gradient(given: Given) -> Iterator[tuple[str, Any]]:
    X = given["X"]
    yield "counted the entries that get a gradient", len(flattened(X)) - no_gradient(given)
    yield "counted the negative entries", sum(entry < 0 for row in X for entry in row)
    yield "took every entry for one that matters", 0


MISTAKES = {
    "max_forward": _of_max_forward,
    "max_gradient": _of_max_gradient,
    "no_gradient": _of_no_gradient,
    "average_forward": _of_average_forward,
    "average_gradient": _of_average_gradient,
}
REDRAWN = ("X", "upstream")


def _seen(given: Given) -> list[list[int]]:
    X = given["X"]
    return [[X[m][n] for m, n in window] for row in windows(given) for window in row]


def _collected(given: Given) -> Any:
    return _handed_back(given, lambda g, *_: g)


def work(item: str, given: Given) -> float:
    copied = effort.of_copying(flattened(_seen(given)))
    if item == "max_forward":
        return copied
    if item == "max_gradient":
        return copied + effort.of_copying(_flat(given["upstream"]))
    if item == "no_gradient":
        return effort.of_copying(flattened(taken(given)))
    if item == "average_forward":
        return effort.of_sums([[(entry, 1) for entry in seen] for seen in _seen(given)])
    added = effort.of_sums([[(entry, 1) for entry in _flat(given["upstream"])]])
    return effort.of_copying(flattened(_collected(given))) + added


# How the page shows it


def derived(given: Given) -> Given:
    return {"input_shape": [len(given["X"]), len(given["X"][0])]}


def steps(item: str, given: Given) -> Given:
    share = said(Fraction(1, given["window"][0] * given["window"][1]))
    if item == "max_forward":
        return {"windows": _seen(given)}
    if item == "average_forward":
        return {"share": share, "sums": _pooled(given, sum)}
    if item == "average_gradient":
        return {"share": share, "collected": _collected(given)}
    return {"taken": taken(given)}


def totals(item: str, given: Given) -> list[int]:
    return flattened(_pooled(given, sum)) if item == "average_forward" else []


PART_GIVENS: dict[str, Reader] = {
    "input_shape": shape,
    "window": shape,
    "stride": pair,
    "X": indexed,
}


def _upstream(glyphs: Any) -> Any:
    return flattened(matrix(glyphs))


ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "max_gradient": {"upstream": _upstream},
    "average_gradient": {"upstream": _upstream},
}
STEPS: dict[str, dict[str, Reader]] = {
    "max_forward": {"windows": matrix},
    "max_gradient": {"taken": matrix},
    "no_gradient": {"taken": matrix},
    "average_forward": {"share": number, "sums": matrix},
    "average_gradient": {"share": number, "collected": matrix},
}
ANSWERS: dict[str, dict[str, Reader]] = {
    "max_forward": {"answer": matrix},
    "max_gradient": {"answer": matrix},
    "no_gradient": {"answer": number},
    "average_forward": {"answer": matrix},
    "average_gradient": {"answer": matrix},
}


# What the answers must fulfil


def derivative(item: str, given: Given) -> Derivative | None:
    """A step so small that the largest entry of a window stays the largest."""
    if item not in ("max_gradient", "average_gradient"):
        return None
    seen = [window for row in windows(given) for window in row]
    columns = len(given["X"][0])

    def loss(X: Vector) -> Vector:
        pooled = ([X[m * columns + n] for m, n in window] for window in seen)
        pool = max if item == "max_gradient" else _mean
        return [sum(map(mul, _flat(given["upstream"]), map(pool, pooled)))]

    return Derivative(loss, flattened(given["X"]), gradient=True, step=Fraction(1, 10))
