"""The items of ``convolution`` by definition, loops over indices, one sum at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.differences import Derivative, Vector
from worksheetgen.verify.by_hand.mistakes import flipped, turned
from worksheetgen.verify.by_hand.rationals import decimal, meant, said
from worksheetgen.verify.by_hand.windows import (
    Matrix,
    flat,
    padded,
    padding_once,
    rounded_up,
    settings_meant,
    settings_said,
    shape_of,
    size_formula,
    windows,
)
from worksheetgen.verify.by_hand.work import Entries, Figure, Given, Sums, in_rows, one, sums

MOST_WEIGHTED = 48
"""Entries of a Jacobian that a row of the marking key has room for."""
Marked = Mapping[str, Callable[[Given], Any]]
"""Marks by name, and what of the givens stands in them."""


def fits(given: Given) -> bool:
    seen = windows(given)
    return bool(seen) and bool(seen[0])


def seen(given: Given) -> Matrix:
    """What each output entry sees, in row-major order."""
    return [list(taps) for taps in flat(windows(given))]


def as_output(given: Given, entries: list[Any]) -> Any:
    return in_rows(len(windows(given)[0]))(entries)


def as_input(given: Given, entries: list[Any]) -> Any:
    return in_rows(len(given["X"][0]))(entries)


def as_kernel(given: Given, entries: list[Any]) -> Any:
    return in_rows(len(given["K"][0]))(entries)


BY_BOTH = frozenset(
    ("forward", "kernel_jacobian", "kernel_gradient", "flip", "gradient_step", "relu_gradient")
) | {"output_shape"}
NEEDED = {"X": BY_BOTH, "K": BY_BOTH | {"input_jacobian", "as_matrix", "input_gradient"}}
"""The items whose stem prints the entries of the input, and of the kernel."""


def printed(given: Given, asked: Sequence[str]) -> Given:
    own = {name: given[name] for name, items in NEEDED.items() if items & {*asked}}
    own |= settings_said(given)
    shapes = {"input_shape": shape_of(given["X"]), "kernel_shape": shape_of(given["K"])}
    return own | shapes


def _row(name: str) -> Marked:
    return {name: lambda given: given[name]}


def _matrix(name: str) -> Marked:
    """Entries of the output in its rows and columns."""
    return {f"{name}_matrix": lambda given: as_output(given, flat_or_row(given[name]))}


def flat_or_row(entries: Any) -> list[Any]:
    return flat(entries) if isinstance(entries[0], list) else entries


NOTED: Mapping[str, Marked] = {
    **dict.fromkeys(("kernel_gradient", "loss_term"), _row("upstream")),
    **dict.fromkeys(("input_gradient", "bias_gradient", "gradient_step"), _matrix("upstream")),
    "relu_gradient": _matrix("relu_upstream"),
    "gradient_sign": {
        "slope": lambda given: given["entry"],
        "sign": lambda given: "positive" if given["entry_gradient"] > 0 else "negative",
    },
}
"""What a question says of the givens, beside them."""
NAMES = {
    "gradient_sign": (
        "moved",
        "moved_entry",
        "partner",
        "partner_slope",
        "partner_entry",
        "partner_moved",
    )
}
HUNDRED = 100


def noted(item: str, given: Given) -> Given:
    """Which way the entry goes, where the change is asked for."""
    if item != "gradient_sign" or not given["estimate"]:
        return {}
    moved = "increased" if _way(given) > 0 else "decreased"
    if given["estimate"] == 1:
        return {"moved": moved}
    partner, slope = _partner(given)
    other = "decreased" if _way(given) > 0 else "increased"
    where = {"moved_entry": given["entry"], "partner": partner, "partner_entry": partner}
    return where | {"moved": moved, "partner_slope": slope, "partner_moved": other}


def _partner(given: Given) -> tuple[list[int], int]:
    """The entry that changes with the one asked about, the next one below, and its derivative."""
    u, v = given["entry"]
    times = (3, -2, 4, -3)[(u + 2 * v) % 4]
    return [(u + 1) % len(given["K"]), v], times * given["entry_gradient"]


IN_PARTS = frozenset(("upstream", "relu_upstream"))
"""Givens that questions print as a row or as a matrix."""


def as_given(printed: Given) -> Given:
    """Entries of matrices in a row; zeros for what a stem leaves out, and usual settings."""
    rows: Given = {"estimate": int("moved" in printed) + int("partner" in printed)}
    for name in IN_PARTS:
        if f"{name}_matrix" in printed:
            rows[name] = flat(printed[f"{name}_matrix"])
        if printed.get(name, rows.get(name)) != rows.get(name, printed.get(name)):
            raise ValueError(f"{name} is one thing here and another there")
    empty = {
        name: [[0] * shape[1]] * shape[0]
        for name, shape in (("X", printed["input_shape"]), ("K", printed["kernel_shape"]))
    }
    return settings_meant(empty | printed | rows)


# From the output to the gradient of the kernel


def forward(given: Given) -> Sums:
    there = seen(given)
    kernel = flat(given["K"])
    return sums([kernel] * len(there), there, arranged=in_rows(len(windows(given)[0])))


output_of = forward


def kernel_jacobian(given: Given) -> Entries:
    named = seen(given | {"X": _named("X", given["X"])})
    return Entries(seen(given), shows={"symbols": [[*map(str, taps)] for taps in named]})


def _named(letter: str, rows: Matrix) -> Any:
    return [[f"{letter}{m}{n}" for n in range(len(line))] for m, line in enumerate(rows)]


def kernel_gradient(given: Given, kernel_jacobian: Any = None) -> Sums:
    """∂L/∂K, or what follows from a Jacobian of somebody else's."""
    rows, g = kernel_jacobian or seen(given), given["upstream"]
    if len(rows) != len(g):
        raise ValueError("an upstream entry per row of the Jacobian")
    return _through(g, rows, {"row": g, "times": rows})


