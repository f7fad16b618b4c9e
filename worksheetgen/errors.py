"""What can go wrong for a user: one short message each, turned into exit code 2 by the CLI.

Anything else that is raised is a bug and keeps its traceback.
"""


class WorksheetError(Exception):
    """A message for the user: what is wrong, where, what is allowed, what to do."""


class SpecError(WorksheetError):
    """The exam spec cannot be used."""


class RosterError(WorksheetError):
    """A roster cannot be used."""


class SamplingError(WorksheetError):
    """No givens were found that keep every constraint."""


class TexError(WorksheetError):
    """TeX is missing, or it stopped on a document."""


class ProofError(WorksheetError):
    """A check failed on sheets that were just made; they are not left in the folder."""


class OutputError(WorksheetError):
    """A folder or file of sheets cannot be read or written."""


class ClusterError(WorksheetError):
    """A cluster cannot be used."""
