"""Items: questions about a problem's givens, each a method that says the work of its answer.

An item names in its parameters the earlier answers that it builds on, as a pytest test names its
fixtures; the same method gives the right answer, and what follows from a wrong one.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from worksheetgen.engine.arrays import Array
from worksheetgen.engine.exact import as_json
from worksheetgen.problems.changes import CHANGES, SLIPS
from worksheetgen.problems.constraints import not_all_zero
from worksheetgen.problems.mistakes import UNSUMMED, Mistake
from worksheetgen.problems.work import Choices, Sums, Work, is_absent

if TYPE_CHECKING:
    from worksheetgen.problems.base import Problem

Json = Any
Method = Callable[..., Any]

MOST_ROOM = 36
"""Lines of an answer space at most, so that a page holds it below the givens and its question."""
ROOM = 4
"""Lines for a solution's words."""


class Item:
    """An item of a problem type: the method that says its work, and what belongs to it."""

    def __init__(
        self,
        work: Method,
        points: int,
        mistakes: Sequence[Mistake],
        *,
        prints: Sequence[str] = (),
        record: Callable[[Array], Json] = as_json,
        room: int = ROOM,
        full: Sequence[str] = (),
        also: str = "",
        entries: Sequence[str] = (),
    ) -> None:
        self.name = work.__name__
        self.summary = _first_sentence(inspect.getdoc(work) or "")
        self.points = points
        self.mistakes = {mistake.name: mistake for mistake in mistakes}
        self.prints = frozenset(prints)
        """The givens that its question needs: the stem prints them, or the question itself."""
        self.record = record
        self.also = also
        """What its question asks for beside the answer; the rows of its key take it as given."""
        self.entries = frozenset(entries)
        """The parts of its answer that are entries of K."""
        self.constraints = (self._full(full),) if full else ()
        self.work = work
        self._room = room

    def _full(self, of: Sequence[str]) -> "Constraint":
        def holds(answers: "Answers") -> Array:
            return not_all_zero(answers[self.name], len(answers.problem.batch))

        called = self.summary.partition(",")[0].removesuffix(".")
        return Constraint(f"{called} is not all zero.", of, holds)

    @property
    def builds_on(self) -> tuple[str, ...]:
        """The names of the earlier items whose answers this one takes."""
        return needs(self.work)

    def __get__(self, problem: "Problem | None", kind: type) -> Any:
        """Read on a problem, an item is the method that says its work."""
        return self if problem is None else partial(self.work, problem)

    def room_of(self, answers: "Answers") -> int:
        """The height of the answer space in lines of text, the same in every variant."""
        return min(self._room + answers.work(self.name).lines, MOST_ROOM)

    def effort_of(self, answers: "Answers") -> Array:
        """The effort by hand for each candidate, see :mod:`worksheetgen.problems.effort`."""
        effort = answers.work(self.name).effort
        return np.broadcast_to(np.asarray(effort, dtype=float), answers.problem.batch)


def item(
    points: int,
    *mistakes: Mistake,
    prints: Sequence[str] = (),
    record: Callable[[Array], Json] = as_json,
    room: int = ROOM,
    full: Sequence[str] = (),
    also: str = "",
) -> Callable[[Method], Item]:
    """Make a method that says the work of an answer an item.

    Args:
        points: what it is worth, unless a spec says otherwise.
        mistakes: the known errors.
        prints: the givens that its question needs, in the stem or by itself.
        record: the answer as JSON.
        room: lines for the words of its solution.
        full: givens that must not make its answer all zero.
        also: what its question asks for beside the answer: a formula, reason, condition, relation;
            of several entries, that one is ``justified``.
    """
    return lambda work: Item(
        work, points, mistakes, prints=prints, record=record, room=room, full=full, also=also
    )


class Constraint:
    """What sampled givens must fulfil, and the givens that it speaks of."""

    def __init__(
        self,
        sentence: str,
        of: Sequence[str],
        judge: "Callable[[Answers], Array]",
        *,
        always: bool = False,
    ) -> None:
        self.sentence = sentence
        self.of = frozenset(of)
        self.always = always
        """Whether even givens that a spec fixes must keep it."""
        self._judge = judge

    def holds(self, answers: "Answers") -> Array:
        """Whether it holds, for each candidate of a batch with its answers."""
        return np.broadcast_to(self._judge(answers), answers.problem.batch)


