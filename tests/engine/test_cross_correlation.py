from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.strategies import Layer, layers
from worksheetgen.engine.cross_correlation import (
    cross_correlate,
    input_jacobian,
    input_vjp,
    kernel_jacobian,
)


def by_definition(layer: Layer, n: int) -> list[list[int]]:
    """One output of the batch from the formula, index by index."""
    X, K = layer.X[n].tolist(), layer.K[n].tolist()
    (sh, sw), (ph, pw), (dh, dw) = layer.geometry.values()

    def padded(row: int, column: int) -> int:
        inside = 0 <= row - ph < len(X) and 0 <= column - pw < len(X[0])
        return X[row - ph][column - pw] if inside else 0

    _, rows, columns = layer.upstream.shape
    return [
        [
            sum(
                K[u][v] * padded(i * sh + u * dh, j * sw + v * dw)
                for u in range(len(K))
                for v in range(len(K[0]))
            )
            for j in range(columns)
        ]
        for i in range(rows)
    ]


@given(layers())
def test_the_output_is_what_the_formula_says(layer: Layer) -> None:
    H = cross_correlate(layer.X, layer.K, **layer.geometry)
    assert [by_definition(layer, n) for n in range(2)] == H.tolist()


@given(layers())
def test_each_jacobian_times_its_argument_is_the_output(layer: Layer) -> None:
    H = cross_correlate(layer.X, layer.K, **layer.geometry).reshape(2, -1)
    by_kernel = kernel_jacobian(layer.X, layer.kernel_shape, **layer.geometry)
    by_input = input_jacobian(layer.K, layer.input_shape, **layer.geometry)
    assert H.tolist() == (by_kernel @ layer.K.reshape(2, -1, 1))[..., 0].tolist()
    assert H.tolist() == (by_input @ layer.X.reshape(2, -1, 1))[..., 0].tolist()


@given(layers())
def test_the_gradient_of_the_input_is_upstream_times_jacobian(layer: Layer) -> None:
    row = layer.upstream.reshape(2, 1, -1)
    by_input = input_jacobian(layer.K, layer.input_shape, **layer.geometry)
    of_input = input_vjp(layer.upstream, layer.K, layer.input_shape, **layer.geometry)
    assert (row @ by_input).reshape(layer.X.shape).tolist() == of_input.tolist()


@given(layers(batch=3))
def test_a_batch_is_its_members_one_by_one(layer: Layer) -> None:
    singles = [
        cross_correlate(X, K, **layer.geometry) for X, K in zip(layer.X, layer.K, strict=True)
    ]
    assert (
        np.stack(singles).tolist() == cross_correlate(layer.X, layer.K, **layer.geometry).tolist()
    )


def test_batch_axes_broadcast() -> None:
    X = np.arange(24).reshape(2, 1, 3, 4)
    K = np.arange(8).reshape(2, 2, 2)
    assert (2, 2, 2, 3) == cross_correlate(X, K).shape
    assert (2, 2, 3, 4) == input_vjp(np.ones((2, 1, 2, 3), int), K, (3, 4)).shape


def test_fractions_stay_exact() -> None:
    third = np.array([[Fraction(1, 3)]])
    assert [[Fraction(1, 9)]] == cross_correlate(third, third).tolist()


def test_exact_objects_may_exceed_64_bits() -> None:
    whole, large = np.array([[2**62]]), np.array([[Fraction(2**62)]])
    for a, b in ((large, large), (whole, large), (large, whole)):
        assert [[2**124]] == cross_correlate(a, b).tolist()


def test_an_empty_batch_has_empty_outputs() -> None:
    none, kernel = np.ones((0, 3, 4), int), np.ones((2, 2), int)
    assert (0, 2, 3) == cross_correlate(none, kernel).shape
    assert (0, 3, 4) == input_vjp(np.ones((0, 2, 3), int), kernel, (3, 4)).shape


def test_the_largest_number_of_64_bits_is_no_overflow() -> None:
    assert [[2**63 - 1]] == cross_correlate([[2**63 - 1]], [[1]]).tolist()


@pytest.mark.parametrize(
    "call",
    [
        cross_correlate,
        lambda a, b: input_vjp(a, b, (1, 1)),
    ],
    ids=["forward", "input_vjp"],
)
def test_a_sum_beyond_64_bits_is_an_error_not_a_wrong_number(call: Callable[..., Any]) -> None:
    large = np.array([[-(2**32)]])
    with pytest.raises(OverflowError):
        call(large, large)
    assert call(np.array([[2**31]]), np.array([[-(2**31)]])).tolist() == [[-(2**62)]]


@pytest.mark.parametrize("inexact", [[[0.5]], [[True]], [["1"]]], ids=str)
def test_entries_that_are_not_exact_are_refused(inexact: list[list[Any]]) -> None:
    with pytest.raises(TypeError, match="exact"):
        cross_correlate(inexact, [[1]])


def test_a_vector_is_no_image() -> None:
    with pytest.raises(ValueError, match="rows and columns"):
        cross_correlate([1, 2, 3], [[1]])


def test_upstream_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"upstream has shape \(1, 3\), the output has \(3, 1\)"):
        input_vjp([[[0, 1, 2]]], [[1]], (3, 1))


def test_left_out_settings_are_stride_one_no_padding_and_no_dilation() -> None:
    X = np.arange(12).reshape(3, 4)
    K = np.array([[1, 2], [3, 4]])
    g = np.arange(6).reshape(2, 3)
    plain: dict[str, Any] = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1)}
    calls: tuple[Callable[..., Any], ...] = (
        lambda **s: cross_correlate(X, K, **s),
        lambda **s: kernel_jacobian(X, (2, 2), **s),
        lambda **s: input_jacobian(K, (3, 4), **s),
        lambda **s: input_vjp(g, K, (3, 4), **s),
    )
    for call in calls:
        assert call(**plain).tolist() == call().tolist()


@pytest.mark.parametrize(
    "call",
    [
        lambda a, b: cross_correlate([[a, a]], [[b, b]]),
        lambda a, b: cross_correlate([[a], [a]], [[b], [b]]),
        lambda a, b: cross_correlate([[[a, a]]], [[[b, b]]]),
        lambda a, b: input_vjp([[a, a]], [[b, b]], (1, 3)),
        lambda a, b: input_vjp([[a], [a]], [[b], [b]], (3, 1)),
    ],
    ids=[
        "output, row",
        "output, column",
        "output, batch",
        "input, row",
        "input, column",
    ],
)
def test_a_sum_of_two_products_may_be_as_large_as_64_bits_hold(
    call: Callable[[int, int], Any],
) -> None:
    assert 2**63 - 2**32 == abs(call(2**31 - 1, 2**31 + 1 - 1).max())
    with pytest.raises(OverflowError):
        call(2**31, 2**31)
    with pytest.raises(OverflowError):
        call(-(2**31), 2**31)
