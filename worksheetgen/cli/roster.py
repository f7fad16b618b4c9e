"""The options of generate that are about a roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from worksheetgen.errors import InputError

if TYPE_CHECKING:
    from worksheetgen.exam.roster import Roster


@dataclass(frozen=True)
class About:
    """What the command line says of a roster."""

    columns: str | None
    show: Sequence[str]
    sort: str | None
    spares: int
    versions: int | None

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
