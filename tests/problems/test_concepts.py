"""Choices: all different, the right one anywhere, and not to be found without the question."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from math import prod
from typing import Any

import pytest

from worksheetgen.problems.concepts import Concepts
from worksheetgen.problems.items import Answers
from worksheetgen.problems.offers import CHOICES, LETTERS
from worksheetgen.problems.work import Choices
from worksheetgen.variants.sampling import Place, Sampler

VARIANTS = 500
OF_THE_KERNEL = ("which_entry", "zero_gradient")
"""Items whose choices are the entries of a kernel, in order."""
OF_VALUES = [name for name in Concepts.items if name not in OF_THE_KERNEL]
ORDERED = [name for name in OF_VALUES if name not in ("shifted_input", "weight_sharing")]
"""Items whose choices are numbers from the smallest to the largest."""
DRAWN_BY_CHANCE = 5
"""Standard deviations by which a letter may be off its share, if chance alone decides."""
MOST_GUESSED, CHANCE = 0.35, 0.02
"""The share of right guesses at most, and what chance adds where so few variants are counted."""


@cache
def variants() -> list[Concepts]:
    asked = tuple(Concepts.items)
    sampler = Sampler(Concepts, Concepts.Sample(), Concepts.Given(), asked, fair=None)
    places = [Place(7, variant, task=0, part=0) for variant in range(VARIANTS)]
    found = [next(fit).answers.problem for fit in sampler.propose(places)]
    return [problem for problem in found if isinstance(problem, Concepts)]


def right(problem: Concepts, item: str) -> int:
    """The position of the right choice."""
    return LETTERS.index(Concepts.items[item].record(Answers(problem)[item]))


@pytest.mark.parametrize("item", Concepts.items)
def test_the_right_letter_is_balanced_over_variants(item: str) -> None:
    letters = Counter(right(problem, item) for problem in variants())
    share = VARIANTS / CHOICES
    off = DRAWN_BY_CHANCE * (share * (1 - 1 / CHOICES)) ** 0.5
    assert [] == [n for n in range(CHOICES) if abs(letters[n] - share) > off]


@pytest.mark.parametrize("item", Concepts.items)
def test_no_two_choices_are_the_same(item: str) -> None:
    for problem in variants():
        assert CHOICES == len({str(choice) for choice in problem.choices[item]})


@pytest.mark.parametrize("item", OF_VALUES)
def test_the_right_choice_stands_at_the_right_letter(item: str) -> None:
    for problem in variants():
        work = problem.work_of(item)
        assert isinstance(work, Choices)
        there = work.offered[right(problem, item)]
        assert work.values[0].tolist() == there.tolist()


@pytest.mark.parametrize("item", ORDERED)
def test_numbers_stand_in_order(item: str) -> None:
    for problem in variants():
        assert sorted(problem.choices[item]) == problem.choices[item]


@pytest.mark.parametrize("item", ["stride_effect", "padding_effect", "dilation_effect"])
def test_sizes_are_positive_integers_near_one_another(item: str) -> None:
    for problem in variants():
        sizes = problem.choices[item]
        assert [] == [n for n in sizes if n != int(n) or n < 0]
        assert [] == [(a, b) for a, b in pairwise(sizes) if b > 10 * a > 0]


# Strategies of somebody who has not read the question. Each gives every choice a score.

Scores = Sequence[Any]
Strategy = Callable[[list[Any]], Scores]


def rank(values: list[Any]) -> list[int]:
    return [sum(other < value for other in values) for value in values]


def others(values: list[Any]) -> list[list[Any]]:
    return [values[:n] + values[n + 1 :] for n in range(len(values))]


def hub(related: Callable[[Any, Any], bool]) -> Strategy:
    """The one to which most others are related."""
    return lambda values: [
        sum(related(value, other) for other in rest)
        for value, rest in zip(values, others(values), strict=True)
    ]


def made_of_two(make: Callable[[Any, Any], Any]) -> Strategy:
    """The one that two others make."""
    return lambda values: [
        sum(value in (make(a, b), make(b, a)) for a, b in combinations(rest, 2))
        for value, rest in zip(values, others(values), strict=True)
    ]


def mean(values: list[Any]) -> Fraction:
    return Fraction(sum(values), len(values))


def letter(place: int) -> Strategy:
    return lambda values: [int(place == at) for at in range(len(values))]


def ranked(place: int, size: Callable[[Any], Any]) -> Strategy:
    return lambda values: [int(place == at) for at in rank([size(value) for value in values])]


def of_texts(score: Callable[[str], int]) -> Strategy:
    return lambda values: [score(str(value)) for value in values]


TEXTS: Mapping[str, Strategy] = {
    **{f"letter {name}": letter(n) for n, name in enumerate(LETTERS)},
    "longest": of_texts(len),
    "shortest": of_texts(lambda text: -len(text)),
    "most digits of the others": hub(lambda a, b: bool(set(str(a)) & set(str(b)))),
    "no letter twice in a row": of_texts(lambda text: len(set(text))),
}
NUMBERS: Mapping[str, Strategy] = {
    **{f"rank {n}": ranked(n, Fraction) for n in range(CHOICES)},
    **{f"rank {n} of magnitudes": ranked(n, abs) for n in range(CHOICES)},
    "has its negative": hub(lambda a, b: a == -b),
    "has its double": hub(lambda a, b: b == 2 * a),
    "has its half": hub(lambda a, b: a == 2 * b),
    "has a multiple": hub(lambda a, b: a != 0 and (b / Fraction(a)).denominator == 1),
    "has a neighbour": hub(lambda a, b: abs(a - b) == 1),
    "negative, double and half": hub(lambda a, b: b in (-a, 2 * a, Fraction(a) / 2)),
    "sum of two": made_of_two(lambda a, b: a + b),
    "difference of two": made_of_two(lambda a, b: a - b),
    "product of two": made_of_two(lambda a, b: a * b),
    "mean of two": made_of_two(lambda a, b: Fraction(a + b) / 2),
    "nearest to the mean": lambda values: [-abs(value - mean(values)) for value in values],
    "farthest from the mean": lambda values: [abs(value - mean(values)) for value in values],
    "even": lambda values: [int(Fraction(value) % 2 == 0) for value in values],
    "odd": lambda values: [int(Fraction(value) % 2 == 1) for value in values],
    "round": lambda values: [-Fraction(value).denominator for value in values],
    "its sign is rare": hub(lambda a, b: (a > 0) != (b > 0)),
    "its sign is common": hub(lambda a, b: (a > 0) == (b > 0)),
    "same difference to two": lambda values: [
        len(rest) - len({abs(value - other) for other in rest})
        for value, rest in zip(values, others(values), strict=True)
    ],
}
ROWS: Mapping[str, Strategy] = {
    "most zeros in front": lambda rows: [next(n for n, e in enumerate(r) if e) for r in rows],
    "fewest zeros in front": lambda rows: [-next(n for n, e in enumerate(r) if e) for r in rows],
    "middle": lambda rows: [-abs(rank(rows)[n] - 1.5) for n in range(len(rows))],
    "like the others": hub(lambda a, b: sum(x == y for x, y in zip(a, b, strict=False)) > 1),
    "unlike the others": hub(lambda a, b: sum(x == y for x, y in zip(a, b, strict=False)) < 1),
    "shares a factor or an entry": hub(lambda a, b: bool({*a} & {*b} - {0})),
    "shares its first": hub(lambda a, b: a[0] == b[0]),
    "shares its last": hub(lambda a, b: a[-1] == b[-1]),
}


def strategies(item: str) -> Mapping[str, Strategy]:
    if item == "shifted_input":
        return {**TEXTS, **ROWS}
    if item == "weight_sharing":
        of_products = {
            name: lambda values, s=strategy: s([prod(value) for value in values])
            for name, strategy in NUMBERS.items()
        }
        shared = {name: ROWS[name] for name in ROWS if name.startswith("shares")}
        return {**TEXTS, **of_products, **shared}
    return {**TEXTS, **NUMBERS}


@pytest.mark.parametrize("item", OF_VALUES)
def test_nobody_finds_the_right_choice_without_the_question(item: str) -> None:
    hits = dict.fromkeys(strategies(item), Fraction(0))
    for problem in variants():
        values, place = problem.choices[item], right(problem, item)
        for name, strategy in strategies(item).items():
            scores = list(strategy(values))
            best = [n for n, score in enumerate(scores) if score == max(scores)]
            hits[name] += Fraction(place in best, len(best))
    found = {name: float(hit / VARIANTS) for name, hit in hits.items()}
    assert {} == {name: share for name, share in found.items() if share > MOST_GUESSED + CHANCE}
