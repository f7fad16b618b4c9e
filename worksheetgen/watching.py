"""Make one variant again at each save of its spec or templates."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from watchfiles import watch

from worksheetgen.build import Build, generate
from worksheetgen.errors import WorksheetError
from worksheetgen.resources import templates
from worksheetgen.spec import ExamSpec
from worksheetgen.typeset.texts import FOLDERS
from worksheetgen.typeset.writing import forget_templates

SETTLED = 40
"""Milliseconds without another change until a save counts as whole."""
SOURCES = (".toml", ".md", ".sty", ".tex", ".def")


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
    """
    seed = secrets.randbelow(10**6)
    finished = False
    for _ in _saves(spec):
        start = time.perf_counter()
        forget_templates()
        try:
            exam = load()
            order = build(exam.model_copy(update={"seed": exam.seed or seed}))
            generate(replace(order, replace=order.replace or finished))
        except WorksheetError as error:
            yield error
        else:
            finished = True
            yield f"made in {time.perf_counter() - start:.2f} s"


def _saves(spec: Path) -> Iterator[None]:
    """Once now, and at each save in the spec's folder, or in a folder of templates."""
    beside = [path for path in spec.absolute().parent.iterdir() if path.is_dir()]
    own = [path for path in beside if any((path / name).is_dir() for name in FOLDERS)]
    inner = [path for folder in (*own, templates()) for path in folder.rglob("*") if path.is_dir()]
    saves = watch(
        spec.absolute().parent, *own, *inner, recursive=False, step=SETTLED, watch_filter=_is_source
    )
    yield
    for _ in saves:
        yield


def _is_source(_: object, path: str) -> bool:
    return Path(path).suffix in SOURCES and not Path(path).name.startswith(".")
