"""Shapefiles for other programs: names within 10 bytes, both statements of the encoding, nothing cut in silence."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from exchange_builders import DAY, IDS, E, N, field, layer, shapes
from hypothesis import given
from hypothesis import strategies as st

from landuse.errors import InputError
from landuse.read.encoding import judge_dbf
from landuse.tables import columns
from landuse.write.exchange.fieldlist import field_rows, write_field_list
from landuse.write.exchange.naming import dbf_names, known_short, short_titles, unique_names
from landuse.write.exchange.shapefile import write_shapefile


def read(path):
    """Return field -> values as GDAL reads the file, with its own way to find the encoding."""
    meta, _, geometry, values = pyogrio.raw.read(path)
    return dict(zip(meta["fields"].tolist(), [value.tolist() for value in values], strict=True)), geometry, meta


def header(path):
    return path.with_suffix(".dbf").read_bytes()[:32]


# ------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["宗地代码", "parcel_id"], ["宗地代码", "parcel_id"]),
        (["行业大类名称"], ["行业大类名"]),
        (["证载面积(平方米)"], ["证载面积"]),
        (["面积(亩)", "面积(公顷)"], ["面积_亩", "面积_公顷"]),
        (["面积(亩)", "面积\uff08亩\uff09"], ["面积_亩", "面积_亩1"]),
        (["统一社会信用代码", "统一社会信用号码", "统一社会信用"], ["统一社会信", "统一社会1", "统一社会2"]),
        (["NAME", "name", "Name"], ["NAME", "name1", "Name2"]),
        (["registered_area_m2", "registered_area_mu"], ["registered", "registere1"]),
        (["2024年税收", "a b-c", "", "()"], ["F2024年税", "a_b_c", "F3", "F4"]),
        (["a" * 10] * 12, ["a" * 10, *(f"{'a' * 9}{n}" for n in range(1, 10)), "aaaaaaaa10", "aaaaaaaa11"]),
    ],
)
def test_names_fit_ten_bytes_and_stand_once(titles, names):
    found = dbf_names(titles, "gbk")
    assert [len(name.encode("gbk")) <= 10 for name in found] == [True] * len(found)
    assert found == names


def test_brackets_of_either_width_are_signs():
    assert dbf_names(["面积(亩)", "面积\uff08公顷\uff09", "面积【亩】"], "gbk") == ["面积_亩", "面积_公顷", "面积_亩1"]


def test_in_utf8_a_name_has_three_chinese_characters():
    assert dbf_names(["宗地代码", "宗地名称"], "utf-8") == ["宗地代", "宗地名"]


def test_a_character_that_the_encoding_lacks_is_a_sign():
    assert dbf_names(["㐂地代码"], "gbk") == ["地代码"]


@given(st.lists(st.text(max_size=20), max_size=40), st.sampled_from(["gbk", "gb18030", "utf-8"]))
def test_whatever_the_titles_names_fit_and_differ(titles, codec):
    titles = [title.encode("utf-8", "ignore").decode() for title in titles]
    found = dbf_names(titles, codec)
    assert len({name.casefold() for name in found}) == len(found) == len(titles)
    assert all(0 < len(name.encode(codec)) <= 10 for name in found)
    assert len({name.casefold() for name in unique_names(titles)}) == len(titles)


def test_every_column_of_the_parcels_has_a_short_name_that_fits_and_stands_once():
    known = {**columns("input", "parcels"), **columns("output", "parcels"), **columns("input", "provenance")}
    short = short_titles()
    assert set(short) == set(known)
    assert dbf_names(short.values(), "gbk") == list(short.values())


def test_a_known_title_gets_its_short_name():
    assert known_short("权利人统一社会信用代码") == "信用代码"
    assert known_short("registered_area_m2") == "证载面积"
    assert known_short("parcel_id") == ""
    assert known_short("某字段") == ""


# ------------------------------------------------------------------------------------------------- table


def test_values_of_every_kind_come_back_and_blank_stays_blank(tmp_path):
    fields = (
        field("代码", "text", ["00012", None, ""]),
        field("数", "integer", [0, None, -(10**16)]),
        field("面积", "number", [0.0, None, 666.667]),
        field("日期", "date", [DAY, None, dt.date(999, 1, 1)]),
        field("是否", "flag", [True, None, False]),
    )
    made = write_shapefile(tmp_path / "a.shp", layer(*fields))
    found, geometry, meta = read(tmp_path / "a.shp")
    assert found["代码"] == ["00012", None, None]
    assert [found["数"][0], found["数"][2]] == [0, -(10**16)]
    assert math.isnan(found["数"][1])
    assert [found["面积"][0], found["面积"][2]] == [0.0, 666.667]
    assert math.isnan(found["面积"][1])
    assert [found["日期"][0], found["日期"][2]] == [DAY, dt.date(999, 1, 1)]
    assert found["日期"][1] is None
    assert (found["是否"][0], found["是否"][2]) == (1, 0)
    assert meta["crs"] == "EPSG:4528"
    assert all(shapely.from_wkb(one).equals(shape) for one, shape in zip(geometry, shapes(), strict=True))
    assert [(one.letter, one.width, one.decimals) for one in made.fields] == [
        ("C", 5, 0), ("N", 18, 0), ("N", 7, 3), ("D", 8, 0), ("N", 1, 0),
    ]  # fmt: skip


def test_an_integer_of_eighteen_characters_is_a_number_and_a_longer_one_a_text(tmp_path):
    fields = (field("a", "integer", [10**18 - 1, 1, 1]), field("b", "integer", [10**18, 1, None]))
    made = write_shapefile(tmp_path / "a.shp", layer(*fields))
    assert [(one.letter, one.width) for one in made.fields] == [("N", 18), ("C", 19)]
    found, *_ = read(tmp_path / "a.shp")
    assert found["a"] == [999999999999999999, 1, 1]
    assert found["b"] == ["1000000000000000000", "1", None]


@pytest.mark.parametrize(
    ("values", "decimals", "width", "rounded"),
    [
        ([1.0, 2.0, 3.0], 2, 4, 0),
        ([0.125, -3.5, None], 3, 6, 0),
        ([1 / 3, 0.5, None], 10, 12, 1),
        ([123456789012.5, None, 1 / 3], 5, 18, 1),
        ([None, None, None], 2, 4, 0),
    ],
)
def test_numbers_get_the_decimals_they_need_and_roundings_are_counted(values, decimals, width, rounded, tmp_path):
    made = write_shapefile(tmp_path / "a.shp", layer(field("a", "number", values)))
    one = made.fields[0]
    assert (one.letter, one.decimals, one.width, one.rounded) == ("N", decimals, width, rounded)


def test_numbers_beyond_every_field_are_written_in_powers_of_ten_and_infinite_ones_left_blank(tmp_path):
    made = write_shapefile(tmp_path / "a.shp", layer(field("a", "number", [1.5e300, -2.5e-7, math.inf])))
    assert (made.fields[0].letter, made.fields[0].unstorable) == ("F", 1)
    found, *_ = read(tmp_path / "a.shp")
    assert found["a"][:2] == [1.5e300, -2.5e-7]
    assert math.isnan(found["a"][2])
    assert [note.code for note in made.notes] == ["field_unstorable"]


@given(st.lists(st.floats(-1e15, 1e15) | st.none(), min_size=1, max_size=8))
def test_a_number_comes_back_within_half_a_unit_of_its_last_decimal(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("n") / "a.shp"
    geometry = np.array([shapely.Point(E, N)] * len(values), dtype=object)
    made = write_shapefile(path, layer(field("a", "number", values), geometry=geometry))
    unit = 10.0 ** -made.fields[0].decimals
    for value, back in zip(values, read(path)[0]["a"], strict=True):
        assert (value is None) == math.isnan(back)
        assert value is None or abs(value - back) <= unit / 2 + abs(value) * 1e-15


def test_a_text_is_cut_at_254_bytes_between_characters_and_the_cut_is_told(tmp_path):
    fields = (
        field("说明", "text", ["长" * 127, "长" * 128, "a" + "长" * 127]),
        field("b", "text", ["甲\n乙", "丙\r\n丁", "\0"]),
    )
    made = write_shapefile(tmp_path / "a.shp", layer(*fields))
    found, *_ = read(tmp_path / "a.shp")
    assert found["说明"] == ["长" * 127, "长" * 127, "a" + "长" * 126]
    assert found["b"][:2] == ["甲 乙", "丙 丁"]
    assert made.fields[0].cut == 2
    assert made.notes[0].told("zh") == "文本超过 254 字节已截断,字段(行数):说明(2)"


# ---------------------------------------------------------------------------------------------- encoding


@pytest.mark.parametrize(
    ("text", "asked", "codec", "page", "language"),
    [
        ("安澜", "", "gbk", "936", 0x4D),
        ("安澜", "utf-8", "utf-8", "UTF-8", 0x00),
        ("㐂地", "", "gb18030", "GB18030", 0x4D),
        ("安澜", "gb18030", "gb18030", "GB18030", 0x4D),
        ("plain", "", "gbk", "936", 0x4D),
    ],
)
def test_the_encoding_is_stated_twice_and_read_right(text, asked, codec, page, language, tmp_path):
    path = tmp_path / "a.shp"
    made = write_shapefile(path, layer(field("名称", "text", [text, None, "丙"])), encoding=asked)
    assert (made.codec, path.with_suffix(".cpg").read_text(), header(path)[29]) == (codec, page, language)
    assert read(path)[0]["名称"] == [text, None, "丙"]
    assert judge_dbf(path).value == ("utf-8" if codec == "utf-8" else "gb18030")
    path.with_suffix(".cpg").unlink()
    assert judge_dbf(path).value == ("utf-8" if codec == "utf-8" else "gb18030")


def test_a_character_beyond_the_encoding_asked_for_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        write_shapefile(tmp_path / "a.shp", layer(field("名称", "text", ["㐂", "", ""])), encoding="gbk")
    assert refused.value.faults[0].lines("zh")[0] == "a.shp:有 gbk 以外的字"


def test_same_layer_same_bytes_and_no_clock(tmp_path):
    for name in ("a", "b"):
        write_shapefile(tmp_path / f"{name}.shp", layer())
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    assert header(tmp_path / "a.shp")[1:4] == bytes((100, 1, 1))


# ---------------------------------------------------------------------------------------------- geometry


def test_geometry_that_is_missing_stays_missing_and_collections_of_polygons_become_multipolygons(tmp_path):
    first, second, _ = shapes()
    geometry = np.array([None, shapely.GeometryCollection([first, second]), shapely.force_3d(first, 9.0)], dtype=object)
    write_shapefile(tmp_path / "a.shp", layer(geometry=geometry))
    _, raw, meta = read(tmp_path / "a.shp")
    back = shapely.from_wkb(raw)
    assert back[0] is None
    assert back[1].equals(shapely.MultiPolygon([first, second]))
    assert not shapely.has_z(back[2])
    assert meta["geometry_type"] in ("Polygon", "MultiPolygon")


def test_geometries_of_several_kinds_are_refused(tmp_path):
    geometry = np.array([shapely.Point(E, N), *shapes()[:2]], dtype=object)
    with pytest.raises(InputError, match="图形种类不一"):
        write_shapefile(tmp_path / "a.shp", layer(geometry=geometry))


def test_more_than_255_fields_are_refused(tmp_path):
    fields = [field(f"f{n}", "integer", [1, 2, 3]) for n in range(256)]
    with pytest.raises(InputError, match="字段过多"):
        write_shapefile(tmp_path / "a.shp", layer(*fields))
    write_shapefile(tmp_path / "a.shp", layer(*fields[:255]))


def test_some_rows_of_a_layer_get_the_fields_of_all_of_it(tmp_path):
    whole = layer(field("名称", "text", ["安澜县", "甲", None]), field("a", "number", [0.125, 1.0, None]))
    made = write_shapefile(tmp_path / "a.shp", whole)
    part = write_shapefile(tmp_path / "b.shp", whole.chosen(np.array([False, True, False]), "低效"), like=made)
    assert [(one.width, one.decimals) for one in part.fields] == [(6, 0), (5, 3)]
    assert read(tmp_path / "b.shp")[0] == {"名称": ["甲"], "a": [1.0]}


# -------------------------------------------------------------------------------------------- field list


def test_the_list_says_what_each_field_is_and_what_was_cut(tmp_path):
    fields = (
        field("holder_uscc", "text", IDS, title="权利人统一社会信用代码", short="信用代码"),
        field("tax", "number", [1 / 3, None, 2.0], title="实缴税收", unit="万元"),
        field("说明", "text", ["长" * 128, None, "=1+1"]),
        field("长整数", "integer", [10**18, 1, 1]),
    )
    made = write_shapefile(tmp_path / "宗地.shp", layer(*fields))
    rows = field_rows(made, "zh")
    assert rows["name"].tolist() == ["信用代码", "tax", "说明", "长整数"]
    assert rows["full"].tolist() == ["权利人统一社会信用代码", "实缴税收", "说明", "长整数"]
    assert rows["source"].tolist() == ["holder_uscc", "tax", "说明", "长整数"]
    assert rows["kind"].tolist() == ["文本", "小数", "文本", "文本"]
    assert rows["unit"].tolist() == ["", "万元", "", ""]
    assert rows["remark"].tolist() == [
        "字段名已截短",
        "1 个数值四舍五入到 10 位小数",
        "1 条文本超过 254 字节,已截断",
        "整数超过 18 位,按文本写出",
    ]
    write_field_list(tmp_path / "f.xlsx", made, crs="EPSG:4528", lang="zh")
    page = openpyxl.load_workbook(tmp_path / "f.xlsx")["字段说明"]
    cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_row=8)]
    assert cells[0][:4] == ["序号", "字段名", "完整名称", "原字段名"]
    assert cells[1][:4] == [1, "信用代码", "权利人统一社会信用代码", "holder_uscc"]
    assert page["A3"].value == "图层:宗地;坐标系:EPSG:4528"
