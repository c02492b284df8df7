"""The story of ten shoe factories, from a bureau's files to the verdict, with every number worked out by hand.

The figures are the worked example of the domain rules (industry C19): land, leases, land-price coefficient, tax, output
and energy of ten enterprises; bases 8.5415, 194.4958 and 17.7135; two of ten in the bottom 15 %.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from landuse.cli import main
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.explain import explain
from landuse.write import write_outputs

MU = 2000 / 3
FACTORIES = pd.DataFrame(
    [
        # own mu, K, tax, output, energy
        ("E01", 30, 1.0, 900, 12000, 400),
        ("E02", 50, 1.2, 640, 9600, 480),
        ("E03", 20, 1.0, 300, 5000, 250),
        ("E04", 90, 1.2, 450, 9000, 900),
        ("E05", 15, 0.8, 330, 4200, 120),
        ("E06", 60, 1.0, 180, 4800, 600),
        ("E07", 40, 1.0, -20, 2400, 400),
        ("E08", 25, 0.8, 200, 3750, None),
        ("E09", 248, 1.2, 2480, 74400, 3720),
        ("E10", 12, 0.8, 60, 1000, 40),
        ("E11", 0, 1.0, 10, 100, 10),
    ],
    columns=["uscc", "own_mu", "k", "tax", "output", "energy"],
)
LEVEL = {1.2: "一级", 1.0: "二级", 0.8: "三级"}
EXPECTED = {
    # A, corrected tax per mu, corrected output per mu, output per energy, score, rank
    "E07": (40, 0.00, 60.0, 6.00, 16.03, 1),
    "E06": (60, 3.00, 80.0, 8.00, 38.93, 2),
    "E04": (90, 4.17, 83.3, 10.00, 48.54, 3),
    "E10": (10, 7.50, 125.0, 25.00, 91.41, 4),
    "E08": (25, 10.00, 187.5, None, 109.32, 5),
    "E09": (248, 8.33, 250.0, 20.00, 109.92, 6),
    "E03": (25, 12.00, 200.0, 20.00, 123.68, 7),
    "E02": (40, 13.33, 200.0, 20.00, 128.43, 8),
    "E01": (30, 30.00, 400.0, 30.00, 150.00, 9),
    "E05": (15, 27.50, 350.0, 35.00, 150.00, 9),
}
PROJECT = """
[project]
name = "十家鞋厂"
year = 2025
as_of = 2026-06-30

[inputs]
parcels = "宗地.gpkg"
enterprises = "企业.csv"
accounts = { path = "税收.csv", units = { output_wan = "亿元" } }
occupancy = "租赁.csv"
land_prices = "地价.csv"

