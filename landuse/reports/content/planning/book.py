"""方案比选: all plans side by side, what each does where, the options behind them, progress, demands and plots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.industry import name as industry_name
from landuse.reports.content.build import Table, block, cut, names, sheet
from landuse.reports.content.context import Context, context
from landuse.reports.content.model import Block, Sheet
from landuse.reports.content.planning.rows import (
    cautioned,
    enough,
    gap_text,
    limit_word,
    measure_words,
    of_word,
    option_rows,
    ranges,
    result_of,
    shown,
    tab_name,
    warning_words,
)
from landuse.tables import Analysis, Outcome, Plans

TOTALS: Final = {
    "n_parcels": "n_plan_parcels", "n_enterprises": "n_plan_firms", "gap_mu": "plan_gap_mu",
}  # fmt: skip
"""Figure of a plan -> column of the sheet, where the names differ."""
WHOLE: Final = ("n_plan_parcels", "n_plan_firms", "payback_year", "jobs_lost", "jobs_unknown")
NUMBERS: Final = "vocabulary/planning/measures.toml"


def plan_book(analysis: Analysis) -> list[Sheet]:
    """Return the sheets of scenarios.xlsx; a run without plans has none."""
    plans = analysis.plans
    if plans is None:
        return []
    ctx = context(analysis)
    return [cautioned(ctx, made) for made in _sheets(ctx, plans)]


def _sheets(ctx: Context, plans: Plans) -> Iterator[Sheet]:
    taken: set[str] = set()
    if plans.outcomes:
        yield _named(_compared(ctx, plans), taken)
    if len(plans.progress):
        yield _named(_progress(ctx, plans), taken)
    for outcome in plans.outcomes.values():
        if len(outcome.lines):
            name = tab_name(ctx.words.phrase("plan_tab", title=outcome.title), taken)
            yield sheet("plan", ctx, _plan(ctx, outcome), name=name, title=outcome.title)
    if len(plans.matches):
        yield _named(_matches(ctx, plans), taken)
    if len(plans.options):
        rows = option_rows(ctx, cut(plans.options))
        table = Table(
            rows,
            names("options"),
            source="parcels",
            counter=ctx.words.phrase("items_word"),
            with_totals=False,
            of_all=plans.options,
            full_table="plan_options.parquet",
        )
        yield _named(sheet("options", ctx, [block(table, ctx.words)]), taken)
    if plans.facts:
        yield _named(sheet("measure_numbers", ctx, [_numbers(ctx, plans)]), taken)


def _named(made: Sheet, taken: set[str]) -> Sheet:
    taken.add(made.name.casefold())
    return made


# ---------------------------------------------------------------------------------------------- compared


def _compared(ctx: Context, plans: Plans) -> Sheet:
    outcomes = list(plans.outcomes.values())
    blocks = [
        shown(ctx, _totals(ctx, outcomes), "columns", sheet="plans", heading="plans_compared"),
        shown(ctx, _limits(ctx, outcomes), "limits", sheet="plans", heading="plan_limits"),
        shown(ctx, _moves(ctx, outcomes), "moves", sheet="plans", heading="plan_moves"),
        shown(ctx, _warnings(ctx, outcomes), "warnings", sheet="plans", heading="plan_warnings"),
    ]
    return sheet("plans", ctx, blocks)


def _totals(ctx: Context, outcomes: list[Outcome]) -> pd.DataFrame:
    """Return one row a plan; a plan that does not exist has its name and what came of it alone."""
    rows = []
    for one in outcomes:
        said = {
            "plan_title": one.title,
            "plan_choose": ctx.words.choice("plan_choose", one.choose),
            "plan_result": ctx.words.choice("plan_result", result_of(one)),
            "plan_gap": _gap(ctx, one),
        }
        task = {name: one.totals.get(name, np.nan) for name in ("target_mu",)}
        has_plan = one.is_feasible or len(one.lines) > 0
        rows.append({**said, **({TOTALS.get(k, k): v for k, v in one.totals.items()} if has_plan else task)})
    table = pd.DataFrame(rows)
    for part in ("cost", "npv"):
        if f"{part}_low_wan" in table.columns:
            table[f"{part}_range"] = ranges(ctx, table[f"{part}_low_wan"], table[f"{part}_high_wan"])
    return table.astype({name: "Float64" for name in WHOLE if name in table.columns})


def _gap(ctx: Context, outcome: Outcome) -> str | None:
    told = gap_text(outcome.gap) if outcome.choose != "nothing" else None
    return ctx.words.phrase("plan_proven") if told == "" else told


def _limits(ctx: Context, outcomes: list[Outcome]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for one in outcomes:
        for row in one.limits.to_dict("records"):
            for side, stated in (("at_least", row["least"]), ("at_most", row["most"])):
                if pd.isna(stated):
                    continue
                used = float(row["used"]) if len(one.lines) or one.is_feasible else np.nan
                room = used - stated if side == "at_least" else stated - used
                rows.append(
                    {**_limit(ctx, one, row, side), "limit_stated": stated, "limit_used": used, "limit_room": room}
                )
    return pd.DataFrame(rows, columns=list(names("plans", "limits")))


def _limit(ctx: Context, outcome: Outcome, row: Any, side: str) -> dict[str, Any]:
    return {
        "plan_title": outcome.title,
        "limit_kind": ctx.words.choice("limit_kind", str(row["kind"])),
        "limit_of": of_word(ctx, row) or None,
        "limit_side": ctx.words.phrase(side),
        "limit_unit": ctx.words.choice("limit_unit", str(row["unit"])) if row["unit"] else None,
    }


def _moves(ctx: Context, outcomes: list[Outcome]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for one in outcomes:
        for row in one.moves.to_dict("records"):
            how = "together" if row["together"] else "alone"
            figures = {f"limit_{name}": figure for name, figure in enough(row).items()}
            side = _limit(ctx, one, row, "at_most" if row["is_upper"] else "at_least")
            rows.append({**side, "move_together": ctx.words.choice("move_together", how), **figures})
    return pd.DataFrame(rows, columns=list(names("plans", "moves")))


def _warnings(ctx: Context, outcomes: list[Outcome]) -> pd.DataFrame:
    rows = [(one.title, text) for one in outcomes for text in warning_words(ctx, one)]
    return pd.DataFrame(rows, columns=["plan_title", "plan_warning"], dtype="str")


# ------------------------------------------------------------------------------------------------ one plan


def _plan(ctx: Context, outcome: Outcome) -> list[Block]:
    lines = option_rows(ctx, cut(outcome.lines))
    title = ctx.words.of("headings", "plan_lines")
    counter = ctx.words.phrase("parcels_word")
    table = Table(lines, names("plan"), source="parcels", heading=title, counter=counter, of_all=outcome.lines)
    blocks = [block(table, ctx.words)]
    if len(outcome.years):
        years = outcome.years.rename(columns={"year": "plan_year", "n_parcels": "n_plan_parcels"})
        blocks.append(shown(ctx, years, "years", sheet="plan", heading="plan_years"))
    if len(outcome.sites):
        renamed = {"site": "plan_site", "n_parcels": "n_plan_parcels", "area_mu": "site_mu", "parcels": "site_parcels"}
        sites = outcome.sites.rename(columns=renamed)
        blocks.append(shown(ctx, sites, "sites", sheet="plan", heading="plan_sites"))
    if len(outcome.scopes):
        scopes = _placed(ctx, outcome.scopes)
        blocks.append(shown(ctx, scopes, "scopes", sheet="plan", heading="plan_scopes"))
    return blocks


def _placed(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of places with their place in words; outside all parks is said."""
    place = rows["place"].astype("str").mask(rows["place"].isna(), "")
    blank, by = place.eq(""), rows["by"]
    division = place.map({code: f"{code} {industry_name(code, ctx.words.lang)}" for code in place.unique()})
    named = place.mask(by.eq("industry"), division)
    told = named.mask(blank & by.eq("park"), ctx.words.phrase("no_park"))
    told = told.mask(blank & by.eq("industry"), ctx.words.phrase("no_industry")).mask(blank & by.isin(["all", "month"]))
    return rows.assign(scope_by=ctx.words.worded("plan_by", rows["by"]), scope_place=told)


