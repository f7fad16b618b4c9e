"""Draw the golden pictures anew; look at them before they are committed."""

import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from worksheetgen.build import Build, generate
from worksheetgen.spec import find_exam, load_spec
from worksheetgen.typeset.tex import find_tex

GOLDEN = Path(__file__).parent
SCALE = 1.25


def pictures() -> dict[str, Image.Image]:
    """The pages of the reference exam, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        spec = load_spec(find_exam("reference"), seed=1)
        generate(Build(spec, Path(folder), find_tex("embedded")))
        return {
            f"reference-{kind}-{number}.png": page
            for kind in ("question", "solution")
            for number, page in enumerate(_pages(Path(folder) / f"{kind}s" / "001.pdf"), start=1)
        }


def _pages(pdf: Path) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=SCALE, grayscale=True).to_pil() for page in document]


if __name__ == "__main__":
    for name, picture in pictures().items():
        picture.save(GOLDEN / name, optimize=True)
