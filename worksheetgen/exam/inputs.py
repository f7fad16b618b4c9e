"""The files beside a spec from which its sheets are made; they travel with the work."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from worksheetgen.exam.spec import ExamSpec
from worksheetgen.typeset.logo import read_logo
from worksheetgen.typeset.tex import Tex
from worksheetgen.typeset.texts import AS_SHIPPED, Texts, read_own


@dataclass(frozen=True)
class Inputs:
    """Templates, those of an instructor's own among them, and the cover's logo."""

    texts: Texts = AS_SHIPPED
    logo: tuple[str, bytes] | None = None
    """Its name beside a document, such as ``logo.png``, and its content."""

    @property
    def latex(self) -> dict[str, bytes]:
        """The files that a document needs beside it, by name."""
        return self.texts.latex | dict([self.logo] if self.logo else [])

    @property
    def digests(self) -> dict[str, str]:
        """What tells these files from others, by their paths within the templates."""
        files = {name: content.encode() for name, content in self.texts.own}
        if self.logo:
            files["cover.logo"] = self.logo[1]
        return {name: sha256(content).hexdigest() for name, content in files.items()}


NOTHING_ELSE = Inputs()


def read_inputs(spec: ExamSpec, tex: Tex) -> Inputs:
    """The files that a spec names, to be printed by a TeX.

    Raises:
        InputError: one of them cannot be used.
    """
    own = read_own(Path(spec.templates)) if spec.templates else ()
    texts = Texts(spec.language, own)
    if spec.cover is None or spec.cover.logo is None:
        return Inputs(texts)
    name = spec.cover.logo_name
    return Inputs(texts, (name, read_logo(Path(spec.cover.logo), name, tex)))
