"""Items whose choices are values: the right one, and those of known errors."""

from collections.abc import Callable
from typing import cast

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.problems.items import Answers, Constraint, Item
from worksheetgen.problems.mistakes import chose
from worksheetgen.problems.offers import CHOICES, LETTERS, Offer
from worksheetgen.problems.work import Choices

Error = tuple[str | int, ...]
"""A known error: its name, and which of the values it gives."""


def letter(position: Array) -> str:
    return LETTERS[int(position)]


OFFERS: dict[str, Offer] = {}
"""How the choices of items are put together that are values."""


def choice(
    *errors: Error, prints: tuple[str, ...], of: Offer
) -> Callable[[Callable[..., Choices]], Item]:
    """Make a method an item whose choices are values: the right one, and those of errors."""

    def made(work: Callable[..., Choices]) -> Item:
        mistakes = [chose(str(name), *map(int, numbers)) for name, *numbers in errors]
        one = Item(work, 1, mistakes, prints=prints, record=letter)
        sentence = f"No two choices of {one.name} are the same."
        one.constraints = (Constraint(sentence, prints, _differ(one.name), always=True),)
        OFFERS[one.name] = of
        return one

    return made


def _differ(name: str) -> Callable[[Answers], Array]:
    def differ(answers: Answers) -> Array:
        work = cast("Choices", answers.work(name))
        offered = work.offered.reshape(*answers.problem.batch, CHOICES, -1)
        same = (offered[..., :, None, :] == offered[..., None, :, :]).all(axis=-1)
        return np.asarray(same.sum(axis=(-2, -1)) == CHOICES)

    return differ
