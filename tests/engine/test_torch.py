"""An outside opinion: the engine against torch's conv2d and its automatic differentiation."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from tests.strategies import Layer, layers
from worksheetgen.engine.cross_correlation import (
    cross_correlate,
    input_jacobian,
    input_vjp,
    kernel_jacobian,
)

pytestmark = pytest.mark.torch


def tensors(torch: Any, *arrays: NDArray[Any]) -> list[Any]:
    """Doubles hold integers of this size exactly."""
    return [torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in arrays]


def integers(tensor: Any) -> Any:
    return np.rint(tensor.detach().numpy()).astype(int).tolist()


@settings(max_examples=200, deadline=None)
@given(layer=layers(batch=1, largest=100))
def test_outputs_and_gradients_are_those_of_torch(torch: Any, layer: Layer) -> None:
    X, K = tensors(torch, layer.X, layer.K)
    H = torch.nn.functional.conv2d(X[None], K[None], **layer.geometry)[0]
    H.backward(torch.tensor(layer.upstream, dtype=torch.float64))
    assert integers(H) == cross_correlate(layer.X, layer.K, **layer.geometry).tolist()
    of_kernel = layer.upstream.reshape(1, 1, -1) @ kernel_jacobian(
        layer.X, layer.kernel_shape, **layer.geometry
    )
    of_input = input_vjp(layer.upstream, layer.K, layer.input_shape, **layer.geometry)
    assert integers(K.grad) == of_kernel.reshape(layer.K.shape).tolist()
    assert integers(X.grad) == of_input.tolist()


@settings(max_examples=50, deadline=None)
@given(layer=layers(batch=1, largest=100))
def test_jacobians_are_those_of_torch(torch: Any, layer: Layer) -> None:
    X, K = tensors(torch, layer.X, layer.K)

    def output(x: Any, k: Any) -> Any:
        return torch.nn.functional.conv2d(x[None], k[None], **layer.geometry).flatten()

    by_input, by_kernel = torch.autograd.functional.jacobian(output, (X, K))
    rows = by_kernel.shape[0]
    kernel = kernel_jacobian(layer.X, layer.kernel_shape, **layer.geometry)[0]
    entries = input_jacobian(layer.K, layer.input_shape, **layer.geometry)[0]
    assert integers(by_kernel.reshape(rows, -1)) == kernel.tolist()
    assert integers(by_input.reshape(rows, -1)) == entries.tolist()
