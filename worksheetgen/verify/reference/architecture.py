"""The items of ``architecture`` by counting: windows one by one, weights one layer at a time."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, prod
from operator import mul
from typing import Any

from worksheetgen.verify.by_hand.windows import one_less, padding_once, rounded_up, side_of
from worksheetgen.verify.by_hand.work import Figure, Given, Sums, formula

Layer = dict[str, Any]
Shapes = list[list[int]]
COLUMNS = ("channels", "kernel", "stride", "padding", "dilation", "groups")
WINDOWED = ("conv", "pool")
SMALLEST, TWICE = 3, 2
"""A kernel and a dilation."""


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


def shapes(given: Given, outputs: Callable[[int, Layer], int] = outputs) -> Shapes:
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


STACKED = ("output_shapes", "parameters", "multiply_accumulates", "receptive_field")
IN_PARTS = frozenset(("input", "same", "patches"))
"""Givens whose numbers stand in a sentence, one by one."""


def printed(given: Given, asked: Sequence[str]) -> Given:
    if not any(item in STACKED for item in asked):
        return {}
    rows = [str(n) for n, _ in enumerate(given["layers"], start=1)]
    own = {"layers": given["layers"], "table": given["table"], "rows": rows}
    if any(item in STACKED[:3] for item in asked):
        channels, height, width = given["input"]
        own |= {"channels": channels, "channels_said": several(channels)}
        own |= {"height": height, "width": width}
    return own


def several(channels: int) -> str:
    return "channel" if channels == 1 else "channels"


def noted(item: str, given: Given) -> Given:
    """What a question says of its numbers, by their marks."""
    if item == "same_padding":
        kernel, dilation = given["same"]
        return {"same_kernel": [kernel, kernel], "same_dilation": dilation}
    if item == "patch_size":
        size, parts, channels = given["patches"]
        own = {"image": [size, size], "parts": [parts, parts]}
        return own | {"pixels": channels, "pixels_said": several(channels)}
    return {}


NAMES = {
    "same_padding": frozenset(("same_kernel", "same_dilation")),
    "patch_size": frozenset(("image", "parts", "pixels", "pixels_said")),
}


def as_given(printed: Given) -> Given:
    """The numbers of each sentence together."""
    p, found = printed, {}
    if "channels" in p:
        found["input"] = [p["channels"], p["height"], p["width"]]
    if "same_kernel" in p:
        found["same"] = [side_of(p["same_kernel"]), p["same_dilation"]]
    if "image" in p:
        found["patches"] = [side_of(p["image"]), side_of(p["parts"]), p["pixels"]]
    return p | found


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
    size, parts, channels = given["patches"]
    layer = {"dilation": 1, "padding": 0}
    kernel = next(
        k
        for k in range(1, size + 1)
        if k * parts == size and outputs(size, layer | {"kernel": k, "stride": k}) == parts
    )
    worked = [formula((kernel, parts)), formula((kernel, kernel), (kernel, channels))]
    shows = {"all": size, "by": parts, "filter": [channels, kernel, kernel]}
    return Figure(of_patches(kernel, channels), worked, shows=shows)


def of_patches(size: int, channels: int) -> dict[str, int]:
    """A kernel, and the weights of its filter, counted."""
    taps = [(c, m, n) for c in range(channels) for m in range(size) for n in range(size)]
    return {"size": size, "weights": len(taps)}


IN_KEY = {"patch_size": lambda said: f"size:{said['size']},weights:{said['weights']}"}


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


def _counted(given: Given, count: Callable[[int, int, int, int], int]) -> Shapes | None:
    """The shapes by a formula from size, padding, reach and stride; None if a size is none."""

    def outputs(size: int, layer: Layer) -> int:
        reach = layer["dilation"] * (layer["kernel"] - 1) + 1
        return max(count(size, layer["padding"], reach, layer["stride"]), 0)

    found = shapes(given, outputs)
    return found if min(map(min, found)) > 0 else None


def shapes_one_less(given: Given) -> Shapes | None:
    return _counted(given, one_less)


def shapes_of_padding_once(given: Given) -> Shapes | None:
    if all(layer["padding"] == 0 for layer in layers(given)):
        return None
    return _counted(given, padding_once)


def shapes_rounded_up(given: Given) -> Shapes | None:
    return _counted(given, rounded_up)


def multiply_accumulates_instead(given: Given) -> Any:
    return multiply_accumulates(given).answer


def products_of_one_channel(given: Given) -> list[int]:
    behind = shapes(given)
    alone = [
        layer["kernel"] ** 2 if layer["kind"] == "conv" else n
        for layer, n in zip(layers(given), seen(given, behind), strict=True)
    ]
    return [prod(size) * n for size, n in zip(behind, alone, strict=True)]


def products_with_biases(given: Given) -> list[int]:
    right = multiply_accumulates(given).answer
    sizes = map(prod, shapes(given))
    biases = [size if n in weighted(given) else 0 for n, size in enumerate(sizes)]
    return [a + b for a, b in zip(right, biases, strict=True)]


def field_of_own_strides(given: Given) -> int | None:
    if not has(given, "stride"):
        return None
    windows = [layer for layer in layers(given) if layer["kind"] in WINDOWED]
    steps = accumulate((layer["stride"] for layer in windows), mul)
    pairs = zip(windows, steps, strict=True)
    widths = [layer["dilation"] * (layer["kernel"] - 1) * step for layer, step in pairs]
    return 1 + int(sum(widths))


def product_of_kernels(given: Given) -> int:
    return prod(kernel for _, _, kernel, _, _ in fields(given))


def field_before_last_pooling(given: Given) -> int | None:
    last = [layer["kind"] for layer in layers(given) if layer["kind"] in WINDOWED][-1]
    found = fields(given)
    return found[-2][-1] if last == "pool" and len(found) > 1 else None


def padding_without_dilation(given: Given) -> int | None:
    kernel, dilation = given["same"]
    return int((kernel - 1) // 2) if dilation > 1 else None


def half_of_kernel(given: Given) -> int | None:
    """No error of its own beside the dilation, which it leaves out as well."""
    kernel, dilation = given["same"]
    return ceil(Fraction(kernel, 2)) if kernel > SMALLEST and dilation == 1 else None


def kernel_less_one(given: Given) -> int | None:
    """No error of its own where it is the right padding, or that of another error."""
    kernel, dilation = given["same"]
    return int(kernel - 1) if kernel > SMALLEST and dilation > TWICE else None


def half_of_product(given: Given) -> int | None:
    kernel, dilation = given["same"]
    return (kernel * dilation - 1) // 2 if dilation > 1 and kernel * dilation % 2 else None


def difference_of_sizes(given: Given) -> dict[str, int]:
    size, parts, channels = given["patches"]
    return of_patches(size - parts, channels)


def quotient_plus_one(given: Given) -> dict[str, int]:
    return of_patches(patch_size(given).answer["size"] + 1, given["patches"][2])


def number_of_patches(given: Given) -> dict[str, int]:
    return of_patches(*given["patches"][1:])


def weights_of_one_channel(given: Given) -> dict[str, int]:
    size = patch_size(given).answer["size"]
    return {"size": size, "weights": size * size}


def side_not_squared(given: Given) -> dict[str, int]:
    size = patch_size(given).answer["size"]
    return {"size": size, "weights": size * given["patches"][2]}


# What the questions take for granted


def _every_layer_fits(given: Given) -> bool:
    behind = shapes(given)
    sizes = all(min(shape) > 0 for shape in behind)
    groups = (
        channels % layer["groups"] == 0 == layer["channels"] % layer["groups"]
        for layer, (channels, _, _) in zip(layers(given), front(given, behind), strict=True)
        if layer["kind"] == "conv"
    )
    return sizes and all(groups)


def _something_has_a_window(given: Given) -> bool:
    return bool(fields(given))


def _an_odd_kernel(given: Given) -> bool:
    kernel, dilation = given["same"]
    return bool(kernel % 2 == 1 and dilation >= 1)


def _patches_cover_the_image(given: Given) -> bool:
    size, parts, channels = given["patches"]
    return bool(size % parts == 0 and size > parts > 0 and channels > 0)


FITS = {"every layer fits its input": _every_layer_fits}
PREMISES: Mapping[str, Mapping[str, Callable[[Given], bool]]] = {
    **dict.fromkeys(STACKED[:3], FITS),
    "receptive_field": {"there is a convolution or a pooling layer": _something_has_a_window},
    "same_padding": {"some padding keeps height and width": _an_odd_kernel},
    "patch_size": {"patches of equal size cover the image": _patches_cover_the_image},
}
