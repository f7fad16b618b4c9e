"""The items of ``architecture`` by counting: windows one by one, weights one layer at a time."""

from collections.abc import Iterator
from math import prod
from typing import Any

from worksheetgen.verify.by_hand import effort
from worksheetgen.verify.by_hand.rationals import flattened
from worksheetgen.verify.pages.quantities import (
    Glyphs,
    Reader,
    UnreadableError,
    matrix,
    number,
    pair,
    row,
    shape,
    text,
    words,
)

Given = dict[str, Any]
Shapes = list[list[int]]
COLUMNS = ("channels", "kernel", "stride", "padding", "dilation", "groups")
WINDOWED = ("conv", "pool")


def _layers(given: Given) -> list[dict[str, Any]]:
    return [
        {"kind": kind, **dict(zip(COLUMNS, values, strict=True))}
        for kind, values in zip(given["layers"], given["table"], strict=True)
    ]


def _outputs(size: int, layer: dict[str, Any]) -> int:
    """How many windows fit, counted."""
    reach = layer["dilation"] * (layer["kernel"] - 1)
    last = size + 2 * layer["padding"] - 1 - reach
    return len(range(0, last + 1, layer["stride"]))


def output_shapes(given: Given) -> Shapes:
    found, (channels, rows, columns) = [], given["input"]
    for layer in _layers(given):
        if layer["kind"] in WINDOWED:
            rows, columns = _outputs(rows, layer), _outputs(columns, layer)
            channels = layer["channels"] or channels
        elif layer["kind"] == "flatten":
            channels, rows, columns = channels * rows * columns, 1, 1
        else:
            channels, rows, columns = layer["channels"], 1, 1
        found.append([channels, rows, columns])
    return found


shapes_of = output_shapes


def _front(given: Given, behind: Shapes) -> Shapes:
    return [given["input"], *behind[:-1]]


