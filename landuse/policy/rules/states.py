"""Judge what an enterprise is: stopped (R06), large below scale (R07), D year after year (R08), prohibited (R09)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landuse import industry
from landuse.assemble.shares import position_in
from landuse.catalogue import term
from landuse.policy.rules.case import Case, unknown_in, used_in
from landuse.policy.rules.finding import Figure, Finding, Mask, Piece, Telling, Ternary, below, decide, words_of
from landuse.ranking.status import BELOW_SCALE
from landuse.ranking.text import Coded, text_of
from landuse.tables.cells import numbers

UNKNOWN = "—"


def stopped(case: Case) -> Finding:
    """Return R06 停产(无税无电满12个月): no tax in the evaluation year and no electricity in twelve months.

    Where meters know the 12 whole months before the day for idle time, these decide about electricity, and the sentence
    tells them; elsewhere it is what the accounts state of the evaluation year.
    """
    table = case.table
    flags = table["no_tax_no_power"] if "no_tax_no_power" in table.columns else pd.Series(pd.NA, table.index)
    outcome = Ternary.of(flags.astype("boolean"))
    blank = {name: unknown_in(table, name) for name in ("tax_wan", "electricity_kwh")}
    neither = ~(blank["tax_wan"] | blank["electricity_kwh"])
    needs = {name: mask | neither for name, mask in blank.items()}
    pieces: dict[str, Piece] = {"months": str(case.rule.stop_months), "tax": case.number("tax_wan")}
    pieces |= {"power": case.number("electricity_kwh")}
    told = [*_metered(case, outcome, pieces), *case.tell("R06", outcome, **pieces)]
    return decide(outcome, needs, told, case.lang)


def _metered(case: Case, outcome: Ternary, pieces: dict[str, Piece]) -> list[Telling]:
    """Return the sentences of the enterprises of whom meters decide: their window of months, its electricity."""
    power, words = case.facts.power, words_of("rule_because", case.lang)
    if power.empty:
        return []
    at = position_in(case.table["uscc"], power["uscc"])
    known = np.append(power["silent"].notna().to_numpy(dtype=bool), np.False_)[at]
    used = np.append(numbers(power, "window_kwh"), np.nan)[at]
    months = {name: f"{power[f'window_{name}'].iloc[0]:%Y-%m}" for name in ("from", "to")}
    pieces = {**pieces, "power": used, **months}
    rows = {"R06_metered_true": known & outcome.true, "R06_metered_false": known & outcome.false}
    return [Telling(some, words[name], used_in(words[name], pieces)) for name, some in rows.items()]


def large_below_scale(case: Case) -> Finding:
    """Return R07 占地10亩以上仍为规下: below scale with land of at least ``large_mu`` (inclusive)."""
    area, scale = case.number("area_mu"), text_of(case.table, "scale")
    small = below(np.where(area > 0, area, np.nan), case.rule.large_mu)
    is_below = scale.eq(BELOW_SCALE).fillna(value=False).to_numpy(dtype=bool)
    said = scale.notna().to_numpy(dtype=bool)
    outcome = Ternary(small.false, small.true) & Ternary(is_below, said & ~is_below)
    needs = {"area_mu": ~(area > 0), "scale": ~said}
    # a row without a scale is decided by its land alone, and its sentence says so
    row, distinct = pd.factorize(scale)
    words = [*(term("scale", str(one), case.lang) for one in distinct), UNKNOWN]
    shown = Coded(np.where(row < 0, len(distinct), row), words)
    limit = case.rule.large_mu
    pieces: dict[str, Piece] = {"area": Figure(area, limit), "limit": f"{limit:g}", "scale": shown}
    return decide(outcome, needs, case.tell("R07", outcome, **pieces), case.lang)


def lowest_year_after_year(case: Case) -> Finding:
    """Return R08 连续年度D类: the lowest grade in ``d_years`` years in a row, the evaluation year the last of them.

    One year with another grade and it does not hold, whatever the others; a year without a grade (not ranked, or not
    handed in) leaves it open where all others have the lowest.
    """
    lowest = list(case.rule.grades)[-1] if case.rule.grades else ""
    years = [text_of(case.table, "grade"), *_earlier(case)]
    grades = [year.reset_index(drop=True) for year in years]
    is_lowest = [grade.eq(lowest).fillna(value=False).to_numpy(dtype=bool) for grade in grades]
    known = [grade.notna().to_numpy(dtype=bool) for grade in grades]
    every = np.logical_and.reduce(is_lowest)
    other = np.logical_or.reduce([said & ~low for said, low in zip(known, is_lowest, strict=True)])
    outcome = Ternary(every, other)
    needs = {"grade": ~np.logical_and.reduce(known)}
    told = case.tell("R08", outcome, years=_told(grades, case), n=str(case.rule.d_years), lowest=lowest)
    return decide(outcome, needs, told, case.lang)


def _earlier(case: Case) -> list[pd.Series]:
    """Return the grades of the years before the evaluation year, the latest first, row by row."""
    grades, year = case.facts.grades, case.facts.year
    found = []
    for back in range(1, case.rule.d_years):
        rows = grades[grades["year"].eq(year - back)] if year is not None else grades.iloc[:0]
        of_year = rows.drop_duplicates("uscc").set_index("uscc")["grade"].astype("str")
        found.append(of_year.reindex(pd.Index(case.table["uscc"])).reset_index(drop=True))
    return found


def _told(grades: list[pd.Series], case: Case) -> Coded:
    """Return the grades by year in words, e.g. 2025年D、2024年D; the different ones are written once."""
    year = case.facts.year or 0
    words_here = words_of("rule_list", case.lang)
    comma, form = words_here["separator"], words_here["year_grade"]
    joined = pd.DataFrame({str(back): grade.fillna(UNKNOWN) for back, grade in enumerate(grades)})
    key = joined[joined.columns[0]]
    for name in joined.columns[1:]:
        key = key + "\t" + joined[name]
    codes, words = pd.factorize(key)
    texts = [
        comma.join(form.format(year=year - back, grade=grade) for back, grade in enumerate(str(word).split("\t")))
        for word in words
    ]
    return Coded(codes, texts)


def prohibited(case: Case) -> Finding:
    """Return R09 禁止淘汰类产业: the industry code begins with one of ``prohibited_codes``.

    A first sieve by code. Without a list nothing is said of anybody; an empty list says that nothing is prohibited.
    """
    codes = text_of(case.table, "industry_code")
    plain = case.rule.industry == industry.PLAIN
    codes = codes if plain else industry.normalise(codes)
    known = codes.notna().to_numpy(dtype=bool)
    listed = case.rule.prohibited_codes
    without = np.full(len(codes), listed is None)
    hit = _matches(codes, listed or (), plain=plain)
    outcome = Ternary(hit & known, ~hit & known & ~without)
    needs = {"prohibited_codes": without, "industry_code": ~known}
    row, distinct = pd.factorize(codes)
    return decide(outcome, needs, case.tell("R09", outcome, code=Coded(row, list(distinct))), case.lang)


def _matches(codes: pd.Series, listed: tuple[str, ...], *, plain: bool) -> Mask:
    found = codes.isin(listed) if plain else codes.str.startswith(listed, na=False)
    return found.to_numpy(dtype=bool)
