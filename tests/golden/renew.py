"""Draw the golden pictures anew; look at them before they are committed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

from worksheetgen.build import Build, generate
from worksheetgen.problems import problem_types
from worksheetgen.spec import find_exam, load_spec
from worksheetgen.typeset.tex import find_tex

GOLDEN = Path(__file__).parent
SCALE = 1.25


SHOWN = ("reference", "layer", *(name for name in problem_types() if name != "convolution"))
"""The exams whose pages are kept: of ``convolution`` the reference exam and further items."""


def pictures() -> dict[str, Image.Image]:
    """The pages of an exam of each type, by file name; of questions alone the first one."""
    return {name: page for exam in SHOWN for name, page in _pictures(exam)}


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


if __name__ == "__main__":
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    for name, picture in pictures().items():
        picture.save(GOLDEN / name, optimize=True)
