"""What the files do not tell is asked with "?" and its candidates, and a project with a question left does not run."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from propose_builders import NAMES, PARCELS, USCC, book, csv, proposal, tree
from rasterio.transform import from_origin

from landuse.errors import InputError
from landuse.project import load_project
from landuse.propose import propose

EAST, NORTH = 40_378_000.0, 4_275_000.0


def polygons(folder, name="宗地.shp", crs=4528, **columns):
    """Write squares of 100 m, two by default: 10,000 m2 = 15 mu each."""
    columns = columns or {"宗地代码": PARCELS}
    size = len(next(iter(columns.values())))
    boxes = [shapely.box(EAST + 200 * i, NORTH, EAST + 200 * i + 100, NORTH + 100) for i in range(size)]
    encoding = "gbk" if name.endswith(".shp") else "utf-8"
    gpd.GeoDataFrame(columns, geometry=boxes, crs=crs).to_file(folder / name, encoding=encoding)
    return name


def raster(path, cells, nodata=None):
    """Write one band, 10 m a cell."""
    cells = np.asarray(cells)
    profile = {"driver": "GTiff", "height": cells.shape[0], "width": cells.shape[1], "count": 1, "dtype": cells.dtype}
    place = {"crs": "EPSG:4528", "transform": from_origin(EAST, NORTH, 10, 10), "nodata": nodata}
    with rasterio.open(path, "w", **profile, **place) as target:
        target.write(cells, 1)


def questions(folder, *names):
    return set(proposal(folder, *names).draft.questions())


def comment_of(folder, key):
    """Return the comment lines straight above a line of the proposed file."""
    lines = proposal(folder).text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith(key))
    first = at
    while lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return "\n".join(lines[first:at])


def test_a_project_with_a_question_left_is_fatal_at_each_of_them(tmp_path):
    polygons(tmp_path, 宗地代码=PARCELS, 用地单位=NAMES[:2])
    csv(tmp_path, "杂.csv", [["宗地代码", "颜色"], [PARCELS[0], "红"]])
    made = proposal(tmp_path)
    (tmp_path / "landuse.toml").write_text(made.text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_project(tmp_path / "landuse.toml")
    places = {fault.where for fault in refused.value.faults}
    assert {f"landuse.toml [{key}]" for key in made.draft.questions()} <= places
    assert "landuse.toml [inputs.?]" in places


def test_a_unit_that_nothing_tells_is_asked_with_what_each_would_mean(tmp_path):
    polygons(tmp_path)
    csv(tmp_path, "税.csv", [["统一社会信用代码", "年度", "实缴税收"], *[[code, 2024, 25] for code in USCC]])
    assert tree(tmp_path)["inputs"]["accounts"]["units"] == {"tax_wan": "?"}
    told = comment_of(tmp_path, "accounts")
    assert "若为万元,即25万元" in told
    assert "若为元,即0.0025万元" in told
    assert "若为千元,即2.5万元" in told


def test_two_units_above_the_header_are_asked(tmp_path):
    polygons(tmp_path)
    rows = [["单位:千元、亿元", "", ""], ["统一社会信用代码", "年度", "实缴税收"], *[[code, 2024, 25] for code in USCC]]
    book(tmp_path, "税.xlsx", 税=rows)
    assert tree(tmp_path)["inputs"]["accounts"]["units"] == {"tax_wan": "?"}


def test_a_name_that_states_another_unit_than_the_line_above_it_is_asked(tmp_path):
    polygons(tmp_path)
    rows = [["单位:元", "", ""], ["统一社会信用代码", "年度", "tax_wan"], *[[code, 2024, 25] for code in USCC]]
    book(tmp_path, "税.xlsx", 税=rows)
    assert tree(tmp_path)["inputs"]["accounts"]["units"] == {"tax_wan": "?"}
    assert "列名“tax_wan”的单位与表上方写的不一致:万元、元" in comment_of(tmp_path, "accounts")


def test_a_column_of_the_year_beside_columns_that_name_years_is_asked(tmp_path):
    polygons(tmp_path)
    header = ["统一社会信用代码", "年度", "2023年税收(万元)", "2024年税收(万元)", "用电量(千瓦时)"]
    book(tmp_path, "税收.xlsx", Sheet1=[header, *[[code, 2024, 10, 20, 5000] for code in USCC]])
    proposed = tree(tmp_path)
    assert proposed["inputs"]["accounts"] == {"path": "税收.xlsx", "columns": {"year": "?", "tax_wan": "?"}}
    told = comment_of(tmp_path, "accounts")
    assert "既有“年度”列,又有写明年份的列“2023年税收(万元)”、“2024年税收(万元)”" in told


@pytest.mark.parametrize(("cells", "is_asked"), [([2024] * 5, False), ([2023] * 5, True), ([2023, 2024] * 3, True)])
def test_a_header_that_names_a_year_and_a_column_that_says_the_same_agree(tmp_path, cells, is_asked):
    polygons(tmp_path)
    header = ["统一社会信用代码", "年度", "2024年税收(万元)"]
    book(tmp_path, "税收.xlsx", Sheet1=[header, *[[code, year, 20] for code, year in zip(USCC, cells, strict=False)]])
    entry = tree(tmp_path)["inputs"]["accounts"]
    asked = {"path": "税收.xlsx", "columns": {"year": "?", "tax_wan": "?"}}
    assert entry == (asked if is_asked else "税收.xlsx")


def test_a_unit_nobody_knows_is_asked(tmp_path):
    polygons(tmp_path)
    csv(tmp_path, "税.csv", [["统一社会信用代码", "年度", "实缴税收(美元)"], *[[code, 2024, 25] for code in USCC]])
    proposed = tree(tmp_path)
    entry = proposed["inputs"]["accounts"]
    assert entry["units"] == {"tax_wan": "?"}


def test_a_layer_without_crs_is_asked(tmp_path):
    polygons(tmp_path, crs=None)
    assert tree(tmp_path)["inputs"]["parcels"]["crs"] == "?"


def test_northing_first_is_asked_as_the_order_of_the_axes_and_never_turned_in_silence(tmp_path):
    polygons(tmp_path)
    turned = shapely.box(NORTH, 378_000, NORTH + 100, 378_100)
    layer = gpd.GeoDataFrame({"层数": [2], "建筑高度": [8.0]}, geometry=[turned], crs=4549)
    layer.to_file(tmp_path / "建筑物.gpkg")
    entry = tree(tmp_path)["inputs"]["buildings"]
    assert entry["axes"] == "?"
    assert "crs" not in entry
    assert 'axes = "north_east"' in comment_of(tmp_path, "buildings")


def test_the_candidates_of_a_missing_crs_are_of_all_datums_and_none_is_taken(tmp_path):
    polygons(tmp_path)
    square = shapely.box(378_000, NORTH, 378_100, NORTH + 100)
    gpd.GeoDataFrame({"园区名称": ["东"]}, geometry=[square]).to_file(tmp_path / "园区范围.gpkg")
    assert tree(tmp_path)["inputs"]["parks"]["crs"] == "?"
    told = comment_of(tmp_path, "parks")
    assert all(code in told for code in ("EPSG:4549", "EPSG:2385", "EPSG:2437"))


def test_a_year_that_stands_nowhere_or_twice_otherwise_is_asked(tmp_path):
    polygons(tmp_path)
    rows = [["统一社会信用代码", "实缴税收(万元)"], *[[code, 25] for code in USCC]]
    csv(tmp_path, "税.csv", rows)
    assert tree(tmp_path, "宗地.shp", "税.csv")["inputs"]["accounts"]["columns"] == {"year": {"value": "?"}}
    book(tmp_path, "税2024.xlsx", **{"2023年": rows})
    entry = tree(tmp_path, "宗地.shp", "税2024.xlsx")["inputs"]["accounts"]
    assert entry["columns"] == {"year": {"value": "?"}}
    assert "工作表名 2023、文件名 2024" in proposal(tmp_path, "税2024.xlsx").text


def test_a_doubtful_header_is_asked_only_where_no_file_gives_the_column_surely(tmp_path):
    polygons(tmp_path, 宗地代码=PARCELS, 用地单位=NAMES[:2])
    assert tree(tmp_path)["columns"]["parcels"]["holder"] == "?"
    assert "“用地单位”(宗地.shp)" in comment_of(tmp_path, "holder")
    book(tmp_path, "登记.xlsx", 登记=[["宗地代码", "权利人"], [PARCELS[0], NAMES[0]], [PARCELS[1], NAMES[1]]])
    proposed = tree(tmp_path)
    assert proposed["columns"]["parcels"] == {"holder": "权利人"}


def test_an_area_that_may_be_drawn_or_certified_is_asked(tmp_path):
    polygons(tmp_path, 宗地代码=PARCELS, 面积=[10_000.0, 10_000.0])
    assert questions(tmp_path) >= {"columns.parcels.registered_area_m2"}


def test_parcels_without_a_key_are_asked_and_a_column_found_in_another_file_is_named_first(tmp_path):
    polygons(tmp_path, "地块.shp", 编码=["A-1", "A-2"], 权利人=NAMES[:2])
    csv(tmp_path, "台账.csv", [["宗地代码", "颜色"], ["A-1", "红"], ["A-2", "绿"]])
    assert tree(tmp_path)["columns"]["parcels"]["parcel_id"] == "?"
    assert "“编码”有100%的值见于台账.csv" in comment_of(tmp_path, "parcel_id")


def test_cells_that_contradict_their_header_are_asked_about(tmp_path):
    polygons(tmp_path)
    header = ["统一社会信用代码", "企业名称", "行业代码", "规模"]
    rows = [[code, firm, "1952", "是"] for code, firm in zip(USCC, NAMES, strict=True)]
    csv(tmp_path, "企业.csv", [header, *rows])
    assert tree(tmp_path)["columns"]["enterprises"]["scale"] == "?"
    assert "例如:是" in comment_of(tmp_path, "scale")


def test_two_columns_for_one_are_asked(tmp_path):
    polygons(tmp_path)
    header = ["统一社会信用代码", "年度", "入库税收(万元)", "实缴税金(万元)"]
    csv(tmp_path, "税.csv", [header, *[[code, 2024, 1, 2] for code in USCC]])
    assert tree(tmp_path)["columns"]["accounts"]["tax_wan"] == "?"
    told = comment_of(tmp_path, "tax_wan")
    assert "“入库税收(万元)”" in told
    assert "“实缴税金(万元)”" in told


def test_sheets_that_repeat_each_other_are_asked_and_hidden_ones_are_named(tmp_path):
    polygons(tmp_path)
    rows = [["统一社会信用代码", "年度", "实缴税收(万元)"], *[[code, 2024, 25] for code in USCC]]
    book(tmp_path, "税.xlsx", hidden=("旧表",), 税收=rows, 税收修订=rows, 旧表=rows)
    assert tree(tmp_path)["inputs"]["accounts"]["sheet"] == "?"
    text = proposal(tmp_path).text
    assert "税收、税收修订" in text
    assert "隐藏的工作表没有采用:旧表" in text


def test_a_table_that_is_none_of_ours_is_asked_where_it_was_named_or_has_a_key(tmp_path):
    polygons(tmp_path)
    csv(tmp_path, "通讯录.csv", [["科室", "电话"], ["规划科", "1"]])
    assert "?" not in tree(tmp_path)["inputs"]
    assert "通讯录.csv 没有认出任何字段" in proposal(tmp_path).text
    assert tree(tmp_path, "宗地.shp", "通讯录.csv")["inputs"]["?"] == ["通讯录.csv"]


def test_a_file_that_cannot_be_read_is_asked_with_the_reason(tmp_path):
    polygons(tmp_path)
    (tmp_path / "税.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "空.csv").write_bytes(b"")
    proposed = tree(tmp_path)
    assert proposed["inputs"]["?"] == ["税.xlsx", "空.csv"]
    assert "税.xlsx 无法读取" in proposal(tmp_path).text


def test_which_classes_of_land_cover_are_built_is_asked_and_values_are_values(tmp_path):
    polygons(tmp_path)
    raster(tmp_path / "地表覆盖_20240815.tif", np.array([[1, 2], [5, 0]], dtype="uint8"), nodata=0)
    raster(tmp_path / "ndvi.tif", np.array([[0.1, 0.2]], dtype="float32"))
    proposed = tree(tmp_path)["inputs"]["rasters"]
    cover = proposed["地表覆盖_20240815"]
    assert (cover["kind"], cover["built_classes"], cover["date"].isoformat()) == ("class", "?", "2024-08-15")
    assert "类别 1、2、5" in proposal(tmp_path).text
    assert proposed["ndvi"] == {"path": "ndvi.tif", "kind": "value"}


def test_without_polygons_of_parcels_they_are_asked(tmp_path):
    csv(tmp_path, "税.csv", [["统一社会信用代码", "年度", "实缴税收(万元)"], *[[code, 2024, 25] for code in USCC]])
    assert tree(tmp_path)["inputs"]["parcels"] == "?"


def test_a_lease_list_without_tenure_says_how_to_state_it_for_all(tmp_path):
    polygons(tmp_path)
    csv(tmp_path, "租赁.csv", [["宗地代码", "承租企业信用代码", "租赁面积(平方米)"], [PARCELS[0], USCC[2], 100]])
    assert tree(tmp_path)["columns"]["occupancy"]["tenure"] == "?"
    assert 'tenure = { value = "承租" }' in comment_of(tmp_path, "tenure")


def test_what_two_files_tell_alike_is_told(tmp_path):
    polygons(tmp_path)
    for name in ("税务.csv", "汇总.csv"):
        csv(tmp_path, name, [["统一社会信用代码", "年度", "实缴税收(万元)"], *[[code, 2024, 25] for code in USCC]])
    assert "实缴税收2024年的数也见于 汇总.csv" in proposal(tmp_path).text


def test_what_is_not_looked_at_is_told(tmp_path):
    polygons(tmp_path)
    (tmp_path / "附件").mkdir()
    (tmp_path / "说明.docx").write_bytes(b"PK\x03\x04")
    text = proposal(tmp_path).text
    assert "没有看子文件夹:附件" in text
    assert "没有看:说明.docx" in text


def test_nothing_to_read_is_refused(tmp_path):
    with pytest.raises(InputError, match="没有找到可读的文件"):
        propose([tmp_path], tmp_path)
    with pytest.raises(InputError, match="文件不存在"):
        propose([tmp_path / "没有.csv"], tmp_path)
    with pytest.raises(InputError, match="不接受网址"):
        propose([Path("https://x.invalid/a.csv")], tmp_path)


@pytest.mark.parametrize("name", ["2025年前三季度税收.xlsx", "2025年度上半年税收.xlsx", "税收2025Q2.xlsx"])
def test_a_part_of_a_year_is_never_taken_for_the_year(tmp_path, name):
    book(tmp_path, name, 税收=[["统一社会信用代码", "实缴税收(万元)"], *([code, 10] for code in USCC)])
    (entry,) = [tree(tmp_path)["inputs"]["accounts"]]
    assert entry["columns"]["year"] == {"value": "?"}


def test_a_day_of_start_is_the_actual_one_only_where_the_agreed_one_has_a_column(tmp_path):
    rows = [["宗地代码", "开工时间", "批准时间"], *([code, "2024-03-01", "2023-01-05"] for code in PARCELS)]
    csv(tmp_path, "供地.csv", rows)
    assert tree(tmp_path)["columns"]["parcels"]["start_date"] == "?"
    rows = [["宗地代码", "开工时间", "约定开工时间"], *([code, "2024-03-01", "2023-12-05"] for code in PARCELS)]
    csv(tmp_path, "供地.csv", rows)
    assert tree(tmp_path)["columns"]["parcels"]["start_date"] == "开工时间"


def test_a_let_area_may_be_land_or_floor_and_is_asked(tmp_path):
    rows = [["宗地代码", "统一社会信用代码", "用地方式", "租赁面积(亩)"], [PARCELS[0], USCC[0], "承租", 12]]
    csv(tmp_path, "租赁.csv", rows)
    mapped = tree(tmp_path)["columns"]["occupancy"]
    assert (mapped["area_m2"], mapped["floor_area_m2"]) == ("?", "?")
