"""A picture of a PDF with all that it needs, taken out of its file."""

from collections.abc import Iterator
from typing import Any

import pikepdf

from worksheetgen.typeset.pdf import Picture

UNSEEN = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/StructParent",
    "/StructParents",
    "/OPI",
    "/Info",
)
"""Keys of pictures that nobody sees."""


def picture_of(shown: Any) -> Picture:
    """The objects of a picture, itself first, each in one way of writing."""
    found: list[Any] = [shown]
    numbers = {shown.objgen: 0}
    bodies = list[tuple[bytes | int, ...]]()
    while len(bodies) < len(found):
        bodies.append(tuple(_joined(_body(found[len(bodies)], numbers, found))))
    return Picture(tuple(bodies))


def _joined(pieces: Iterator[bytes | int]) -> Iterator[bytes | int]:
    """Neighbouring bytes as one piece."""
    bytes_ = b""
    for piece in pieces:
        if isinstance(piece, int):
            yield bytes_
            yield piece
            bytes_ = b""
        else:
            bytes_ += piece
    yield bytes_


def _body(item: Any, numbers: dict[Any, int], found: list[Any]) -> Iterator[bytes | int]:
    yield from _written(item, numbers, found)
    if isinstance(item, pikepdf.Stream):
        yield b"\nstream\n" + item.read_raw_bytes() + b"\nendstream"


def _inner(item: Any, numbers: dict[Any, int], found: list[Any]) -> Iterator[bytes | int]:
    if isinstance(item, pikepdf.Object) and item.is_indirect:
        if item.objgen not in numbers:
            numbers[item.objgen] = len(found)
            found.append(item)
        yield numbers[item.objgen]
    else:
        yield from _written(item, numbers, found)


def _written(item: Any, numbers: dict[Any, int], found: list[Any]) -> Iterator[bytes | int]:
    match item:
        case pikepdf.Array():
            yield b"[ "
            for entry in item:
                yield from _inner(entry, numbers, found)
                yield b" "
            yield b"]"
        case pikepdf.Dictionary() | pikepdf.Stream():
            yield b"<< "
            for key in sorted({*item.keys()} - {*UNSEEN}):
                yield key.encode() + b" "
                yield from _inner(item[key], numbers, found)
                yield b" "
            yield b">>"
        case pikepdf.Object():
            yield item.unparse()
        case bool():
            yield str(item).lower().encode()
        case None:
            yield b"null"
        case _:
            yield str(item).encode()
