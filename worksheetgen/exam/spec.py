"""The exam spec: a TOML file, validated into frozen models."""

import operator
import re
from fractions import Fraction
from functools import cache, reduce
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from worksheetgen.errors import suggest
from worksheetgen.exam.cover import CoverSpec, fitting_course
from worksheetgen.exam.fields import FilePath, Points, Text
from worksheetgen.exam.own import OwnPartSpec
from worksheetgen.exam.personal import FEWEST_SECRET_BYTES
from worksheetgen.problems import problem_type, problem_types
from worksheetgen.problems.base import Problem
from worksheetgen.problems.items import Answers
from worksheetgen.problems.settings import Settings
from worksheetgen.typeset.language import ENGLISH, languages
from worksheetgen.variants.manifest import OWN
from worksheetgen.variants.marking import Credit, Share, credit_of
from worksheetgen.variants.own import OwnParts
from worksheetgen.variants.sheet import item_label, part_label

MAX_VARIANTS = 100_000
SEED_BITS = 63
"""Seeds are TOML integers, which have 64 bits with the sign."""

BY_EFFORT = "effort"
"""What a spec says in place of points."""
MAX_GRADED = 20
"""Tasks in the grading table of a cover at most."""
FEWEST_DIGITS = 6
"""Different digits that a secret has at least: fewer were typed, not drawn."""

Scale = Annotated[float, Field(strict=True, ge=1, le=2, multiple_of=0.05)]


def _listed(points: Any) -> Any:
    if isinstance(points, str) and points != BY_EFFORT:
        raise ValueError(f'expected a list of points, or "{BY_EFFORT}", got {points!r:.60}')
    return points


PointsOfItems = Annotated[tuple[Points, ...] | Literal["effort"], BeforeValidator(_listed)]


class PartSpec(Settings):
    """A part: a problem type, the items to ask, and what to draw or fix."""

    problem: str
    items: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)] | None = None
    """The items to ask, in order; absent: the problem type's usual ones."""
    points: PointsOfItems | None = None
    """Points per item, whole ones, halves or quarters; ``effort``: a total in proportion to the
    work by hand; absent: the problem type's own."""
    total: Points | None = None
    """What is shared by effort."""
    bonus: Annotated[bool, Field(strict=True)] | tuple[str, ...] = False
    """Whether its points count beyond the total, or the items whose points do."""
    credit: dict[str, dict[str, Points]] = Field(default_factory=dict)
    """What a mistake's answer still earns, by item and mistake; absent: a share of the points,
    and at least what its right entries or parts earn."""
    common: Annotated[bool, Field(strict=True)] = False
    """Whether its numbers are drawn once, for all variants."""
    difficulty: Literal["easy", "medium", "hard"] = "medium"
    """What to draw from where ``sample`` says nothing."""
    diagnosable: Annotated[bool, Field(strict=True)] = True
    """Whether givens are refused that do not let every known mistake show."""
    sample: Any
    given: Any

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        kind = self.kind
        items = self.items or kind.usual
        for name in items:
            if name not in kind.items:
                raise ValueError(
                    f"unknown item {name!r} of {self.problem}{suggest(name, kind.items)}"
                )
            if items.count(name) > 1:
                raise ValueError(f"item {name!r} is asked twice; name it once")
        self._points_fit(len(items))
        self._bonus_fits()
        self._credit_fits()
        self._settle()
        return self

    @property
    def varies(self) -> bool:
        """Whether variants differ in what it prints."""
        return not self.common and bool(self.kind.varying(self.given, tuple(self.worth)))

    def _settle(self) -> None:
        said = self.sample.model_fields_set
        level = self.kind.levels.get(self.difficulty, {})
        values = dict(self.sample) | {k: v for k, v in level.items() if k not in said}
        sample = self.kind.Sample.model_construct(_fields_set=said, **values)
        settled = self.kind.settle(sample, self.given)
        for key in sorted(said):
            written, brought = getattr(sample, key), getattr(settled, key)
            if written != brought:
                raise ValueError(
                    f"sample.{key} is {_plain(written)}, but what is given makes it "
                    f"{_plain(brought)}; drop sample.{key}"
                )
        self.kind.check(settled, self.given)
        self.kind.check_items(settled, self.given, tuple(self.worth))
        object.__setattr__(self, "sample", settled)
        self._judge_given()

    def _judge_given(self) -> None:
        """Refuse fixed givens without which there is no answer."""
        kind = self.kind
        fixed = {name for name, value in self.given if value is not None}
        printed = kind.printed(tuple(self.worth))
        judged = [c for c in kind.constraints if c.always and c.of <= fixed and c.of <= printed]
        if judged:
            drawn = kind.draw(self.sample, self.given, np.random.default_rng(0), 1)
            for constraint in judged:
                if not constraint.holds(Answers(drawn)).all():
                    names = ", ".join(f"given.{name}" for name in sorted(constraint.of))
                    raise ValueError(f"{names} must not break: {constraint.sentence}")

    def _points_fit(self, items: int) -> None:
        if (self.points == BY_EFFORT) != (self.total is not None):
            raise ValueError('points = "effort" and total = ... go together; say both or none')
        if self.total is not None and 2 * self.total < items:
            raise ValueError(
                f"total is {self.total:g}; it takes half a point for each of {items} items"
            )
        if isinstance(self.points, tuple) and len(self.points) != items:
            raise ValueError(
                f"points has {len(self.points)} entries for {items} items; give one per item"
            )

    def _bonus_fits(self) -> None:
        for item in () if isinstance(self.bonus, bool) else self.bonus:
            if item not in self.worth:
                raise ValueError(f"bonus: {item!r} is not asked{suggest(item, self.worth)}")

    def _credit_fits(self) -> None:
        if self.points == BY_EFFORT:
            return  # until they are known
        for item, mistakes in self.credit.items():
            if item not in self.worth:
                raise ValueError(f"credit.{item}: not asked{suggest(item, self.worth)}")
            known = self.kind.items[item].mistakes
            for mistake, points in mistakes.items():
                if mistake not in known:
                    raise ValueError(
                        f"credit.{item}: unknown mistake {mistake!r}{suggest(mistake, known)}"
                    )
                worth = float(self.worth[item])
                if points > worth:
                    raise ValueError(
                        f"credit.{item}: {mistake!r} earns {points:g} of {worth:g} points"
                    )

    @property
    def kind(self) -> type[Problem]:
        return problem_type(self.problem)

    @property
    def worth(self) -> dict[str, Fraction]:
        """The points of each item, in the order asked."""
        items = self.items or self.kind.usual
        default = 1 if self.kind.chooses(self.sample) else None
        usual = tuple(default or self.kind.items[name].points for name in items)
        points = self.points if isinstance(self.points, tuple) else usual
        return dict(zip(items, map(Fraction, points), strict=True))

    @property
    def count(self) -> int:
        """How many items it asks."""
        return len(self.worth)

    @property
    def beyond(self) -> frozenset[str]:
        """The items whose points count beyond the total."""
        if isinstance(self.bonus, bool):
            return frozenset(self.worth if self.bonus else ())
        return frozenset(self.bonus)

    @property
    def earned(self) -> Credit:
        """What each mistake's answer still earns, by item."""
        return {
            item: dict(default)
            | {m: Share(Fraction(p), said=True) for m, p in self.credit.get(item, {}).items()}
            for item, default in credit_of(
                self.kind, self.worth, choices=self.kind.chooses(self.sample)
            ).items()
        }


