"""Convolution of a sequence, padded at either end or causally: forward, and the gradients back."""

from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from types import MappingProxyType
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine import sequence as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.sequence import Geometry
from worksheetgen.problems.base import HALF, MOST, Problem, constraint, item
from worksheetgen.problems.drawing import entries
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.settings import Bounds, Margin, Row, Settings, Size
from worksheetgen.problems.slips import sign_lost
from worksheetgen.problems.steps import Partial, Sum, Symbol, sum_lines

LOSS = Symbol("L")
MAX_LENGTH, MAX_KERNEL, MAX_OUTPUTS = 10, 6, 10


class Convolution1dSample(Settings):
    """What to draw from."""

    length: Size = 6
    """Entries of the input x."""
    kernel_length: Size = 3
    """Entries of the kernel k."""
    stride: Size = 1
    """Step of the window."""
    padding: Margin = 0
    """Zeros at either end of x."""
    dilation: Size = 1
    """Distance of neighbouring kernel entries on the input."""
    causal: Annotated[bool, Field(strict=True)] = False
    """Whether zeros stand at the left end only, so many that no output sees a later entry."""
    values: Bounds = (-2, 2)
    """Smallest and largest entry of x, k and the upstream gradient, both included."""


class Convolution1dGiven(Settings):
    """What to fix."""

    x: Row | None = None
    """The input."""
    k: Row | None = None
    """The kernel."""
    upstream: Row | None = None
    """The upstream gradient ∂L/∂y."""


