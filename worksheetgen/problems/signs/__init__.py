"""What a gradient's sign says: each item open, or with four choices made of known errors.

An item's givens, answer, mistakes and choices are in a file of its own, one variant at a time.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar, Literal, Self
from zlib import crc32

import numpy as np

from worksheetgen.engine.arrays import Array, Generator
from worksheetgen.problems.base import Problem
from worksheetgen.problems.givens import drawn
from worksheetgen.problems.items import Item
from worksheetgen.problems.mistakes import HALF, MOST, NONE, Mistake, among
from worksheetgen.problems.offers import LETTERS
from worksheetgen.problems.settings import Settings
from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.combined_change import CombinedChange
from worksheetgen.problems.signs.dead_relu import DeadRelu
from worksheetgen.problems.signs.difference_check import DifferenceCheck
from worksheetgen.problems.signs.flat_point import FlatPoint
from worksheetgen.problems.signs.gradient_pattern import GradientPattern
from worksheetgen.problems.signs.large_step import LargeStep
from worksheetgen.problems.signs.loss_curve import LossCurve
from worksheetgen.problems.signs.momentum_step import MomentumStep
from worksheetgen.problems.signs.pixel_signs import PixelSigns
from worksheetgen.problems.signs.question import (
    CHOICE,
    KERNEL,
    OPEN,
    Answer,
    Numbers,
    Question,
    codes,
    variant_of,
)
from worksheetgen.problems.signs.recording import (
    coded,
    count,
    couple,
    in_json,
    meant_by,
    objects,
    offered_in,
    ordered,
    printed,
    recorded,
)
from worksheetgen.problems.signs.relative_effect import RelativeEffect
from worksheetgen.problems.signs.scaled_upstream import ScaledUpstream
from worksheetgen.problems.signs.shrinks import Shrinks
from worksheetgen.problems.signs.through_chain import ThroughChain
from worksheetgen.problems.work import ABSENT, Choices, Figure

UPHILL = "step along the gradient instead of against it"
QUESTIONS: dict[str, Question] = {}
"""The questions by the names of their items."""


class SignsSample(Settings):
    """What to draw from."""

    form: Literal["open", "choice"] = "open"
    """Whether answers are worked out and explained, or one of four is chosen and justified."""
    level: Literal["easy", "medium", "hard"] = "medium"
    """How far the reasoning goes; what a part's difficulty says by default."""
    inputs: Literal["any", "positive"] = "any"
    """The inputs of gradient_pattern; positive ones, which make all entries alike, in choices."""


def asked(question: Question, *mistakes: Mistake, also: str = "") -> Item:
    """Make a question an item of the type."""

    def work(problem: "Signs") -> Figure | Choices:
        return problem.work_of(question)

    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(question).__name__).lower()
    QUESTIONS[name] = question
    work.__name__, work.__doc__ = name, type(question).__doc__
    record = partial(recorded, question)
    entries = [part.name for part in question.parts if part.words is KERNEL]
    return Item(
        work, 2, mistakes, prints=(question.given,), record=record, also=also, entries=entries
    )


PATTERN, COMBINED, LARGE, FLAT = GradientPattern(), CombinedChange(), LargeStep(), FlatPoint()
DEAD, CHAIN, PIXELS, SHRINKING = DeadRelu(), ThroughChain(), PixelSigns(), Shrinks()
RELATIVE, DIFFERENCE = RelativeEffect(), DifferenceCheck()
SCALED, MOMENTUM, CURVE = ScaledUpstream(), MomentumStep(), LossCurve()


