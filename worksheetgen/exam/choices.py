"""What a question in the examiner's own words offers to choose from."""

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from worksheetgen.exam.prose import Prose
from worksheetgen.problems.settings import Settings

MOST_CHOICES = 10

Number = Annotated[int, Field(strict=True, ge=1)]
Choices = Annotated[tuple[Prose, ...], Field(min_length=2, max_length=MOST_CHOICES)]


class ChoicesSpec(Settings):
    """Choices, of which one or several are right; or none, and the answer is in words."""

    choices: Annotated[tuple[Prose, ...], Field(min_length=2, max_length=MOST_CHOICES)] | None = (
        None
    )
    """What is to be chosen from; absent: the answer is in words."""
    right: Annotated[tuple[Number, ...], Field(min_length=1)] | None = None
    """The numbers, from 1, of the choices that are right."""
    order: Literal["shuffled", "fixed"] | None = None
    """Whether the choices stand in another order in each variant, or as they are; absent:
    shuffled."""

    @model_validator(mode="after")
    def _are_choices(self) -> Self:
        if self.choices is None:
            for name in ("right", "order"):
                if getattr(self, name) is not None:
                    raise ValueError(f"{name} is of choices; say choices = [...] or drop it")
        elif self.right is None:
            raise ValueError("none of the choices is right; say right = [1], or several")
        return self

    @model_validator(mode="after")
    def _differ(self) -> Self:
        choices, right = self.choices or (), self.right or ()
        for number in right:
            if number > len(choices):
                raise ValueError(f"right says {number}, and there are {len(choices)} choices")
            if right.count(number) > 1:
                raise ValueError(f"right says {number} twice; name it once")
        for choice in choices:
            if choices.count(choice) > 1:
                raise ValueError(f"two choices say {choice!r}; drop one of them")
        return self

    def drawn_order(self, stream: np.random.Generator) -> list[int]:
        """An order of the choices by chance, as numbers from 1; as they are if it is fixed."""
        order = range(1, len(self.choices or ()) + 1)
        return [*order] if self.order == "fixed" else [*map(int, stream.permutation(order))]

    def is_order(self, numbers: object) -> bool:
        """Whether the choices may stand so."""
        order = list(range(1, len(self.choices or ()) + 1))
        if self.order == "fixed" or not isinstance(numbers, list):
            return numbers == order
        return all(isinstance(n, int) for n in numbers) and sorted(numbers) == order
