"""Put the rows of plans into words: measures, groups, payers, who holds a parcel, ranges, conditions."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.reports.content.build import Table, block, names
from landuse.reports.content.context import Context, numbers
from landuse.reports.content.model import Block, Sheet
from landuse.tables import Outcome, column

BOOK: Final = "vocabulary/planning/measures.toml"
FACT_TABLES: Final = ("parcels", "enterprises", "accounts", "occupancy")
"""Tables a fact that measures rest on may be a column of."""
WHERE: Final = ("holder", "town", "park", "area_mu")
"""Facts of its parcel that a row of a plan carries."""
TAB: Final = 31
"""Characters of the name on a tab."""
FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
SHOWN_GAP: Final = 5e-7
"""Least gap that shows in the digits printed."""
DIGITS: Final = {"case": 0, "person": 0}
"""Decimals in which what is needed of a limit is told, by its unit; two of the others."""
SLACK: Final = 1e-6
"""Part of the last digit that is noise of floats."""
YEARS: Final = ("budget", "cases")
"""Limits whose `of` is a year of the plan."""


def shown(ctx: Context, rows: pd.DataFrame, part: str, *, sheet: str, heading: str = "") -> Block:
    """Return rows as a table of a sheet of the vocabulary."""
    title = ctx.words.of("headings", heading) if heading else ""
    table = Table(rows, names(sheet, part), heading=title, with_totals=False)
    return block(table, ctx.words)


def cautioned(ctx: Context, made: Sheet) -> Sheet:
    """Return a sheet whose pages all say that plans are computed and decide nothing."""
    footer = f"{ctx.words.phrase('plan_caution')}  {made.page.footer_left}"
    return replace(made, page=replace(made.page, footer_left=footer))


def option_rows(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Return options, or lines of a plan, in words and with the facts of their parcels."""
    words = ctx.words
    found = ctx.parcels.set_index("parcel_id").reindex(rows["parcel_id"])
    facts = {name: found[name].to_numpy() for name in WHERE if name in found.columns}
    made = rows.assign(
        **facts,
        plan_measure=measure_words(ctx, rows["measure"]),
        plan_group=words.worded("measure_group", rows["measure_group"]),
        payer=words.worded("payer", rows["payer"]),
        cost_range=ranges(ctx, rows["cost_low_wan"], rows["cost_high_wan"]),
        npv_range=ranges(ctx, rows["npv_low_wan"], rows["npv_high_wan"]),
        option_missing=rows["missing"].map(lambda names: missing_words(ctx, names), na_action="ignore"),
        plan_documents=rows["measure"].map(lambda code: document_words(ctx, code), na_action="ignore"),
    )
    renamed = {"year": "plan_year", "site": "plan_site"}
    return made.rename(columns={old: new for old, new in renamed.items() if old in made.columns})


def missing_words(ctx: Context, names: str) -> str | None:
    """Return the facts that are missing as a bureau calls them; None where none is."""
    told = (_fact_word(name, ctx.words.lang) for name in str(names).split("、") if name)
    return ctx.words.join(told) or None


def _fact_word(name: str, lang: str) -> str:
    known = next((found for table in FACT_TABLES if (found := column(table, name))), None)
    entry = load(BOOK)["fact"].get(name)
    return known.title(lang) if known else str(entry[lang]) if entry else name


def document_words(ctx: Context, code: str) -> str | None:
    """Return the papers of a measure, in the order of the procedure; None where the catalogue names none."""
    plans = ctx.analysis.plans
    named = plans.facts.get("documents", {}).get(code, ()) if plans else ()
    said = load(BOOK)["document"]
    return ctx.words.join(str(said[name][ctx.words.lang]) if name in said else name for name in named) or None


def measure_words(ctx: Context, codes: pd.Series) -> pd.Series:
    """Return measures as a bureau reads them: code and name."""
    return codes.map({code: measure_word(ctx, code) for code in codes.dropna().unique()}, na_action="ignore")


def measure_word(ctx: Context, code: str) -> str:
    """Return one measure: M1 政府收储(回购)."""
    said = ctx.words.choice("measure", code)
    return code if said == code else f"{code} {said}"


def ranges(ctx: Context, low: pd.Series, high: pd.Series) -> pd.Series:
    """Return least and greatest as one text; unknown where either is."""
    pairs = zip(low.astype("float64"), high.astype("float64"), strict=True)
    told = [
        ctx.words.phrase("plan_range", low=f"{a:,.2f}", high=f"{b:,.2f}") if np.isfinite(a) and np.isfinite(b) else None
        for a, b in pairs
    ]
    return pd.Series(told, index=low.index, dtype="str")


def result_of(outcome: Outcome) -> str:
    """Return what came of a plan (`plan_result` of the enumerations)."""
    if outcome.is_feasible:
        return "feasible" if outcome.is_expected else "feasible_unexpected"
    return "infeasible_expected" if outcome.is_expected else "infeasible"


def limit_word(ctx: Context, row: Mapping[Any, Any]) -> str:
    """Return what a limit is called: 镇街面积上限(城东街道)."""
    kind, of = ctx.words.choice("limit_kind", str(row["kind"])), str(row["of"] or "")
    return ctx.words.phrase("limit_of", kind=kind, of=of_word(ctx, row)) if of else kind


def enough(row: Mapping[Any, Any]) -> dict[str, float]:
    """Return what is stated, what is needed and the difference, rounded so that what is printed is enough.

    An upper limit of 41.004 is told as 41.01: with 41.00 the plan would still be impossible.
    """
    scale = 10.0 ** DIGITS.get(str(row["unit"]), 2)
    stated, needed = float(row["stated"]), float(row["needed"]) * scale
    told = math.ceil(needed - SLACK) if row["is_upper"] else math.floor(needed + SLACK)
    return {"stated": stated, "needed": told / scale, "by": abs(told / scale - stated)}


def of_word(ctx: Context, row: Mapping[Any, Any]) -> str:
    """Return whom a limit concerns; a year of the plan in words."""
    of = str(row["of"] or "")
    if str(row["kind"]) in YEARS and of:
        return ctx.words.phrase("plan_year_of", year=of)
    return of


def warning_words(ctx: Context, outcome: Outcome) -> list[str]:
    """Return what a plan has to say of itself."""
    factor = f"{ctx.project.measures.warn_factor:g}"
    return [ctx.words.choice("plan_warning", key).replace("{factor}", factor) for key in outcome.warnings]


def tab_name(title: str, taken: set[str]) -> str:
    """Return a name for a tab that no other sheet has, and remember it."""
    plain = FORBIDDEN.sub(" ", title).strip() or "—"
    name, number = plain[:TAB], 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: TAB - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name


def gap_text(gap: float) -> str | None:
    """Return a proven gap as a percentage with enough digits, blank where the plan is the best; unknown without one."""
    if not np.isfinite(gap):
        return None
    return f"{gap:.4%}" if gap >= SHOWN_GAP else ""


def known(table: pd.DataFrame, name: str) -> bool:
    """Return whether a column has any known number."""
    return bool(np.isfinite(numbers(table, name)).any())
