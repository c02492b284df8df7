"""Money on land: hand-worked shares, both unmatched sides with reasons and amounts, and the balance."""

from __future__ import annotations

import pandas as pd
from landbuild import a_base, a_project, a_rule, accounts_of, firms_of, lease, parcels_of

from landuse.assemble.allocation import lay_on_parcels, pool_books
from landuse.assemble.occupancy import who_uses
from landuse.tables import worded_issues

TWO = {"p": (10_000, "H"), "q": (5_000, "A"), "r": (700, "D")}
FACTORY = (lease("p", "A", 4_000), lease("p", "B", 1_000))


def books_of(**amounts: dict[str, int | None]) -> pd.DataFrame:
    """Make books from quantity -> {uscc: integer amount}."""
    usccs = sorted({uscc for column in amounts.values() for uscc in column})
    columns = {name: pd.array([column.get(uscc) for uscc in usccs], dtype="Int64") for name, column in amounts.items()}
    return pd.DataFrame({"uscc": pd.Series(usccs, dtype="str"), **columns})


def lay(books, mode="apportion", parcels=TWO, rows=FACTORY, **base):
    made = a_base(parcels_of(parcels), *rows, **base)
    land = who_uses(made, a_project(), a_rule(shared_parcel=mode))
    known = {"enterprises": made.enterprises, "parcels": made.parcels.table}
    return lay_on_parcels(books, occupancy=land.occupancy, pooled=land.pooled, **known)


def by(table: pd.DataFrame, key: str | list[str], value: str) -> dict:
    plain = table[value].astype(object).where(table[value].notna(), None)
    keys = table[key] if isinstance(key, str) else list(zip(*(table[k] for k in key), strict=True))
    return dict(zip(keys, plain, strict=True))


def test_an_amount_is_split_by_land_and_the_odd_unit_goes_to_the_largest_remainder():
    money = lay(books_of(tax={"A": 7}))  # 4,000 and 5,000 of 9,000 m2: 3.11 and 3.89
    assert by(money.rows, ["parcel_id", "uscc"], "tax") == {
        ("p", "A"): 3, ("p", "B"): None, ("p", "H"): None, ("q", "A"): 4, ("r", "D"): None,
    }  # fmt: skip


def test_equal_remainders_go_to_the_first_parcel_code_whatever_the_order_of_parcels():
    for names in (("p", "q"), ("q", "p")):
        parcels = dict.fromkeys(names, (5000, "A"))
        assert by(lay(books_of(tax={"A": 5}), parcels=parcels, rows=()).rows, "parcel_id", "tax") == {"p": 3, "q": 2}


def test_a_tax_refund_is_split_to_the_unit_like_a_payment():
    assert by(lay(books_of(tax={"A": -7})).rows, ["parcel_id", "uscc"], "tax")[("p", "A")] == -3


def test_amounts_beyond_64_bits_in_the_product_are_split_exactly():
    parcels = {"p": (10_000_000, "A"), "q": (20_000_000, "A")}
    amount = 3_000_000_000_000_001
    money = lay(books_of(output={"A": amount}), parcels=parcels, rows=())
    assert by(money.rows, "parcel_id", "output") == {"p": 1_000_000_000_000_000, "q": 2_000_000_000_000_001}


def test_a_parcel_sums_the_known_amounts_and_knows_nothing_where_no_occupants_is_known():
    money = lay(books_of(tax={"A": 9, "H": 100}, energy={"B": 3}))
    assert by(money.parcels, "parcel_id", "tax") == {"p": 104, "q": 5, "r": None}
    assert by(money.parcels, "parcel_id", "energy") == {"p": 3, "q": None, "r": None}
    assert by(money.parcels, "parcel_id", "output") == {"p": None, "q": None, "r": None}
    assert by(money.parcels, "parcel_id", "n_enterprises") == {"p": 3, "q": 1, "r": 1}


def test_zero_is_a_known_amount():
    money = lay(books_of(tax={"D": 0}))
    assert by(money.parcels, "parcel_id", "tax")["r"] == 0
    assert "r" not in money.without_account["parcel_id"].tolist()


def test_accounts_of_an_unknown_code_are_listed_with_amounts_and_unallocated_in_step_match():
    money = lay(books_of(tax={"Z": 2_500_000, "H": 1_000_000}, energy={"Z": 1_000_000}))
    assert money.unallocated.astype(object).where(money.unallocated.notna(), None).values.tolist() == [
        ["Z", "NO_ENTERPRISE", 2_500_000, None, 1_000_000]
    ]
    match = money.balance[money.balance["step"].eq("match") & money.balance["quantity"].eq("tax_wan")]
    assert match[["amount_in", "amount_out", "unallocated", "reason"]].values.tolist() == [
        [3_500_000, 1_000_000, 0, ""],
        [0, 0, 2_500_000, "NO_ENTERPRISE"],
    ]
    issue = worded_issues(money.issues[money.issues["code"].eq("ACCOUNT_WITHOUT_ENTERPRISE")], "zh").iloc[0]
    assert (issue["key"], issue["severity"]) == ("Z", "warning")
    assert "税收2.50万元、产值—万元、能耗1.00吨标准煤" in issue["message"]


