"""Make one variant without proving it, so that a test can plant a fault on the way."""

import json
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
from pydantic import TypeAdapter

from worksheetgen.build.batch import Order, typeset
from worksheetgen.build.plan import sample, samplers_of
from worksheetgen.build.records import variant_record
from worksheetgen.build.solving import solve
from worksheetgen.exam.inputs import NOTHING_ELSE, Inputs
from worksheetgen.exam.spec import ExamSpec
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


def make(variants: int = 1, inputs: Inputs = NOTHING_ELSE, **settings: Any) -> list[Made]:
    exam = spec(**settings)
    sheets = solve(exam, 0, list(islice(sample(exam, SEED, samplers_of(exam)), variants)))
    pairs = typeset(sheets, Order(exam.model_dump_json(exclude_none=True), "embedded", inputs))
    return [
        (variant_record(sheet, question, solution), question.content, solution.content)
        for sheet, (question, solution) in zip(sheets, pairs, strict=True)
    ]


def failing(made: Made) -> set[str]:
    """The checks that do not hold."""
    report, _ = prove(*made, TERMS)
    return {failure.check for failure in report.failures}


def altered(record: VariantRecord, change: Callable[[Any], object]) -> VariantRecord:
    """The record after a change of its tables and lists."""
    tree = json.loads(line(record))
    change(tree)
    return TypeAdapter(VariantRecord).validate_json(json.dumps(tree))


def edited(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """The PDF after a change of its objects."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        path.write_bytes(pdf)
        with pikepdf.open(path, allow_overwriting_input=True) as document:
            change(document)
            document.save(path)
        return path.read_bytes()
