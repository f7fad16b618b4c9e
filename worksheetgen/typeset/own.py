"""Write what is in the examiner's own words, each text marked with where it stands."""

from collections.abc import Iterator
from fractions import Fraction

from worksheetgen.typeset.characters import escape
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.markdown import prose_to_latex
from worksheetgen.typeset.texts import AS_SHIPPED, Texts
from worksheetgen.typeset.written import WrittenItem, WrittenPart, WrittenRow, points_of
from worksheetgen.variants.manifest import OWN, RIGHT_ROW, VOID_ROW, Kind
from worksheetgen.variants.own import QUESTION, OwnItem, OwnPart, OwnPicture, letter


def write_own(task: int, part: OwnPart, kind: Kind, texts: Texts = AS_SHIPPED) -> WrittenPart:
    """The LaTeX of a part in the examiner's own words, each text marked with where it stands."""
    place = f"{task}.{part.label}"
    stem = _below(place, _own(place, part.text) if part.text else "", part.picture)
    items = (_write_own_item(f"{place}.{item.label}", item, kind, texts) for item in part.items)
    return WrittenPart(part.label, OWN, stem, tuple(items))


def _write_own_item(place: str, item: OwnItem, kind: Kind, texts: Texts) -> WrittenItem:
    choices = (
        rf"\ownchoice{{{letter(n)}}}{{{_own(f'{place}.{letter(n)}', choice)}}}"
        for n, choice in enumerate(item.choices)
    )
    asked = _below(place, _own(place, item.text), item.picture, *choices)
    is_solution = kind == "solution"
    return WrittenItem(
        item.label,
        QUESTION,
        points_of(item.points, texts),
        item.bonus,
        item.void and is_solution,
        item.space,
        asked,
        _solution(place, item) if is_solution else "",
        tuple(_key(place, item, texts)) if is_solution else (),
    )


def _below(place: str, text: str, picture: OwnPicture | None, *below: str) -> str:
    """A text with what stands below it."""
    if picture:
        file = f"{file_of(place)}{picture.ending}"
        below = (rf"\ownpicture{{{place}}}{{{file}}}{{{picture.width or ''}}}", *below)
    return "\n".join([text, r"\ownbelow", *below] if below else [text])


def _solution(place: str, item: OwnItem) -> str:
    said = [_own(f"{place}.right", f"**{', '.join(item.letters)}**")] if item.choices else []
    reason = item.rows[0].answer
    said += [_own(f"{place}.answer", reason)] if reason else []
    return rf"\ownsolution{{{': '.join(said)}}}"


def _key(place: str, item: OwnItem, texts: Texts) -> Iterator[WrittenRow]:
    first = VOID_ROW if item.void else RIGHT_ROW
    happened = escape(vocabulary(texts.language).happened(first))
    written = _own(f"{place}.row0", ", ".join(item.letters)) if item.choices else ""
    for number, row in enumerate(item.rows):
        if number:
            happened, written = _own(f"{place}.row{number}", row.answer), ""
        earned = Fraction(0) if item.void else row.points
        yield WrittenRow(row.label, written, happened, points_of(earned, texts))


def file_of(place: str) -> str:
    """The name of the picture that stands somewhere, beside a document, without its ending."""
    return f"picture-{place.replace('.', '-')}"


def _own(place: str, markdown: str) -> str:
    """A text of the examiner's in a mark by which a program finds it."""
    return rf"\own{{{place}}}{{{prose_to_latex(markdown).strip()}}}"
