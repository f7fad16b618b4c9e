"""The exam spec: a TOML file, validated into frozen models."""

import operator
import re
import tomllib
from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, ValidationError, create_model, model_validator
from pydantic_core import ErrorDetails

from worksheetgen.cover import CoverSpec, fitting_course
from worksheetgen.errors import SpecError
from worksheetgen.fields import FilePath, Text
from worksheetgen.language import ENGLISH, languages
from worksheetgen.marking import Credit, credit_of
from worksheetgen.personal import FEWEST_SECRET_BYTES
from worksheetgen.problems import problem_types
from worksheetgen.problems.base import Answers, Problem
from worksheetgen.problems.settings import Settings
from worksheetgen.resources import shipped_exams
from worksheetgen.suggest import suggest

MAX_VARIANTS = 100_000
SEED_BITS = 63
"""Seeds are TOML integers, which have 64 bits with the sign."""

MAX_GRADED = 20
"""Tasks in the grading table of a cover at most."""
FEWEST_DIGITS = 6
"""Different digits that a secret has at least: fewer were typed, not drawn."""

OPTIONS = {
    "variants": "-n",
    "seed": "--seed",
    "paper": "--paper",
    "top_margin": "--top-margin",
}
"""How the command line names the keys that it overrides."""

Points = Annotated[int, Field(strict=True, ge=0, le=100)]
HalfPoints = Annotated[float, Field(strict=True, ge=0, le=100, multiple_of=0.5)]


class PartSpec(Settings):
    """A part: a problem type, the items to ask, and what to draw or fix."""

    problem: str
    items: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)] | None = None
    """The items to ask, in order; absent: the problem type's usual ones."""
    points: tuple[Points, ...] | None = None
    """Points per item; absent: the problem type's own."""
    credit: dict[str, dict[str, HalfPoints]] = Field(default_factory=dict)
    """What a mistake's answer still earns, by item and mistake; absent: a share of the points."""
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
        if self.points is not None and len(self.points) != len(items):
            raise ValueError(
                f"points has {len(self.points)} entries for {len(items)} items; give one per item"
            )
        self._credit_fits()
        self._settle()
        return self

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
        printed = kind.shown.union(*(kind.items[name].prints for name in self.worth))
        judged = [c for c in kind.constraints if c.always and c.of <= fixed and c.of <= printed]
        if judged:
            drawn = kind.draw(self.sample, self.given, np.random.default_rng(0), 1)
            for constraint in judged:
                if not constraint.holds(Answers(drawn)).all():
                    names = ", ".join(f"given.{name}" for name in sorted(constraint.of))
                    raise ValueError(f"{names} must not break: {constraint.sentence}")

    def _credit_fits(self) -> None:
        for item, mistakes in self.credit.items():
            if item not in self.worth:
                raise ValueError(f"credit.{item}: not asked{suggest(item, self.worth)}")
            known = self.kind.items[item].mistakes
            for mistake, points in mistakes.items():
                if mistake not in known:
                    raise ValueError(
                        f"credit.{item}: unknown mistake {mistake!r}{suggest(mistake, known)}"
                    )
                if points > self.worth[item]:
                    raise ValueError(
                        f"credit.{item}: {mistake!r} earns {points:g} of {self.worth[item]} points"
                    )

    @property
    def kind(self) -> type[Problem]:
        return problem_types()[self.problem]

    @property
    def worth(self) -> dict[str, int]:
        """The points of each item, in the order asked."""
        items = self.items or self.kind.usual
        points = self.points or tuple(self.kind.items[name].points for name in items)
        return dict(zip(items, points, strict=True))

    @property
    def earned(self) -> Credit:
        """What each mistake's answer still earns, by item."""
        return {
            item: dict(default) | {m: Fraction(p) for m, p in self.credit.get(item, {}).items()}
            for item, default in credit_of(self.kind, self.worth).items()
        }


def _part_of(name: str) -> type[PartSpec]:
    """The spec of a part of one problem type, with that type's own settings."""
    kind = problem_types()[name]
    fields: Any = {
        "problem": Literal[name],
        "sample": (kind.Sample, Field(default_factory=kind.Sample)),
        "given": (kind.Given, Field(default_factory=kind.Given)),
    }
    return create_model(f"{kind.__name__}Part", __base__=PartSpec, **fields)


if TYPE_CHECKING:
    AnyPart = PartSpec
    Language = str
else:
    Language = Literal[*languages()]
    AnyPart = Annotated[
        reduce(operator.or_, map(_part_of, problem_types())), Field(discriminator="problem")
    ]


class TaskSpec(Settings):
    """A task: a number, a title, and its parts."""

    number: Annotated[int, Field(strict=True, ge=1, le=99)]
    title: Text
    part: Annotated[tuple[AnyPart, ...], Field(min_length=1, max_length=26)]


def _secret(secret: str) -> str:
    digits = 2 * FEWEST_SECRET_BYTES
    if not re.fullmatch(r"([0-9a-f]{2})+", secret) or not digits <= len(secret) <= 8 * digits:
        raise ValueError(f"expected {digits} to {8 * digits} hexadecimal digits, an even number")
    if len(set(secret)) < FEWEST_DIGITS:
        raise ValueError("too regular to be secret; let chance choose it")
    return secret


