"""Monthly electricity of some sixty enterprises in the twelve months before the day for idle time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.leases import Lease
from generator.model import Firm, Plot

Rows = list[dict[str, object]]

MONTHS = tuple(f"{2025 + (6 + i) // 12}-{(6 + i) % 12 + 1:02d}" for i in range(12))
"""2025-07 to 2026-06."""
SEASON = (1.18, 1.2, 1.05, 0.96, 0.98, 1.06, 1.04, 0.72, 0.98, 0.97, 1.0, 1.1)
"""Use of a month against the mean of the year: hot summers, the spring festival in February."""
SMALL_KWH = 1200.0
"""Mean month of an enterprise without accounts."""
SHARES = (0.3, 0.25, 0.2, 0.15, 0.1)
"""Shares of five tenants behind one meter."""


def build_meters(
    firms: Sequence[Firm], plots: Sequence[Plot], leases: Sequence[Lease], rng: np.random.Generator
) -> Rows:
    """Give every row: stopped enterprises, some that run, a meter of a parcel, one shared, one to be laid by land."""
    rows: Rows = []
    measured = _measured(firms)
    for firm in measured:
        rows += _meter(f"D{firm.number:07d}", _use(firm, rng), firm.uscc, _own_plot(firm, plots))
    for firm in _one_plot([firm for firm in firms if firm not in measured], plots):
        rows += _meter(f"D{firm.number:07d}", _use(firm, rng), "", _own_plot(firm, plots))
    factory = next(plot for plot in plots if "standard factory" in plot.marks)
    tenants = [firm for firm in firms if firm.tenant_of == factory.key][: len(SHARES)]
    together = np.sum([_use(firm, rng) for firm in tenants], axis=0)
    for firm, share in zip(tenants, SHARES, strict=True):
        rows += _meter("D9000001", together, firm.uscc, factory.parcel_id, share)
    let = next(lease.plot for lease in leases if lease.note == "部分出租" and lease.firm.division == "13")
    if let.firm is None:
        raise ValueError("a plot that is let has a holder")
    rows += _meter("D9000002", _use(let.firm, rng), "", let.parcel_id)
    return rows


def _measured(firms: Sequence[Firm]) -> list[Firm]:
    """Give the stopped enterprises, those without accounts, those without tax, and some ordinary ones."""
    plain = [f for f in firms if f.status == "RANKED" and not f.tenant_of and not f.marks and f.division != "13"]
    some = [firm for firm in firms if firm.status in {"CLOSED", "NO_ACCOUNT"} or "zero tax" in firm.marks]
    return [*some, *plain[::12][:16]]


def _one_plot(firms: Sequence[Firm], plots: Sequence[Plot]) -> list[Firm]:
    """Give three enterprises that are alone on their only plot."""
    able = [f for f in firms if f.status == "RANKED" and f.n_plots == 1 and f.division in {"21", "23", "39"}]
    return [firm for firm in able if not firm.marks and _own_plot(firm, plots)][1:30:10]


def _own_plot(firm: Firm, plots: Sequence[Plot]) -> str:
    """Give the plot of an enterprise that holds one; blank for others."""
    held = [plot.parcel_id for plot in plots if plot.firm is firm]
    return held[0] if len(held) == 1 else ""


def _use(firm: Firm, rng: np.random.Generator) -> np.ndarray:
    """Give the kWh of the months: none where the enterprise has stopped, else about a twelfth of its year."""
    if firm.status == "CLOSED":
        return np.zeros(len(MONTHS))
    mean = firm.accounts.get(2025, {}).get("electricity_kwh", SMALL_KWH * 12) / 12
    return np.round(mean * np.array(SEASON) * rng.uniform(0.93, 1.07, len(MONTHS)), 0)


def _meter(number: str, kwh: np.ndarray, uscc: str, parcel_id: str, share: float | None = None) -> Rows:
    """Give the rows of one meter, or of one tenant behind it."""
    return [
        {
            "户号": number,
            "统一社会信用代码": uscc,
            "宗地代码": parcel_id,
            "月份": month,
            "用电量(千瓦时)": float(value),
            "分摊比例": share,
        }
        for month, value in zip(MONTHS, kwh, strict=True)
    ]