# ------------------------------------------------------------------------------------------- progress, matches


def _progress(ctx: Context, plans: Plans) -> Sheet:
    words, settings = ctx.words, ctx.project.progress
    rows = _placed(ctx, plans.progress.rename(columns={"gap_mu": "plan_gap_mu"}))
    is_month = rows["by"].eq("month")
    month = rows["month"].dt.strftime("%Y-%m")
    rows["scope_place"] = rows["scope_place"].mask(is_month, month)
    rows["light"] = words.worded("light", rows["light"])
    blocks = [shown(ctx, rows, "columns", sheet="progress", heading="progress_places")]
    if len(plans.cases):
        blocks.append(shown(ctx, case_rows(ctx, plans.cases), "cases", sheet="progress", heading="progress_cases"))
    shares = {"green": f"{settings.green_from:.0%}", "yellow": f"{settings.yellow_from:.0%}"}
    return sheet("progress", ctx, blocks, **shares)


def case_rows(ctx: Context, cases: pd.DataFrame) -> pd.DataFrame:
    """Return cases in words and with the facts of their parcels."""
    words = ctx.words
    found = ctx.parcels.set_index("parcel_id").reindex(cases["parcel_id"])
    facts = {name: found[name].to_numpy() for name in ("holder", "town", "park") if name in found.columns}
    renamed = {name: f"case_{name}" for name in ("list", "stage", "unit", "person", "due", "done_on")}
    made = cases.assign(
        **facts,
        case_state=words.worded("case_state", cases["state"]),
        plan_measure=measure_words(ctx, cases["measure"]),
        case_because=words.worded("case_because", cases["because"].mask(cases["because"].eq(""))),
        light=words.worded("light", cases["light"]),
    )
    return made.rename(columns={**renamed, "area_handled_mu": "case_mu"})


