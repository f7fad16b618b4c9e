"""Commands as users run them, the right way and the wrong way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import PART_A, Cli, heed_interrupts
from tests.tex import text_of
from tests.verify.making import answering
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.problems.convolution import Convolution
from worksheetgen.typeset.tex import find_tex
from worksheetgen.variants.manifest import read_header, read_variants
from worksheetgen.variants.overview import Overview
from worksheetgen.workers import WORK

BAD_SPEC = (
    'title = "x"\n[[task]]\nnumber = 1\ntitle = "y"\n[[task.part]]\nproblem = "convolution"\n'
)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_reference_exam_stands_on_paper(reference: Path) -> None:
    question = text_of((reference / "questions" / "001.pdf").read_bytes())
    solution = text_of((reference / "solutions" / "001.pdf").read_bytes())
    for text in (question, solution):
        for words in ("Task 3", "Convolution", "(17 points)", "Variant 001", "(3P)"):
            assert words in text
    assert "Page 4 of 4" in question
    assert "Page 6 of 6" in solution
    assert "Student number" in question
    assert "Solution" not in question
    for words in (
        "H0 = 1 · 2 + 0 · (−1) + (−1) · 0 + (−2) · (−1) = 2 + 0 + 0 + 2 = 4",
        "L = H1 + 2H2",
        "If K00 increases slightly, L decreases.",
        "If K00 decreases slightly, L increases.",
    ):
        assert words in solution


def test_names_are_said_as_they_are(cli: Cli) -> None:
    assert ":smile:.toml: No such file" in cli("generate", ":smile:.toml").err
    assert "[red].toml: No such file" in cli("generate", "[red].toml").err


def test_the_same_seed_makes_the_same_bytes_in_any_folder(
    cli: Cli, tmp_path: Path, thirty: Path
) -> None:
    again = tmp_path / "again"
    assert 0 == cli("generate", PART_A, "-n", 30, "--seed", 7, "--out", again).code
    assert 61 == len(files(thirty))
    assert files(thirty) == files(again)
    assert 0 == cli("verify", again).code


def test_a_variant_is_the_same_however_many_there_are(
    cli: Cli, tmp_path: Path, thirty: Path
) -> None:
    cli("generate", PART_A, "-n", 5, "--seed", 7, "--out", tmp_path / "five")
    few, many = files(tmp_path / "five"), files(thirty)
    del few["manifest.jsonl"]
    assert few == {name: many[name] for name in few}


def test_an_unseeded_exam_is_a_new_one_and_records_its_seed(cli: Cli, tmp_path: Path) -> None:
    seeds = set()
    for name in ("one", "two"):
        out = cli("generate", "-n", 1, "--out", tmp_path / name).out
        header = json.loads((tmp_path / name / "manifest.jsonl").read_text().partition("\n")[0])
        assert f"--seed {header['seed']}" in out
        seeds.add(header["seed"])
    assert 2 == len(seeds)


WRONG = {
    "missing file": ["generate", "nowhere.toml"],
    "unknown exam": ["generate", "convolutoin"],
    "zero variants": ["generate", "-n", "0"],
    "text for a number": ["generate", "-n", "many"],
    "negative seed": ["generate", "--seed", "-1"],
    "unknown paper": ["generate", "--paper", "a5"],
    "unknown option": ["generate", "--sede", "1"],
    "unknown command": ["genrate"],
    "impossible values": ["generate", "impossible.toml"],
    "no such TeX": ["generate", "--tex", "./pdftex"],
    "nothing to verify": ["verify", "nowhere"],
    "spec without its ending": ["new", "exam"],
    "spec that exists": ["new", "impossible.toml"],
    "spec in a folder that does not exist": ["new", "nowhere/exam.toml"],
    "output is a file": ["generate", "--out", "impossible.toml"],
    "folder as a spec": ["generate", "."],
    "a name too long": ["generate", "a" * 300],
    "a folder's name too long": ["generate", "--out", "a" * 300],
    "a program that is no TeX": ["generate", "--tex", "/bin/true"],
    "spec from an unknown one": ["new", "other.toml", "--from", "missing.toml"],
    "three things to verify": ["verify", "a.pdf", "b.pdf", "c.pdf"],
    "nothing to report": ["report", "nowhere"],
    "output below a file": ["generate", "--out", "impossible.toml/out"],
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_one_message_and_leaves_nothing(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tmp_path / "impossible.toml"
    spec.write_text(BAD_SPEC + "[task.part.sample]\nvalues = [1, 1]\n")
    before = files(tmp_path)
    run = cli(*WRONG[case])
    assert (2, "") == (run.code, run.out)
    assert "rror" in run.err
    assert "Traceback" not in run.err
    assert before == files(tmp_path)
    assert [spec] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(cli: Cli) -> None:
    run = cli("generate", "-n", 1, "--out", "/proc/worksheets")
    assert (2, True) == (run.code, "/proc/worksheets: " in run.err)


def test_another_exams_sheets_are_not_overwritten(cli: Cli, reference: Path) -> None:
    before = files(reference)
    run = cli("generate", "reference", "--seed", 2, "--out", reference)
    assert (2, True) == (run.code, "--replace" in run.err)
    assert before == files(reference)
    assert 0 == cli("generate", "reference", "--seed", 1, "--out", reference).code
    assert before == files(reference)
    again = cli("generate", "-n", 2, "--seed", 2, "--out", reference, "--replace")
    assert 0 == again.code
    assert 0 == cli("verify", reference).code


def test_what_the_user_put_or_changed_there_is_not_given_up(cli: Cli, tmp_path: Path) -> None:
    command = ("generate", "reference", "--seed", 5, "--keep-tex", "--out", tmp_path)
    cli(*command)
    for name in ("tex/001-question.tex", "tex/2025-mine.tex", "questions/2025-final.pdf"):
        (tmp_path / name).write_text("mine")
    assert 0 == cli(*command).code
    for name in ("tex/001-question.tex", "tex/2025-mine.tex", "questions/2025-final.pdf"):
        assert "mine" == (tmp_path / name).read_text()
    (tmp_path / "questions" / "001.pdf").write_text("mine")
    run = cli(*command)
    assert (2, True) == (run.code, "questions/001.pdf that is not as it was made" in run.err)
    assert "mine" == (tmp_path / "questions" / "001.pdf").read_text()


def test_a_folder_with_questions_of_somebody_else_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "mine.txt").write_text("mine")
    assert 2 == cli("generate", "reference", "--out", tmp_path).code
    assert 0 == cli("generate", "reference", "--out", tmp_path, "--replace").code
    assert "mine" == (tmp_path / "questions" / "mine.txt").read_text()


def test_a_file_where_a_folder_must_be_is_named_and_nothing_lost(cli: Cli, reference: Path) -> None:
    shutil.rmtree(reference / "questions")
    (reference / "questions").touch()
    before = files(reference)
    assert 2 == cli("generate", "-n", 2, "--out", reference, "--replace").code
    assert before == files(reference)


def test_an_interrupted_run_goes_on_to_the_same_bytes(
    cli: Cli, tmp_path: Path, thirty: Path
) -> None:
    shutil.copytree(thirty, tmp_path / "torn")
    manifest = tmp_path / "torn" / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:20]) + lines[20][:100])
    for path in (tmp_path / "torn" / "solutions").glob("02*.pdf"):
        path.unlink()
    assert 0 == cli("generate", PART_A, "-n", 30, "--seed", 7, "--out", tmp_path / "torn").code
    assert files(thirty) == files(tmp_path / "torn")


def test_a_tex_failure_leaves_the_earlier_sheets(cli: Cli, reference: Path) -> None:
    before = files(reference)
    false = "/bin/false"
    assert 2 == cli("generate", "reference", "--tex", false, "--out", reference, "--replace").code
    assert before == files(reference)


def test_hostile_titles_are_printed_literally(cli: Cli, tmp_path: Path) -> None:
    title = r"100 % \input{/etc/passwd} & #1_{x}^~ $y$"
    spec = tmp_path / "exam.toml"
    spec.write_text(BAD_SPEC.replace('"x"', f"'{title}'").replace('"y"', f"'{title}'"))
    assert 0 == cli("generate", spec, "--seed", 1, "--out", tmp_path / "out").code
    text = text_of((tmp_path / "out" / "questions" / "001.pdf").read_bytes())
    assert 2 < text.count(title)


def test_sources_to_edit_compile_to_the_same_pages(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("generate", "reference", "--keep-tex", "--out", tmp_path).code
    names = sorted(path.name for path in (tmp_path / "tex").iterdir())
    assert ["001-question.tex", "001-solution.tex", "worksheet.sty"] == names
    work = tmp_path / "work"
    work.mkdir()
    style = tmp_path / "tex" / "worksheet.sty"
    for kind in ("question", "solution"):
        source = (tmp_path / "tex" / f"001-{kind}.tex").read_text(encoding="utf-8")
        run = find_tex("embedded").run(source, {style.name: style.read_bytes()}, work, sheets=1)
        assert text_of(run.pdf) == text_of((tmp_path / f"{kind}s" / "001.pdf").read_bytes())


@pytest.mark.parametrize(
    ("exam", "task", "seed"),
    [("Exam 2026", "Convolution", 2026), ("1 of 24 May", "When L increases", 2027)],
    ids=["the seed in the title", "words of an answer in the title"],
)
def test_titles_are_no_leak(cli: Cli, tmp_path: Path, exam: str, task: str, seed: int) -> None:
    spec = tmp_path / "exam.toml"
    text = BAD_SPEC.replace('"x"', f'"{exam}"').replace('"y"', f'"{task}"')
    spec.write_text(text + "[task.part.sample]\ninput_shape = [2, 2]\n")
    run = cli("generate", spec, "-n", 6, "--seed", seed, "--out", tmp_path / "out")
    assert (0, "") == (run.code, run.err)


def test_sheets_that_fail_a_check_do_not_appear(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Convolution.items["kernel_gradient"]
    monkeypatch.setattr(item, "work", answering(item.work, np.negative))
    run = cli("generate", "reference", "--out", tmp_path / "out")
    assert (1, "") == (run.code, run.out)
    assert "recompute failed: 001, task 3, (a), iii. kernel_gradient" in run.err
    assert not (tmp_path / "out").exists()
    unproven = cli("generate", "reference", "--no-verify", "--out", tmp_path / "out")
    assert (0, True) == (unproven.code, "Nothing was proven" in unproven.out)
    assert 1 == cli("verify", tmp_path / "out").code


def test_new_writes_a_spec_that_generate_takes(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "mine.toml"
    assert 0 == cli("new", spec).code
    assert 0 == cli("generate", spec, "-n", 1, "--out", tmp_path / "out").code
    assert "# " in spec.read_text(encoding="utf-8")


def test_list_shows_problems_items_options_and_exams(cli: Cli) -> None:
    run = cli("list")
    for word in ("convolution", "kernel_gradient", "sample.stride", "given.X", "reference"):
        assert word in run.out


def test_a_killed_run_leaves_nothing_aside(tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    arguments = ("generate", "pooling", "-n", "40", "--jobs", "2", "--out", tmp_path / "out")
    run = subprocess.Popen(
        [sys.executable, "-m", "worksheetgen", *map(str, arguments)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"TMPDIR": str(aside)},
    )
    until = time.monotonic() + 60
    while not list(aside.glob(f"{WORK}*")):
        assert time.monotonic() < until
        time.sleep(0.02)
    run.kill()
    run.wait()
    while list(aside.glob(f"{WORK}*")):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize(("times", "jobs"), [(1, 2), (2, 1)])
def test_an_interrupted_run_leaves_whole_files_and_a_readable_manifest(
    tmp_path: Path, times: int, jobs: int
) -> None:
    out = tmp_path / "out"
    (tmp_path / "aside").mkdir()
    command = [
        sys.executable,
        "-m",
        "worksheetgen",
        "generate",
        str(PART_A),
        "-n",
        str(102 * jobs),
        "--jobs",
        str(jobs),
        "--out",
        str(out),
    ]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(tmp_path / "aside")},
        preexec_fn=heed_interrupts,  # noqa: PLW1509 - no thread of ours runs here
    ) as run:
        while run.poll() is None and not (out / "questions").exists():
            time.sleep(0.05)
        for _ in range(times):
            os.killpg(run.pid, signal.SIGINT)  # as a terminal does
            time.sleep(0.02)
        message = run.communicate()[1].decode()
    if times == 1:
        assert f"stopped; finished variants are in {out}" == message.strip()
        assert [] == list((tmp_path / "aside").iterdir())
    assert run.returncode in ((130,) if times == 1 else (130, -signal.SIGINT))
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    named = {file["path"] for line in lines[1:] for file in line["files"].values()}
    assert named <= set(files(out))
    assert all(
        content.rstrip().endswith(b"%%EOF")
        for name, content in files(out).items()
        if name.endswith(".pdf")
    )
    assert not list(tmp_path.rglob(".*.part"))


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ten")
    generate(Build(load_spec(PART_A, seed=5), folder, find_tex("embedded")))
    return folder


def test_a_report_shows_what_generate_showed(cli: Cli, ten: Path, tmp_path: Path) -> None:
    reported = cli("report", ten)
    assert 0 == reported.code
    for words in ("typical", "broken constraint", "10 of 10"):
        assert words in reported.out
    generated = cli("generate", PART_A, "--seed", 5, "--report", "--out", tmp_path / "again")
    assert reported.out in generated.out
    short = cli("generate", PART_A, "--seed", 5, "--out", tmp_path / "short")
    assert "typical" not in short.out
    assert "Every check proven." in short.out


def test_a_report_draws_effort(cli: Cli, ten: Path, tmp_path: Path) -> None:
    assert 0 == cli("report", ten, "--plot", tmp_path / "effort.png").code
    with Image.open(tmp_path / "effort.png") as picture:
        assert len({*picture.convert("L").tobytes()}) > 2


def test_a_picture_of_an_unknown_format_is_refused(cli: Cli, ten: Path, tmp_path: Path) -> None:
    run = cli("report", ten, "--plot", tmp_path / "effort.doc")
    assert (2, True) == (run.code, "effort.doc" in run.err)
    assert [] == list(tmp_path.iterdir())


def test_a_report_without_matplotlib_says_what_is_missing(
    cli: Cli, ten: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    run = cli("report", ten, "--plot", tmp_path / "effort.png")
    assert (2, True) == (run.code, "pip install matplotlib" in run.err)


NARROW: dict[str, str] = {
    "one output of few values": "input_shape = [2, 2]\nvalues = [-1, 1]",
    "strides that leave one output": "input_shape = [2, 4]\nstride = [2, 3]\nvalues = [-1, 2]",
    "an effort on the band's very edge": "input_shape = [3, 4]\nvalues = [-1, 2]",
    "two values": "input_shape = [3, 4]\nvalues = [1, 2]",
    "no and yes": "input_shape = [4, 4]\nvalues = [0, 1]",
    "many rows in the key": "input_shape = [5, 6]\nkernel_shape = [3, 2]\nstride = [2, 1]",
}


@pytest.mark.parametrize("case", NARROW)
def test_narrow_settings_make_proven_sheets_or_say_what_to_change(
    cli: Cli, tmp_path: Path, case: str
) -> None:
    spec = tmp_path / "exam.toml"
    spec.write_text(f"{BAD_SPEC}[task.part.sample]\n{NARROW[case]}\n")
    run = cli("generate", spec, "-n", 8, "--seed", 34, "--out", tmp_path / "out")
    if run.code:
        assert (2, True) == (run.code, "diagnosable = false" in run.err)
    else:
        assert 0 == cli("verify", tmp_path / "out").code


def test_a_deleted_sheet_is_made_again(cli: Cli, tmp_path: Path) -> None:
    exam = ("generate", "-n", 3, "--seed", 1, "--out", tmp_path)
    assert 0 == cli(*exam).code
    before = files(tmp_path)
    (tmp_path / "solutions" / "002.pdf").unlink()
    assert 0 == cli(*exam).code
    assert before == files(tmp_path)


def test_a_given_may_be_the_number_of_the_seed(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("generate", PART_A, "-n", 12, "--seed", 200, "--out", tmp_path).code
    given = [
        json.loads(line)["tasks"][0]["parts"][0]["given"]["entry_gradient"]
        for line in (tmp_path / "manifest.jsonl").read_text().splitlines()[1:]
    ]
    assert 200 in map(abs, given)


def test_without_a_key_solutions_end_with_the_solutions(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("generate", PART_A, "-n", 2, "--seed", 5, "--no-key", "--out", tmp_path).code
    solution = text_of((tmp_path / "solutions" / "002.pdf").read_bytes())
    assert "Marking key" not in solution
    assert "Page 2 of 2" in solution
    assert 0 == cli("verify", tmp_path).code


def test_a_key_has_the_points_that_the_spec_says(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "exam.toml"
    credit = '[task.part.credit.forward]\n"kernel flipped" = 2'
    spec.write_text(BAD_SPEC + credit)
    assert 0 == cli("generate", spec, "--out", tmp_path / "out").code
    record = json.loads((tmp_path / "out" / "manifest.jsonl").read_text().splitlines()[1])
    rows = record["tasks"][0]["parts"][0]["items"][0]["key"]
    assert {"kernel flipped": 2} == {
        row["happened"]: row["points"] for row in rows if "flipped" in row["happened"]
    }
    assert 0 == cli("verify", tmp_path / "out").code


def test_a_whole_exam_is_as_even_as_its_parts(cli: Cli, tmp_path: Path) -> None:
    spec = tmp_path / "exam.toml"
    part = '[[task.part]]\nproblem = "convolution"\nitems = ["forward", "gradient_sign"]\n'
    spec.write_text("effort = {spread = 0.05}\n" + BAD_SPEC + part)
    run = cli("generate", spec, "--report", "-n", 12, "--seed", 2, "--out", tmp_path / "out")
    assert 0 == run.code
    overview = Overview(read_header(tmp_path / "out"))
    for variant in read_variants(tmp_path / "out"):
        overview.add(variant)
    assert {"task 1, (a)", "task 1, (b)"} == {*overview}
    typical = sum(part.typical for part in overview.values())
    assert all(abs(effort - typical) <= 0.05 * typical for effort in overview.effort)
    assert "│ all" in run.out