@cache
def _part_of(name: str) -> type[PartSpec]:
    """The spec of a part of one problem type, with that type's own settings."""
    kind = problem_type(name)
    fields: Any = {
        "problem": Literal[name],
        "sample": (kind.Sample, Field(default_factory=kind.Sample)),
        "given": (kind.Given, Field(default_factory=kind.Given)),
    }
    return create_model(f"{kind.__name__}Part", __base__=PartSpec, **fields)


def _read_part(table: Any) -> PartSpec | OwnPartSpec:
    if isinstance(table, OwnPartSpec):
        return table
    if isinstance(table, PartSpec) or not isinstance(table, dict):
        return PartSpec.model_validate(table)
    name = table.get("problem")
    if name == OWN:
        return OwnPartSpec.model_validate(table)
    if not isinstance(name, str):
        raise PydanticCustomError(
            "unknown_problem",
            "name a problem type: problem = one of {names}",
            {"names": ", ".join([*problem_types(), OWN])},
        )
    try:
        part = _part_of(name)
    except KeyError:
        unknown = PydanticCustomError(
            "unknown_problem",
            "no problem type {name}{near}",
            {"name": repr(name), "near": suggest(name, [*problem_types(), OWN])},
        )
        raise ValidationError.from_exception_data(
            "Part", [{"type": unknown, "loc": ("problem",), "input": name}]
        ) from None
    return part.model_validate(table)


if TYPE_CHECKING:
    AnyPart = PartSpec | OwnPartSpec
    Language = str
else:
    Language = Literal[*languages()]

    class AnyPart:
        """The spec of a part of any problem type; models of those alone that are named are made."""

        @classmethod
        def __get_pydantic_core_schema__(cls, *_: Any) -> CoreSchema:
            return core_schema.no_info_plain_validator_function(_read_part)

        @classmethod
        def __get_pydantic_json_schema__(
            cls, _: CoreSchema, handler: GetJsonSchemaHandler
        ) -> dict[str, Any]:
            every = reduce(operator.or_, map(_part_of, problem_types())) | OwnPartSpec
            return handler(
                TypeAdapter(Annotated[every, Field(discriminator="problem")]).core_schema
            )


