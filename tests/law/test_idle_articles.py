"""The articles one by one, and the statutes they take their numbers from."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from idleplots import table

from landuse.law import articles as art
from landuse.law.calendar import Clock
from landuse.law.cause import Cause, article_8_cause
from landuse.law.facts import Words, read_facts
from landuse.law.statutes import idle_law, practice, statute

TODAY = Clock(date(2026, 6, 30))
LAW = idle_law()


def facts(**columns):
    return read_facts(table([{"parcel_id": "P", **columns}]), practice())


def cause(text, **columns):
    words = Words.of(pd.DataFrame({"delay_cause": pd.array([text], dtype="str")}), "delay_cause")
    return Cause(article_8_cause(words, facts(**columns), TODAY, practice())[0])


def test_the_numbers_are_those_of_order_53():
    assert (LAW.not_started_years, LAW.suspended_years, LAW.fee_years, LAW.reclaim_years, LAW.handover_years) == (
        1, 1, 1, 2, 1,
    )  # fmt: skip
    assert (LAW.area_share, LAW.invest_share, LAW.fee_share) == (Fraction(1, 3), Fraction(1, 4), Fraction(1, 5))


@pytest.mark.parametrize(
    ("name", "number", "in_force"),
    [
        ("order_53_2012", "国土资源部令第53号", date(2012, 7, 1)),
        ("civil_code", "中华人民共和国主席令第45号", date(2021, 1, 1)),
    ],
)
def test_every_statute_is_dated_and_every_article_quoted(name, number, in_force):
    law = statute(name)
    assert (law.number, law.in_force) == (number, in_force)
    assert law.passed < law.in_force
    assert all(
        article.quote and article.gist and article.checked in {"text", "summary"} for article in law.articles.values()
    )


def test_every_article_that_is_cited_stands_in_the_statute():
    assert {key for keys in LAW.applies.values() for key in keys} <= LAW.statute.articles.keys()


def test_citations_name_the_title_and_the_articles_in_both_languages():
    assert LAW.statute.cite(["2_1", "14_1"], "zh") == "《闲置土地处置办法》第二条第一款、第十四条第(一)项"
    assert LAW.statute.cite(["8"], "en") == "Measures for the Disposal of Idle Land, art. 8"
    assert LAW.statute.cite([], "zh") == ""


@pytest.mark.parametrize(
    ("part", "whole", "below"),
    [(10_000.0, 30_000.0, False), (9_999.0, 30_000.0, True), (0.0, 30_000.0, True), (30_000.0, 30_000.0, False)],
)
def test_exactly_one_third_is_not_below_one_third(part, whole, below):
    assert art.share_below(np.array([part]), np.array([whole]), Fraction(1, 3))[0] == below


@pytest.mark.parametrize(("part", "whole"), [(np.nan, 1.0), (1.0, np.nan), (0.0, 0.0), (1.0, -1.0)])
def test_a_share_without_both_figures_is_open(part, whole):
    assert pd.isna(art.share_below(np.array([part]), np.array([whole]), Fraction(1, 3))[0])


@given(st.integers(1, 3_000))
def test_a_third_converted_from_mu_is_still_a_third(mu):
    third, whole = float(Fraction(2000, 3) * mu), float(Fraction(2000, 3) * 3 * mu)
    assert not art.share_below(np.array([third]), np.array([whole]), Fraction(1, 3))[0]


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e5))
def test_more_area_under_development_never_makes_land_fall_short(one, other, whole):
    less, more = sorted([one, other])
    below = [art.share_below(np.array([part]), np.array([whole]), Fraction(1, 3))[0] for part in (less, more)]
    assert below[0] or not below[1]


@pytest.mark.parametrize(
    ("columns", "started"),
    [
        ({"start_date": date(2026, 6, 30)}, True),
        ({"start_date": date(2026, 7, 1)}, None),
        ({"finish_date": date(2026, 6, 30)}, True),
        ({"finish_date": date(2026, 7, 1)}, None),
        ({"area_started_m2": 0.01}, True),
        ({"area_started_m2": 0.0}, False),
        ({"invest_actual_wan": 0.0}, False),
        ({"invest_actual_wan": 5.0}, None),
        ({"invest_actual_wan": 0.0, "start_date": date(2026, 7, 1)}, None),
        ({"start_state": "未开工"}, False),
        ({"start_state": "未开工", "start_date": date(2026, 7, 1)}, False),
        ({"start_state": "已开工"}, True),
        ({"start_state": "已竣工"}, True),
        ({"start_state": "停工"}, None),
        ({}, None),
    ],
)
def test_a_start_is_what_the_evidence_says_and_open_without_any(columns, started):
    seen = art.article_30_started(facts(**columns), TODAY)[0]
    assert (None if pd.isna(seen) else bool(seen)) is started


def test_a_resumption_before_the_suspension_does_not_end_it():
    assert art.is_suspended(facts(suspended_from=date(2025, 5, 1), resumed_on=date(2024, 5, 1)), TODAY)[0]
    assert not art.is_suspended(facts(suspended_from=date(2025, 5, 1), resumed_on=date(2026, 6, 30)), TODAY)[0]
    assert art.is_suspended(facts(suspended_from=date(2025, 5, 1), resumed_on=date(2026, 7, 1)), TODAY)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Cause.ENTERPRISE),
        ("交地延误", Cause.GOVERNMENT),
        ("规划依法修改", Cause.GOVERNMENT),
        ("群众信访", Cause.GOVERNMENT),
        ("军事管制", Cause.GOVERNMENT),
        ("不可抗力", Cause.GOVERNMENT),
        ("Government: planning change", Cause.GOVERNMENT),
        ("法院查封", Cause.SEIZURE),
        ("企业资金紧张", Cause.ENTERPRISE),
        ("政府未交地,企业资金也不足", Cause.MIXED),
        ("非政府原因", Cause.ENTERPRISE),
        ("非企业原因", Cause.UNKNOWN),
        ("等通知", Cause.UNKNOWN),
    ],
)
def test_the_words_of_the_paper_name_the_cause(text, expected):
    assert cause(text) is expected


def test_a_seizure_speaks_from_its_day_on():
    assert cause("", seizure_from=date(2026, 6, 30)) is Cause.SEIZURE
    assert cause("", seizure_from=date(2026, 7, 1), seizure_no="x") is Cause.ENTERPRISE
    assert cause("", seizure_no="(2024)示0781执保12号") is Cause.SEIZURE
    assert cause("政策调整", seizure_no="x") is Cause.MIXED


def test_counted_days_of_government_delay_credit_the_government_words():
    assert cause("规划调整", gov_delay_days=30) is Cause.ENTERPRISE
    assert cause("规划调整", gov_delay_days=0) is Cause.GOVERNMENT
    assert cause("", gov_delay_days=30) is Cause.ENTERPRISE


def test_the_readings_can_be_turned(monkeypatch):
    from dataclasses import replace

    other = replace(practice(), blank_cause="unknown", counted_delay="open")
    words = Words.of(pd.DataFrame({"delay_cause": pd.array(["", "规划调整"], dtype="str")}), "delay_cause")
    both = table([{"parcel_id": "P", "gov_delay_days": 30}, {"parcel_id": "Q", "gov_delay_days": 30}])
    causes = article_8_cause(words, read_facts(both, other), TODAY, other)
    assert [Cause(code) for code in causes] == [Cause.UNKNOWN, Cause.GOVERNMENT]
