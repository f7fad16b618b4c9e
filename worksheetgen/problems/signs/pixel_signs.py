"""Which pixels of an image to raise and which to lower, so that the loss changes most."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.question import (
    EASY,
    HARD,
    OPEN,
    SIGNS,
    Answer,
    Numbers,
    Part,
    Question,
    flat,
    negated,
    rows_of,
    sign,
)

TENTHS = (0, 0, 10, 10, 2, 3, 4, 5, 6, 7, 8)
FEW = 2
GOALS = {"increase": 1, "decrease": -1}


class PixelSigns(Question):
    """Which pixels to raise and which to lower for the largest change of the loss, and its size."""

    given = "pixels"
    names = ("gradient", "X", "goal", "by", "most")
    parts = (Part("pattern", SIGNS, rows=2), Part("change"))
    offered = parts[:1]

    def candidate(self, chance: Chance, level: str, form: str, wish: Any) -> Numbers | None:
        columns, bounded = 2 if level == EASY else 3, level != EASY and form == OPEN
        slopes = [size * chance.sign() for size in chance.some(range(1, 10), 2 * columns)]
        if level != HARD:
            slopes[chance.below(len(slopes))] = 0
        pixels = [Fraction(chance.of(TENTHS), 10) for _ in slopes]
        g: Numbers = {
            "gradient": rows_of(slopes, columns),
            "goal": chance.of(tuple(GOALS)),
            "by": Fraction(chance.between(1, 2), 10),
            "X": rows_of(pixels, columns) if bounded else None,
            "most": FEW if level == HARD else None,
        }
        return g if not bounded or _bounds_matter(g) else None

    def answer(self, g: Numbers) -> Answer:
        return _best(g)

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        right, way, slopes = self.answer(g), GOALS[g["goal"]], flat(g["gradient"])
        moved = [slope for slope, s in zip(slopes, right[0], strict=True) if s != "0"]
        other = {"increase": "decrease", "decrease": "increase"}[g["goal"]]
        same = tuple("0" if s == "0" else sign(way) for s in right[0])
        wrong = {
            "moved the wrong way": _best(g | {"goal": other}),
            "gradient added with its signs": (right[0], g["by"] * sum(moved)),
            "bounds ignored": _best(g | {"X": None}),
            "size of the change left out": (right[0], right[1] / g["by"]),
        }
        if g["X"] is None:
            wrong["every pixel moved the same way"] = (same, way * g["by"] * sum(moved))
        if g["most"]:
            wrong["smallest derivatives taken"] = _best(g, lambda slope: -abs(slope))
        return {name: None if answer == right else answer for name, answer in wrong.items()}

    def values(self, g: Numbers) -> list[Answer | None]:
        right = self.answer(g)[0]
        turned = right[::-1]
        return [(pattern,) for each in (right, turned) for pattern in (each, negated(each))]

    def shows(self, g: Numbers) -> dict[str, Any]:
        pattern, change = self.answer(g)
        columns = len(g["gradient"][0])
        return {"pattern": rows_of(pattern, columns), "moved": change}


def _can_move(g: Numbers, place: int) -> bool:
    """Whether a pixel that goes the useful way stays within its bounds."""
    if g["X"] is None:
        return True
    way = GOALS[g["goal"]] * flat(g["gradient"])[place]
    pixel = flat(g["X"])[place] + (g["by"] if way > 0 else -g["by"])
    return bool(0 <= pixel <= 1)


def _best(g: Numbers, size: Callable[[Any], Any] = abs) -> Answer:
    slopes, way = flat(g["gradient"]), GOALS[g["goal"]]
    useful = [n for n, slope in enumerate(slopes) if slope and _can_move(g, n)]
    chosen = sorted(useful, key=lambda n: -size(slopes[n]))[: int(g["most"] or len(slopes))]
    pattern = tuple(sign(way * s) if n in chosen else "0" for n, s in enumerate(slopes))
    return pattern, way * g["by"] * Fraction(sum(abs(slopes[n]) for n in chosen))


def _bounds_matter(g: Numbers) -> bool:
    """Whether one pixel at a bound is held by it, and another is not."""
    slopes, pixels = flat(g["gradient"]), flat(g["X"])
    ends = [n for n, x in enumerate(pixels) if x in (0, 1) and slopes[n]]
    held = [n for n in ends if not _can_move(g, n)]
    if not 0 < len(held) < len(ends):
        return False
    sizes = sorted(map(abs, slopes), reverse=True)
    return not g["most"] or any(abs(slopes[n]) >= sizes[FEW - 1] for n in held)
