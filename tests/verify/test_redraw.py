"""The manifest proves itself: what it says of a run comes out of its spec and seed once more."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from worksheetgen.exam.practice import Practice, practice_of

Change = Callable[[dict[str, Any], dict[str, Any]], object]


def change(folder: Path, how: Change) -> None:
    path = folder / "manifest.jsonl"
    header, variant, *others = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    how(header, variant)
    path.write_text("".join(json.dumps(line) + "\n" for line in [header, variant, *others]))


def part(variant: dict[str, Any]) -> Any:
    return variant["tasks"][0]["parts"][0]


CHANGES: dict[str, Change] = {
    "another seed": lambda header, _: header.update(seed=header["seed"] + 1),
    "another typical effort": lambda header, _: header["expected"][0].update(effort=1.0),
    "another smallest effort": lambda header, _: header["expected"][0].update(smallest=1.0),
    "nothing that varies": lambda header, _: header["expected"][0].update(varying=["forward"]),
    "answers alike that are not": lambda header, _: header["expected"][0]["alike"].update(
        forward=[["the right answer", "kernel flipped"]]
    ),
    "another TeX": lambda header, _: header["tex"].update(version="pdfTeX 1.0"),
    "other candidates": lambda _, variant: part(variant).update(candidates=9999),
    "other rejections": lambda _, variant: part(variant).update(rejected={"It is full.": 3}),
}


@pytest.fixture
def folder(cli: Cli, tmp_path: Path) -> Path:
    arguments = ("-n", 2, "--seed", 4, "--out", tmp_path / "out")
    assert 0 == cli("generate", "pooling", *arguments).code
    return tmp_path / "out"


@pytest.mark.parametrize("case", CHANGES)
def test_what_a_manifest_says_of_its_run_is_proven(cli: Cli, folder: Path, case: str) -> None:
    change(folder, CHANGES[case])
    run = cli("verify", folder, "--json")
    failed = {failure["check"] for failure in json.loads(run.out)["failures"]}
    assert (1, True) == (run.code, bool(failed & {"redraw", "specified"}))


def test_a_key_that_stands_twice_is_refused(cli: Cli, folder: Path) -> None:
    path = folder / "manifest.jsonl"
    path.write_text(path.read_text().replace('"seed":4', '"seed":5,"seed":4', 1))
    run = cli("verify", folder)
    assert (2, True) == (run.code, "line 1: not JSON: the key 'seed' stands twice" in run.err)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"format": ' + "1" * 5000 + "}", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("\0", "not JSON"),
        ('{"a": "' + "x" * 6_000_000 + '"}', "more than 5,000,000 letters"),
    ],
    ids=["a long number", "deep lists", "no text", "a long line"],
)
def test_a_line_that_nobody_can_read_is_named(cli: Cli, folder: Path, line: str, said: str) -> None:
    (folder / "manifest.jsonl").write_text(f"{line}\n")
    run = cli("verify", folder)
    assert (2, True) == (run.code, said in run.err)


@pytest.mark.parametrize("name", ["manifest.jsonl", "questions/001.pdf", "print.pdf"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "nothing", "a link in a circle"])
def test_what_is_no_file_is_told_at_once(cli: Cli, folder: Path, name: str, kind: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "nothing":
            path.touch()
        case _:
            path.symlink_to(path)
    run = cli("verify", folder)
    assert run.code or f"not proven: {name}, a link" in run.out
    assert "Traceback" not in run.err


def test_a_sheet_that_cannot_be_read_leaves_all_others_proven(cli: Cli, folder: Path) -> None:
    (folder / "questions" / "001.pdf").write_bytes(b"%PDF-1.5\n")
    found = json.loads(cli("verify", folder, "--json").out)
    places = {failure["place"] for failure in found["failures"]}
    assert {"001, question questions/001.pdf", "question 001, strange"} <= places
    assert not any(place.startswith("002") for place in places)


def test_what_lies_beside_the_sheets_is_told(cli: Cli, folder: Path) -> None:
    (folder / "tex").mkdir()
    (folder / "tex" / "a.tex").touch()
    (folder / "notes.txt").touch()
    (folder / "link").symlink_to(folder)
    run = cli("verify", folder)
    assert 0 == run.code
    for told in ("link, a link to another place", "notes.txt", "tex/, 1 files"):
        assert f"not proven: {told}\n" in run.out


def test_a_print_file_that_was_taken_away_is_told(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert 0 == cli("generate", "pooling", "-n", 1, "--print", "--out", out).code
    (out / "layout.json").unlink()
    assert (
        "not proven: layout.json, which is not there, though print.pdf is" in cli("verify", out).out
    )


def test_a_pair_does_not_tell_what_its_answers_are(cli: Cli, folder: Path) -> None:
    sheets = [folder / "questions" / "001.pdf", folder / "solutions" / "002.pdf"]
    told = cli("verify", *sheets)
    assert 1 == told.code
    assert "expected  what the question asks for" in told.out
    assert "[[" not in told.out
    full = cli("verify", *sheets, "--expected", folder)
    assert (1, True) == (full.code, "[[" in full.out)
    other = folder.parent / "other"
    assert 0 == cli("generate", "pooling", "-n", 1, "--seed", 9, "--out", other).code
    refused = cli("verify", *sheets, "--expected", other)
    assert (2, True) == (refused.code, "neither sheet is one of this folder's" in refused.err)


@pytest.mark.parametrize(
    "practice",
    [Practice(), Practice(("pooling", "dense.forward"), 3, "rising", "de", "letter")],
    ids=["as it comes", "with everything"],
)
def test_a_command_says_what_its_sheet_is(practice: Practice) -> None:
    found, spec = practice_of(practice.command(7), 7)
    assert practice == found
    assert practice.exercises == len(spec.task)


def test_another_command_at_the_foot_is_caught(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "p"
    assert 0 == cli("practice", "pooling", "-n", 2, "--seed", 3, "--out", out).code
    change(out, lambda header, _: header.update(practice="worksheetgen practice dense -n 2"))
    assert "redraw failed: command" in cli("verify", out).out
