"""Pages as printers want them: an even number, with codes, or two on one of twice the size."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from worksheetgen.typeset.pdf import Page
from worksheetgen.typeset.qr import literal
from worksheetgen.variants.piles import Imposed


def padded(pages: Sequence[Page], multiple: int, code: str | None) -> list[Page]:
    """The pages of a sheet with empty ones behind, which have a QR code as the others do."""
    count = len(pages)
    missing = range(count + 1, count + 1 + -count % multiple)
    blank = replace(pages[0], content=b"", more=b"", fonts={}, pictures={})
    width = float(blank.width)
    return [
        *pages,
        *(replace(blank, more=literal(code, n, width) if code else b"") for n in missing),
    ]


def multiple_of(imposed: Imposed | None) -> int:
    """Of what number a sheet's pages are a multiple, so that the next one begins on a new paper."""
    return 4 if imposed else 2


def on_paper(pages: Sequence[Page], imposed: Imposed | None) -> Iterator[Page]:
    """The pages of a padded sheet as they are printed.

    A booklet is folded in the middle, so that its last page stands beside the first.
    """
    if imposed is None:
        yield from pages
        return
    pairs = list(zip(pages[::2], pages[1::2], strict=True))
    if imposed == "booklet":
        half = len(pages) // 2
        outer = zip(reversed(pages[half:]), pages[:half], strict=True)
        pairs = [(one, two) if n % 2 == 0 else (two, one) for n, (one, two) in enumerate(outer)]
    for left, right in pairs:
        yield _beside(left, right)


def _beside(left: Page, right: Page) -> Page:
    """Two pages of a sheet side by side; their fonts have the same names."""
    width = float(left.width)
    halves = ((0.0, _operators(left)), (width, _operators(right)))
    content = b"".join(
        b"q\n1 0 0 1 %b 0 cm\n%b\nQ\n" % (f"{offset:.10g}".encode(), own.rstrip(b"\n"))
        for offset, own in halves
        if own
    )
    return Page(
        f"{round(2 * width, 3):.10g}",
        left.height,
        zlib.compress(content, zlib.Z_BEST_COMPRESSION) if content else b"",
        fonts={**left.fonts, **right.fonts},
        pictures={**left.pictures, **right.pictures},
    )


def _operators(page: Page) -> bytes:
    return (zlib.decompress(page.content) if page.content else b"") + page.more
