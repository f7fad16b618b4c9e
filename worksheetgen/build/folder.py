"""The output folder: files appear whole or not at all, and nobody's files are given up unasked."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from filelock import FileLock, Timeout

from worksheetgen.build.printing import printed_names
from worksheetgen.build.records import File
from worksheetgen.errors import OutputError
from worksheetgen.variants import manifest
from worksheetgen.variants.manifest import (
    ANSWERS,
    LAYOUT,
    LOCK,
    PRINT,
    PRINTED,
    TEMPLATE,
    HeaderRecord,
    VariantRecord,
)
from worksheetgen.variants.sheet import variant_code

FOLDERS = ("questions", "solutions", "tex", "failed", PRINTED)


@dataclass(frozen=True)
class OutputFolder:
    """A folder of sheets with their manifest."""

    path: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of the folder; one that stays empty goes again.

        Raises:
            OutputError: another run is at work in it, or it cannot be written.
        """
        missing = [path for path in (self.path, *self.path.parents) if not _exists(path)]
        lock = FileLock(self.path / LOCK, timeout=0, thread_local=False)
        with _told(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise OutputError(
                    f"{self.path}: another run is at work there; wait for its end, or choose "
                    "another folder with --out"
                ) from None
        try:
            yield
        finally:
            (self.path / LOCK).unlink(missing_ok=True)
            lock.release()
            for folder in missing:
                with suppress(OSError):
                    folder.rmdir()

    def claim(self, header: HeaderRecord, *, replace: bool, longer: bool = False) -> int:
        """Make sure that the sheets of this header can go here, before any work is done.

        ``longer``: the header may differ from the folder's, which has fewer variants of the same.

        Returns:
            How many variants, from the first on, an earlier run of the same header finished.

        Raises:
            OutputError: the folder cannot be written, or it holds other sheets, or changed ones,
                and ``replace`` is off.
        """
        self._probe()
        if replace:
            return 0
        with _told(self.path):
            if not (self.path / manifest.NAME).exists():
                if any((self.path / name).exists() for name in FOLDERS):
                    raise self._refusal("holds files of somebody else")
                return 0
        if not longer and manifest.read_header(self.path) != header:
            raise self._refusal("holds other sheets")
        finished = 0
        with _told(self.path):
            for variant in manifest.read_variants(self.path, torn=True):
                whole = self._is_whole(variant)
                finished += whole and variant.variant == variant_code(finished)
        return finished

    def variants(self, finished: int) -> Iterator[VariantRecord]:
        """The variants that an earlier run finished, from the first on."""
        if not finished:
            return iter(())
        return islice(manifest.read_variants(self.path, torn=True), finished)

    def start(self, header: HeaderRecord, finished: int, *, replace: bool) -> None:
        """Begin the manifest, or cut it off behind the variants that are finished already."""
        with _told(self.path):
            if replace:
                self._clear()
            if finished:
                lines = (self.path / manifest.NAME).read_bytes().splitlines(keepends=True)
                whole = [manifest.line(header).encode(), *lines[1 : 1 + finished]]
                self._put(File(manifest.NAME, b"".join(whole)))
            else:
                self._put(File(manifest.NAME, manifest.line(header).encode()))

    def promise(self, due: str) -> None:
        """Note what is still to be made, so that a stopped run can be finished."""
        with _told(self.path):
            self._put(File(manifest.DUE, due.encode()))

    def promised(self) -> str:
        """What a stopped run had still to make; empty: nothing."""
        with _told(self.path):
            path = self.path / manifest.DUE
            return path.read_text(encoding="utf-8") if path.exists() else ""

    def kept(self) -> None:
        """All that was promised is there."""
        with _told(self.path):
            (self.path / manifest.DUE).unlink(missing_ok=True)

    def add(self, record: VariantRecord, files: Iterable[File]) -> None:
        """Add a finished variant: its files first, then its line in the manifest."""
        with _told(self.path):
            for file in files:
                self._put(file)
            with (self.path / manifest.NAME).open("ab") as lines:
                lines.write(manifest.line(record).encode())
            self._no_longer_failed(record.variant)

    def add_source(self, file: File) -> None:
        """Add a source to edit, unless one is there that may have been edited."""
        with _told(self.path):
            if not (self.path / file.path).exists():
                self._put(file)

    def add_at_end(self, file: File) -> None:
        """Add a file that is made of finished ones."""
        with _told(self.path):
            self._put(file)

    def add_failed(self, file: File) -> None:
        """Keep the source on which TeX stopped."""
        with _told(self.path):
            self._put(file)

    def _no_longer_failed(self, code: str) -> None:
        failed = self.path / "failed"
        if failed.is_dir():
            (failed / f"{code}.tex").unlink(missing_ok=True)
            if not any(failed.iterdir()):
                failed.rmdir()

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
        with _told(self.path):
            for folder in (self.path, *(self.path / name for name in FOLDERS)):
                if folder == self.path or folder.exists():
                    probe = folder / ".worksheetgen-probe"
                    probe.touch()
                    probe.unlink()

    def _is_whole(self, variant: VariantRecord) -> bool:
        """Whether a variant's files are there; changed ones are somebody's and are refused."""
        paths = [(self.path / file.path, file) for file in variant.files.values()]
        for path, file in paths:
            if path.is_file() and sha256(path.read_bytes()).hexdigest() != file.sha256:
                raise self._refusal(f"holds a {file.path} that is not as it was made")
        return all(path.is_file() for path, _ in paths)

    def _clear(self) -> None:
        """Remove what the manifest of an earlier run names, and nothing else."""
        with suppress(OutputError):
            for variant in manifest.read_variants(self.path, torn=True):
                for kind, file in variant.files.items():
                    source = f"tex/{Path(file.path).stem}-{kind}.tex"
                    for name in (file.path, source):
                        (self.path / name).unlink(missing_ok=True)
                self._no_longer_failed(variant.variant)
        self.clear_printed()
        for name in ANSWERS:
            (self.path / name).unlink(missing_ok=True)
        for name in (LAYOUT, TEMPLATE):
            stem, end = name.split(".")
            for path in (self.path / name, *self.path.glob(f"{stem}-[12]*.{end}")):
                path.unlink(missing_ok=True)
        for style in (self.path / "tex").glob("worksheet*"):
            style.unlink()

    def clear_printed(self) -> None:
        """Remove the files to print of an earlier run, as their table names them."""
        with _told(self.path):
            (self.path / PRINT).unlink(missing_ok=True)
            folder = self.path / PRINTED
            for name in printed_names(folder):
                (folder / name).unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()

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