def _through(g: list[int], rows: Matrix, shows: Given, **more: Any) -> Sums:
    """Upstream times each column of a Jacobian."""
    columns = turned(rows)
    return sums([g] * len(columns), columns, shows=shows, **more)


def loss_term(given: Given) -> Entries:
    """The coefficients of L in the entries of H."""
    return Entries(given["upstream"])


def gradient_sign(given: Given) -> Entries:
    """L follows the entry where its derivative is positive, and opposes it where it is negative."""
    slope = given["entry_gradient"]
    words = {"increase": _change(slope), "decrease": _change(-slope)}
    if given["estimate"]:
        words["change"] = said(Fraction(_change_of(given), HUNDRED))
    sign = (slope > 0) - (slope < 0)
    return Entries(words, read=[sign, -sign])


def _way(given: Given) -> int:
    """Up, or down where the entry's indices add up to an odd number."""
    return -1 if sum(given["entry"]) % 2 else 1


def _change_of(given: Given) -> int:
    """A hundred times the change of the loss."""
    second = _partner(given)[1] if given["estimate"] > 1 else 0
    return int(_way(given) * (given["entry_gradient"] - second))


def slope_itself(given: Given) -> Any:
    whole = {"change": _change_of(given)}
    return gradient_sign(given).answer | whole if given["estimate"] else None


def first_change(given: Given) -> Any:
    if given["estimate"] != 2:  # noqa: PLR2004 - entries
        return None
    first = said(Fraction(given["entry_gradient"] * _way(given), HUNDRED))
    return gradient_sign(given).answer | {"change": first}


def other_change(given: Given) -> Any:
    if not given["estimate"]:
        return None
    other = -Fraction(_change_of(given), HUNDRED)
    return gradient_sign(given).answer | {"change": said(other)}


def _change(slope: int) -> str:
    """What a loss of this slope does if one goes uphill."""
    return "increases" if slope > 0 else "decreases" if slope < 0 else "unchanged"


# The layer as a map of its input


def input_jacobian(given: Given) -> Entries:
    named = matrix(given | {"K": _named("K", given["K"])})
    return Entries(matrix(given), shows={"symbols": [[*map(str, line)] for line in named]})


def as_matrix(given: Given, input_jacobian: Any = None) -> Entries:
    """The derivatives of all outputs by each input entry, a row per input entry."""
    named = matrix(given | {"K": _named("K", given["K"])})
    symbols = [[*map(str, line)] for line in turned(named)]
    return Entries(turned(input_jacobian or matrix(given)), shows={"symbols": symbols})


