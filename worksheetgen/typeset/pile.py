"""What lies on top of a pile of sheets, and the list of who is to be there."""

from collections.abc import Sequence

from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.typeset.language import NONE, Vocabulary
from worksheetgen.variants.manifest import VariantRecord
from worksheetgen.variants.piles import Pile

ROWS = 24
"""Of an attendance list, on a page."""
Row = tuple[str, str, str, str]
"""Position, seat, number and name."""


def heading(pile: Pile, words: Vocabulary) -> str:
    """What the sheets of a pile have in common."""
    if pile.spare:
        return words.piles["spares"]
    return f"{words.called(pile.column)}: {in_latin_letters(pile.value) or NONE}"


def cover_lines(pile: Pile, title: str, words: Vocabulary) -> list[str]:
    """The heading, the exam, how many sheets there are, and from which to which."""
    lines = [heading(pile, words), title, words.counted(len(pile.variants))]
    lines += [] if pile.spare else [_span(pile.variants, words)]
    if pile.of > 1:
        lines.append(words.piles["part"].format(pile.number, pile.of))
    return lines


def _span(variants: Sequence[VariantRecord], words: Vocabulary) -> str:
    people = [variant.person for variant in variants if variant.person]
    seats = [person.facts.get("seat", "") for person in people]
    label, said = words.piles["number"], [person.id for person in people]
    if all(seats):
        label, said = words.facts["seat"], seats
    ends = [in_latin_letters(each) for each in dict.fromkeys((said[0], said[-1]))]
    return f"{label}: " + (words.piles["span"].format(*ends) if len(ends) > 1 else ends[0])


def attendance(variants: Sequence[VariantRecord]) -> list[Row]:
    """A row for each sheet, in order; of spare sheets there is no more than the position."""
    people = [variant.person for variant in variants if variant.person]
    return [
        (str(n), in_latin_letters(p.facts.get("seat", "")), "" if p.is_spare else p.id, p.printed)
        for n, p in enumerate(people, start=1)
    ]


def heads(rows: Sequence[Row], words: Vocabulary) -> Row:
    """What the columns of a list are called."""
    seat = words.facts["seat"] if any(seat for _, seat, _, _ in rows) else ""
    return "", seat, words.piles["number"], words.piles["name"]
