"""Sources to edit by hand: they compile alone, and use commands that worksheet.sty explains."""

import re
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.practice import Practice, practice_exam
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.student import Student
from worksheetgen.typeset.resources import templates
from worksheetgen.typeset.split import Printed, split
from worksheetgen.typeset.tex import find_tex

STYLE = (templates() / "latex" / "worksheet.sty").read_text(encoding="utf-8")
EXPLAINED, _, DEFINED = STYLE.partition("\\NeedsTeXFormat")
COMMAND = re.compile(r"\\newcommand\\?\{?\\([A-Za-z]+)\b")
ENVIRONMENT = re.compile(r"\\newenvironment\{([a-z]+)\}")
OCCASION = Path(__file__).parents[1] / "exams" / "occasion.toml"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An exam with all that goes around it, one with fractions, and a practice sheet."""
    exam, plain, practice = (tmp_path_factory.mktemp(name) for name in ("exam", "plain", "sheet"))
    tex = find_tex("embedded")
    roster = Roster((Student(2, "s1", "Ada Łucja"),))
    generate(Build(load_spec(OCCASION), exam, tex, keep_tex=True, roster=roster))
    every = load_spec(templates() / "exams" / "midterm.toml", variants=1, seed=1)
    generate(Build(every, plain, tex, keep_tex=True))
    wanted = Practice((), 8)
    spec = practice_exam(wanted, 1).model_copy(update={"seed": 1})
    generate(Build(spec, practice, tex, keep_tex=True, marking_key=False, practice=wanted))
    return [exam, plain, practice]


def sources(folders: list[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / "tex").glob("*.tex"))]


def test_every_source_compiles_alone_to_the_same_words(folders: list[Path], tmp_path: Path) -> None:
    assert 6 == len(sources(folders))
    for path in sources(folders):
        beside = {p.name: p.read_bytes() for p in path.parent.iterdir() if p.suffix != ".tex"}
        name, kind = path.stem.split("-")
        work = tmp_path / path.stem / path.parts[-3]
        work.mkdir(parents=True)
        run = find_tex("embedded").run(path.read_text(encoding="utf-8"), beside, work, sheets=1)
        made = path.parents[1] / f"{kind}s" / f"{name}.pdf"
        (alone,) = split(run.pdf, run.pages, [Printed(made.stem)], "en")
        assert text_of(made.read_bytes()) == text_of(alone)


def test_every_command_of_the_sources_is_explained(folders: list[Path]) -> None:
    own = {*COMMAND.findall(DEFINED)}
    environments = {*ENVIRONMENT.findall(DEFINED)}
    used, begun = set[str](), set[str]()
    for path in sources(folders):
        source = path.read_text(encoding="utf-8")
        used |= {name for name in re.findall(r"\\([A-Za-z]+)", source) if name in own}
        begun |= set(re.findall(r"\\begin\{([a-z]+)\}", source))
    assert len(used) > 20
    assert set() == {name for name in used if not re.search(rf"\\{name}\b", EXPLAINED)}
    named = begun & environments
    assert len(named) > 10
    assert set() == {name for name in named if not re.search(rf"\b{name}\b", EXPLAINED)}


def test_a_changed_word_changes_the_page(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("generate", "pooling", "-n", 1, "--keep-tex", "--out", tmp_path / "out").code
    source = (tmp_path / "out" / "tex" / "001-question.tex").read_text(encoding="utf-8")
    said = source.replace("\\begin{document}", "\\worksheetword{task}{Exercise}\\begin{document}")
    style = {"worksheet.sty": (tmp_path / "out" / "tex" / "worksheet.sty").read_bytes()}
    (tmp_path / "work").mkdir()
    run = find_tex("embedded").run(said, style, tmp_path / "work", sheets=1)
    assert "Exercise 1" in text_of(run.pdf)
