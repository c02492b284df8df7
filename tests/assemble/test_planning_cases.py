"""Cases, demands and plans by hand: one row a parcel and list, and an issue for whatever leaves or is doubtful."""

import pandas as pd
import pytest
from planbuild import case, read, sheet
from rawbuild import codes, of

from landuse.assemble.casewords import measure_codes, stated_states
from landuse.planning import Progress


def cases(*rows, **more):
    return read(sheet("cases", list(rows)), **more)


def test_a_project_without_tables_of_clean_up_has_empty_ones_with_all_columns():
    found = read()
    assert [len(table) for table in (found.cases, found.targets, found.demands, found.hand)] == [0, 0, 0, 0]
    assert {"parcel_id", "stage", "measure", "misses", "source_row"} <= set(found.cases.columns)
    assert found.year is None
    assert not len(found.issues)


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("已完成", "done"), ("完成", "done"), (" 已 成 交 ", "done"), ("DONE", "done"),
        ("商谈中(第三轮)", "negotiating"),
        ("第二次流拍", "failed"), ("未完成", "open"), ("尚未启动", "open"), ("随便", None),
        ("negotiating", "negotiating"), ("已签意向", "negotiating"), (None, None),
    ],
)  # fmt: skip
def test_the_longest_known_word_of_a_stage_says_what_it_means(stage, state):
    found = stated_states(pd.Series([stage], dtype="str"), Progress())
    assert [None if pd.isna(one) else one for one in found] == [state]


def test_words_of_the_project_file_are_all_the_words_of_their_state():
    own = Progress(done=("签订协议",))
    stages = pd.Series(["签订协议", "已完成", "商谈中"])
    assert stated_states(stages, own).fillna("").tolist() == ["done", "", "negotiating"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("M1", "M1"), ("m13", "M13"), ("Ｍ２", "M2"), ("M3 司法处置", "M3"), ("3", "M3"), ("政府收储（回购）", "M1"),
        ("政府收储", "M1"), ("收储", "M1"), ("司法拍卖", "M3"), ("依法无偿收回", "M6"), ("腾笼换鸟", "M13"),
        ("M14", None), ("14", None), ("看情况", None), (None, None),
    ],
)  # fmt: skip
def test_a_measure_is_read_from_its_code_or_a_name_of_its_own_and_never_guessed(said, code):
    found = measure_codes(pd.Series([said], dtype="str"))
    assert [None if pd.isna(one) else one for one in found] == [code]


def test_a_later_month_speaks_for_the_same_parcel_and_list_whatever_the_order_of_the_files():
    june = sheet("cases", [case("P1", "商谈中", month="2026-06-01")], "六月.xlsx")
    may = sheet("cases", [case("P1", "未启动", month="2026-05-01")], "五月.xlsx")
    for parts in ((june, may), (may, june)):
        found = read(*parts)
        assert found.cases["stage"].tolist() == ["商谈中"]
        told = of(found.issues, "CASE_SUPERSEDED")
        assert told[["key", "source_file", "severity"]].to_numpy().tolist() == [["P1", "五月.xlsx", "note"]]
        assert told["facts"][0] == {"place": "六月.xlsx|2"}


def test_without_months_the_later_file_speaks_and_another_list_is_another_case():
    first = sheet("cases", [case("P1", "未启动", list="低效"), case("P1", "商谈中", list="闲置")], "甲.xlsx")
    second = sheet("cases", [case("P1", "已完成", list="低效")], "乙.xlsx")
    found = read(first, second)
    assert found.cases[["list", "stage"]].to_numpy().tolist() == [["闲置", "商谈中"], ["低效", "已完成"]]
    assert codes(found.issues) == {"CASE_SUPERSEDED": 1, "CASE_COUNTED_ONCE": 1}


def test_different_rows_of_one_file_for_one_parcel_and_list_are_a_warning_and_identical_ones_a_duplicate():
    found = cases(case("P1", "未启动"), case("P1", "商谈中"), case("P2"), case("P2"))
    assert found.cases["stage"].tolist() == ["商谈中", "商谈中"]
    assert codes(found.issues) == {"CASE_REPEATED": 1, "DUPLICATE_ROW": 1}


