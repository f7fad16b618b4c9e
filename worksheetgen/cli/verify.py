"""The commands verify and report: what sheets are worth, and what they are like."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worksheetgen.cli.app import FAILED
from worksheetgen.errors import OutputError

if TYPE_CHECKING:
    from worksheetgen.verify.report import Report


def verify_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="A folder that generate filled, or a question and a solution PDF."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write a JUnit report: a test case per item and check.")
    ] = None,
    *,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough", help="Have PDFium read all sheets of a folder, and set all again."
        ),
    ] = False,
    expected: Annotated[
        Path | None,
        typer.Option(help="Of a pair: the folder that it is from, to be told what should stand."),
    ] = None,
    templates: Annotated[
        Path | None,
        typer.Option(help="Of a pair: the folder of your own templates that it was set from."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print failures alone.")] = False,
) -> None:
    """Prove sheets: exit code 0 if all is proven, 1 if a check fails, 2 for nothing to check."""
    from worksheetgen.cli.tables import show_report
    from worksheetgen.verify.junit import write_junit

    report = _verify(paths or [Path("out")], expected, templates, thorough=thorough)
    if junit is not None:
        write_junit(report, junit)
    if as_json:
        typer.echo(report.to_json())
    else:
        show_report(report, quiet=quiet)
    raise typer.Exit(FAILED if report.failures else 0)


def _verify(
    paths: list[Path], expected: Path | None, templates: Path | None, *, thorough: bool
) -> "Report":
    from worksheetgen.cli.console import progress
    from worksheetgen.typeset.texts import read_own
    from worksheetgen.verify.folder import has_sheet, verify_folder
    from worksheetgen.verify.pages.paper import read_paper
    from worksheetgen.verify.prove import prove_pair

    match paths:
        case [folder] if folder.suffix != ".pdf":
            if expected or templates:
                raise OutputError("--expected and --templates go with a pair of PDFs")
            with progress("variants") as bars:
                bar = bars.add_task("", total=None)
                return verify_folder(
                    folder,
                    lambda done, of: bars.update(bar, completed=done, total=of),
                    thorough=thorough,
                )
        case [one, other] if one.suffix == other.suffix == ".pdf":
            papers = [read_paper(one), read_paper(other)]
            report = prove_pair(papers, read_own(templates) if templates else ())
            known = expected is not None and has_sheet(expected, papers)
            return report if known else report.without_answers()
        case _:
            raise OutputError("verify takes one folder, or a question and a solution PDF")


def report_command(
    folder: Annotated[Path, typer.Argument(help="A folder that generate filled.")] = Path("out"),
    plot: Annotated[
        Path | None, typer.Option(help="Draw effort by variant and part: a .png, .svg or .pdf.")
    ] = None,
) -> None:
    """Show what the variants of an exam are like side by side."""
    from worksheetgen.cli.console import escape, said
    from worksheetgen.cli.plot import check_picture, plot_effort
    from worksheetgen.cli.tables import show_overview
    from worksheetgen.variants.manifest import read_header, read_variants
    from worksheetgen.variants.overview import Overview

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
