"""Tables as text with commas, as every spreadsheet reads them."""

import csv
import io
from collections.abc import Iterable, Sequence


def as_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    r"""Heads and rows, in UTF-8.

    >>> as_table(["a", "b"], [[1, "x, y"]])
    b'a,b\n1,"x, y"\n'
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([heads, *rows])
    return out.getvalue().encode()
