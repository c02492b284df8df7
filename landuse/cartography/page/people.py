"""Gather the enterprises of a page and which parcels they use: what the card and the table of enterprises tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.page.fields import Field, Sheet, known_column
from landuse.cartography.page.shares import NEVER, Steps
from landuse.cartography.style import coded
from landuse.cartography.values import families
from landuse.catalogue import load
from landuse.measures import measures
from landuse.ranking.groups import group_name
from landuse.rule import Rule
from landuse.tables import Analysis

FROM: Final = "from"
"""Column of the least share at which an enterprise is listed; ``from:`` and a variant for the variants."""
PLACE: Final = "place_"
"""Prefix of the place of an enterprise inside its group by one measure, counted from the highest."""


def firm_sheet(analysis: Analysis, steps: Mapping[str, Steps], allowed: Any) -> Sheet:
    """Return the enterprises, row by row with the enterprise table.

    Parameters
    ----------
    allowed
        Column -> whether this audience may see it.
    """
    firms, lang = analysis.enterprises.reset_index(drop=True), analysis.project.language
    sheet = Sheet(firms.index)
    more = [one.compared for one in measures().values()]
    wanted = dict.fromkeys([*load("cartography/page.toml")["enterprises"]["fields"], *more])
    for name in (name for name in wanted if name in firms.columns and allowed(name)):
        sheet.canonical(firms[name], known_column("enterprises", name), lang)
    _add_classes(sheet, firms, allowed, lang)
    _add_places(sheet, firms, allowed)
    told: dict[bytes, str] = {}
    for name, one in steps.items():
        column = told.setdefault(one.listed_from.tobytes(), f"{FROM}:{name}" if name else FROM)
        sheet.whole(column, _step(one.listed_from), like=[FROM])
    return sheet


def from_columns(steps: Mapping[str, Steps]) -> dict[str, str]:
    """Return name of a variant (blank = the run) -> the column of `firm_sheet` with its steps."""
    told: dict[bytes, str] = {}
    return {
        name: told.setdefault(one.listed_from.tobytes(), f"{FROM}:{name}" if name else FROM)
        for name, one in steps.items()
    }


def use_sheet(analysis: Analysis, allowed: Any) -> tuple[Sheet, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return who uses which parcel, sorted by parcel and land, and how many use each parcel."""
    parcels, firms, use = analysis.parcels.table, analysis.enterprises, analysis.occupancy
    size, lang = len(parcels), analysis.project.language
    if not {"parcel_id", "uscc"} <= set(use.columns) or "uscc" not in firms.columns:
        return Sheet(pd.RangeIndex(0)), np.zeros(size, dtype=np.int64)
    row = pd.Index(parcels["parcel_id"]).get_indexer(pd.Index(use["parcel_id"]))
    who = pd.Index(firms["uscc"]).get_indexer(pd.Index(use["uscc"]))
    land = use["land_mu"].astype("float64").fillna(0.0) if "land_mu" in use.columns else pd.Series(0.0, use.index)
    order = np.lexsort((use["uscc"].astype("str").to_numpy(dtype=object).astype(str), -land.to_numpy(), row))
    order = order[(row[order] >= 0) & (who[order] >= 0)]
    sheet = Sheet(pd.RangeIndex(len(order)))
    sheet.whole("firm", who[order])
    for name in ("tenure", "land_mu"):
        if name in use.columns and allowed(name):
            sheet.canonical(use[name].iloc[order].reset_index(drop=True), known_column("occupancy", name), lang)
    return sheet, np.bincount(row[order], minlength=size)


