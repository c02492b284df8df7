"""Planted faults of the matching of names: each raises its own check, once, and joins only what is certain."""

from __future__ import annotations

import pandas as pd
import pytest
from assemble.rawbuild import codes, left, of, part, raw

from landuse.assemble.accounts import merge_accounts
from landuse.assemble.matching import matched
from landuse.tables.changes import Change

ONE, TWO = "91990781MA0000007X", "91990781MA0000031R"
"""Characters 9 to 17 of the first are an organisation code that passes its check: 11 - (22 x 3 + 10 x 7) mod 11 = 7."""
NAMES = ["安澜嘉源泵业有限公司", "石桥卓翰印染有限公司"]


def found(*, code=None, name=None, said=()):
    """Return what is said of one row of accounts beside two enterprises."""
    firms = part("enterprises", uscc=[ONE, TWO], name=NAMES, former_names=["安澜水泵厂", None])
    accounts = part("accounts", "税收.xlsx", uscc=[code], name=[name], year=[2025], tax_wan=[12.5])
    frame = accounts.frame.astype({"uscc": "str", "name": "str"})
    frame[["uscc", "name"]] = frame[["uscc", "name"]].where(pd.DataFrame({"uscc": [code], "name": [name]}).notna())
    made = matched(raw(firms, accounts), list(said))
    return made, made.of("accounts")[0].frame["uscc"].tolist()


