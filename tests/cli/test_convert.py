"""landuse convert: from any format to any other, nothing lost in silence, nothing overwritten unasked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import wkt

E, N = 40_378_000.0, 4_275_000.0
IDS = ["990781001001GB00001", "990781001001GB00002", "990781001001GB00003"]
SHAPES = [
    shapely.box(E, N, E + 100, N + 100),
    shapely.box(E + 200, N, E + 300, N + 100).difference(shapely.box(E + 220, N + 20, E + 240, N + 40)),
    shapely.union(shapely.box(E + 400, N, E + 450, N + 50), shapely.box(E + 500, N, E + 550, N + 50)),
]


def plots(**columns):
    columns = columns or {
        "宗地代码": IDS,
        "权利人统一社会信用代码": ["91990781MA0000001X", None, "00012"],
        "证载面积(平方米)": [10_000.0, 9_600.5, None],
        "合同签订日期": pd.to_datetime(["2024-02-29", None, "2025-01-01"]),
        "土地用途": ["工业用地", "工业,仓储", None],
    }
    return gpd.GeoDataFrame(columns, geometry=SHAPES, crs=4528)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "宗地 一.gpkg"
    plots().to_file(path, layer="宗地", engine="pyogrio")
    return path


@pytest.mark.parametrize("suffix", ["shp", "gpkg", "geojson", "fgb", "parquet"])
def test_there_and_back_every_value_and_shape_is_the_same(suffix, source, tmp_path, say):
    out, back = tmp_path / f"中间.{suffix}", tmp_path / "back.gpkg"
    told = say("convert", source, out)
    assert told.status == 0
    assert f"{source} [宗地]:3 行,坐标系 EPSG:4528" in told.out
    assert f"已写出 {out}" in told.out
    assert say("convert", out, back).status == 0
    found = gpd.read_file(back, engine="pyogrio")
    short = {"权利人统一社会信用代码": "信用代码", "证载面积(平方米)": "证载面积", "合同签订日期": "合同日期"}
    known = plots().rename(columns=short if suffix == "shp" else {})
    assert found.columns.tolist() == known.columns.tolist()
    assert found["宗地代码"].tolist() == IDS
    code = "信用代码" if suffix == "shp" else "权利人统一社会信用代码"
    assert found[code].fillna("?").tolist() == ["91990781MA0000001X", "?", "00012"]
    area = found["证载面积" if suffix == "shp" else "证载面积(平方米)"]
    assert area.tolist()[:2] == [10_000.0, 9_600.5]
    assert np.isnan(area.tolist()[2])
    assert [shape.equals(other) for shape, other in zip(found.geometry, SHAPES, strict=True)] == [True] * 3


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "parquet", "shp"])
def test_truth_values_stay_what_they_are_and_texts_that_look_like_them_stay_texts(suffix, tmp_path, say):
    rows = plots(宗地代码=IDS, 闲置=pd.array([True, None, False], dtype="boolean"), 备注=["TRUE", None, "FALSE"])
    rows.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    assert say("convert", tmp_path / "a.gpkg", tmp_path / f"b.{suffix}").status == 0
    path = tmp_path / f"b.{suffix}"
    found = gpd.read_parquet(path) if suffix == "parquet" else gpd.read_file(path, engine="pyogrio")
    truth = [None if pd.isna(value) else value for value in found["闲置"].tolist()]
    if suffix == "shp":  # a number of one digit, as the list of fields says
        assert truth == [1, None, 0]
    else:
        assert [value if value is None else bool(value) for value in truth] == [True, None, False]
        assert not any(isinstance(value, str) for value in truth)
        assert say("convert", path, tmp_path / "back.gpkg").status == 0
        assert pyogrio.read_info(tmp_path / "back.gpkg")["dtypes"].tolist()[1] == "bool"
    assert [None if pd.isna(value) else value for value in found["备注"].tolist()] == ["TRUE", None, "FALSE"]


def test_a_shapefile_comes_with_the_list_of_its_fields(source, tmp_path, say):
    told = say("convert", source, tmp_path / "a.shp")
    assert told.status == 0
    assert "3 个字段名已改短,完整名称见字段说明" in told.err
    page = openpyxl.load_workbook(tmp_path / "a_字段说明.xlsx")["字段说明"]
    names = {row[1].value: row[2].value for row in page.iter_rows(min_row=5) if row[1].value}
    assert names["信用代码"] == "权利人统一社会信用代码"
    assert (tmp_path / "a.cpg").read_text() == "936"


def test_a_boundary_file_takes_code_and_use_from_the_fields_that_bear_their_names(source, tmp_path, say):
    told = say("convert", source, tmp_path / "a.txt", "--producer", "测绘队", "--date", "2025-12-31")
    assert told.status == 0
    lines = (tmp_path / "a.txt").read_bytes().decode("gbk").split("\r\n")
    assert lines[2:4] == ["数据产生单位=测绘队", "数据产生日期=2025-12-31"]
    assert [line for line in lines if line.endswith("@")] == [
        f"5,1.0000,{IDS[0]},,面,,工业用地,,@",
        f"10,0.9600,{IDS[1]},,面,,工业\uff0c仓储,,@",
        f"10,0.5000,{IDS[2]},,面,,,,@",
    ]
    assert "1 处名称或编号中的逗号" in told.err


def test_rows_that_cannot_be_written_end_in_status_1_and_are_named(tmp_path, say):
    frame = plots(宗地代码=IDS)
    frame.loc[1, "geometry"] = None
    frame.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    told = say("convert", tmp_path / "a.gpkg", tmp_path / "a.dxf")
    assert told.status == 1
    assert f"1 行没有图形,未写入:{IDS[1]}" in told.err
    assert say("convert", tmp_path / "a.gpkg", tmp_path / "b.shp").status == 0  # a Shapefile has room for it


def test_without_a_field_of_codes_blocks_are_numbered_and_it_is_said(tmp_path, say):
    plots(备注=["甲", "乙", "丙"]).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    told = say("convert", tmp_path / "a.gpkg", tmp_path / "a.txt")
    assert "没有找到宗地代码字段" in told.err
    blocks = [line for line in (tmp_path / "a.txt").read_bytes().decode("gbk").split("\r\n") if line.endswith("@")]
    assert [line.split(",")[2] for line in blocks] == ["1", "2", "3"]
    assert say("convert", tmp_path / "a.gpkg", tmp_path / "b.txt", "--label", "备注").status == 0
    told = say("convert", tmp_path / "a.gpkg", tmp_path / "c.txt", "--label", "代码")
    assert (told.status, told.err.splitlines()[0]) == (2, "--label:没有这个字段:代码")
    assert not (tmp_path / "c.txt").exists()


def test_a_replaced_shapefile_is_not_searched_by_the_index_of_the_old_one(source, tmp_path, say):
    far = [shapely.box(100 + n, 30, 100.5 + n, 30.5) for n in range(50)]
    old = gpd.GeoDataFrame({"a": range(50)}, geometry=far, crs=4490)
    old.to_file(tmp_path / "a.shp", engine="pyogrio", SPATIAL_INDEX="YES")
    assert (tmp_path / "a.qix").exists()
    assert say("convert", source, tmp_path / "a.shp", "--overwrite").status == 0
    found = pyogrio.read_dataframe(tmp_path / "a.shp", bbox=(E, N, E + 600, N + 100))
    assert sorted(found["宗地代码"]) == IDS
    assert not (tmp_path / "a.qix").exists()


def test_a_file_that_exists_is_replaced_only_when_asked_and_never_the_input(source, tmp_path, say):
    (tmp_path / "a.dbf").write_bytes(b"mine")
    told = say("convert", source, tmp_path / "a.shp")
    assert told.status == 2
    assert "文件已存在:a.dbf" in told.err
    assert (tmp_path / "a.dbf").read_bytes() == b"mine"
    assert say("convert", source, tmp_path / "a.shp", "--overwrite").status == 0
    before = source.read_bytes()
    told = say("convert", source, source, "--overwrite")
    assert told.status == 2
    assert "输出会覆盖输入" in told.err
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("out", "options", "words"),
    [
        ("a.dwg", [], "不能写成这种格式"),
        ("a", [], "不能写成这种格式"),
        ("a.gpkg", ["--to-encoding", "gbk"], "该格式一律为 UTF-8"),
        ("a.shp", ["--to-encoding", "latin-9"], "未知的编码"),
        ("a.gpkg", ["--to-crs", "EPSG:2364"], "基准不同"),
        ("a.gpkg", ["--to-crs", "zone 40"], "坐标系不完整"),
        ("a.gpkg", ["--to-crs", "甲乙丙"], "--to-crs"),
        ("a.gpkg", ["--axes", "north"], "没有这种坐标次序"),
        ("a.dxf", ["--to-crs", "EPSG:4490"], "经纬度不能画成图纸"),
        ("a.txt", ["--to-crs", "EPSG:3857"], "写不进界址点文件"),
        ("a.gpkg", ["--layer", "甲"], "没有图层"),
        ("a.txt", ["--date", "昨天"], "日期"),
    ],
)
def test_what_cannot_be_done_is_refused_in_two_lines_and_nothing_is_written(out, options, words, source, tmp_path, say):
    told = say("convert", source, tmp_path / "新" / out, *options)
    assert told.status == 2
    assert words in told.err
    assert len(told.err.splitlines()) == 2
    assert not (tmp_path / "新").exists()


def test_a_table_without_geometry_and_a_file_without_crs_are_refused(tmp_path, say):
    pd.DataFrame({"宗地代码": IDS}).to_excel(tmp_path / "a.xlsx", index=False)
    told = say("convert", tmp_path / "a.xlsx", tmp_path / "a.shp")
    assert (told.status, "没有图形" in told.err) == (2, True)
    plots().to_file(tmp_path / "b.shp", engine="pyogrio", encoding="GBK")
    (tmp_path / "b.prj").unlink()
    told = say("convert", tmp_path / "b.shp", tmp_path / "b.gpkg")
    assert told.status == 2
    assert "--crs" in told.err
    assert say("convert", tmp_path / "b.shp", tmp_path / "b.gpkg", "--crs", "EPSG:4528").status == 0
    assert pyogrio.read_info(tmp_path / "b.gpkg")["crs"] == "EPSG:4528"


def test_an_encoding_that_is_declared_is_used(tmp_path, say):
    plots(用途=["工业用地"] * 3).to_file(tmp_path / "a.shp", engine="pyogrio", encoding="UTF-8")
    (tmp_path / "a.cpg").write_text("UTF-8")
    told = say("convert", tmp_path / "a.shp", tmp_path / "b.gpkg", "--encoding", "UTF-8")
    assert told.status == 0
    assert "编码 utf-8" in told.out
    assert gpd.read_file(tmp_path / "b.gpkg")["用途"][0] == "工业用地"


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_days_that_a_file_writes_as_text_are_converted_as_days_unless_one_is_none(tmp_path, say, suffix):
    days = pd.to_datetime(["2024-02-29", None, "2025-01-01"])
    plots(parcel_id=IDS, start_due=days).to_file(tmp_path / f"a.{suffix}", engine="pyogrio")
    assert say("convert", tmp_path / f"a.{suffix}", tmp_path / "b.parquet", "--crs", "EPSG:4528").status == 0
    assert [str(day)[:10] for day in gpd.read_parquet(tmp_path / "b.parquet")["start_due"]] == [
        "2024-02-29", "None", "2025-01-01",
    ]  # fmt: skip


def test_coordinates_are_projected_within_their_datum(source, tmp_path, say):
    told = say("convert", source, tmp_path / "a.geojson", "--to-crs", "EPSG:4326")
    assert told.status == 0
    assert "不到 1 米" in told.err
    west, south, *_ = gpd.read_file(tmp_path / "a.geojson").total_bounds
    assert (round(west, 2), round(south, 2)) == (118.60, 38.60)
    assert say("convert", tmp_path / "a.geojson", tmp_path / "b.gpkg", "--to-crs", "EPSG:4528").status == 0
    found = gpd.read_file(tmp_path / "b.gpkg").geometry
    assert [shapely.hausdorff_distance(one, other) < 1e-4 for one, other in zip(found, SHAPES, strict=True)] == [
        True
    ] * 3


def test_an_empty_layer_is_written_empty(tmp_path, say):
    plots().iloc[:0].to_file(tmp_path / "a.gpkg", engine="pyogrio")
    for out in ("a.shp", "a.geojson", "a.parquet", "a.dxf"):
        assert say("convert", tmp_path / "a.gpkg", tmp_path / out).status == 0
    assert pyogrio.read_info(tmp_path / "a.shp")["features"] == 0
    assert say("convert", tmp_path / "a.gpkg", tmp_path / "a.txt").status == 2


def test_in_english_it_is_all_english(source, tmp_path, say):
    told = say("--lang", "en", "convert", source, tmp_path / "a.shp")
    assert told.status == 0
    assert f"{source} [宗地]: 3 rows, CRS EPSG:4528" in told.out
    assert "the list of fields has the full titles" in told.err


def test_points_and_lines_go_where_they_can(tmp_path, say):
    lines = [wkt.loads(f"LINESTRING ({E} {N}, {E + 1} {N})")] * 3
    gpd.GeoDataFrame({"宗地代码": IDS}, geometry=lines, crs=4528).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    assert say("convert", tmp_path / "a.gpkg", tmp_path / "a.shp").status == 0
    assert pyogrio.read_info(tmp_path / "a.shp")["geometry_type"] == "LineString"
    assert "没有可画的面" in say("convert", tmp_path / "a.gpkg", tmp_path / "a.dxf").err


@pytest.mark.parametrize(("suffix", "code"), [("txt", "地块编号"), ("dxf", "Text")])
def test_what_is_written_for_a_survey_or_for_cad_is_read_back_to_the_millimetre(suffix, code, source, tmp_path, say):
    assert say("convert", source, tmp_path / f"a.{suffix}").status == 0
    told = say("convert", tmp_path / f"a.{suffix}", tmp_path / "back.gpkg", "--crs", "EPSG:4528")
    assert told.status == 0
    found = gpd.read_file(tmp_path / "back.gpkg", engine="pyogrio").dissolve(code).sort_index()
    assert found.index.tolist() == IDS
    distances = [shapely.hausdorff_distance(one, other) for one, other in zip(found.geometry, SHAPES, strict=True)]
    assert max(distances) < 0.0005
    assert [one.equals(other) for one, other in zip(found.geometry, SHAPES, strict=True)] == [True] * 3


def test_a_boundary_file_that_was_written_here_raises_no_doubt_when_it_is_read(source, tmp_path, say):
    say("convert", source, tmp_path / "a.txt")
    told = say("convert", tmp_path / "a.txt", tmp_path / "b.txt")
    assert (told.status, told.err) == (0, "")
    first, second = ((tmp_path / name).read_bytes() for name in ("a.txt", "b.txt"))
    assert first == second


def test_a_row_that_lies_elsewhere_is_an_error_of_its_own_and_the_others_are_written(tmp_path, say):
    shapes = [shapely.box(E + 200 * n, N, E + 200 * n + 100, N + 100) for n in range(12)]
    shapes[4] = shapely.transform(shapes[4], lambda xy: xy + np.array([0.0, 400_000.0]))
    codes = [f"990781001001GB{n:05d}" for n in range(12)]
    gpd.GeoDataFrame({"宗地代码": codes}, geometry=shapes, crs=4528).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    told = say("convert", tmp_path / "a.gpkg", tmp_path / "a.txt")
    assert told.status == 1
    assert "#5" in told.err
    assert f"1 行没有图形,未写入:{codes[4]}" in told.err
    assert (tmp_path / "a.txt").read_bytes().decode("gbk").count(",@\r\n") == 11


@pytest.mark.parametrize(("suffix", "left"), [("txt", 3), ("dxf", 4)])
def test_fields_for_which_a_format_has_no_place_are_named(suffix, left, source, tmp_path, say):
    told = say("convert", source, tmp_path / f"宗地.{suffix}")
    assert f"该格式没有位置写这 {left} 个字段:权利人统一社会信用代码" in told.err
    assert ("土地用途" in told.err) == (suffix == "dxf")
    # A boundary file holds nothing else than what it has room for: written again, nothing is left.
    if suffix == "txt":
        assert "没有位置" not in say("convert", tmp_path / "宗地.txt", tmp_path / "again.txt").err


def test_a_crs_that_contradicts_its_numbers_names_the_option_in_each_language(tmp_path, say):
    plots().set_crs(4527, allow_override=True).to_file(tmp_path / "错.gpkg", engine="pyogrio")
    zh = say("convert", tmp_path / "错.gpkg", tmp_path / "对.shp")
    assert zh.status == 2
    assert zh.err.rstrip().endswith("转换时用 --crs 或 --axes 写明")
    en = say("--lang", "en", "convert", tmp_path / "错.gpkg", tmp_path / "对.shp")
    assert en.err.rstrip().endswith("on the command line give --crs or --axes")
