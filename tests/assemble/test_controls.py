"""Control tables as they come: codes that are none, rows twice, numbers that ask nothing."""

import numpy as np
from assemble.rawbuild import part

from landuse.assemble.controls import clean_controls


def cleaned(scheme="gbt4754_2017", **columns):
    return clean_controls([part("controls", "controls.csv", **columns)], scheme=scheme)


def test_rows_are_taken_as_they_stand_and_blank_codes_mean_every_industry():
    kept = cleaned(industry_code=["C19", None], land_grade=[None, "一级"], far_min=[1.0, 0.8], source=["县", None])
    assert kept.table["industry_code"].fillna("").tolist() == ["C19", ""]
    assert kept.table["far_min"].tolist() == [1.0, 0.8]
    assert np.isnan(kept.table["invest_min_wan_per_ha"]).all()
    assert len(kept.issues) == 0


def test_what_cannot_be_used_is_set_aside_with_an_issue():
    kept = cleaned(industry_code=["制造", "19", "C19", "20"], far_min=[1.0, 1.0, 1.3, 0.0])
    assert kept.table["industry_code"].tolist() == ["19", "20"]
    assert kept.table["far_min"].tolist()[0] == 1.0
    assert np.isnan(kept.table["far_min"].iloc[1])
    assert kept.issues["code"].tolist() == ["CONTROL_CODE_UNKNOWN", "CONTROL_REPEATED", "CONTROL_NOT_POSITIVE"]
    assert kept.issues["value"].tolist() == ["制造", "19", "0"]
    assert kept.issues["facts"].iloc[1] == {"count": 2}


def test_the_same_code_for_another_land_grade_is_no_repetition():
    kept = cleaned(industry_code=["19", "19"], land_grade=["一级", "二级"], far_min=[1.0, 1.3])
    assert len(kept.table) == 2
    assert len(kept.issues) == 0


def test_plain_industries_are_any_text():
    kept = cleaned("plain", industry_code=["制鞋"], far_min=[1.0])
    assert kept.table["industry_code"].tolist() == ["制鞋"]
    assert len(kept.issues) == 0


def test_a_site_coverage_above_one_is_in_percent():
    assert cleaned(industry_code=["19", "20"], site_coverage_min=[40.0, 0.3]).table["site_coverage_min"].tolist() == [
        0.4,
        0.3,
    ]


def test_without_a_file_there_is_no_row():
    assert len(clean_controls([], scheme="gbt4754_2017").table) == 0
