"""A dense layer y = W x + b, with a squared error or with softmax and cross-entropy."""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field

from worksheetgen.engine import dense as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.base import HALF, MOST, Problem, constraint, item
from worksheetgen.problems.drawing import entries
from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.problems.settings import Bounds, Index, Matrix, Row, Settings
from worksheetgen.problems.slips import sign_lost
from worksheetgen.problems.steps import Partial, Sum, Symbol, sum_lines

LOSS = Symbol("L")
Units = Annotated[int, Field(strict=True, ge=1, le=6)]
Odds = Annotated[int, Field(strict=True, ge=1, le=20)]
NO_LABEL = "forgot to subtract the label"
REVERSED = "reversed the sign of the difference"
NO_TARGET = "used the output in place of its difference from the target"


SMALLEST, LARGEST = {"inputs": 1, "outputs": 2}, 6


class DenseSample(Settings):
    """What to draw from."""

    inputs: Units = 3
    """Entries of the input x."""
    outputs: Annotated[int, Field(strict=True, ge=2, le=6)] = 2
    """Entries of the output y."""
    values: Bounds = (-3, 3)
    """Smallest and largest entry of x, W, b and t, both included."""
    odds: tuple[Odds, Odds] = (1, 7)
    """Smallest and largest number under a logarithm in the logits."""


class DenseGiven(Settings):
    """What to fix."""

    x: Row | None = None
    """The input."""
    W: Matrix | None = None
    """The weights, a row per output."""
    b: Row | None = None
    """The bias."""
    target: Row | None = None
    """The target of the squared error."""
    odds: Row | None = None
    """The numbers under the logarithms in the logits."""
    label: Index | None = None
    """The right class, counted from 0."""


