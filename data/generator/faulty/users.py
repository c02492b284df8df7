"""Faults of the enterprise table and of the land users (15-17, 23)."""

from __future__ import annotations

from datetime import date

from generator.faulty.draft import Draft, Row
from generator.model import Firm, Plot
from generator.spec import INDUSTRIES

EDITION_2002 = {"2912": "2920", "2921": "3010", "2922": "3020", "2926": "3060", "2929": "3090"}
"""Class of GB/T 4754-2017 -> class of the 2002 edition, whose 29 is rubber and 30 plastics."""
NAMES_2002 = {"29": "橡胶制品业", "30": "塑料制品业"}
"""What the edition of 2002 calls the two: it is the name beside a code that tells its edition."""
INDUSTRY, NAME, LESSOR = "行业代码(GB/T 4754—2017)", "企业名称", "出租方统一社会信用代码"
KIND = "行业名称"
LAND, CODE = "使用土地面积(平方米)", "统一社会信用代码"


def fault_15(draft: Draft) -> None:
    """Plant: industry codes of the 2002 edition for 11 firms (29 橡胶, 30 塑料), "17.0" for 3 (enterprise xlsx)."""
    kinds = {firm.uscc: INDUSTRIES[firm.division].name for firm in draft.district.firms if firm.division in INDUSTRIES}
    for row in draft.enterprises:
        row[KIND] = kinds.get(str(row[CODE]))
    for firm in draft.firms(11, lambda f: f.status == "RANKED" and f.industry_code in EDITION_2002):
        row = draft.account(draft.enterprises, firm)
        old = EDITION_2002[firm.industry_code]
        row[INDUSTRY], row[KIND] = old, NAMES_2002[old[:2]]
        what = f"{old} {row[KIND]} (2002) for {firm.industry_code} (2017): used as 29"
        draft.plant(15, "INDUSTRY_EDITION_MIXED", "enterprises", firm.uscc, what, row=row, column="industry_code")
    for firm in draft.firms(3, lambda f: f.status == "RANKED" and f.division == "17"):
        row = draft.account(draft.enterprises, firm)
        row[INDUSTRY] = "17.0"
        draft.plant(15, "", "enterprises", firm.uscc, "17.0 is 17", row=row, column="industry_code")


def fault_16(draft: Draft) -> None:
    """Plant: lease over the holder's area (1), past its end (6), sub-lease of a sub-lease (2), circle (1) (leases)."""
    by_note = {str(row["备注"]): row for row in draft.leases if row["备注"]}
    whole = by_note["整宗出租"]
    whole[LAND] = round(float(str(whole[LAND])) * 1.4, 2)
    draft.plant(16, "LEASE_EXCEEDS_LAND", "occupancy", str(whole[CODE]), "1.4 x the plot", row=whole)
    tenants = {f.uscc for f in draft.firms(6, lambda f: bool(f.tenant_of) and 2025 in f.accounts)}
    for row in (row for row in draft.leases if row[CODE] in tenants):
        row["终止日期"] = date(2025, 9, 30)
        what = "past its end on the land date"
        draft.plant(16, "OCCUPANCY_NOT_ON_LAND_DATE", "occupancy", str(row[CODE]), what, row=row)
        draft.plant(16, "ENTERPRISE_WITHOUT_LAND", "enterprises", str(row[CODE]), "its lease has ended",
                    origin="follows")  # fmt: skip
    sub = by_note["转租"]
    for firm, area in zip(draft.firms(2, _small_user), (180.0, 120.0), strict=True):
        row = {**sub, CODE: firm.uscc, NAME: firm.name, LESSOR: sub[CODE], LAND: area, "备注": "再转租"}
        draft.leases.append(row)
        draft.plant(16, "SUBLEASE_OF_SUBLEASE", "occupancy", firm.uscc, "third link of a chain", row=row)
    part = next(row for row in draft.leases if row["备注"] == "部分出租" and row is not by_note.get("转租")
                and row["宗地代码"] != sub["宗地代码"])  # fmt: skip
    back: Row = {**part, CODE: part[LESSOR], NAME: None, LESSOR: part[CODE], "备注": "互相出租"}
    draft.leases.append(back)
    for row in (part, back):
        draft.plant(16, "LEASE_CYCLE", "occupancy", str(row[CODE]), "lets to its own lessor", row=row)


def _small_user(firm: Firm) -> bool:
    """Say whether an enterprise is ranked and holds one plot of its own."""
    return firm.status == "RANKED" and firm.n_plots == 1 and firm.division == "30"


def fault_17(draft: Draft) -> None:
    """Plant: two firms claim the same whole plot (leases)."""
    (plot,) = draft.plots(1, _held_by_one)
    (rival,) = draft.firms(1, lambda f: f.status == "RANKED" and f.n_plots == 1)
    if plot.firm is None:
        raise ValueError("the plot has a holder")
    for firm in (plot.firm, rival):
        row = dict.fromkeys(draft.leases[0]) | {"宗地代码": plot.parcel_id, CODE: firm.uscc, NAME: firm.name}
        row |= {"用地方式(自有/承租)": "自有", LAND: plot.area_m2, "备注": "整宗自用"}
        draft.leases.append(row)
        draft.plant(17, "OWN_EXCEEDS_LAND", "occupancy", firm.uscc, f"{firm.name} claims all of it", row=row)


def _held_by_one(plot: Plot) -> bool:
    """Say whether a plot is the only one of a ranked enterprise."""
    return plot.state == "IN_USE" and plot.firm is not None and plot.firm.n_plots == 1


def fault_23(draft: Draft) -> None:
    """Plant: name beginning with =, name with <script>, name with a newline (enterprises)."""
    tenants = draft.firms(3, lambda f: bool(f.tenant_of) and f.status == "RANKED")
    names = ("={}", "<script>alert(1)</script>{}", "{}\n(新厂)")
    for firm, pattern, code in zip(tenants, names, ("NAME_ODD", "NAME_ODD", "NAME_LINE_BREAK"), strict=True):
        row = draft.account(draft.enterprises, firm)
        row[NAME] = pattern.format(firm.name)
        draft.plant(23, code, "enterprises", firm.uscc, "formula, markup or line break", row=row, column="name")
        elsewhere = {
            "accounts": draft.account(draft.tax[2023], firm, 2023),
            "occupancy": draft.account(draft.leases, firm),
        }
        for table, other in elsewhere.items():
            what = f"{firm.name} in the other tables"
            draft.plant(23, "CODE_NAME_DIFFERS", table, firm.uscc, what, row=other, column="name")
