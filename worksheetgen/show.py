"""Tables for the terminal."""

from statistics import median

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from worksheetgen.overview import Overview, PartOverview

said = Console(highlight=False, soft_wrap=True)

SMALLEST_SHARE = 0.001
"""Causes that rejected fewer candidates are left out of the table."""


def table(title: str, *headings: str) -> Table:
    """An empty table; all columns but the first are for figures or short words."""
    made = Table(title=title, title_justify="left")
    for heading in headings:
        made.add_column(heading)
    return made


def show_overview(overview: Overview) -> None:
    """Effort, rejections by cause, distinctness, and what cannot be told apart."""
    _show_effort(overview)
    for place, part in overview.items():
        title = f" of {place}" if len(overview) > 1 else ""
        if part.rejected:
            _show_rejections(part, f"rejected candidates{title}")
        if overview.variants > 1:
            _show_answers(part, overview.variants, f"answers{title}")
        for (item, one, other), count in sorted(part.alike.items()):
            where = f"{count} of {overview.variants} variants"
            said.print(escape(f"not to be told apart: {place}, {item}: {one} = {other} ({where})"))


def _show_effort(overview: Overview) -> None:
    effort = table(
        f"effort by hand, held within {overview.band:.0%} of the typical",
        *("part", "typical", "smallest", "median", "largest", "off at most", "by chance"),
    )
    for place, part in overview.items():
        low, high = part.by_chance
        figures = (part.typical, *part.three)
        effort.add_row(
            place,
            *(f"{figure:.1f}" for figure in figures),
            f"{part.spread:.1%}",
            f"{low:.1f} to {high:.1f}",
        )
    if len(overview) > 1:
        whole = overview.effort
        figures = (
            sum(part.typical for part in overview.values()),
            min(whole),
            median(whole),
            max(whole),
        )
        effort.add_row("all", *(f"{figure:.1f}" for figure in figures), "", "")
    said.print(effort)


def _show_rejections(part: PartOverview, title: str) -> None:
    rejected = table(
        f"{title}: {part.candidates} for {len(part.effort)} variants", "broken constraint", "share"
    )
    for cause, count in part.rejected.most_common():
        if count >= SMALLEST_SHARE * part.candidates:
            rejected.add_row(escape(cause), f"{count / part.candidates:.1%}")
    said.print(rejected)
    said.print(
        f"By chance alone {part.undiagnosable_by_chance:.0%} of the variants would hide a mistake."
    )


def _show_answers(part: PartOverview, variants: int, title: str) -> None:
    answers = table(title, "item", "different answers", "same as the variant before")
    for item, different in part.answers.items():
        answers.add_row(item, f"{len(different)} of {variants}", str(part.neighbours[item]))
    said.print(answers)
