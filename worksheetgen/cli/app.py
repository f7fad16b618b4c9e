"""The application, and the one place where errors become messages."""

import io
import os
import sys
from typing import Annotated

import typer

from worksheetgen import __version__
from worksheetgen.errors import ProofError, WorksheetError

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
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(INTERRUPTED)
    except WorksheetError as error:
        from worksheetgen.cli.console import escape, warned

        warned.print(f"[bold red]error:[/] {escape(str(error))}")
        sys.exit(FAILED if isinstance(error, ProofError) else UNUSABLE)


def _run() -> None:
    """Run a command to the last of its words, which a full disk may not take."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:
            raise
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - to the end
        sys.stderr.write(f"error: standard output: {error.strerror}\n")
        sys.exit(UNUSABLE)


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
