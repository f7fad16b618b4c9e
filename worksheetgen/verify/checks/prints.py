"""The files for a printer: each sheet whole and in its pile, and covers and lists that are true."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from worksheetgen.typeset.characters import in_latin_letters
from worksheetgen.typeset.language import NONE, Vocabulary, vocabulary
from worksheetgen.typeset.names import digest_of, is_form
from worksheetgen.typeset.pdf import Document
from worksheetgen.typeset.pdf import Page as FilePage
from worksheetgen.variants.manifest import PILES, PRINT, PRINTED, HeaderRecord, PersonRecord
from worksheetgen.verify.checks.read_back import decoded
from worksheetgen.verify.pages.beside import ORDERS, halves, shown_on, with_codes
from worksheetgen.verify.pages.file import opened
from worksheetgen.verify.pages.page import FORM, QR, Page
from worksheetgen.verify.pages.reading import read_pages
from worksheetgen.verify.pages.words import unmarked
from worksheetgen.verify.report import Report

TABLE = ("file", "column", "value", "spare", "sheets", "first", "last")
LISTED = ("seat", "id", "name", "group", "code", "signature")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How formulas begin."""
ROWS = 24
"""Of an attendance list, on a page."""
TITLE = re.compile(r"(\d{1,6} copies)?(, (?=.))?(?P<way>booklet|two-up)?")
"""What a file to print says of itself."""


@dataclass(frozen=True)
class Printable:
    """A question sheet: its path in the folder, its code, and whose it is."""

    path: str
    code: str
    person: PersonRecord | None


