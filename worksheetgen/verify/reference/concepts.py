"""The items of ``concepts``: which letter stands at what is true, and at what errors give."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.rationals import flattened, meant, said
from worksheetgen.verify.by_hand.windows import windows
from worksheetgen.verify.pages.quantities import (
    Glyphs,
    Reader,
    UnreadableError,
    index,
    matrix,
    number,
    pair,
    row,
    text,
)

Given = dict[str, Any]
LETTERS = "ABCD"
ENTRIES = [[0, 0], [0, 1], [1, 0], [1, 1]]


def _letter(item: str, given: Given, value: Any) -> str:
    """The letter at which a value stands."""
    there = [letter for letter in LETTERS if given[f"{item}_{letter}"] == said(value)]
    if len(there) != 1:
        raise ValueError(f"{said(value)} stands at {there}")
    return there[0]


def gradient_entry(given: Given) -> str:
    return _letter("gradient_entry", given, _of_gradient_entry(given)[0])


def descent_step(given: Given) -> str:
    return _letter("descent_step", given, _of_descent_step(given)[0])


def learning_rate(given: Given) -> str:
    return _letter("learning_rate", given, _of_learning_rate(given)[0])


def shifted_input(given: Given) -> str:
    return _letter("shifted_input", given, _of_shifted_input(given)[0])


def weight_sharing(given: Given) -> str:
    return _letter("weight_sharing", given, _of_weight_sharing(given)[0])


def stride_effect(given: Given) -> str:
    return _letter("stride_effect", given, _of_stride_effect(given)[0])


def padding_effect(given: Given) -> str:
    return _letter("padding_effect", given, _of_padding_effect(given)[0])


def dilation_effect(given: Given) -> str:
    return _letter("dilation_effect", given, _of_dilation_effect(given)[0])


def which_entry(given: Given) -> str:
    lowest = min(ENTRIES, key=lambda place: _at(given["moves"], place))
    return _letter("which_entry", given, lowest)


def zero_gradient(given: Given) -> str:
    (place,) = [place for place in ENTRIES if not any(_met(given, place))]
    return _letter("zero_gradient", given, place)


def _at(rows: list[list[int]], place: list[int]) -> int:
    return rows[place[0]][place[1]]


def _met(given: Given, place: list[int]) -> list[int]:
    """What a kernel entry meets."""
    layer = {"X": given["X"], "K": [[0, 0], [0, 0]]}
    plain = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1]}
    tap = ENTRIES.index(place)
    return [taps[tap] for line in windows(layer | plain) for taps in line]


# The right value first, then those of the errors by name


def _of_gradient_entry(given: Given) -> list[Any]:
    m, n = given["entry"]
    here, there = given["gradient"][m][n], given["gradient"][1 - m][1 - n]
    return [Fraction(here, 100), Fraction(-here, 100), here, Fraction(there, 100)]


def _of_descent_step(given: Given) -> list[Any]:
    m, n = given["entry"]
    here, there = given["gradient"][m][n], given["gradient"][1 - m][1 - n]
    return [Fraction(-here, 10), Fraction(here, 10), -here, Fraction(-there, 10)]


def _of_learning_rate(given: Given) -> list[Any]:
    change = Fraction(given["change"])
    return [2 * change, change, change / 2, -2 * change]


def _of_shifted_input(given: Given) -> list[Any]:
    H = given["H"]
    return [[0, *H[:-1]], [*H[1:], 0], H, H[::-1]]


def _rows(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many windows fit, counted."""
    return len(range(0, size + 2 * padding - dilation * (kernel - 1), stride))


def _of_weight_sharing(given: Given) -> list[Any]:
    size, kernel = given["shared"]
    output = _rows(size, kernel)
    return [prod([size, size, output, output]), kernel**2, size**2 + output**2, size**4]


