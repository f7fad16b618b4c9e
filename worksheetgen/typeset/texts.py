"""Where a sheet's words come from: a language, and the files that an instructor has changed.

Each file of ``templates/`` stands for itself. What a language says otherwise lies in
``languages/CODE/`` under the same name; what it does not say is in English.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from worksheetgen.errors import InputError, suggest
from worksheetgen.typeset.characters import printable
from worksheetgen.typeset.inherit import with_formulas
from worksheetgen.typeset.language import ENGLISH, WORDS
from worksheetgen.typeset.resources import templates

LARGEST = 100_000
"""Bytes of a template at most."""

FOLDERS = ("problems", "latex", "languages")
"""The folders of ``templates/`` whose files can be replaced."""

GIVENS = "givens.md"
"""The one text of a problem type that has no blocks."""
OPENING = re.compile(r"<%-?\s*block\b|<#")
ASIDE = (".*", "#*", "*~", "*.bak", "*.swp", "Thumbs.db", "desktop.ini")
"""The names of files that editors and systems keep aside."""

Own = tuple[tuple[str, str], ...]
"""Files that replace shipped ones: their paths within ``templates/``, and their contents."""


@dataclass(frozen=True)
class Texts:
    """The files from which sheets are written; it travels to other processes and machines."""

    language: str = ENGLISH
    own: Own = ()

    def find(self, path: str) -> tuple[str, str]:
        """A template's content, and the name of the shipped file that it is or replaces.

        Raises:
            FileNotFoundError: there is no such name among the templates.
        """
        for name in (f"languages/{self.language}/{path}", path):
            shipped = str(templates() / name)
            if name in self._replaced:
                return with_formulas(self._replaced[name], self._english(path)), shipped
            if name in _known():
                return with_formulas(_shipped(name), _shipped(path)), shipped
        raise FileNotFoundError(f"no template is named {path!r}")

    @cached_property
    def latex(self) -> dict[str, bytes]:
        """The files that a document needs beside it, by name."""
        names = ["worksheet.sty"]
        if self.language != ENGLISH:
            names.append(f"worksheet-{self.language}.def")
        return {name: self.find(f"latex/{name}")[0].encode() for name in names}

    def _english(self, path: str) -> str:
        return self._replaced.get(path) or _shipped(path)

    @cached_property
    def _replaced(self) -> Mapping[str, str]:
        return dict(self.own)


AS_SHIPPED = Texts()


def _shipped(path: str) -> str:
    """What is shipped under a name, which is nothing for what a language has alone."""
    return (templates() / path).read_text(encoding="utf-8") if path in _known() else ""


@cache
def _known() -> frozenset[str]:
    return frozenset(shipped())


def shipped() -> Iterator[str]:
    """The paths of all templates that can be replaced, within their folder.

    A language's words are not among them: by them the reader of finished pages understands these.
    """
    for folder in FOLDERS:
        for path in sorted((templates() / folder).rglob("*")):
            if path.is_file() and path.name != WORDS:
                yield path.relative_to(templates()).as_posix()


def read_own(folder: Path) -> Own:
    """The files of a folder that differ from the shipped ones of the same names.

    Raises:
        InputError: a file cannot be read, or replaces nothing.
    """
    try:
        found = folder.is_dir()
    except OSError as error:
        raise InputError(f"templates: {str(folder)[:60]}: {error.strerror}") from None
    if not found:
        raise InputError(
            f"templates: {folder} is no folder; 'worksheetgen new --templates {folder}' makes it"
        )
    return tuple(_changed(folder))


def files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and its inner ones, without those that editors keep aside."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(map(path.match, ASIDE)):
            yield path


def _changed(folder: Path) -> Iterator[tuple[str, str]]:
    known = list(shipped())
    for path in files_in(folder):
        name = path.relative_to(folder).as_posix()
        if name not in known:
            beside = [
                other for other in known if other.rpartition("/")[0] == name.rpartition("/")[0]
            ]
            near = suggest(name, beside or FOLDERS)
            raise InputError(f"templates: {path} replaces no template{near}")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise InputError(f"templates: {path} leads out of its folder; copy what it leads to")
        content = _read(path)
        if path.suffix == ".md":
            _check_text(path, content)
        if content != (templates() / name).read_text(encoding="utf-8"):
            yield name, content


def _check_text(path: Path, content: str) -> None:
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            printable(line.expandtabs().strip() or "-")
        except ValueError as error:
            raise InputError(f"templates: {path}, line {number}: {error}") from None
    whole = path.name == GIVENS or path.parent.name == "problems"
    outside = "" if whole else _outside(content).strip()
    if outside:
        raise InputError(
            f"templates: {path}: {outside.splitlines()[0]!r} is outside of every block, and would "
            "not be printed; move it into one"
        )


def _outside(content: str) -> str:
    """What stands in no block and no comment."""
    pieces, end = list[str](), 0
    for opening in OPENING.finditer(content):
        if opening.start() < end:
            continue
        pieces.append(content[end : opening.start()])
        end = _behind(content, opening)
        if end < 0:
            return "".join([*pieces, content[opening.start() :]])
    return "".join([*pieces, content[end:]])


def _behind(content: str, opening: re.Match[str]) -> int:
    """Where a block or a comment has ended; -1 if it does not."""
    start, closing = opening.end(), "#>"
    if opening[0] != "<#":
        start, closing = content.find("endblock", start), "%>"
    found = content.find(closing, start) if start >= 0 else -1
    return found + len(closing) if found >= 0 else -1


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"templates: {path} has more than {LARGEST:,} bytes")
        content = path.read_bytes()
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(f"templates: {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"templates: {path}: byte {error.start} is not UTF-8") from None
