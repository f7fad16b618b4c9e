"""Questions of understanding, whose choices are the right answer and what known errors give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.exact import as_json
from worksheetgen.problems.base import Problem
from worksheetgen.problems.givens import Drawing, drawn
from worksheetgen.problems.items import Answers, Constraint, Item, constraint, item
from worksheetgen.problems.mistakes import NONE, chose, instead, own
from worksheetgen.problems.settings import Bounds, Matrix, Row, Settings
from worksheetgen.problems.steps import Symbol
from worksheetgen.problems.work import Choices, Figure, formula, row

LETTERS = "ABCD"
CHOICES = len(LETTERS)
MIDDLE = 3
"""Entries of the row that is shifted, between zeros."""
ENTRIES = ((0, 0), (0, 1), (1, 0), (1, 1))
OF_THE_KERNEL = ("which_entry", "zero_gradient")
"""The items whose choices are the entries of a kernel."""
STEP, RATE = Fraction(1, 100), Fraction(1, 10)
UNITS = tuple(Fraction(1, n) for n in (2, 4, 5, 10))
"""In which a step is measured."""
SQUARE = (2, 2)
Extent = Annotated[int, Field(strict=True, ge=4, le=40)]


class ConceptsSample(Settings):
    """What to draw from."""

    values: Bounds = (-9, 9)
    """Smallest and largest entry of gradients, inputs and outputs, both included."""
    sizes: tuple[Extent, Extent] = (10, 18)
    """Smallest and largest number of input rows where sizes are asked."""


def _letter(position: Array) -> str:
    return LETTERS[int(position)]


def choice(*errors: str, prints: tuple[str, ...]) -> Callable[[Callable[..., Choices]], Item]:
    """Make a method an item whose choices are values: the right one, and those of three errors."""

    def made(work: Callable[..., Choices]) -> Item:
        mistakes = [chose(error, number) for number, error in enumerate(errors, start=1)]
        one = Item(work, 1, mistakes, prints=prints, record=_letter)
        sentence = f"No two choices of {one.name} are the same."
        one.constraints = (Constraint(sentence, prints, _differ(one.name), always=True),)
        return one

    return made


def _differ(name: str) -> Callable[[Answers], Array]:
    def differ(answers: Answers) -> Array:
        work, batch = answers.work(name), answers.problem.batch
        found = [np.asarray(value) for value in getattr(work, "values", ())]
        same = [
            (one == other).reshape(*batch, -1).all(axis=-1)
            for n, one in enumerate(found)
            for other in found[:n]
        ]
        return np.asarray(~np.any(same, axis=0))

    return differ


def _whole(*bounds: tuple[int, int]) -> Drawing:
    """Numbers, each between bounds of its own, both included."""

    def chosen(rng: Generator, _: ConceptsSample, count: int) -> Array:
        return np.stack([rng.integers(a, b, size=count, endpoint=True) for a, b in bounds], axis=1)

    return chosen


def _with_rows(*bounds: tuple[int, int]) -> Drawing:
    """The same, after a number of input rows."""

    def chosen(rng: Generator, sample: ConceptsSample, count: int) -> Array:
        return _whole(sample.sizes, *bounds)(rng, sample, count)

    return chosen


def _entries(*shape: int) -> Drawing:
    """Entries within the bounds of the sample."""

    def chosen(rng: Generator, sample: ConceptsSample, count: int) -> Array:
        return rng.integers(*sample.values, size=(count, *shape), endpoint=True)

    return chosen


def _share(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    units = rng.choice(np.array(UNITS, dtype=object), size=count)
    return np.asarray(rng.integers(*sample.values, size=count, endpoint=True) * units)


def _with_block_of_zeros(rng: Generator, sample: ConceptsSample, count: int) -> Array:
    """Inputs of which a 2 × 2 block is zero, and all else is not."""
    X = rng.integers(*sample.values, size=(count, 3, 3), endpoint=True)
    rows, columns = np.arange(3)[:, None], np.arange(3)[None, :]
    down, right = rng.integers(0, 2, size=(2, count, 1, 1))
    block = (rows >= down) & (rows < down + 2) & (columns >= right) & (columns < right + 2)
    return np.asarray(np.where(block, 0, np.where(X == 0, 1, X)))


def _order(rng: Generator, _: ConceptsSample, count: int) -> Array:
    orders = np.broadcast_to(np.arange(CHOICES), (count, len(Concepts.items), CHOICES))
    return rng.permuted(orders, axis=-1)


def _place(rng: Generator, _: ConceptsSample, count: int) -> Array:
    return rng.integers(0, 2, size=(count, 2))


@dataclass(frozen=True, eq=False)
class Concepts(Problem):
    """The numbers that the questions speak of; arrays may carry a batch axis."""

    Sample = ConceptsSample
    texts = ("choices", "kernel_entries", "entry_symbol")
    levels = {"easy": {"sizes": (6, 11)}, "hard": {"sizes": (20, 30)}}

    gradient: Array = drawn(
        Matrix,
        lambda _: SQUARE,
        "The 2 × 2 gradient of gradient_entry and descent_step.",
        chosen=_entries(*SQUARE),
        shown=False,
    )
    entry: Array = drawn(
        None, "", "Row and column of the entry.", chosen=_place, shown=False, axes=1
    )
    moves: Array = drawn(
        None, "", "∂L/∂K of which_entry, 2 × 2.", chosen=_entries(*SQUARE), shown=False, axes=2
    )
    change: Array = drawn(None, "", "What a step changed: a fraction.", chosen=_share, shown=False)
    X: Array = drawn(
        None, "", "The input of zero_gradient.", chosen=_with_block_of_zeros, shown=False, axes=2
    )
    H: Array = drawn(
        Row,
        lambda _: (MIDDLE,),
        "The three entries in the middle of the output that shifted_input shifts.",
        chosen=_entries(MIDDLE),
        shown=False,
    )
    shared: Array = drawn(
        None, "", "Input and kernel rows.", chosen=_with_rows((2, 4)), shown=False, axes=1
    )
    strided: Array = drawn(
        None,
        "",
        "Input rows, kernel rows and stride.",
        chosen=_with_rows((2, 4), (2, 4)),
        shown=False,
        axes=1,
    )
    padded: Array = drawn(
        None, "", "Kernel rows, padding.", chosen=_whole((2, 9), (1, 7)), shown=False, axes=1
    )
    dilated: Array = drawn(
        None, "", "Kernel rows, dilation.", chosen=_whole((2, 8), (2, 7)), shown=False, axes=1
    )
    order: Array = drawn(
        None, "", "By item, which choice stands at a letter.", chosen=_order, shown=False, axes=2
    )

    @classmethod
    def check_sample(cls, sample: ConceptsSample) -> None:
        if sample.sizes[0] > sample.sizes[1]:
            raise ValueError("sample.sizes: the smallest comes first")

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        smallest, largest = int(rng.integers(4, 20)), int(rng.integers(5, 15))
        return {"values": (-largest, largest), "sizes": (smallest, smallest + 10)}

    @classmethod
    def draw(cls, sample: ConceptsSample, given: Any, rng: Generator, count: int) -> Self:
        candidates = super().draw(sample, given, rng, count)
        return replace(candidates, H=np.pad(candidates.H, ((0, 0), (1, 1))))

    def record(self) -> dict[str, Any]:
        """The choices by item and letter, in place of their order."""
        known = super().record()
        del known["order"]
        for name, offered in self.choices.items():
            known |= {
                f"{name}_{letter}": as_json(value)
                for letter, value in zip(LETTERS, offered, strict=True)
            }
        return known

    @classmethod
    def recorded(cls, given: Mapping[str, Any]) -> Self:
        order = np.tile(np.arange(CHOICES), (len(cls.items), 1))
        problem = super().recorded({**given, "order": order.tolist()})
        for number, name in enumerate(cls.items):
            offered = [given.get(f"{name}_{letter}") for letter in LETTERS]
            if None not in offered and name not in OF_THE_KERNEL:
                values = [as_json(value) for value in problem.choices_of(name)]
                order[number] = [values.index(value) for value in offered]
        return replace(problem, order=order)

    @constraint("X")
    def one_block_is_zero(self) -> Array:
        """Exactly one kernel entry meets nothing but zeros."""
        return np.asarray(self._meets_something.sum(axis=-1) == CHOICES - 1)

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
    def gradient_entry(self) -> Choices:
        """How a small rise of a kernel entry changes the loss."""
        here, opposite = self._slopes
        values = [here * STEP, -here * STEP, here * Fraction(1), opposite * STEP]
        return self._choices(0, values, read=[self.gradient])

    @choice(
        "stepped uphill, along the gradient",
        "forgot the learning rate",
        "took the entry on the other side of the middle",
        prints=("gradient", "entry"),
    )
    def descent_step(self) -> Choices:
        """Which way, and how far, a step of gradient descent moves a kernel entry."""
        here, opposite = self._slopes
        values = [-here * RATE, here * RATE, -here * Fraction(1), -opposite * RATE]
        return self._choices(1, values, read=[self.gradient])

    @choice(
        "took the step as independent of the learning rate",
        "halved the step",
        "doubled and reversed the step",
        prints=("change",),
    )
    def learning_rate(self) -> Choices:
        """What a doubled learning rate does to a step."""
        change = self.change
        values = [2 * change, change, change * Fraction(1, 2), -2 * change]
        return self._choices(2, values, read=[row(np.asarray(change)[..., None])])

    @choice(
        "shifted the output the other way",
        "took the output as unchanged, which is invariance",
        "mirrored the output",
        prints=("H",),
    )
    def shifted_input(self) -> Choices:
        """What a shift of the input does to the output."""
        H = self.H
        values = [np.roll(H, 1, axis=-1), np.roll(H, -1, axis=-1), H, H[..., ::-1]]
        return self._choices(3, values, read=[row(H)])

    @choice(
        "gave the weights of the convolution",
        "added the sizes instead of multiplying them",
        "took the output to be as large as the input",
        prints=("shared",),
    )
    def weight_sharing(self) -> Choices:
        """How many weights a dense layer needs for the same input and output."""
        size, kernel = np.moveaxis(self.shared, -1, 0)
        output = size - kernel + 1
        values = [size**2 * output**2, kernel**2, size**2 + output**2, size**4]
        return self._choices(4, values, sums=[formula((size**2, output**2))])

    @choice(
        "ignored the stride",
        "forgot to add one",
        "divided the input and left out the kernel",
        prints=("strided",),
    )
    def stride_effect(self) -> Choices:
        """How many output rows a stride leaves."""
        size, kernel, stride = np.moveaxis(self.strided, -1, 0)
        steps = (size - kernel) // stride
        values = [steps + 1, size - kernel + 1, steps, size // stride]
        return self._choices(5, values, sums=[formula((size, stride))])

    @choice(
        "counted one side alone",
        "took the rows that the kernel takes away",
        "subtracted what the kernel takes away",
        prints=("padded",),
    )
    def padding_effect(self) -> Choices:
        """How many output rows a padding adds."""
        kernel, padding = np.moveaxis(self.padded, -1, 0)
        values = [2 * padding, padding, kernel - 1, 2 * padding - kernel + 1]
        return self._choices(6, values, read=[row(self.padded)])

    @choice(
        "took the gaps of one row of the kernel alone",
        "counted a gap behind the last row",
        "took the reach of the dilated kernel",
        prints=("dilated",),
    )
    def dilation_effect(self) -> Choices:
        """How many output rows a dilation takes away."""
        kernel, dilation = np.moveaxis(self.dilated, -1, 0)
        gap = dilation - 1
        values = [(kernel - 1) * gap, gap, kernel * gap, (kernel - 1) * dilation + 1]
        return self._choices(7, values, sums=[formula((kernel - 1, gap))])

    # Items whose choices are the entries of a 2 × 2 kernel

    @item(
        1,
        own("went uphill, along the largest gradient", "largest_move", NONE),
        own("took the smallest magnitude for the smallest gradient", "smallest_magnitude", NONE),
        prints=("moves",),
        record=_letter,
        room=6,
    )
    def which_entry(self) -> Figure:
        """Which kernel entry to raise so that the loss falls most."""
        lowest = self._moves.min(axis=-1)
        return Figure(self._moves.argmin(axis=-1), read=[self.moves], shows={"value": lowest})

    @item(
        1,
        instead("flipped the kernel", NONE, X="flipped"),
        instead("flipped the rows of the kernel", NONE, X="upside_down"),
        instead("flipped the columns of the kernel", NONE, X="mirrored"),
        prints=("X",),
        record=_letter,
        room=6,
    )
    def zero_gradient(self) -> Figure:
        """Which kernel entry has a zero gradient, whatever the upstream gradient is."""
        return Figure(self._meets_something.argmin(axis=-1), read=[self.X])

    # Mistakes

    def largest_move(self) -> Array:
        return np.asarray(self._moves.argmax(axis=-1))

    def smallest_magnitude(self) -> Array:
        return np.asarray(np.abs(self._moves).argmin(axis=-1))

    # What texts need

    @cached_property
    def choices(self) -> dict[str, list[Any]]:
        """By item, what stands at the letters, in their order."""
        return {name: self.choices_of(name) for name in self.items if self._is_known(name)}

    def choices_of(self, name: str) -> list[Any]:
        work = Answers(self).work(name)
        return work.offered if isinstance(work, Choices) else [list(entry) for entry in ENTRIES]

    def _is_known(self, name: str) -> bool:
        return all(getattr(self, given) is not None for given in self.items[name].prints)

    @property
    def kernel_entries(self) -> list[Symbol]:
        return [Symbol("K", entry) for entry in ENTRIES]

    @property
    def entry_symbol(self) -> Symbol:
        return Symbol("K", tuple(self.entry.tolist()))

    @property
    def _moves(self) -> Array:
        return self.moves.reshape(*self.moves.shape[:-2], -1)

    @property
    def _meets_something(self) -> Array:
        """For each kernel entry whether it meets an input entry that is not zero."""
        blocks = [self.X[..., u : u + 2, v : v + 2].any(axis=(-2, -1)) for u, v in ENTRIES]
        return np.stack(blocks, axis=-1)

    @property
    def _slopes(self) -> tuple[Array, Array]:
        """The gradient's entry that is asked about, and the one on the other side of the middle."""
        flat = self.gradient.reshape(*self.gradient.shape[:-2], -1)
        place = (2 * self.entry[..., 0] + self.entry[..., 1])[..., None]
        here, there = (
            np.take_along_axis(flat, at, axis=-1)[..., 0] for at in (place, CHOICES - 1 - place)
        )
        return here, there

    def _choices(self, number: int, values: Sequence[Any], **worked: Any) -> Choices:
        return Choices(values, self.order[..., number, :], shows={"value": values[0]}, **worked)
