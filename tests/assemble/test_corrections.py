"""Corrections change cells as read: the balance begins with the source, nothing is corrected silently."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from assemble.rawbuild import base_of, codes, of, part, project, raw, square
from assemble.rawbuild import rows as rows_of
from hypothesis import given
from hypothesis import strategies as st

from landuse.assemble.corrections import corrected
from landuse.policy import rule_in_force
from landuse.tables import RawPart, table_title
from landuse.tables.changes import Change, as_text, changes_of, correctable, same, typed

COLUMNS = ("table", "key", "year", "column", "old", "new", "who", "day", "why", "form_file", "form_row")


def overrides(*rows, file="overrides.csv"):
    """Return overrides; each row is table, key, year, column, old, new."""
    more = ("甲某", "2026-07-15", "完税证明", "甲.xlsx", 7)
    columns = {
        name: list(values) for name, values in zip(COLUMNS, zip(*[(*r, *more) for r in rows], strict=True), strict=True)
    }
    return RawPart("overrides", file, "", rows_of(**columns), {}, {})


def plots():
    return part(
        "parcels", "plots.gpkg", geometry=[square(0, 0), square(200, 0)], parcel_id=["P1", "P2"],
        holder_uscc=["A", "B"], registered_area_m2=[10_000.0, 10_000.0],
    )  # fmt: skip


def firms():
    return part("enterprises", "firms.csv", uscc=["A", "B"], name=["甲厂", "乙厂"], industry_code=["1951", "1951"])


def books(**columns):
    known = {"tax_wan": [100.0, 200.0], "output_wan": [1000.0, float("nan")], "revenue_wan": [float("nan"), 500.0]}
    return part("accounts", "books.csv", uscc=["A", "B"], year=[2025, 2025], **{**known, **columns})


def mended(*tables, **sections):
    settings = project(**sections)
    return corrected(raw(*tables), settings, rule_in_force(settings))


def after(*rows, tables=None):
    found = mended(*(tables or (plots(), firms(), books())), overrides(*rows))
    return found, base_of(found, project())


def flow(base, quantity):
    rows = base.balance[base.balance["quantity"].eq(quantity) & base.balance["step"].eq("read")]
    return rows[["amount_in", "amount_out", "unallocated", "reason"]].to_numpy().tolist()


def test_a_correction_changes_the_cell_and_the_balance_shows_what_the_source_said():
    found, base = after(("accounts", "A", 2025, "tax_wan", "100", "88.5"))
    assert base.accounts.set_index("uscc").loc["A", "tax_wan"] == 88.5
    # 300 as supplied, 288.5 as corrected, 11.5 between them, in fen: 1,000,000 a 10,000 yuan
    assert flow(base, "tax_wan") == [[300_000_000, 288_500_000, 0, ""], [0, 0, 11_500_000, "OVERRIDE_APPLIED"]]
    assert flow(base, "output_wan") == [[1_500_000_000, 1_500_000_000, 0, ""]]
    note = of(found.issues, "OVERRIDE_APPLIED").iloc[0]
    assert note[["severity", "table", "key", "column", "value"]].tolist() == [
        "note",
        "accounts",
        "A",
        "tax_wan",
        "88.5",
    ]
    assert note[["source_file", "source_row"]].tolist() == ["books.csv", 2]
    assert note["facts"] == {
        "old": "100", "found": "—", "who": "甲某", "day": "2026-07-15", "why": "完税证明", "form": "甲.xlsx", "row": 7,
    }  # fmt: skip


def test_a_correction_upwards_leaves_the_balance_closed_with_a_negative_rest():
    _, base = after(("accounts", "B", 2025, "tax_wan", "200", "250"))
    assert flow(base, "tax_wan") == [[300_000_000, 350_000_000, 0, ""], [0, 0, -50_000_000, "OVERRIDE_APPLIED"]]


def test_revenue_that_stands_for_output_moves_the_balance_of_output():
    _, base = after(("accounts", "B", 2025, "revenue_wan", "500", "600"))
    assert flow(base, "output_wan") == [[1_500_000_000, 1_600_000_000, 0, ""], [0, 0, -100_000_000, "OVERRIDE_APPLIED"]]


def test_a_registered_area_is_corrected_and_the_land_stays_balanced():
    found, base = after(("parcels", "P1", None, "registered_area_m2", "10000", "9000"))
    assert base.parcels.table["registered_area_m2"].tolist() == [9000.0, 10_000.0]
    # cm2: 20,000 m2 as supplied, 19,000 m2 as corrected
    assert flow(base, "area_m2") == [[200_000_000, 190_000_000, 0, ""], [0, 0, 10_000_000, "OVERRIDE_APPLIED"]]
    assert found.of("parcels")[0].corrections[2, "registered_area_m2"].new == "9000"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("accounts", "A", 2025, "tax_wan", "99", "88"), "OVERRIDE_OLD_VALUE"),
        (("accounts", "A", 2025, "tax_wan", "", "88"), "OVERRIDE_OLD_VALUE"),
        (("accounts", "X", 2025, "tax_wan", "1", "2"), "OVERRIDE_UNKNOWN_KEY"),
        (("parcels", "P9", None, "holder", "", "甲厂"), "OVERRIDE_UNKNOWN_KEY"),
        (("accounts", "A", 2025, "tax_wan", "100", "许多"), "OVERRIDE_UNUSABLE"),
        (("accounts", "A", 2025, "uscc", "A", "B"), "OVERRIDE_UNUSABLE"),
        (("accounts", "A", 2025, "nothing", "1", "2"), "OVERRIDE_UNUSABLE"),
        (("buildings", "A", None, "floors", "1", "2"), "OVERRIDE_UNUSABLE"),
        (("enterprises", "A", None, "name", "甲厂", ""), "OVERRIDE_UNUSABLE"),
        (("enterprises", "A", None, "scale", "", "很大"), "OVERRIDE_UNUSABLE"),
        (("enterprises", "A", None, "registered_on", "", "2025-02-30"), "OVERRIDE_UNUSABLE"),
    ],
)
def test_a_correction_that_does_not_fit_is_said_and_not_made(row, code):
    found, base = after(row)
    assert codes(found.issues) == {code: 1}
    severity = {"OVERRIDE_UNKNOWN_KEY": "warning"}.get(code, "error")
    assert found.issues["severity"].tolist() == [severity]
    assert base.accounts["tax_wan"].tolist() == [100.0, 200.0]
    assert flow(base, "tax_wan") == [[300_000_000, 300_000_000, 0, ""]]
    assert found.issues[["source_file", "source_row"]].to_numpy().tolist() == [["overrides.csv", 2]]


def test_what_stands_there_instead_is_named():
    found, _ = after(("accounts", "A", 2025, "tax_wan", "99", "88"))
    assert found.issues["facts"].iloc[0]["found"] == "100"


def test_corrections_are_made_one_after_the_other():
    found, base = after(
        ("accounts", "A", 2025, "tax_wan", "100", "90"), ("accounts", "A", 2025, "tax_wan", "90", "80"),
        ("accounts", "A", 2025, "tax_wan", "100", "70"),
    )  # fmt: skip
    assert base.accounts["tax_wan"].tolist() == [80.0, 200.0]
    assert codes(found.issues) == {"OVERRIDE_APPLIED": 2, "OVERRIDE_OLD_VALUE": 1}


def test_a_blank_cell_is_filled_and_a_known_one_is_made_unknown():
    _, base = after(
        ("accounts", "B", 2025, "output_wan", "", "700"), ("accounts", "A", 2025, "output_wan", "1000", ""),
        ("accounts", "A", 2025, "energy_tce", "", "50"), ("enterprises", "A", None, "registered_on", "", "2020-05-01"),
    )  # fmt: skip
    rows = base.accounts.set_index("uscc")
    assert rows.loc["B", "output_wan"] == 700
    assert pd.isna(rows.loc["A", "output_wan"])
    assert rows.loc["A", "energy_tce"] == 50
    assert pd.isna(rows.loc["B", "energy_tce"])
    assert base.enterprises["registered_on"].tolist()[0] == pd.Timestamp("2020-05-01")


def test_accounts_that_nobody_supplied_become_a_row_of_their_own():
    tables = (plots(), firms(), part("accounts", "books.csv", uscc=["A"], year=[2025], tax_wan=[100.0]))
    found, base = after(
        ("accounts", "B", 2025, "tax_wan", "", "60"), ("accounts", "B", 2025, "output_wan", "", "5"), tables=tables
    )
    row = base.accounts.set_index("uscc").loc["B"]
    assert (row["tax_wan"], row["output_wan"], row["source_file"], row["source_row"]) == (60, 5, "overrides.csv", 2)
    assert flow(base, "tax_wan")[1] == [0, 0, -60_000_000, "OVERRIDE_APPLIED"]
    assert codes(found.issues) == {"OVERRIDE_APPLIED": 2}


def test_every_file_that_repeats_the_old_value_is_corrected():
    again = part("accounts", "again.csv", uscc=["A"], year=[2025], tax_wan=[100.0])
    found, base = after(("accounts", "A", 2025, "tax_wan", "100", "90"), tables=(plots(), firms(), books(), again))
    assert base.accounts["tax_wan"].tolist() == [90.0, 200.0]
    assert "ACCOUNT_CONFLICT" not in codes(base.issues)
    assert [sorted(p.corrections) for p in found.of("accounts")] == [[(2, "tax_wan")], [(2, "tax_wan")]]


def test_of_parcels_the_polygon_file_holds_before_a_register():
    register = part("parcels", "register.xlsx", parcel_id=["P1"], registered_area_m2=[10_002.0])
    found, _ = after(("parcels", "P1", None, "registered_area_m2", "10000", "9000"), tables=(register, plots()))
    assert codes(found.issues) == {"OVERRIDE_APPLIED": 1}
    assert found.of("parcels")[0].frame["registered_area_m2"].tolist() == [10_002.0]


def leases(areas):
    size = len(areas)
    return part(
        "occupancy", "leases.csv", parcel_id=["P1"] * size, uscc=["B"] * size, tenure=["lease"] * size, area_m2=areas
    )


def test_a_lease_is_found_by_parcel_and_tenant_and_by_its_old_value_where_there_are_several():
    row = ("occupancy", "P1|B", None, "area_m2", "500", "400")
    tables = (plots(), firms(), books(), leases([500.0, 300.0]))
    found, base = after(row, tables=tables)
    assert base.leases["area_m2"].tolist() == [400.0, 300.0]
    assert of(found.issues, "OVERRIDE_APPLIED")["key"].tolist() == ["B"]
    twice, _ = after(row, tables=(*tables[:3], leases([500.0, 500.0])))
    assert codes(twice.issues) == {"OVERRIDE_OLD_VALUE": 1}


def test_opinions_and_objections_change_nothing():
    found, base = after(
        ("decisions", "A", None, "conclusion", "", "list"), ("objections", "A", None, "contested", "", "税收")
    )
    assert found.issues.empty
    assert base.accounts["tax_wan"].tolist() == [100.0, 200.0]


def test_what_was_read_is_not_changed():
    tables = (plots(), firms(), books())
    after(("accounts", "A", 2025, "tax_wan", "100", "88.5"), tables=tables)
    assert tables[2].frame["tax_wan"].tolist() == [100.0, 200.0]
    assert tables[2].corrections == {}


def test_without_overrides_the_tables_are_those_that_were_read():
    tables = raw(plots(), firms(), books())
    assert corrected(tables, project(), rule_in_force(project())) is tables
    assert table_title("overrides") == "更正与意见"


# ------------------------------------------------------------------------------------------------ values


def test_values_are_compared_as_a_reader_compares_them():
    assert same(100.0, 100.0000000001)
    assert not same(100.0, 100.001)
    assert same("甲厂(普通合伙)", "甲厂 (普通合伙)")
    assert same(None, float("nan"))
    assert same(pd.NaT, None)
    assert not same(0.0, None)
    assert same(pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-01"))
    assert not same("1", "2")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_a_number_survives_the_file(value):
    column = correctable("accounts", "tax_wan")
    assert typed(as_text(value), column) == value


@given(st.dates(min_value=pd.Timestamp("1950-01-01").date(), max_value=pd.Timestamp("2200-01-01").date()))
def test_a_day_survives_the_file(day):
    column = correctable("parcels", "start_due")
    assert typed(as_text(pd.Timestamp(day)), column) == pd.Timestamp(day)


def test_whole_numbers_and_unknown_values():
    column = correctable("parcels", "gov_delay_days")
    assert typed("12", column) == 12
    assert typed("", column) is None
    for text in ("1.5", "inf", "x"):
        with pytest.raises(ValueError, match=text):
            typed(text, column)


RUNS = re.compile(r"[\s\0]*[=+\-@\t\r＝＋－＠]")
"""What a spreadsheet takes for the beginning of a formula, blanks before it or not."""


@given(st.text(alphabet="=+-@'甲1 ＝＋", max_size=6))
def test_a_text_never_becomes_a_formula_and_comes_back_as_it_was(text):
    change = Change(form="review", table="decisions", key="A", column="conclusion", old="", new="list", why=text)
    cell = change.row()["why"]
    assert not RUNS.match(cell) or cell.lstrip("+-").replace(".", "").isdigit()
    # a quotation mark that a user wrote himself before such a sign is the only thing that may go
    expected = text[1:] if text[:1] == "'" and RUNS.match(text[1:]) else text
    assert changes_of([change.row()])[0].why == expected


def test_a_name_that_only_finds_an_enterprise_is_decided_on_and_not_corrected():
    assert correctable("accounts", "name") is None
    assert correctable("occupancy", "lessor_name") is None
    assert correctable("enterprises", "name") is not None
    assert correctable("parcels", "holder") is not None
