"""The command practice: a sheet of exercises for a student."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from worksheetgen.cli.opening import open_pdf
from worksheetgen.errors import InputError, SamplingError


def practice_command(
    problems: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROBLEM",
            help="Problem types, or items such as pooling.max_forward; default: all types.",
        ),
    ] = None,
    exercises: Annotated[
        int, typer.Option("-n", "--exercises", min=1, max=60, help="How many exercises.")
    ] = 10,
    difficulty: Annotated[
        Literal["easy", "medium", "hard", "rising"], typer.Option(help="How hard they are.")
    ] = "medium",
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="The same seed gives the same sheet.")
    ] = None,
    *,
    today: Annotated[
        bool, typer.Option("--today", help="Today's sheet: the same all day, another tomorrow.")
    ] = False,
    language: Annotated[str, typer.Option(help="Of the sheet: en or de.")] = "en",
    paper: Annotated[Literal["a4", "letter"], typer.Option(help="Paper size.")] = "a4",
    out: Annotated[
        Path | None, typer.Option(help="The folder to fill; default: practice-SEED.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Show the exercises.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up other sheets that the folder holds.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")
    ] = False,
) -> None:
    """Make a practice sheet: exercises, hints, short answers, and worked solutions."""
    from datetime import date
    from secrets import randbelow

    from worksheetgen.build.generate import generate
    from worksheetgen.build.plan import Build
    from worksheetgen.cli.console import escape, said
    from worksheetgen.exam.practice import Practice, practice_exam
    from worksheetgen.typeset.tex import find_tex

    if today and seed is not None:
        raise InputError("--today is a seed of its own; drop --seed")
    chosen = int(f"{date.today():%Y%m%d}") if today else seed  # noqa: DTZ011 - the student's day
    chosen = randbelow(10**8) if chosen is None else chosen
    practice = Practice(tuple(problems or ()), exercises, difficulty, language, paper)
    folder = out or Path(f"practice-{chosen}")
    spec = practice_exam(practice, chosen)
    build = Build(
        spec.model_copy(update={"seed": chosen}),
        folder,
        find_tex("embedded"),
        marking_key=False,
        practice=practice,
        replace=replace,
    )
    try:
        generate(build)
    except SamplingError:
        raise SamplingError(
            f"there are not {exercises} different exercises of these at this difficulty: ask for "
            f"fewer, name more items or whole types, or choose another --difficulty"
        ) from None
    if not quiet:
        where = escape(str(folder))
        said.print(f"{exercises} exercises, every answer proven:")
        said.print(f"  {where}/questions/001.pdf   exercises; then hints and short answers")
        said.print(f"  {where}/solutions/001.pdf   worked solutions")
        said.print(f"again: {escape(practice.command(chosen))}")
    if show:
        open_pdf(folder)
