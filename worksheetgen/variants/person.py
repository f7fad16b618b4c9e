"""Whose a variant is, if it is personal."""

from dataclasses import dataclass

from worksheetgen.variants.manifest import PersonRecord


@dataclass(frozen=True)
class Person:
    """Whose sheet it is."""

    id: str
    name: str
    printed: str
    """The name in letters that the embedded fonts have."""
    group: str
    code: str
    """What stands on every page instead of the variant's number."""
    root: int
    """What the givens are drawn from, of 256 bits; it stays where the secret is."""

    def record(self) -> PersonRecord:
        """What the manifest keeps."""
        return PersonRecord(self.id, self.name, self.printed, self.group, self.code)
