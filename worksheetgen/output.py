"""The output folder: files appear whole or not at all, and nobody's files are given up unasked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from worksheetgen import manifest
from worksheetgen.errors import OutputError
from worksheetgen.manifest import File, Manifest, Record

FOLDERS = ("questions", "solutions", "tex")


@dataclass(frozen=True)
class OutputFolder:
    """A folder of sheets with their manifest."""

    path: Path

    def claim(self, header: Record, *, replace: bool) -> list[Record]:
        """Make sure that the sheets of this header can go here, before any work is done.

        Returns:
            The variants that an earlier run of the same header finished.

        Raises:
            OutputError: the folder cannot be written, or it holds other sheets, or changed ones,
                and ``replace`` is off.
        """
        self._probe()
        if replace:
            return []
        with _told(self.path):
            if not (self.path / manifest.NAME).exists():
                if any((self.path / name).exists() for name in FOLDERS):
                    raise self._refusal("holds files of somebody else")
                return []
        there = manifest.read_manifest(self.path, torn=True)
        if there.header != header:
            raise self._refusal("holds other sheets")
        with _told(self.path):
            for variant in there.variants:
                self._check_unchanged(variant)
        return list(there.variants)

    def start(self, header: Record, finished: list[Record], *, replace: bool) -> None:
        """Begin the manifest with the variants that are finished already."""
        with _told(self.path):
            if replace:
                self._clear()
            lines = [manifest.line(record) for record in (header, *finished)]
            self._put(File(manifest.NAME, "".join(lines).encode()))

    def add(self, record: Record, files: list[File]) -> None:
        """Add a finished variant: its files first, then its line in the manifest."""
        with _told(self.path):
            for file in files:
                self._put(file)
            with (self.path / manifest.NAME).open("ab") as lines:
                lines.write(manifest.line(record).encode())

    def add_source(self, file: File) -> None:
        """Add a source to edit, unless one is there that may have been edited."""
        with _told(self.path):
            if not (self.path / file.path).exists():
                self._put(file)

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

    def _probe(self) -> None:
        """Try to write at each place, and leave no trace."""
        missing = [p for p in (self.path, *self.path.parents) if not _exists(p)]
        try:
            with _told(self.path):
                self.path.mkdir(parents=True, exist_ok=True)
                for folder in (self.path, *(self.path / name for name in FOLDERS)):
                    if folder == self.path or folder.exists():
                        probe = folder / ".worksheetgen-probe"
                        probe.touch()
                        probe.unlink()
        finally:
            for folder in missing:
                if folder.is_dir():
                    folder.rmdir()

    def _check_unchanged(self, variant: Record) -> None:
        for file in variant["files"].values():
            path = self.path / file["path"]
            if not path.is_file() or sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                raise self._refusal(f"holds a {file['path']} that is not as it was made")

    def _clear(self) -> None:
        """Remove what the manifest of an earlier run names, and nothing else."""
        try:
            there = manifest.read_manifest(self.path, torn=True)
        except OutputError:
            there = Manifest({}, ())
        for variant in there.variants:
            code = variant["variant"]
            sources = [f"tex/{code}-{kind}.tex" for kind in variant["files"]]
            for name in [*(file["path"] for file in variant["files"].values()), *sources]:
                (self.path / name).unlink(missing_ok=True)
        (self.path / "tex" / "worksheet.sty").unlink(missing_ok=True)

    def _refusal(self, why: str) -> OutputError:
        return OutputError(
            f"{self.path} {why}; choose another folder with --out, or say --replace to give up "
            "what is there"
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says into a message with the place and the way out."""
    try:
        yield
    except OSError as error:
        place = error.filename or path
        raise OutputError(f"{place}: {error.strerror}; choose another folder with --out") from None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True
