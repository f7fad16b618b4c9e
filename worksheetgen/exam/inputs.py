"""The files beside a spec from which its sheets are made; they travel with the work."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.own import file_of
from worksheetgen.typeset.picture_file import read_picture
from worksheetgen.typeset.tex import Tex
from worksheetgen.typeset.texts import AS_SHIPPED, Texts, read_own
from worksheetgen.variants.own import LOGO, own_picture


@dataclass(frozen=True)
class Inputs:
    """Templates, those of an instructor's own among them, and pictures."""

    texts: Texts = AS_SHIPPED
    pictures: tuple[tuple[str, str, bytes], ...] = ()
    """Of each the mark around it, its name beside a document, and its content."""

    @property
    def latex(self) -> dict[str, bytes]:
        """The files that a document needs beside it, by name."""
        return self.texts.latex | {name: content for _, name, content in self.pictures}

    @property
    def digests(self) -> dict[str, str]:
        """What tells these files from others, by their paths within the templates."""
        files = {name: content.encode() for name, content in self.texts.own}
        files |= {mark: content for mark, _, content in self.pictures}
        return {name: sha256(content).hexdigest() for name, content in files.items()}


NOTHING_ELSE = Inputs()


def read_inputs(spec: ExamSpec, tex: Tex) -> Inputs:
    """The files that a spec names, to be printed by a TeX.

    Raises:
        InputError: one of them cannot be used.
    """
    own = read_own(Path(spec.templates)) if spec.templates else ()
    named = [
        (own_picture(place), f"picture of {place}", file_of(place), path)
        for place, path in spec.pictures.items()
    ]
    if spec.cover and spec.cover.logo:
        named.append((LOGO, LOGO, "logo", spec.cover.logo))
    pictures = []
    for mark, called, name, path in named:
        file = f"{name}{Path(path).suffix.lower()}"
        pictures.append((mark, file, read_picture(called, Path(path), file, tex)))
    return Inputs(Texts(spec.language, own), tuple(pictures))
