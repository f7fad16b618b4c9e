"""The convolution problem on the exam task that the project started from."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from worksheetgen.problems.convolution import Convolution
from worksheetgen.problems.items import Answers
from worksheetgen.problems.steps import Symbol

X = [[2, -1], [0, -1], [1, 1], [-1, 2]]
K = [[1, 0], [-1, -2]]
UPSTREAM_COMBINES = "The upstream gradient ∂L/∂H has two entries that are not zero"


def layer(**changes: Any) -> Convolution:
    givens = {"X": X, "K": K, "upstream": [0, 1, 2], "entry": [0, 0], "entry_gradient": -100}
    givens |= {"learning_rate": Fraction(1, 10), "relu_upstream": [1, 2, 3]}
    arrays: dict[str, Any] = {k: np.array(value) for k, value in (givens | changes).items()}
    return Convolution(**arrays)


EXPECTED = {
    "forward": [[4], [-3], [-2]],
    "kernel_jacobian": [[2, -1, 0, -1], [0, -1, 1, 1], [1, 1, -1, 2]],
    "kernel_gradient": [2, 1, -1, 5],
    "loss_term": [0, 1, 2],
    "gradient_sign": {"increase": "decreases", "decrease": "increases"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_exam_tasks_answers(name: str) -> None:
    problem = layer()
    assert EXPECTED[name] == Convolution.items[name].record(Answers(problem)[name])


def test_the_gradient_follows_from_the_jacobian_that_it_is_given() -> None:
    wrong = np.array([[2, -1, 0, -1], [0, -1, 0, -1], [1, 1, -1, 2]])
    assert [2, 1, -2, 3] == layer().kernel_gradient(wrong).answer.tolist()


def test_the_symbolic_jacobian_names_the_windows_and_not_the_rows_below_them() -> None:
    problem = layer()
    rows = Answers(problem).work("kernel_jacobian").shows["symbols"]
    assert tuple(Symbol("X", index) for index in ((1, 0), (1, 1), (2, 0), (2, 1))) == tuple(rows[1])


def test_padding_stands_as_zero_in_the_symbolic_jacobian() -> None:
    problem = Convolution(**(vars(layer()) | {"padding": (0, 1)}))
    rows = Answers(problem).work("kernel_jacobian").shows["symbols"]
    assert (0, Symbol("X", (0, 0)), 0, Symbol("X", (1, 0))) == tuple(rows[0])


def test_sums_keep_their_zeros() -> None:
    problem = layer()
    first = Answers(problem).work("forward").steps()[0]
    assert ((1, 2), (0, -1), (-1, 0), (-2, -1)) == first.products
    assert (2, 0, 0, 2) == first.values
    assert 4 == first.total


@pytest.mark.parametrize(
    ("input_shape", "indices"),
    [
        ((4, 2), [(0,), (1,), (2,)]),
        ((2, 3), [(0,), (1,)]),
        ((3, 3), [(0, 0), (0, 1), (1, 0), (1, 1)]),
    ],
    ids=["column", "row", "matrix"],
)
def test_a_row_or_column_output_has_one_index_and_others_two(
    input_shape: tuple[int, int], indices: list[tuple[int, ...]]
) -> None:
    problem = layer(X=np.ones(input_shape, dtype=int))
    assert indices == [symbol.index for symbol in problem.outputs]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"X": np.zeros((4, 2), int)}, "The input X has no row and no column of zeros"),
        ({"K": np.zeros((2, 2), int)}, "The kernel K has no row and no column of zeros"),
        ({"X": X[:2] + X[1::-1]}, "The input X differs from each of its mirror images"),
        ({"K": [[1, 2], [2, 0]]}, "The kernel K differs from each of its mirror images"),
        ({"X": np.ones((4, 2), int)}, "Flipping the kernel K changes the output H"),
        ({"X": np.ones((4, 2), int), "K": [[1, -1], [1, -1]]}, "The output H is not all zero"),
        ({"X": np.zeros((4, 2), int)}, "The Jacobian ∂H/∂K is not all zero"),
        ({"upstream": [1, 1, 1]}, UPSTREAM_COMBINES),
        ({"upstream": [0, 5, 0]}, UPSTREAM_COMBINES),
        ({"X": [[1, 1]] * 4, "upstream": [1, 1, -2]}, "The gradient ∂L/∂K"),
        ({"X": [[1, 1]] * 4, "upstream": [1, 1, -2]}, "At most one entry of ∂L/∂K is zero"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_constraint_rejects_what_it_names(changes: dict[str, Any], sentence: str) -> None:
    (constraint,) = [c for c in Convolution.constraints if c.sentence.startswith(sentence)]
    for problem, fit in ((layer(), True), (layer(**changes), False)):
        assert fit == bool(constraint.holds(Answers(problem)))
