"""Files of one table come together by key; what does not fit is said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import codes, of, part

from landuse.assemble.codes import ALPHABET, clean_uscc, codes_elsewhere, has_check_digit, parcel_code_issues
from landuse.assemble.keys import clean_leases, differs, merge_enterprises, stack

GOOD = ("914403001922038216", "91110000802100433B", "91350582MA00000015", "91990781MA0000001R", "91990781MA0000450J")


def enterprises(*files):
    return merge_enterprises([part("enterprises", f"file{i}.xlsx", **columns) for i, columns in enumerate(files)])


@pytest.mark.parametrize("code", GOOD)
def test_published_credit_codes_have_the_right_check_digit(code):
    assert has_check_digit(pd.Series([code], dtype="str")).tolist() == [True]


@given(place=st.integers(0, 17), shift=st.integers(1, 30), code=st.sampled_from(GOOD))
def test_changing_one_character_of_a_credit_code_is_always_noticed(place, shift, code):
    wrong = list(code)
    wrong[place] = ALPHABET[(ALPHABET.index(wrong[place]) + shift) % len(ALPHABET)]
    assert has_check_digit(pd.Series(["".join(wrong)], dtype="str")).tolist() == [False]


def test_a_code_of_18_characters_is_upper_cased_and_freed_of_spaces_and_full_width_characters():
    given_codes = pd.Series(["91990781ma0000001r", " 91990781 MA0000001R", "91990781MA000000１R", "abc", "  ", None])
    cleaned = clean_uscc(given_codes.astype("str"))
    assert cleaned.iloc[:4].tolist() == ["91990781MA0000001R"] * 3 + ["abc"]
    assert cleaned.isna().tolist() == [False, False, False, False, True, True]


def test_a_wrong_check_digit_is_one_warning_for_each_code_and_the_rows_are_used():
    wrong = "91990781MA0000001T"
    kept = enterprises({"uscc": [GOOD[0], wrong], "name": ["甲", "乙"], "industry_code": ["1310", "1310"]})
    assert kept.table["uscc"].tolist() == [GOOD[0], wrong]
    assert codes(kept.issues) == {"USCC_CHECK_DIGIT": 1}
    issue = kept.issues.iloc[0]
    assert (issue["key"], issue["value"], issue["source_row"], issue["severity"]) == (wrong, wrong, 3, "warning")


def test_the_letter_o_for_a_zero_in_a_code_of_18_characters_is_a_wrong_code():
    kept = enterprises({"uscc": ["91990781MA000O001R"], "name": ["甲"], "industry_code": ["1310"]})
    assert codes(kept.issues) == {"USCC_CHECK_DIGIT": 1}


def test_other_shapes_of_credit_codes_are_one_note_with_their_number():
    kept = enterprises(
        {"uscc": ["350582100012345", "123456789", GOOD[0]], "name": list("甲乙丙"), "industry_code": "1"}
    )
    assert codes(kept.issues) == {"USCC_SHAPE": 1}
    assert kept.issues.iloc[0]["facts"] == {"count": 2, "example": "123456789"}
    assert kept.issues.iloc[0]["source_row"] == 3


def test_parcel_codes_of_19_characters_that_break_the_rule_are_one_note():
    good = "350582001002GB00015"
    found = parcel_code_issues(pd.Series([good, "350582001002XB00015", "350582001002GQ0001A", "101-5"], dtype="str"))
    assert codes(found) == {"PARCEL_CODE_SHAPE": 1}
    assert found.iloc[0]["facts"] == {"count": 2, "example": "350582001002GQ0001A"}
    assert parcel_code_issues(pd.Series([good], dtype="str")).empty


@pytest.mark.parametrize(("county", "count"), [("350582", 2), ("350581", 2), ("440000", 3), ("", None)])
def test_parcel_codes_of_another_county_are_one_warning(county, count):
    found = codes_elsewhere(
        pd.Series(["350582001002GB00015", "350583001002GB00015", "350581001002GB00001", "101-5"]), county
    )
    assert [fact["count"] for fact in found["facts"]] == ([] if count is None else [count])


def test_stacked_files_keep_every_column_and_say_where_each_row_came_from():
    frame = stack(
        [
            part("enterprises", "a.xlsx", "表1", uscc=["X1"], name=["甲"], extra=[7]),
            part("enterprises", "b.csv", uscc=["X2"], registered_on=["2020-05-06"]),
        ],
        "enterprises",
    )
    assert frame["source_file"].tolist() == ["a.xlsx", "b.csv"]
    assert frame["source_sheet"].tolist() == ["表1", ""]
    assert frame["source_row"].tolist() == [2, 2]
    assert frame["extra"].tolist()[0] == 7
    assert frame["registered_on"].tolist()[1] == pd.Timestamp(2020, 5, 6)
    assert list(frame.columns)[:3] == ["uscc", "name", "registered_on"]


def test_a_table_that_no_file_gives_is_empty_with_its_key():
    kept = merge_enterprises([])
    assert len(kept.table) == 0
    assert "uscc" in kept.table.columns
    assert kept.issues.empty
    assert clean_leases([]).table.empty


def test_a_row_without_a_code_is_set_aside_as_an_error():
    kept = enterprises({"uscc": ["X1", None, "  "], "name": list("甲乙丙"), "industry_code": ["1", "2", "3"]})
    assert kept.table["uscc"].tolist() == ["X1"]
    blank = of(kept.issues, "BLANK_KEY")
    assert blank["source_row"].tolist() == [3, 4]
    assert blank["severity"].tolist() == ["error", "error"]
    assert blank["column"].tolist() == ["uscc", "uscc"]


def test_enterprises_of_two_files_complement_each_other_without_an_issue():
    kept = enterprises(
        {"uscc": [GOOD[0], GOOD[1]], "name": ["甲", "乙"], "industry_code": ["1310", None]},
        {"uscc": [GOOD[1], GOOD[0]], "industry_code": ["1712", "1310"], "scale": ["规上", "规下"]},
    )
    assert kept.issues.empty
    table = kept.table.set_index("uscc")
    assert table.loc[GOOD[1], ["name", "industry_code", "scale"]].tolist() == ["乙", "1712", "规上"]
    assert table.loc[GOOD[0], ["scale", "source_file", "source_row"]].tolist() == ["规下", "file0.xlsx", 2]


def test_an_identical_enterprise_counts_once_with_a_warning():
    kept = enterprises({"uscc": [GOOD[0]] * 3, "name": ["甲"] * 3, "industry_code": ["1310"] * 3})
    assert len(kept.table) == 1
    assert codes(kept.issues) == {"DUPLICATE_ROW": 2}
    assert kept.issues["source_row"].tolist() == [3, 4]


def test_contradicting_enterprises_keep_the_first_row_alone_and_are_an_error():
    kept = enterprises(
        {"uscc": [GOOD[0]], "name": ["甲"], "industry_code": ["1310"]},
        {"uscc": [GOOD[0]], "name": ["丁"], "scale": ["规上"]},
    )
    assert kept.table[["name", "industry_code"]].to_numpy().tolist() == [["甲", "1310"]]
    assert kept.table["scale"].isna().tolist() == [True]
    assert codes(kept.issues) == {"ENTERPRISE_CONFLICT": 1}
    issue = kept.issues.iloc[0]
    assert (issue["severity"], issue["value"], issue["source_file"]) == ("error", "丁", "file1.xlsx")
    assert issue["facts"] == {"used": "甲", "place": "file0.xlsx|2", "what": "name"}


def test_contradicting_enterprises_do_not_touch_the_others():
    kept = enterprises({"uscc": ["A", "B", "A", "C"], "name": list("甲乙丁丙"), "industry_code": ["1"] * 4})
    assert kept.table["uscc"].tolist() == ["A", "B", "C"]
    assert kept.table["name"].tolist() == ["甲", "乙", "丙"]


def test_names_that_differ_in_the_width_of_brackets_or_in_spaces_are_one_name():
    kept = enterprises(
        {"uscc": [GOOD[0]], "name": ["水泥厂(普通合伙)"], "industry_code": ["3011"]},
        {"uscc": [GOOD[0]], "name": ["水泥厂 （普通合伙）"]},
    )
    assert kept.issues.empty
    assert kept.table["name"].tolist() == ["水泥厂(普通合伙)"]


def test_different_labels_of_an_enterprise_are_a_warning():
    kept = enterprises(
        {"uscc": [GOOD[0]], "name": ["甲"], "labels": ["高新"]},
        {"uscc": [GOOD[0]], "name": ["甲"], "labels": ["专精特新"]},
    )
    assert codes(kept.issues) == {"ATTRIBUTE_CONFLICT": 1}
    assert kept.table["labels"].tolist() == ["高新"]


def test_a_difference_of_exactly_the_tolerance_is_no_difference():
    one, other = pd.Series([100.0, 100.0]), pd.Series([105.0, 105.001])
    assert differs(one, other, 5.0).tolist() == [False, True]


def test_the_last_bit_of_a_converted_amount_is_no_difference():
    assert differs(pd.Series([0.1 + 0.2]), pd.Series([0.3])).tolist() == [False]
    assert differs(pd.Series([0.3]), pd.Series([0.300001])).tolist() == [True]


def test_leases_drop_blank_keys_and_identical_rows_only():
    kept = clean_leases(
        [
            part(
                "occupancy",
                parcel_id=["P1", "P1", None, "P1", "P2"],
                uscc=["X", "X", "X", "X", None],
                tenure=["lease"] * 5,
                lessor_uscc=["Y", "Y", "Y", "Y", "Y"],
                area_m2=[10.0, 10.0, 10.0, 20.0, 5.0],
            )
        ]
    )
    assert kept.table["area_m2"].tolist() == [10.0, 20.0]
    assert kept.table["source_row"].tolist() == [2, 5]
    assert codes(kept.issues) == {"BLANK_KEY": 2, "DUPLICATE_ROW": 1, "USCC_SHAPE": 2}
    assert of(kept.issues, "BLANK_KEY")["column"].tolist() == ["parcel_id", "uscc"]


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_complementing_rows_does_not_matter(order):
    names = pd.Series(["甲", None, "乙", None, "丙", None], dtype="str")
    scale = pd.Series([None, "规上", None, "规下", None, "规上"], dtype="str")
    uscc = np.array(["A", "A", "B", "B", "C", "C"])
    order = list(order)
    kept = enterprises({"uscc": uscc[order], "name": names[order].tolist(), "scale": scale[order].tolist()})
    assert set(codes(kept.issues)) == {"USCC_SHAPE"}
    found = kept.table.set_index("uscc").sort_index()[["name", "scale"]]
    assert found.to_numpy().tolist() == [["甲", "规上"], ["乙", "规下"], ["丙", "规上"]]
