"""Drawing the entries of givens."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from worksheetgen.engine.arrays import Array, Generator


def pairs(rng: Generator, ranges: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """For each name two integers, from a smallest one up to, but without, a largest one."""
    return {
        name: tuple(rng.integers(low, high, size=2).tolist())
        for name, (low, high) in ranges.items()
    }


def entries(
    rng: Generator, bounds: tuple[int, int], count: int, shape: tuple[int, ...], fixed: Any = None
) -> Array:
    """Integers of ``count`` candidates, shape (count, *shape); what is fixed is the same in all.

    The same random numbers are used up in either case, so that fixing one given changes no other.
    """
    low, high = bounds
    drawn = rng.integers(low, high, size=(count, *shape), endpoint=True)
    return drawn if fixed is None else np.broadcast_to(np.array(fixed), drawn.shape)
