"""Questions of understanding, whose choices are the right answer and what known errors give."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from worksheetgen.effort import effort_of_copying, effort_of_sums
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.exact import as_json
from worksheetgen.problems.base import Problem, constraint, item
from worksheetgen.problems.drawing import entries
from worksheetgen.problems.settings import Bounds, Matrix, Row, Settings
from worksheetgen.problems.steps import Symbol

LETTERS = "ABCD"
CHOICES = len(LETTERS)
MIDDLE = 3
"""Entries of the row that is shifted, between zeros."""
ENTRIES = ((0, 0), (0, 1), (1, 0), (1, 1))
STEP, RATE = Fraction(1, 100), Fraction(1, 10)
Extent = Annotated[int, Field(strict=True, ge=4, le=40)]

ask = partial(item, points=1, record=lambda position: LETTERS[int(position)])


class ConceptsSample(Settings):
    """What to draw from."""

    values: Bounds = (-9, 9)
    """Smallest and largest entry of gradients, inputs and outputs, both included."""
    sizes: tuple[Extent, Extent] = (10, 18)
    """Smallest and largest number of input rows where sizes are asked."""


class ConceptsGiven(Settings):
    """What to fix."""

    gradient: Matrix | None = None
    """The 2 × 2 gradient of gradient_entry and descent_step."""
    H: Row | None = None
    """The three entries in the middle of the output that shifted_input shifts."""


@dataclass(frozen=True, eq=False)
class Concepts(Problem):
    """The numbers that the questions speak of; arrays may carry a batch axis."""

    Sample = ConceptsSample
    Given = ConceptsGiven
    variable = (
        *("gradient", "entry", "moves", "change", "X", "H", "shared"),
        *("strided", "padded", "dilated", "order"),
    )
    shown = frozenset[str]()
    levels = MappingProxyType({"easy": {"sizes": (6, 11)}, "hard": {"sizes": (20, 30)}})

    gradient: Array
    """∂L/∂K of a 2 × 2 kernel, for gradient_entry and descent_step."""
    entry: Array
    """Row and column of the entry that they move."""
    moves: Array
    """∂L/∂K of a 2 × 2 kernel, for which_entry."""
    change: Array
    """What a step of gradient descent changed, for learning_rate: a fraction."""
    X: Array
    """The input of zero_gradient, 3 × 3."""
    H: Array
    """The output of shifted_input, five entries."""
    shared: Array
    """Input rows and kernel rows of weight_sharing."""
    strided: Array
    """Input rows, kernel rows and stride of stride_effect."""
    padded: Array
    """Kernel rows and padding of padding_effect."""
    dilated: Array
    """Kernel rows and dilation of dilation_effect."""
    order: Array
    """By item, which choice stands at each letter, shape (..., items, 4)."""

    @classmethod
    def check(cls, sample: ConceptsSample, given: ConceptsGiven) -> None:
        if given.gradient is not None and [len(r) for r in given.gradient] != [2, 2]:
            raise ValueError("given.gradient needs two rows of two entries")
        if given.H is not None and len(given.H) != MIDDLE:
            raise ValueError("given.H needs three entries")
        if sample.sizes[0] > sample.sizes[1]:
            raise ValueError("sample.sizes: the smallest comes first")

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        smallest, largest = int(rng.integers(4, 20)), int(rng.integers(5, 15))
        return {"values": (-largest, largest), "sizes": (smallest, smallest + 10)}

    @classmethod
    def draw(cls, sample: ConceptsSample, given: ConceptsGiven, rng: Generator, count: int) -> Self:
        draw = partial(entries, rng, sample.values, count)
        low, high = sample.sizes
        rows = partial(rng.integers, size=count, endpoint=True)
        H = np.pad(draw((MIDDLE,), given.H), ((0, 0), (1, 1)))
        hidden = rng.integers(0, 2, size=(count, 2))
        size, kernel = rows(low, high), rows(2, 4)
        return cls(
            gradient=draw((2, 2), given.gradient),
            entry=rng.integers(0, 2, size=(count, 2)),
            moves=draw((2, 2)),
            change=draw(()) * _shares(rng, count),
            X=_with_block_of_zeros(draw((3, 3)), hidden),
            H=H,
            shared=np.stack([size, rows(2, 4)], axis=1),
            strided=np.stack([rows(low, high), kernel, rows(2, 4)], axis=1),
            padded=np.stack([rows(2, 9), rows(1, 7)], axis=1),
            dilated=np.stack([rows(2, 8), rows(2, 7)], axis=1),
            order=rng.permuted(
                np.broadcast_to(np.arange(CHOICES), (count, len(cls.items), CHOICES)), axis=-1
            ),
        )

    def record(self) -> dict[str, Any]:
        """The choices by item and letter, in place of their order."""
        known = super().record()
        del known["order"]
        choices = {
            f"{name}_{letter}": as_json(value)
            for name in self.items
            for letter, value in zip(LETTERS, self.choices(name), strict=True)
        }
        return known | choices

    @constraint("X")
    def one_block_is_zero(self) -> Array:
        """Exactly one kernel entry meets nothing but zeros."""
        blocks = [self.X[..., u : u + 2, v : v + 2].any(axis=(-2, -1)) for u, v in ENTRIES]
        return np.asarray(np.sum(blocks, axis=0) == CHOICES - 1)

    @constraint("moves")
    def one_move_is_best(self) -> Array:
        """The gradient has one smallest entry, which is negative, and no two equal magnitudes."""
        magnitudes = np.sort(np.abs(self._moves), axis=-1)
        differ = (np.diff(magnitudes, axis=-1) > 0).all(axis=-1)
        return np.asarray(differ & (self._moves.min(axis=-1) < 0))

    @constraint("gradient", "entry", always=True)
    def choices_of_gradient_entry_differ(self) -> Array:
        """No two choices of gradient_entry are the same."""
        return self._differ("gradient_entry")

    @constraint("gradient", "entry", always=True)
    def choices_of_descent_step_differ(self) -> Array:
        """No two choices of descent_step are the same."""
        return self._differ("descent_step")

    @constraint("change", always=True)
    def choices_of_learning_rate_differ(self) -> Array:
        """No two choices of learning_rate are the same."""
        return self._differ("learning_rate")

    @constraint("H", always=True)
    def choices_of_shifted_input_differ(self) -> Array:
        """No two choices of shifted_input are the same."""
        return self._differ("shifted_input")

    @constraint("shared", always=True)
    def choices_of_weight_sharing_differ(self) -> Array:
        """No two choices of weight_sharing are the same."""
        return self._differ("weight_sharing")

    @constraint("strided", always=True)
    def choices_of_stride_effect_differ(self) -> Array:
        """No two choices of stride_effect are the same."""
        return self._differ("stride_effect")

    @constraint("padded", always=True)
    def choices_of_padding_effect_differ(self) -> Array:
        """No two choices of padding_effect are the same."""
        return self._differ("padding_effect")

    @constraint("dilated", always=True)
    def choices_of_dilation_effect_differ(self) -> Array:
        """No two choices of dilation_effect are the same."""
        return self._differ("dilation_effect")

    # Items whose choices are values: the right one, and three that errors give

    @ask(prints=("gradient", "entry"))
    def gradient_entry(self) -> Array:
        """How a small rise of a kernel entry changes the loss."""
        return self._position("gradient_entry", 0)

    @gradient_entry.space
    def _(self) -> int:
        return 6

    @gradient_entry.effort
    def _(self) -> Array:
        return effort_of_copying(self.gradient)

    @gradient_entry.mistake("reversed the sign")
    def _(self) -> Array:
        return self._position("gradient_entry", 1)

    @gradient_entry.mistake("forgot the size of the step")
    def _(self) -> Array:
        return self._position("gradient_entry", 2)

    @gradient_entry.mistake("took the entry on the other side of the middle")
    def _(self) -> Array:
        return self._position("gradient_entry", 3)

    @ask(prints=("gradient", "entry"))
    def descent_step(self) -> Array:
        """Which way, and how far, a step of gradient descent moves a kernel entry."""
        return self._position("descent_step", 0)

    @descent_step.space
    def _(self) -> int:
        return 6

    @descent_step.effort
    def _(self) -> Array:
        return effort_of_copying(self.gradient)

    @descent_step.mistake("stepped uphill, along the gradient")
    def _(self) -> Array:
        return self._position("descent_step", 1)

    @descent_step.mistake("forgot the learning rate")
    def _(self) -> Array:
        return self._position("descent_step", 2)

    @descent_step.mistake("took the entry on the other side of the middle")
    def _(self) -> Array:
        return self._position("descent_step", 3)

    @ask(prints=("change",))
    def learning_rate(self) -> Array:
        """What a doubled learning rate does to a step."""
        return self._position("learning_rate", 0)

    @learning_rate.space
    def _(self) -> int:
        return 6

    @learning_rate.effort
    def _(self) -> Array:
        return effort_of_copying(np.asarray(self.change)[..., None, None])

    @learning_rate.mistake("took the step as independent of the learning rate")
    def _(self) -> Array:
        return self._position("learning_rate", 1)

    @learning_rate.mistake("halved the step")
    def _(self) -> Array:
        return self._position("learning_rate", 2)

    @learning_rate.mistake("doubled and reversed the step")
    def _(self) -> Array:
        return self._position("learning_rate", 3)

    @ask(prints=("H",))
    def shifted_input(self) -> Array:
        """What a shift of the input does to the output."""
        return self._position("shifted_input", 0)

    @shifted_input.space
    def _(self) -> int:
        return 6

    @shifted_input.effort
    def _(self) -> Array:
        return effort_of_copying(self.H[..., None])

    @shifted_input.mistake("shifted the output the other way")
    def _(self) -> Array:
        return self._position("shifted_input", 1)

    @shifted_input.mistake("took the output as unchanged, which is invariance")
    def _(self) -> Array:
        return self._position("shifted_input", 2)

    @shifted_input.mistake("mirrored the output")
    def _(self) -> Array:
        return self._position("shifted_input", 3)

    @ask(prints=("shared",))
    def weight_sharing(self) -> Array:
        """How many weights a dense layer needs for the same input and output."""
        return self._position("weight_sharing", 0)

    @weight_sharing.space
    def _(self) -> int:
        return 7

    @weight_sharing.effort
    def _(self) -> Array:
        size, kernel = self._columns(self.shared)
        return effort_of_sums(
            (size**2)[..., None, None], ((size - kernel + 1) ** 2)[..., None, None]
        )

    @weight_sharing.mistake("gave the weights of the convolution")
    def _(self) -> Array:
        return self._position("weight_sharing", 1)

    @weight_sharing.mistake("added the sizes instead of multiplying them")
    def _(self) -> Array:
        return self._position("weight_sharing", 2)

    @weight_sharing.mistake("took the output to be as large as the input")
    def _(self) -> Array:
        return self._position("weight_sharing", 3)

    @ask(prints=("strided",))
    def stride_effect(self) -> Array:
        """How many output rows a stride leaves."""
        return self._position("stride_effect", 0)

    @stride_effect.space
    def _(self) -> int:
        return 6

    @stride_effect.effort
    def _(self) -> Array:
        size, _, stride = self._columns(self.strided)
        return effort_of_sums(size[..., None, None], stride[..., None, None])

    @stride_effect.mistake("ignored the stride")
    def _(self) -> Array:
        return self._position("stride_effect", 1)

    @stride_effect.mistake("forgot to add one")
    def _(self) -> Array:
        return self._position("stride_effect", 2)

    @stride_effect.mistake("divided the input and left out the kernel")
    def _(self) -> Array:
        return self._position("stride_effect", 3)

    @ask(prints=("padded",))
    def padding_effect(self) -> Array:
        """How many output rows a padding adds."""
        return self._position("padding_effect", 0)

    @padding_effect.space
    def _(self) -> int:
        return 6

    @padding_effect.effort
    def _(self) -> Array:
        return effort_of_copying(self.padded[..., None])

    @padding_effect.mistake("counted one side alone")
    def _(self) -> Array:
        return self._position("padding_effect", 1)

    @padding_effect.mistake("took the rows that the kernel takes away")
    def _(self) -> Array:
        return self._position("padding_effect", 2)

    @padding_effect.mistake("subtracted what the kernel takes away")
    def _(self) -> Array:
        return self._position("padding_effect", 3)

    @ask(prints=("dilated",))
    def dilation_effect(self) -> Array:
        """How many output rows a dilation takes away."""
        return self._position("dilation_effect", 0)

    @dilation_effect.space
    def _(self) -> int:
        return 6

    @dilation_effect.effort
    def _(self) -> Array:
        kernel, dilation = self._columns(self.dilated)
        return effort_of_sums((kernel - 1)[..., None, None], (dilation - 1)[..., None, None])

    @dilation_effect.mistake("took the gaps of one row of the kernel alone")
    def _(self) -> Array:
        return self._position("dilation_effect", 1)

    @dilation_effect.mistake("counted a gap behind the last row")
    def _(self) -> Array:
        return self._position("dilation_effect", 2)

    @dilation_effect.mistake("took the reach of the dilated kernel")
    def _(self) -> Array:
        return self._position("dilation_effect", 3)

    # Items whose choices are the entries of a 2 × 2 kernel

    @ask(prints=("moves",))
    def which_entry(self) -> Array:
        """Which kernel entry to raise so that the loss falls most."""
        return np.asarray(self._moves.argmin(axis=-1))

    @which_entry.space
    def _(self) -> int:
        return 6

    @which_entry.effort
    def _(self) -> Array:
        return effort_of_copying(self.moves)

    @which_entry.mistake("went uphill, along the largest gradient")
    def _(self) -> Array:
        return np.asarray(self._moves.argmax(axis=-1))

    @which_entry.mistake("took the smallest magnitude for the smallest gradient")
    def _(self) -> Array:
        return np.asarray(np.abs(self._moves).argmin(axis=-1))

    @ask(prints=("X",))
    def zero_gradient(self) -> Array:
        """Which kernel entry has a zero gradient, whatever the upstream gradient is."""
        met = [self.X[..., u : u + 2, v : v + 2].any(axis=(-2, -1)) for u, v in ENTRIES]
        return np.asarray(np.stack(met, axis=-1).argmin(axis=-1))

    @zero_gradient.space
    def _(self) -> int:
        return 6

    @zero_gradient.effort
    def _(self) -> Array:
        return effort_of_copying(self.X)

    @zero_gradient.mistake("flipped the kernel")
    def _(self, zero_gradient: Array) -> Array:
        return np.asarray(CHOICES - 1 - zero_gradient)

    @zero_gradient.mistake("flipped the rows of the kernel")
    def _(self, zero_gradient: Array) -> Array:
        return np.asarray((zero_gradient + 2) % CHOICES)

    @zero_gradient.mistake("flipped the columns of the kernel")
    def _(self, zero_gradient: Array) -> Array:
        return np.asarray(zero_gradient + 1 - 2 * (zero_gradient % 2))

    # Choices

    def choices(self, name: str) -> list[Any]:
        """What stands at the letters, in their order."""
        if name in ("which_entry", "zero_gradient"):
            return [list(entry) for entry in ENTRIES]
        values = self._values(name)
        order = self.order[list(self.items).index(name)]
        return [values[choice] for choice in order.tolist()]

    def value(self, name: str) -> Any:
        """The right choice."""
        return self._values(name)[0]

    @property
    def kernel_entries(self) -> list[Symbol]:
        return [Symbol("K", entry) for entry in ENTRIES]

    @property
    def lowest(self) -> int:
        """The smallest derivative of which_entry."""
        return int(self.moves.min())

    @property
    def entry_symbol(self) -> Symbol:
        return Symbol("K", tuple(self.entry.tolist()))

    @property
    def _moves(self) -> Array:
        return self.moves.reshape(*self.moves.shape[:-2], -1)

    def _columns(self, numbers: Array) -> list[Array]:
        return list(np.moveaxis(numbers, -1, 0))

    def _values(self, name: str) -> list[Any]:
        """The right answer and those of the known errors, each with the batch axis."""
        return VALUES[name](self)

    def _position(self, name: str, choice: int) -> Array:
        """The letter's number at which a choice stands."""
        order = self.order[..., list(self.items).index(name), :]
        return np.asarray((order == choice).argmax(axis=-1))

    def _differ(self, name: str) -> Array:
        values = [np.asarray(value) for value in self._values(name)]
        same = [
            (one == other).reshape(*self.entry.shape[:-1], -1).all(axis=-1)
            for n, one in enumerate(values)
            for other in values[:n]
        ]
        return np.asarray(~np.any(same, axis=0))


