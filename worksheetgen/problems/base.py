"""What a problem type is made of: givens, settings, constraints, and items that ask about them.

A problem type is a frozen dataclass of givens. What is drawn is declared where its field is:

    class Convolution(Problem):
        X: Array = drawn(Matrix, "input_shape", "The input.")
        K: Array = drawn(Matrix, "kernel_shape", "The kernel.")
        stride: Pair = (1, 1)

        @item(2, instead("stride ignored", stride=(1, 1)), SIGN_LOST)
        def forward(self) -> Sums: ...

Givens that are arrays may carry a leading batch axis. Answers and constraints then have it
too, so that the sampler judges many candidates in one call.
"""

from abc import ABC
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import ValidationError

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.engine.exact import as_json, from_json
from worksheetgen.problems.changes import changed
from worksheetgen.problems.givens import ASIDE, Drawn, drawn_in, given_model
from worksheetgen.problems.items import Constraint, Item, Json
from worksheetgen.problems.settings import Settings


@dataclass(frozen=True, eq=False)
class Problem(ABC):
    """The base of every problem type; see the module's text."""

    name: ClassVar[str]
    drawn: ClassVar[Mapping[str, Drawn]] = {}
    """The givens that are drawn, by name."""
    also: ClassVar[Mapping[str, tuple[Any, str]]] = {}
    """What a spec may fix beside the givens that are drawn: kinds and meanings by name."""
    items: ClassVar[Mapping[str, Item]] = {}
    usual: ClassVar[tuple[str, ...]] = ()
    """The items that are asked if a spec names none; all of them if this is empty."""
    constraints: ClassVar[tuple[Constraint, ...]]
    Sample: ClassVar[type[Settings]]
    """What a spec may say about drawing: the keys of ``[task.part.sample]``."""
    Given: ClassVar[type[Settings]]
    """What a spec may fix: the keys of ``[task.part.given]``, each absent by default."""
    texts: ClassVar[tuple[str, ...]] = ()
    """The properties that its texts may say, beside the givens."""
    levels: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """What ``sample`` says by default at each difficulty."""
    together: ClassVar[int] = 64
    """How many candidates are drawn together; few where each takes long and is fit."""
    ranges: ClassVar[Mapping[str, tuple[int, int]]] = {}
    """By key of ``sample``, from where up to (and without) where stress tests choose it."""

    def __init_subclass__(cls) -> None:
        if not any(isinstance(member, Item) for member in vars(cls).values()):
            return
        cls.name = cls.__module__.removeprefix(f"{__package__}.").partition(".")[0]
        members = [member for base in reversed(cls.__mro__) for member in vars(base).values()]
        cls.drawn = MappingProxyType(drawn_in(cls))
        cls.items = MappingProxyType({m.name: m for m in members if isinstance(m, Item)})
        cls.usual = cls.usual or tuple(cls.items)
        own = [m for m in members if isinstance(m, Constraint)]
        of_items = [c for item in cls.items.values() for c in item.constraints]
        of_givens = [c for name, one in cls.drawn.items() for c in one.constraints(name)]
        cls.constraints = (*of_givens, *own, *of_items)
        cls.Given = given_model(f"{cls.__name__}Given", cls.drawn, cls.also)

    # What a spec says

    @classmethod
    def stem(cls, asked: Sequence[str]) -> frozenset[str]:
        """The drawn givens that the stem of a part with these items prints.

        Those that no item names it prints always, others where an item that is asked needs them.
        """
        named = frozenset[str]().union(*(one.prints for one in cls.items.values()))
        needed = frozenset[str]().union(*(cls.items[name].prints for name in asked))
        return frozenset(
            name
            for name, given in cls.drawn.items()
            if given.shown and (name in needed or name not in named)
        )

    @classmethod
    def printed(cls, asked: Sequence[str]) -> frozenset[str]:
        """The drawn givens that a part with these items prints, in its stem or in questions."""
        return cls.stem(asked).union(*(cls.items[name].prints for name in asked))

    @classmethod
    def varying(cls, given: Any, asked: Sequence[str]) -> frozenset[str]:
        """Of the givens that a part with these items prints, those that its spec does not fix."""
        return cls.printed(asked) - cls.fixed_in(given)

    @classmethod
    def fixed_in(cls, given: Any) -> frozenset[str]:
        """The drawn givens that a spec fixes."""
        return frozenset(name for name, value in given if value is not None)

    @classmethod
    def fixed_names(cls) -> frozenset[str]:
        """The givens that the spec sets and sampling does not draw."""
        return cls.given_names() - frozenset(cls.drawn)

    @classmethod
    def given_names(cls) -> frozenset[str]:
        """All givens, drawn or set."""
        return frozenset(field.name for field in cls._given())

    @classmethod
    def _given(cls) -> list[Field[Any]]:
        return [field for field in fields(cls) if not field.metadata.get(ASIDE)]

    @classmethod
    def settle(cls, sample: Any, given: Any) -> Any:
        """What to draw from, once what is fixed has had its say: a matrix brings its shape.

        Raises:
            ValueError: it brings one that ``sample`` could not have.
        """
        brought: dict[str, Any] = {}
        for name, declared in cls.drawn.items():
            sizes = declared.brings(getattr(given, name, None), sample)
            try:
                cls.Sample.model_validate(sizes)
            except ValidationError as error:
                key, said = error.errors()[0]["loc"][0], error.errors()[0]["msg"]
                raise ValueError(f"given.{name} makes {key} {sizes[str(key)]}: {said}") from None
            brought |= sizes
        return sample.model_copy(update=brought)

    @classmethod
    def check(cls, sample: Any, given: Any) -> None:
        """Raise ``ValueError`` if settled settings that are right each by itself do not fit."""
        cls.check_sample(sample)
        cls.check_given(sample, given)
        for name, declared in cls.drawn.items():
            declared.check(f"given.{name}", getattr(given, name, None), sample)

    @classmethod  # noqa: B027 - some types fit whatever is set
    def check_sample(cls, sample: Any) -> None:
        """Raise ``ValueError`` if settled settings do not go together."""

    @classmethod  # noqa: B027 - most types take whatever is fixed, once its shape fits
    def check_given(cls, sample: Any, given: Any) -> None:
        """Raise ``ValueError`` if what is fixed does not fit the settled settings."""

    @classmethod  # noqa: B027 - most types fit whatever is asked
    def check_items(cls, sample: Any, given: Any, asked: Sequence[str]) -> None:
        """Raise ``ValueError`` if the items that are asked do not fit the settings."""

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        """Random settings, small enough for many; they need not go together."""
        chosen: dict[str, Any] = {}
        for key, (low, high) in cls.ranges.items():
            pair = isinstance(cls.Sample.model_fields[key].default, tuple)
            numbers = rng.integers(low, high, size=2 if pair else 1).tolist()
            chosen[key] = tuple(numbers) if pair else numbers[0]
        if "values" in cls.Sample.model_fields:
            largest = int(rng.integers(2, 10))
            chosen["values"] = (-largest, largest)
        return chosen

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

    # Drawing

    @classmethod
    def draw(
        cls,
        sample: Any,
        given: Any,
        rng: Generator,
        count: int,
        items: Sequence[str] | None = None,  # noqa: ARG003 - where items have givens of their own
    ) -> Self:
        """Draw a batch of ``count`` candidates; what ``given`` fixes is not drawn.

        The same random numbers are used up in either case, so that fixing one given changes no
        other. Givens that belong to none of ``items`` may be left out.
        """
        arrays = {
            name: declared.draw(rng, sample, count, getattr(given, name, None))
            for name, declared in cls.drawn.items()
        }
        return cls(**arrays, **cls.settings_of(sample))

    @classmethod
    def settings_of(cls, sample: Any) -> dict[str, Any]:
        """The givens that the spec sets."""
        return {name: getattr(sample, name) for name in cls.fixed_names()}

    # A batch

    @cached_property
    def batch(self) -> tuple[int, ...]:
        """The shape of the batch: of one axis, or of none for a single problem."""
        known = (pair for pair in self.drawn.items() if getattr(self, pair[0]) is not None)
        name, declared = next(known)
        array = np.asarray(getattr(self, name))
        return array.shape[: array.ndim - declared.axes]

    def __len__(self) -> int:
        """How many candidates a batch has."""
        return self.batch[0]

    def at(self, index: int | Array) -> Self:
        """One candidate of a batch, or several as a smaller one."""
        known = (name for name in self.drawn if getattr(self, name) is not None)
        return replace(self, **{name: getattr(self, name)[index] for name in known})

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
        known = (name for name in cls.drawn if getattr(several[0], name) is not None)
        arrays = {name: put([getattr(one, name) for one in several]) for name in known}
        return replace(several[0], **arrays)

    def for_each(self, value: Any) -> Array:
        """The same value for each candidate of the batch."""
        value = np.asarray(value)
        return np.broadcast_to(value, (*self.batch, *value.shape))

    # What mistakes and records need

    @classmethod
    def chooses(cls, sample: Any) -> bool:  # noqa: ARG003 - of most types, none does
        """Whether items that else are open offer choices, each worth a point."""
        return False

    def wrong(self, item: str, mistake: str) -> Array | None:
        """What a known error answers whose type knows it by name; None if there is no room."""
        raise NotImplementedError(f"a type with {mistake!r} among its mistakes says its answers")

    def numbers_of(self, name: str) -> Array:
        """The entries of a given, by which variants are told apart."""
        return np.asarray(getattr(self, name))

    def seen_beside(self, asked: Sequence[str]) -> Any:  # noqa: ARG002 - most print givens alone
        """What the questions of a single problem show beside its givens, as JSON values."""
        return []

    def otherwise(self, changes: Mapping[str, Any]) -> Self | None:
        """The same problem with other givens; None if nothing is other, or nothing fits."""
        new = {name: changed(self, name, to) for name, to in changes.items()}
        if any(value is None for value in new.values()):
            return None
        settings = self.drawn.keys().isdisjoint(new)
        if settings and all(getattr(self, name) == value for name, value in new.items()):
            return None
        other = replace(self, **new)
        return other if other.fits else None

    @property
    def fits(self) -> bool:
        """Whether its settings leave something to compute, once a mistake has changed them."""
        return True

    @classmethod
    def recorded(cls, given: Mapping[str, Json]) -> Self:
        """The single problem of a record; what the record leaves out is None.

        Raises:
            ValueError: an entry is no number.
        """
        arrays: dict[str, Any] = dict.fromkeys(cls.drawn)
        for name, declared in cls.drawn.items():
            if name in given:
                array = from_json(given[name])
                arrays[name] = array.ravel() if declared.axes == 1 else array
        settings = {name: given[name] for name in cls.fixed_names() if name in given}
        pairs = {n: tuple(v) if isinstance(v, list) else v for n, v in settings.items()}
        return cls(**arrays, **pairs)

    def record(self) -> dict[str, Json]:
        """The givens as JSON values, as far as they are known."""
        known = {field.name: getattr(self, field.name) for field in self._given()}
        return {name: _number(as_json(v)) for name, v in known.items() if v is not None}


def _number(value: Json) -> Json:
    """A manifest knows numbers and words, and no truth values."""
    return int(value) if isinstance(value, bool) else value
