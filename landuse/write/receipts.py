"""Write the receipt page of every listed parcel and enterprise, and remove those of an earlier run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from landuse.tables import Analysis
from landuse.write.links import Link
from landuse.write.receipt import plain_name
from landuse.write.staging import Staging, sha256_of

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
    """Remove pages of an earlier run, unchanged since, that this run did not write again, and their copies."""
    places = [folder, folder / COPIES]
    for name, digest in (each for each in earlier if each[0] not in kept):
        for place in places:
            old, own = place / name, place / FOLDER
            is_own = old.is_file() and old.resolve().parent == own.resolve()
            if is_own and sha256_of(old) == digest:
                old.unlink()


def _free(name: str, taken: set[str]) -> str:
    """Return a file name, numbered where another file has it: names that differ by case alone are one on Windows."""
    stem, number, free = Path(name).stem, 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem}_{number}.html"
    taken.add(free.casefold())
    return free
