"""The command new: a spec and templates to edit."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from worksheetgen.errors import OutputError


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
    from worksheetgen.cli.console import escape, said
    from worksheetgen.exam.new import new_spec, new_templates

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
