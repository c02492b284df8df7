"""A run writes its parcels for other programs where the project asks for it, and takes them away when it does not."""

from __future__ import annotations

import dataclasses
import json

import openpyxl
import pyogrio
import pytest
import shapely
from exchange_builders import parsed
from write_builders import IDS, analysis, project

from landuse.errors import InputError
from landuse.write import write_outputs
from landuse.write.exchange.results import result_layers

ALL = {"exchange": ["shp", "dxf", "txt"]}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("r")
    write_outputs(analysis(outputs=ALL), folder, only=("tables",))
    return folder


def read(path):
    meta, _, geometry, values = pyogrio.raw.read(path)
    return dict(zip(meta["fields"].tolist(), [value.tolist() for value in values], strict=True)), geometry


def test_the_layers_are_those_of_the_geopackage(results):
    rows = {
        name: read(results / f"exchange/shp/{name}.shp")[0]["宗地代码"]
        for name in ("parcels", "low_efficiency", "idle")
    }
    assert rows == {"parcels": IDS, "low_efficiency": IDS[:2], "idle": IDS[1:3]}


def test_codes_stand_in_words_and_unknown_stays_blank(results):
    found, geometry = read(results / "exchange/shp/parcels.shp")
    assert found["低效结果"] == ["低效(拟列入)", "部分低效", "未列入", "停产低效", "未参评"]
    assert found["面积来源"] == ["证载"] * 5
    assert found["原因代码"] == ["R01", None, "R01;ART2_T1", None, None]
    assert found["使用权人"] == ["安澜甲厂", "=2+3", "<b>丙</b> 丁", None, None]
    assert str(found["采用面积亩"]) == "[15.0, 14.4, 7.5, 7.5, nan]"
    assert geometry[4] is None


