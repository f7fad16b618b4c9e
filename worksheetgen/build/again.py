"""Sheets of a folder made again, or for those who come late, from what its manifest says."""

import json
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
from worksheetgen.variants.piles import Printing
from worksheetgen.verify.terms import Terms

CALLED = {"inputs": "templates, pictures or students", "tex": "versions of TeX", "spec": "settings"}
"""What decides the sheets, as people call it."""
FROM_OUTSIDE = {"roster"}
"""What a manifest's first line has digests of, and the folder has all that is needed."""


def build_of(folder: Path, exam: Path | None = None) -> tuple[Build, HeaderRecord]:
    """What made a folder's sheets.

    Args:
        folder: where they are.
        exam: the spec, if it names templates or pictures, which the folder does not have.

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
        spec = spec.model_copy(
            update={"templates": own.templates, "cover": cover, "task": own.task}
        )
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
    there = _roster(list(read_variants(folder, torn=True)))
    if there is None:
        raise InputError(f"{folder} was made without a roster; make more variants with generate -n")
    late = _late(folder, there, roster)
    target = OutputFolder(folder)
    due = target.promised()
    if not late and not due:
        raise InputError(f"{folder}: everybody on the roster has a sheet already")
    printing, answers = _due(due) if due else (printing_of(folder), (folder / ANSWERS[0]).exists())
    everybody = Roster((*there.students, *late))
    build = replace(
        build,
        spec=build.spec.model_copy(update={"variants": len(everybody.students)}),
        roster=everybody,
        jobs=jobs,
        printing=printing,
        answers=answers,
        longer=True,
    )
    plan = planned(build)
    before = replace(
        header,
        spec={**header.spec, "variants": build.spec.variants},
        inputs={**header.inputs, "roster": plan.header.inputs["roster"]},
    )
    if plan.header != before:
        raise TexError(f"{folder}: {_difference(before, plan.header)}")
    target.promise(json.dumps([vars(printing) if printing else None, answers]))
    try:
        made = generate(build, done)
    except ProofError:
        target.kept()  # nothing of the batch is there, and the folder is as it was
        raise
    target.kept()
    return late, made


def _due(said: str) -> tuple[Printing | None, bool]:
    """What a stopped run had still to make."""
    printing, answers = json.loads(said)
    return (Printing(**printing) if printing else None), bool(answers)


def unchanged(folder: Path, roster: Roster) -> list[str]:
    """What a roster says otherwise of students who have their sheets, which stay as they are."""
    known = {r.person.id.casefold(): r.person for r in read_variants(folder) if r.person}
    told = []
    for student in roster.students:
        person = known.get(student.id.casefold())
        for head, was in person.facts.items() if person else ():
            now = student.facts.get(head, "")
            if now not in ("", was):
                told.append(f"{student.id} keeps {head} {was or 'none'}; the roster says {now}")
        if person and student.scale not in (0.0, person.scale):
            told.append(f"{student.id} keeps its scale; the roster says {student.scale:g}")
    return told


def _late(folder: Path, there: Roster, roster: Roster) -> list[Student]:
    """Who has no sheet yet, with what the sheets of others say as well.

    Raises:
        InputError: a number is somebody else's.
    """
    known = {student.id.casefold(): student for student in there.students}
    late = []
    for student in roster.students:
        other = known.get(student.id.casefold())
        if other is None:
            facts = {head: student.facts.get(head, "") for head in there.facts}
            late.append(replace(student, facts=facts))
        elif other.name != student.name:
            whose = other.name or "a spare sheet"
            given = f"line {student.line} gives it to {student.name}"
            raise InputError(
                f"{folder}: {student.id} is the number of {whose}, and {given}; mend it"
            )
    return late


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
    named = ", ".join(CALLED.get(name, name) for name in changed)
    return f"its sheets were made with other {named} than there are now"
