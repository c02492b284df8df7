"""Compare the variants of the project with it: who enters and leaves, by industry and park; who is on all lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.reports.content.build import Table, block, cut, names, sheet, unit_word
from landuse.reports.content.context import Context, flags, numbers, section
from landuse.reports.content.describe import enterprise_rows
from landuse.reports.content.method import setting_words
from landuse.reports.content.model import Block, Sheet
from landuse.tables import Variants

FIGURES: Final = (
    "n_base", "n_entered", "n_left", "n_variant", "mu_base", "mu_entered", "mu_left", "mu_revalued", "mu_variant",
    "tax_wan_base", "tax_wan_entered", "tax_wan_left", "tax_wan_revalued", "tax_wan_variant",
)  # fmt: skip
REVALUED: Final = ("mu_revalued", "tax_wan_revalued")
"""Printed only where some variant changes land or accounts."""
FIRMS, PARCELS = "enterprise", "parcel"
"""What a table counts."""
OF_PARCELS: Final = ("variant_parcels", "variant_plots")
LISTED: Final = "listed"
LIST_ORDER: Final = ("industry_group", "rank", "uscc")


def variants(ctx: Context) -> Sheet:
    """Return 方案比较(变体)."""
    found = ctx.analysis.variants
    if found is None:
        return sheet("variants", ctx, [])
    changes = found.changes_in_units()
    plots = changes["unit"].eq("parcel")
    by = {name: changes["by"].eq(name) for name in ("all", "industry_group", "park")}
    chosen = {
        "variant_enterprises": ~plots & by["all"],
        "variant_parcels": plots & by["all"],
        "variant_groups": ~plots & by["industry_group"] & _moves(changes),
        "variant_parks": ~plots & by["park"] & _moves(changes),
        "variant_plots": plots & by["park"] & _moves(changes),
    }
    told = _rounded(changes.assign(item=_items(ctx, changes)))
    still = [name for name in REVALUED if not told[name].abs().gt(0).any()]
    columns = ("variant", "item", *(name for name in FIGURES if name not in still))
    compared = [
        counting(
            _block(ctx, told.loc[mask], columns, heading), PARCELS if heading in OF_PARCELS else FIRMS, ctx.words.lang
        )
        for heading, mask in chosen.items()
    ]
    return sheet("variants", ctx, [_settings(ctx, found), *compared, _steadiness(ctx, found), _list(ctx, found)])


def counting(table: Block, unit: str, lang: str) -> Block:
    """Return a table whose columns say what they count: enterprises or parcels, never both."""
    words = section("counted")[unit]
    titles = {name: f"{entry[lang]}\n({unit_word(unit, lang)})" for name, entry in words.items()}
    columns = (replace(one, title=titles.get(one.name, one.title)) for one in table.columns)
    return replace(table, columns=tuple(columns))


def _settings(ctx: Context, found: Variants) -> Block:
    """Return each variant with what it changes."""
    rows = [(name, _told(ctx, settings)) for name, settings in found.settings.items()]
    table = pd.DataFrame(rows, columns=["variant", "changed"], dtype="str")
    return _block(ctx, table, ("variant", "changed"), "variant_settings")


def _told(ctx: Context, settings: Mapping[str, Any]) -> str:
    words = [ctx.words.phrase("set_to", **setting_words(ctx, key, value)) for key, value in settings.items()]
    return ctx.words.phrase("sentence_separator").join(words) or ctx.words.phrase("as_base")


def _rounded(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the comparison in two decimals so that base + entered - left + revalued = variant as printed."""
    made: dict[str, list[float]] = {}
    for name in ("mu", "tax_wan"):
        base, variant = (changes[f"{name}_{move}"].round(2) for move in ("base", "variant"))
        moved = changes[[f"{name}_entered", f"{name}_left", f"{name}_revalued"]].itertuples(index=False)
        aims = (variant - base).round(2)
        parts = [whole_parts([came, -went, more], 2, aim) for (came, went, more), aim in zip(moved, aims, strict=True)]
        entered, left, revalued = ([part[place] for part in parts] for place in range(3))
        made |= {f"{name}_base": base.tolist(), f"{name}_variant": variant.tolist(), f"{name}_entered": entered}
        made |= {f"{name}_left": [0.0 - value for value in left], f"{name}_revalued": revalued}
    return changes.assign(**made)


