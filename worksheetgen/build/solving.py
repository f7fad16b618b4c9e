"""Solve the givens of variants, all in one go: the answer of every item, right and mistaken."""

from collections.abc import Sequence

from worksheetgen.exam.drawing import Drawn
from worksheetgen.exam.own import OwnPartSpec
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.variants.person import Person
from worksheetgen.variants.sheet import Sheet, Task, variant_code
from worksheetgen.variants.solving import solve_parts
from worksheetgen.variants.worth import with_void


def solve(
    spec: ExamSpec, first: int, drawn: Sequence[Drawn], people: Sequence[Person | None] = ()
) -> list[Sheet]:
    """Neighbouring variants with their answers, from the position of the first on.

    Args:
        spec: the exam.
        first: the position of the first.
        drawn: what was drawn for each.
        people: whose they are, if they are personal.
    """
    parts = {
        (t, p): solve_parts(
            part.worth, part.earned, p, [one.givens[t, p] for one in drawn], part.beyond
        )
        for t, task in enumerate(spec.task)
        for p, part in task.drawn.items()
    }
    return [
        Sheet(
            variant_code(first + n),
            spec.title,
            tuple(
                Task(
                    task.number,
                    task.title,
                    tuple(
                        with_void(
                            part.part(p, drawn[n].orders[t, p])
                            if isinstance(part, OwnPartSpec)
                            else parts[t, p][n],
                            task.number,
                            spec.void,
                        )
                        for p, part in enumerate(task.part)
                    ),
                )
                for t, task in enumerate(spec.task)
            ),
            person,
            scale=person.scale if person and person.scale else spec.scale,
        )
        for n, person in enumerate(people or [None] * len(drawn))
    ]
