"""TeX's start, remembered: its state behind a preamble, dumped once and kept in the user's cache.

A format changes no byte of a PDF. It is trusted no further than the proofs: where one cannot be
made, kept or used, TeX reads the preamble itself.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from worksheetgen.workers import workspace

MOST = 8
"""Formats that are kept, of 19 MB each; the one that was used least recently goes first."""
_GZIP = b"\x1f\x8b"

Dump = Callable[[Path], bool]
"""Make ``start.fmt`` and ``start.fls`` in a folder, from a preamble that lies there."""


def kept(program: Path, preamble: str, inputs: Mapping[str, bytes], dump: Dump) -> Path | None:
    r"""The format of a preamble, made if there is none; None: it cannot be kept.

    Args:
        program: the pdfLaTeX that makes and uses it.
        preamble: what stands before ``\\begin{document}``.
        inputs: the files that the document uses, by name; style files are part of the preamble.
        dump: runs TeX on the preamble.
    """
    try:
        folder = user_cache_path("worksheetgen", appauthor=False) / "formats"
        format_ = folder / f"{_digest(program, preamble, inputs)}.fmt"
        if not _is_current(format_):
            _make(format_, dump)
        os.utime(format_)
    except (OSError, ValueError):
        return None
    return format_


def forget(format_: Path) -> None:
    """A format with which TeX stops where it does not without."""
    with suppress(OSError):
        format_.unlink(missing_ok=True)


def _digest(program: Path, preamble: str, inputs: Mapping[str, bytes]) -> str:
    said = hashlib.blake2b(json.dumps([_state(program), preamble]).encode(), digest_size=16)
    for name, content in sorted(inputs.items()):
        if name.endswith(".sty"):
            said.update(f"{name} {len(content)} ".encode() + content)
    return said.hexdigest()


def _state(path: Path) -> tuple[str, int, int]:
    """What changes when a file is written anew."""
    stat = path.stat()
    return str(path), stat.st_size, stat.st_mtime_ns


def _is_current(format_: Path) -> bool:
    """Whether there is a format, and TeX's own files are those that it was made of."""
    try:
        made_of = json.loads(_beside(format_).read_bytes())
        return format_.exists() and all(
            (path, size, time) == _state(Path(path)) for path, size, time in made_of
        )
    except (OSError, ValueError):
        return False


def _beside(format_: Path) -> Path:
    """Where it stands what a format was made of."""
    return format_.with_suffix(".json")


def _make(format_: Path, dump: Dump) -> None:
    """Dump a format and put it in its place, uncompressed since that is read faster."""
    with workspace() as work:
        if not dump(work):
            raise OSError
        content = (work / "start.fmt").read_bytes()
        recorded = (work / "start.fls").read_text(encoding="utf-8", errors="replace")
        made_of = json.dumps(_read_outside(recorded, work)).encode()
    format_.parent.mkdir(parents=True, exist_ok=True)
    _put(format_, gzip.decompress(content) if content.startswith(_GZIP) else content)
    _put(_beside(format_), made_of)
    _forget_oldest(format_.parent)


def _put(path: Path, content: bytes) -> None:
    """Write a file aside, and rename it: nobody reads half of it."""
    aside = path.with_suffix(f".{os.getpid()}{path.suffix}")
    aside.write_bytes(content)
    aside.replace(path)


def _read_outside(recorded: str, work: Path) -> list[tuple[str, int, int]]:
    """The states of the files that TeX read, by its own record, but for those of its folder."""
    read = {
        Path(line.removeprefix("INPUT "))
        for line in recorded.splitlines()
        if line.startswith("INPUT ")
    }
    outside = (path for path in read if path.is_absolute() and not path.is_relative_to(work))
    return [_state(path) for path in sorted(outside)]


def _forget_oldest(folder: Path) -> None:
    for format_ in _newest_first(folder.glob("*.fmt"))[MOST:]:
        forget(format_)
        forget(_beside(format_))


def _newest_first(formats: Iterable[Path]) -> list[Path]:
    return sorted(formats, key=lambda path: path.stat().st_mtime, reverse=True)