class EffortSpec(Settings):
    """How equal the variants are in the work that they ask for."""

    spread: Annotated[float, Field(ge=0, le=10)] = 0.15
    """How far a variant's effort may be from the exam's typical one, as a share of it."""


class ExamSpec(Settings):
    """An exam: what its variants have in common."""

    title: Text
    variants: Annotated[int, Field(strict=True, ge=1, le=MAX_VARIANTS)] = 1
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
    effort: EffortSpec = EffortSpec()
    cover: CoverSpec | None = None
    """A cover page; absent: lines for name and number on the first page."""
    task: Annotated[tuple[TaskSpec, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _numbers_differ(self) -> Self:
        numbers = [task.number for task in self.task]
        for number in numbers:
            if numbers.count(number) > 1:
                raise ValueError(f"two tasks have the number {number}; give each its own")
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


def exam_of(
    problem: str, *, difficulty: str = "medium", items: Sequence[str] | None = None
) -> ExamSpec:
    """An exam of one part, with all items of a problem type if none are named.

    Raises:
        SpecError: there is no such type, difficulty or item.
    """
    if problem not in problem_types():
        raise SpecError(f"no problem type {problem!r}{suggest(problem, problem_types())}")
    asked = items or list(problem_types()[problem].items)
    part = {"problem": problem, "difficulty": difficulty, "items": asked}
    task = {"number": 1, "title": problem, "part": [part]}
    try:
        return ExamSpec.model_validate({"title": problem, "task": [task]})
    except ValidationError as error:
        raise SpecError(f"{problem}{_message(error.errors()[0])}") from None


def find_exam(exam: str) -> Path:
    """The spec that ``exam`` names: a shipped exam, or else a file."""
    shipped = shipped_exams()
    path = Path(exam)
    if exam in shipped:
        return shipped[exam]
    try:
        if path.suffix == ".toml" or path.exists():
            return path
    except OSError as error:
        raise SpecError(f"{exam}: {error.strerror}") from None
    raise SpecError(
        f"no shipped exam {exam!r}{suggest(exam, shipped)}; a file's name ends in .toml"
    )


def load_spec(path: Path, **overrides: Any) -> ExamSpec:
    """Read and validate a spec; an override that is not None replaces the key of its name.

    Raises:
        SpecError: the file cannot be read, is not TOML, or says what it must not.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SpecError(
            f"{path}: {error.strerror}; 'worksheetgen new exam.toml' writes a spec to edit"
        ) from None
    except UnicodeDecodeError as error:
        raise SpecError(
            f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path}: not TOML: {error}") from None
    except (RecursionError, ValueError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from None
    table |= {key: value for key, value in overrides.items() if value is not None}
    _find_beside(path, table, "templates")
    _find_beside(path, table.get("cover"), "logo")
    try:
        return ExamSpec.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        option = OPTIONS.get(str(first["loc"][0])) if first["loc"] else None
        where = option if option and overrides.get(str(first["loc"][0])) is not None else path
        raise SpecError(f"{where}{_message(first)}") from None


def _find_beside(spec: Path, table: Any, key: str) -> None:
    """Take a path of a spec from the spec's own folder on."""
    if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
        table[key] = str(spec.parent / table[key])


def _message(error: ErrorDetails) -> str:
    """What is wrong where, as ``, task 1, part 2, sample.values: …, got …``."""
    where = ""
    keys: list[str] = []
    for step in error["loc"]:
        if isinstance(step, int) and keys and keys[-1] in ("task", "part"):
            where += f", {keys.pop()} {step + 1}"
        elif isinstance(step, int):
            keys.append(f"entry {step + 1}")
        elif step not in problem_types() and not step.endswith("]"):
            keys.append(step)
    place = where + (f", {'.'.join(keys)}" if keys else "")
    if error["type"] == "union_tag_not_found":
        return f"{place}: name a problem type: problem = one of {', '.join(problem_types())}"
    if error["type"] == "union_tag_invalid":
        tag = str(error.get("ctx", {}).get("tag", ""))
        return f"{place}, problem: no problem type {tag!r}{suggest(tag, problem_types())}"
    message = _EXPECTED.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return f"{place}: {message[0].lower()}{message[1:]}{_found(error)}"


_EXPECTED = {
    "tuple_type": "expected a list",
    "model_type": "expected a table",
    "string_type": "expected a text",
    "string_too_short": "expected a letter at least",
    "bool_type": "expected true or false",
    "dict_type": "expected a table",
    "too_short": "expected at least one entry",
    "too_long": "too many entries",
    "model_attributes_type": "expected a table",
    "missing": "missing",
}
"""Own words where the validator speaks of Python."""


def _found(error: ErrorDetails) -> str:
    value = error["input"]
    if error["type"] in ("missing", "unknown_key", "value_error") or isinstance(value, dict):
        return ""
    shown = repr(value)
    return f", got {shorten(shown, 60, placeholder='...') or shown[:60]}"
