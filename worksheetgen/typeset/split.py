"""Split the PDF of a TeX run into one PDF per sheet."""

import io
from collections.abc import Iterator, Sequence

import pikepdf

from worksheetgen.errors import TexError


def split(
    pdf: bytes, pages: Sequence[int], titles: Sequence[str], language: str
) -> Iterator[bytes]:
    """One PDF per sheet, of so many pages each, named by the titles, in a language.

    The bytes depend on the sheet's pages and title alone: no date, no path, no random id.

    Raises:
        TexError: TeX printed another number of sheets.
    """
    if len(pages) != len(titles):
        raise TexError(f"TeX printed {len(pages)} of {len(titles)} sheets")
    with pikepdf.open(io.BytesIO(pdf)) as run:
        start = 0
        for count, title in zip(pages, titles, strict=True):
            with pikepdf.new() as sheet:
                for page in run.pages[start : start + count]:
                    sheet.pages.append(page)
                sheet.docinfo["/Title"] = title
                sheet.Root.Lang = pikepdf.String(language)
                yield _saved(sheet)
            start += count


def _saved(sheet: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    sheet.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()
