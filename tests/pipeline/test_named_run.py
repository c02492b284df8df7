"""A whole run with named rules: contracts and control tables reach enterprises, parcels, ledger and explanation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from assemble.rawbuild import part
from openpyxl import load_workbook
from pipeline.builders import accounts, firm, firms, lease, plot, plots, run

from landuse.policy.rules import NAMED
from landuse.reports.content import ledger
from landuse.reports.excel import write_book
from landuse.reports.explain import explain
from landuse.write.published import published_tables

EVERY = ["R01", *NAMED]


def contracts(count=9, **columns):
    """Return parcels of 15 mu (1 ha), finished in 2020, that promised 10 of tax a mu and 1000 of investment."""
    known = {
        "finish_due": pd.to_datetime(["2020-06-30"] * count),
        "finish_date": pd.to_datetime(["2020-06-30"] * count),
        "tax_due_wan_per_mu": [10.0] * count,
        "invest_due_wan": [1000.0] * count,
        "invest_actual_wan": [900.0, *[1100.0] * (count - 1)],
        "land_price_wan": [200.0] * count,
    }
    return plots(count, **{**known, **columns})


def analysed(*more, tax=(9.0, *[160.0] * 8), lang="zh", **rules):
    """Return a run of nine enterprises, one a parcel; the first paid 9, the others 160 for 15 mu."""
    books = accounts(9, tax_wan=list(tax), electricity_kwh=[100.0] * 9)
    parts = (contracts(), firms(9, scale=["规下"] * 9), books, *more)
    return run(*parts, rules={"enabled": EVERY, "prohibited_codes": [], **rules}, project={"language": lang})


def outcomes(analysis, key, unit="enterprise"):
    rows = analysis.findings[analysis.findings["key"].eq(key) & analysis.findings["unit"].eq(unit)]
    return {
        name: None if pd.isna(value) else bool(value)
        for name, value in zip(rows["rule_id"], rows["outcome"], strict=True)
    }


def test_every_rule_speaks_of_every_enterprise_and_the_figures_are_those_of_the_run():
    analysis = analysed()
    # of nine, 95 % are 8.55: nobody has D
    assert outcomes(analysis, "F000") == {
        "R01": True, "R02": True, "R03": True, "R04": None, "R05": True, "R06": False, "R07": True, "R08": False,
        "R09": False, "R10": True,
    }  # fmt: skip
    assert outcomes(analysis, "F001") == {
        "R01": False, "R02": False, "R03": False, "R04": None, "R05": False, "R06": False, "R07": True, "R08": False,
        "R09": False, "R10": False,
    }  # fmt: skip
    land = outcomes(analysis, "P000", "parcel")
    assert {name: land[name] for name in ("R04", "R05", "R10", "TAX_DUE")} == {
        "R04": None, "R05": True, "R10": True, "TAX_DUE": True,
    }  # fmt: skip
    assert plot(analysis, "P000")["invest_intensity_wan_per_ha"] == pytest.approx(1100)
    assert plot(analysis, "P000")["invest_required_wan_per_ha"] == pytest.approx(1200)
    assert plot(analysis, "P000")["tax_due_gap_wan"] == pytest.approx(141)


def test_a_rule_that_holds_for_a_listed_parcel_itself_is_one_of_its_reasons_and_its_sentence():
    analysis = analysed()
    row = plot(analysis, "P000")
    assert row["efficiency_class"] == "low"
    assert row["reasons"] == ("R01", "R02", "R03", "R05", "R07", "R10")
    assert row["reasons_noted"] == ("TAX_DUE",)
    assert "已投资900.00万元,约定1000.00万元" in row["because"]
    assert firm(analysis, "F000")["reasons"] == ("R01", "R02", "R03", "R05", "R07", "R10")


def test_rules_that_are_not_enabled_change_no_verdict_and_no_class():
    plain, noted = analysed(enabled=["R01"]), analysed(enabled=["R01"], ramp_years=9)
    assert firm(plain, "F000")["reasons"] == ("R01",)
    assert firm(plain, "F000")["reasons_noted"] == ("R02", "R03", "R05", "R07", "R10")
    assert firm(noted, "F000")["reasons_noted"] == ("R02", "R03", "R05", "R07")
    assert plain.enterprises["low_efficiency"].tolist() == noted.enterprises["low_efficiency"].tolist()
    assert plot(plain, "P000")["reasons_noted"] == ("R05", "R10", "TAX_DUE")
    assert plot(plain, "P000")["reasons"] == ("R01",)


def test_a_control_table_that_was_read_is_asked_by_the_industry_of_the_holder():
    table = part(
        "controls", "控制指标.csv", industry_code=["19", "20"], invest_min_wan_per_ha=[1250.0, 9000.0],
        tax_min_wan_per_mu=[11.0, None], source=["县标准", "县标准"],
    )  # fmt: skip
    analysis = analysed(table)
    # 1100 + 200 = 1300 a hectare reach 1250; 160 / 15 mu = 10.67 reach the contract and not the table
    assert outcomes(analysis, "P001", "parcel")["R05"] is False
    assert outcomes(analysis, "P001", "parcel")["TAX_DUE"] is True
    assert outcomes(analysis, "P001", "parcel")["R10"] is False
    assert plot(analysis, "P001")["invest_required_wan_per_ha"] == pytest.approx(1250)
    said = analysis.findings.query("key == 'P001' and rule_id == 'TAX_DUE'")["because"].iloc[0]
    assert "县标准" in said


def test_a_tenant_answers_for_no_contract():
    # F009 rents a third of P000 and has no land of its own
    books = accounts(10, tax_wan=[9.0, *[160.0] * 8, 50.0])
    analysis = run(
        contracts(), firms(10), books, lease("P000", "F009", 3000.0), rules={"enabled": ["R01", "R05"]},
    )  # fmt: skip
    assert outcomes(analysis, "F009")["R05"] is False
    assert outcomes(analysis, "F000")["R05"] is True


def test_without_contracts_and_tables_no_column_of_them_is_published():
    published = published_tables(run(plots(9), firms(9), accounts(9)))
    assert not {"far_required", "invest_required_wan_per_ha", "invest_intensity_wan_per_ha"} & set(published["parcels"])
    assert "batch" in published["enterprises"].columns


def test_the_batches_reach_enterprises_and_parcels():
    # nine enterprises: 15 % are 1.35, one; 20 % are 1.8, two
    analysis = analysed(enabled=["R01"], tax=[9.0, 100.0, *[160.0] * 7])
    assert firm(analysis, "F000")["batch"] == "第一批"
    assert analysis.enterprises["batch"].notna().sum() == 2
    batches = analysis.parcels.table["batch"].value_counts()
    assert batches.to_dict() == {"第一批": 1, "第二批": 1}


def test_in_english_batches_read_english_on_paper_and_stand_as_the_rule_names_them_in_the_tables():
    analysis = analysed(enabled=["R01"], tax=[9.0, 100.0, *[160.0] * 7], lang="en")
    assert firm(analysis, "F000")["batch"] == "第一批"
    sheets = {sheet.key: sheet for sheet in ledger(analysis)}
    assert sheets["summary"].blocks[-2].rows["item"].tolist() == ["Batch 1", "Batch 2"]
    for key in ("low_enterprises", "low_parcels"):
        assert set(sheets[key].blocks[0].rows["batch"].dropna()) == {"Batch 1"}
    said = " ".join(" ".join(map(str, row)) for block in sheets["method"].blocks for row in block.rows.to_numpy())
    assert "Batch 1: 15%" in said
    assert "第一批" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_ledger_shows_what_was_noted_with_names_and_figures(lang, tmp_path):
    analysis = analysed(enabled=["R01"], lang=lang)
    sheets = {sheet.key: sheet for sheet in ledger(analysis)}
    rules, batches = sheets["summary"].blocks[-1], sheets["summary"].blocks[-2]
    assert rules.rows["true_n"].tolist() == [1, 1, 1, 0, 1, 0, 9, 0, 0, 1]
    assert rules.rows["open_n"].tolist() == [0, 0, 0, 9, 0, 0, 0, 0, 0, 0]
    assert batches.rows["n_enterprises"].tolist() == [1, 1]  # 1.35 and 1.8 of nine: one and two
    noted = sheets["low_enterprises"].blocks[-1].rows
    assert len(noted) == 9  # every one of them has 15 mu below scale
    first = noted.set_index("uscc").loc["F000"]
    for part_ in {"zh": ("亩均税收低于限值", "约定期满未达产"), "en": ("Tax per mu under the limit",)}[lang]:
        assert part_ in first["noted"]
    assert "0.60" in first["hint"]  # 9 / 15 mu
    land = sheets["low_parcels"].blocks[-1].rows.set_index("parcel_id")
    assert list(land.index) == ["P000"]
    assert "900.00" in land.loc["P000", "hint"]
    write_book(ledger(analysis), tmp_path / "ledger.xlsx")
    book = load_workbook(tmp_path / "ledger.xlsx")
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("900.00" in cell and "1000.00" in cell for cell in cells)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("R05 投资强度不达标(启用):是", "R04 容积率不达标(启用):无法判定")),
        ("en", ("R05 Investment intensity under the standard (decides): Yes",)),
    ],
)
def test_the_explanation_gives_the_finding_of_each_rule(lang, words):
    analysis = analysed(lang=lang)
    for key in ("F000", "P000"):
        told = explain(analysis, key)
        for word in words:
            assert word in told
    told = explain(analysis, "F000")
    for rule_id in EVERY:
        assert f"{rule_id} " in told


def test_an_enabled_rule_that_leaves_enterprises_open_is_a_warning():
    found = analysed().issues
    said = found[found["code"].eq("RULE_UNDETERMINED")].set_index("value")["facts"]
    assert {name: facts["count"] for name, facts in said.items()} == {"R04": 9}


def test_the_order_of_the_rows_changes_no_finding():
    one = analysed()
    books = accounts(9, tax_wan=[9.0, *[160.0] * 8], electricity_kwh=[100.0] * 9)
    frame = books.frame.iloc[::-1].reset_index(drop=True)
    turned = run(
        contracts(), firms(9, scale=["规下"] * 9),
        part("accounts", "books.csv", **{n: frame[n].tolist() for n in frame.columns if n != "source_row"}),
        rules={"enabled": EVERY, "prohibited_codes": []},
    )  # fmt: skip
    assert np.array_equal(one.findings["because"].to_numpy(), turned.findings["because"].to_numpy())
