"""The convolutional layer with one channel, from its output's shape to a step of training."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from types import MappingProxyType

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array
from worksheetgen.engine.output_size import output_shape
from worksheetgen.problems.base import HALF, constraint, item
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.layers.input_side import InputSide
from worksheetgen.problems.layers.layer import LOSS
from worksheetgen.problems.steps import Partial, Sum, Symbol, sum_lines

BIAS = Symbol("b")


@dataclass(frozen=True, eq=False)
class Convolution(InputSide):
    """All that is asked of a layer H = X ⋆ K."""

    levels = MappingProxyType(
        {
            "easy": {"input_shape": (3, 2), "values": (-1, 2)},
            "hard": {"input_shape": (4, 3), "padding": (1, 0), "values": (-3, 3)},
        }
    )

    usual = ("forward", "kernel_jacobian", "kernel_gradient", "loss_term", "gradient_sign")

    @item(points=1)
    def output_shape(self) -> Array:
        """The size of the output H, rows and columns.

        Shape (..., 2).
        """
        return self._for_each(self.size)

    @output_shape.space
    def _(self) -> int:
        return 9

    @output_shape.effort
    def _(self, output_shape: Array) -> Array:
        return effort_of_sums(output_shape[..., None, :], np.array(self.stride))

    @output_shape.mistake("forgot to add one")
    def _(self, output_shape: Array) -> Array:
        return output_shape - 1

    @output_shape.mistake("ignored the stride", keeps=HALF)
    def _(self) -> Array | None:
        return self._size_if_it_differs(stride=(1, 1))

    @output_shape.mistake("ignored the padding", keeps=HALF)
    def _(self) -> Array | None:
        return self._size_if_it_differs(padding=(0, 0))

    @output_shape.mistake("ignored the dilation", keeps=HALF)
    def _(self) -> Array | None:
        return self._size_if_it_differs(dilation=(1, 1))

    @output_shape.mistake("swapped rows and columns", keeps=HALF)
    def _(self, output_shape: Array) -> Array | None:
        return output_shape[..., ::-1] if self.size != self.size[::-1] else None

    @item(points=2)
    def flip(self) -> Array:
        """The output of true convolution, which flips the kernel.

        Shape (..., oh, ow).
        """
        return self.output_of(self.X, self.flipped)

    @flip.steps
    def _(self, flip: Array) -> tuple[Sum, ...]:
        kernel = self.flipped.ravel().tolist()
        windows = self.kernel_jacobian().tolist()
        return tuple(
            Sum(Symbol("C", target.index), tuple(zip(kernel, window, strict=True)), total)
            for target, window, total in zip(
                self.outputs, windows, flip.ravel().tolist(), strict=True
            )
        )

    @flip.space
    def _(self) -> int:
        sums = sum_lines(len(self.outputs), len(self.kernel_entries))
        return 5 + sums + ceil(1.3 * self.size[0]) + ceil(1.3 * self.kernel_shape[0])

    @flip.effort
    def _(self, kernel_jacobian: Array) -> Array:
        return effort_of_sums(self.kernel_row[..., ::-1], kernel_jacobian)

    @flip.mistake("did not flip the kernel", keeps=HALF)
    def _(self, forward: Array) -> Array:
        return forward

    @flip.mistake("flipped the rows alone", keeps=HALF)
    def _(self) -> Array | None:
        return self._flipped_along(-2)

    @flip.mistake("flipped the columns alone", keeps=HALF)
    def _(self) -> Array | None:
        return self._flipped_along(-1)

    @flip.mistake("flipped the input as well", keeps=HALF)
    def _(self) -> Array:
        return self.output_of(self.X[..., ::-1, ::-1], self.flipped)

    @item(points=1, prints=("upstream",))
    def bias_gradient(self) -> Array:
        """The gradient ∂L/∂b of a bias b added to every entry of H.

        Shape (...).
        """
        return np.asarray(self.upstream.sum(axis=-1))

    @bias_gradient.steps
    def _(self, bias_gradient: Array) -> tuple[Sum, ...]:
        entries = tuple((entry,) for entry in self.upstream.tolist())
        return (Sum(Partial(LOSS, BIAS), entries, int(bias_gradient)),)

    @bias_gradient.space
    def _(self) -> int:
        return 6 + ceil(len(self.outputs) / 8)

    @bias_gradient.effort
    def _(self) -> Array:
        return effort_of_sums(self.upstream[..., None, :], np.array(1))

    @bias_gradient.mistake("counted the outputs instead of adding their gradients")
    def _(self) -> Array:
        return np.full(self.upstream.shape[:-1], self.upstream.shape[-1])

    @bias_gradient.mistake("averaged instead of adding", keeps=HALF)
    def _(self, bias_gradient: Array) -> Array | None:
        outputs = self.upstream.shape[-1]
        return bias_gradient * Fraction(1, outputs) if outputs > 1 else None

    @bias_gradient.mistake("gave one gradient per output, though the bias is shared", form="row")
    def _(self) -> Array:
        return self.upstream

    @bias_gradient.mistake("lost the minus signs", keeps=HALF)
    def _(self) -> Array:
        return np.asarray(np.abs(self.upstream).sum(axis=-1))

    @item(points=2, prints=("upstream", "learning_rate"))
    def gradient_step(self, kernel_gradient: Array) -> Array:
        """The kernel after one step of gradient descent, K − η · ∂L/∂K.

        Shape (..., kh, kw), exact fractions. Raises ``ValueError`` for a gradient of another size.
        """
        if kernel_gradient.shape != self.in_a_row(self.K).shape:
            raise ValueError("the gradient has not an entry for each of the kernel")
        return np.asarray(self.K - self._rate * self._shaped_as_kernel(kernel_gradient))

    @gradient_step.steps
    def _(self, kernel_gradient: Array) -> Array:
        """The gradient in the kernel's rows and columns."""
        return self._shaped_as_kernel(kernel_gradient)

    @gradient_step.space
    def _(self) -> int:
        return 7 + ceil(1.6 * self.kernel_shape[0])

    @gradient_step.effort
    def _(self, kernel_gradient: Array) -> Array:
        per = np.array([[rate.denominator, -rate.numerator] for rate in self._rates])
        factors = per.reshape(*self.K.shape[:-2], 1, 2)
        terms = np.stack([self.in_a_row(self.K), kernel_gradient], axis=-1)
        return effort_of_sums(factors, terms)

    @gradient_step.mistake("stepped uphill, along the gradient", keeps=HALF)
    def _(self, kernel_gradient: Array) -> Array:
        return np.asarray(self.K + self._rate * self._shaped_as_kernel(kernel_gradient))

    @gradient_step.mistake("forgot the learning rate", keeps=HALF)
    def _(self, kernel_gradient: Array) -> Array:
        return self.K - self._shaped_as_kernel(kernel_gradient)

    @gradient_step.mistake("gave the step instead of the new kernel", keeps=HALF)
    def _(self, kernel_gradient: Array) -> Array:
        return np.asarray(-self._rate * self._shaped_as_kernel(kernel_gradient))

    @item(points=3, prints=("relu_upstream",))
    def relu_gradient(self, forward: Array, kernel_jacobian: Array) -> Array:
        """The gradient ∂L/∂K where the loss depends on ReLU(H).

        Shape (..., kernel entries). Raises ``ValueError`` if an output or a Jacobian does not fit.
        """
        outputs = self.relu_upstream.shape[-1]
        if self.in_a_row(forward).shape[-1] != outputs or kernel_jacobian.shape[-2] != outputs:
            raise ValueError("the output or the Jacobian does not fit the upstream gradient")
        return self._through(self._masked(forward), kernel_jacobian)

    @relu_gradient.steps
    def _(
        self, forward: Array, kernel_jacobian: Array, relu_gradient: Array
    ) -> tuple[Array, Array, tuple[Sum, ...]]:
        """The mask, the upstream gradient that it lets pass, and the sums."""
        passed = self._masked(forward)
        sums = tuple(
            Sum(Partial(LOSS, by), tuple(zip(passed.tolist(), column, strict=True)), total)
            for by, column, total in zip(
                self.kernel_entries,
                kernel_jacobian.T.tolist(),
                relu_gradient.tolist(),
                strict=True,
            )
        )
        return (self.in_a_row(forward) > 0).astype(int), passed, sums

    @relu_gradient.space
    def _(self) -> int:
        return 9 + sum_lines(len(self.kernel_entries), len(self.outputs))

    @relu_gradient.effort
    def _(self, forward: Array, kernel_jacobian: Array) -> Array:
        passed = self._masked(forward)[..., None, :]
        copied = effort_of_copying(self.in_a_row(forward)[..., None, :])
        return effort_of_sums(passed, np.swapaxes(kernel_jacobian, -2, -1)) + copied

    @relu_gradient.mistake("forgot the mask of ReLU", keeps=HALF)
    def _(self, kernel_jacobian: Array) -> Array:
        return self._through(self.relu_upstream, kernel_jacobian)

    @relu_gradient.mistake("let the negative outputs pass", keeps=HALF)
    def _(self, forward: Array, kernel_jacobian: Array) -> Array:
        return self._through(self._masked(-forward), kernel_jacobian)

    @relu_gradient.mistake("masked by the sign of the upstream gradient")
    def _(self, kernel_jacobian: Array) -> Array:
        return self._through(np.maximum(self.relu_upstream, 0), kernel_jacobian)

    @relu_gradient.mistake("multiplied by the output in place of the derivative of ReLU")
    def _(self, forward: Array, kernel_jacobian: Array) -> Array:
        passed = self.relu_upstream * np.maximum(self.in_a_row(forward), 0)
        return self._through(passed, kernel_jacobian)

    @constraint("X", "K", "relu_upstream")
    def no_output_is_at_the_kink(self, forward: Array) -> Array:
        """No entry of H is 0, where ReLU has no derivative, unless its window is all padding."""
        ones = np.ones(self.X.shape[-2:], dtype=int)
        met = engine.kernel_jacobian(ones, self.kernel_shape, **self.geometry).any(axis=-1)
        return np.asarray((self.in_a_row(forward) != 0)[..., met].all(axis=-1))

    @constraint("X", "K", "relu_upstream")
    def the_mask_shows(self, forward: Array) -> Array:
        """ReLU stops some entries of H and lets others pass, if there are several."""
        positive = self.in_a_row(forward) > 0
        if positive.shape[-1] == 1:
            return np.asarray(positive.all(axis=-1))
        return np.asarray(positive.any(axis=-1) & ~positive.all(axis=-1))

    @constraint("relu_upstream")
    def relu_upstream_is_not_zero(self) -> Array:
        """The upstream gradient of ReLU is not all zero."""
        return np.asarray(self.relu_upstream.any(axis=-1))

    # What texts and mistakes need

    @property
    def flipped(self) -> Array:
        return self.K[..., ::-1, ::-1]

    @property
    def symmetric(self) -> bool:
        """Whether flipping leaves the kernel as it is."""
        return bool((self.flipped == self.K).all())

    @property
    def rectified(self) -> tuple[Symbol, ...]:
        """The entries of R = ReLU(H)."""
        return tuple(Symbol("R", output.index) for output in self.outputs)

    @property
    def _rate(self) -> Array:
        return np.asarray(self.learning_rate)[..., None, None]

    @property
    def _rates(self) -> list[Fraction]:
        return np.asarray(self.learning_rate).ravel().tolist()

    def _for_each(self, values: tuple[int, ...]) -> Array:
        """The same for each candidate of the batch."""
        return np.broadcast_to(np.array(values), (*self.X.shape[:-2], len(values)))

    def _size_if_it_differs(self, **changes: tuple[int, int]) -> Array | None:
        if not self._differs(self.X, self.K, **changes):
            return None
        rows, columns = self.X.shape[-2:]
        size = output_shape((rows, columns), self.kernel_shape, **self._changed(changes))
        return self._for_each(size) if size != self.size else None

    def _flipped_along(self, axis: int) -> Array | None:
        if 1 in self.kernel_shape:
            return None
        return self.output_of(self.X, np.flip(self.K, axis))

    def _shaped_as_kernel(self, entries: Array) -> Array:
        return np.asarray(entries.reshape(*entries.shape[:-1], *self.kernel_shape))

    def _masked(self, forward: Array) -> Array:
        return np.asarray(self.relu_upstream * (self.in_a_row(forward) > 0))

    def _through(self, upstream: Array, kernel_jacobian: Array) -> Array:
        return np.asarray((upstream[..., :, None] * kernel_jacobian).sum(axis=-2))