@pytest.mark.parametrize(
    ("row", "code", "stays"),
    [
        ({"parcel_id": None, "stage": "完成", "area_handled_mu": 3.0}, "CASE_NO_PARCEL", False),
        (case("P1", area_handled_mu=-1.0), "CASE_AREA_NEGATIVE", False),
        (case("P9"), "CASE_PARCEL_UNKNOWN", True),
        (case("P9", area_handled_mu=12.5), "CASE_PARCEL_UNKNOWN_COUNTED", True),
        (case("P1", None), "CASE_WITHOUT_STAGE", True),
        (case("P1", "随便"), "CASE_STAGE_UNKNOWN", True),
        (case("P1", measure="看情况"), "CASE_MEASURE_UNKNOWN", True),
        (case("P1", misses=-2), "CASE_MISSES_NEGATIVE", True),
        (case("P1", "已完成", done_on="2026-07-01"), "CASE_DONE_AHEAD", True),
        (case("P2", area_handled_mu=20.21), "CASE_AREA_ABOVE_LAND", True),
        (case("P4"), "CASE_NOT_INDUSTRIAL", True),
    ],
)  # fmt: skip
def test_each_fault_of_a_case_is_told_by_its_own_code_and_no_other(row, code, stays):
    found = cases(row)
    assert codes(found.issues) == {code: 1}
    assert found.issues["source_row"].tolist() == [2]
    assert len(found.cases) == int(stays)


@pytest.mark.parametrize(
    "row",
    [
        case("P1", "已完成", done_on="2026-06-30", measure="M3", area_handled_mu=31.2, misses=0),
        case("P2", area_handled_mu=20.2),
        case("P1", None, done_on="2026-06-01"),
        case("P2", "流拍", list="低效", due="2026-05-31"),
    ],
)
def test_a_sound_case_is_told_nothing_of(row):
    """An area 1 % above the register's (20.20 of 20.00) is the same plot surveyed again; the day is not ahead."""
    assert codes(cases(row).issues) == {}


def test_a_date_is_no_stage_where_the_project_counts_stages_alone():
    row = case("P1", None, done_on="2026-06-01")
    assert codes(cases(row, progress={"done_from": "stage"}).issues) == {"CASE_WITHOUT_STAGE": 1}


def test_unknown_measures_and_negative_misses_are_unknown_and_known_ones_become_codes():
    found = cases(case("P1", measure="看情况", misses=-1), case("P2", measure="协议置换", misses=2))
    assert found.cases["measure"].fillna("").tolist() == ["", "M2"]
    assert found.cases["misses"].tolist() == [pd.NA, 2]


@pytest.mark.parametrize(
    ("row", "code", "stays"),
    [
        ({"demand_id": None, "project": "无号", "area_mu": 20.0}, "DEMAND_NO_NUMBER", 0),
        ({"demand_id": "D1", "area_mu": None}, "DEMAND_WITHOUT_AREA", 0),
        ({"demand_id": "D1", "area_mu": 0.0}, "DEMAND_WITHOUT_AREA", 0),
        ({"demand_id": "D1", "area_mu": 20.0, "park": "南园"}, "DEMAND_PLACE_UNKNOWN", 1),
        ({"demand_id": "D1", "area_mu": 20.0, "town": "丁镇"}, "DEMAND_PLACE_UNKNOWN", 1),
        ({"demand_id": "D1", "area_mu": 20.0, "industry_code": "X"}, "DEMAND_INDUSTRY_UNKNOWN", 1),
    ],
)
def test_each_fault_of_a_demand_is_told_by_its_own_code(row, code, stays):
    found = read(sheet("demands", [row]))
    assert codes(found.issues) == {code: 1}
    assert len(found.demands) == stays


def test_the_last_row_of_a_demand_counts_and_the_wish_for_one_piece_is_yes_no_or_unknown():
    rows = [
        {"demand_id": "D1", "area_mu": 20.0}, {"demand_id": "D1", "area_mu": 25.0, "is_contiguous": "是"},
        {"demand_id": "D2", "area_mu": 30.0, "is_contiguous": "否"}, {"demand_id": "D3", "area_mu": 40.0},
    ]  # fmt: skip
    found = read(sheet("demands", rows))
    assert codes(found.issues) == {"DEMAND_REPEATED": 1}
    assert found.demands["area_mu"].tolist() == [25.0, 30.0, 40.0]
    assert found.demands["is_contiguous"].tolist() == [True, False, pd.NA]


def test_a_plan_by_hand_keeps_the_rows_that_name_one():
    rows = [
        {"parcel_id": "P1", "plan": "甲", "measure": "收储"}, {"parcel_id": "P2", "plan": None},
        {"parcel_id": None, "plan": "甲"}, {"parcel_id": "P3", "plan": "乙", "measure": "看情况", "year": 2},
    ]  # fmt: skip
    found = read(sheet("hand_plans", rows))
    assert codes(found.issues) == {"HAND_NO_PARCEL": 1}
    assert found.hand[["parcel_id", "plan", "measure"]].to_numpy().tolist() == [
        ["P1", "甲", "M1"], ["P3", "乙", "看情况"],
    ]  # fmt: skip
    assert found.hand["source_row"].tolist() == [2, 5]
