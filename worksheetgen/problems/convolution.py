"""The convolutional layer with one channel: its output and the gradient of its kernel."""

from dataclasses import dataclass
from math import ceil, prod
from typing import Self

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.output_size import Pair, output_shape
from worksheetgen.problems.base import Array, Json, Problem, constraint, item
from worksheetgen.problems.layer import (
    ConvolutionGiven,
    ConvolutionSample,
    Geometry,
    check_layer,
    geometry_of,
    shapes_of,
)
from worksheetgen.problems.steps import Partial, Sum, Symbol

MAX_BESIDE = 6
"""Columns up to which the Jacobian in symbols and in numbers stand side by side."""
LOSS = Symbol("L")
ENTRY_GRADIENTS = (100, 200, 500, 1000)
"""Magnitudes of the gradient entry in ``gradient_sign``: round, and large beside the rest."""


def directions(answer: Array) -> Json:
    """The two signs that answer ``gradient_sign``, in words.

    >>> directions(np.array([-1, 1]))
    {'increase': 'decreases', 'decrease': 'increases'}
    """
    words = {1: "increases", -1: "decreases"}
    return {"increase": words[int(answer[0])], "decrease": words[int(answer[1])]}


@dataclass(frozen=True, eq=False)
class Convolution(Problem):
    """The givens of a layer H = X ⋆ K with one channel; arrays may carry a batch axis."""

    Sample = ConvolutionSample
    Given = ConvolutionGiven
    variable = ("X", "K", "upstream", "entry", "entry_gradient")
    shown = frozenset({"X", "K"})

    X: Array
    K: Array
    upstream: Array
    """∂L/∂H, flat in row-major order."""
    entry: Array
    """Row and column of the kernel entry that gradient_sign asks about."""
    entry_gradient: Array
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    # Givens

    @classmethod
    def check(cls, sample: ConvolutionSample, given: ConvolutionGiven) -> None:
        check_layer(sample, given)

    @classmethod
    def vary(cls, rng: np.random.Generator) -> ConvolutionSample:
        largest = int(rng.integers(2, 10))
        ranges = {
            "input_shape": (1, 7),
            "kernel_shape": (1, 4),
            "stride": (1, 4),
            "padding": (0, 3),
            "dilation": (1, 3),
        }
        while True:
            drawn = {
                key: tuple(rng.integers(low, high, size=2).tolist())
                for key, (low, high) in ranges.items()
            }
            sample = ConvolutionSample.model_validate(drawn | {"values": (-largest, largest)})
            try:
                cls.check(sample, ConvolutionGiven())
            except ValueError:
                continue
            return sample

    @classmethod
    def draw(
        cls,
        sample: ConvolutionSample,
        given: ConvolutionGiven,
        rng: np.random.Generator,
        count: int,
    ) -> Self:
        input_shape, kernel_shape = shapes_of(sample, given)
        outputs = prod(output_shape(input_shape, kernel_shape, **geometry_of(sample)))
        low, high = sample.values

        def entries(fixed: object, *shape: int) -> Array:
            drawn = rng.integers(low, high, size=(count, *shape), endpoint=True)
            return drawn if fixed is None else np.broadcast_to(np.array(fixed), drawn.shape)

        magnitude = rng.choice(ENTRY_GRADIENTS, size=count)
        sign = rng.choice((-1, 1), size=count)
        entry = rng.integers(0, kernel_shape, size=(count, 2))
        return cls(
            X=entries(given.X, *input_shape),
            K=entries(given.K, *kernel_shape),
            upstream=entries(given.upstream, outputs),
            entry=entry if given.entry is None else np.broadcast_to(given.entry, entry.shape),
            entry_gradient=sign * magnitude
            if given.entry_gradient is None
            else np.full(count, given.entry_gradient),
            **geometry_of(sample),
        )

    @constraint("X")
    def input_is_not_zero(self) -> Array:
        """The input X is not all zero."""
        return np.asarray(self.X.any(axis=(-2, -1)))

    @constraint("K")
    def kernel_is_not_zero(self) -> Array:
        """The kernel K is not all zero."""
        return np.asarray(self.K.any(axis=(-2, -1)))

    @constraint("X")
    def mirrored_input_shows(self) -> Array:
        """The input X differs from each of its mirror images."""
        return _differs_from_mirror_images(self.X)

    @constraint("K")
    def mirrored_kernel_shows(self) -> Array:
        """The kernel K differs from each of its mirror images."""
        return _differs_from_mirror_images(self.K)

    @constraint("X", "K")
    def flipped_kernel_shows(self, forward: Array) -> Array:
        """Flipping the kernel K changes the output H."""
        flipped = self.K[..., ::-1, ::-1]
        changes = engine.cross_correlate(self.X, flipped, **self.geometry) != forward
        symmetric = (flipped == self.K).all(axis=(-2, -1))
        return np.asarray(symmetric | changes.any(axis=(-2, -1)))

    @constraint("X", "K")
    def output_is_not_zero(self, forward: Array) -> Array:
        """The output H is not all zero."""
        return np.asarray(forward.any(axis=(-2, -1)))

    @constraint("X")
    def jacobian_is_not_zero(self, kernel_jacobian: Array) -> Array:
        """The Jacobian ∂H/∂K is not all zero."""
        return np.asarray(kernel_jacobian.any(axis=(-2, -1)))

    @constraint("upstream")
    def upstream_combines(self) -> Array:
        """The upstream gradient has two entries that are not zero, and not all are equal."""
        if self.upstream.shape[-1] == 1:
            return np.asarray(self.upstream.any(axis=-1))
        several = np.count_nonzero(self.upstream, axis=-1) > 1
        return np.asarray(several & (np.ptp(self.upstream, axis=-1) > 0))

    @constraint("X", "upstream")
    def gradient_is_not_zero(self, kernel_gradient: Array) -> Array:
        """The gradient ∂L/∂K is not all zero."""
        return np.asarray(kernel_gradient.any(axis=-1))

    # Symbols

    @property
    def kernel_shape(self) -> Pair:
        rows, columns = self.K.shape[-2:]
        return rows, columns

    @property
    def geometry(self) -> Geometry:
        return {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        """H's entries in row-major order: one index if H is a row or a column, else two."""
        rows, columns = self.output_shape
        return tuple(
            Symbol("H", (i,) if columns == 1 else (j,) if rows == 1 else (i, j))
            for i, j in np.ndindex(rows, columns)
        )

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        """K's entries in row-major order."""
        return tuple(Symbol("K", index) for index in np.ndindex(self.kernel_shape))

    @property
    def output_shape(self) -> Pair:
        rows, columns = self.X.shape[-2:]
        return output_shape((rows, columns), self.kernel_shape, **self.geometry)

    @property
    def loss(self) -> Symbol:
        return LOSS

    @property
    def entry_symbol(self) -> Symbol:
        """The kernel entry that ``gradient_sign`` asks about."""
        return Symbol("K", tuple(self.entry.tolist()))

    @property
    def entry_partial(self) -> Partial:
        """The partial derivative that ``gradient_sign`` gives."""
        return Partial(LOSS, self.entry_symbol)

    # Items

    @item(points=2)
    def forward(self) -> Array:
        """The output H.

        Shape (..., oh, ow).
        """
        return engine.cross_correlate(self.X, self.K, **self.geometry)

    @forward.steps
    def _(self, forward: Array) -> tuple[Sum, ...]:
        """Each output entry as the sum over its window."""
        kernel = self.K.ravel().tolist()
        return tuple(
            Sum(target, tuple(zip(kernel, window, strict=True)), total)
            for target, window, total in zip(
                self.outputs, self.kernel_jacobian().tolist(), forward.ravel().tolist(), strict=True
            )
        )

    @forward.space
    def _(self) -> int:
        sums = _sum_lines(len(self.outputs), len(self.kernel_entries))
        return 3 + sums + ceil(1.3 * self.output_shape[0])

    @item(points=2)
    def kernel_jacobian(self) -> Array:
        """The Jacobian ∂H/∂K, both in row-major order.

        Shape (..., outputs, kernel entries).
        """
        return engine.kernel_jacobian(self.X, self.kernel_shape, **self.geometry)

    @kernel_jacobian.steps
    def _(self) -> tuple[tuple[Symbol | int, ...], ...]:
        """The Jacobian in symbols: an input entry, or 0 where the window covers padding."""
        h, w = self.X.shape
        numbers = np.arange(1, h * w + 1).reshape(h, w)
        entries = (0, *(Symbol("X", index) for index in np.ndindex(h, w)))
        seen = engine.kernel_jacobian(numbers, self.kernel_shape, **self.geometry)
        return tuple(tuple(entries[number] for number in row) for row in seen.tolist())

    @property
    def directional(self) -> bool:
        """Whether it matters which of two settings is the vertical one."""
        return any(one != other for one, other in (self.stride, self.padding, self.dilation))

    @property
    def short(self) -> bool:
        """Whether the upstream gradient and the Jacobian fit side by side."""
        return len(self.outputs) + len(self.kernel_entries) <= 2 * MAX_BESIDE

    @property
    def beside(self) -> bool:
        """Whether the Jacobian in symbols and in numbers fit side by side."""
        return len(self.kernel_entries) <= MAX_BESIDE

    @kernel_jacobian.space
    def _(self) -> int:
        matrices = 1 if self.beside else 2
        return 3 + matrices * ceil(1.5 + 1.3 * len(self.outputs))

    @item(points=3, prints=("upstream",))
    def kernel_gradient(self, kernel_jacobian: Array) -> Array:
        """The gradient ∂L/∂K = ∂L/∂H · ∂H/∂K.

        Shape (..., kernel entries).
        """
        return np.asarray((self.upstream[..., :, None] * kernel_jacobian).sum(axis=-2))

    @kernel_gradient.steps
    def _(self, kernel_jacobian: Array, kernel_gradient: Array) -> tuple[Sum, ...]:
        """Each gradient entry as upstream times one column of the Jacobian."""
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
        sums = _sum_lines(len(self.kernel_entries), len(self.outputs))
        return 4 + ceil(1.3 * len(self.outputs)) + sums

    @item(points=1, prints=("upstream",))
    def loss_term(self) -> Array:
        """A term L = Σ c·H with ∂L/∂H as given, by its coefficients c.

        Shape (..., outputs).
        """
        return self.upstream

    @loss_term.space
    def _(self) -> int:
        return 7

    @item(points=2, prints=("entry", "entry_gradient"), record=directions)
    def gradient_sign(self) -> Array:
        """What L does when a kernel entry rises, and when it falls.

        Signs of ΔL, shape (..., 2).
        """
        return np.asarray(np.sign(self.entry_gradient)[..., None] * np.array([1, -1]))

    @gradient_sign.space
    def _(self) -> int:
        return 9


def _differs_from_mirror_images(matrices: Array) -> Array:
    """Whether turning, mirroring or transposing shows, where the shape allows that it does."""
    rows, columns = matrices.shape[-2:]
    images = []
    if rows > 1:
        images.append(matrices[..., ::-1, :])
    if columns > 1:
        images.append(matrices[..., ::-1])
    if rows > 1 and columns > 1:
        images.append(matrices[..., ::-1, ::-1])
    if rows == columns > 1:
        images.append(np.swapaxes(matrices, -2, -1))
    differs = [(image != matrices).any(axis=(-2, -1)) for image in images]
    return np.logical_and.reduce(differs, axis=0) if differs else np.ones(matrices.shape[:-2], bool)


def _sum_lines(sums: int, products: int) -> int:
    """The lines of text that so many sums take, each of so many products and then its values."""
    products_on_a_line, values_on_a_line = 4, 11
    lines = 1
    if products > products_on_a_line:
        lines = ceil(products / products_on_a_line) + ceil(products / values_on_a_line)
    return ceil(sums * (0.4 + 1.25 * lines))
