"""Write every file beside its final place and rename it: nothing half-written under a final name."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError, OutputError

PARTIAL: Final = ".landuse-partial"
"""Folder beside the results in which files are made."""
DISK: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENAMETOOLONG}
)
"""Errors of the disk that are nobody's defect."""
MOST_SPARES: Final = 9


class Staging:
    """A folder of files in the making that become final together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / PARTIAL
        self.progress: Callable[[str], None] = lambda _: None
        """Told how far a long step has come: ``step:done/of``."""
        self.gone: set[str] = set()
        """Names below the folder that an earlier run wrote and that are removed, unless they are made again."""

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
        for name in sorted(self.gone - set(names)):
            with suppress(PermissionError):  # held open by a viewer: no longer listed, but still there
                (self.folder / name).unlink(missing_ok=True)
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
            self._keep_beside(name, final)
            return False
        spare_name(final).unlink(missing_ok=True)
        return True

    def _keep_beside(self, name: str, final: Path) -> None:
        """Put the new content beside a final file that is held open, under the first spare name that is free to take.

        Raises
        ------
        PermissionError
            All spare names are held open too.
        """
        for number in range(1, MOST_SPARES + 1):
            try:
                (self.place / name).replace(spare_name(final, number))
            except PermissionError:
                if number == MOST_SPARES:
                    raise
            else:
                return


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """Give a `Staging` for the results folder; whatever goes wrong, no partial file and no new folder stays behind.

    Raises
    ------
    InputError
        The disk is full, or the folder may not be written.
    """
    stage = Staging(folder)
    created = _missing_folders(folder)
    shutil.rmtree(stage.place, ignore_errors=True)
    try:
        stage.place.mkdir(parents=True)
        yield stage
    except OSError as error:
        if error.errno not in DISK:
            raise
        raise InputError([_unwritable(folder, str(error.strerror))]) from error
    finally:
        shutil.rmtree(stage.place, ignore_errors=True)
        for made in created:
            if made.is_dir() and not any(made.iterdir()):
                made.rmdir()


def folder_faults(folder: Path) -> list[Fault]:
    """Return why results cannot be written into a folder, which need not exist yet; empty where they can."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir():
        found = "不是文件夹 / not a folder"
        return [Fault(str(existing), found, do="用 -o 指定其他文件夹 / name another folder with -o")]
    if not os.access(existing, os.W_OK | os.X_OK):
        return [_unwritable(existing, "")]
    return []


def remove_unchanged(files: Iterable[tuple[Path, str]], *, within: Path) -> None:
    """Remove files of an earlier run that are still what that run wrote.

    Parameters
    ----------
    files
        Each with the sha256 it was written with.
    within
        Nothing outside this folder is touched, whatever the names say.

    Raises
    ------
    OutputError
        Another program holds some of them open; all others are removed.
    """
    held: list[Fault] = []
    for path, digest in files:
        is_within = path.is_file() and path.resolve().is_relative_to(within.resolve())
        if not is_within or sha256_of(path) != digest:
            continue
        try:
            path.unlink()
        except PermissionError:
            held.append(_outdated(path))
    if held:
        raise OutputError(*held)


def spare_name(path: Path, number: int = 1) -> Path:
    """Return where the new content goes when `path` is held open: NAME.new.EXT, then NAME.new2.EXT and so on."""
    return path.with_name(f"{path.stem}.new{number if number > 1 else ''}{path.suffix}")


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _missing_folders(folder: Path) -> list[Path]:
    """Return the folders that would have to be made, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _unwritable(folder: Path, why: str) -> Fault:
    found = f"无法写入 / cannot be written: {why}" if why else "无法写入 / cannot be written"
    return Fault(
        str(folder), found, do="检查磁盘空间和权限,或用 -o 换一个文件夹 / check space and rights, or use -o DIR"
    )


def _outdated(path: Path) -> Fault:
    return Fault(
        where=str(path),
        found="上一次运行的文件已不属于本次成果,因被其他程序占用未能删去 / of an earlier run, held open, not removed",
        do=f"请关闭并删除 {path.name} / close {path.name} and delete it",
    )


def _held(path: Path) -> Fault:
    spare = spare_name(path).name
    return Fault(
        where=str(path),
        found="文件被其他程序占用 / held open by another program",
        allowed=f"新结果已保存为 {spare} / the new content is kept as {spare}",
        do=f"请先关闭 {path.name} 再重新运行 / close {path.name} and run again",
    )
