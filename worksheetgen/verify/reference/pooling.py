"""The items of ``pooling`` by definition, one window at a time."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.rationals import flattened, said
from worksheetgen.verify.by_hand.work import Entries, Figure, Given, Sums, in_rows

Place = tuple[int, int]
Share = Callable[[int, Place, list[Place]], Any]


def places(given: Given) -> list[list[Place]]:
    """The places that each output sees."""
    (tall, wide), (down, right) = given["window"], given["stride"]
    X = given["X"]
    return [
        [(top + u, left + v) for u in range(tall) for v in range(wide)]
        for top in range(0, len(X) - tall + 1, down)
        for left in range(0, len(X[0]) - wide + 1, right)
    ]


def fits(given: Given) -> bool:
    return bool(places(given))


def windows(given: Given) -> list[list[int]]:
    return [[given["X"][m][n] for m, n in seen] for seen in places(given)]


def columns(given: Given) -> int:
    """Of the output."""
    return len(range(0, len(given["X"][0]) - given["window"][1] + 1, given["stride"][1]))


def pooled(given: Given, pool: Callable[[list[int]], Any]) -> Any:
    return said(in_rows(columns(given))([pool(seen) for seen in windows(given)]))


def mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def handed_back(given: Given, share: Share) -> Any:
    """What each entry gets: the sum of its windows' shares of their upstream entries."""
    gradient: list[list[Any]] = [[0] * len(line) for line in given["X"]]
    for upstream, window in zip(flattened(given["upstream"]), places(given), strict=True):
        for m, n in window:
            gradient[m][n] += share(upstream, (m, n), window)
    return said(gradient)


def to_the_largest(given: Given) -> Any:
    X = given["X"]

    def share(g: int, place: Place, window: list[Place]) -> int:
        return g if place == max(window, key=lambda at: X[at[0]][at[1]]) else 0

    return handed_back(given, share)


def taken(given: Given) -> list[list[int]]:
    """How many windows take each entry as their largest."""
    counts: list[list[int]] = to_the_largest(given | {"upstream": [1] * len(places(given))})
    return counts


def printed(given: Given, _asked: Sequence[str]) -> Given:
    shape = [len(given["X"]), len(given["X"][0])]
    return {name: given[name] for name in ("window", "stride", "X")} | {"input_shape": shape}


def upstream_matrix(given: Given) -> Any:
    return in_rows(columns(given))(flattened(given["upstream"]))


NOTED = {item: {"upstream": upstream_matrix} for item in ("max_gradient", "average_gradient")}


def max_forward(given: Given) -> Entries:
    seen = windows(given)
    return Entries(pooled(given, max), read=flattened(seen), shows={"windows": seen})


def max_gradient(given: Given) -> Entries:
    read = flattened(windows(given)) + flattened(given["upstream"])
    return Entries(to_the_largest(given), read=read, shows={"taken": taken(given)})


def no_gradient(given: Given) -> Figure:
    return Figure(min(maxima(given)), read=flattened(windows(given)))


def maxima(given: Given) -> list[int]:
    """The largest entry of each window that the entry lies in."""
    seen = zip(places(given), windows(given), strict=True)
    return [max(window) for places_, window in seen if tuple(given["entry"]) in places_]


def average_forward(given: Given) -> Sums:
    seen = windows(given)
    shows = {"share": said(Fraction(1, len(seen[0]))), "sums": pooled(given, sum)}
    terms = [[(entry,) for entry in window] for window in seen]
    return Sums(terms, over=len(seen[0]), arranged=in_rows(columns(given)), shows=shows)


def average_gradient(given: Given) -> Entries:
    collected, n = to_all(given), len(places(given)[0])
    shows = {"share": said(Fraction(1, n)), "collected": collected}
    answer = [[said(Fraction(entry, n)) for entry in line] for line in collected]
    return Entries(answer, read=flattened(collected), shows=shows)


# Mistakes


def largest(given: Given) -> Any:
    return pooled(given, max)


def average_in_place(given: Given) -> Any:
    return pooled(given, mean)


def to_all(given: Given) -> Any:
    return handed_back(given, lambda g, *_: g)


