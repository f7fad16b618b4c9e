"""What a cover page prints."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cover:
    """A cover page; what is empty leaves its line out."""

    course: str
    institution: str
    facts: tuple[tuple[str, str], ...]
    """Labels of the cover, and what stands beside them."""
    instructions: str
    """Markdown."""
    signature: bool
    """Whether there is a line to sign on."""
    logo: str
    """The picture's name beside a document, without its ending."""