def known_counts(analysis: Analysis, allowed: Any) -> dict[str, dict[str, int]]:
    """Return group -> measure -> ranked enterprises that know it: of how many a place is told."""
    firms = analysis.enterprises
    told: dict[str, dict[str, int]] = {}
    if not {"industry_group", "status"} <= set(firms.columns):
        return told
    ranked = firms.loc[firms["status"].eq("RANKED").fillna(value=False)]
    for name, one in measures().items():
        column = one.compared if one.compared in firms.columns else name
        if column in firms.columns and allowed(column):
            count = ranked[column].notna().groupby(ranked["industry_group"].astype("object"), sort=True).sum()
            for label, n in count.items():  # a few dozen groups
                told.setdefault(str(label), {})[name] = int(n)
    return told


def group_facts(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """Return group -> its name, number of enterprises and bases, for the comparison of the card.

    A public page says the names alone.
    """
    firms, rule = analysis.enterprises, analysis.facts.get("rule")
    labels = firms["industry_group"].dropna().unique().tolist() if "industry_group" in firms.columns else []
    lang = analysis.project.language
    told: dict[str, dict[str, Any]] = {
        str(label): {"name": group_name(str(label), rule=rule, lang=lang), "n": None, "bases": {}}
        for label in labels
        if isinstance(rule, Rule)
    }
    groups = analysis.groups
    if "industry_group" not in groups.columns or analysis.project.project.audience == "public":
        return told
    bases = [name for name in groups.columns if str(name).startswith("base_")]
    for row in groups.drop_duplicates("industry_group").to_dict("records"):  # a few dozen groups
        known = {str(name).removeprefix("base_"): _number(row[name]) for name in bases}
        name = row["name"] if isinstance(row.get("name"), str) else row["industry_group"]
        told[str(row["industry_group"])] = {
            "name": str(name),
            "n": int(row["n"]) if pd.notna(row.get("n")) else None,
            "bases": {key: value for key, value in known.items() if value is not None},
        }
    return told


def compared_measures(analysis: Analysis) -> list[dict[str, str]]:
    """Return the measures by which enterprises are compared: name, the column compared, title, unit."""
    lang = analysis.project.language
    rule = analysis.facts.get("rule")
    names = getattr(rule, "indicators", ())
    made = []
    for name in (name for name in names if name in measures()):
        compared = measures()[name].compared
        column = compared if compared in analysis.enterprises.columns else name
        known = known_column("enterprises", column)
        made.append({"name": name, "column": column, "title": known.title(lang)})
    return made


# ------------------------------------------------------------------------------------------------- parts


def _add_classes(sheet: Sheet, firms: pd.DataFrame, allowed: Any, lang: str) -> None:
    """Add the classes of the themes that speak of enterprises, in the legend of the theme: one filter serves both."""
    told: dict[str, pd.Series] = {}
    if "industry_code" in firms.columns and allowed("industry_group"):
        told["industry"] = families(firms["industry_code"])
    if "grade" in firms.columns and allowed("grade"):
        told["grade"] = firms["grade"].astype("object").where(firms["grade"].notna(), "not_rated")
    for theme, values in told.items():
        legend, codes = coded(values, theme, lang=lang)
        sheet.codes(f"class:{theme}", codes, [entry.key for entry in legend])


def _add_places(sheet: Sheet, firms: pd.DataFrame, allowed: Any) -> None:
    """Add where an enterprise stands in its group by each measure alone; only the ranked are counted."""
    if not {"industry_group", "status"} <= set(firms.columns):
        return
    ranked = firms["status"].eq("RANKED").fillna(value=False).to_numpy(dtype=bool)
    for name, one in measures().items():
        column = one.compared if one.compared in firms.columns else name
        if column in sheet.columns and allowed(column):
            values = firms[column].astype("float64").where(ranked).round(9)
            by = values.groupby(firms["industry_group"].astype("object"), sort=True)
            place = by.rank(method="min", ascending=False)
            sheet.add(Field(f"{PLACE}{name}", "number", 0), place.to_numpy(dtype=float, na_value=np.nan))


def _step(steps: np.ndarray[Any, np.dtype[np.uint8]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.where(steps == NEVER, np.nan, steps.astype(np.float64))


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else round(float(value), 6)
