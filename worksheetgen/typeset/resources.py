"""Where the shipped templates lie, in a checkout and in an installed wheel."""

from functools import cache
from pathlib import Path


@cache
def templates() -> Path:
    """The folder ``templates/``: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parents[1]
    return next(
        folder
        for folder in (package / "templates", package.parent / "templates")
        if folder.is_dir()
    )


def shipped_exams() -> dict[str, Path]:
    """The exam specs that ship, by name."""
    return {path.stem: path for path in sorted((templates() / "exams").glob("*.toml"))}
