"""Names in any script: shaped by HarfBuzz, set in fonts that are installed, as small pictures.

The embedded TeX has Latin letters alone. A name with others is a picture of one line, whose letters
can be found and copied as they were written.
"""

import io
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

import pikepdf

from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.typeset.names.picture import SIZE, drawn
from worksheetgen.typeset.names.shaping import runs_of, shaped

NARROWEST, WIDEST = 3.0, 400.0
"""Points of a page at least, and those that can still be read on a sheet, made smaller."""


def as_printed(name: str) -> str:
    """A name as sheets say it: as it is written if there are fonts for it, else in Latin letters.

    >>> as_printed("Łukasz Żółć"), as_printed("Ἀρχιμήδης")
    ('Łukasz Żółć', 'Ἀρχιμήδης')
    """
    name, latin = unicodedata.normalize("NFC", name), in_latin_letters(name)
    return latin if name == latin or form(name) is None else name


def is_form(printed: str) -> bool:
    """Whether a printed name is a picture."""
    return printed != in_latin_letters(printed)


def form_digest(streams: Iterable[bytes]) -> str:
    """What tells a picture from others: letters, glyphs, and where these stand."""
    return sha256(b"\0".join(sorted(streams))).hexdigest()


def digest_of(name: str) -> str:
    """That of the picture of a name; empty if there are no fonts for it."""
    made = form(name)
    if made is None:
        return ""
    with pikepdf.open(io.BytesIO(made)) as pdf:
        streams = [o.read_raw_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream)]
    return form_digest(streams)


def form_name(name: str) -> str:
    """What the picture of a name is called beside a document."""
    return f"name-{sha256(name.encode()).hexdigest()[:24]}.pdf"


def forms_of(printed: Iterable[str]) -> dict[str, bytes]:
    """The pictures of those names that need one, by the files that a document includes."""
    return {form_name(name): form(name) or b"" for name in printed if is_form(name)}


@lru_cache(maxsize=10_000)
def form(name: str) -> bytes | None:
    """A PDF of a page that is a name alone; None if no font has a letter, or it is too wide."""
    runs = runs_of(name)
    if runs is None:
        return None
    glyphs, thousandths = shaped(runs)
    width = thousandths * SIZE / 1000
    return drawn(glyphs, width) if NARROWEST <= width <= WIDEST else None
