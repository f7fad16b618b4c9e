"""The convolutional layer with one channel, from its output's shape to a step of training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array
from worksheetgen.engine.exact import as_json
from worksheetgen.engine.output_size import Pair
from worksheetgen.problems.convolution.layer import Layer
from worksheetgen.problems.items import Json, constraint, item
from worksheetgen.problems.mistakes import (
    ADDED,
    MOST,
    NONE,
    QUARTER,
    REVERSED,
    SIGN_LOST,
    instead,
    of_answer,
    own,
)
from worksheetgen.problems.steps import LOSS, Partial, Symbol
from worksheetgen.problems.windows import padding_once, rounded_up, size_formulas
from worksheetgen.problems.work import Entries, Figure, Sums, columns, row

BIAS = Symbol("b")
FLIPPED = instead("kernel flipped", K="flipped")
NO_STRIDE = instead("stride ignored", stride=(1, 1))
NO_DILATION = instead("dilation ignored", dilation=(1, 1))
OTHERWISE = (NO_STRIDE, instead("padding ignored", padding=(0, 0)), NO_DILATION)
MOST_WEIGHTED = 48
"""Entries of a Jacobian that a row of the marking key has room for."""
HUNDRED = 100
"""The parts of one by which ``gradient_sign`` moves an entry."""
COLUMN_BY_COLUMN = "listed column by column"


def directions(answer: Array) -> Json:
    """The two signs that answer ``gradient_sign``, in words, and the change if it is asked for.

    >>> directions(np.array([-1, 1]))
    {'increase': 'decreases', 'decrease': 'increases'}
    """
    words = {1: "increases", -1: "decreases", 0: "unchanged"}
    found: dict[str, Json] = {
        "increase": words[int(answer[0])],
        "decrease": words[int(answer[1])],
    }
    return found | ({"change": as_json(answer[2])} if len(answer) > len(found) else {})


@dataclass(frozen=True, eq=False)
class Convolution(Layer):
    """All that is asked of a layer H = X ⋆ K."""

    levels = {
        "easy": {"input_shape": (3, 2), "values": (-3, 3)},
        "hard": {"input_shape": (4, 3), "padding": (1, 0), "values": (-3, 3)},
    }
    usual = ("forward", "kernel_jacobian", "kernel_gradient", "loss_term", "gradient_sign")

    @constraint("X", "K")
    def flipped_kernel_shows(self, forward: Array) -> Array:
        """Flipping the kernel K changes the output H."""
        changes = engine.cross_correlate(self.X, self.flipped, **self.geometry) != forward
        symmetric = (self.flipped == self.K).all(axis=(-2, -1))
        return np.asarray(symmetric | changes.any(axis=(-2, -1)))

    @constraint("X", "K", "relu_upstream")
    def no_output_is_at_the_kink(self, forward: Array) -> Array:
        """No entry of H is 0, where ReLU has no derivative, unless its window is all padding."""
        ones = np.ones(self.input_shape, dtype=int)
        met = engine.kernel_jacobian(ones, self.kernel_shape, **self.geometry).any(axis=-1)
        return np.asarray((self.in_a_row(forward) != 0)[..., met].all(axis=-1))

    @constraint("X", "K", "relu_upstream")
    def the_mask_shows(self, forward: Array) -> Array:
        """ReLU stops some entries of H and lets others pass, if there are several."""
        positive = self.in_a_row(forward) > 0
        if positive.shape[-1] == 1:
            return np.asarray(positive.all(axis=-1))
        return np.asarray(positive.any(axis=-1) & ~positive.all(axis=-1))

    @constraint("X", "K", "upstream")
    def hardly_a_gradient_is_zero(self, kernel_gradient: Array) -> Array:
        """At most one entry of ∂L/∂K is zero, if it has several."""
        zeros = (kernel_gradient == 0).sum(axis=-1)
        return np.asarray(zeros <= min(1, kernel_gradient.shape[-1] - 1))

    @item(
        1,
        of_answer("+1 forgotten", "one_less"),
        *OTHERWISE,
        own("padding counted once", "size_of_padding_once"),
        own("rounded up", "size_rounded_up"),
        of_answer("height and width swapped", "mirrored"),
        prints=("X", "K"),
        also="formula",
    )
    def output_shape(self) -> Figure:
        """The shape of the output H, height and width."""
        last = size_formulas(self.input_shape, self.kernel_shape, self.geometry)
        return Figure(self.for_each(self.size), last)

    # From the output to the gradient of the kernel

    @item(
        2,
        FLIPPED,
        instead("kernel transposed", K="turned"),
        *OTHERWISE,
        ADDED,
        SIGN_LOST,
        full=("X", "K"),
        prints=("X", "K"),
    )
    def forward(self) -> Sums:
        """The output H. Shape (..., oh, ow)."""
        return Sums(self.kernel_row, self.windows, self.outputs, shape=self.size)

    @item(
        2,
        own("lower row of the first window read one row too low in X", "slipped", MOST),
        of_answer("kernel flipped", "mirrored"),
        own(COLUMN_BY_COLUMN, "jacobian_by_columns", MOST),
        of_answer("Jacobian transposed", "turned", MOST),
        own("input and kernel entries interchanged", "kernel_in_every_row", NONE),
        *OTHERWISE,
        full=("X",),
        prints=("X", "K"),
    )
    def kernel_jacobian(self) -> Entries:
        """The Jacobian ∂H/∂K, both in row-major order. Shape (..., outputs, kernel entries)."""
        return Entries(self.windows, shows={"symbols": self.named_windows()})

    @item(
        3,
        instead("upstream gradient not used", upstream="ones"),
        own("upstream gradient combined with the output", "upstream_on_output", NONE, "number"),
        own("products not summed", "weighted_jacobian", form="matrix"),
        SIGN_LOST,
        own(COLUMN_BY_COLUMN, "gradient_by_columns", MOST),
        prints=("X", "K", "upstream"),
        full=("X", "upstream"),
    )
    def kernel_gradient(self, kernel_jacobian: Array) -> Sums:
        """The gradient ∂L/∂K = ∂L/∂H · ∂H/∂K. In a row.

        Raises ``ValueError`` for a Jacobian of another height.
        """
        if kernel_jacobian.shape[-2] != self.upstream.shape[-1]:
            raise ValueError("the Jacobian has not a row for each entry of the upstream gradient")
        shows = {"row": self.upstream, "times": kernel_jacobian}
        return self._through(self.upstream, kernel_jacobian, shows)

    @item(
        1,
        of_answer("vector given instead of a number", "unchanged", NONE, "row"),
        of_answer("only the signs of the coefficients kept", "signs"),
        REVERSED,
        own("coefficients at the wrong entries", "shifted_terms"),
        prints=("upstream",),
    )
    def loss_term(self) -> Entries:
        """A loss L = Σ c·H with ∂L/∂H as given, by its coefficients c."""
        return Entries(self.upstream)

    @item(
        2,
        instead("direction reversed", NONE, entry_gradient="negated"),
        instead("took the loss as independent of the entry", NONE, entry_gradient="zeros"),
        own("size of the change left out", "slope_itself"),
        own("sign of the change reversed", "other_change"),
        own("second effect left out", "first_change"),
        prints=("entry", "entry_gradient"),
        record=directions,
        room=6,
    )
    def gradient_sign(self) -> Entries:
        """What L does when a kernel entry rises, and when it falls."""
        signs = np.sign(self.entry_gradient)[..., None] * np.array([1, -1])
        read = [row(signs)]
        if not self.estimate:
            return Entries(signs, read=read)
        change = self.change * Fraction(1, HUNDRED)
        return Entries(np.concatenate([signs, np.asarray(change)[..., None]], axis=-1), read=read)

    # The layer as a map of its input

    @item(
        2,
        FLIPPED,
        of_answer("Jacobian transposed", "turned", MOST),
        instead("kernel transposed", K="kernel_by_columns"),
        own(COLUMN_BY_COLUMN, "inputs_by_columns", MOST),
        own("zeros between the kernel rows left out", "without_gaps"),
        NO_STRIDE,
        NO_DILATION,
        prints=("K",),
    )
    def input_jacobian(self) -> Entries:
        """The Jacobian ∂H/∂X, both in row-major order. Shape (..., outputs, input entries)."""
        return Entries(self.matrix_of(self.K), shows={"symbols": self.named_matrix()})

    @item(
        2,
        FLIPPED,
        of_answer("matrix transposed", "turned", MOST),
        own("zeros between the kernel rows left out", "without_gaps_turned"),
        prints=("K",),
    )
    def as_matrix(self, input_jacobian: Array) -> Entries:
        """The matrix B with vec(∂L/∂X) = B vec(∂L/∂H): the way back. Row-major order."""
        symbols = [list(column) for column in zip(*self.named_matrix(), strict=True)]
        return Entries(columns(input_jacobian), shows={"symbols": symbols})

    @item(
        3,
        instead("kernel not flipped", K="flipped"),
        instead("upstream gradient not used", upstream="ones"),
        own("overlapping contributions not added", "last_of_the_contributions"),
        own("stride ignored", "gradient_of_packed_upstream"),
        SIGN_LOST,
        prints=("K", "upstream"),
    )
    def input_gradient(self, input_jacobian: Array) -> Sums:
        """The gradient ∂L/∂X = ∂L/∂H · ∂H/∂X, in rows and columns.

        Raises ``ValueError`` for a Jacobian of another size.
        """
        if input_jacobian.shape[-2:] != (self.upstream.shape[-1], len(self.input_entries)):
            raise ValueError("the Jacobian has not a row per output and a column per input entry")
        spread, kernel = self.spread(self.upstream), self.in_a_row(self.flipped)
        partials = [Partial(LOSS, by) for by in self.input_entries]
        return Sums(
            row(self.upstream),
            columns(input_jacobian),
            shape=self.input_shape,
            shown=Sums(row(kernel), self.spread_windows(spread), partials),
            shows={"spread": spread, "flipped": self.flipped},
        )

    # Further questions

    @item(
        2,
        instead("not flipped at all", QUARTER, K="flipped"),
        own("kernel transposed", "output_of_transposed"),
        own("only the rows flipped", "rows_flipped"),
        own("only the columns flipped", "columns_flipped"),
        instead("input flipped as well", X="flipped"),
        prints=("X", "K"),
        also="condition",
    )
    def flip(self) -> Sums:
        """The output of true convolution, which flips the kernel."""
        shows = {"flipped": self.flipped}
        kernel = row(self.in_a_row(self.flipped))
        return Sums(kernel, self.windows, self.entries("C"), shape=self.size, shows=shows)

    @item(
        1,
        instead("upstream gradient not used", upstream="ones"),
        own("averaged instead of summed", "mean_gradient"),
        own("entries not summed", "upstream_itself", NONE, form="row"),
        instead("minus signs dropped", MOST, upstream="magnitudes"),
        prints=("upstream",),
    )
    def bias_gradient(self) -> Sums:
        """The gradient ∂L/∂b of a bias b added to every entry of H."""
        return Sums(row(self.upstream), targets=[Partial(LOSS, BIAS)], shape=())

    @item(
        2,
        own("step along the gradient instead of against it", "step_uphill"),
        own("learning rate forgotten", "step_of_rate_one"),
        own("step given instead of the new kernel", "step_itself"),
        own("divided by the learning rate", "step_of_inverse_rate"),
        instead("upstream gradient not used", upstream="ones"),
        prints=("X", "K", "upstream", "learning_rate"),
    )
    def gradient_step(self, kernel_gradient: Array) -> Figure:
        """The kernel after one step of gradient descent, K − η · ∂L/∂K, exact fractions.

        Raises ``ValueError`` for a gradient of another size.
        """
        if kernel_gradient.shape != self.in_a_row(self.K).shape:
            raise ValueError("the gradient has not an entry for each of the kernel")
        rates = np.asarray(self.learning_rate).reshape(-1).tolist()
        factors = np.array([[rate.denominator, -rate.numerator] for rate in rates])
        entries = np.stack([self.in_a_row(self.K), kernel_gradient], axis=-1)
        shown = self._through(self.upstream, self.windows)
        worked = Sums(factors.reshape(*self.batch, 1, 2), entries, shown=shown)
        gradient = self.as_kernel(kernel_gradient)
        return Figure(self._stepped(-1, gradient), [worked], shows={"gradient": gradient})

    @item(
        3,
        own("ReLU mask forgotten", "gradient_without_mask"),
        own("ReLU mask inverted", "gradient_of_negative_outputs"),
        own(
            "mask built from the sign of the upstream gradient",
            "gradient_by_upstream_sign",
            QUARTER,
        ),
        own("ReLU applied to the result instead of the mask", "rectified_gradient", QUARTER),
        own("multiplied by R instead of the mask", "gradient_times_output"),
        instead("upstream gradient not used", relu_upstream="ones"),
        prints=("X", "K", "relu_upstream"),
    )
    def relu_gradient(self, forward: Array, kernel_jacobian: Array) -> Sums:
        """The gradient ∂L/∂K where the loss depends on ReLU(H).

        Raises ``ValueError`` if an output or a Jacobian does not fit.
        """
        H, outputs = self.in_a_row(forward), self.relu_upstream.shape[-1]
        if H.shape[-1] != outputs or kernel_jacobian.shape[-2] != outputs:
            raise ValueError("the output or the Jacobian does not fit the upstream gradient")
        passed = np.asarray(self.relu_upstream * (H > 0))
        mask = self.as_output((H > 0).astype(int))
        shows = {"output": forward, "mask": mask, "passed": self.as_output(passed)}
        return self._through(passed, kernel_jacobian, shows, [row(H)], self.kernel_shape)

    # Mistakes

    @property
    def change(self) -> Array:
        """A hundred times the change of the loss that ``gradient_sign`` asks for."""
        second = self.partner_slope if self.estimate > 1 else 0
        return np.asarray((self.entry_gradient - second) * self.moved)

    def first_change(self, gradient_sign: Array) -> Array | None:
        if self.estimate < 2:  # noqa: PLR2004 - entries
            return None
        first = (self.entry_gradient * self.moved)[..., None] * Fraction(1, HUNDRED)
        return np.concatenate([gradient_sign[..., :2], first], axis=-1)

    def slope_itself(self, gradient_sign: Array) -> Array | None:
        return self._with_change(gradient_sign, HUNDRED)

    def other_change(self, gradient_sign: Array) -> Array | None:
        return self._with_change(gradient_sign, -1)

    def _with_change(self, signs: Array, factor: int) -> Array | None:
        """The directions with another change, if it is asked for."""
        return signs * np.array([1, 1, factor]) if self.estimate else None

    def slipped(self, kernel_jacobian: Array) -> Array | None:
        """The first window looks one input row too low from the second kernel row on.

        None if the kernel has one row, or the input no row to spare.
        """
        (rows, wide), (down, right) = self.kernel_shape, self.dilation
        last = (rows - 1) * down + 1
        if rows == 1 or last >= self.input_shape[0] + 2 * self.padding[0]:
            return None
        lower = engine.kernel_jacobian(
            self.X, (last + 1, wide), padding=self.padding, dilation=(1, right)
        )[..., 0, :]
        tops = [u * down + (u > 0) for u in range(rows)]
        slipped = kernel_jacobian.copy()
        slipped[..., 0, :] = lower[..., [top * wide + v for top in tops for v in range(wide)]]
        return slipped

    def jacobian_by_columns(self, kernel_jacobian: Array) -> Array:
        return self.by_columns(kernel_jacobian)

    def gradient_by_columns(self, kernel_gradient: Array) -> Array:
        return self.by_columns(kernel_gradient)

    def kernel_by_columns(self) -> Array:
        return self.as_kernel(self.by_columns(self.in_a_row(self.K)))

    def inputs_by_columns(self, input_jacobian: Array) -> Array | None:
        rows, wide = self.input_shape
        order = np.arange(rows * wide).reshape(rows, wide).T.ravel()
        return None if 1 in self.input_shape else input_jacobian[..., order]

    def kernel_in_every_row(self, kernel_jacobian: Array) -> Array:
        return np.broadcast_to(self.kernel_row, kernel_jacobian.shape)

    def upstream_on_output(self, forward: Array) -> Array:
        return np.asarray((self.upstream * self.in_a_row(forward)).sum(axis=-1))

    def weighted_jacobian(self, kernel_jacobian: Array) -> Array | None:
        if prod(kernel_jacobian.shape[-2:]) > MOST_WEIGHTED:
            return None
        return np.asarray(self.upstream[..., None] * kernel_jacobian)

    def shifted_terms(self) -> Array | None:
        return np.roll(self.upstream, 1, axis=-1) if self.upstream.shape[-1] > 1 else None

    def without_gaps(self, input_jacobian: Array) -> Array | None:
        """Each row with its kernel entries side by side from its first one on; None if they are."""
        met = np.array(self.named_matrix()) != 0
        starts, counts = met.argmax(axis=1), met.sum(axis=1)
        places = np.arange(met.shape[1])
        together = (places >= starts[:, None]) & (places < (starts + counts)[:, None])
        if (together == met).all() or (starts + counts > met.shape[1]).any():
            return None
        packed = np.zeros_like(input_jacobian)
        packed[..., together] = input_jacobian[..., met]
        return packed

    def without_gaps_turned(self, input_jacobian: Array) -> Array | None:
        packed = self.without_gaps(input_jacobian)
        return None if packed is None else columns(packed)

    def last_of_the_contributions(self, input_jacobian: Array) -> Array | None:
        """Each output overwrites what those before it gave; None if no two meet an entry."""
        met = np.array(self.named_matrix()) != 0
        if met.sum(axis=0).max() < 2:  # noqa: PLR2004 - two outputs
            return None
        last = len(met) - 1 - met[::-1].argmax(axis=0)
        places = np.arange(met.shape[1])
        given = self.upstream[..., last] * input_jacobian[..., last, places] * met.any(axis=0)
        return np.asarray(given).reshape(*self.batch, *self.input_shape)

    def size_of_padding_once(self) -> Array | None:
        return self._sized(padding_once) if any(self.padding) else None

    def size_rounded_up(self) -> Array | None:
        return self._sized(rounded_up) if max(self.stride) > 1 else None

    def _sized(self, size_of: Callable[[int, int, int, int], int]) -> Array:
        """The output's size by another formula."""
        axes = zip(
            self.input_shape,
            self.padding,
            self.dilation,
            self.kernel_shape,
            self.stride,
            strict=True,
        )
        return self.for_each([size_of(n, p, d * (k - 1) + 1, s) for n, p, d, k, s in axes])

    def output_of_transposed(self) -> Array | None:
        rows, wide = self.kernel_shape
        if rows != wide or rows == 1:
            return None
        return engine.cross_correlate(self.X, columns(self.K), **self.geometry)

    def gradient_of_packed_upstream(self) -> Array | None:
        """The gradient as if the windows stood side by side, if the stride is more than one."""
        if self.stride == (1, 1):
            return None
        packed = np.zeros((*self.batch, *self.rows_at_stride_one), self.upstream.dtype)
        rows, wide = self.size
        packed[..., :rows, :wide] = self.as_output(self.upstream)
        plain = self.geometry | {"stride": (1, 1)}
        return engine.input_vjp(packed, self.K, self.input_shape, **plain)

    def rows_flipped(self) -> Array | None:
        return self._flipped_along(-2)

    def columns_flipped(self) -> Array | None:
        return self._flipped_along(-1)

    def mean_gradient(self, bias_gradient: Array) -> Array | None:
        outputs = self.upstream.shape[-1]
        return bias_gradient * Fraction(1, outputs) if outputs > 1 else None

    def upstream_itself(self) -> Array:
        return self.upstream

    def step_uphill(self, kernel_gradient: Array) -> Array:
        return self._stepped(1, self.as_kernel(kernel_gradient))

    def step_of_rate_one(self, kernel_gradient: Array) -> Array:
        return self.K - self.as_kernel(kernel_gradient)

    def step_itself(self, kernel_gradient: Array) -> Array:
        return np.asarray(self._stepped(-1, self.as_kernel(kernel_gradient)) - self.K)

    def step_of_inverse_rate(self, kernel_gradient: Array) -> Array:
        inverse = 1 / np.asarray(self.learning_rate)[..., None, None]
        return np.asarray(self.K - inverse * self.as_kernel(kernel_gradient))

    def rectified_gradient(self, kernel_jacobian: Array) -> Array:
        return np.maximum(self.gradient_without_mask(kernel_jacobian), 0)

    def gradient_without_mask(self, kernel_jacobian: Array) -> Array:
        return self._masked(self.relu_upstream, kernel_jacobian)

    def gradient_of_negative_outputs(self, forward: Array, kernel_jacobian: Array) -> Array:
        stopped = self.relu_upstream * (self.in_a_row(forward) < 0)
        return self._masked(stopped, kernel_jacobian)

    def gradient_by_upstream_sign(self, kernel_jacobian: Array) -> Array:
        return self._masked(np.maximum(self.relu_upstream, 0), kernel_jacobian)

    def gradient_times_output(self, forward: Array, kernel_jacobian: Array) -> Array:
        scaled = self.relu_upstream * np.maximum(self.in_a_row(forward), 0)
        return self._masked(scaled, kernel_jacobian)

    # What several of them do

    def _through(
        self,
        upstream: Array,
        jacobian: Array,
        shows: dict[str, Array] | None = None,
        read: Sequence[Array] = (),
        shape: Pair | None = None,
    ) -> Sums:
        """A gradient with respect to the kernel: upstream times each column of the Jacobian."""
        partials = [Partial(LOSS, by) for by in self.kernel_entries]
        factors = row(upstream), columns(jacobian)
        return Sums(*factors, partials, shape=shape, shows=shows or {}, read=read)

    def _masked(self, upstream: Array, jacobian: Array) -> Array:
        return self._through(upstream, jacobian, shape=self.kernel_shape).answer

    def _flipped_along(self, axis: int) -> Array | None:
        if 1 in self.kernel_shape:
            return None
        return engine.cross_correlate(self.X, np.flip(self.K, axis), **self.geometry)

    def _stepped(self, sign: int, gradient: Array) -> Array:
        rate = np.asarray(self.learning_rate)[..., None, None]
        return np.asarray(self.K + sign * rate * gradient)

    @property
    def symmetric(self) -> bool:
        """Whether flipping leaves the kernel as it is."""
        return bool((self.flipped == self.K).all())
