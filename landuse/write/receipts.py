"""Write the receipt page of every listed parcel and enterprise, and remove those of an earlier run."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from landuse.tables import Analysis
from landuse.write.links import Link
from landuse.write.receipt import plain_name
from landuse.write.staging import Staging, remove_unchanged, sha256_of

FOLDER: Final = "receipts"
LIST: Final = f"{FOLDER}/receipts.json"
"""Code -> file and sha256 of its receipt: for programs, and for the next run to know what it may remove."""
COPIES: Final = "成果"


def write_receipts(analysis: Analysis, stage: Staging) -> dict[str, list[Link]]:
    """Write a receipt for every listed object; return parcel or credit code -> its page."""
    from landuse.reports.receipt import receipts
    from landuse.reports.receipt.listed import listed_objects
    from landuse.reports.receipt.page import as_page, file_name, title

    objects = listed_objects(analysis.parcels.table, analysis.enterprises)
    taken: set[str] = set()
    links: dict[str, list[Link]] = {}
    written: dict[str, dict[str, str]] = {}
    for told in receipts(analysis, objects):
        name = f"{FOLDER}/{_free(plain_name(file_name(told)), taken)}"
        path = stage.path(name)
        path.write_text(as_page(told), encoding="utf-8", newline="\n")
        links.setdefault(told.key, []).append((title(told), name))
        written[name] = {"kind": told.kind, "key": told.key, "file": name, "sha256": sha256_of(path)}
    text = json.dumps([written[name] for name in sorted(written)], ensure_ascii=False, indent=1)
    stage.path(LIST).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return links


def pages_of(stage: Staging) -> dict[str, str]:
    """Return the pages written so far, each as its own name: the copy of the map links to copies beside it."""
    return {name: name for name in stage.files() if name.startswith(f"{FOLDER}/") and name != LIST}


def earlier_receipts(folder: Path) -> list[tuple[str, str]]:
    """Return name and sha256 of the pages that an earlier run says it wrote; none where it says nothing readable."""
    try:
        entries = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return [(str(entry["file"]), str(entry["sha256"])) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def earlier_links(analysis: Analysis, folder: Path) -> dict[str, list[Link]]:
    """Return parcel or credit code -> its page, as the run wrote them into a folder; none where it wrote none."""
    from landuse.reports.receipt.listed import listed_objects
    from landuse.reports.receipt.page import title_of

    try:
        entries = json.loads((folder / LIST).read_text(encoding="utf-8"))
        files = {(str(entry["kind"]), str(entry["key"])): str(entry["file"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    links: dict[str, list[Link]] = {}
    for kind, key in listed_objects(analysis.parcels.table, analysis.enterprises):
        if (kind, key) in files:
            links.setdefault(key, []).append((title_of(kind, analysis.project.language), files[kind, key]))
    return links


def remove_receipts(folder: Path, earlier: Iterable[tuple[str, str]], kept: set[str]) -> None:
    """Remove pages of an earlier run, unchanged since, that this run did not write again, their copies and their list.

    Raises
    ------
    OutputError
        Another program holds some of them open.
    """
    gone = [(name, digest) for name, digest in earlier if name not in kept]
    for place in (folder, folder / COPIES):
        remove_unchanged([(place / name, digest) for name, digest in gone], within=place / FOLDER)
    if LIST not in kept:
        with suppress(PermissionError):  # held open: the next run tries again
            (folder / LIST).unlink(missing_ok=True)


def _free(name: str, taken: set[str]) -> str:
    """Return a file name, numbered where another file has it: some systems know no case, some no single accents."""
    stem, number, free = Path(name).stem, 1, name
    while _as_compared(free) in taken:
        number += 1
        free = f"{stem}_{number}.html"
    taken.add(_as_compared(free))
    return free


def _as_compared(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
