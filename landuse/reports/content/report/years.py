"""Add up the history of a run year by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landuse.reports.content.context import flags, in_classes, numbers
from landuse.reports.content.report.facts import Facts


@dataclass(frozen=True)
class YearFigures:
    """One year of the enterprises."""

    year: int
    ranked: int
    bottom: frozenset[str]
    """Credit codes in the bottom share."""
    median: float
    """Median tax per mu of the ranked enterprises that know it, 10,000 yuan; NaN = none does."""


def year_figures(facts: Facts) -> list[YearFigures]:
    """Return the figures of each year of the history, the first year first; nothing where there is no history."""
    table = facts.ctx.analysis.history
    if not {"uscc", "year", "status"} <= set(table.columns):
        return []
    found = []
    for year in sorted(int(one) for one in table["year"].dropna().unique()):
        rows = table.loc[table["year"].eq(year).fillna(value=False).to_numpy(dtype=bool)]
        ranked = rows.loc[in_classes(rows, "status", ("RANKED",))]
        tax = numbers(ranked, "tax_per_mu")
        tax = tax[np.isfinite(tax)]
        bottom = frozenset(str(one) for one in rows.loc[flags(rows, "in_bottom_share"), "uscc"])
        found.append(YearFigures(year, len(ranked), bottom, float(np.median(tax)) if len(tax) else float("nan")))
    return found
