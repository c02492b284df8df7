"""Write typeset documents: each into a file of its own, and all of them into one for printing."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from landuse.reports.typeset import PILE, Bound, Form, checked, is_plain, printed
from landuse.write.copies import MANIFEST
from landuse.write.staging import Staging

COMBINED_ALIAS: Final = "全部.pdf"
"""Copy of the file of all."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Home:
    """Where a set of documents is kept."""

    folder: str
    alias: str
    """Folder of the copies below 成果/ (TERMS.md, 4)."""
    combined: str
    """Name of the file of all."""


class Work(Protocol):
    """A set of documents: one file each, and notes beside them."""

    @property
    def form(self) -> Form:
        """Return the template with what its documents share."""

    @property
    def title(self) -> str:
        """Return what the set is called, for faults."""

    @property
    def files(self) -> Sequence[str]:
        """Return the name of the file of each document; none where nothing is printed."""

    def pages(self) -> Iterable[Document]:
        """Return the documents, in the order of their files."""

    def texts(self) -> Iterable[tuple[str, str]]:
        """Return name and text of the plain files beside them."""


def write_set(work: Work, stage: Staging, home: Home, *, together: bool) -> dict[str, str]:
    """Write a set of documents, those of an earlier run taken away; return fixed name -> Chinese name of each file.

    Parameters
    ----------
    together
        One file of all as well.
    """
    _forget(stage, home)
    names = list(work.files)
    if names:
        paths = [stage.path(f"{home.folder}/{name}") for name in names]
        whole = stage.path(f"{home.folder}/{home.combined}") if together else None
        press(work, paths, whole)
    texts = dict(work.texts())
    for name, text in texts.items():
        stage.path(f"{home.folder}/{name}").write_text(text, encoding="utf-8", newline="\n")
    aliases = {f"{home.folder}/{name}": f"{home.alias}/{name}" for name in (*names, *texts)}
    return aliases | {f"{home.folder}/{home.combined}": f"{home.alias}/{COMBINED_ALIAS}"}


def press(work: Work, paths: Sequence[Path], whole: Path | None) -> None:
    """Write one PDF a document under the paths given, and one of all with a bookmark at the first page of each.

    Documents are asked for one by one while those before are typeset already; those with characters that the bundled
    font lacks come last, and stand in the file of all where they belong.

    Parameters
    ----------
    whole
        Path of the file of all; None = none.

    Raises
    ------
    InputError
        No font of this machine has some character.
    """
    with ExitStack() as opened:
        papers = _Papers(paths, Bound(opened.enter_context(whole.open("wb"))) if whole else None)
        papers.write(work.form, papers.plain(work.pages()))
        if odd := papers.odd:
            full = checked(work.form, odd.values(), where=work.title)
            papers.write(full, papers.each_alone())
        papers.close(work.form)


class _Papers:
    """Documents on their way to their files."""

    def __init__(self, paths: Sequence[Path], book: Bound | None) -> None:
        self.odd: dict[int, Document] = {}
        """Place -> document, of those with characters that the bundled font lacks."""
        self._paths, self._book = paths, book
        self._titles: list[str] = []
        self._ahead: deque[list[int]] = deque()
        self._pages: dict[int, list[int]] = {}

    def plain(self, documents: Iterable[Document]) -> Iterator[list[Document]]:
        """Give the documents that the bundled font can set, in piles."""
        pile: dict[int, Document] = {}
        for place, document in enumerate(documents):
            self._titles.append(str(document["mark_as"]))
            (pile if is_plain(document) else self.odd)[place] = document
            if len(pile) == PILE:
                yield self._sent(pile)
                pile = {}
        if pile:
            yield self._sent(pile)

    def each_alone(self) -> Iterator[list[Document]]:
        """Give the other documents, each as a pile of its own: their fonts are nobody else's."""
        for place, document in self.odd.items():
            yield self._sent({place: document})

    def write(self, form: Form, piles: Iterable[list[Document]]) -> None:
        """Typeset piles and write their files, and their pages into the file of all."""
        for pile in printed(form, piles):
            places = self._ahead.popleft()
            for place, content in zip(places, pile.files, strict=True):
                self._paths[place].write_bytes(content)
            if self._book is not None:
                numbers = [found for part in pile.whole for found in self._book.add(part)]
                self._pages.update(zip(places, numbers, strict=True))

    def close(self, form: Form) -> None:
        """Finish the file of all: its documents in the order in which they were asked for."""
        if self._book is not None:
            self._book.close([(title, self._pages[place]) for place, title in enumerate(self._titles)], form)

    def _sent(self, pile: Mapping[int, Document]) -> list[Document]:
        self._ahead.append(list(pile))
        return list(pile.values())


def _forget(stage: Staging, home: Home) -> None:
    """Have the files of a folder, which an earlier run listed and this one does not make, removed with their copies."""
    try:
        told = json.loads((stage.folder / MANIFEST).read_text(encoding="utf-8"))
        names = [str(output["name"]) for output in told["outputs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return
    mine = [name for name in names if name.startswith(f"{home.folder}/") and ".." not in name]
    stage.gone |= {*mine, *(f"成果/{home.alias}{name.removeprefix(home.folder)}" for name in mine)}
