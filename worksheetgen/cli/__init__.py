"""The command line: its commands, in the order in which help names them."""

from collections.abc import Callable

from worksheetgen.cli.again import add_command, again_command
from worksheetgen.cli.app import app, main
from worksheetgen.cli.generate import generate_command
from worksheetgen.cli.mark import mark_command
from worksheetgen.cli.new import new_command
from worksheetgen.cli.opening import open_command
from worksheetgen.cli.points import points_command
from worksheetgen.cli.practice import practice_command
from worksheetgen.cli.problems import list_command, show_command, stress_command
from worksheetgen.cli.verify import report_command, verify_command

__all__ = ["app", "main"]

COMMANDS: dict[str, Callable[..., None]] = {
    "new": new_command,
    "generate": generate_command,
    "practice": practice_command,
    "again": again_command,
    "add": add_command,
    "open": open_command,
    "verify": verify_command,
    "report": report_command,
    "mark": mark_command,
    "points": points_command,
    "list": list_command,
    "show": show_command,
    "stress": stress_command,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
