"""Templates of anybody's: a small part of Jinja, in which nothing can be called, and bounds.

A template may print what it is given, choose and repeat. What it says beyond that is refused when
it is read, with the line on which it stands.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateError, TemplateRuntimeError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from worksheetgen.errors import suggest
from worksheetgen.problems.steps import Symbol
from worksheetgen.typeset.filters import Latex
from worksheetgen.typeset.views import Table, View

MOST_STEPS = 10_000
"""Rounds of all loops, and files included, of a text at most."""
MOST_SECONDS = 10
"""How long a text may take."""
LONGEST_VALUE, LONGEST_LINE = 100_000, 5_000
"""Letters of a text that is given to a filter, and of a line in which an error is looked for."""
LARGEST_RESULT = 1_000_000
"""Letters that a template makes at most."""
LARGEST_NUMBER = 10**9

KNOWN = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Block, nodes.Extends, nodes.Include),
    *(nodes.If, nodes.For, nodes.Assign, nodes.CondExpr, nodes.Name, nodes.Const, nodes.Tuple),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Add, nodes.Sub),
)
"""What a template may consist of."""
COUNTED = "rounds of a loop"
TAG = re.compile(r"<<.*?>>|<%.*?%>", re.DOTALL)

_steps: ContextVar[int] = ContextVar("steps")
_end: ContextVar[float] = ContextVar("end")


class _Counted(Template):
    """A template that takes a step whenever it is filled in or included."""

    def new_context(self, *args: Any, **more: Any) -> Context:
        _step()
        return super().new_context(*args, **more)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with delimiters that LaTeX's braces do not trip, for templates of anybody's.

    Args:
        find: the source of a template by its name, with the name of the file that it comes from.
        translate: what becomes of a source before it is filled in.
        filters: the filters that there are.
    """

    intercepted_binops = frozenset({"+", "-"})
    template_class = _Counted

    def __init__(
        self,
        find: Callable[[str], tuple[str, str]],
        translate: Callable[[str], str],
        filters: dict[str, Callable[..., Any]],
    ) -> None:
        self._find = find
        self._translate = translate

        def load(name: str) -> tuple[str, str, Callable[[], bool]]:
            source, shipped = find(name)
            self._check(source)
            return translate(source), shipped, lambda: True

        super().__init__(
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
            finalize=_printed,
        )
        self.filters = {
            **{name: _bounded(filter_) for name, filter_ in filters.items()},
            "length": len,
            COUNTED: _counted,
        }
        self.globals = {}
        self.tests = {}

    def filled(self, template: Template, values: dict[str, Any], block: str = "") -> str:
        """A template's text, or that of one of its blocks.

        Raises:
            ValueError: there is no such block.
            TemplateError: it goes beyond what a template may, or asks for what there is not.
        """
        if block and block not in template.blocks:
            raise ValueError(f"it has no block {block!r}")
        render = template.blocks[block] if block else template.root_render_func
        _steps.set(0)
        _end.set(time.monotonic() + MOST_SECONDS)
        pieces, size = list[str](), 0
        for piece in render(template.new_context(values)):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_RESULT:
                raise ResultTooLargeError(f"it makes more than {LARGEST_RESULT:,} letters")
        return "".join(pieces)

    def line_of(self, name: str, error: Exception) -> int | None:
        """The line of a template's own file that an error is about, if it can be told."""
        if isinstance(error, TemplateError) and getattr(error, "lineno", None):
            return error.lineno  # type: ignore[attr-defined,no-any-return]
        with suppress(Exception):  # a template that cannot be read has no line either
            return self._line_in_trace(name, error)
        return None

    def _line_in_trace(self, name: str, error: Exception) -> int | None:
        template, line = self.get_template(name), None
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == template.filename:
                line = template.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return None if line is None else self._original(name, line)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Views show their names, tables their shape, loops where they are."""
        if isinstance(obj, Table):
            return attr == "shape"
        shown = isinstance(obj, View | LoopContext | Symbol)
        return shown and not attr.startswith("_") and not callable(value)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - nothing is
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not all(type(side) is int and abs(side) < LARGEST_NUMBER for side in (left, right)):
            raise SecurityError(f"{operator} takes whole numbers below {LARGEST_NUMBER:,}")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for loop in template.find_all(nodes.For):
            counted = nodes.Filter(loop.iter, COUNTED, [], [], None, None, lineno=loop.lineno)
            loop.iter = counted.set_environment(self)
        return template

    def _check(self, source: str) -> None:
        """Refuse what templates may not say, with its line."""
        for node in _inner(super()._parse(source, None, None)):
            if isinstance(node, nodes.Filter) and node.name not in self.filters:
                near = suggest(node.name, [name for name in self.filters if name != COUNTED])
                raise TemplateRefusedError(f"no filter {node.name!r}{near}", node.lineno)
            recursive = isinstance(node, nodes.For) and node.recursive
            if recursive or not isinstance(node, KNOWN):
                said = type(node).__name__.lower()
                raise TemplateRefusedError(f"templates have no {said}", node.lineno)

    def _original(self, name: str, line: int) -> int | None:
        """The line of a source on which stands what came to a line of the translated one."""
        source, _ = self._find(name)
        translated = self._translate(source).splitlines()[line - 1]
        for tag in TAG.findall(translated[:LONGEST_LINE]):
            if tag in source:
                return source[: source.index(tag)].count("\n") + 1
        return None


class ResultTooLargeError(TemplateRuntimeError):
    """A text is longer than any sheet needs."""


class TemplateRefusedError(TemplateError):
    """A template that says what none may."""

    def __init__(self, message: str, lineno: int) -> None:
        super().__init__(message)
        self.lineno = lineno


def _inner(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _inner(child)


def _printed(value: Any) -> Any:
    """What may stand on a page: texts, and whole numbers."""
    if isinstance(value, str | Latex) or type(value) is int:
        return value
    raise TemplateRuntimeError(
        f"it prints a {type(value).__name__.lower()}, which is no text; give it to a filter, "
        "such as number or matrix"
    )


def _counted(values: Iterable[Any]) -> Iterator[Any]:
    """The same values, each a step of all that a text may take."""
    for value in values:
        _step()
        yield value


def _step() -> None:
    _steps.set(_steps.get(0) + 1)
    if _steps.get() > MOST_STEPS:
        raise TemplateRuntimeError(f"its loops go on for more than {MOST_STEPS:,} rounds")
    _in_time()


def _in_time() -> None:
    if time.monotonic() > _end.get(float("inf")):
        raise TemplateRuntimeError(f"it takes more than {MOST_SECONDS} s")


def _bounded(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter, for texts that are not too long, and only while there is time."""

    @wraps(filter_)
    def filled(*values: Any) -> Any:
        _in_time()
        if any(isinstance(value, str) and len(value) > LONGEST_VALUE for value in values):
            raise TemplateRuntimeError(f"it has a text of more than {LONGEST_VALUE:,} letters")
        return filter_(*values)

    return filled
