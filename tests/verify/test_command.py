"""The command verify, on folders and pairs, right and wrong."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from worksheetgen import __version__
from worksheetgen.verify.folder import verify_folder
from worksheetgen.verify.report import Report


def change_manifest(folder: Path, change: Any) -> None:
    path = folder / "manifest.jsonl"
    header, *variants = [json.loads(line) for line in path.read_text().splitlines()]
    change(variants[0])
    path.write_text("".join(json.dumps(record) + "\n" for record in [header, *variants]))


@pytest.mark.parametrize("item", range(5))
def test_verify_misses_no_changed_answer(cli: Cli, reference: Path, item: int) -> None:
    def change(variant: dict[str, Any]) -> None:
        record = variant["tasks"][0]["parts"][0]["items"][item]
        text = json.dumps(record["answer"])
        for old, new in (("decreases", "increases"), ("2", "3"), ("4", "5")):
            if old in text:
                record["answer"] = json.loads(text.replace(old, new, 1))
                return

    change_manifest(reference, change)
    run = cli("verify", reference)
    assert 1 == run.code
    for word in ("recompute failed: 001, task 3, (a)", "expected", "found"):
        assert word in run.out


def test_verify_misses_no_changed_given(cli: Cli, reference: Path) -> None:
    change_manifest(
        reference, lambda v: v["tasks"][0]["parts"][0]["given"]["X"][0].__setitem__(0, 1)
    )
    assert 1 == cli("verify", reference).code


def test_verify_misses_no_wrong_total(cli: Cli, reference: Path) -> None:
    change_manifest(reference, lambda v: v["tasks"][0].update(points=11))
    assert "expected  17" in cli("verify", reference).out


def test_verify_misses_no_changed_or_missing_file(cli: Cli, reference: Path) -> None:
    with (reference / "questions" / "001.pdf").open("ab") as pdf:
        pdf.write(b"%")
    assert 1 == cli("verify", reference).code
    (reference / "questions" / "001.pdf").unlink()
    assert "missing" in cli("verify", reference).out


def test_verify_refuses_a_manifest_without_variants(cli: Cli, reference: Path) -> None:
    manifest = reference / "manifest.jsonl"
    manifest.write_text(manifest.read_text().partition("\n")[0] + "\n")
    run = cli("verify", reference)
    assert (2, True) == (run.code, "nothing to check" in run.err)


def test_verify_names_the_line_whose_spec_is_none(cli: Cli, reference: Path) -> None:
    path = reference / "manifest.jsonl"
    header, variants = path.read_text().split("\n", 1)
    record = json.loads(header)
    record["spec"]["variants"] = 0
    path.write_text(f"{json.dumps(record)}\n{variants}")
    run = cli("verify", reference)
    assert (2, True) == (run.code, f"{path}, line 1: spec, variants: " in run.err)


STRANGE: dict[str, Any] = {
    "no parts": lambda v: v["tasks"][0].pop("parts"),
    "no tasks": lambda v: v["tasks"].clear(),
    "a fraction as answer": lambda v: v["tasks"][0]["parts"][0]["items"][2].update(answer=0.5),
    "a path outside": lambda v: v["files"]["question"].update(path="/etc/passwd"),
    "no solution": lambda v: v["files"].pop("solution"),
    "a huge number": lambda v: v["tasks"][0]["parts"][0]["given"].update(padding=[10**12, 0]),
}


@pytest.mark.parametrize("case", STRANGE)
def test_verify_names_the_line_that_is_not_of_the_format(
    cli: Cli, reference: Path, case: str
) -> None:
    change_manifest(reference, STRANGE[case])
    run = cli("verify", reference)
    assert (2, True) == (run.code, "line 2: not format 1" in run.err)


OTHER: dict[str, Any] = {
    "another item": lambda v: v["tasks"][0]["parts"][0]["items"][0].update(item="windows"),
    "another label": lambda v: v["tasks"][0]["parts"][0]["items"][0].update(label="ii"),
    "another variant": lambda v: v.update(variant="002"),
    "another stride": lambda v: v["tasks"][0]["parts"][0]["given"].update(stride=[2, 1]),
    "another part": lambda v: v["tasks"][0]["parts"].append(v["tasks"][0]["parts"][0]),
    "other points": lambda v: v["tasks"][0]["parts"][0]["items"][0].update(points=3),
    "question and solution exchanged": lambda v: v.update(
        files={"question": v["files"]["solution"], "solution": v["files"]["question"]}
    ),
}


@pytest.mark.parametrize("case", OTHER)
def test_verify_misses_nothing_that_the_spec_did_not_ask_for(
    cli: Cli, reference: Path, case: str
) -> None:
    change_manifest(reference, OTHER[case])
    run = cli("verify", reference)
    assert (1, True) == (run.code, "specified failed" in run.out)


def test_verify_names_the_part_that_has_other_givens(cli: Cli, reference: Path) -> None:
    change_manifest(reference, OTHER["another stride"])
    assert "specified failed: 001, givens of part 1" in cli("verify", reference).out


def test_verify_misses_no_sheet_beside_the_manifest(cli: Cli, reference: Path) -> None:
    solution = (reference / "solutions" / "001.pdf").read_bytes()
    (reference / "questions" / "002.pdf").write_bytes(solution)
    (reference / "questions" / "answers.txt").write_text("4 -3 -2")
    out = cli("verify", reference).out
    assert "questions/002.pdf" in out
    assert "questions/answers.txt" in out


def test_verify_takes_a_pair_without_its_manifest(cli: Cli, reference: Path) -> None:
    pair = [reference / "questions" / "001.pdf", reference / "solutions" / "001.pdf"]
    assert 0 == cli("verify", *pair).code
    assert 1 == cli("verify", pair[0], pair[0]).code
    assert 2 == cli("verify", pair[0], reference / "manifest.jsonl").code


@pytest.mark.parametrize("option", ["--expected", "--templates"])
def test_what_goes_with_a_pair_is_refused_with_a_folder(
    cli: Cli, reference: Path, option: str
) -> None:
    run = cli("verify", reference, option, reference)
    assert 2 == run.code
    assert "go with a pair of PDFs" in run.err


def test_progress_counts_the_variants_from_one(reference: Path) -> None:
    heard: list[tuple[int, int]] = []
    verify_folder(reference, lambda *progress: heard.append(progress))
    assert [(1, 1)] == heard


def test_a_report_keeps_what_it_had_when_another_is_added() -> None:
    reports = [Report(), Report()]
    for report, place in zip(reports, ("001", "002"), strict=True):
        report.compare("recompute", place, 1, 1)
        report.compare("recompute", place, 1, 2)
    reports[0].add(reports[1])
    assert [("recompute", "001"), ("recompute", "002")] == reports[0].proven
    assert ["001", "002"] == [failure.place for failure in reports[0].failures]


def test_reports_for_programs_name_each_check(cli: Cli, reference: Path, tmp_path: Path) -> None:
    change_manifest(
        reference, lambda v: v["tasks"][0]["parts"][0]["items"][2].update(answer=[2, 1, -1, 6])
    )
    junit = tmp_path / "junit.xml"
    run = cli("verify", reference, "--json", "--junit", junit)
    outcome = json.loads(run.out)
    assert 1 == run.code
    assert {"recompute", "differentiate", "read back"} == {
        failure["check"] for failure in outcome["failures"]
    }
    suite = ET.parse(junit).getroot()  # noqa: S314 - our own file
    cases = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(cases)
    assert len(outcome["failures"]) == len(suite.findall("testcase/failure"))
    assert "" == cli("verify", reference, "-q").out.partition("failed")[0].replace("recompute ", "")


def test_sheets_of_another_version_are_named_and_left_to_it(cli: Cli, reference: Path) -> None:
    manifest = reference / "manifest.jsonl"
    text = manifest.read_text(encoding="utf-8")
    assert f'"worksheetgen":"{__version__}"' in text
    manifest.write_text(text.replace(__version__, "0.1.0", 1), encoding="utf-8")
    run = cli("verify", reference)
    assert 2 == run.code
    assert "worksheetgen 0.1.0 made these sheets" in run.err
