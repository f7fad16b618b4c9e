"""A page as a person sees it: characters and lines by the marks around them, and what is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from worksheetgen.verify.pages.box import Box, around

BAR = 1.0
"""Height in points of a fraction's bar at most."""
TEXTS = ("cover.", "own.", "person.", "pile.", "practice.")
"""How the names of marks begin around words that are no quantities."""
QR, SPACE = "sheet.qr", ".space"
NAMES, FORM = ("person.name", "pile.cell"), "form "
"""The marks in which a picture may be a name, and how it is told instead of its letters."""
GUARDED = {QR: 6.8, "person.name": 0.0, "person.id": 0.0, "person.facts": 0.0}
"""Marks that hold no quantity, but are to be read, and the points that must be free around them.

A QR code has a quiet zone of four modules (ISO/IEC 18004).
"""
MARGIN = 0.35
"""Points by which boxes of neighbours may overlap: kerning, and rounding."""
DIGITS, SIGNS = frozenset("0123456789"), frozenset("+-−")
BESIDE, BESIDE_ANSWER = 4.5, 6.5
"""Points within which they would be read as a part of a quantity, and of an answer."""
KERNED = 1 / 3
"""Of the narrower of two letters, at most under the other one."""
THICK = 3.0
"""Points of the bar at the left of a solution."""


class Glyph(NamedTuple):
    """A visible character and its ink."""

    character: str
    box: Box
    role: str = ""
    """``over`` or ``under`` in a fraction."""


@dataclass
class Page:
    """What is on a page, by the innermost quantity's mark; "" where there is none."""

    width: float
    height: float
    glyphs: dict[str, list[Glyph]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, list[Box]] = field(default_factory=lambda: defaultdict(list))
    """Rules and other drawn shapes."""
    loose: list[tuple[str, Box]] = field(default_factory=list)
    """Digits and signs outside of all marks."""
    extent: list[Box] = field(default_factory=list)
    """Outlines of all texts."""
    texts: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    """What stands in marks whose names begin with a word of ``TEXTS``, in the order of printing."""
    qr: list[Box] = field(default_factory=list)
    """The dark parts of its QR code."""
    pictures: dict[str, list[Box]] = field(default_factory=lambda: defaultdict(list))
    """Outlines of pictures that are no names."""
    logos: list[str] = field(default_factory=list)
    """What tells those of covers from others."""
    scale: float = 1.0
    """How much larger its own number is set than usual."""
    names: list[Box] = field(default_factory=list)
    """Outlines of names that are pictures."""
    prose: str = ""
    """The characters outside of quantities, in the order of printing."""
    hidden: list[str] = field(default_factory=list)
    """What a person cannot see, or what no sheet of ours has."""
    overprinted: list[str] = field(default_factory=list)
    """Quantities that cannot be read because something lies over them."""

    def judge(self, shapes: Sequence[tuple[str, Box]]) -> None:
        """Look for what is wrong with the shapes that it prints, each with its mark."""
        self.hidden += ["text outside the page" for box in self.extent if self._is_out(box)]
        self.overprinted += [*_overprinted(self, shapes), *_touched(shapes), *_drawn(self)]
        self.overprinted += _beside(self, shapes)

    def _is_out(self, box: Box) -> bool:
        return min(box.left, box.bottom) < 0 or box.right > self.width or box.top > self.height


@lru_cache(maxsize=8192)
def quantity(marks: tuple[str, ...]) -> tuple[str, str]:
    """The name of the innermost quantity, and the role in a fraction."""
    found = role = ""
    for name in marks:
        if name in ("over", "under"):
            role = name
        elif "." in name:
            found = name
    return found, role


