"""Sheets of a folder made again, or for those who come late, from what its manifest says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from hashlib import sha256
from itertools import islice
from pathlib import Path

from worksheetgen import __version__
from worksheetgen.build.batch import MadeVariant, make_batch
from worksheetgen.build.folder import OutputFolder
from worksheetgen.build.generate import Made, generate
from worksheetgen.build.plan import Build, planned
from worksheetgen.build.printing import printing_of
from worksheetgen.build.records import File
from worksheetgen.errors import InputError, OutputError, ProofError, TexError
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.practice import practice_of
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.exam.student import Student
from worksheetgen.typeset.tex import EMBEDDED, SYSTEM, find_tex
from worksheetgen.variants.manifest import (
    ANSWERS,
    HeaderRecord,
    VariantRecord,
    read_header,
    read_variants,
)
from worksheetgen.verify.terms import Terms

FROM_OUTSIDE = {"roster"}
"""What a manifest's first line has digests of, and the folder has all that is needed."""


def build_of(folder: Path, exam: Path | None = None) -> tuple[Build, HeaderRecord]:
    """What made a folder's sheets.

    Args:
        folder: where they are.
        exam: the spec, if it names templates or a logo, which the folder does not have.

    Raises:
        OutputError: another version made them, or they are of files that are not there.
    """
    header = read_header(folder)
    if header.worksheetgen != __version__:
        raise OutputError(
            f"{folder}: worksheetgen {header.worksheetgen} made these sheets, and this is "
            f"{__version__}; only that version makes them again"
        )
    if exam is None and header.inputs.keys() - FROM_OUTSIDE:
        files = ", ".join(sorted(header.inputs.keys() - FROM_OUTSIDE))
        raise InputError(f"{folder} was made with {files}; say --exam and the spec that names them")
    spec = ExamSpec.model_validate({**header.spec, "seed": header.seed})
    if exam is not None:
        own = load_spec(exam)
        logo = {"logo": own.cover.logo if own.cover else None}
        cover = spec.cover.model_copy(update=logo) if spec.cover else None
        spec = spec.model_copy(update={"templates": own.templates, "cover": cover})
    practice = practice_of(header.practice, header.seed)[0] if header.practice else None
    build = Build(
        spec,
        folder,
        find_tex(EMBEDDED if header.tex.embedded else SYSTEM),
        marking_key=header.marking_key,
        practice=practice,
        exam_key=header.exam_key,
    )
    return build, header


def again(folder: Path, who: Sequence[str], out: Path, exam: Path | None = None) -> list[Path]:
    """Make sheets again, byte for byte.

    Args:
        folder: where they were made, whose manifest is there.
        who: student numbers, names, codes or variants.
        out: where they go; the folder itself restores what was lost.
        exam: see :func:`build_of`.

    Returns:
        The files.

    Raises:
        InputError: nobody is called so, or several are.
        ProofError: other bytes come out than those that the manifest tells.
    """
    build, header = build_of(folder, exam)
    records = list(read_variants(folder))
    wanted = sorted({_position(name, records) for name in who})
    build = replace(build, roster=_roster(records))
    plan = planned(build)
    if plan.header != header:
        raise TexError(f"{folder}: {_difference(header, plan.header)}")
    order = plan.order(build, Terms.of(header, plan.spec, None))
    order = replace(order, terms=None)
    files = list[File]()
    for position, own in enumerate(islice(plan.draw(), max(wanted) + 1)):
        if position in wanted:
            (made,) = make_batch(order, position, [own], plan.people[position : position + 1])
            files += _the_same(made, records[position])
    for file in files:
        OutputFolder(out).add_at_end(file)
    return [out / file.path for file in files]


def add(
    folder: Path,
    roster: Roster,
    exam: Path | None = None,
    done: Callable[[int], None] = lambda _: None,
    *,
    jobs: int = 1,
) -> tuple[list[Student], Made]:
    """Make sheets for those of a roster who have none yet, behind the others.

    Returns:
        Who they are, and what there is in the end.

    Raises:
        InputError: the folder is of no roster, or everybody has a sheet.
    """
    build, header = build_of(folder, exam)
    there = _roster(list(read_variants(folder)))
    if there is None:
        raise InputError(f"{folder} was made without a roster; make more variants with generate -n")
    known = {student.id.casefold() for student in there.students}
    late = [
        replace(student, facts={head: student.facts.get(head, "") for head in there.facts})
        for student in roster.students
        if student.id.casefold() not in known
    ]
    if not late:
        raise InputError(f"{folder}: everybody on the roster has a sheet already")
    everybody = Roster((*there.students, *late))
    spec = build.spec.model_copy(update={"variants": len(everybody.students)})
    build = replace(
        build,
        spec=spec,
        roster=everybody,
        jobs=jobs,
        printing=printing_of(folder),
        answers=(folder / ANSWERS[0]).exists(),
    )
    plan = planned(build)
    before = replace(
        header,
        spec={**header.spec, "variants": spec.variants},
        inputs={**header.inputs, "roster": plan.header.inputs["roster"]},
    )
    if plan.header != before:
        raise TexError(f"{folder}: {_difference(before, plan.header)}")
    OutputFolder(folder).change_header(plan.header)
    return late, generate(build, done)


def _roster(records: Sequence[VariantRecord]) -> Roster | None:
    """Whose the sheets are, in their order."""
    people = [record.person for record in records if record.person]
    students = (Student(0, p.id, p.name, p.group, p.facts, p.scale) for p in people)
    return Roster(tuple(students)) if people else None


def _position(who: str, records: Sequence[VariantRecord]) -> int:
    """Which variant somebody has, by number, name, code, or the variant itself."""
    found = [n for n, record in enumerate(records) if who.casefold() in _called(record)]
    if len(found) == 1:
        return found[0]
    called = [record.person.id if record.person else record.variant for record in records]
    if found:
        several = ", ".join(called[n] for n in found)
        raise InputError(f"{who!r} are several: {several}; say a number")
    near = get_close_matches(who, called, 1)
    said = f"did you mean {near[0]!r}?" if near else f"there are {len(called)}, such as {called[0]}"
    raise InputError(f"nobody is called {who!r}; {said}")


def _called(record: VariantRecord) -> set[str]:
    person = record.person
    names = (person.id, person.name, person.code) if person else ()
    return {name.casefold() for name in (record.variant, *names) if name}


def _the_same(made: object, record: VariantRecord) -> list[File]:
    """The files of a variant, if they are what they were."""
    if not isinstance(made, MadeVariant):
        raise TexError(f"TeX stopped on variant {record.variant}")
    for file, was in zip(made.files, record.files.values(), strict=True):
        if sha256(file.content).hexdigest() != was.sha256:
            raise ProofError(
                f"{was.path} comes out otherwise than it was made; was it made on another system, "
                "or were its templates changed?"
            )
    return list(made.files)


def _difference(before: HeaderRecord, now: HeaderRecord) -> str:
    """What decides the sheets and is not what it was."""
    changed = [name for name, value in vars(before).items() if getattr(now, name) != value]
    return f"its sheets were made with another {', '.join(changed)} than there is now"