@pytest.mark.parametrize(
    ("row", "code", "joined"),
    [
        ({"code": "MA0000007"}, "MATCH_BY_CODE", True),
        ({"name": "安澜水泵厂"}, "MATCH_BY_FORMER_NAME", True),
        ({"name": "安澜嘉源泵业 有限公司"}, "MATCH_BY_NAME", True),
        ({"name": NAMES[0], "code": f"{ONE[:-1]}O"}, "MATCH_DESPITE_CODE", True),
        ({"name": "安澜嘉原泵业有限公司"}, "MATCH_TO_CONFIRM", False),
        ({"name": "青塘水泥制品厂"}, "NAME_UNMATCHED", False),
        ({"code": "MA0000001"}, "OLD_CODE_CHECK", False),
        ({"code": ONE, "name": "青塘水泥制品厂"}, "CODE_NAME_DIFFERS", True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_way_of_naming_an_enterprise_raises_its_own_check(row, code, joined):
    made, uscc = found(**row)
    assert codes(made.issues)[code] == 1
    assert (uscc == [ONE]) == joined


def test_a_decision_joins_and_one_on_an_enterprise_that_is_gone_is_told():
    open_, _ = found(name="安澜嘉原泵业有限公司")
    claim = open_.matches.claims["claim"].iloc[0]
    same = Change("matches", "matches", claim, "decision", "", "same", item=ONE, who="甲", day="2026-11-01")
    made, uscc = found(name="安澜嘉原泵业有限公司", said=[same])
    assert codes(made.issues)["MATCH_BY_DECISION"] == 1
    assert uscc == [ONE]
    gone = Change("matches", "matches", claim, "decision", "", "same", item="91990781MA0000999Q", who="甲", day="")
    made, uscc = found(name="安澜嘉原泵业有限公司", said=[gone])
    (issue,) = of(made.issues, "MATCH_DECISION_LOST").to_dict("records")
    assert (issue["key"], issue["facts"]) == ("91990781MA0000999Q", {"who": "甲", "day": "—"})
    assert uscc != [ONE]


def test_a_wrong_code_beside_the_right_name_is_told_once_with_the_right_code():
    made, uscc = found(code="91990781MAO000007X", name=NAMES[0])
    (issue,) = made.issues.to_dict("records")
    assert (issue["code"], issue["value"], uscc) == ("MATCH_DESPITE_CODE", "91990781MAO000007X", [ONE])
    assert issue["facts"] == {"count": 1, "name": NAMES[0], "uscc": ONE}


def test_the_wrong_organisation_code_of_an_enterprise_joins_beside_its_name_and_that_of_another_does_not():
    # MA000004: 22 x 3 + 10 x 7 + 4 x 2 = 144, 11 - 144 mod 11 = 10: the check digit is X, the enterprise has 3
    firms = part("enterprises", uscc=["91990781MA0000043X"], name=NAMES[:1])
    accounts = part("accounts", uscc=["MA0000043", "MA0000044"], name=NAMES[:1] * 2, year=[2025] * 2)
    made = matched(raw(firms, accounts), [])
    assert made.of("accounts")[0].frame["uscc"].tolist() == ["91990781MA0000043X", "MA0000044"]
    assert codes(made.issues) == {"MATCH_BY_NAME": 1, "MATCH_TO_CONFIRM": 1, "OLD_CODE_CHECK": 1}
    (issue,) = of(made.issues, "OLD_CODE_CHECK").to_dict("records")
    assert (issue["value"], issue["facts"]) == ("MA0000043", {"names": 2, "count": 2})


def test_of_codes_without_a_name_those_that_a_common_slip_explains_are_proposed_first():
    codes_ = ["91990781MA00000315", "91990781MA00000135"]
    firms = part("enterprises", uscc=codes_, name=NAMES)
    accounts = part("accounts", "税收.xlsx", uscc=["91990781MA000O0135", "91990781MA00001035"], year=[2025] * 2)
    pairs = matched(raw(firms, accounts), []).matches.candidates
    first = pairs.drop_duplicates("claim").set_index("claim")["uscc"].to_dict()
    assert first == {"|91990781MA000O0135": codes_[1], "|91990781MA00001035": codes_[1]}


RIGHT = "91990781MA0000001R"


def joined_twice(tax):
    """Return the accounts of one enterprise: a row by its code and one by its name, each with its tax."""
    firms = part("enterprises", uscc=[RIGHT], name=NAMES[:1], industry_code=["3441"])
    files = [("税务.csv", RIGHT, None, tax[0]), ("园区.xlsx", None, "安澜(嘉源)泵业有限公司", tax[1])]
    rows = [
        part("accounts", file, uscc=pd.array([code], dtype="str"), name=pd.array([name], dtype="str"), year=[2025],
             tax_wan=[amount])
        for file, code, name, amount in files
    ]  # fmt: skip
    made = matched(raw(firms, *rows), [])
    return merge_accounts(made.of("accounts"), year=2025, revenue_for_output=True, matches=made.matches)


def test_a_row_by_name_that_says_the_same_as_the_row_by_code_is_a_repeated_row():
    found_ = joined_twice([12.5, 12.5])
    assert codes(found_.issues) == {"DUPLICATE_ROW": 1}
    assert found_.table[["uscc", "tax_wan"]].to_numpy().tolist() == [[RIGHT, 12.5]]
    assert left(found_.balance, "tax_wan") == {"DUPLICATE_ROW": 12_500_000}


def test_a_row_by_name_that_contradicts_the_row_by_code_is_told_with_both_rows_and_nothing_is_lost():
    found_ = joined_twice([12.5, 13.25])
    issues = found_.issues
    assert issues[["code", "source_file", "source_row", "column", "value"]].to_numpy().tolist() == [
        ["ACCOUNT_CONFLICT_BY_NAME", "税务.csv", 2, "tax_wan", "tax_wan=12.5"],
        ["ACCOUNT_CONFLICT_BY_NAME", "园区.xlsx", 2, "tax_wan", "tax_wan=13.25"],
    ]
    assert issues["facts"].tolist()[0] == issues["facts"].tolist()[1]
    facts = issues["facts"].iloc[0]
    assert facts["said_zh"] == "税务.csv|2:实缴税收 12.5 万元;园区.xlsx|2:实缴税收 13.25 万元"
    assert facts["named_zh"] == "“安澜(嘉源)泵业有限公司”(园区.xlsx|2)"
    assert found_.table.empty
    assert left(found_.balance, "tax_wan") == {"ACCOUNT_CONFLICT": 25_750_000}
