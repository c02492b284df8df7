"""Sum up the run: parcels by class, enterprises by verdict and status, and how the two counts meet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import terms
from landuse.reports.content.build import Table, block, sheet, whole_parts
from landuse.reports.content.context import IDLE_CLASSES, Context, in_classes, numbers
from landuse.reports.content.describe import idle_codes
from landuse.reports.content.model import Block, Mask, Sheet
from landuse.tables import unit_title

MONEY: Final = ("tax_wan", "output_wan", "energy_tce")
PARCEL_COLUMNS: Final = ("item", "n_parcels", "land_mu", "land_share", *MONEY)
IDLE_COLUMNS: Final = ("item", "n_parcels", "land_mu", "land_share", "idle_fee_wan")
ENTERPRISE_COLUMNS: Final = ("item", "n_enterprises", "share", "land_mu", "land_share", *MONEY)
SIDES: Final = (("area_mu", "mu"), ("tax_wan", "wan_yuan"), ("output_wan", "wan_yuan"), ("energy_tce", "tce"))

Classes = Sequence[tuple[str, Mask]]
"""Words of a class and its rows; together the classes hold every row once."""


def summary(ctx: Context) -> Sheet:
    """Return 汇总: low-efficiency and idle land in separate tables with separate sums."""
    blocks = [
        _parcel_block(ctx, _efficiency(ctx), PARCEL_COLUMNS, heading="by_efficiency"),
        _parcel_block(ctx, _idle(ctx, suspected=True), IDLE_COLUMNS, heading="idle_suspected"),
        _parcel_block(ctx, _idle(ctx, suspected=False), PARCEL_COLUMNS[:4], heading="idle_other"),
        _enterprise_block(ctx, _verdicts(ctx), heading="by_verdict"),
        _enterprise_block(ctx, _statuses(ctx), heading="by_status"),
        _sides(ctx),
    ]
    return sheet("summary", ctx, blocks)


def class_sums(table: pd.DataFrame, classes: Classes, sums: Mapping[str, str]) -> dict[str, list[float]]:
    """Return the sum of each column over each class, rounded to two decimals so that the parts add up.

    Parameters
    ----------
    sums
        Printed column -> column of the table. A class in which nothing is known is NaN.
    """
    made: dict[str, list[float]] = {}
    for printed, name in sums.items():
        values = numbers(table, name)
        made[printed] = whole_parts([_known_sum(values[mask]) for _, mask in classes], 2)
    return made


def _known_sum(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    known = values[np.isfinite(values)]
    return math.fsum(known) if len(known) or not len(values) else math.nan


def _shares(values: Sequence[float], whole: float) -> list[float]:
    """Return parts of a whole, rounded to a tenth of a percent so that the parts of the whole add up to 100 %."""
    if not whole:
        return [math.nan] * len(values)
    return whole_parts([value / whole for value in values], 3)


def _efficiency(ctx: Context) -> Classes:
    words = terms("efficiency_class", ctx.words.lang)
    classes = [(words[name], ctx.is_class(name)) for name in words]
    told = np.logical_or.reduce([mask for _, mask in classes]) | ctx.is_idle
    unsaid = [(ctx.words.phrase("undetermined"), ~told)] if (~told).any() else []
    return [*classes, *unsaid, (ctx.words.phrase("counted_as_idle"), ctx.is_idle)]


def _idle(ctx: Context, *, suspected: bool) -> Classes:
    codes = idle_codes(ctx.parcels) if "idle_class" in ctx.parcels.columns else None
    table = pd.DataFrame({"idle_class": codes}) if codes is not None else pd.DataFrame(index=ctx.parcels.index)
    words = terms("idle_class", ctx.words.lang)
    chosen = [name for name in words if name.startswith(IDLE_CLASSES) == suspected]
    classes = [(words[name], in_classes(table, "idle_class", (name,))) for name in chosen]
    told = np.logical_or.reduce([mask for _, mask in classes]) | ctx.is_idle
    if suspected or told.all():
        return classes
    return [*classes, (ctx.words.phrase("undetermined"), ~told)]


def _verdicts(ctx: Context) -> Classes:
    table = ctx.analysis.enterprises
    listed = ctx.is_listed
    ranked = in_classes(table, "status", ("RANKED",))
    unknown = table["low_efficiency"].isna().to_numpy(dtype=bool) if "low_efficiency" in table.columns else ~listed
    return [
        (ctx.listed, listed),
        (ctx.words.phrase("not_listed"), ranked & ~listed & ~unknown),
        (ctx.words.phrase("undetermined"), ranked & ~listed & unknown),
        (ctx.words.phrase("not_evaluated"), ~ranked & ~listed),
    ]


def _statuses(ctx: Context) -> Classes:
    table = ctx.analysis.enterprises
    words = terms("status", ctx.words.lang)
    classes = [(words[name], in_classes(table, "status", (name,))) for name in words]
    told = np.logical_or.reduce([mask for _, mask in classes])
    return [*classes, (ctx.words.phrase("undetermined"), ~told)] if (~told).any() else classes


def _parcel_block(ctx: Context, classes: Classes, columns: tuple[str, ...], *, heading: str) -> Block:
    sums = {"land_mu": "area_mu", **{name: name for name in columns if name in (*MONEY, "idle_fee_wan")}}
    land = _known_sum(numbers(ctx.parcels, "area_mu"))
    made = class_sums(ctx.parcels, classes, sums)
    counts = pd.array([int(mask.sum()) for _, mask in classes], dtype="Int64")
    share = _shares(made["land_mu"], land)
    rows = pd.DataFrame({"item": [word for word, _ in classes], "n_parcels": counts, **made, "land_share": share})
    masks = {"idle_fee_wan": rows["idle_fee_wan"].isna().to_numpy(dtype=bool)} if "idle_fee_wan" in rows.columns else {}
    titled = Table(rows, columns, source="parcels", heading=ctx.words.of("headings", heading), not_applicable=masks)
    return block(titled, ctx.words)


def _enterprise_block(ctx: Context, classes: Classes, *, heading: str) -> Block:
    table = ctx.analysis.enterprises
    made = class_sums(table, classes, {"land_mu": "area_mu", **{name: name for name in MONEY}})
    counts = [int(mask.sum()) for _, mask in classes]
    rows = pd.DataFrame(
        {
            "item": [word for word, _ in classes],
            "n_enterprises": pd.array(counts, dtype="Int64"),
            "share": _shares([float(n) for n in counts], float(len(table))),
            **made,
            "land_share": _shares(made["land_mu"], math.fsum(v for v in made["land_mu"] if math.isfinite(v))),
        }
    )
    titled = Table(rows, ENTERPRISE_COLUMNS, source="enterprises", heading=ctx.words.of("headings", heading))
    return block(titled, ctx.words)


def _sides(ctx: Context) -> Block:
    """Return land and money by parcel, by enterprise, and what lies between the two."""
    rows = []
    for name, unit in SIDES:
        title = ctx.words.choice("quantity", "area_m2" if name == "area_mu" else name)
        by_parcel = _known_sum(numbers(ctx.parcels, name))
        by_enterprise = _known_sum(numbers(ctx.analysis.enterprises, name))
        sides = [round(by_parcel, 2), round(by_enterprise, 2)]
        rows.append((title, unit_title(unit, ctx.words.lang), *sides, round(sides[0] - sides[1], 2)))
    columns = ("item", "unit_name", "parcel_side", "enterprise_side", "side_gap")
    table = pd.DataFrame(rows, columns=list(columns))
    return block(Table(table, columns, heading=ctx.words.of("headings", "reconciled"), with_totals=False), ctx.words)
