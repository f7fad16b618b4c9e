"""One PDF of many sheets, for a printer: in order, each on an even number of pages."""

import io
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import pikepdf

from worksheetgen.typeset.split import saved

SHARED = ("/Font", "/XObject")
"""Resources that sheets have in common, kept once."""
Known = dict[tuple[int, int], str]
"""Fingerprints by the numbers of objects in a file."""
REFERENCE = re.compile(rb"\d \d+ R\b")
"""How an array names an object that is elsewhere in the file."""


def assemble(sheets: Iterable[bytes]) -> bytes:
    """All pages of the sheets, a blank one behind each odd number of them."""
    with pikepdf.new() as whole:
        shared: dict[str, Any] = {}
        for content in sheets:
            known: Known = {}
            with pikepdf.open(io.BytesIO(content)) as sheet:
                pages = [page.obj for page in sheet.pages]
                for page in pages:
                    resources = _resources(whole, page, shared, known)
                    _append(whole, page.MediaBox, page.Contents, resources)
                if len(pages) % 2:
                    _append(whole, pages[0].MediaBox, None, pikepdf.Dictionary())
        return saved(whole)


def fingerprint(resource: Any, known: Known | None = None) -> str:
    """What tells a font or a picture from others, whatever file it is in.

    Args:
        resource: the font or picture.
        known: the fingerprints of the same file's that were taken before; this one is added.
    """
    known = {} if known is None else known
    if resource.objgen not in known or not resource.is_indirect:
        described = "\n".join(_described(resource, set()))
        known[resource.objgen] = sha256(described.encode()).hexdigest()
    return known[resource.objgen]


def _append(whole: pikepdf.Pdf, box: Any, contents: Any, resources: pikepdf.Dictionary) -> None:
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, MediaBox=pikepdf.Array(list(box)), Resources=resources
    )
    if contents is not None:
        page.Contents = pikepdf.Stream(
            whole, contents.read_raw_bytes(), Filter=contents.get("/Filter")
        )
    whole.pages.append(pikepdf.Page(whole.make_indirect(page)))


def _resources(
    whole: pikepdf.Pdf, page: Any, shared: dict[str, Any], known: Known
) -> pikepdf.Dictionary:
    found = pikepdf.Dictionary()
    for kind in SHARED:
        for name, resource in page.Resources.get(kind, pikepdf.Dictionary()).items():
            own = fingerprint(resource, known)
            if own not in shared:
                shared[own] = whole.copy_foreign(resource)
            if kind not in found:
                found[kind] = pikepdf.Dictionary()
            found[kind][name] = shared[own]
    return found


def _described(item: Any, seen: set[tuple[int, int]]) -> Iterator[str]:
    if isinstance(item, pikepdf.Array):
        written = item.unparse(resolved=True)
        if not REFERENCE.search(written):
            yield written.decode("latin-1")
            return
        for entry in item:
            yield from _described(entry, seen)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        if item.is_indirect and item.objgen in seen:
            return
        seen.add(item.objgen)
        for key, value in sorted(item.items()):
            yield key
            yield from _described(value, seen)
        if isinstance(item, pikepdf.Stream):
            yield sha256(item.read_raw_bytes()).hexdigest()
    else:
        yield str(item)
