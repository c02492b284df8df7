"""Files as bureaus send them are told what they are, and what is proposed reads the right numbers out of them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import geopandas as gpd
import openpyxl
import pytest
import shapely
from propose_builders import NAMES, PARCELS, USCC, book, csv, proposal, tree

from landuse.project import build_project
from landuse.propose.collect import Found
from landuse.propose.looking import look
from landuse.read import read_tables

EAST, NORTH = 40_378_000.0, 4_275_000.0


def polygons(folder, name="宗地.shp", crs=4528, **columns):
    """Write squares of 100 m, two by default: 10,000 m2 = 15 mu each."""
    columns = columns or {"宗地代码": PARCELS}
    size = len(next(iter(columns.values())))
    boxes = [shapely.box(EAST + 200 * i, NORTH, EAST + 200 * i + 100, NORTH + 100) for i in range(size)]
    gpd.GeoDataFrame(columns, geometry=boxes, crs=crs).to_file(
        folder / name, encoding="gbk" if name.endswith(".shp") else "utf-8"
    )
    return name


def read(folder, proposed, table):
    """Return the rows of a table as the proposal reads them, part by part; nothing else of the project is read."""
    inputs = {"parcels": proposed["inputs"]["parcels"], table: proposed["inputs"][table]}
    columns = {name: said for name, said in proposed.get("columns", {}).items() if name in inputs}
    project = build_project(
        {"project": {"name": "x", "year": 2024}, "inputs": inputs, "columns": columns}, folder=folder
    )
    return [part.frame for part in read_tables(project).of(table)]


def statistics_book(folder, name="规上指标.xlsx"):
    """Write a sheet as statistics bureaus do: title, unit, groups, header, numbers of the columns, a sum."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = "规上工业"
    page.append(["安澜县2024年规模以上工业企业主要指标"])
    page.append(["填报单位:统计局", None, None, None, None, "单位:千元"])
    page.append(["企业信息", None, "生产", None, "能源", "用工"])
    page.append(["社会信用代码", "单位详细名称", "工业总产值", "主营业务收入", "综合能源消费量(吨标准煤)", "从业人数"])
    page.append(["甲", "乙", 1, 2, 3, 4])
    for number, (code, firm) in enumerate(zip(USCC, NAMES, strict=True), start=1):
        page.append([code, firm, 1000.5 * number, 2000 * number, 50 + number, 20 + number])
    page.append(["合计", None, 15007.5, 30000, 265, 115])
    for area in ("A1:F1", "A3:B3", "C3:D3"):
        page.merge_cells(area)
    made.save(folder / name)
    return name


def test_a_statistical_sheet_is_read_below_title_unit_line_groups_and_numbers(tmp_path):
    polygons(tmp_path)
    statistics_book(tmp_path)
    proposed = tree(tmp_path)
    entry = proposed["inputs"]["accounts"]
    assert entry["header_rows"] == [4, 5]
    assert entry["columns"] == {"year": {"value": 2024}}
    assert entry["units"] == {"output_wan": "千元", "energy_tce": "吨标准煤", "revenue_wan": "千元"}
    (rows,) = read(tmp_path, proposed, "accounts")
    assert rows["uscc"].tolist() == USCC
    assert rows["output_wan"].tolist() == pytest.approx([100.05, 200.1, 300.15, 400.2, 500.25])
    assert rows["revenue_wan"].tolist() == [200, 400, 600, 800, 1000]
    assert rows["energy_tce"].tolist() == [51, 52, 53, 54, 55]
    assert rows["year"].tolist() == [2024] * 5


def test_a_tax_list_in_gbk_takes_unit_from_its_header_and_year_from_its_name(tmp_path):
    polygons(tmp_path)
    rows = [[code, firm, 10_000 * number] for number, (code, firm) in enumerate(zip(USCC, NAMES, strict=True), start=1)]
    csv(tmp_path, "2024年入库税收.csv", [["纳税人识别号", "纳税人名称", "入库税收(元)"], *rows], "gbk")
    proposed = tree(tmp_path)
    assert proposed["inputs"]["accounts"] == {"path": "2024年入库税收.csv", "columns": {"year": {"value": 2024}}}
    mapped = proposed["columns"]["accounts"]
    assert mapped == {"uscc": "纳税人识别号", "name": "纳税人名称", "tax_wan": "入库税收(元)"}
    assert proposed["project"]["year"] == 2024
    (read_rows,) = read(tmp_path, proposed, "accounts")
    assert read_rows["tax_wan"].tolist() == [1, 2, 3, 4, 5]


