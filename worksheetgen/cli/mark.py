"""The command mark: typed answers, marked by the keys of an exam."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from worksheetgen.export.marking.papers import Marked


def mark_command(
    folder: Annotated[Path, typer.Argument(help="A folder that generate filled.")],
    answers: Annotated[
        Path, typer.Argument(help="What was typed: a row per item, or a column per item.")
    ],
    out: Annotated[Path, typer.Option(help="The folder for marks.csv and totals.csv.")] = Path(
        "marks"
    ),
) -> None:
    """Mark typed answers: points, which error it was, and what a person must look at."""
    from worksheetgen.build.folder import OutputFolder
    from worksheetgen.build.records import File
    from worksheetgen.cli.console import escape, said
    from worksheetgen.export.marking.papers import MARKS, TOTALS, mark, marks_table, totals_table

    marked = mark(folder, answers)
    for name, content in ((MARKS, marks_table(marked)), (TOTALS, totals_table(marked))):
        OutputFolder(out).add_at_end(File(name, content))
    _tell(marked)
    said.print(escape(f"{out / MARKS}: points, errors and flags; {out / TOTALS}: totals"))
    said.print(escape(f"What it says of the items: worksheetgen points {folder} {out / MARKS}"))


def _tell(marked: "Marked") -> None:
    from worksheetgen.cli.console import escape, said
    from worksheetgen.cli.tables import table

    rows = table(f"totals, of {float(marked.worth):g} points", "sheet", "points", "to look at")
    for paper in marked.papers:
        rows.add_row(escape(paper.sheet), f"{float(paper.total):g}", str(paper.flagged or ""))
    said.print(rows)
    if marked.absent:
        count = len(marked.absent)
        said.print(f"{count} sheet{'s have' if count > 1 else ' has'} no answer at all")
