"""From the output of a convolutional layer to the gradient of its kernel, and what it says."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array
from worksheetgen.problems.base import HALF, MOST, Json, item
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.layers.layer import LOSS, Layer
from worksheetgen.problems.slips import sign_lost
from worksheetgen.problems.steps import Partial, Sum, Symbol, sum_lines

MAX_BESIDE = 6
"""Columns up to which the Jacobian in symbols and in numbers stand side by side."""


def directions(answer: Array) -> Json:
    """The two signs that answer ``gradient_sign``, in words.

    >>> directions(np.array([-1, 1]))
    {'increase': 'decreases', 'decrease': 'increases'}
    """
    words = {1: "increases", -1: "decreases", 0: "unchanged"}
    return {"increase": words[int(answer[0])], "decrease": words[int(answer[1])]}


@dataclass(frozen=True, eq=False)
class Chain(Layer):
    """The items of the exam task: output, Jacobian, gradient, loss, and a gradient's sign."""

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
        sums = sum_lines(len(self.outputs), len(self.kernel_entries))
        return 3 + sums + ceil(1.3 * self.size[0])

    @forward.effort
    def _(self, kernel_jacobian: Array) -> Array:
        return effort_of_sums(self.kernel_row, kernel_jacobian)

    @forward.mistake("flipped the kernel", keeps=HALF)
    def _(self) -> Array:
        return self.output_of(self.X, self.K[..., ::-1, ::-1])

    @forward.mistake("transposed the kernel", keeps=HALF)
    def _(self) -> Array | None:
        return self.output_if_it_fits(self.X, np.swapaxes(self.K, -2, -1))

    @forward.mistake("transposed the input", keeps=HALF)
    def _(self) -> Array | None:
        return self.output_if_it_fits(np.swapaxes(self.X, -2, -1), self.K)

    @forward.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self.output_if_it_fits(self.X, self.K, stride=(1, 1))

    @forward.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self.output_if_it_fits(self.X, self.K, padding=(0, 0))

    @forward.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self.output_if_it_fits(self.X, self.K, dilation=(1, 1))

    @forward.mistake("added factors instead of multiplying them")
    def _(self, kernel_jacobian: Array) -> Array:
        return self.shaped_as_output((self.kernel_row + kernel_jacobian).sum(axis=-1))

    @forward.mistake("took minus times minus as minus", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array:
        return self.shaped_as_output(sign_lost(self.kernel_row, kernel_jacobian).sum(axis=-1))

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

    @kernel_jacobian.effort
    def _(self, kernel_jacobian: Array) -> Array:
        return effort_of_copying(kernel_jacobian)

    @kernel_jacobian.mistake("took one row of the input too low in the first window", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array | None:
        return self.first_window_slipped(kernel_jacobian)

    @kernel_jacobian.mistake("flipped the kernel", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array:
        return kernel_jacobian[..., ::-1]

    @kernel_jacobian.mistake("went through the kernel column by column", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array:
        return self.column_by_column(kernel_jacobian)

    @kernel_jacobian.mistake("transposed the Jacobian", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.swapaxes(kernel_jacobian, -2, -1)

    @kernel_jacobian.mistake("put kernel entries in place of input entries")
    def _(self, kernel_jacobian: Array) -> Array:
        return np.broadcast_to(self.kernel_row, kernel_jacobian.shape)

    @kernel_jacobian.mistake("lost the minus signs", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.abs(kernel_jacobian)

    @kernel_jacobian.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self.jacobian_if_it_fits(stride=(1, 1))

    @kernel_jacobian.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self.jacobian_if_it_fits(padding=(0, 0))

    @kernel_jacobian.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self.jacobian_if_it_fits(dilation=(1, 1))

    @item(points=3, prints=("upstream",))
    def kernel_gradient(self, kernel_jacobian: Array) -> Array:
        """The gradient ∂L/∂K = ∂L/∂H · ∂H/∂K.

        Shape (..., kernel entries). Raises ``ValueError`` for a Jacobian of another height.
        """
        if kernel_jacobian.shape[-2] != self.upstream.shape[-1]:
            raise ValueError("the Jacobian has not a row for each entry of the upstream gradient")
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
        sums = sum_lines(len(self.kernel_entries), len(self.outputs))
        return 4 + ceil(1.3 * len(self.outputs)) + sums

    @kernel_gradient.effort
    def _(self, kernel_jacobian: Array) -> Array:
        upstream = self.upstream[..., None, :]
        return effort_of_sums(upstream, np.swapaxes(kernel_jacobian, -2, -1))

    @kernel_gradient.mistake("forgot the upstream gradient", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array:
        return np.asarray(kernel_jacobian.sum(axis=-2))

    @kernel_gradient.mistake("applied the upstream gradient to the output", form="number")
    def _(self, forward: Array) -> Array:
        return np.asarray((self.upstream * self.in_a_row(forward)).sum(axis=-1))

    @kernel_gradient.mistake("picked the Jacobian row of the largest weight")
    def _(self, kernel_jacobian: Array) -> Array:
        largest = np.abs(self.upstream).argmax(axis=-1)[..., None, None]
        return np.asarray(np.take_along_axis(kernel_jacobian, largest, axis=-2)).squeeze(-2)

    @kernel_gradient.mistake("took minus times minus as minus", keeps=MOST)
    def _(self, kernel_jacobian: Array) -> Array:
        products = sign_lost(self.upstream[..., :, None], kernel_jacobian)
        return np.asarray(products.sum(axis=-2))

    @kernel_gradient.mistake("went through the kernel column by column", keeps=HALF)
    def _(self, kernel_gradient: Array) -> Array:
        return self.column_by_column(kernel_gradient)

    @item(points=1, prints=("upstream",))
    def loss_term(self) -> Array:
        """A term L = Σ c·H with ∂L/∂H as given, by its coefficients c.

        Shape (..., outputs).
        """
        return self.upstream

    @loss_term.space
    def _(self) -> int:
        return 7

    @loss_term.effort
    def _(self, loss_term: Array) -> Array:
        return effort_of_copying(loss_term[..., None, :])

    @loss_term.mistake("named a vector, where a loss is a number", form="row")
    def _(self, loss_term: Array) -> Array:
        return loss_term

    @loss_term.mistake("left out the weights", keeps=HALF)
    def _(self, loss_term: Array) -> Array:
        return np.asarray(np.sign(loss_term))

    @loss_term.mistake("reversed the sign", keeps=HALF)
    def _(self, loss_term: Array) -> Array:
        return -loss_term

    @item(points=2, prints=("entry", "entry_gradient"), record=directions)
    def gradient_sign(self) -> Array:
        """What L does when a kernel entry rises, and when it falls.

        Signs of ΔL, shape (..., 2).
        """
        return np.asarray(np.sign(self.entry_gradient)[..., None] * np.array([1, -1]))

    @gradient_sign.space
    def _(self) -> int:
        return 9

    @gradient_sign.effort
    def _(self, gradient_sign: Array) -> Array:
        return effort_of_copying(gradient_sign[..., None, :])

    @gradient_sign.mistake("reversed the sign")
    def _(self, gradient_sign: Array) -> Array:
        return -gradient_sign

    @gradient_sign.mistake("took the loss as independent of the entry")
    def _(self, gradient_sign: Array) -> Array:
        return 0 * gradient_sign
