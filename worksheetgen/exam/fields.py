"""Fields of a spec that are printed as they are, or name a file."""

from typing import Annotated

from pydantic import AfterValidator, Field

from worksheetgen.typeset.characters import printable

Text = Annotated[str, Field(strict=True, min_length=1, max_length=80), AfterValidator(printable)]
"""A line that is printed as it is."""
FilePath = Annotated[str, Field(strict=True, min_length=1, max_length=1000)]
"""Of a file or folder, from the spec's own folder on."""
