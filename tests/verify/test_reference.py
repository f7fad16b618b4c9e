"""The reference arithmetic of convolution, which proves the rest, against the engine."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import Layer, layers
from worksheetgen.engine.cross_correlation import cross_correlate, kernel_jacobian
from worksheetgen.verify.reference import convolution as reference


def givens(layer: Layer) -> dict[str, Any]:
    arrays = {"X": layer.X[0], "K": layer.K[0], "upstream": layer.upstream[0].ravel()}
    return {key: array.tolist() for key, array in arrays.items()} | layer.geometry


@given(layers(batch=1))
def test_it_agrees_with_the_engine_on_every_geometry(layer: Layer) -> None:
    X, K, geometry = layer.X[0], layer.K[0], layer.geometry
    known = givens(layer)
    assert reference.forward(known).answer == cross_correlate(X, K, **geometry).tolist()
    jacobian = kernel_jacobian(X, layer.kernel_shape, **geometry)
    assert reference.kernel_jacobian(known).answer == jacobian.tolist()
    gradient = layer.upstream[0].reshape(1, -1) @ jacobian
    assert reference.kernel_gradient(known).answer == gradient.ravel().tolist()


@given(st.integers(-9, 9), st.sampled_from([-1000, -2, -1, 1, 2, 1000]))
def test_a_loss_follows_the_entry_exactly_if_its_derivative_is_positive(
    entry: int, slope: int
) -> None:
    known = {"X": [[1]], "K": [[entry]], "entry": [0, 0], "entry_gradient": slope, "estimate": 0}
    words = ["increases", "decreases"] if slope > 0 else ["decreases", "increases"]
    answer = reference.gradient_sign(known).answer
    assert dict(zip(["increase", "decrease"], words, strict=True)) == answer
    sign: Any = reference.NOTED["gradient_sign"]["sign"]
    assert ("positive" if slope > 0 else "negative") == sign(known)
    moved = list(reference.losses("gradient_sign", known, answer))
    assert [(word, word) for word in words] == moved
