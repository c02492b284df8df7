"""Explain how firm an enterprise stands on its side of the cut, and what would lift it out, a line a figure."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from landuse.catalogue import term
from landuse.reports.explain.words import LAND, MONEY, Row, title_of
from landuse.reports.sources import plain, records
from landuse.reports.summary import phrase
from landuse.scenarios.lift import LISTED_OF, lift
from landuse.tables import Analysis, column, unit_title

DIGITS: Final = {"tax_wan": 6, "output_wan": 6, "energy_tce": MONEY, "area_mu": LAND}
"""Decimals of the threshold: fen, 0.01 tce, 0.0001 mu."""


def stability_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return in what share of the draws the enterprise is listed, where the project asked for draws."""
    share = row.get("stability")
    if share is None or pd.isna(share):
        return []
    lang, code = analysis.project.language, row["stability_class"]
    kind = phrase("line", "stability_never", lang) if pd.isna(code) else term("stability_class", str(code), lang)
    draws = analysis.project.stability.draws
    return [phrase("line", "stability", lang, share=f"{share:.1%}", draws=draws, kind=kind)]


def lift_lines(analysis: Analysis, uscc: str) -> list[str]:
    """Return one line for each figure whose change alone would, or would not, take a listed enterprise out."""
    lang, found, firms = analysis.project.language, analysis.lift, analysis.enterprises
    if len(firms) > LISTED_OF:
        group = firms.loc[firms["uscc"].eq(uscc), "industry_group"]
        found = lift(firms[firms["industry_group"].isin(group.dropna())], rule=analysis.facts["rule"])
    return [_line(row, lang) for row in records(found.loc[found["uscc"].eq(uscc)])] if len(found) else []


def _line(row: Row, lang: str) -> str:
    name = str(row["quantity"])
    title = title_of("enterprises", name, lang)
    if not row["possible"]:
        return phrase("line", "lift_never", lang, title=title, why=term("lift_why", str(row["why"]), lang))
    known, digits = column("enterprises", name), DIGITS[name]
    share = row["change_share"]
    facts: dict[str, Any] = {
        "before": plain(float(row["from"]), digits),
        "after": plain(float(row["to"]), digits),
        "change": plain(abs(float(row["change"])), digits),
        "unit": unit_title(known.unit, lang) if known else "",
        "share": phrase("line", "lift_share", lang, share=f"{share:+.1%}") if pd.notna(share) else "",
    }
    return phrase("line", "lift_up" if row["change"] > 0 else "lift_down", lang, title=title, **facts)
