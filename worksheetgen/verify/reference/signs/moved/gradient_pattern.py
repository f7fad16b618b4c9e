"""A linear loss with concrete magnitudes, one window or another being the largest."""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from worksheetgen.verify.reference.signs.moving import (
    ENTRIES,
    WORTH,
    dot,
    flat,
    layer,
    moved,
    negated,
    sign,
    two_rows,
)

UNIFORM = (("+", "-0?"), ("-", "+"), ("-", "0?"), ("0", "?"), ("0", "+-"), ("?", "0"), ("?", "+-"))
"""Wrong patterns of one sign, in the order of their errors, and beside which right ones."""
KERNEL = [[1, -2], [3, 1]]
TRIALS, LARGEST = 20, 99


def summands(g: Any, upstream: Any = None) -> list[list[int]]:
    """What each output gives to the gradient of each kernel entry: its share of a moved loss."""
    X = [[WORTH[s] for s in row] for row in g["X"]]
    weights = [WORTH[s] for s in flat(upstream or g["upstream"])]
    still = layer(X, KERNEL)
    return [
        [
            w * (after - before)
            for w, after, before in zip(weights, layer(X, moved(KERNEL, e, 1)), still, strict=True)
        ]
        for e in ENTRIES
    ]


def told(terms: list[list[int]]) -> list[str]:
    return ["?" if {1, -1} <= {*own} else sign(sum(own)) for own in terms]


def answer(g: Any) -> Any:
    return {"pattern": two_rows(told(summands(g)))}


def wrong(g: Any) -> Any:
    terms = summands(g)
    right = told(terms)
    ones = [["+"] * len(row) for row in g["upstream"]]
    found = {
        "upstream gradient not used": told(summands(g, ones)),
        "kernel flipped": right[::-1],
        "direction of descent given": negated(right),
    }
    if "?" in right:
        found["conflicts settled by counting terms"] = [sign(sum(own)) for own in terms]
    if any(0 in own for own in terms):
        found["zero taken for unknown"] = [
            "?" if 0 in own else s for own, s in zip(terms, right, strict=True)
        ]
    return {name: {"pattern": two_rows(pattern)} for name, pattern in found.items()}


def offers(g: Any) -> Any:
    right = told(summands(g))
    if {*flat(g["X"])} == {"+"}:
        wrong = [s if right[0] in after else None for s, after in UNIFORM]
        return [two_rows([s] * len(right)) if s else None for s in [right[0], *[None] * 7, *wrong]]
    top, bottom = two_rows(right)
    images = [[top, bottom], [bottom[::-1], top[::-1]], [top[::-1], bottom[::-1]], [bottom, top]]
    images += [[negated(row) for row in image] for image in images]
    return images + [None] * 7


def shows(g: Any) -> Any:
    return {"terms": [[sign(term) for term in own] for own in summands(g)]}


def losses(g: Any, answer: Any) -> Iterator[tuple[Any, Any]]:
    """Which signs the change of the loss has, whatever the magnitudes."""
    chance = random.Random(repr(g))  # noqa: S311 - trials, repeatable
    X = [[WORTH[s] for s in row] for row in g["X"]]
    weights = [WORTH[s] for s in flat(g["upstream"])]
    trials = [
        (X, [w * m for w, m in zip(weights, sizes, strict=True)])
        for sizes in product((1, 9), repeat=len(weights))
    ]
    for _ in range(TRIALS):
        any_X = [[x * chance.randint(1, LARGEST) for x in row] for row in X]
        trials.append((any_X, [w * chance.randint(1, LARGEST) for w in weights]))
    for entry, claimed in zip(ENTRIES, flat(answer["pattern"]), strict=True):
        seen = {
            sign(dot(w, layer(x, moved(KERNEL, entry, 1))) - dot(w, layer(x, KERNEL)))
            for x, w in trials
        }
        yield claimed, "?" if {"+", "-"} <= seen else "".join(seen)


def _signs_are_signs(g: Any) -> bool:
    return {*flat(g["X"]), *flat(g["upstream"])} <= {*WORTH}


PREMISES = {"inputs and upstream gradient are given by their signs": _signs_are_signs}
