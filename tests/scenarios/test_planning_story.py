"""The task of the demonstration district from its files to its plans, worked out here by other code (DEMO 6, DOMAIN 9).

Inputs are read with openpyxl, numbers of measures with tomllib; no room of the program is asked for an expected value.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections import Counter, defaultdict
from datetime import date
from math import isnan
from pathlib import Path

import openpyxl
import pytest

from landuse.pipeline import run
from landuse.project import load_project

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
CATALOGUE = ROOT / "landuse" / "scenarios" / "measures" / "catalogue.toml"
AS_OF = date(2026, 6, 30)
SOLD, UNSOLD, BACK, TALKS = "已成交", "流拍", "已收回", ("商谈中", "已签意向")
TOWNS = ("东湾镇", "南岭乡", "城东街道", "城关街道", "柳河镇", "石桥镇", "青塘镇")
ADDED = ("handled_mu", "freed_mu", "cost_wan", "cost_low_wan", "cost_high_wan", "income_wan", "npv_wan", "npv_low_wan",
         "npv_high_wan", "tax_uplift_wan", "tax_year1_wan", "output_uplift_wan", "output_year1_wan")  # fmt: skip
MOVED = {
    "target": ("target_mu = 357.98", "target_mu = 358"),
    "cases": ("cases_by_year = 12", "cases_by_year = 11"),
    "城东街道": (43.79, 43.78),
    "城关街道": (39.99, 39.98),
    "柳河镇": (41.01, 41.00),
    "石桥镇": (43.31, 43.30),
    "青塘镇": (37.84, 37.83),
}
"""What has to give -> just enough, and a little less, as a planner would write it."""


def rows(name):
    """Return the rows of a workbook by their Chinese titles."""
    sheet = openpyxl.load_workbook(DEMO / f"{name}.xlsx", read_only=True, data_only=True).worksheets[0]
    titles, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in found if row[0] is not None]


@pytest.fixture(scope="module")
def cases():
    """Return the cases of the file, a plot once."""
    return list({row["宗地代码"]: row for row in rows("cases")}.values())


@pytest.fixture(scope="module")
def plans(demonstration):
    return demonstration.plans


@pytest.fixture(scope="module")
def plan(plans):
    return plans.outcomes["plan_380"]


@pytest.fixture(scope="module")
def plots(demonstration):
    """Return parcel -> what is known of it."""
    return demonstration.parcels.table.set_index("parcel_id")


def mu(found, *stages):
    return sum(row["处置面积(亩)"] for row in found if row["进展阶段"] in stages)


# ------------------------------------------------------------------------------------------------- the task


def test_the_task_is_the_row_that_names_neither_place_nor_month(plans):
    whole = [row for row in rows("targets") if not any((row["所属园区"], row["镇(街道)"], row["月份"]))]
    assert [row["任务面积(亩)"] for row in whole] == [380]
    assert plans.progress.iloc[0]["target_mu"] == 380


def test_three_of_five_auctions_sold_94_mu_and_26_were_taken_back(cases, plans):
    auctions = [row for row in cases if row["处置方式"] == "M3"]
    assert Counter(row["进展阶段"] for row in auctions) == {SOLD: 3, UNSOLD: 2}
    assert mu(auctions, SOLD) == pytest.approx(31.20 + 27.50 + 35.30) == pytest.approx(94)
    assert mu(cases, BACK) == pytest.approx(26)
    assert plans.progress.iloc[0][["done_mu", "n_done", "n_failed"]].tolist() == pytest.approx([120, 5, 2])


def test_a_plot_that_stands_in_two_lists_counts_once(plans):
    twice = [code for code, n in Counter(row["宗地代码"] for row in rows("cases")).items() if n > 1]
    assert len(twice) == 1
    found = plans.cases[plans.cases["parcel_id"].eq(twice[0])]
    assert found["counted_mu"].tolist() == pytest.approx([15.8, 0])
    assert found["counts"].tolist() == [True, False]


def test_160_mu_are_in_negotiation_of_which_the_swap_of_three_plots_is_125_70(cases, plans):
    swap = [row for row in cases if row["备注"] == "三宗合并置换"]
    assert len(swap) == 3
    assert mu(swap, *TALKS) == pytest.approx(125.70)
    assert mu(cases, *TALKS) == pytest.approx(160)
    assert plans.progress.iloc[0][["negotiating_mu", "n_negotiating"]].tolist() == pytest.approx([160, 7])


def test_100_mu_are_left(cases, plans, plan):
    left = 380 - mu(cases, SOLD, BACK, *TALKS)
    assert left == pytest.approx(100)
    assert plans.progress.iloc[0]["gap_mu"] == pytest.approx(left)
    assert plans.outcomes["baseline"].totals["gap_mu"] != 0  # it has no target of its own
    assert plan.totals["done_mu"] + plan.totals["negotiating_mu"] == pytest.approx(380 - left)


# --------------------------------------------------------------------------------------------- plans kept


def test_the_plan_keeps_cases_money_and_towns_and_reaches_the_task(cases, plan, plots):
    lines = plan.lines
    assert plan.is_feasible
    assert lines["parcel_id"].is_unique
    assert len(lines) <= 15
    assert lines["cost_wan"].sum() <= 12_000
    of_town = defaultdict(float)
    for code, handled in zip(lines["parcel_id"], lines["handled_mu"], strict=True):
        of_town[plots.loc[code, "town"]] += handled
    assert max(of_town.values()) <= 60
    assert set(of_town) <= set(TOWNS)
    assert mu(cases, SOLD, BACK, *TALKS) + lines["handled_mu"].sum() >= 380


def test_no_settled_plot_is_taken_again_and_one_that_found_no_buyer_may_be(cases, plan):
    settled = {row["宗地代码"] for row in cases if row["进展阶段"] != UNSOLD}
    assert not settled & set(plan.lines["parcel_id"])
    assert {row["宗地代码"] for row in cases if row["进展阶段"] == UNSOLD} & set(plan.lines["parcel_id"])


@pytest.mark.parametrize("name", ["plan_380", "roadmap_3y", "sites_60", "plan_jia", "plan_yi"])
def test_totals_are_the_sums_of_the_lines(plans, name):
    found = plans.outcomes[name]
    for column in ADDED:
        assert found.totals[column] == pytest.approx(sum(found.lines[column])), column
    assert found.totals["n_parcels"] == len(found.lines)
    assert found.totals["reached_mu"] == pytest.approx(280 + sum(found.lines["handled_mu"]))


def test_what_is_saved_of_energy_is_unknown_where_a_line_does_not_know_it(plan):
    assert plan.lines["energy_saved_tce"].isna().any()
    assert isnan(plan.totals["energy_saved_tce"])


def test_before_and_after_differ_by_what_the_lines_bring(plan, plots):
    whole = plan.scopes.iloc[0]
    assert whole["tax_after_wan"] - whole["tax_before_wan"] == pytest.approx(sum(plan.lines["tax_uplift_wan"]))
    idle = {code for code in plots.index if plots.loc[code, "idle_class"] in ("IDLE_T1", "IDLE_T2")}
    assert whole["idle_mu_before"] == pytest.approx(sum(plots.loc[code, "area_mu"] for code in idle))
    left = idle - set(plan.lines["parcel_id"])
    assert whole["idle_mu_after"] == pytest.approx(sum(plots.loc[code, "area_mu"] for code in left))


def test_doing_nothing_leaves_everything_as_it_was(plans):
    found = plans.outcomes["baseline"]
    assert not len(found.lines)
    before = [name for name in found.scopes.columns if name.endswith("_before") or "_before_" in name]
    assert len(before) == 6
    for name in before:
        after = found.scopes[name.replace("_before", "_after")]
        assert found.scopes[name].fillna(-1).tolist() == after.fillna(-1).tolist(), name
    assert {found.totals[name] for name in ADDED} == {0}


# ------------------------------------------------------------------------------------- DOMAIN 9.2, by hand


@pytest.fixture(scope="module")
def numbers():
    """Return name -> likely number of the shipped catalogue; those of a measure as M2.reach."""
    tree = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    found = {name: entry["value"] for name, entry in tree["shared"].items()}
    for code, measure in tree["measures"].items():
        found |= {f"{code}.{name}": entry["value"] for name, entry in measure.get("numbers", {}).items()}
        found[f"{code}.months"] = measure["months"]["value"]
    likely = {name: value[1] if isinstance(value, list) else value for name, value in found.items()}
    return {**likely, "ramp": tree["ramp"]["value"]}


def worth(cost, income, uplift, numbers, *, months):
    """Return the net present value: -C + R/(1+d)^t1 + sum of L * dT * ramp(y) / (1+d)^y over the horizon."""
    rate, wait = numbers["discount"], months // 12
    found = -cost + income / (1 + rate) ** numbers["hold_years"]
    for year in range(1, numbers["horizon_years"] + 1):
        step = year - wait
        ramp = 0 if step < 1 else numbers["ramp"][min(step, len(numbers["ramp"])) - 1]
        found += numbers["local_share"] * uplift * ramp / (1 + rate) ** year
    return found


def test_buying_back_a_working_plot_costs_what_the_formulas_say(demonstration, plan, plots, numbers):
    """M1 on a plot of 26.41 mu of one enterprise that works, makes a profit and pays 6.90 of tax."""
    code = "990781001001GB00072"
    line = plan.lines.set_index("parcel_id").loc[code]
    assert line["measure"] == "M1"
    contract = next(row for row in rows("contracts") if row["宗地代码"] == code)
    end = next(row for row in rows("registry") if row["宗地代码"] == code)["土地使用终止日期"].date()
    signed = contract["合同签订日期"].date()
    accounts = demonstration.accounts
    user = demonstration.occupancy.set_index("parcel_id").loc[code, "uscc"]
    account = accounts[accounts["uscc"].eq(user) & accounts["year"].eq(2025)].iloc[0]
    area, k = plots.loc[code, "registered_area_m2"] / 666.6666666666666, plots.loc[code, "price_coefficient"]
    left = (end - AS_OF).days / (end - signed).days
    land = min(contract["土地出让(划拨)价款(万元)"] * left, area * numbers["appraised_wan_per_mu"] * k * left)
    floor = plots.loc[code, "far"] * plots.loc[code, "registered_area_m2"]
    building = floor * numbers["replacement_yuan_per_m2"] * numbers["newness"] / 10_000
    equipment = contract["已投资额(不含地价)(万元)"] * numbers["equipment_share"]
    moving = numbers["move_rate"] * equipment + numbers["interruption_months"] * account["profit_wan"] / 12
    incentive = numbers["incentive_rate"] * (land + building)
    site = area * (numbers["prep_wan_per_mu"] + numbers["remediation_wan_per_mu"]) + numbers["soil_survey_wan"]
    paid = land + building + moving + incentive + site
    cost = paid + paid * numbers["finance_rate"] * numbers["hold_years"]
    net = area * (1 - numbers["public_share"])
    income = net * max(numbers["price_new_wan_per_mu"] * k, numbers["price_min_wan_per_mu"])
    uplift = net * (numbers["target_tax_wan_per_mu"] - account["tax_wan"] / area)
    assert line["cost_wan"] == pytest.approx(cost)
    assert line["freed_mu"] == pytest.approx(net)
    assert line["income_wan"] == pytest.approx(income)
    assert line["tax_uplift_wan"] == pytest.approx(uplift)
    assert line["tax_year1_wan"] == pytest.approx(uplift * 0.2)
    assert line["npv_wan"] == pytest.approx(worth(cost, income, uplift, numbers, months=numbers["M1.months"]))
    assert line["jobs_lost"] == account["employees"]


def test_a_transfer_costs_mediation_and_a_subsidy_of_the_new_investment(demonstration, plan, plots, numbers):
    """M2 on one of the two plots of an enterprise: its tax lies there by the part of its land."""
    code = "990781006006GB00003"
    line = plan.lines.set_index("parcel_id").loc[code]
    assert line["measure"] == "M2"
    use = demonstration.occupancy
    user = use.set_index("parcel_id").loc[code, "uscc"]
    own = use[use["uscc"].eq(user)].set_index("parcel_id")["land_mu"]
    accounts = demonstration.accounts
    stated = accounts[accounts["uscc"].eq(user) & accounts["year"].eq(2025)].iloc[0]["tax_wan"]
    tax = stated * own[code] / sum(own)
    area = plots.loc[code, "registered_area_m2"] / 666.6666666666666
    subsidy = min(
        area * numbers["M2.invest_new_wan_per_mu"] * numbers["M2.subsidy_rate"], numbers["M2.subsidy_cap_wan"]
    )
    cost = numbers["M2.case_wan"] + subsidy
    uplift = area * numbers["target_tax_wan_per_mu"] * numbers["M2.reach"] - tax
    assert len(own) > 1
    assert line["cost_wan"] == pytest.approx(cost)
    assert line["freed_mu"] == pytest.approx(area)
    assert line["income_wan"] == 0
    assert line["tax_uplift_wan"] == pytest.approx(uplift)
    assert line["npv_wan"] == pytest.approx(worth(cost, 0, uplift, numbers, months=numbers["M2.months"]))


# --------------------------------------------------------------------------------------- what cannot be


def tight(name, *, target='target_mu = "targets"', cases="cases_by_year = 6", towns=None):
    """Return the section of a plan as tight as the one of the demonstration, but for what is named."""
    caps = ", ".join(f'"{town}" = {(towns or {}).get(town, 15)}' for town in TOWNS)
    lines = (f'[scenarios."{name}"]', target, "budget_wan = 300", cases, f"most_mu_by_town = {{ {caps} }}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def asked_again(tmp_path_factory):
    """Return the plans of the project file with each move, and with a little less of it."""
    folder = tmp_path_factory.mktemp("changed") / "demo"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("faulty*", "truth"))
    text = (folder / "landuse.toml").read_text(encoding="utf-8")
    kept = re.sub(r"\[(scenarios|variants)\..*?(?=\n\[(?!scenarios|variants))", "", text, flags=re.DOTALL)
    added = ["\n", tight("as it is")]
    for what, pair in MOVED.items():
        for said, value in zip(("enough", "less"), pair, strict=True):
            own = {what: value} if what in ("target", "cases") else {"towns": {what: value}}
            added.append(tight(f"{what} {said}", **own))
    (folder / "landuse.toml").write_text(kept + "\n".join(added), encoding="utf-8")
    return run(load_project(folder / "landuse.toml")).plans.outcomes


def test_the_tight_plan_cannot_be_and_was_known_to_be_so(plans):
    found = plans.outcomes["demo_too_tight"]
    assert not found.is_feasible
    assert found.is_expected
    assert not len(found.lines)
    assert found.totals["gap_mu"] == pytest.approx(100)


def test_one_limit_has_to_give_and_money_is_none_that_helps(plans):
    moves = plans.outcomes["demo_too_tight"].moves
    assert moves.loc[moves["together"], "kind"].tolist() == ["target"]
    alone = moves[~moves["together"]]
    told = {row["of"] if row["kind"] == "town_mu" else row["kind"]: row for row in alone.to_dict("records")}
    assert set(told) == set(MOVED)
    for what, pair in MOVED.items():
        ends = sorted(float(re.sub(r".* = ", "", str(value))) for value in pair)
        assert ends[0] <= told[what]["needed"] <= ends[1] + 1e-6, what
        assert told[what]["by"] == pytest.approx(abs(told[what]["needed"] - told[what]["stated"])), what


@pytest.mark.parametrize("what", MOVED)
def test_each_move_makes_it_possible_and_a_little_less_does_not(asked_again, what):
    assert not asked_again["as it is"].is_feasible
    assert asked_again[f"{what} enough"].is_feasible
    assert not asked_again[f"{what} less"].is_feasible


# ---------------------------------------------------------------------------- years, sites, hands, demands


def test_years_of_the_roadmap_build_on_each_other_and_keep_their_money(plans):
    found = plans.outcomes["roadmap_3y"]
    taken, sums = set(), 0.0
    for year, line in enumerate(found.years.to_dict("records"), start=1):
        new = found.lines[found.lines["year"].eq(year)]
        assert len(new) == line["n_new"] <= 15
        assert not taken & set(new["parcel_id"])
        taken |= set(new["parcel_id"])
        sums += sum(new["cost_wan"])
        assert line["n_parcels"] == len(taken)
        assert line["cost_wan"] == pytest.approx(sums)
        assert sums <= 6000 * year
        assert line["price_wan"] == pytest.approx(line["free_tax_uplift_wan"] - line["tax_uplift_wan"])
        assert line["free_value"] <= line["free_bound"] + 1e-6
        assert line["price_value"] >= 0
    assert len(taken) == len(found.lines)


def test_sites_are_at_least_60_mu_of_land_that_is_handled_and_hold_every_line(plans):
    found = plans.outcomes["sites_60"]
    handled = found.lines.set_index("parcel_id")["handled_mu"]
    members = [site["parcels"].split("、") for site in found.sites.to_dict("records")]
    for site, own in zip(found.sites.to_dict("records"), members, strict=True):
        assert sum(handled[code] for code in own) == pytest.approx(site["area_mu"])
        assert site["area_mu"] >= 60
    assert sorted(code for own in members for code in own) == sorted(found.lines["parcel_id"])


@pytest.mark.parametrize(("name", "hand"), [("plan_jia", "甲"), ("plan_yi", "乙")])
def test_a_plan_by_hand_takes_what_the_planner_wrote(plans, name, hand):
    written = {row["宗地代码"]: row["处置方式"] for row in rows("plan_by_hand") if row["方案"] == hand}
    taken = dict(plans.outcomes[name].lines[["parcel_id", "measure"]].to_numpy().tolist())
    assert set(taken) == set(written)
    for code, measure in written.items():
        assert measure is None or taken[code] == measure
    blank = [code for code, measure in written.items() if measure is None]
    options = plans.options
    for code in blank:
        own = options[options["parcel_id"].eq(code)].set_index("measure")["npv_wan"]
        assert taken[code] == own.idxmax()


def test_plan_yi_is_three_transfers_each_at_the_cap_of_the_subsidy(plans, plots):
    """5 of mediation and 200 of subsidy: 26.41, 42.43 and 66.56 mu × 270 × 3 % are all above 200."""
    totals = plans.outcomes["plan_yi"].totals
    codes = ("990781001001GB00083", "990781002002GB00092", "990781001001GB00072")
    assert min(plots.loc[code, "area_mu"] for code in codes) * 270 * 0.03 > 200
    assert totals["cost_wan"] == pytest.approx(3 * 205)
    assert totals["handled_mu"] == pytest.approx(sum(plots.loc[code, "registered_area_m2"] for code in codes) * 0.0015)


def test_of_24_demands_nine_go_to_factories_and_none_that_wants_60_mu_finds_a_site(plans):
    wanted = {row["项目编号"]: row["用地需求(亩)"] for row in rows("demands")}
    kinds = plans.matches.groupby("demand_id")["kind"].agg(set).to_dict()
    assert len(wanted) == len(kinds) == 24
    small = {code for code, land in wanted.items() if land < 15}
    assert len(small) == 9
    assert {code for code, kind in kinds.items() if kind == {"factory"}} == small
    assert {code for code, land in wanted.items() if land >= 60} == {
        code for code, kind in kinds.items() if kind == {"none"}
    }


def test_no_plot_is_suggested_twice(plans):
    taken = plans.matches.loc[plans.matches["suggested"] & plans.matches["kind"].ne("factory"), "parcels"]
    codes = [code for own in taken for code in own.split("、")]
    assert len(codes) == len(set(codes)) > 0
