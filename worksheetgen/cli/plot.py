"""The effort of an exam's variants, and what marks say of its items, as pictures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from worksheetgen.errors import OutputError
from worksheetgen.variants.overview import Overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worksheetgen.export.marking.items import Statistics

FORMATS = (".pdf", ".png", ".svg")


def plot_effort(overview: Overview, file: Path) -> None:
    """Draw effort by variant and part, with the band that holds it; the ending says the format.

    Raises:
        OutputError: matplotlib is not installed, or the file cannot be written in its format.
    """
    check_picture(file)
    figure = _figure((8, 1 + 2.2 * len(overview)))
    panels = figure.subplots(len(overview), 1, sharex=True, squeeze=False)
    for (place, part), (panel,) in zip(overview.items(), panels, strict=True):
        low, high = (part.typical * (1 + side * overview.band) for side in (-1, 1))
        panel.axhspan(low, high, color="0.92", label="band")
        for bound in part.by_chance:
            panel.axhline(bound, color="0.6", linestyle=":", linewidth=1)
        panel.plot(range(1, overview.variants + 1), part.effort, ".", color="black", markersize=4)
        panel.set_title(f"{place}: effort, its band, and what chance alone would give", fontsize=9)
        panel.set_ylim(bottom=0)
    panels[-1][0].set_xlabel("variant")
    _save(figure, file)


def plot_items(items: "Sequence[Statistics]", file: Path) -> None:
    """Draw difficulty and discrimination of each item, with the variants that differ.

    Raises:
        OutputError: matplotlib is not installed, or the file cannot be written in its format.
    """
    check_picture(file)
    figure = _figure((8, 1.5 + 0.35 * len(items)))
    left, right = figure.subplots(1, 2, sharey=True)
    places = [f"{'.'.join(map(str, item.item))} {item.name}" for item in items]
    rows = range(len(items))
    left.barh(rows, [item.difficulty for item in items], color="0.75")
    for row, item in enumerate(items):
        for name, own, _ in item.apart:
            left.plot([own], [row], "x", color="black")
            left.annotate(name, (own, row), fontsize=7)
    left.set_title("mean share of the points; x: a variant that differs", fontsize=9)
    left.set_xlim(0, 1)
    left.set_yticks(rows, places, fontsize=8)
    left.invert_yaxis()
    right.barh(rows, [item.discrimination or 0.0 for item in items], color="0.75")
    right.set_title("discrimination", fontsize=9)
    right.axvline(0, color="black", linewidth=0.5)
    _save(figure, file)


def _figure(size: tuple[float, float]) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise OutputError(
            "--plot needs matplotlib, which is not installed; 'pip install matplotlib' brings it"
        ) from None
    return Figure(figsize=size, layout="constrained")


def _save(figure: Any, file: Path) -> None:
    try:
        figure.savefig(file, dpi=150)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{file}: {reason}; choose another file") from None


def check_picture(file: Path) -> None:
    """Raise ``OutputError`` if the ending names no format of a picture."""
    if file.suffix not in FORMATS:
        raise OutputError(f"{file}: a picture's name ends in {', '.join(FORMATS)}")