def matrix(given: Given) -> Matrix:
    """∂H/∂X: for each output, the kernel entry that meets each input entry."""
    X, K = given["X"], flat(given["K"])
    places = as_input(given, [*range(1, len(flat(X)) + 1)])
    rows = []
    for taps in seen(given | {"X": places}):
        met = dict(zip(taps, K, strict=True))
        rows.append([met.get(place, 0) for place in flat(places)])
    return rows


def input_gradient(given: Given, input_jacobian: Any = None) -> Sums:
    """∂L/∂X, entry by entry: the sum over the outputs that see it."""
    g, J = given["upstream"], input_jacobian or matrix(given)
    if len(J) != len(g) or len(J[0]) != len(flat(given["X"])):
        raise ValueError("an upstream entry per row, and an input entry per column")
    columns = turned(J)
    shows = {"spread": spread(given), "flipped": flipped(given["K"])}
    return sums([g] * len(columns), columns, arranged=in_rows(len(given["X"][0])), shows=shows)


def spread(given: Given) -> Matrix:
    """The upstream gradient at the places of a stride of one, in a margin of zeros."""
    K = given["K"]
    down, right = given["stride"]
    tall, wide = shape_of(windows(given | {"stride": [1, 1]}))
    over, left = ((len(K) - 1) * given["dilation"][0], (len(K[0]) - 1) * given["dilation"][1])
    rows = [[0] * (wide + 2 * left) for _ in range(tall + 2 * over)]
    for i, line in enumerate(as_output(given, given["upstream"])):
        for j, entry in enumerate(line):
            rows[over + i * down][left + j * right] = entry
    return rows


# Further questions


def output_shape(given: Given) -> Figure:
    """How many rows and columns of windows there are."""
    size = shape_of(windows(given))
    last, _ = size_formula(given)
    shows: Given = {}
    axes = zip(("rows", "columns"), shape_of(given["X"]), shape_of(given["K"]), strict=True)
    for axis, (name, n, k) in enumerate(axes):
        p, d, s = (given[key][axis] for key in ("padding", "dilation", "stride"))
        shows |= {f"{name}_over": f"{n}+2·{p}-{d}·({k}-1)-1", f"{name}_step": s}
        shows[name] = size[axis]
    return Figure(size, last, shows=shows)


def flip(given: Given) -> Sums:
    """The output of true convolution."""
    kernel, there = flipped(given["K"]), seen(given)
    shows = {"flipped": kernel, "symmetric": "is" if kernel == given["K"] else "isnot"}
    columns = len(windows(given)[0])
    return sums([flat(kernel)] * len(there), there, arranged=in_rows(columns), shows=shows)


def bias_gradient(given: Given) -> Sums:
    """The bias reaches every output once."""
    return Sums([[(g,) for g in given["upstream"]]], arranged=one)


def gradient_step(given: Given, kernel_gradient: Any = None) -> Figure:
    """K − η · ∂L/∂K."""
    gradient = kernel_gradient or gradient_of(given)
    rate, kernel = Fraction(given["learning_rate"]), flat(given["K"])
    if not isinstance(gradient, list) or len(gradient) != len(kernel):
        raise ValueError("a gradient entry per kernel entry")
    pairs = zip(kernel, gradient, strict=True)
    shown = _through(given["upstream"], seen(given), {})
    terms = [[(rate.denominator, k), (-rate.numerator, g)] for k, g in pairs]
    worked = Sums(terms, told=False, shown=shown)
    shows = {
        "start": given["K"],
        "gradient": as_kernel(given, gradient),
    }
    return Figure(moved(given, gradient, -rate), [worked], shows=shows)


def gradient_of(given: Given) -> list[int]:
    found: list[int] = kernel_gradient(given).answer
    return found


def moved(given: Given, gradient: list[int], by: Fraction | int) -> Any:
    entries = [k + by * g for k, g in zip(flat(given["K"]), gradient, strict=True)]
    return said(as_kernel(given, entries))


