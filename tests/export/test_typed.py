"""Typed answers are marked by the key: every known error named, none wrongly paid."""

import csv
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.rosters import ROSTER, SPEC, written
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.export.answers import plain
from worksheetgen.export.marking.judging import Judged, judge
from worksheetgen.export.marking.typed import is_said
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.tex import find_tex
from worksheetgen.variants.manifest import ItemRecord, PartRecord, VariantRecord, read_variants
from worksheetgen.variants.marking import FOLLOWED, TOO_LITTLE, UNLESS

EN, DE = vocabulary("en"), vocabulary("de")
EXAMS = ["layer", "signs", "concepts", "architecture", "dense", "pooling", "multichannel"]


@pytest.mark.parametrize(
    "said",
    [
        *("4 -3 -2", "[4; -3; -2]", "4,-3,-2", "4, −3, –2", "[[4],[-3],[-2]]"),
        *("H = (4, -3, -2)^T", "4\n-3\n-2", " 4   -3  -2 ", "4/1 -6/2 -2.0", "(4 | -3 | -2)"),
    ],
)
def test_a_vector_is_read_however_it_is_written(said: str) -> None:
    assert is_said(said, [[4], [-3], [-2]], EN)
    assert not is_said(said, [[4], [-3], [2]], EN)
    assert not is_said(said, [[4], [-3]], EN)


@pytest.mark.parametrize(
    ("said", "answer", "words"),
    [
        ("0,75", "3/4", DE),
        ("3/4", "3/4", DE),
        ("0.75", "3/4", EN),
        ("−0,07; 0,005", ["-7/100", "1/200"], DE),
        ("H1 + 2 H2", [0, 1, 2], EN),
        ("L = 2·H_2 + H_{1}", [0, 1, 2], EN),
        ("(b)", "B", EN),
        ("B.", "B", EN),
        ("decreases; increases", {"increase": "decreases", "decrease": "increases"}, EN),
        ("Zunahme: sinkt; Abnahme: steigt", {"increase": "decreases", "decrease": "increases"}, DE),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]], EN),
        ("1 2; 3 4", [[1, 2], [3, 4]], EN),
        ("[[3¼, -1], [½, 2½]]", [["13/4", -1], ["1/2", "5/2"]], EN),
        ("[[3 1/4, -1], [1/2, 2 1/2]]", [["13/4", -1], ["1/2", "5/2"]], EN),
        ("[1,25, 0,25; 4, 3,75]", [["5/4", "1/4"], [4, "15/4"]], DE),
        (r"\begin{bmatrix} 4 & -\frac{1}{2} \\ 3 & 0 \end{bmatrix}", [[4, "-1/2"], [3, 0]], EN),
        ("1 2 3 4", [[1, 2], [3, 4]], EN),
    ],
)
def test_other_answers_are_read_generously(said: str, answer: Any, words: Any) -> None:
    assert is_said(said, answer, words)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("1 3; 2 4", [[1, 2], [3, 4]]),
        ("1 2 3; 4 5 6", [[1, 2], [3, 4], [5, 6]]),
        ("", 0),
        ("x", 0),
        ("1/0", 0),
        ("9" * 6000, 9),
        ("AB", "A"),
        ("1¾", "13/4"),
        ("1⁵/₄", "15/4"),
        ("5²", 52),
        ("C; D", "C"),
    ],
)
def test_what_is_another_answer_is_not_taken_for_it(said: str, answer: Any) -> None:
    assert not is_said(said, answer, EN)


numbers = st.integers(-99, 99) | st.fractions(max_denominator=20)


@given(st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=2, max_size=3))
def test_any_matrix_that_the_tables_say_is_read_back(rows: list[list[Any]]) -> None:
    answer = [[str(Fraction(value)) for value in row] for row in rows]
    assert is_said(plain(answer), answer, EN)
    other = [*answer[:-1], [answer[-1][0], str(Fraction(answer[-1][1]) + 1)]]
    assert not is_said(plain(other), answer, EN)


def made(exam: str, folder: Path) -> list[VariantRecord]:
    """Four variants of a shipped exam, unproven: that is others' work."""
    spec = load_spec(find_exam(exam), variants=4, seed=11)
    generate(Build(spec, folder / "out", find_tex("embedded"), verify=False))
    return list(read_variants(folder / "out"))


