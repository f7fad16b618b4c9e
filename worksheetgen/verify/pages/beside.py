"""Pages of a sheet that stand side by side on paper of twice the size."""

from collections.abc import Callable, Sequence

from worksheetgen.typeset.pdf import Page as FilePage
from worksheetgen.verify.pages.box import Box, around
from worksheetgen.verify.pages.file import contents
from worksheetgen.verify.pages.ink import face
from worksheetgen.verify.pages.page import QR, Page
from worksheetgen.verify.pages.reading import reader

FINE = 1e-6
"""What keeps rounding from depending on the last digit of a sum."""
ORDERS: dict[str | None, Callable[[int], list[tuple[int, int]]]] = {
    "booklet": lambda n: [(n - 1 - k, k) if k % 2 == 0 else (k, n - 1 - k) for k in range(n // 2)],
    "two-up": lambda n: [(k, k + 1) for k in range(0, n, 2)],
}
"""Which pages of a sheet of n stand side by side."""

Each = tuple[str, str, tuple[float, ...], tuple[float, ...]]
Shown = list[Each]
"""What a page prints: mark, text or kind, and horizontal and vertical places, in order."""


def shown_on(page: FilePage) -> Shown:
    """What a page prints."""
    faces = {name: face(font) for name, font in page.fonts.items()}
    found: list[tuple[str, str, list[float], list[float]]] = []
    for marks, piece in reader().read(contents(page), faces):
        mark = marks[-1] if marks else ""
        for placed in piece.runs:
            glyphs = [placed.x + box.left for _, box in placed.run.glyphs]
            found.append((mark, placed.run.text, [placed.x, *glyphs], [placed.y]))
        for kind, boxes in (("line", piece.lines), ("module", piece.modules)):
            found += [(mark, kind, [b.left, b.right], [b.bottom, b.top]) for b in boxes]
        for name, (wide, high, left, low) in piece.pictures:
            found.append((mark, name, [left, left + wide], [low, low + high]))
    return [(mark, what, _fine(*xs), _fine(*ys)) for mark, what, xs, ys in found]


def halves(
    own: FilePage, there: Sequence[FilePage], pairs: Sequence[tuple[int, int]]
) -> dict[int, Shown]:
    """What is printed on either half of pages, as if each half were a page of the sheet."""
    width, found = float(own.width), dict[int, Shown]()
    for (left, right), page in zip(pairs, there, strict=True):
        shown = shown_on(page)
        found[left] = [each for each in shown if each[2][0] < width]
        found[right] = [_moved(each, width) for each in shown if each[2][0] >= width]
    return found


def _moved(each: Each, by: float) -> Each:
    mark, what, xs, ys = each
    return mark, what, _fine(*(x - by for x in xs)), ys


def with_codes(own: FilePage, shown: Shown) -> Page:
    """A page with the QR code alone that is printed, and with lines in place of all else."""
    page = Page(float(own.width), float(own.height))
    for mark, what, xs, ys in shown:
        box = Box(min(xs), min(ys), max(xs), max(ys))
        if mark == QR and what == "module":
            page.qr.append(box)
        else:
            page.lines[mark or what].append(box)
    if page.qr:
        page.lines[QR].append(around(page.qr))
    return page


def _fine(*edges: float) -> tuple[float, ...]:
    return tuple(round(edge + FINE, 3) for edge in edges)
