"""What is planted in the clean district: warnings and notes only, each with its code and object."""

from __future__ import annotations

from generator.district import District
from generator.oracle import Answer
from generator.oracle_read import Inputs
from generator.tables import UNMATCHED_TAX, is_rare
from generator.codes import credit_code

Rows = list[dict[str, object]]


def issue_rows(district: District, inputs: Inputs, answer: Answer) -> Rows:
    """Give one row for each planted doubt, in a fixed order."""
    rows = [*_parcel_rows(district), *_enterprise_rows(district, answer), *_lease_rows(district)]
    rows += [_row("warning", "NO_ENTERPRISE", "accounts", credit_code(number), "uscc",
                  f"tax 2025 of {amount:.2f} wan yuan: the taxpayer is no enterprise of the table") for number, amount in UNMATCHED_TAX]
    return rows


def _row(severity: str, code: str, table: str, key: str, column: str, what: str) -> dict[str, object]:
    """Give one row of the key."""
    return {"severity": severity, "code": code, "table": table, "key": key, "column": column, "what": what}


def _parcel_rows(district: District) -> Rows:
    """Give the doubts about plots."""
    rows: Rows = []
    for plot in district.plots:
        key = plot.parcel_id
        if "area difference" in plot.marks:
            rows.append(_row("warning", "AREA_DIFFERENCE", "parcels", key, "registered_area_m2",
                             f"drawn / registered = {plot.geometry.area / plot.area_m2:.4f}"))
        if "outside prices" in plot.marks:
            rows.append(_row("note", "PRICE_UNKNOWN", "parcels", key, "price_level", "outside every price polygon, no level: K = 1.0"))
        if "level conflict" in plot.marks:
            rows.append(_row("warning", "PRICE_LEVEL_CONFLICT", "parcels", key, "price_level", f"registered {plot.level}; the map says otherwise and wins"))
        if plot.idle_case == "I30":
            rows.append(_row("warning", "DATE_IMPLAUSIBLE", "parcels", key, "start_date", "2105-03-01 lies in the future"))
        if plot.idle_case == "I15":
            rows.append(_row("note", "IDLE_UNDETERMINED", "parcels", key, "start_due", "neither an agreed start nor a hand-over paper"))
        if "bad check digit" in plot.marks:
            rows.append(_row("warning", "USCC_CHECK_DIGIT", "parcels", key, "holder_uscc", plot.holder_uscc))
        if is_rare(plot.firm.name if plot.firm else ""):
            rows.append(_row("warning", "HOLDER_NAME_DIFFERS", "parcels", key, "holder", "a character outside GBK became '?' in the .dbf"))
        if plot.state == "RESERVE":
            rows.append(_row("note", "NO_HOLDER", "parcels", key, "holder_uscc", "reserve land: no holder"))
    return rows


def _enterprise_rows(district: District, answer: Answer) -> Rows:
    """Give the doubts about enterprises."""
    rows: Rows = []
    for firm in district.firms:
        if "bad check digit" in firm.marks:
            rows.append(_row("warning", "USCC_CHECK_DIGIT", "enterprises", firm.uscc, "uscc", firm.name))
        if "zero energy" in firm.marks:
            rows.append(_row("warning", "ENERGY_NOT_POSITIVE", "accounts", firm.uscc, "energy_tce", "energy 0 counts as unknown"))
        if answer.results[firm.uscc].status == "NO_LAND":
            tax = firm.accounts[2025]["tax_wan"]
            rows.append(_row("note", "NO_LAND", "enterprises", firm.uscc, "area_mu", f"tax 2025 of {tax:.2f} wan yuan stays unallocated"))
    return rows


def _lease_rows(district: District) -> Rows:
    """Give the doubts about leases."""
    return [_row("note", "LESSEE_NOT_EVALUATED", "occupancy", lease.firm.uscc, "uscc", f"lease on {lease.plot.parcel_id} stays with its lessor")
            for lease in district.leases if lease.note == "承租方不参评"]