def test_every_field_is_explained_with_title_and_unit(results):
    page = openpyxl.load_workbook(results / "exchange/shp/fields.xlsx")["字段说明"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
    told = {row[1]: row for row in rows if isinstance(row[0], int)}
    assert told["采用面积亩"][2:5] == ["采用面积", "area_mu", "小数"]
    assert told["采用面积亩"][7] == "亩"
    assert told["约定动工"][2] == "约定动工(开工)时间"
    assert page["A3"].value.startswith("图层:宗地、低效、疑似闲置;坐标系:CGCS2000")
    for name in ("parcels", "low_efficiency", "idle"):
        assert list(read(results / f"exchange/shp/{name}.shp")[0]) == list(told)


def test_the_drawing_has_a_layer_for_each_and_the_boundary_files_too(results):
    meta, _, _, values = pyogrio.raw.read(results / "exchange/dxf/parcels.dxf")
    layers = dict(zip(meta["fields"].tolist(), values, strict=True))["Layer"].tolist()
    assert {name: layers.count(name) for name in set(layers)} == {"宗地": 6 + 4, "低效": 3, "疑似闲置": 4}
    head, blocks = parsed(results / "exchange/txt/parcels.txt")
    assert (head["带号"], head["数据产生日期"]) == ("40", "2025-12-31")
    assert [cells[2] for cells, _ in blocks] == IDS[:4]
    assert [cells[2] for cells, _ in parsed(results / "exchange/txt/idle.txt")[1]] == IDS[1:3]


def test_what_is_not_in_a_file_is_told_beside_it(results):
    text = (results / "exchange/notes.txt").read_text(encoding="utf-8-sig")
    assert f"txt/parcels.txt: 1 行没有图形,未写入:{IDS[4]}" in text
    assert f"dxf/parcels.dxf: 1 行没有图形,未写入:{IDS[4]}" in text
    assert "CGCS2000 / 3-degree Gauss-Kruger zone 40 (EPSG:4528)" in text


def test_everything_stands_in_the_manifest_and_under_its_chinese_name(results):
    listed = {one["name"] for one in json.loads((results / "manifest.json").read_text(encoding="utf-8"))["outputs"]}
    made = {path.relative_to(results).as_posix() for path in (results / "exchange").rglob("*") if path.is_file()}
    assert made <= listed
    pairs = {
        "shp/parcels.dbf": "shp/宗地.dbf", "shp/idle.shp": "shp/疑似闲置.shp", "shp/fields.xlsx": "字段说明.xlsx",
        "dxf/parcels.dxf": "dxf/宗地.dxf", "txt/low_efficiency.txt": "txt/低效.txt", "notes.txt": "交换数据说明.txt",
    }  # fmt: skip
    for name, alias in pairs.items():
        assert (results / "exchange" / name).read_bytes() == (results / "成果/数据" / alias).read_bytes()


def test_nothing_is_written_unless_it_is_asked_for_and_the_digest_is_as_before(tmp_path):
    write_outputs(analysis(), tmp_path, only=("tables",))
    assert not (tmp_path / "exchange").exists()
    plain, asked = project(), project(outputs=ALL)
    assert plain.digest() == project(outputs={"exchange": []}).digest()
    assert plain.digest() != asked.digest()
    assert "exchange" not in plain.text()


def test_files_of_an_earlier_run_go_unless_somebody_changed_them(tmp_path):
    write_outputs(analysis(outputs=ALL), tmp_path, only=("tables",))
    (tmp_path / "exchange/txt/idle.txt").write_text("by hand", encoding="utf-8")
    write_outputs(analysis(outputs={"exchange": ["dxf"]}), tmp_path, only=("tables",))
    left = {path.name for path in tmp_path.rglob("*") if path.is_file() and {"exchange", "数据"} & {*path.parts}}
    assert left == {"parcels.dxf", "notes.txt", "idle.txt", "宗地.dxf", "交换数据说明.txt", "低效闲置用地.gpkg"}


def test_an_english_run_has_english_names_and_words(tmp_path):
    write_outputs(analysis("en", outputs={"exchange": ["shp"]}), tmp_path, only=("tables",))
    found, _ = read(tmp_path / "exchange/shp/parcels.shp")
    assert found["parcel_id"] == IDS
    assert found["efficiency"][:2] == ["Low efficiency (proposed)", "Partly low"]
    assert len(found) == len({name.casefold() for name in found})
    page = openpyxl.load_workbook(tmp_path / "exchange/shp/fields.xlsx")["Fields"]
    assert page["C5"].value == "Parcel code"


@pytest.mark.parametrize("kinds", [["txt"], ["shp", "txt"]])
def test_a_crs_that_a_boundary_file_cannot_hold_is_refused_before_anything_is_written(kinds, tmp_path):
    made = analysis(outputs={"exchange": kinds})
    made = dataclasses.replace(made, parcels=dataclasses.replace(made.parcels, crs="EPSG:32650"))
    with pytest.raises(InputError) as refused:
        write_outputs(made, tmp_path / "out", only=("tables",))
    where, do = refused.value.faults[0].lines("zh")
    assert where.startswith("[outputs] exchange:该坐标系写不进界址点文件")
    assert "去掉 exchange 中的 txt" in do
    assert not (tmp_path / "out").exists()


def test_degrees_are_projected_for_drawing_and_boundary_file_and_kept_in_the_shapefile(tmp_path):
    made = analysis(outputs=ALL)
    shifted = shapely.transform(made.parcels.geometry, lambda xy: xy * 1e-6 + [80.0, 25.0])  # 120.378 E, 29.275 N
    parcels = dataclasses.replace(made.parcels, shapes=shifted, wkb=None, crs="EPSG:4490")
    write_outputs(dataclasses.replace(made, parcels=parcels), tmp_path, only=("tables",))
    head, blocks = parsed(tmp_path / "exchange/txt/parcels.txt")
    assert head["带号"] == "40"
    east = float(blocks[0][1][1][0][2])
    assert 40_500_000 < east < 40_540_000  # 0.378 degrees east of 120 E: some 36.7 km
    assert pyogrio.read_info(tmp_path / "exchange/shp/parcels.shp")["crs"] == "EPSG:4490"
    assert "projected" not in (tmp_path / "exchange/notes.txt").read_text(encoding="utf-8-sig")
    assert "已投影到 EPSG:4528" in (tmp_path / "exchange/notes.txt").read_text(encoding="utf-8-sig")


def test_the_layers_have_no_internal_column():
    layer = result_layers(analysis(outputs=ALL))["parcels"]
    names = {one.name for one in layer.fields}
    assert not {"area_cm2", "price_yuan_per_m2"} & names
    assert {"area_mu", "source_row"} <= names
    assert len(layer) == len(IDS)
