"""Draw the golden pictures anew; look at them before they are committed."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from worksheetgen.build.generate import generate
from worksheetgen.build.plan import Build
from worksheetgen.exam.loading import find_exam, load_spec
from worksheetgen.exam.practice import Difficulty, Practice, practice_exam
from worksheetgen.exam.roster import Roster
from worksheetgen.exam.student import Student
from worksheetgen.problems import problem_types
from worksheetgen.typeset.tex import find_tex

GOLDEN = Path(__file__).parent
SCALE = 1.25


SHOWN = ("reference", "layer", *(name for name in problem_types() if name != "convolution"))
"""The exams whose pages are kept: of ``convolution`` the reference exam and further items."""


PRACTICE: tuple[Difficulty, ...] = ("easy", "hard")
OCCASIONS = ("occasion", *(f"practice-{difficulty}" for difficulty in PRACTICE))
"""A personal exam in German on Letter paper with a cover, and practice sheets."""


def pictures() -> dict[str, Image.Image]:
    """The pages of an exam of each type, by file name; of questions alone the first one."""
    drawn = {name: page for exam in SHOWN for name, page in _pictures(exam)}
    drawn |= dict(_occasion())
    return drawn | {name: page for level in PRACTICE for name, page in _practice(level)}


def _occasion() -> Iterator[tuple[str, Image.Image]]:
    with tempfile.TemporaryDirectory() as folder:
        spec = load_spec(GOLDEN.parent / "exams" / "occasion.toml")
        roster = Roster((Student(2, "s1815", "Ada Łucja Nguyễn"),))
        generate(Build(spec, Path(folder), find_tex("embedded"), roster=roster))
        for number, page in enumerate(_pages(Path(folder) / "questions" / "s1815.pdf"), start=1):
            yield f"occasion-question-{number}.png", page
        yield "occasion-solution-2.png", _pages(Path(folder) / "solutions" / "s1815.pdf")[1]


def _practice(level: Difficulty) -> Iterator[tuple[str, Image.Image]]:
    practice = Practice((), 8, level)
    with tempfile.TemporaryDirectory() as folder:
        spec = practice_exam(practice, 1).model_copy(update={"seed": 1})
        tex = find_tex("embedded")
        generate(Build(spec, Path(folder), tex, marking_key=False, practice=practice))
        for number, page in enumerate(_pages(Path(folder) / "questions" / "001.pdf"), start=1):
            yield f"practice-{level}-question-{number}.png", page
        yield f"practice-{level}-solution-1.png", _pages(Path(folder) / "solutions" / "001.pdf")[0]


def _pictures(exam: str) -> Iterator[tuple[str, Image.Image]]:
    with tempfile.TemporaryDirectory() as folder:
        spec = load_spec(find_exam(exam), variants=1, seed=1)
        generate(Build(spec, Path(folder), find_tex("embedded"), jobs=1))
        question, *_ = _pages(Path(folder) / "questions" / "001.pdf")
        yield f"{exam}-question-1.png", question
        solution = _pages(Path(folder) / "solutions" / "001.pdf")
        for number, page in enumerate(solution, start=1):
            yield f"{exam}-solution-{number}.png", page


def _pages(pdf: Path) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=SCALE, grayscale=True).to_pil() for page in document]


def gallery(names: Iterable[str]) -> str:
    """A page that shows these pictures, exam by exam."""
    pieces = [INTRODUCTION]
    for exam in (*SHOWN, *OCCASIONS):
        own = [name for name in names if name.startswith(f"{exam}-")]
        kinds = [name.removeprefix(f"{exam}-").removesuffix(".png") for name in own]
        heads = " | ".join(kind.replace("-", ", page ") for kind in kinds)
        shown = " | ".join(
            f"![{exam}: {kind}](tests/golden/{name})" for kind, name in zip(kinds, own, strict=True)
        )
        rule = "|---" * len(own)
        pieces.append(f"## `{exam}`\n\n| {heads} |\n{rule}|\n| {shown} |\n")
    return "\n".join(pieces)


INTRODUCTION = """# Gallery

The pages of an exam for each problem type, as the tests keep them: the first page to hand out,
then all pages with solutions and the marking key. `worksheetgen generate NAME` makes such sheets
with other numbers, `worksheetgen show NAME` shows a problem type in the terminal. (`reference` and
`layer` ask `convolution`; `make golden` writes this page.) At the end stand a personal exam in
German on Letter paper with a cover, and practice sheets, which `worksheetgen practice` makes.
"""


if __name__ == "__main__":
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    drawn = pictures()
    for name, picture in drawn.items():
        picture.save(GOLDEN / name, optimize=True)
    (GOLDEN.parents[1] / "GALLERY.md").write_text(gallery(drawn), encoding="utf-8")