@pytest.fixture(scope="module", params=EXAMS)
def variants(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made(request.param, tmp_path_factory.mktemp("typed"))


def parts(variants: list[VariantRecord]) -> Iterator[PartRecord]:
    for variant in variants:
        yield from (part for _, part in variant.parts())


def marked(part: PartRecord, said: dict[str, str]) -> dict[str, Judged]:
    return dict(judge(part, said, EN))


def right(part: PartRecord) -> dict[str, str]:
    return {item.label: plain(item.answer) for item in part.items}


def test_right_answers_earn_all(variants: list[VariantRecord]) -> None:
    for part in parts(variants):
        found = marked(part, right(part))
        assert {i.label: (Fraction(i.points), "") for i in part.items} == {
            label: (one.points, one.flag) for label, one in found.items()
        }


def own_rows(item: ItemRecord) -> Iterator[Any]:
    for row in item.key:
        if not row.happened.startswith(FOLLOWED):
            yield row


def test_each_known_error_is_named_and_earns_what_its_row_says(
    variants: list[VariantRecord],
) -> None:
    for part in parts(variants):
        for item in part.items:
            for row in own_rows(item):
                said = right(part) | {item.label: plain(row.written)}
                found = marked(part, said)[item.label]
                told = row.happened.partition(UNLESS)[0]
                assert (row.label, told) == (found.row, found.happened)
                assert Fraction(row.points or 0) == found.points


def test_what_follows_from_an_error_is_paid_to_those_alone_who_made_it(
    variants: list[VariantRecord],
) -> None:
    for part in parts(variants):
        items = {item.label: item for item in part.items}
        for item in part.items:
            own = [row.written for row in own_rows(item)]
            for row in item.key:
                if not row.happened.startswith(FOLLOWED) or row.written in own:
                    continue
                cause = row.happened.removeprefix(f"{FOLLOWED} ").partition(", ")[0]
                before = items[cause.partition(".")[0]]
                wrong = next(r for r in before.key if r.label == cause)
                typed = right(part) | {item.label: plain(row.written)}
                alone = marked(part, typed)[item.label]
                assert (Fraction(0), True) == (alone.points, bool(alone.flag))
                after = marked(part, typed | {before.label: plain(wrong.written)})[item.label]
                expected = 0 if TOO_LITTLE in row.happened else item.points
                assert expected == after.points


def test_a_made_up_answer_is_not_paid_and_what_follows_from_it_is_proposed(
    tmp_path: Path,
) -> None:
    (variant,) = made("reference", tmp_path)[:1]
    part = next(part for _, part in variant.parts())
    typed = right(part) | {"ii": "9 9 9 9; 9 9 9 9; 9 9 9 9", "iii": "27 27 27 27"}
    found = marked(part, typed)
    assert (Fraction(0), "no known error") == (found["ii"].points, found["ii"].flag)
    assert Fraction(0) == found["iii"].points
    assert found["iii"].flag.startswith("follows from ii.")


GAMES: dict[str, Callable[[PartRecord, ItemRecord], str]] = {
    "zeros": lambda _, item: plain_of(item, "0"),
    "nines": lambda _, item: plain_of(item, "9"),
    "always B": lambda *_: "B",
}


def plain_of(item: ItemRecord, value: str) -> str:
    return " ".join([value] * len(plain(item.answer).replace(";", " ").split()))


@pytest.mark.parametrize("game", GAMES)
def test_games_earn_little(variants: list[VariantRecord], game: str) -> None:
    earned = had = Fraction(0)
    for part in parts(variants):
        found = marked(part, {item.label: GAMES[game](part, item) for item in part.items})
        earned += sum(one.points for one in found.values())
        had += sum(Fraction(item.points) for item in part.items)
    assert earned <= had / 2 if game == "always B" else earned <= had / 4


def test_a_table_of_answers_is_marked_from_end_to_end(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    out = tmp_path / "out"
    arguments = ("--roster", written(tmp_path, ROSTER), "--out", out)
    assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
    lines = ["student;1.a.i;Task 1 (a) ii."]
    for variant in list(read_variants(out))[:3]:
        (part,) = (part for _, part in variant.parts())
        first, second = (plain(item.answer) for item in part.items)
        assert variant.person
        unread = len(lines) == 2
        lines.append(f'{variant.person.id};"{first}";"{"seven" if unread else second}"')
    (tmp_path / "typed.csv").write_text("\n".join(lines))
    run = cli("mark", out, tmp_path / "typed.csv", "--out", tmp_path / "marks")
    assert (0, "") == (run.code, run.err)
    assert "1 sheet has no answer at all" in run.out
    with (tmp_path / "marks" / "marks.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert 6 == len(rows)
    assert ["unreadable"] == [row["flag"] for row in rows if row["flag"]]
    with (tmp_path / "marks" / "totals.csv").open(newline="") as file:
        assert ["3", "1", "3"] == [row["Total"] for row in csv.DictReader(file)]
    assert 0 == cli("points", out, tmp_path / "marks" / "marks.csv").code


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("s9,1,a,i,3", "line 3: no sheet of 's9'"),
        ("s1,1,a,x,3", "line 3: no item '1.a.x'"),
        ("s1,1,a,i,4", "line 3: s1 has answered 1.a.i already"),
        ("s2,1,a,i,4; 5, 6", "line 3: more cells than heads"),
    ],
)
def test_rows_to_mend_are_told_and_nothing_is_written(
    cli: Cli, tmp_path: Path, line: str, told: str
) -> None:
    (tmp_path / "exam.toml").write_text(SPEC)
    arguments = ("--roster", written(tmp_path, ROSTER), "--out", tmp_path / "out")
    assert 0 == cli("generate", tmp_path / "exam.toml", *arguments).code
    (tmp_path / "typed.csv").write_text(f"sheet,task,part,item,answer\ns1,1,a,i,3\n{line}\n")
    run = cli("mark", tmp_path / "out", tmp_path / "typed.csv", "--out", tmp_path / "marks")
    assert (2, True) == (run.code, told in run.err)
    assert not (tmp_path / "marks").exists()
