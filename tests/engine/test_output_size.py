from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worksheetgen.engine.output_size import output_shape, output_size

sizes = st.integers(1, 12)


@given(sizes, sizes, sizes, st.integers(0, 5), sizes)
def test_it_counts_the_positions_whose_window_lies_within_the_padded_input(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    padded = range(size + 2 * padding)
    starts = [s for s in padded if s % stride == 0 and s + dilation * (kernel - 1) in padded]
    if starts:
        found = output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)
        assert len(starts) == found
    else:
        with pytest.raises(ValueError, match="spans"):
            output_size(size, kernel, stride=stride, padding=padding, dilation=dilation)


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"kernel": 0}, {"stride": 0}, {"dilation": 0}, {"padding": -1}],
    ids=str,
)
def test_a_parameter_out_of_its_range_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        output_size(**({"size": 4, "kernel": 2} | wrong))


def test_the_axis_that_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="horizontal axis: the kernel spans 3 entries"):
        output_shape((4, 2), (2, 3))


def test_left_out_settings_are_stride_one_no_padding_and_no_dilation() -> None:
    plain = output_shape((5, 6), (3, 2), stride=(1, 1), padding=(0, 0), dilation=(1, 1))
    assert plain == output_shape((5, 6), (3, 2))


@pytest.mark.parametrize("setting", ["stride", "padding", "dilation"])
def test_a_setting_for_another_number_of_axes_is_refused(setting: str) -> None:
    for values in ((1,), (1, 1, 1)):
        wrong: Any = {setting: values}
        with pytest.raises(ValueError, match="argument"):
            output_shape((5, 6), (3, 2), **wrong)
