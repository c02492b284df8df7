"""Agreements, delays and meters through a whole run: from the table to the class, the issue and the explanation."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from assemble.rawbuild import part
from pipeline.builders import accounts, firms, plot, plots, run

from landuse.reports.explain import explain

DAY = {"as_of": date(2026, 6, 30)}
MONTHS = [f"{2025 + (6 + i) // 12}-{(6 + i) % 12 + 1:02d}-01" for i in range(12)]


def land(start="2023-05-01", **columns):
    """Return one plot under contract C1, not started, cause of the enterprise."""
    return plots(
        1, contract_no=["C1"], start_due=pd.to_datetime([start]), start_state=["未开工"], ownership=["国有"],
        land_price_wan=[100.0], **columns,
    )  # fmt: skip


def agreement(start, signed="2025-01-10", doc="补6号", **columns):
    known = {"contract_no": ["C1"], "signed": pd.to_datetime([signed]), "start_due": pd.to_datetime([start])}
    return part("amendments", "协议.xlsx", "补充协议", **known, doc_no=[doc], **columns)


def delay(first, last, cause="政府原因", doc="函9号"):
    days = {"from": pd.to_datetime([first]), "to": pd.to_datetime([last])}
    return part("delays", "延误.xlsx", parcel_id=["P000"], **days, cause=[cause], doc_no=[doc])


def power(kwh, uscc="F000", months=MONTHS):
    table = {"uscc": [uscc] * len(months), "month": pd.to_datetime(pd.Series(months)), "kwh": [float(v) for v in kwh]}
    return part("meters", "用电.xlsx", **table)


def law(*parts):
    row = plot(run(*parts, firms(1), accounts(1), project=DAY), "P000")
    return row["idle_class"], row["consequence"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-07-01", ("NOT_DUE", "none")),
        ("2026-06-30", ("NOT_DUE", "none")),
        ("2026-06-29", ("OVERDUE_START", "warn")),
        ("2025-06-30", ("OVERDUE_START", "warn")),
        ("2025-06-29", ("IDLE_T1", "fee")),
        ("2024-06-30", ("IDLE_T1", "fee")),
        ("2024-06-29", ("IDLE_T1", "reclaim")),
    ],
)
def test_the_clock_runs_from_the_amended_start_to_the_day(start, expected):
    assert law(land()) == ("IDLE_T1", "reclaim")
    assert law(land(), agreement(start)) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [("2025-02-28", ("IDLE_T1", "fee")), ("2024-04-30", ("IDLE_T1", "fee")), ("2024-04-29", ("IDLE_T1", "reclaim"))],
)
def test_days_of_documented_delay_move_the_start_to_the_day(last, expected):
    # due 2024-04-30; 61 days from 2024-03-01 to 2024-04-30 move it to 2024-06-30, 60 days to 2024-06-29
    assert law(land("2024-04-30"), delay("2024-03-01", last)) == expected


def test_the_explanation_names_the_agreement_and_the_delay_with_file_and_row():
    analysis = run(
        land(), agreement("2025-01-02"), delay("2024-03-01", "2025-02-28"), firms(1), accounts(1), project=DAY
    )
    receipt = str(explain(analysis, "P000"))
    for line in (
        "补充协议补6号(2025-01-10签订):约定动工(开工)时间由2023-05-01变更为2025-01-02 ← 协议.xlsx〔补充协议〕 第 2 行",
        "政府原因影响:2024-03-01至2025-02-28,首尾均计,365 天;政府原因;文号 函9号 ← 延误.xlsx 第 2 行",
        "约定动工日2025-01-02(2025-01-10补充协议补6号变更,原约定2023-05-01),政府原因影响365天(函9号),顺延至2026-01-02",
    ):
        assert line in receipt, line


def test_the_explanation_names_papers_that_are_not_in_force_and_why():
    analysis = run(
        land(), agreement("2025-09-01", signed="2026-07-01"), delay("2024-03-01", "2025-02-28", cause="企业资金"),
        firms(1), accounts(1), project=DAY,
    )  # fmt: skip
    receipt = str(explain(analysis, "P000"))
    for line in ("未采用的补充协议", "签订日期:2026-07-01、约定动工(开工)时间:2025-09-01", "AMENDMENT_NOT_YET",
                 "未计天数的政府原因记录", "DELAY_NOT_GOVERNMENT"):  # fmt: skip
        assert line in receipt, line


def test_an_agreement_equal_to_the_contract_changes_no_result():
    parts = (land(), firms(1), accounts(1))
    before, after = run(*parts, project=DAY), run(*parts, agreement("2023-05-01"), project=DAY)
    columns = list(before.parcels.table.columns)
    pd.testing.assert_frame_equal(after.parcels.table[columns], before.parcels.table)
    assert after.issues["code"].tolist().count("AMENDMENT_NO_CHANGE") == 1


# ---------------------------------------------------------------------------------------------- meters


def efficiency(*parts, **columns):
    analysis = run(plots(1), firms(1, **columns), *parts, project=DAY)
    return plot(analysis, "P000")["efficiency_class"], analysis


@pytest.mark.parametrize(
    ("tax", "kwh", "stopped"),
    [
        (0.0, [0] * 12, True),
        (0.0, [0] * 11 + [1], False),
        (0.1, [0] * 12, False),
        (0.0, [0] * 11, False),
        (None, [0] * 12, False),
    ],
)
def test_a_parcel_is_stopped_after_twelve_months_without_tax_and_electricity(tax, kwh, stopped):
    found, _ = efficiency(power(kwh, months=MONTHS[: len(kwh)]), accounts(1, tax_wan=[tax]))
    assert (found == "stopped") is stopped


def test_meters_change_nothing_for_who_has_an_account_or_what_it_ranks():
    plain, metered = (
        run(plots(8), firms(8), accounts(8), *more, project=DAY) for more in ((), (power([5] * 12, "F003"),))
    )
    names = ["uscc", "score", "rank", "status", "has_account", "low_efficiency"]
    pd.testing.assert_frame_equal(plain.enterprises[names], metered.enterprises[names])


def test_the_explanation_of_an_enterprise_says_what_its_meters_show():
    _, analysis = efficiency(power([10] * 12), accounts(1))
    receipt = str(explain(analysis, "F000"))
    assert "用电表合计:2025 年 — 千瓦时" in receipt
    assert "截至 2026-06-30 的 12 个整月,已知 12 个月共 120 千瓦时;有用电" in receipt


def test_doubts_about_meters_reach_the_issues():
    _, analysis = efficiency(power([10] * 12), accounts(1), production_state=["停产"])
    (told,) = analysis.issues[analysis.issues["code"].eq("STOPPED_BUT_POWERED")].to_dict("records")
    assert (told["table"], told["key"], told["value"]) == ("meters", "F000", "100%")