@dataclass(frozen=True, eq=False)
class Dense(Problem):
    """The givens of a dense layer; arrays may carry a batch axis."""

    Sample = DenseSample
    Given = DenseGiven
    variable = ("x", "W", "b", "target", "odds", "label")
    shown = frozenset({"x", "W", "b"})
    usual = ("forward", "squared_error", "weight_gradient", "bias_gradient", "input_gradient")
    levels = MappingProxyType(
        {"easy": {"inputs": 2, "values": (-2, 2)}, "hard": {"outputs": 3, "values": (-4, 4)}}
    )

    x: Array
    W: Array
    b: Array
    target: Array
    odds: Array
    """The logits are their logarithms, so that probabilities are exact."""
    label: Array

    @classmethod
    def check(cls, sample: DenseSample, given: DenseGiven) -> None:
        for key, smallest in SMALLEST.items():
            size = getattr(sample, key)
            if not smallest <= size <= LARGEST:
                raise ValueError(f"given.W has {size} {key}; it needs {smallest} to {LARGEST}")
        sizes = {"x": sample.inputs, "b": sample.outputs, "target": sample.outputs}
        for key, size in (sizes | {"odds": sample.outputs}).items():
            fixed = getattr(given, key)
            if fixed is not None and len(fixed) != size:
                raise ValueError(f"given.{key} has {len(fixed)} entries, it needs {size}")
        if given.odds is not None and min(given.odds) < 1:
            raise ValueError("given.odds: a logarithm needs a positive number")
        if given.label is not None and given.label >= sample.outputs:
            raise ValueError(f"given.label is {given.label}; classes count from 0")
        low, high = sample.odds
        if high - low + 1 < sample.outputs:
            raise ValueError(
                f"sample.odds: {sample.outputs} different classes need as many numbers; give the "
                "smallest first, and a larger largest"
            )

    @classmethod
    def settle(cls, sample: DenseSample, given: DenseGiven) -> DenseSample:
        if given.W is None:
            return sample
        return sample.model_copy(update={"inputs": len(given.W[0]), "outputs": len(given.W)})

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        inputs, outputs = rng.integers((1, 2), (6, 6)).tolist()
        largest = int(rng.integers(2, 10))
        return {
            "inputs": inputs,
            "outputs": outputs,
            "values": (-largest, largest),
            "odds": (1, int(rng.integers(outputs + 1, 20))),
        }

    @classmethod
    def draw(cls, sample: DenseSample, given: DenseGiven, rng: Generator, count: int) -> Self:
        draw = partial(entries, rng, sample.values, count)
        n, m = sample.inputs, sample.outputs
        return cls(
            x=draw((n,), given.x),
            W=draw((m, n), given.W),
            b=draw((m,), given.b),
            target=draw((m,), given.target),
            odds=entries(rng, sample.odds, count, (m,), given.odds),
            label=entries(rng, (0, m - 1), count, (), given.label),
        )

    @constraint("x")
    def input_is_full(self) -> Array:
        """The input x has no zero, and not all of its entries are equal."""
        several = self.x.shape[-1] == 1 or np.ptp(self.x, axis=-1) > 0
        return np.asarray(self.x.all(axis=-1) & several)

    @constraint("W")
    def weights_are_not_zero(self) -> Array:
        """Each row of W has an entry that is not zero."""
        return np.asarray(self.W.any(axis=-1).all(axis=-1))

    @constraint("b")
    def bias_is_full(self) -> Array:
        """The bias b has no zero."""
        return np.asarray(self.b.all(axis=-1))

    @constraint("x", "W", "b", "target")
    def no_output_is_on_target(self, forward: Array) -> Array:
        """No entry of y meets its target."""
        return np.asarray((forward != self.target).all(axis=-1))

    @constraint("odds")
    def classes_differ(self) -> Array:
        """No two classes are equally probable."""
        ordered = np.sort(self.odds, axis=-1)
        return np.asarray((np.diff(ordered, axis=-1) > 0).all(axis=-1))

    # Squared error

    @item(points=2)
    def forward(self) -> Array:
        """The output y = W x + b.

        Shape (..., outputs).
        """
        return engine.dense(self.W, self.x, self.b)

    @forward.steps
    def _(self, forward: Array) -> tuple[Sum, ...]:
        x, rows = self.x.tolist(), zip(self.W.tolist(), self.b.tolist(), strict=True)
        return tuple(
            Sum(target, (*zip(row, x, strict=True), (bias,)), total)
            for target, (row, bias), total in zip(
                self.named("y", self.b), rows, forward.tolist(), strict=True
            )
        )

    @forward.space
    def _(self) -> int:
        return 5 + sum_lines(self.b.shape[-1], self.x.shape[-1] + 1)

    @forward.effort
    def _(self) -> Array:
        return effort_of_sums(self.W, self.x[..., None, :]) + effort_of_copying(self.b[..., None])

    @forward.mistake("forgot the bias", keeps=HALF)
    def _(self, forward: Array) -> Array:
        return np.asarray(forward - self.b)

    @forward.mistake("subtracted the bias", keeps=HALF)
    def _(self, forward: Array) -> Array:
        return np.asarray(forward - 2 * self.b)

    @forward.mistake("multiplied by the transposed matrix", keeps=HALF)
    def _(self) -> Array | None:
        if not self.square:
            return None
        return engine.dense(np.swapaxes(self.W, -2, -1), self.x, self.b)

    @forward.mistake("took minus times minus as minus", keeps=MOST)
    def _(self) -> Array:
        return np.asarray(sign_lost(self.W, self.x[..., None, :]).sum(axis=-1) + self.b)

    @item(points=1, prints=("target",))
    def squared_error(self, forward: Array) -> Array:
        """The loss L = ½ ‖y − t‖², an exact fraction.

        Shape (...). Raises ``ValueError`` for an output of another size.
        """
        return engine.half_squares(self._difference(forward))

    @squared_error.steps
    def _(self, forward: Array) -> tuple[Array, Sum]:
        """The differences, and the sum of their squares."""
        difference = self._difference(forward)
        squares = tuple((d, d) for d in difference.tolist())
        return difference, Sum(Symbol("S"), squares, int((difference**2).sum()))

    @squared_error.space
    def _(self) -> int:
        return 8

    @squared_error.effort
    def _(self, forward: Array) -> Array:
        difference = (forward - self.target)[..., None, :]
        return effort_of_sums(difference, difference)

    @squared_error.mistake("forgot the factor one half", keeps=HALF)
    def _(self, squared_error: Array) -> Array:
        return np.asarray(2 * squared_error)

    @squared_error.mistake("added the differences without squaring them")
    def _(self, forward: Array) -> Array:
        return np.asarray((forward - self.target).sum(axis=-1) * Fraction(1, 2))

    @squared_error.mistake("took the sum of output and target", keeps=HALF)
    def _(self, forward: Array) -> Array:
        return engine.half_squares(forward + self.target)

    @item(points=2, prints=("target",))
    def weight_gradient(self, forward: Array) -> Array:
        """The gradient ∂L/∂W = (y − t) xᵀ of the squared error.

        Shape (..., outputs, inputs). Raises ``ValueError`` for an output of another size.
        """
        return engine.outer(self._difference(forward), self.x)

    @weight_gradient.steps
    def _(self, forward: Array) -> Array:
        return self._difference(forward)

    @weight_gradient.space
    def _(self) -> int:
        return 7 + 2 * len(self.named("y", self.b))

    @weight_gradient.effort
    def _(self, forward: Array) -> Array:
        return self._effort_of_outer(forward - self.target)

    @weight_gradient.mistake("transposed the gradient", keeps=HALF)
    def _(self, weight_gradient: Array) -> Array:
        return np.swapaxes(weight_gradient, -2, -1)

    @weight_gradient.mistake(NO_TARGET, keeps=HALF)
    def _(self, forward: Array) -> Array:
        return engine.outer(forward, self.x)

    @weight_gradient.mistake(REVERSED, keeps=HALF)
    def _(self, weight_gradient: Array) -> Array:
        return -weight_gradient

    @weight_gradient.mistake("forgot the input")
    def _(self, forward: Array) -> Array:
        return engine.outer(forward - self.target, np.ones_like(self.x))

    @item(points=1, prints=("target",))
    def bias_gradient(self, forward: Array) -> Array:
        """The gradient ∂L/∂b = y − t of the squared error.

        Shape (..., outputs). Raises ``ValueError`` for an output of another size.
        """
        return self._difference(forward)

    @bias_gradient.space
    def _(self) -> int:
        return 7

    @bias_gradient.effort
    def _(self, forward: Array) -> Array:
        return effort_of_copying(np.stack([forward, self.target], axis=-1))

    @bias_gradient.mistake(REVERSED, keeps=HALF)
    def _(self, bias_gradient: Array) -> Array:
        return -bias_gradient

    @bias_gradient.mistake(NO_TARGET)
    def _(self, forward: Array) -> Array:
        return forward

    @bias_gradient.mistake("multiplied by the bias", keeps=HALF)
    def _(self, bias_gradient: Array) -> Array:
        return bias_gradient * self.b

    @item(points=2, prints=("target",))
    def input_gradient(self, forward: Array) -> Array:
        """The gradient ∂L/∂x = Wᵀ (y − t) of the squared error.

        Shape (..., inputs). Raises ``ValueError`` for an output of another size.
        """
        return engine.back(self.W, self._difference(forward))

    @input_gradient.steps
    def _(self, forward: Array, input_gradient: Array) -> tuple[Array, tuple[Sum, ...]]:
        difference = self._difference(forward)
        return difference, self._sums_back(difference, input_gradient)

    @input_gradient.space
    def _(self) -> int:
        return 7 + sum_lines(self.x.shape[-1], self.b.shape[-1])

    @input_gradient.effort
    def _(self, forward: Array) -> Array:
        return self._effort_back(forward - self.target)

    @input_gradient.mistake("did not transpose the matrix", keeps=HALF)
    def _(self, forward: Array) -> Array | None:
        if not self.square:
            return None
        return engine.back(np.swapaxes(self.W, -2, -1), forward - self.target)

    @input_gradient.mistake(NO_TARGET, keeps=HALF)
    def _(self, forward: Array) -> Array:
        return engine.back(self.W, forward)

    @input_gradient.mistake(REVERSED, keeps=HALF)
    def _(self, input_gradient: Array) -> Array:
        return -input_gradient

    @input_gradient.mistake("took minus times minus as minus", keeps=MOST)
    def _(self, forward: Array) -> Array:
        difference = forward - self.target
        return np.asarray(sign_lost(self.W, difference[..., :, None]).sum(axis=-2))

    # Softmax and cross-entropy

    @item(points=2, prints=("odds",))
    def softmax(self) -> Array:
        """The probabilities that softmax gives to logits ln a, exact fractions.

        Shape (..., outputs).
        """
        return engine.shares(self.odds)

    @softmax.steps
    def _(self) -> Sum:
        return Sum(Symbol("S"), tuple((a,) for a in self.odds.tolist()), int(self.odds.sum()))

    @softmax.space
    def _(self) -> int:
        return 9

    @softmax.effort
    def _(self) -> Array:
        return effort_of_sums(self.odds[..., None, :], np.array(1))

    @softmax.mistake("forgot to divide by the sum", keeps=HALF)
    def _(self) -> Array:
        return self.odds

    @softmax.mistake("divided by the number of classes")
    def _(self) -> Array:
        return np.asarray(self.odds * Fraction(1, self.odds.shape[-1]))

    @softmax.mistake("divided by the largest instead of the sum", keeps=HALF)
    def _(self) -> Array:
        largest = self.odds.max(axis=-1)[..., None].astype(object)
        return np.asarray(self.odds * (Fraction(1) / largest))

    @item(points=1, prints=("odds", "label"))
    def logit_gradient(self, softmax: Array) -> Array:
        """The gradient ∂L/∂z = p − e of the cross-entropy, e one at the label.

        Shape (..., outputs), exact fractions. Raises ``ValueError`` for another number of classes.
        """
        return self._surprise(softmax)

    @logit_gradient.steps
    def _(self, softmax: Array) -> tuple[Array, Array]:
        return softmax, self.one_hot

    @logit_gradient.space
    def _(self) -> int:
        return 8

    @logit_gradient.effort
    def _(self) -> Array:
        return effort_of_copying(self._counts[..., None, :])

    @logit_gradient.mistake(NO_LABEL, keeps=HALF)
    def _(self, softmax: Array) -> Array:
        return softmax

    @logit_gradient.mistake(REVERSED, keeps=HALF)
    def _(self, logit_gradient: Array) -> Array:
        return -logit_gradient

    @logit_gradient.mistake("took the gradient of the right class alone", keeps=HALF)
    def _(self, logit_gradient: Array) -> Array:
        return np.asarray(logit_gradient * self.one_hot)

    @item(points=2, prints=("odds", "label"))
    def softmax_weight_gradient(self, logit_gradient: Array) -> Array:
        """The gradient ∂L/∂W = (p − e) xᵀ of the cross-entropy.

        Shape (..., outputs, inputs), exact fractions.
        """
        return engine.outer(logit_gradient, self.x)

    @softmax_weight_gradient.steps
    def _(self, logit_gradient: Array) -> Array:
        return logit_gradient

    @softmax_weight_gradient.space
    def _(self) -> int:
        return 7 + 2 * len(self.named("y", self.b))

    @softmax_weight_gradient.effort
    def _(self) -> Array:
        return self._effort_of_outer(self._counts)

    @softmax_weight_gradient.mistake(NO_LABEL, keeps=HALF)
    def _(self, softmax: Array) -> Array:
        return engine.outer(softmax, self.x)

    @softmax_weight_gradient.mistake("transposed the gradient", keeps=HALF)
    def _(self, softmax_weight_gradient: Array) -> Array:
        return np.swapaxes(softmax_weight_gradient, -2, -1)

    @softmax_weight_gradient.mistake(REVERSED, keeps=HALF)
    def _(self, softmax_weight_gradient: Array) -> Array:
        return -softmax_weight_gradient

    @item(points=2, prints=("odds", "label"))
    def softmax_input_gradient(self, logit_gradient: Array) -> Array:
        """The gradient ∂L/∂x = Wᵀ (p − e) of the cross-entropy.

        Shape (..., inputs), exact fractions.
        """
        return engine.back(self.W, logit_gradient)

    @softmax_input_gradient.steps
    def _(self, logit_gradient: Array) -> Array:
        return logit_gradient

    @softmax_input_gradient.space
    def _(self) -> int:
        return 7 + 2 * len(self.named("x", self.x))

    @softmax_input_gradient.effort
    def _(self) -> Array:
        return self._effort_back(self._counts)

    @softmax_input_gradient.mistake(NO_LABEL, keeps=HALF)
    def _(self, softmax: Array) -> Array:
        return engine.back(self.W, softmax)

    @softmax_input_gradient.mistake("did not transpose the matrix", keeps=HALF)
    def _(self, logit_gradient: Array) -> Array | None:
        if not self.square:
            return None
        return engine.back(np.swapaxes(self.W, -2, -1), logit_gradient)

    @softmax_input_gradient.mistake(REVERSED, keeps=HALF)
    def _(self, softmax_input_gradient: Array) -> Array:
        return -softmax_input_gradient

    # What texts and mistakes need

    @property
    def square(self) -> bool:
        inputs, outputs = int(self.x.shape[-1]), int(self.b.shape[-1])
        return inputs == outputs > 1

    @property
    def weights(self) -> tuple[Symbol, ...]:
        return tuple(Symbol("W", index) for index in np.ndindex(self.W.shape[-2:]))

    @property
    def one_hot(self) -> Array:
        """1 at the label, 0 elsewhere."""
        classes = np.arange(self.odds.shape[-1])
        return np.asarray((classes == np.asarray(self.label)[..., None]).astype(np.int64))

    @property
    def total_odds(self) -> int:
        return int(self.odds.sum())

    def named(self, letter: str, values: Array) -> tuple[Symbol, ...]:
        return tuple(Symbol(letter, (index,)) for index in range(values.shape[-1]))

    @property
    def _counts(self) -> Array:
        """The numerators of p − e over the sum of the odds."""
        return np.asarray(self.odds - self.odds.sum(axis=-1, keepdims=True) * self.one_hot)

    def _difference(self, forward: Array) -> Array:
        if forward.shape != self.target.shape:
            raise ValueError("the output has not an entry for each of the target")
        return forward - self.target

    def _surprise(self, softmax: Array) -> Array:
        return np.asarray(softmax - self.one_hot)

    def _sums_back(self, difference: Array, gradient: Array) -> tuple[Sum, ...]:
        columns = self.W.T.tolist()
        return tuple(
            Sum(Partial(LOSS, by), tuple(zip(column, difference.tolist(), strict=True)), total)
            for by, column, total in zip(
                self.named("x", self.x), columns, gradient.tolist(), strict=True
            )
        )

    def _effort_of_outer(self, difference: Array) -> Array:
        products = (difference[..., :, None], self.x[..., None, :])
        one, other = (
            part.reshape(*part.shape[:-2], -1, 1) for part in np.broadcast_arrays(*products)
        )
        return effort_of_sums(one, other)

    def _effort_back(self, difference: Array) -> Array:
        return effort_of_sums(np.swapaxes(self.W, -2, -1), difference[..., None, :])
