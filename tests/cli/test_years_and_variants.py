"""Last year's run, years and variants from the files of a bureau to the ledger and the explanation."""

from __future__ import annotations

import json
import shutil

import openpyxl
import pandas as pd
import pytest
from cli_builders import USCC, accounts

LAST_YEAR = "上年成果"


@pytest.fixture
def with_previous(bureau, say):
    """Return the bureau with the run of 2024 in a folder, in which the ninth works is missing from the accounts."""
    books = accounts().assign(年度=2024).iloc[:8]
    books.to_csv(bureau.parent / "数据" / "税收2024.csv", index=False)
    told = say(
        "run", bureau, "-o", bureau.parent / LAST_YEAR, "--only", "tables",
        "--set", "project.year=2024", "--set", 'inputs.accounts="数据/税收2024.csv"', "--set", "ranking.share=0.3",
    )  # fmt: skip
    assert told.status == 0
    return bureau


def table(bureau, name):
    return pd.read_parquet(bureau.parent / "results" / f"{name}.parquet")


def test_last_years_run_is_read_and_stands_where_the_accounts_lack_its_year(with_previous, say):
    # 0.3 x 8 + 1/2 = 2.9 -> E01 and E02 in 2024; 0.15 x 9 + 1/2 = 1.85 -> E01 in 2025
    told = say("run", with_previous, "--set", f'inputs.previous="{LAST_YEAR}/"')
    assert (told.status, told.err) == (0, "")
    firms = table(with_previous, "enterprises").set_index("uscc")
    assert firms["years_in_bottom"].tolist() == [2, *[0] * 8]
    assert firms["previous_listed"].tolist() == [True, True, *[False] * 6, None]
    assert firms.loc["E01", "previous_grade"] == "C"  # of eight, A to C take 0.95 x 8 + 1/2 = 8.1: all
    assert pd.isna(firms.loc["E09", "previous_grade"])
    history = table(with_previous, "history")
    assert history["source"].value_counts().to_dict() == {"computed": 9, "previous": 8}
    assert table(with_previous, "issues")["code"].tolist().count("PREVIOUS_USED") == 1
    manifest = json.loads((with_previous.parent / "results" / "manifest.json").read_text(encoding="utf-8"))
    named = [each["name"] for each in manifest["inputs"] if each["name"].startswith(LAST_YEAR)]
    assert named == [f"{LAST_YEAR}/{name}" for name in ("manifest.json", "enterprises.parquet", "history.parquet")]
    said = say("explain", with_previous, "E01", "--set", f'inputs.previous="{LAST_YEAR}"').out
    assert "2024 年:" in said
    assert f"取自上次成果 {LAST_YEAR}" in said
    assert "连续 2 年(2024—2025)在行业末位15%内" in said
    assert f"上次成果({LAST_YEAR},2024 年):拟列入,等级 C" in said


def test_what_is_computed_from_the_accounts_beats_last_years_run_and_the_difference_is_told(with_previous, say):
    # of the accounts of both years the rule of this run lists one of eight in 2024 (0.15 x 8 + 1/2 = 1.7), not two
    told = say(
        "run", with_previous, "--set", f'inputs.previous="{LAST_YEAR}"',
        "--set", 'inputs.accounts=["数据/税收.csv", "数据/税收2024.csv"]',
    )  # fmt: skip
    assert told.status == 0
    issues = table(with_previous, "issues").set_index("code")
    assert issues.loc["PREVIOUS_DIFFERS", "key"] == "E02"
    assert "2024年:上次成果(上年成果)为" in issues.loc["PREVIOUS_DIFFERS", "message"]
    assert "PREVIOUS_USED" not in issues.index
    assert table(with_previous, "history").query("uscc == 'E02' and year == 2024")["in_bottom_share"].tolist() == [
        False
    ]
    assert table(with_previous, "enterprises").set_index("uscc").loc["E02", "previous_listed"]


def _no_manifest(folder):
    (folder / "manifest.json").unlink()


def _no_table(folder):
    (folder / "history.parquet").unlink()


def _broken_table(folder):
    (folder / "enterprises.parquet").write_bytes(b"PAR1 not a table")


def _other_table(folder):
    pd.DataFrame({"a": [1]}).to_parquet(folder / "enterprises.parquet")


def _broken_manifest(folder):
    (folder / "manifest.json").write_text("{}", encoding="utf-8")


def _same_year(folder):
    text = (folder / "manifest.json").read_text(encoding="utf-8").replace('"year": 2024', '"year": 2025')
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _a_file(folder):
    shutil.rmtree(folder)
    folder.write_text("x", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (shutil.rmtree, "文件夹不存在"),
        (_a_file, "不是文件夹"),
        (_no_manifest, "没有 manifest.json,不是一次运行的成果"),
        (_no_table, "没有 history.parquet"),
        (_broken_table, "enterprises.parquet 无法读取"),
        (_other_table, "缺少列:uscc, low_efficiency, grade, status, industry_group"),
        (_broken_manifest, "manifest.json 不是一次运行的说明"),
        (_same_year, "是2025年的成果,不早于评价年度"),
    ],
)
def test_a_folder_that_is_no_earlier_run_is_refused_with_what_to_do(with_previous, say, spoil, words):
    spoil(with_previous.parent / LAST_YEAR)
    told = say("run", with_previous, "--set", f'inputs.previous="{LAST_YEAR}"')
    assert told.status == 2
    assert f"inputs.previous {LAST_YEAR}:{words}" in told.err
    assert "写明上年度成果所在的文件夹" in told.err
    assert not (with_previous.parent / "results").exists()


