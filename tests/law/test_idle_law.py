"""The room as its neighbours use it: index, columns, words, findings, issues."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from idleplots import plot, project, table

from landuse.catalogue import load_folder, terms
from landuse.law.idle import COLUMNS, judge
from landuse.tables import columns, worded_issues

TODAY = date(2026, 6, 30)


def codes(idle):
    return sorted(idle.issues["code"])


def test_parcels_with_nothing_but_a_code_are_not_applicable_and_nobody_is_troubled():
    plots = pd.DataFrame({"parcel_id": pd.array(["A", "B"], dtype="str")}, index=[7, 3])
    idle = judge(plots, project(TODAY))
    assert list(idle.table.index) == [7, 3]
    assert list(idle.table.columns) == list(COLUMNS)
    assert list(idle.table["idle_class"]) == ["NOT_APPLICABLE"] * 2
    assert list(idle.table["consequence"]) == ["none"] * 2
    assert len(idle.findings) == len(idle.issues) == 0


def test_no_parcel_at_all_is_judged_too():
    idle = judge(plot().iloc[:0], project(TODAY))
    assert len(idle.table) == len(idle.findings) == len(idle.issues) == 0


def test_the_columns_are_those_of_the_vocabulary_with_their_types():
    dtypes = judge(plot(start_due=date(2025, 1, 1)), project(TODAY)).table.dtypes.astype(str)
    known = columns("output", "parcels")
    kinds = {"integer": "Int64", "number": "float64", "date": "datetime64[us]", "text": "str"}
    assert {n: dtypes[n] for n in COLUMNS if n in known} == {n: kinds[known[n].kind] for n in COLUMNS if n in known}


def test_the_input_is_untouched():
    plots = plot(start_due=date(2024, 2, 29), delay_cause="无")
    before = plots.copy(deep=True)
    judge(plots, project(TODAY))
    pd.testing.assert_frame_equal(plots, before)


def test_every_class_cause_and_consequence_has_words_in_both_languages():
    for lang in ("zh", "en"):
        assert {"NOT_DUE", "IDLE_T1", "IDLE_T2", "NOT_APPLICABLE"} <= terms("idle_class", lang).keys()
        assert {"ART2_T1", "ART2_T2", "ART8", "ART14_FEE", "ART14_RECLAIM", "START_LATE"} == terms(
            "law_rule", lang
        ).keys()


def test_the_sentence_names_the_day_the_years_and_the_articles():
    idle = judge(plot(start_due=date(2024, 6, 29)), project(TODAY))
    assert idle.table["idle_because"].iloc[0] == (
        "约定动工日2024-06-29,至2026-06-30未动工,逾期731天,已满2年,疑似闲置;原因:企业原因;未动工已满2年,可依法启动无偿收回"
        "(《闲置土地处置办法》第二条第一款、第十四条第(二)项)"
    )
    assert idle.table["article"].iloc[0] == "《闲置土地处置办法》第二条第一款、第十四条第(二)项"


def test_the_sentence_is_in_the_language_of_the_project():
    idle = judge(plot(start_due=date(2024, 6, 29)), project(TODAY, language="en"))
    assert idle.table["idle_because"].iloc[0].startswith("Start agreed for 2024-06-29; not started by 2026-06-30")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"start_due": date(2025, 6, 29), "land_price_wan": 1200.0},
            "土地闲置费测算额240.00万元(土地价款1,200.00万元的20%)",
        ),
        ({"start_due": date(2025, 6, 29)}, "土地价款不详"),
        ({"handover_date": date(2024, 5, 10)}, "自实际交付土地之日2024-05-10起1年,动工日为2025-05-10"),
        ({"approval_date": date(2024, 5, 10)}, "推定动工日2025-05-10"),
        ({"start_due": date(2024, 6, 29), "gov_delay_days": 1}, "政府原因影响1天,顺延至2024-06-30"),
        ({"contract_no": "x"}, "缺:约定动工(开工)时间、实际交付土地时间"),
        ({"ownership": "集体"}, "不适用"),
    ],
)
def test_the_sentence_gives_the_ground(told, said):
    assert said in judge(plot(**told), project(TODAY)).table["idle_because"].iloc[0]


def test_no_sentence_says_that_land_must_be_taken_back():
    words = str(load_folder("vocabulary/enumerations")["idle_clause"]) + str(terms("consequence", "zh"))
    assert "应收回" not in words
    assert "应当收回" not in words
    assert "测算额" in words


def test_findings_are_three_valued_and_carry_the_missing_papers():
    plots = table(
        [
            {"parcel_id": "idle", "start_due": date(2024, 6, 29), "start_state": "未开工"},
            {"parcel_id": "open", "start_due": date(2024, 6, 29)},
            {"parcel_id": "used", "start_due": date(2024, 6, 29), "start_date": date(2024, 6, 29)},
            {"parcel_id": "seized", "start_due": date(2024, 6, 29), "start_state": "未开工", "seizure_no": "x"},
        ]
    )
    found = judge(plots, project(TODAY)).findings
    assert set(found["unit"]) == {"parcel"}
    outcome = found.set_index(["key", "rule_id"])["outcome"]
    assert outcome["idle", "ART2_T1"]
    assert not outcome["used", "ART2_T1"]
    assert pd.isna(outcome["open", "ART2_T1"])
    assert outcome["idle", "ART14_RECLAIM"]
    assert not outcome["idle", "ART14_FEE"]
    assert not outcome["idle", "ART8"]
    assert pd.isna(outcome["seized", "ART8"])
    assert pd.isna(outcome["seized", "ART14_RECLAIM"])
    assert ("used", "START_LATE") not in outcome.index
    missing = found.set_index(["key", "rule_id"])["missing"]
    assert missing["open", "ART2_T1"] == ["start_date", "start_state"]
    assert missing["idle", "ART2_T1"] == []
    assert not found.duplicated(["unit", "key", "rule_id"]).any()


def test_a_late_start_is_recorded_with_its_days_unless_the_day_was_assumed():
    late = judge(plot(start_due=date(2024, 3, 1), start_date=date(2025, 6, 15)), project(TODAY)).findings
    assert "晚471天" in late.set_index("rule_id").loc["START_LATE", "because"]
    assumed = judge(plot(approval_date=date(2023, 3, 1), start_date=date(2025, 6, 15)), project(TODAY)).findings
    assert "START_LATE" not in set(assumed["rule_id"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("start_date", "finish_date"),
        ("contract_date", "start_date"),
        ("handover_date", "start_date"),
        ("start_due", "finish_due"),
        ("suspended_from", "resumed_on"),
        ("start_date", "suspended_from"),
        ("contract_date", "start_due"),
    ],
)
def test_two_dates_in_the_wrong_order_are_a_warning_and_the_same_day_is_none(first, second):
    wrong = judge(plot(start_state="已开工", **{first: date(2024, 3, 2), second: date(2024, 3, 1)}), project(TODAY))
    issue = wrong.issues[wrong.issues["code"] == "DATE_ORDER"].iloc[0]
    assert (issue["severity"], issue["key"], issue["column"], issue["value"]) == ("warning", "P1", first, "2024-03-02")
    same = judge(plot(start_state="已开工", **{first: date(2024, 3, 1), second: date(2024, 3, 1)}), project(TODAY))
    assert "DATE_ORDER" not in codes(same)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"gov_delay_days": -1, "start_due": date(2027, 1, 1)}, "GOV_DELAY_NOT_BELIEVED"),
        ({"gov_delay_days": 36501, "start_due": date(2027, 1, 1)}, "GOV_DELAY_NOT_BELIEVED"),
        (
            {"parcel_id": "990781001002JB00015", "ownership": "国有", "start_due": date(2027, 1, 1)},
            "OWNERSHIP_CONFLICT",
        ),
        ({"parcel_id": "990781001002GB00015", "ownership": "集体"}, "OWNERSHIP_CONFLICT"),
        ({"handover_date": date(2026, 1, 1)}, "START_DUE_FROM_HANDOVER"),
    ],
)
def test_each_planted_fault_is_caught(told, code):
    assert codes(judge(plot(**told), project(TODAY))) == [code]


def test_days_of_delay_that_are_not_believed_move_nothing():
    idle = judge(plot(start_due=date(2025, 6, 29), gov_delay_days=-400), project(TODAY)).table.iloc[0]
    assert idle["idle_since"] == pd.Timestamp(2025, 6, 29)


@pytest.mark.parametrize("days", [0, 36500])
def test_days_of_delay_on_the_bounds_are_believed(days):
    assert codes(judge(plot(start_due=date(2027, 1, 1), gov_delay_days=days), project(TODAY))) == []


def test_a_day_before_the_law_is_a_warning():
    assert codes(judge(plot(start_due=date(2014, 1, 1)), project(date(2012, 6, 30)))) == ["STATUTE_NOT_IN_FORCE"]
    assert codes(judge(plot(start_due=date(2014, 1, 1)), project(date(2012, 7, 1)))) == []


def test_an_ordinary_parcel_raises_no_issue():
    clean = plot(
        parcel_id="990781001002GB00015", contract_date=date(2023, 1, 5), handover_date=date(2023, 3, 5),
        start_due=date(2023, 9, 1), start_date=date(2023, 8, 20), finish_due=date(2025, 9, 1),
        finish_date=date(2025, 6, 1), area_due_m2=100.0, area_started_m2=100.0, start_state="已竣工",
    )  # fmt: skip
    idle = judge(clean, project(TODAY))
    assert codes(idle) == []
    assert idle.table["idle_class"].iloc[0] == "NORMAL"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_issue_can_be_worded(lang):
    plots = table(
        [
            {"parcel_id": "a", "ownership": "国有", "start_due": date(2023, 1, 1), "start_state": "未开工",
             "delay_cause": "等通知", "mortgage_no": "m", "gov_delay_days": -5, "finish_due": date(2022, 1, 1)},
            {"parcel_id": "990781001002JB00015", "ownership": "国有", "approval_date": date(2024, 1, 1),
             "start_state": "未开工"},
            {"parcel_id": "c", "ownership": "国有", "handover_date": date(2024, 1, 1), "start_date": date(2030, 1, 1)},
            {"parcel_id": "d", "start_date": date(2024, 1, 1), "suspended_from": date(2024, 2, 1),
             "resumed_on": date(2024, 3, 1), "start_state": "未开工", "contract_no": "x"},
            {"parcel_id": "e", "start_due": date(2025, 1, 1), "start_state": "未开工", "seizure_no": "x"},
            {"parcel_id": "f", "handover_date": date(2024, 1, 1), "start_state": "未开工"},
        ]
    )  # fmt: skip
    issues = judge(plots, project(TODAY)).issues
    worded = worded_issues(issues, lang)
    assert set(issues["code"]) == set(_room()) - {"STATUTE_NOT_IN_FORCE"}
    assert not worded["message"].str.contains("[{}]").any()


def _room():
    from landuse.catalogue import load

    return load("vocabulary/issues/law.toml")


DATES = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2028, 1, 1)))
PLOTS = st.lists(
    st.fixed_dictionaries(
        {
            "start_due": DATES, "handover_date": DATES, "start_date": DATES, "finish_due": DATES,
            "suspended_from": DATES,
            "gov_delay_days": st.sampled_from([None, 0, 30, 400]),
            "start_state": st.sampled_from([None, "未开工", "已开工", "已竣工"]),
            "area_due_m2": st.sampled_from([None, 0.0, 300.0]),
            "area_started_m2": st.sampled_from([None, 0.0, 99.0, 100.0]),
            "land_price_wan": st.sampled_from([None, 1200.0]),
            "delay_cause": st.sampled_from([None, "企业原因", "政府原因", "法院查封", "?"]),
        }
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def _numbered(plots):
    return table(
        [{"parcel_id": f"P{n}", "ownership": "国有", "contract_no": "x", **told} for n, told in enumerate(plots)]
    )


@settings(max_examples=25, deadline=None)
@given(PLOTS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(plots, random):
    parcels = _numbered(plots)
    shuffled = parcels.sample(frac=1, random_state=random.randint(0, 9999))
    one, other = judge(parcels, project(TODAY)), judge(shuffled, project(TODAY))
    pd.testing.assert_frame_equal(one.table, other.table.sort_index())


@settings(max_examples=25, deadline=None)
@given(PLOTS)
def test_class_cause_and_consequence_agree_with_each_other(plots):
    row = judge(_numbered(plots), project(TODAY)).table
    fee, reclaim = row["consequence"] == "fee", row["consequence"] == "reclaim"
    t1 = row["idle_class"] == "IDLE_T1"
    assert (t1 & (row["idle_cause"] == "enterprise"))[fee | reclaim].all()
    assert (row["idle_years"] == 1)[fee].all()
    assert (row["idle_years"] >= 2)[reclaim].all()
    assert row["idle_fee_wan"].isna()[~fee].all()
    assert (row["reclaim_from"] <= pd.Timestamp(TODAY))[reclaim].all()
    assert not (row["reclaim_from"] <= pd.Timestamp(TODAY))[~reclaim].any()
    assert (row["next_deadline"].dropna() >= pd.Timestamp(TODAY)).all()
    assert (row["idle_because"] != "").all()


@settings(max_examples=25, deadline=None)
@given(PLOTS, st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_the_class_holds_until_the_next_deadline_has_passed(plots, today):
    parcels = _numbered(plots).drop(columns=["start_date"])
    now = judge(parcels, project(today)).table
    deadline = now["next_deadline"].dropna()
    if deadline.empty:
        return
    first = deadline.min()
    then = judge(parcels, project(first.date())).table.loc[deadline.index]
    pd.testing.assert_series_equal(then["idle_class"], now.loc[deadline.index, "idle_class"])
    after = judge(parcels, project((first + pd.Timedelta(days=1)).date())).table
    changed = deadline.index[deadline == first]
    kept = (
        after[["idle_class", "consequence", "idle_years"]].astype(str)
        == now[["idle_class", "consequence", "idle_years"]].astype(str)
    ).all(axis=1)
    assert not kept.loc[changed].any()
