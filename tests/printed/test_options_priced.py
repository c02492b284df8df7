"""Plot pages of a run with plans: every measure of the matrix with cost, income, tax and payback, and who takes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from printed_builders import pages_of

from landuse.reports.dossier import Dossiers
from landuse.reports.dossier.options import Option
from landuse.reports.dossier.prices import Prices
from landuse.tables import Plans

NAMES = ("cost_wan", "income_wan", "npv_wan", "tax_uplift_wan")


def number(text: str) -> float:
    return np.nan if text == "—" else float(text.replace(",", ""))


def test_every_figure_of_every_measure_is_that_of_the_table_of_options(district, sheets):
    table, compared = district.plans.options, 0
    words = {"政府收储(回购)": "M1", "协议置换(转让)": "M2", "零增地技改(提容)": "M4", "差别化政策": "M12"}
    by = table.set_index(["parcel_id", "measure"])
    for sheet in sheets:
        for row in sheet["priced"]:
            if (code := words.get(row["name"])) is None:
                continue
            found = by.loc[(sheet["key"], code)]
            for (told, span), name in zip(row["figures"][:4], NAMES, strict=True):
                compared += 1
                value = float(pd.to_numeric(found[name]))
                assert number(told) == pytest.approx(value, abs=0.0050001, nan_ok=True), (sheet["key"], name)
                if span:
                    low, high = map(number, span.split("~"))
                    ends = [float(found[f"{name.removesuffix('_wan')}_{end}_wan"]) for end in ("low", "high")]
                    assert [low, high] == pytest.approx(ends, abs=0.0050001)
    assert compared > 500


def test_every_measure_whose_conditions_are_known_to_hold_stands_on_the_page_of_its_parcel(district, sheets):
    table = district.plans.options
    counts = table[~table["missing"].fillna("").str.contains("far")].groupby("parcel_id").size()
    for sheet in sheets:
        if sheet["key"] in counts.index:
            assert len(sheet["priced"]) >= counts[sheet["key"]], sheet["key"]


def test_a_page_names_the_plans_that_take_its_parcel_the_one_that_is_shown_first(district, sheets):
    plans = district.plans
    keys = {sheet["key"]: sheet for sheet in sheets}
    lines = plans.shown_outcome.lines
    taken = lines[lines["parcel_id"].isin(keys)]
    assert len(taken) > 3
    for key in taken["parcel_id"]:
        told = [row["taken"] for row in keys[key]["priced"] if row["taken"]]
        assert any(text.startswith(f"列入:{plans.shown_outcome.title}") for text in told), key
    every = {key for one in plans.outcomes.values() for key in one.lines["parcel_id"]}
    for key, sheet in keys.items():
        assert any(row["taken"] for row in sheet["priced"]) is (key in every), key


def test_the_page_says_that_figures_are_computed_and_burdens_stand_once(district, sheets, press):
    pledged = set(district.parcels.table.loc[district.parcels.table["mortgage_no"].notna(), "parcel_id"])
    sheet = next(one for one in sheets if one["key"] in pledged and len(one["priced"]) > 2)
    text = "".join(pages_of(press.pdf([sheet]))).replace(" ", "").replace("\n", "")
    assert "测算结果,仅供决策参考" in text
    assert text.count("须告知并征得抵押权人意见") == 1
    assert "政府支出" in text
    assert "未作成本收益测算" not in text


def test_no_page_of_the_district_needs_a_third_sheet_of_paper(sheets, press):
    crowded = sorted(sheets, key=lambda sheet: (len(sheet["priced"]), len(sheet["users"])))[-24:]
    assert len(pages_of(press.pdf(crowded))) <= 2 * len(crowded)


def test_without_plans_a_page_lists_its_measures_without_costs(district, sheets):
    some = [sheet["key"] for sheet in sheets[:3]]
    run = replace(district, plans=None)
    run = replace(
        run,
        project=run.project.model_copy(
            update={"dossiers": run.project.dossiers.model_copy(update={"parcels": tuple(some)})}
        ),
    )
    for page in Dossiers(run).pages():
        assert page["priced"] == []
        assert not {"帮扶提升", "差别化政策", "转型升级招商引资"} & {row[0] for row in page["options"]}


def option(code: str) -> Option:
    return Option(code, "名", "类", "因", "限", "序")


def priced(**figures):
    row = {"parcel_id": "P1", "measure": "M1", **dict.fromkeys([*NAMES, "cost_low_wan", "cost_high_wan"], 1.0)}
    table = pd.DataFrame([{**row, "npv_low_wan": None, "npv_high_wan": 2.0, "payback_year": None, **figures}])
    return Prices(Plans(options=table, outcomes={}), ["P1"], "zh").rows("P1", [option("M1"), option("M2")])


def test_what_is_unknown_is_a_dash_and_a_range_with_an_unknown_end_is_none():
    first, other = priced(income_wan=None)
    assert first["figures"] == [["1.00", "1.00~1.00"], ["—", ""], ["1.00", ""], ["1.00", ""], ["期内未收回", ""]]
    assert other["figures"] == [["—", ""]] * 5


def test_payback_is_a_year_or_said_not_to_be_and_unknown_where_the_value_is():
    assert priced(payback_year=3)[0]["figures"][4] == ["第3年", ""]
    assert priced(npv_wan=None)[0]["figures"][4] == ["—", ""]
