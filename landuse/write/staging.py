"""Write every file beside its final place and rename it: nothing half-written under a final name."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from landuse.errors import Fault, OutputError

PARTIAL: Final = ".landuse-partial"
"""Folder beside the results in which files are made."""


class Staging:
    """A folder of files in the making that become final together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / PARTIAL

    def path(self, name: str) -> Path:
        """Return where to write the file that will be called `name` below the results folder."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def files(self) -> list[str]:
        """Return the names of all files made so far, sorted, with forward slashes."""
        found = (path for path in self.place.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.place).as_posix() for path in found)

    def digests(self) -> dict[str, str]:
        """Return name -> sha256 of all files made so far."""
        return {name: sha256_of(self.place / name) for name in self.files()}

    def publish(self) -> list[str]:
        """Rename all files to their final names; return those names.

        Raises
        ------
        OutputError
            Another program holds a final file open. Its new content is kept beside it as NAME.new.EXT, all other files
            are published.
        """
        names = self.files()
        held = [name for name in names if not self._rename(name)]
        shutil.rmtree(self.place, ignore_errors=True)
        if held:
            faults = [_held(self.folder / name) for name in held]
            raise OutputError(*faults)
        return names

    def _rename(self, name: str) -> bool:
        final = self.folder / name
        final.parent.mkdir(parents=True, exist_ok=True)
        try:
            (self.place / name).replace(final)
        except PermissionError:
            (self.place / name).replace(spare_name(final))
            return False
        return True


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """Give a `Staging` for the results folder; whatever goes wrong, no partial file stays behind."""
    stage = Staging(folder)
    created = not folder.exists()
    shutil.rmtree(stage.place, ignore_errors=True)
    stage.place.mkdir(parents=True)
    try:
        yield stage
    finally:
        shutil.rmtree(stage.place, ignore_errors=True)
        if created and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()


def spare_name(path: Path) -> Path:
    """Return where the new content goes when `path` is held open: NAME.new.EXT."""
    return path.with_name(f"{path.stem}.new{path.suffix}")


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _held(path: Path) -> Fault:
    return Fault(
        where=str(path),
        found="文件被其他程序占用 / held open by another program",
        allowed=f"新结果已保存为 {spare_name(path).name} / the new content is kept there",
        do=f"请先关闭 {path.name} 再重新运行 / close it and run again",
    )
