"""Add up by industry and by park: counts, land, money, per-mu figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.reports.content.build import Table, block, names, sheet
from landuse.reports.content.context import STOPPED_CLASSES, Context, Numbers, in_classes, numbers
from landuse.reports.content.describe import main_places
from landuse.reports.content.figures import IDLE, efficiency_sums, status_sums, verdict_sums
from landuse.reports.content.labels import park_kinds
from landuse.reports.content.model import Mask, Sheet
from landuse.units import MU_PER_HA

COUNTED: Final = ("n", "k", "flagged", "tied_at_cut")
PARTS: Final = {
    "taxed_mu": ("area_mu", "tax_wan"),
    "output_mu": ("area_mu", "output_wan"),
    "output_with_energy_wan": ("output_wan", "energy_tce"),
    "energy_with_output_tce": ("energy_tce", "output_wan"),
}
"""Column -> what is summed, and what an enterprise must know to count."""
HECTARES: Final = ("land_mu", "low_mu", "partly_mu", "stopped_mu", "idle_mu")
"""Areas of a park that are printed in hectares too."""


def by_industry(ctx: Context) -> Sheet:
    """Return 分行业统计: the groups with n, k, flagged, ties and bases, and the sums of their ranked enterprises."""
    groups = ctx.analysis.groups.sort_values("industry_group", kind="stable", ignore_index=True)
    table = ctx.analysis.enterprises
    ranked = table.loc[in_classes(table, "status", ("RANKED",))]
    keys = pd.Index(groups["industry_group"])
    at = keys.get_indexer(pd.Index(ranked["industry_group"])) if len(ranked) else np.empty(0, dtype=np.intp)
    listed = ctx.is_listed[in_classes(table, "status", ("RANKED",))]
    sums = {
        "land_mu": _sums(ranked, "area_mu", at, len(groups)),
        **{name: _sums(ranked, name, at, len(groups)) for name in ("tax_wan", "output_wan", "energy_tce")},
        **_known_parts(ranked, at, len(groups)),
        "listed_mu": _sums(ranked.loc[listed], "area_mu", at[listed], len(groups), empty=0.0),
        "listed_tax_wan": _sums(ranked.loc[listed], "tax_wan", at[listed], len(groups), empty=0.0),
    }
    aims = {} if (at < 0).any() else _industry_totals(ctx)
    rows = groups.loc[:, [n for n in ("industry_group", *COUNTED, *_bases()) if n in groups.columns]].assign(
        group_name=groups["name"],
        tax_per_mu=_ratio(ranked, ("tax_wan", "area_mu"), at, len(groups)),
        output_per_mu=_ratio(ranked, ("output_wan", "area_mu"), at, len(groups)),
        output_per_energy=_ratio(ranked, ("output_wan", "energy_tce"), at, len(groups)),
        **{name: whole_parts(list(values), 2, aims.get(name)) for name, values in sums.items()},
    )
    return sheet("by_industry", ctx, [block(Table(rows, names("by_industry"), source="groups"), ctx.words)])


def _known_parts(ranked: pd.DataFrame, at: Places, size: int) -> dict[str, Numbers]:
    """Return what the ratios of the total row are taken over, where not all is known of every enterprise.

    The ratio of a group takes the enterprises that know both its parts; so must that of all groups.
    """
    found = {}
    for name, (summed, needed) in PARTS.items():
        known = np.isfinite(numbers(ranked, needed))
        if (np.isfinite(numbers(ranked, summed)) & ~known).any():
            found[name] = _sums(ranked.loc[known], summed, at[known], size, empty=0.0)
    return found


def _bases() -> tuple[str, ...]:
    """Return the bases the sheet may show; those of other packs are there only where the groups have them."""
    return tuple(name for name in names("by_industry") if name.startswith("base_"))


def by_park(ctx: Context) -> Sheet:
    """Return 分园区统计: parcels by the park they lie in, enterprises by the park of their largest parcel."""
    outside = ctx.words.phrase("no_park")
    parks = _park_column(ctx.parcels, outside)
    homes = main_places(ctx, ctx.analysis.enterprises["uscc"])
    home = homes["park"].fillna(outside) if "park" in homes else ctx.analysis.enterprises["uscc"].map(lambda _: outside)
    keys = _park_order(parks, home, outside)
    at = keys.get_indexer(pd.Index(parks))
    size = len(keys)
    rows: dict[str, Any] = {"park": list(keys), "n_parcels": _counts(at, size)}
    rows["n_enterprises"] = _counts(keys.get_indexer(pd.Index(home)), size)
    sums = {
        "land_mu": _sums(ctx.parcels, "area_mu", at, size, empty=0.0),
        "tax_wan": _sums(ctx.parcels, "tax_wan", at, size),
        "taxed_mu": _sums(_where_known(ctx.parcels, "tax_wan"), "area_mu", at, size, empty=0.0),
    }
    for short, mask in _park_classes(ctx).items():
        rows[f"{short}_n"] = _counts(at[mask], size)
        sums[f"{short}_mu"] = _sums(ctx.parcels.loc[mask], "area_mu", at[mask], size, empty=0.0)
    aims = _park_totals(ctx)
    rows |= {name: whole_parts(list(values), 2, aims.get(name)) for name, values in sums.items()}
    rows |= _in_hectares(sums)
    rows["tax_per_mu"] = _ratio(ctx.parcels, ("tax_wan", "area_mu"), at, size)
    for short in ("low", "idle"):
        rows[f"{short}_share"] = _divide(sums[f"{short}_mu"], sums["land_mu"])
    first = block(Table(pd.DataFrame(rows), names("by_park"), source="parcels"), ctx.words)
    return sheet("by_park", ctx, [first, *park_kinds(ctx, home, keys)])


def _in_hectares(sums: Mapping[str, Numbers]) -> dict[str, list[float]]:
    """Return every area in hectares too, rounded so that the parks add up to the printed total."""
    areas = {name.removesuffix("_mu"): values for name, values in sums.items() if name in HECTARES}
    return {f"{short}_ha": whole_parts([float(mu) / MU_PER_HA for mu in values], 2) for short, values in areas.items()}


def _industry_totals(ctx: Context) -> dict[str, float]:
    """Return the totals as 汇总 prints them, where the ranked enterprises are all that is meant."""
    if (ctx.is_listed & ~in_classes(ctx.analysis.enterprises, "status", ("RANKED",))).any():
        return {}
    listed = verdict_sums(ctx).totals("listed")
    return {**status_sums(ctx).totals("RANKED"), "listed_mu": listed["land_mu"], "listed_tax_wan": listed["tax_wan"]}


def _park_totals(ctx: Context) -> dict[str, float]:
    """Return the totals as 汇总 prints them."""
    found = efficiency_sums(ctx)
    classes = {"low": ("low",), "partly": ("partly_low",), "stopped": STOPPED_CLASSES, "idle": (IDLE,)}
    parts = {f"{short}_mu": found.of("land_mu", *codes) for short, codes in classes.items()}
    return {"land_mu": found.of("land_mu"), "tax_wan": found.of("tax_wan"), **parts}


def _park_classes(ctx: Context) -> Mapping[str, Mask]:
    return {
        "low": ctx.is_class("low"),
        "partly": ctx.is_class("partly_low"),
        "stopped": ctx.is_class(*STOPPED_CLASSES),
        "idle": ctx.is_idle,
    }


def _park_column(parcels: pd.DataFrame, outside: str) -> pd.Series:
    if "park" not in parcels.columns:
        return pd.Series([outside] * len(parcels), index=parcels.index, dtype="str")
    return parcels["park"].fillna(outside)


def _park_order(parks: pd.Series, home: pd.Series, outside: str) -> pd.Index:
    """Return the parks in the order of their names, the land outside parks last."""
    named = sorted((set(parks) | set(home)) - {outside})
    last = [outside] if parks.eq(outside).any() or home.eq(outside).any() else []
    return pd.Index([*named, *last], dtype="str")


def _where_known(parcels: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the land of the parcels that know a value, unknown elsewhere."""
    known = np.isfinite(numbers(parcels, name))
    return pd.DataFrame({"area_mu": np.where(known, numbers(parcels, "area_mu"), np.nan)}, index=parcels.index)


