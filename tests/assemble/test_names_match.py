"""Who is meant by a name without a code: certain keys join, what is alike is proposed, nothing is lost."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel
from rawbuild import part, raw, square

from landuse.assemble import fuzzy
from landuse.assemble.editions import in_one_edition
from landuse.assemble.fuzzy import alike
from landuse.assemble.matching import matched
from landuse.assemble.normalise import _plain, core_names, head_names, plain_names
from landuse.assemble.oldcodes import has_org_check, has_reg_check, kinds
from landuse.assemble.parcelcodes import same_codes
from landuse.tables.changes import Change

SHOES, MACHINES = "91350582MA00000015", "91350582D2143569XP"
"""A well-formed synthetic code; one whose characters 9 to 17 are the organisation code D2143569X of GB 11714."""
NAMES = ["安澜宏达鞋业有限公司", "安澜(石桥)鑫源机械有限公司"]


def firms(**more):
    return part("enterprises", "企业.xlsx", uscc=[SHOES, MACHINES], name=NAMES, industry_code=["1951", "3411"], **more)


def tax(names, codes=None, amounts=None):
    size = len(names)
    return part(
        "accounts", "税.xlsx", uscc=codes or [None] * size, name=names, year=pd.array([2025] * size, dtype="Int64"),
        tax_wan=amounts or [10.0] * size,
    )  # fmt: skip


def codes_of(made, table="accounts", column="uscc"):
    (only,) = made.of(table)
    return only.frame[column].tolist()


def found(made):
    return dict(zip(made.issues["code"], made.issues["facts"], strict=True))


def decided(claim, item, new, day="2026-07-01"):
    return Change("matches", "matches", claim, "uscc", "", new, item=item, who="甲某", day=day)


# ---------------------------------------------------------------------------------------------- joins


def test_an_equal_name_joins_whatever_brackets_and_spaces_it_is_written_with():
    made = matched(
        raw(firms(), tax(["安澜宏达鞋业 有限公司", "安澜石桥鑫源机械有限公司", "安澜（石桥）鑫源机械有限公司"])), []
    )
    assert codes_of(made) == [SHOES, MACHINES, MACHINES]
    assert found(made) == {"MATCH_BY_NAME": {"names": 2, "count": 3}}


def test_a_former_name_joins_and_is_told():
    made = matched(raw(firms(former_names=["红星皮鞋厂;安澜县第二皮鞋厂", None]), tax(["安澜县第二皮鞋厂"])), [])
    assert codes_of(made) == [SHOES]
    assert found(made)["MATCH_BY_FORMER_NAME"] == {"count": 1, "name": NAMES[0], "uscc": SHOES}


def test_an_organisation_code_joins_the_enterprise_that_has_it_inside_its_credit_code():
    made = matched(raw(firms(), tax([None, NAMES[1]], ["D2143569-X", "D2143569X"])), [])
    assert codes_of(made) == [MACHINES, MACHINES]
    assert set(made.issues["code"]) == {"MATCH_BY_CODE"}


def test_a_registration_number_joins_by_the_register_and_one_with_a_wrong_check_digit_does_not():
    known = firms(registration_no=["110108000000016", None])
    made = matched(raw(known, tax([None, None], ["110108000000016", "110108000000017"])), [])
    assert codes_of(made) == [SHOES, "110108000000017"]
    assert set(made.issues["code"]) == {"MATCH_BY_CODE", "OLD_CODE_CHECK"}


def test_a_key_and_the_name_of_another_enterprise_contradict_each_other_and_join_nobody():
    made = matched(raw(firms(), tax([NAMES[0]], ["D2143569X"])), [])
    assert codes_of(made) == ["D2143569X"]
    pairs = made.matches.candidates
    assert dict(zip(pairs["uscc"], pairs["ground"], strict=True)) == {MACHINES: "ORG_CODE", SHOES: "NAME"}


def test_a_right_code_of_its_own_speaks_against_an_equal_name():
    other = "91110000802100433B"
    made = matched(raw(firms(), tax([NAMES[0]], [other])), [])
    assert codes_of(made) == [other]
    assert found(made)["MATCH_TO_CONFIRM"]["uscc"] == SHOES


def test_a_slip_in_the_code_does_not_hinder_an_equal_name_and_is_only_proposed_without_one():
    slip = "91350582MA00000115"
    made = matched(raw(firms(), tax([NAMES[0], None], [slip, slip])), [])
    assert codes_of(made) == [SHOES, slip]
    assert made.matches.candidates.query("ground == 'CODE_SLIP'")["uscc"].tolist() == [SHOES]


def test_a_name_of_two_enterprises_joins_neither():
    twins = part("enterprises", uscc=[SHOES, MACHINES], name=[NAMES[0]] * 2, industry_code=["1951"] * 2)
    made = matched(raw(twins, tax([NAMES[0]])), [])
    assert codes_of(made) == [f"名称:{NAMES[0]}"]
    assert found(made)["MATCH_TO_CONFIRM"]["number"] == 2


@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("安澜宏达鞋业有限责任公司", "CORE"),
        ("安澜宏达鞋业股份有限公司", "CORE"),
        ("安澜宏达鞋业有限公司石桥分公司", "BRANCH"),
        ("安澜宏达鞋材有限公司", "ALIKE"),
    ],
)
def test_what_is_merely_alike_is_proposed_and_never_joins(name, ground):
    made = matched(raw(firms(), tax([name])), [])
    assert codes_of(made) == [f"名称:{name}"]
    assert made.matches.candidates[["uscc", "ground"]].to_numpy().tolist() == [[SHOES, ground]]
    assert made.matches.claims["state"].tolist() == ["open"]


def test_names_of_nobody_stay_blank_and_strangers_keep_their_name_in_place_of_a_code():
    made = matched(raw(firms(), tax(["无", "外县贸易有限公司", "甲厂、乙厂"])), [])
    assert [code if isinstance(code, str) else None for code in codes_of(made)] == [None, "名称:外县贸易有限公司", None]
    assert found(made)["NAME_UNMATCHED"] == {"names": 1, "count": 1}


def test_a_code_beside_the_name_of_quite_another_enterprise_is_doubted_and_used():
    names = ["外县贸易有限公司", "安澜宏达鞋业有限责任公司"]
    made = matched(raw(firms(), tax(names, [SHOES, SHOES])), [])
    assert codes_of(made) == [SHOES, SHOES]
    assert made.issues[["code", "value"]].to_numpy().tolist() == [["CODE_NAME_DIFFERS", "外县贸易有限公司"]]


def test_an_old_code_beside_the_name_of_nobody_known_joins_and_the_name_is_doubted():
    made = matched(raw(firms(), tax(["外县贸易有限公司", NAMES[1]], ["D2143569X", "D2143569X"])), [])
    assert codes_of(made) == [MACHINES, MACHINES]
    (doubt,) = made.issues[made.issues["code"].eq("CODE_NAME_DIFFERS")].to_dict("records")
    assert (doubt["value"], doubt["facts"]) == ("外县贸易有限公司", {"official": NAMES[1]})


def test_holders_and_lessors_are_found_by_name_and_an_unknown_lessor_is_not_taken_for_the_holder():
    land = part("parcels", geometry=[square(0, 0)], parcel_id=["1"], holder=[NAMES[0]])
    lease = part(
        "occupancy", parcel_id=["1", "1"], uscc=[None, None], name=[NAMES[1], NAMES[1]], tenure=["lease", "lease"],
        lessor_name=[NAMES[0], "外县贸易有限公司"],
    )  # fmt: skip
    made = matched(raw(firms(), land, lease), [])
    assert codes_of(made, "parcels", "holder_uscc") == [SHOES]
    assert codes_of(made, "occupancy") == [MACHINES, MACHINES]
    assert codes_of(made, "occupancy", "lessor_uscc") == [SHOES, "名称:外县贸易有限公司"]


def test_the_code_of_a_holder_in_one_file_goes_before_its_name_in_another():
    drawn = part(
        "parcels", "图.gpkg", geometry=[square(0, 0), square(200, 0)], parcel_id=["1", "2"], holder=[NAMES[0]] * 2
    )
    register = part("parcels", "登记.xlsx", parcel_id=["1", "2"], holder_uscc=[MACHINES, "1234"])
    made = matched(raw(firms(), drawn, register), [])
    first, second = (each.frame["holder_uscc"].tolist() for each in made.of("parcels"))
    assert [code if isinstance(code, str) else None for code in first] == [None, SHOES]  # 1234 is no code of anybody
    assert second == [MACHINES, "1234"]


def test_a_correction_of_a_holder_comes_before_its_name():
    land = part("parcels", geometry=[square(0, 0), square(200, 0)], parcel_id=["1", "2"], holder=[NAMES[0]] * 2)
    said = [
        Change("problems", "parcels", "1", "holder_uscc", "", MACHINES),
        Change("problems", "parcels", "2", "holder", NAMES[0], NAMES[1]),
    ]
    made = codes_of(matched(raw(firms(), land), said), "parcels", "holder_uscc")
    assert [code if isinstance(code, str) else None for code in made] == [None, MACHINES]


# ------------------------------------------------------------------------------------------ decisions


def test_a_decision_joins_a_name_that_is_alike_and_another_one_takes_an_equal_name_back():
    claim, own = "安澜宏达鞋材有限公司|", f"{NAMES[0]}|"
    said = [decided(claim, SHOES, "same"), decided(own, SHOES, "other")]
    made = matched(raw(firms(), tax(["安澜宏达鞋材有限公司", NAMES[0]])), said)
    assert codes_of(made) == [SHOES, f"名称:{NAMES[0]}"]
    assert made.matches.claims.set_index("claim")["state"].to_dict() == {claim: "decided", own: "none"}
    assert "MATCH_BY_DECISION" in set(made.issues["code"])


def test_the_last_of_several_decisions_counts():
    claim = "安澜宏达鞋材有限公司|"
    said = [decided(claim, SHOES, "same"), decided(claim, SHOES, "other", "2026-08-01")]
    assert matched(raw(firms(), tax(["安澜宏达鞋材有限公司"])), said).matches.claims["state"].tolist() == ["none"]


def test_a_decision_for_an_enterprise_that_is_gone_is_told_and_not_used():
    made = matched(raw(firms(), tax(["甲鞋厂"])), [decided("甲鞋厂|", "91110000802100433B", "same")])
    assert codes_of(made) == ["名称:甲鞋厂"]
    assert "MATCH_DECISION_LOST" in set(made.issues["code"])


def test_nothing_is_looked_for_without_enterprises():
    given_ = raw(tax(["甲鞋厂"]))
    assert matched(given_, []) is given_


# ----------------------------------------------------------------------------------- names and old codes


def test_check_digits_of_organisation_codes_and_registration_numbers():
    assert has_org_check(pd.Series(["D2143569X", "D21435690"])).tolist() == [True, False]
    assert has_reg_check(pd.Series(["110108000000016", "110108000000061"])).tolist() == [True, False]
    shapes = ["91350582MA00000015", "91350582MA00000016", "D2143569X", "D21435691", "110108000000016", "无号", None]
    assert kinds(pd.Series(shapes)).tolist() == ["credit", "credit_wrong", "org", "org_wrong", "reg", "other", ""]


def test_plain_core_and_head_names():
    assert plain_names(pd.Series(["安澜（石桥） 鞋业有限公司", "个人", None])).fillna("").tolist() == [
        "安澜石桥鞋业有限公司", "", "",
    ]  # fmt: skip
    assert core_names(pd.Series(["安澜宏达鞋业股份有限公司", "总厂"])).fillna("").tolist() == ["安澜宏达鞋业", ""]
    assert head_names(pd.Series(["安澜宏达鞋业有限公司石桥分公司", "甲厂"])).fillna("").tolist() == [NAMES[0], ""]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text("甲公司共有个人无测试（） A1ｂ、㐀豈", max_size=6)), max_size=20))
def test_names_read_all_at_once_are_those_read_one_by_one(names):
    one_by_one = [None if name is None else plain_names(pd.Series([name], dtype="str"))[0] for name in names]
    plainly = [None if name is None else _plain(name) for name in names]
    assert plain_names(pd.Series(names, dtype="str")).fillna("").tolist() == [name or "" for name in plainly]
    assert [name if isinstance(name, str) else "" for name in one_by_one] == [name or "" for name in plainly]


@given(st.lists(st.text("甲乙丙丁戊", min_size=1, max_size=13), min_size=1, max_size=8))
def test_up_to_thirteen_characters_no_name_that_is_alike_is_missed(names):
    got = set(map(tuple, alike(names, names)[["at", "known_at"]].to_numpy().tolist()))
    every = [(i, j) for i in range(len(names)) for j in range(len(names))]
    near = {p for p in every if Indel.distance(names[p[0]], names[p[1]]) * 10 <= len(names[p[0]]) + len(names[p[1]])}
    assert got == near


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text("甲乙丙", min_size=9, max_size=24), min_size=1, max_size=6), st.integers(0, 2), st.integers(0, 2)
)
def test_of_longer_names_those_are_found_of_which_two_characters_at_most_are_struck_out_on_each_side(names, head, tail):
    known = [*names, *(name[head : len(name) - tail] + "丁" * head for name in names)]
    near = set()
    for i, one in enumerate(names):
        for j, two in enumerate(known):
            apart = Indel.distance(one, two)
            common = (len(one) + len(two) - apart) // 2
            if apart * 10 <= len(one) + len(two) and max(len(one), len(two)) - common <= 2:
                near.add((i, j))
    for at_once in (8_000_000, 1_500):  # in parts, the same pairs in the same order
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fuzzy, "AT_ONCE", at_once)
            got = alike(names, known)
        assert set(map(tuple, got[["at", "known_at"]].to_numpy().tolist())) == near
        ordered = got.sort_values(["at", "score", "known_at"], ascending=[True, False, True], kind="stable")
        assert ordered.index.tolist() == list(range(len(got)))


# ---------------------------------------------------------------------------- parcel and industry codes

CODE = "350582001002GB00015"


def with_codes(drawn, other):
    land = part("parcels", geometry=[square(200 * n, 0) for n in range(len(drawn))], parcel_id=drawn)
    made = same_codes(raw(land, part("cases", parcel_id=other)))
    return codes_of(made, "cases", "parcel_id"), made.issues["code"].tolist()


def test_parcel_codes_of_28_and_19_characters_and_small_letters_join():
    unit = f"{CODE}F00010001"
    assert with_codes([CODE], [unit, CODE]) == ([CODE, CODE], ["PARCEL_CODE_28"])
    assert with_codes([unit], [CODE]) == ([unit], ["PARCEL_CODE_19"])
    assert with_codes([CODE], [CODE.lower()]) == ([CODE], ["PARCEL_CODE_CAPITALS"])
    assert with_codes([unit, f"{CODE}F00010002"], [CODE]) == ([CODE], [])


def test_lost_zeros_of_a_parcel_code_are_told_and_not_put_back():
    assert with_codes(["0017", "9"], ["17", "9"]) == (["17", "9"], ["PARCEL_CODE_LOST_ZEROS"])


def editions(codes, names=None, scheme="gbt4754_2017", stated=None):
    more = {} if names is None else {"industry_name": names}
    table = part(
        "enterprises", uscc=[str(n) for n in range(len(codes))], name=["甲"] * len(codes), industry_code=codes, **more
    )
    made = in_one_edition(raw(dataclasses.replace(table, edition=stated)), scheme=scheme)
    codes_ = [code if isinstance(code, str) else None for code in codes_of(made, "enterprises", "industry_code")]
    return codes_, made.issues["code"].tolist()


def test_codes_of_2002_are_told_by_their_names_and_brought_over_by_division():
    codes, issues = editions(["3010", "1411", "3725", "37"], ["塑料制品业", None, "交通运输设备制造业", None])
    assert codes == ["29", "1411", "36", None]
    assert issues == ["INDUSTRY_EDITION", "INDUSTRY_UNDECIDED"]


def test_codes_that_fit_2017_are_left_alone_and_of_mixed_files_only_what_its_name_proves_is_brought_over():
    assert editions(["3024"], ["非金属矿物制品业"]) == (["3024"], [])
    codes, issues = editions(["3010", "3024", "31"], ["塑料制品业", "非金属矿物制品业", None])
    assert (codes, issues) == (["29", "3024", "31"], ["INDUSTRY_EDITION_MIXED"])


def test_one_code_of_another_name_does_not_bring_a_whole_file_over():
    codes, issues = editions(["3511", "3521", "3031"], ["通用设备制造业", None, None])
    assert codes == ["34", "3521", "3031"]
    assert issues == ["INDUSTRY_EDITION_MIXED"]
    codes, issues = editions(
        ["3511", "3421", "1951"], ["通用设备制造业", "金属制品业", "皮革、毛皮、羽毛及其制品和制鞋业"]
    )
    assert (codes, issues) == (["34", "33", "1951"], ["INDUSTRY_EDITION_MIXED"])  # the name of 19 is one of 2017


def test_an_edition_that_the_project_file_states_needs_no_names():
    codes, issues = editions(["3010", "1411", "37"], stated=2002)
    assert (codes, issues) == (["29", "1411", None], ["INDUSTRY_EDITION_STATED", "INDUSTRY_UNDECIDED"])
    assert editions(["3010", "3725"], ["塑料制品业", "交通运输设备制造业"], stated=2017) == (
        ["3010", "3725"],
        ["INDUSTRY_NAME_DIFFERS"],
    )
    assert editions(["3010", "3024"], ["塑料制品业", "非金属矿物制品业"], stated=2002) == (
        ["29", "3024"],
        ["INDUSTRY_EDITION_STATED"],
    )


@pytest.mark.parametrize(
    ("old", "division"),
    [("2960", "19"), ("3081", "19"), ("3082", "29"), ("308", None), ("2950", "29"), ("1820", "19"), ("1810", "1810"),
     ("4142", "35"), ("414", None), ("1761", None), ("3691", "35"), ("37", None), ("3920", "38")],
)  # fmt: skip
def test_shoes_spectacles_and_knitwear_of_2002_go_to_the_division_they_have_in_2017(old, division):
    codes, _ = editions([old, "3010", "3725"], [None, "塑料制品业", "交通运输设备制造业"])
    assert codes[0] == division


def test_a_name_in_place_of_a_code_and_a_name_of_another_division():
    assert editions(["纺织业", "塑料制品业"]) == (["17", "29"], ["INDUSTRY_BY_NAME"])
    assert editions(["1951"], ["纺织业"]) == (["1951"], ["INDUSTRY_NAME_DIFFERS"])
    assert editions(["纺织业"], scheme="plain") == (["纺织业"], [])


def test_a_lost_zero_of_an_industry_code_is_told_and_put_back_only_where_the_name_proves_it():
    assert editions(["610", "1951", "1411"]) == (["610", "1951", "1411"], ["INDUSTRY_LOST_ZERO"])
    codes, issues = editions(["610", "1951", "1411"], ["煤炭开采和洗选业", None, None])
    assert (codes, issues) == (["0610", "1951", "1411"], ["INDUSTRY_ZERO_BY_NAME"])


def test_the_same_input_gives_the_same_matches_and_input_is_not_changed():
    given_ = raw(firms(), tax(["安澜宏达鞋材有限公司", NAMES[0]]))
    before = given_.of("accounts")[0].frame.copy()
    one, other = matched(given_, []), matched(dataclasses.replace(given_), [])
    pd.testing.assert_frame_equal(one.matches.claims, other.matches.claims)
    pd.testing.assert_frame_equal(given_.of("accounts")[0].frame, before)
