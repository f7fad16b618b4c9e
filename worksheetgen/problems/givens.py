"""Givens declared where their fields are: kind, shape, bounds, meaning. The rest follows.

From a declaration follow what a spec may fix, how candidates are drawn, the shape that a fixed
given brings, and what is said of one that does not fit.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field as DataclassField
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import Field, create_model

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.constraints import COMBINES, FULL, LINES, RULES
from worksheetgen.problems.items import Answers, Constraint
from worksheetgen.problems.settings import AXES, Settings

DECLARED, ASIDE = "drawn", "aside"
Shape = str | tuple[str, ...] | Callable[[Any], tuple[int, ...]]
"""Keys of ``sample``, which a fixed given brings, or a function of it."""
Drawing = Callable[[Generator, Any, int], Array]


@dataclass(frozen=True)
class Drawn:
    """A given that is drawn."""

    kind: Any
    """What a spec may fix it to; None: nothing."""
    shape: Shape
    meaning: str
    values: str
    """The key of ``sample`` that bounds its entries."""
    shown: bool
    """Whether the stem prints it, and not a question."""
    keeps: tuple[str, ...]
    """The rules of :mod:`worksheetgen.problems.constraints` to which it is held."""
    entry: str
    """What each entry belongs to, for messages."""
    chosen: Drawing | None
    """How it is drawn, if not entry by entry."""
    axes: int

    def shape_in(self, sample: Any) -> tuple[int, ...]:
        """Its shape, without a batch."""
        if callable(self.shape):
            return self.shape(sample)
        keys = (self.shape,) if isinstance(self.shape, str) else self.shape
        sizes = [getattr(sample, key) for key in keys]
        return tuple(n for size in sizes for n in (size if isinstance(size, tuple) else (size,)))

    def brings(self, fixed: Any, sample: Any) -> dict[str, Any]:
        """What a fixed one says of ``sample``: the shape that it has."""
        if fixed is None or callable(self.shape):
            return {}
        shape = _shape(fixed)
        keys = (self.shape,) if isinstance(self.shape, str) else self.shape
        brought: dict[str, Any] = {}
        for key in keys:
            pair = isinstance(getattr(sample, key), tuple)
            brought[key], shape = (shape[:2], shape[2:]) if pair else (shape[0], shape[1:])
        return brought

    def check(self, name: str, fixed: Any, sample: Any) -> None:
        """Raise ``ValueError`` if a fixed one has another shape, or leaves nothing to compute."""
        if fixed is None:
            return
        shape, needed = _shape(fixed), self.shape_in(sample)
        if shape != needed and len(needed) == 1:
            raise ValueError(
                f"{name} has {shape[0]} entries, it needs {needed[0]}; give one per {self.entry}"
            )
        if shape != needed:
            found, wanted = (" × ".join(map(str, size)) for size in (shape, needed))
            raise ValueError(f"{name} is {found}, it needs {wanted}")
        if {FULL, LINES, COMBINES} & {*self.keeps} and not np.any(fixed):
            raise ValueError(f"{name} is all zero, which leaves nothing to compute")

    def constraints(self, name: str) -> Iterator[Constraint]:
        """What candidates are held to."""
        called = self.meaning.partition(",")[0].removesuffix(".")
        called = f"{called} {name}" if len(name) == 1 else called
        for rule in self.keeps:
            sentence, judge = RULES[rule]
            yield Constraint(sentence.format(called), [name], _judging(name, judge))

    def draw(self, rng: Generator, sample: Any, count: int, fixed: Any) -> Array:
        """The entries of ``count`` candidates; what is fixed is the same in all."""
        if self.chosen:
            array = self.chosen(rng, sample, count)
        else:
            low, high = getattr(sample, self.values)
            shape = (count, *self.shape_in(sample))
            array = rng.integers(low, high, size=shape, endpoint=True)
        if fixed is None:
            return array
        exact = np.array(fixed, dtype=object if array.dtype == object else None)
        return np.broadcast_to(exact, array.shape)


def drawn(
    kind: Any,
    shape: Shape,
    meaning: str = "",
    *,
    values: str = "values",
    shown: bool = True,
    keeps: tuple[str, ...] = (),
    entry: str = "entry",
    chosen: Drawing | None = None,
    axes: int | None = None,
) -> Any:
    """Declare a field of a problem type that is drawn.

    Args:
        kind: the kind of setting to which a spec may fix it; None: it may not.
        shape: the keys of ``sample`` that say its shape, or a function of it.
        meaning: what it is, for the spec's documentation.
        values: the key of ``sample`` that bounds its entries.
        shown: whether the stem prints it, where an item needs it or no item names it; otherwise
            only questions do.
        keeps: the rules of :mod:`worksheetgen.problems.constraints` to which it is held.
        entry: what each entry belongs to, for messages.
        chosen: how it is drawn, if not entry by entry: takes a generator, ``sample`` and a count.
        axes: how many axes it has; None: as ``kind`` says.
    """
    count = AXES.get(kind, 0) if axes is None else axes
    declared = Drawn(kind, shape, meaning, values, shown, keeps, entry, chosen, count)
    return field(metadata={DECLARED: declared})


def aside() -> Any:
    """Declare a field that only mistakes set, and that is no given."""
    return field(default=None, metadata={ASIDE: True})


def drawn_in(kind: type) -> dict[str, Drawn]:
    """The declarations of a class that is being made, those of its bases first, by name."""
    inherited = [getattr(base, "__dataclass_fields__", {}) for base in reversed(kind.__mro__[1:])]
    found: dict[str, Any] = {
        name: f for fields in (*inherited, vars(kind)) for name, f in fields.items()
    }
    return {
        name: member.metadata[DECLARED]
        for name, member in found.items()
        if isinstance(member, DataclassField) and DECLARED in member.metadata
    }


def given_model(
    name: str, declared: Mapping[str, Drawn], also: Mapping[str, tuple[Any, str]]
) -> type[Settings]:
    """The table of what a spec may fix."""
    kinds = {given: (one.kind, one.meaning) for given, one in declared.items()} | dict(also)
    fields: Any = {
        given: (kind | None, Field(default=None, description=meaning))
        for given, (kind, meaning) in kinds.items()
        if kind is not None
    }
    return create_model(name, __base__=Settings, __doc__="What to fix.", **fields)


def _judging(name: str, judge: Callable[[Array, int], Array]) -> Callable[[Answers], Array]:
    return lambda answers: judge(getattr(answers.problem, name), len(answers.problem.batch))


def _shape(fixed: Any) -> tuple[int, ...]:
    found: list[int] = []
    while isinstance(fixed, tuple):
        found.append(len(fixed))
        fixed = fixed[0]
    return tuple(found)
