"""Points in proportion: within a shipped exam no point takes much more work than another."""

from functools import cache

import numpy as np
import pytest

from worksheetgen.exam.drawing import samplers_of
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.typeset.resources import shipped_exams
from worksheetgen.variants.sampling import Place

A_QUESTION = 8.0
"""What reading a question, finding the way and writing the answer down take beside its sums."""
MOST = 4.0
VARIANTS = 8


@cache
def effort_per_point(exam: str) -> dict[str, float]:
    """By part and item, averaged over some variants."""
    spec, found = load_spec(find_exam(exam)), {}
    for (t, p), sampler in samplers_of(spec).items():
        part = spec.task[t].drawn[p]
        places = [Place(3, variant, t, p) for variant in range(VARIANTS)]
        drawn = [next(fit).answers for fit in sampler.propose(places)]
        for name, points in part.worth.items():
            item = part.kind.items[name]
            effort = np.mean([float(item.effort_of(answers)) for answers in drawn])
            found[f"{t}.{p}.{name}"] = (float(effort) + A_QUESTION) / points
    return found


@pytest.mark.parametrize("exam", shipped_exams())
def test_no_point_takes_four_times_the_work_of_another(exam: str) -> None:
    found = effort_per_point(exam)
    assert max(found.values()) <= MOST * min(found.values()), found
