"""Lift, what-if and stability as a user meets them: in the receipt, the tables, the ledger; and other readings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli.cli_builders import write_bureau

from landuse.assemble import base_tables
from landuse.errors import InputError
from landuse.evaluate import evaluate, ground_of
from landuse.indicators import enterprise_measures
from landuse.pipeline import run
from landuse.policy import rule_in_force
from landuse.project import load_project
from landuse.read import read_tables
from landuse.readings import readings, stability_columns
from landuse.reports.content import ledger
from landuse.reports.explain import assume, explain, trial
from landuse.write import write_outputs
from landuse.write.published import published_tables

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project_file(tmp_path_factory):
    return write_bureau(tmp_path_factory.mktemp("县"))


def analysed(project_file, *settings, lang="zh"):
    return run(load_project(project_file, settings, language=lang))


@pytest.fixture(scope="module")
def analysis(project_file):
    return analysed(project_file)


# ----------------------------------------------------------------------------------- what would lift it out


def test_a_listed_enterprise_reads_what_would_lift_it_out_and_no_other_does(analysis):
    """E01 pays 100 on 10 mu and must pass E02: 50/b (x/10 - 10) = 20 x 20/100, b = (4400 + x)/450, x = 108.014248."""
    tax = (10 + 0.08 * 4400 / 450) / (0.1 - 0.08 / 450)
    assert round(tax, 5) == 108.01425
    text = explain(analysis, "E01")
    assert "八、移出条件" in text
    line = next(line for line in text.splitlines() if "实缴税收由" in line)
    assert "在其他条件不变时,实缴税收由 100.000000 增至 108.0142" in line
    assert line.endswith("万元,+8.0%)即不再列入行业末位")
    assert "移出条件" not in explain(analysis, "E02")


def test_in_english_it_says_the_same(project_file):
    text = explain(analysed(project_file, lang="en"), "E01")
    assert "all else as it is, Tax paid of 108.0142" in text
    assert "instead of 100.000000 (10,000 yuan; +8.0142" in text


def test_the_table_is_published_with_four_rows_for_each_listed_enterprise(analysis, tmp_path):
    table = published_tables(analysis)["lift"]
    assert table.columns.tolist() == ["uscc", "quantity", "from", "to", "change", "change_share", "possible", "why"]
    assert table["quantity"].tolist() == ["tax_wan", "output_wan", "energy_tce", "area_mu"]
    write_outputs(analysis, tmp_path / "r", only=("tables",))
    assert pd.read_parquet(tmp_path / "r" / "lift.parquet")["uscc"].tolist() == ["E01"] * 4


def test_why_one_figure_alone_does_not_help_is_said_in_words(project_file):
    text = explain(analysed(project_file, "ranking.share=1"), "E05")
    assert text.count("不能移出:本组全部列入") == 4


# ------------------------------------------------------------------------------------------------ what if


def tried(analysis, what, *figures):
    return trial.as_text(assume(analysis, what, figures))


def test_a_corrected_figure_tells_the_own_result_and_names_who_takes_the_place(analysis):
    text = tried(analysis, "E01", "tax_wan=120", "energy_tce=40")
    assert "假设:安澜鑫达鞋业甲厂(E01)实缴税收 100.00 → 120.00 万元、综合能源消费量 50.00 → 40.00 吨标准煤" in text
    assert "末位序 1/9 → 3/9(1 为最低);不再列入行业末位" in text
    assert "因此列入 1 家:安澜鑫达鞋业乙厂(E02)" in text
    assert "不写入成果" in text


def test_a_figure_that_changes_no_list_says_so(analysis):
    text = tried(analysis, "E05", "tax_wan=501")
    assert "仍不在行业末位" in text
    assert "其他企业是否列入不变" in text
    assert "其他企业名次变动 0 家" in text


def test_falling_into_the_list_frees_another(analysis):
    text = tried(analysis, "E09", "tax_wan=1", "output_wan=1")
    assert "1 为最低);列入行业末位" in text
    assert "因此不再列入 1 家:安澜鑫达鞋业甲厂(E01)" in text
    assert "仍在行业末位" in tried(analysis, "E01", "tax_wan=90")


def test_a_figure_withdrawn_leaves_it_unranked(analysis):
    assert "指标不全单列,不再有得分与名次" in tried(analysis, "E01", "tax_wan=?", "output_wan=?")


def test_what_cannot_be_tried_is_refused_with_what_can(analysis):
    with pytest.raises(InputError) as caught:
        assume(analysis, "E01", ["tax=3", "output_wan=much", "energy_tce", "area_mu=inf"])
    told = [" ".join(fault.lines("zh")) for fault in caught.value.faults]
    assert len(told) == 4
    assert "最接近的是 tax_wan" in told[0]
    assert all("不是数字" in line for line in told[1:])
    with pytest.raises(InputError, match="企业"):
        assume(analysis, "990781001001GB00002", ["tax_wan=3"])


def test_a_tenant_evaluated_with_its_holder_is_sent_to_the_holder(analysis):
    firms = analysis.enterprises.assign(rank_unit=["E02", *analysis.enterprises["uscc"].iloc[1:]])
    with pytest.raises(InputError, match="E02"):
        assume(replace(analysis, enterprises=firms), "E01", ["tax_wan=3"])


# ---------------------------------------------------------------------------------------------- stability


def test_without_draws_nothing_of_it_is_in_the_results_nor_in_the_digest(project_file, analysis):
    assert not {"stability", "stability_class"} & set(published_tables(analysis)["enterprises"].columns)
    other = load_project(project_file, ["stability.seed=7", "stability.weights=0.5"])
    assert other.digest() == analysis.project.digest()
    assert load_project(project_file, ["stability.draws=1"]).digest() != analysis.project.digest()
    assert "稳定性" not in explain(analysis, "E01")


def test_with_draws_table_receipt_ledger_and_method_say_it(project_file):
    found = analysed(project_file, "stability.draws=60", "stability.tax_error=0.2")
    table = published_tables(found)["enterprises"].set_index("uscc")
    assert table["stability"].between(0, 1).all()
    assert table["stability"].sum() == pytest.approx(1.0)  # one of nine is listed in each draw
    assert table.loc["E01", "stability"] > 0.4
    assert f"入围稳定性 {table.loc['E01', 'stability']:.1%}:60 次试算" in explain(found, "E01")
    assert "0.0%:60 次试算(权重、年度、面积、地价修正的其他取法和数据误差)中列入行业末位的比例;均未列入" in explain(
        found, "E09"
    )
    sheets = {sheet.key: sheet for sheet in ledger(found)}
    titles = [column.title for column in sheets["low_enterprises"].blocks[0].columns]
    assert {"入围稳定性", "稳定性类别"} <= {title.split("\n")[0] for title in titles}
    said = sheets["method"].blocks[0].rows.astype(str).agg(" ".join, axis=1)
    assert said.str.contains("稳定性:试算次数 60").any()


@pytest.fixture(scope="module")
def district():
    project = load_project(ROOT / "data" / "demo" / "landuse.toml", ["stability.draws=20"])
    rule = rule_in_force(project)
    base = base_tables(read_tables(project), project, rule)
    return base, evaluate(base, ground_of(base, project, rule), project, rule), project, rule


def test_the_readings_are_the_run_and_every_other_year_area_and_price(district):
    base, found, _, _ = district
    tables = list(readings(*district))
    assert len(tables) == 8
    assert tables[0] is found.verdict.enterprises
    ranked = tables[0]["status"].eq("RANKED")
    assert tables[1].loc[ranked, "price_coefficient"].eq(1.0).all()
    books = base.accounts.pivot_table(index="uscc", columns="year", values="tax_wan")
    known = books.dropna().index[books.dropna().index.isin(tables[0].loc[ranked, "uscc"])]
    mean = tables[4].set_index("uscc").loc[known, "tax_wan"]
    assert np.allclose(mean, books.loc[known, [2023, 2024, 2025]].mean(axis=1))
    again = enterprise_measures(tables[4], rule=district[3])
    assert again["tax_per_mu"].equals(tables[4]["tax_per_mu"])


def test_another_area_counts_by_the_parcels_an_enterprise_uses(district):
    base, found, _, _ = district
    tables = list(readings(*district))
    use = found.ground.held.land.occupancy
    one = use.loc[~use["uscc"].duplicated(keep=False)].iloc[0]
    parcel = base.parcels.table.set_index("parcel_id").loc[one["parcel_id"]]
    row = tables[2].set_index("uscc").loc[one["uscc"]]
    expected = one["land_mu"] * parcel["ellipsoid_area_m2"] * 3 / 2000 / parcel["area_mu"]
    assert row["area_mu"] == pytest.approx(expected)


def test_where_nothing_is_corrected_and_one_reading_is_asked_there_is_one(district):
    base, found, project, rule = district
    few = project.stability.model_copy(update={"years": (1,), "areas": (), "price": ("as_run",)})
    assert len(list(readings(base, found, project.model_copy(update={"stability": few}), rule))) == 1
    none = replace(rule, price_apply="none")
    assert len(list(readings(base, found, project, none))) == 4
    made = stability_columns(base, found, project, rule)
    ranked = found.verdict.enterprises["status"].eq("RANKED")
    assert made["stability"].notna().sum() == ranked.sum()
    off = project.model_copy(update={"stability": project.stability.model_copy(update={"draws": 0})})
    assert stability_columns(base, found, off, rule) == {}
