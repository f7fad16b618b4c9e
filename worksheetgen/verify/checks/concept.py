"""The check concept: claims about a loss against a concrete loss that is moved."""

from worksheetgen.variants.manifest import VariantRecord
from worksheetgen.verify.references import UNSOLVABLE, reference_of
from worksheetgen.verify.report import Report


def concept(variant: VariantRecord, report: Report) -> None:
    """What each item says of a loss, beside what a loss does."""
    for place, part, item in variant.items():
        losses = reference_of(part.problem).losses
        try:
            for expected, found in losses(item.item, part.given, item.answer):
                report.compare("concept", place, expected, found)
        except UNSOLVABLE as error:
            report.unsolvable("concept", place, error)
