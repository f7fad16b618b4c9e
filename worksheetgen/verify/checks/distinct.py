"""The check distinct, and what the variants of an exam must share."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from math import inf
from typing import Any

from worksheetgen.variants.manifest import OWN, Given, PartRecord, VariantRecord
from worksheetgen.variants.own import letter, orders_of
from worksheetgen.verify.checks.layout import Look
from worksheetgen.verify.references import reference_of
from worksheetgen.verify.report import Report
from worksheetgen.verify.terms import Terms


@dataclass
class Exam:
    """The variants that were compared so far."""

    terms: Terms
    _first: dict[float, Look] = field(default_factory=dict)
    """By the scale of question sheets."""
    _people: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, str] = field(default_factory=dict)
    _common: dict[str, Given] = field(default_factory=dict)
    _latest: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def compare(self, variant: VariantRecord, look: Look | None, report: Report) -> None:
        """Words and answer spaces as in the first variant; givens and answers of its own."""
        code = variant.variant
        if look:
            scale = variant.person.scale if variant.person else 0.0
            self._compare_looks(
                code, replace(look, own=_in_order(look.own, variant)), scale, report
            )
        for label in ("id", "code") if variant.person else ():
            said = getattr(variant.person, label)
            owner = self._people.setdefault(f"{label} {said}", code)
            report.compare("distinct", f"{code}, {label} {said}", f"{code} alone", f"{owner} alone")
        alone = variant.person.version if variant.person else code
        for place, part in variant.parts():
            within = place.partition(", ")[2]
            if alone and within not in self.terms.fixed:
                first = self._seen.setdefault(f"{within}: {_twin(part)}", alone)
                report.compare("distinct", place, f"{alone} alone", f"{first} alone")
            if within in self.terms.common:
                common = self._common.setdefault(within, part.given)
                report.compare("distinct", f"{place}, common to all", common, part.given)
            self._compare_effort(place, within, part, report)
            self._compare_neighbour(code, within, part, report)

    def _compare_looks(self, code: str, look: Look, scale: float, report: Report) -> None:
        alike = self._first.setdefault(scale, look)
        report.compare(
            "layout", f"{code}, answer spaces as in the first", alike.spaces, look.spaces
        )
        report.compare("layout", f"{code}, words as in the first", alike.prose, look.prose)
        report.compare("layout", f"{code}, own words as in the first", alike.own, look.own)
        report.compare("layout", f"{code}, logo as in the first", alike.logo, look.logo)
        report.compare("layout", f"{code}, rules as in the first", alike.rules, look.rules)

    def _compare_effort(self, place: str, within: str, part: PartRecord, report: Report) -> None:
        typical, far = self.terms.band.get(within, (0.0, inf))
        effort = sum(item.effort for item in part.items)
        found = effort if abs(effort - typical) > far else "in the band"
        report.compare("specified", f"{place}, effort", "in the band", found)

    def _compare_neighbour(self, code: str, within: str, part: PartRecord, report: Report) -> None:
        for item in part.items:
            if item.item in self.terms.varying.get(within, ()):
                key = f"{within}, {item.label}. {item.item}"
                before, answer = self._latest.get(key, (0, None))
                same = before == int(code) - 1 and answer == item.answer
                report.compare("distinct", f"{code}, {key}", "new", "as before" if same else "new")
                self._latest[key] = int(code), item.answer


def _in_order(own: Mapping[str, str], variant: VariantRecord) -> dict[str, str]:
    """Own words, with choices by their numbers in the spec instead of their letters."""
    numbers = {
        f"{task.number}.{part.label}.{label}.{letter(position)}": number
        for task in variant.tasks
        for part in task.parts
        if part.problem == OWN
        for label, order in orders_of(part).items()
        for position, number in enumerate(order)
    }
    return {
        f"{place[:-1]}choice {numbers[place]}" if place in numbers else place: said
        for place, said in own.items()
    }


def _twin(part: PartRecord) -> str:
    """The same for all printed givens that are transposes, mirror images or negatives."""
    reference, asked = reference_of(part.problem), [item.item for item in part.items]
    printed = sorted(reference.givens_of(asked))
    beside = [value for item in asked for value in reference.beside(item, part.given)]
    return " ".join([*(min(_images(part.given.get(name))) for name in printed), str(beside)])


def _images(given: Any) -> Iterator[str]:
    if isinstance(given, int):
        yield str(abs(given))
    elif _is_table(given):
        turned = [given, [list(column) for column in zip(*given, strict=True)]]
        for rows, down, right, sign in product(turned, (1, -1), (1, -1), (1, -1)):
            yield json.dumps([[sign * entry for entry in row[::right]] for row in rows[::down]])
    elif isinstance(given, list) and all(isinstance(entry, int) for entry in given):
        for order, sign in product((1, -1), (1, -1)):
            yield json.dumps([sign * entry for entry in given[::order]])
    else:
        yield json.dumps(given)


def _is_table(given: Any) -> bool:
    rows = given if isinstance(given, list) else []
    return bool(rows) and all(
        isinstance(row, list) and all(isinstance(entry, int) for entry in row) for row in rows
    )
