"""Sheets in other languages: every word of theirs is there, and every check holds."""

import re
from pathlib import Path

import pytest

from tests.conftest import Cli
from worksheetgen.exam.inputs import Inputs
from worksheetgen.problems import problem_types
from worksheetgen.typeset.language import ENGLISH, languages, vocabulary
from worksheetgen.typeset.resources import templates
from worksheetgen.typeset.texts import Texts
from worksheetgen.variants.manifest import RIGHT_ROW, VOID_ROW

FOREIGN = [language for language in languages() if language != ENGLISH]
BLOCK = re.compile(r"<% block (\w+) %>")
MARK = re.compile(r"marked\(([^)]*)\)|\\marked\{([\w:]+)\}")
WORD = re.compile(r"^\\worksheetword\{([^}]+)\}", re.MULTILINE)

every_language = pytest.mark.parametrize("language", FOREIGN)


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.md")
    }


def test_german_ships() -> None:
    assert "de" in FOREIGN


@every_language
def test_every_text_is_translated_with_its_blocks_and_marks(language: str) -> None:
    english = texts(templates() / "problems")
    said = texts(templates() / "languages" / language / "problems")
    assert english.keys() == said.keys()
    foreign = {name: Texts(language).find(f"problems/{name}")[0] for name in said}
    for name, text in english.items():
        assert BLOCK.findall(text) == BLOCK.findall(foreign[name]), name
        assert sorted(MARK.findall(text)) == sorted(MARK.findall(foreign[name])), name
        assert text != foreign[name] or "block" not in text, name


@every_language
def test_every_known_error_has_a_name_of_its_own(language: str) -> None:
    known = {
        m for k in problem_types().values() for item in k.items.values() for m in item.mistakes
    }
    said = vocabulary(language).mistakes
    assert {RIGHT_ROW, VOID_ROW, *known} == said.keys()
    assert len(said) == len(set(said.values()))


@every_language
def test_every_word_of_the_pages_is_said(language: str) -> None:
    style = templates() / "latex" / "worksheet.sty"
    own = templates() / "languages" / language / "latex" / f"worksheet-{language}.def"
    said = WORD.findall(own.read_text(encoding="utf-8"))
    assert set(WORD.findall(style.read_text(encoding="utf-8"))) == set(said)
    assert len(said) == len(set(said))


def test_a_row_of_the_key_is_translated_piece_by_piece() -> None:
    said = vocabulary("de").happened
    assert "Kernel gespiegelt, oder Kernel transponiert, es sei denn ii.C" == said(
        "kernel flipped, or kernel transposed, unless ii.C"
    )
    assert "richtig weiter nach i.A (kaum noch etwas zu rechnen): Punkte nach Rechenweg" == said(
        "right method after i.A, with little left to do: judge the working"
    )


def test_printed_words_are_read_whole() -> None:
    read = vocabulary("de").read
    assert ["isnot", "is", "no", "distanz"] == [
        read(w) for w in ("istnicht", "ist", "kein", "distanz")
    ]


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A German exam of all items of all types, a task for each."""
    lines = ['title = "Prüfung über Deep Learning"', "variants = 2", 'language = "de"']
    for number, (name, kind) in enumerate(problem_types().items(), start=1):
        lines += ["[[task]]", f"number = {number}", f'title = "{name}"']
        names = list(kind.items)
        for asked in (names[::2], names[1::2]):
            lines += ["[[task.part]]", f'problem = "{name}"', f"items = {asked}".replace("'", '"')]
    path = tmp_path_factory.mktemp("german") / "exam.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_every_item_is_proven_in_german(cli: Cli, german: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = cli("generate", german, "--seed", 4, "--out", out)
    assert (0, "") == (run.code, run.err)
    assert 0 == cli("verify", out).code
    alone = cli("verify", out / "questions" / "002.pdf", out / "solutions" / "002.pdf")
    assert 0 == alone.code, alone.err


def test_a_wrong_german_word_is_caught(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "exam.toml"
    spec.write_text(
        'title = "x"\nlanguage = "de"\n[[task]]\nnumber = 1\ntitle = "y"\n'
        '[[task.part]]\nproblem = "convolution"\nitems = ["gradient_sign"]\n'
    )
    path = "languages/de/problems/convolution/gradient_sign.md"
    text = (templates() / path).read_text(encoding="utf-8")
    wrong = text.replace("recorded.increase | said", "recorded.decrease | said")
    monkeypatch.setattr(
        "worksheetgen.build.plan.read_inputs", lambda *_: Inputs(Texts("de", ((path, wrong),)))
    )
    run = cli("generate", spec, "--out", tmp_path / "out")
    assert 1 == run.code
    assert "expected" in run.err


def test_an_unknown_language_is_told_the_known_ones(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "exam.toml"
    spec.write_text('title = "x"\nlanguage = "fr"\n[[task]]\nnumber = 1\ntitle = "y"\n')
    run = cli("generate", spec)
    assert 2 == run.code
    assert "language" in run.err
    assert "'de'" in run.err


def test_texts_of_another_language_do_not_reach_english_sheets() -> None:
    found, _ = Texts("en").find("problems/pooling/max_forward.md")
    assert "Compute the output" in found
    assert "Berechnen Sie" in Texts("de").find("problems/pooling/max_forward.md")[0]
