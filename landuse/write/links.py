"""Say which files beside the map tell more of a parcel or an enterprise: what the cards of the page link to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from landuse.tables import Analysis

PAGES: Final = "pages"
"""Fact of an analysis: parcel or credit code -> (title, address relative to the map) of each file that exists."""

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


def address(name: str) -> str:
    """Return the address of a file as a page beside it writes it: everything but plain letters escaped (UTF-8)."""
    return quote(name, safe="/")
