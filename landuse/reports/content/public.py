"""Describe what the public reads: the list of names, land and conclusions, and the sums that may be published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.disclosure import AGGREGATES
from landuse.reports.content.build import Table, block, cut, names, sheet
from landuse.reports.content.context import IDLE_CLASSES, STOPPED_CLASSES, Context, context, flags, in_classes, numbers
from landuse.reports.content.describe import idle_codes
from landuse.reports.content.model import NOT_APPLICABLE, Block, Mask, Sheet
from landuse.tables import Analysis

BY: Final = ("industry", "park", "town", "industry_park")
"""Tables of the published sums, a sheet each."""
LOW_CLASSES: Final = ("low", "partly_low")
PLACE: Final = ("park", "town")
AREA: Final = "area_mu"


def public_list(analysis: Analysis) -> list[Sheet]:
    """Return the sheets of list.xlsx: enterprises with grade and conclusion, parcels with their conclusion.

    Parameters
    ----------
    analysis
        The view for the public (`disclosure.for_audience`).
    """
    ctx = context(analysis)
    firms = enterprise_list(ctx)
    listed = flags(firms, "low_efficiency")
    blocks = [
        _block(ctx, firms.loc[mask], ("public_enterprises", "enterprises"), heading)
        for mask, heading in ((listed, "public_listed"), (~listed, "public_others"))
    ]
    return [sheet("public_enterprises", ctx, blocks), sheet("public_parcels", ctx, _parcel_blocks(ctx))]


def enterprise_list(ctx: Context) -> pd.DataFrame:
    """Return the enterprises that may be named, with their conclusion in words."""
    firms = ctx.analysis.enterprises
    if "name" not in firms.columns:
        return pd.DataFrame(columns=list(names("public_enterprises")))
    named = firms.loc[firms["name"].notna()]
    told = named.assign(public_conclusion=_conclusions(ctx, named)).reset_index(drop=True)
    return _in_two_decimals(told, [flags(told, "low_efficiency")])


def parcel_list(ctx: Context) -> pd.DataFrame:
    """Return the parcels that have a conclusion, with it in words; suspected idle land by its class."""
    chosen = ctx.is_class(*LOW_CLASSES, *STOPPED_CLASSES) | ctx.is_idle
    rows = ctx.parcels.loc[chosen].reset_index(drop=True)
    blank = pd.Series(None, index=rows.index, dtype="str")
    low = ctx.words.worded("efficiency_class", rows["efficiency_class"]) if "efficiency_class" in rows else blank
    idle = ctx.words.worded("idle_class", idle_codes(rows)) if "idle_class" in rows else blank
    told = rows.assign(public_conclusion=idle.where(ctx.is_idle[chosen], low))
    return _in_two_decimals(told, list(_parcel_parts(told)))


def public_sums(analysis: Analysis) -> list[Sheet]:
    """Return the sheets of summary.xlsx: sums by industry, park, town, and by industry and park."""
    ctx = context(analysis)
    return [_sums_sheet(ctx, by) for by in BY if by in set(analysis.facts[AGGREGATES]["by"])]


def worded_aggregates(ctx: Context, by: Sequence[str]) -> pd.DataFrame:
    """Return rows of the published sums with keys in words."""
    table: pd.DataFrame = ctx.analysis.facts[AGGREGATES]
    rows = table.loc[table["by"].isin(by)].reset_index(drop=True)
    unstated = {"industry_group": "no_group", "park": "no_park", "town": "unfilled"}
    of = {"all": (), "industry": ("industry_group",), "industry_park": ("industry_group", "park")}
    for name, phrase in unstated.items():
        is_key = rows["by"].map(lambda one, name=name: name in of.get(one, (one,))).to_numpy(dtype=bool)
        rows[name] = rows[name].mask(is_key & rows[name].eq("").to_numpy(dtype=bool), ctx.words.phrase(phrase))
    return rows


def aggregate_list(ctx: Context) -> pd.DataFrame:
    """Return all published sums as one list in words; what is withheld bears the mark of the workbooks."""
    rows = worded_aggregates(ctx, tuple(ctx.analysis.facts[AGGREGATES]["by"].unique()))
    held = rows.pop("withheld")
    told = {n: rows[n].astype(object).mask(_holds(held, str(n)), NOT_APPLICABLE) for n in rows.columns}
    return pd.DataFrame(told).assign(by=ctx.words.worded("aggregate_by", rows["by"]))


# ------------------------------------------------------------------------------------------------ parts


def _conclusions(ctx: Context, firms: pd.DataFrame) -> pd.Series:
    words = {True: ctx.listed, False: ctx.words.phrase("not_listed")}
    said = firms["low_efficiency"].astype("boolean").map(words, na_action="ignore")
    return said.astype("str").fillna(ctx.words.phrase("undetermined"))


def _parcel_blocks(ctx: Context) -> list[Block]:
    rows = parcel_list(ctx)
    parts = zip(_parcel_parts(rows), ("public_low", "public_stopped", "public_idle"), strict=True)
    return [_block(ctx, rows.loc[mask], ("public_parcels", "parcels"), heading) for mask, heading in parts]


def _parcel_parts(rows: pd.DataFrame) -> tuple[Mask, Mask, Mask]:
    """Return which parcels stand in each part of the list: low, stopped, idle."""
    idle = in_classes(rows, "idle_class", IDLE_CLASSES)
    stopped = in_classes(rows, "efficiency_class", STOPPED_CLASSES) & ~idle
    return ~idle & ~stopped, stopped, idle


def _in_two_decimals(rows: pd.DataFrame, parts: Sequence[Mask]) -> pd.DataFrame:
    """Return the rows with areas in two decimals that add up to the rounded total of their part of the list.

    What is in none of the parts is a part of its own.
    """
    if AREA not in rows.columns:
        return rows
    areas = numbers(rows, AREA).copy()
    others = ~np.any(parts, axis=0) if len(rows) else np.zeros(0, dtype=bool)
    for part in (*parts, others):
        areas[part] = whole_parts(areas[part].tolist(), 2)
    return rows.assign(**{AREA: areas})


def _block(ctx: Context, every: pd.DataFrame, source: tuple[str, str], heading: str) -> Block:
    key, table = source
    by = [name for name in (*PLACE, "name", "parcel_id") if name in every.columns]
    every = every.sort_values(by, kind="stable", na_position="last", ignore_index=True)
    told = Table(
        cut(every),
        names(key),
        source=table,
        heading=ctx.words.of("headings", heading),
        counter=ctx.words.phrase(f"{table}_word"),
        full_table=f"{table}.parquet",
        of_all=every,
    )
    return block(told, ctx.words)


def _sums_sheet(ctx: Context, by: str) -> Sheet:
    """Return one table with the total of all enterprises last; what is withheld is marked as not applicable."""
    rows = pd.concat([worded_aggregates(ctx, [by]), worded_aggregates(ctx, ["all"])], ignore_index=True)
    columns = names(f"public_{by}")
    last, first = len(rows) - 1, columns[0]
    rows[first] = rows[first].mask(rows["by"].eq("all"), ctx.words.phrase("total"))
    rows = rows.assign(group_name=rows["name"])
    masks = {name: _holds(rows["withheld"], name) for name in columns}
    for name in {"group_name", "park"} & {*columns} - {first}:
        masks[name] = np.arange(len(rows)) == last
    held = {name: mask for name, mask in masks.items() if mask.any()}
    table = Table(rows, columns, source="aggregates", with_totals=False, not_applicable=held, keep_missing=True)
    return sheet(f"public_{by}", ctx, [block(table, ctx.words)])


def _holds(lists: pd.Series, name: str) -> Mask:
    return np.fromiter((name in one for one in lists), dtype=bool, count=len(lists))
