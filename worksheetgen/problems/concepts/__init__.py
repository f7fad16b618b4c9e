"""Questions of understanding, whose choices are the right answer and what known errors give.

Nobody can find the right choice from the choices alone: the wrong ones are those of two errors and
of both together, and how large the right one is beside them is drawn before its numbers are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import combinations
from typing import Any, Self, cast

import numpy as np

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.base import Problem
from worksheetgen.problems.concepts.choosing import OFFERS, choice, letter
from worksheetgen.problems.concepts.drawing import (
    DEEPEST,
    MIDDLE,
    SQUARE,
    ZEROS,
    ConceptsSample,
    aim,
    between_zeros,
    either_way,
    entries,
    largest,
    layer,
    of_four_sizes,
    one_of,
    paddings,
    rates,
    shared,
    shift,
    with_block_of_zeros,
)
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import Answers, Item, constraint, item
from worksheetgen.problems.mistakes import NONE, instead, own
from worksheetgen.problems.offers import CHOICES, LETTERS, NEVER, Offer, offer
from worksheetgen.problems.settings import Matrix, Row
from worksheetgen.problems.steps import Symbol
from worksheetgen.problems.work import Choices, Figure, formula, row

ENTRIES = ((0, 0), (0, 1), (1, 0), (1, 1))
THOUSANDTHS = 1000
FACTORS = 3
"""Of a product, ones among them."""
REVERSED, BOTH = "sign reversed", "two errors together"
WRONG_ENTRY, SWAPPED = "wrong entry taken", "row and column index interchanged"


OF_OUTPUTS = (
    *((0, 3, 2, 7), (0, 1, 2, 8), (0, 4, 1, 9), (0, 5, 1, 10), (0, 1, 5, 2), (0, 3, 6, 12)),
    *((0, 3, 6, 13), (0, 3, 13, 12), (0, 3, 1, 13), (0, 1, 3, 4), (0, 1, 3, 9), (0, 1, 4, 13)),
)
"""Which values of stride_effect go together where it asks for the output's height."""
OF_INPUTS = tuple((0, *three) for three in combinations(range(14, 22), 3))
"""The same where it asks for the input's."""


