"""What the clean district makes a careful reader doubt: warnings and notes only, each with its code and object."""

from __future__ import annotations

from collections import Counter

from generator.codes import credit_code
from generator.district import District
from generator.model import Plot
from generator.oracle import Answer
from generator.oracle_read import Inputs
from generator.planning import BY_HAND, CASES
from generator.tables import UNMATCHED_TAX, is_rare

Rows = list[dict[str, object]]


def issue_rows(district: District, inputs: Inputs, answer: Answer) -> Rows:
    """Give one row for each doubt: planted ones, and those that follow from the structure of the district."""
    rows = [*_parcel_rows(district), *_idle_rows(district), *_enterprise_rows(district, answer), *_lease_rows(district)]
    rows += [
        _row(
            "warning",
            "ACCOUNT_WITHOUT_ENTERPRISE",
            "accounts",
            credit_code(number),
            "uscc",
            f"tax 2025 of {amount:.2f} wan yuan: the taxpayer is no enterprise of the table",
        )
        for number, amount in UNMATCHED_TAX
    ]
    rows += [*_meter_rows(inputs, answer), *_planning_rows(), *_name_rows(district)]
    return [*rows, *_ratio_rows(inputs), *_tie_rows(answer), *_structural(district, inputs, answer)]


def _row(
    severity: str, code: str, table: str, key: str, column: str, what: str, origin: str = "planted"
) -> dict[str, object]:
    """Give one row of the key."""
    return {
        "origin": origin,
        "severity": severity,
        "code": code,
        "table": table,
        "key": key,
        "column": column,
        "what": what,
    }


def _name_rows(district: District) -> Rows:
    """Give the doubts about names: a code nobody has, a holder under his former name, characters that were lost."""
    unknown = [plot for plot in district.plots if "bad check digit" in plot.marks]
    renamed = [plot.firm for plot in district.plots if "own row" in plot.marks and plot.firm]
    rare = [firm for firm in district.firms if is_rare(firm.name)]
    what = "a character outside GBK became '?' in a table of the statistics bureau"
    return [
        *(_row("warning", "NAME_UNMATCHED", "parcels", "", "holder", plot.holder) for plot in unknown),
        *(_row("note", "MATCH_BY_FORMER_NAME", "parcels", f.uscc, "holder", f.former_names) for f in renamed),
        *(_row("warning", "CODE_NAME_DIFFERS", "accounts", firm.uscc, "name", what) for firm in rare),
    ]


def _planning_rows() -> Rows:
    """Give the notes on cases and plans by hand: a plot on two lists, measures that nobody wrote."""
    seen = [case.parcel_id for case in CASES]
    twice = sorted({code for code in seen if seen.count(code) > 1})
    rows = [_row("note", "CASE_COUNTED_ONCE", "cases", code, "list", "stands on two lists") for code in twice]
    blank = [code for plan, code, measure in BY_HAND if plan != "不动" and not measure]
    what = "no measure is written: the best one by net present value is taken"
    return rows + [_row("note", "HAND_MEASURE_CHOSEN", "hand_plans", code, "measure", what) for code in blank]


def _parcel_rows(district: District) -> Rows:
    """Give the doubts about plots."""
    return [row for plot in district.plots for row in _plot_rows(plot)]


def _plot_rows(plot: Plot) -> Rows:
    """Give the doubts about one plot."""
    doubts: list[tuple[bool, str, str, str, str]] = [
        (
            "area difference" in plot.marks, "warning", "AREA_DIFFERENCE", "registered_area_m2",
            f"drawn / registered = {plot.geometry.area / plot.area_m2:.4f}",
        ),
        (
            "outside prices" in plot.marks, "note", "PRICE_UNKNOWN", "price_level",
            "outside every price polygon, no level: K = 1.0",
        ),
        (
            "level conflict" in plot.marks, "warning", "PRICE_CONFLICT", "price_level",
            f"registered {plot.level}; the map says otherwise and wins",
        ),
        ("bad check digit" in plot.marks, "warning", "USCC_CHECK_DIGIT", "holder_uscc", plot.holder_uscc),
        (
            is_rare(plot.firm.name if plot.firm else ""), "warning", "HOLDER_NAME_DIFFERS", "holder",
            "a character outside GBK became '?' in the .dbf",
        ),
    ]  # fmt: skip
    return [
        _row(severity, code, "parcels", plot.parcel_id, column, what)
        for holds, severity, code, column, what in doubts
        if holds
    ]


def _ratio_rows(inputs: Inputs) -> Rows:
    """Give the enterprises whose output (or revenue) and tax of 2025 hardly fit together (under 2, over 200)."""
    rows: Rows = []
    for (uscc, year), account in inputs.accounts.items():
        tax, output = account.get("tax_wan", 0.0), account.get("output_wan")
        output = account.get("revenue_wan") if output is None else output
        if year == 2025 and tax > 0 and output is not None and not 2 <= output / tax <= 200:
            what = f"output or revenue / tax = {output / tax:.1f}"
            rows.append(_row("warning", "OUTPUT_TAX_RATIO_IMPLAUSIBLE", "accounts", uscc, "output_wan", what))
    return rows


def _meter_rows(inputs: Inputs, answer: Answer) -> Rows:
    """Give the plots whose meter names no enterprise although several use them."""
    users = Counter(parcel for parcel, _ in answer.land)
    plots = {row["parcel_id"] for row in inputs.meters if not row["uscc"]}
    return [
        _row("note", "METER_BY_LAND", "meters", parcel, "parcel_id", f"{users[parcel]} users, by their land")
        for parcel in sorted(plots)
        if users[parcel] > 1
    ]