def test_a_run_of_an_earlier_version_gives_the_grades_of_its_own_year(with_previous, say):
    path = with_previous.parent / LAST_YEAR / "history.parquet"
    pd.read_parquet(path).drop(columns=["grade", "status", "industry_group"]).to_parquet(path)
    assert say("run", with_previous, "--set", f'inputs.previous="{LAST_YEAR}"', "--only", "tables").status == 0
    history = table(with_previous, "history").set_index(["uscc", "year"])
    assert history.loc[("E01", 2024), ["grade", "status"]].tolist() == ["C", "RANKED"]


VARIANTS = """
[variants."末位30%"]
ranking.share = 0.30

[variants.energy_half]
indicators = { weights = { output_per_energy = 1 }, min_indicators = 1 }
"ranking.share" = 0.5
"""


@pytest.fixture
def varied(bureau):
    bureau.write_text(bureau.read_text(encoding="utf-8") + VARIANTS, encoding="utf-8")
    return bureau


def test_variants_are_told_on_the_screen_in_the_tables_and_in_the_ledger(varied, say):
    # output per tce grows from E01 to E09: half up, 0.5 x 9 + 1/2 = 5 and 0.3 x 9 + 1/2 = 3.2 -> three
    told = say("run", varied, "--only", "tables,map,report")
    assert (told.status, told.err) == (0, "")
    line = "方案比较:energy_half 拟列入 5 家(新增 4,退出 0);末位30% 拟列入 3 家(新增 2,退出 0);稳定入围"
    assert f"{line}(基准方案和全部变体均列入)1 家" in told.out
    rows = table(varied, "variants")
    assert rows["variant"].value_counts().to_dict() == {"energy_half": 9, "末位30%": 9}
    changes = table(varied, "variant_changes").set_index(["variant", "unit", "by"])
    assert changes.loc[("末位30%", "enterprise", "all"), "mu_entered"].item() == pytest.approx(20 + 30)
    assert changes.loc[("末位30%", "enterprise", "all"), "tax_wan_variant"].item() == 600
    firms = table(varied, "enterprises").set_index("uscc")
    assert firms["in_variants"].tolist() == [2, 2, 2, 1, 1, *[0] * 4]
    assert firms["robust_core"].tolist() == [True, *[False] * 8]
    sheet = openpyxl.load_workbook(varied.parent / "results" / "ledger.xlsx")["方案比较(变体)"]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"行业末位比例:30%", "全部 3 个方案均列入(稳定入围)", "全部方案", "energy_half、末位30%"} <= set(cells)
    assert "指标权重:单位能耗产值: 1;参评所需最少指标数:1;行业末位比例:50%" in cells


def test_an_explanation_says_which_variants_list_an_enterprise(varied, say):
    said = say("explain", varied, USCC[1]).out
    assert "变体比较:2 个变体中有 2 个列入(energy_half、末位30%)" in said
    assert "稳定入围" not in said
    assert "基准方案和全部变体均列入(稳定入围)" in say("explain", varied, USCC[0]).out
    english = say("--lang", "en", "explain", varied, USCC[4]).out
    assert "variants: listed by 1 of 2 (energy_half)" in english


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        ("ranking.shar = 0.2", ("[variants.x] [ranking.shar]:未知的键", "最接近的是 ranking.share")),
        ("ranking.share = 2", ("[variants.x] [ranking.share]:不可用:2", "不大于 1")),
        ('inputs.parcels = "x.gpkg"', ("[variants.x] [inputs.parcels]:变体不能改变该键,只能改变评价口径", "areas.use")),
        ('rules.pack = "nothing"', ("[variants.x] [rules.pack]:没有规则包 nothing", "可用")),
    ],
)
def test_a_variant_that_cannot_be_is_fatal_and_named_before_anything_is_read(bureau, say, variant, words):
    bureau.write_text(bureau.read_text(encoding="utf-8") + f"\n[variants.x]\n{variant}\n", encoding="utf-8")
    told = say("run", bureau)
    assert told.status == 2
    assert all(word in told.err for word in words), told.err
    assert not (bureau.parent / "results").exists()


def test_a_chinese_name_without_quotes_is_told_how_to_be_written(bureau, say):
    bureau.write_text(bureau.read_text(encoding="utf-8") + "\n[variants.末位20]\n", encoding="utf-8")
    told = say("run", bureau)
    assert told.status == 2
    assert "中文名称须加引号" in told.err


def test_same_variants_in_another_order_give_the_same_bytes(varied, say):
    say("run", varied, "--only", "tables,report")
    first = json.loads((varied.parent / "results" / "manifest.json").read_text(encoding="utf-8"))
    base, one, other = varied.read_text(encoding="utf-8").split("\n[variants.")
    varied.write_text("\n[variants.".join([base, other, one]), encoding="utf-8")
    say("run", varied, "--only", "tables,report")
    again = json.loads((varied.parent / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert again["outputs"] == first["outputs"]
    assert again["project_digest"] == first["project_digest"]
