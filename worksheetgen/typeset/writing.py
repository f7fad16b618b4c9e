"""Write a variant: fill the item texts and the page shell with one variant's numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from worksheetgen.marking import KeyRow
from worksheetgen.resources import templates
from worksheetgen.sheet import Item, Part, Sheet
from worksheetgen.typeset.characters import escape
from worksheetgen.typeset.filters import FILTERS, compact, points
from worksheetgen.typeset.markdown import to_latex

Kind = Literal["question", "solution"]


@dataclass(frozen=True)
class WrittenRow:
    """A row of the marking key in LaTeX."""

    label: str
    written: str
    happened: str
    points: str


@dataclass(frozen=True)
class WrittenItem:
    """An item in LaTeX; on a question sheet ``solution`` and ``key`` are empty."""

    label: str
    name: str
    points: int
    space: int
    """Height of the answer space in lines of text."""
    question: str
    solution: str
    key: tuple[WrittenRow, ...]


@dataclass(frozen=True)
class WrittenPart:
    """A part in LaTeX."""

    label: str
    problem: str
    givens: str
    items: tuple[WrittenItem, ...]


def write(sheet: Sheet, kind: Kind, *, key: bool = True) -> str:
    """The LaTeX of one variant's question or solution sheet, the latter with its marking key.

    The question sheet is made without the solutions' texts, so that it cannot hold them.
    """
    tasks = [(task, [write_part(part, kind) for part in task.parts]) for task in sheet.tasks]
    shell = _shells().get_template("sheet.tex")
    return shell.render(sheet=sheet, tasks=tasks, kind=kind, key=key)


def write_part(part: Part, kind: Kind) -> WrittenPart:
    """The LaTeX of a part; what belongs to solutions is empty on a question sheet."""
    problem = part.problem
    givens = _texts().get_template(f"{problem.name}/givens.md").render(p=problem)
    items = tuple(_write_item(item, part, kind) for item in part.items)
    return WrittenPart(part.label, problem.name, givens.strip(), items)


def _write_item(item: Item, part: Part, kind: Kind) -> WrittenItem:
    method = item.method
    template = _texts().get_template(f"{part.problem.name}/{method.name}.md")
    values: dict[str, Any] = {"p": part.problem}
    question = _with_points(_block(template, "question", values))
    solution, key = "", list[WrittenRow]()
    if kind == "solution":
        values["earlier"] = part.answers
        solved = {"answer": item.answer, "recorded": method.record(item.answer)}
        steps = {"steps": method.steps_of(part.answers)}
        solution = _block(template, "solution", values | solved | steps)
        key = [_write_row(row, item, template, values) for row in item.full_key]
    return WrittenItem(
        item.label,
        method.name,
        item.points,
        method.space_of(part.problem),
        question,
        solution,
        tuple(key),
    )


def _write_row(row: KeyRow, item: Item, template: Template, values: dict[str, Any]) -> WrittenRow:
    if row.form:
        written = f"${compact(row.written)}$"
    else:
        recorded = item.method.record(row.written)
        own = {"written": row.written, "recorded": recorded}
        written = _block(template, "written", values | own)
    return WrittenRow(row.label, written, row.happened, points(row.points))


def _with_points(question: str) -> str:
    """A question that ends with a formula has its points beside the formula."""
    formula = question.removesuffix(r"\]")
    if formula == question:
        return question
    text, _, formula = formula.rpartition(r"\[\fitted{")
    return rf"{text}\[\fittedbeside{{{formula}\points\]"


def _block(template: Template, name: str, values: dict[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(values))).strip()


class _MarkdownLoader(FileSystemLoader):
    """Loads item texts as templates of LaTeX."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, current = super().get_source(environment, template)
        return to_latex(source), path, current


@cache
def _texts() -> Environment:
    """Item texts; they may ask for nothing that a problem does not have."""
    environment = _environment(_MarkdownLoader(templates() / "problems"))
    environment.filters.update(FILTERS)
    return environment


@cache
def _shells() -> Environment:
    """Page shells; titles are data of the user's, so they are escaped here."""
    environment = _environment(FileSystemLoader(templates() / "latex"))
    environment.filters["escape_tex"] = escape
    return environment


def _environment(loader: FileSystemLoader) -> Environment:
    """Jinja with delimiters that LaTeX's braces do not trip."""
    return Environment(  # noqa: S701 - LaTeX, where HTML's escapes would be wrong
        loader=loader,
        undefined=StrictUndefined,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
