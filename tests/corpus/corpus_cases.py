"""Gather the groups of the corpus."""

from __future__ import annotations

import corpus_cells
import corpus_crs
import corpus_cut
import corpus_encoding
import corpus_formats
import corpus_hostile
import corpus_names
import corpus_silent
from corpus_kit import Case

GROUPS = (
    corpus_encoding,
    corpus_crs,
    corpus_cells,
    corpus_formats,
    corpus_hostile,
    corpus_names,
    corpus_silent,
    corpus_cut,
)


def all_cases() -> list[Case]:
    """Return every case, group after group."""
    return [case for group in GROUPS for case in group.cases()]
