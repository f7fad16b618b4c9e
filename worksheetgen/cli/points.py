"""The command points: what was awarded in an exam, and what it says of each item."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worksheetgen.errors import OutputError

if TYPE_CHECKING:
    from worksheetgen.export.marking.items import Statistics

HEADS = ("item", "asked", "points", "sheets", "difficulty", "discrimination", "errors", "apart")


def points_command(
    folder: Annotated[Path, typer.Argument(help="A folder that generate filled.")],
    marks: Annotated[
        Path, typer.Argument(help="What was awarded: a row per item, or a column per item.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Also a table of the items as text with commas.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Also a picture, as .pdf, .png or .svg.")
    ] = None,
) -> None:
    """Read what was awarded: how hard each item was, how telling, and whether variants differed."""
    from worksheetgen.cli.console import escape, said
    from worksheetgen.cli.plot import check_picture, plot_items
    from worksheetgen.cli.tables import show_items
    from worksheetgen.export.marking.items import statistics
    from worksheetgen.export.marking.marks import read_marks

    if plot is not None:
        check_picture(plot)
    found = read_marks(folder, marks)
    items = statistics(found)
    show_items(items)
    for who in found.missing:
        said.print(escape(f"no points yet: {who}"))
    if out is not None:
        _write(out, items)
    if plot is not None:
        plot_items(items, plot)


def _write(path: Path, items: "list[Statistics]") -> None:
    from worksheetgen.export.table import as_table

    rows = []
    for item in items:
        telling = "" if item.discrimination is None else f"{item.discrimination:.3f}"
        errors = "; ".join(f"{happened}: {count}" for happened, count in item.errors)
        apart = "; ".join(f"{name}: {own:.2f}, others {rest:.2f}" for name, own, rest in item.apart)
        place = ".".join(map(str, item.item))
        figures = (f"{item.worth:g}", item.sheets, f"{item.difficulty:.3f}", telling)
        rows.append([place, item.name, *figures, errors, apart])
    try:
        path.write_bytes(as_table(HEADS, rows))
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror}; choose another file with --out") from None
