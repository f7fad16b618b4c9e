"""The commands again and add: a lost sheet once more, and sheets for those who come late."""

from pathlib import Path
from typing import Annotated

import typer

Made = Annotated[Path, typer.Argument(help="A folder that generate filled.")]
Exam = Annotated[
    Path | None, typer.Option(help="The spec, if it names templates or pictures of your own.")
]


def again_command(
    folder: Made,
    who: Annotated[list[str], typer.Argument(help="Numbers, names, codes or variants.")],
    out: Annotated[
        Path | None, typer.Option(help="Where they go; default: where they were.")
    ] = None,
    exam: Exam = None,
) -> None:
    """Make single sheets again, byte for byte, from a folder's manifest alone."""
    from worksheetgen.build.again import again
    from worksheetgen.cli.console import escape, said

    for path in again(folder, who, out or folder, exam):
        said.print(escape(str(path)))
    said.print("Each is byte for byte what it was.")


def add_command(
    folder: Made,
    roster: Annotated[Path, typer.Argument(help="A roster with students who are not there yet.")],
    columns: Annotated[
        str | None, typer.Option(help="Which column is which: id=HEAD,name=HEAD,group=HEAD.")
    ] = None,
    show: Annotated[
        list[str] | None, typer.Option("--show", help="The head of a column that sheets say.")
    ] = None,
    exam: Exam = None,
) -> None:
    """Make sheets for the students of a roster who have none yet; the others stay as they are."""
    from worksheetgen.build.again import add, unchanged
    from worksheetgen.cli.console import escape, progress, said
    from worksheetgen.cli.tables import show_roster
    from worksheetgen.exam.roster import read_roster
    from worksheetgen.workers import cores

    found = read_roster(roster, columns, show or ())
    show_roster(found)
    with progress("variants") as bars:
        bar = bars.add_task("", total=None)
        late, made = add(
            folder, found, exam, lambda done: bars.update(bar, completed=done), jobs=cores()
        )
    for student in late:
        said.print(escape(f"added {student.id}, {student.name}"))
    for kept in unchanged(folder, found):
        said.print(escape(kept))
    lost = [head for head in found.facts if late and head not in late[0].facts]
    if lost:
        said.print(
            escape(f"not printed, since the sheets of others do not say it: {', '.join(lost)}")
        )
    said.print(f"{made.overview.variants} variants, every check proven")
