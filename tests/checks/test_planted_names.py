"""Planted faults of the matching of names: each raises its own check, once, and joins only what is certain."""

from __future__ import annotations

import pandas as pd
import pytest
from assemble.rawbuild import codes, of, part, raw

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
