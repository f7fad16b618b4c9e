"""What a gradient's sign says: proven by moved losses, varied, and not to be guessed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
import pytest

from tests.problems.test_concepts import NUMBERS, letter, of_texts
from worksheetgen.problems.items import Answers
from worksheetgen.problems.offers import LETTERS
from worksheetgen.problems.signs import QUESTIONS, Signs, SignsSample
from worksheetgen.problems.signs.question import MISSING, named
from worksheetgen.variants.marking import credit_of
from worksheetgen.variants.sampling import Place, Sampler
from worksheetgen.verify.references import reference_of

LEVELS = ("easy", "medium", "hard")
VARIANTS, PROVEN, IN_A_CLASS = 500, 25, 30
MOST_GUESSED, CHANCE = 0.35, 0.03
"""The share of right guesses at most, and what chance adds where so few variants are counted."""
FEWEST = 8
"""Different answers that a class of thirty has at least."""

every_item = pytest.mark.parametrize("item", QUESTIONS)
every_level = pytest.mark.parametrize("level", LEVELS)
Strategy = Callable[[list[Any]], Sequence[Any]]


@cache
def drawn(item: str, form: str, level: str, count: int, inputs: str = "any") -> list[Signs]:
    sample = SignsSample(form=form, level=level, inputs=inputs)
    many = Signs.draw(sample, None, np.random.default_rng(7), count, [item])
    return [many.at(number) for number in range(count)]


@every_item
@every_level
@pytest.mark.parametrize("form", ["open", "choice"])
def test_a_moved_loss_does_what_is_said_of_it(item: str, level: str, form: str) -> None:
    reference = reference_of("signs")
    for problem in drawn(item, form, level, PROVEN):
        given = problem.record()
        answer = Signs.items[item].record(Answers(problem)[item])
        assert answer == reference.answer(item, given)
        pairs = list(reference.losses(item, given, answer))
        assert pairs
        assert [expected for expected, _ in pairs] == [found for _, found in pairs]


@every_item
@every_level
def test_a_moved_loss_does_not_do_what_a_mistake_says(item: str, level: str) -> None:
    reference = reference_of("signs")
    for problem in drawn(item, "open", level, PROVEN):
        given = problem.record()
        for mistake, wrong in Answers(problem).mistaken(item).items():
            said = Signs.items[item].record(wrong)
            pairs = reference.losses(item, given, said)
            try:
                assert any(expected != found for expected, found in pairs), mistake
            except (ArithmeticError, LookupError):
                continue  # with such an answer no loss can be moved at all


@every_item
@every_level
def test_a_moved_loss_does_not_do_what_another_choice_says(item: str, level: str) -> None:
    reference = reference_of("signs")
    for problem in drawn(item, "choice", level, PROVEN):
        given, right = problem.record(), Signs.items[item].record(Answers(problem)[item])
        for other in set(LETTERS) - {right}:
            pairs = reference.losses(item, given, other)
            assert any(expected != found for expected, found in pairs), other


@every_item
@every_level
def test_a_class_of_thirty_gets_different_answers(item: str, level: str) -> None:
    sampler = Sampler(Signs, SignsSample(level=level), Signs.Given(), (item,))
    places = [Place(3, variant, task=0, part=0) for variant in range(IN_A_CLASS)]
    answers = {str(draw.answers[item].tolist()) for draw in sampler.draw(places)}
    assert len(answers) >= FEWEST


@every_item
@every_level
def test_no_two_choices_are_the_same_and_letters_are_balanced(item: str, level: str) -> None:
    letters: Counter[str] = Counter()
    for problem in drawn(item, "choice", level, VARIANTS):
        assert 4 == len({str(choice) for choice in problem.choices[item]})
        letters[Signs.items[item].record(Answers(problem)[item])] += 1
    share = VARIANTS / len(LETTERS)
    assert [] == [
        each for each in LETTERS if abs(letters[each] - share) > 5 * (share * 0.75) ** 0.5
    ]


# Strategies of somebody who has not read the question


def entries(choice: Any) -> list[str]:
    """The signs, numbers and words of a choice in a row."""
    if isinstance(choice, list | tuple):
        return [each for part in choice for each in entries(part)]
    return [str(choice)]


def agreement(choices: list[Any]) -> list[int]:
    rows = [entries(choice) for choice in choices]
    return [sum(a == b for other in rows for a, b in zip(row, other, strict=True)) for row in rows]


def counting(sign: str) -> Strategy:
    return lambda choices: [entries(choice).count(sign) for choice in choices]


def total(choices: list[Any]) -> list[Any]:
    return [sum(abs(part) for row in choice for part in row) for choice in choices]


def opposite(strategy: Strategy) -> Strategy:
    return lambda choices: [-score for score in strategy(choices)]


STRUCTURED: dict[str, Strategy] = {
    **{f"letter {name}": letter(n) for n, name in enumerate(LETTERS)},
    **{f"most {sign}": counting(sign) for sign in "+-0?"},
    **{f"fewest {sign}": opposite(counting(sign)) for sign in "+-0?"},
    "agrees with the others": agreement,
    "agrees least": opposite(agreement),
    "longest": of_texts(len),
    "shortest": of_texts(lambda text: -len(text)),
    "says increases": counting("increases"),
    "says decreases": counting("decreases"),
    "says upwards": counting("upwards"),
}


def strategies(choices: list[Any]) -> dict[str, Strategy]:
    """Those that such choices allow."""
    found = dict(STRUCTURED)
    if all(isinstance(choice, list) and not isinstance(choice[0][0], str) for choice in choices):
        return found | {"largest": total, "smallest": opposite(total)}
    if all(isinstance(choice, tuple) and not isinstance(choice[0], str) for choice in choices):
        numbers = [choice[0] for choice in choices]
        if all(hasattr(number, "denominator") for number in numbers):
            return found | {
                name: lambda these, s=s: s([choice[0] for choice in these])
                for name, s in NUMBERS.items()
                if name.startswith("rank")
            }
    if all(hasattr(choice, "denominator") for choice in choices):
        return found | dict(NUMBERS)
    return found


@every_item
@every_level
def test_nobody_guesses_the_right_choice(item: str, level: str) -> None:
    guessed: defaultdict[str, float] = defaultdict(float)
    for problem in drawn(item, "choice", level, VARIANTS):
        choices = problem.choices[item]
        right = LETTERS.index(Signs.items[item].record(Answers(problem)[item]))
        for name, strategy in strategies(choices).items():
            scores = list(strategy(choices))
            best = [n for n, score in enumerate(scores) if score == max(scores)]
            guessed[name] += (right in best) / len(best)
    assert guessed
    most, often = max(guessed.items(), key=itemgetter(1))
    assert often <= (MOST_GUESSED + CHANCE) * VARIANTS, most


def test_a_wrong_choice_earns_nothing_and_a_right_one_a_point() -> None:
    worth = dict.fromkeys(Signs.items, 1)
    assert Signs.chooses(SignsSample(form="choice"))
    assert not Signs.chooses(SignsSample())
    earned = credit_of(Signs, worth, choices=True)
    assert {0} == {share.points for item in earned.values() for share in item.values()}


def test_parts_that_are_not_asked_for_are_missing() -> None:
    question = QUESTIONS["momentum_step"]
    found = named(question.parts, [1, 1, 1, MISSING, MISSING])
    assert {"change": 1, "way": "with", "effect": "increases"} == found


def test_positive_inputs_make_all_entries_alike_and_each_answer_is_as_frequent() -> None:
    item, reference = "gradient_pattern", reference_of("signs")
    problems = drawn(item, "choice", "medium", VARIANTS, "positive")
    right = Counter[str]()
    for problem in problems:
        given = problem.record()
        assert all(row == ["+"] * 3 for row in given["pattern_X"])
        assert {*"+-0?"} == {given[f"{item}_{a}"][0][0] for a in LETTERS}
        answer = Signs.items[item].record(Answers(problem)[item])
        assert answer == reference.answer(item, given)
        pairs = list(reference.losses(item, given, answer))
        assert [expected for expected, _ in pairs] == [found for _, found in pairs]
        right[given[f"{item}_{answer}"][0][0]] += 1
    assert all(abs(right[s] / VARIANTS - 1 / 4) < 3 * CHANCE for s in "+-0?")


def test_positive_inputs_are_for_choices() -> None:
    with pytest.raises(ValueError, match="sample.inputs"):
        Signs.check_sample(SignsSample(inputs="positive"))
