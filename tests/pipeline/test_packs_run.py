"""Other rule packs through the whole run: types of park, substitutes, what the ledger and an explanation show."""

import pytest
from assemble.rawbuild import part, square
from pipeline.builders import accounts, firm, firms, lease, plots, run

from landuse.reports.content import ledger
from landuse.reports.explain import explain
from landuse.write.published import published_tables

OLD, JOBS = "城东园", "石桥园"


def parks(*types):
    """Return the parks 城东园 and 石桥园 with their types; the polygons do not matter, parcels name their park."""
    shapes = [square(-5000 - 300 * number, 0) for number in range(len(types))]
    return part("parks", "parks.shp", geometry=shapes, park=[OLD, JOBS][: len(types)], park_type=list(types))


def county(*more, pack="park_types", count=16, park=None, **sections):
    """Return sixteen enterprises, the first eight in a traditional park, the others in a park of jobs."""
    park = park or [OLD] * 8 + [JOBS] * 8
    books = accounts(
        count,
        revenue_wan=[200.0] * count,
        employees=[10.0 + 10 * i for i in range(count)],
        value_added_wan=[50.0] * count,
        rd_wan=[2.0] * count,
        electricity_kwh=[20_000.0] * count,
    )
    return run(plots(count, park=park), firms(count), books, *more, rules={"pack": pack}, **sections)


def test_an_enterprise_is_judged_by_the_type_of_the_park_it_lies_in():
    analysis = county(parks("传统", "就业型"))
    found = analysis.enterprises.set_index("uscc")
    assert set(found["park_type"][:8]) == {"传统"}
    assert set(found["industry_group"]) == {"19|传统", "19|就业型"}
    assert found["n_in_group"].tolist() == [8] * 16
    # park of jobs: F008 … F015, tax 18 … 25, employees 90 … 160, revenue alike, 15 mu each; means 21.5 and 125
    assert found.loc["F008", "score"] == pytest.approx(100 * (0.3 * 18 / 21.5 + 0.2 + 0.5 * 90 / 125))
    # traditional park: tax 10 … 17, output 100 … 149, energy 5 … 12; output per energy of F000 is 20 of 996 / 68
    base = sum(100 + 7 * i for i in range(8)) / sum(5 + i for i in range(8))
    by_hand = 100 * (0.5 * 10 / 13.5 + 0.3 * 100 / 124.5 + 0.2 * min(1.5, 20 / base))
    assert found.loc["F000", "score"] == pytest.approx(by_hand)


def test_the_park_with_most_land_decides_and_outside_parks_there_is_a_group_of_its_own():
    moved = lease("P008", "F000", 9_000.0)
    analysis = county(parks("传统", "就业型"), lease("P000", "F009", 9_000.0), moved)
    # F000 leases out 0.9 ha of its own in the traditional park and rents 0.9 ha in the park of jobs
    assert firm(analysis, "F000")["park_type"] == "就业型"
    outside = county(parks("传统"), park=[OLD] * 8 + [None] * 8)
    groups = outside.groups.set_index("industry_group")
    assert groups.loc["19|-", "name"].endswith("(园区外或园区类型未填)")
    assert firm(outside, "F008")["n_indicators"] == 3
    assert county(park=[None] * 16).enterprises["park_type"].isna().all()


def test_scale_pack_gives_those_below_scale_a_rank_without_output_and_energy():
    count = 14
    scales = ["规上"] * 7 + ["规下"] * 7
    books = accounts(
        count,
        output_wan=[700.0] * 7 + [None] * 7,
        energy_tce=[70.0] * 7 + [None] * 7,
        revenue_wan=[None] * 7 + [200.0] * 7,
        electricity_kwh=[None] * 7 + [1e5] * 7,
    )
    analysis = run(plots(count), firms(count, scale=scales), books, rules={"pack": "scale"})
    assert set(analysis.enterprises["status"]) == {"RANKED"}
    assert set(analysis.enterprises["n_indicators"]) == {3}
    groups = analysis.groups.set_index("industry_group")
    # taxes 17 … 23 on 15 mu each, 100,000 kWh each: 1.3333 a mu, 2 yuan a kWh; no base for what nobody weighs
    assert groups.loc["19|规下", "base_tax_per_kwh"] == pytest.approx(2.0)
    assert groups.loc["19|规下", ["base_output_per_mu", "base_output_per_energy"]].isna().all()
    assert groups.loc["19|规上", ["base_revenue_per_mu", "base_tax_per_kwh"]].isna().all()


