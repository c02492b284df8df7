"""Contract facts of every plot, and the idle cases I01-I30 in words that a lawyer can check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from generator.codes import credit_code
from generator.model import Firm, Plot
from generator.plots import COLLECTIVE_HOLDER
from generator.spec import PRICES

ENTERPRISE, GOVERNMENT, COURT = "企业原因", "政府原因", "司法查封"
DAY = date

# Case -> (state the plot lies in, facts that replace the ordinary ones). Not started unless the facts say so.
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "I01": ("BUILDING", {"start_due": DAY(2026, 7, 1)}),
    "I02": ("BUILDING", {"start_due": DAY(2026, 6, 30)}),
    "I03": ("IDLE", {"start_due": DAY(2026, 6, 29)}),
    "I04": ("IDLE", {"start_due": DAY(2025, 7, 1)}),
    "I05": ("IDLE", {"start_due": DAY(2025, 6, 30)}),
    "I06": ("IDLE", {"start_due": DAY(2025, 6, 29), "land_price_wan": 1200.0, "price_paid_wan": 1200.0}),
    "I07": ("IDLE", {"start_due": DAY(2024, 6, 30)}),
    "I08": ("IDLE", {"start_due": DAY(2024, 6, 29)}),
    "I09": ("IDLE", {"start_due": DAY(2024, 2, 29)}),
    "I10": ("IDLE", {"start_due": DAY(2024, 7, 1)}),
    "I11": ("IDLE", {"start_due": DAY(2024, 6, 29), "gov_delay_days": 1}),
    "I12": ("IDLE", {"start_due": DAY(2023, 9, 1), "gov_delay_days": 365}),
    "I13": (
        "IDLE",
        {
            "start_due": DAY(2024, 3, 1),
            "delay_cause": f"{GOVERNMENT}:未按约定交付土地(安自然资函〔2024〕18号)",
            "handover_due": DAY(2023, 9, 1),
            "handover_date": None,
        },
    ),
    "I14": ("IDLE", {"start_due": None, "handover_date": DAY(2024, 5, 10)}),
    "I15": ("IDLE", {"start_due": None, "handover_due": None, "handover_date": None, "approval_date": None}),
    "I16": (
        "IDLE",
        {
            "start_due": DAY(2023, 4, 1),
            "start_date": DAY(2023, 4, 1),
            "area_due_m2": 30000.0,
            "area_started_m2": 10000.0,
            "invest_due_wan": 10000.0,
            "invest_actual_wan": 3000.0,
            "suspended_from": DAY(2025, 1, 10),
            "finish_due": DAY(2025, 4, 1),
        },
    ),
    "I17": (
        "IDLE",
        {
            "start_due": DAY(2023, 4, 1),
            "start_date": DAY(2023, 4, 1),
            "area_due_m2": 30000.0,
            "area_started_m2": 9999.0,
            "invest_due_wan": 10000.0,
            "invest_actual_wan": 3000.0,
            "suspended_from": DAY(2025, 1, 10),
            "finish_due": DAY(2025, 4, 1),
        },
    ),
    "I18": (
        "BUILDING",
        {
            "start_due": DAY(2024, 3, 1),
            "start_date": DAY(2024, 2, 20),
            "area_share": 0.5,
            "invest_due_wan": 10000.0,
            "invest_actual_wan": 2500.0,
            "suspended_from": DAY(2025, 1, 10),
            "finish_due": DAY(2026, 12, 31),
        },
    ),
    "I19": (
        "IDLE",
        {
            "start_due": DAY(2024, 3, 1),
            "start_date": DAY(2024, 2, 20),
            "area_share": 0.5,
            "invest_due_wan": 10000.0,
            "invest_actual_wan": 2499.99,
            "suspended_from": DAY(2025, 1, 10),
            "finish_due": DAY(2026, 12, 31),
        },
    ),
    "I20": (
        "BUILDING",
        {
            "start_due": DAY(2024, 9, 1),
            "start_date": DAY(2024, 8, 26),
            "area_share": 0.2,
            "invest_share": 0.4,
            "suspended_from": DAY(2025, 7, 1),
            "finish_due": DAY(2026, 9, 1),
        },
    ),
    "I21": (
        "BUILDING",
        {
            "start_due": DAY(2024, 6, 1),
            "start_date": DAY(2024, 5, 20),
            "area_share": 0.3,
            "invest_share": 0.22,
            "suspended_from": DAY(2025, 3, 1),
            "resumed_on": DAY(2025, 11, 1),
            "finish_due": DAY(2026, 10, 31),
        },
    ),
    "I22": (
        "BUILDING",
        {
            "start_due": DAY(2024, 3, 1),
            "start_date": DAY(2025, 6, 15),
            "area_share": 0.6,
            "invest_share": 0.45,
            "finish_due": DAY(2026, 9, 1),
        },
    ),
    "I23": (
        "IDLE",
        {
            "start_due": DAY(2023, 12, 31),
            "start_date": DAY(2023, 12, 5),
            "area_share": 0.96,
            "invest_share": 0.82,
            "finish_due": DAY(2025, 12, 31),
        },
    ),
    "I24": ("STOPPED", {"start_due": DAY(2023, 1, 1)}),
    "I25": (
        "IDLE",
        {"start_due": DAY(2025, 1, 10), "supply_mode": "划拨", "land_price_wan": 86.40, "price_paid_wan": 86.40},
    ),
    "I26": (
        "IDLE",
        {
            "start_due": DAY(2023, 10, 1),
            "delay_cause": COURT,
            "seizure_no": "(2024)示0781执保12号",
            "seizure_from": DAY(2024, 1, 5),
        },
    ),
    "I27": ("IDLE", {"start_due": DAY(2023, 5, 1), "mortgage_no": "示(2022)安澜县不动产证明第0000271号"}),
    "I28": ("IDLE", {"start_due": DAY(2023, 5, 1)}),
    "I29": ("IDLE", {"start_due": DAY(2024, 12, 1)}),
    "I30": (
        "IDLE",
        {
            "start_due": DAY(2025, 1, 20),
            "start_date": DAY(2105, 3, 1),
            "start_state": "",
            "delay_cause": "",
            "area_started_m2": None,
            "invest_actual_wan": None,
        },
    ),
}
CATEGORY = {
    "I03": "逾期未动工",
    "I04": "逾期未动工",
    "I05": "逾期未动工",
    "I06": "满1年",
    "I07": "满1年",
    "I08": "满2年",
    "I09": "满2年",
    "I10": "满1年",
    "I11": "满1年",
    "I12": "满1年",
    "I13": "政府原因",
    "I14": "满1年",
    "I15": "待核实",
    "I16": "逾期未竣工",
    "I17": "中止",
    "I19": "中止",
    "I23": "逾期未竣工",
    "I25": "满1年",
    "I26": "满2年",
    "I27": "满2年",
    "I28": "逾期未动工",
    "I29": "满1年",
    "I30": "待核实",
}
ORDINARY = (("逾期未动工", 5), ("满2年", 3), ("中止", 3), ("逾期未竣工", 4), ("政府原因", 3))


def fill_contracts(plots: Sequence[Plot], firms: Sequence[Firm], rng: np.random.Generator) -> None:
    """Give every supplied plot its contract facts; each idle case its own."""
    _deal_cases(plots, firms, rng)
    for number, plot in enumerate(plots, start=1):
        if plot.state == "RESERVE":
            continue
        old = plot.place == "OUT" and plot.state in {"IN_USE", "STOPPED", "NO_DATA"} and number % 3 == 0
        if plot.state == "NON_INDUSTRIAL" or old:
            continue
        if plot.idle_case or plot.state == "IDLE":
            facts = _case(plot, rng)
        elif plot.state == "BUILDING":
            facts = _building(plot, rng)
        else:
            facts = _finished(plot, rng)
        plot.contract = _complete(plot, facts, number, rng)


def _deal_cases(plots: Sequence[Plot], firms: Sequence[Firm], rng: np.random.Generator) -> None:
    """Put the cases on plots that fit them; I24 is collective land, I29 the second phase of an enterprise in use."""
    idle = sorted((plot for plot in plots if plot.state == "IDLE"), key=lambda plot: -plot.area)
    large = [plot for plot in idle if plot.area_m2 > 30500 and "bad check digit" not in plot.marks]
    large[0].idle_case, large[1].idle_case = "I16", "I17"
    pools = {
        "IDLE": [p for p in idle if not p.idle_case and "bad check digit" not in p.marks],
        "BUILDING": [p for p in plots if p.state == "BUILDING" and p.firm is None],
        "STOPPED": [p for p in plots if p.key == "STOPPED-QT-0"],
    }
    pools = {state: [pool[int(i)] for i in rng.permutation(len(pool))] for state, pool in pools.items()}
    for case, (state, _) in CASES.items():
        if case not in {"I16", "I17"}:
            pools[state].pop().idle_case = case
    rest = iter([category for category, n in ORDINARY for _ in range(n)])
    for plot in idle:
        plot.category = CATEGORY[plot.idle_case] if plot.idle_case else next(rest)
    for plot in plots:
        if plot.idle_case == "I24":
            plot.holder, plot.holder_uscc = COLLECTIVE_HOLDER, credit_code(998)
        if plot.idle_case == "I29":
            policy = next(f for f in firms if f.status == "EXEMPT_POLICY")
            plot.firm, plot.holder, plot.holder_uscc = policy, policy.name, policy.uscc
            plot.marks.add("second phase")


def _case(plot: Plot, rng: np.random.Generator) -> dict[str, Any]:
    """Give the facts of an idle case, or of an ordinary one of its category."""
    facts = dict(CASES[plot.idle_case][1]) if plot.idle_case else _ordinary(plot.category, rng)
    started = facts.get("start_date") is not None
    if started:
        share = facts.pop("area_share", None)
        facts.setdefault("area_due_m2", round(plot.area_m2 * 0.96, 2))
        if share is not None:
            facts["area_started_m2"] = round(facts["area_due_m2"] * share, 2)
        facts.setdefault("start_state", "已开工")
    else:
        facts.setdefault("start_state", "未开工")
        facts["area_started_m2"] = facts["invest_actual_wan"] = 0.0
        if plot.idle_case not in {"I01", "I02"}:
            facts.setdefault("delay_cause", ENTERPRISE)
    if plot.state == "IDLE":
        facts.setdefault("delay_cause", ENTERPRISE)
    due = facts.get("start_due")
    facts.setdefault("finish_due", due + timedelta(days=730) if due else None)
    return facts


def _ordinary(category: str, rng: np.random.Generator) -> dict[str, Any]:
    """Give the facts of an ordinary case, well away from every boundary day."""
    shift = timedelta(days=int(rng.integers(0, 150)))
    if category == "逾期未动工":
        return {"start_due": date(2025, 9, 1) + shift}
    if category == "满2年":
        return {"start_due": date(2022, 11, 1) + shift}
    if category == "政府原因":
        cause = str(rng.choice(["规划依法修改", "未按约定交付土地", "文物保护需要"]))
        return {
            "start_due": date(2023, 9, 1) + shift,
            "delay_cause": f"{GOVERNMENT}:{cause}(安自然资函〔2024〕{int(rng.integers(20, 60))}号)",
        }
    if category == "中止":
        return {
            "start_due": date(2022, 9, 1) + shift,
            "start_date": date(2022, 8, 20) + shift,
            "area_share": round(float(rng.uniform(0.12, 0.28)), 2),
            "invest_share": round(float(rng.uniform(0.1, 0.22)), 2),
            "suspended_from": date(2024, 8, 1) + shift,
        }
    return {
        "start_due": date(2022, 9, 1) + shift,
        "start_date": date(2022, 9, 10) + shift,
        "area_share": 0.9,
        "invest_share": round(float(rng.uniform(0.6, 0.9)), 2),
        "finish_due": date(2025, 3, 1) + shift,
    }


def _building(plot: Plot, rng: np.random.Generator) -> dict[str, Any]:
    """Give the facts of a plot under construction within its contract."""
    start_due = date(2024, 10, 1) + timedelta(days=int(rng.integers(0, 400)))
    facts: dict[str, Any] = {
        "start_due": start_due,
        "start_date": start_due - timedelta(days=int(rng.integers(0, 25))),
        "finish_due": date(2026, 9, 30) + timedelta(days=int(rng.integers(0, 420))),
        "area_due_m2": round(plot.area_m2 * 0.97, 2),
        "start_state": "已开工",
    }
    facts["area_started_m2"] = round(facts["area_due_m2"] * float(rng.uniform(0.4, 0.95)), 2)
    facts["invest_share"] = round(float(rng.uniform(0.3, 0.85)), 2)
    return facts


def _finished(plot: Plot, rng: np.random.Generator) -> dict[str, Any]:
    """Give the facts of a plot that was built in time."""
    latest = plot.firm.registered_on if plot.firm is not None else date(2008, 1, 1)
    signed = max(date(2001, 6, 1), latest) + timedelta(days=int(rng.integers(60, 1500)))
    signed = min(signed, date(2021, 6, 1) - timedelta(days=int(rng.integers(0, 900))))
    start_due = signed + timedelta(days=int(rng.integers(200, 420)))
    start = start_due - timedelta(days=int(rng.integers(2, 60)))
    finish_due = start_due + timedelta(days=730)
    area = round(plot.area_m2 * float(rng.uniform(0.95, 1.0)), 2)
    return {
        "contract_date": signed,
        "start_due": start_due,
        "start_date": start,
        "finish_due": finish_due,
        "finish_date": finish_due - timedelta(days=int(rng.integers(5, 240))),
        "area_due_m2": area,
        "area_started_m2": area,
        "start_state": "已竣工",
        "invest_share": round(float(rng.uniform(0.9, 1.25)), 2),
    }


def _complete(plot: Plot, facts: dict[str, Any], number: int, rng: np.random.Generator) -> dict[str, object]:
    """Add what every contract says: number, dates, price, investment, tax and floor area ratio agreed."""
    anchor = facts.get("start_due") or facts.get("handover_date") or date(2024, 2, 1)
    signed: date = facts.get("contract_date") or anchor - timedelta(days=int(rng.integers(300, 420)))
    facts["contract_date"] = signed
    mode = facts.get("supply_mode") or ("协议出让" if signed < date(2007, 1, 1) else "挂牌出让")
    facts["supply_mode"] = mode
    kind = "划" if mode == "划拨" else "出"
    facts.setdefault("contract_no", f"示990781-{signed.year}-{kind}-{number:04d}")
    facts.setdefault("approval_date", signed - timedelta(days=int(rng.integers(20, 60))))
    facts.setdefault("handover_due", signed + timedelta(days=90))
    facts.setdefault("handover_date", signed + timedelta(days=int(rng.integers(60, 95))))
    facts.setdefault("area_due_m2", round(plot.area_m2 * 0.96, 2))
    price = PRICES.get(plot.level, 180) * float(rng.uniform(1.0, 1.25)) * plot.area_m2 / 10000
    facts.setdefault("land_price_wan", round(price, 2))
    facts.setdefault("price_paid_wan", facts["land_price_wan"])
    facts.setdefault("invest_due_wan", round(plot.area_m2 * 0.0015 * float(rng.uniform(150, 320)), 0))
    if "invest_share" in facts:
        facts.setdefault("invest_actual_wan", round(facts["invest_due_wan"] * facts.pop("invest_share"), 2))
    if signed.year >= 2015:
        facts.setdefault("tax_due_wan_per_mu", float(rng.choice([8, 10, 12, 15, 20, 30])))
    facts.setdefault("far_due", float(rng.choice([0.7, 0.8, 1.0, 1.2])))
    for key in ("area_share", "invest_share"):
        facts.pop(key, None)
    return facts
