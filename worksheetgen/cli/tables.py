"""Tables for the terminal."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

from worksheetgen.cli.console import escape, said
from worksheetgen.cli.ranges import ranges
from worksheetgen.typeset.characters import in_latin_letters

if TYPE_CHECKING:
    from worksheetgen.build.preview import Specimen
    from worksheetgen.build.stress import Outcome
    from worksheetgen.exam.roster import Roster
    from worksheetgen.export.marking.items import Statistics
    from worksheetgen.problems.base import Problem
    from worksheetgen.variants.overview import Overview, PartOverview
    from worksheetgen.verify.report import Report


MAX_SHOWN = 20
"""Failures that are shown one by one; more are counted."""
SMALLEST_SHARE = 0.001
"""Causes that rejected fewer candidates are left out of the table."""


def table(title: str, *headings: str) -> Table:
    """An empty table; all columns but the first are for figures or short words."""
    made = Table(title=title, title_justify="left")
    for heading in headings:
        made.add_column(heading)
    return made


MOST_ERRORS = 3
"""Of an item, in a table."""
FIRST_OF_EAST_ASIA = "\u2e80"
"""The first letter of scripts whose fonts are an extra of their own."""
COLUMNS = {"id": "number", "first": "first name", "last": "last name"}
"""How columns of a roster are called that are not called as the option says."""


def show_roster(roster: "Roster") -> None:
    """Say how a roster was understood: its columns, who is left out and why, and what is odd."""
    named = ", ".join(
        f"{COLUMNS.get(meaning, meaning)} from {head!r}" for meaning, head in roster.columns.items()
    )
    count = sum(bool(student.name) for student in roster.students)
    spares = len(roster.students) - count
    more = f", and {spares} spare sheets" if spares > 1 else ", and a spare sheet" * spares
    said.print(escape(f"{count} {'student' if count == 1 else 'students'}{more}: {named}"))
    if roster.left_out:
        said.print(f"{len(roster.left_out)} left out:")
    for left in roster.left_out:
        said.print(escape(f"  line {left.line}: {left.said}: {left.why}"))
    for doubt in roster.doubts:
        said.print(escape(f"  {doubt}"))


def show_names(roster: "Roster") -> None:
    """Say which names are printed in other letters than their own, and which may be misread."""
    if roster.guessed:
        said.print(f"The roster is not in UTF-8; it was read as {roster.guessed}. Check the names.")
    facts = dict.fromkeys(said for s in roster.students for said in s.facts.values())
    for said_so in facts:
        if in_latin_letters(said_so) != said_so:
            said.print(escape(f"{said_so!r} is printed as {in_latin_letters(said_so)!r}"))
    changed = [s for s in roster.students if s.printed != s.name]
    if changed:
        have = "name has" if len(changed) == 1 else "names have"
        said.print(f"{len(changed)} {have} letters that no installed font has:")
    for student in changed:
        said.print(f"  line {student.line}: {escape(student.name)} as {escape(student.printed)}")
    if any(letter >= FIRST_OF_EAST_ASIA for student in changed for letter in student.name):
        said.print("Chinese, Japanese and Korean fonts: pip install 'worksheetgen-exams\\[cjk]'")


def show_overview(overview: "Overview") -> None:
    """Effort, rejections by cause, distinctness, and what cannot be told apart."""
    _show_effort(overview)
    for place, part in overview.items():
        title = f" of {place}" if len(overview) > 1 else ""
        if part.rejected:
            _show_rejections(part, f"candidates{title}")
        if overview.variants > 1:
            _show_answers(part, overview.variants, f"answers{title}")
        for (item, one, other), count in sorted(part.alike.items()):
            where = f"{count} of {overview.variants} variants"
            said.print(escape(f"not to be told apart: {place}, {item}: {one} = {other} ({where})"))


def _show_effort(overview: "Overview") -> None:
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


def _show_rejections(part: "PartOverview", title: str) -> None:
    title = f"{title}: {part.candidates} for {len(part.effort)} variants"
    rejected = table(title, "broken constraint", "share of candidates")
    for cause, count in part.rejected.most_common():
        if count >= SMALLEST_SHARE * part.candidates:
            rejected.add_row(escape(cause), f"{count / part.candidates:.1%}")
    said.print(rejected)
    said.print(
        f"By chance alone {part.undiagnosable_by_chance:.0%} of the variants would hide a mistake."
    )


def _show_answers(part: "PartOverview", variants: int, title: str) -> None:
    answers = table(title, "item", "different answers", "same as the variant before")
    for item, different in part.answers.items():
        alike = "the same in every variant" if len(different) == 1 else ""
        share = alike or f"{len(different)} of {variants}"
        answers.add_row(item, share, str(part.neighbours[item]))
    said.print(answers)


def show_report(report: "Report", *, quiet: bool = False) -> None:
    """How much each check proved, and the failures."""
    if not quiet:
        checks = table("", "check", "proven", "failed")
        for check, (proven, failed) in report.summary().items():
            checks.add_row(check, str(proven), str(failed))
        said.print(checks)
    for failure in report.failures[:MAX_SHOWN]:
        said.print(escape(str(failure)))
    if len(report.failures) > MAX_SHOWN:
        said.print(f"and {len(report.failures) - MAX_SHOWN} more")
    for unproven in report.unproven if not quiet else ():
        said.print(escape(f"not proven: {unproven}"))


def show_outcome(problem: str, outcome: "Outcome", *, seconds: float) -> None:
    """What a stress test found."""
    rate = outcome.seeds / seconds
    said.print(f"{outcome.seeds} seeds, {outcome.proofs} proofs, {rate:.0f} seeds a second")
    total = sum(outcome.seconds.values())
    stages = (f"{stage} {spent / total:.0%}" for stage, spent in outcome.seconds.items())
    said.print(f"processor time: {', '.join(stages)}")
    for sentence, count in outcome.rejected.most_common():
        said.print(f"  rejected {count / outcome.candidates:6.1%}  {sentence}")
    for seed, failure in outcome.failures[:MAX_SHOWN]:
        repeat = f"worksheetgen stress {problem} --first {seed} --seeds 1"
        said.print(escape(f"{failure}\nrepeat: {repeat}"))
    said.print(f"{len(outcome.failures)} failures")


def show_items(items: "Sequence[Statistics]") -> None:
    """What marks say of each item, and which variants were not like the others."""
    title = "items: difficulty is the mean share of the points"
    rows = table(title, "item", "points", "sheets", "difficulty", "discrimination", "likely errors")
    for item in items:
        telling = "" if item.discrimination is None else f"{item.discrimination:.2f}"
        errors = ", ".join(f"{happened} {count}" for happened, count in item.errors[:MOST_ERRORS])
        name = f"{'.'.join(map(str, item.item))} {item.name}"
        figures = (f"{item.worth:g}", str(item.sheets), f"{item.difficulty:.2f}", telling)
        rows.add_row(escape(name), *figures, escape(errors))
    said.print(rows)
    for item in items:
        for name, own, others in item.apart:
            place = ".".join(map(str, item.item))
            told = f"{own:.0%} of the points, and {others:.0%} in all others: look at its question"
            said.print(escape(f"{place} {item.name}: variant {name} differs: {told}"))
        if item.discrimination is not None and item.discrimination < 0:
            place = ".".join(map(str, item.item))
            told = "who did well elsewhere did badly here"
            said.print(escape(f"{place} {item.name}: {told}; is its answer right?"))


def show_specimen(pieces: "Iterable[Specimen]") -> None:
    """A problem's text, piece by piece under headings."""
    for piece in pieces:
        said.print(f"[bold]{escape(piece.heading)}[/]")
        said.print(f"{escape(piece.text)}\n")


