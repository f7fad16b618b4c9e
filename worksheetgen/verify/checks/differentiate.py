"""The check differentiate: derivatives against differences, and Jacobians against gradients."""

import random
from operator import mul

from worksheetgen.variants.manifest import ItemRecord, PartRecord, VariantRecord
from worksheetgen.verify.by_hand.rationals import flattened, meant
from worksheetgen.verify.references import UNSOLVABLE, reference_of
from worksheetgen.verify.report import Report

TRIALS = 2
"""Random vectors for the adjoint identity: each misses a fault with probability under 1 in 19."""


def differentiate(variant: VariantRecord, report: Report) -> None:
    """Each derivative against differences of the reference map, and ⟨g, J v⟩ = ⟨Jᵀ g, v⟩."""
    for place, part, item in variant.items():
        try:
            _differentiate(place, part, item, report)
        except UNSOLVABLE as error:
            report.unsolvable("differentiate", place, error)


def _differentiate(place: str, part: PartRecord, item: ItemRecord, report: Report) -> None:
    reference = reference_of(part.problem)
    derivative = reference.derivative(item.item, part.given)
    if derivative is not None:
        claimed = meant(item.answer)
        jacobian = [flattened(claimed)] if derivative.gradient else claimed
        expected = jacobian if derivative.confirms(jacobian) else derivative.differences()
        report.compare("differentiate", place, expected, jacobian)
    of, weights = reference.adjoint(item.item)
    for other in part.items:
        if other.item == of:
            J, gradient = meant(other.answer), flattened(meant(item.answer))
            _adjoint(place, J, gradient, flattened(part.given[weights]), report)


def _adjoint(
    place: str, J: list[list[int]], gradient: list[int], g: list[int], report: Report
) -> None:
    chance = random.Random(place)  # noqa: S311 - test vectors, repeatable
    for trial in range(1, TRIALS + 1):
        v = [chance.randint(-9, 9) for _ in gradient]
        along = [sum(map(mul, row, v)) for row in J]
        left, right = sum(map(mul, g, along)), sum(map(mul, gradient, v))
        report.compare("differentiate", f"{place}, adjoint {trial}", left, right)
