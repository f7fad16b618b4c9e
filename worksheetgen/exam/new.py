"""What ``new`` writes: a spec to edit with the schema by which editors complete it, templates."""

import os
import shutil
from pathlib import Path

from worksheetgen.errors import InputError, OutputError, suggest
from worksheetgen.exam.personal import fresh_secret
from worksheetgen.exam.schema import BESIDE, DIRECTIVE, SCHEMA
from worksheetgen.typeset.resources import shipped_exams, templates
from worksheetgen.typeset.texts import shipped

FIRST_TASK = "\n[[task]]\n"


def new_spec(file: Path, source: str, own_templates: Path | None) -> None:
    """Write a commented spec, and its schema beside it.

    Args:
        file: where it goes.
        source: the shipped exam to start from.
        own_templates: the folder of templates that the spec is to name, if any.

    Raises:
        WorksheetError: the file exists or cannot be written, or no such exam ships.
    """
    if file.suffix != ".toml":
        raise OutputError(f"{file}: a spec's name ends in .toml")
    exams = shipped_exams()
    if source not in exams:
        raise InputError(f"no shipped exam {source!r}{suggest(source, exams)}")
    lines = f'secret = "{fresh_secret()}" # of personal sheets (--roster): keep it to yourself\n'
    if own_templates:
        path = Path(os.path.relpath(own_templates, file.parent)).as_posix()
        lines += f"templates = '{path}'\n"
    text = exams[source].read_text(encoding="utf-8").replace(FIRST_TASK, lines + FIRST_TASK, 1)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as spec:
            spec.write(DIRECTIVE + text)
        file.with_name(BESIDE).write_bytes(SCHEMA.read_bytes())
    except FileExistsError:
        raise OutputError(f"{file} exists; choose another name or remove it") from None
    except OSError as error:
        raise OutputError(f"{file}: {error.strerror}") from None


def new_templates(folder: Path) -> None:
    """Copy the templates of items and pages to a folder that is new or empty.

    Raises:
        OutputError: it is neither, or cannot be written.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise OutputError(f"{folder} is not empty; choose another folder")
        for name in shipped():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(templates() / name, folder / name)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}") from None
