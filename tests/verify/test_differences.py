from fractions import Fraction
from functools import partial
from operator import mul

import pytest

from worksheetgen.verify.by_hand.differences import Derivative, Vector


def times(matrix: list[Vector], x: Vector) -> Vector:
    return [sum(map(mul, row, x)) for row in matrix]


def cubed(x: Vector) -> Vector:
    return [x[0] ** 3]


def test_differences_of_a_linear_map_are_its_matrix() -> None:
    matrix = [[2, -1, 0], [7, 3, 5]]
    for linear in (True, False):
        product = Derivative(partial(times, matrix), [4, -2, 9], linear=linear)
        assert matrix == product.differences()
        assert product.confirms(matrix)


def test_along_basis_vectors_a_constant_does_not_count() -> None:
    shifted = Derivative(lambda x: [7 + 3 * x[0]], [5], linear=True)
    assert [[3]] == shifted.differences()


@pytest.mark.parametrize(
    "wrong",
    [[[2, -1, 0], [7, 3, 6]], [[2, -1], [7, 3]], [[2, -1, 0]], [[7, 3, 5], [2, -1, 0]], []],
    ids=["one entry off", "a column short", "a row short", "rows exchanged", "empty"],
)
def test_no_other_matrix_is_confirmed(wrong: list[list[int]]) -> None:
    matrix = [[2, -1, 0], [7, 3, 5]]
    product = Derivative(partial(times, matrix), [4, -2, 9], linear=True)
    assert not product.confirms(wrong)


def test_a_map_that_is_not_linear_is_confirmed_within_its_bound() -> None:
    # (x + 1)³ - (x - 1)³ over 2 is 3x² + 1: off by 1 from the derivative 12 at 2.
    curve = Derivative(cubed, [2], bound=Fraction(1))
    assert [[13]] == curve.differences()
    assert [12, 13, 14] == [slope for slope in range(9, 18) if curve.confirms([[slope]])]


def test_a_smaller_step_comes_closer() -> None:
    assert [[Fraction(16)]] == Derivative(cubed, [2], step=Fraction(2)).differences()
