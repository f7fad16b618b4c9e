"""The check no leak: a question PDF tells no answer, and nothing from which one could be made."""

import re
from typing import Any

from worksheetgen.variants.manifest import ItemRecord, PartRecord, VariantRecord
from worksheetgen.verify.pages.paper import Paper
from worksheetgen.verify.references import NOTHING, attempt, reference_of
from worksheetgen.verify.report import Report

FEW = 2
"""Numbers that any text may hold one after another."""
SHORTEST_SEED = 4
"""Digits of a seed that is looked for; a shorter one stands in every page."""


def no_leak(
    variant: VariantRecord, question: Paper, report: Report, *, seed: int | None = None
) -> None:
    """Look for every answer in all that a question PDF prints, and refuse all that it hides.

    What stands in a mark is passed over: titles are the instructor's and the same in every
    variant, and every other quantity is read back, so that it is what the manifest says.
    """
    answered = [*question.sheet.solved]
    answered += [place for place, _, item in question.sheet.variant.items() if item.key]
    report.compare("no leak", f"{question.name}, answers", [], answered)
    hidden = [fault for page in question.pages for fault in page.hidden]
    report.compare("no leak", f"{question.name}, hidden", [], hidden)
    report.compare("no leak", f"{question.name}, stowed", [], question.strange)
    report.compare("no leak", f"{question.name}, marks", [], question.sheet.unknown)
    said = question.prose
    numbers = [n for n in re.findall(r"\d+", said) if len(n) >= SHORTEST_SEED and n == str(seed)]
    report.compare("no leak", f"{question.name}, seed", [], numbers)
    prose = _forms(said)
    for place, part, item in variant.items():
        telling = map(question.vocabulary.foreign, _tellings(part, item))
        found = [telltale for telltale in telling if _is_told(telltale, prose)]
        report.compare("no leak", f"{place}, {question.name}", [], found)


def _is_told(telltale: str, prose: str) -> bool:
    """Whether a telltale stands there, and its last number does not go on."""
    return (
        re.search(re.escape(telltale) + (r"(?!\d)" if telltale[-1].isdigit() else ""), prose)
        is not None
    )


def _tellings(part: PartRecord, item: ItemRecord) -> list[str]:
    """What would tell an answer: its numbers one after another, or its words.

    One or two numbers stand in many a text; they tell where something is said to be them. (Anywhere
    else they would differ between variants, which the check layout looks for.)
    """
    answer = item.answer
    numbers = _numbers(answer) if answer != NOTHING else []
    telltales = reference_of(part.problem).telltales
    words: list[str] = attempt(telltales, item.item, part.given, answer, otherwise=[])
    if words or not numbers:
        return words
    if len(numbers) <= FEW:
        joined = "".join(numbers)
        return [f"={joined}", f"is{joined}"]
    return [f" {' '.join(numbers)} "]


def _numbers(answer: Any) -> list[str]:
    if isinstance(answer, list):
        return [number for entry in answer for number in _numbers(entry)]
    return [str(answer)] if isinstance(answer, int | str) else []


def _forms(prose: str) -> str:
    """The prose without spaces, and its numbers that are no index of a symbol.

    Words part them: what tells an answer has its numbers one after another, as no sentence has.
    """
    found = re.findall(r"(?<![A-Za-z\d])-?\d+(?:/\d+)?|[^\W\d_]{2,}", prose)
    numbers = (each if each[-1].isdigit() else "|" for each in found)
    squeezed = "".join(prose.split())
    return f"{squeezed}\n {' '.join(numbers)} "