class TaskSpec(Settings):
    """A task: a number, a title, and its parts."""

    number: Annotated[int, Field(strict=True, ge=1, le=99)]
    title: Text
    part: Annotated[tuple[AnyPart, ...], Field(min_length=1, max_length=26)]

    @property
    def drawn(self) -> dict[int, PartSpec]:
        """Its parts of problem types, by position; the others are the examiner's own."""
        return {p: part for p, part in enumerate(self.part) if isinstance(part, PartSpec)}

    @property
    def own(self) -> dict[int, OwnPartSpec]:
        """Its parts in the examiner's own words, by position."""
        return {p: part for p, part in enumerate(self.part) if isinstance(part, OwnPartSpec)}


def _secret(secret: str) -> str:
    digits = 2 * FEWEST_SECRET_BYTES
    if not re.fullmatch(r"([0-9a-f]{2})+", secret) or not digits <= len(secret) <= 8 * digits:
        raise ValueError(f"expected {digits} to {8 * digits} hexadecimal digits, an even number")
    if len(set(secret)) < FEWEST_DIGITS:
        raise ValueError("too regular to be secret; let chance choose it")
    return secret


Place = Annotated[str, Field(strict=True, pattern=r"^[1-9][0-9]?\.[a-z]\.[ivx]+$")]
"""Of an item: its task, part and label, such as 3.a.ii."""


class EffortSpec(Settings):
    """How equal the variants are in the work that they ask for."""

    spread: Annotated[float, Field(ge=0, le=10)] = 0.15
    """How far a variant's effort may be from the exam's typical one, as a share of it."""


class ExamSpec(Settings):
    """An exam: what its variants have in common."""

    title: Text
    variants: Annotated[int, Field(strict=True, ge=1, le=MAX_VARIANTS)] = 1
    versions: Annotated[int, Field(strict=True, ge=2, le=26)] | None = None
    """How many variants the students of a roster share; absent: each has one alone."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**SEED_BITS)] | None = None
    """Absent: drawn from the operating system, and recorded in the manifest."""
    secret: Annotated[str, Field(strict=True), AfterValidator(_secret)] | None = None
    """What personal sheets are drawn from beside the seed: 32 hexadecimal digits or more."""
    paper: Literal["a4", "letter"] = "a4"
    language: Language = ENGLISH
    """Of all that is printed but the titles, which are the spec's own."""
    templates: FilePath | None = None
    """A folder of templates that replace the shipped ones of the same names."""
    top_margin: Annotated[int, Field(strict=True, ge=10, le=80)] = 16
    """Millimetres above the head of each page, for stamps and stickers."""
    font: Literal["serif", "sans"] = "serif"
    """Of all that is printed; ``sans`` is easier to read for some."""
    scale: Scale = 1.0
    """How much larger question sheets are printed, on the same paper."""
    void: tuple[Place, ...] = ()
    """Items that count for nobody, since the exam was written: their questions stay as they are."""
    effort: EffortSpec = EffortSpec()
    cover: CoverSpec | None = None
    """A cover page; absent: lines for name and number on the first page."""
    task: Annotated[tuple[TaskSpec, ...], Field(min_length=1, max_length=60)]

    @property
    def own(self) -> OwnParts:
        """Its parts in the examiner's own words, by task and label, with choices as they are."""
        return {
            (task.number, part_label(p)): part.part(p, {})
            for task in self.task
            for p, part in task.own.items()
        }

    @property
    def places(self) -> list[str]:
        """Those of all items."""
        return [
            f"{task.number}.{part_label(p)}.{item_label(i)}"
            for task in self.task
            for p, part in enumerate(task.part)
            for i in range(part.count)
        ]

    @property
    def pictures(self) -> dict[str, str]:
        """The paths of pictures in the examiner's own parts, by where they stand: 1.b.ii, say."""
        pictured = {
            f"{task.number}.{part_label(p)}{label}": own
            for task in self.task
            for p, part in task.own.items()
            for label, own in part.pictured()
        }
        return {place: own.picture for place, own in pictured.items() if own.picture}

    @model_validator(mode="after")
    def _numbers_differ(self) -> Self:
        numbers = [task.number for task in self.task]
        for number in numbers:
            if numbers.count(number) > 1:
                raise ValueError(f"two tasks have the number {number}; give each its own")
        return self

    @model_validator(mode="after")
    def _void_was_asked(self) -> Self:
        for place in self.void:
            if place not in self.places:
                raise ValueError(f"void: no item {place!r}{suggest(place, self.places)}")
        return self

    @model_validator(mode="after")
    def _something_is_drawn(self) -> Self:
        if not any(task.drawn for task in self.task):
            raise ValueError("all parts are texts; name a problem type in one part at least")
        return self

    @model_validator(mode="after")
    def _fits_its_cover(self) -> Self:
        if self.cover and len(self.task) > MAX_GRADED:
            raise ValueError(f"the grading table of a cover has room for {MAX_GRADED} tasks")
        if self.cover and self.cover.course is None:
            fitting_course(self.title)
        return self


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
