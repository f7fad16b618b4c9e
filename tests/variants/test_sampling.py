from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from worksheetgen.errors import SamplingError
from worksheetgen.problems.convolution import Convolution
from worksheetgen.problems.convolution.settings import ConvolutionSample
from worksheetgen.problems.convolution_1d import Convolution1d, Convolution1dSample
from worksheetgen.problems.items import Answers
from worksheetgen.variants import sampling
from worksheetgen.variants.fairness import TWIN, Company, Fairness, coincidences, effort_of
from worksheetgen.variants.sampling import Place, Sampler


def sampler(
    sample: ConvolutionSample | None = None,
    asked: tuple[str, ...] = (),
    fair: Fairness | None = None,
    **given: object,
) -> Sampler:
    fixed = Convolution.Given.model_validate(given)
    return Sampler(
        Convolution,
        Convolution.settle(sample or ConvolutionSample(), fixed),
        fixed,
        asked or Convolution.usual,
        fair or Fairness(),
    )


def drawn(maker: Sampler, seed: int, variants: range) -> list[Convolution]:
    problems = [
        found.answers.problem for found in maker.draw([Place(seed, v, 0, 0) for v in variants])
    ]
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
    one_by_one, tight = sampler(), ConvolutionSample(input_shape=(3, 2), values=(-2, 2))
    assert [p.record() for p in drawn(sampler(), 7, range(9))] == [
        drawn(one_by_one, 7, range(v, v + 1))[0].record() for v in range(9)
    ]
    single = sampler(tight)
    assert [p.record() for p in drawn(sampler(tight), 7, range(20))] == [
        drawn(single, 7, range(v, v + 1))[0].record() for v in range(20)
    ]


def test_neighbouring_seeds_share_no_variant() -> None:
    exams = [
        {str(problem.record()) for problem in drawn(maker, seed, range(50))}
        for seed, maker in ((42, sampler()), (43, sampler()))
    ]
    assert set() == exams[0] & exams[1]


def test_no_variant_is_anothers_twin_even_where_few_are_possible() -> None:
    # A column of two without a zero that differs from its mirror image is (1, -1), up to twins.
    sample = ConvolutionSample(input_shape=(2, 1), kernel_shape=(1, 1), values=(-1, 1))
    maker = sampler(sample, ("forward",), Fairness(spread=10, diagnosable=False), K=[[1]])
    (found,) = drawn(maker, 1, range(1))
    assert {1, -1} == set(found.X.ravel().tolist())
    with pytest.raises(SamplingError, match="nor their transpose, negative or mirror image"):
        drawn(maker, 1, range(1, 2))


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


@pytest.mark.parametrize(
    "fixed",
    [
        sampler(
            X=[[1, 2], [3, 4]], K=[[1]], upstream=[1, 2, 3, 4], entry=[0, 0], entry_gradient=10
        ),
        sampler(asked=("forward",), X=[[1, 2], [3, 4]], K=[[1]]),
    ],
    ids=["all is fixed", "what no question prints is not"],
)
def test_a_part_of_which_all_is_fixed_is_the_same_in_all_variants(fixed: Sampler) -> None:
    assert not fixed.varies
    assert [[[1, 2], [3, 4]]] * 3 == [problem.X.tolist() for problem in drawn(fixed, 1, range(3))]


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


def effort(problem: Convolution) -> float:
    return float(effort_of(Answers(batch_of(problem)), list(Convolution.usual))[0])


def batch_of(problem: Convolution) -> Convolution:
    arrays: dict[str, Any] = {
        name: np.asarray(getattr(problem, name))[None] for name in Convolution.drawn
    }
    return replace(problem, **arrays)


@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.05, 0.15]))
@settings(max_examples=15)
def test_effort_is_within_the_band_of_the_exam(seed: int, spread: float) -> None:
    maker = sampler(fair=Fairness(spread=spread))
    assert maker.yardstick
    typical = maker.yardstick.effort
    for problem in drawn(maker, seed, range(10)):
        assert abs(effort(problem) - typical) <= spread * typical


def test_an_impossible_band_says_what_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "CANDIDATES", 64)
    few = ConvolutionSample(input_shape=(4, 2), values=(0, 1))
    with pytest.raises(SamplingError, match=r"within 0% of .* draws have .* raise effort.spread"):
        drawn(sampler(few, fair=Fairness(spread=0.0)), 1, range(3))


def test_mistakes_that_cannot_show_ask_for_wider_values_or_leave_to_hide() -> None:
    narrow = Convolution1dSample(length=3, kernel_length=2, values=(-1, 1))
    places = [Place(1, variant, 0, 0) for variant in range(3)]

    def of(fair: Fairness) -> Sampler:
        return Sampler(Convolution1d, narrow, Convolution1d.Given(), Convolution1d.usual, fair)

    with pytest.raises(SamplingError, match="Say diagnosable = false in this part"):
        list(of(Fairness()).draw(places))
    assert 3 == len(list(of(Fairness(diagnosable=False)).draw(places)))


@pytest.fixture(scope="module")
def hundred() -> list[Convolution]:
    return drawn(sampler(), 11, range(100))


def test_every_mistake_shows_in_every_variant(hundred: list[Convolution]) -> None:
    for problem in hundred:
        answers = Answers(batch_of(problem))
        for item in Convolution.usual:
            same = {pair for pair, same in coincidences(answers, item) if same[0]}
            assert set() == same


def test_neighbours_differ_in_answers_of_which_there_are_many(hundred: list[Convolution]) -> None:
    for one, other in pairwise(hundred):
        for item in ("forward", "kernel_jacobian", "kernel_gradient", "loss_term"):
            method = Convolution.items[item]
            answers = [method.record(Answers(problem)[item]) for problem in (one, other)]
            assert answers[0] != answers[1], item


def test_answers_with_room_never_repeat(hundred: list[Convolution]) -> None:
    for item in ("forward", "kernel_jacobian", "kernel_gradient"):
        assert 100 == len({str(Answers(problem)[item].tolist()) for problem in hundred})


def turned(given: NDArray[Any]) -> list[NDArray[Any]]:
    images = [given] if given.ndim == 1 else [given, given.T]
    images += [np.flip(image, axis) for image in images for axis in range(image.ndim)]
    images += [np.flip(image) for image in images]
    return [sign * image for image in images for sign in (1, -1)]


@given(st.integers(0, 2**32), st.data())
@settings(max_examples=30)
def test_a_turned_mirrored_or_negated_copy_is_a_twin(seed: int, data: st.DataObject) -> None:
    (problem,) = drawn(sampler(ConvolutionSample(input_shape=(4, 4))), seed, range(1))
    company = Company(["X", "K", "upstream"], {})
    assert "" == company.admit(Answers(problem))
    images = {
        name: data.draw(st.sampled_from(turned(getattr(problem, name))))
        for name in ("X", "K", "upstream")
    }
    assert TWIN == company.admit(Answers(replace(problem, **images)))
    other = np.array(problem.X)
    other[0, 0] += 7
    assert "" == company.admit(Answers(replace(problem, X=other)))
