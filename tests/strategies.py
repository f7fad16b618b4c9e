"""Random layers for properties: shapes, geometry, integer entries."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from worksheetgen.engine.output_size import Pair, output_shape


@dataclass(frozen=True)
class Layer:
    """Arrays of a layer that fit together, with one batch axis."""

    X: NDArray[Any]
    K: NDArray[Any]
    upstream: NDArray[Any]
    geometry: dict[str, Pair]

    @property
    def input_shape(self) -> Pair:
        return self.X.shape[-2], self.X.shape[-1]

    @property
    def kernel_shape(self) -> Pair:
        return self.K.shape[-2], self.K.shape[-1]


def pairs(low: int, high: int) -> st.SearchStrategy[Pair]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def layers(draw: st.DrawFn, batch: int = 2, largest: int = 1000) -> Layer:
    kernel_shape = draw(pairs(1, 3))
    geometry = {
        "stride": draw(pairs(1, 3)),
        "padding": draw(pairs(0, 3)),
        "dilation": draw(pairs(1, 2)),
    }
    spans = [
        d * (k - 1) + 1 - 2 * p
        for k, p, d in zip(kernel_shape, geometry["padding"], geometry["dilation"], strict=True)
    ]
    rows, columns = (max(1, span) + draw(st.integers(0, 4)) for span in spans)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))

    def entries(*shape: int) -> NDArray[Any]:
        return rng.integers(-largest, largest, (batch, *shape), endpoint=True)

    shape = output_shape((rows, columns), kernel_shape, **geometry)
    return Layer(entries(rows, columns), entries(*kernel_shape), entries(*shape), geometry)
