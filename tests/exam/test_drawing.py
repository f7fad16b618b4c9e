"""Every problem type can ask all its items together, whatever the level."""

import pytest

from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import exam_of
from worksheetgen.problems import problem_types


@pytest.mark.parametrize("level", ["easy", "medium", "hard"])
@pytest.mark.parametrize("name", problem_types())
def test_all_items_of_a_type_are_drawn_at_every_level(name: str, level: str) -> None:
    spec = exam_of(name, difficulty=level).model_copy(update={"variants": 3})
    drawn = list(sample(spec, 1, samplers_of(spec)))
    assert 3 == len(drawn)
    assert 3 == len({repr(each.givens[0, 0].answers.problem.record()) for each in drawn})
