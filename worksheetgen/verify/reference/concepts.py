"""The items of ``concepts``: which letter stands at what is true, and at what errors give."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil
from operator import itemgetter
from typing import Any

from worksheetgen.verify.by_hand.rationals import flattened, meant, said
from worksheetgen.verify.by_hand.windows import side_of, windows
from worksheetgen.verify.by_hand.work import Choices, Figure, Given, formula

LETTERS = "ABCD"
ENTRIES = [[0, 0], [0, 1], [1, 0], [1, 1]]
WAYS, ENDS = {1: "increased", -1: "decreased"}, {1: "to the right", -1: "to the left"}
EFFECTS = {1: "increase", -1: "decrease"}


def printed(_given: Given, _asked: Sequence[str]) -> Given:
    return {}


def _offered(item: str, given: Given) -> dict[str, Any]:
    return {letter: given[f"{item}_{letter}"] for letter in LETTERS}


def _choices(item: str, given: Given, values: list[Any], **worked: Any) -> Choices:
    return Choices(values, _offered(item, given), shows={"value": said(values[0])}, **worked)


def _around(rows: Any, m: int, n: int) -> list[Any]:
    """An entry, the one with its indices interchanged, the one beside it and the one below."""
    mirror = None if m == n else rows[n][m]
    return [rows[m][n], mirror, rows[m][1 - n], rows[1 - m][n]]


def _both_signs(sizes: list[Any]) -> list[Any]:
    """Each value and its negative."""
    return [None if size is None else sign * size for size in sizes for sign in (1, -1)]


def _times(factor: Any, entry: Any) -> Any:
    return None if entry is None else factor * entry


def gradient_entry(given: Given) -> Choices:
    m, n, thousandths, way = given["raised"]
    step, entries = Fraction(thousandths, 1000), _around(given["gradient"], m, n)
    moves = [_times(way * step, entry) for entry in entries]
    moves.append(way * entries[0] if step == Fraction(1, 10) else None)
    read = flattened(given["gradient"])
    return _choices("gradient_entry", given, _both_signs(moves), read=read)


def descent_step(given: Given) -> Choices:
    m, n, thousandths = given["stepped"]
    rate, start = Fraction(thousandths, 1000), given["weights"][m][n]
    here, mirror, beside, below = _around(given["slopes"], m, n)
    moves = [rate * here, here, _times(rate, mirror), rate * beside, rate * below]
    values = [None if move is None else start - move for move in _both_signs(moves)]
    worked = formula((1, start), (-1, here))
    return _choices("descent_step", given, values, sums=[worked])


def learning_rate(given: Given) -> Choices:
    before, after, change = (Fraction(n, 1000) for n in given["rates"])
    ratio = after / before
    sizes = [change * ratio, change / ratio, change, change * ratio**2]
    ending = [size if (1000 * size).denominator == 1 else None for size in sizes]
    return _choices("learning_rate", given, _both_signs(ending), read=given["rates"])


def _moved(H: list[int], by: int) -> list[int]:
    """A row between zeros, moved to the right."""
    return [H[place - by] if 0 <= place - by < len(H) else 0 for place in range(len(H))]


def shifted_input(given: Given) -> Choices:
    H, (stride, shift) = given["H"], given["shift"]
    by = Fraction(shift, stride)
    if by.denominator > 1:
        raise ValueError("the shift is no number of whole steps")
    right = int(by)
    other = (3 - abs(right)) * (1 if right > 0 else -1)
    alone = _moved(H, other) if not (stride > 1 and shift == other) else None
    by_stride = _moved(H, other) if alone is None else None
    values = [_moved(H, right), _moved(H, -right), H, alone, _moved(H, -other), by_stride]
    return _choices("shifted_input", given, values, read=H)


def _rows(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many windows fit, counted."""
    return len(range(0, size + 2 * padding - dilation * (kernel - 1), stride))


def weight_sharing(given: Given) -> Choices:
    size, kernel = given["shared"]
    n, k, o, less = (side**2 for side in (size, kernel, _rows(size, kernel), size - kernel))
    values = [[n, o], [n, n], [k, o], [k, n], [o, o], [n, less], [o, less]]
    values += [[k, n, o], [k, n, n], [k, n, less]]
    return _choices("weight_sharing", given, values, sums=[formula((n, o))])