@dataclass(frozen=True, eq=False)
class Concepts(Problem):
    """The numbers that the questions speak of; arrays may carry a batch axis."""

    Sample = ConceptsSample
    texts = ("choices", "kernel_entries", "symbols", "worth", "reverse")
    levels = {
        "easy": {"sizes": (8, 12), "depth": 1, "values": (-5, 5)},
        "hard": {"sizes": (24, 36), "depth": 3},
    }

    gradient: Array = drawn(
        Matrix,
        lambda _: SQUARE,
        "The 2 × 2 gradient of gradient_entry.",
        chosen=of_four_sizes,
        shown=False,
    )
    raised: Array = drawn(
        None,
        "",
        "Row and column of an entry, by how many thousandths it is changed, and which way.",
        chosen=either_way((0, 1), (0, 1), (10, 20, 100)),
        shown=False,
        axes=1,
    )
    weights: Array = drawn(
        Matrix,
        lambda _: SQUARE,
        "The kernel of descent_step.",
        chosen=entries(*SQUARE),
        shown=False,
    )
    slopes: Array = drawn(
        Matrix, lambda _: SQUARE, "Its gradient.", chosen=of_four_sizes, shown=False
    )
    stepped: Array = drawn(
        None,
        "",
        "Row and column of an entry, and the learning rate in thousandths.",
        chosen=one_of((0, 1), (0, 1), (100, 200, 500)),
        shown=False,
        axes=1,
    )
    rates: Array = drawn(
        None,
        "",
        "Two learning rates and a change, in thousandths.",
        chosen=rates,
        shown=False,
        axes=1,
    )
    H: Array = drawn(
        Row,
        lambda _: (MIDDLE + 2 * ZEROS,),
        "The output that shifted_input shifts, with two zeros at either end.",
        chosen=between_zeros,
        shown=False,
    )
    shift: Array = drawn(
        None, "", "Stride, and shift to the right.", chosen=shift, shown=False, axes=1
    )
    shared: Array = drawn(None, "", "Input and kernel rows.", chosen=shared, shown=False, axes=1)
    strided: Array = drawn(
        None,
        "",
        "Input rows, kernel rows, stride and padding.",
        chosen=layer,
        shown=False,
        axes=1,
    )
    padded: Array = drawn(
        None, "", "Kernel rows, paddings before and after.", chosen=paddings, shown=False, axes=1
    )
    dilated: Array = drawn(
        None,
        "",
        "Kernel rows, dilation.",
        chosen=one_of((3, 5, 7), (2, 3, 3, 3, 4)),
        shown=False,
        axes=1,
    )
    moves: Array = drawn(
        None, "", "∂L/∂K of which_entry, 2 × 2.", chosen=of_four_sizes, shown=False, axes=2
    )
    aim: Array = drawn(
        None,
        "",
        "Whether the entry may rise (1) or fall (-1), and the loss shall.",
        chosen=aim,
        shown=False,
        axes=1,
    )
    X: Array = drawn(
        None, "", "The input of zero_gradient.", chosen=with_block_of_zeros, shown=False, axes=2
    )
    order: Array = drawn(None, "", "By item, which value stands at a letter.", shown=False, axes=2)
    reverse: int = 0
    """Whether stride_effect asks for the input instead of the output."""

    @classmethod
    def check_sample(cls, sample: ConceptsSample) -> None:
        if sample.sizes[0] > sample.sizes[1]:
            raise ValueError("sample.sizes: the smallest comes first")
        if largest(sample) < CHOICES:
            raise ValueError(
                f"sample.values: four magnitudes have to differ; reach from -{CHOICES} to {CHOICES}"
            )

    @classmethod
    def check_given(cls, sample: ConceptsSample, given: Any) -> None:  # noqa: ARG003 - a row is as long as it is
        ends = (*given.H[:ZEROS], *given.H[-ZEROS:]) if given.H else ()
        if any(ends):
            raise ValueError(f"given.H: the first {ZEROS} and the last {ZEROS} entries are zeros")

    @classmethod
    def settings_of(cls, sample: ConceptsSample) -> dict[str, Any]:
        return {"reverse": int(sample.depth == DEEPEST)}

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        smallest, largest = int(rng.integers(8, 24)), int(rng.integers(5, 15))
        return {
            "values": (-largest, largest),
            "sizes": (smallest, smallest + 12),
            "depth": int(rng.integers(1, 4)),
        }

    @classmethod
    def draw(
        cls,
        sample: ConceptsSample,
        given: Any,
        rng: Generator,
        count: int,
        items: Sequence[str] | None = None,
    ) -> Self:
        """The numbers of each item by themselves, drawn until its choices can be put together."""
        nothing: dict[str, Any] = dict.fromkeys(cls.drawn) | cls.settings_of(sample)
        arrays, orders = dict(nothing), dict.fromkeys(OFFERS, np.zeros((count, CHOICES), dtype=int))
        for (name, one), own_rng in zip(cls.items.items(), rng.spawn(len(cls.items)), strict=True):
            if items is not None and name not in items:
                continue
            draw = partial(cls._numbers, one, sample, given)
            if name not in OFFERS:
                arrays |= draw(own_rng, count)
                continue

            def values_of(own: dict[str, Array], one: Item = one) -> Array:
                work: Choices = one.work(cls(**{**nothing, **own}))
                return work.values

            own, order = offer(OFFERS[name], draw, values_of, own_rng, count)
            arrays |= own
            orders[name] = order
        return cls(**{**arrays, "order": np.stack([*orders.values()], axis=1)})

    @classmethod
    def _numbers(
        cls, one: Item, sample: ConceptsSample, given: Any, rng: Generator, count: int
    ) -> dict[str, Array]:
        """Those that an item's question speaks of."""
        return {
            name: cls.drawn[name].draw(rng, sample, count, getattr(given, name, None))
            for name in cls.drawn
            if name in one.prints
        }

    def record(self) -> dict[str, Any]:
        """The choices by item and letter, in place of their order."""
        known = super().record()
        del known["order"]
        for name, offered in self.choices.items():
            known |= {
                f"{name}_{letter}": _recorded(value)
                for letter, value in zip(LETTERS, offered, strict=True)
            }
        return known

    @classmethod
    def recorded(cls, given: Mapping[str, Any]) -> Self:
        order = np.tile(np.arange(CHOICES), (len(OFFERS), 1))
        problem = super().recorded({**given, "order": order.tolist()})
        for number, name in enumerate(OFFERS):
            offered = [given.get(f"{name}_{letter}") for letter in LETTERS]
            if None not in offered:
                work = problem.work_of(name)
                values = [_recorded(value) for value in _said(work, work.values)]
                order[number] = [values.index(value) for value in offered]
        return replace(problem, order=order)

    @constraint("X")
    def one_block_is_zero(self) -> Array:
        """Exactly one kernel entry meets nothing but zeros."""
        return np.asarray(self._meets_something.sum(axis=-1) == CHOICES - 1)

    # Items whose choices are numbers

    @choice(
        (REVERSED, 1),
        (SWAPPED, 2),
        (WRONG_ENTRY, 4, 6),
        ("size of the change left out", 8),
        (BOTH, 3, 5, 7, 9),
        prints=("gradient", "raised"),
        of=Offer.of_pairs((2, 3), (4, 5), (6, 7), (8, 9)),
    )
    def gradient_entry(self) -> Choices:
        """How a small change of a kernel entry changes the loss."""
        m, n, step, way = np.moveaxis(self.raised, -1, 0)
        here, mirror, beside, below = _around(self.gradient, m, n)
        alone = np.where(step == STEPS_ALIKE, here * THOUSANDTHS, FAR)
        moves = [here * step, mirror * step, beside * step, below * step, alone]
        values = [_known(way * sign * move) for move in moves for sign in (1, -1)]
        return self._choices("gradient_entry", values, unit=THOUSANDTHS, read=[self.gradient])

    @choice(
        ("step along the gradient instead of against it", 1),
        ("learning rate forgotten", 2),
        (SWAPPED, 4),
        (WRONG_ENTRY, 6, 8),
        (BOTH, 3, 5, 7, 9),
        prints=("weights", "slopes", "stepped"),
        of=Offer.of_pairs((2, 3), (4, 5), (6, 7), (8, 9)),
    )
    def descent_step(self) -> Choices:
        """The value of a kernel entry after a step of gradient descent."""
        m, n, rate = np.moveaxis(self.stepped, -1, 0)
        here, mirror, beside, below = _around(self.slopes, m, n)
        start = THOUSANDTHS * _around(self.weights, m, n)[0]
        moves = [rate * here, THOUSANDTHS * here, rate * mirror, rate * beside, rate * below]
        values = [_known(start - sign * move) for move in moves for sign in (1, -1)]
        worked = formula((1, start // THOUSANDTHS), (-1, here))
        return self._choices("descent_step", values, unit=THOUSANDTHS, sums=[worked])

    @choice(
        (REVERSED, 1),
        ("ratio inverted", 2),
        ("step taken as independent of the learning rate", 4),
        ("ratio squared", 6),
        (BOTH, 3, 5, 7),
        prints=("rates",),
        of=Offer.of_pairs((2, 3), (4, 5), (6, 7)),
    )
    def learning_rate(self) -> Choices:
        """What another learning rate does to a step."""
        before, after, change = np.moveaxis(self.rates, -1, 0)
        sizes = [
            _part(change * after, before),
            _part(change * before, after),
            change,
            _part(change * after**2, before**2),
        ]
        values = [np.where(size == NEVER, NEVER, sign * size) for size in sizes for sign in (1, -1)]
        read = [row(np.asarray(self.rates))]
        return self._choices("learning_rate", values, unit=THOUSANDTHS, read=read)

    @choice(
        ("shifted the wrong way", 1),
        ("equivariance mistaken for invariance", 2),
        ("stride ignored", 5),
        ("shifted by a wrong number of places", 3),
        ("shifted the wrong way and by a wrong number of places", 4),
        prints=("H", "shift"),
        of=Offer.of_any(1, 2, 3, 4, 5),
    )
    def shifted_input(self) -> Choices:
        """What a shift of the input does to the output."""
        stride, shift = np.moveaxis(self.shift, -1, 0)
        moved = shift // stride
        other = np.sign(moved) * (MIDDLE - np.abs(moved))
        ignored = (np.abs(moved) == 1) & (stride > 1)
        rows = [_shifted(self.H, by) for by in (moved, -moved, 0 * moved, other, -other)]
        never = np.full_like(rows[0], NEVER)
        right, back, same, further, further_back = rows
        alone = np.where(ignored[..., None], never, further)
        by_stride = np.where(ignored[..., None], further, never)
        values = [right, back, same, alone, further_back, by_stride]
        return self._choices("shifted_input", values, read=[row(self.H)])

    @choice(
        ("output taken to be as large as the input", 1),
        ("multiplications of the convolution given", 2),
        ("input taken to be as small as the output", 4),
        ("+1 forgotten", 5),
        ("kernel counted as well", 7),
        (BOTH, 3, 6, 8, 9),
        prints=("shared",),
        of=Offer(
            squares=((0, 1, 2, 3), (0, 1, 3, 5), (0, 4, 5, 6), (0, 1, 7, 8), (0, 5, 7, 9)),
            in_order=False,
        ),
    )
    def weight_sharing(self) -> Choices:
        """How many weights a dense layer needs for the same input and output."""
        size, kernel = np.moveaxis(self.shared, -1, 0)
        n, k, o = size**2, kernel**2, (size - kernel + 1) ** 2
        less, one = (size - kernel) ** 2, np.ones_like(size)
        factors = [
            *((n, o, one), (n, n, one), (k, o, one), (k, n, one), (o, o, one)),
            *((n, less, one), (o, less, one), (k, n, o), (k, n, n), (k, n, less)),
        ]
        values = [np.stack(each, axis=-1) for each in factors]
        return self._choices("weight_sharing", values, sums=[formula((n, o))])

    @choice(
        ("+1 forgotten", 1, 20),
        ("stride ignored", 2, 17),
        ("kernel not subtracted", 3, 21),
        ("padding ignored", 4, 18),
        ("padding counted once", 5, 16),
        ("rounded up", 6),
        ("one step too many", 15),
        (BOTH, 7, 8, 9, 10, 12, 13, 14, 19),
        prints=("strided",),
        of=Offer(squares=(*OF_OUTPUTS, *OF_INPUTS)),
    )
    def stride_effect(self) -> Choices:
        """How many output rows a stride leaves, or how many input rows leave so many."""
        n, k, s, p = np.moveaxis(self.strided, -1, 0)
        never = np.full_like(n, NEVER)
        if self.reverse:
            ends = [formula((s, n - less), (1, k), (-2, p)) for less in (1, 0)]
            return self._choices("stride_effect", self._inputs(n, k, s, p), sums=ends)
        steps, whole = (n + 2 * p - k) // s, (n + 2 * p) // s
        up = -((k - n - 2 * p) // s)
        rounded = up != steps
        values = [
            *(steps + 1, steps, n + 2 * p - k + 1, whole + 1),
            *((n - k) // s + 1, (n + p - k) // s + 1, np.where(rounded, up + 1, never)),
            *(n + 2 * p + 1, n + 2 * p - k, (n - k) // s, (n + p - k) // s),
            *(never, np.where(rounded, -(-(n + 2 * p) // s) + 1, never), whole),
        ]
        worked = formula((1, n), (2, p), (-1, k), (1, s))
        return self._choices("stride_effect", [*values, *[never] * 8], sums=[worked])

    def _inputs(self, rows: Array, k: Array, s: Array, p: Array) -> list[Array]:
        """Input rows that give so many output rows, and those of errors, which do not."""
        never = np.full_like(rows, NEVER)
        right = s * (rows - 1) + k - 2 * p + (rows + k) % s
        fit = s * (rows - 1) + k - 2 * p
        wrong = [s * rows, fit + s, fit + p, rows + k - 1 - 2 * p]
        wrong += [fit + 2 * p, fit + 2 * p + s, fit - s, fit - k + 2 * p]
        kept = [np.where((w > 0) & ((w + 2 * p - k) // s + 1 != rows), w, never) for w in wrong]
        return [right, *[never] * 13, *kept]

    @choice(
        ("padding counted once", 1),
        ("new padding taken instead of the increase", 2),
        ("old padding taken", 4),
        ("height and width counted together", 6),
        (BOTH, 3, 5, 7, 8),
        prints=("padded",),
        of=Offer(squares=((0, 1, 2, 3), (0, 1, 4, 5), (0, 6, 2, 7), (0, 6, 4, 8))),
    )
    def padding_effect(self) -> Choices:
        """How many output rows a larger padding adds."""
        _, before, after = np.moveaxis(self.padded, -1, 0)
        more = after - before
        values = [2 * more, more, 2 * after, after, 2 * before, before]
        values += [4 * more, 4 * after, 4 * before]
        return self._choices("padding_effect", values, read=[row(np.asarray(self.padded))])

    @choice(
        ("one gap too many counted", 1),
        ("new dilation taken instead of its increase", 2),
        ("one gap too few counted", 4),
        ("each gap taken to grow by one", 6),
        (BOTH, 3, 5, 7),
        prints=("dilated",),
        of=Offer(squares=((0, 1, 2, 3), (0, 4, 2, 5), (0, 4, 6, 7))),
    )
    def dilation_effect(self) -> Choices:
        """How many output rows a dilation takes away."""
        k, d = np.moveaxis(self.dilated, -1, 0)
        gap = d - 1
        values = [
            *((k - 1) * gap, k * gap, (k - 1) * d, k * d),
            *((k - 2) * gap, (k - 2) * d, k - 1, k - 2),
        ]
        return self._choices("dilation_effect", values, sums=[formula((k - 1, gap))])

    # Items whose choices are the entries of a 2 × 2 kernel, in order

    @item(
        1,
        own("opposite extreme", "opposite_extreme", NONE),
        own("smallest magnitude taken", "smallest_magnitude", NONE),
        own("other entry taken", "other_entry", NONE),
        prints=("moves", "aim"),
        record=letter,
        room=6,
    )
    def which_entry(self) -> Figure:
        """Which kernel entry to change so that the loss falls or rises most."""
        place = self._gains.argmax(axis=-1)
        value = np.take_along_axis(self._moves, np.asarray(place)[..., None], axis=-1)[..., 0]
        return Figure(np.asarray(place), read=[self.moves], shows={"value": value})

    @item(
        1,
        instead("kernel flipped", NONE, X="flipped"),
        instead("rows interchanged", NONE, X="upside_down"),
        instead("columns interchanged", NONE, X="mirrored"),
        prints=("X",),
        record=letter,
        room=6,
    )
    def zero_gradient(self) -> Figure:
        """Which kernel entry has a zero gradient for every upstream gradient."""
        return Figure(self._meets_something.argmin(axis=-1), read=[self.X])

    @constraint("moves", "aim")
    def one_move_is_best(self) -> Array:
        """Changing an entry of K has the wanted effect, and changing another the opposite one."""
        return np.asarray((self._gains.max(axis=-1) > 0) & (self._gains.min(axis=-1) < 0))

    # Mistakes

    def opposite_extreme(self) -> Array:
        return np.asarray(self._gains.argmin(axis=-1))

    def smallest_magnitude(self) -> Array:
        return np.asarray(np.abs(self._moves).argmin(axis=-1))

    def other_entry(self) -> Array:
        """The first that is none of these."""
        taken = [self._gains.argmax(axis=-1), self.opposite_extreme(), self.smallest_magnitude()]
        left = np.ones_like(self._moves, dtype=bool)
        for place in taken:
            np.put_along_axis(left, np.asarray(place)[..., None], values=False, axis=-1)
        return np.asarray(left.argmax(axis=-1))

    # What texts need

    def seen_beside(self, asked: Sequence[str]) -> Any:
        return [_recorded(v) for name in asked if name in OFFERS for v in self._offered(name)]

    @cached_property
    def choices(self) -> dict[str, list[Any]]:
        """By item, what stands at the letters, in their order."""
        return {name: list(self._offered(name)) for name in self.items if self._is_known(name)}

    def _offered(self, name: str) -> Iterator[Any]:
        if name not in OFFERS:
            return iter(ENTRIES)
        work = self.work_of(name)
        return _said(work, work.offered)

    def work_of(self, name: str) -> Choices:
        return cast("Choices", Answers(self).work(name))

    def _is_known(self, name: str) -> bool:
        return all(getattr(self, given) is not None for given in self.items[name].prints)

    @property
    def kernel_entries(self) -> list[Symbol]:
        return [Symbol("K", entry) for entry in ENTRIES]

    @property
    def symbols(self) -> dict[str, Symbol]:
        """The kernel entries that questions name, by the given that says which."""
        known: dict[str, Array | None] = {"raised": self.raised, "stepped": self.stepped}
        return {
            name: Symbol("K", (int(given[0]), int(given[1])))
            for name, given in known.items()
            if given is not None
        }

    @property
    def worth(self) -> dict[str, list[Fraction]]:
        """Numbers that are given in thousandths, by the given that holds them."""
        known: dict[str, Array | None] = {
            "raised": self.raised,
            "stepped": self.stepped,
            "rates": self.rates,
        }
        return {
            name: [Fraction(int(number), THOUSANDTHS) for number in given]
            for name, given in known.items()
            if given is not None
        }

    @property
    def _meets_something(self) -> Array:
        """For each kernel entry whether it meets an input entry that is not zero."""
        blocks = [self.X[..., u : u + 2, v : v + 2].any(axis=(-2, -1)) for u, v in ENTRIES]
        return np.stack(blocks, axis=-1)

    @property
    def _moves(self) -> Array:
        return self.moves.reshape(*self.moves.shape[:-2], -1)

    @property
    def _gains(self) -> Array:
        """What a change of each entry does for the wanted effect."""
        return np.asarray(self._moves * self.aim.prod(axis=-1)[..., None])

    def _choices(self, name: str, values: Sequence[Array], **worked: Any) -> Choices:
        orders: Array | None = self.order
        order = self.for_each(range(CHOICES))
        if orders is not None:
            order = orders[..., list(OFFERS).index(name), :]
        axis = len(self.batch)
        work = Choices(
            np.stack([np.asarray(value) for value in values], axis=axis), order, **worked
        )
        return work if axis else replace(work, shows=_right(work))


FAR = 10**9
"""An entry that there is not, whatever it is multiplied by."""
STEPS_ALIKE = 100
"""The thousandths of a change beside which the change of one does not stand out."""


def _right(work: Choices) -> dict[str, Any]:
    """What the solution says to be right."""
    (value,) = _said(work, work.values[:1])
    return {"value": value}


def _said(work: Choices, values: Array) -> Iterator[Any]:
    """The values of a single problem as they are printed; a product without its factors of one."""
    for value in values.tolist():
        if isinstance(value, list):
            yield tuple(n for n in value if n != 1) if len(value) == FACTORS else tuple(value)
        else:
            yield Fraction(value, work.unit) if work.unit > 1 else value


def _recorded(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Fraction) and value.denominator > 1 else int(value)


def _around(matrix: Array, m: Array, n: Array) -> list[Array]:
    """An entry, the one in its column's row and row's column, the one beside it and below it."""
    flat = matrix.reshape(*matrix.shape[:-2], -1)

    def at(row: Array, column: Array) -> Array:
        return np.take_along_axis(flat, (2 * row + column)[..., None], axis=-1)[..., 0]

    mirror = np.where(m == n, FAR, at(n, m))
    return [at(m, n), mirror, at(m, 1 - n), at(1 - m, n)]


def _part(numerator: Array, denominator: Array) -> Array:
    """A quotient, if it is whole."""
    return np.asarray(np.where(numerator % denominator == 0, numerator // denominator, NEVER))


def _shifted(H: Array, by: Array) -> Array:
    """A row between zeros, shifted to the right."""
    places = (np.arange(H.shape[-1]) - np.asarray(by)[..., None]) % H.shape[-1]
    return np.take_along_axis(H, places, axis=-1)


def _known(value: Array) -> Array:
    return np.asarray(np.where(np.abs(value) < FAR // 2, value, NEVER))