def test_accounts_of_a_name_without_code_stay_in_the_balance_and_are_told_with_the_matches_only():
    money = lay(books_of(tax={"名称:甲厂": 2_500_000, "H": 1_000_000}))
    assert money.unallocated["uscc"].tolist() == ["名称:甲厂"]
    assert money.balance.query("step == 'match' and quantity == 'tax_wan'")["unallocated"].tolist() == [0, 2_500_000]
    assert "ACCOUNT_WITHOUT_ENTERPRISE" not in money.issues["code"].tolist()


def test_an_enterprise_without_land_is_noted_with_its_amounts_and_unallocated_in_step_allocate():
    money = lay(books_of(tax={"T": 6}))
    assert by(money.unallocated, ["uscc", "reason"], "tax") == {("T", "NO_LAND"): 6}
    allocate = money.balance[money.balance["step"].eq("allocate") & money.balance["quantity"].eq("tax_wan")]
    assert allocate[["amount_in", "amount_out", "unallocated"]].values.tolist() == [[6, 0, 0], [0, 0, 6]]
    noted = money.issues[money.issues["code"].eq("ENTERPRISE_WITHOUT_LAND")]
    assert noted["key"].tolist() == ["C", "T"]
    assert noted["facts"].iloc[1]["tax"] == "0.00"
    assert noted["facts"].iloc[0]["tax"] == "—"


def test_a_parcel_in_use_none_of_whose_occupants_has_accounts_is_a_warning_with_its_area():
    money = lay(books_of(tax={"H": 1, "A": None}))
    assert money.without_account.values.tolist() == [["q", "NO_ACCOUNT", 50_000_000], ["r", "NO_ACCOUNT", 7_000_000]]
    warned = worded_issues(money.issues[money.issues["code"].eq("PARCEL_WITHOUT_ACCOUNT")], "en")
    assert warned["severity"].tolist() == ["warning", "warning"]
    assert warned["message"].str.contains("700.00 m2").tolist() == [False, True]
    assert warned[["source_file", "source_row"]].values.tolist() == [["parcels.gpkg", 3], ["parcels.gpkg", 4]]


def test_a_user_with_accounts_but_in_no_table_of_enterprises_is_not_called_silent():
    money = lay(books_of(tax={"D": 1}), firms="HA")
    assert "r" not in money.without_account["parcel_id"].tolist()


def test_shared_money_is_summed_at_the_holder_and_stays_on_the_occupants_rows():
    money = lay(books_of(tax={"A": 9, "B": 3, "H": 100}), "shared")
    assert by(money.rows, ["parcel_id", "uscc"], "tax")[("p", "A")] == 4
    assert by(money.units, "uscc", "tax") == {"H": 107, "A": 5, "D": None}
    assert by(money.units, "uscc", "land_cm2") == {"H": 100_000_000, "A": 50_000_000, "D": 7_000_000}


def test_with_the_holder_tenants_money_goes_to_the_holder_and_the_rest_stays():
    money = lay(books_of(tax={"A": 9, "B": 3, "H": 100}, energy={"B": 2}), "holder")
    assert by(money.rows, ["parcel_id", "uscc"], "tax") == {("p", "H"): 107, ("q", "A"): 5, ("r", "D"): None}
    assert by(money.units, "uscc", "energy") == {"H": 2, "A": None, "D": None}
    assert len(money.unallocated) == 0
    assert set(money.issues.loc[money.issues["code"].eq("ENTERPRISE_WITHOUT_LAND"), "key"]) == {"C", "T"}


def test_a_holder_without_books_gets_those_of_its_tenants():
    money = lay(books_of(tax={"B": 3}), "holder")
    assert by(money.units, "uscc", "tax") == {"H": 3, "A": None, "D": None}


def test_pooling_leaves_books_alone_where_nobody_goes_with_a_holder():
    books = books_of(tax={"A": 1})
    assert pool_books(books, pd.DataFrame()) is books


def test_without_enterprises_accounts_or_land_everything_is_empty():
    nobody = {"p": (10_000, None)}
    money = lay(pd.DataFrame(), parcels=nobody, rows=(), firms=firms_of(""), accounts=pd.DataFrame())
    assert [len(part) for part in (money.rows, money.parcels, money.units, money.unallocated, money.issues)] == [0] * 5
    bare = lay_on_parcels(pd.DataFrame(), enterprises=pd.DataFrame(), occupancy=money_free_occupancy())
    assert bare.parcels["tax"].isna().all()
    assert len(bare.issues) == 0


def money_free_occupancy() -> pd.DataFrame:
    base = a_base(parcels_of({"p": (10_000, "H")}), firms=firms_of(""), accounts=pd.DataFrame())
    return who_uses(base, a_project(), a_rule()).occupancy


def test_without_a_table_of_enterprises_all_money_is_unallocated():
    money = lay(books_of(tax={"H": 5}), firms=firms_of(""), accounts=accounts_of(""), rows=())
    assert by(money.unallocated, ["uscc", "reason"], "tax") == {("H", "NO_ENTERPRISE"): 5}


def test_provenance_of_the_accounts_stands_in_the_issue():
    books = books_of(tax={"Z": 1}).assign(source_file="tax.csv", source_row=7)
    issue = lay(books).issues.query("code == 'ACCOUNT_WITHOUT_ENTERPRISE'").iloc[0]
    assert (issue["source_file"], issue["source_row"]) == ("tax.csv", 7)
