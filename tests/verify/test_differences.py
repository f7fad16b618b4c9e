from fractions import Fraction

import pytest

from worksheetgen.verify.differences import Derivative, Vector


def cubed(x: Vector) -> Vector:
    return [x[0] ** 3]


def test_differences_of_a_linear_map_are_its_matrix() -> None:
    matrix = [[2, -1, 0], [7, 3, 5]]
    product = Derivative(lambda x: [sum(map(int.__mul__, row, x)) for row in matrix], [4, -2, 9])
    assert matrix == product.differences()
    assert product.confirms(matrix)


@pytest.mark.parametrize(
    "wrong",
    [[[2, -1, 0], [7, 3, 6]], [[2, -1], [7, 3]], [[2, -1, 0]], [[7, 3, 5], [2, -1, 0]], []],
    ids=["one entry off", "a column short", "a row short", "rows exchanged", "empty"],
)
def test_no_other_matrix_is_confirmed(wrong: list[list[int]]) -> None:
    matrix = [[2, -1, 0], [7, 3, 5]]
    product = Derivative(lambda x: [sum(map(int.__mul__, row, x)) for row in matrix], [4, -2, 9])
    assert not product.confirms(wrong)


def test_a_map_that_is_not_linear_is_confirmed_within_its_bound() -> None:
    # (x + 1)³ - (x - 1)³ over 2 is 3x² + 1: off by 1 from the derivative 12 at 2.
    curve = Derivative(cubed, [2], bound=Fraction(1))
    assert [[13]] == curve.differences()
    assert [12, 13, 14] == [slope for slope in range(9, 18) if curve.confirms([[slope]])]


def test_a_smaller_step_comes_closer() -> None:
    assert [[Fraction(16)]] == Derivative(cubed, [2]).differences(2)
