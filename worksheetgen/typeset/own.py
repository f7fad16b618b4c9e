"""Write what is in the examiner's own words, each text marked with where it stands."""

from itertools import count

from worksheetgen.typeset.characters import escape
from worksheetgen.typeset.language import vocabulary
from worksheetgen.typeset.markdown import prose_to_latex
from worksheetgen.typeset.texts import AS_SHIPPED, Texts
from worksheetgen.typeset.written import WrittenItem, WrittenPart, WrittenRow, points_of
from worksheetgen.variants.manifest import OWN, Kind
from worksheetgen.variants.own import QUESTION, OwnItem, OwnPart, letter


def write_own(task: int, part: OwnPart, kind: Kind, texts: Texts = AS_SHIPPED) -> WrittenPart:
    """The LaTeX of a part in the examiner's own words, each text marked with where it stands."""
    place = f"{task}.{part.label}"
    stem = _own(place, part.text) if part.text else ""
    items = (_write_own_item(f"{place}.{item.label}", item, kind, texts) for item in part.items)
    return WrittenPart(part.label, OWN, stem, tuple(items))


def _write_own_item(place: str, item: OwnItem, kind: Kind, texts: Texts) -> WrittenItem:
    solution, key = "", list[WrittenRow]()
    if kind == "solution":
        right, *rows = item.rows
        letters = ", ".join(item.letters)
        chosen = _own(f"{place}.right", f"**{letters}**") if item.choices else ""
        reason = _own(f"{place}.answer", right.answer) if right.answer else ""
        solution = rf"\ownsolution{{{': '.join(filter(None, (chosen, reason)))}}}"
        said = [escape(vocabulary(texts.language).happened("right"))]
        said += [_own(f"{place}.row{n}", row.answer) for n, row in enumerate(rows, start=1)]
        written = [_own(f"{place}.row0", letters) if item.choices else "", *[""] * len(rows)]
        key = [
            WrittenRow(row.label, answer, happened, points_of(row.points, texts))
            for row, answer, happened in zip(item.rows, written, said, strict=True)
        ]
    choices = [
        rf"\ownchoice{{{name}}}{{{_own(f'{place}.{name}', choice)}}}"
        for name, choice in zip(map(letter, count()), item.choices, strict=False)
    ]
    question = "\n".join([_own(place, item.text), *([r"\ownchoices", *choices] if choices else [])])
    worth = points_of(item.points, texts)
    return WrittenItem(
        item.label, QUESTION, worth, item.bonus, item.space, question, solution, tuple(key)
    )


def _own(place: str, markdown: str) -> str:
    """A text of the examiner's in a mark by which a program finds it."""
    return rf"\own{{{place}}}{{{prose_to_latex(markdown).strip()}}}"