def _matches(ctx: Context, plans: Plans) -> Sheet:
    words, found = ctx.words, plans.matches
    renamed = {
        "project": "demand_project", "place": "match_place", "parcels": "match_parcels", "area_mu": "match_mu",
        "rank": "match_rank", "score": "match_score", "suggested": "match_taken",
    }  # fmt: skip
    told = [
        words.join(words.choice("match_because", code) for code in str(text).split("、")) if text else None
        for text in found["because"].fillna("")
    ]
    rows = found.rename(columns=renamed).assign(
        match_kind=words.worded("match_kind", found["kind"]),
        match_because=pd.Series(told, index=found.index, dtype="str"),
    )
    rows["match_place"] = rows["match_place"].mask(rows["match_place"].eq(""), words.phrase("no_park"))
    return sheet("matches", ctx, [shown(ctx, rows, "columns", sheet="matches")])


# -------------------------------------------------------------------------------------------------- numbers


def _numbers(ctx: Context, plans: Plans) -> Block:
    """Return every number of the catalogue in force, with how sure it is."""
    said, lang = load(NUMBERS), ctx.words.lang
    shared = ctx.words.phrase("numbers_shared")
    parts = [(shared, plans.facts["shared"])]
    parts += [(code, numbers) for code, numbers in plans.facts["measures"].items()]
    rows = []
    for code, numbers in parts:
        for name, number in numbers.items():
            base, _, of = str(name).partition("@")
            title = said["number"].get(base, {}).get(lang, base)
            unit, sureness = said["unit"].get(number["unit"], {}), said["sureness"].get(number["sureness"], {})
            rows.append(
                {
                    "number_of": code,
                    "number_name": ctx.words.phrase("limit_of", kind=title, of=of) if of else title,
                    "number_low": number["low"],
                    "number_likely": number["likely"],
                    "number_high": number["high"],
                    "number_unit": unit.get(lang),
                    "number_sure": sureness.get(lang, number["sureness"]),
                    "number_key": name,
                }
            )
    table = pd.DataFrame(rows, columns=list(names("measure_numbers")))
    table["number_of"] = table["number_of"].map(lambda code: code if code == shared else _measure(ctx, code))
    return shown(ctx, table, "columns", sheet="measure_numbers")


def _measure(ctx: Context, code: str) -> str:
    return str(measure_words(ctx, pd.Series([code])).iloc[0])


__all__ = ["case_rows", "limit_word", "plan_book"]
