"""Questions in the examiner's own words, as a sheet has them; they are the same in all variants."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from worksheetgen.engine.exact import exact
from worksheetgen.variants.manifest import OWN, ItemRecord, KeyRecord, PartRecord
from worksheetgen.variants.worth import Worth

QUESTION = "question"
"""What stands for the name of an item."""
SAID = "said"
"""What stands for an answer whose words are the spec's."""


@dataclass(frozen=True)
class OwnRow:
    """A row of the marking key, with what is answered in Markdown; the right answer comes first."""

    label: str
    answer: str
    points: Fraction


@dataclass(frozen=True)
class OwnItem:
    """A question, in Markdown."""

    label: str
    text: str
    points: Fraction
    bonus: bool
    space: int
    """Height of the answer space in lines of text."""
    rows: tuple[OwnRow, ...]

    def record(self) -> ItemRecord:
        key = [KeyRecord(row.label, row.answer, SAID, exact(row.points)) for row in self.rows[1:]]
        return ItemRecord(
            self.label, QUESTION, exact(self.points), SAID, 0.0, key, [], bonus=self.bonus
        )


@dataclass(frozen=True)
class OwnPart(Worth):
    """What stands above some questions, and these."""

    label: str
    text: str
    items: tuple[OwnItem, ...]

    def record(self) -> PartRecord:
        return PartRecord(self.label, OWN, {}, [item.record() for item in self.items], 1, {})


OwnParts = Mapping[tuple[int, str], OwnPart]
"""The parts in the examiner's own words, by task and label."""
