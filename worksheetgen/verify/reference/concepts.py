"""The items of ``concepts``: which letter stands at what is true, and at what errors give."""

from collections.abc import Iterator
from fractions import Fraction
from math import prod
from operator import itemgetter
from typing import Any

from worksheetgen.verify.by_hand.rationals import flattened, meant, said
from worksheetgen.verify.by_hand.windows import windows
from worksheetgen.verify.by_hand.work import Choices, Figure, Given, formula

LETTERS = "ABCD"
ENTRIES = [[0, 0], [0, 1], [1, 0], [1, 1]]


def printed(_given: Given) -> Given:
    return {"letters": "A,B,CorD"}


def _offered(item: str, given: Given) -> dict[str, Any]:
    return {letter: given[f"{item}_{letter}"] for letter in LETTERS}


def _choices(item: str, given: Given, values: list[Any], **worked: Any) -> Choices:
    shows = {"value": said(values[0])}
    return Choices(values, _offered(item, given), shows=shows, **worked)


def _slopes(given: Given) -> tuple[int, int]:
    m, n = given["entry"]
    return given["gradient"][m][n], given["gradient"][1 - m][1 - n]


def gradient_entry(given: Given) -> Choices:
    here, there = _slopes(given)
    values = [Fraction(here, 100), Fraction(-here, 100), here, Fraction(there, 100)]
    return _choices("gradient_entry", given, values, read=flattened(given["gradient"]))


def descent_step(given: Given) -> Choices:
    here, there = _slopes(given)
    values = [Fraction(-here, 10), Fraction(here, 10), -here, Fraction(-there, 10)]
    return _choices("descent_step", given, values, read=flattened(given["gradient"]))


def learning_rate(given: Given) -> Choices:
    change = Fraction(given["change"])
    values = [2 * change, change, change / 2, -2 * change]
    return _choices("learning_rate", given, values, read=[change])


def shifted_input(given: Given) -> Choices:
    H = given["H"]
    values = [[0, *H[:-1]], [*H[1:], 0], H, H[::-1]]
    return _choices("shifted_input", given, values, read=H)


def _rows(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many windows fit, counted."""
    return len(range(0, size + 2 * padding - dilation * (kernel - 1), stride))


def weight_sharing(given: Given) -> Choices:
    size, kernel = given["shared"]
    output = _rows(size, kernel)
    values = [prod([size, size, output, output]), kernel**2, size**2 + output**2, size**4]
    return _choices("weight_sharing", given, values, sums=[formula((size**2, output**2))])


def stride_effect(given: Given) -> Choices:
    size, kernel, stride = given["strided"]
    rows = _rows(size, kernel, stride)
    values = [rows, _rows(size, kernel), rows - 1, size // stride]
    return _choices("stride_effect", given, values, sums=[formula((size, stride))])


def padding_effect(given: Given) -> Choices:
    kernel, padding = given["padded"]
    more = _rows(100, kernel, padding=padding) - _rows(100, kernel)
    values = [more, padding, kernel - 1, more - kernel + 1]
    return _choices("padding_effect", given, values, read=given["padded"])


def dilation_effect(given: Given) -> Choices:
    kernel, dilation = given["dilated"]
    fewer = _rows(100, kernel) - _rows(100, kernel, dilation=dilation)
    reach = dilation * (kernel - 1) + 1
    values = [fewer, dilation - 1, kernel * (dilation - 1), reach]
    return _choices("dilation_effect", given, values, sums=[formula((kernel - 1, dilation - 1))])


def which_entry(given: Given) -> Figure:
    moves = flattened(given["moves"])
    lowest = min(moves)
    return Figure(LETTERS[moves.index(lowest)], read=moves, shows={"value": lowest})


def zero_gradient(given: Given) -> Figure:
    """The entry that meets nothing but zeros."""
    layer = {"X": given["X"], "K": [[0, 0], [0, 0]]}
    plain = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1]}
    seen = [taps for line in windows(layer | plain) for taps in line]
    (letter,) = [a for a, met in zip(LETTERS, zip(*seen, strict=True), strict=True) if not any(met)]
    return Figure(letter, read=flattened(given["X"]))


# What the page shows beside


def _choices_of(item: str) -> dict[str, Any]:
    return {f"{item}_{letter}": itemgetter(f"{item}_{letter}") for letter in LETTERS}


NOTED = {
    item: _choices_of(item)
    for item in (
        *("gradient_entry", "descent_step", "learning_rate", "shifted_input", "weight_sharing"),
        *("stride_effect", "padding_effect", "dilation_effect", "which_entry", "zero_gradient"),
    )
}


def telltales(_item: str, _given: Given, answer: Any) -> list[str]:
    """A letter by itself tells nothing; next to its item's word it would."""
    return [f"answer{answer}", f"Answer{answer}"]


# Mistakes


def largest_move(given: Given) -> str:
    moves = flattened(given["moves"])
    return LETTERS[moves.index(max(moves))]


def smallest_magnitude(given: Given) -> str:
    sizes = [abs(entry) for entry in flattened(given["moves"])]
    return LETTERS[sizes.index(min(sizes))]


# What the answers must fulfil


def losses(item: str, given: Given, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The choices are the right value and those of the errors; a loss that is moved agrees."""
    offered = list(_offered(item, given).values())
    work = globals()[item](given)
    expected = said(work.values) if isinstance(work, Choices) else ENTRIES
    yield sorted(expected, key=str), sorted(offered, key=str)
    chosen = given[f"{item}_{answer}"]
    if item == "gradient_entry":
        yield _linear_loss(given["gradient"], given["entry"], Fraction(1, 100)), meant(chosen)
    if item == "descent_step":
        gain = _linear_loss(given["gradient"], given["entry"], Fraction(meant(chosen)))
        yield True, gain < 0 or _slopes(given)[0] == 0
    if item == "which_entry":
        moved = [_linear_loss(given["moves"], place, Fraction(1, 10)) for place in ENTRIES]
        yield min(moved), _linear_loss(given["moves"], chosen, Fraction(1, 10))


def _linear_loss(gradient: list[list[int]], place: list[int], step: Fraction) -> Fraction:
    """What a loss with this gradient, linear in K, gains if an entry rises."""
    K = [[Fraction(0)] * 2, [Fraction(0)] * 2]
    K[place[0]][place[1]] += step
    return sum((gradient[m][n] * K[m][n] for m, n in ENTRIES), Fraction(0))
