"""Write typeset documents: each into a file of its own, and all of them into one for printing."""

from __future__ import annotations

import io
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from landuse.reports.typeset import MOST_PRESSES, Form, checked, is_plain, printed
from landuse.write.copies import MANIFEST
from landuse.write.staging import Staging

TOGETHER: Final = 120
"""Documents typeset at once for the file of all: more are put together from several such pieces."""

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
        made = press(work.form, work.pages(), [stage.path(f"{home.folder}/{name}") for name in names], where=work.title)
        if together:
            press_together(work.form, made, stage.path(f"{home.folder}/{home.combined}"), where=work.title)
    texts = dict(work.texts())
    for name, text in texts.items():
        stage.path(f"{home.folder}/{name}").write_text(text, encoding="utf-8", newline="\n")
    aliases = {f"{home.folder}/{name}": f"{home.alias}/{name}" for name in (*names, *texts)}
    return aliases | {f"{home.folder}/{home.combined}": f"{home.alias}/{COMBINED_ALIAS}"}


@dataclass(frozen=True)
class Pressed:
    """Documents that were written, with the number of their pages."""

    documents: list[Document]
    pages: list[int]


def press(form: Form, documents: Iterable[Document], paths: Sequence[Path], *, where: str) -> Pressed:
    """Write one PDF a document under the paths given; return the documents with the number of their pages.

    Documents are asked for one by one while those before are typeset already; those with characters that the bundled
    font lacks come last.

    Raises
    ------
    InputError
        No font of this machine has some character.
    """
    told: list[Document] = []
    pages = [0] * len(paths)
    odd: list[int] = []
    ahead: deque[int] = deque()

    def plain() -> Iterator[list[Document]]:
        for place, document in enumerate(documents):
            told.append(document)
            if is_plain(document):
                ahead.append(place)
                yield [document]
            else:
                odd.append(place)

    def write(place: int, content: bytes) -> None:
        paths[place].write_bytes(content)
        pages[place] = _count(content)

    for content in printed(form, plain()):
        write(ahead.popleft(), content)
    if odd:
        full = checked(form, [told[place] for place in odd], where=where)
        for place, content in zip(odd, printed(full, ([told[at]] for at in odd)), strict=True):
            write(place, content)
    return Pressed(told, pages)


def press_together(form: Form, made: Pressed, path: Path, *, where: str) -> None:
    """Write one PDF of all documents, with a bookmark at the first page of each."""
    from pypdf import PdfReader, PdfWriter

    documents = made.documents
    full = checked(form, [document for document in documents if not is_plain(document)], where=where)
    pieces = [documents[start : start + TOGETHER] for start in range(0, len(documents), TOGETHER)]
    presses = min(len(pieces), os.cpu_count() or 1, MOST_PRESSES)
    writer = PdfWriter()
    for content in printed(full, pieces, presses=presses):
        writer.append(PdfReader(io.BytesIO(content)), import_outline=False)
    first = 0
    for document, pages in zip(documents, made.pages, strict=True):
        writer.add_outline_item(title=str(document["mark_as"]), page_number=first)
        first += pages
    writer.add_metadata({"/Title": str(form.shared["words"]["combined"]), "/Producer": "landuse"})
    writer.write(path)


def _forget(stage: Staging, home: Home) -> None:
    """Have the files of a folder, which an earlier run listed and this one does not make, removed with their copies."""
    try:
        told = json.loads((stage.folder / MANIFEST).read_text(encoding="utf-8"))
        names = [str(output["name"]) for output in told["outputs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return
    mine = [name for name in names if name.startswith(f"{home.folder}/") and ".." not in name]
    stage.gone |= {*mine, *(f"成果/{home.alias}{name.removeprefix(home.folder)}" for name in mine)}


def _count(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)
