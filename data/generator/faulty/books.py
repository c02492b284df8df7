"""Faults of the tax lists and of the tables of output and energy (7-13, 19-21)."""

from __future__ import annotations

from generator.codes import (
    check_character,
    credit_code,
    is_organisation_code,
    organisation_code,
    registration_number,
)
from generator.faulty.draft import Draft, Row
from generator.model import Firm

CODE, TAXPAYER, TAX = "统一社会信用代码", "纳税人名称", "实缴税收(万元)"
REGISTERED = "工商注册号"
REVENUE, PROFIT, OUTPUT = "营业收入(万元)", "利润总额(万元)", "工业总产值(万元)"
HEAD_OFFICES = ((773, 402.15), (774, 96.40), (775, 511.08), (776, 120.15))
"""With the two of the clean district these make six rows and 1,284.37 wan yuan."""


def _has_output(firm: Firm) -> bool:
    """Say whether an enterprise is ranked and stays known by its output when its tax is lost."""
    row = firm.accounts.get(2025, {})
    return firm.status == "RANKED" and row.get("output_wan", 0) > 0 and row["tax_wan"] > 0


def fault_07(draft: Draft) -> None:
    """Plant: 14 credit codes wrong check digit (8 O/0, 6 swaps), 5 old 15-digit, 4 nine-digit (tax csv)."""
    _wrong_credit_codes(draft)
    _registration_numbers(draft)
    _organisation_codes(draft)


def _wrong_credit_codes(draft: Draft) -> None:
    """Plant eight beside the name of their enterprise, which joins them, and six without any name, which do not."""
    for number, firm in enumerate(draft.firms(14, _has_output)):
        is_named = number < 8
        code = _letter_for_digit(firm.uscc, number) if is_named else _swapped(firm.uscc)
        row = draft.account(draft.tax[2025], firm)
        row[CODE], row[TAXPAYER] = code, firm.name if is_named else ""
        about = {"what": f"{code} for {firm.uscc}", "row": row, "enterprise": firm.uscc}
        if is_named:
            draft.plant(7, "MATCH_DESPITE_CODE", "accounts", firm.uscc, column="uscc", match="joined", **about)
            continue
        for issue in ("USCC_CHECK_DIGIT", "MATCH_TO_CONFIRM"):
            draft.plant(7, issue, "accounts", code, column="uscc", match="open", **about)
        draft.plant(7, "ACCOUNT_WITHOUT_ENTERPRISE", "accounts", code, origin="follows", match="open", **about)
        _without_tax(draft, firm, 7)


def _registration_numbers(draft: Draft) -> None:
    """Plant three that stand in the register of enterprises, one mistyped beside a name, one that nothing explains."""
    for row in draft.enterprises:
        row[REGISTERED] = None
    for number, firm in enumerate(draft.firms(5, _has_output)):
        code = registration_number(firm.number)
        row = draft.account(draft.tax[2025], firm)
        row[CODE] = code
        if number < 3:
            draft.account(draft.enterprises, firm)[REGISTERED] = code
            draft.plant(7, "MATCH_BY_CODE", "accounts", firm.uscc, f"{code} is the registration number", row=row,
                        match="joined", enterprise=firm.uscc)  # fmt: skip
        elif number == 3:
            row[CODE] = _mistyped(code)
            _by_name_beside_old_code(draft, firm, row, f"{row[CODE]} for {code}")
        else:
            row[TAXPAYER] = ""
            what = f"{code}, in no register and without a name, is {firm.uscc}"
            for issue, key in (("ACCOUNT_WITHOUT_ENTERPRISE", code), ("USCC_SHAPE", "")):
                draft.plant(7, issue, "accounts", key, what, row=row, match="none", enterprise=firm.uscc)
            _without_tax(draft, firm, 7)


def _mistyped(code: str) -> str:
    """Give a number whose last digit is another one."""
    return f"{code[:-1]}{(int(code[-1]) + 3) % 10}"


