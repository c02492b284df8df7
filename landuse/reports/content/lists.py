"""List parcels and enterprises one by one: low efficiency, stopped or vacant, suspected idle, not evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from landuse.reports.content.build import Table, aside_names, block, cut, names, sheet
from landuse.reports.content.context import STOPPED_CLASSES, Context, in_classes, numbers
from landuse.reports.content.describe import (
    enterprise_rows,
    idle_codes,
    not_of_enterprises,
    not_of_idle,
    not_of_parcels,
    parcel_rows,
    user_states,
)
from landuse.reports.content.hints import enterprise_hints, parcel_hints
from landuse.reports.content.model import Block, Mask, Sheet

PLACE_ORDER: Final = ("park", "town", "parcel_id")
RANK_ORDER: Final = ("industry_group", "rank", "uscc")
IDLE_ORDER: Final = ("printed_class", *PLACE_ORDER)
"""The longest idle first, then by place."""
PRINTED_IDLE: Final = ("IDLE_T1_2", "IDLE_T1", "IDLE_T2", "OVERDUE_START", "OVERDUE_FINISH", "UNDETERMINED")
WATCHED: Final = ("OVERDUE_START", "OVERDUE_FINISH", "UNDETERMINED")
"""Idle classes that are no idle land but must be followed."""


def low_parcels(ctx: Context) -> Sheet:
    """Return 低效用地(宗地口径): low parcels, then partly low ones, none of them suspected idle."""
    blocks = [
        _parcels(ctx, ctx.is_class(name), "low_parcels", heading=heading)
        for name, heading in (("low", "low_list"), ("partly_low", "partly_list"))
    ]
    blocks += parcel_hints(ctx)
    return sheet("low_parcels", ctx, blocks, more_notes=_also_idle(ctx, ("low", "partly_low")))


def low_enterprises(ctx: Context) -> Sheet:
    """Return 低效企业(企业口径): the proposed enterprises by group and rank."""
    rows = _sorted(ctx.analysis.enterprises.loc[ctx.is_listed], RANK_ORDER)
    return sheet("low_enterprises", ctx, [_enterprises(ctx, rows, "low_enterprises"), *enterprise_hints(ctx)])


def stopped(ctx: Context) -> Sheet:
    """Return 停产空置: parcels whose users all stopped, or that nobody uses."""
    blocks = [_parcels(ctx, ctx.is_class(*STOPPED_CLASSES), "stopped")]
    return sheet("stopped", ctx, blocks, more_notes=_also_idle(ctx, STOPPED_CLASSES))


def idle(ctx: Context) -> Sheet:
    """Return 疑似闲置土地: the three suspected classes, then what must be followed."""
    watched = in_classes(ctx.parcels, "idle_class", WATCHED)
    blocks = [
        _parcels(ctx, mask, "idle", heading=heading)
        for mask, heading in ((ctx.is_idle, "idle_list"), (watched, "idle_watch"))
    ]
    return sheet("idle", ctx, blocks)


def not_rated(ctx: Context) -> Sheet:
    """Return 未参评名单: enterprises that were not ranked, parcels that are not rated, each with the reason."""
    known = ctx.analysis.enterprises
    out = known.loc[~in_classes(known, "status", ("RANKED",)) & ~ctx.is_listed]
    enterprises = _enterprises(ctx, _sorted(out, ("status", "uscc")), "not_rated", heading="enterprises_out")
    parcels = _parcels(ctx, ctx.is_class("not_rated"), "not_rated", heading="parcels_out", like=enterprises)
    return sheet("not_rated", ctx, [enterprises, parcels])


def _parcels(ctx: Context, mask: Mask, key: str, *, heading: str = "", like: Block | None = None) -> Block:
    """Return a list of parcels; `like` is the block above whose columns it takes, so that one header serves both."""
    every = _sorted(_with_printed_class(ctx.parcels.loc[mask]), IDLE_ORDER if key == "idle" else PLACE_ORDER)
    codes = cut(every).reset_index(drop=True)
    rows = parcel_rows(ctx, codes)
    masks = not_of_parcels(rows)
    if key == "idle":
        rows = rows.assign(remarks=_also_low(ctx, codes))
        masks |= not_of_idle(rows, codes)
    columns = names(key)
    if like:
        columns = tuple(column.name for column in like.columns if column.name != "seq")
        rows, masks = _as_enterprise_list(rows.assign(states=user_states(ctx, rows["parcel_id"])), masks, columns)
    rows = rows.assign(remarks=rows["remarks"] if "remarks" in rows.columns else "")
    return _list_block(ctx, (rows, every), columns, "parcels", heading=heading, masks=masks, aside=aside_names(key))


def _as_enterprise_list(
    rows: pd.DataFrame, masks: Mapping[str, Mask], columns: tuple[str, ...]
) -> tuple[pd.DataFrame, dict[str, Mask]]:
    """Return parcels under the columns of the enterprise list above them; what a parcel has not does not apply."""
    moved = rows.assign(name=rows["users"], parcels_of=rows["parcel_id"], n_parcels=1, status=rows["states"])
    lacking = [name for name in columns if name not in moved.columns]
    whole = {name: np.ones(len(rows), dtype=bool) for name in lacking}
    return moved.assign(**dict.fromkeys(lacking)), {**masks, **whole, "name": masks["users"]}


def _with_printed_class(rows: pd.DataFrame) -> pd.DataFrame:
    """Return parcels with the place of their idle class in the printed order."""
    if "idle_class" not in rows.columns:
        return rows
    order = {name: place for place, name in enumerate(PRINTED_IDLE)}
    return rows.assign(printed_class=idle_codes(rows).map(order, na_action="ignore"))


def _enterprises(ctx: Context, every: pd.DataFrame, key: str, *, heading: str = "") -> Block:
    rows = enterprise_rows(ctx, cut(every)).assign(remarks="", holder=None)
    masks = not_of_enterprises(rows) | {"holder": np.ones(len(rows), dtype=bool)}
    aside = aside_names(key)
    return _list_block(ctx, (rows, every), names(key), "enterprises", heading=heading, masks=masks, aside=aside)


def _list_block(
    ctx: Context,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    columns: tuple[str, ...],
    source: str,
    *,
    heading: str,
    masks: Mapping[str, Mask],
    aside: tuple[str, ...] = (),
) -> Block:
    rows, every = tables
    table = Table(
        rows,
        columns,
        source=source,
        heading=ctx.words.of("headings", heading) if heading else "",
        counter=ctx.words.phrase(f"{source}_word"),
        not_applicable=masks,
        precise=True,
        full_table=f"{source}.parquet",
        aside=aside,
        of_all=every,
    )
    return block(table, ctx.words)


def _sorted(rows: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    by = [name for name in order if name in rows.columns]
    return rows.sort_values(by, kind="stable", na_position="last", ignore_index=True)


def _also_idle(ctx: Context, classes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the note on parcels that would stand here, were they not counted as suspected idle."""
    both = in_classes(ctx.parcels, "efficiency_class", classes) & ctx.is_idle
    if not both.any():
        return ()
    area = np.nansum(numbers(ctx.parcels, "area_mu")[both])
    return (ctx.words.phrase("also_idle", n=int(both.sum()), area=f"{area:,.2f}"),)


def _also_low(ctx: Context, codes: pd.DataFrame) -> pd.Series:
    """Return the remark of a suspected idle parcel that is low, partly low, stopped or vacant as well."""
    if "efficiency_class" not in codes.columns:
        return pd.Series([""] * len(codes), index=codes.index, dtype="str")
    telling = ("low", "partly_low", *STOPPED_CLASSES)
    remark: dict[str, str] = {
        name: ctx.words.phrase("also_low", **{"class": ctx.words.choice("efficiency_class", name)}) for name in telling
    }
    is_idle = in_classes(codes, "idle_class", ("IDLE_T1", "IDLE_T2"))
    return codes["efficiency_class"].map(remark, na_action="ignore").fillna("").where(is_idle, "")
