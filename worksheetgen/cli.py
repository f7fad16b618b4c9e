"""The command line: commands, options, and the one place where errors become messages."""

import io
import sys
import time
from collections.abc import Callable
from dataclasses import replace as changed
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from worksheetgen import __version__
from worksheetgen.errors import OutputError, ProofError, SamplingError, SpecError, WorksheetError

if TYPE_CHECKING:
    from worksheetgen.build import Build, Made
    from worksheetgen.spec import ExamSpec
    from worksheetgen.verify.report import Report

FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    help="From one exam task, as many variants as you need, with every number proven.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help appears in half the time
)


def main() -> None:
    """Run a command; what goes wrong for the user becomes a message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(INTERRUPTED)
    except WorksheetError as error:
        from worksheetgen.show import escape, warned

        warned.print(f"[bold red]error:[/] {escape(str(error))}")
        sys.exit(FAILED if isinstance(error, ProofError) else UNUSABLE)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer's form of a callback
    if wanted:
        typer.echo(f"worksheetgen {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


@app.command("generate")
def generate_command(
    exam: Annotated[str, typer.Argument(help="A shipped exam or a TOML file.")] = "convolution",
    variants: Annotated[
        int | None, typer.Option("-n", "--variants", help="How many variants; overrides the spec.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same sheets.")] = None,
    out: Annotated[Path, typer.Option(help="The folder to fill.")] = Path("out"),
    paper: Annotated[
        Literal["a4", "letter"] | None, typer.Option(help="Paper size; overrides the spec.")
    ] = None,
    tex: Annotated[
        str, typer.Option(help="embedded, system, or the path of a pdflatex.")
    ] = "embedded",
    *,
    roster: Annotated[
        Path | None, typer.Option(help="A personal variant for each student of a CSV file.")
    ] = None,
    top_margin: Annotated[
        int | None, typer.Option(help="Millimetres above each head; overrides the spec.")
    ] = None,
    keep_tex: Annotated[
        bool, typer.Option("--keep-tex", help="Also write a .tex to edit per sheet.")
    ] = False,
    key: Annotated[
        bool, typer.Option("--key/--no-key", help="--no-key leaves the marking key out.")
    ] = True,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="--no-verify is for benchmarks only.")
    ] = True,
    for_print: Annotated[
        bool,
        typer.Option("--print", help="Also one PDF of all questions, and where answers stand."),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up other sheets that the folder holds.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; default: one per core.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="A Dask scheduler that makes them, tcp://HOST:PORT.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Make one variant again at each save, until Ctrl-C.")
    ] = False,
    show: Annotated[bool, typer.Option("--open", help="Show the first question sheet.")] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")
    ] = False,
) -> None:
    """Make question and solution sheets of an exam."""
    from worksheetgen.build import Build
    from worksheetgen.personal import fresh_secret
    from worksheetgen.roster import read_roster
    from worksheetgen.show import escape, progress, warned
    from worksheetgen.spec import find_exam, load_spec
    from worksheetgen.typeset.tex import find_tex
    from worksheetgen.workers import cores

    students = read_roster(roster) if roster else None
    if students and (watch or variants is not None):
        raise SpecError("drop -n and --watch: a roster has a variant for each student")
    path = find_exam(exam)
    load = partial(load_spec, path, seed=seed, paper=paper, top_margin=top_margin)
    order = partial(
        Build,
        out=out,
        tex=find_tex(tex),
        keep_tex=keep_tex,
        marking_key=key,
        verify=verify,
        for_print=for_print,
        replace=replace,
        roster=students,
        jobs=jobs or cores(),
    )
    if watch:
        _watch(path, partial(load, variants=1), order)
    spec = load(variants=len(students.students) if students else variants)
    if students and spec.secret is None:
        raise SpecError(
            f"{path}: personal sheets need a secret that you alone know; add this line at the top "
            f'of a spec of your own, and keep the spec to yourself:\nsecret = "{fresh_secret()}"'
        )
    build = order(spec)
    with progress("variants", quiet=quiet) as bars:
        bar = bars.add_task("", total=spec.variants)
        try:
            made = _generate(build, cluster, lambda done: bars.update(bar, completed=done))
        except KeyboardInterrupt:
            kept = f"finished variants are in {out}" if out.exists() else "nothing was made"
            warned.print(f"stopped; {escape(kept)}")
            raise typer.Exit(INTERRUPTED) from None
    if not quiet:
        _tell(build, made)
    if show:
        _open(out)


def _watch(
    path: Path, load: Callable[[], "ExamSpec"], order: Callable[["ExamSpec"], "Build"]
) -> NoReturn:
    from worksheetgen.show import escape, said, warned
    from worksheetgen.watching import watched

    said.print(f"One variant at each save of {escape(str(path))} or a template; Ctrl-C ends it.")
    for told in watched(path, load, order):
        if isinstance(told, str):
            said.print(told)
        else:
            warned.print(f"[bold red]error:[/] {escape(str(told))}")
    raise typer.Exit(INTERRUPTED)


def _open(path: Path) -> None:
    """Show a PDF, or the first question sheet of a folder, as this machine shows PDFs."""
    pdf = path if path.suffix == ".pdf" else min((path / "questions").glob("*.pdf"), default=path)
    if not pdf.is_file():
        raise OutputError(f"{pdf}: no PDF, and no folder that 'worksheetgen generate' filled")
    typer.echo(f"opening {pdf}")
    if typer.launch(str(pdf)):
        raise OutputError(f"nothing here shows PDFs; {pdf} is where it is")


def _generate(build: "Build", cluster: str | None, done: Callable[[int], None]) -> "Made":
    from worksheetgen.build import generate

    if cluster is None:
        return generate(build, done)
    from worksheetgen.cluster import dask

    with dask(cluster) as (executor, jobs):
        return generate(changed(build, jobs=jobs), done, executor)


def _tell(build: "Build", made: "Made") -> None:
    from worksheetgen.show import escape, said, show_names, show_overview

    spec, out = build.spec, build.out
    show_overview(made.overview)
    variants_made = f"{spec.variants} variant{'s' if spec.variants > 1 else ''}"
    said.print(f"{2 * spec.variants} sheets of {variants_made} in [bold]{escape(str(out))}[/]")
    said.print("  questions/   to hand out")
    said.print("  solutions/   the same with worked answers")
    if build.for_print:
        said.print("  print.pdf    all questions, each on an even number of pages")
        said.print("  layout.json  where each answer stands; template.pdf: the pages to mark up")
    said.print(f"  seed {made.seed}   makes the same sheets again (--seed {made.seed})")
    if build.roster:
        show_names(build.roster)
    said.print("Every check proven." if build.verify else "[bold red]Nothing was proven.[/]")
    said.print(f"Check them again with: worksheetgen verify {escape(quote(str(out)))}")


@app.command("practice")
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
) -> None:
    """Make a practice sheet: exercises, hints, short answers, and worked solutions."""
    from datetime import date
    from secrets import randbelow

    from worksheetgen.build import Build, generate
    from worksheetgen.practice import Practice, practice_exam
    from worksheetgen.show import escape, said
    from worksheetgen.typeset.tex import find_tex

    if today and seed is not None:
        raise SpecError("--today is a seed of its own; drop --seed")
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
    said.print(f"{exercises} exercises, every answer proven:")
    said.print(
        f"  {escape(str(folder))}/questions/001.pdf   exercises; then hints and short answers"
    )
    said.print(f"  {escape(str(folder))}/solutions/001.pdf   worked solutions")
    said.print(f"again: {escape(practice.command(chosen))}")
    if show:
        _open(folder)


@app.command("open")
def open_command(
    path: Annotated[Path, typer.Argument(help="A folder of sheets, or a PDF.")] = Path("out"),
) -> None:
    """Show a PDF, or the first question sheet of a folder."""
    _open(path)


@app.command("verify")
def verify_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="A folder that generate filled, or a question and a solution PDF."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write a JUnit report: a test case per item and check.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print failures alone.")] = False,
) -> None:
    """Prove sheets: exit code 0 if all is proven, 1 if a check fails, 2 for nothing to check."""
    from worksheetgen.show import show_report
    from worksheetgen.verify.junit import write_junit

    report = _verify(paths or [Path("out")])
    if junit is not None:
        write_junit(report, junit)
    if as_json:
        typer.echo(report.to_json())
    else:
        show_report(report, quiet=quiet)
    raise typer.Exit(FAILED if report.failures else 0)


def _verify(paths: list[Path]) -> "Report":
    from worksheetgen.show import progress
    from worksheetgen.verify.folder import verify_folder
    from worksheetgen.verify.paper import read_paper
    from worksheetgen.verify.prove import prove_pair

    match paths:
        case [folder] if folder.suffix != ".pdf":
            with progress("variants") as bars:
                bar = bars.add_task("", total=None)
                return verify_folder(
                    folder, lambda done, of: bars.update(bar, completed=done, total=of)
                )
        case [one, other] if one.suffix == other.suffix == ".pdf":
            return prove_pair([read_paper(one), read_paper(other)])
        case _:
            raise OutputError("verify takes one folder, or a question and a solution PDF")


@app.command("report")
def report_command(
    folder: Annotated[Path, typer.Argument(help="A folder that generate filled.")] = Path("out"),
    plot: Annotated[
        Path | None, typer.Option(help="Draw effort by variant and part: a .png, .svg or .pdf.")
    ] = None,
) -> None:
    """Show what the variants of an exam are like side by side."""
    from worksheetgen.manifest import read_header, read_variants
    from worksheetgen.overview import Overview
    from worksheetgen.plot import check_picture, plot_effort
    from worksheetgen.show import escape, said, show_overview

    if plot is not None:
        check_picture(plot)
    overview = Overview(read_header(folder))
    for variant in read_variants(folder):
        overview.add(variant)
    if not overview.variants:
        raise OutputError(f"{folder}: the manifest names no variant; there is nothing to report")
    show_overview(overview)
    if plot is not None:
        plot_effort(overview, plot)
        said.print(f"drawn: {escape(str(plot))}")


@app.command("stress")
def stress_command(
    problem: Annotated[str, typer.Argument(help="A problem type.")] = "convolution",
    seeds: Annotated[int, typer.Option(min=1, max=10**8, help="How many seeds.")] = 1000,
    first: Annotated[int, typer.Option(min=0, max=10**12, help="The first of them.")] = 0,
) -> None:
    """Sample, solve and prove a problem over many seeds and settings, without typesetting."""
    from worksheetgen.problems import problem_types
    from worksheetgen.show import progress, show_outcome
    from worksheetgen.stress import stress
    from worksheetgen.suggest import suggest

    if problem not in problem_types():
        raise SpecError(f"no problem type {problem!r}{suggest(problem, problem_types())}")
    start = time.perf_counter()
    with progress("seeds") as bars:
        bar = bars.add_task("", total=seeds)
        outcome = stress(problem, first, seeds, lambda done: bars.update(bar, completed=done))
    show_outcome(problem, outcome, seconds=time.perf_counter() - start)
    raise typer.Exit(FAILED if outcome.failures else 0)


@app.command("list")
def list_command() -> None:
    """Show the problem types with their items and options, and the exams that ship."""
    from worksheetgen.lazy import put_off

    put_off("numpy")
    from worksheetgen.problems import problem_types
    from worksheetgen.resources import shipped_exams
    from worksheetgen.show import show_exams, show_problem

    for kind in problem_types().values():
        show_problem(kind)
    show_exams(shipped_exams())


@app.command("show")
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

    from worksheetgen.show import show_specimen
    from worksheetgen.specimen import specimen

    chosen = randbelow(10**6) if seed is None else seed
    show_specimen(specimen(problem, chosen, difficulty=difficulty, items=item))
    typer.echo(f"again: worksheetgen show {problem} --seed {chosen} --difficulty {difficulty}")


@app.command("new")
def new_command(
    file: Annotated[
        Path | None, typer.Argument(help="The spec to write, a .toml file.", show_default=False)
    ] = None,
    source: Annotated[str, typer.Option("--from", help="The shipped exam to start from.")] = (
        "convolution"
    ),
    templates: Annotated[
        Path | None, typer.Option(help="Copy the templates to this folder, to change them.")
    ] = None,
) -> None:
    """Write a commented exam spec to edit, templates to change, or both."""
    from worksheetgen.new import new_spec, new_templates
    from worksheetgen.show import escape, said

    if file is None and templates is None:
        raise OutputError("name a spec to write, such as exam.toml, or a folder with --templates")
    if templates is not None:
        new_templates(templates)
        said.print(f"Change what you like in {escape(str(templates))}, and remove the rest.")
    if file is not None:
        new_spec(file, source, templates)
        command = f"worksheetgen generate {quote(str(file))}"
        said.print(f"Edit {escape(str(file))}, then: {escape(command)}")
    else:
        said.print(f"A spec names them so: templates = {escape(repr(str(templates)))}")
