"""Max and average pooling: forward, and the way back of a gradient."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from worksheetgen.engine import pooling as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import Problem
from worksheetgen.problems.entries import at_entry, check_entry, drawn_entry
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import constraint, item
from worksheetgen.problems.mistakes import MOST, NONE, QUARTER, instead, own
from worksheetgen.problems.settings import Bounds, Matrix, Row, Settings, Size
from worksheetgen.problems.steps import Symbol, named
from worksheetgen.problems.work import Entries, Figure, Sums, row

MAX_INPUTS, MAX_OUTPUTS, MAX_WINDOW = 49, 16, 9
FAR = 10**6
"""More than any entry."""


class PoolingSample(Settings):
    """What to draw from."""

    input_shape: tuple[Size, Size] = (4, 4)
    """Rows and columns of the input X."""
    window: tuple[Size, Size] = (2, 2)
    """Rows and columns of the pooling window."""
    stride: tuple[Size, Size] = (2, 2)
    """Step of the window, down and to the right."""
    values: Bounds = (-5, 9)
    """Smallest and largest entry of X, both included; few values make ties."""
    upstream_values: Bounds = (-4, 4)
    """Smallest and largest entry of the upstream gradient."""


def _outputs(sample: PoolingSample) -> int:
    return prod(output_shape(sample.input_shape, sample.window, stride=sample.stride))


OVERWRITTEN = "overlapping contributions not added"
BY_ONE = instead("stride ignored", stride=(1, 1))


@dataclass(frozen=True, eq=False)
class Pooling(Problem):
    """The givens of a pooling layer; arrays may carry a batch axis."""

    Sample = PoolingSample
    texts = ("share", "upstream_matrix", "entry_symbol", "ends", "overlaps")
    levels = {
        "easy": {"input_shape": (4, 2), "values": (0, 9)},
        "hard": {"input_shape": (4, 4), "window": (2, 2), "stride": (1, 1)},
    }
    ranges = {"input_shape": (1, 6), "window": (1, 4), "stride": (1, 4)}

    X: Array = drawn(Matrix, "input_shape", "The input.")
    upstream: Array = drawn(
        Row,
        lambda sample: (_outputs(sample),),
        "The upstream gradient, row by row.",
        values="upstream_values",
        shown=False,
        entry="output entry, row by row",
    )
    entry: Array = drawn_entry(
        "input_shape", "Row and column, from 0, of the input entry that no_gradient asks about."
    )
    window: Pair = (2, 2)
    stride: Pair = (2, 2)

    @classmethod
    def check_given(cls, sample: PoolingSample, given: Any) -> None:
        check_entry(given.entry, sample.input_shape, "input")

    @classmethod
    def check_sample(cls, sample: PoolingSample) -> None:
        shape = sample.input_shape
        try:
            outputs = _outputs(sample)
        except ValueError:
            raise ValueError(
                f"the window {list(sample.window)} is larger than the input {list(shape)}; enlarge "
                "input_shape, or lessen window"
            ) from None
        if prod(shape) > MAX_INPUTS or outputs > MAX_OUTPUTS or prod(sample.window) > MAX_WINDOW:
            raise ValueError(
                f"{prod(shape)} inputs, {outputs} outputs and windows of {prod(sample.window)} do "
                f"not fit a page; at most {MAX_INPUTS}, {MAX_OUTPUTS} and {MAX_WINDOW}"
            )
        if prod(sample.window) == 1:
            raise ValueError("a window of one entry leaves nothing to pool; enlarge window")

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        return super().guess(rng) | {"values": (-9, 9 * int(rng.integers(1, 4)))}

    @constraint("X", always=True)
    def no_ties(self) -> Array:
        """Each window of X has one largest and one smallest entry, and two different magnitudes."""
        seen = np.sort(self.windows, axis=-1)
        differ = (seen[..., -1] > seen[..., -2]) & (seen[..., 0] < seen[..., 1])
        return np.asarray(differ.all(axis=-1))

    @constraint("X")
    def signs_are_mixed(self) -> Array:
        """The input X has two entries that are not zero."""
        return np.asarray(np.count_nonzero(self.X, axis=(-2, -1)) > 1)

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has no zero, and not all of its entries are equal."""
        several = self.upstream.shape[-1] == 1 or np.ptp(self.upstream, axis=-1) > 0
        return np.asarray(self.upstream.all(axis=-1) & several)

    @constraint("X", "entry", always=True)
    def entry_loses(self) -> Array:
        """The entry lies in a window and is the largest of none."""
        seen, taken = (at_entry(counts, self.entry) for counts in (self.seen, self.taken))
        return np.asarray((seen > 0) & (taken == 0))

    # Items

    @item(
        1,
        own("average taken", "average_in_place", NONE),
        instead("largest absolute value taken", X="magnitudes"),
        BY_ONE,
    )
    def max_forward(self) -> Entries:
        """The output of max pooling. Shape (..., oh, ow)."""
        answer = engine.max_pool(self.X, self.window, self.stride)
        return Entries(answer, read=[self.windows], shows={"windows": self.windows})

    @item(
        2,
        own("gradient given to every entry of the window", "to_all", QUARTER),
        own("entries of X written instead of the gradient", "largest_in_place", NONE),
        own("gradient shared equally, as for average pooling", "shared_equally", QUARTER),
        own("gradient multiplied by the maximum", "gradient_times_maximum"),
        own(OVERWRITTEN, "last_of_the_largest"),
        prints=("upstream",),
    )
    def max_gradient(self) -> Entries:
        """The gradient that max pooling hands back to X. Shape (..., h, w)."""
        routes = engine.route(self.X, self.window, self.stride)
        gradient = self._handed_back(self.upstream[..., None] * routes)
        read = [self.windows, row(self.upstream)]
        return Entries(gradient, read=read, shows={"taken": self.taken})

    @item(
        1,
        own("largest entry of all of X given", "largest_of_all"),
        own("difference from the maximum instead of the value", "room_to_grow", MOST),
        own("largest instead of smallest maximum of the windows", "largest_of_maxima"),
        own("value of the entry itself", "entry_itself"),
        prints=("entry",),
        also="reason",
    )
    def no_gradient(self) -> Figure:
        """Up to which value an entry that wins no window can grow while Y stays as it is."""
        return Figure(self._maxima(FAR).min(axis=-1), read=[self.windows])

    @item(
        2,
        own("not divided by the number of entries", "sums_of_windows"),
        own("divided by the side length", "sums_by_side", MOST),
        own("maximum taken", "largest", NONE),
        BY_ONE,
    )
    def average_forward(self) -> Sums:
        """The output of average pooling, in exact fractions. Shape (..., oh, ow)."""
        targets = named("S", *self.size)
        shows = {"sums": self.sums_of_windows()}
        n = prod(self.window)
        return Sums(self.windows, targets=targets, over=n, shape=self.size, shows=shows)

    @item(
        2,
        own("not divided by the number of entries", "to_all"),
        own("whole gradient given to the largest entry", "to_the_largest", QUARTER),
        own("multiplied by the entries of X", "shares_times_input"),
        own(OVERWRITTEN, "last_of_the_shares"),
        prints=("upstream",),
    )
    def average_gradient(self) -> Entries:
        """The gradient that average pooling hands back to X, in exact fractions."""
        collected = self.to_all()
        return Entries(collected * self.share, read=[collected], shows={"collected": collected})

    # Mistakes

    def largest(self) -> Array:
        return engine.max_pool(self.X, self.window, self.stride)

    def average_in_place(self, average_forward: Array) -> Array:
        return average_forward

    def to_all(self) -> Array:
        """The upstream entries of all windows that an input entry lies in, added up."""
        each = np.broadcast_to(self.upstream[..., None], self.windows.shape)
        return self._handed_back(each)

    def largest_in_place(self) -> Array:
        return np.asarray(self.X * (self.taken > 0))

    def shared_equally(self, average_gradient: Array) -> Array:
        return average_gradient

    def to_the_largest(self, max_gradient: Array) -> Array:
        return max_gradient

    def shares_times_input(self, average_gradient: Array) -> Array:
        return np.asarray(average_gradient * self.X)

    def gradient_times_maximum(self, max_gradient: Array) -> Array:
        return np.asarray(max_gradient * self.X)

    def last_of_the_largest(self) -> Array | None:
        routes = engine.route(self.X, self.window, self.stride)
        return self._overwritten(self.upstream[..., None] * routes, routes > 0)

    def last_of_the_shares(self) -> Array | None:
        each = np.broadcast_to(self.upstream[..., None], self.windows.shape) * self.share
        return self._overwritten(each, np.ones(each.shape, dtype=bool))

    def largest_of_all(self) -> Array:
        return np.asarray(self.X.max(axis=(-2, -1)))

    def room_to_grow(self, no_gradient: Array) -> Array:
        return np.asarray(no_gradient - at_entry(self.X, self.entry))

    def largest_of_maxima(self) -> Array | None:
        return self._maxima(-FAR).max(axis=-1) if self.overlaps else None

    def entry_itself(self) -> Array:
        return at_entry(self.X, self.entry)

    def sums_by_side(self) -> Array | None:
        tall, wide = self.window
        square = tall == wide
        return np.asarray(self.sums_of_windows() * Fraction(1, tall)) if square else None

    def sums_of_windows(self) -> Array:
        sums = self.windows.sum(axis=-1)
        return np.asarray(sums.reshape(*sums.shape[:-1], *self.size))

    # What texts need

    @property
    def entry_symbol(self) -> Symbol:
        """The input entry that ``no_gradient`` asks about."""
        return Symbol("X", tuple(self.entry.tolist()))

    @property
    def overlaps(self) -> bool:
        """Whether windows overlap."""
        return any(s < k for s, k in zip(self.stride, self.window, strict=True))

    @property
    def fits(self) -> bool:
        return all(n >= k for n, k in zip(self.X.shape[-2:], self.window, strict=True))

    @property
    def size(self) -> Pair:
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.window, stride=self.stride)

    @property
    def windows(self) -> Array:
        return engine.windows(self.X, self.window, self.stride)

    @cached_property
    def taken(self) -> Array:
        """How many windows take each input entry as their largest."""
        return self._handed_back(engine.route(self.X, self.window, self.stride))

    @property
    def ends(self) -> bool:
        """Whether averages are decimals that end."""
        return 10**4 % prod(self.window) == 0

    @property
    def share(self) -> Fraction:
        return Fraction(1, prod(self.window))

    @property
    def upstream_matrix(self) -> Array:
        return self.upstream.reshape(*self.upstream.shape[:-1], *self.size)

    @property
    def seen(self) -> Array:
        """How many windows each input entry lies in."""
        return self._handed_back(np.ones(self.windows.shape, dtype=int))

    def _maxima(self, of_others: int) -> Array:
        """The largest entry of each window that the entry lies in, and a number for the others."""
        rows, columns = self.X.shape[-2:]
        places = engine.windows(
            np.arange(rows * columns).reshape(rows, columns), self.window, self.stride
        )
        place = self.entry[..., 0] * columns + self.entry[..., 1]
        inside = (places == np.asarray(place)[..., None, None]).any(axis=-1)
        return np.where(inside, self.windows.max(axis=-1), of_others)

    def _overwritten(self, shares: Array, there: Array) -> Array | None:
        """What remains where each window overwrites those before; None where none overlap."""
        if not self.overlaps:
            return None
        rows, columns = self.X.shape[-2:]
        return engine.overwrite(shares, there, (rows, columns), self.window, self.stride)

    def _handed_back(self, shares: Array) -> Array:
        rows, columns = self.X.shape[-2:]
        return engine.scatter(shares, (rows, columns), self.window, self.stride)
