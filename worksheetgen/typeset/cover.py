"""What a cover page prints."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Cover:
    """A cover page; what is empty leaves its line out."""

    course: str
    institution: str
    facts: Mapping[str, str]
    """Beside the labels of the cover, by label."""
    instructions: str
    """Markdown."""
    signature: bool
    """Whether there is a line to sign on."""
    logo: str
    """The picture's name beside a document."""
