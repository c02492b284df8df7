"""Say which files beside the map tell more of a parcel or an enterprise: what the cards of the page link to."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from landuse.tables import Analysis
from landuse.write.copies import COPIES

PAGES: Final = "pages"
"""Fact of an analysis: parcel or credit code -> (title, address relative to the map) of each file that exists."""
PAGE_COPIES: Final = "page_copies"
"""Fact of an analysis: address of a copy of the map -> folder of such files -> its name beside that copy."""

Link = tuple[str, str]
"""Title of a file, and its name below the folder of results with forward slashes."""


def with_links(analysis: Analysis, links: Mapping[str, Sequence[Link]]) -> Analysis:
    """Return the analysis with more files to link to; those that it knows already come first.

    Parameters
    ----------
    links
        Parcel or credit code -> files; only files that this run has written.
    """
    known: dict[str, tuple[Link, ...]] = dict(analysis.facts.get(PAGES) or {})
    for key, files in links.items():
        known[key] = (*known.get(key, ()), *((title, address(name)) for title, name in files))
    return replace(analysis, facts={**analysis.facts, PAGES: known})


def with_dossiers(analysis: Analysis, written: Container[str] | None = None) -> Analysis:
    """Return the analysis with links from each parcel to its plot page.

    Parameters
    ----------
    written
        Files that there are; None = every plot page is written in this run.
    """
    from landuse.reports.dossier import FOLDER, dossier_links
    from landuse.write.dossiers import HOME

    found = dossier_links(analysis).items()
    links = {key: [one for one in files if written is None or one[1] in written] for key, files in found}
    links = {key: files for key, files in links.items() if files}
    if not links:
        return analysis
    linked = with_links(analysis, links)
    copies = {address(COPIES["map.html"]): {f"{FOLDER}/": f"{address(HOME.alias)}/"}}
    return replace(linked, facts={**linked.facts, PAGE_COPIES: copies})


def address(name: str) -> str:
    """Return the address of a file as a page beside it writes it: everything but plain letters escaped (UTF-8)."""
    return quote(name, safe="/")
