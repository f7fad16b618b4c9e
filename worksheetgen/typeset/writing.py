"""Write a variant: fill the item texts and the page shell with one variant's numbers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from jinja2 import Template

from worksheetgen.engine.arrays import Array
from worksheetgen.errors import InputError
from worksheetgen.problems.offers import is_letter
from worksheetgen.problems.steps import Symbol
from worksheetgen.typeset.characters import breakable, escape
from worksheetgen.typeset.cover import Cover
from worksheetgen.typeset.filters import compact, filters, plain_part
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.markdown import data_to_latex, to_latex
from worksheetgen.typeset.names import form_name, is_form
from worksheetgen.typeset.own import write_own
from worksheetgen.typeset.pile import ROWS, Row, cover_lines, heading, heads
from worksheetgen.typeset.sandbox import ResultTooLargeError, Sandbox
from worksheetgen.typeset.texts import AS_SHIPPED, Texts
from worksheetgen.typeset.views import Table, View, plain, problem_view
from worksheetgen.typeset.written import WrittenItem, WrittenPart, WrittenRow, points_of
from worksheetgen.variants.manifest import Kind
from worksheetgen.variants.marking import KeyRow
from worksheetgen.variants.own import OwnPart
from worksheetgen.variants.piles import Pile
from worksheetgen.variants.sheet import Item, Part, Sheet, Task
from worksheetgen.variants.worth import Worth


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
    tasks = [
        (
            task,
            [
                write_own(task.number, part, kind, texts)
                if isinstance(part, OwnPart)
                else write_part(part, kind, texts)
                for part in task.parts
            ],
        )
        for task in sheet.tasks
    ]
    return _shell("latex/sheet.tex", sheet, tasks, texts, kind, key=key, cover=cover)


def write_practice(sheet: Sheet, kind: Kind, texts: Texts, command: str) -> str:
    """The LaTeX of a practice sheet: exercises, hints and short answers, or worked solutions."""
    tasks = [
        (
            task,
            [write_part(part, kind, texts, practice=True) for part in task.drawn],
        )
        for task in sheet.tasks
    ]
    return _shell("latex/practice.tex", sheet, tasks, texts, kind, command=command)


def write_pile(pile: Pile, title: str, texts: Texts) -> str:
    """The LaTeX of what lies on top of a pile."""
    lines = cover_lines(pile, title, vocabulary(texts.language))
    return _filled("latex/pile.tex", texts, {"title": title, "lines": lines})


def write_attendance(pile: Pile, rows: Sequence[Row], title: str, texts: Texts) -> str:
    """The LaTeX of the list of who is to be there."""
    words = vocabulary(texts.language)
    told = [(*row, form_name(row[3]) if is_form(row[3]) else "") for row in rows]
    values = {
        "title": title,
        "heading": heading(pile, words),
        "heads": heads(rows, words),
        "pages": [told[start : start + ROWS] for start in range(0, len(told), ROWS)],
    }
    return _filled("latex/attendance.tex", texts, values)


def _shell(
    path: str,
    sheet: Sheet,
    tasks: list[tuple[Task, list[WrittenPart]]],
    texts: Texts,
    kind: Kind,
    **more: Any,
) -> str:
    """The page shell around what is written."""
    person, facts = None, list[str]()
    if owner := sheet.person:
        facts = vocabulary(texts.language).facts_of(owner.facts, spare=owner.is_spare)
        if not owner.is_spare:
            form = form_name(owner.printed) if is_form(owner.printed) else ""
            person = {"printed": owner.printed, "id": owner.id, "form": form}
    own = {
        "title": sheet.title,
        "code": sheet.code,
        **_worth(sheet, kind, texts),
        "person": person,
        "facts": facts,
        "personal": sheet.is_personal,
    }
    known = [
        {"number": task.number, "title": task.title} | _worth(task, kind, texts)
        for task, _ in tasks
    ]
    parts = [written for _, written in tasks]
    values = {
        "sheet": own | {"tasks": known},
        "tasks": list(zip(known, parts, strict=True)),
        "kind": kind,
        **more,
    }
    return _filled(path, texts, values)


def _filled(path: str, texts: Texts, values: Mapping[str, Any]) -> str:
    shells = _shells(texts)
    with _blamed(path, texts, shells):
        seen = {name: plain(value) for name, value in values.items()}
        try:
            return shells.filled(shells.get_template(path), seen)
        except ResultTooLargeError as error:
            raise InputError(f"a sheet is too long: {error}; ask for fewer parts") from None


def write_part(
    part: Part, kind: Kind, texts: Texts = AS_SHIPPED, *, practice: bool = False
) -> WrittenPart:
    """The LaTeX of a part; what belongs to solutions is empty on a question sheet.

    ``practice`` adds hints and short answers.
    """
    problem, sandbox = problem_view(part.problem), _texts(texts)
    path = f"problems/{part.problem.name}/givens.md"
    with _blamed(path, texts, sandbox):
        stem = sandbox.filled(sandbox.get_template(path), {"p": problem} | _asked(part))
        givens = stem.strip()
    items = [_write_item(item, part, problem, kind, texts) for item in part.items]
    if practice:
        pairs = zip(items, part.items, strict=True)
        items = [_for_practice(part, problem, texts, *pair) for pair in pairs]
    return WrittenPart(part.label, part.problem.name, givens, tuple(items))


def _for_practice(
    part: Part, problem: View, texts: Texts, written: WrittenItem, item: Item
) -> WrittenItem:
    with _blocks(part, problem, item, texts) as block:
        return replace(
            written,
            question=block("question"),
            hint=block("hint"),
            short=_write_row(item.full_key[0], item, block, texts).written,
            letter=_letter_of(item),
        )


def _write_item(item: Item, part: Part, problem: View, kind: Kind, texts: Texts) -> WrittenItem:
    solution, key, otherwise, least = "", list[WrittenRow](), "", ""
    with _blocks(part, problem, item, texts) as block:
        question = _with_points(block("question"))
        if kind == "solution":
            work = part.answers.work(item.kind.name)
            solution = block(
                "solution",
                answer=item.answer,
                recorded=item.kind.record(item.answer),
                shows=work.shows,
                steps=work.steps(),
            )
            key = [_write_row(row, item, block, texts) for row in item.full_key]
            otherwise, earned = item.otherwise
            least = "" if earned is None else points_of(earned, texts)
    space = item.kind.room_of(part.answers)
    return WrittenItem(
        item.label,
        item.kind.name,
        points_of(item.points, texts),
        item.bonus,
        item.void and kind == "solution",
        space,
        question,
        solution,
        tuple(key),
        otherwise,
        least,
    )


def _letter_of(item: Item) -> str:
    recorded = item.kind.record(item.answer)
    return recorded if is_letter(recorded) else ""


@dataclass(frozen=True)
class Blocks:
    """The blocks of an item's text, to be filled with values beside the problem's own."""

    sandbox: Sandbox
    template: Template
    problem: View
    asked: Mapping[str, Table]
    """The items of the part, and the givens of its stem."""

    def __contains__(self, name: str) -> bool:
        return name in self.template.blocks

    def __call__(self, name: str, **values: Any) -> str:
        seen = {key: plain(value) for key, value in values.items()}
        known = {"p": self.problem, **self.asked, **seen}
        return self.sandbox.filled(self.template, known, name).strip()


@contextmanager
def _blocks(part: Part, problem: View, item: Item, texts: Texts) -> Iterator[Blocks]:
    path, sandbox = f"problems/{part.problem.name}/{item.kind.name}.md", _texts(texts)
    with _blamed(path, texts, sandbox):
        yield Blocks(sandbox, sandbox.get_template(path), problem, _asked(part))


def _asked(part: Part) -> dict[str, Table]:
    asked = [item.kind.name for item in part.items]
    return {"asked": plain(asked), "stem": plain(sorted(part.problem.stem(asked)))}


def _write_row(row: KeyRow, item: Item, block: Blocks, texts: Texts) -> WrittenRow:
    if row.form:
        written = f"${compact(row.written)}$"
    else:
        recorded = item.kind.record(row.written)
        if "written" in block:
            written = block("written", written=row.written, recorded=recorded)
        else:
            written = as_written(row.written, recorded, item.kind.entries, texts.language)
    happened = vocabulary(texts.language).happened(row.happened)
    return WrittenRow(row.label, written, happened, points_of(row.points, texts))


def _meant(value: Any) -> Any:
    """A part of a recorded answer as filters take it."""
    if isinstance(value, list):
        return [_meant(each) for row in value for each in (row if isinstance(row, list) else [row])]
    return Fraction(value) if isinstance(value, str) and "/" in value else value


def _worth(what: Worth, kind: Kind, texts: Texts) -> dict[str, str]:
    """What a sheet or a task is worth within the total, and beyond it.

    What is void counts on question sheets alone, which were printed before.
    """
    counted = what if kind == "question" else what.counted
    beyond = points_of(counted.bonus, texts) if counted.bonus else ""
    return {"points": points_of(counted.points, texts), "bonus": beyond}


def as_written(answer: Array, recorded: Any, entries: frozenset[str], language: str) -> str:
    """How the marking key writes an answer unless its text says otherwise.

    Letters as words, and parts of an answer by their names, some of which are entries of K.
    """
    if isinstance(recorded, dict):
        words = vocabulary(language)
        meant = {
            name: Symbol("K", tuple(value)) if name in entries else _meant(value)
            for name, value in recorded.items()
        }
        parts = [
            ": ".join(plain_part(each, words.decimal, words.said) for each in part)
            for part in meant.items()
        ]
        return rf"$\written{{\text{{{'; '.join(parts)}}}}}$"
    if is_letter(recorded):
        return rf"$\written{{\text{{{recorded}}}}}$"
    return f"${compact(answer)}$"


def _with_points(question: str) -> str:
    """A question that ends with a formula has its points beside the formula."""
    formula = question.removesuffix(r"\]")
    if formula == question:
        return question
    text, _, formula = formula.rpartition(r"\[\fitted{")
    return rf"{text}\[\fittedbeside{{{formula}\points\]"


@contextmanager
def _blamed(path: str, texts: Texts, sandbox: Sandbox) -> Iterator[None]:
    """Whatever goes wrong in a template of an instructor's own is a message that names it."""
    try:
        yield
    except Exception as error:  # a template can raise anything
        if path not in {own.removeprefix(f"languages/{texts.language}/") for own, _ in texts.own}:
            raise
        line = sandbox.line_of(path, error)
        where = path if line is None else f"{path}, line {line}"
        raise InputError(f"templates: {where}: {error}") from None


def forget_templates() -> None:
    """Read all templates anew when they are needed next."""
    _texts.cache_clear()
    _shells.cache_clear()


@lru_cache(maxsize=4)
def _texts(texts: Texts) -> Sandbox:
    """Item texts; they may ask for nothing that a problem does not show."""
    words = vocabulary(texts.language)
    return Sandbox(texts.find, to_latex, {**filters(words.decimal, words.said), "said": words.said})


@lru_cache(maxsize=4)
def _shells(texts: Texts) -> Sandbox:
    """Page shells; titles are data of the user's, so they are escaped here."""
    return Sandbox(
        texts.find, str, {"escape_tex": escape, "breakable": breakable, "markdown": data_to_latex}
    )