def relu_gradient(given: Given, forward: Any = None, kernel_jacobian: Any = None) -> Sums:
    """Upstream where the output is positive, times the Jacobian."""
    H = flat(forward or output_of(given).answer)
    J, g = kernel_jacobian or seen(given), given["relu_upstream"]
    if not len(H) == len(J) == len(g):
        raise ValueError("an upstream entry per output and per row of the Jacobian")
    passed = [a if h > 0 else 0 for a, h in zip(g, H, strict=True)]
    mask = as_output(given, [int(h > 0) for h in H])
    shows = {"output": as_output(given, H), "mask": mask, "passed": as_output(given, passed)}
    return _through(passed, J, shows, read=H, arranged=in_rows(len(given["K"][0])))


# Mistakes


def slipped(given: Given) -> Matrix | None:
    """The first window reads one input row too low from its second row on."""
    X, K = padded(given["X"], given["padding"]), given["K"]
    down, right = given["dilation"]
    tops = [u * down + (u > 0) for u in range(len(K))]
    if len(K) == 1 or tops[-1] >= len(X):
        return None
    first = [X[top][v * right] for top in tops for v in range(len(K[0]))]
    return [first, *seen(given)[1:]]


def by_columns(given: Given, entries: list[int]) -> list[int]:
    return flat(turned(as_kernel(given, entries)))


def jacobian_by_columns(given: Given) -> Matrix:
    return [by_columns(given, taps) for taps in seen(given)]


def gradient_by_columns(given: Given) -> list[int]:
    return by_columns(given, gradient_of(given))


def kernel_by_columns(given: Given) -> Any:
    return as_kernel(given, flat(turned(given["K"])))


def inputs_by_columns(given: Given) -> Matrix | None:
    if 1 in shape_of(given["X"]):
        return None
    return [flat(turned(as_input(given, line))) for line in matrix(given)]


def kernel_in_every_row(given: Given) -> Matrix:
    return [flat(given["K"]) for _ in seen(given)]


def upstream_on_output(given: Given) -> int:
    return sum(map(mul, given["upstream"], flat(forward(given).answer)))


def weighted_jacobian(given: Given) -> Matrix | None:
    if len(flat(seen(given))) > MOST_WEIGHTED:
        return None
    return [
        [g * entry for entry in taps]
        for g, taps in zip(given["upstream"], seen(given), strict=True)
    ]


def shifted_terms(given: Given) -> list[int] | None:
    g = given["upstream"]
    return [g[-1], *g[:-1]] if len(g) > 1 else None


def without_gaps(given: Given) -> Matrix | None:
    """Each row with its kernel entries side by side; None if they are, or do not fit."""
    ones = [[1] * len(line) for line in given["K"]]
    rows, gaps = [], False
    for entries, there in zip(matrix(given), matrix(given | {"K": ones}), strict=True):
        kept = [entry for entry, meets in zip(entries, there, strict=True) if meets]
        start = there.index(1) if kept else 0
        if start + len(kept) > len(entries):
            return None
        gaps = gaps or 0 in there[start : start + len(kept)]
        rows.append([0] * start + kept + [0] * (len(entries) - start - len(kept)))
    return rows if gaps else None


def without_gaps_turned(given: Given) -> Any:
    packed = without_gaps(given)
    return turned(packed) if packed else None


def last_of_the_contributions(given: Given) -> Any:
    """Each output overwrites what those before it gave; None if no two meet an entry."""
    places = as_input(given, [*range(1, len(flat(given["X"])) + 1)])
    gradient, taken, several = [0] * len(flat(places)), set(), False
    for g, taps in zip(given["upstream"], seen(given | {"X": places}), strict=True):
        for place, k in zip(taps, flat(given["K"]), strict=True):
            if place:
                several = several or place in taken
                taken.add(place)
                gradient[place - 1] = g * k
    return as_input(given, gradient) if several else None


def _sized(given: Given, size_of: Callable[[int, int, int, int], int]) -> list[int]:
    axes = zip(
        shape_of(given["X"]),
        given["padding"],
        given["dilation"],
        shape_of(given["K"]),
        given["stride"],
        strict=True,
    )
    return [size_of(n, p, d * (k - 1) + 1, s) for n, p, d, k, s in axes]


def size_of_padding_once(given: Given) -> list[int] | None:
    return _sized(given, padding_once) if any(given["padding"]) else None


def size_rounded_up(given: Given) -> list[int] | None:
    return _sized(given, rounded_up) if max(given["stride"]) > 1 else None