class Prints:
    """Checks the files for a printer against the sheets of a folder."""

    def __init__(
        self, folder: Path, header: HeaderRecord, sheets: Sequence[Printable], report: Report
    ) -> None:
        self._folder, self._sheets, self._report = folder, sheets, report
        self._title: str = header.spec["title"]
        self._language: str = header.spec["language"]

    @property
    def _words(self) -> Vocabulary:
        return vocabulary(self._language)

    def all_in_one(self) -> None:
        """``print.pdf`` has all sheets in order, or so many copies as its title says."""
        printed = opened((self._folder / PRINT).read_bytes())
        copies = re.match(r"(\d{1,6}) copies", printed.title)
        count = int(copies[1]) if copies else len(self._sheets)
        expected = [self._sheets[n % len(self._sheets)] for n in range(count)]
        self._pages(PRINT, printed, expected)

    def piles(self) -> None:
        """``print/`` has each sheet in one pile, with a cover and a list if a column parts them."""
        folder = self._folder / PRINTED
        rows = list(csv.DictReader(io.StringIO((folder / PILES).read_text(encoding="utf-8"))))
        self._compare(f"{PILES}, columns", [*TABLE], [*rows[0]] if rows else [])
        names, left = {PILES}, list(self._sheets)
        for (column, value, spare), group in groupby(
            rows, lambda row: (row["column"], _bare(row["value"]), row["spare"])
        ):
            files = list(group)
            own = [sheet for sheet in left if _has(sheet, column, value, spare)]
            copies = sum(int(row["sheets"]) for row in files)
            if not column and copies != len(own):
                own = [own[n % len(own)] for n in range(copies)]
            left = [sheet for sheet in left if sheet not in own]
            names |= self._pile(files, own)
            if column:
                stem = files[0]["file"].removesuffix(".pdf")
                whole = (folder / f"{stem}-attendance.csv").exists()
                stem = stem if whole else stem.rpartition("-")[0]
                names |= self._list(stem, own, self._heading(column, value, spare))
        self._compare(f"{PRINTED}, sheets in no pile", [], [sheet.path for sheet in left])
        there = sorted(path.name for path in folder.iterdir())
        self._compare(f"{PRINTED}, files", sorted(names), there)

    def _pile(self, files: Sequence[dict[str, str]], own: Sequence[Printable]) -> set[str]:
        """The files of one value: together they have all its sheets."""
        start = 0
        for number, row in enumerate(files, start=1):
            sheets = own[start : start + int(row["sheets"])]
            start += len(sheets)
            place = f"{PRINTED}/{row['file']}"
            ends = [sheet.code for sheet in (*sheets[:1], *sheets[-1:])]
            self._compare(f"{place}, its codes", ends, [row["first"], row["last"]])
            printed = opened((self._folder / place).read_bytes())
            lines: list[str] = []
            if row["column"]:
                head = self._heading(row["column"], _bare(row["value"]), row["spare"])
                lines = self._cover(head, sheets, (number, len(files)))
            self._pages(place, printed, sheets, lines)
        self._compare(f"{files[0]['file']}, sheets", len(own), start)
        return {row["file"] for row in files}

    def _heading(self, column: str, value: str, spare: str) -> str:
        words = self._words
        latin = in_latin_letters(value) or NONE
        return words.piles["spares"] if spare == "yes" else f"{words.called(column)}: {latin}"

    def _cover(self, heading: str, sheets: Sequence[Printable], part: tuple[int, int]) -> list[str]:
        words = self._words
        lines = [heading, self._title, words.counted(len(sheets))]
        people = [sheet.person for sheet in sheets if sheet.person and not sheet.person.is_spare]
        if people:
            seats = [person.facts.get("seat", "") for person in people]
            label, said = words.piles["number"], [person.id for person in people]
            if all(seats):
                label, said = words.facts["seat"], seats
            first, last = in_latin_letters(said[0]), in_latin_letters(said[-1])
            span = words.piles["span"].format(first, last) if said[0] != said[-1] else first
            lines.append(f"{label}: {span}")
        return lines + ([words.piles["part"].format(*part)] if part[1] > 1 else [])

    def _list(self, stem: str, own: Sequence[Printable], heading: str) -> set[str]:
        """The list of who is to be there, as pages and as a table."""
        pdf, table = (f"{PRINTED}/{stem}-attendance.{kind}" for kind in ("pdf", "csv"))
        people = [sheet.person for sheet in own if sheet.person]
        out = io.StringIO(newline="")
        listed = [[_harmless(cell) for cell in _listed(person)] for person in people]
        csv.writer(out, lineterminator="\n").writerows([LISTED, *listed])
        written = (self._folder / table).read_bytes().decode("utf-8", errors="replace")
        self._compare(table, out.getvalue(), written)
        pages = read_pages(opened((self._folder / pdf).read_bytes()))
        cells = "".join(page.texts["pile.cell"] for page in pages)
        heads = "".join(self._heads(people))
        rows = [f"{number}{_row(person)}" for number, person in enumerate(people, start=1)]
        starts = range(0, len(rows), ROWS)
        expected = [cell for start in starts for cell in (heads, *rows[start : start + ROWS])]
        self._compare(f"{pdf}, rows", unmarked("".join(expected)), unmarked(cells))
        for number, page in enumerate(pages, start=1):
            place = f"{pdf}, page {number}"
            self._compare(f"{place}, strange", [], [*page.hidden, *page.overprinted])
            self._compare(place, unmarked(heading), unmarked(page.texts["pile.line"]))
        rules = sum(len(page.lines.get("pile.rule", [])) for page in pages)
        self._compare(f"{pdf}, lines to sign on", len(people), rules)
        return {f"{stem}-attendance.pdf", f"{stem}-attendance.csv"}

    def _heads(self, people: Iterable[PersonRecord]) -> list[str]:
        words = self._words
        seat = words.facts["seat"] if any(p.facts.get("seat") for p in people) else ""
        return [seat, words.piles["number"], words.piles["name"]]

    def _pages(
        self, place: str, printed: Document, sheets: Sequence[Printable], cover: Sequence[str] = ()
    ) -> None:
        """A file has a cover, if one is expected, and the pages of sheets, and nothing else."""
        width = float(opened(self._content(sheets[0])).pages[0].width) if sheets else 0.0
        pages, said = printed.pages, TITLE.fullmatch(printed.title)
        self._compare(f"{place}, title", "one of ours", "one of ours" if said else printed.title)
        way = said["way"] if said else None
        wide = way in ORDERS
        self._compare(
            f"{place}, width", 2 * width if wide else width, float(pages[0].width) if pages else 0.0
        )
        start = 0
        if cover:
            start = 2
            shown = read_pages(replace(printed, pages=pages[:start]))
            lines = "".join(page.texts["pile.line"] for page in shown)
            strange = [fault for page in shown for fault in (*page.hidden, *page.overprinted)]
            self._compare(f"{place}, cover, strange", [], strange)
            self._compare(f"{place}, cover", unmarked("".join(cover)), unmarked(lines))
        for sheet in sheets:
            own = list(opened(self._content(sheet)).pages)
            multiple = 4 if wide else 2
            count = len(own) + -len(own) % multiple
            there = pages[start : start + (count // 2 if wide else count)]
            where = f"{place}, {sheet.path}"
            if way in ORDERS:
                self._side_by_side(where, sheet, own, there, ORDERS[way](count))
            else:
                self._one_by_one(where, sheet, own, there)
            start += len(there)
        self._compare(f"{place}, pages", start, len(pages))

    def _one_by_one(
        self, place: str, sheet: Printable, own: Sequence[FilePage], there: Sequence[FilePage]
    ) -> None:
        digests = [[_digest(page) for page in pages] for pages in (own, there[: len(own)])]
        self._compare(place, *digests)
        for number, page in enumerate(there[len(own) :], start=len(own) + 1):
            (shown,) = read_pages(Document("", self._language, (page,)))
            self._empty(f"{place}, page {number}", sheet, number, shown)

    def _side_by_side(
        self,
        place: str,
        sheet: Printable,
        own: Sequence[FilePage],
        there: Sequence[FilePage],
        pairs: Sequence[tuple[int, int]],
    ) -> None:
        """Each half of a page shows what the page of the sheet does, letter by letter."""
        if len(there) != len(pairs):
            self._compare(place, f"{len(pairs)} pages", f"{len(there)} pages")
            return
        found = halves(own[0], there, pairs)
        for number in range(2 * len(pairs)):
            where = f"{place}, page {number + 1}"
            if number < len(own):
                differs = shown_on(own[number]) != found[number]
                self._compare(where, "as it was", "other" if differs else "as it was")
            else:
                self._empty(where, sheet, number + 1, with_codes(own[0], found[number]))

    def _empty(self, place: str, sheet: Printable, number: int, page: Page) -> None:
        """An empty page shows its sheet's code and its number, if the sheet is somebody's."""
        said = [decoded(page), bool(page.extent), *(mark for mark in page.lines if mark != QR)]
        code = f"{sheet.code}/{number}" if sheet.person else "nothing"
        self._compare(place, [code, False], said)

    def _content(self, sheet: Printable) -> bytes:
        return (self._folder / sheet.path).read_bytes()

    def _compare(self, place: str, expected: object, found: object) -> None:
        self._report.compare("files", place, expected, found)


def _digest(page: FilePage) -> str:
    return sha256(repr(page).encode()).hexdigest()


def _has(sheet: Printable, column: str, value: str, spare: str) -> bool:
    """Whether a sheet belongs to a pile."""
    if not column:
        return True
    person = sheet.person
    if person is None:
        return False
    return (person.facts.get(column, ""), "yes" if person.is_spare else "no") == (value, spare)


def _row(person: PersonRecord) -> str:
    number = "" if person.is_spare else person.id
    printed = person.printed
    name = f"{FORM}{digest_of(printed)}" if is_form(printed) else printed
    return "".join((in_latin_letters(person.facts.get("seat", "")), number, name))


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula, kept from it."""
    return f"'{cell}" if cell[:1] in FORMULA else cell


def _listed(person: PersonRecord) -> list[str]:
    if person.is_spare:
        return ["", "", "", "", person.code, ""]
    return [person.facts.get("seat", ""), person.id, person.name, person.group, person.code, ""]
