"""Questions of understanding, whose choices are the right answer and what known errors give."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.exact import as_json
from worksheetgen.problems.base import Constraint, ItemMethod, Method, Problem, constraint, item
from worksheetgen.problems.drawing import entries
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.settings import Bounds, Matrix, Row, Settings
from worksheetgen.problems.steps import Symbol

LETTERS = "ABCD"
CHOICES = len(LETTERS)
MIDDLE = 3
"""Entries of the row that is shifted, between zeros."""
ENTRIES = ((0, 0), (0, 1), (1, 0), (1, 1))
STEP, RATE = Fraction(1, 100), Fraction(1, 10)
Extent = Annotated[int, Field(strict=True, ge=4, le=40)]

LINES = 7
"""Room for a letter and a sentence."""


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


class Choice(ItemMethod):
    """An item whose choices are values: the right one, and those of three errors."""

    def __init__(
        self, values: Callable[[Any], list[Any]], errors: tuple[str, ...], prints: tuple[str, ...]
    ) -> None:
        name = values.__name__
        super().__init__(_at(name, 0), 1, prints, _letter)
        self.summary = inspect.getdoc(values) or ""
        self.values = values
        for number, error in enumerate(errors, start=1):
            self.mistake(error)(_at(name, number))
        self.space(lambda _: LINES)
        sentence = f"No two choices of {name} are the same."
        self.constraints = (Constraint(sentence, frozenset(prints), _differ(values), always=True),)


def choice(*errors: str, prints: tuple[str, ...]) -> Callable[[Callable[[Any], list[Any]]], Choice]:
    """Make a method an item: it returns the right value, and those that the errors give."""
    return lambda values: Choice(values, errors, prints)


def _letter(position: Array) -> str:
    return LETTERS[int(position)]


def _at(name: str, choice: int) -> Method:
    """The number of the letter at which a choice of an item stands."""

    def position(problem: "Concepts") -> Array:
        order = problem.order[..., list(problem.items).index(name), :]
        return np.asarray((order == choice).argmax(axis=-1))

    position.__name__ = name
    return position


def _differ(values: Callable[[Any], list[Any]]) -> Method:
    """Whether no two choices are the same."""

    def differ(problem: "Concepts") -> Array:
        found = [np.asarray(value) for value in values(problem)]
        same = [
            (one == other).reshape(*problem.entry.shape[:-1], -1).all(axis=-1)
            for n, one in enumerate(found)
            for other in found[:n]
        ]
        return np.asarray(~np.any(same, axis=0))

    return differ


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

    # Items whose choices are values: the right one, and three that errors give

    @choice(
        "reversed the sign",
        "forgot the size of the step",
        "took the entry on the other side of the middle",
        prints=("gradient", "entry"),
    )
    def gradient_entry(self) -> list[Any]:
        """How a small rise of a kernel entry changes the loss."""
        here, opposite = self._slopes
        return [here * STEP, -here * STEP, here * Fraction(1), opposite * STEP]

    @gradient_entry.effort
    def _(self) -> Array:
        return effort_of_copying(self.gradient)

    @choice(
        "stepped uphill, along the gradient",
        "forgot the learning rate",
        "took the entry on the other side of the middle",
        prints=("gradient", "entry"),
    )
    def descent_step(self) -> list[Any]:
        """Which way, and how far, a step of gradient descent moves a kernel entry."""
        here, opposite = self._slopes
        return [-here * RATE, here * RATE, -here * Fraction(1), -opposite * RATE]

    @descent_step.effort
    def _(self) -> Array:
        return effort_of_copying(self.gradient)

    @choice(
        "took the step as independent of the learning rate",
        "halved the step",
        "doubled and reversed the step",
        prints=("change",),
    )
    def learning_rate(self) -> list[Any]:
        """What a doubled learning rate does to a step."""
        return [2 * self.change, self.change, self.change * Fraction(1, 2), -2 * self.change]

    @learning_rate.effort
    def _(self) -> Array:
        return effort_of_copying(np.asarray(self.change)[..., None, None])

    @choice(
        "shifted the output the other way",
        "took the output as unchanged, which is invariance",
        "mirrored the output",
        prints=("H",),
    )
    def shifted_input(self) -> list[Any]:
        """What a shift of the input does to the output."""
        H = self.H
        return [np.roll(H, 1, axis=-1), np.roll(H, -1, axis=-1), H, H[..., ::-1]]

    @shifted_input.effort
    def _(self) -> Array:
        return effort_of_copying(self.H[..., None])

    @choice(
        "gave the weights of the convolution",
        "added the sizes instead of multiplying them",
        "took the output to be as large as the input",
        prints=("shared",),
    )
    def weight_sharing(self) -> list[Any]:
        """How many weights a dense layer needs for the same input and output."""
        size, kernel = np.moveaxis(self.shared, -1, 0)
        output = size - kernel + 1
        return [size**2 * output**2, kernel**2, size**2 + output**2, size**4]

    @weight_sharing.effort
    def _(self) -> Array:
        size, kernel = self._columns(self.shared)
        return effort_of_sums(
            (size**2)[..., None, None], ((size - kernel + 1) ** 2)[..., None, None]
        )

    @choice(
        "ignored the stride",
        "forgot to add one",
        "divided the input and left out the kernel",
        prints=("strided",),
    )
    def stride_effect(self) -> list[Any]:
        """How many output rows a stride leaves."""
        size, kernel, stride = np.moveaxis(self.strided, -1, 0)
        steps = (size - kernel) // stride
        return [steps + 1, size - kernel + 1, steps, size // stride]

    @stride_effect.effort
    def _(self) -> Array:
        size, _, stride = self._columns(self.strided)
        return effort_of_sums(size[..., None, None], stride[..., None, None])

    @choice(
        "counted one side alone",
        "took the rows that the kernel takes away",
        "subtracted what the kernel takes away",
        prints=("padded",),
    )
    def padding_effect(self) -> list[Any]:
        """How many output rows a padding adds."""
        kernel, padding = np.moveaxis(self.padded, -1, 0)
        return [2 * padding, padding, kernel - 1, 2 * padding - kernel + 1]

    @padding_effect.effort
    def _(self) -> Array:
        return effort_of_copying(self.padded[..., None])

    @choice(
        "took the gaps of one row of the kernel alone",
        "counted a gap behind the last row",
        "took the reach of the dilated kernel",
        prints=("dilated",),
    )
    def dilation_effect(self) -> list[Any]:
        """How many output rows a dilation takes away."""
        kernel, dilation = np.moveaxis(self.dilated, -1, 0)
        gap = dilation - 1
        return [(kernel - 1) * gap, gap, kernel * gap, (kernel - 1) * dilation + 1]

    @dilation_effect.effort
    def _(self) -> Array:
        kernel, dilation = self._columns(self.dilated)
        return effort_of_sums((kernel - 1)[..., None, None], (dilation - 1)[..., None, None])

    # Items whose choices are the entries of a 2 × 2 kernel

    @item(points=1, record=_letter, prints=("moves",))
    def which_entry(self) -> Array:
        """Which kernel entry to raise so that the loss falls most."""
        return np.asarray(self._moves.argmin(axis=-1))

    @which_entry.space
    def _(self) -> int:
        return LINES

    @which_entry.effort
    def _(self) -> Array:
        return effort_of_copying(self.moves)

    @which_entry.mistake("went uphill, along the largest gradient")
    def _(self) -> Array:
        return np.asarray(self._moves.argmax(axis=-1))

    @which_entry.mistake("took the smallest magnitude for the smallest gradient")
    def _(self) -> Array:
        return np.asarray(np.abs(self._moves).argmin(axis=-1))

    @item(points=1, record=_letter, prints=("X",))
    def zero_gradient(self) -> Array:
        """Which kernel entry has a zero gradient, whatever the upstream gradient is."""
        met = [self.X[..., u : u + 2, v : v + 2].any(axis=(-2, -1)) for u, v in ENTRIES]
        return np.asarray(np.stack(met, axis=-1).argmin(axis=-1))

    @zero_gradient.space
    def _(self) -> int:
        return LINES

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
        method = self.items[name]
        return method.values(self) if isinstance(method, Choice) else []

    @property
    def _slopes(self) -> tuple[Array, Array]:
        """The gradient's entry that is asked about, and the one on the other side of the middle."""
        flat = self.gradient.reshape(*self.gradient.shape[:-2], -1)
        place = (2 * self.entry[..., 0] + self.entry[..., 1])[..., None]
        here, there = (
            np.take_along_axis(flat, at, axis=-1)[..., 0] for at in (place, CHOICES - 1 - place)
        )
        return here, there


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
