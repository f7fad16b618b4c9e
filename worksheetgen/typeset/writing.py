"""Write a variant: fill the item texts and the page shell with one variant's numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from worksheetgen.resources import templates
from worksheetgen.sheet import Item, Part, Sheet
from worksheetgen.typeset.characters import escape
from worksheetgen.typeset.filters import FILTERS
from worksheetgen.typeset.markdown import to_latex

Kind = Literal["question", "solution"]


@dataclass(frozen=True)
class WrittenItem:
    """An item in LaTeX; on a question sheet ``solution`` is empty."""

    name: str
    points: int
    space: int
    """Height of the answer space in lines of text."""
    question: str
    solution: str


@dataclass(frozen=True)
class WrittenPart:
    """A part in LaTeX."""

    problem: str
    givens: str
    items: tuple[WrittenItem, ...]


def write(sheet: Sheet, kind: Kind) -> str:
    """The LaTeX of one variant's question or solution sheet.

    The question sheet is made without the solutions' texts, so that it cannot hold them.
    """
    tasks = [(task, [_write_part(part, kind) for part in task.parts]) for task in sheet.tasks]
    return _shells().get_template("sheet.tex").render(sheet=sheet, tasks=tasks, kind=kind)


def _write_part(part: Part, kind: Kind) -> WrittenPart:
    problem = part.problem
    givens = _texts().get_template(f"{problem.name}/givens.md").render(p=problem)
    items = tuple(_write_item(item, part, kind) for item in part.items)
    return WrittenPart(problem.name, givens.strip(), items)


def _write_item(item: Item, part: Part, kind: Kind) -> WrittenItem:
    template = _texts().get_template(f"{part.problem.name}/{item.method.name}.md")
    values: dict[str, Any] = {"p": part.problem}
    question = _with_points(_block(template, "question", values))
    solution = ""
    if kind == "solution":
        recorded = item.method.record(item.answer)
        steps = item.method.steps_of(part.answers)
        values |= {
            "answer": item.answer,
            "recorded": recorded,
            "earlier": part.answers,
            "steps": steps,
        }
        solution = _block(template, "solution", values)
    return WrittenItem(
        item.method.name, item.points, item.method.space_of(part.problem), question, solution
    )


def _with_points(question: str) -> str:
    """A question that ends with a formula has its points beside the formula."""
    formula = question.removesuffix(r"\]")
    return question if formula == question else rf"{formula}\points\]"


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
