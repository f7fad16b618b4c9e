"""Convolution of a sequence, padded at either end or causally: forward, and the gradients back."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from worksheetgen.engine import sequence as engine
from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.sequence import Geometry
from worksheetgen.problems.base import Problem
from worksheetgen.problems.constraints import COMBINES, FULL, MIRROR_SHOWS
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import constraint, item
from worksheetgen.problems.mistakes import (
    ADDED,
    MOST,
    NONE,
    SIGN_LOST,
    instead,
    of_answer,
    own,
)
from worksheetgen.problems.settings import Bounds, Margin, Row, Settings, Size
from worksheetgen.problems.steps import LOSS, Partial, Symbol, named
from worksheetgen.problems.work import Entries, Figure, Sums, columns, formula, row

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


def _outputs(sample: Any) -> int:
    geometry = _geometry(sample, sample.kernel_length)
    return engine.output_length(sample.length, sample.kernel_length, geometry)


def _geometry(said: Any, kernel_length: int) -> Geometry:
    reach, padding = said.dilation * (kernel_length - 1), said.padding
    ends = (padding, padding), (reach, 0), (0, reach), (reach, reach)
    return Geometry(said.stride, said.dilation, *ends[int(said.causal)])


NEGLECTED = (
    instead("stride ignored", stride=1),
    instead("padding ignored", padding=0, causal=0),
    instead("dilation ignored", dilation=1),
)
AT_BOTH_ENDS = instead("zeros counted at both ends", causal="to_both_ends")
OTHERWISE = (
    *NEGLECTED,
    instead("zeros at the wrong end", causal="to_the_right"),
    AT_BOTH_ENDS,
)
FLIPPED = instead("kernel flipped", k="mirrored")
NO_UPSTREAM = instead("upstream gradient not used", upstream="ones")
TO_THE_RIGHT, TO_BOTH_ENDS = 2, 3
"""Where a mistake puts causal zeros, which stand at the left end."""


@dataclass(frozen=True, eq=False)
class Convolution1d(Problem):
    """The givens of a layer on sequences; arrays may carry a batch axis."""

    Sample = Convolution1dSample
    texts = (
        *("geometry", "length", "kernel_length", "zeros"),
        *("outputs", "kernel_entries", "input_entries"),
    )
    levels = {
        "easy": {"length": 5, "kernel_length": 2, "values": (-1, 2)},
        "hard": {"length": 9, "dilation": 2, "values": (-3, 3)},
    }
    ranges = {
        "length": (1, 9),
        "kernel_length": (1, 5),
        "stride": (1, 4),
        "padding": (0, 3),
        "dilation": (1, 4),
    }

    x: Array = drawn(Row, "length", "The input.", keeps=(FULL, MIRROR_SHOWS))
    k: Array = drawn(Row, "kernel_length", "The kernel.", keeps=(FULL, MIRROR_SHOWS))
    upstream: Array = drawn(
        Row,
        lambda sample: (_outputs(sample),),
        "The upstream gradient ∂L/∂y.",
        keeps=(COMBINES,),
        shown=False,
        entry="output entry",
    )
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    causal: int = 0
    """1 or 0: a manifest knows numbers and words."""

    @classmethod
    def check_sample(cls, sample: Convolution1dSample) -> None:
        length, kernel_length = sample.length, sample.kernel_length
        if sample.causal and sample.padding:
            raise ValueError(
                f"padding is {sample.padding}, but causal sets the zeros by itself; "
                "drop padding or causal"
            )
        try:
            outputs = _outputs(sample)
        except ValueError as error:
            raise ValueError(
                f"{error}; enlarge length or padding, or lessen kernel_length or dilation"
            ) from None
        if length > MAX_LENGTH or kernel_length > MAX_KERNEL or outputs > MAX_OUTPUTS:
            raise ValueError(
                f"{length} input, {kernel_length} kernel and {outputs} output entries do not fit "
                f"a page; at most {MAX_LENGTH}, {MAX_KERNEL} and {MAX_OUTPUTS}"
            )
        geometry = _geometry(sample, kernel_length)
        met = engine.windows(np.ones(length, dtype=int), kernel_length, geometry).any(axis=0)
        if not met.all():
            raise ValueError(
                f"the kernel entry {int(np.argmin(met))} meets nothing but padding; lessen "
                "padding, dilation or stride, or enlarge length"
            )

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        chosen = super().guess(rng)
        return chosen | {"causal": chosen["padding"] == 0 and bool(rng.integers(0, 2))}

    @constraint("x", "k")
    def flipped_kernel_shows(self, forward: Array) -> Array:
        """Flipping the kernel k changes the output y."""
        flipped = self.k[..., ::-1]
        changes = engine.correlate(self.x, flipped, self.geometry) != forward
        symmetric = (flipped == self.k).all(axis=-1)
        return np.asarray(symmetric | changes.any(axis=-1))

    @constraint("x", "k", "upstream")
    def hardly_a_gradient_is_zero(self, kernel_gradient: Array) -> Array:
        """At most one entry of ∂L/∂k is zero, if it has several."""
        zeros = (kernel_gradient == 0).sum(axis=-1)
        return np.asarray(zeros <= min(1, self.kernel_length - 1))

    # Items

    @item(
        1,
        of_answer("+1 forgotten", "one_less"),
        own("extent taken as dilation times kernel size", "length_of_longer_reach"),
        own("rounded up", "length_rounded_up"),
        *NEGLECTED,
        AT_BOTH_ENDS,
        prints=("x", "k"),
        also="formula",
    )
    def output_length(self) -> Figure:
        """How many entries the output y has."""
        n, m, z, d = self.length, self.kernel_length, self.zeros, self.dilation
        return Figure(self.for_each(self.size), [formula((1, n), (1, z), (-d, m - 1), (-1, 1))])

    @item(2, FLIPPED, *OTHERWISE, ADDED, SIGN_LOST, prints=("x", "k"), full=("x", "k"))
    def forward(self) -> Sums:
        """The output y."""
        return Sums(row(self.k), self.windows, self.outputs)

    @item(
        2,
        of_answer("kernel flipped", "mirrored"),
        of_answer("Jacobian transposed", "transposed", MOST),
        own("input and kernel entries interchanged", "kernel_in_every_row", NONE),
        *OTHERWISE,
        full=("x",),
        prints=("x", "k"),
    )
    def kernel_jacobian(self) -> Entries:
        """The Jacobian ∂y/∂k. Shape (..., outputs, kernel entries)."""
        seen = engine.places(self.size, self.kernel_length, self.geometry).tolist()
        inside = range(self.length)
        symbols = [[Symbol("x", (j,)) if j in inside else 0 for j in window] for window in seen]
        return Entries(self.windows, shows={"symbols": symbols})

    @item(
        2,
        of_answer("kernel flipped", "mirrored"),
        NO_UPSTREAM,
        own("products not summed", "weighted_jacobian", form="matrix"),
        own("upstream gradient combined with the output", "upstream_on_output", NONE, "number"),
        SIGN_LOST,
        prints=("x", "k", "upstream"),
        full=("x", "upstream"),
    )
    def kernel_gradient(self, kernel_jacobian: Array) -> Sums:
        """The gradient ∂L/∂k = ∂L/∂y · ∂y/∂k.

        Raises ``ValueError`` for a Jacobian of another height.
        """
        if kernel_jacobian.shape[-2] != self.upstream.shape[-1]:
            raise ValueError("the Jacobian has not a row for each entry of the upstream gradient")
        shows = {"row": self.upstream, "times": kernel_jacobian}
        partials = [Partial(LOSS, by) for by in self.kernel_entries]
        return Sums(row(self.upstream), columns(kernel_jacobian), partials, shows=shows)

    @item(
        3,
        FLIPPED,
        NO_UPSTREAM,
        instead("stride ignored", stride=1),
        instead("dilation ignored", dilation=1),
        own("shifted by the zeros at the left end", "gradient_without_zeros"),
        own("padding given a gradient as well", "gradient_of_padding_too", MOST),
        SIGN_LOST,
        prints=("k", "upstream"),
        full=("k", "upstream"),
        room=9,
    )
    def input_gradient(self) -> Sums:
        """The gradient ∂L/∂x."""
        return self._met_by(self.geometry, self.length)

    # Mistakes

    def to_the_right(self) -> int | None:
        return TO_THE_RIGHT if self.causal else None

    def to_both_ends(self) -> int | None:
        return TO_BOTH_ENDS if self.causal else None

    def length_of_longer_reach(self) -> Array | None:
        rest = self.length + self.zeros - self.dilation * self.kernel_length
        return self.for_each(rest // self.stride + 1) if self.dilation > 1 else None

    def length_rounded_up(self) -> Array | None:
        rest = self.length + self.zeros - self.reach - 1
        return self.for_each(-(-rest // self.stride) + 1) if self.stride > 1 else None

    def weighted_jacobian(self, kernel_jacobian: Array) -> Array:
        return np.asarray(self.upstream[..., None] * kernel_jacobian)

    def kernel_in_every_row(self, kernel_jacobian: Array) -> Array:
        return np.broadcast_to(row(self.k), kernel_jacobian.shape)

    def upstream_on_output(self, forward: Array) -> Array:
        return np.asarray((self.upstream * forward).sum(axis=-1))

    def gradient_without_zeros(self) -> Array | None:
        moved = replace(self.geometry, before=0)
        return self._met_by(moved, self.length).answer if self.geometry.before else None

    def gradient_of_padding_too(self) -> Array | None:
        moved = replace(self.geometry, before=0)
        return self._met_by(moved, self.length + self.zeros).answer if self.zeros else None

    # What texts and mistakes need

    @property
    def geometry(self) -> Geometry:
        return _geometry(self, self.kernel_length)

    @property
    def fits(self) -> bool:
        zeros = self.geometry.before + self.geometry.after
        return self.length + zeros > self.reach

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
    def zeros(self) -> int:
        """The zeros at both ends together."""
        return self.geometry.before + self.geometry.after

    @property
    def size(self) -> int:
        """How many entries y has, whatever a batch is."""
        return engine.output_length(self.length, self.kernel_length, self.geometry)

    @property
    def windows(self) -> Array:
        return engine.windows(self.x, self.kernel_length, self.geometry)

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        return named("y", self.size)

    @property
    def kernel_entries(self) -> tuple[Symbol, ...]:
        return named("k", self.kernel_length)

    @property
    def input_entries(self) -> tuple[Symbol, ...]:
        return named("x", self.length)

    def _met_by(self, geometry: Geometry, length: int) -> Sums:
        """The kernel times the upstream entries of the outputs in which it meets each input."""
        met = engine.meeting(self.upstream, length, self.kernel_length, geometry)
        return Sums(row(self.k), met, [Partial(LOSS, by) for by in named("x", length)])
