import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worksheetgen.errors import SamplingError
from worksheetgen.problems.convolution import Convolution
from worksheetgen.problems.layer import ConvolutionGiven, ConvolutionSample
from worksheetgen.sampling import Place, Sampler


def sampler(
    sample: ConvolutionSample | None = None, asked: tuple[str, ...] = (), **given: object
) -> Sampler:
    return Sampler(
        Convolution,
        sample or ConvolutionSample(),
        ConvolutionGiven.model_validate(given),
        asked or tuple(Convolution.items),
    )


def drawn(maker: Sampler, seed: int, variants: range) -> list[Convolution]:
    problems = [found.problem for found in maker.draw([Place(seed, v, 0, 0) for v in variants])]
    return [problem for problem in problems if isinstance(problem, Convolution)]


places = st.tuples(*[st.integers(0, 50)] * 4)


@given(places, places)
def test_streams_are_equal_for_the_same_place_and_differ_otherwise(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> None:
    draws = [Place(*place).stream().integers(2**62, size=2).tolist() for place in (one, other)]
    assert (one == other) == (draws[0] == draws[1])


def test_a_later_variant_changes_no_earlier_one() -> None:
    few = [problem.record() for problem in drawn(sampler(), 7, range(5))]
    many = [problem.record() for problem in drawn(sampler(), 7, range(30))]
    assert few == many[:5]


def test_what_is_drawn_together_is_what_is_drawn_one_by_one() -> None:
    one_by_one, tight = sampler(), ConvolutionSample(input_shape=(3, 2), values=(-1, 1))
    assert [p.record() for p in drawn(sampler(), 7, range(9))] == [
        drawn(one_by_one, 7, range(v, v + 1))[0].record() for v in range(9)
    ]
    single = sampler(tight)
    assert [p.record() for p in drawn(sampler(tight), 7, range(40))] == [
        drawn(single, 7, range(v, v + 1))[0].record() for v in range(40)
    ]


def test_neighbouring_seeds_share_no_variant() -> None:
    exams = [
        {str(problem.record()) for problem in drawn(maker, seed, range(50))}
        for seed, maker in ((42, sampler()), (43, sampler()))
    ]
    assert set() == exams[0] & exams[1]


def test_variants_differ_even_where_few_are_possible() -> None:
    sample = ConvolutionSample(input_shape=(2, 1), kernel_shape=(1, 1), values=(-1, 1))
    maker = sampler(sample, entry=[0, 0], entry_gradient=-100, K=[[1]])
    # An input column that differs from its mirror image, an upstream pair that combines: 6 by 2.
    assert 12 == len({str(problem.record()) for problem in drawn(maker, 1, range(12))})
    with pytest.raises(SamplingError, match="differ from those of every earlier variant"):
        drawn(maker, 1, range(12, 13))


def test_an_impossible_constraint_is_named_with_problem_and_seed() -> None:
    with pytest.raises(SamplingError) as error:
        list(sampler(ConvolutionSample(values=(1, 1))).draw([Place(9, 2, 0, 1)]))
    message = str(error.value)
    for part in ("convolution", "variant 3", "task 0", "part 2", "seed 9", "mirror images"):
        assert part in message


def test_what_is_given_is_not_drawn_and_not_judged() -> None:
    symmetric = [[1, 1], [1, 1]]
    (problem,) = drawn(sampler(K=symmetric, X=[[1, 2], [3, 4], [5, 6], [7, 9]]), 1, range(1))
    assert symmetric == problem.K.tolist()


def test_a_second_variant_of_fixed_givens_is_refused() -> None:
    maker = sampler(
        X=[[1, 2], [3, 4]], K=[[1]], upstream=[1, 2, 3, 4], entry=[0, 0], entry_gradient=10
    )
    drawn(maker, 1, range(1))
    with pytest.raises(SamplingError, match="every given that is printed is fixed"):
        drawn(maker, 1, range(1, 2))


def test_a_given_that_no_question_prints_makes_no_variant() -> None:
    maker = sampler(asked=("forward",), X=[[1, 2], [3, 4]], K=[[1]])
    drawn(maker, 1, range(1))
    with pytest.raises(SamplingError, match="every given that is printed is fixed"):
        drawn(maker, 1, range(1, 2))


def test_a_fixed_symmetric_kernel_is_fine() -> None:
    laplace = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    (problem,) = drawn(sampler(ConvolutionSample(input_shape=(4, 4)), K=laplace), 1, range(1))
    assert 4 == len(problem.record()["X"])


def test_sign_question_varies_in_entry_sign_and_magnitude() -> None:
    problems = drawn(sampler(), 3, range(200))
    entries = {tuple(problem.entry.tolist()) for problem in problems}
    slopes = {int(problem.entry_gradient) for problem in problems}
    assert {(0, 0), (0, 1), (1, 0), (1, 1)} == entries
    assert {-1, 1} == set(np.sign(list(slopes)).tolist())
    assert len({abs(slope) for slope in slopes}) >= 3
