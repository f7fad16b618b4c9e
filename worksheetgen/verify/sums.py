"""The sums that a solution works out: every side of every equation comes to the same."""

import re

from worksheetgen.manifest import Record
from worksheetgen.verify.paper import Paper
from worksheetgen.verify.places import attempt, items, reference_of
from worksheetgen.verify.report import Report

SIDE = r"[-+·()\s]*\d[-+·()\d\s]*"
CHAIN = re.compile(rf"[A-Za-z]\d*\s*=({SIDE}(?:={SIDE})+)")
"""Numbers after a symbol, with at least two sides."""
TERM = re.compile(r"([+-]?)((?:\(-?\d+\)|\d+)(?:·(?:\(-?\d+\)|\d+))*)")


def sums(variant: Record, solution: Paper, report: Report) -> None:
    """Compare what the printed sums come to, side by side, with the reference's totals."""
    expected: list[int] = []
    for _, part, item in items(variant):
        totals = reference_of(part["problem"]).totals
        expected += attempt(totals, item["item"], part["given"], otherwise=[])
    prose = " ".join(page.prose for page in solution.pages)
    found = [_worth(chain) for chain in CHAIN.findall(prose)]
    report.compare("blind solve", f"{solution.name}, sums worked out", expected, found)


def _worth(chain: str) -> int | str:
    """What all sides of an equation come to, or the equation if they differ."""
    sides = {_value("".join(side.split())) for side in chain.split("=")}
    return sides.pop() if len(sides) == 1 else " ".join(chain.split())


def _value(side: str) -> int | str:
    terms = TERM.findall(side)
    if "".join(sign + factors for sign, factors in terms) != side:
        return side
    total = 0
    for sign, factors in terms:
        product = 1
        for factor in factors.split("·"):
            product *= int(factor.strip("()"))
        total += -product if sign == "-" else product
    return total
