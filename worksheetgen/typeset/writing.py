"""Write a variant: fill the item texts and the page shell with one variant's numbers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Literal

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from worksheetgen.engine.arrays import Array
from worksheetgen.errors import InputError
from worksheetgen.typeset.characters import escape
from worksheetgen.typeset.cover import Cover
from worksheetgen.typeset.filters import FILTERS, compact, points
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.markdown import data_to_latex, to_latex
from worksheetgen.typeset.texts import AS_SHIPPED, Texts
from worksheetgen.variants.marking import KeyRow
from worksheetgen.variants.sheet import Item, Part, Sheet

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
    hint: str = ""
    short: str = ""
    """The answer as the marking key writes it; both are for practice sheets alone."""


@dataclass(frozen=True)
class WrittenPart:
    """A part in LaTeX."""

    label: str
    problem: str
    givens: str
    items: tuple[WrittenItem, ...]


def write(
    sheet: Sheet,
    kind: Kind,
    texts: Texts = AS_SHIPPED,
    *,
    key: bool = True,
    cover: Cover | None = None,
) -> str:
    """The LaTeX of one variant's question or solution sheet, the latter with its marking key.

    The question sheet is made without the solutions' texts, so that it cannot hold them.
    """
    tasks = [(task, [write_part(part, kind, texts) for part in task.parts]) for task in sheet.tasks]
    with _blamed("latex/sheet.tex", texts):
        shell = _shells(texts).get_template("latex/sheet.tex")
        return shell.render(sheet=sheet, tasks=tasks, kind=kind, key=key, cover=cover)


def write_practice(sheet: Sheet, kind: Kind, texts: Texts, command: str) -> str:
    """The LaTeX of a practice sheet: exercises, hints and short answers, or worked solutions."""
    tasks = [
        (task, [write_part(part, kind, texts, practice=True) for part in task.parts])
        for task in sheet.tasks
    ]
    with _blamed("latex/practice.tex", texts):
        shell = _shells(texts).get_template("latex/practice.tex")
        return shell.render(sheet=sheet, tasks=tasks, kind=kind, command=command)


def write_part(
    part: Part, kind: Kind, texts: Texts = AS_SHIPPED, *, practice: bool = False
) -> WrittenPart:
    """The LaTeX of a part; what belongs to solutions is empty on a question sheet.

    ``practice`` adds hints and short answers.
    """
    problem = part.problem
    path = f"problems/{problem.name}/givens.md"
    with _blamed(path, texts):
        givens = _texts(texts).get_template(path).render(p=problem)
    items = tuple(_write_item(item, part, kind, texts) for item in part.items)
    if practice:
        items = tuple(map(partial(_for_practice, part, texts), items, part.items))
    return WrittenPart(part.label, problem.name, givens.strip(), items)


def _for_practice(part: Part, texts: Texts, written: WrittenItem, item: Item) -> WrittenItem:
    path = f"problems/{part.problem.name}/{item.kind.name}.md"
    values: dict[str, Any] = {"p": part.problem}
    with _blamed(path, texts):
        template = _texts(texts).get_template(path)
        return replace(
            written,
            question=_block(template, "question", values),
            hint=_block(template, "hint", values),
            short=_write_row(item.full_key[0], item, template, values, texts).written,
        )


def _write_item(item: Item, part: Part, kind: Kind, texts: Texts) -> WrittenItem:
    path = f"problems/{part.problem.name}/{item.kind.name}.md"
    values: dict[str, Any] = {"p": part.problem}
    solution, key = "", list[WrittenRow]()
    with _blamed(path, texts):
        template = _texts(texts).get_template(path)
        question = _with_points(_block(template, "question", values))
        if kind == "solution":
            work = part.answers.work(item.kind.name)
            solved = {"answer": item.answer, "recorded": item.kind.record(item.answer)}
            solved |= {"shows": work.shows, "steps": work.steps()}
            solution = _block(template, "solution", values | solved)
            key = [_write_row(row, item, template, values, texts) for row in item.full_key]
    return WrittenItem(
        item.label,
        item.kind.name,
        item.points,
        item.kind.room_of(part.answers),
        question,
        solution,
        tuple(key),
    )


def _write_row(
    row: KeyRow, item: Item, template: Template, values: dict[str, Any], texts: Texts
) -> WrittenRow:
    if row.form:
        written = f"${compact(row.written)}$"
    else:
        recorded = item.kind.record(row.written)
        own = {"written": row.written, "recorded": recorded}
        if "written" in template.blocks:
            written = _block(template, "written", values | own)
        else:
            written = as_written(row.written, recorded)
    words = vocabulary(texts.language)
    happened = words.happened(row.happened)
    earned = points(row.points).replace(".", words.decimal)
    return WrittenRow(row.label, written, happened, earned)


def as_written(answer: Array, recorded: Any) -> str:
    """How the marking key writes an answer unless its text says otherwise: letters as words."""
    if isinstance(recorded, str) and recorded.isalpha():
        return rf"$\written{{\text{{{recorded}}}}}$"
    return f"${compact(answer)}$"


def _with_points(question: str) -> str:
    """A question that ends with a formula has its points beside the formula."""
    formula = question.removesuffix(r"\]")
    if formula == question:
        return question
    text, _, formula = formula.rpartition(r"\[\fitted{")
    return rf"{text}\[\fittedbeside{{{formula}\points\]"


def _block(template: Template, name: str, values: dict[str, Any]) -> str:
    if name not in template.blocks:
        raise ValueError(f"it has no block {name!r}")
    return "".join(template.blocks[name](template.new_context(values))).strip()


@contextmanager
def _blamed(path: str, texts: Texts) -> Iterator[None]:
    """Whatever goes wrong in a template of an instructor's own is a message that names it."""
    try:
        yield
    except Exception as error:  # a template can raise anything
        if path not in {own.removeprefix(f"languages/{texts.language}/") for own, _ in texts.own}:
            raise
        raise InputError(f"templates: {path}: {error}") from None


def forget_templates() -> None:
    """Read all templates anew when they are needed next."""
    _texts.cache_clear()
    _shells.cache_clear()


@lru_cache(maxsize=4)
def _texts(texts: Texts) -> Environment:
    """Item texts; they may ask for nothing that a problem does not have."""
    environment = _environment(texts, to_latex)
    environment.filters.update(FILTERS)
    environment.filters["said"] = vocabulary(texts.language).said
    return environment


@lru_cache(maxsize=4)
def _shells(texts: Texts) -> Environment:
    """Page shells; titles are data of the user's, so they are escaped here."""
    environment = _environment(texts, str)
    environment.filters["escape_tex"] = escape
    environment.filters["markdown"] = data_to_latex
    return environment


def _environment(texts: Texts, translate: Callable[[str], str]) -> Environment:
    """Jinja with delimiters that LaTeX's braces do not trip, for templates of anybody's.

    What a template reaches of Python is the values that it is given, and no more.
    """

    def load(path: str) -> tuple[str, str, Callable[[], bool]]:
        source, shipped = texts.find(path)
        return translate(source), str(shipped), lambda: True

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
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