def _of_stride_effect(given: Given) -> list[Any]:
    size, kernel, stride = given["strided"]
    rows = _rows(size, kernel, stride)
    return [rows, _rows(size, kernel), rows - 1, size // stride]


def _of_padding_effect(given: Given) -> list[Any]:
    kernel, padding = given["padded"]
    more = _rows(100, kernel, padding=padding) - _rows(100, kernel)
    return [more, padding, kernel - 1, more - kernel + 1]


def _of_dilation_effect(given: Given) -> list[Any]:
    kernel, dilation = given["dilated"]
    fewer = _rows(100, kernel) - _rows(100, kernel, dilation=dilation)
    reach = dilation * (kernel - 1) + 1
    return [fewer, dilation - 1, kernel * (dilation - 1), reach]


VALUES: dict[str, tuple[Callable[[Given], list[Any]], tuple[str, str, str]]] = {
    "gradient_entry": (
        _of_gradient_entry,
        (
            "reversed the sign",
            "forgot the size of the step",
            "took the entry on the other side of the middle",
        ),
    ),
    "descent_step": (
        _of_descent_step,
        (
            "stepped uphill, along the gradient",
            "forgot the learning rate",
            "took the entry on the other side of the middle",
        ),
    ),
    "learning_rate": (
        _of_learning_rate,
        (
            "took the step as independent of the learning rate",
            "halved the step",
            "doubled and reversed the step",
        ),
    ),
    "shifted_input": (
        _of_shifted_input,
        (
            "shifted the output the other way",
            "took the output as unchanged, which is invariance",
            "mirrored the output",
        ),
    ),
    "weight_sharing": (
        _of_weight_sharing,
        (
            "gave the weights of the convolution",
            "added the sizes instead of multiplying them",
            "took the output to be as large as the input",
        ),
    ),
    "stride_effect": (
        _of_stride_effect,
        (
            "ignored the stride",
            "forgot to add one",
            "divided the input and left out the kernel",
        ),
    ),
    "padding_effect": (
        _of_padding_effect,
        (
            "counted one side alone",
            "took the rows that the kernel takes away",
            "subtracted what the kernel takes away",
        ),
    ),
    "dilation_effect": (
        _of_dilation_effect,
        (
            "took the gaps of one row of the kernel alone",
            "counted a gap behind the last row",
            "took the reach of the dilated kernel",
        ),
    ),
}


def mistakes(item: str, given: Given) -> dict[str, Any]:
    if item in VALUES:
        values, names = VALUES[item]
        wrong = zip(names, values(given)[1:], strict=True)
        return {name: _letter(item, given, value) for name, value in wrong}
    return {name: _letter(item, given, place) for name, place in _other_entries(item, given)}


def _other_entries(item: str, given: Given) -> Iterator[tuple[str, list[int]]]:
    if item == "which_entry":
        moves = given["moves"]
        yield (
            "went uphill, along the largest gradient",
            max(ENTRIES, key=lambda place: _at(moves, place)),
        )
        yield (
            "took the smallest magnitude for the smallest gradient",
            min(ENTRIES, key=lambda place: abs(_at(moves, place))),
        )
    else:
        u, v = ENTRIES[LETTERS.index(zero_gradient(given))]
        yield "flipped the kernel", [1 - u, 1 - v]
        yield "flipped the rows of the kernel", [1 - u, v]
        yield "flipped the columns of the kernel", [u, 1 - v]


def work(item: str, given: Given) -> float:
    match item:
        case "weight_sharing":
            size, kernel = given["shared"]
            return effort.of_sums([[(size**2, _rows(size, kernel) ** 2)]])
        case "stride_effect":
            return effort.of_sums([[(given["strided"][0], given["strided"][2])]])
        case "dilation_effect":
            kernel, dilation = given["dilated"]
            return effort.of_sums([[(kernel - 1, dilation - 1)]])
        case "learning_rate":
            return effort.of_copying([int(Fraction(given["change"]) < 0) * -1])
    copied = {
        "gradient_entry": "gradient",
        "descent_step": "gradient",
        "which_entry": "moves",
        "zero_gradient": "X",
        "shifted_input": "H",
        "padding_effect": "padded",
    }
    return effort.of_copying(flattened(given[copied[item]]))


# How the page shows it


def derived(_given: Given) -> Given:
    return {"letters": "A,B,CorD"}


def steps(item: str, given: Given) -> Given:
    if item == "which_entry":
        return {"value": min(flattened(given["moves"]))}
    return {"value": said(VALUES[item][0](given)[0])} if item in VALUES else {}


def _numbers(glyphs: Glyphs) -> list[int]:
    """Numbers in parentheses."""
    found = text(glyphs)
    inner = found[1:-1].split(",")
    if found != f"({','.join(inner)})" or not all(part.isdecimal() for part in inner):
        raise UnreadableError(f"no numbers in parentheses: {found!r}")
    return [int(part) for part in inner]


def _choices(item: str, reader: Reader) -> dict[str, Reader]:
    return {f"{item}_{letter}": reader for letter in LETTERS}


PART_GIVENS: dict[str, Reader] = {"letters": text}
ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "gradient_entry": {"gradient": matrix, "entry": index, **_choices("gradient_entry", number)},
    "descent_step": {"gradient": matrix, "entry": index, **_choices("descent_step", number)},
    "learning_rate": {"change": number, **_choices("learning_rate", number)},
    "shifted_input": {"H": row, **_choices("shifted_input", row)},
    "weight_sharing": {"shared": pair, **_choices("weight_sharing", number)},
    "stride_effect": {"strided": _numbers, **_choices("stride_effect", number)},
    "padding_effect": {"padded": pair, **_choices("padding_effect", number)},
    "dilation_effect": {"dilated": pair, **_choices("dilation_effect", number)},
    "which_entry": {"moves": matrix, **_choices("which_entry", index)},
    "zero_gradient": {"X": matrix, **_choices("zero_gradient", index)},
}
STEPS: dict[str, dict[str, Reader]] = {
    item: {"value": row if item == "shifted_input" else number} for item in (*VALUES, "which_entry")
}
ANSWERS: dict[str, dict[str, Reader]] = {item: {"answer": text} for item in ITEM_GIVENS}


