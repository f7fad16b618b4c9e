"""A lost sheet comes out again byte for byte, and who comes late gets one, from a folder alone."""

from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.rosters import ROSTER, SPEC, written
from worksheetgen.typeset.resources import templates
from worksheetgen.variants.manifest import read_variants

LATE = "s5,Zoe Late,B\n"


def contents(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.pdf")}


def generate(cli: Cli, folder: Path, *options: object, spec: str = SPEC) -> Path:
    (folder / "exam.toml").write_text(spec)
    path = written(folder, ROSTER)
    arguments = ("--roster", path, "--out", folder / "out", *options)
    assert 0 == cli("generate", folder / "exam.toml", *arguments).code
    return folder / "out"


@pytest.mark.parametrize("options", [(), ("--versions", 2), ("--spares", 2), ("--no-key",)])
def test_any_sheet_is_made_again_byte_for_byte(
    cli: Cli, tmp_path: Path, options: tuple[object, ...]
) -> None:
    out = generate(cli, tmp_path, *options)
    (tmp_path / "exam.toml").unlink()
    before = contents(out)
    for name in before:
        (out / name).unlink()
    people = [record.person for record in read_variants(out)]
    ids = [person.id for person in people if person]
    assert 0 == cli("again", out, *ids).code
    assert before == contents(out)
    assert 0 == cli("verify", out).code


@pytest.mark.parametrize("who", ["S4", "maeve o'neill", "001"])
def test_a_sheet_is_found_by_number_name_or_variant(cli: Cli, tmp_path: Path, who: str) -> None:
    out = generate(cli, tmp_path)
    run = cli("again", out, who, "--out", tmp_path / "lost")
    assert (0, "") == (run.code, run.err)
    (made,) = (tmp_path / "lost" / "questions").iterdir()
    assert (out / "questions" / made.name).read_bytes() == made.read_bytes()


def test_a_variant_of_an_exam_without_a_roster_comes_again(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert 0 == cli("generate", "pooling", "-n", 3, "--out", out).code
    before = contents(out)
    (out / "solutions" / "002.pdf").unlink()
    assert 0 == cli("again", out, "002").code
    assert before == contents(out)


def test_who_is_nobody_is_told(cli: Cli, tmp_path: Path) -> None:
    out = generate(cli, tmp_path)
    for who, told in (("s44", "did you mean 's4'"), ("Nobody", "there are 4, such as s1")):
        run = cli("again", out, who)
        assert (2, True) == (run.code, told in run.err)


def test_a_sheet_that_comes_out_otherwise_is_not_written(cli: Cli, tmp_path: Path) -> None:
    out = generate(cli, tmp_path)
    path = out / "manifest.jsonl"
    digest = next(read_variants(out)).files["question"].sha256
    path.write_text(path.read_text().replace(digest, digest[::-1]))
    run = cli("again", out, "s1", "--out", tmp_path / "lost")
    assert (1, True) == (run.code, "comes out otherwise" in run.err)
    assert not (tmp_path / "lost").exists()


def test_templates_of_ones_own_are_asked_for(cli: Cli, tmp_path: Path) -> None:
    own = tmp_path / "own" / "problems" / "pooling"
    own.mkdir(parents=True)
    shipped = (templates() / "problems" / "pooling" / "max_forward.md").read_text()
    (own / "max_forward.md").write_text(shipped.replace("Compute", "Find"))
    out = generate(cli, tmp_path, spec=f'templates = "own"\n{SPEC}')
    before = contents(out)
    run = cli("again", out, "s1")
    assert (2, True) == (run.code, "--exam" in run.err)
    assert 0 == cli("again", out, "s1", "--exam", tmp_path / "exam.toml").code
    (own / "max_forward.md").write_text(shipped.replace("Compute", "State"))
    run = cli("again", out, "s1", "--exam", tmp_path / "exam.toml")
    assert (2, True) == (run.code, "other templates" in run.err)
    assert before == contents(out)


@pytest.mark.parametrize(
    "options", [(), ("--print",), ("--split", "group"), ("--booklet",), ("--versions", 2)]
)
def test_a_late_student_gets_a_sheet_and_nobody_elses_changes(
    cli: Cli, tmp_path: Path, options: tuple[object, ...]
) -> None:
    out = generate(cli, tmp_path, *options)
    before = contents(out)
    path = written(tmp_path, ROSTER.replace("s3,", f"{LATE}s3,"))
    run = cli("add", out, path)
    assert (0, "") == (run.code, run.err)
    assert "added s5, Zoe Late" in run.out
    after = contents(out)
    assert (out / "questions" / "s5.pdf").exists()
    same = {name for name in before if before[name] == after[name]}
    assert {name for name in before if not name.startswith("print")} <= same
    assert 0 == cli("verify", out).code


def test_a_run_that_was_stopped_while_adding_goes_on(cli: Cli, tmp_path: Path) -> None:
    out = generate(cli, tmp_path)
    path = written(tmp_path, ROSTER + LATE)
    assert 0 == cli("add", out, path).code
    lines = (out / "manifest.jsonl").read_text().splitlines(keepends=True)
    (out / "manifest.jsonl").write_text("".join(lines[:-1]))
    assert 0 == cli("add", out, path).code
    assert 0 == cli("verify", out).code


def test_nobody_new_and_no_roster_are_told(cli: Cli, tmp_path: Path) -> None:
    out = generate(cli, tmp_path)
    run = cli("add", out, tmp_path / "students.csv")
    assert (2, True) == (run.code, "has a sheet already" in run.err)
    assert 0 == cli("generate", "pooling", "--out", tmp_path / "other").code
    run = cli("add", tmp_path / "other", tmp_path / "students.csv")
    assert (2, True) == (run.code, "without a roster" in run.err)
