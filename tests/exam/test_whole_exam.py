"""An ordinary exam: drawn tasks beside own ones, halves, a bonus, a picture, a cover, a roster."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.pictures import png
from tests.rosters import SECRET
from tests.tex import text_of
from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import load_spec
from worksheetgen.exam.roster import read_roster
from worksheetgen.typeset.tex import find_tex

SPEC = f"""
title = "Deep Learning I"
seed = 12
secret = "{SECRET}"
[cover]
institution = "Faculty of Computing"
date = 2026-12-07
duration = 90
aids = []
[[task]]
number = 1
title = "Convolution"
[[task.part]]
problem = "convolution"
items = ["forward", "kernel_jacobian", "gradient_sign"]
points = [2.5, 2, 1]
bonus = ["gradient_sign"]
[[task]]
number = 2
title = "Pooling"
[[task.part]]
problem = "pooling"
items = ["max_forward", "max_gradient"]
points = [1.5, 2]
[[task]]
number = 3
title = "Weights and places"
[[task.part]]
problem = "text"
text = "The network below maps an image to a class."
picture = "net.png"
picture_width = 60
[[task.part.question]]
text = "Why does its convolution have *fewer weights* than a dense layer?"
answer = "It shares them: every output uses the same kernel."
points = 2.5
lines = 6
key = [{{ answer = "names sharing alone", points = 1.5 }}]
[[task.part.question]]
text = "Which of these are equivariant to translations?"
choices = ["a convolution with stride $1$", "a dense layer", "$\\\\max(0, x)$", "flattening"]
right = [1, 3]
points = 1
[[task]]
number = 4
title = "Learning"
[[task.part]]
problem = "text"
[[task.part.question]]
text = "Give the update of gradient descent with the rate $\\\\eta$."
answer = "$$w \\\\leftarrow w - \\\\eta \\\\frac{{\\\\partial L}}{{\\\\partial w}}$$"
points = 1.5
space = 40
[[task.part.question]]
text = "Which sign has $w$ when $L = w^2$ falls as $w$ grows?"
choices = ["negative", "positive"]
right = [1]
order = "fixed"
points = 0.5
bonus = true
""".replace("\\leftarrow w", "\\mapsto w")
STUDENTS = "id,name\n" + "".join(f"s{n:02},Student {n:02}\n" for n in range(1, 31))


def made(folder: Path, spec: str = SPEC, students: str = STUDENTS, picture: bytes = png()) -> Path:
    (folder / "net.png").write_bytes(picture)
    (folder / "exam.toml").write_text(spec)
    (folder / "students.csv").write_text(students)
    roster = read_roster(folder / "students.csv")
    exam = load_spec(folder / "exam.toml")
    exam = exam.model_copy(update={"variants": len(roster.students)})
    tex, out = find_tex("embedded"), folder / "out"
    generate(Build(exam, out, tex, roster=roster, answers=True, jobs=2))
    return out


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("whole"))


def test_it_is_proven_for_all_thirty(exam: Path, cli: Cli) -> None:
    assert 30 == len(list((exam / "questions").iterdir()))
    assert 0 == cli("verify", exam).code


def test_its_cover_says_what_each_task_is_worth(exam: Path) -> None:
    said = " ".join(text_of((exam / "questions" / "s01.pdf").read_bytes()).split())
    assert "Points 4.5 + 1 3.5 3.5 1.5 + 0.5 13 + 1.5" in said


FAULTS = {
    "a word": ("dense layer?", "linear layer?"),
    "a word of an answer": ("same kernel", "same weight"),
    "a formula": ("w^2", "w^3"),
    "a formula of an answer": ("w - ", "w + "),
    "a choice": ('"flattening"', '"pooling"'),
    "the order of choices": ('"negative", "positive"', '"positive", "negative"'),
    "a right choice": ("right = [1, 3]", "right = [1, 4]"),
    "half a point": ("points = 1.5\nspace", "points = 2\nspace"),
    "half a point in the key": ("points = 1.5 }", "points = 1 }"),
    "no bonus": ("bonus = true", "bonus = false"),
    "more room": ("lines = 6", "lines = 7"),
    "a wider picture": ("picture_width = 60", "picture_width = 61"),
    "another picture": ("", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_pair_made_of_another_exam_is_caught(
    fault: str, exam: Path, cli: Cli, tmp_path: Path
) -> None:
    """As by somebody who has this program, the secret and the manifest, and adapts its digests."""
    old, new = FAULTS[fault]
    assert old in SPEC
    first = "".join(STUDENTS.splitlines(keepends=True)[:2])
    forged = made(tmp_path, SPEC.replace(old, new, 1), first, png() if old else png("L"))
    folder = Path(shutil.copytree(exam, tmp_path / "exam"))
    said = (folder / "manifest.jsonl").read_text()
    for kind in ("questions", "solutions"):
        there, other = folder / kind / "s01.pdf", forged / kind / "s01.pdf"
        digests = [sha256(path.read_bytes()).hexdigest() for path in (there, other)]
        said = said.replace(digests[0], digests[1])
        shutil.copyfile(other, there)
    (folder / "manifest.jsonl").write_text(said)
    assert all(map(json.loads, said.splitlines()))
    assert 1 == cli("verify", folder).code
