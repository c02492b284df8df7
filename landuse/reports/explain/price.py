"""Explain the land-price coefficient of parcels and enterprises."""

from __future__ import annotations

import pandas as pd

from landuse.catalogue import term
from landuse.reports.explain.words import LAND, PRICE, RATIO, Row
from landuse.reports.sources import plain, records
from landuse.reports.summary import phrase
from landuse.tables import Analysis

MOST_TERMS = 6
"""Parcels up to which the mean of their coefficients is written out."""


def parcel_price(analysis: Analysis, parcel: Row) -> str:
    """Return price / reference = K of one parcel."""
    lang = analysis.project.language
    facts = {"parcel_id": parcel["parcel_id"], "k": plain(parcel["price_coefficient"], RATIO)}
    if pd.isna(parcel.get("price_yuan_per_m2")) or analysis.facts.get("reference_price") is None:
        return phrase("line", "no_price", lang, **facts)
    return phrase(
        "line",
        "parcel_k",
        lang,
        price=plain(parcel["price_yuan_per_m2"], PRICE),
        source=term("price_source", str(parcel.get("price_source")), lang),
        reference=plain(analysis.facts["reference_price"], LAND),
        **facts,
    )


def reference_line(analysis: Analysis) -> str:
    """Return where the reference price comes from; blank where there is none."""
    reference = analysis.facts.get("reference_price")
    if reference is None or pd.isna(reference):
        return ""
    kind = "reference_mean" if analysis.facts["rule"].reference_price is None else "reference_declared"
    return phrase("line", kind, analysis.project.language, reference=plain(float(reference), LAND))


def firm_price(analysis: Analysis, row: Row, use: pd.DataFrame) -> list[str]:
    """Return K of each parcel an enterprise uses and their mean weighted by its land."""
    lang = analysis.project.language
    if use.empty:
        return [phrase("line", "no_k", lang)]
    parcels = analysis.parcels.table
    names = [name for name in ("price_yuan_per_m2", "price_source", "price_coefficient") if name in parcels.columns]
    joined = use.merge(parcels[["parcel_id", *names]], on="parcel_id", how="left", validate="many_to_one")
    lines = [parcel_price(analysis, parcel) for parcel in records(joined.drop_duplicates("parcel_id"))]
    return [reference_line(analysis), *lines, _mean(analysis, row, joined)]


def _mean(analysis: Analysis, row: Row, joined: pd.DataFrame) -> str:
    lang, rule = analysis.project.language, analysis.facts["rule"]
    facts = {"k": plain(row["price_coefficient"], RATIO), "apply": term("price_apply", rule.price_apply, lang)}
    if not 1 < len(joined) <= MOST_TERMS or joined["price_coefficient"].nunique() < 2:
        return phrase("line", "firm_k", lang, **facts)
    pairs = zip(joined["land_mu"], joined["price_coefficient"], strict=True)
    terms = " + ".join(f"{plain(float(land), LAND)} × {plain(float(k), RATIO)}" for land, k in pairs)
    return phrase("line", "firm_k_of", lang, terms=terms, land=plain(row["area_mu"], LAND), **facts)
