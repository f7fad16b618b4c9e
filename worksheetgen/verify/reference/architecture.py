"""The items of ``architecture`` by counting: windows one by one, weights one layer at a time."""

from math import prod
from typing import Any

from worksheetgen.verify.by_hand.work import Figure, Given, Sums, formula

Layer = dict[str, Any]
Shapes = list[list[int]]
COLUMNS = ("channels", "kernel", "stride", "padding", "dilation", "groups")
WINDOWED = ("conv", "pool")


def layers(given: Given) -> list[Layer]:
    return [
        {"kind": kind, **dict(zip(COLUMNS, values, strict=True))}
        for kind, values in zip(given["layers"], given["table"], strict=True)
    ]


def outputs(size: int, layer: Layer) -> int:
    """How many windows fit, counted."""
    reach = layer["dilation"] * (layer["kernel"] - 1)
    last = size + 2 * layer["padding"] - 1 - reach
    return len(range(0, last + 1, layer["stride"]))


def shapes(given: Given) -> Shapes:
    """Behind each layer."""
    found, (channels, rows, columns) = [], given["input"]
    for layer in layers(given):
        if layer["kind"] in WINDOWED:
            rows, columns = outputs(rows, layer), outputs(columns, layer)
            channels = layer["channels"] or channels
        elif layer["kind"] == "flatten":
            channels, rows, columns = channels * rows * columns, 1, 1
        else:
            channels, rows, columns = layer["channels"], 1, 1
        found.append([channels, rows, columns])
    return found


def front(given: Given, behind: Shapes) -> Shapes:
    """The shapes before each layer."""
    return [given["input"], *behind[:-1]]


