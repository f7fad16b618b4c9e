"""The check specified: a variant's record is one of the exam that the manifest's header names."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from worksheetgen.exam.own import OwnPartSpec
from worksheetgen.exam.personal import code as code_of
from worksheetgen.exam.personal import version_of
from worksheetgen.exam.spec import ExamSpec, PartSpec
from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.variants.manifest import (
    OWN,
    Given,
    HeaderRecord,
    ItemRecord,
    KeyRecord,
    PartRecord,
    PersonRecord,
    VariantRecord,
)
from worksheetgen.variants.marking import Credit, Share
from worksheetgen.variants.person import file_name
from worksheetgen.variants.sheet import item_label, part_label, variant_code
from worksheetgen.verify.by_hand.rationals import said
from worksheetgen.verify.key import mistakes_of, of_parts, right_answer
from worksheetgen.verify.report import Report


def specified(
    spec: ExamSpec, header: HeaderRecord, position: int, variant: VariantRecord, report: Report
) -> bool:
    """Compare all that the spec fixes; return whether it is as specified.

    Args:
        spec: the exam.
        header: the manifest's first line.
        position: the variant's position, from 0.
        variant: its line in the manifest.
        report: where the outcome goes.
    """
    code = variant_code(position)
    person = _person(spec, header, position, variant)
    name = file_name(person.id) if person else code
    solved = (person and person.version) or name
    given = defaultdict[tuple[int, int], Given](dict)
    for t, record in enumerate(variant.tasks):
        given |= {(t, p): part.given for p, part in enumerate(record.parts)}
    expected = {
        "variant": code,
        "person": person,
        "files": [f"questions/{name}.pdf", f"solutions/{solved}.pdf"],
        "tasks": [
            [
                task.number,
                task.title,
                [_part(p, part, given[t, p]) for p, part in enumerate(task.part)],
            ]
            for t, task in enumerate(spec.task)
        ],
        "void": sorted(spec.void),
    }
    found = {
        "variant": variant.variant,
        "person": variant.person,
        "files": [variant.files[kind].path for kind in ("question", "solution")],
        "tasks": [
            [task.number, task.title, [_recorded(part) for part in task.parts]]
            for task in variant.as_asked().tasks
        ],
        "void": sorted(variant.void),
    }
    before = len(report.failures)
    report.compare("specified", code, expected, found)
    fixed = _fixed(spec)
    drawn = [part.given for _, part in variant.parts()]
    for number, (wanted, there) in enumerate(zip(fixed, drawn, strict=False), start=1):
        shown = {name: there.get(name) for name in wanted}
        report.compare("specified", f"{code}, givens of part {number}", wanted, shown)
    asked = [part for task in spec.task for part in task.drawn.values()]
    if len(report.failures) > before:
        return False
    for part_spec, (place, part) in zip(asked, variant.parts(), strict=True):
        credited(place, part, part_spec.earned, report)
    return len(report.failures) == before


def _person(
    spec: ExamSpec, header: HeaderRecord, position: int, variant: VariantRecord
) -> PersonRecord | None:
    """Whose variant it is, with code, printed name and version computed anew."""
    if "roster" not in header.inputs:
        return None
    own = variant.person or PersonRecord(id="missing", name="", printed="", group="", code="")
    dealt = version_of(position, spec.versions)
    ways = normalize("NFC", own.name), in_latin_letters(own.name)
    return replace(
        own,
        printed=own.printed if own.printed in ways else ways[1],
        code=dealt + code_of(header.exam_key or "", own.id),
        version=dealt,
    )


def credited(place: str, part: PartRecord, credit: Credit, report: Report) -> None:
    """Compare what the mistakes of a part's items earn in their keys with what is said of them."""
    for item in part.items:
        right = right_answer(part, item)
        earned = [_earned(part, item, right, row, credit.get(item.item, {})) for row in item.key]
        printed = [row.points for row in item.key]
        own = [points for points in earned if points is not None]
        where = f"{place}, {item.label}. {item.item}, key's points"
        report.compare("specified", where, own, printed[: len(own)])


def _earned(
    part: PartRecord, item: ItemRecord, right: Any, row: KeyRecord, credit: Mapping[str, Share]
) -> Any:
    """What a mistake's row earns; None for a row that follows an earlier mistake through.

    What the spec itself says of a mistake stands, whatever parts of its answer are right.
    """
    shares = [credit[name] for name in mistakes_of(row.happened) if name in credit]
    if not shares:
        return None
    points = [share.points for share in shares]
    if not any(share.said for share in shares):
        points.append(of_parts(part, item, right, row))
    return said(max(points))


def _part(index: int, part: PartSpec | OwnPartSpec, given: Given) -> list[Any]:
    if isinstance(part, OwnPartSpec):
        return _recorded(part.part(index, _orders(index, part, given)).record())
    items = [
        [item_label(i), name, said(points), name in part.beyond]
        for i, (name, points) in enumerate(part.worth.items())
    ]
    return [part_label(index), part.problem, items]


def _orders(index: int, part: OwnPartSpec, given: Given) -> dict[str, list[int]]:
    """Those of the record as far as they are orders; else choices stand as in the spec."""
    orders: dict[str, list[int]] = {}
    for item, asked in zip(part.part(index, {}).items, part.question, strict=True):
        if item.choices:
            there, usual = given.get(item.label), [*range(1, len(item.choices) + 1)]
            orders[item.label] = there if there and asked.is_order(there) else usual
    return orders


def _recorded(part: PartRecord) -> list[Any]:
    if part.problem == OWN:
        return [part.label, part.problem, part.items, part.given]
    items = [[item.label, item.item, item.points, item.bonus] for item in part.items]
    return [part.label, part.problem, items]


def _fixed(spec: ExamSpec) -> list[Given]:
    """What each part's spec fixes: its given values, and settings that are givens too."""
    return [
        {
            name: value
            for name, value in part.sample.model_dump(mode="json").items()
            if name in part.kind.fixed_names()
        }
        | part.given.model_dump(mode="json", exclude_none=True)
        for task in spec.task
        for part in task.drawn.values()
    ]
