"""Make one variant without proving it, so that a test can plant a fault on the way."""

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

from pydantic import TypeAdapter

from worksheetgen.build.batch import Order, typeset
from worksheetgen.build.records import variant_record
from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import Drawn, sample, samplers_of
from worksheetgen.exam.inputs import NOTHING_ELSE, Inputs
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.problems.items import Answers
from worksheetgen.variants.manifest import VariantRecord, line
from worksheetgen.verify.prove import prove
from worksheetgen.verify.terms import Terms

SEED = 987654321
TERMS = Terms(
    title="Exam", language="en", seed=SEED, marking_key=True, band={}, varying={}, apart={}
)
Made = tuple[VariantRecord, bytes, bytes]


def spec(**settings: Any) -> ExamSpec:
    """An exam whose padding, stride and dilation matter."""
    geometry = {"input_shape": [4, 3], "padding": [1, 0], "stride": [1, 1], "dilation": [2, 1]}
    part = {"problem": "convolution", "sample": geometry | settings}
    task = {"number": 3, "title": "Convolution", "part": [part]}
    return ExamSpec.model_validate({"title": "Exam", "variants": 3, "task": [task]})


def make(
    variants: int = 1,
    inputs: Inputs = NOTHING_ELSE,
    plant: Callable[[], None] = lambda: None,
    **settings: Any,
) -> list[Made]:
    """Variants drawn before a fault is planted, and solved after it."""
    exam = spec(**settings)
    draws = list(islice(sample(exam, SEED, samplers_of(exam)), variants))
    plant()
    sheets = solve(exam, 0, [unsolved(each) for each in draws])
    pairs = typeset(sheets, Order(exam.model_dump_json(exclude_none=True), "embedded", inputs))
    return [
        (variant_record(sheet, question, solution), question.content, solution.content)
        for sheet, (question, solution) in zip(sheets, pairs, strict=True)
    ]


def unsolved(drawn: Drawn) -> Drawn:
    """The same givens, whose answers are not known yet."""
    givens = {
        place: replace(draw, answers=Answers(draw.answers.problem))
        for place, draw in drawn.givens.items()
    }
    return replace(drawn, givens=givens)


def answering(work: Callable[..., Any], fault: Callable[[Any], Any]) -> Callable[..., Any]:
    """The work of an item with another answer, for an item to be planted with."""

    @functools.wraps(work)
    def faulty(*problem: Any, **earlier: Any) -> Any:
        done = work(*problem, **earlier)
        vars(done)["answer"] = fault(done.answer)
        return done

    return faulty


def failing(made: Made) -> set[str]:
    """The checks that do not hold."""
    report, _ = prove(*made, TERMS)
    return {failure.check for failure in report.failures}


def altered(record: VariantRecord, change: Callable[[Any], object]) -> VariantRecord:
    """The record after a change of its tables and lists."""
    tree = json.loads(line(record))
    change(tree)
    return TypeAdapter(VariantRecord).validate_json(json.dumps(tree))
