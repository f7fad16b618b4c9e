"""Make one variant again at each save of its spec, templates or pictures."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.errors import OutputError, WorksheetError
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.resources import templates
from worksheetgen.typeset.texts import files_in
from worksheetgen.typeset.writing import forget_templates

GLANCE = 0.05
"""Seconds between two looks at the files; a save counts as whole when two looks agree."""

Seen = dict[Path, tuple[int, int, int] | None]
"""What tells a file from a changed one, by its path; None: it is not there."""


def watched(
    spec: Path, load: Callable[[], ExamSpec], build: Callable[[ExamSpec], Build]
) -> Iterator[str | WorksheetError]:
    """Make the first variant now, and whenever a file that it comes from is saved.

    Args:
        spec: the exam spec's file.
        load: reads it.
        build: what to make of it.

    Yields:
        What there is to tell after each time: how long it took, or what is wrong.

    Raises:
        WorksheetError: there is no such spec, or its sheets cannot go where they are to go.
    """
    seed = secrets.randbelow(10**6)
    exam: ExamSpec | None = None
    finished = False
    before: Seen = {}
    while True:
        start = time.perf_counter()
        last, before = before, _seen(spec, exam)
        if any(before.get(path) != last.get(path) for path in files_in(templates())):
            forget_templates()
        try:
            exam = load()
            before = _seen(spec, exam) | {spec: before[spec]}
            order = build(exam.model_copy(update={"seed": seed} if exam.seed is None else {}))
            generate(replace(order, replace=order.replace or finished))
        except WorksheetError as error:
            if not finished and (isinstance(error, OutputError) or not (last or spec.is_file())):
                raise
            yield error
        else:
            finished = True
            yield f"made in {time.perf_counter() - start:.2f} s"
        _wait(spec, exam, before)


def _wait(spec: Path, exam: ExamSpec | None, before: Seen) -> None:
    """Return when a file has changed and changes no more."""
    last = now = before
    while now == before or now != last:
        time.sleep(GLANCE)
        last, now = now, _seen(spec, exam)


def _seen(spec: Path, exam: ExamSpec | None) -> Seen:
    """The files from which sheets are made; of an exam that cannot be read, those before."""
    own = files_in(Path(exam.templates)) if exam and exam.templates else ()
    logo = [exam.cover.logo] if exam and exam.cover and exam.cover.logo else []
    pictures = map(Path, [*logo, *(exam.pictures.values() if exam else ())])
    return {path: _state(path) for path in (spec, *pictures, *own, *files_in(templates()))}


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
