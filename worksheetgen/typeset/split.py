"""Split the PDF of a TeX run into one PDF per sheet."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from worksheetgen.errors import TexError
from worksheetgen.typeset.qr import literal


@dataclass(frozen=True)
class Printed:
    """What a sheet's PDF has beside its pages."""

    title: str
    code: str | None = None
    """What the QR codes of its pages say, with the page's number; None: there are none."""


def split(
    pdf: bytes, pages: Sequence[int], sheets: Sequence[Printed], language: str
) -> Iterator[bytes]:
    """One PDF per sheet, of so many pages each, in a language.

    The bytes depend on the sheet's pages, title and code alone: no date, no path, no random id.

    Raises:
        TexError: TeX printed another number of sheets.
    """
    if len(pages) != len(sheets):
        raise TexError(f"TeX printed {len(pages)} of {len(sheets)} sheets")
    with pikepdf.open(io.BytesIO(pdf)) as run:
        start = 0
        for count, printed in zip(pages, sheets, strict=True):
            with pikepdf.new() as sheet:
                for number, page in enumerate(run.pages[start : start + count], start=1):
                    sheet.pages.append(page)
                    if printed.code:
                        _stamp(sheet, printed.code, number)
                sheet.docinfo["/Title"] = printed.title
                sheet.Root.Lang = pikepdf.String(language)
                yield saved(sheet)
            start += count


def _stamp(sheet: pikepdf.Pdf, code: str, number: int) -> None:
    """Draw the QR code of the page that was added last."""
    page = sheet.pages[-1].obj
    width = float(page.MediaBox[2])
    content = page.Contents.read_bytes() + literal(code, number, width)
    page.Contents = sheet.make_stream(content)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The file, which depends on what is in it alone."""
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()
