"""Doubts about names: other holders, several holders, shared certificates, names that are formulas or markup."""

from __future__ import annotations

import pandas as pd
import pytest
from landbuild import a_base, a_project, a_rule, firms_of, lease, own, parcels_of

from landuse.assemble.allocation import lay_on_parcels
from landuse.assemble.named import name_doubts
from landuse.assemble.occupancy import who_uses
from landuse.tables import worded_issues


def plots(*holders, usccs=None, **columns):
    names = [f"p{number}" for number in range(len(holders))]
    codes = usccs or ["A"] * len(holders)
    return pd.DataFrame(
        {"parcel_id": names, "holder": pd.Series(holders, dtype="str"), "holder_uscc": codes, **columns}
    )


def firm(name, former=None):
    return firms_of("A", name=[name], former_names=pd.Series([former], dtype="str"))


def said(parcels, enterprises):
    found = name_doubts(parcels, enterprises)
    return list(zip(found["code"], found["key"], strict=True))


NAME = "安澜县青塘水泥制品厂(普通合伙)"


@pytest.mark.parametrize(
    "holder",
    [NAME, "安澜县青塘水泥制品厂（普通合伙）", " 安澜县 青塘水泥制品厂 普通合伙", "安澜旧厂", "安澜 老厂", None],
)
def test_brackets_spaces_and_former_names_are_the_same_enterprise(holder):
    assert said(plots(holder), firm(NAME, "安澜旧厂;安澜老厂")) == []


@pytest.mark.parametrize("holder", ["安澜?元陶瓷有限公司", "安澜㼆元陶瓷厂"])
def test_another_name_is_doubted_with_the_name_of_the_enterprise(holder):
    found = name_doubts(plots(holder), firm("安澜㼆元陶瓷有限公司", "安澜元陶瓷厂"))
    assert list(zip(found["code"], found["key"], found["value"], strict=True)) == [
        ("HOLDER_NAME_DIFFERS", "p0", holder)
    ]
    assert "安澜㼆元陶瓷有限公司" in worded_issues(found, "zh")["message"].iloc[0]


def test_a_holder_without_code_or_without_enterprise_is_not_compared():
    assert said(plots("甲厂", "乙厂", usccs=[None, "Z"]), firm("丙厂")) == []
    assert said(plots("甲厂"), firms_of("")) == []


def test_several_holders_in_one_cell_are_doubted_once():
    parcels = plots("甲某、乙某(共有)", "甲某(共有)", "甲某")
    assert said(parcels, firm("甲某")) == [("HOLDER_SEVERAL", "p0"), ("HOLDER_SEVERAL", "p1")]


def test_a_certificate_at_three_parcels_is_doubted_once_and_names_the_others():
    parcels = plots(None, None, None, None, None, cert_no=["示1号", "示2号", "示1号", " 示1号", None])
    found = name_doubts(parcels, firm("甲厂"))
    assert found["key"].tolist() == ["p0"]
    assert worded_issues(found, "en")["message"].iloc[0].endswith("stands at 3 parcels, the others are p2、p3")


def test_of_a_certificate_at_many_parcels_five_others_are_named():
    found = name_doubts(plots(*[None] * 8, cert_no=["示1号"] * 8), firm("甲厂"))
    assert found["facts"].iloc[0] == {"count": 8, "others": "p1、p2、p3、p4、p5…"}


@pytest.mark.parametrize("name", ["=安澜鞋业", "+安澜鞋业", "@安澜", "安澜<script>x</script>", "a>b"])
def test_a_name_like_a_formula_or_markup_is_doubted_and_kept(name):
    assert said(plots(name), firm(name)) == [("NAME_ODD", "A"), ("NAME_ODD", "p0")]


@pytest.mark.parametrize("name", ["安澜-鞋业", "安澜@鞋业", "安澜&鞋业", "A=B", "(安澜)鞋业"])
def test_signs_inside_a_name_are_no_doubt(name):
    assert said(plots(name), firm(name)) == []


def test_without_names_nothing_is_said():
    assert said(pd.DataFrame({"parcel_id": ["p0"]}), pd.DataFrame({"uscc": ["A"]})) == []


# ------------------------------------------------------------------------------- who uses, without accounts


def test_the_third_link_of_a_chain_of_leases_is_noted_and_the_second_is_not():
    rows = (lease("p", "A", 900), lease("p", "B", 500, "A"), lease("p", "C", 300, "B"), lease("p", "D", 100, "C"))
    land = who_uses(a_base(parcels_of({"p": (1000, "H")}), *rows), a_project(), a_rule())
    found = land.issues[land.issues["code"] == "SUBLEASE_OF_SUBLEASE"]
    assert found["key"].tolist() == ["C", "D"]


def test_a_lessee_who_also_owns_lets_his_own_land_and_makes_no_chain():
    rows = (own("p", "H", 500), own("p", "A", 500), lease("p", "A", 100, "H"), lease("p", "B", 50, "A"),
            lease("p", "C", 20, "B"))  # fmt: skip
    land = who_uses(a_base(parcels_of({"p": (1000, "H")}), *rows), a_project(), a_rule())
    assert "SUBLEASE_OF_SUBLEASE" not in set(land.issues["code"])


def test_a_parcel_of_an_unknown_holder_is_not_said_to_lack_accounts_again():
    made = a_base(parcels_of({"p": (1000, "H"), "q": (1000, "Z"), "r": (1000, "A")}), firms="HA")
    land = who_uses(made, a_project(), a_rule())
    books = pd.DataFrame({"uscc": pd.Series(["A"], dtype="str"), "tax": pd.array([5], dtype="Int64")})
    money = lay_on_parcels(books, enterprises=made.enterprises, occupancy=land.occupancy)
    warned = money.issues[money.issues["code"] == "PARCEL_WITHOUT_ACCOUNT"]
    assert warned["key"].tolist() == ["p"]
    assert money.without_account["parcel_id"].tolist() == ["p", "q"]
    assert land.issues.loc[land.issues["code"] == "HOLDER_UNKNOWN", "key"].tolist() == ["q"]
    alone = lay_on_parcels(books, enterprises=firms_of("").head(0), occupancy=land.occupancy)
    assert alone.issues.loc[alone.issues["code"] == "PARCEL_WITHOUT_ACCOUNT", "key"].tolist() == ["p", "q"]
