"""The terminal: what is said, what is warned of, and progress."""

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

__all__ = ["escape", "progress", "said", "warned"]

said = Console(highlight=False, soft_wrap=True, emoji=False)
warned = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class RateColumn(ProgressColumn):
    """How many are finished in a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} a second" if task.speed else "")


def progress(unit: str, *, quiet: bool = False) -> Progress:
    """A bar with rate and time left on standard error, silent where nobody watches."""
    return Progress(
        *(TextColumn(unit), BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn()),
        console=warned,
        transient=True,
        disable=quiet or not warned.is_terminal,
    )
