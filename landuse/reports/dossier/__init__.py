"""Describe 一地一策: one or two pages for each listed parcel, from its map to the record of computation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from landuse.reports.content.context import Context, context
from landuse.reports.dossier.chosen import FOLDER, Chosen, chosen, file_names
from landuse.reports.dossier.page import Desk, made_on, shared_words
from landuse.reports.dossier.words import known, word
from landuse.reports.sources import records
from landuse.reports.typeset import Form
from landuse.tables import Analysis

__all__ = ["COMBINED", "FOLDER", "Dossiers", "dossier_links"]

TEMPLATE: Final = "reports/dossier/dossier.typ"
COMBINED: Final = "all.pdf"


class Dossiers:
    """The plot pages of a run."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.ctx: Context = context(analysis)
        self.chosen: Chosen = chosen(analysis)

    def __len__(self) -> int:
        """Return the number of parcels printed."""
        return len(self.chosen.rows)

    @cached_property
    def desk(self) -> Desk:
        """Return the run as these pages see it."""
        return Desk(self.ctx, self.chosen.rows)

    @cached_property
    def files(self) -> list[str]:
        """Return the name of the file of each parcel: its code and who uses it."""
        return _files(self.analysis, self.chosen)

    @property
    def title(self) -> str:
        """Return what is printed, as a message names it."""
        return word("page", "title", self.ctx.words.lang)

    @cached_property
    def form(self) -> Form:
        """Return the form all pages are set in."""
        return Form(TEMPLATE, shared_words(self.ctx, self.desk.location), made_on(self.ctx))

    def pages(self) -> Iterator[Mapping[str, Any]]:
        """Return the pages in the order of the parcel table, each as data for the template."""
        for place, file in enumerate(self.files):
            yield self.desk.page(place, file.removesuffix(".pdf"))

    def corner_files(self) -> Iterator[tuple[str, str]]:
        """Return name and text of the files of corners that are too many for a page."""
        for place, file in enumerate(self.files):
            if found := self.desk.corner_file(place):
                yield f"{file.removesuffix('.pdf')}_{found[0]}", found[1]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Return name and text of the plain files beside the pages."""
        yield from self.corner_files()
        if note := self.note():
            yield note

    def note(self) -> tuple[str, str] | None:
        """Return name and text of the note that says which listed parcels were left out; None where none were."""
        left = self.chosen.left_out
        if not len(left):
            return None
        lang, most = self.ctx.words.lang, self.analysis.project.dossiers.most
        text = word("page", "capped", lang, n=len(left) + len(self), most=most, rest=len(left))
        codes = self.analysis.parcels.table["parcel_id"].iloc[left].astype(str)
        return word("page", "capped_file", lang), "\n".join([text, *codes, ""])


def dossier_links(analysis: Analysis) -> dict[str, list[tuple[str, str]]]:
    """Return parcel_id -> [(title, path of its page below the folder of the results)], for cards and tables."""
    picked = chosen(analysis)
    ids = analysis.parcels.table["parcel_id"].iloc[picked.rows].astype(str)
    title = word("page", "title", analysis.project.language)
    return {key: [(title, f"{FOLDER}/{name}")] for key, name in zip(ids, _files(analysis, picked), strict=True)}


def _files(analysis: Analysis, picked: Chosen) -> list[str]:
    """Return the file names of the chosen parcels: code and the user with most land, else the holder."""
    table = analysis.parcels.table.iloc[picked.rows]
    ids = [str(key) for key in table["parcel_id"]]
    use = analysis.occupancy.loc[analysis.occupancy["parcel_id"].isin(ids), ["parcel_id", "uscc", "land_mu"]]
    named = use.merge(analysis.enterprises[["uscc", "name"]], on="uscc", how="inner", validate="many_to_one")
    order = named.sort_values(["parcel_id", "land_mu", "uscc"], ascending=[True, False, True], kind="stable")
    first = order.drop_duplicates("parcel_id").set_index("parcel_id")["name"]
    holders = [str(row["holder"]) if known(row, "holder") else "" for row in records(table)]
    names = [str(first.get(key) or holder) for key, holder in zip(ids, holders, strict=True)]
    return file_names(list(zip(ids, names, strict=True)))
