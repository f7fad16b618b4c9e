import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.tex import text_of, typeset
from worksheetgen.build.solving import solve
from worksheetgen.errors import TexError
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.split import Printed, split
from worksheetgen.typeset.tex import Tex, find_tex
from worksheetgen.typeset.texts import AS_SHIPPED
from worksheetgen.typeset.writing import write

SHEET = r"\begin{sheet}{T}{001}\task{1}{x}{1}\end{sheet}"


def test_pages_are_counted_per_sheet() -> None:
    long = SHEET.replace(r"\end", r"\newpage y\newpage z\end")
    assert (1, 3, 1) == typeset(SHEET + long + SHEET).pages


def test_an_error_says_what_tex_said() -> None:
    with pytest.raises(TexError, match=r"! Undefined control sequence(.|\n)*nonsense"):
        typeset(r"\nonsense")


@pytest.mark.parametrize(
    "body",
    [r"\input{/etc/passwd}", r"\input{../secret}", r"\newwrite\f\immediate\openout\f=/tmp/escaped"],
    ids=["read anywhere", "read above", "write anywhere"],
)
def test_tex_reaches_no_file_outside_its_folder(body: str) -> None:
    with pytest.raises(TexError):
        typeset(body)
    assert not Path("/tmp/escaped.tex").exists()  # noqa: S108 - the file that must not appear


def test_tex_runs_no_program() -> None:
    assert b"%PDF" == typeset(r"\immediate\write18{touch escaped}x").pdf[:4]
    assert not Path("escaped").exists()


def test_the_machines_own_tex_does_not_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = typeset(SHEET).pdf
    trap = tmp_path / "bin"
    trap.mkdir()
    for name in ("mktexpk", "mktextfm", "kpsewhich"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/called\n")
        (trap / name).chmod(0o755)
    home = tmp_path / "home"
    styles = home / "texmf" / "tex" / "latex"
    styles.mkdir(parents=True)
    (styles / "amsmath.sty").write_text(r"\errmessage{the user's own amsmath}")
    monkeypatch.setenv("PATH", f"{trap}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TEXINPUTS", str(styles))
    assert plain == typeset(SHEET).pdf
    assert not (tmp_path / "called").exists()


def test_a_run_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worksheetgen.typeset.tex._SECONDS_TO_START", 0)
    with pytest.raises(TexError, match="stopped after 1 s"):
        typeset(r"\loop\iftrue\repeat")


def test_a_tex_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TexError, match="/nowhere/pdflatex is no program"):
        find_tex("/nowhere/pdflatex")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TexError, match="pdflatex is not on PATH.*embedded"):
        find_tex("system")


def test_a_program_that_is_no_tex_is_refused() -> None:
    false = shutil.which("false")
    assert false
    with pytest.raises(TexError, match="does not run as pdfLaTeX"):
        _ = Tex("system", Path(false)).version


def test_a_platform_without_embedded_tex_is_told_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(TexError, match="no embedded TeX for linux riscv64.*--tex system"):
        find_tex("embedded")


@pytest.mark.debian
def test_an_installed_tex_prints_the_same_words() -> None:
    body = write_reference()
    pdfs = []
    for name in ("embedded", "system"):
        with tempfile.TemporaryDirectory() as folder:
            source = document([body], PageSetup())
            pdfs.append(find_tex(name).run(source, AS_SHIPPED.latex, Path(folder), sheets=1).pdf)
    assert text_of(pdfs[0]) == text_of(pdfs[1])


@pytest.mark.debian
def test_another_reader_finds_the_same_words_and_every_font_embedded(tmp_path: Path) -> None:
    pdf = tmp_path / "sheet.pdf"
    run = typeset(write_reference())
    (sheet,) = split(run.pdf, run.pages, [Printed("Exam, solution 001")], "en")
    pdf.write_bytes(sheet)
    words = poppler("pdftotext", pdf, "-").split()
    assert {"Task", "Convolution", "Variant", "001"} <= set(words)
    fonts = [line.split() for line in poppler("pdffonts", pdf).splitlines()[2:]]
    assert fonts
    assert {("yes", "yes", "yes")} == {(font[-5], font[-4], font[-3]) for font in fonts}


def write_reference() -> str:
    spec = load_spec(find_exam("reference"), seed=1)
    (sheet,) = solve(spec, 0, list(sample(spec, 1, samplers_of(spec))))
    return write(sheet, "solution")


def poppler(program: str, *arguments: object) -> str:
    command = [program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
