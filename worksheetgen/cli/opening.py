"""The command open: a sheet as this machine shows PDFs."""

from pathlib import Path
from typing import Annotated

import typer

from worksheetgen.errors import OutputError


def open_command(
    path: Annotated[Path, typer.Argument(help="A folder of sheets, or a PDF.")] = Path("out"),
) -> None:
    """Show a PDF, or the first question sheet of a folder."""
    open_pdf(path)


def open_pdf(path: Path) -> None:
    """Show a PDF, or the first question sheet of a folder, as this machine shows PDFs."""
    pdf = path if path.suffix == ".pdf" else min((path / "questions").glob("*.pdf"), default=path)
    if not pdf.is_file():
        raise OutputError(f"{pdf}: no PDF, and no folder that 'worksheetgen generate' filled")
    typer.echo(f"opening {pdf}")
    if typer.launch(str(pdf)):
        raise OutputError(f"nothing here shows PDFs; {pdf} is where it is")
