"""The building blocks of what a spec says: strict tables whose errors name the way out."""

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from worksheetgen.errors import suggest

MAX_SIZE = 10
"""Rows and columns of a matrix at most, so that every index is a single digit."""
MAX_ENTRY = 99
"""Largest magnitude of an entry: more digits test stamina."""


MAX_DENOMINATOR = 100
"""Largest denominator of a rate."""


class Settings(BaseModel):
    """A table of a spec: frozen, with no key beyond its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, table: Any) -> Any:
        for key in table if isinstance(table, dict) else ():
            if key not in cls.model_fields:
                raise PydanticCustomError(
                    "unknown_key",
                    "unknown key {key}{near}",
                    {"key": repr(key), "near": suggest(key, cls.model_fields)},
                )
        return table


def _ordered(bounds: tuple[int, int]) -> tuple[int, int]:
    low, high = bounds
    if low > high:
        raise ValueError("the smallest entry comes first")
    return bounds


def _fraction(rate: Any) -> Any:
    """A rate as it is written, so that 0.1 is a tenth and not what a machine makes of it."""
    if isinstance(rate, bool) or not isinstance(rate, int | float | str | Fraction):
        raise ValueError('expected a fraction such as "1/10" or 0.1')  # noqa: TRY004 - pydantic reports these
    if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6}|/\d{1,6})?", str(rate)):
        raise ValueError(f'no fraction such as "1/10" or 0.1: {str(rate)[:30]!r}')
    try:
        fraction = Fraction(str(rate))
    except ZeroDivisionError:
        raise ValueError(f"{rate!r} divides by zero") from None
    if fraction.denominator > MAX_DENOMINATOR:
        raise ValueError(f"{rate} has a denominator beyond {MAX_DENOMINATOR}")
    return fraction


def _rectangular(rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        listed = ", ".join(map(str, lengths))
        raise ValueError(f"every row needs as many entries as the first, these have {listed}")
    return rows


def _whole(low: int, high: int) -> Any:
    """A field for integers from low to high; a float or a boolean is no integer."""
    return Field(strict=True, ge=low, le=high)


Size = Annotated[int, _whole(1, MAX_SIZE)]
Margin = Annotated[int, _whole(0, MAX_SIZE)]
Index = Annotated[int, _whole(0, MAX_SIZE - 1)]
Entry = Annotated[int, _whole(-MAX_ENTRY, MAX_ENTRY)]
Rate = Annotated[
    Fraction, BeforeValidator(_fraction), Field(gt=0, le=10), PlainSerializer(str, return_type=str)
]
Bounds = Annotated[tuple[Entry, Entry], AfterValidator(_ordered)]
Row = Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MAX_SIZE**2)]
Matrix = Annotated[
    tuple[Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MAX_SIZE)], ...],
    Field(min_length=1, max_length=MAX_SIZE),
    AfterValidator(_rectangular),
]
Stack = Annotated[tuple[Matrix, ...], Field(min_length=1, max_length=3)]
AXES = {Row: 1, Matrix: 2, Stack: 3}
"""How many axes a fixed given has, by its kind."""
