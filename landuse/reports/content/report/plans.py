"""六、处置方案与情景测算 of a run with cases or plans: the task, the plans compared, their years, money and tax."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from landuse.reports.content.build import Table, block
from landuse.reports.content.context import numbers
from landuse.reports.content.model import Block
from landuse.reports.content.planning.rows import (
    DIGITS,
    SHOWN_GAP,
    enough,
    gap_text,
    limit_word,
    measure_word,
    option_rows,
    ranges,
    result_of,
    warning_words,
)
from landuse.reports.content.report.charts import classes_of
from landuse.reports.content.report.facts import Facts
from landuse.reports.content.report.model import Chart, Figure, Grid, Item, Para, Series
from landuse.tables import Outcome, Plans

TASK: Final = ("task_place", "target_mu", "done_mu", "negotiating_mu", "open_mu", "plan_gap_mu", "done_share")
COMPARED: Final = (
    "plan_title", "plan_result", "n_plan_parcels", "handled_mu", "freed_mu", "reached_mu", "reached_share",
    "plan_gap_mu",
)  # fmt: skip
MONEY: Final = ("plan_money_title", "cost_wan", "cost_range", "income_wan", "npv_wan", "npv_range", "tax_uplift_wan")
YEARS: Final = (
    "plan_year", "n_new", "n_plan_parcels", "handled_mu", "cost_wan", "tax_uplift_wan", "price_mu", "price_wan",
)  # fmt: skip
LINES: Final = (
    "parcel_id", "holder", "park", "area_mu", "plan_measure", "plan_group", "plan_year", "handled_mu", "cost_wan",
    "cost_range", "tax_uplift_wan", "responsible", "due",
)  # fmt: skip
NAMES: Final = {"n_parcels": "n_plan_parcels", "gap_mu": "plan_gap_mu", "year": "plan_year"}
"""Figure of a plan -> column of a table."""
COLOURS: Final = (
    ("cost", "cost_wan", "buy"),
    ("income", "income_wan", "merge"),
    ("uplift", "tax_uplift_wan", "upgrade"),
)
"""Series of the chart of plans, the figure of a plan, and the class of the map whose colour it takes."""


def plans_of(facts: Facts) -> Plans | None:
    """Return the plans of a run; None where it has none, or the audience may not see them."""
    return facts.ctx.analysis.plans


def has_outcomes(facts: Facts) -> bool:
    """Return whether any scenario was computed."""
    plans = plans_of(facts)
    return plans is not None and bool(plans.outcomes)


# -------------------------------------------------------------------------------------------------- the task


def task(facts: Facts, plans: Plans) -> Iterator[Item]:
    """Give how far the task is, in whole and by park."""
    tell, found = facts.tell, plans.progress
    told = task_figures(facts)
    row = told | {"day": tell.day(facts.ctx.project.progress.day or facts.ctx.project.as_of)}
    yield Para(tell.say("task_lead" if _is_set(plans) else "task_untold", **row))
    if int(told["n_failed"]) or int(told["n_open"]):
        yield Para(tell.say("task_open", **row))
    parks = found[found["by"].eq("park")]
    if parks.empty:
        return
    yield Grid(_task_table(facts, parks, found), tell.say("task_table"), (tell.say("task_gaps"),))
    if facts.ctx.project.report.charts and _known(parks, "target_mu"):
        yield _task_chart(facts, parks)


def task_figures(facts: Facts) -> dict[str, Any]:
    """Return the figures of the task as sentences tell them; nothing where the run tracks none."""
    plans, tell = plans_of(facts), facts.tell
    if plans is None or plans.progress.empty:
        return {}
    whole = plans.progress[plans.progress["by"].eq("all")].iloc[0]
    areas = {name: tell.mu(_number(whole[f"{name}_mu"])) for name in ("target", "done", "negotiating", "open", "gap")}
    counts = {f"n_{name}": int(whole[f"n_{name}"]) for name in ("done", "negotiating", "open", "failed")}
    year = (facts.ctx.project.progress.day or facts.ctx.project.as_of).year
    return {"year": year, "share": tell.share(_number(whole["done_share"])), **areas, **counts}


def _task_table(facts: Facts, parks: pd.DataFrame, found: pd.DataFrame) -> Block:
    words = facts.ctx.words
    whole = found[found["by"].eq("all")]
    place = parks["place"].astype(object).where(parks["place"].notna(), "").astype(str)
    shown = parks.assign(task_place=place.mask(place.eq(""), words.phrase("no_park")))
    shown = pd.concat([shown[place.ne("")], shown[place.eq("")], whole.assign(task_place=facts.tell.say("total"))])
    rows = shown.rename(columns=NAMES).reset_index(drop=True)
    return block(Table(rows, TASK, with_totals=False), words)


def _task_chart(facts: Facts, parks: pd.DataFrame) -> Figure:
    tell, looks = facts.tell, classes_of("progress")
    place = parks["place"].astype(object).where(parks["place"].notna(), "").astype(str)
    labels = tuple(tell.print(name or facts.ctx.words.phrase("no_park")) for name in place)
    parts = (("done", looks["done"]), ("negotiating", looks["negotiating"]), ("gap", looks["failed"]))
    series = tuple(
        Series(tell.say(f"series_{name}"), _values(parks, f"{name}_mu"), str(one["colour"]), str(one["hatch"]))
        for name, one in parts
    )
    chart = Chart("bars", labels, series, tell.say("axis_mu"))
    return Figure(tell.say("task_chart"), "task_chart", chart, height_mm=min(30 + 12.5 * len(parks), 190))


# -------------------------------------------------------------------------------------------------- compared


def compared(facts: Facts, plans: Plans) -> Iterator[Item]:
    """Give the plans side by side, what came of each, why one is impossible, what a plan has to say of itself."""
    tell, outcomes = facts.tell, list(plans.outcomes.values())
    possible = sum(one.is_feasible for one in outcomes)
    counts = {"n": len(outcomes), "feasible": possible, "infeasible": len(outcomes) - possible}
    yield Para(tell.say("plans_lead", names=tell.join(one.title for one in outcomes), **counts))
    yield from _shown(facts, plans)
    yield Grid(_compared(facts, outcomes, COMPARED), tell.say("plans_table"), (tell.say("marks"),))
    if chart := _chart(facts, outcomes):
        yield chart
    for one in outcomes:
        if not one.is_feasible:
            yield Para(_why(facts, one))
        elif one.choose == "best" and math.isfinite(one.gap):
            name = "plans_best" if one.gap < SHOWN_GAP else "plans_gap"
            yield Para(tell.say(name, title=one.title, gap=gap_text(one.gap)))
        for text in warning_words(facts.ctx, one):
            yield Para(tell.say("plans_warning", title=one.title, text=text))


def _shown(facts: Facts, plans: Plans) -> Iterator[Item]:
    tell, shown = facts.tell, plans.shown_outcome
    if shown is None:
        yield Para(tell.say("plans_none_shown"))
        return
    totals = shown.totals
    areas = {"mu": tell.mu(_of(totals, "handled_mu")), "freed": tell.mu(_of(totals, "freed_mu"))}
    counts = {"n": _whole(totals, "n_parcels"), "firms": _whole(totals, "n_enterprises")}
    yield Para(tell.say("plans_shown", title=shown.title, **areas, **counts))
    parts = [
        tell.say("plans_measure", measure=measure_word(facts.ctx, str(code)), n=len(rows), mu=tell.mu(_sum(rows)))
        for code, rows in sorted(shown.lines.groupby("measure"), key=lambda one: int(str(one[0])[1:]))
    ]
    if parts:
        yield Para(tell.say("plans_measures", parts=tell.series(parts)))
    if not math.isnan(_of(totals, "target_mu")):
        reached = {name: tell.mu(_of(totals, f"{name}_mu")) for name in ("reached", "target")}
        yield Para(tell.say("plans_reached", share=tell.share(_of(totals, "reached_share")), **reached))
    if len(shown.scopes):
        yield Para(_before_after(facts, shown.scopes[shown.scopes["by"].eq("all")].iloc[0]))


def _before_after(facts: Facts, row: Any) -> str:
    tell = facts.tell
    rates = {"rate": row["tax_per_mu_before"], "rate_after": row["tax_per_mu_after"]}
    ratios = {"far": row["far_before"], "far_after": row["far_after"]}
    shares = {"idle": row["idle_rate_before"], "idle_after": row["idle_rate_after"]}
    told = {name: tell.figure(_number(value)) for name, value in (rates | ratios).items()}
    return tell.say(
        "plans_before_after", **told, **{name: tell.share(_number(value)) for name, value in shares.items()}
    )


def _compared(facts: Facts, outcomes: list[Outcome], columns: tuple[str, ...]) -> Block:
    """Return one row a plan, as the workbook of plans has it; a plan that does not exist has no figures."""
    ctx, rows = facts.ctx, []
    for one in outcomes:
        has_plan = one.is_feasible or len(one.lines) > 0
        figures = {NAMES.get(name, name): value for name, value in one.totals.items()} if has_plan else {}
        said = {"plan_title": one.title, "plan_money_title": one.title}
        rows.append({**said, "plan_result": ctx.words.choice("plan_result", result_of(one)), **figures})
    table = pd.DataFrame(rows)
    for part in ("cost", "npv"):
        if f"{part}_low_wan" in table.columns:
            table[f"{part}_range"] = ranges(ctx, table[f"{part}_low_wan"], table[f"{part}_high_wan"])
    if "n_plan_parcels" in table.columns:
        table["n_plan_parcels"] = table["n_plan_parcels"].astype("Float64")
    return block(Table(table, columns, with_totals=False), ctx.words)


def _chart(facts: Facts, outcomes: list[Outcome]) -> Figure | None:
    tell, looks = facts.tell, classes_of("measure")
    shown = [one for one in outcomes if len(one.lines)]
    known = all(math.isfinite(_of(one.totals, name)) for one in shown for _, name, _ in COLOURS)
    if not facts.ctx.project.report.charts or not shown or not known:
        return None
    series = tuple(
        Series(
            tell.say(f"series_{key}"),
            tuple(round(_of(one.totals, name), 2) for one in shown),
            str(looks[look]["colour"]),
            str(looks[look]["hatch"]),
        )
        for key, name, look in COLOURS
    )
    chart = Chart("bars", tuple(tell.print(one.title) for one in shown), series, tell.say("axis_wan"))
    return Figure(tell.say("plans_chart"), "plans_chart", chart, height_mm=min(30 + 12.5 * len(shown), 190))


def _why(facts: Facts, outcome: Outcome) -> str:
    """Return what stands in the way of a plan: what has to give at the same time, what would do alone."""
    tell, moves = facts.tell, outcome.moves
    told = {
        together: [_move(facts, row) for row in moves.to_dict("records") if bool(row["together"]) is together]
        for together in (True, False)
    }
    # One limit that is enough by itself stands among those that would do alone.
    is_joint = len(told[True]) > 1 or not told[False]
    parts = [tell.say("plans_together", parts=tell.join(told[True]))] if told[True] and is_joint else []
    if told[False]:
        parts.append(tell.say("plans_alone" if parts else "plans_only", parts=tell.say("plans_or").join(told[False])))
    if not parts:
        return tell.say("plans_unexplained", title=outcome.title)
    return tell.say("plans_infeasible", title=outcome.title, moves=tell.series(parts))


def _move(facts: Facts, row: Mapping[Any, Any]) -> str:
    tell, unit = facts.tell, str(row["unit"] or "")
    said = facts.ctx.words.choice("limit_unit", unit) if unit else ""
    figures = {name: f"{figure:,.{DIGITS.get(unit, 2)}f}" for name, figure in enough(row).items()}
    return tell.say("plans_move", limit=limit_word(facts.ctx, row), unit=said, **figures)


# -------------------------------------------------------------------------------------------------- years


def years(facts: Facts, plans: Plans) -> Iterator[Item]:
    """Give the years of the plan shown and of every other plan of several years, with the price of building on."""
    shown = plans.shown_outcome
    if shown is not None and shown.years.empty and len(shown.lines):
        yield _begun(facts, shown)
    for one in plans.outcomes.values():
        if len(one.years):
            yield from _years(facts, one)


def _begun(facts: Facts, shown: Outcome) -> Para:
    """Return in which years the parcels of a plan without a table of years are begun: of one year, or by hand."""
    tell, year = facts.tell, numbers(shown.lines, "year")
    if not (year > 1).any():
        return Para(tell.say("plans_one_year", n=len(shown.lines)))
    parts = [
        tell.say("plans_year", year=int(one), n=int((year <= one).sum()), mu=tell.mu(_sum(shown.lines[year <= one])),
                 cost=tell.money(float(numbers(shown.lines, "cost_wan")[year <= one].sum())))
        for one in sorted(set(year.tolist()))
    ]  # fmt: skip
    return Para(tell.say("plans_years", title=shown.title, n=len(parts), parts=tell.series(parts)))


def _years(facts: Facts, outcome: Outcome) -> Iterator[Item]:
    tell, rows = facts.tell, outcome.years.to_dict("records")
    parts = [
        tell.say("plans_year", year=int(row["year"]), n=int(row["n_parcels"]), mu=tell.mu(row["handled_mu"]),
                 cost=tell.money(_number(row["cost_wan"])))
        for row in rows
    ]  # fmt: skip
    yield Para(tell.say("plans_years", title=outcome.title, n=len(rows), parts=tell.series(parts)))
    prices = [
        tell.say("plans_nest", year=int(row["year"]), mu=tell.mu(_number(row["price_mu"])),
                 tax=tell.money(_number(row["price_wan"])))
        for row in rows
    ]  # fmt: skip
    yield Para(tell.say("plans_nesting", parts=tell.series(prices)))
    table = Table(outcome.years.rename(columns=NAMES), YEARS, with_totals=False)
    caption = tell.say("plans_years_table", title=outcome.title)
    yield Grid(block(table, facts.ctx.words), caption, (tell.say("plans_nest_note"),))


# -------------------------------------------------------------------------------------------------- money


def money(facts: Facts, plans: Plans) -> Iterator[Item]:
    """Give what the plan shown costs and brings, with its range, and the same of every plan."""
    tell, shown = facts.tell, plans.shown_outcome
    if shown is not None:
        totals = shown.totals
        told = {name: tell.money(_of(totals, f"{name}_wan")) for name in ("cost", "income", "npv")}
        spans = {f"{name}_range": _range(facts, totals, name) for name in ("cost", "npv")}
        year = _of(totals, "payback_year")
        payback = "" if math.isnan(year) else tell.say("money_payback", year=f"{year:.0f}")
        yield Para(tell.say("money_plan", **told, **spans, payback=payback))
        taxes = {"tax": "tax_uplift_wan", "tax1": "tax_year1_wan", "output": "output_uplift_wan"}
        yield Para(tell.say("money_tax", **{key: tell.money(_of(totals, name)) for key, name in taxes.items()}))
        jobs = {"jobs": _whole(totals, "jobs_lost"), "unknown": _whole(totals, "jobs_unknown")}
        yield Para(tell.say("money_jobs", **jobs))
    notes = tell.say("money_note"), tell.say("money_unknown"), tell.say("marks")
    yield Grid(_compared(facts, list(plans.outcomes.values()), MONEY), tell.say("money_table"), notes)


def _range(facts: Facts, totals: Mapping[str, float], name: str) -> str:
    tell = facts.tell
    low, high = (tell.money(_of(totals, f"{name}_{end}_wan")) for end in ("low", "high"))
    return tell.say("money_range", low=low, high=high)


# -------------------------------------------------------------------------------------------------- annex, summary


def plan_lines(facts: Facts) -> tuple[Block, str] | None:
    """Return 附表5 of the plan shown, and what it says below; None where no plan is shown."""
    plans = plans_of(facts)
    shown = plans.shown_outcome if plans is not None else None
    if shown is None or shown.lines.empty:
        return None
    ctx = facts.ctx
    rows = option_rows(ctx, shown.lines).reset_index(drop=True)
    counter = ctx.words.phrase("parcels_word")
    table = Table(rows, LINES, source="parcels", counter=counter)
    return block(table, ctx.words), facts.tell.say("annex_plan_note", title=shown.title)


def summary(facts: Facts) -> Iterator[Item]:
    """Give the sentences of the one-page summary: the task, and the plan shown."""
    tell, plans = facts.tell, plans_of(facts)
    told = task_figures(facts)
    if told and plans is not None and _is_set(plans):
        yield Para(tell.say("summary_task", **told))
    shown = plans.shown_outcome if plans is not None else None
    if shown is not None:
        totals = shown.totals
        amounts = {"cost": tell.money(_of(totals, "cost_wan")), "tax": tell.money(_of(totals, "tax_uplift_wan"))}
        land = {"n": _whole(totals, "n_parcels"), "mu": tell.mu(_of(totals, "handled_mu"))}
        yield Para(tell.say("summary_plan", title=shown.title, **land, **amounts))


# -------------------------------------------------------------------------------------------------- pieces


def _of(totals: Mapping[str, float], name: str) -> float:
    return _number(totals.get(name))


def _number(value: Any) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)


def _whole(totals: Mapping[str, float], name: str) -> str:
    value = _of(totals, name)
    return "—" if math.isnan(value) else f"{value:.0f}"


def _sum(rows: pd.DataFrame) -> float:
    return math.fsum(numbers(rows, "handled_mu"))


def _known(rows: pd.DataFrame, name: str) -> bool:
    return bool(rows[name].notna().any())


def _is_set(plans: Plans) -> bool:
    """Return whether the whole has a target."""
    return _known(plans.progress[plans.progress["by"].eq("all")], "target_mu")


def _values(rows: pd.DataFrame, name: str) -> tuple[float, ...]:
    return tuple(round(value, 2) for value in numbers(rows, name).tolist())