def telltales(_item: str, answer: Any, _given: Given) -> list[str]:
    """A letter by itself tells nothing; next to its item's word it would."""
    return [f"answer{answer}", f"Answer{answer}"]


# What the answers must fulfil


def losses(given: Given, item: str, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The choices are the right value and those of the errors; a loss that is moved agrees."""
    offered = [given[f"{item}_{letter}"] for letter in LETTERS]
    expected = said(VALUES[item][0](given)) if item in VALUES else ENTRIES
    yield sorted(expected, key=str), sorted(offered, key=str)
    chosen = given[f"{item}_{answer}"]
    if item == "gradient_entry":
        m, n = given["entry"]
        yield _linear_loss(given["gradient"], [m, n], Fraction(1, 100)), meant(chosen)
    if item == "descent_step":
        gain = _linear_loss(given["gradient"], given["entry"], Fraction(meant(chosen)))
        yield True, gain < 0 or _at(given["gradient"], given["entry"]) == 0
    if item == "which_entry":
        moved = [_linear_loss(given["moves"], place, Fraction(1, 10)) for place in ENTRIES]
        yield min(moved), _linear_loss(given["moves"], chosen, Fraction(1, 10))


def _linear_loss(gradient: list[list[int]], place: list[int], step: Fraction) -> Fraction:
    """What a loss with this gradient, linear in K, gains if an entry rises."""
    K = [[Fraction(0)] * 2, [Fraction(0)] * 2]
    K[place[0]][place[1]] += step
    return sum((_at(gradient, spot) * K[spot[0]][spot[1]] for spot in ENTRIES), Fraction(0))