def show_problem(kind: "type[Problem]") -> None:
    """The items, options and mistakes of a problem type."""
    items = table(f"problem {kind.name}: items", "item", "points", "answer")
    for item in kind.items.values():
        items.add_row(item.name, str(item.points), escape(item.summary))
    said.print(items)
    title = f"problem {kind.name}: sample and given"
    options = table(title, "key", "default", "allowed", "meaning")
    for section, model in (("sample", kind.Sample), ("given", kind.Given)):
        allowed = ranges(model)
        for name, field in model.model_fields.items():
            default = "drawn" if field.default is None else _default(field.default)
            options.add_row(*map(escape, (f"{section}.{name}", default, *allowed[name])))
    said.print(options)
    for difficulty, changes in kind.levels.items():
        told = ", ".join(f"{key} = {_default(value)}" for key, value in changes.items())
        said.print(escape(f"difficulty {difficulty}: {told}"))
    mistakes = table(f"problem {kind.name}: mistakes", "item", "mistake", "keeps of the points")
    for item in kind.items.values():
        for mistake in item.mistakes.values():
            mistakes.add_row(item.name, escape(mistake.name), f"{float(mistake.keeps):.0%}")
    said.print(mistakes)


def _default(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_default, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def show_exams(names: Iterable[str]) -> None:
    said.print(f"exams: {', '.join(names)}")
