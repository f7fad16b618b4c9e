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

Givens that are arrays may carry a leading batch axis. Answers and constraints then have it
too, so that the sampler judges many candidates in one call.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from types import MappingProxyType
from typing import Any, ClassVar, Self, overload

import numpy as np
from numpy.typing import NDArray

from worksheetgen.problems.settings import Settings

Array = NDArray[Any]
Json = Any
Method = Callable[..., Any]

MAX_SPACE = 36
"""Lines of an answer space at most, so that a page holds it below the givens and its question."""


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
        self._answer = answer
        self._steps: Method = lambda _: None
        self._space: Method = lambda _: 0

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


def item(
    *,
    points: int,
    prints: tuple[str, ...] = (),
    record: Callable[[Array], Json] = np.ndarray.tolist,
) -> Callable[[Method], ItemMethod]:
    """Make a method an item: its points, what givens its question prints, its answer as JSON."""
    return lambda answer: ItemMethod(answer, points, prints, record)


@dataclass(frozen=True)
class Constraint:
    """What sampled givens must fulfil, and the givens that it speaks of."""

    sentence: str
    of: frozenset[str]
    method: Method

    def holds(self, answers: "Answers") -> Array:
        """Whether it holds, for each candidate of a batch with its answers."""
        return np.asarray(_call(self.method, answers))


def constraint(*of: str) -> Callable[[Method], Constraint]:
    """Make a method a constraint on those givens; its docstring is the sentence to report.

    The method says for each candidate of a batch whether the sentence holds. As an item does, it
    names in its parameters the answers that it needs.
    """
    return lambda holds: Constraint(inspect.getdoc(holds) or "", frozenset(of), holds)


@dataclass(frozen=True, eq=False)
class Problem(ABC):
    """The base of every problem type; see the module's text."""

    name: ClassVar[str]
    items: ClassVar[Mapping[str, ItemMethod]]
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
        members = vars(cls).values()
        cls.items = MappingProxyType({m.name: m for m in members if isinstance(m, ItemMethod)})
        cls.constraints = tuple(m for m in members if isinstance(m, Constraint))

    @classmethod
    def fixed_names(cls) -> frozenset[str]:
        """The givens that the spec sets and sampling does not draw."""
        return frozenset(field.name for field in fields(cls)) - frozenset(cls.variable)

    @classmethod
    @abstractmethod
    def check(cls, sample: Any, given: Any) -> None:
        """Raise ``ValueError`` if settings that are right each by itself cannot go together."""

    @classmethod
    @abstractmethod
    def vary(cls, rng: np.random.Generator) -> Settings:
        """Random settings that go together, small enough for many: for stress tests."""

    @classmethod
    @abstractmethod
    def draw(cls, sample: Any, given: Any, rng: np.random.Generator, count: int) -> Self:
        """Draw a batch of ``count`` candidates; what ``given`` fixes is not drawn."""

    def __len__(self) -> int:
        """How many candidates a batch has."""
        return len(getattr(self, self.variable[0]))

    def __getitem__(self, index: int) -> Self:
        """One candidate of a batch."""
        return replace(self, **{name: getattr(self, name)[index] for name in self.variable})

    @classmethod
    def join(cls, batches: Sequence[Self]) -> Self:
        """One batch of several that share their settings."""
        joined = {
            name: np.concatenate([getattr(batch, name) for batch in batches])
            for name in cls.variable
        }
        return replace(batches[0], **joined)

    def record(self) -> dict[str, Json]:
        """The givens as JSON values."""
        return {f.name: np.asarray(getattr(self, f.name)).tolist() for f in fields(self)}


class Answers(dict[str, Array]):
    """The answers of a problem, each computed when it is first asked for."""

    def __init__(self, problem: Problem, known: Mapping[str, Array] = MappingProxyType({})) -> None:
        super().__init__(known)
        self.problem = problem

    def __missing__(self, name: str) -> Array:
        self[name] = answer = self.problem.items[name].answer_of(self)
        return answer

    def of(self, index: int) -> "Answers":
        """One candidate of a batch, with the answers that are known."""
        return Answers(self.problem[index], {name: a[index] for name, a in self.items()})


def _call(method: Method, answers: Answers) -> Any:
    """Call a problem's method with the answers that its parameters name."""
    return method(answers.problem, **{name: answers[name] for name in _needs(method)})


@cache
def _needs(method: Method) -> tuple[str, ...]:
    return tuple(inspect.signature(method).parameters)[1:]