def _organisation_codes(draft: Draft) -> None:
    """Plant three that are right in themselves, and so keys, and one that is not, beside the name of its enterprise."""
    right = draft.firms(3, lambda firm: _has_output(firm) and is_organisation_code(organisation_code(firm.uscc)))
    for firm in right:
        row = draft.account(draft.tax[2025], firm)
        row[CODE] = organisation_code(firm.uscc)
        draft.plant(7, "MATCH_BY_CODE", "accounts", firm.uscc, f"{row[CODE]} stands in {firm.uscc}", row=row,
                    match="joined", enterprise=firm.uscc)  # fmt: skip
    (firm,) = draft.firms(1, lambda f: _has_output(f) and not is_organisation_code(organisation_code(f.uscc)))
    row = draft.account(draft.tax[2025], firm)
    row[CODE] = organisation_code(firm.uscc)
    _by_name_beside_old_code(draft, firm, row, f"{row[CODE]} stands in {firm.uscc}, its check digit is wrong")


def _by_name_beside_old_code(draft: Draft, firm: Firm, row: Row, what: str) -> None:
    """Write down a row that its name joins and whose old code is told."""
    for issue in ("MATCH_BY_NAME", "OLD_CODE_CHECK"):
        draft.plant(7, issue, "accounts", "", what, row=row, match="joined", enterprise=firm.uscc)


def _letter_for_digit(code: str, number: int) -> str:
    """Put the letter O for one of the zeros of a code."""
    zeros = [at for at, sign in enumerate(code[10:17], start=10) if sign == "0"]
    at = zeros[number % len(zeros)]
    return f"{code[:at]}O{code[at + 1 :]}"


def _swapped(code: str) -> str:
    """Swap two neighbouring characters so that the check character is wrong."""
    for at in range(16, 9, -1):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :] if at < 16 else code
        if swapped != code and check_character(swapped[:17]) != swapped[17]:
            return swapped
    raise ValueError(f"{code} cannot be swapped")


def fault_08(draft: Draft) -> None:
    """Plant: 31 tax rows match by name only (brackets, 曾用名, spaces), 7 only fuzzily, must not join (tax csv)."""
    renamed = draft.firms(2, lambda firm: bool(firm.former_names))
    firms = [*renamed, *draft.firms(36, _has_output)]
    for number, firm in enumerate(firms):
        row = draft.account(draft.tax[2025], firm)
        is_alike = number >= 31
        name = firm.former_names if number < 2 else _unlike(firm.name) if is_alike else _alike(firm.name, number)
        row[CODE], row[TAXPAYER] = "", name
        about = {"what": f"{name} for {firm.name}", "row": row, "enterprise": firm.uscc, "column": "name"}
        if is_alike:
            draft.plant(8, "MATCH_TO_CONFIRM", "accounts", name, match="open", **about)
            _without_tax(draft, firm, 8)
        elif number < 2:
            draft.plant(8, "MATCH_BY_FORMER_NAME", "accounts", firm.uscc, match="joined", **about)
        else:
            draft.plant(8, "MATCH_BY_NAME", "accounts", "", match="joined", **about)


def _without_tax(draft: Draft, firm: Firm, fault: int) -> None:
    """Write down the plots that nothing is known of when the tax row of their holder is lost."""
    if "revenue only" in firm.marks and "no energy" in firm.marks:
        for plot in (plot for plot in draft.district.plots if plot.firm is firm):
            what = f"tax and revenue of {firm.name} are not joined"
            draft.plant(fault, "PARCEL_WITHOUT_ACCOUNT", "parcels", plot.parcel_id, what, origin="follows")


def _alike(name: str, number: int) -> str:
    """Write a name in another way that means the same: with spaces, or with its second word in brackets."""
    if number % 3 == 0:
        return f"{name[:2]}({name[2:4]}){name[4:]}"
    if number % 3 == 1:
        return f"{name[:2]}（{name[2:4]}）{name[4:]}"
    return f" {name[:4]} {name[4:]}"


def _unlike(name: str) -> str:
    """Write a name with a slip: similar, but it could be another enterprise."""
    return name[:2] + name[3:]


def fault_09(draft: Draft) -> None:
    """Plant: 6 tax rows match nothing (head office elsewhere), sum 1,284.37 万元; two are clean ones (tax csv)."""
    for number, tax in HEAD_OFFICES:
        name = f"临洲{'安驰' if number % 2 else '广陌'}装备集团有限公司总部{number - 772}部"
        row: Row = {CODE: credit_code(number), TAXPAYER: name, "年度": 2025, TAX: tax}
        row |= {REVENUE: round(tax * 21, 2), PROFIT: round(tax * 1.4, 2)}
        draft.tax[2025].append(row)
        what = f"head office elsewhere, {tax:.2f} wan yuan"
        draft.plant(9, "ACCOUNT_WITHOUT_ENTERPRISE", "accounts", credit_code(number), what, row=row)


