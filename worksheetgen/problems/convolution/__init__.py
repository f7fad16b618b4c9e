"""The convolutional layer with one channel, from its output's shape to a step of training."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from worksheetgen.engine import cross_correlation as engine
from worksheetgen.engine.arrays import Array
from worksheetgen.problems.convolution.layer import Layer
from worksheetgen.problems.items import Json, constraint, item
from worksheetgen.problems.mistakes import (
    ADDED,
    MOST,
    NONE,
    REVERSED,
    SIGN_LOST,
    SIGNS_DROPPED,
    instead,
    of_answer,
    own,
)
from worksheetgen.problems.steps import LOSS, Partial, Symbol
from worksheetgen.problems.windows import size_formulas
from worksheetgen.problems.work import Entries, Figure, Sums, columns, row

BIAS = Symbol("b")
FLIPPED = instead("flipped the kernel", K="flipped")
NO_STRIDE = instead("ignored the stride", stride=(1, 1))
NO_DILATION = instead("ignored the dilation", dilation=(1, 1))
OTHERWISE = (NO_STRIDE, instead("ignored the padding", padding=(0, 0)), NO_DILATION)
COLUMN_BY_COLUMN = "went through the kernel column by column"


def directions(answer: Array) -> Json:
    """The two signs that answer ``gradient_sign``, in words.

    >>> directions(np.array([-1, 1]))
    {'increase': 'decreases', 'decrease': 'increases'}
    """
    words = {1: "increases", -1: "decreases", 0: "unchanged"}
    return {"increase": words[int(answer[0])], "decrease": words[int(answer[1])]}


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

    # From the output to the gradient of the kernel

    @item(
        2,
        FLIPPED,
        instead("transposed the kernel", K="turned"),
        instead("transposed the input", X="turned"),
        *OTHERWISE,
        ADDED,
        SIGN_LOST,
        full=("X", "K"),
    )
    def forward(self) -> Sums:
        """The output H. Shape (..., oh, ow)."""
        return Sums(self.kernel_row, self.windows, self.outputs, shape=self.size)

    @item(
        2,
        own("took one row of the input too low in the first window", "slipped", MOST),
        of_answer("flipped the kernel", "mirrored"),
        own(COLUMN_BY_COLUMN, "jacobian_by_columns"),
        of_answer("transposed the Jacobian", "turned"),
        own("put kernel entries in place of input entries", "kernel_in_every_row", NONE),
        SIGNS_DROPPED,
        *OTHERWISE,
        full=("X",),
    )
    def kernel_jacobian(self) -> Entries:
        """The Jacobian ∂H/∂K, both in row-major order. Shape (..., outputs, kernel entries)."""
        return Entries(self.windows, shows={"symbols": self.named_windows()})

    @item(
        3,
        instead("forgot the upstream gradient", upstream="ones"),
        own("applied the upstream gradient to the output", "upstream_on_output", NONE, "number"),
        own("picked the Jacobian row of the largest weight", "row_of_largest_weight", NONE),
        SIGN_LOST,
        own(COLUMN_BY_COLUMN, "gradient_by_columns"),
        prints=("upstream",),
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
        of_answer("named a vector, where a loss is a number", "unchanged", NONE, "row"),
        of_answer("left out the weights", "signs"),
        REVERSED,
        prints=("upstream",),
    )
    def loss_term(self) -> Entries:
        """A term L = Σ c·H with ∂L/∂H as given, by its coefficients c."""
        return Entries(self.upstream)

    @item(
        2,
        instead("reversed the sign", NONE, entry_gradient="negated"),
        instead("took the loss as independent of the entry", NONE, entry_gradient="zeros"),
        prints=("entry", "entry_gradient"),
        record=directions,
        room=7,
    )
    def gradient_sign(self) -> Entries:
        """What L does when a kernel entry rises, and when it falls."""
        signs = np.sign(self.entry_gradient)[..., None] * np.array([1, -1])
        return Entries(signs)

    # The layer as a map of its input

    @item(
        2,
        FLIPPED,
        of_answer("transposed the Jacobian", "turned"),
        instead(COLUMN_BY_COLUMN, K="kernel_by_columns"),
        SIGNS_DROPPED,
        NO_STRIDE,
        NO_DILATION,
    )
    def input_jacobian(self) -> Entries:
        """The Jacobian ∂H/∂X, both in row-major order. Shape (..., outputs, input entries)."""
        return Entries(self.matrix_of(self.K), shows={"symbols": self.named_matrix()})

    @item(
        2,
        FLIPPED,
        of_answer("transposed the matrix", "turned"),
        own("left out the zeros between the rows of the kernel", "without_gaps"),
        own("put input entries in place of kernel entries", "windows_in_place", NONE),
    )
    def as_matrix(self) -> Entries:
        """The sparse matrix A with vec(H) = A · vec(X), both in row-major order."""
        return Entries(self.matrix_of(self.K), shows={"symbols": self.named_matrix()})

    @item(
        3,
        instead("forgot to flip the kernel", K="flipped"),
        instead("forgot the upstream gradient", upstream="ones"),
        own("ignored the stride", "gradient_of_packed_upstream"),
        SIGN_LOST,
        prints=("upstream",),
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
        1,
        of_answer("forgot to add one", "one_less", NONE),
        *OTHERWISE,
        of_answer("swapped rows and columns", "mirrored"),
    )
    def output_shape(self) -> Figure:
        """The size of the output H, rows and columns."""
        last = size_formulas(self.input_shape, self.kernel_shape, self.geometry)
        return Figure(self.for_each(self.size), last)

    @item(
        2,
        instead("did not flip the kernel", K="flipped"),
        own("flipped the rows alone", "rows_flipped"),
        own("flipped the columns alone", "columns_flipped"),
        instead("flipped the input as well", X="flipped"),
    )
    def flip(self) -> Sums:
        """The output of true convolution, which flips the kernel."""
        shows = {"flipped": self.flipped}
        kernel = row(self.in_a_row(self.flipped))
        return Sums(kernel, self.windows, self.entries("C"), shape=self.size, shows=shows)

    @item(
        1,
        instead("counted the outputs instead of adding their gradients", NONE, upstream="ones"),
        own("averaged instead of adding", "mean_gradient"),
        own(
            "gave one gradient per output, though the bias is shared",
            "upstream_itself",
            NONE,
            "row",
        ),
        instead("lost the minus signs", upstream="magnitudes"),
        prints=("upstream",),
    )
    def bias_gradient(self) -> Sums:
        """The gradient ∂L/∂b of a bias b added to every entry of H."""
        return Sums(row(self.upstream), targets=[Partial(LOSS, BIAS)], shape=())

    @item(
        2,
        own("stepped uphill, along the gradient", "step_uphill"),
        own("forgot the learning rate", "step_of_rate_one"),
        own("gave the step instead of the new kernel", "step_itself"),
        prints=("upstream", "learning_rate"),
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
        worked = Sums(factors.reshape(*self.batch, 1, 2), entries)
        gradient = self.as_kernel(kernel_gradient)
        return Figure(self._stepped(-1, gradient), [worked], shows={"gradient": gradient})

    @item(
        3,
        own("forgot the mask of ReLU", "gradient_without_mask"),
        own("let the negative outputs pass", "gradient_of_negative_outputs"),
        own("masked by the sign of the upstream gradient", "gradient_by_upstream_sign", NONE),
        own(
            "multiplied by the output in place of the derivative of ReLU",
            "gradient_times_output",
            NONE,
        ),
        prints=("relu_upstream",),
    )
    def relu_gradient(self, forward: Array, kernel_jacobian: Array) -> Sums:
        """The gradient ∂L/∂K where the loss depends on ReLU(H).

        Raises ``ValueError`` if an output or a Jacobian does not fit.
        """
        H, outputs = self.in_a_row(forward), self.relu_upstream.shape[-1]
        if H.shape[-1] != outputs or kernel_jacobian.shape[-2] != outputs:
            raise ValueError("the output or the Jacobian does not fit the upstream gradient")
        passed = np.asarray(self.relu_upstream * (H > 0))
        shows = {"mask": (H > 0).astype(int), "passed": passed}
        return self._through(passed, kernel_jacobian, shows, read=[row(H)])

    # Mistakes

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

    def kernel_in_every_row(self, kernel_jacobian: Array) -> Array:
        return np.broadcast_to(self.kernel_row, kernel_jacobian.shape)

    def upstream_on_output(self, forward: Array) -> Array:
        return np.asarray((self.upstream * self.in_a_row(forward)).sum(axis=-1))

    def row_of_largest_weight(self, kernel_jacobian: Array) -> Array:
        largest = np.abs(self.upstream).argmax(axis=-1)[..., None, None]
        return np.asarray(np.take_along_axis(kernel_jacobian, largest, axis=-2)).squeeze(-2)

    def without_gaps(self, as_matrix: Array) -> Array | None:
        """Each row with its kernel entries side by side from its first one on; None if they are."""
        met = np.array(self.named_matrix()) != 0
        starts, counts = met.argmax(axis=1), met.sum(axis=1)
        places = np.arange(met.shape[1])
        together = (places >= starts[:, None]) & (places < (starts + counts)[:, None])
        if (together == met).all() or (starts + counts > met.shape[1]).any():
            return None
        packed = np.zeros_like(as_matrix)
        packed[..., together] = as_matrix[..., met]
        return packed

    def windows_in_place(self, kernel_jacobian: Array) -> Array:
        return kernel_jacobian

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

    def gradient_without_mask(self, kernel_jacobian: Array) -> Array:
        return self._through(self.relu_upstream, kernel_jacobian).answer

    def gradient_of_negative_outputs(self, forward: Array, kernel_jacobian: Array) -> Array:
        stopped = self.relu_upstream * (self.in_a_row(forward) < 0)
        return self._through(stopped, kernel_jacobian).answer

    def gradient_by_upstream_sign(self, kernel_jacobian: Array) -> Array:
        return self._through(np.maximum(self.relu_upstream, 0), kernel_jacobian).answer

    def gradient_times_output(self, forward: Array, kernel_jacobian: Array) -> Array:
        scaled = self.relu_upstream * np.maximum(self.in_a_row(forward), 0)
        return self._through(scaled, kernel_jacobian).answer

    # What several of them do

    def _through(
        self,
        upstream: Array,
        jacobian: Array,
        shows: dict[str, Array] | None = None,
        read: list[Array] | None = None,
    ) -> Sums:
        """A gradient with respect to the kernel: upstream times each column of the Jacobian."""
        partials = [Partial(LOSS, by) for by in self.kernel_entries]
        return Sums(row(upstream), columns(jacobian), partials, shows=shows or {}, read=read or [])

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
