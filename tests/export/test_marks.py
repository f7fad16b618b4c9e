"""What was awarded: read as people write it, and what it says of items and variants."""

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Cli
from tests.rosters import SPEC, written
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.roster import read_roster
from worksheetgen.export.marking.items import statistics
from worksheetgen.export.marking.marks import read_marks
from worksheetgen.typeset.tex import find_tex
from worksheetgen.variants.manifest import read_variants

BROKEN = ("B", (1, "a", "ii"))
STUDENTS = 200


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exam of 200 students who share four versions."""
    folder = tmp_path_factory.mktemp("marked")
    spec = SPEC.replace("seed", "versions = 4\nseed").replace('["max', '["max_gradient", "max')
    (folder / "exam.toml").write_text(spec)
    rows = "".join(f"s{n},Ann Lee\n" for n in range(STUDENTS))
    roster = read_roster(written(folder, f"id,name\n{rows}"))
    loaded = load_spec(folder / "exam.toml", variants=STUDENTS)
    generate(Build(loaded, folder / "out", find_tex("embedded"), roster=roster, verify=False))
    return folder / "out"


def simulated(exam: Path, *, broken: bool = True) -> list[dict[str, Any]]:
    """Marks of students of different ability; in one version an item is answered by nobody."""
    rng, rows = np.random.default_rng(5), []
    for variant in read_variants(exam):
        ability = rng.normal()
        assert variant.person
        for task in variant.tasks:
            for part in task.parts:
                for item in part.items:
                    right = rng.random() < 1 / (1 + np.exp(-ability - 0.5))
                    place = (task.number, part.label, item.label)
                    if broken and (variant.person.version, place) == BROKEN:
                        right = rng.random() < 0.1
                    row = "" if right else item.key[int(rng.integers(2))].label
                    rows.append(
                        {
                            "sheet": variant.person.id,
                            "task": task.number,
                            "part": part.label,
                            "item": item.label,
                            "points": float(Fraction(item.points) / (1 if right else 2)),
                            "row": row,
                        }
                    )
    return rows


def long(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return path


def wide(path: Path, rows: list[dict[str, Any]], item: str = "{task}.{part}.{item}") -> Path:
    sheets: dict[str, dict[str, Any]] = {}
    for row in rows:
        own = sheets.setdefault(row["sheet"], {"Student number": row["sheet"]})
        own[item.format(**row)] = str(row["points"]).replace(".", ",")
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, next(iter(sheets.values())).keys(), delimiter=";")
        table.writeheader()
        table.writerows(sheets.values())
    return path


def test_an_item_that_is_broken_in_one_version_is_found_and_named(
    cli: Cli, exam: Path, tmp_path: Path
) -> None:
    marks = long(tmp_path / "marks.csv", simulated(exam))
    found = statistics(read_marks(exam, marks))
    assert [(BROKEN[1], BROKEN[0])] == [(s.item, name) for s in found for name, _, _ in s.apart]
    run = cli("points", exam, marks)
    assert 0 == run.code
    assert "1.a.ii max_forward: variant B differs" in " ".join(run.out.split())


def test_nothing_is_named_where_nothing_is_broken(exam: Path, tmp_path: Path) -> None:
    marks = long(tmp_path / "marks.csv", simulated(exam, broken=False))
    assert not [s for s in statistics(read_marks(exam, marks)) if s.apart]


def test_figures_are_those_of_the_marks(exam: Path, tmp_path: Path) -> None:
    rows = simulated(exam)
    for one in statistics(read_marks(exam, long(tmp_path / "marks.csv", rows))):
        own = [row for row in rows if (row["task"], row["part"], row["item"]) == one.item]
        assert len(own) == one.sheets == STUDENTS
        mean = np.mean([row["points"] for row in own]) / one.worth
        assert one.difficulty == pytest.approx(mean)
        assert one.discrimination is not None
        assert 0 < one.discrimination < 1
        assert sum(bool(row["row"]) for row in own) == sum(count for _, count in one.errors)


@pytest.mark.parametrize("item", ["{task}.{part}.{item}", "Task {task} ({part}) {item}."])
def test_a_column_for_each_item_says_the_same(exam: Path, tmp_path: Path, item: str) -> None:
    rows = simulated(exam)
    one = statistics(read_marks(exam, long(tmp_path / "long.csv", rows)))
    other = statistics(read_marks(exam, wide(tmp_path / "wide.csv", rows, item)))
    assert [s.difficulty for s in one] == [s.difficulty for s in other]
    assert [s.apart for s in one] == [s.apart for s in other]


def test_what_is_missing_is_told_and_a_table_and_a_picture_are_written(
    cli: Cli, exam: Path, tmp_path: Path
) -> None:
    marks = long(tmp_path / "marks.csv", simulated(exam)[:-1])
    arguments = ("--out", tmp_path / "items.csv", "--plot", tmp_path / "items.png")
    run = cli("points", exam, marks, *arguments)
    assert 0 == run.code
    assert "no points yet: s199: 1.a.iii" in run.out
    with (tmp_path / "items.csv").open(newline="") as file:
        items = list(csv.DictReader(file))
    assert ["1.a.i", "1.a.ii", "1.a.iii"] == [item["item"] for item in items]
    assert (tmp_path / "items.png").read_bytes().startswith(b"\x89PNG")


def changed(number: int, **more: Any) -> Callable[[list[dict[str, Any]]], None]:
    return lambda rows: rows[number].update(more)


FAULTS: dict[str, tuple[Callable[[list[dict[str, Any]]], None], str]] = {
    "a sheet that is none": (changed(0, sheet="s0000"), "line 2: no sheet of 's0000'"),
    "an item that is none": (changed(1, item="x"), "line 3: no item '1.a.x'"),
    "too many points": (changed(2, points=9), "line 4: 9 of 2 points"),
    "less than none": (changed(2, points=-1), "line 4: -1 of 2 points"),
    "no number": (changed(3, points="good"), "line 5: 'good' is no number"),
    "eighths": (changed(3, points="0.125"), "no quarters"),
    "the same twice": (lambda rows: rows.append(rows[0]), "in line 2 already"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_right_is_told_with_its_line(
    cli: Cli, exam: Path, tmp_path: Path, fault: str
) -> None:
    rows = simulated(exam)
    change, told = FAULTS[fault]
    change(rows)
    out = tmp_path / "items.csv"
    run = cli("points", exam, long(tmp_path / "marks.csv", rows), "--out", out)
    assert (2, True) == (run.code, told in run.err)
    assert not out.exists()


@pytest.mark.parametrize("content", ["", "name,points\ns1,3\n", "sheet,task,part,item,points\n"])
def test_a_table_that_is_none_is_told(cli: Cli, exam: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "marks.csv").write_text(content)
    run = cli("points", exam, tmp_path / "marks.csv")
    assert 2 == run.code
    assert "marks.csv" in run.err


def test_several_may_answer_a_variant_without_a_name(cli: Cli, tmp_path: Path) -> None:
    assert 0 == cli("generate", "pooling", "-n", 2, "--out", tmp_path / "out").code
    head = json.loads((tmp_path / "out" / "manifest.jsonl").read_text().splitlines()[1])
    (part,) = head["tasks"][0]["parts"]
    columns = [f"1.a.{item['label']}" for item in part["items"]]
    lines = [",".join(["variant", *columns]), *[",".join(["001", *["1"] * len(columns)])] * 3]
    (tmp_path / "marks.csv").write_text("\n".join(lines))
    found = statistics(read_marks(tmp_path / "out", tmp_path / "marks.csv"))
    assert {3} == {one.sheets for one in found}
