"""The output folder: files appear whole or not at all, and nobody's sheets are overwritten."""

from dataclasses import dataclass
from pathlib import Path

from worksheetgen import manifest
from worksheetgen.errors import OutputError
from worksheetgen.manifest import File, Record

FOLDERS = ("questions", "solutions", "tex")
OURS = ("questions/[0-9]*.pdf", "solutions/[0-9]*.pdf", "tex/[0-9]*.tex", "tex/worksheet.sty")
"""The files that an earlier run may have left; anything else in the folders is the user's."""


@dataclass(frozen=True)
class OutputFolder:
    """A folder of sheets with their manifest."""

    path: Path

    def claim(self, header: Record, *, replace: bool) -> None:
        """Make the folder ready for the sheets of this header, before any work is done.

        Raises:
            OutputError: it cannot be written, or it holds other sheets and ``replace`` is off.
        """
        missing = [p for p in (self.path, *self.path.parents) if not p.exists()]
        probe = self.path / ".worksheetgen-probe"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise OutputError(
                f"{self.path}: {error.strerror}; choose another folder with --out"
            ) from None
        finally:
            for folder in missing:
                if folder.is_dir():
                    folder.rmdir()
        if not (replace or self._is_free_for(header)):
            raise OutputError(
                f"{self.path} holds other sheets; choose another folder with --out, or say "
                "--replace to give them up"
            )

    def start(self, header: Record) -> None:
        """Remove what an earlier run left and begin the manifest."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / manifest.NAME).unlink(missing_ok=True)
        for pattern in OURS:
            for path in self.path.glob(pattern):
                path.unlink()
        self._put(File(manifest.NAME, manifest.line(header).encode()))

    def add(self, record: Record, files: list[File]) -> None:
        """Add a finished variant: its files first, then its line in the manifest."""
        for file in files:
            self._put(file)
        with (self.path / manifest.NAME).open("ab") as lines:
            lines.write(manifest.line(record).encode())

    def _put(self, file: File) -> None:
        """Write aside, then rename, so that no reader ever meets half a file."""
        target = self.path / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.part")
        try:
            aside.write_bytes(file.content)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    def _is_free_for(self, header: Record) -> bool:
        if (self.path / manifest.NAME).exists():
            return manifest.read_manifest(self.path).header == header
        return not any((self.path / name).exists() for name in FOLDERS)
