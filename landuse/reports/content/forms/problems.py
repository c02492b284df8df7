"""Describe the form that mends doubtful data: one row for each doubted cell, with what stands there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from landuse.reports.content.context import Context, context
from landuse.reports.content.forms.frame import word
from landuse.reports.content.forms.procedure import REGISTERED, cell_rows, form_book, in_force, pieces_of
from landuse.reports.content.model import Sheet
from landuse.tables import KEYS, Analysis, RawPart
from landuse.tables.changes import as_text, correctable
from landuse.tables.forms import form_names

ASKED: Final = ("enterprises", "accounts", "parcels")
"""Tables whose doubted cells are named by one key. A lease is not: several may stand under one."""
SEVERITIES: Final = ("error", "warning")

Row = dict[str, Any]


def problems_book(analysis: Analysis) -> Sheet:
    """Return 数据问题更正表: errors and warnings that one cell can mend, by bureau."""
    rows = list(_rows(context(analysis)))
    table = pd.DataFrame(rows, columns=list(form_names("problems"))).astype(object)
    return form_book(analysis, "problems", table.sort_values(["owner", "table", "key", "column"], kind="stable"))


def _rows(ctx: Context) -> Iterator[Row]:
    issues = ctx.issues
    issues = issues[issues["severity"].isin(SEVERITIES)].drop_duplicates(["table", "key", "column"])
    pieces = pieces_of(ctx.analysis)
    for table in ASKED:
        doubted = issues[issues["table"].eq(table)]
        held = _held(ctx.analysis, table, set(doubted["key"]))
        for issue in doubted.to_dict("records"):
            row = held.get(str(issue["key"]))
            column = correctable(table, str(issue["column"]))
            if row is None or column is None or (column.name == REGISTERED and str(issue["key"]) in pieces):
                continue
            said = {"owner": issue["owner"], "problem": issue["message"], "named": _name(ctx, table, row)}
            known = {column.name: None, **row}
            for cell in cell_rows(table, [column.name], known, _of(ctx, table, row), ctx.words.lang):
                yield {**cell, **said}


def _held(analysis: Analysis, table: str, wanted: set[str]) -> dict[str, Row]:
    """Return the row in force of each wanted key; of accounts that of the year."""
    key = KEYS[table][0]
    parts = [_some(part, key, wanted) for part in _ordered(analysis.raw.of(table)) if key in part.frame.columns]
    frame = in_force(parts, table)
    if table == "accounts":
        frame = frame[frame["year"].eq(analysis.project.project.year).fillna(value=False).astype(bool)]
    return {str(row[key]): {str(name): value for name, value in row.items()} for row in frame.to_dict("records")}


def _ordered(parts: Sequence[RawPart]) -> list[RawPart]:
    """Return polygons before registers, as they are merged."""
    return sorted(parts, key=lambda part: part.wkb is None)


def _some(part: RawPart, key: str, wanted: set[str]) -> RawPart:
    rows = part.frame[part.frame[key].isin(wanted)].reset_index(drop=True)
    return dataclasses.replace(part, frame=rows, shapes=None, wkb=None)


def _name(ctx: Context, table: str, row: Row) -> str:
    if table == "parcels":
        return as_text(row.get("parcel_name")) or as_text(row.get("holder")) or str(row["parcel_id"])
    known = ctx.analysis.enterprises
    names = known.loc[known["uscc"].eq(row["uscc"]), "name"]
    return str(names.iloc[0]) if len(names) else str(row["uscc"])


def _of(ctx: Context, table: str, row: Row) -> tuple[str, str, str]:
    lang = ctx.words.lang
    if table == "parcels":
        key = str(row["parcel_id"])
        return key, word("words", "of_parcel", lang, parcel_id=key), ""
    if table == "accounts":
        year = int(row["year"])
        return str(row["uscc"]), word("words", "of_year", lang, year=year), str(year)
    return str(row["uscc"]), word("words", "of_firm", lang), ""
