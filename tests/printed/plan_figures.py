"""Derive the figures of the sentences on clean-up plans from the tables of the plans, with nothing but pandas."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import pandas as pd

from landuse.tables import Plans


def money(wan: float) -> float:
    """Return an amount as sentences tell it: from a hundred million yuan on in those."""
    return wan / 1e4 if abs(wan) >= 1e4 else wan


def figures_of(title: str) -> list[float]:
    """Return the numbers that stand in the name of a plan."""
    return [float(number) for number in re.findall(r"\d+", title)]


def plan_sentences(plans: Plans, use: pd.DataFrame) -> dict[str, list[float]]:
    """Return the beginning of each sentence with a figure -> what its figures must be."""
    found, shown = list(plans.outcomes.values()), plans.outcomes[plans.shown]
    whole, lines = plans.progress[plans.progress["by"].eq("all")].iloc[0], shown.lines
    target, counted = whole["target_mu"], plans.cases[plans.cases["counts"]]
    done, talked = (counted[counted["state"].eq(state)] for state in ("done", "negotiating"))
    gone = counted[counted["state"].isin(["open", "failed"])]
    left = target - done["counted_mu"].sum() - talked["counted_mu"].sum()
    made = {
        "2026年度清理整治任务": [
            target, done["counted_mu"].sum(), len(done), talked["counted_mu"].sum(), len(talked), left,
            done["counted_mu"].sum() / target * 100,
        ],
        "另有未成": [
            int(counted["state"].eq("failed").sum()), int(counted["state"].eq("open").sum()), gone["counted_mu"].sum(),
        ],
        "共测算情景": [
            len(found), *(number for one in found for number in figures_of(one.title)),
            sum(one.is_feasible for one in found), sum(not one.is_feasible for one in found),
        ],
        "附图、附表所示方案": [
            *figures_of(shown.title), len(lines), lines["handled_mu"].sum(),
            use.loc[use["parcel_id"].isin(lines["parcel_id"]), "uscc"].nunique(), lines["freed_mu"].sum(),
        ],
        "所示方案按处置方式分": [
            number for code in sorted(lines["measure"].unique(), key=lambda code: int(code[1:]))
            for number in (int(code[1:]), int(lines["measure"].eq(code).sum()),
                           lines.loc[lines["measure"].eq(code), "handled_mu"].sum())
        ],
        "所示方案不分年度": [len(lines)],
        "受影响用工": [round(lines["jobs_lost"].sum()), int(lines["jobs_lost"].isna().sum())],
        "所示方案政府支出": [money(float(v)) for v in (
            lines["cost_wan"].sum(), lines["cost_low_wan"].sum(), lines["cost_high_wan"].sum(),
            lines["income_wan"].sum(), lines["npv_wan"].sum(), lines["npv_low_wan"].sum(),
            lines["npv_high_wan"].sum())],
        "达产后每年增加税收": [money(float(lines[name].sum())) for name in (
            "tax_uplift_wan", "tax_year1_wan", "output_uplift_wan")],
    }  # fmt: skip
    reached = done["counted_mu"].sum() + talked["counted_mu"].sum() + lines["handled_mu"].sum()
    made["连同已完成"] = [reached, target, reached / target * 100]
    scope = shown.scopes[shown.scopes["by"].eq("all")].iloc[0]
    names = ("tax_per_mu", "far", "idle_rate")
    made["所示方案全部实施后"] = [
        float(scope[f"{name}_{when}"]) * (100 if name == "idle_rate" else 1)
        for name in names
        for when in ("before", "after")
    ]
    for one in found:
        made |= _of_one(one)
    return made


def _told(row) -> float:
    """Return the limit that is told: with it the plan is possible, and with one in the last place less it is not."""
    places = 0 if row["kind"] == "cases" else 2
    step = Decimal(1).scaleb(-places)
    needed = Decimal(repr(float(row["needed"]))).quantize(Decimal("0.000001"))
    upper = row["needed"] > row["stated"]
    return float(needed.quantize(step, rounding=ROUND_CEILING if upper else ROUND_FLOOR))


def _of_one(one) -> dict[str, list[float]]:
    title, made = figures_of(one.title), {}
    start = f"“{one.title}”".replace("(", "（").replace(")", "）")
    if title and one.warnings:
        made[f"{start}的提示"] = title
    if not one.is_feasible:
        moves = one.moves
        joint, alone = moves[moves["together"].astype(bool)], moves[~moves["together"].astype(bool)]
        # One limit that is enough by itself is said once, among those that would do alone.
        rows = pd.concat([joint, alone]) if len(joint) > 1 or alone.empty else alone
        made[start] = [
            float(number)
            for row in rows.to_dict("records")
            for number in (*([row["of"]] if row["kind"] in ("cases", "budget") and row["of"] else []),
                           row["stated"], _told(row), abs(_told(row) - row["stated"]))
        ]  # fmt: skip
    elif one.choose == "best":
        value, bound = one.value, one.bound
        gap = (bound - value) / abs(bound) * 100
        if gap < 5e-5:
            made[f"{start}经证明"] = title
        else:
            made[f"{start}与同样条件"] = [*title, one.gap * 100]
            assert np.isclose(gap, one.gap * 100, rtol=0.05)
    if len(one.years):
        years = one.years.to_dict("records")
        made[f"{start}分"] = [
            len(years),
            *(n for y in years for n in (y["year"], y["n_parcels"], y["handled_mu"], money(y["cost_wan"]))),
        ]
        made["以后各年"] = [n for y in years for n in (y["year"], y["price_mu"], money(y["price_wan"]))]
    return made
