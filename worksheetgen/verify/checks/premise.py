"""The check premise: what questions take for granted about their givens."""

from worksheetgen.variants.manifest import VariantRecord
from worksheetgen.verify.references import UNSOLVABLE, reference_of
from worksheetgen.verify.report import Report


def premise(variant: VariantRecord, report: Report) -> None:
    """Each assertion of a stem or a question, by definition, about the givens."""
    asked = [(place, part, "") for place, part in variant.parts()]
    asked += [(place, part, item.item) for place, part, item in variant.items()]
    for place, part, item in asked:
        for sentence, holds in reference_of(part.problem).premises(item).items():
            try:
                found = holds(part.given)
            except UNSOLVABLE as error:
                report.unsolvable("premise", f"{place}, {sentence}", error)
            else:
                report.compare(
                    "premise", f"{place}, {sentence}", "true", "true" if found else "false"
                )