def _shares(rng: Generator, count: int) -> Array:
    """Units in which a step is measured."""
    units = np.array([Fraction(1, n) for n in (2, 4, 5, 10)], dtype=object)
    return rng.choice(units, size=count)


def _with_block_of_zeros(X: Array, corner: Array) -> Array:
    """Inputs of which the 2 × 2 block at a corner is zero, and all else is not."""
    rows, columns = np.arange(3)[:, None], np.arange(3)[None, :]
    down, right = corner[:, :1, None], corner[:, 1:, None]
    block = (rows >= down) & (rows < down + 2) & (columns >= right) & (columns < right + 2)
    return np.asarray(np.where(block, 0, np.where(X == 0, 1, X)))


def _gradient_entry(p: Concepts) -> list[Any]:
    flat = p.gradient.reshape(*p.gradient.shape[:-2], -1)
    place = (2 * p.entry[..., 0] + p.entry[..., 1])[..., None]
    here = np.take_along_axis(flat, place, axis=-1)[..., 0]
    there = np.take_along_axis(flat, CHOICES - 1 - place, axis=-1)[..., 0]
    return [here * STEP, -here * STEP, here * Fraction(1), there * STEP]


def _descent_step(p: Concepts) -> list[Any]:
    hundredths, _, here, opposite = _gradient_entry(p)
    return [-here * RATE, hundredths * 10, -here, -opposite * 10]


