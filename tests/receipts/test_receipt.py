"""The receipt as data, text and page: each figure with its cell, its formula and what it rests on."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_builders import PARCEL_IDS, accounts, enterprises, write_bureau
from hypothesis import given
from hypothesis import strategies as st
from rederive import FORMULAS, Deriver, Differs, derive

from landuse import pipeline
from landuse.catalogue import load
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.explain import explain
from landuse.reports.receipt import as_text, receipt
from landuse.reports.receipt.data import as_json
from landuse.reports.receipt.desk import telling_length
from landuse.reports.receipt.page import as_page

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
STANDINGS = ("base.", "score", "rank", "group.", "ratio.")
SEED = 20260630
CM2 = 1e-8
"""Land counts in whole cm²: the relative difference that makes to 10 mu and more."""


@pytest.fixture(scope="module")
def district(demonstration):
    return demonstration


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_bureau(tmp_path_factory.mktemp("县") / "数据").parent


@pytest.fixture(scope="module")
def bureau(folder):
    return run(load_project(folder / "项目 一.toml"))


def told(analysis, what):
    return json.loads(as_json(receipt(analysis, what)))


def keys_of(analysis):
    return [*analysis.enterprises["uscc"], *analysis.parcels.table["parcel_id"]]


def some(analysis, n):
    return np.random.default_rng(SEED).choice(keys_of(analysis), n, replace=False)


# ------------------------------------------------------------------------------------- derived again


def test_a_script_that_shares_no_code_derives_fifty_random_figures(district):
    chance = np.random.default_rng(SEED)
    ranked = district.enterprises.loc[district.enterprises["score"].notna(), "uscc"].tolist()
    chosen = []
    for what in [*chance.choice(ranked, 15, replace=False), *chance.choice(keys_of(district), 35, replace=False)]:
        found = told(district, what)
        derived = [ident for ident, figure in found["figures"].items() if figure["formula"] or figure["sources"]]
        standing = [ident for ident in derived if ident.startswith(STANDINGS)]
        chosen.append((found, str(chance.choice(standing if len(chosen) < 15 else derived))))
    for found, ident in chosen:
        assert derive(found, DEMO, ident) is not None, (found["key"], ident)
    assert len(chosen) == 50
    assert sum(ident.startswith(STANDINGS) for _, ident in chosen) >= 10


@pytest.mark.parametrize("kind", ["tenant by floor area", "sublet", "two zones", "idle with a fee", "suspended"])
def test_every_figure_of_the_intricate_cases_is_derived_again(district, kind):
    use, parcels = district.occupancy, district.parcels.table
    leases = use.loc[use["tenure"].eq("lease")]
    what = {
        "tenant by floor area": leases.loc[leases["area_m2"].isna(), "uscc"].iloc[0],
        "sublet": leases.loc[leases["lessor_uscc"].isin(leases["uscc"]), "parcel_id"].iloc[0],
        "two zones": _between_zones(parcels),
        "idle with a fee": parcels.loc[parcels["idle_fee_wan"].notna(), "parcel_id"].iloc[0],
        "suspended": parcels.loc[parcels["idle_class"].eq("IDLE_T2"), "parcel_id"].iloc[0],
    }[kind]
    assert Deriver(told(district, what), DEMO).all() == {}


def _between_zones(parcels):
    price = parcels["price_yuan_per_m2"]
    return parcels.loc[price.notna() & ~price.isin([420.0, 336.0, 252.0, 180.0]), "parcel_id"].iloc[0]


def test_units_found_in_headers_and_revenue_for_output_are_derived_again(tmp_path):
    project = write_bureau(tmp_path / "县")
    books = accounts().rename(columns={"实缴税收(万元)": "实缴税收(千元)"}).assign(**{"营业收入(万元)": 700.0})
    books["实缴税收(千元)"] *= 10
    books.loc[3, "工业总产值(万元)"] = None
    books.to_csv(project.parent / "数据" / "税收.csv", index=False, encoding="gbk")
    analysis = run(load_project(project))
    found = told(analysis, "E04")
    (source,) = found["figures"]["accounts.E04.2025.tax_wan"]["sources"]
    assert (source["unit_found"], source["factor"], source["encoding"]) == ("千元", 0.1, "gb18030")
    assert found["figures"]["tax_wan"]["value"] == 400.0
    assert found["figures"]["output_wan"]["formula"]["key"] == "revenue"
    for ident in ("tax_per_mu", "output_per_mu", "base.tax_per_mu", "score", "rank"):
        derive(found, project.parent, ident)


def test_a_mean_of_three_years_is_derived_again(tmp_path):
    project = write_bureau(tmp_path / "县")
    books = pd.concat([accounts().assign(年度=year) for year in (2023, 2024, 2025)])
    books.loc[books["年度"] == 2023, "实缴税收(万元)"] += 30
    books.to_csv(project.parent / "数据" / "税收.csv", index=False)
    found = told(run(load_project(project, ["indicators.years=3"])), "E04")
    assert found["figures"]["tax_wan"]["value"] == 410.0  # (430 + 400 + 400) / 3
    assert found["figures"]["tax_wan"]["formula"]["key"] == "mean"
    assert derive(found, project.parent, "tax_per_mu") == pytest.approx(10.25, rel=CM2)


def test_a_changed_cell_is_caught_by_the_fingerprint_and_behind_it_by_the_value(district, tmp_path):
    copy = tmp_path / "demo"
    shutil.copytree(DEMO, copy, ignore=shutil.ignore_patterns("faulty", "truth", "*.tif"))
    found = told(district, "91990781MA0000001R")
    ident = "accounts.91990781MA0000001R.2025.tax_wan"
    assert derive(found, copy, ident) == 71.09
    books = copy / "accounts_tax_2025.csv"
    books.write_bytes(books.read_bytes().replace(b",71.09,", b",71.19,", 1))
    changed = copy.rename(tmp_path / "changed")
    with pytest.raises(Differs, match="sha256 differs"):
        derive(found, changed, ident)
    import rederive

    forged = json.loads(json.dumps(found))
    name, digest = "accounts_tax_2025.csv", rederive.sha256(changed / "accounts_tax_2025.csv")
    forged["files"][name]["sha256"] = digest
    for figure in forged["figures"].values():
        for source in figure["sources"]:
            source["sha256"] = digest if source["carrier"] == name else source["sha256"]
    with pytest.raises(Differs, match=r"told 71.09, found 71.19"):
        derive(forged, changed, "tax_per_mu")


@pytest.mark.parametrize("ident", ["score", "rank", "base.tax_per_mu", "price_coefficient", "tax_per_mu_corrected"])
def test_a_figure_that_is_told_wrongly_is_caught(district, ident):
    found = told(district, "91990781MA0000001R")
    found["figures"][ident]["value"] *= 1 + 1e-8
    with pytest.raises(Differs, match=re.escape(ident)):
        derive(found, DEMO, ident)


def test_the_script_imports_nothing_of_the_toolkit():
    source = (Path(__file__).parent / "rederive.py").read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) (landuse|generator)", source, flags=re.MULTILINE)


def test_the_script_runs_by_itself(district, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_text(as_json(receipt(district, "91990781MA0000002W")), encoding="utf-8")
    script = Path(__file__).parent / "rederive.py"
    done = subprocess.run(
        [sys.executable, str(script), str(path), str(DEMO)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "all figures hold\n")


# ------------------------------------------------------------------------------------- described


def test_text_is_drawn_from_the_receipt_and_reads_as_ever(district):
    for what in some(district, 8):
        assert as_text(receipt(district, what)) == explain(district, what)


def test_every_operand_is_a_figure_of_the_receipt_or_a_number_with_a_name(district):
    for what in some(district, 12):
        found = told(district, what)
        for ident, figure in found["figures"].items():
            for part in (figure["formula"] or {"operands": []})["operands"]:
                assert part.get("figure", ident) in found["figures"]
                assert "figure" in part or part["value"] is not None


def test_every_formula_has_words_in_both_languages_and_is_known_to_the_script():
    formulas = load("vocabulary/receipt.toml")["formula"]
    assert set(formulas) == set(FORMULAS)
    for key, entry in formulas.items():
        for part in ("symbols", "words"):
            assert entry[part]["zh"], key
            assert not re.search(r"[\u4e00-\u9fff]", entry[part]["en"]), key


def test_figures_of_a_hand_worked_enterprise(bureau):
    """Nine factories: see tests/cli/test_explain.py; E04 has 40 mu, pays 400, scores 96."""
    figures = told(bureau, "E04")["figures"]
    values = {
        ident: figures[ident]["value"] for ident in ("area_mu", "tax_wan", "tax_per_mu", "score", "rank", "place")
    }
    worked = {"area_mu": 40.0, "tax_wan": 400.0, "tax_per_mu": 10.0, "score": 96.0, "rank": 4, "place": 6}
    assert values == pytest.approx(worked, rel=CM2)
    assert figures["group.k"]["value"] == 1  # 0.15 x 9 = 1.35
    assert figures["group.cut"]["value"] == pytest.approx(84.0, rel=CM2)
    assert figures["score"]["formula"]["symbols"].startswith("100 ×")
    assert figures["score"]["rules"] == ["weights"]
    assert figures["in_bottom_share"]["value"] is False


def test_what_is_not_known_is_said_and_never_nought(tmp_path):
    project = write_bureau(tmp_path / "县")
    books = accounts()
    books.loc[3, "综合能源消费量(吨标准煤)"] = np.nan
    books.to_csv(project.parent / "数据" / "税收.csv", index=False)
    made = receipt(run(load_project(project)), "E04")
    figures = json.loads(as_json(made))["figures"]
    assert (figures["energy_tce"]["value"], figures["energy_tce"]["shown"]) == (None, "无数据(不视为 0)")
    assert (figures["output_per_energy"]["value"], figures["output_per_energy"]["sources"]) == (None, [])
    assert "ratio.output_per_energy" not in figures
    assert "不计算(缺数据)" in as_page(made)
    assert Deriver(json.loads(as_json(made)), project.parent).all() == {}


def test_members_stand_in_the_data_and_not_on_the_page(bureau):
    made = receipt(bureau, "E04")
    table = json.loads(as_json(made))["members"]["group"]
    assert [row[0] for row in table["rows"]] == [f"E{n:02d}" for n in range(1, 10)]
    row = dict(zip(table["columns"], table["rows"][3], strict=True))
    counted = (row["numerator.tax_per_mu"], row["denominator.tax_per_mu"], row["score"])
    assert counted == pytest.approx((400.0, 40.0, 96.0), rel=CM2)
    page = as_page(made)
    assert "E04" in page
    assert not re.search(r"\bE0[1-35-9]\b", page)


def test_the_same_receipt_gives_the_same_bytes_with_sorted_keys(bureau):
    first, second = (as_json(receipt(bureau, "E04")) for _ in range(2))
    assert first == second
    found = json.loads(first)
    assert list(found) == sorted(found)
    assert list(found["figures"]) == sorted(found["figures"])
    assert not any(isinstance(f["value"], float) and math.isnan(f["value"]) for f in found["figures"].values())


def test_the_statute_stands_beside_the_figures_of_idle_land(district):
    table = district.parcels.table
    key = table.loc[table["idle_fee_wan"].notna(), "parcel_id"].iloc[0]
    figures = told(district, key)["figures"]
    assert figures["idle_fee_wan"]["articles"] == ["《闲置土地处置办法》第十四条第(一)项"]
    assert figures["idle_fee_wan"]["formula"]["operands"][1]["value"] == 0.2
    assert "民法典" in figures["idle_years"]["articles"][0]


@pytest.mark.parametrize(
    ("change", "formula"),
    [
        ({"method": "minmax"}, "between"),
        ({"unknown": "mean"}, "member_mean"),
        ({"unknown": "zero", "cap": math.inf}, "floored_ratio"),
        ({"weights": {"tax_per_mu": 0.6, "tax_per_kwh": 0.4}, "bases": {"tax_per_mu": 8.0}}, "scaled_quotient"),
    ],
)
def test_whatever_the_rule_weighs_and_compares_with_is_derived_again(change, formula, monkeypatch):
    rule_of = pipeline.rule_in_force
    monkeypatch.setattr(pipeline, "rule_in_force", lambda project: dataclasses.replace(rule_of(project), **change))
    analysis = run(load_project(DEMO / "landuse.toml"))
    firms = analysis.enterprises
    ranked = firms.loc[firms["score"].notna()]
    without_energy = ranked.loc[ranked["energy_tce"].isna(), "uscc"].iloc[0]
    used = set()
    for what in (without_energy, ranked["uscc"].iloc[-1]):
        found = told(analysis, what)
        assert Deriver(found, DEMO).all() == {}
        used |= {figure["formula"]["key"] for figure in found["figures"].values() if figure["formula"]}
    assert formula in used


@pytest.mark.parametrize("mode", ["shared", "holder"])
def test_pooled_enterprises_have_receipts_too(district, mode):
    pooled = run(load_project(DEMO / "landuse.toml", [f"ranking.shared_parcel={mode}"]))
    leases = pooled.occupancy.loc[pooled.occupancy["tenure"].eq("lease") | pooled.occupancy["mode"].ne("apportion")]
    for what in [*leases["uscc"].iloc[:2], *leases["parcel_id"].iloc[:2]]:
        assert Deriver(told(pooled, what), DEMO).all() == {}


def leased(folder, *rows):
    """Return the project file of a bureau with rows of occupancy (parcel, user, area in m²)."""
    project = write_bureau(folder)
    lines = "".join(f"{parcel},{uscc},承租,{area}\n" for parcel, uscc, area in rows)
    head = "宗地代码,统一社会信用代码,用地方式(自有/承租),使用土地面积(平方米)\n"
    (folder / "数据" / "租赁.csv").write_text(head + lines, encoding="utf-8")
    project.write_text(project.read_text(encoding="utf-8") + 'occupancy = "数据/租赁.csv"\n', encoding="utf-8")
    return project


@pytest.mark.parametrize("area", ["", "60000"])
def test_a_parcel_let_as_a_whole_to_two_tenants_has_a_receipt(tmp_path, area):
    """90 mu = 60,000 m²: two blank areas are halves of it, two leases of the whole are scaled to halves."""
    project = leased(tmp_path / "县", (PARCEL_IDS[8], "E01", area), (PARCEL_IDS[8], "E02", area))
    analysis = run(load_project(project))
    for what in (PARCEL_IDS[8], "E01", "E02", "E09"):
        found = told(analysis, what)
        assert Deriver(found, project.parent).all() == {}
        for tenant in {"E01", "E02"} & ({what} if what[0] == "E" else {"E01", "E02"}):
            figure = found["figures"][f"use.{PARCEL_IDS[8]}.{tenant}.land_mu"]
            assert (figure["value"], figure["formula"]) == (45.0, None)


def test_a_step_keeps_its_key_whatever_steps_stand_before_it(tmp_path):
    project = write_bureau(tmp_path / "县")
    books = pd.concat([accounts().assign(年度=year) for year in (2024, 2025)])
    books.to_csv(project.parent / "数据" / "税收.csv", index=False)
    found = told(run(load_project(project)), "E01")
    steps = {step["key"]: step for step in found["steps"]}
    assert list(steps) == [
        "head", "source", "land", "price", "accounts", "measures", "score", "years", "verdict", "lift",
    ]  # fmt: skip
    assert steps["years"]["heading"] == "七、历年情况"
    assert steps["years"]["figures"] == []
    assert steps["verdict"]["heading"] == "八、结论"
    assert steps["verdict"]["figures"] == ["status", "low_efficiency"]


def test_a_measure_of_weight_nought_breaks_no_receipt(tmp_path):
    project = write_bureau(tmp_path / "县")
    accounts().assign(**{"工业增加值(万元)": 50.0}).to_csv(project.parent / "数据" / "税收.csv", index=False)
    weights = "indicators.weights={tax_per_mu=0.5, output_per_mu=0.5, value_added_per_mu=0}"
    found = told(run(load_project(project, [weights])), "E04")
    score = found["figures"]["score"]
    assert [part["value"] for part in score["formula"]["operands"] if part["role"] == "weight"] == [0.5, 0.5]
    assert score["value"] == pytest.approx(100.0, rel=CM2)  # every works has 10 of tax and 100 of output a mu


def test_an_unknown_credit_code_has_a_receipt_of_what_is_known(tmp_path):
    project = write_bureau(tmp_path / "县")
    enterprises().iloc[:-1].to_csv(project.parent / "数据" / "企业.csv", index=False)
    found = told(run(load_project(project)), "E09")
    assert found["kind"] == "stranger"
    assert Deriver(found, project.parent).all() == {}
    assert found["figures"][f"use.{PARCEL_IDS[8]}.E09.land_mu"]["value"] == 90.0


# ------------------------------------------------------------------------------------- page


def test_the_page_carries_everything_and_fetches_nothing(district):
    page = as_page(receipt(district, "91990781MA0000001R"))
    assert "测算过程表(逐企)" in page
    assert "@page { size: A4" in page
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import|http", page.replace("http-equiv", ""))


def test_the_draft_mark_stands_on_a_run_with_errors_only(bureau):
    assert 'class="draft"' not in as_page(receipt(bureau, "E04"))
    issues = bureau.issues.iloc[:1].assign(severity="error") if len(bureau.issues) else None
    assert issues is not None
    draft = dataclasses.replace(bureau, issues=issues)
    assert 'class="draft"' in as_page(receipt(draft, "E04"))


def test_text_of_a_table_is_shown_as_text(tmp_path):
    project = write_bureau(tmp_path / "县")
    firms = enterprises()
    firms.loc[3, "企业名称"] = "<script>alert(1)</script>厂"
    firms.to_csv(project.parent / "数据" / "企业.csv", index=False)
    page = as_page(receipt(run(load_project(project)), "E04"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.browser
def test_a_browser_prints_the_page_on_a4(district, chromium, tmp_path):
    path, printed = tmp_path / "receipt.html", tmp_path / "receipt.pdf"
    path.write_text(as_page(receipt(district, "91990781MA00000030")), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [chromium, *flags, f"--print-to-pdf={printed}", path.as_uri()], capture_output=True, check=True, timeout=60
    )
    boxes = {
        tuple(round(float(n)) for n in box.split())
        for box in re.findall(r"/MediaBox \[([^\]]+)\]", printed.read_bytes().decode("latin-1"))
    }
    assert boxes == {(0, 0, 595, 842)}


def test_a_corrected_cell_keeps_its_place_and_tells_who_changed_it(tmp_path):
    project = write_bureau(tmp_path / "县")
    change = {
        "form": "confirmation", "table": "accounts", "key": "E04", "year": 2025, "item": "", "column": "tax_wan",
        "old": "400", "new": "440", "who": "税务局", "day": "2026-05-01", "why": "完税证明",
        "form_file": "确认表.xlsx", "form_row": 7,
    }  # fmt: skip
    pd.DataFrame([change]).to_csv(project.parent / "overrides.csv", index=False)
    project.write_text(project.read_text(encoding="utf-8") + 'overrides = "overrides.csv"\n', encoding="utf-8")
    made = receipt(run(load_project(project)), "E04")
    found = json.loads(as_json(made))
    cell = found["figures"]["accounts.E04.2025.tax_wan"]
    assert cell["value"] == 440.0
    assert cell["sources"][0]["correction"]["old"] == "400"
    assert Deriver(found, project.parent).all() == {}
    assert "已更正:原值 400 → 440(税务局" in as_page(made)
    assert as_text(made) == explain(run(load_project(project)), "E04")


@pytest.mark.parametrize(
    ("codes", "length"),
    [
        (["990781001001GB00001", "990781001001GB00002"], 5),
        (["990781001001GB00009", "990781002001GB00009"], 11),  # 2001GB00009 and 1001GB00009: the eleventh sign differs
        (["00009", "A00009", "7"], 6),
        (["甲"], 5),
        ([], 5),
    ],
)
def test_short_names_of_parcels_take_as_many_signs_as_tell_all_of_a_run_apart(codes, length):
    assert telling_length(pd.Series(codes, dtype="str")) == length


@given(st.sets(st.text(alphabet="0GB9", min_size=1, max_size=12), min_size=1, max_size=40))
def test_no_two_parcels_of_a_run_have_the_same_short_name(codes):
    length = telling_length(pd.Series(sorted(codes), dtype="str"))
    assert len({code[-length:] for code in codes}) == len(codes)
    assert length == 5 or len({code[-(length - 1) :] for code in codes}) < len(codes)  # and none is longer than need be


def test_two_parcels_of_an_enterprise_whose_codes_end_alike_are_told_apart_in_its_receipt(district):
    use = district.occupancy
    owners = use.assign(end=use["parcel_id"].str[-5:])
    alike = owners["uscc"].loc[owners.duplicated(["uscc", "end"])].iloc[0]
    codes = sorted(use.loc[use["uscc"].eq(alike), "parcel_id"])
    assert len({code[-5:] for code in codes}) < len(codes)
    figure = next(f for s in receipt(district, str(alike)).sections for f in s.figures if f.id == "price_coefficient")
    titles = [part.title for part in figure.formula.operands if part.role == "weight"]
    assert len(set(titles)) == len(codes)
    assert all(title.startswith("用地(宗地…") for title in titles)