def output_of_transposed(given: Given) -> Any:
    K = given["K"]
    square = len(K) == len(K[0]) > 1
    return forward(given | {"K": turned(K)}).answer if square else None


def gradient_of_packed_upstream(given: Given) -> Any:
    """The upstream entries stand side by side in the corner of a larger output."""
    if given["stride"] == [1, 1]:
        return None
    plain = given | {"stride": [1, 1]}
    tall, wide = shape_of(windows(plain))
    packed = [[0] * wide for _ in range(tall)]
    for i, line in enumerate(as_output(given, given["upstream"])):
        packed[i][: len(line)] = line
    return input_gradient(plain | {"upstream": flat(packed)}).answer


def rows_flipped(given: Given) -> Any:
    K = given["K"]
    several = len(K) > 1 and len(K[0]) > 1
    return forward(given | {"K": K[::-1]}).answer if several else None


def columns_flipped(given: Given) -> Any:
    K = given["K"]
    several = len(K) > 1 and len(K[0]) > 1
    return forward(given | {"K": [line[::-1] for line in K]}).answer if several else None


def mean_gradient(given: Given) -> Fraction | None:
    g = given["upstream"]
    return Fraction(sum(g), len(g)) if len(g) > 1 else None


def upstream_itself(given: Given) -> list[int]:
    return list(given["upstream"])


def step_uphill(given: Given) -> Any:
    return moved(given, gradient_of(given), Fraction(given["learning_rate"]))


def step_of_rate_one(given: Given) -> Any:
    return moved(given, gradient_of(given), -1)


def step_itself(given: Given) -> Any:
    rate = Fraction(given["learning_rate"])
    return as_kernel(given, [-rate * entry for entry in gradient_of(given)])


def step_of_inverse_rate(given: Given) -> Any:
    return moved(given, gradient_of(given), -1 / Fraction(given["learning_rate"]))


def rectified_gradient(given: Given) -> Any:
    return [[max(0, entry) for entry in line] for line in gradient_without_mask(given)]


def _masked(given: Given, upstream: list[int]) -> Any:
    return as_kernel(given, _through(upstream, seen(given), {}).answer)


def gradient_without_mask(given: Given) -> Any:
    return _masked(given, given["relu_upstream"])


def gradient_of_negative_outputs(given: Given) -> Any:
    H = flat(forward(given).answer)
    stopped = [g if h < 0 else 0 for g, h in zip(given["relu_upstream"], H, strict=True)]
    return _masked(given, stopped)


def gradient_by_upstream_sign(given: Given) -> Any:
    positive = [max(0, g) for g in given["relu_upstream"]]
    return _masked(given, positive)


def gradient_times_output(given: Given) -> Any:
    H = flat(forward(given).answer)
    scaled = [g * max(0, h) for g, h in zip(given["relu_upstream"], H, strict=True)]
    return _masked(given, scaled)


# How the page shows it


def output_indices(given: Given) -> list[tuple[int, ...]]:
    """The index of each output entry: one number if H is a single row or column."""
    rows, columns = shape_of(windows(given))
    if 1 in (rows, columns):
        return [(place,) for place in range(rows * columns)]
    return [(i, j) for i in range(rows) for j in range(columns)]


def terms(given: Given, coefficients: list[int]) -> dict[tuple[int, ...], int]:
    """A linear combination by the index of its terms."""
    return {i: c for i, c in zip(output_indices(given), coefficients, strict=True) if c}


ON_PAGE = {"loss_term": terms}


def _directions(answer: Given) -> str:
    change = f",change:{decimal(answer['change'])}" if "change" in answer else ""
    return f"up:{answer['increase']},down:{answer['decrease']}{change}"


IN_KEY = {"gradient_sign": _directions}


def telltales(item: str, given: Given, answer: Any) -> list[str]:
    """Words that would tell an answer that is no list of numbers, without spaces."""
    if item == "gradient_sign":
        return ["Lincreases", "Ldecreases"]
    if item == "loss_term":
        symbols = [f"{c:+d}H{''.join(map(str, i))}" for i, c in terms(given, answer).items()]
        return ["".join(symbols).removeprefix("+").replace("+1H", "+H").replace("-1H", "-H")]
    return []


# What the questions take for granted

LARGE = 10
"""From which magnitude on a derivative is called large."""


