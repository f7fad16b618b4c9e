"""Known errors: the same error has the same name and share wherever it is made."""

from collections import defaultdict
from fractions import Fraction

from worksheetgen.problems import problem_types
from worksheetgen.problems.concepts.choosing import letter
from worksheetgen.problems.mistakes import Mistake


def known(*, by_letter: bool) -> list[Mistake]:
    return [
        mistake
        for kind in problem_types().values()
        for item in kind.items.values()
        if (item.record is letter) == by_letter
        for mistake in item.mistakes.values()
    ]


def test_the_same_error_keeps_the_same_share_everywhere() -> None:
    shares = defaultdict[str, set[Fraction]](set)
    for mistake in known(by_letter=False):
        shares[mistake.name].add(mistake.keeps)
    assert len(shares) > 80
    assert {} == {name: found for name, found in shares.items() if len(found) > 1}


def test_wrong_choices_keep_nothing() -> None:
    """The letter is right or wrong, and the reason counts by itself."""
    assert {0} == {mistake.keeps for mistake in known(by_letter=True)}
