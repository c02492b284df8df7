"""Draw the pages of a book into files, in several processes, and begin again where an interrupted run stopped.

Every page is kept in a work folder under the digest of all that determines it: one that is there and whole is not drawn
again, whoever drew it and when. What comes out is the same for any number of processes.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from landuse.errors import DefectError

ENDING: Final = ".page"
PAGES_A_PROCESS: Final = 12
"""Pages for which it pays to start another process: it takes as long to start as some six to draw."""
LOOK_S: Final = 0.2
"""Seconds after which it is looked at how many pages the other processes have drawn."""
WORKER: Final = "landuse.write.presser"

Told = Callable[[int, int], None]
"""Called with how many pages are drawn, and of how many."""


class Artist(Protocol):
    """Draws the pages of a book; can be handed to another process."""

    @property
    def size(self) -> int:
        """Return the number of pages."""
        ...

    def key(self, place: int) -> str:
        """Return the digest of all that determines a page, places counted from 0."""
        ...

    def draw(self, place: int) -> bytes:
        """Return a page as the content of its file; the same content for the same key."""
        ...

    def is_whole(self, content: bytes) -> bool:
        """Return whether the content of a file is a whole page."""
        ...


def pressed(artist: Artist, folder: Path, *, workers: int = 0, told: Told = lambda _done, _of: None) -> list[bytes]:
    """Return the content of every page, drawing those that the work folder does not hold.

    Parameters
    ----------
    folder
        Work folder; made where it is not there, and left with the pages of this book and no others.
    workers
        Processes; 0 = as many as there are cores, and no more than have work.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / (artist.key(place) + ENDING) for place in range(artist.size)]
    wanted = {path.name for path in paths}
    for old in folder.iterdir():
        if old.name not in wanted:
            old.unlink()
    missing = [place for place, path in enumerate(paths) if _read(artist, path) is None]

    def tell() -> None:
        told(artist.size - sum(not paths[place].exists() for place in missing), artist.size)

    tell()
    if (hands := _hands(workers, len(missing))) > 1:
        _in_processes(artist, [(place, paths[place]) for place in missing], hands, tell)
    for place in (place for place in missing if not paths[place].exists()):
        keep(artist.draw(place), paths[place])
        tell()
    contents = [_read(artist, path) for path in paths]
    if any(content is None for content in contents):
        raise DefectError("a page that was just drawn is not whole")
    return [content for content in contents if content is not None]


@contextmanager
def work_folder(folder: Path, *, kept: bool) -> Iterator[Path]:
    """Give a work folder that is removed when all went well, unless it shall be kept; what goes wrong leaves it."""
    yield folder
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)


def keep(content: bytes, path: Path) -> None:
    """Write a page under its final name, whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)


def _read(artist: Artist, path: Path) -> bytes | None:
    """Return the page that a file holds; a damaged one is removed, so that it is drawn again."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    if artist.is_whole(content):
        return content
    path.unlink()
    return None


def _hands(workers: int, pages: int) -> int:
    """Return how many processes draw so many pages."""
    if workers:
        return min(workers, pages)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, pages // PAGES_A_PROCESS)


def _in_processes(artist: Artist, pages: Sequence[tuple[int, Path]], hands: int, told: Callable[[], None]) -> None:
    """Let other processes draw pages; what they leave undone, for whatever reason, is drawn here afterwards.

    They are started as a program of their own, not forked and without the script that runs this one: it works alike on
    Windows, in a notebook and in a script without ``if __name__ == "__main__"``.
    """
    running: list[subprocess.Popen[bytes]] = []
    try:
        with suppress(OSError):  # no further process: the others, or this one, draw its pages
            while len(running) < hands:
                running.append(_started())
        content = pickle.dumps(artist, protocol=pickle.HIGHEST_PROTOCOL)
        for hand, process in enumerate(running):
            _hand_over(process, content, pages[hand :: len(running)])
        for process in running:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_S)
                told()
    finally:
        for process in running:
            process.kill()
            process.wait()


def _started() -> subprocess.Popen[bytes]:
    home = str(Path(__file__).parents[2])
    paths = os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
    )


def _hand_over(process: subprocess.Popen[bytes], artist: bytes, pages: Sequence[tuple[int, Path]]) -> None:
    """Tell a process what it shall draw; one that is gone is told nothing."""
    if process.stdin is None:
        return
    with suppress(OSError), process.stdin as stream:
        stream.write(artist)
        pickle.dump([(place, str(path)) for place, path in pages], stream)
