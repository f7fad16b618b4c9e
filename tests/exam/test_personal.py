"""Personal sheets: codes and givens that nobody makes without the secret, and all checks hold."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from tests.conftest import Cli
from tests.rosters import ROSTER, SECRET, SPEC, written
from tests.tampering import block, rewrite
from tests.tex import text_of
from worksheetgen.exam.personal import (
    CODE_LENGTH,
    FEWEST_SECRET_BYTES,
    code,
    exam_key,
    fresh_secret,
    people_of,
)
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.student import WIDEST_ID, WIDEST_NAME, Student, _is_of_names
from worksheetgen.typeset.characters import _OF_NAMES, widest
from worksheetgen.variants.manifest import PersonRecord

CHOICES = SPEC.replace('"pooling"', '"concepts"').replace(
    '["max_forward", "average_forward"]', '["which_entry", "descent_step", "zero_gradient"]'
)
"""An exam whose few answers neighbours would have to share."""


KEY = exam_key(SECRET, 5, "Exam")


def people(
    secret: str, seed: int, ids: Sequence[str], title: str = "Exam"
) -> dict[str, tuple[str, int]]:
    roster = Roster(tuple(Student(n, own, own) for n, own in enumerate(ids)))
    return {p.id: (p.code, p.root) for p in people_of(roster, exam_key(secret, seed, title))}


def test_seeds_of_students_have_256_bits_and_secrets_128_at_least() -> None:
    roots = [root for _, root in people(fresh_secret(), 1, [f"s{n}" for n in range(2000)]).values()]
    assert 2000 == len(set(roots))
    assert all(0 <= root < 2**256 for root in roots)
    # Each bit is set in about half of them: 2,000 throws, 6 standard deviations.
    counts = [sum(root >> bit & 1 for root in roots) for bit in range(256)]
    assert all(abs(count - 1000) < 6 * 22.4 for count in counts)
    assert 128 == 8 * FEWEST_SECRET_BYTES


def test_codes_differ_and_tell_nothing_of_ids_and_seeds() -> None:
    ids = [f"s{n}" for n in range(5000)]
    codes = [found for found, _ in people(SECRET, 1, ids).values()]
    assert 5000 == len(set(codes))
    assert {CODE_LENGTH} == set(map(len, codes))
    for again in (people(SECRET, 2, ids), people(SECRET, 1, ids, "Retake")):
        assert not set(codes) & {found for found, _ in again.values()}


def test_one_bit_of_the_secret_changes_every_code_and_seed() -> None:
    other = f"{int(SECRET, 16) ^ 1:032x}"
    ours, theirs = people(SECRET, 1, ["a", "b"]), people(other, 1, ["a", "b"])
    assert all(ours[own][0] != theirs[own][0] and ours[own][1] != theirs[own][1] for own in ours)


def test_what_a_student_gets_depends_on_no_other() -> None:
    ids = [f"s{n}" for n in range(50)]
    shuffled = ids[40:10:-3]
    alone, together = people(SECRET, 1, shuffled), people(SECRET, 1, ids)
    assert alone == {own: together[own] for own in shuffled}
    assert together["s7"][0] == code(exam_key(SECRET, 1, "Exam"), "s7")


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("8f14e45fceea167a5a36dedd4bea25", "32 to 256 hexadecimal digits"),
        ("8F14E45FCEEA167A5A36DEDD4BEA2543", "hexadecimal"),
        ("correct horse battery staple, twice over", "hexadecimal"),
        ("0" * 32, "too regular"),
    ],
)
def test_a_weak_secret_is_refused(cli: Cli, tmp_path: Path, secret: str, said: str) -> None:
    path = tmp_path / "exam.toml"
    path.write_text(SPEC.replace(SECRET, secret))
    run = cli("generate", path, "--out", tmp_path / "out")
    assert 2 == run.code
    assert said in run.err


def test_without_a_secret_a_fresh_one_is_proposed(cli: Cli, tmp_path: Path) -> None:
    roster = written(tmp_path, ROSTER)
    said = [cli("generate", "pooling", "--roster", roster).err for _ in range(2)]
    assert all("secret = " in message for message in said)
    assert said[0] != said[1]


@pytest.fixture
def personal(cli: Cli, tmp_path: Path) -> Path:
    (tmp_path / "exam.toml").write_text(SPEC)
    return generate(cli, tmp_path, ROSTER, "out")


def generate(cli: Cli, folder: Path, roster: str, out: str, spec: str = "exam.toml") -> Path:
    path = written(folder, roster)
    run = cli("generate", folder / spec, "--roster", path, "--out", folder / out)
    assert (0, "") == (run.code, run.err)
    return folder / out


def records(out: Path) -> list[Any]:
    return [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()[1:]]


def test_personal_sheets_are_named_by_id_and_proven(cli: Cli, personal: Path) -> None:
    for kind in ("questions", "solutions"):
        assert ["s1.pdf", "s2.pdf", "s3.pdf", "s4.pdf"] == sorted(
            path.name for path in (personal / kind).iterdir()
        )
    assert 0 == cli("verify", personal).code
    pair = [personal / kind / "s3.pdf" for kind in ("questions", "solutions")]
    assert 0 == cli("verify", *pair).code
    assert 1 == cli("verify", pair[0], personal / "solutions" / "s4.pdf").code


def test_names_are_printed_and_what_changed_is_said(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    roster = written(tmp_path, ROSTER.replace("王小明", "ბექა"))
    run = cli("generate", tmp_path / "exam.toml", "--roster", roster, "--out", tmp_path / "out")
    assert "line 4: ბექა as beka" in run.out
    assert "Łukasz" not in run.out
    assert "Nguyễn" not in run.out
    names = ["Łukasz Żółć", "Nguyễn Thị Ánh", "beka", "Maeve O’Neill"]
    for number, name in enumerate(names, start=1):
        for kind in ("questions", "solutions"):
            said = text_of((tmp_path / "out" / kind / f"s{number}.pdf").read_bytes())
            assert name in said
            assert f"s{number}" in said


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_names_as_wide_as_can_be_of_every_letter_are_read_back(
    cli: Cli, tmp_path: Path, paper: str
) -> None:
    letters = sorted(sign for sign in _OF_NAMES - set("?,;\"' ") if _is_of_names(sign))
    fours = ["".join(letters[start : start + 4]) for start in range(0, len(letters), 4)]
    names = [
        f"A{four * int((WIDEST_NAME - 1) / widest(four) - n % 12)}" for n, four in enumerate(fours)
    ]
    most = int(WIDEST_ID / widest("W")) - 3
    lines = [f"{n:03}{'W' * (n % most)},{name}" for n, name in enumerate(names)]
    (tmp_path / "exam.toml").write_text(f'paper = "{paper}"\n{SPEC}')
    generate(cli, tmp_path, "\n".join(["id,name", *lines]), "out")


def test_qr_codes_are_read_back_from_a_scan_at_150_dpi(personal: Path) -> None:
    for number, record in enumerate(records(personal), start=1):
        with PdfDocument(personal / "questions" / f"s{number}.pdf") as document:
            pictures = [page.render(scale=150 / 72).to_pil() for page in document]
        read = [[found.text for found in zxingcpp.read_barcodes(picture)] for picture in pictures]
        own = record["person"]["code"]
        assert [[f"{own}/{page}"] for page in range(1, len(read) + 1)] == read


def test_nothing_on_a_personal_sheet_depends_on_the_seed_alone(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    (tmp_path / "other.toml").write_text(SPEC.replace(SECRET, SECRET[::-1]))
    ours = records(generate(cli, tmp_path, ROSTER, "ours"))
    theirs = records(generate(cli, tmp_path, ROSTER, "theirs", "other.toml"))
    for one, other in zip(ours, theirs, strict=True):
        assert one["person"]["code"] != other["person"]["code"]
        assert one["tasks"] != other["tasks"]
    assert 0 == cli("generate", tmp_path / "exam.toml", "-n", 4, "--out", tmp_path / "plain").code
    plain = records(tmp_path / "plain")
    assert not any(one["tasks"] == other["tasks"] for one in ours for other in plain)


def test_the_secret_stands_in_no_file_and_the_root_in_no_pdf(personal: Path) -> None:
    assert not any(
        SECRET.encode() in path.read_bytes() for path in personal.rglob("*") if path.is_file()
    )
    ids = [f"s{n}" for n in range(1, 5)]
    roots = [root for _, root in people(SECRET, 5, ids).values()]
    for path in personal.rglob("*.pdf"):
        text = text_of(path.read_bytes())
        assert SECRET not in text
        assert not any(str(root) in text or f"{root:x}" in text for root in roots)


@pytest.mark.parametrize("spec", [SPEC, CHOICES], ids=["much room", "four answers"])
def test_who_else_is_on_the_roster_and_where_decides_nobodys_sheet(
    cli: Cli, tmp_path: Path, spec: str
) -> None:
    (tmp_path / "exam.toml").write_text(spec)
    head, *rows = ROSTER.splitlines()
    before = generate(cli, tmp_path, ROSTER, "before")
    mixed = "\n".join([head, "s0,First One,A", *rows[:0:-1], "s5,In Between,B", rows[0]])
    after = generate(cli, tmp_path, mixed, "after")
    for path in before.rglob("*.pdf"):
        assert path.read_bytes() == (after / path.relative_to(before)).read_bytes()
    left = generate(cli, tmp_path, "\n".join([head, *rows[1:]]), "left")
    for path in left.rglob("*.pdf"):
        assert path.read_bytes() == (before / path.relative_to(left)).read_bytes()


def test_another_roster_in_the_same_folder_is_refused(
    cli: Cli, personal: Path, tmp_path: Path
) -> None:
    path = written(tmp_path, ROSTER.replace("Maeve", "Mave"))
    run = cli("generate", tmp_path / "exam.toml", "--roster", path, "--out", personal)
    assert 2 == run.code
    assert "holds other sheets" in run.err


def test_a_run_that_was_stopped_goes_on(cli: Cli, personal: Path, tmp_path: Path) -> None:
    whole = {path.name: path.read_bytes() for path in personal.rglob("*.pdf")}
    lines = (personal / "manifest.jsonl").read_text().splitlines(keepends=True)
    (personal / "manifest.jsonl").write_text("".join(lines[:3]))
    generate(cli, tmp_path, ROSTER, "out")
    assert whole == {path.name: path.read_bytes() for path in personal.rglob("*.pdf")}


def test_the_same_bytes_come_from_any_number_of_processes(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    path = written(tmp_path, "id,name\n" + "".join(f"s{n},{chr(0x100 + n)}\n" for n in range(14)))
    for jobs in (1, 2):
        arguments = ("--roster", path, "--jobs", jobs, "--out", tmp_path / str(jobs))
        assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
    for pdf in (tmp_path / "1").rglob("*.pdf"):
        assert pdf.read_bytes() == (tmp_path / "2" / pdf.relative_to(tmp_path / "1")).read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"id":"s1"', '"id":"s9"', "specified"),
        ('"name":"Maeve', '"name":"Mave', "specified"),
        ('"printed":"王小明"', '"printed":"Wang"', "specified"),
        (KEY, KEY[::-1], "specified"),
        ('"group":"B","code"', '"group":"A","code"', "specified"),
    ],
    ids=["another's id", "another's name", "another printed name", "another key", "another group"],
)
def test_a_changed_manifest_is_caught(
    cli: Cli, personal: Path, old: str, new: str, said: str
) -> None:
    path = personal / "manifest.jsonl"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    run = cli("verify", personal, "--json")
    assert 1 == run.code
    assert f'"check": "{said}"' in run.out


def test_a_student_who_was_taken_out_is_missed(cli: Cli, personal: Path) -> None:
    path = personal / "manifest.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]
    text = "".join(lines).replace('"variants":4', '"variants":3')
    path.write_text(text, encoding="utf-8")
    for kind in ("questions", "solutions"):
        (personal / kind / "s4.pdf").unlink()
    run = cli("verify", personal, "--json")
    assert (1, True) == (run.code, '"place": "roster"' in run.out)


def test_a_wrong_qr_code_or_name_is_caught(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    path = written(tmp_path, ROSTER)
    with monkeypatch.context() as patch:
        patch.setattr("worksheetgen.typeset.split.literal", lambda *_: b"")
        run = cli("generate", tmp_path / "exam.toml", "--roster", path, "--out", tmp_path / "a")
        assert 1 == run.code
        assert "QR code" in run.err
    with monkeypatch.context() as patch:
        record = "worksheetgen.variants.person.Person.record"
        patch.setattr(record, lambda own: PersonRecord("s1", "Ann", "Ann", "", own.code))
        run = cli("generate", tmp_path / "exam.toml", "--roster", path, "--out", tmp_path / "b")
        assert 1 == run.code
        assert "person" in run.err


FAULTS: dict[str, Callable[[bytes, tuple[int, int, int, int]], bytes]] = {
    "a box over the QR code": lambda page, _: page + block(500, 30, 20, 10),
    "a line in its quiet zone": lambda page, _: page + block(494, 60, 40, 1),
    "the QR code moved": lambda page, _: page.replace(b"1.7 0 0", b"1 0 0 1 0 60 cm\n1.7 0 0"),
    "the QR code smaller": lambda page, _: page.replace(b"1.7 0 0 1.7", b"0.9 0 0 0.9"),
    "two QR codes": lambda page, _: page + page[page.rindex(b"/sheet.qr") :],
    "a box over the name": lambda page, name: page + block(*name),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_done_to_a_qr_code_or_a_name_is_caught(
    cli: Cli, personal: Path, fault: str
) -> None:
    question, solution = (personal / kind / "s4.pdf" for kind in ("questions", "solutions"))
    with PdfDocument(question) as document:
        found = document[0].get_textpage().search("Maeve").get_next()
        left, bottom, right, top = document[0].get_textpage().get_charbox(found[0])
    name = (int(left), int(bottom), int(right - left) + 4, int(top - bottom) + 2)
    sound = question.read_bytes()
    rewrite(question, 0, lambda page: FAULTS[fault](page, name))
    assert sound != question.read_bytes()
    run = cli("verify", question, solution)
    assert 1 == run.code
    assert "QR code" in run.out or "printed over" in run.out


def test_a_roster_and_a_number_of_variants_do_not_go_together(cli: Cli, tmp_path: Path) -> None:
    run = cli("generate", "--roster", written(tmp_path, ROSTER), "-n", 3)
    assert 2 == run.code
    assert "drop -n" in run.err
