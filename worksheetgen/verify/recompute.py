"""The check ``recompute``: every answer of a manifest again, from the givens, by definition."""

import importlib
from types import ModuleType

from worksheetgen.errors import OutputError
from worksheetgen.manifest import Record
from worksheetgen.verify import reference
from worksheetgen.verify.report import Report

CHECK = "recompute"


def recompute(variant: Record, report: Report) -> None:
    """Compare the answers and totals of one variant with the reference arithmetic.

    Raises:
        KeyError, TypeError: the record is not one of format 1.
    """
    for task in variant["tasks"]:
        place = f"{variant['variant']}, task {task['number']}"
        total = sum(item["points"] for part in task["parts"] for item in part["items"])
        report.compare(CHECK, f"{place}, points", total, task["points"])
        for part in task["parts"]:
            solver = _reference(part["problem"])
            for item in part["items"]:
                answer = getattr(solver, item["item"])(part["given"])
                where = f"{place}, ({part['label']}), {item['label']}. {item['item']}"
                report.compare(CHECK, where, answer, item["answer"])


def _reference(problem: str) -> ModuleType:
    try:
        return importlib.import_module(f"{reference.__name__}.{problem}")
    except ImportError:
        raise OutputError(f"no reference arithmetic for the problem type {problem!r}") from None
