"""The commands stress, list and show: problem types by themselves."""

import time
from typing import Annotated, Literal

import typer

from worksheetgen.cli.app import FAILED
from worksheetgen.errors import InputError


def stress_command(
    problem: Annotated[str, typer.Argument(help="A problem type.")] = "convolution",
    seeds: Annotated[int, typer.Option(min=1, max=10**8, help="How many seeds.")] = 1000,
    first: Annotated[int, typer.Option(min=0, max=10**12, help="The first of them.")] = 0,
) -> None:
    """Sample, solve and prove a problem over many seeds and settings, without typesetting."""
    from worksheetgen.build.stress import stress
    from worksheetgen.cli.console import progress
    from worksheetgen.cli.tables import show_outcome
    from worksheetgen.errors import suggest
    from worksheetgen.problems import problem_types

    if problem not in problem_types():
        raise InputError(f"no problem type {problem!r}{suggest(problem, problem_types())}")
    start = time.perf_counter()
    with progress("seeds") as bars:
        bar = bars.add_task("", total=seeds)
        outcome = stress(problem, first, seeds, lambda done: bars.update(bar, completed=done))
    show_outcome(problem, outcome, seconds=time.perf_counter() - start)
    raise typer.Exit(FAILED if outcome.failures else 0)


def list_command() -> None:
    """Show the problem types with their items and options, and the exams that ship."""
    from worksheetgen.cli.tables import show_exams, show_problem
    from worksheetgen.problems import problem_types
    from worksheetgen.typeset.resources import shipped_exams

    for kind in problem_types().values():
        show_problem(kind)
    show_exams(shipped_exams())


def show_command(
    problem: Annotated[str, typer.Argument(help="A problem type, as list names it.")],
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed draws the same numbers.")
    ] = None,
    difficulty: Annotated[
        Literal["easy", "medium", "hard"], typer.Option(help="What to draw from.")
    ] = "medium",
    item: Annotated[
        list[str] | None, typer.Option(help="An item to show; may be given again. Default: all.")
    ] = None,
) -> None:
    """Show a sampled problem with its solutions in the terminal, for choosing."""
    from secrets import randbelow

    from worksheetgen.build.preview import specimen
    from worksheetgen.cli.tables import show_specimen

    chosen = randbelow(10**6) if seed is None else seed
    show_specimen(specimen(problem, chosen, difficulty=difficulty, items=item))
    typer.echo(f"again: worksheetgen show {problem} --seed {chosen} --difficulty {difficulty}")
