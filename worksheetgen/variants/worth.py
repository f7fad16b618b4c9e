"""What questions are worth, within the total of an exam and beyond it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol, TypeVar

AnyPart = TypeVar("AnyPart")


class Asked(Protocol):
    """A question with its points."""

    @property
    def points(self) -> Fraction: ...

    @property
    def bonus(self) -> bool:
        """Whether they count beyond the total."""

    @property
    def void(self) -> bool:
        """Whether they count for nobody, since the exam was written."""


class Worth:
    """A part, a task or a sheet, by the points of its items."""

    @property
    def asked(self) -> Sequence[Asked]:
        """Its items."""
        raise NotImplementedError

    @property
    def points(self) -> Fraction:
        """What its items are worth within the total."""
        return sum((item.points for item in self.asked if not item.bonus), Fraction(0))

    @property
    def bonus(self) -> Fraction:
        """What they are worth beyond it."""
        return sum((item.points for item in self.asked if item.bonus), Fraction(0))

    @property
    def counted(self) -> "Worth":
        """The same without items that are void."""
        return Counted([item for item in self.asked if not item.void])


def with_void(part: AnyPart, task: int, void: Collection[str]) -> AnyPart:
    """A part of a task, or its record, with those of its items void that are named: 3.a.ii, say."""
    whole: Any = part
    items = [
        replace(item, void=f"{task}.{whole.label}.{item.label}" in void) for item in whole.items
    ]
    changed: AnyPart = replace(whole, items=type(whole.items)(items))
    return changed


@dataclass(frozen=True)
class Counted(Worth):
    """Items that count."""

    items: Sequence[Asked]

    @property
    def asked(self) -> Sequence[Asked]:
        return self.items
