"""What a problem type is made of: givens, items, the way to each answer, constraints.

A problem type is a frozen dataclass of givens. An item is a method that returns its answer
and names in its parameters the earlier answers that it builds on, as a pytest test names its
fixtures:

    class Convolution(Problem):
        @item(points=2)
        def kernel_jacobian(self) -> Array: ...

        @item(points=3)
        def kernel_gradient(self, kernel_jacobian: Array) -> Array: ...

        @kernel_gradient.steps
        def _(self, kernel_jacobian: Array) -> tuple[Sum, ...]: ...

        @kernel_gradient.mistake("forgot the upstream gradient", keeps=HALF)
        def _(self, kernel_jacobian: Array) -> Array: ...

Givens that are arrays may carry a leading batch axis. Answers and constraints then have it
too, so that the sampler judges many candidates in one call.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache, partial
from types import MappingProxyType
from typing import Any, ClassVar, Self, overload

import numpy as np

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.exact import as_json
from worksheetgen.problems.settings import Settings

Json = Any
Method = Callable[..., Any]

HALF, MOST = Fraction(1, 2), Fraction(3, 4)
"""Shares of the points that the answer of a mistake still earns."""

MAX_SPACE = 36
"""Lines of an answer space at most, so that a page holds it below the givens and its question."""


@dataclass(frozen=True)
class Mistake:
    """A known error of an item, and the wrong answer that it leads to."""

    name: str
    """What happened, as a marker reads it; a spec names it so, too."""
    keeps: Fraction
    """The share of the item's points that its answer still earns."""
    form: str
    """The filter that writes its answer, if it is not written as the right one is."""
    method: Method

    def answer_of(self, earlier: "Answers") -> Array | None:
        """The wrong answer; None if the settings leave no room for the error."""
        wrong = _call(self.method, earlier)
        return None if wrong is None else np.asarray(wrong)

    def worth(self, points: int) -> Fraction:
        """What its answer earns of an item's points: its share, rounded down to half a point."""
        return Fraction(int(2 * self.keeps * points), 2)


class ItemMethod:
    """An item of a problem type: the method that answers it, and what belongs to it."""

    def __init__(
        self,
        answer: Method,
        points: int,
        prints: tuple[str, ...],
        record: Callable[[Array], Json],
    ) -> None:
        self.name = answer.__name__
        self.summary = (inspect.getdoc(answer) or "").partition("\n")[0]
        self.points = points
        self.prints = frozenset(prints)
        """The givens that its question prints, beside those of the part."""
        self.record = record
        self.mistakes: dict[str, Mistake] = {}
        """Its known errors by name."""
        self.constraints: tuple[Constraint, ...] = ()
        """What givens must fulfil if it is asked, beside the constraints of the problem type."""
        self._answer = answer
        self._steps: Method = lambda _: None
        self._space: Method = lambda _: 0
        self._effort: Method = lambda _: 0

    def steps(self, method: Method) -> Method:
        """Register the method that returns what the solution shows on the way to the answer."""
        self._steps = method
        return method

    def space(self, method: Method) -> Method:
        """Register the method that returns the height of the answer space in lines of text.

        It must follow from the givens' shapes alone, so that it is the same in every variant.
        """
        self._space = method
        return method

    def effort(self, method: Method) -> Method:
        """Register the method that measures the work by hand, for each candidate of a batch."""
        self._effort = method
        return method

    def mistake(
        self, name: str, *, keeps: Fraction = Fraction(0), form: str = ""
    ) -> Callable[[Method], Method]:
        """Register the method that returns the wrong answer of a known error.

        It returns None if the settings (not the numbers drawn) leave no room for the error.
        """

        def register(method: Method) -> Method:
            self.mistakes[name] = Mistake(name, keeps, form, method)
            return method

        return register

    @property
    def builds_on(self) -> tuple[str, ...]:
        """The names of the earlier items whose answers this one takes."""
        return _needs(self._answer)

    def space_of(self, problem: "Problem") -> int:
        """Height of the answer space in lines of text."""
        return min(int(self._space(problem)), MAX_SPACE)

    @overload
    def __get__(self, problem: None, kind: type) -> "ItemMethod": ...
    @overload
    def __get__(self, problem: "Problem", kind: type) -> Callable[..., Array]: ...
    def __get__(self, problem: "Problem | None", kind: type) -> Any:
        """Read on a problem, an item is the method that answers it."""
        return self if problem is None else partial(self._answer, problem)

    def answer_of(self, earlier: "Answers") -> Array:
        return np.asarray(_call(self._answer, earlier))

    def steps_of(self, earlier: "Answers") -> Any:
        return _call(self._steps, earlier)

    def effort_of(self, earlier: "Answers") -> Array:
        """The work by hand, in the unit of :mod:`worksheetgen.problems.effort`."""
        return np.asarray(_call(self._effort, earlier), dtype=float)


def item(
    *,
    points: int,
    prints: tuple[str, ...] = (),
    record: Callable[[Array], Json] = as_json,
) -> Callable[[Method], ItemMethod]:
    """Make a method an item: its points, what givens its question prints, its answer as JSON."""
    return lambda answer: ItemMethod(answer, points, prints, record)


@dataclass(frozen=True)
class Constraint:
    """What sampled givens must fulfil, and the givens that it speaks of."""

    sentence: str
    of: frozenset[str]
    method: Method
    always: bool
    """Whether even givens that a spec fixes must keep it."""

    def holds(self, answers: "Answers") -> Array:
        """Whether it holds, for each candidate of a batch with its answers."""
        return np.asarray(_call(self.method, answers))


