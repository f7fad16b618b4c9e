"""One sampled part of a problem type with its solutions as text, for choosing what to ask."""

from collections.abc import Iterator
from dataclasses import dataclass

from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import exam_of
from worksheetgen.typeset.plain import to_text
from worksheetgen.typeset.writing import write_part


@dataclass(frozen=True)
class Specimen:
    """A piece of text under a heading."""

    heading: str
    text: str


def specimen(
    problem: str, seed: int, *, difficulty: str = "medium", items: list[str] | None = None
) -> Iterator[Specimen]:
    """The givens of a problem, and each item with its solution.

    Args:
        problem: the problem type's name.
        seed: the same seed draws the same numbers.
        difficulty: easy, medium or hard.
        items: what to ask; all of the type if None.

    Raises:
        InputError: there is no such type, difficulty or item.
    """
    spec = exam_of(problem, difficulty=difficulty, items=items)
    drawn = next(sample(spec, seed, samplers_of(spec)))
    (sheet,) = solve(spec, 0, [drawn])
    (asked,) = sheet.tasks[0].drawn
    part = write_part(asked, "solution")
    yield Specimen(problem, to_text(part.givens))
    for item in part.items:
        heading = f"{item.label}. {item.name} ({item.points}P)"
        yield Specimen(heading, to_text(item.question))
        yield Specimen("solution", to_text(item.solution))