def _tie_rows(answer: Answer) -> Rows:
    """Give the groups in which more are flagged than the share asks for, because of a tie at the cut."""
    flagged = Counter(result.group for result in answer.results.values() if result.flagged)
    return [
        _row("note", "TIED_AT_CUT", "groups", group, "", f"{flagged[group]} flagged, {cut} by the share")
        for group, cut in answer.cuts.items()
        if flagged[group] > cut
    ]


def _idle_rows(district: District) -> Rows:
    """Give the doubts that belong to idle cases."""
    doubts = {
        "I13": ("warning", "DELAY_WITHOUT_START", "from", "a document of the delay that states no period"),
        "I14": ("note", "START_DUE_FROM_HANDOVER", "handover_date", "no agreed start: a year after hand-over"),
        "I15": ("warning", "IDLE_EVIDENCE_MISSING", "", "neither an agreed start nor a hand-over paper"),
        "I21": ("note", "SUSPENSION_ENDED", "resumed_on", "taken up again on 2025-11-01"),
        "I26": ("note", "SEIZED_VERIFY", "seizure_from", "seized since 2024-01-05"),
        "I27": ("note", "MORTGAGEE_COPY", "mortgage_no", "the mortgagee is to be copied"),
    }
    rows: Rows = []
    for plot in district.plots:
        if plot.idle_case == "I29":
            what = "I29: the tax of the first phase is laid on the second, too, which is bare"
            rows.append(_row("note", "BARE_BUT_RUNNING", "parcels", plot.parcel_id, "built_share", what))
        if plot.idle_case in doubts:
            severity, code, column, what = doubts[plot.idle_case]
            table = "delays" if code.startswith("DELAY_") else "parcels"
            rows.append(_row(severity, code, table, plot.parcel_id, column, f"{plot.idle_case}: {what}"))
        if plot.idle_case == "I30":
            rows.append(
                _row(
                    "warning",
                    "DATE_IMPLAUSIBLE",
                    "parcels",
                    plot.parcel_id,
                    "start_date",
                    "I30: 2105-03-01 lies in the future",
                )
            )
            rows.append(
                _row("warning", "IDLE_EVIDENCE_MISSING", "parcels", plot.parcel_id, "", "I30: nothing shows a start")
            )
    return rows


def _structural(district: District, inputs: Inputs, answer: Answer) -> Rows:
    """Give the doubts that follow from the structure: unknown holders, reserve land, users without accounts."""
    rows: Rows = []
    users: dict[str, list[str]] = {}
    for parcel, uscc in answer.land:
        users.setdefault(parcel, []).append(uscc)
    for plot in district.plots:
        mine = users.get(plot.parcel_id, [])
        if mine and not any((uscc, 2025) in inputs.accounts for uscc in mine):
            rows.append(
                _row(
                    "warning",
                    "PARCEL_WITHOUT_ACCOUNT",
                    "parcels",
                    plot.parcel_id,
                    "",
                    "no user has accounts of 2025",
                    "structure",
                )
            )
        if not plot.holder_uscc and "own row" not in plot.marks:
            rows.append(
                _row("note", "NO_HOLDER", "parcels", plot.parcel_id, "holder_uscc", "reserve land", "structure")
            )
        elif plot.holder_uscc and plot.holder_uscc not in inputs.enterprises:
            rows.append(
                _row(
                    "note",
                    "HOLDER_UNKNOWN",
                    "parcels",
                    plot.parcel_id,
                    "holder_uscc",
                    "the holder is no enterprise of the table",
                    "structure",
                )
            )
    return rows


def _enterprise_rows(district: District, answer: Answer) -> Rows:
    """Give the doubts about enterprises."""
    rows: Rows = []
    for firm in district.firms:
        if "bad check digit" in firm.marks:
            for table in ("enterprises", "accounts"):
                rows.append(_row("warning", "USCC_CHECK_DIGIT", table, firm.uscc, "uscc", firm.name))
        if "zero energy" in firm.marks:
            rows.append(
                _row(
                    "warning", "ENERGY_NOT_POSITIVE", "accounts", firm.uscc, "energy_tce", "energy 0 counts as unknown"
                )
            )
        if answer.results[firm.uscc].status == "NO_LAND":
            tax = firm.accounts[2025]["tax_wan"]
            rows.append(
                _row(
                    "note",
                    "ENTERPRISE_WITHOUT_LAND",
                    "enterprises",
                    firm.uscc,
                    "",
                    f"tax 2025 of {tax:.2f} wan yuan stays unallocated",
                )
            )
    return rows


def _lease_rows(district: District) -> Rows:
    """Give the doubts about leases."""
    rows: Rows = []
    for lease in district.leases:
        if lease.note == "承租方不参评":
            rows.append(
                _row(
                    "note",
                    "LESSEE_NOT_EVALUATED",
                    "occupancy",
                    lease.firm.uscc,
                    "uscc",
                    f"the land on {lease.plot.parcel_id} stays with its lessor",
                )
            )
        if lease.note in {"已到期", "尚未起租"}:
            rows.append(
                _row(
                    "note",
                    "OCCUPANCY_NOT_ON_LAND_DATE",
                    "occupancy",
                    lease.firm.uscc,
                    "to_date" if lease.to_date else "from_date",
                    f"{lease.from_date} to {lease.to_date or ''} on {lease.plot.parcel_id} does not cover 2025-12-31",
                )
            )
    return rows