def constraint(*of: str, always: bool = False) -> Callable[[Method], Constraint]:
    """Make a method a constraint on those givens; its docstring is the sentence to report.

    The method says for each candidate of a batch whether the sentence holds. As an item does, it
    names in its parameters the answers that it needs. Givens that a spec fixes are not held to it,
    unless there would be no answer without it: ``always``.
    """
    return lambda holds: Constraint(
        inspect.getdoc(holds) or "", of, partial(call, holds), always=always
    )


class Answers(dict[str, Array]):
    """The answers of a problem, right and mistaken, each worked out when it is first asked for."""

    def __init__(
        self, problem: "Problem", known: Mapping[str, Array] = MappingProxyType({})
    ) -> None:
        super().__init__(known)
        self.problem = problem
        self._works: dict[str, Work] = {}
        self.judged: dict[str, dict[str, Array]] = {}
        """The wrong answers that are worked out already, by item and mistake."""

    def __missing__(self, name: str) -> Array:
        self[name] = answer = self.work(name).answer
        return answer

    def work(self, name: str) -> Work:
        """The work of an item."""
        if name not in self._works:
            work = call(self.problem.items[name].work, self)
            self._works[name] = work.in_rows(len(self.problem.batch))
        return self._works[name]

    def mistaken(self, name: str) -> Mapping[str, Array]:
        """The wrong answers of an item by the mistakes that lead to them, where there is room."""
        if name not in self.judged:
            mistakes = self.problem.items[name].mistakes.values()
            found = {mistake.name: self._wrong(name, mistake) for mistake in mistakes}
            self.judged[name] = self._present(
                {m: np.asarray(a) for m, a in found.items() if a is not None}
            )
        return self.judged[name]

    def _present(self, found: dict[str, Array]) -> dict[str, Array]:
        """Of a single problem, those answers that there are."""
        if self.problem.batch:
            return found
        return {mistake: wrong for mistake, wrong in found.items() if not is_absent(wrong, 0)}

    def _wrong(self, name: str, mistake: Mistake) -> Array | None:
        """What a mistake answers; None if the settings leave no room for it."""
        if mistake.instead:
            other = self.problem.otherwise(mistake.instead)
            return None if other is None else Answers(other)[name]
        if mistake.of_answer:
            return CHANGES[mistake.of_answer](self[name])
        if mistake.in_work:
            return _slipped(self.work(name), mistake.in_work)
        if mistake.choice or mistake.among:
            work = self.work(name)
            if isinstance(work, Choices):
                return work.position_of(*mistake.choice) if mistake.choice else None
            return self.problem.wrong(name, mistake.name) if mistake.among else None
        wrong: Array | None = call(getattr(type(self.problem), mistake.own), self)
        return wrong

    def supposing(self, name: str, wrong: Array) -> "Answers":
        """The answers of somebody who goes on with a wrong answer of an item."""
        return Answers(self.problem, {name: wrong})

    def of(self, index: int, problem: "Problem") -> "Answers":
        """Those of one problem of a batch, as far as they are known."""
        one = Answers(problem, {name: answer[index] for name, answer in self.items()})
        one.judged = {
            name: one._present({mistake: wrong[index] for mistake, wrong in found.items()})
            for name, found in self.judged.items()
        }
        return one

    @classmethod
    def stack(cls, several: Sequence[Self]) -> "Answers":
        """Those of a batch of single problems with the same settings, as far as all are known."""
        first, *others = several
        whole = Answers(type(first.problem).stack([one.problem for one in several]))
        for name in first:
            if all(name in one for one in others):
                whole[name] = np.stack([one[name] for one in several])
        for name in first.judged:
            if all(one.judged.get(name, {}).keys() == first.judged[name].keys() for one in others):
                whole.judged[name] = {
                    mistake: np.stack([one.judged[name][mistake] for one in several])
                    for mistake in first.judged[name]
                }
        return whole


def _slipped(work: Work, slip: str) -> Array | None:
    if not isinstance(work, Sums):
        return None
    return work.products if slip == UNSUMMED else work.slipped(SLIPS[slip])


def _first_sentence(text: str) -> str:
    """What a docstring says first.

    >>> _first_sentence("The output H. Shape (..., oh, ow).")
    'The output H.'
    """
    return text.partition("\n")[0].partition(". ")[0].removesuffix(".") + "."


def call(method: Method, answers: Answers) -> Any:
    """Call a problem's method with the answers that its parameters name."""
    return method(answers.problem, **{name: answers[name] for name in needs(method)})


@cache
def needs(method: Method) -> tuple[str, ...]:
    """The names of the answers that a problem's method takes."""
    return tuple(inspect.signature(method).parameters)[1:]
