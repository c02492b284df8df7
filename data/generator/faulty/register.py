"""Faults of the land register and the contract table (6, 14, 22, 24)."""

from __future__ import annotations

from datetime import date, timedelta

from generator.faulty.draft import Draft
from generator.model import Plot

LOST = 9.90781e18
"""What a spreadsheet leaves of a parcel code that it took for a number."""
DUE = "约定交付土地时间"
DAYS: tuple[tuple[object, str, str], ...] = (
    (20240315, "", "2024-03-15"),
    ("2024.3.15", "", "2024-03-15"),
    ("2024年3月", "DATE_MONTH_ONLY", "2024-03-01"),
    (45366, "", "2024-03-15"),
    ("1900-01-00", "DATE_SENTINEL", "unknown"),
    ("9999-12-31", "DATE_SENTINEL", "unknown"),
)
"""Cell as it stands, code of what is said of it, day that is meant."""


def fault_06(draft: Draft) -> None:
    """Plant: 5 parcel codes turned into 9.90781E+18, 3 lost leading or trailing characters (registry xlsx)."""
    plots = draft.plots(8, lambda plot: plot.state == "IN_USE")
    for plot in plots[:5]:
        row = draft.by_plot(draft.registry, plot)
        row["宗地代码"] = LOST
        draft.plant(6, "ID_LOST_DIGITS", "parcels", "", f"{plot.parcel_id} became 9.90781E+18", row=row)
        draft.plant(6, "BLANK_KEY", "parcels", "", "no parcel code is left", row=row, origin="follows")
    for plot, code in zip(plots[5:], _cut_codes(plots[5:]), strict=True):
        row = draft.by_plot(draft.registry, plot)
        row["宗地代码"] = code
        draft.plant(6, "PARCEL_WITHOUT_POLYGON", "parcels", code, f"{plot.parcel_id} lost characters", row=row)


def _cut_codes(plots: list[Plot]) -> list[str]:
    """Give three codes without their first, their first three, their last character."""
    first, second, third = (plot.parcel_id for plot in plots)
    return [first[1:], second[3:], third[:-1]]


def fault_14(draft: Draft) -> None:
    """Plant: dates 20240315, 2024.3.15, 2024年3月, 45366, 1900-01-00, 9999-12-31 (contracts xls, here .xlsx)."""
    plots = draft.plots(12, lambda plot: plot.state == "BUILDING" and bool(plot.contract))
    for plot, (cell, code, meant) in zip(plots, DAYS * 2, strict=True):
        row = draft.by_plot(draft.contracts, plot)
        row[DUE] = cell
        what = f"in .xlsx, not .xls: {cell} is {meant}"
        draft.plant(14, code, "parcels", plot.parcel_id, what, row=row, column="handover_due")


def fault_22(draft: Draft) -> None:
    """Plant: holder "甲某、乙某(共有)"; one certificate for three plots (registry)."""
    for plot in draft.plots(2, lambda plot: plot.state == "NON_INDUSTRIAL" and plot.firm is None):
        feature = draft.feature(plot)
        feature.row["土地使用权"], feature.row["权利人统一"] = "甲某、乙某(共有)", ""
        draft.plant(22, "HOLDER_SEVERAL", "parcels", plot.parcel_id, "two holders in one cell", row=feature)
        draft.plant(22, "NO_HOLDER", "parcels", plot.parcel_id, "persons have no credit code", row=feature,
                    origin="follows")  # fmt: skip
    several = {f.uscc for f in draft.district.firms if f.n_plots >= 3 and f.uscc not in draft.touched}
    firm = next(p.firm for p in draft.plots_free() if p.firm is not None and p.firm.uscc in several)
    plots = [draft.touch(p) for p in draft.district.plots if p.firm is firm][:3]
    rows = [draft.by_plot(draft.registry, plot) for plot in plots]
    for row in rows:
        row["不动产权证号"] = rows[0]["不动产权证号"]
    what = "one certificate for " + ", ".join(plot.parcel_id for plot in plots)
    draft.plant(22, "CERTIFICATE_REPEATED", "parcels", plots[0].parcel_id, what)


def fault_24(draft: Draft) -> None:
    """Plant: finish before start; start before contract; handover after start (contracts)."""
    plots = draft.plots(6, lambda plot: plot.state == "IN_USE" and "finish_date" in plot.contract)
    for number, plot in enumerate(plots):
        row = draft.by_plot(draft.contracts, plot)
        start, signed = plot.contract["start_date"], plot.contract["contract_date"]
        if not isinstance(start, date) or not isinstance(signed, date):
            raise TypeError(plot.parcel_id)
        if number % 3 == 0:
            row["实际竣工时间"] = start - timedelta(days=40)
            found = [("start_date", "finish before start", "planted")]
        elif number % 3 == 1:
            row["实际动工(开工)时间"] = signed - timedelta(days=30)
            found = [("contract_date", "start before contract", "planted"),
                     ("handover_date", "and so before the hand-over", "follows")]  # fmt: skip
        else:
            row["实际交付土地时间"] = start + timedelta(days=25)
            found = [("handover_date", "hand-over after start", "planted")]
        for column, what, origin in found:
            draft.plant(24, "DATE_ORDER", "parcels", plot.parcel_id, what, column=column, origin=origin)