[land_price]
reference = 300
"""


@pytest.fixture(scope="module")
def bureau(tmp_path_factory):
    """Lay the files of the story into a folder with a blank and Chinese in its name."""
    folder = tmp_path_factory.mktemp("某县 数据")
    owned = FACTORIES.loc[FACTORIES["own_mu"] > 0]
    landlord = pd.DataFrame([("LANDLORD", 5, 1.0)], columns=["uscc", "own_mu", "k"])
    plots = pd.concat([owned[["uscc", "own_mu", "k"]], landlord], ignore_index=True)
    side = (plots["own_mu"] * MU) ** 0.5
    left = 40_378_000 + 500.0 * plots.index
    boxes = shapely.box(left, 4_275_000, left + side, 4_275_000 + side)
    parcels = gpd.GeoDataFrame(
        {
            "宗地代码": [f"990781001001GB{number:05d}" for number in range(1, len(plots) + 1)],
            "权利人统一社会信用代码": plots["uscc"],
            "证载面积(亩)": plots["own_mu"].astype(float),
            "土地级别(工业)": plots["k"].map(LEVEL),
        },
        geometry=boxes,
        crs=4528,
    )
    pyogrio.write_dataframe(parcels, folder / "宗地.gpkg")
    ids = dict(zip(plots["uscc"], parcels["宗地代码"], strict=True))
    firms = pd.DataFrame(
        {"统一社会信用代码": FACTORIES["uscc"], "企业名称": "示例" + FACTORIES["uscc"], "行业代码": "1952"}
    )
    firms.loc[firms["统一社会信用代码"] == "E11", "行业代码"] = "2710"
    accounts = pd.DataFrame(
        {
            "统一社会信用代码": FACTORIES["uscc"],
            "年度": 2025,
            "实缴税收(元)": FACTORIES["tax"] * 10_000,
            "工业总产值": FACTORIES["output"] / 10_000,
            "综合能源消费量(千克标准煤)": FACTORIES["energy"] * 1000,
        }
    )
    leases = pd.DataFrame(
        [
            (ids["E02"], "E11", "承租", "E02", 10 * MU),
            (ids["E10"], "E11", "承租", "E10", 2 * MU),
            (ids["LANDLORD"], "E03", "承租", "LANDLORD", 5 * MU),
        ],
        columns=["宗地代码", "统一社会信用代码", "用地方式", "出租方统一社会信用代码", "使用土地面积(平方米)"],
    )
    prices = pd.DataFrame({"土地级别": ["一级", "二级", "三级"], "级别基准地价(元/平方米)": [360, 300, 240]})
    for name, frame in {"企业": firms, "税收": accounts, "租赁": leases, "地价": prices}.items():
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="gbk")
    mapping = '\n[columns.enterprises]\nindustry_code = "行业代码"\n[columns.occupancy]\ntenure = "用地方式"\n'
    mapping += '[columns.land_prices]\nprice_level = "土地级别"\nprice_yuan_per_m2 = "级别基准地价(元/平方米)"\n'
    (folder / "项目.toml").write_text(PROJECT + mapping, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def analysis(bureau):
    return run(load_project(bureau / "项目.toml"))


@pytest.fixture(scope="module")
def firms(analysis):
    return analysis.enterprises.set_index("uscc")


@pytest.mark.parametrize("uscc", EXPECTED)
def test_every_factory_has_the_land_the_measures_and_the_score_of_the_worked_example(firms, uscc):
    land, tax, output, energy, score, rank = EXPECTED[uscc]
    row = firms.loc[uscc]
    assert row["area_mu"] == pytest.approx(land, abs=1e-4)
    assert row["tax_per_mu_corrected"] == pytest.approx(tax, abs=0.005) or uscc == "E07"
    assert row["output_per_mu_corrected"] == pytest.approx(output, abs=0.05)
    assert (energy is None) == pd.isna(row["output_per_energy"])
    assert energy is None or row["output_per_energy"] == pytest.approx(energy, abs=0.005)
    assert row["score"] == pytest.approx(score, abs=0.005)
    assert row["rank"] == rank
    assert row["n_in_group"] == 10


def test_the_tax_refund_is_shown_as_it_is_and_counts_as_nothing(firms):
    assert firms.loc["E07", "tax_per_mu"] == pytest.approx(-0.5)
    assert firms.loc["E07", "tax_per_mu_corrected"] == pytest.approx(-0.5)


def test_the_bases_of_the_group_are_those_of_the_worked_example(analysis):
    (group,) = analysis.groups.to_dict("records")
    assert (group["industry_group"], group["n"], group["k"], group["flagged"]) == ("19", 10, 2, 2)
    assert group["base_tax_per_mu"] == pytest.approx(8.5415, abs=5e-5)
    assert group["base_output_per_mu"] == pytest.approx(194.4958, abs=5e-5)
    assert group["base_output_per_energy"] == pytest.approx(17.7135, abs=5e-5)


def test_two_of_ten_are_in_the_bottom_share_and_the_tenant_of_another_industry_meets_nobody(firms):
    assert set(firms.index[firms["low_efficiency"].eq(other=True)]) == {"E06", "E07"}
    assert firms.loc["E11", "status"] == "GROUP_TOO_SMALL"
    assert firms.loc["E11", "area_mu"] == pytest.approx(12, abs=1e-4)


def test_land_and_money_are_all_there(analysis):
    balance = analysis.balance
    read = balance.loc[balance["step"].eq("read") & balance["quantity"].eq("tax_wan"), "amount_in"].sum()
    assert read == FACTORIES["tax"].sum() * 1_000_000
    laid = (analysis.parcels.table["tax_wan"] * 1_000_000).round().sum()
    assert laid == read
    land = analysis.occupancy.groupby("parcel_id")["land_cm2"].sum()
    assert (land == analysis.parcels.table.set_index("parcel_id")["area_cm2"]).all()


def test_the_plot_that_two_firms_share_carries_the_money_of_both_by_land(analysis):
    parcels = analysis.parcels.table.set_index("holder_uscc")
    # E11 has 12 mu, 10 of them on the plot of E02: 640 + 10 x 10 / 12
    assert parcels.loc["E02", "tax_wan"] == pytest.approx(640 + 10 * 10 / 12, abs=1e-6)
    assert parcels.loc["E02", "efficiency_class"] == "not_low"
    assert parcels.loc["E07", "efficiency_class"] == "low"


def test_explain_names_file_row_header_unit_and_every_step(analysis):
    told = explain(analysis, "示例E08")
    for piece in ("税收.csv", "第 9 行", "实缴税收(元)", "原单位 元", "7.5", "109.3", "末位序 5", "240.00", "300"):
        assert piece in told, piece


def test_the_files_of_two_runs_are_the_same_bytes(bureau, tmp_path):
    project = load_project(bureau / "项目.toml")
    first, second = (write_outputs(run(project), tmp_path / name) for name in ("a", "b"))
    assert first == second
    assert len(first["outputs"]) >= 12


@pytest.mark.parametrize(
    ("what", "golden"), [("E07", "explain_E07.txt"), ("990781001001GB00002", "explain_parcel.txt")]
)
def test_the_receipt_reads_word_for_word_as_it_was_approved(analysis, what, golden):
    approved = (Path(__file__).parent / "golden" / golden).read_text(encoding="utf-8")
    assert explain(analysis, what) + "\n" == approved.replace("{digest}", analysis.project.digest()[:12])


@pytest.mark.parametrize("audience", ["superior", "public"])
def test_outputs_for_others_than_the_bureau_stand_in_a_folder_of_their_own_and_nothing_beside_it(
    bureau, tmp_path, audience
):
    project = load_project(bureau / "项目.toml", [f"project.audience={audience}"])
    write_outputs(run(project), tmp_path / "out", only=("tables", "map", "report"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == [audience]
    known = pd.read_parquet(tmp_path / "out" / audience / "enterprises.parquet")
    assert ("tax_wan" in known.columns) == (audience == "superior")


def test_the_command_line_runs_the_story_and_ends_with_status_0(bureau, tmp_path, monkeypatch, capsys):
    asked = ["--lang", "en", "--only", "tables,map,report"]
    monkeypatch.setattr("sys.argv", ["landuse", "run", str(bureau / "项目.toml"), "-o", str(tmp_path), *asked])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "proposed (bottom 15% of the industry) 2" in capsys.readouterr().out
    assert (tmp_path / "ledger.xlsx").is_file()
    assert not (tmp_path / "成果").exists()