def _seen(given: Given, behind: Shapes) -> list[int]:
    """The inputs of an output of each layer with weights."""
    seen = []
    for layer, (channels, _, _) in zip(_layers(given), _front(given, behind), strict=True):
        if layer["kind"] == "conv":
            seen.append(channels // layer["groups"] * layer["kernel"] * layer["kernel"])
        else:
            seen.append(channels if layer["kind"] == "dense" else 0)
    return seen


def _outs(given: Given) -> list[int]:
    return [layer["channels"] for layer in _layers(given)]


def parameters(given: Given, output_shapes: Any = None) -> list[int]:
    seen = _seen(given, output_shapes or shapes_of(given))
    return [out * (n + 1) if n else 0 for out, n in zip(_outs(given), seen, strict=True)]


def multiply_accumulates(given: Given, output_shapes: Any = None) -> list[int]:
    behind = output_shapes or shapes_of(given)
    return [prod(size) * n for size, n in zip(behind, _seen(given, behind), strict=True)]


def _fields(given: Given) -> list[list[int]]:
    """By windowed layer: field before, dilation, kernel, step, and the field behind."""
    field, step, found = 1, 1, []
    for layer in _layers(given):
        if layer["kind"] in WINDOWED:
            taps = [tap * layer["dilation"] * step for tap in range(layer["kernel"])]
            wider = field + max(taps)
            found.append([field, layer["dilation"], layer["kernel"], step, wider])
            field, step = wider, step * layer["stride"]
    return found


def receptive_field(given: Given) -> int:
    return _fields(given)[-1][-1]


def same_padding(given: Given) -> int:
    """The padding that keeps a size, found by trying."""
    kernel, dilation = given["same"]
    layer = {"kernel": kernel, "dilation": dilation, "stride": 1}
    size = kernel * dilation
    return next(p for p in range(size) if _outputs(size, layer | {"padding": p}) == size)


def patch_size(given: Given) -> int:
    """The kernel that makes the output, found by trying."""
    size, parts = given["patches"]
    layer = {"dilation": 1, "padding": 0}
    return next(
        k
        for k in range(1, size + 1)
        if k * parts == size and _outputs(size, layer | {"kernel": k, "stride": k}) == parts
    )


def mistakes(item: str, given: Given) -> dict[str, Any]:
    return dict(MISTAKES[item](given))


def _with(given: Given, name: str, value: int) -> Given:
    """The table with another value where a column exceeds it."""
    at = COLUMNS.index(name)
    table = [[*row[:at], min(row[at], value), *row[at + 1 :]] for row in given["table"]]
    return given | {"table": table}


def _has(given: Given, name: str) -> bool:
    return any(layer[name] > 1 for layer in _layers(given))


def _of_output_shapes(given: Given) -> Iterator[tuple[str, Any]]:
    right = output_shapes(given)
    if "conv" in given["layers"]:
        yield "ignored the padding", _ignoring(given, "padding", 0)
    for name in ("stride", "dilation"):
        if _has(given, name):
            yield f"ignored the {name}", _ignoring(given, name, 1)
    yield "swapped rows and columns", [[c, columns, rows] for c, rows, columns in right]
    if "flatten" in given["layers"]:
        place = given["layers"].index("flatten")
        _, rows, columns = _front(given, right)[place]
        wrong = [rows * columns, *right[place][1:]]
        yield "flattened without the channels", [*right[:place], wrong, *right[place + 1 :]]


def _ignoring(given: Given, name: str, value: int) -> Shapes:
    return output_shapes(_with(given, name, value))


def _of_parameters(given: Given) -> Iterator[tuple[str, Any]]:
    seen, outs, layers = _seen(given, output_shapes(given)), _outs(given), _layers(given)
    yield "forgot the biases", [out * n for out, n in zip(outs, seen, strict=True)]
    alone = [
        layer["kernel"] ** 2 if layer["kind"] == "conv" else n
        for layer, n in zip(layers, seen, strict=True)
    ]
    per_layer = zip(outs, alone, strict=True)
    yield "forgot the input channels", [out * (n + 1) if n else 0 for out, n in per_layer]
    if _has(given, "groups"):
        single = _with(given, "groups", 1)
        yield "ignored the groups", parameters(single, output_shapes(given))
    shared = [out * n + n for out, n in zip(outs, seen, strict=True)]
    yield "gave the biases to the inputs instead of the outputs", shared


def _of_multiply_accumulates(given: Given) -> Iterator[tuple[str, Any]]:
    behind, outs = output_shapes(given), _outs(given)
    seen = _seen(given, behind)
    yield "gave the number of weights", [out * n for out, n in zip(outs, seen, strict=True)]
    front = [rows * columns for _, rows, columns in _front(given, behind)]
    early = [out * size * n for out, size, n in zip(outs, front, seen, strict=True)]
    yield "took the size before the layer", early
    if _has(given, "groups"):
        single = _with(given, "groups", 1)
        yield "ignored the groups", multiply_accumulates(single, behind)


def _of_receptive_field(given: Given) -> Iterator[tuple[str, Any]]:
    fields = _fields(given)
    if len(fields) > 1 and _has(given, "stride"):
        yield "took every step for one input row", receptive_field(_with(given, "stride", 1))
    yield "added the kernel sizes", sum(kernel for _, _, kernel, _, _ in fields)
    if _has(given, "dilation"):
        yield "ignored the dilation", receptive_field(_with(given, "dilation", 1))


def _of_same_padding(given: Given) -> Iterator[tuple[str, Any]]:
    kernel, dilation = given["same"]
    yield "forgot to halve", 2 * same_padding(given)
    yield "took the whole kernel size", kernel
    yield "halved dilation times kernel size, rounded up", (kernel * dilation + 1) // 2


def _of_patch_size(given: Given) -> Iterator[tuple[str, Any]]:
    size, parts = given["patches"]
    yield "took the difference of the sizes", size - parts
    yield "added one to the quotient", patch_size(given) + 1
    yield "gave the output size", parts


MISTAKES = {
    "output_shapes": _of_output_shapes,
    "parameters": _of_parameters,
    "multiply_accumulates": _of_multiply_accumulates,
    "receptive_field": _of_receptive_field,
    "same_padding": _of_same_padding,
    "patch_size": _of_patch_size,
}
BUILDS_ON = {"parameters": ("output_shapes",), "multiply_accumulates": ("output_shapes",)}


def work(item: str, given: Given, output_shapes: Any = None) -> float:
    behind = output_shapes or shapes_of(given)
    match item:
        case "output_shapes":
            strides = [max(layer["stride"], 1) for layer in _layers(given)]
            pairs = zip(behind, strides, strict=True)
            return effort.of_sums([[(n, stride) for n in sizes[1:]] for sizes, stride in pairs])
        case "parameters":
            seen = [n + 1 if n else 0 for n in _seen(given, behind)]
            return effort.of_sums([[pair] for pair in zip(_outs(given), seen, strict=True)])
        case "multiply_accumulates":
            sizes = [prod(size) for size in behind]
            seen = _seen(given, behind)
            return effort.of_sums([[pair] for pair in zip(sizes, seen, strict=True)])
        case "receptive_field":
            return effort.of_sums([[(layer[-1], 1) for layer in _fields(given)]])
        case "same_padding":
            kernel, dilation = given["same"]
            return effort.of_sums([[(kernel - 1, dilation)]])
    return effort.of_sums([[(patch_size(given), given["patches"][1])]])


# How the page shows it


def derived(given: Given) -> Given:
    return {"rows": [*range(1, len(given["layers"]) + 1)]}


def steps(item: str, given: Given) -> Given:
    behind = output_shapes(given)
    weighted = [n for n, layer in enumerate(given["layers"]) if layer in ("conv", "dense")]
    seen, outs = _seen(given, behind), _outs(given)
    match item:
        case "output_shapes":
            return {"sizes": _sizes(given, behind)}
        case "parameters":
            lines = [f"{outs[n]}·({seen[n]}+1)={outs[n] * (seen[n] + 1)}" for n in weighted]
            return {"worked": "".join(lines)}
        case "multiply_accumulates":
            factors = [[*behind[n], seen[n]] for n in weighted]
            return {"worked": "".join(f"{'·'.join(map(str, f))}={prod(f)}" for f in factors)}
        case "receptive_field":
            return {"worked": "".join("{}+{}·({}-1)·{}={}".format(*f) for f in _fields(given))}
        case "same_padding":
            return {"factor": given["same"][1], "size": given["same"][0]}
    return {"all": given["patches"][0], "parts": given["patches"][1]}


def _sizes(given: Given, behind: Shapes) -> str:
    lines = ""
    layers = zip(_layers(given), _front(given, behind), behind, strict=True)
    for layer, front, after in layers:
        if layer["kind"] in WINDOWED:
            p, d, k, s = (layer[key] for key in ("padding", "dilation", "kernel", "stride"))
            for n, total in zip(front[1:], after[1:], strict=True):
                lines += f"⌊({n}+2·{p}-{d}·({k}-1)-1)/{s}⌋+1={total}"
    return lines


def _column(glyphs: Glyphs) -> list[str]:
    return [cell for line in words(glyphs) for cell in line]


def _row_numbers(glyphs: Glyphs) -> list[int]:
    return flattened(matrix(glyphs))


def _table(glyphs: Glyphs) -> list[list[int]]:
    """Rows of numbers, a dash for none."""
    cells = [["0" if cell == "–" else cell for cell in line] for line in words(glyphs)]
    if not all(cell.isdecimal() for line in cells for cell in line):
        raise UnreadableError(f"no table of numbers: {cells}")
    return [[int(cell) for cell in line] for line in cells]


PART_GIVENS: dict[str, Reader] = {
    "input": shape,
    "rows": _row_numbers,
    "layers": _column,
    "table": _table,
}
ITEM_GIVENS: dict[str, dict[str, Reader]] = {
    "same_padding": {"same": pair},
    "patch_size": {"patches": pair},
}
STEPS: dict[str, dict[str, Reader]] = {
    "output_shapes": {"sizes": text},
    "parameters": {"worked": text},
    "multiply_accumulates": {"worked": text},
    "receptive_field": {"worked": text},
    "same_padding": {"factor": number, "size": number},
    "patch_size": {"all": number, "parts": number},
}
ANSWERS: dict[str, dict[str, Reader]] = {
    "output_shapes": {"answer": matrix},
    "parameters": {"answer": row},
    "multiply_accumulates": {"answer": row},
    "receptive_field": {"answer": number},
    "same_padding": {"answer": number},
    "patch_size": {"answer": number},
}
