"""Templates of an instructor's own: copied, changed one by one, proven as the shipped ones are."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.tex import text_of
from worksheetgen.typeset.resources import templates
from worksheetgen.typeset.texts import read_own

FORWARD = Path("problems") / "pooling" / "max_forward.md"


@pytest.fixture
def own(cli: Cli, tmp_path: Path) -> Path:
    """A folder with a spec of a pooling exam and a folder of one template that it names."""
    assert (
        0
        == cli(
            "new", tmp_path / "exam.toml", "--from", "pooling", "--templates", tmp_path / "t"
        ).code
    )
    text = (tmp_path / "t" / FORWARD).read_text(encoding="utf-8")
    shutil.rmtree(tmp_path / "t" / "problems")
    (tmp_path / "t" / FORWARD).parent.mkdir(parents=True)
    (tmp_path / "t" / FORWARD).write_text(
        text.replace("Compute", "Kindly work out"), encoding="utf-8"
    )
    return tmp_path


def generate(cli: Cli, own: Path, out: str = "out") -> str:
    run = cli("generate", own / "exam.toml", "-n", 2, "--seed", 1, "--out", own / out)
    assert "" == run.err if run.code == 0 else 2 == run.code
    return run.err


def test_a_copy_of_all_templates_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("new", "--templates", tmp_path / "t").code
    assert () == read_own(tmp_path / "t")
    shipped = {p.name for p in (templates() / "latex").iterdir()}
    assert shipped == {p.name for p in (tmp_path / "t" / "latex").iterdir()}


def test_one_changed_text_is_printed_and_proven(cli: Cli, own: Path) -> None:
    assert "" == generate(cli, own)
    assert "Kindly work out" in text_of((own / "out" / "questions" / "001.pdf").read_bytes())
    assert 0 == cli("verify", own / "out").code
    pair = [own / "out" / kind / "001.pdf" for kind in ("questions", "solutions")]
    assert 1 == cli("verify", *pair).code
    assert 0 == cli("verify", *pair, "--templates", own / "t").code
    header = json.loads((own / "out" / "manifest.jsonl").read_text().partition("\n")[0])
    assert [FORWARD.as_posix()] == list(header["inputs"])
    assert "templates" not in header["spec"]


def test_other_templates_are_other_sheets(cli: Cli, own: Path) -> None:
    generate(cli, own)
    path = own / "t" / FORWARD
    path.write_text(path.read_text(encoding="utf-8").replace("Kindly", "Gladly"), encoding="utf-8")
    assert "holds other sheets" in generate(cli, own)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("answer | matrix", "answr | matrix", "'answr' is undefined"),
        ("answer | matrix", "answer | matrx", "line 13: no filter 'matrx'; did you mean 'matrix'?"),
        ("<% block solution %>", "<% block solution", "max_forward.md"),
        ("<% block hint %>", "Hm.\n<% block hint %>", "'Hm.' is outside of every block"),
        ("Kindly", "Ω Kindly", "line 2: the character 'Ω'"),
        ("<% block question %>", "<% block qestion %>", "no block 'question'"),
    ],
    ids=["a name", "a filter", "a tag", "outside", "a letter", "a block"],
)
def test_a_broken_text_is_named(cli: Cli, own: Path, old: str, new: str, said: str) -> None:
    path = own / "t" / FORWARD
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    err = generate(cli, own)
    assert "pooling/max_forward.md" in err
    assert said in err
    assert not (own / "out").exists()


LOOP = "<% for a in p.X %><% for b in p.X %><% for c in p.X %>"
ESCAPES = {
    "a method of an array": "<< p.X.tofile('out/written', '') >>",
    "a method of a problem": "<< p.record() >>",
    "a method of a text": "<< 'a'.upper() >>",
    "the problem itself": "<< p >>",
    "a table": "<< p.X >>",
    "nothing": "<< p.X[9] >>",
    "the class": "<< p.__class__.__mro__ >>",
    "what a view keeps": "<< p._get >>",
    "a module": "<< p.X.__init__.__globals__ >>",
    "the loop's own": "<% for n in p.X %><< loop.cycle('a') >><% endfor %>",
    "a name that no text may say": "<< p.fits | length >>",
    "another file": "<% include '/etc/hostname' %>",
    "a file above": "<% include '../../pyproject.toml' %>",
    "a parent elsewhere": "<% extends '/etc/hostname' %>",
    "an import": "<% import '/etc/hostname' as x %>",
    "a part of a file": "<% from '/etc/hostname' import x %>",
    "words of a language": "<% include 'languages/de/words.toml' %>",
    "itself": "<% include 'problems/pooling/max_forward.md' %>",
    "loops without end": LOOP * 3 + "<% endfor %>" * 9,
    "a range": "<% for i in range(99999) %><% endfor %>",
    "a long text": "<< 'a' * (10**10) >>",
    "a large number": "<< 10**10**10 >>",
    "sums of texts": "<< 'a' + 'a' >>",
    "texts joined": "<< 'a' ~ 'a' >>",
    "a format": "<< '%999999999d' | format(1) >>",
    "a macro": "<% macro m() %><< m() >><% endmacro %><< m() >>",
    "a namespace": "<% set n = namespace(x=1) %>",
    "a recursive loop": "<% for n in p.X recursive %><< loop(p.X) >><% endfor %>",
    "a random filter": "<< p.X | random >>",
    "an attribute filter": "<< p | attr('record') >>",
    "a dictionary": "<< {'a': 1} >>",
    "a number in words": "<< '1e999999999' | number >>",
    "symbols in words": f"<< '{'1' * 400}' | partials('{'1' * 400}') >>",
}
BREAKING = {
    "an extension": "<% autoescape true %><% endautoescape %>",
    "loops in loops": "<% for a in p.X %>" * 25 + "<% endfor %>" * 25,
    "parentheses": f"<< {'(' * 20_000}1{')' * 20_000} >>",
    "a sum of many": f"<< {'+'.join(['1'] * 20_000)} >>",
    "a text that doubles": (
        "<% set a = 'aaaaaaaaaaaaaaaa' %>" + "<% set a = a | marked(a) %>" * 26 + "<< 1 >>"
    ),
    "blocks without end": "<% block " * 9_000,
    "comments without end": "<#" * 40_000,
}


@pytest.mark.parametrize("way", ESCAPES)
def test_a_text_reaches_nothing_but_what_it_is_given(cli: Cli, own: Path, way: str) -> None:
    path = own / "t" / FORWARD
    text = path.read_text(encoding="utf-8").replace("Kindly", f"{ESCAPES[way]} Kindly")
    path.write_text(text, encoding="utf-8")
    err = generate(cli, own)
    assert "pooling/max_forward.md, line 2: " in err or "pooling/max_forward.md: maximum" in err
    assert not (own / "out").exists()


@pytest.mark.parametrize("way", BREAKING)
def test_a_text_breaks_nothing(cli: Cli, own: Path, way: str) -> None:
    path = own / "t" / FORWARD
    text = path.read_text(encoding="utf-8").replace("Kindly", f"{BREAKING[way]} Kindly")
    path.write_text(text, encoding="utf-8")
    assert "pooling/max_forward.md" in generate(cli, own)
    assert not (own / "out").exists()


def test_texts_that_include_each_other_many_times_are_stopped(cli: Cli, own: Path) -> None:
    names = ["max_forward", "max_gradient", "average_forward", "average_gradient", "no_gradient"]
    paths = [f"problems/pooling/{name}.md" for name in names]
    last = "<% block question %>x<% endblock %>"
    (own / "t" / paths[-1]).write_text(last, encoding="utf-8")
    for path, following in pairwise(paths):
        text = f"<% block question %>{f'<% include {following!r} %>' * 30}<% endblock %>"
        (own / "t" / path).write_text(text, encoding="utf-8")
    assert "for more than 10,000 rounds" in generate(cli, own)


def test_a_link_that_leads_out_of_the_folder_is_refused(cli: Cli, own: Path) -> None:
    (own / "secret").write_text("a secret", encoding="utf-8")
    (own / "t" / FORWARD).unlink()
    (own / "t" / FORWARD).symlink_to(own / "secret")
    said = generate(cli, own)
    assert "leads out of its folder" in said
    assert "a secret" not in said


@pytest.mark.parametrize("folder", ["latex", "problems"])
def test_a_page_shell_reaches_nothing_either(cli: Cli, own: Path, folder: str) -> None:
    name = {"latex": "latex/sheet.tex", "problems": FORWARD.as_posix()}[folder]
    path = own / "t" / name
    path.write_text("<< sheet.record() >>\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert f"{name}" in generate(cli, own)
    assert not (own / "out").exists()


def test_a_text_that_drops_its_answer_is_not_proven(cli: Cli, own: Path) -> None:
    path = own / "t" / FORWARD
    text = path.read_text(encoding="utf-8").replace('answer | matrix | marked("answer")', '"7"')
    path.write_text(text, encoding="utf-8")
    run = cli("generate", own / "exam.toml", "-n", 1, "--out", own / "out")
    assert 1 == run.code
    assert "expected" in run.err


@pytest.mark.parametrize(
    ("before", "behind"),
    [("-", ""), ("1", ""), ("", " + 1"), ("", "0")],
    ids=["a sign before it", "a digit before it", "a sum", "a digit behind it"],
)
def test_an_answer_is_made_no_other_by_what_stands_beside_it(
    cli: Cli, own: Path, before: str, behind: str
) -> None:
    path, answer = own / "t" / FORWARD, '<< answer | matrix | marked("answer") >>'
    text = path.read_text(encoding="utf-8").replace(answer, f"{before}{answer}{behind}")
    path.write_text(text, encoding="utf-8")
    run = cli("generate", own / "exam.toml", "-n", 1, "--out", own / "out")
    assert 1 == run.code
    assert "beside" in run.err


def test_a_frame_over_the_foot_of_a_page_is_not_proven(cli: Cli, own: Path) -> None:
    path = own / "t" / "latex" / "worksheet.sty"
    text = path.read_text(encoding="utf-8")
    limit = r"\ifdim\ws@height>\ws@room\ws@height\ws@room\fi"
    assert limit in text
    path.write_text(text.replace(limit, r"\ws@height 700pt"), encoding="utf-8")
    run = cli("generate", own / "exam.toml", "-n", 1, "--out", own / "out")
    assert 1 == run.code
    assert "answer spaces over the foot" in run.err


def test_a_file_that_replaces_nothing_is_named(cli: Cli, own: Path) -> None:
    (own / "t" / "problems" / "pooling" / "max_forwrd.md").write_text("x")
    assert "did you mean 'problems/pooling/max_forward.md'" in generate(cli, own)


def test_words_by_which_pages_are_read_are_neither_copied_nor_replaced(cli: Cli, own: Path) -> None:
    assert [] == list((own / "t").rglob("words.toml"))
    path = own / "t" / "languages" / "de" / "words.toml"
    path.write_text("x = ")
    assert f"{path} replaces no template" in generate(cli, own)


def test_leftovers_of_editors_are_passed_over(cli: Cli, own: Path) -> None:
    for name in (".max_forward.md.swp", "max_forward.md~", "#max_forward.md#", "Thumbs.db"):
        (own / "t" / "problems" / "pooling" / name).write_bytes(b"\xff\xfe")
    assert "" == generate(cli, own)


def test_bad_folders_and_files_are_told(cli: Cli, own: Path) -> None:
    path = own / "t" / FORWARD
    path.write_bytes(b"\xff")
    assert "byte 0 is not UTF-8" in generate(cli, own)
    path.write_bytes(b" " * 100_001)
    assert "more than 100,000 bytes" in generate(cli, own)
    shutil.rmtree(own / "t")
    assert "is no folder" in generate(cli, own)


def test_new_templates_never_go_over_files(cli: Cli, own: Path) -> None:
    run = cli("new", "--templates", own / "t")
    assert 2 == run.code
    assert "is not empty" in run.err
    assert 2 == cli("new").code
