"""A drawn curve is read back from its rules, and no rule may be elsewhere."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worksheetgen.problems.signs.chance import Chance
from worksheetgen.problems.signs.loss_curve import LossCurve
from worksheetgen.typeset.figure import curve as draw
from worksheetgen.verify.pages.box import Box
from worksheetgen.verify.pages.figure import curve as read
from worksheetgen.verify.pages.quantities import UnreadableError

RULE = re.compile(r"\\ruled\{(.+?)pt\}\{(.+?)pt\}\{(.+?)pt\}\{(.+?)pt\}")
Path = list[list[int]]


def drawn(path: Path) -> list[Box]:
    """The rules somewhere on a page."""
    sizes = [tuple(map(float, rule)) for rule in RULE.findall(draw(path))]
    return [Box(70 + x, 500 + y, 70 + x + w, 500 + y + h) for x, y, w, h in sizes]


def path(seed: int, form: str) -> Path:
    chance = Chance(np.random.default_rng(seed))
    numbers = None
    while not numbers:
        numbers = LossCurve().candidate(chance, "medium", form, None)
    return [list(map(int, row)) for row in numbers["path"]]


def read_or_refused(rules: list[Box]) -> object:
    try:
        return read(rules)
    except UnreadableError as error:
        return error


SEEDS, FORMS = st.integers(0, 10_000), st.sampled_from(["open", "choice"])


@given(SEEDS, FORMS)
def test_what_is_drawn_is_read(seed: int, form: str) -> None:
    given_path = path(seed, form)
    assert given_path == read(drawn(given_path))


@given(SEEDS, FORMS, st.data())
def test_a_rule_elsewhere_is_seen(seed: int, form: str, data: st.DataObject) -> None:
    given_path = path(seed, form)
    rules = drawn(given_path)
    at = data.draw(st.integers(0, len(rules) - 1))
    across, up = data.draw(st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1), (24, 0), (0, 15)]))
    box = rules[at]
    rules[at] = Box(box.left + across, box.bottom + up, box.right + across, box.top + up)
    assert given_path != read_or_refused(rules)


@given(SEEDS, FORMS, st.data())
def test_a_missing_rule_is_seen(seed: int, form: str, data: st.DataObject) -> None:
    rules = drawn(path(seed, form))
    del rules[data.draw(st.integers(0, len(rules) - 1))]
    with pytest.raises(UnreadableError):
        read(rules)


def test_no_rules_are_no_curve() -> None:
    for rules in ([], [Box(0, 0, 1, 1)] * 400):
        with pytest.raises(UnreadableError):
            read(rules)
