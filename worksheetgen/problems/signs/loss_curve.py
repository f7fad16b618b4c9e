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
BENT = 6
"""A curve bends less than so at points whose slope is asked for."""
LIKELY = 6
"""How many times as often that slope is drawn as another one."""
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
            rise = chance.sign() * chance.between(1, 3)
            fits = 1 <= heights[-1] + rise <= HIGHEST
            heights.append(heights[-1] + (rise if fits else -rise))
        slopes = _slopes(chance, heights)
        inner = range(1, PIECES)
        flat = [n for n in inner if _turns(heights, n)]
        sloping = [n for n in inner if slopes[n] and _is_straight(heights, slopes, n)]
        kinds = _kinds(slopes, sloping, level) if form == OPEN else [sloping] * 3
        if not all([flat, *kinds]):
            return None
        marks = sorted({chance.of(flat), *map(chance.of, kinds)})
        path = [tuple(heights), tuple(slopes), tuple(marks)]
        if form != OPEN:
            path.append((chance.between(3, 7),))
        g: Numbers = {"path": tuple(path), "start": None}
        if len(marks) < len(POINTS) or (form != OPEN and not _has_level(g)):
            return None
        return self._with_start(chance, g) if level == HARD and form == OPEN else g

    def _with_start(self, chance: Chance, g: Numbers) -> Numbers | None:
        """The same with a marked point from where descent comes to rest in a minimum."""
        heights, slopes, marks = g["path"]
        ends = {POINTS[n]: _rest(slopes, at) for n, at in enumerate(marks) if slopes[at]}
        starts = [point for point, end in ends.items() if end and _turns(heights, end)]
        return g | {"start": chance.of(starts)} if starts else None

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
        signs, sides, _, steepest, rest = right
        heights = [g["path"][0][int(at)] for at in g["path"][2]]
        slopes, above, reversed_ = _at_marks(g), ("+",) * len(POINTS), negated(signs)
        lowest = POINTS[slopes.index(min(slopes))] if slopes.count(min(slopes)) == 1 else None
        highest = POINTS[heights.index(max(heights))] if heights.count(max(heights)) == 1 else None
        wrong: dict[str, Answer | None] = {
            "height taken for the slope": (above, _sides(above), highest, highest, rest),
            "directions of ascent given": (
                signs,
                tuple(TURNED[side] for side in sides),
                *right[2:],
            ),
            "steepest point taken for the largest derivative": (signs, sides, steepest, *right[3:]),
            "highest point taken for the largest derivative": (signs, sides, highest, *right[3:])
            if highest
            else None,
            "sign reversed": (reversed_, _sides(reversed_), lowest, *right[3:]),
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
    That between both rises, with which the curve hardly bends, is drawn most often.
    """
    rises = [b - a for a, b in pairwise(heights)]
    slopes = [rises[0]]
    for before, after in pairwise(rises):
        if before * after < 0:
            slopes.append(0)
        else:
            mean = abs(before + after) // 2
            slopes.append(chance.of((0, 1, 2, 3, *[mean] * LIKELY)) * (1 if after > 0 else -1))
    return [*slopes, rises[-1]]


def _turns(heights: list[int], n: int) -> bool:
    return (heights[n] - heights[n - 1]) * (heights[n + 1] - heights[n]) < 0


def _is_straight(heights: list[int], slopes: list[int], n: int) -> bool:
    """Whether the second derivative is small on either side of a knot."""
    before, after = heights[n] - heights[n - 1], heights[n + 1] - heights[n]
    left = 2 * slopes[n - 1] + 4 * slopes[n] - 6 * before
    right = 6 * after - 4 * slopes[n] - 2 * slopes[n + 1]
    return max(abs(left), abs(right)) <= BENT


def _at_marks(g: Numbers) -> list[int]:
    return [g["path"][1][int(at)] for at in g["path"][2]]


def _sides(signs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(SIDE_OF[each] for each in signs)


def _kinds(slopes: list[int], places: list[int], level: str) -> list[list[int]]:
    """Places of which one is steepest by far, one rises, and one falls."""
    steepest = [n for n in places if (level == EASY and slopes[n] > 1) or slopes[n] < -1]
    return [steepest, *([n for n in places if slopes[n] == slope] for slope in (1, -1))]


def _has_level(g: Numbers) -> bool:
    """Whether both signs are there, and the level meets one point.

    Above and below are not the signs of the slope.
    """
    slopes, (base,) = _at_marks(g), g["path"][3]
    above = tuple(sign(g["path"][0][at] - base) for at in g["path"][2])
    signs = tuple(map(sign, slopes))
    several = min(slopes) < 0 < max(slopes)
    return several and above.count("0") == 1 and above not in (signs, negated(signs))


def _rest(slopes: tuple[int, ...], start: int) -> int | None:
    """The knot at which descent with a small rate comes to rest; None if it leaves the figure."""
    way = -1 if slopes[int(start)] > 0 else 1
    at = int(start) + way
    while 0 < at < PIECES:
        if not slopes[at]:
            return at
        at += way
    return None
