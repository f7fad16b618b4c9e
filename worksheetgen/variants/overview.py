"""What an exam's variants are like side by side: effort, rejections, distinctness, mistakes."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median

from worksheetgen.errors import OutputError
from worksheetgen.variants.manifest import HeaderRecord, PartRecord, VariantRecord, place_of


@dataclass
class PartOverview:
    """One part over all variants, by the variant's position where there are lists."""

    typical: float
    """The effort to which the variants are held."""
    by_chance: tuple[float, float]
    """The smallest and the largest effort that nothing but chance would have given."""
    undiagnosable_by_chance: float
    """The share of variants that would hide a mistake, had nothing but chance chosen them."""
    effort: list[float] = field(default_factory=list)
    candidates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    answers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By item, the different answers."""
    neighbours: Counter[str] = field(default_factory=Counter)
    """By item, how many variants have the answer of the one before."""
    alike: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By item and two of its answers, right or mistaken: in how many variants they are the same."""
    _latest: dict[str, str] = field(default_factory=dict)

    def add(self, part: PartRecord) -> None:
        self.effort.append(sum(item.effort for item in part.items))
        self.candidates += part.candidates
        self.rejected.update(part.rejected)
        for item in part.items:
            name = f"{item.label}. {item.item}"
            answer = json.dumps(item.answer)
            self.neighbours[name] += self._latest.get(name) == answer
            self._latest[name] = answer
            self.answers[name].add(answer)
            self.alike.update((name, one, other) for one, other in item.alike)

    @property
    def spread(self) -> float:
        """The largest distance of an effort from the typical one, as a share of it."""
        return max(abs(effort - self.typical) for effort in self.effort) / (self.typical or 1.0)

    @property
    def three(self) -> tuple[float, float, float]:
        """The smallest, the median and the largest effort."""
        return min(self.effort), median(self.effort), max(self.effort)


class Overview(dict[str, PartOverview]):
    """By part, such as ``task 3, (a)``."""

    def __init__(self, header: HeaderRecord) -> None:
        super().__init__()
        self.variants = 0
        self.band: float = header.spec["effort"]["spread"]
        for part in header.expected:
            self[place_of(part.task, part.part)] = PartOverview(
                part.effort, (part.smallest, part.largest), part.undiagnosable
            )

    def add(self, variant: VariantRecord) -> None:
        """Take one more variant in, in their order."""
        self.variants += 1
        for where, part in variant.parts():
            place = where.partition(", ")[2]
            if place not in self:
                raise OutputError(
                    f"the manifest's variant {variant.variant} has a {place}, which its "
                    "first line does not name; make the folder anew"
                )
            self[place].add(part)

    @property
    def effort(self) -> list[float]:
        """The effort of each variant as a whole."""
        return [sum(parts) for parts in zip(*(part.effort for part in self.values()), strict=True)]
