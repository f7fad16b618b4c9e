"""Pages of many shapes: nothing wider or higher than its place."""

import re
import tempfile
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.tampering import pages_of
from tests.tex import text_of
from worksheetgen.build.batch import KINDS
from worksheetgen.build.solving import solve
from worksheetgen.exam.drawing import sample, samplers_of
from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.document import PageSetup, document
from worksheetgen.typeset.tex import Typeset, find_tex
from worksheetgen.typeset.texts import AS_SHIPPED
from worksheetgen.typeset.writing import write

LEGIBLE = 0.59
"""A formula smaller than this part of its size is hard to read."""
SHAPES: dict[str, dict[str, object]] = {
    "the exam": {},
    "the issue's": {
        "input_shape": [5, 6],
        "kernel_shape": [3, 2],
        "stride": [2, 1],
        "padding": [1, 0],
        "dilation": [1, 2],
    },
    "a row": {"input_shape": [1, 7], "kernel_shape": [1, 3], "values": [-9, 9]},
    "one output": {"input_shape": [3, 3], "kernel_shape": [3, 3]},
    "the largest": {"input_shape": [6, 9], "kernel_shape": [4, 4], "values": [-99, 99]},
    "one kernel entry": {"input_shape": [3, 4], "kernel_shape": [1, 1]},
}


def typeset(settings: dict[str, object], variants: int, paper: str = "a4") -> Typeset:
    part = {"problem": "convolution", "sample": settings}
    task = {"number": 3, "title": "Convolution", "part": [part]}
    spec = ExamSpec.model_validate(
        {"title": "Exam", "variants": variants, "paper": paper, "task": [task]}
    )
    sheets = solve(spec, 0, list(sample(spec, 5, samplers_of(spec))))
    sources = [write(sheet, kind) for sheet in sheets for kind in KINDS]
    with tempfile.TemporaryDirectory() as folder:
        return find_tex("embedded").run(
            document(sources, PageSetup(spec.paper)),
            AS_SHIPPED.latex,
            Path(folder),
            sheets=len(sources),
        )


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_box_is_too_wide_or_too_high(shape: str, paper: str) -> None:
    log = typeset(SHAPES[shape], 3, paper).log
    assert [] == re.findall("Overfull.*", log)
    shrunk = re.findall(r"is ([\d.]+)pt wide, made ([\d.]+)pt", log)
    assert [] == [sizes for sizes in shrunk if float(sizes[1]) / float(sizes[0]) < LEGIBLE]


def test_solutions_of_the_exam_fit_the_answers_places_on_the_same_pages() -> None:
    run = typeset({}, 60)
    questions, solutions = run.pages[::2], run.pages[1::2]
    assert ({2}, {4}) == (set(questions), set(solutions))  # the marking key takes a page
    assert [] == re.findall("worksheet: solution.*higher.*", run.log)


def test_a_long_solution_goes_on_over_pages() -> None:
    question, solution = typeset(SHAPES["the largest"], 1).pages
    assert question < solution


def test_a_right_answer_is_not_parted_from_the_first_wrong_one(reference: Path) -> None:
    pages = pages_of((reference / "solutions" / "001.pdf").read_bytes())
    rows = [{name for name in page.glyphs if ".row" in name} for page in pages]
    assert 12 < sum(map(len, rows))
    for page in rows:
        right = {name.removesuffix("0") for name in page if name.endswith(".row0")}
        assert {f"{name}1" for name in right} <= page


def test_every_question_has_its_label(cli: Cli, tmp_path: Path) -> None:
    """Also where a text is set again, since other breaks would make it too high."""
    spec = tmp_path / "exam.toml"
    spec.write_text(
        'title = "x"\n[[task]]\nnumber = 1\ntitle = "y"\n[[task.part]]\n'
        'problem = "multichannel"\nitems = ["output_shape", "parameters", "filter_gradient"]\n',
        encoding="utf-8",
    )
    assert 0 == cli("generate", spec, "-n", 30, "--seed", 2, "--out", tmp_path / "out").code
    for path in sorted((tmp_path / "out" / "questions").iterdir()):
        words = text_of(path.read_bytes()).split()
        assert [1, 1, 1] == [words.count(label) for label in ("i.", "ii.", "iii.")]
