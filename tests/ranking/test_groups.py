"""Groups: pools that are too small move up, alone, and meet only moved ones."""

import pandas as pd
import pytest
from ranking.ranking_builders import by_uscc, firms, ranked, rule

from landuse.errors import DefectError
from landuse.ranking import assign_groups, group_name


def pools(counts, **columns):
    """Return firms with the given number per industry code."""
    codes = [code for code, count in counts.items() for _ in range(count)]
    return firms(range(1, len(codes) + 1), industry_code=codes, **columns)


def sizes(result):
    return dict(zip(result.groups["industry_group"], result.groups["n"], strict=True))


def test_seven_are_a_group_and_six_are_not():
    result = ranked(pools({"19": 7, "17": 6}))
    assert sizes(result) == {"19": 7}
    assert result.table["status"].value_counts().to_dict() == {"RANKED": 7, "GROUP_TOO_SMALL": 6}


def test_small_divisions_meet_in_their_family_and_not_the_large_one():
    result = ranked(pools({"31": 4, "32": 3, "33": 26}))
    assert sizes(result) == {"33": 26, "冶金金属*": 7}
    paths = result.table.groupby("industry_code")["group_path"].first().to_dict()
    assert paths == {"31": "31>冶金金属*", "32": "32>冶金金属*", "33": "33"}


def test_small_families_meet_in_the_section():
    result = ranked(pools({"31": 3, "27": 2, "24": 2, "06": 1, "13": 8}))
    assert sizes(result) == {"13": 8, "C*": 7}
    table = result.table.set_index("industry_code")
    assert table.loc["27", "group_path"].iloc[0] == "27>医药>C*"
    assert table.loc["06", "status"] == "GROUP_TOO_SMALL"
    assert table.loc["06", "group_path"] == "06>B"
    assert pd.isna(table.loc["06", "industry_group"])


def test_the_demonstration_district_gives_22_groups_and_57_flags():
    ranked_firms = {
        "13": 31, "14": 19, "15": 7, "17": 20, "18": 30, "19": 27, "20": 22, "21": 13, "22": 9, "23": 10, "24": 6,
        "26": 12, "27": 8, "28": 3, "29": 20, "30": 29, "31": 4, "32": 3, "33": 26, "34": 17, "35": 11, "36": 5,
        "37": 2, "38": 14, "39": 20, "40": 2, "42": 2,
    }  # fmt: skip
    result = ranked(pools(ranked_firms))
    assert sum(sizes(result).values()) == 372
    assert len(result.groups) == 22
    assert {g: n for g, n in sizes(result).items() if "*" in g} == {"冶金金属*": 7, "装备*": 7, "C*": 13}
    assert result.groups["k"].sum() == 57


def test_classes_move_up_one_digit_at_a_time():
    result = ranked(pools({"3110": 7, "3120": 4, "3130": 3, "3140": 2, "3210": 5}), force=rule(level=4))
    assert sizes(result) == {"3110": 7, "31*": 9}
    table = result.table.drop_duplicates("industry_code").set_index("industry_code")
    assert table.loc["3120", "group_path"] == "3120>312>31*"
    assert table.loc["3210", "group_path"] == "3210>321>32>冶金金属>C"
    assert table.loc["3210", "status"] == "GROUP_TOO_SMALL"


def test_classes_of_one_group_stay_together_at_three_digits():
    result = ranked(pools({"3111": 4, "3112": 4}), force=rule(level=4))
    assert sizes(result) == {"311*": 8}


def test_a_code_shorter_than_the_level_starts_as_a_moved_one():
    result = ranked(pools({"31": 4, "3111": 3}), force=rule(level=4))
    assert sizes(result) == {"31*": 7}
    assert by_uscc(result, "group_path")["U0000"] == "31*"


def test_level_three_starts_at_three_digits():
    result = ranked(pools({"1311": 4, "1312": 3, "1320": 7}), force=rule(level=3))
    assert sizes(result) == {"131": 7, "132": 7}


def test_within_industry_and_scale_the_scales_never_meet():
    frame = pools({"19": 14, "18": 12}, scale=["规上"] * 7 + ["规下"] * 7 + ["规上"] * 6 + ["规下"] * 6)
    frame.loc[frame.index[-1], "scale"] = None
    result = ranked(frame, force=rule(within="industry_scale"))
    assert sizes(result) == {"19|规上": 7, "19|规下": 7}
    assert by_uscc(result, "group_path")["U0014"] == "18|规上>纺织服装鞋帽|规上>C|规上"
    names = result.groups["name"].tolist()
    assert [name[-4:] for name in names] == ["(规上)", "(规下)"]
    unstated = ranked(frame.assign(scale=None), force=rule(within="industry_scale"))
    assert sizes(unstated) == {"18|-": 12, "19|-": 14}
    assert unstated.groups["name"].str.endswith("(规模未填)").all()


def test_plain_industries_are_compared_for_equality_and_small_ones_pool():
    plain = rule(industry="plain")
    result = ranked(pools({"制鞋": 7, "鞋材": 4, "C19": 3}), force=plain)
    assert sizes(result) == {"*": 7, "制鞋": 7}
    assert dict(zip(result.groups["industry_group"], result.groups["name"], strict=True)) == {
        "制鞋": "制鞋", "*": "其他行业(行业归并)",
    }  # fmt: skip
    assert by_uscc(result, "group_path")["U0007"] == "鞋材>*"
    alone = ranked(pools({"制鞋": 7, "鞋材": 4}), force=plain)
    assert by_uscc(alone, "status")["U0007"] == "GROUP_TOO_SMALL"
    assert by_uscc(alone, "group_path")["U0007"] == "鞋材"


def test_frozen_groups_stay_whatever_their_size_and_new_firms_join_them():
    frame = pools({"31": 2, "32": 2, "19": 8})
    frozen = {"U0000": "冶金金属*", "U0002": "冶金金属*", "U0004": "19"}
    result = ranked(frame, force=rule(frozen_groups=frozen))
    assert sizes(result) == {"19": 8, "冶金金属*": 4}
    assert by_uscc(result, "group_path")["U0000"] == "冶金金属*"
    assert by_uscc(result, "group_path")["U0001"] == "31>冶金金属*"


def test_new_firms_without_a_frozen_group_pool_by_themselves():
    frame = pools({"31": 2, "19": 8})
    result = ranked(frame, force=rule(frozen_groups={"U0000": "31", "U0001": "31"}))
    assert sizes(result) == {"19": 8, "31": 2}


@pytest.mark.parametrize(
    ("label", "zh"),
    [
        ("30", "非金属矿物制品业"),
        ("31*", "黑色金属冶炼和压延加工业(行业归并)"),
        ("3111", "黑色金属冶炼和压延加工业(3111)"),
        ("冶金金属*", "冶金金属(行业归并)"),
        ("C*", "制造业(行业归并)"),
    ],
)
def test_a_group_is_called_by_its_industry(label, zh):
    assert group_name(label, rule=rule(), lang="zh") == zh
    assert all(ord(letter) < 0x3000 for letter in group_name(label, rule=rule(), lang="en"))


def test_every_family_of_the_pack_has_a_name_in_both_languages():
    for family in rule().families:
        assert family not in group_name(f"{family}*", rule=rule(), lang="en")


def test_an_enterprise_without_a_code_is_a_defect_here():
    with pytest.raises(DefectError):
        assign_groups(firms([1.0], industry_code=None), rule=rule())


def test_nobody_to_group_gives_no_group():
    grouping = assign_groups(firms([]), rule=rule())
    assert grouping.names == ()
    assert len(grouping.table(pd.RangeIndex(0))) == 0
