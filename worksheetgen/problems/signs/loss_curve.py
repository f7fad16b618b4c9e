"""A drawn curve of the loss: signs of its slope, directions of descent, where it is steepest."""

from itertools import pairwise

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
    negated,
    sign,
)

PIECES, HIGHEST = 8, 9
POINTS = ("P", "Q", "R", "S")
NAMES = {point: number for number, point in enumerate(POINTS)}
SIDES = {"right": 1, "left": -1, "nowhere": 0}
SIDE_OF = {"-": "right", "+": "left", "0": "nowhere"}
TURNED = {"right": "left", "left": "right", "nowhere": "nowhere"}


class LossCurve(Question):
    """What a drawn curve of the loss says of its derivative at four points, and of descent."""

    given = "curve"
    names = ("path", "start")
    lines = 7
    parts = (
        Part("signs", SIGNS, rows=1),
        Part("sides", SIDES, rows=1),
        Part("largest", NAMES),
        Part("steepest", NAMES),
        Part("rest"),
    )
    offered = parts[:1]

    def candidate(self, chance: Chance, level: str, form: str, wish: object) -> Numbers | None:
        heights = [chance.between(1, HIGHEST)]
        for _ in range(PIECES):
            heights.append(heights[-1] + chance.sign() * chance.between(1, 3))
        if not 1 <= min(heights) <= max(heights) <= HIGHEST:
            return None
        slopes = _slopes(chance, heights)
        inner = range(1, PIECES)
        flat = [n for n in inner if not slopes[n]]
        if not flat or len(inner) - len(flat) < len(POINTS) - 1:
            return None
        steep = chance.some([n for n in inner if slopes[n]], len(POINTS) - 1)
        marks = sorted([chance.of(flat), *steep])
        level_row = (chance.between(3, 7),) if form != OPEN else ()
        path = tuple(map(tuple, (heights, slopes, marks, level_row)))
        g: Numbers = {"path": path if level_row else path[:3], "start": None}
        if not _fits(g, level):
            return None
        return self._with_start(chance, g) if level == HARD and form == OPEN else g

    def _with_start(self, chance: Chance, g: Numbers) -> Numbers | None:
        """The same with a marked point from where descent comes to rest in a minimum."""
        heights, slopes, marks = g["path"]
        start = chance.of([n for n, at in enumerate(marks) if slopes[at]])
        end = _rest(slopes, marks[start])
        if end is None or not heights[end - 1] > heights[end] < heights[end + 1]:
            return None
        return g | {"start": POINTS[start]}

    def answer(self, g: Numbers) -> Answer:
        slopes = _at_marks(g)
        signs = tuple(map(sign, slopes))
        rest = None
        if g["start"]:
            rest = _rest(g["path"][1], g["path"][2][NAMES[g["start"]]])
        sizes = [abs(slope) for slope in slopes]
        largest, steepest = slopes.index(max(slopes)), sizes.index(max(sizes))
        return signs, _sides(signs), POINTS[largest], POINTS[steepest], rest

    def mistakes(self, g: Numbers) -> dict[str, Answer | None]:
        right = self.answer(g)
        signs, sides, largest, steepest, rest = right
        heights = [g["path"][0][int(at)] for at in g["path"][2]]
        above, reversed_ = ("+",) * len(POINTS), negated(signs)
        highest = POINTS[heights.index(max(heights))] if heights.count(max(heights)) == 1 else None
        wrong: dict[str, Answer | None] = {
            "height taken for the slope": (above, _sides(above), largest, steepest, rest),
            "directions of ascent given": (
                signs,
                tuple(TURNED[side] for side in sides),
                *right[2:],
            ),
            "steepest point taken for the largest derivative": (signs, sides, steepest, *right[3:]),
            "highest point taken for the largest derivative": (signs, sides, highest, *right[3:])
            if highest
            else None,
            "sign reversed": (reversed_, _sides(reversed_), *right[2:]),
        }
        found = {name: None if answer == right else answer for name, answer in wrong.items()}
        seen: list[Answer] = []
        for name, answer in found.items():
            if answer in seen:
                found[name] = None
            elif answer:
                seen.append(answer)
        return found

    def values(self, g: Numbers) -> list[Answer | None]:
        signs = self.answer(g)[0]
        (level,) = g["path"][3]
        above = tuple(sign(g["path"][0][int(at)] - level) for at in g["path"][2])
        return [(signs,), (negated(signs),), (above,), (negated(above),)]

    def shows(self, g: Numbers) -> dict[str, object]:
        return {"signs": (self.answer(g)[0],)}


def _slopes(chance: Chance, heights: list[int]) -> list[int]:
    """At each knot a slope with which the curve does not turn between knots.

    So it is if a slope is at most three times the rise on either side (Fritsch and Carlson 1980).
    """
    rises = [b - a for a, b in pairwise(heights)]
    slopes = [rises[0]]
    for before, after in pairwise(rises):
        if before * after < 0:
            slopes.append(0)
        else:
            smaller = min(abs(before), abs(after))
            known = (0, 1, 2, 3, 2, 3) if smaller > 1 else (0, 1, 2, 3)
            slopes.append(chance.of(known) * (1 if after > 0 else -1))
    return [*slopes, rises[-1]]


def _at_marks(g: Numbers) -> list[int]:
    return [g["path"][1][int(at)] for at in g["path"][2]]


def _sides(signs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(SIDE_OF[each] for each in signs)


def _fits(g: Numbers, level: str) -> bool:
    """Whether one point is steepest, one has the largest derivative, and both signs are there."""
    slopes = _at_marks(g)
    sizes = sorted(map(abs, slopes))
    largest = max(slopes)
    if largest <= 0 or slopes.count(largest) > 1 or sizes[-1] == sizes[-2] or min(slopes) >= 0:
        return False
    if level != EASY and sizes[-1] == largest:
        return False
    if len(g["path"]) == len(POINTS):
        (base,) = g["path"][3]
        above = tuple(sign(g["path"][0][at] - base) for at in g["path"][2])
        signs = tuple(map(sign, slopes))
        return above.count("0") == 1 and above not in (signs, negated(signs))
    return True


def _rest(slopes: tuple[int, ...], start: int) -> int | None:
    """The knot at which descent with a small rate comes to rest; None if it leaves the figure."""
    way = -1 if slopes[int(start)] > 0 else 1
    at = int(start) + way
    while 0 < at < PIECES:
        if not slopes[at]:
            return at
        at += way
    return None
