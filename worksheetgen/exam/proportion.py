"""Points in proportion to the work by hand, where a spec leaves them to it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

import numpy as np

from worksheetgen.exam.drawing import samplers_of
from worksheetgen.exam.spec import BY_EFFORT, ExamSpec, PartSpec
from worksheetgen.variants.sampling import Place, Sampler

A_QUESTION = 8.0
"""What reading a question, finding the way and writing the answer down take beside its sums."""
DRAWN = 32
"""Candidates over which the work is averaged."""
HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)


def points_by_effort(spec: ExamSpec) -> dict[tuple[int, int], list[float]]:
    """The points of each part that leaves them to effort, by the positions of task and part.

    Raises:
        SamplingError: a part cannot be drawn.
    """
    samplers = samplers_of(spec)
    return {
        (t, p): list(map(float, shared(part.total or 0, list(work(part, samplers[t, p]).values()))))
        for t, task in enumerate(spec.task)
        for p, part in task.drawn.items()
        if part.points == BY_EFFORT
    }


def work(part: PartSpec, sampler: Sampler) -> Mapping[str, float]:
    """What each item of a part takes by hand, averaged over some candidates."""
    places = [Place(0, variant, 0, 0, root=variant) for variant in range(DRAWN)]
    drawn = [next(fit).answers for fit in sampler.propose(places)]
    items = part.kind.items
    return {
        name: A_QUESTION + float(np.mean([items[name].effort_of(each) for each in drawn]))
        for name in part.worth
    }


def shared(total: float, shares: Sequence[float]) -> list[Fraction]:
    """A total in half points, or in quarters if it is of quarters; each gets one of them at least.

    What rounding leaves goes to those that it took most from.

    >>> [float(points) for points in shared(7, [30.0, 20.0, 8.0])]
    [3.5, 2.5, 1.0]
    """
    unit = HALF if Fraction(total) % HALF == 0 else QUARTER
    units, whole = int(Fraction(total) / unit), sum(shares)
    exact = [share / whole * units for share in shares]
    given = [max(1, floor(each)) for each in exact]
    while sum(given) != units:
        step = 1 if sum(given) < units else -1
        may = [n for n, each in enumerate(given) if each + step >= 1]
        most = max(may, key=lambda n: (step * (exact[n] - given[n]), -n))
        given[most] += step
    return [each * unit for each in given]