@dataclass(frozen=True, eq=False)
class Signs(Problem):
    """The givens of each question; of a batch, an array of them."""

    Sample = SignsSample
    together: ClassVar[int] = 4
    texts = ("choices",)
    levels = {"easy": {"level": "easy"}, "hard": {"level": "hard"}}

    pattern: Any = drawn(None, "", "Signs of an input and of an upstream gradient.", shown=False)
    combined: Any = drawn(None, "", "A gradient, and changes of entries.", shown=False)
    large: Any = drawn(None, "", "A layer with its target, and a learning rate.", shown=False)
    flat: Any = drawn(None, "", "Three values of a loss.", shown=False)
    dead: Any = drawn(None, "", "A layer with a bias, and an upstream gradient.", shown=False)
    chain: Any = drawn(None, "", "A layer, output weights and a target.", shown=False)
    pixels: Any = drawn(None, "", "A gradient, an image, and a change.", shown=False)
    shrinking: Any = drawn(None, "", "A kernel, its gradient, and a decay.", shown=False)
    relative: Any = drawn(None, "", "A kernel and its gradient.", shown=False)
    difference: Any = drawn(None, "", "Three values of a loss, and claims.", shown=False)
    scaled: Any = drawn(
        None, "", "An input, an upstream gradient, and what becomes of it.", shown=False
    )
    momentum: Any = drawn(None, "", "A velocity, a derivative and rates.", shown=False)
    curve: Any = drawn(None, "", "A curve of the loss and points on it.", shown=False)
    form: str = OPEN

    gradient_pattern = asked(
        PATTERN,
        among("upstream gradient not used", HALF, choice=(8,)),
        among("kernel flipped", HALF, choice=(1,)),
        among("direction of descent given", HALF, choice=(4, 9)),
        among("conflicts settled by counting terms", HALF, choice=(11,)),
        among("zero taken for unknown", HALF, choice=(13,)),
        among("summands taken to cancel", NONE, choice=(12,)),
        among("taken to depend on the magnitudes", NONE, choice=(14,)),
        among("columns interchanged", NONE, choice=(2,)),
        among("rows interchanged", NONE, choice=(3,)),
        among("two errors together", NONE, choice=(5, 6, 7, 10)),
        also="justified",
    )
    combined_change = asked(
        COMBINED,
        among("effects added by their magnitudes", HALF),
        among("second change left out", HALF),
        among("sum of derivatives multiplied by sum of changes", HALF),
        among("sign reversed", HALF, choice=(1,)),
        among("ratio inverted", HALF, choice=(2,)),
        among("sign of the second effect reversed", NONE, choice=(4,)),
        among("two errors together", NONE, choice=(3, 5)),
    )
    large_step = asked(
        LARGE,
        among("prediction taken for the true change", HALF),
        among("factor one half forgotten", HALF, choice=(1,)),
        among("factor 2 left in", MOST),
        among("factor one half left in the second derivative", NONE, choice=(2,)),
        among("inner derivative forgotten", HALF),
        among(UPHILL, HALF),
        among("kernel flipped", HALF, choice=(3,)),
        among("two errors together", NONE, choice=(4, 5)),
    )
    flat_point = asked(
        FLAT,
        among("every point with derivative zero taken for a minimum", HALF),
        among("derivative zero taken for no change at all", HALF),
        among("printed values taken for small changes", HALF),
        among("rise and fall interchanged", HALF, choice=(1,)),
        among("not divided by the square of h", HALF),
        among("half of the second derivative given", MOST),
        among("effect of the smaller value reversed", NONE, choice=(2,)),
        among("effect of the larger value reversed", NONE, choice=(3,)),
    )
    dead_relu = asked(
        DEAD,
        among("ReLU ignored", NONE),
        among("sign reversed", HALF, choice=(1,)),
        among("output nearest to zero taken, not divided by the input", HALF),
        among("output nearest to zero taken", HALF),
        among("largest change taken", HALF),
        among("input of the opposite kernel entry taken", HALF, choice=(2,)),
        among("two errors together", NONE, choice=(3,)),
    )
    through_chain = asked(
        CHAIN,
        among("target minus output taken", HALF, choice=(1,)),
        among("output weight left out", HALF),
        among("input left out", HALF),
        among("ReLU ignored in the derivative", HALF),
        among("input of the opposite kernel entry taken", HALF, choice=(2,)),
        among(UPHILL, HALF),
        among("entry of K taken instead of the input", NONE, choice=(4,)),
        among("two errors together", NONE, choice=(3, 5)),
    )
    pixel_signs = asked(
        PIXELS,
        among("moved the wrong way", HALF, choice=(1,)),
        among("gradient added with its signs", HALF),
        among("every pixel moved the same way", NONE),
        among("bounds ignored", HALF),
        among("size of the change left out", HALF),
        among("smallest derivatives taken", HALF),
        among("pattern turned by half a turn", NONE, choice=(2,)),
        among("two errors together", NONE, choice=(3,)),
    )
    shrinks = asked(
        SHRINKING,
        among("falling taken for shrinking", HALF, choice=(2,)),
        among(UPHILL, HALF, choice=(1,)),
        among("decay taken to shrink every entry", HALF),
        among("sign of the decay reversed", HALF),
        among("decay left out", HALF),
        among("gradient turned by half a turn", NONE, choice=(4,)),
        among("two errors together", NONE, choice=(3, 5)),
    )
    relative_effect = asked(
        RELATIVE,
        among("derivative of the largest magnitude taken", HALF),
        among("entry of the largest magnitude taken", HALF),
        among("sign reversed", HALF, choice=(1,)),
        among("entry left out of its change", HALF),
        among("entry itself taken as its change", HALF),
        among("ranked with the signs", HALF),
        among("ranked by magnitude", HALF),
        among("wrong entry taken", NONE, choice=(2, 4, 6)),
        among("other entry taken", NONE, choice=(8,)),
        among("two errors together", NONE, choice=(3, 5, 7)),
    )
    difference_check = asked(
        DIFFERENCE,
        among("forward difference taken", HALF, choice=(2,)),
        among("backward difference taken", HALF, choice=(4,)),
        among("divided by h instead of 2h", HALF),
        among("sign reversed", HALF, choice=(1,)),
        among("h not squared", MOST),
        among("divided by 2 instead of 6", MOST),
        among("errors not divided by h", MOST),
        among("two errors together", NONE, choice=(3, 5)),
    )
    scaled_upstream = asked(
        SCALED,
        among("output taken to change", MOST),
        among("Jacobian taken to change", MOST),
        among("scaled twice", HALF),
        among("sign of the scale lost", HALF),
        among("gradient left as it was", NONE),
        among("entry of the gradient in the same place scaled", HALF),
        among("change of the upstream entry added everywhere", HALF),
        among("sign of the change reversed", HALF, choice=(1,)),
        among("kernel flipped", HALF, choice=(2,)),
        among("two errors together", NONE, choice=(3,)),
    )
    momentum_step = asked(
        MOMENTUM,
        among("velocity left out", HALF),
        among("gradient added", HALF, choice=(2,)),
        among("momentum factor forgotten", HALF),
        among("learning rate forgotten", HALF),
        among("every step taken to lower the loss", HALF),
        among("turn counted one step early", MOST),
        among("sign of the change reversed", HALF, choice=(1,)),
        among("two errors together", NONE, choice=(3,)),
    )

    loss_curve = asked(
        CURVE,
        among("height taken for the slope", NONE, choice=(2,)),
        among("directions of ascent given", HALF),
        among("steepest point taken for the largest derivative", MOST),
        among("highest point taken for the largest derivative", HALF),
        among("sign reversed", HALF, choice=(1,)),
        among("two errors together", NONE, choice=(3,)),
    )

    # Drawing

    @classmethod
    def check_sample(cls, sample: SignsSample) -> None:
        if sample.inputs != "any" and sample.form != CHOICE:
            raise ValueError('sample.inputs: only with form = "choice" are they all positive')

    @classmethod
    def chooses(cls, sample: SignsSample) -> bool:
        return sample.form == CHOICE

    @classmethod
    def guess(cls, rng: Generator) -> dict[str, Any]:
        form, level = (OPEN, CHOICE), ("easy", "medium", "hard")
        said = {"form": form[rng.integers(2)], "level": level[rng.integers(3)]}
        positive = said["form"] == CHOICE and not rng.integers(4)
        return said | ({"inputs": "positive"} if positive else {})

    @classmethod
    def draw(
        cls,
        sample: SignsSample,
        given: Any,  # noqa: ARG003 - nothing can be fixed
        rng: Generator,
        count: int,
        items: Sequence[str] | None = None,
    ) -> Self:
        """The givens of each question by themselves, each of a stream of its own."""
        arrays: dict[str, Any] = dict.fromkeys(cls.drawn)
        streams = rng.spawn(len(QUESTIONS))
        for (name, question), stream in zip(QUESTIONS.items(), streams, strict=True):
            if items is None or name in items:
                chance, found = Chance(stream), np.empty(count, dtype=object)
                level = question.level(sample)
                for number in range(count):
                    found[number] = variant_of(question, chance, level, sample.form)
                arrays[question.given] = found
        return cls(**arrays, form=sample.form)

    # Answers

    def work_of(self, question: Question) -> Figure | Choices:
        """How a question is answered, for each variant of a batch."""
        each = self._variants(question)
        printed = sum(map(count, question.printed(each[0]).values()))
        reading = self._shaped(np.ones((len(each), 1, printed), dtype=int))
        shows = {} if self.batch else self._shows(question, each[0])
        if self.form == CHOICE:
            values = [coded(question, g) for g in each]
            orders = np.array([g["order"] for g in each])
            return Choices(
                self._shaped(objects(values)), self._shaped(orders), read=[reading], shows=shows
            )
        answers = [codes(question.parts, question.answer(g)) for g in each]
        return Figure(
            self._shaped(objects(answers)), read=[reading], shows=shows, written=question.lines
        )

    def wrong(self, item: str, mistake: str) -> Array:
        """What a known error answers."""
        question = QUESTIONS[item]
        each = self._variants(question)
        if item not in self._found:
            self._found[item] = [question.mistakes(g) for g in each]
        found = [answers.get(mistake) for answers in self._found[item]]
        size = len(codes(question.parts, question.answer(each[0])))
        rows = [
            [ABSENT] * size if answer is None else codes(question.parts, answer) for answer in found
        ]
        return self._shaped(objects(rows))

    @cached_property
    def _found(self) -> dict[str, list[dict[str, Answer | None]]]:
        """What known errors answer, by item, variant by variant, as far as somebody has asked."""
        return {}

    def _variants(self, question: Question) -> list[Numbers]:
        many = getattr(self, question.given)
        return list(many) if self.batch else [many]

    def _shaped(self, rows: Array) -> Array:
        """Of a single problem its only row."""
        return rows if self.batch else np.asarray(rows[0])

    def _shows(self, question: Question, g: Numbers) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        if self.form == OPEN:
            pairs = zip(question.parts, question.answer(g), strict=True)
            parts = {part.name: value for part, value in pairs}
        return question.shows(g) | {"parts": parts}

    # Records and texts

    def numbers_of(self, name: str) -> Array:
        return np.array([crc32(repr(getattr(self, name)).encode())])

    @cached_property
    def choices(self) -> dict[str, list[Any]]:
        """By item, what stands at the letters, in their order."""
        known = self.form == CHOICE
        return {
            name: [printed(question, value) for value in offered_in(question, g)]
            for name, question in QUESTIONS.items()
            if known and (g := getattr(self, question.given)) is not None
        }

    def seen_beside(self, asked: Sequence[str]) -> Any:
        return [self.choices.get(name) for name in asked]

    def record(self) -> dict[str, Any]:
        known: dict[str, Any] = {"form": self.form}
        for name, question in QUESTIONS.items():
            g = getattr(self, question.given)
            if g is not None:
                printed = question.printed(g).items()
                known |= {f"{question.given}_{key}": in_json(value) for key, value in printed}
                known |= {
                    f"{name}_{letter}": in_json(couple(value))
                    for letter, value in zip(LETTERS, self.choices.get(name, ()), strict=False)
                }
        return known

    @classmethod
    def recorded(cls, given: Mapping[str, Any]) -> Self:
        found: dict[str, Any] = dict.fromkeys(cls.drawn)
        for name, question in QUESTIONS.items():
            g = {key: meant_by(question, key, given) for key in question.names}
            if any(value is not None for value in g.values()):
                offered = [given.get(f"{name}_{letter}") for letter in LETTERS]
                found[question.given] = g if None in offered else ordered(question, g, offered)
        return cls(**found, form=str(given.get("form", OPEN)))
