"""The schedule of next month: every case as it stands, to be brought up to date and read back."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.reports.content.context import Context, context
from landuse.reports.content.forms.frame import form_sheet, input_column, seq_column, word
from landuse.reports.content.model import Block, Sheet, SheetColumn
from landuse.reports.content.planning.hand import BOOK
from landuse.reports.content.planning.rows import cautioned
from landuse.scenarios.progress import schedule
from landuse.tables import Analysis, columns, unit_title

FACTS: Final = ("holder", "town", "park")
WIDTHS: Final = {
    "parcel_id": 22.0,
    "list": 13.0,
    "stage": 12.0,
    "measure": 9.0,
    "unit": 16.0,
    "note": 20.0,
    "doc_no": 20.0,
}
ASIDE: Final = {"left_mu"}
"""Columns that are told and not read back."""
ROOM: Final = 500


def schedule_book(analysis: Analysis) -> list[Sheet]:
    """Return the sheet of schedule.xlsx; none where the project has no cases."""
    plans = analysis.plans
    if plans is None or not len(plans.cases):
        return []
    ctx = context(analysis)
    day: date = ctx.project.progress.day or ctx.project.as_of
    rows = schedule(plans.cases, day)
    month = (np.datetime64(day, "M") + 1).astype(str)
    return [cautioned(ctx, _sheet(ctx, rows, month))]


def _sheet(ctx: Context, rows: pd.DataFrame, month: str) -> Sheet:
    lang = ctx.words.lang
    asked = [*columns("input", "cases"), "left_mu"]
    found = ctx.parcels.set_index("parcel_id").reindex(rows["parcel_id"])
    facts = {name: found[name].to_numpy() for name in FACTS if name in found.columns}
    made = rows.assign(seq=np.arange(1, len(rows) + 1), month=rows["month"].dt.strftime("%Y-%m"), **facts)
    shown = (
        seq_column(lang),
        _column("parcel_id", lang),
        *(_fact(name, lang) for name in facts),
        *(_column(name, lang) for name in asked if name not in ("parcel_id", *ASIDE)),
        _fact("left_mu", lang),
    )
    guides = load(BOOK)["guides"]
    block = Block(
        columns=shown,
        rows=made[[column.name for column in shown]],
        guide={name: str(guides[name][lang]) for name in ("parcel_id", "stage", "done_on")},
        guide_mark=word("words", "guide_mark", lang),
        room=ROOM,
    )
    entry: dict[str, Any] = dict(load(BOOK)["schedule"])
    entry["title"] = {lang: str(entry["title"][lang]).format(month=month)}
    said = load(BOOK)["words"]
    return form_sheet(entry, ctx.project, block, lines=(str(said["money"][lang]), str(said["schedule_line"][lang])))


def _column(name: str, lang: str) -> SheetColumn:
    """Return a column under the title by which it is read back."""
    column = input_column("cases", name)
    unit = f"\n({unit_title(column.unit, lang)})" if column.unit else ""
    fmt = "T" if column.fmt == "YM" else column.fmt
    return SheetColumn(name, column.title(lang) + unit, fmt, WIDTHS.get(name, 11.0), is_open=True)


def _fact(name: str, lang: str) -> SheetColumn:
    entry = load(BOOK)["columns"][name]
    return SheetColumn(name, str(entry[lang]), str(entry["fmt"]), float(entry["width"]), is_open=True)