def fault_11(draft: Draft) -> None:
    """Plant: tax 2023 in 元, 2024 万元, 2025 千元 (header says so for two only) (tax files)."""
    for year, factor, unit in ((2023, 10000, "(元)"), (2024, 1, ""), (2025, 10, "(千元)")):
        for row in draft.tax[year]:
            changed = _in_unit(row, factor, unit)
            row.clear()
            row.update(changed)
        file = f"accounts_tax_{year}.csv"
        if unit:
            draft.plant(11, "", "accounts", "", f"header {TAX[:4]}{unit}: amounts as in 万元", file=file)
            continue
        for column in ("tax_wan", "revenue_wan", "profit_wan"):
            what = "no unit in the header: read as 万元, as the other years say"
            draft.plant(11, "UNIT_BY_EVIDENCE", "accounts", "", what, file=file, column=column)


def _in_unit(row: Row, factor: int, unit: str) -> Row:
    """Give a row with its amounts in another unit, and the titles that say so."""
    out: Row = {}
    for title, value in row.items():
        amount = title.endswith("(万元)")
        known = isinstance(value, int | float)
        shown = round(float(str(value)) * factor, 1 if factor == 10 else 0) if amount and known else value
        out[title.removesuffix("(万元)") + unit if amount else title] = value if factor == 1 else shown
    return out


def fault_12(draft: Draft) -> None:
    """Plant: energy of 3 cement works in kgce; 2 firms 当量, rest 等价 (energy xlsx)."""
    cement = draft.firms(3, lambda f: "水泥" in f.name and _has_output(f) and f.accounts[2025].get("energy_tce", 0) > 0)
    for firm in cement:
        for year in firm.accounts:
            row = draft.account(draft.energy, firm, year)
            row["综合能源消费量(吨标准煤)"] = round(float(str(row["综合能源消费量(吨标准煤)"])) * 1000, 0)
        what = "2023 to 2025 in kgce under a header of tce"
        draft.plant(12, "ENERGY_INTENSITY_IMPLAUSIBLE", "accounts", firm.uscc, what)
    for firm in draft.firms(2, lambda f: _has_output(f) and f.accounts[2025].get("energy_tce", 0) > 0):
        draft.account(draft.energy, firm)["能耗口径"] = "当量值"
        draft.plant(12, "ENERGY_BASIS_MIXED", "accounts", firm.uscc, "当量值 among 等价值", column="energy_basis")


def fault_13(draft: Draft) -> None:
    """Plant: "—", "无", "#DIV/0!", "1,234.5万元", full-width digits, trailing notes (output xlsx)."""
    firms = draft.firms(12, lambda f: _has_output(f) and f.accounts[2025]["output_wan"] > 1000)
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    for number, firm in enumerate(firms):
        row = draft.account(draft.output, firm)
        value = float(str(row[OUTPUT]))
        cell, code = (
            ("—", ""),
            ("无", ""),
            ("#DIV/0!", "CELL_ERROR"),
            (f"{value:,.2f}万元", ""),
            (f"{value:.2f}".translate(wide), ""),
            (f"{value:.2f}(快报数)", "NUMBER_TEXT"),
        )[number % 6]
        row[OUTPUT] = cell
        draft.plant(13, code, "accounts", firm.uscc, f"output is {cell}", row=row, column="output_wan")