def _moves(changes: pd.DataFrame) -> pd.Series:
    """Return in which rows the list moves."""
    return changes["n_entered"].gt(0) | changes["n_left"].gt(0)


def _items(ctx: Context, changes: pd.DataFrame) -> pd.Series:
    """Return what a row counts, in words: enterprises or a class of parcels, of all, of a group or of a park."""
    words, groups = ctx.words, ctx.analysis.groups
    titles = groups.drop_duplicates("industry_group").set_index("industry_group")["name"]
    place, by = changes["place"].astype("str"), changes["by"]
    group = (place + " " + place.map(titles).astype("str").fillna("")).str.strip().fillna(words.phrase("no_group"))
    where = group.where(by.eq("industry_group"), place.fillna(words.phrase("no_park")).where(by.eq("park"), ""))
    counted = words.worded("efficiency_class", changes["item"].mask(changes["item"].eq(LISTED), ""))
    counted = counted.mask(changes["item"].eq(LISTED) & where.eq(""), words.phrase("listed_plain"))
    comma = words.phrase("list_separator")
    return (where + comma + counted).str.removeprefix(comma).str.removesuffix(comma)


def _block(ctx: Context, rows: pd.DataFrame, columns: tuple[str, ...], heading: str) -> Block:
    title = ctx.words.of("headings", heading)
    return block(Table(rows, columns, source="variant_changes", heading=title, with_totals=False), ctx.words)


# ------------------------------------------------------------------------------------------- robust core


def _steadiness(ctx: Context, found: Variants) -> Block:
    """Return how many enterprises how many of the lists hold, with their land and tax in the base."""
    firms, lists = ctx.analysis.enterprises, len(found.names) + 1
    count = _lists(ctx)
    rows = []
    for number in range(lists, 0, -1):
        held = count == number
        which = "core" if number == lists else "fringe"
        item = ctx.words.phrase(f"lists_{which}", n=number, all=lists)
        sums = [float(np.nansum(numbers(firms, name)[held])) for name in ("area_mu", "tax_wan")]
        rows.append((item, int(held.sum()), *sums))
    table = pd.DataFrame(rows, columns=["item", "n_enterprises", "land_mu", "tax_wan"])
    heading = ctx.words.of("headings", "variant_steadiness")
    counted = table.astype({"n_enterprises": "Int64"})
    return block(Table(counted, tuple(table.columns), source="enterprises", heading=heading), ctx.words)


def _lists(ctx: Context) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return in how many lists, base and variants, each enterprise stands."""
    counted = ctx.analysis.enterprises["in_variants"].fillna(0).to_numpy(dtype=np.int64)
    return np.asarray(counted + flags(ctx.analysis.enterprises, "low_efficiency"), dtype=np.int64)


def _list(ctx: Context, found: Variants) -> Block:
    """Return every enterprise that is on some list, the steadiest first, with the lists it is on."""
    firms = ctx.analysis.enterprises.assign(in_lists=_lists(ctx))
    firms = firms.loc[firms["in_lists"].gt(0)]
    order = ["in_lists", *(name for name in LIST_ORDER if name in firms.columns)]
    every = firms.sort_values(order, ascending=[False, *[True] * (len(order) - 1)], kind="stable", ignore_index=True)
    rows = enterprise_rows(ctx, cut(every))
    shown = rows.assign(on_lists=_names_of_lists(ctx, found, rows["uscc"]))
    table = Table(
        shown,
        names("variants"),
        source="enterprises",
        heading=ctx.words.of("headings", "variant_list"),
        counter=ctx.words.phrase("enterprises_word"),
        precise=True,
        full_table="variants.parquet",
        of_all=every,
    )
    return block(table, ctx.words)


def _names_of_lists(ctx: Context, found: Variants, usccs: pd.Series) -> list[str]:
    """Return the lists each enterprise is on: all, or their names."""
    base, listed = ctx.words.phrase("base_list"), found.rows.loc[flags(found.rows, "low_efficiency")]
    on = {base: set(ctx.analysis.enterprises.loc[ctx.is_listed, "uscc"])}
    on |= {name: set(listed.loc[listed["variant"].eq(name), "uscc"]) for name in found.names}
    told = []
    for uscc in usccs:
        where = [name for name, members in on.items() if uscc in members]
        told.append(ctx.words.phrase("all_lists") if len(where) == len(on) else ctx.words.join(where))
    return told