def _one_per_output(name: str) -> Callable[[Given], bool]:
    return lambda given: len(flat_or_row(given[name])) == len(seen(given))


def _slope_is_large(given: Given) -> bool:
    m, n = given["entry"]
    there = 0 <= m < len(given["K"]) and 0 <= n < len(given["K"][0])
    return bool(there and abs(given["entry_gradient"]) >= LARGE)


UPSTREAM = {"the upstream gradient has an entry per output": _one_per_output("upstream")}
PREMISES: Mapping[str, Mapping[str, Callable[[Given], bool]]] = {
    "": {"the window fits the padded input": fits},
    **dict.fromkeys(
        ("kernel_gradient", "loss_term", "input_gradient", "bias_gradient", "gradient_step"),
        UPSTREAM,
    ),
    "relu_gradient": {"the gradient has an entry per output": _one_per_output("relu_upstream")},
    "gradient_sign": {"the derivative at an entry of K is large": _slope_is_large},
}


# What the answers must fulfil

ADJOINTS = {
    "kernel_gradient": ("kernel_jacobian", "upstream"),
    "input_gradient": ("input_jacobian", "upstream"),
}
BY = {
    "kernel_jacobian": ("K", ""),
    "kernel_gradient": ("K", "upstream"),
    "input_jacobian": ("X", ""),
    "input_gradient": ("X", "upstream"),
    "relu_gradient": ("K", "relu_upstream"),
}
"""By what each answer is a derivative, and the weights of a loss, if it is a gradient."""


def derivative(item: str, given: Given) -> Derivative | None:
    """The map of which an answer is the derivative, with the point where."""
    if item == "bias_gradient":
        H = flat(forward(given).answer)

        def of_bias(bias: Vector) -> Vector:
            return [sum(map(mul, given["upstream"], (h + bias[0] for h in H)))]

        return Derivative(of_bias, [0], linear=True, gradient=True)
    if item == "as_matrix":

        def back(g: Vector) -> Vector:
            return flat(meant(input_gradient(given | {"upstream": g}).answer))

        return Derivative(back, [0] * len(seen(given)), linear=True)
    if item not in BY:
        return None
    by, weights = BY[item]
    rectified = item == "relu_gradient"

    def output(entries: Vector) -> Vector:
        arranged = as_kernel if by == "K" else as_input
        H: Vector = flat(meant(forward(given | {by: arranged(given, entries)}).answer))
        return [max(h, 0) for h in H] if rectified else H

    def loss(entries: Vector) -> Vector:
        return [sum(map(mul, given[weights], output(entries)))]

    return Derivative(
        loss if weights else output,
        flat(given[by]),
        linear=not rectified,
        gradient=bool(weights),
        step=Fraction(1, 1000),  # so small that no output crosses the kink of ReLU
    )


def losses(item: str, given: Given, answer: Any) -> Iterator[tuple[Any, Any]]:
    """What a concrete loss does, beside what is said of it."""
    if item == "loss_term":

        def term(H: Vector) -> Vector:
            return [sum(map(mul, answer, H))]

        H = flat(forward(given).answer)
        yield [given["upstream"]], Derivative(term, H, linear=True).differences()
    if item == "gradient_step":
        yield _fall(given, answer)
    if item == "gradient_sign":
        slope, step = given["entry_gradient"], Fraction(1, 10)
        for move, by in (("increase", step), ("decrease", -step)):
            change = slope * by + by * by
            yield ("increases" if change > 0 else "decreases"), answer[move]
        if "change" in answer:
            by = Fraction(_way(given), HUNDRED)
            other = _partner(given)[1] if given["estimate"] > 1 else 0
            ahead, behind = (slope * b - other * b + b * b for b in (by, -by))
            yield said((ahead - behind) / 2), answer["change"]


def _fall(given: Given, kernel: Any) -> tuple[Any, Any]:
    """L is linear in K, so a step of descent lowers it by the rate times the squared gradient."""

    def loss(K: Matrix) -> Fraction:
        H = meant(forward(given | {"K": K}).answer)
        return Fraction(sum(map(mul, given["upstream"], flat(H))))

    squared = sum(entry * entry for entry in gradient_of(given))
    fall = Fraction(given["learning_rate"]) * squared
    return said(loss(given["K"]) - fall), said(loss(meant(kernel)))
