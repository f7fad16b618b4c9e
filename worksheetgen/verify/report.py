"""What checks found: everything that was proven, and every failure with its place."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

TELLING = frozenset({"blind solve", "no leak", "read back"})
"""The checks whose failures say what an answer is."""
UNTOLD, DIFFERS = "what the question asks for", "something else"


@dataclass(frozen=True)
class Failure:
    """One thing that is not as it must be."""

    check: str
    place: str
    """Variant, task, part and item as far as it has them, or a file."""
    expected: Any
    found: Any

    def __str__(self) -> str:
        compared = f"  expected  {self.expected}\n  found     {self.found}"
        return f"{self.check} failed: {self.place}\n{compared}"


@dataclass
class Report:
    """The outcome of checks."""

    proven: list[tuple[str, str]] = field(default_factory=list)
    """Check and place of each success."""
    failures: list[Failure] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    """What lies beside the sheets, of which nothing is proven."""

    def compare(self, check: str, place: str, expected: Any, found: Any) -> None:
        """Keep a proven equality, or the failure."""
        if expected == found:
            self.proven.append((check, place))
        else:
            self.failures.append(Failure(check, place, expected, found))

    def unsolvable(self, check: str, place: str, error: Exception) -> None:
        """Keep the failure of a check that found nothing to compute with."""
        found = f"{type(error).__name__}: {error}"
        self.failures.append(Failure(check, place, "givens and an answer", found))

    def add(self, other: "Report") -> None:
        self.proven += other.proven
        self.failures += other.failures
        self.unproven += other.unproven

    def without_answers(self) -> "Report":
        """The same for somebody who has no key: that things differ, and not how they should be."""
        hidden = [replace(failure, expected=UNTOLD, found=DIFFERS) for failure in self.failures]
        told = [
            hidden[n] if failure.check in TELLING else failure
            for n, failure in enumerate(self.failures)
        ]
        return Report(self.proven, told, self.unproven)

    def to_json(self) -> str:
        """Counts by check, and each failure, as JSON."""
        counts = {c: {"proven": p, "failed": f} for c, (p, f) in self.summary().items()}
        failures = [
            {"check": f.check, "place": f.place, "expected": str(f.expected), "found": str(f.found)}
            for f in self.failures
        ]
        outcome = {"checks": counts, "failures": failures, "not proven": self.unproven}
        return json.dumps(outcome, ensure_ascii=False, indent=2)

    def summary(self) -> dict[str, tuple[int, int]]:
        """How much each check proved and how much failed, in the order of first use."""
        proven = Counter(check for check, _ in self.proven)
        failed = Counter(failure.check for failure in self.failures)
        return {check: (proven[check], failed[check]) for check in {**proven, **failed}}