def stride_effect(given: Given) -> Choices:
    n, k, s, p = given["strided"]
    if given["reverse"]:
        return _inputs(given, n, k, s, p)
    exact = Fraction(n + 2 * p - k, s)
    rounded = exact.denominator > 1
    rows = _rows(n, k, s, p)
    values = [rows, rows - 1, _rows(n, k, padding=p), (n + 2 * p) // s + 1, _rows(n, k, s)]
    values += [(n + p - k) // s + 1, ceil(exact) + 1 if rounded else None, n + 2 * p + 1]
    values += [n + 2 * p - k, (n - k) // s, (n + p - k) // s, None]
    values += [ceil(Fraction(n + 2 * p, s)) + 1 if rounded else None, (n + 2 * p) // s]
    worked = formula((1, n), (2, p), (-1, k), (1, s))
    return _choices("stride_effect", given, [*values, *[None] * 8], sums=[worked])


def _inputs(given: Given, rows: int, k: int, s: int, p: int) -> Choices:
    """The only one of the input heights that gives so many rows, found by trying."""
    offered = _offered("stride_effect", given).values()
    right = [n for n in offered if _rows(n, k, s, p) == rows]
    if len(right) != 1:
        raise ValueError(f"{right} give {rows} rows")
    fit = s * (rows - 1) + k - 2 * p
    wrong = [s * rows, fit + s, fit + p, rows + k - 1 - 2 * p]
    wrong += [fit + 2 * p, fit + 2 * p + s, fit - s, fit - k + 2 * p]
    kept = [w if w > 0 and (w + 2 * p - k) // s + 1 != rows else None for w in wrong]
    values = [*right, *[None] * 13, *kept]
    ends = [formula((s, rows - less), (1, k), (-2, p)) for less in (1, 0)]
    return _choices("stride_effect", given, values, sums=ends)


def padding_effect(given: Given) -> Choices:
    kernel, before, after = given["padded"]
    more = _rows(100, kernel, padding=after) - _rows(100, kernel, padding=before)
    values = [more, after - before, 2 * after, after, 2 * before, before]
    values += [2 * more, 4 * after, 4 * before]
    return _choices("padding_effect", given, values, read=given["padded"])


def dilation_effect(given: Given) -> Choices:
    k, d = given["dilated"]
    fewer, gap = _rows(100, k) - _rows(100, k, dilation=d), d - 1
    values = [fewer, k * gap, (k - 1) * d, k * d, (k - 2) * gap, (k - 2) * d, k - 1, k - 2]
    return _choices("dilation_effect", given, values, sums=[formula((k - 1, gap))])


def _gains(given: Given) -> list[int]:
    change, effect = given["aim"]
    return [change * effect * entry for entry in flattened(given["moves"])]


def which_entry(given: Given) -> Figure:
    moves, gains = flattened(given["moves"]), _gains(given)
    place = gains.index(max(gains))
    return Figure(LETTERS[place], read=moves, shows={"value": moves[place]})


def zero_gradient(given: Given) -> Figure:
    """The entry that meets nothing but zeros."""
    (letter,) = _meeting_zeros(given)
    return Figure(letter, read=flattened(given["X"]))


def _meeting_zeros(given: Given) -> list[str]:
    layer = {"X": given["X"], "K": [[0, 0], [0, 0]]}
    plain = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1]}
    seen = [taps for line in windows(layer | plain) for taps in line]
    return [a for a, met in zip(LETTERS, zip(*seen, strict=True), strict=True) if not any(met)]


# How the page says the givens


def _parts(names: Sequence[str], given: str, *ways: Callable[[Any], Any]) -> dict[str, Any]:
    """The marks of a given's numbers, each as it is printed."""
    return {
        name: lambda known, n=n, way=way: way(known[given][n])
        for n, (name, way) in enumerate(zip(names, ways, strict=True))
    }


def _thousandth(number: int) -> Any:
    return said(Fraction(number, 1000))


def _whole(number: int) -> int:
    return number


def _side(number: int) -> list[int]:
    return [number, number]


def _entry(given: str) -> dict[str, Any]:
    return {f"{given}_entry": lambda known: known[given][:2]}


def _places(number: int) -> str:
    return "position" if abs(number) == 1 else "positions"


def _words(words: Mapping[int, str]) -> Callable[[int], str]:
    return lambda number: words[1 if number > 0 else -1].replace(" ", "")


RATES = ("rate_before", "rate_after", "change")
STRIDED = ("strided_kernel", "strided_stride", "strided_padding")
PADDED, DILATED = (
    ("padded_kernel", "padded_before", "padded_after"),
    ("dilated_kernel", "dilated_by"),
)
IN_PARTS = frozenset(
    ("raised", "stepped", "rates", "shift", "shared", "strided", "padded", "dilated", "aim")
)
"""Givens whose numbers stand in a sentence, one by one."""


def _choices_of(item: str) -> dict[str, Any]:
    return {f"{item}_{letter}": itemgetter(f"{item}_{letter}") for letter in LETTERS}


def _strided(given: Given) -> str:
    return "strided_output" if given["reverse"] else "strided_rows"


SAID: Mapping[str, Mapping[str, Any]] = {
    "gradient_entry": _entry("raised")
    | {
        "raised_by": lambda known: _thousandth(known["raised"][2]),
        "raised_way": lambda known: WAYS[known["raised"][3]],
    },
    "descent_step": _entry("stepped")
    | {"stepped_rate": lambda known: _thousandth(known["stepped"][2])},
    "learning_rate": _parts(RATES, "rates", _thousandth, _thousandth, _thousandth),
    "shifted_input": {
        "shift_stride": lambda known: known["shift"][0],
        "shift_by": lambda known: abs(known["shift"][1]),
        "shift_places": lambda known: _places(known["shift"][1]),
        "shift_way": lambda known: _words(ENDS)(known["shift"][1]),
    },
    "weight_sharing": _parts(("shared_input", "shared_kernel"), "shared", _side, _side),
    "padding_effect": _parts(PADDED, "padded", _side, _whole, _whole),
    "dilation_effect": _parts(DILATED, "dilated", _side, _whole),
    "which_entry": _parts(
        ("aim_change", "aim_effect"), "aim", WAYS.__getitem__, EFFECTS.__getitem__
    ),
    "zero_gradient": {},
}


def noted(item: str, given: Given) -> Given:
    """What a question says of its numbers in words, and its choices, by their marks."""
    if item == "stride_effect":
        rows, *others = given["strided"]
        kernel, *more = others
        own = {_strided(given): rows, **dict(zip(STRIDED, [_side(kernel), *more], strict=True))}
    else:
        own = {name: of(given) for name, of in SAID[item].items()}
    return own | {f"{item}_{letter}": given[f"{item}_{letter}"] for letter in LETTERS}


NAMES = {
    item: frozenset(
        {*SAID.get(item, ("strided_rows", "strided_output", *STRIDED)), *_choices_of(item)}
    )
    for item in (*SAID, "stride_effect")
}
"""The marks of each question."""


def beside(item: str, given: Given) -> list[Any]:
    """The choices, where they are values."""
    kernel = item in ("which_entry", "zero_gradient")
    return [] if kernel else list(_offered(item, given).values())


def _thousandths(value: Any) -> int:
    exact = 1000 * Fraction(value)
    if exact.denominator > 1:
        raise ValueError(f"{value} has more than three places")
    return exact.numerator


def _meaning(words: Mapping[int, str], word: str) -> int:
    return next(number for number, said_ in words.items() if said_.replace(" ", "") == word)


def as_given(printed: Given) -> Given:
    """The numbers of each sentence together."""
    p = printed
    found: Given = {"reverse": int("strided_output" in printed)}
    if "raised_by" in p:
        ends = [_thousandths(p["raised_by"]), _meaning(WAYS, p["raised_way"])]
        found["raised"] = [*p["raised_entry"], *ends]
    if "stepped_rate" in p:
        found["stepped"] = [*p["stepped_entry"], _thousandths(p["stepped_rate"])]
    if "change" in p:
        found["rates"] = [_thousandths(p[name]) for name in RATES]
    if "shift_by" in p:
        found["shift"] = [p["shift_stride"], p["shift_by"] * _meaning(ENDS, p["shift_way"])]
    if "shared_kernel" in p:
        found["shared"] = [side_of(p["shared_input"]), side_of(p["shared_kernel"])]
    if "strided_kernel" in p:
        rows = p["strided_output"] if found["reverse"] else p["strided_rows"]
        found["strided"] = [rows, side_of(p["strided_kernel"]), *(p[n] for n in STRIDED[1:])]
    if "padded_kernel" in p:
        found["padded"] = [side_of(p["padded_kernel"]), *(p[name] for name in PADDED[1:])]
    if "dilated_kernel" in p:
        found["dilated"] = [side_of(p["dilated_kernel"]), p["dilated_by"]]
    if "aim_change" in p:
        change, effect = _meaning(WAYS, p["aim_change"]), _meaning(EFFECTS, p["aim_effect"])
        found["aim"] = [change, effect]
    return printed | found


def telltales(_item: str, _given: Given, answer: Any) -> list[str]:
    """A letter by itself tells nothing; next to its item's word it would."""
    return [f"answer{answer}", f"Answer{answer}"]


# Mistakes


def opposite_extreme(given: Given) -> str:
    gains = _gains(given)
    return LETTERS[gains.index(min(gains))]


def smallest_magnitude(given: Given) -> str:
    sizes = [abs(entry) for entry in flattened(given["moves"])]
    return LETTERS[sizes.index(min(sizes))]


def other_entry(given: Given) -> str:
    taken = which_entry(given).answer, opposite_extreme(given), smallest_magnitude(given)
    return next(letter for letter in LETTERS if letter not in taken)


# What the questions take for granted


def _choices_differ(item: str) -> Callable[[Given], bool]:
    return lambda given: len({str(v) for v in _offered(item, given).values()}) == len(LETTERS)


def _four_sizes(name: str) -> Callable[[Given], bool]:
    return lambda given: len({abs(entry) for entry in flattened(given[name])} - {0}) == len(ENTRIES)


def _an_input_has_it(given: Given) -> bool:
    """Whether some input has H as its output, and the new output once it is shifted."""
    H, (stride, shift) = given["H"], given["shift"]
    around = abs(shift) + stride
    x = [0] * (around + stride * len(H) + around)
    for place, entry in enumerate(H):
        x[around + stride * place] = entry
    seen = range(around, around + stride * len(H), stride)
    before = [x[at] for at in seen]
    after = [x[at - shift] for at in seen]
    new = given.get("shifted_input_" + shifted_input(given).answer)
    return before == H and after == new and not any((*H[:2], *H[-2:]))


def _best_is_alone(given: Given) -> bool:
    gains = sorted(_gains(given))
    return gains[-1] > 0 and gains[-1] > gains[-2]


PREMISES: Mapping[str, Mapping[str, Callable[[Given], bool]]] = {
    "gradient_entry": {"the four slopes differ and none is zero": _four_sizes("gradient")},
    "descent_step": {"the four slopes differ and none is zero": _four_sizes("slopes")},
    "learning_rate": {
        "the rates are positive and differ, and the step was none of zero": lambda given: (
            0 < given["rates"][0] != given["rates"][1] > 0 != given["rates"][2]
        )
    },
    "shifted_input": {"an input has this output, and the new one when shifted": _an_input_has_it},
    "weight_sharing": {
        "the kernel fits into the input": lambda given: given["shared"][1] <= given["shared"][0]
    },
    "stride_effect": {
        "the padding is at most half of the kernel": lambda given: (
            0 < 2 * given["strided"][3] < given["strided"][1]
        )
    },
    "padding_effect": {
        "the padding grows, and is smaller than the kernel": lambda given: (
            0 < given["padded"][1] < given["padded"][2] < given["padded"][0]
        )
    },
    "dilation_effect": {"the dilation grows": lambda given: given["dilated"][1] > 1},
    "which_entry": {
        "the four slopes differ and none is zero": _four_sizes("moves"),
        "one entry has the wanted effect most": _best_is_alone,
    },
    "zero_gradient": {
        "one entry meets nothing but zeros": lambda given: len(_meeting_zeros(given)) == 1
    },
}
PREMISES = {
    item: {**own, "the four choices differ": _choices_differ(item)}
    for item, own in PREMISES.items()
}


# What the answers must fulfil


def losses(item: str, given: Given, answer: Any) -> Iterator[tuple[Any, Any]]:
    """The choices are the right value and those of the errors; a loss that is moved agrees."""
    offered = list(_offered(item, given).values())
    work = globals()[item](given)
    known = (
        said([v for v in work.values if v is not None]) if isinstance(work, Choices) else ENTRIES
    )
    yield [], [value for value in offered if value not in known]
    chosen = meant(given[f"{item}_{answer}"])
    if item == "gradient_entry":
        m, n, step, way = given["raised"]
        yield _linear_loss(given["gradient"], [m, n], Fraction(way * step, 1000)), chosen
    if item == "descent_step":
        m, n, rate = given["stepped"]
        step = Fraction(chosen) - given["weights"][m][n]
        slope = _linear_loss(given["slopes"], [m, n], Fraction(1))
        yield -Fraction(rate, 1000) * slope**2, _linear_loss(given["slopes"], [m, n], step)
    if item == "which_entry":
        change, effect = given["aim"]
        moved = [effect * _linear_loss(given["moves"], at, Fraction(change, 10)) for at in ENTRIES]
        yield max(moved), effect * _linear_loss(given["moves"], chosen, Fraction(change, 10))


def _linear_loss(gradient: list[list[int]], place: list[int], step: Fraction) -> Fraction:
    """What a loss with this gradient, linear in K, gains if an entry rises."""
    K = [[Fraction(0)] * 2, [Fraction(0)] * 2]
    K[place[0]][place[1]] += step
    return sum((gradient[m][n] * K[m][n] for m, n in product((0, 1), (0, 1))), Fraction(0))
