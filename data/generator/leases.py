"""Who uses which land beside the holder: tenants of the standard factories and a handful of ordinary leases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from generator.codes import credit_code
from generator.model import Firm, Plot
from generator.plots import PLATFORM_NUMBER

FLOORS = 1.8


@dataclass(frozen=True)
class Lease:
    """A row of the table occupancy."""

    plot: Plot
    firm: Firm
    tenure: str
    lessor: str = ""
    area_m2: float | None = None
    floor_area_m2: float | None = None
    from_date: date | None = None
    to_date: date | None = None
    note: str = ""


def build_leases(plots: Sequence[Plot], firms: Sequence[Firm], rng: np.random.Generator) -> list[Lease]:
    """Give every row of the table, tenants first."""
    rows = list(_tenants(plots, firms, rng))
    rows.extend(_ordinary(plots, firms))
    rows.append(_own_row(plots))
    return rows


def _tenants(plots: Sequence[Plot], firms: Sequence[Firm], rng: np.random.Generator) -> Iterator[Lease]:
    """Give the tenants of the standard factories: no land stated, all floors known."""
    by_key = {plot.key: plot for plot in plots}
    for firm in firms:
        if firm.tenant_of:
            start = max(firm.registered_on, date(2019, 1, 1)) + timedelta(days=int(rng.integers(0, 900)))
            yield Lease(
                by_key[firm.tenant_of],
                firm,
                "承租",
                credit_code(PLATFORM_NUMBER),
                None,
                round(firm.land / 100 * FLOORS, 2),
                start,
                date(2027, 12, 31) if rng.random() < 0.7 else None,
            )


def _ordinary(plots: Sequence[Plot], firms: Sequence[Firm]) -> Iterator[Lease]:
    """Give part and whole leases, a sub-lease, one past its end, one not begun, one to a firm that is not evaluated."""
    held = {firm.uscc: [p for p in plots if p.firm is firm and p.state == "IN_USE" and not p.marks] for firm in firms}

    def pick(division: str, at_least_mu: float, count: int) -> list[Firm]:
        able = [
            f
            for f in firms
            if f.division == division
            and f.status == "RANKED"
            and not f.tenant_of
            and not f.marks
            and held[f.uscc]
            and f.land * 3 / 200000 > at_least_mu
        ]
        return sorted(able, key=lambda f: (-f.land, f.number))[:count]

    lessor, lessee, sub = pick("30", 12, 3)
    plot = max(held[lessor.uscc], key=lambda p: p.area)
    yield Lease(plot, lessee, "承租", lessor.uscc, 2400.0, 3100.0, date(2022, 3, 1), date(2027, 2, 28), "部分出租")
    yield Lease(plot, sub, "承租", lessee.uscc, 800.0, 960.0, date(2023, 1, 1), date(2026, 12, 31), "转租")
    several = [f for f in pick("33", 16, 12) if len(held[f.uscc]) > 1]
    whole = min(held[several[0].uscc], key=lambda p: p.area)
    user = pick("33", 8, 12)[-1]
    yield Lease(whole, user, "承租", several[0].uscc, whole.area_m2, None, date(2021, 7, 1), None, "整宗出租")
    a, b = pick("13", 12, 2)
    yield Lease(held[a.uscc][0], b, "承租", a.uscc, 1500.0, None, date(2020, 5, 1), date(2028, 4, 30), "部分出租")
    c, d = pick("34", 15, 2)
    yield Lease(held[c.uscc][0], d, "承租", c.uscc, 3000.0, 3600.0, date(2020, 7, 1), date(2025, 6, 30), "已到期")
    e, f = pick("35", 15, 2)
    yield Lease(held[e.uscc][0], f, "承租", e.uscc, 2000.0, 2500.0, date(2026, 3, 1), None, "尚未起租")
    g = pick("20", 15, 1)[0]
    shop = next(firm for firm in firms if firm.status == "NOT_INDUSTRIAL" and firm.division == "59")
    yield Lease(held[g.uscc][0], shop, "承租", g.uscc, 1200.0, 1400.0, date(2022, 1, 1), None, "承租方不参评")


def _own_row(plots: Sequence[Plot]) -> Lease:
    """Give the own row of a plot whose certificate still shows the former name of its holder."""
    plot = next(p for p in plots if p.firm and p.firm.former_names and p.state == "IN_USE" and not p.marks)
    firm = plot.firm
    if firm is None:
        raise ValueError("a plot in use has a holder")
    plot.marks.add("own row")
    plot.holder, plot.holder_uscc = firm.former_names, ""
    return Lease(plot, firm, "自有", note="证载为曾用名")