Places = npt.NDArray[np.intp]


def _counts(at: Places, size: int) -> pd.api.extensions.ExtensionArray:
    return pd.array(np.bincount(at[at >= 0], minlength=size), dtype="Int64")


def _sums(table: pd.DataFrame, name: str, at: Places, size: int, *, empty: float = math.nan) -> Numbers:
    """Return exact sums of what is known by group; `empty` where a group knows nothing."""
    values = numbers(table, name)
    use = np.isfinite(values) & (at >= 0)
    order = np.argsort(at[use], kind="stable")
    parts = np.split(values[use][order], np.cumsum(np.bincount(at[use], minlength=size))[:-1]) if size else []
    return np.array([math.fsum(part) if len(part) else empty for part in parts], dtype=float)


def _ratio(table: pd.DataFrame, pair: tuple[str, str], at: Places, size: int) -> Numbers:
    """Return sum over sum by group, over the rows that know both."""
    top, under = numbers(table, pair[0]), numbers(table, pair[1])
    both = np.isfinite(top) & np.isfinite(under)
    known = pd.DataFrame({"top": np.where(both, top, np.nan), "under": np.where(both, under, np.nan)})
    return _divide(_sums(known, "top", at, size), _sums(known, "under", at, size))


def _divide(top: Numbers, under: Numbers) -> Numbers:
    made: Numbers = np.full(len(top), np.nan, dtype=np.float64)
    np.divide(top, under, out=made, where=np.isfinite(under) & (under != 0))
    return made
