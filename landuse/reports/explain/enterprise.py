"""Explain one enterprise: source, land, price, accounts, measures, verdict."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from landuse.catalogue import term
from landuse.law.deadlines import deadline_lines
from landuse.reports.explain.lift import lift_lines, stability_lines
from landuse.reports.explain.papers import power_lines
from landuse.reports.explain.price import firm_price
from landuse.reports.explain.rules import finding_lines
from landuse.reports.explain.said import said_step
from landuse.reports.explain.score import score_lines
from landuse.reports.explain.words import (
    LAND,
    MEASURE,
    MONEY,
    RATIO,
    Row,
    Step,
    head,
    issue_step,
    numbered,
    row_of,
    rule_lines,
    step_of,
    title_of,
    verdict_word,
)
from landuse.reports.explain.years import variant_lines, years_lines
from landuse.reports.rows import find_rows, find_values
from landuse.reports.sources import cells_of, plain, records, row_lines, sheet_in_brackets, unit_after
from landuse.reports.summary import phrase
from landuse.tables import Analysis, column

FACTS: Final = (
    "former_names", "industry_code", "scale", "registered_on", "registry_state", "production_state", "exemption",
)  # fmt: skip
FIGURES: Final = ("tax_wan", "output_wan", "revenue_wan", "energy_tce", "electricity_kwh")
NEEDED: Final = ("tax_wan", "output_wan", "energy_tce")
LEASE: Final = ("lessor_uscc", "area_m2", "floor_area_m2", "from_date", "to_date")
MEASURES: Final = {
    "tax_per_mu": ("tax_wan", "area_mu"),
    "output_per_mu": ("output_wan", "area_mu"),
    "output_per_energy": ("output_wan", "energy_tce"),
}
"""Measure -> numerator and denominator."""
SIGNS: Final = {"divide": "÷", "multiply": "×"}
STATUS_RULES: Final = {
    "EXEMPT_PUBLIC": ("exempt_divisions", "exempt_codes"),
    "EXEMPT_NEW": ("new_months",),
    "EXEMPT_SMALL": ("small_mu",),
    "INCOMPLETE": ("min_indicators",),
    "GROUP_TOO_SMALL": ("min_group",),
    "WITH_HOLDER": ("shared_parcel",),
}
"""Status -> parameters of the pack it rests on."""


def enterprise_steps(analysis: Analysis, uscc: str) -> list[Step]:
    """Return the steps of one enterprise of the enterprise table."""
    lang = analysis.project.language
    row = row_of(analysis.enterprises, "uscc", uscc)
    use = find_rows(analysis.occupancy, uscc=uscc)
    steps = [
        step_of("source", _source_lines(analysis, uscc), lang),
        step_of("land", _land_lines(analysis, row, use), lang),
        step_of("price", firm_price(analysis, row, use), lang),
        step_of("accounts", [*_account_lines(analysis, row), *power_lines(analysis, uscc)], lang),
        step_of("measures", _measure_lines(analysis, row), lang),
        step_of("score", score_lines(analysis, row), lang),
        *([step_of("years", past, lang)] if (past := years_lines(analysis, row)) else []),
        step_of("verdict", _verdict_lines(analysis, row), lang),
    ]
    lifting = lift_lines(analysis, uscc)
    steps += [step_of("lift", lifting, lang)] if lifting else []
    title = phrase("head", "enterprise", lang, name=row["name"], uscc=uscc)
    result = phrase("head", "result", lang, result=verdict_word(analysis, row))
    return [
        Step("head", title, [head(analysis), result]),
        *numbered(steps, lang),
        *said_step(analysis, uscc),
        *issue_step(analysis, uscc),
    ]


def stranger_steps(analysis: Analysis, uscc: str) -> list[Step]:
    """Return what is known of a credit code that the enterprise table does not have."""
    lang = analysis.project.language
    use = find_rows(analysis.occupancy, uscc=uscc)
    sources = [
        line
        for table, key in (("accounts", "uscc"), ("occupancy", "uscc"), ("parcels", "holder_uscc"))
        for line in row_lines(analysis.raw, table, lang, **{key: uscc})
    ]
    year = analysis.project.project.year
    cells = cells_of(analysis.raw, "accounts", FIGURES, uscc=uscc, year=year)
    steps = [
        step_of("source", sources or [phrase("line", "no_source", lang)], lang),
        step_of("land", use_lines(analysis, use) or [phrase("line", "no_land", lang)], lang),
        step_of("accounts", [cell.line(lang) for cell in cells] or [phrase("line", "no_source", lang)], lang),
    ]
    told = [head(analysis), phrase("line", "stranger", lang)]
    return [
        Step("head", phrase("head", "stranger", lang, uscc=uscc), told),
        *numbered(steps, lang),
        *said_step(analysis, uscc),
        *issue_step(analysis, uscc),
    ]


def _source_lines(analysis: Analysis, uscc: str) -> list[str]:
    lang = analysis.project.language
    rows = row_lines(analysis.raw, "enterprises", lang, uscc=uscc) or [phrase("line", "no_source", lang)]
    return [*rows, *(cell.line(lang) for cell in cells_of(analysis.raw, "enterprises", FACTS, uscc=uscc))]


# ----------------------------------------------------------------------------------------- land, accounts


def _land_lines(analysis: Analysis, row: Row, use: pd.DataFrame) -> list[str]:
    lang, uscc = analysis.project.language, row["uscc"]
    if use.empty:
        return [phrase("line", "no_land", lang)]
    leases = [
        cell.line(lang)
        for parcel in use.loc[use["tenure"].eq("lease"), "parcel_id"]
        for cell in cells_of(analysis.raw, "occupancy", LEASE, parcel_id=parcel, uscc=uscc)
    ]
    total = phrase("line", "total_land", lang, land=plain(row["area_mu"], LAND))
    return [*use_lines(analysis, use), *leases, *_pool_lines(analysis, row, use), total]


def use_lines(analysis: Analysis, use: pd.DataFrame) -> list[str]:
    """Return one line for each parcel an enterprise uses: how much, and the row that says so."""
    lang = analysis.project.language
    parcels = analysis.parcels.table
    return [
        phrase(
            "line",
            "use",
            lang,
            parcel_id=row["parcel_id"],
            tenure=term("tenure", row["tenure"], lang),
            land=plain(row["land_mu"], LAND),
            share=f"{row['land_share_of_parcel']:.2%}",
            area=plain(float(find_values(parcels, "area_mu", parcel_id=row["parcel_id"])[0]), LAND),
            weight=f"{row['weight_of_enterprise']:.2%}",
            file=plain(row.get("source_file")),
            sheet=sheet_in_brackets(row.get("source_sheet"), lang),
            row=plain(row.get("source_row")),
        )
        for row in records(use)
    ]


def _pool_lines(analysis: Analysis, row: Row, use: pd.DataFrame) -> list[str]:
    """Return with whom the enterprise is evaluated, where that is not itself (`shared`, `holder`)."""
    if "evaluated_as" not in use.columns:
        return []
    lang, firms = analysis.project.language, analysis.enterprises
    others = use.loc[use["evaluated_as"].ne(row["uscc"])].drop_duplicates("evaluated_as")
    names = firms.set_index("uscc")["name"]
    return [
        phrase(
            "line",
            "pooled",
            lang,
            name=names.get(other["evaluated_as"], other["evaluated_as"]),
            mode=term("mode", other["mode"], lang),
        )
        for other in records(others)
    ]


def _account_lines(analysis: Analysis, row: Row) -> list[str]:
    lang, rule = analysis.project.language, analysis.facts["rule"]
    last = analysis.project.project.year
    lines: list[str] = []
    reported: set[str] = set()
    for year in range(last - rule.years + 1, last + 1):
        cells = cells_of(analysis.raw, "accounts", FIGURES, uscc=row["uscc"], year=year)
        reported |= {cell.name for cell in cells}
        told = [cell.line(lang) for cell in cells]
        lines += told if rule.years == 1 else [phrase("line", "year", lang, year=year, line=line) for line in told]
    if not lines:
        return [phrase("line", "no_source", lang)]
    unknown = [name for name in NEEDED if pd.isna(row[name])]
    if rule.shared_parcel != "apportion" and reported & set(unknown):
        return [*lines, phrase("line", "moved", lang)]
    for name in unknown:
        kind = "not_used" if name in reported else "no_figure"
        lines.append(phrase("line", kind, lang, title=title_of("accounts", name, lang)))
    if row.get("output_source") == "revenue":
        lines.append(phrase("line", "replaced", lang, value=plain(row["output_wan"], MONEY)))
        lines += rule_lines(analysis, ("revenue_for_output",), with_value=False)
    return [*lines, *([_mean_line(row, lang)] if rule.years > 1 else [])]


def _mean_line(row: Row, lang: str) -> str:
    amounts = {key: plain(row[name], MONEY) for key, name in zip(("tax", "output", "energy"), NEEDED, strict=True)}
    years = row.get("n_years")
    return phrase("line", "mean", lang, n="—" if pd.isna(years) else int(str(years).partition(".")[0]), **amounts)


# --------------------------------------------------------------------------------------- measures, verdict


def _measure_lines(analysis: Analysis, row: Row) -> list[str]:
    lang = analysis.project.language
    sign = SIGNS.get(analysis.facts["rule"].price_apply)
    lines: list[str] = []
    for name, (top, bottom) in MEASURES.items():
        if pd.isna(row[name]):
            lines.append(_unknown_measure(row, name, lang))
            continue
        numbers = plain(row[top], MONEY), "÷", plain(row[bottom], LAND if bottom == "area_mu" else MONEY)
        lines.append(_quotient(name, name, numbers, row[name], lang))
        corrected = f"{name}_corrected"
        if sign and corrected in row:
            numbers = plain(row[name], MEASURE), sign, plain(row["price_coefficient"], RATIO)
            lines.append(_quotient(corrected, name, numbers, row[corrected], lang))
    return lines


def _unknown_measure(row: Row, name: str, lang: str) -> str:
    missing = [part for part in MEASURES[name] if pd.isna(row[part]) or (part == "energy_tce" and row[part] <= 0)]
    words = phrase("ask", "comma", lang).join(title_of("enterprises", part, lang) for part in missing)
    return phrase("line", "unknown_measure", lang, title=title_of("enterprises", name, lang), missing=words or "—")


def _quotient(shown: str, measure: str, numbers: tuple[str, str, str], value: Any, lang: str) -> str:
    known = column("enterprises", measure)
    top, sign, bottom = numbers
    return phrase(
        "line",
        "measure",
        lang,
        title=title_of("enterprises", shown, lang),
        top=top,
        sign=sign,
        bottom=bottom,
        value=plain(value, MEASURE),
        unit=unit_after(known.unit, lang) if known else "",
    )


def _verdict_lines(analysis: Analysis, row: Row) -> list[str]:
    lang = analysis.project.language
    status = plain(row["status"])
    lines = [
        phrase(
            "line", "value", lang, title=title_of("enterprises", "status", lang), value=term("status", status, lang)
        ),
        plain(row["because"]),
        *rule_lines(analysis, STATUS_RULES.get(status, ()), with_value=True),
    ]
    noted = [term("rule", code, lang) for code in row["reasons_noted"]]
    if noted:
        lines.append(phrase("line", "noted", lang, rules=phrase("ask", "comma", lang).join(noted)))
    lines += finding_lines(analysis, "enterprise", row["uscc"])
    listed: bool = not pd.isna(row["low_efficiency"]) and bool(row["low_efficiency"])
    lines += [*variant_lines(analysis, row), *(deadline_lines(analysis.project) if listed else ())]
    lines += stability_lines(analysis, row)
    return [*lines, phrase("line", "only_computed", lang)]
