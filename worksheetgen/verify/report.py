"""What checks found: how many things each proved, and every failure with its place."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Failure:
    """One thing that is not as it must be."""

    check: str
    place: str
    """Variant, and task, part and item where it has them: ``001, task 3, (a), i. forward``."""
    expected: Any
    found: Any


@dataclass
class Report:
    """The outcome of all checks."""

    proven: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def compare(self, check: str, place: str, expected: Any, found: Any) -> None:
        """Count a proven equality, or keep the failure."""
        if expected == found:
            self.proven[check] += 1
        else:
            self.failures.append(Failure(check, place, expected, found))