def test_a_column_for_each_year_becomes_an_entry_for_each_year(tmp_path):
    polygons(tmp_path)
    header = ["统一社会信用代码", "2023年税收(万元)", "2024年税收(万元)"]
    book(tmp_path, "税收.xlsx", Sheet1=[header, *[[code, 10 + i, 20 + i] for i, code in enumerate(USCC)]])
    proposed = tree(tmp_path)
    assert [entry["columns"]["year"]["value"] for entry in proposed["inputs"]["accounts"]] == [2023, 2024]
    first, second = read(tmp_path, proposed, "accounts")
    assert first["tax_wan"].tolist() == [10, 11, 12, 13, 14]
    assert second["tax_wan"].tolist() == [20, 21, 22, 23, 24]
    assert second["year"].tolist() == [2024] * 5


def test_beside_columns_of_each_year_a_column_of_one_year_is_read_for_it_alone_and_one_without_is_asked(tmp_path):
    header = [
        "统一社会信用代码",
        "2024年工业总产值(万元)",
        "2025年工业总产值(万元)",
        "2025年用电量(千瓦时)",
        "综合能源消费量(吨标准煤)",
    ]
    book(tmp_path, "产值.xlsx", 产值=[header, *([code, 100, 200, 5000, 30] for code in USCC)])
    first, second = tree(tmp_path)["inputs"]["accounts"]
    assert (first["columns"]["year"], second["columns"]["year"]) == ({"value": 2024}, {"value": 2025})
    assert first["columns"]["electricity_kwh"] == {"value": ""}
    assert "electricity_kwh" not in second["columns"]
    assert first["columns"]["energy_tce"] == second["columns"]["energy_tce"] == "?"


def test_a_group_of_columns_for_each_year_is_told_by_the_row_above(tmp_path):
    polygons(tmp_path)
    rows = [["企业", "2023年", "2023年", "2024年", "2024年"], ["统一社会信用代码", "税收(万元)", "总产值(万元)"] * 1]
    rows[1] += ["税收(万元)", "总产值(万元)"]
    book(tmp_path, "两年.xlsx", Sheet1=[*rows, *[[code, i, 10 * i, 2 * i, 20 * i] for i, code in enumerate(USCC, 1)]])
    proposed = tree(tmp_path)
    first, second = read(tmp_path, proposed, "accounts")
    assert (first["tax_wan"].tolist(), first["output_wan"].tolist()) == ([1, 2, 3, 4, 5], [10, 20, 30, 40, 50])
    assert (second["tax_wan"].tolist(), second["output_wan"].tolist()) == ([2, 4, 6, 8, 10], [20, 40, 60, 80, 100])


def test_one_sheet_a_year_becomes_one_entry_a_sheet(tmp_path):
    polygons(tmp_path)
    sheets = {
        str(year): [["统一社会信用代码", "用电量(万千瓦时)"], *[[code, factor + i] for i, code in enumerate(USCC)]]
        for year, factor in ((2023, 10), (2024, 20))
    }
    book(tmp_path, "用电.xlsx", **sheets)
    proposed = tree(tmp_path)
    assert [entry["sheet"] for entry in proposed["inputs"]["accounts"]] == ["2023", "2024"]
    first, second = read(tmp_path, proposed, "accounts")
    assert first["electricity_kwh"].tolist() == [100_000, 110_000, 120_000, 130_000, 140_000]
    assert second["year"].tolist() == [2024] * 5


def test_a_sheet_with_everything_is_read_as_enterprises_and_as_accounts(tmp_path):
    polygons(tmp_path)
    header = ["序号", "企业名称", "统一社会信用代码", "行业代码", "是否规上", "实缴税金(万元)", "年度"]
    rows = [
        [i, firm, code, "1952", "规上", 30 + i, 2024] for i, (code, firm) in enumerate(zip(USCC, NAMES, strict=True))
    ]
    book(tmp_path, "亩均评价.xlsx", 汇总=[header, *rows])
    proposed = tree(tmp_path)
    assert proposed["inputs"]["enterprises"] == proposed["inputs"]["accounts"] == "亩均评价.xlsx"
    (firms,) = read(tmp_path, proposed, "enterprises")
    assert firms["name"].tolist() == NAMES
    assert firms["scale"].tolist() == ["规上"] * 5
    assert firms["industry_code"].tolist() == ["1952"] * 5
    (money,) = read(tmp_path, proposed, "accounts")
    assert money["tax_wan"].tolist() == [30, 31, 32, 33, 34]


def test_fields_of_a_bureau_database_are_mapped(tmp_path):
    polygons(tmp_path, "zd.shp", ZDDM=PARCELS, QLRMC=NAMES[:2], TDYT=["工业用地"] * 2, CRHTH=["A-1", "A-2"])
    proposed = tree(tmp_path)
    assert proposed["inputs"]["parcels"] == "zd.shp"
    assert proposed["columns"]["parcels"] == {
        "parcel_id": "ZDDM", "holder": "QLRMC", "land_use": "TDYT", "contract_no": "CRHTH",
    }  # fmt: skip
    (rows,) = read(tmp_path, proposed, "parcels")
    assert rows["parcel_id"].tolist() == PARCELS
    assert rows["holder"].tolist() == NAMES[:2]


