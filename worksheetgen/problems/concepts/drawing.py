"""How the numbers of each question are drawn, before it is seen whether choices go together."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import numpy as np
from pydantic import Field

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.givens import Drawing
from worksheetgen.problems.offers import CHOICES
from worksheetgen.problems.settings import Bounds, Settings

MIDDLE, ZEROS = 3, 2
"""Entries of the row that is shifted, and zeros at either end of it."""
SQUARE = (2, 2)
DEEPEST = 3
Extent = Annotated[int, Field(strict=True, ge=8, le=40)]

RATES = tuple(
    (int(1000 * Fraction(a)), int(1000 * Fraction(b)))
    for a, b in (
        *(("1/10", "1/5"), ("1/5", "2/5"), ("1/100", "1/50"), ("1/10", "3/10"), ("1/5", "3/5")),
        *(("1/10", "2/5"), ("1/20", "1/5"), ("1/10", "1/2"), ("1/50", "1/10"), ("1/5", "1/10")),
        *(("2/5", "1/5"), ("2/5", "1/10"), ("1/5", "1/20"), ("1/2", "1/10"), ("1/10", "1/50")),
    )
)
"""Learning rates before and after, in thousandths; the first eight pairs grow by whole numbers."""
GROWING = 9


class ConceptsSample(Settings):
    """What to draw from."""

    values: Bounds = (-9, 9)
    """Smallest and largest entry of gradients, inputs and outputs, both included."""
    sizes: tuple[Extent, Extent] = (14, 32)
    """Smallest and largest number of input rows where sizes are asked."""
    depth: Annotated[int, Field(strict=True, ge=1, le=3)] = 2
    """How far questions go: 1 one way only, 2 either way, 3 backwards as well."""


def largest(sample: ConceptsSample) -> int:
    return min(-sample.values[0], sample.values[1])


def entries(*shape: int) -> Drawing:
    """Entries within the bounds of the sample, none of them zero."""

    def chosen(rng: Generator, sample: ConceptsSample, count: int) -> Array:
        sizes = rng.integers(1, largest(sample), size=(count, *shape), endpoint=True)
        return np.asarray(sizes * rng.choice((1, -1), size=sizes.shape))

    return chosen


def of_four_sizes(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """2 × 2 entries of different magnitudes, none of them zero."""
    sizes = rng.random((count, largest(sample))).argsort(axis=-1)[:, :CHOICES] + 1
    signs = rng.choice((1, -1), size=sizes.shape)
    return np.asarray((sizes * signs).reshape(count, *SQUARE))


def one_of(*values: Sequence[int]) -> Drawing:
    """For each number one of its values."""

    def chosen(rng: Generator, _: ConceptsSample, count: int) -> Array:
        return np.stack([rng.choice(own, size=count) for own in values], axis=1)

    return chosen


def either_way(*values: Sequence[int]) -> Drawing:
    """The same, and at last 1 or -1, for which of two ways it goes; at a depth of 1 always 1."""

    def chosen(rng: Generator, sample: ConceptsSample, count: int) -> Array:
        ways = rng.choice((1, -1), size=count) if sample.depth > 1 else np.ones(count, dtype=int)
        return np.column_stack([one_of(*values)(rng, sample, count), ways])

    return chosen


def aim(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Whether an entry may rise (1) or fall (-1), and the loss shall."""
    if sample.depth == 1:
        return np.tile((1, -1), (count, 1))
    return rng.choice((1, -1), size=(count, 2))


def rates(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Two learning rates and a change, in thousandths."""
    pairs = np.array(RATES[:GROWING] if sample.depth == 1 else RATES)
    change = rng.integers(1, 20, size=count, endpoint=True) * rng.choice(
        (-50, -20, 20, 50), size=count
    )
    return np.column_stack([pairs[rng.integers(0, len(pairs), size=count)], change])


def shift(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Stride and shift, to the right if it is positive; with stride 2 always to the right."""
    ways = {1: ((1, 1),), 2: ((1, 1), (1, 2), (2, 2)), 3: ((1, 2), (2, 2), (2, 4))}[sample.depth]
    chosen = np.array(ways)[rng.integers(0, len(ways), size=count)]
    left = (chosen[:, 0] == 1) & (rng.integers(0, 2, size=count) == 1)
    chosen[:, 1] *= np.where(left, -1, 1)
    return np.asarray(chosen)


def between_zeros(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    return np.pad(entries(MIDDLE)(rng, sample, count), ((0, 0), (ZEROS, ZEROS)))


def layer(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Input rows, or where the question goes backwards output rows; kernel, stride, padding."""
    kernel = rng.choice((3, 5, 7), size=count)
    padding = rng.integers(1, (kernel - 1) // 2, endpoint=True)
    rows = rng.integers(*sample.sizes, size=count, endpoint=True)
    stride = rng.choice((2, 3), size=count)
    if sample.depth == DEEPEST:
        rows = (rows + 2 * padding - kernel) // stride + 1
    return np.column_stack([rows, kernel, stride, padding])


def shared(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Input and kernel rows."""
    rows = rng.integers(*sample.sizes, size=count, endpoint=True)
    return np.column_stack([rows, rng.choice((2, 3, 5), size=count)])


def paddings(rng: Generator, _: ConceptsSample, count: int) -> Array:
    """Kernel rows, and paddings before and after."""
    kernel = rng.choice((5, 7, 9), size=count)
    before = rng.integers(1, kernel - 3, endpoint=True)
    after = np.minimum(before + rng.choice((1, 2, 2, 3, 4), size=count), kernel - 1)
    return np.column_stack([kernel, before, after])


def with_block_of_zeros(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Inputs of which a 2 × 2 block is zero, and all else is not."""
    X = entries(3, 3)(rng, sample, count)
    rows, columns = np.arange(3)[:, None], np.arange(3)[None, :]
    down, right = rng.integers(0, 2, size=(2, count, 1, 1))
    block = (rows >= down) & (rows < down + 2) & (columns >= right) & (columns < right + 2)
    return np.asarray(np.where(block, 0, X))