def fault_19(draft: Draft) -> None:
    """Plant: employee 0 with tax; output / tax ratio 640; output a tenth by a missing zero (accounts)."""
    (idle,) = draft.firms(1, lambda f: _has_output(f) and f.accounts[2025]["tax_wan"] > 100)
    row = draft.account(draft.output, idle)
    row["平均用工人数(人)"] = 0.0
    draft.plant(19, "EMPLOYEES_ZERO_WITH_TAX", "accounts", idle.uscc, "no employee, but tax", column="employees")
    quiet = "no energy"
    (high,) = draft.firms(1, lambda f: _has_output(f) and quiet in f.marks and f.accounts[2025]["tax_wan"] > 5)
    row = draft.account(draft.output, high)
    row[OUTPUT] = round(high.accounts[2025]["tax_wan"] * 640, 2)
    draft.plant(19, "OUTPUT_TAX_RATIO_IMPLAUSIBLE", "accounts", high.uscc, "output / tax = 640", column="output_wan")
    (low,) = draft.firms(1, lambda f: _has_output(f) and quiet in f.marks and 4 < _ratio(f) < 18)
    row = draft.account(draft.output, low)
    row[OUTPUT] = round(low.accounts[2025]["output_wan"] / 10, 2)
    what = f"a zero is missing: output / tax = {_ratio(low) / 10:.2f}"
    draft.plant(19, "OUTPUT_TAX_RATIO_IMPLAUSIBLE", "accounts", low.uscc, what, column="output_wan")


def _ratio(firm: Firm) -> float:
    """Give output over tax of 2025."""
    return firm.accounts[2025]["output_wan"] / firm.accounts[2025]["tax_wan"]


def fault_20(draft: Draft) -> None:
    """Plant: firm 注销 but paying tax; firm 正常 with 14 months of no electricity (enterprise / meters)."""
    (closed,) = draft.firms(1, lambda f: f.registry_state == "注销")
    row: Row = {CODE: closed.uscc, TAXPAYER: closed.name, "年度": 2025, TAX: 36.8, REVENUE: 702.4, PROFIT: 21.5}
    draft.tax[2025].append(row)
    draft.plant(20, "CLOSED_BUT_PAYING", "accounts", closed.uscc, "注销, tax of 36.80 wan yuan", row=row)
    (dark,) = draft.firms(1, lambda f: _has_output(f) and f.n_plots == 1 and "no energy" in f.marks)
    draft.account(draft.energy, dark)["用电量(千瓦时)"] = 0.0
    draft.plant(20, "POWER_ZERO_BUT_RUNNING", "accounts", dark.uscc, "正常, no electricity in 2025",
                column="electricity_kwh")  # fmt: skip
    draft.meters += [_meter(f"D20{dark.number:05d}", dark, "", month, 0.0) for month in months(14)]
    what = "no electricity from 2024-11 to 2025-12"
    draft.plant(20, "POWER_NONE_12_MONTHS", "meters", dark.uscc, what, column="kwh")


def fault_18(draft: Draft) -> None:
    """Plant: one meter, five tenants; a meter of a stopped firm still at 30 % (electricity)."""
    factory = next(p for p in draft.district.plots if "standard factory" in p.marks)
    tenants = [f for f in draft.district.firms if f.tenant_of == factory.key][:5]
    for month in months(14):
        draft.meters += [_meter("D1800001", firm, factory.parcel_id, month, 86400.0) for firm in tenants]
    draft.plant(18, "METER_SHARED", "meters", factory.parcel_id, "one meter, five tenants, no shares", column="share")
    (stopped,) = draft.firms(1, lambda f: f.status == "CLOSED" and f.registry_state != "注销")
    before = dict.fromkeys(months(14)[:2], 52000.0)
    draft.meters += [_meter("D1800002", stopped, "", month, before.get(month, 15600.0)) for month in months(14)]
    draft.plant(18, "STOPPED_BUT_POWERED", "meters", stopped.uscc, "停产, meter at 30 % of the months before",
                column="kwh")  # fmt: skip


def _meter(number: str, firm: Firm, parcel_id: str, month: str, kwh: float) -> Row:
    """Give one row of the meter table."""
    return {
        "户号": number,
        CODE: firm.uscc,
        "宗地代码": parcel_id,
        "月份": month,
        "用电量(千瓦时)": kwh,
        "分摊比例": None,
    }


def months(n: int) -> list[str]:
    """Give the last n months up to December 2025."""
    return [f"{(2025 * 12 + 11 - i) // 12}-{(2025 * 12 + 11 - i) % 12 + 1:02d}" for i in range(n)][::-1]


def fault_21(draft: Draft) -> None:
    """Plant: hidden sheet with last year's data; sheet named "Sheet1 (2)" (accounts xlsx); see write.py."""
    what = "Sheet1 (2) is read; Sheet1 with the rows of 2024 is hidden"
    draft.plant(21, "SHEETS_NOT_READ", "accounts", "", what, file="accounts_energy.xlsx")
