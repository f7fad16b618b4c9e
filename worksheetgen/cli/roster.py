"""The options of generate that are about a roster, and about what a printer gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from worksheetgen.errors import InputError

if TYPE_CHECKING:
    from worksheetgen.exam.roster import Roster
    from worksheetgen.variants.piles import Printing


@dataclass(frozen=True)
class About:
    """What the command line says of a roster."""

    columns: str | None
    show: Sequence[str]
    sort: str | None
    spares: int

    def read(self, path: Path | None) -> "Roster | None":
        """The students in the order of their sheets.

        Raises:
            InputError: something is said of a roster, and there is none; or it cannot be read.
        """
        if path is None:
            for option, said in vars(self).items():
                if said:
                    raise InputError(f"--{option} is about a --roster; name one")
            return None
        from worksheetgen.exam.roster import read_roster
        from worksheetgen.exam.roster.arranging import sorted_by, with_spares

        roster = read_roster(path, self.columns, self.show)
        if self.sort:
            roster = sorted_by(roster, [key.strip() for key in self.sort.split(",")])
        return with_spares(roster, self.spares) if self.spares else roster


@dataclass(frozen=True)
class ForPrint:
    """What the command line says of files for a printer."""

    wanted: bool
    split: str | None
    batch: int | None
    copies: int | None
    booklet: bool
    two_up: bool

    def read(self, roster: "Roster | None") -> "Printing | None":
        """How sheets are printed; None: there are no files for a printer.

        Raises:
            InputError: two options do not go together, or the roster has no such column.
        """
        if not any(vars(self).values()):
            return None
        from worksheetgen.variants.piles import Printing

        if self.booklet and self.two_up:
            raise InputError("--booklet and --two-up are two ways to print; choose one")
        if self.copies and roster:
            raise InputError("drop --copies: a roster has a sheet for each student")
        if self.split and not roster:
            raise InputError("--split is about a --roster; name one")
        split = self.split
        if split and roster:
            from worksheetgen.exam.roster.arranging import column_of

            split = column_of(roster, split, roster.facts, "--split")
        return Printing(
            split,
            self.batch,
            self.copies,
            "booklet" if self.booklet else "two-up" if self.two_up else None,
        )