def _overprinted(page: Page, shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """Quantities that something else is drawn into, or whose own glyphs lie on one another."""
    numbers = {mark: number for number, mark in enumerate(page.glyphs)}
    if not numbers:
        return
    everything = _array(box for _, box in shapes)
    owner = np.array([numbers.get(mark, -1) for mark, _ in shapes])
    foreign = owner != np.arange(len(numbers))[:, None]
    crossed = (_overlap(_hulls(everything, owner)[:, None], everything[None]) & foreign).any(axis=1)
    boxes = _array(glyph.box for own in page.glyphs.values() for glyph in own)
    one, other = _pairs([len(own) for own in page.glyphs.values()])
    within = np.repeat(np.arange(len(numbers)), [len(own) for own in page.glyphs.values()])
    kerned = np.array([glyph.character.isalpha() for own in page.glyphs.values() for glyph in own])
    meeting = _overlap(boxes[one], boxes[other])
    meeting[meeting] = ~(kerned[one] & kerned[other])[meeting] | _mostly(boxes, one, other)[meeting]
    covered = set(within[one[meeting]].tolist())
    for mark, number in numbers.items():
        if crossed[number]:
            yield f"something printed over {mark}"
        if number in covered and not mark.endswith("title"):  # letters of words are kerned
            yield f"glyphs printed over one another in {mark}"
        bars = any(glyph.role for glyph in page.glyphs[mark])
        if any(not bars or box.height > BAR for box in page.lines.get(mark, [])):
            yield f"something drawn in {mark}"


def _beside(page: Page, shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """Quantities that a digit or a sign outside of their mark would make others.

    A difference may go on behind a quantity, but not behind an answer.
    """
    if not page.loose:
        return
    own = defaultdict[str, list[Box]](list)
    for mark, box in shapes:
        own[mark].append(box)
    for mark, glyphs in page.glyphs.items():
        is_answer = mark.rpartition(".")[2].startswith("answer")
        if not is_answer and not any(glyph.character in DIGITS for glyph in glyphs):
            continue  # a word is no other one for a sign beside it
        hull = around(own[mark])
        for character, box in page.loose:
            height = min(box.top, hull.top) - max(box.bottom, hull.bottom)
            before, behind = hull.left - box.right, box.left - hull.right
            near = max(before, behind) < (BESIDE_ANSWER if is_answer else BESIDE)
            joins = character in DIGITS or before > behind or is_answer
            if near and joins and height > min(box.top - box.bottom, hull.top - hull.bottom) / 2:
                yield f"{character!r} beside {mark}"


def _touched(shapes: Sequence[tuple[str, Box]]) -> Iterator[str]:
    """A QR code or a person that something else is drawn into, or closer than a reader can bear."""
    for guarded, room in GUARDED.items():
        own = [box for mark, box in shapes if mark == guarded]
        if not own:
            continue
        left, bottom = min(box.left for box in own) - room, min(box.bottom for box in own) - room
        right, top = max(box.right for box in own) + room, max(box.top for box in own) + room
        zone = np.array([left, bottom, right, top])
        if _overlap(zone, _array(box for mark, box in shapes if mark != guarded)).any():
            yield f"something printed over {guarded}"


def _drawn(page: Page) -> Iterator[str]:
    """Lines or pictures over a text, and frames of answer spaces that are no frames."""
    texts = _array(page.extent)
    for what, drawn in (
        ("a line through a text", page.lines),
        ("a picture over a text", page.pictures),
    ):
        boxes = [box for own in drawn.values() for box in own]
        if boxes and len(texts) and _overlap(_array(boxes)[:, None], texts[None]).any():
            yield what
    for mark, own in page.lines.items():
        if mark.endswith(SPACE):
            whole = _hulls(_array(own), np.zeros(len(own), int))[0]
            if not all(_is_edge(box, Box(*whole)) for box in own):
                yield f"no frame: {mark}"


def _is_edge(box: Box, frame: Box) -> bool:
    """Whether a line goes across a frame, or along its left side, where it may be thick, or right.

    A solution may stand in several frames below one another.
    """
    if box.height <= BAR:
        left, right = frame.left + THICK + BAR, frame.right - BAR
        return box.left < left and box.right > right
    thin = box.right - box.left <= THICK + BAR / 10
    return thin and min(frame.right - box.right, box.left - frame.left) < BAR


def _array(boxes: Iterable[Box]) -> NDArray[Any]:
    return np.array([*boxes]).reshape(-1, 4)


def _hulls(boxes: NDArray[Any], owner: NDArray[Any]) -> NDArray[Any]:
    """The outline of each owner's boxes; an owner of -1 is none."""
    order = np.argsort(owner, kind="stable")
    order = order[np.searchsorted(owner[order], 0) :]
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    low = np.minimum.reduceat(boxes[order, :2], starts)
    return np.concatenate([low, np.maximum.reduceat(boxes[order, 2:], starts)], axis=1)


def _pairs(counts: Sequence[int]) -> tuple[NDArray[Any], NDArray[Any]]:
    """All pairs of members of the same group, for groups of so many members one after another."""
    starts = np.cumsum([0, *counts[:-1]])
    pairs = [start + _triangle(count) for start, count in zip(starts, counts, strict=True)]
    one, other = np.concatenate(pairs, axis=1)
    return one, other


@lru_cache(maxsize=1024)
def _triangle(count: int) -> NDArray[Any]:
    return np.array(np.triu_indices(count, k=1))


def _mostly(boxes: NDArray[Any], one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Whether letters share more of their width than kerning lets them."""
    left = np.maximum(boxes[one, 0], boxes[other, 0])
    shared = np.minimum(boxes[one, 2], boxes[other, 2]) - left
    widths = boxes[:, 2] - boxes[:, 0]
    return np.asarray(shared > KERNED * np.minimum(widths[one], widths[other]))


def _overlap(some: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Whether boxes share more than MARGIN in width and height; the arrays broadcast."""
    low = np.maximum(some[..., :2], others[..., :2])
    high = np.minimum(some[..., 2:], others[..., 2:])
    return np.asarray(((high - low) > MARGIN).all(axis=-1))