def _learning_rate(p: Concepts) -> list[Any]:
    return [2 * p.change, p.change, p.change * Fraction(1, 2), -2 * p.change]


def _shifted_input(p: Concepts) -> list[Any]:
    return [np.roll(p.H, 1, axis=-1), np.roll(p.H, -1, axis=-1), p.H, p.H[..., ::-1]]


def _weight_sharing(p: Concepts) -> list[Any]:
    size, kernel = np.moveaxis(p.shared, -1, 0)
    output = size - kernel + 1
    return [size**2 * output**2, kernel**2, size**2 + output**2, size**4]


def _stride_effect(p: Concepts) -> list[Any]:
    size, kernel, stride = np.moveaxis(p.strided, -1, 0)
    steps = (size - kernel) // stride
    return [steps + 1, size - kernel + 1, steps, size // stride]


def _padding_effect(p: Concepts) -> list[Any]:
    kernel, padding = np.moveaxis(p.padded, -1, 0)
    return [2 * padding, padding, kernel - 1, 2 * padding - kernel + 1]


def _dilation_effect(p: Concepts) -> list[Any]:
    kernel, dilation = np.moveaxis(p.dilated, -1, 0)
    gap = dilation - 1
    return [(kernel - 1) * gap, gap, kernel * gap, (kernel - 1) * dilation + 1]


VALUES: dict[str, Callable[[Concepts], list[Any]]] = {
    "gradient_entry": _gradient_entry,
    "descent_step": _descent_step,
    "learning_rate": _learning_rate,
    "shifted_input": _shifted_input,
    "weight_sharing": _weight_sharing,
    "stride_effect": _stride_effect,
    "padding_effect": _padding_effect,
    "dilation_effect": _dilation_effect,
}
"""The choices by item: the right one first, then those of the errors in the order above."""
