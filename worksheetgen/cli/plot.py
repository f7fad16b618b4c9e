"""The effort of an exam's variants as a picture."""

from pathlib import Path

from worksheetgen.errors import OutputError
from worksheetgen.variants.overview import Overview

FORMATS = (".pdf", ".png", ".svg")


def plot_effort(overview: Overview, file: Path) -> None:
    """Draw effort by variant and part, with the band that holds it; the ending says the format.

    Raises:
        OutputError: matplotlib is not installed, or the file cannot be written in its format.
    """
    check_picture(file)
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise OutputError(
            "--plot needs matplotlib, which is not installed; 'pip install matplotlib' brings it"
        ) from None
    figure = Figure(figsize=(8, 1 + 2.2 * len(overview)), layout="constrained")
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
    try:
        figure.savefig(file, dpi=150)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{file}: {reason}; choose another file") from None


def check_picture(file: Path) -> None:
    """Raise ``OutputError`` if the ending names no format of a picture."""
    if file.suffix not in FORMATS:
        raise OutputError(f"{file}: a picture's name ends in {', '.join(FORMATS)}")
