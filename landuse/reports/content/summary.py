"""Sum up the run: parcels by class, enterprises by verdict and status, and how the two counts meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from landuse.reports.content.build import Table, block, sheet
from landuse.reports.content.context import Context, numbers
from landuse.reports.content.figures import (
    MONEY,
    ClassSums,
    efficiency_sums,
    idle_sums,
    known_sum,
    status_sums,
    verdict_sums,
    worded_sums,
)
from landuse.reports.content.labels import SCALES, label_block
from landuse.reports.content.model import Block, Sheet
from landuse.tables import unit_title

PARCEL_COLUMNS: Final = ("item", "n_parcels", "land_mu", "land_share", *MONEY)
IDLE_COLUMNS: Final = ("item", "n_parcels", "land_mu", "land_share", "idle_fee_wan")
ENTERPRISE_COLUMNS: Final = ("item", "n_enterprises", "share", "land_mu", "land_share", *MONEY)
SIDES: Final = (("area_mu", "mu"), ("tax_wan", "wan_yuan"), ("output_wan", "wan_yuan"), ("energy_tce", "tce"))
"""Column of both tables and its unit."""


def summary(ctx: Context) -> Sheet:
    """Return 汇总: low-efficiency and idle land in separate tables with separate sums."""
    blocks = [
        _block(ctx, efficiency_sums(ctx), PARCEL_COLUMNS, heading="by_efficiency"),
        _block(ctx, idle_sums(ctx, suspected=True), IDLE_COLUMNS, heading="idle_suspected"),
        _block(ctx, idle_sums(ctx, suspected=False), PARCEL_COLUMNS[:4], heading="idle_other"),
        _block(ctx, verdict_sums(ctx), ENTERPRISE_COLUMNS, heading="by_verdict"),
        _block(ctx, status_sums(ctx), ENTERPRISE_COLUMNS, heading="by_status"),
        _sides(ctx),
        *_kinds(ctx),
    ]
    return sheet("summary", ctx, blocks)


def _kinds(ctx: Context) -> list[Block]:
    """Return the enterprises by size, by label and by origin, as far as the enterprise table says."""
    known = set(ctx.analysis.enterprises.columns)
    columns, before = ENTERPRISE_COLUMNS, 6
    makers: dict[str, Callable[[str], Block]] = {
        "scale": lambda n: _block(ctx, worded_sums(ctx, "scale", SCALES), columns, heading="by_scale", number=n),
        "labels": lambda n: label_block(ctx, n),
        "origin": lambda n: _block(ctx, worded_sums(ctx, "origin"), columns, heading="by_origin", number=n),
    }
    chosen = [make for name, make in makers.items() if name in known]
    numbers = ctx.words.phrase("ordinals")[before:]
    return [make(number) for make, number in zip(chosen, numbers, strict=False)]


def _block(ctx: Context, found: ClassSums, columns: tuple[str, ...], *, heading: str, number: str = "") -> Block:
    counted = "n_enterprises" if "n_enterprises" in columns else "n_parcels"
    counts = pd.array(list(found.counts), dtype="Int64")
    rows = pd.DataFrame({"item": list(found.words), counted: counts, **found.sums})
    no_fee = {"idle_fee_wan": rows["idle_fee_wan"].isna().to_numpy(dtype=bool)}
    title = ctx.words.of("headings", heading, number=number)
    return block(Table(rows, columns, source="parcels", heading=title, not_applicable=no_fee), ctx.words)


def _sides(ctx: Context) -> Block:
    """Return land and money by parcel, by enterprise, and what lies between the two."""
    rows = []
    for name, unit in SIDES:
        title = ctx.words.choice("quantity", "area_m2" if name == "area_mu" else name)
        sides = [round(known_sum(numbers(table, name)), 2) for table in (ctx.parcels, ctx.analysis.enterprises)]
        rows.append((title, unit_title(unit, ctx.words.lang), *sides, round(sides[0] - sides[1], 2)))
    columns = ("item", "unit_name", "parcel_side", "enterprise_side", "side_gap")
    table = pd.DataFrame(rows, columns=list(columns))
    return block(Table(table, columns, heading=ctx.words.of("headings", "reconciled"), with_totals=False), ctx.words)
