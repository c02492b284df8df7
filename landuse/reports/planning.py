"""Say on the screen what came of the scenarios: each plan in a line, what stands in the way of one that cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from landuse.reports.content.context import Context, context
from landuse.reports.content.planning.rows import DIGITS, enough, gap_text, limit_word, result_of, warning_words
from landuse.tables import Analysis, Outcome


def planning_lines(analysis: Analysis) -> list[str]:
    """Return the lines of a planned run: progress, plans, demands; one line saying so where there is nothing."""
    ctx, plans = context(analysis), analysis.plans
    if plans is None:
        return [ctx.words.phrase("plan_screen_none")]
    lines = _progress(ctx, plans.progress)
    if plans.outcomes:
        lines.append(ctx.words.phrase("plan_screen_head", n=len(plans.outcomes)))
    for outcome in plans.outcomes.values():
        lines += _outcome(ctx, outcome)
    return [*lines, *_matches(ctx, plans.matches)]


def shown_plan_line(analysis: Analysis) -> list[str]:
    """Return the line of the plan that maps and report show; none where no plan is shown."""
    outcome = analysis.plans.shown_outcome if analysis.plans is not None else None
    return _outcome(context(analysis), outcome)[:1] if outcome is not None else []


def is_failed(analysis: Analysis) -> bool:
    """Return whether a scenario is impossible and was not marked so."""
    plans = analysis.plans
    return plans is not None and any(not one.is_feasible and not one.is_expected for one in plans.outcomes.values())


def _progress(ctx: Context, progress: pd.DataFrame) -> list[str]:
    if not len(progress):
        return []
    whole = progress.loc[progress["by"].eq("all")].iloc[0]
    facts = {name: _mu(whole[f"{name}_mu"]) for name in ("target", "done", "negotiating", "gap")}
    return [ctx.words.phrase("plan_screen_progress", **facts)]


def _outcome(ctx: Context, outcome: Outcome) -> list[str]:
    words = ctx.words
    named = {"title": outcome.title, "name": outcome.name}
    if outcome.choose == "nothing":
        return [words.phrase("plan_screen_nothing", **named)]
    notes = [words.phrase("plan_screen_warning", text=text) for text in warning_words(ctx, outcome)]
    if not outcome.is_feasible and not len(outcome.lines):
        return [_impossible(ctx, outcome, named), *_obstacles(ctx, outcome.moves), *notes]
    totals = outcome.totals
    money = {name: f"{totals[f'{name}_wan']:,.2f}" for name in ("cost", "income", "npv")}
    tax = f"{totals['tax_uplift_wan']:,.2f}"
    facts = {"n": int(totals["n_parcels"]), "mu": _mu(totals["handled_mu"]), "tax": tax, **money}
    line = words.phrase("plan_screen_feasible", **named, **facts)
    if np.isfinite(totals.get("target_mu", np.nan)):
        share = f"{totals['reached_share']:.1%}" if np.isfinite(totals["reached_share"]) else "—"
        task = {"target": _mu(totals["target_mu"]), "reached": _mu(totals["reached_mu"]), "share": share}
        line += words.phrase("plan_screen_task", **task)
    gap = gap_text(outcome.gap) if outcome.choose == "best" else None
    if gap is not None:
        line += words.phrase("plan_screen_gap", gap=gap) if gap else words.phrase("plan_screen_best")
    if result_of(outcome) == "feasible_unexpected":
        line += words.phrase("plan_screen_possible")
    past = [] if outcome.is_feasible else [_impossible(ctx, outcome, named), *_obstacles(ctx, outcome.moves)]
    return [line, *past, *notes]


def _impossible(ctx: Context, outcome: Outcome, named: dict[str, str]) -> str:
    line = ctx.words.phrase("plan_screen_infeasible", **named)
    return line + (ctx.words.phrase("plan_screen_expected") if outcome.is_expected else "")


def _obstacles(ctx: Context, moves: pd.DataFrame) -> list[str]:
    """Return what has to give, all together and each alone."""
    lines: list[str] = []
    for together in (True, False):
        told = [_move(ctx, row) for row in moves.to_dict("records") if bool(row["together"]) == together]
        # One limit that is enough by itself stands among those that would do alone.
        is_told_alone = together and len(told) == 1 and not moves["together"].all()
        if told and not is_told_alone:
            key = "plan_screen_together" if together else "plan_screen_alone" if lines else "plan_screen_only"
            lines.append(ctx.words.phrase(key, moves=ctx.words.phrase("sentence_separator").join(told)))
    return lines


def _move(ctx: Context, row: dict[Any, Any]) -> str:
    decimals = DIGITS.get(str(row["unit"] or ""), 2)
    figures = {name: f"{figure:,.{decimals}f}" for name, figure in enough(row).items()}
    unit = ctx.words.choice("limit_unit", str(row["unit"])) if row["unit"] else ""
    return ctx.words.phrase("plan_screen_move", limit=limit_word(ctx, row), unit=unit, **figures)


def _matches(ctx: Context, matches: pd.DataFrame) -> list[str]:
    if not len(matches):
        return []
    kind = matches.groupby("demand_id", sort=False)["kind"].first()
    counts = {"factory": int(kind.eq("factory").sum()), "none": int(kind.eq("none").sum())}
    land = len(kind) - sum(counts.values())
    return [ctx.words.phrase("plan_screen_matches", n=len(kind), land=land, **counts)]


def _mu(value: float) -> str:
    return f"{value:,.2f}" if np.isfinite(value) else "—"