def seen(given: Given, behind: Shapes) -> list[int]:
    """The inputs of an output of each layer with weights."""
    found = []
    for layer, (channels, _, _) in zip(layers(given), front(given, behind), strict=True):
        if layer["kind"] == "conv":
            found.append(channels // layer["groups"] * layer["kernel"] * layer["kernel"])
        else:
            found.append(channels if layer["kind"] == "dense" else 0)
    return found


def outs(given: Given) -> list[int]:
    return [layer["channels"] for layer in layers(given)]


def weighted(given: Given) -> list[int]:
    return [n for n, kind in enumerate(given["layers"]) if kind in ("conv", "dense")]


def printed(given: Given) -> Given:
    own = {name: given[name] for name in ("input", "layers", "table")}
    return own | {"rows": [str(n) for n, _ in enumerate(given["layers"], start=1)]}


def output_shapes(given: Given) -> Figure:
    behind, lines, last = shapes(given), "", []
    for layer, before, after in zip(layers(given), front(given, behind), behind, strict=True):
        if layer["kind"] in WINDOWED:
            p, d, k, s = (layer[key] for key in ("padding", "dilation", "kernel", "stride"))
            for n, total in zip(before[1:], after[1:], strict=True):
                lines += f"⌊({n}+2·{p}-{d}·({k}-1)-1)/{s}⌋+1={total}"
                last.append(formula((1, n), (2, p), (-d, k - 1), (-1, 1)))
    return Figure(behind, last, shows={"sizes": lines})


def parameters(given: Given, output_shapes: Any = None) -> Sums:
    inputs, out = seen(given, output_shapes or shapes(given)), outs(given)
    lines = [f"{out[n]}·({inputs[n]}+1)={out[n] * (inputs[n] + 1)}" for n in weighted(given)]
    counts = [[(o, n + 1 if n else 0)] for o, n in zip(out, inputs, strict=True)]
    return Sums(counts, shows={"worked": "".join(lines)}, told=False)


def multiply_accumulates(given: Given, output_shapes: Any = None) -> Sums:
    behind = output_shapes or shapes(given)
    inputs = seen(given, behind)
    factors = [[*behind[n], inputs[n]] for n in weighted(given)]
    lines = [f"{'·'.join(map(str, each))}={prod(each)}" for each in factors]
    counts = [[(prod(size), n)] for size, n in zip(behind, inputs, strict=True)]
    return Sums(counts, shows={"worked": "".join(lines)}, told=False)


def fields(given: Given) -> list[list[int]]:
    """By windowed layer: field before, dilation, kernel, step, and the field behind."""
    field, step, found = 1, 1, []
    for layer in layers(given):
        if layer["kind"] in WINDOWED:
            taps = [tap * layer["dilation"] * step for tap in range(layer["kernel"])]
            wider = field + max(taps)
            found.append([field, layer["dilation"], layer["kernel"], step, wider])
            field, step = wider, step * layer["stride"]
    return found


def receptive_field(given: Given) -> Figure:
    found = fields(given)
    worked = formula((1, 1), *((d * step, k - 1) for _, d, k, step, _ in found))
    lines = ["{}+{}·({}-1)·{}={}".format(*each) for each in found]
    return Figure(found[-1][-1], [worked], shows={"worked": "".join(lines)})


def same_padding(given: Given) -> Figure:
    """The padding that keeps a size, found by trying."""
    kernel, dilation = given["same"]
    layer, size = {"kernel": kernel, "dilation": dilation, "stride": 1}, kernel * dilation
    padding = next(p for p in range(size) if outputs(size, layer | {"padding": p}) == size)
    return Figure(
        padding, [formula((kernel - 1, dilation))], shows={"factor": dilation, "size": kernel}
    )


def patch_size(given: Given) -> Figure:
    """The kernel that makes the output, found by trying."""
    size, parts = given["patches"]
    layer = {"dilation": 1, "padding": 0}
    kernel = next(
        k
        for k in range(1, size + 1)
        if k * parts == size and outputs(size, layer | {"kernel": k, "stride": k}) == parts
    )
    return Figure(kernel, [formula((kernel, parts))], shows={"all": size, "parts": parts})


# Mistakes


def has(given: Given, name: str) -> bool:
    return any(layer[name] > 1 for layer in layers(given))


def bounded(given: Given, name: str, value: int) -> Any:
    """The table with another value where a column exceeds it."""
    at = COLUMNS.index(name)
    return [[*row[:at], min(row[at], value), *row[at + 1 :]] for row in given["table"]]


def table_without_padding(given: Given) -> Any:
    return bounded(given, "padding", 0) if "conv" in given["layers"] else None


def table_without_stride(given: Given) -> Any:
    return bounded(given, "stride", 1) if has(given, "stride") else None


def table_without_dilation(given: Given) -> Any:
    return bounded(given, "dilation", 1) if has(given, "dilation") else None


def rows_and_columns_swapped(given: Given) -> Shapes:
    return [[c, columns, rows] for c, rows, columns in shapes(given)]


def flattened_without_channels(given: Given) -> Shapes | None:
    if "flatten" not in given["layers"]:
        return None
    right, place = shapes(given), given["layers"].index("flatten")
    _, rows, columns = front(given, right)[place]
    return [*right[:place], [rows * columns, *right[place][1:]], *right[place + 1 :]]


def weights_alone(given: Given) -> list[int]:
    inputs = seen(given, shapes(given))
    return [out * n for out, n in zip(outs(given), inputs, strict=True)]


def parameters_of_one_channel(given: Given) -> list[int]:
    inputs = seen(given, shapes(given))
    alone = [
        layer["kernel"] ** 2 if layer["kind"] == "conv" else n
        for layer, n in zip(layers(given), inputs, strict=True)
    ]
    return [out * (n + 1) if n else 0 for out, n in zip(outs(given), alone, strict=True)]


def parameters_without_groups(given: Given) -> Any:
    single = given | {"table": bounded(given, "groups", 1)}
    return parameters(single, shapes(given)).answer if has(given, "groups") else None


def biases_of_inputs(given: Given) -> list[int]:
    inputs = seen(given, shapes(given))
    return [out * n + n for out, n in zip(outs(given), inputs, strict=True)]


def products_of_size_before(given: Given) -> list[int]:
    behind = shapes(given)
    sizes = [rows * columns for _, rows, columns in front(given, behind)]
    counts = zip(outs(given), sizes, seen(given, behind), strict=True)
    return [out * size * n for out, size, n in counts]


def products_without_groups(given: Given) -> Any:
    single = given | {"table": bounded(given, "groups", 1)}
    return multiply_accumulates(single, shapes(given)).answer if has(given, "groups") else None


def field_of_single_steps(given: Given) -> int | None:
    if len(fields(given)) == 1 or not has(given, "stride"):
        return None
    return fields(given | {"table": bounded(given, "stride", 1)})[-1][-1]


def sum_of_kernels(given: Given) -> int:
    return sum(kernel for _, _, kernel, _, _ in fields(given))


def kernel_size(given: Given) -> int:
    return int(given["same"][0])


def half_of_product(given: Given) -> int:
    kernel, dilation = given["same"]
    return int((kernel * dilation + 1) // 2)


def difference_of_sizes(given: Given) -> int:
    size, parts = given["patches"]
    return int(size - parts)


def output_size(given: Given) -> int:
    return int(given["patches"][1])