def test_the_ledger_shows_the_measures_and_bases_of_the_pack_and_the_default_ledger_does_not():
    analysis = county(parks("传统", "就业型"))
    sheets = {sheet.key: sheet for sheet in ledger(analysis)}
    listed = [column.name for column in sheets["low_enterprises"].columns]
    assert {"employees_per_mu", "employees_per_mu_corrected", "rd_share", "employees", "park_type"} <= set(listed)
    assert listed.index("employees_per_mu") < listed.index("score")
    assert "base_employees_per_mu" in [column.name for column in sheets["by_industry"].columns]
    default = {sheet.key: sheet for sheet in ledger(county(parks("传统", "就业型"), pack="default"))}
    plain = {column.name for column in (*default["low_enterprises"].columns, *default["by_industry"].columns)}
    assert not {name for name in plain if "employees" in name or "revenue" in name or name == "park_type"}
    assert "employees_per_mu" in published_tables(analysis)["enterprises"]
    assert "base_employees_per_mu" in published_tables(analysis)["groups"]


def test_nothing_is_shown_as_corrected_where_nothing_is():
    sheets = {sheet.key: sheet for sheet in ledger(county(pack="jingde"))}
    listed = [column.name for column in sheets["low_enterprises"].columns]
    assert "revenue_per_mu" in listed
    assert "revenue_per_mu_corrected" not in listed
    notes = " ".join(sheets["low_enterprises"].notes)
    assert "组内最低至最高,满分100" in notes
    assert "不修正" in notes
    assert sheets["by_industry"].rows["base_tax_per_mu"].isna().all()


def test_declared_bases_stand_as_the_bases_of_their_group_and_words_say_group_not_industry():
    analysis = county(pack="huangyan_2022")
    group = analysis.groups.set_index("industry_group").loc["ALL|-"]
    assert (group["base_tax_per_mu"], group["base_tax_per_kwh"]) == (11.5932, 0.2352)
    sheet = {each.key: each for each in ledger(analysis)}["low_enterprises"]
    assert set(sheet.rows["low_kind"]) == {"组内末位15%"}
    assert "100为公布基准" in " ".join(sheet.notes)


def lines(analysis, uscc="F000"):
    return explain(analysis, uscc).splitlines()


def test_an_explanation_shows_the_place_between_lowest_and_highest():
    told = "\n".join(lines(county(pack="jingde"), "F008"))
    # taxes 10 … 25 on 15 mu: 0.6667 … 1.6667, F008 18 / 15 = 1.2; 20 + 80 x 8 / 15 = 62.6667 percent
    assert "亩均税收:(20 + 80 ×(1.2000 − 组内最低 0.6667)÷(组内最高 1.6667 − 0.6667))÷ 100 = 0.626667;权重 40" in told
    assert "亩均营业收入:13.3333,组内各家相同,取 1.000000;权重 25" in told
    assert "亩均技术改造投资:无数据,不计入得分,其余权重按比例放大" in told
    assert "亩均营业收入 = 营业收入 200.00 ÷ 评价用地面积 15.0000 = 13.3333 万元/亩" in told
    found = firm(county(pack="jingde"), "F008")["score"]
    assert f"= {found:.4f}" in told


def test_an_explanation_shows_declared_bases_and_what_stands_for_the_unknown():
    count = 8
    power = [None, *[20_000.0] * 7]
    tables = plots(count), firms(count), accounts(count, electricity_kwh=power)
    told = "\n".join(lines(run(*tables, rules={"pack": "huangyan_2022"}, indicators={"min_indicators": 1})))
    assert "亩均税收:0.6667 ÷ 公布基准 11.5932 = 0.057505;权重 50" in told
    # the others: tax 11 … 17 wan over 20,000 kWh = 5.5 … 8.5 yuan, mean 7 / 0.2352 = 29.761905
    assert "单位用电税收:无数据,按本组该项平均 29.761905 计;权重 50" in told
    assert firm(run(*tables, rules={"pack": "huangyan_2022"}), "F000")["status"] == "INCOMPLETE"


def test_an_explanation_shows_the_stratum_of_the_enterprise_alone():
    told = "\n".join(lines(county(parks("传统", "就业型")), "F008"))
    assert "亩均用工 = 平均用工人数 90.00 ÷ 评价用地面积 15.0000 = 6.0000 人/亩" in told
    assert "权重 0.5" in told
    assert "单位能耗产值:" not in told.split("得分与排名")[1].split("结论")[0]
