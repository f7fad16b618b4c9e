"""An outside opinion: answers of every type on numbers and shapes, against torch in doubles."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from worksheetgen.engine.architecture import DILATION, GROUPS, KERNEL, OUT, PADDING, STRIDE
from worksheetgen.engine.arrays import Array
from worksheetgen.problems.architecture import Architecture
from worksheetgen.problems.base import Problem
from worksheetgen.problems.convolution import Convolution
from worksheetgen.problems.dense import Dense
from worksheetgen.problems.items import Answers
from worksheetgen.problems.multichannel import Multichannel
from worksheetgen.problems.pooling import Pooling
from worksheetgen.problems.transposed_convolution import TransposedConvolution
from worksheetgen.variants.sampling import Place, Sampler

pytestmark = pytest.mark.torch

SETTINGS = 200
STACKS = 1000
FIELDS = 100
NEAR = 1e-9
"""Integers and small fractions that differ at all differ by more."""
FAR = 160
"""Rows and columns of an image whose middle no border reaches."""

Opinion = Callable[[Any, Any], Mapping[str, Any]]


@cache
def drawn(kind: type[Problem], count: int) -> list[Answers]:
    """Problems of so many random settings, each with its answers."""
    found = []
    for seed in range(count):
        settings = kind.vary(np.random.default_rng((seed, 1)))
        sampler = Sampler(kind, settings, kind.Given(), tuple(kind.items), fair=None)
        (proposed,) = sampler.propose([Place(seed, 1, 0, 0)])
        found.append(next(proposed).answers)
    return found


def gap(torch: Any, answer: Array, opinion: Any) -> float:
    """The largest difference of two entries; infinite for another shape."""
    other = torch.as_tensor(opinion).detach().numpy()
    if np.shape(answer) != other.shape:
        return float("inf")
    return float(np.abs(np.asarray(answer, dtype=float) - other).max())


def doubles(torch: Any, *arrays: Array) -> list[Any]:
    return [torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in arrays]


def gradients(torch: Any, output: Any, upstream: Array, *by: Any) -> Any:
    """The gradients by each of some tensors, from that of the output, which is given flat."""
    (flat,) = doubles(torch, upstream)
    return torch.autograd.grad(output, by, flat.reshape(output.shape), retain_graph=True)


def convolution(torch: Any, p: Convolution) -> dict[str, Any]:
    conv2d, jacobian = torch.nn.functional.conv2d, torch.autograd.functional.jacobian
    X, K, b = doubles(torch, p.X, p.K, np.zeros(1))

    def output(x: Any, k: Any) -> Any:
        return conv2d(x[None, None], k[None, None], b, **p.geometry)[0, 0]

    H = output(X, K)
    of_input, of_kernel, of_bias = gradients(torch, H, p.upstream, X, K, b)
    (through_relu,) = gradients(torch, H.relu(), p.relu_upstream, K)
    by_input, by_kernel = (each.flatten(2).flatten(0, 1) for each in jacobian(output, (X, K)))
    (stepped,) = doubles(torch, p.K)
    stepped.grad = of_kernel
    torch.optim.SGD([stepped], lr=float(p.learning_rate)).step()
    return {
        "output_shape": H.shape,
        "forward": H,
        "flip": output(X, K.flip(0, 1)),
        "kernel_jacobian": by_kernel,
        "input_jacobian": by_input,
        "as_matrix": by_input.T,
        "kernel_gradient": of_kernel.flatten(),
        "input_gradient": of_input,
        "bias_gradient": of_bias[0],
        "relu_gradient": through_relu,
        "gradient_step": stepped,
    }


def pooling(torch: Any, p: Pooling) -> dict[str, Any]:
    (X,) = doubles(torch, p.X)
    largest = torch.nn.functional.max_pool2d(X[None], p.window, p.stride)[0]
    average = torch.nn.functional.avg_pool2d(X[None], p.window, p.stride)[0]

    def stays(value: int) -> bool:
        """Whether the output is the same with this value at the entry asked about."""
        other = X.detach().clone()
        other[tuple(p.entry)] = value
        pooled = torch.nn.functional.max_pool2d(other[None], p.window, p.stride)[0]
        return bool((pooled == largest).all())

    return {
        "max_forward": largest,
        "max_gradient": gradients(torch, largest, p.upstream, X)[0],
        "no_gradient": np.array(max(filter(stays, range(-99, 100)))),
        "average_forward": average,
        "average_gradient": gradients(torch, average, p.upstream, X)[0],
    }


def transposed_convolution(torch: Any, p: TransposedConvolution) -> dict[str, Any]:
    X, K = doubles(torch, p.X[None, None], p.K[None, None])
    Y = torch.nn.functional.conv_transpose2d(X, K, **p.geometry)
    only = torch.zeros_like(X)
    only[(0, 0, *p.entry)] = 1
    return {
        "output_shape": Y.shape[2:],
        "forward": Y[0, 0],
        "relation": torch.nn.functional.conv_transpose2d(only, K, **p.geometry)[0, 0],
        "input_gradient": gradients(torch, Y, p.upstream, X)[0][0, 0],
    }


def multichannel(torch: Any, p: Multichannel) -> dict[str, Any]:
    X, K, bias = doubles(torch, p.X, p.K, p.bias)
    H = torch.nn.functional.conv2d(X[None], K, bias, **p.geometry)[0]
    of_filters, of_bias = gradients(torch, H, p.upstream, K, bias)
    before, after, kernel, height, width, stride, padding = p.layer.tolist()
    layer = torch.nn.Conv2d(before, after, kernel, stride, padding, device="meta")
    return {
        "output_shape": layer(torch.zeros(before, height, width, device="meta")).shape,
        "parameters": numbers_in(layer),
        "forward": H,
        "bias_gradient": of_bias,
        "filter_gradient": of_filters[p.filter],
    }


def dense(torch: Any, p: Dense) -> dict[str, Any]:
    W, x, b, target, odds = doubles(torch, p.W, p.x, p.b, p.target, p.odds)
    y = W @ x + b
    error = 0.5 * (y - target).norm() ** 2
    of_weights, of_input, of_bias = torch.autograd.grad(error, (W, x, b))
    z = W @ x + (odds.log() - W @ x).detach()
    entropy = torch.nn.functional.cross_entropy(z, torch.tensor(int(p.label)))
    by_weights, by_input, by_logits = torch.autograd.grad(entropy, (W, x, z))
    return {
        "forward": y,
        "squared_error": error,
        "weight_gradient": of_weights,
        "bias_gradient": of_bias,
        "input_gradient": of_input,
        "softmax": z.softmax(0),
        "logit_gradient": by_logits,
        "softmax_weight_gradient": by_weights,
        "softmax_input_gradient": by_input,
    }


def architecture(torch: Any, p: Architecture) -> dict[str, Any]:
    shapes, parameters, products = [], [], []
    here = torch.zeros(1, *p.input.tolist(), device="meta")
    for kind, row in zip(p.layers, p.table.tolist(), strict=True):
        layer = module(torch, kind, here.shape[1], row)
        with torch.utils.flop_counter.FlopCounterMode(display=False) as counter:
            here = layer(here)
        shapes.append([*here.shape[1:], 1, 1][:3])
        parameters.append(numbers_in(layer))
        products.append(counter.get_total_flops() // 2)
    kernel, dilation = p.same.tolist()
    kept = torch.nn.Conv2d(1, 1, kernel, padding="same", dilation=dilation, device="meta")
    return {
        "output_shapes": shapes,
        "parameters": parameters,
        "multiply_accumulates": products,
        "same_padding": kept._reversed_padding_repeated_twice[0],
    }


def module(torch: Any, kind: str, channels: int, row: list[int]) -> Any:
    """A layer without memory for its weights, behind so many channels."""
    match kind:
        case "conv":
            return torch.nn.Conv2d(
                channels,
                row[OUT],
                row[KERNEL],
                stride=row[STRIDE],
                padding=row[PADDING],
                dilation=row[DILATION],
                groups=row[GROUPS],
                device="meta",
            )
        case "pool":
            return torch.nn.MaxPool2d(row[KERNEL], row[STRIDE], row[PADDING], row[DILATION])
        case "flatten":
            return torch.nn.Flatten()
    return torch.nn.Linear(channels, row[OUT], device="meta")


def rows_seen(torch: Any, p: Any) -> list[int]:
    """The rows of a large image on which an entry in the middle of the last window depends.

    One channel shows it, and averages in place of maxima, which pass no gradient to most entries.
    """
    image = here = torch.ones(1, 1, FAR, FAR, requires_grad=True)
    for place in p.windowed:
        _, kernel, stride, padding, dilation, _ = p.table[place].tolist()
        if p.layers[place] == "conv":
            ones = torch.ones(1, 1, kernel, kernel)
            here = torch.nn.functional.conv2d(here, ones, None, stride, padding, dilation)
        else:
            here = torch.nn.functional.avg_pool2d(here, kernel, stride)
    rows, columns = here.shape[2:]
    (gradient,) = torch.autograd.grad(here[0, 0, rows // 2, columns // 2], image)
    rows_met: list[int] = gradient[0, 0].any(dim=1).nonzero().flatten().tolist()
    return rows_met


def dilation_of(p: Any) -> int:
    return int(p.table[:, DILATION].max())


def numbers_in(layer: Any) -> int:
    return sum(each.numel() for each in layer.parameters())


OPINIONS: dict[type[Problem], Opinion] = {
    Convolution: convolution,
    Pooling: pooling,
    TransposedConvolution: transposed_convolution,
    Multichannel: multichannel,
    Dense: dense,
    Architecture: architecture,
}


@pytest.mark.parametrize("kind", OPINIONS, ids=lambda kind: kind.name)
def test_answers_are_those_of_torch(torch: Any, kind: type[Problem]) -> None:
    for seed, answers in enumerate(drawn(kind, STACKS if kind is Architecture else SETTINGS)):
        for item, opinion in OPINIONS[kind](torch, answers.problem).items():
            assert NEAR > gap(torch, answers[item], opinion), (item, seed)


def test_receptive_fields_reach_from_the_first_row_that_torch_sees_to_the_last(torch: Any) -> None:
    for seed, answers in enumerate(drawn(Architecture, STACKS)[:FIELDS]):
        rows = rows_seen(torch, answers.problem)
        assert 0 < rows[0] <= rows[-1] < FAR - 1
        assert rows[-1] - rows[0] + 1 == answers["receptive_field"], seed


def test_without_dilation_receptive_fields_count_the_rows_that_torch_sees(torch: Any) -> None:
    """Dilation leaves gaps: a kernel of 3 with dilation 2 reaches over five rows and sees three."""
    plain = [a for a in drawn(Architecture, STACKS) if dilation_of(a.problem) == 1]
    for answers in plain[:FIELDS]:
        seen = len(rows_seen(torch, answers.problem))
        assert seen == answers["receptive_field"], answers.problem.record()
