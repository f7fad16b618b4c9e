"""A dense layer y = W x + b, with a squared error or with softmax and cross-entropy."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from worksheetgen.engine import dense as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.base import Problem
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import constraint, item
from worksheetgen.problems.mistakes import (
    MOST,
    NONE,
    NOT_SUMMED,
    QUARTER,
    REVERSED,
    SIGN_LOST,
    instead,
    of_answer,
    own,
)
from worksheetgen.problems.settings import Bounds, Index, Matrix, Row, Settings
from worksheetgen.problems.steps import LOSS, Partial, Symbol, named
from worksheetgen.problems.work import ABSENT, Entries, Figure, Sums, columns, row

LARGEST = 6
Units = Annotated[int, Field(strict=True, ge=1, le=LARGEST)]
Odds = Annotated[int, Field(strict=True, ge=1, le=20)]

NO_TARGET = "output used instead of its difference from the target"
NO_LABEL = "1 not subtracted at the true class"
TRANSPOSED = of_answer("gradient transposed", "turned", MOST)
LAYER = ("x", "W", "b")
REGRESSION = (*LAYER, "target")


class DenseSample(Settings):
    """What to draw from."""

    inputs: Units = 3
    """Entries of the input x."""
    outputs: Annotated[int, Field(strict=True, ge=2, le=LARGEST)] = 2
    """Entries of the output y."""
    values: Bounds = (-3, 3)
    """Smallest and largest entry of x, W, b and t, both included."""
    odds: tuple[Odds, Odds] = (1, 7)
    """Smallest and largest number under a logarithm in the logits."""


def _label(rng: Generator, sample: DenseSample, count: int) -> Array:
    return rng.integers(0, sample.outputs, size=count)


@dataclass(frozen=True, eq=False)
class Dense(Problem):
    """The givens of a dense layer; arrays may carry a batch axis."""

    Sample = DenseSample
    usual = ("forward", "squared_error", "weight_gradient", "bias_gradient", "input_gradient")
    levels = {"easy": {"inputs": 2, "values": (-2, 2)}, "hard": {"outputs": 3, "values": (-4, 4)}}
    ranges = {"inputs": (1, 6), "outputs": (2, 6)}

    x: Array = drawn(Row, lambda sample: (sample.inputs,), "The input.")
    W: Array = drawn(Matrix, ("outputs", "inputs"), "The weights, a row per output.")
    b: Array = drawn(Row, lambda sample: (sample.outputs,), "The bias.")
    target: Array = drawn(Row, lambda sample: (sample.outputs,), "The target of the squared error.")
    odds: Array = drawn(
        Row,
        lambda sample: (sample.outputs,),
        "The numbers under the logarithms in the logits.",
        values="odds",
    )
    """The logits are their logarithms, so that probabilities are exact."""
    label: Array = drawn(
        Index,
        lambda _: (),
        "The true class, counted from 0.",
        chosen=_label,
    )

    @classmethod
    def check_given(cls, sample: DenseSample, given: Any) -> None:
        if given.odds is not None and min(given.odds) < 1:
            raise ValueError("given.odds: a logarithm needs a positive number")
        if given.label is not None and given.label >= sample.outputs:
            raise ValueError(f"given.label is {given.label}; classes count from 0")

    @classmethod
    def check_sample(cls, sample: DenseSample) -> None:
        low, high = sample.odds
        if high - low + 1 < sample.outputs:
            raise ValueError(
                f"sample.odds: {sample.outputs} different classes need as many numbers; give the "
                "smallest first, and a larger largest"
            )

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        chosen = super().guess(rng)
        return chosen | {"odds": (1, int(rng.integers(chosen["outputs"] + 1, 20)))}

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

    @item(
        2,
        instead("bias forgotten", MOST, b="zeros"),
        instead("bias subtracted", MOST, b="negated"),
        instead("multiplied by the transposed matrix", W="transposed_if_square"),
        NOT_SUMMED,
        SIGN_LOST,
        prints=LAYER,
    )
    def forward(self) -> Sums:
        """The output y = W x + b. Shape (..., outputs)."""
        return Sums(self.W, row(self.x), named("y", self.b.shape[-1]), plus=self.b)

    @item(
        1,
        of_answer("factor one half forgotten", "doubled"),
        own("differences not squared", "half_sum_of_differences", NONE),
        own("sum squared instead of squares summed", "half_square_of_sum"),
        own("divided by the number of outputs", "error_by_outputs", MOST),
        instead("target added instead of subtracted", target="negated"),
        prints=REGRESSION,
        room=6,
    )
    def squared_error(self, forward: Array) -> Sums:
        """The loss L = ½ ‖y − t‖², an exact fraction.

        Raises ``ValueError`` for an output of another size.
        """
        d = self._difference(forward)
        return Sums(
            row(d),
            row(d),
            [Symbol("S")],
            over=2,
            shape=(),
            shows={"output": forward, "difference": d},
        )

    @item(
        2,
        TRANSPOSED,
        own(NO_TARGET, "output_times_input"),
        REVERSED,
        own("input forgotten", "difference_in_each_column", QUARTER),
        SIGN_LOST,
        prints=REGRESSION,
    )
    def weight_gradient(self, forward: Array) -> Sums:
        """The gradient ∂L/∂W = (y − t) xᵀ of the squared error.

        Raises ``ValueError`` for an output of another size.
        """
        d = self._difference(forward)
        return self._outer(d, {"output": forward, "difference": d, "input": self.x})

    @item(
        1,
        REVERSED,
        own(NO_TARGET, "output"),
        own("summed to one number", "sum_of_differences", form="number"),
        own("multiplied by the input", "difference_times_input", QUARTER, form="matrix"),
        of_answer("factor 2 left in", "doubled", MOST),
        prints=REGRESSION,
    )
    def bias_gradient(self, forward: Array) -> Entries:
        """The gradient ∂L/∂b = y − t of the squared error.

        Raises ``ValueError`` for an output of another size.
        """
        read = [row(forward), row(self.target)]
        return Entries(self._difference(forward), read=read, shows={"output": forward})

    @item(
        2,
        own("W not transposed", "difference_not_transposed"),
        own(NO_TARGET, "output_back"),
        REVERSED,
        own("upstream gradient not used", "column_sums"),
        NOT_SUMMED,
        SIGN_LOST,
        prints=REGRESSION,
    )
    def input_gradient(self, forward: Array) -> Sums:
        """The gradient ∂L/∂x = Wᵀ (y − t) of the squared error.

        Raises ``ValueError`` for an output of another size.
        """
        d = self._difference(forward)
        targets = [Partial(LOSS, by) for by in named("x", self.x.shape[-1])]
        return Sums(columns(self.W), row(d), targets, shows={"output": forward, "difference": d})

    # Softmax and cross-entropy

    @item(
        1,
        own("not divided by the sum", "odds_themselves"),
        of_answer("classes interchanged", "mirrored", MOST),
        prints=("odds",),
    )
    def softmax(self) -> Figure:
        """The probabilities that softmax gives to logits ln a, exact fractions."""
        return Figure(engine.shares(self.odds), [Sums(row(self.odds), targets=[Symbol("S")])])

    @item(
        1,
        own(NO_LABEL, "probabilities"),
        REVERSED,
        own("true class counted from 1", "gradient_of_class_before", MOST),
        own("only the entry of the true class", "gradient_of_label"),
        own("gradient with respect to p given", "gradient_by_probabilities"),
        prints=("odds", "label"),
    )
    def logit_gradient(self, softmax: Array) -> Entries:
        """The gradient ∂L/∂z = p − e of the cross-entropy, e one at the label."""
        shows = {"probabilities": softmax, "one_hot": self.one_hot}
        return Entries(softmax - self.one_hot, read=[row(self._counts)], shows=shows)

    @item(
        2,
        own(NO_LABEL, "probabilities_times_input"),
        TRANSPOSED,
        REVERSED,
        own("input forgotten", "logits_in_each_column", QUARTER),
        prints=("x", "odds", "label"),
    )
    def softmax_weight_gradient(self, logit_gradient: Array) -> Figure:
        """The gradient ∂L/∂W = (p − e) xᵀ of the cross-entropy. Exact fractions."""
        shows = {"probabilities": engine.shares(self.odds), "logits": logit_gradient}
        shows["input"] = self.x
        gradient = engine.outer(logit_gradient, self.x)
        return Figure(gradient, [self._outer(self._counts, {})], shows=shows)

    @item(
        2,
        own(NO_LABEL, "probabilities_back"),
        instead("W not transposed", W="transposed_if_square"),
        REVERSED,
        own("upstream gradient not used", "column_sums"),
        prints=("W", "odds", "label"),
    )
    def softmax_input_gradient(self, logit_gradient: Array) -> Figure:
        """The gradient ∂L/∂x = Wᵀ (p − e) of the cross-entropy. Exact fractions."""
        shows = {"probabilities": engine.shares(self.odds), "logits": logit_gradient}
        shows["transposed"] = columns(self.W)
        back = Sums(columns(self.W), row(self._counts))
        return Figure(engine.back(self.W, logit_gradient), [back], shows=shows)

    # Mistakes

    def transposed_if_square(self) -> Array | None:
        inputs, outputs = self.x.shape[-1], self.b.shape[-1]
        return columns(self.W) if inputs == outputs > 1 else None

    def output(self, forward: Array) -> Array:
        return forward

    def half_sum_of_differences(self, forward: Array) -> Array:
        return np.asarray((forward - self.target).sum(axis=-1) * Fraction(1, 2))

    def output_times_input(self, forward: Array) -> Array:
        return engine.outer(forward, self.x)

    def difference_in_each_column(self, forward: Array) -> Array:
        return engine.outer(forward - self.target, np.ones_like(self.x))

    def half_square_of_sum(self, forward: Array) -> Array:
        return np.asarray((forward - self.target).sum(axis=-1) ** 2 * Fraction(1, 2))

    def error_by_outputs(self, squared_error: Array) -> Array:
        return np.asarray(squared_error * Fraction(1, self.b.shape[-1]))

    def sum_of_differences(self, bias_gradient: Array) -> Array:
        return np.asarray(bias_gradient.sum(axis=-1))

    def difference_times_input(self, bias_gradient: Array) -> Array:
        return engine.outer(bias_gradient, self.x)

    def column_sums(self) -> Array:
        return np.asarray(self.W.sum(axis=-2))

    def difference_not_transposed(self, forward: Array) -> Array | None:
        W = self.transposed_if_square()
        return None if W is None else engine.back(W, forward - self.target)

    def output_back(self, forward: Array) -> Array:
        return engine.back(self.W, forward)

    def odds_themselves(self) -> Array:
        return self.odds

    def probabilities(self, softmax: Array) -> Array:
        return softmax

    def gradient_of_class_before(self, softmax: Array) -> Array:
        label = np.asarray(self.label)[..., None]
        wrong = softmax - (np.arange(self.odds.shape[-1]) == label - 1).astype(np.int64)
        return np.asarray(np.where(label == 0, ABSENT, wrong))

    def gradient_by_probabilities(self, softmax: Array) -> Array:
        inverse = -1 * (Fraction(1) / softmax.astype(object))
        return np.asarray(inverse * self.one_hot)

    def logits_in_each_column(self, logit_gradient: Array) -> Array:
        return engine.outer(logit_gradient, np.ones_like(self.x))

    def gradient_of_label(self, logit_gradient: Array) -> Array:
        return np.asarray(logit_gradient * self.one_hot)

    def probabilities_times_input(self, softmax: Array) -> Array:
        return engine.outer(softmax, self.x)

    def probabilities_back(self, softmax: Array) -> Array:
        return engine.back(self.W, softmax)

    # What texts and mistakes need

    @property
    def one_hot(self) -> Array:
        """1 at the label, 0 elsewhere."""
        classes = np.arange(self.odds.shape[-1])
        return np.asarray((classes == np.asarray(self.label)[..., None]).astype(np.int64))

    @property
    def weights(self) -> tuple[Symbol, ...]:
        return named("W", *self.W.shape[-2:])

    @property
    def _counts(self) -> Array:
        """The numerators of p − e over the sum of the odds."""
        return np.asarray(self.odds - self.odds.sum(axis=-1, keepdims=True) * self.one_hot)

    def _difference(self, forward: Array) -> Array:
        if forward.shape != self.target.shape:
            raise ValueError("the output has not an entry for each of the target")
        return forward - self.target

    def _outer(self, gradient: Array, shows: dict[str, Any]) -> Sums:
        """A product for each weight."""
        m, n = self.W.shape[-2:]
        ones = np.ones((m, n), dtype=int)
        factors = (gradient[..., :, None] * ones, self.x[..., None, :] * ones)
        one, other = (each.reshape(*self.batch, m * n, 1) for each in factors)
        return Sums(one, other, shape=(m, n), shows=shows)