@dataclass(frozen=True, eq=False)
class Convolution1d(Problem):
    """The givens of a layer on sequences; arrays may carry a batch axis."""

    Sample = Convolution1dSample
    Given = Convolution1dGiven
    variable = ("x", "k", "upstream")
    shown = frozenset({"x", "k"})
    levels = MappingProxyType(
        {
            "easy": {"length": 5, "kernel_length": 2, "values": (-1, 2)},
            "hard": {"length": 9, "dilation": 2, "values": (-3, 3)},
        }
    )

    x: Array
    k: Array
    upstream: Array
    """The gradient with respect to the output."""
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    causal: int = 0
    """1 or 0: a manifest knows numbers and words."""

    # Givens

    @classmethod
    def check(cls, sample: Convolution1dSample, given: Convolution1dGiven) -> None:
        length, kernel_length = sample.length, sample.kernel_length
        if sample.causal and sample.padding:
            raise ValueError(
                f"padding is {sample.padding}, but causal sets the zeros by itself; "
                "drop padding or causal"
            )
        geometry = _geometry(sample, kernel_length)
        try:
            outputs = engine.output_length(length, kernel_length, geometry)
        except ValueError as error:
            raise ValueError(
                f"{error}; enlarge length or padding, or lessen kernel_length or dilation"
            ) from None
        if length > MAX_LENGTH or kernel_length > MAX_KERNEL or outputs > MAX_OUTPUTS:
            raise ValueError(
                f"{length} input, {kernel_length} kernel and {outputs} output entries do not fit "
                f"a page; at most {MAX_LENGTH}, {MAX_KERNEL} and {MAX_OUTPUTS}"
            )
        met = engine.windows(np.ones(length, dtype=int), kernel_length, geometry).any(axis=0)
        if not met.all():
            raise ValueError(
                f"the kernel entry {int(np.argmin(met))} meets nothing but padding; lessen "
                "padding, dilation or stride, or enlarge length"
            )
        if given.upstream is not None and len(given.upstream) != outputs:
            raise ValueError(
                f"given.upstream has {len(given.upstream)} entries, the output has {outputs}; "
                "give one per output entry"
            )
        for name, fixed in given:
            if fixed is not None and not any(fixed):
                raise ValueError(f"given.{name} is all zero, which leaves nothing to compute")

    @classmethod
    def settle(cls, sample: Convolution1dSample, given: Convolution1dGiven) -> Convolution1dSample:
        length, kernel_length = _lengths(sample, given)
        return sample.model_copy(update={"length": length, "kernel_length": kernel_length})

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        largest = int(rng.integers(2, 10))
        ranges = {
            "length": (1, 9),
            "kernel_length": (1, 5),
            "stride": (1, 4),
            "padding": (0, 3),
            "dilation": (1, 4),
        }
        drawn = {key: int(rng.integers(low, high)) for key, (low, high) in ranges.items()}
        causal = drawn["padding"] == 0 and bool(rng.integers(0, 2))
        return drawn | {"causal": causal, "values": (-largest, largest)}

    @classmethod
    def draw(
        cls, sample: Convolution1dSample, given: Convolution1dGiven, rng: Generator, count: int
    ) -> Self:
        geometry = _geometry(sample, sample.kernel_length)
        outputs = engine.output_length(sample.length, sample.kernel_length, geometry)
        draw = partial(entries, rng, sample.values, count)
        return cls(
            x=draw((sample.length,), given.x),
            k=draw((sample.kernel_length,), given.k),
            upstream=draw((outputs,), given.upstream),
            stride=sample.stride,
            padding=sample.padding,
            dilation=sample.dilation,
            causal=int(sample.causal),
        )

    @constraint("x")
    def input_is_not_zero(self) -> Array:
        """The input x is not all zero."""
        return np.asarray(self.x.any(axis=-1))

    @constraint("k")
    def kernel_is_not_zero(self) -> Array:
        """The kernel k is not all zero."""
        return np.asarray(self.k.any(axis=-1))

    @constraint("x")
    def mirrored_input_shows(self) -> Array:
        """The input x differs from its mirror image."""
        return _differs_from_mirror_image(self.x)

    @constraint("k")
    def mirrored_kernel_shows(self) -> Array:
        """The kernel k differs from its mirror image."""
        return _differs_from_mirror_image(self.k)

    @constraint("x", "k")
    def flipped_kernel_shows(self, forward: Array) -> Array:
        """Flipping the kernel k changes the output y."""
        changes = engine.correlate(self.x, self.flipped, self.geometry) != forward
        symmetric = (self.flipped == self.k).all(axis=-1)
        return np.asarray(symmetric | changes.any(axis=-1))

    @constraint("x", "k")
    def output_is_not_zero(self, forward: Array) -> Array:
        """The output y is not all zero."""
        return np.asarray(forward.any(axis=-1))

    @constraint("x")
    def jacobian_is_not_zero(self, kernel_jacobian: Array) -> Array:
        """The Jacobian ∂y/∂k is not all zero."""
        return np.asarray(kernel_jacobian.any(axis=(-2, -1)))

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has two entries that are not zero, and not all are equal."""
        if self.upstream.shape[-1] == 1:
            return np.asarray(self.upstream.any(axis=-1))
        several = np.count_nonzero(self.upstream, axis=-1) > 1
        return np.asarray(several & (np.ptp(self.upstream, axis=-1) > 0))

    @constraint("x", "upstream")
    def kernel_gradient_is_not_zero(self, kernel_gradient: Array) -> Array:
        """The gradient ∂L/∂k is not all zero."""
        return np.asarray(kernel_gradient.any(axis=-1))

    @constraint("k", "upstream")
    def input_gradient_is_not_zero(self, input_gradient: Array) -> Array:
        """The gradient ∂L/∂x is not all zero."""
        return np.asarray(input_gradient.any(axis=-1))

    # Items

    @item(points=1)
    def output_length(self) -> Array:
        """How many entries the output y has.

        Shape (...).
        """
        return self._for_each(self.size)

    @output_length.space
    def _(self) -> int:
        return 8

    @output_length.effort
    def _(self) -> Array:
        numerator = [self.length, self.zeros, self.kernel_length - 1, 1]
        work = effort_of_sums(np.array([[1, 1, -self.dilation, -1]]), np.array([numerator]))
        return np.full(self.x.shape[:-1], work)

    @output_length.mistake("forgot to add one")
    def _(self, output_length: Array) -> Array:
        return output_length - 1

    @output_length.mistake("forgot that the whole window must fit")
    def _(self) -> Array | None:
        return self._length_if_other(engine.output_length(self.length, 1, self.geometry))

    @output_length.mistake("added the reach of the kernel instead of subtracting it")
    def _(self) -> Array | None:
        lengthened = self.length + 2 * self.reach
        size = engine.output_length(lengthened, self.kernel_length, self.geometry)
        return self._length_if_other(size)

    @output_length.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._length_in(self._if_it_matters(stride=1))

    @output_length.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._length_in(self._if_it_matters(before=0, after=0))

    @output_length.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._length_in(self._if_it_matters(dilation=1))

    @output_length.mistake("put the zeros at both ends", keeps=HALF)
    def _(self) -> Array | None:
        return self._length_in(self._at_both_ends)

    @item(points=2)
    def forward(self) -> Array:
        """The output y.

        Shape (..., outputs).
        """
        return engine.correlate(self.x, self.k, self.geometry)

    @forward.steps
    def _(self, forward: Array, kernel_jacobian: Array) -> tuple[Sum, ...]:
        """Each output entry as the sum over its window."""
        return tuple(
            Sum(target, tuple(zip(self.k.tolist(), window, strict=True)), total)
            for target, window, total in zip(
                self.outputs, kernel_jacobian.tolist(), forward.tolist(), strict=True
            )
        )

    @forward.space
    def _(self) -> int:
        return 6 + sum_lines(self.size, self.kernel_length)

    @forward.effort
    def _(self, kernel_jacobian: Array) -> Array:
        return effort_of_sums(self.k[..., None, :], kernel_jacobian)

    @forward.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array | None:
        if self.kernel_length == 1:
            return None
        return engine.correlate(self.x, self.flipped, self.geometry)

    @forward.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_in(self._if_it_matters(stride=1))

    @forward.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_in(self._if_it_matters(before=0, after=0))

    @forward.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_in(self._if_it_matters(dilation=1))

    @forward.mistake("put the zeros at the right end", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_in(self._at_the_right_end)

    @forward.mistake("put the zeros at both ends", keeps=HALF)
    def _(self) -> Array | None:
        return self._output_in(self._at_both_ends)

    @forward.mistake("added factors instead of multiplying them")
    def _(self, kernel_jacobian: Array) -> Array:
        return np.asarray((self.k[..., None, :] + kernel_jacobian).sum(axis=-1))

    @forward.mistake("took minus times minus as minus", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.asarray(sign_lost(self.k[..., None, :], kernel_jacobian).sum(axis=-1))

    @item(points=2)
    def kernel_jacobian(self) -> Array:
        """The Jacobian ∂y/∂k.

        Shape (..., outputs, kernel entries).
        """
        return engine.windows(self.x, self.kernel_length, self.geometry)

    @kernel_jacobian.steps
    def _(self) -> tuple[tuple[Symbol | int, ...], ...]:
        """The Jacobian in symbols: an input entry, or 0 where the window covers padding."""
        seen = engine.places(self.size, self.kernel_length, self.geometry).tolist()
        inside = range(self.length)
        return tuple(tuple(Symbol("x", (j,)) if j in inside else 0 for j in row) for row in seen)

    @kernel_jacobian.space
    def _(self) -> int:
        return 5 + ceil(1.3 * self.size)

    @kernel_jacobian.effort
    def _(self, kernel_jacobian: Array) -> Array:
        return effort_of_copying(kernel_jacobian)

    @kernel_jacobian.mistake("flipped the kernel", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array | None:
        return kernel_jacobian[..., ::-1] if self.kernel_length > 1 else None

    @kernel_jacobian.mistake("transposed the Jacobian", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array | None:
        if 1 in kernel_jacobian.shape[-2:]:
            return None
        return np.swapaxes(kernel_jacobian, -2, -1)

    @kernel_jacobian.mistake("put kernel entries in place of input entries")
    def _(self, kernel_jacobian: Array) -> Array:
        return np.broadcast_to(self.k[..., None, :], kernel_jacobian.shape)

    @kernel_jacobian.mistake("lost the minus signs", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.abs(kernel_jacobian)

    @kernel_jacobian.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_in(self._if_it_matters(stride=1))

    @kernel_jacobian.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_in(self._if_it_matters(before=0, after=0))

    @kernel_jacobian.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_in(self._if_it_matters(dilation=1))

    @kernel_jacobian.mistake("put the zeros at the right end", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_in(self._at_the_right_end)

    @kernel_jacobian.mistake("put the zeros at both ends", keeps=HALF)
    def _(self) -> Array | None:
        return self._jacobian_in(self._at_both_ends)

    @item(points=3, prints=("upstream",))
    def kernel_gradient(self, kernel_jacobian: Array) -> Array:
        """The gradient ∂L/∂k = ∂L/∂y · ∂y/∂k.

        Shape (..., kernel entries). Raises ``ValueError`` for a Jacobian of another height.
        """
        if kernel_jacobian.shape[-2] != self.upstream.shape[-1]:
            raise ValueError("the Jacobian has not a row for each entry of the upstream gradient")
        return np.asarray((self.upstream[..., :, None] * kernel_jacobian).sum(axis=-2))

    @kernel_gradient.steps
    def _(self, kernel_jacobian: Array, kernel_gradient: Array) -> tuple[Sum, ...]:
        """Each entry as the upstream gradient times one column of the Jacobian."""
        upstream = self.upstream.tolist()
        return tuple(
            Sum(Partial(LOSS, by), tuple(zip(upstream, column, strict=True)), total)
            for by, column, total in zip(
                self.kernel_entries,
                kernel_jacobian.T.tolist(),
                kernel_gradient.tolist(),
                strict=True,
            )
        )

    @kernel_gradient.space
    def _(self) -> int:
        return 6 + ceil(1.3 * self.size) + sum_lines(self.kernel_length, self.size)

    @kernel_gradient.effort
    def _(self, kernel_jacobian: Array) -> Array:
        return effort_of_sums(self.upstream[..., None, :], np.swapaxes(kernel_jacobian, -2, -1))

    @kernel_gradient.mistake("flipped the kernel", keeps=HALF)
    def _(self, kernel_gradient: Array) -> Array | None:
        return kernel_gradient[..., ::-1] if self.kernel_length > 1 else None

    @kernel_gradient.mistake("forgot the upstream gradient", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.asarray(kernel_jacobian.sum(axis=-2))

    @kernel_gradient.mistake("applied the upstream gradient to the output", form="number")
    def _(self, forward: Array) -> Array:
        return np.asarray((self.upstream * forward).sum(axis=-1))

    @kernel_gradient.mistake("took minus times minus as minus", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.asarray(sign_lost(self.upstream[..., :, None], kernel_jacobian).sum(axis=-2))

    @item(points=3, prints=("upstream",))
    def input_gradient(self) -> Array:
        """The gradient ∂L/∂x.

        Shape (..., input entries).
        """
        return np.asarray((self.k[..., None, :] * self.met).sum(axis=-1))

    @input_gradient.steps
    def _(self, input_gradient: Array) -> tuple[Sum, ...]:
        """Each entry as the kernel times the upstream entries of the outputs that it meets."""
        return tuple(
            Sum(Partial(LOSS, by), tuple(zip(self.k.tolist(), met, strict=True)), total)
            for by, met, total in zip(
                self.input_entries, self.met.tolist(), input_gradient.tolist(), strict=True
            )
        )

    @input_gradient.space
    def _(self) -> int:
        return 10 + sum_lines(self.length, self.kernel_length)

    @input_gradient.effort
    def _(self) -> Array:
        return effort_of_sums(self.k[..., None, :], self.met)

    @input_gradient.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array | None:
        if self.kernel_length == 1:
            return None
        return np.asarray((self.flipped[..., None, :] * self.met).sum(axis=-1))

    @input_gradient.mistake("forgot the upstream gradient", keeps=HALF)
    def _(self) -> Array:
        ones = np.ones_like(self.upstream)
        met = engine.meeting(ones, self.length, self.kernel_length, self.geometry)
        return np.asarray((self.k[..., None, :] * met).sum(axis=-1))

    @input_gradient.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._gradient_in(stride=1)

    @input_gradient.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._gradient_in(dilation=1)

    @input_gradient.mistake("ignored the zeros at the left end", keeps=HALF)
    def _(self) -> Array | None:
        return self._gradient_in(before=0)

    @input_gradient.mistake("gave the padding a gradient as well", keeps=HALF)
    def _(self) -> Array | None:
        if not self.zeros:
            return None
        plain = replace(self.geometry, before=0)
        padded = self.length + self.zeros
        met = engine.meeting(self.upstream, padded, self.kernel_length, plain)
        return np.asarray((self.k[..., None, :] * met).sum(axis=-1))

    @input_gradient.mistake("took minus times minus as minus", keeps=MOST)
    def _(self) -> Array:
        return np.asarray(sign_lost(self.k[..., None, :], self.met).sum(axis=-1))

    # What texts and mistakes need

    @property
    def length(self) -> int:
        return int(self.x.shape[-1])

    @property
    def kernel_length(self) -> int:
        return int(self.k.shape[-1])

    @property
    def reach(self) -> int:
        """From the first tap of a window to its last."""
        return self.dilation * (self.kernel_length - 1)

    @property
    def geometry(self) -> Geometry:
        return _geometry(self, self.kernel_length)

    @property
    def zeros(self) -> int:
        """The zeros at both ends together."""
        return self.geometry.before + self.geometry.after

    @property
    def size(self) -> int:
        """How many entries y has, whatever a batch is."""
        return engine.output_length(self.length, self.kernel_length, self.geometry)

    @property
    def flipped(self) -> Array:
        return self.k[..., ::-1]

    @property
    def met(self) -> Array:
        """The upstream entry of the output in which x[j] meets k[u], shape (..., j, u)."""
        return engine.meeting(self.upstream, self.length, self.kernel_length, self.geometry)

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        return _symbols("y", self.size)

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        return _symbols("k", self.kernel_length)

    @property
    def input_entries(self) -> tuple[Symbol, ...]:
        return _symbols("x", self.length)

    @property
    def loss(self) -> Symbol:
        return LOSS

    @property
    def _at_the_right_end(self) -> Geometry | None:
        """The zeros of a causal layer on the wrong side."""
        return self._if_it_matters(before=0, after=self.reach) if self.causal else None

    @property
    def _at_both_ends(self) -> Geometry | None:
        """As many zeros behind the input of a causal layer as before it."""
        return self._if_it_matters(after=self.reach) if self.causal else None

    def _if_it_matters(self, **changes: int) -> Geometry | None:
        """Another geometry; None if no window fits, or if all see what they saw."""
        other = replace(self.geometry, **changes)
        try:
            size = engine.output_length(self.length, self.kernel_length, other)
        except ValueError:
            return None
        same = size == self.size and self._meets_alike(other)
        return None if same else other

    def _meets_alike(self, other: Geometry) -> bool:
        seen, otherwise = (
            engine.places(self.size, self.kernel_length, one) for one in (self.geometry, other)
        )
        return np.array_equal(seen, otherwise)

    def _length_in(self, geometry: Geometry | None) -> Array | None:
        if geometry is None:
            return None
        size = engine.output_length(self.length, self.kernel_length, geometry)
        return self._length_if_other(size)

    def _length_if_other(self, size: int) -> Array | None:
        return self._for_each(size) if size != self.size else None

    def _output_in(self, geometry: Geometry | None) -> Array | None:
        return engine.correlate(self.x, self.k, geometry) if geometry else None

    def _jacobian_in(self, geometry: Geometry | None) -> Array | None:
        return engine.windows(self.x, self.kernel_length, geometry) if geometry else None

    def _gradient_in(self, **changes: int) -> Array | None:
        """∂L/∂x if the outputs that there are met the input otherwise; None if they do not."""
        other = replace(self.geometry, **changes)
        if self._meets_alike(other):
            return None
        met = engine.meeting(self.upstream, self.length, self.kernel_length, other)
        return np.asarray((self.k[..., None, :] * met).sum(axis=-1))

    def _for_each(self, number: int) -> Array:
        """The same for each candidate of the batch."""
        return np.full(self.x.shape[:-1], number)


def _lengths(sample: Convolution1dSample, given: Convolution1dGiven) -> tuple[int, int]:
    """The lengths of x and k; a given row brings its own."""
    return (
        len(given.x) if given.x else sample.length,
        len(given.k) if given.k else sample.kernel_length,
    )


def _geometry(said: Convolution1dSample | Convolution1d, kernel_length: int) -> Geometry:
    reach = said.dilation * (kernel_length - 1)
    before, after = (reach, 0) if said.causal else (said.padding, said.padding)
    return Geometry(said.stride, said.dilation, before, after)


def _symbols(letter: str, count: int) -> tuple[Symbol, ...]:
    return tuple(Symbol(letter, (index,)) for index in range(count))


def _differs_from_mirror_image(rows: Array) -> Array:
    """Whether mirroring shows; a single entry has no mirror image."""
    if rows.shape[-1] == 1:
        return np.ones(rows.shape[:-1], dtype=bool)
    return np.asarray((rows != rows[..., ::-1]).any(axis=-1))