def test_codes_are_told_by_their_cells_whatever_stands_above(tmp_path):
    polygons(tmp_path, "图斑.shp", F1=PARCELS, F2=["甲路1号", "甲路2号"], 权利人=NAMES[:2])
    csv(
        tmp_path,
        "名单.csv",
        [["代号", "企业全称", "行业代码"], *[[c, n, "1952"] for c, n in zip(USCC, NAMES, strict=True)]],
    )
    proposed = tree(tmp_path)
    assert proposed["columns"]["parcels"]["parcel_id"] == "F1"
    assert proposed["columns"]["enterprises"]["uscc"] == "代号"


def test_a_header_means_different_columns_in_different_files_and_each_file_keeps_its_own(tmp_path):
    polygons(tmp_path, "宗地.shp", 宗地代码=PARCELS, 权利人=NAMES[:2])
    header = ["宗地代码", "土地使用权人", "权利人", "合同编号"]
    book(
        tmp_path,
        "合同.xlsx",
        合同=[header, [PARCELS[0], NAMES[0], "另一人", "A-1"], [PARCELS[1], NAMES[1], "另一人", "A-2"]],
    )
    proposed = tree(tmp_path)
    first, second = read(tmp_path, proposed, "parcels")
    assert first["holder"].tolist() == NAMES[:2]
    assert second["holder"].tolist() == NAMES[:2]


def test_polygons_come_first_and_registers_in_the_order_of_their_columns(tmp_path):
    book(tmp_path, "a合同.xlsx", 合同=[["宗地代码", "合同编号", "合同签订日期"], [PARCELS[0], "A-1", "2024-01-02"]])
    book(tmp_path, "b登记.xlsx", 登记=[["宗地代码", "项目名称", "不动产权证号"], [PARCELS[0], "甲项目", "示1号"]])
    polygons(tmp_path, "z宗地.shp")
    assert tree(tmp_path)["inputs"]["parcels"] == ["z宗地.shp", "b登记.xlsx", "a合同.xlsx"]


def test_roads_are_context_and_parks_are_parks(tmp_path):
    polygons(tmp_path)
    line = shapely.LineString([(EAST, NORTH), (EAST + 500, NORTH)])
    gpd.GeoDataFrame({"道路名称": ["甲路"], "等级": ["主干路"]}, geometry=[line], crs=4528).to_file(
        tmp_path / "道路.gpkg"
    )
    polygons(tmp_path, "园区范围.gpkg", 名称=["东片区", "西片区"])
    proposed = tree(tmp_path)
    assert proposed["inputs"]["context"] == "道路.gpkg"
    assert proposed["columns"]["context"] == {"name": "道路名称", "kind": "等级"}
    assert proposed["inputs"]["parks"] == "园区范围.gpkg"
    assert proposed["columns"]["parks"] == {"park": "名称"}


def test_results_of_an_earlier_run_are_last_years(tmp_path):
    polygons(tmp_path)
    (tmp_path / "去年").mkdir()
    (tmp_path / "去年" / "manifest.json").write_text("{}", encoding="utf-8")
    assert tree(tmp_path)["inputs"]["previous"] == "去年"


def test_english_comments_are_english(tmp_path):
    polygons(tmp_path)
    csv(tmp_path, "tax.csv", [["uscc", "year", "tax_wan"], *[[code, 2024, 5] for code in USCC]])
    text = proposal(tmp_path, lang="en").text
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert comments
    told = "".join(comments).replace("宗地代码", "").replace("宗地", "")
    assert not [sign for sign in told if "\u4e00" <= sign <= "\u9fff"]
    assert 'language = "en"' in text


def test_a_text_of_a_file_cannot_leave_its_comment(tmp_path):
    polygons(tmp_path)
    header = ["统一社会信用代码", "年度", "实缴税收(万元)", 'x"\n[ranking]\nshare = 1']
    book(tmp_path, 'a".xlsx', S1=[header, *[[code, 2024, 5, 1] for code in USCC]])
    proposed = tree(tmp_path)
    assert "ranking" not in proposed
    assert proposed["inputs"]["accounts"] == 'a".xlsx'


def test_a_pipe_and_a_database_that_runs_other_programs_are_told_and_not_opened(tmp_path):
    polygons(tmp_path, "宗地.gpkg")
    polygons(tmp_path, "坏.gpkg")
    with closing(sqlite3.connect(tmp_path / "坏.gpkg")) as base:
        base.execute("CREATE VIRTUAL TABLE vt USING fts5(x)")
        base.commit()
    os.mkfifo(tmp_path / "管道.txt")
    files = tuple(tmp_path / name for name in ("坏.gpkg", "宗地.gpkg", "管道.txt"))
    looked = look(Found(files, frozenset()), tmp_path)
    assert [piece.path for piece in looked.pieces] == ["宗地.gpkg"]
    assert [(each.path, "虚拟表" in each.why.zh, "管道" in each.why.zh) for each in looked.unread] == [
        ("坏.gpkg", True, False),
        ("管道.txt", False, True),
    ]