def largest_in_place(given: Given) -> Any:
    return [
        [entry if count else 0 for entry, count in zip(line, counts, strict=True)]
        for line, counts in zip(given["X"], taken(given), strict=True)
    ]


def shared_equally(given: Given) -> Any:
    return handed_back(given, lambda g, _, window: Fraction(g, len(window)))


def shares_times_input(given: Given) -> Any:
    X = given["X"]
    return handed_back(given, lambda g, at, window: Fraction(g * X[at[0]][at[1]], len(window)))


def gradient_times_maximum(given: Given) -> Any:
    X = given["X"]

    def share(g: int, place: Place, window: list[Place]) -> int:
        largest = max(X[m][n] for m, n in window)
        return g * largest if X[place[0]][place[1]] == largest else 0

    return handed_back(given, share)


def overwritten(given: Given, share: Share) -> Any:
    """What stays where each window overwrites those before it; None where none overlap."""
    if all(s >= k for s, k in zip(given["stride"], given["window"], strict=True)):
        return None
    gradient: list[list[Any]] = [[0] * len(line) for line in given["X"]]
    for upstream, window in zip(flattened(given["upstream"]), places(given), strict=True):
        for m, n in window:
            own = share(upstream, (m, n), window)
            gradient[m][n] = gradient[m][n] if own is None else own
    return gradient


def last_of_the_largest(given: Given) -> Any:
    X = given["X"]
    return overwritten(
        given,
        lambda g, at, window: g if X[at[0]][at[1]] == max(X[m][n] for m, n in window) else None,
    )


def last_of_the_shares(given: Given) -> Any:
    return overwritten(given, lambda g, _, window: Fraction(g, len(window)))


def largest_of_all(given: Given) -> int:
    return int(max(flattened(given["X"])))


def entry_itself(given: Given) -> int:
    m, n = given["entry"]
    value: int = given["X"][m][n]
    return value


def room_to_grow(given: Given) -> int:
    value: int = no_gradient(given).answer
    return value - entry_itself(given)


def largest_of_maxima(given: Given) -> int | None:
    overlap = any(s < k for s, k in zip(given["stride"], given["window"], strict=True))
    return max(maxima(given)) if overlap else None


def sums_by_side(given: Given) -> Any:
    tall, wide = given["window"]
    return pooled(given, lambda seen: Fraction(sum(seen), tall)) if tall == wide else None


def sums_of_windows(given: Given) -> Any:
    return pooled(given, sum)


def telltales(item: str, _given: Given, answer: Any) -> list[str]:
    """A value of zero stands in every text; to where an entry may rise would tell."""
    return [f"value{answer}", f"Wert{answer}"] if item == "no_gradient" else []


# What the questions take for granted


def _one_is_largest(given: Given) -> bool:
    return all(seen.count(max(seen)) == 1 for seen in windows(given))


def _entry_loses(given: Given) -> bool:
    return bool(maxima(given)) and entry_itself(given) < min(maxima(given))


LARGEST = {"each window has one largest entry": _one_is_largest}
PREMISES = {
    "max_forward": LARGEST,
    "max_gradient": LARGEST,
    "no_gradient": LARGEST
    | {"the entry lies in a window and is the largest of none": _entry_loses},
}


# What the answers must fulfil


def losses(item: str, given: Given, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Up to the value nothing changes, and beyond it something does."""
    if item == "no_gradient":
        m, n = given["entry"]
        for value, same in ((answer - 1, True), (answer, True), (answer + 1, False)):
            X = [list(line) for line in given["X"]]
            X[m][n] = value
            yield same, pooled(given | {"X": X}, max) == pooled(given, max)


def derivative(item: str, given: Given) -> Derivative | None:
    """A step so small that the largest entry of a window stays the largest."""
    if item not in ("max_gradient", "average_gradient"):
        return None
    pool = max if item == "max_gradient" else mean
    wide = len(given["X"][0])

    def loss(X: Vector) -> Vector:
        values = (pool([X[m * wide + n] for m, n in window]) for window in places(given))
        return [sum(map(mul, flattened(given["upstream"]), values))]

    return Derivative(loss, flattened(given["X"]), gradient=True, step=Fraction(1, 10))
