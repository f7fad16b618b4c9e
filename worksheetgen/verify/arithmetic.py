"""The checks on a variant's numbers: recompute, differentiate, concept."""

import random
from operator import mul

from worksheetgen.manifest import Record
from worksheetgen.verify.key import recompute_keys
from worksheetgen.verify.places import UNSOLVABLE, items, parts, reference_of, tasks
from worksheetgen.verify.rationals import flattened, meant
from worksheetgen.verify.report import Report

TRIALS = 2
"""Random vectors for the adjoint identity: each misses a fault with probability under 1 in 19."""


def check_arithmetic(variant: Record, report: Report) -> None:
    """All checks that need a record alone."""
    for place, task in tasks(variant):
        total = sum(item["points"] for part in task["parts"] for item in part["items"])
        report.compare("recompute", f"{place}, points", total, task["points"])
    for check in (recompute, differentiate, concept):
        for place, part, item in items(variant):
            try:
                check(place, part, item, report)
            except UNSOLVABLE as error:
                found = f"{type(error).__name__}: {error}"
                report.compare(check.__name__, place, "givens and an answer", found)
    for place, part in parts(variant):
        try:
            recompute_keys(place, part, report)
        except UNSOLVABLE as error:
            found = f"{type(error).__name__}: {error}"
            report.compare("recompute", f"{place}, key", "givens and a key", found)


def recompute(place: str, part: Record, item: Record, report: Report) -> None:
    """The answer again from the givens, by definition."""
    answer = getattr(reference_of(part["problem"]), item["item"])(part["given"])
    report.compare("recompute", place, answer, item["answer"])


def differentiate(place: str, part: Record, item: Record, report: Report) -> None:
    """A derivative against differences of the reference map, and ⟨g, J v⟩ = ⟨Jᵀ g, v⟩."""
    solver, given, answer = reference_of(part["problem"]), part["given"], item["answer"]
    derivative = solver.derivative(item["item"], given)
    if derivative is not None:
        claimed = meant(answer)
        jacobian = [flattened(claimed)] if derivative.gradient else claimed
        expected = jacobian if derivative.confirms(jacobian) else derivative.differences()
        report.compare("differentiate", place, expected, jacobian)
    of, weights = solver.ADJOINTS.get(item["item"], ("", ""))
    for other in part["items"]:
        if other["item"] == of:
            J, gradient = meant(other["answer"]), flattened(meant(answer))
            _adjoint(place, J, gradient, given[weights], report)


def _adjoint(
    place: str, J: list[list[int]], gradient: list[int], g: list[int], report: Report
) -> None:
    chance = random.Random(place)  # noqa: S311 - test vectors, repeatable
    for trial in range(1, TRIALS + 1):
        v = [chance.randint(-9, 9) for _ in gradient]
        along = [sum(map(mul, row, v)) for row in J]
        left, right = sum(map(mul, g, along)), sum(map(mul, gradient, v))
        report.compare("differentiate", f"{place}, adjoint {trial}", left, right)


def concept(place: str, part: Record, item: Record, report: Report) -> None:
    """A claim about a loss against a concrete loss that is moved."""
    said = reference_of(part["problem"]).losses(part["given"], item["item"], item["answer"])
    for expected, found in said:
        report.compare("concept", place, expected, found)
