"""Choices: all different, the right one anywhere, and of kernel entries all four."""

from collections import Counter
from functools import cache

import pytest

from worksheetgen.problems.concepts import CHOICES, LETTERS, Concepts
from worksheetgen.problems.items import Answers
from worksheetgen.problems.work import Choices
from worksheetgen.variants.sampling import Place, Sampler

VARIANTS = 400
OF_THE_KERNEL = ("which_entry", "zero_gradient")
"""Items whose choices are the entries of a kernel, in order."""
DRAWN_BY_CHANCE = 5
"""Standard deviations by which a letter may be off its share, if chance alone decides."""


@cache
def variants(item: str) -> list[Concepts]:
    sampler = Sampler(Concepts, Concepts.Sample(), Concepts.Given(), (item,), fair=None)
    places = [Place(7, variant, task=0, part=0) for variant in range(VARIANTS)]
    found = [next(fit).answers.problem for fit in sampler.propose(places)]
    return [problem for problem in found if isinstance(problem, Concepts)]


@pytest.mark.parametrize("item", Concepts.items)
def test_the_right_letter_is_balanced_over_variants(item: str) -> None:
    method = Concepts.items[item]
    letters = Counter(method.record(Answers(problem)[item]) for problem in variants(item))
    assert set(LETTERS) == set(letters)
    share = VARIANTS / CHOICES
    off = DRAWN_BY_CHANCE * (share * (1 - 1 / CHOICES)) ** 0.5
    assert [] == [letter for letter, count in letters.items() if abs(count - share) > off]


@pytest.mark.parametrize("item", Concepts.items)
def test_no_two_choices_are_the_same(item: str) -> None:
    for problem in variants(item):
        assert CHOICES == len({str(choice) for choice in problem.choices[item]})


@pytest.mark.parametrize("item", [name for name in Concepts.items if name not in OF_THE_KERNEL])
def test_the_right_choice_stands_at_the_right_letter(item: str) -> None:
    for problem in variants(item):
        answers = Answers(problem)
        work, letter = answers.work(item), Concepts.items[item].record(answers[item])
        assert isinstance(work, Choices)
        assert str(work.values[0]) == str(problem.choices[item][LETTERS.index(letter)])
