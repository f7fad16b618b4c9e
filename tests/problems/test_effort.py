"""Laws of the measure: what makes work longer, and what shortens it."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from worksheetgen.problems.effort import effort_of_copying, effort_of_sums
from worksheetgen.verify.by_hand import effort as reference

factors = st.integers(-9, 9)
products = st.lists(st.tuples(factors, factors), min_size=1, max_size=6)


def of(*sums: list[tuple[int, int]]) -> float:
    pairs = np.array(sums)
    return float(effort_of_sums(pairs[..., 0], pairs[..., 1]))


@given(products)
def test_a_sum_of_more_products_is_more_work(terms: list[tuple[int, int]]) -> None:
    efforts = [of(terms[:end]) for end in range(1, len(terms) + 1)]
    # A two-digit total may shrink to one digit, which saves half a unit and binary digits.
    assert all(later > earlier - 1.75 for earlier, later in pairwise(efforts))
    assert efforts[-1] >= len(terms) / 4


@given(products)
def test_magnitudes_alone_are_no_more_work_than_with_signs(terms: list[tuple[int, int]]) -> None:
    positive = [(abs(a), abs(b)) for a, b in terms]
    negative = sum((a < 0) + (b < 0) for a, b in terms if a * b)
    # All else being the same, each negative factor costs a quarter: here for a single product.
    for (a, b), (c, d) in zip(terms, positive, strict=True):
        signs = (a < 0) + (b < 0) if a * b else 0
        assert of([(a, b)]) == of([(c, d)]) + signs / 4
    assert negative >= 0


@given(factors, factors)
def test_a_zero_saves_work(a: int, b: int) -> None:
    assume(a * b)
    assert of([(a, 0)]) < of([(a, b)])
    assert of([(a, b), (a, 0)]) == of([(a, b)]) + 0.25


@given(factors, factors)
def test_a_product_that_was_there_costs_half(a: int, b: int) -> None:
    assume(a * b)
    single = of([(a, b)])
    assert single + 0.5 + 0.25 * ((a < 0) + (b < 0)) + two_digits(a, b) == of([(a, b)], [(b, a)])


def two_digits(a: int, b: int) -> float:
    return 0.5 * (abs(a * b) >= 10)


@given(st.integers(1, 4), st.integers(5, 9))
def test_a_subtraction_is_more_work_than_an_addition(small: int, large: int) -> None:
    # 5..9 and -1..-4: the same magnitudes, and no larger total.
    plus, minus = of([(large, 1), (small, 1)]), of([(large, 1), (small, -1)])
    digits = (large.bit_length() - (large + small).bit_length()) / 4
    assert plus + 0.5 + 0.25 + digits - 0.5 * (large + small >= 10) == minus


@given(st.lists(products.filter(lambda p: len(p) == 3), min_size=1, max_size=4))
def test_the_second_implementation_agrees(sums: list[list[tuple[int, int]]]) -> None:
    assert of(*sums) == reference.of_sums(sums)


@given(st.lists(st.lists(factors, min_size=3, max_size=3), min_size=1, max_size=4))
def test_copying_costs_by_the_entry_and_the_sign(rows: list[list[int]]) -> None:
    entries = [entry for row in rows for entry in row]
    assert reference.of_copying(entries) == float(effort_of_copying(np.array(rows)))


@given(st.lists(products.filter(lambda p: len(p) == 4), min_size=2, max_size=5))
def test_a_batch_has_the_efforts_of_its_members(batch: list[list[tuple[int, int]]]) -> None:
    pairs = np.array(batch)[:, None]
    together = effort_of_sums(pairs[..., 0], pairs[..., 1])
    assert [of(sums) for sums in batch] == together.tolist()
