"""The command generate: sheets of an exam, once or at each save."""

from collections.abc import Callable
from dataclasses import replace as changed
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from worksheetgen.cli.app import INTERRUPTED
from worksheetgen.cli.opening import open_pdf
from worksheetgen.cli.roster import About, ForPrint
from worksheetgen.errors import InputError

if TYPE_CHECKING:
    from worksheetgen.build.generate import Made
    from worksheetgen.build.plan import Build
    from worksheetgen.exam.spec import ExamSpec


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
        Path | None,
        typer.Option(help="A personal variant for each student of a CSV, Excel or ODS file."),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="Which column of the roster is which: id=HEAD,name=HEAD,group=HEAD."),
    ] = None,
    shown: Annotated[
        list[str] | None,
        typer.Option("--show", help="The head of a column of the roster that sheets say as well."),
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help="Columns that order the sheets, such as room,seat.")
    ] = None,
    spares: Annotated[
        int, typer.Option(min=0, max=1000, help="Sheets for students whom no roster has.")
    ] = 0,
    versions: Annotated[
        int | None, typer.Option(help="So many variants, dealt to the students of a roster.")
    ] = None,
    top_margin: Annotated[
        int | None, typer.Option(help="Millimetres above each head; overrides the spec.")
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(help="How much larger question sheets are printed; overrides the spec."),
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
    split: Annotated[
        str | None, typer.Option(help="A column, such as room: a file to print for each pile.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Sheets of a file to print, at most.")
    ] = None,
    copies: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="Sheets to print in all, the variants in turn."),
    ] = None,
    booklet: Annotated[
        bool, typer.Option("--booklet", help="Print on paper of twice the size, to be folded.")
    ] = False,
    two_up: Annotated[
        bool, typer.Option("--two-up", help="Print two pages side by side, in order.")
    ] = False,
    answers: Annotated[
        bool, typer.Option("--answers", help="Also all answers and likely errors as tables.")
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
    report: Annotated[
        bool, typer.Option("--report", help="Tell effort, rejections and answers as well.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Say nothing unless something is wrong.")
    ] = False,
) -> None:
    """Make question and solution sheets of an exam."""
    from worksheetgen.build.plan import Build
    from worksheetgen.cli.console import escape, progress, warned
    from worksheetgen.cli.tables import show_overview, show_roster
    from worksheetgen.exam.loading import find_exam, load_spec
    from worksheetgen.exam.personal import fresh_secret
    from worksheetgen.typeset.tex import find_tex
    from worksheetgen.workers import cores

    students = About(columns, shown or (), sort, spares).read(roster)
    if students and (watch or variants is not None):
        raise InputError("drop -n and --watch: a roster has a variant for each student")
    path = find_exam(exam)
    load = partial(
        load_spec,
        path,
        seed=seed,
        paper=paper,
        top_margin=top_margin,
        versions=versions,
        scale=scale,
    )
    order = partial(
        Build,
        out=out,
        tex=find_tex(tex),
        keep_tex=keep_tex,
        marking_key=key,
        verify=verify,
        printing=ForPrint(for_print, split, batch, copies, booklet, two_up).read(students),
        answers=answers,
        replace=replace,
        roster=students,
        jobs=jobs or cores(),
    )
    if watch:
        _watch(path, partial(load, variants=1), order)
    spec = load(variants=len(students.students) if students else variants)
    if not students and variants is None and spec.versions:
        spec = spec.model_copy(update={"variants": spec.versions})
    _enough(copies, spec.variants)
    if students and spec.secret is None:
        raise InputError(
            f"{path}: personal sheets need a secret that you alone know; add this line at the top "
            f'of a spec of your own, and keep the spec to yourself:\nsecret = "{fresh_secret()}"'
        )
    if students and not quiet:
        show_roster(students)
    build = order(spec)
    with progress("variants", quiet=quiet) as bars:
        bar = bars.add_task("", total=spec.variants)
        try:
            made = _generate(build, cluster, lambda done: bars.update(bar, completed=done))
        except KeyboardInterrupt:
            kept = f"finished variants are in {out}" if out.exists() else "nothing was made"
            warned.print(f"stopped; {escape(kept)}")
            raise typer.Exit(INTERRUPTED) from None
    if report and not quiet:
        show_overview(made.overview)
    if not quiet:
        _tell(build, made)
    if show:
        open_pdf(out)


def _enough(copies: int | None, variants: int) -> None:
    if copies and copies < variants:
        raise InputError(f"--copies {copies}: of {variants} variants some would have no sheet")


def _watch(
    path: Path, load: Callable[[], "ExamSpec"], order: Callable[["ExamSpec"], "Build"]
) -> NoReturn:
    from worksheetgen.build.watching import watched
    from worksheetgen.cli.console import escape, said, warned

    said.print(f"One variant at each save of {escape(str(path))} or a template; Ctrl-C ends it.")
    for told in watched(path, load, order):
        if isinstance(told, str):
            said.print(told)
        else:
            warned.print(f"[bold red]error:[/] {escape(str(told))}")
    raise typer.Exit(INTERRUPTED)


def _generate(build: "Build", cluster: str | None, done: Callable[[int], None]) -> "Made":
    from worksheetgen.build.generate import generate

    if cluster is None:
        return generate(build, done)
    from worksheetgen.build.cluster import dask

    with dask(cluster) as (executor, jobs):
        return generate(changed(build, jobs=jobs), done, executor)


def _tell(build: "Build", made: "Made") -> None:
    from worksheetgen.cli.console import escape, said
    from worksheetgen.cli.tables import show_names

    spec, out = build.spec, build.out
    variants_made = f"{spec.variants} variant{'s' if spec.variants > 1 else ''}"
    count = f"{2 * spec.variants} sheets of {variants_made}"
    if build.roster and spec.versions:
        count = f"{spec.variants} sheets of {spec.versions} versions, with a solution for each,"
    said.print(f"{count} in [bold]{escape(str(out))}[/]")
    said.print("  questions/   to hand out")
    said.print("  solutions/   the same with worked answers")
    if build.answers:
        said.print("  answers.csv  all answers and likely errors; the same in answers.xlsx")
    if build.printing:
        if build.printing.is_plain:
            said.print("  print.pdf    all questions, each on an even number of pages")
        else:
            said.print("  print/       questions in piles; piles.csv says what is in which file")
        said.print("  layout.json  where each answer stands; template.pdf: the pages to mark up")
    said.print(f"  seed {made.seed}   makes the same sheets again (--seed {made.seed})")
    if build.roster:
        show_names(build.roster)
    said.print("Every check proven." if build.verify else "[bold red]Nothing was proven.[/]")
    said.print(f"Check them again with: worksheetgen verify {escape(quote(str(out)))}")
