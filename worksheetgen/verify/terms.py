"""What an exam says of every one of its variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.variants.manifest import HeaderRecord, VariantRecord, place_of
from worksheetgen.variants.own import LOGO, PICTURE, OwnParts
from worksheetgen.variants.sheet import part_label
from worksheetgen.verify.checks.diagnosable import Apart, to_be_told_apart


def _is_template(name: str) -> bool:
    """Whether a file of an instructor's own is a template, and no picture or roster."""
    return name not in (LOGO, "roster") and not PICTURE.fullmatch(name)


@dataclass(frozen=True)
class Terms:
    """What all variants of an exam must keep, from the manifest's first line."""

    title: str
    language: str
    seed: int
    """What no question may tell."""
    marking_key: bool
    """Whether the solutions print it."""
    band: Mapping[str, tuple[float, float]]
    """By part, such as ``task 3, (a)``: the typical effort, and how far one may be from it."""
    varying: Mapping[str, Sequence[str]]
    """By part: the items whose answers no neighbours share."""
    apart: Apart
    fixed: frozenset[str] = frozenset()
    """The parts of which all is fixed or common, so that they are the same in all variants."""
    common: frozenset[str] = frozenset()
    """Those that are drawn once for all."""
    as_shipped: bool = True
    """Whether the shipped templates and the embedded TeX have set the sheets."""
    practice: str | None = None
    """The command at the foot of a practice sheet; None: these are an exam's sheets."""
    own: OwnParts = field(default_factory=dict)
    """The parts in the examiner's own words, by task and label."""
    cover: Mapping[str, str] | None = None
    """What the cover says in the instructor's words; None: there is no cover."""

    @classmethod
    def of(cls, header: HeaderRecord, spec: ExamSpec, variant: VariantRecord | None) -> "Terms":
        """The terms of an exam, with a variant of it as an example if there is one."""
        spread = spec.effort.spread
        expected = {place_of(part.task, part.part): part for part in header.expected}
        alike = {
            f"{place}, {item}": set(pairs)
            for place, part in expected.items()
            for item, pairs in part.alike.items()
        }
        parts = {
            place_of(task.number, part_label(index)): part
            for task in spec.task
            for index, part in task.drawn.items()
        }
        return cls(
            title=spec.title,
            language=spec.language,
            as_shipped=header.tex.embedded and not any(map(_is_template, header.inputs)),
            practice=header.practice,
            cover=spec.cover.texts(spec.title, spec.language) if spec.cover else None,
            own=spec.own,
            seed=header.seed,
            marking_key=header.marking_key,
            band={place: (part.effort, spread * part.effort) for place, part in expected.items()},
            fixed=frozenset(p for p, part in parts.items() if not part.varies),
            common=frozenset(p for p, part in parts.items() if part.common),
            varying={place: part.varying for place, part in expected.items()},
            apart=to_be_told_apart(spec, variant, alike) if variant else {},
        )