def constraint(*of: str, always: bool = False) -> Callable[[Method], Constraint]:
    """Make a method a constraint on those givens; its docstring is the sentence to report.

    The method says for each candidate of a batch whether the sentence holds. As an item does, it
    names in its parameters the answers that it needs. Givens that a spec fixes are not held to it,
    unless there would be no answer without it: ``always``.
    """
    return lambda holds: Constraint(inspect.getdoc(holds) or "", frozenset(of), holds, always)


@dataclass(frozen=True, eq=False)
class Problem(ABC):
    """The base of every problem type; see the module's text."""

    name: ClassVar[str]
    items: ClassVar[Mapping[str, ItemMethod]]
    usual: ClassVar[tuple[str, ...]] = ()
    """The items that are asked if a spec names none; all of them if this is empty."""
    constraints: ClassVar[tuple[Constraint, ...]]
    variable: ClassVar[tuple[str, ...]]
    """The names of the givens that are drawn."""
    shown: ClassVar[frozenset[str]]
    """Those of them that every part prints, whatever its items."""
    Sample: ClassVar[type[Settings]]
    """What a spec may say about drawing: the keys of ``[task.part.sample]``."""
    Given: ClassVar[type[Settings]]
    """What a spec may fix: the keys of ``[task.part.given]``, each absent by default."""

    def __init_subclass__(cls) -> None:
        cls.name = cls.__module__.rpartition(".")[2]
        members = [member for base in reversed(cls.__mro__) for member in vars(base).values()]
        cls.items = MappingProxyType({m.name: m for m in members if isinstance(m, ItemMethod)})
        cls.usual = cls.usual or tuple(cls.items)
        own = [m for m in members if isinstance(m, Constraint)]
        of_items = [c for item in cls.items.values() for c in item.constraints]
        cls.constraints = (*own, *of_items)

    @classmethod
    def fixed_names(cls) -> frozenset[str]:
        """The givens that the spec sets and sampling does not draw."""
        return frozenset(field.name for field in fields(cls)) - frozenset(cls.variable)

    levels: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
    """What ``sample`` says by default at each difficulty."""

    @classmethod
    def settle(cls, sample: Any, given: Any) -> Any:  # noqa: ARG003 - for types that have shapes
        """What to draw from, once what is fixed has had its say: a matrix brings its shape."""
        return sample

    @classmethod
    @abstractmethod
    def check(cls, sample: Any, given: Any) -> None:
        """Raise ``ValueError`` if settled settings that are right each by itself do not fit."""

    @classmethod  # noqa: B027 - most types fit whatever is asked
    def check_items(cls, sample: Any, given: Any, asked: Sequence[str]) -> None:
        """Raise ``ValueError`` if the items that are asked do not fit the settings."""

    @classmethod
    @abstractmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        """Random settings, small enough for many; they need not go together."""

    @classmethod
    def vary(cls, rng: Generator) -> Settings:
        """Random settings that go together: for stress tests."""
        while True:
            try:
                sample = cls.Sample.model_validate(cls.guess(rng))
                cls.check(sample, cls.Given())
            except ValueError:
                continue
            return sample

    @classmethod
    @abstractmethod
    def draw(cls, sample: Any, given: Any, rng: Generator, count: int) -> Self:
        """Draw a batch of ``count`` candidates; what ``given`` fixes is not drawn."""

    def __len__(self) -> int:
        """How many candidates a batch has."""
        return len(getattr(self, self.variable[0]))

    def at(self, index: int | Array) -> Self:
        """One candidate of a batch, or several as a smaller one."""
        return replace(self, **{name: getattr(self, name)[index] for name in self.variable})

    @classmethod
    def join(cls, batches: Sequence[Self]) -> Self:
        """One batch of several that share their settings."""
        return cls._together(np.concatenate, batches)

    @classmethod
    def stack(cls, problems: Sequence[Self]) -> Self:
        """A batch of single problems that share their settings."""
        return cls._together(np.stack, problems)

    @classmethod
    def _together(cls, put: Callable[[list[Array]], Array], several: Sequence[Self]) -> Self:
        arrays = {name: put([getattr(one, name) for one in several]) for name in cls.variable}
        return replace(several[0], **arrays)

    def record(self) -> dict[str, Json]:
        """The givens as JSON values."""
        return {f.name: as_json(getattr(self, f.name)) for f in fields(self)}


class Answers(dict[str, Array]):
    """The answers of a problem, right and mistaken, each computed when it is first asked for."""

    def __init__(self, problem: Problem, known: Mapping[str, Array] = MappingProxyType({})) -> None:
        super().__init__(known)
        self.problem = problem
        self._mistaken: dict[str, dict[str, Array]] = {}

    def __missing__(self, name: str) -> Array:
        self[name] = answer = self.problem.items[name].answer_of(self)
        return answer

    def mistaken(self, name: str) -> Mapping[str, Array]:
        """The wrong answers of an item by the mistakes that lead to them, where there is room."""
        if name not in self._mistaken:
            mistakes = self.problem.items[name].mistakes.values()
            found = {mistake.name: mistake.answer_of(self) for mistake in mistakes}
            self._mistaken[name] = {m: a for m, a in found.items() if a is not None}
        return self._mistaken[name]

    def supposing(self, name: str, wrong: Array) -> "Answers":
        """The answers of somebody who goes on with a wrong answer of an item."""
        return Answers(self.problem, {name: wrong})

    def of(self, index: int, problem: Problem) -> "Answers":
        """Those of one problem of a batch, as far as they are known."""
        return Answers(problem, {name: answer[index] for name, answer in self.items()})


def _call(method: Method, answers: Answers) -> Any:
    """Call a problem's method with the answers that its parameters name."""
    return method(answers.problem, **{name: answers[name] for name in _needs(method)})


@cache
def _needs(method: Method) -> tuple[str, ...]:
    return tuple(inspect.signature(method).parameters)[1:]
