"""Whole tables: headers, units, sheets, encodings, geometry, place, faults."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from read_builders import (
    EAST,
    NORTH,
    boxes,
    codes,
    dbf,
    layer,
    part,
    project,
    read,
    set_language,
    shapefile,
    sheet,
    text,
)

from landuse.errors import InputError
from landuse.read import read_tables
from landuse.read.encoding import dbf_encoding, text_encoding
from landuse.read.units import split_unit, unit_factor
from landuse.read.vector import choose_layer
from landuse.tables import columns, unit_title, worded_issues

HEAD = ("统一社会信用代码", "年度", "实缴税收(万元)")


def faults(folder, **more):
    with pytest.raises(InputError) as error:
        read(folder, **more)
    return error.value.faults


def only_fault(folder, **more):
    (fault,) = faults(folder, **more)
    return " ".join((*fault.lines(),))


# ---------------------------------------------------------------------------------------------- headers


def test_titles_names_and_english_titles_are_recognised(tmp_path):
    rows = [
        ["统一社会信用代码", "year", "Tax paid (10,000 yuan)", "工业总产值(万元)", "综合能源消费量（吨标准煤）"],
        ["A1", 2025, 1, 2, 3],
    ]
    frame = part(tmp_path, accounts=sheet(tmp_path, "a.xlsx", rows))
    assert frame.columns.tolist() == ["uscc", "year", "tax_wan", "output_wan", "energy_tce", "source_row"]
    assert frame.iloc[0].tolist() == ["A1", 2025, 1.0, 2.0, 3.0, 2]


def test_spaces_width_and_line_breaks_in_a_header_do_not_matter(tmp_path):
    rows = [["统一社会 信用代码", "年 度", "实缴税收\n（万元）"], ["A1", 2025, 1]]
    assert part(tmp_path, accounts=sheet(tmp_path, "a.xlsx", rows))["tax_wan"].tolist() == [1.0]


@pytest.mark.parametrize(
    "table", ["parcels", "enterprises", "accounts", "occupancy", "land_prices", "buildings", "parks"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_title_of_the_catalogue_is_recognised(tmp_path, table, language):
    known = columns("input", table)
    titles = [
        column.title(language) + (f"({unit_title(column.unit)})" if column.unit else "") for column in known.values()
    ]
    assert len(set(titles)) == len(titles)
    content = ",".join(f'"{title}"' for title in titles) + "\n" + ",".join("1" for _ in titles)
    inputs = {table: [layer(tmp_path, "p.gpkg"), text(tmp_path, "t.csv", content)]} if table == "parcels" else {}
    if table in ("buildings", "parks"):
        inputs = {table: layer(tmp_path, "t.gpkg", **{title: ["1"] for title in titles})}
    raw = read(tmp_path, **(inputs or {table: text(tmp_path, "t.csv", content)}))
    assert list(raw.of(table)[-1].headers) == list(known)


def test_an_explicit_mapping_beats_the_titles_and_that_of_the_entry_beats_both(tmp_path):
    rows = [["统一社会信用代码", "年度", "实缴税收(万元)", "税收合计(万元)", "入库(万元)"], ["A1", 2025, 1, 2, 3]]
    name = sheet(tmp_path, "a.xlsx", rows)
    mapping = {"accounts": {"tax_wan": "税收合计(万元)"}}
    assert part(tmp_path, accounts=name, columns=mapping)["tax_wan"].tolist() == [2.0]
    entry = {"path": name, "columns": {"tax_wan": "入库(万元)"}}
    assert part(tmp_path, accounts=entry, columns=mapping)["tax_wan"].tolist() == [3.0]


def test_the_first_alternative_that_stands_in_a_file_is_taken(tmp_path):
    first = sheet(tmp_path, "a.xlsx", [["统一社会信用代码", "年度", "税额(万元)"], ["A1", 2024, 1]])
    second = sheet(tmp_path, "b.xlsx", [["统一社会信用代码", "年度", "税收合计(万元)"], ["A1", 2025, 2]])
    raw = read(tmp_path, accounts=[first, second], columns={"accounts": {"tax_wan": ["税收合计", "税额"]}})
    assert [each.frame["tax_wan"].tolist() for each in raw.of("accounts")] == [[1.0], [2.0]]


def test_a_mapped_header_that_one_of_several_files_lacks_is_just_not_carried_there(tmp_path):
    first = sheet(tmp_path, "a.xlsx", [["统一社会信用代码", "年度", "税额(万元)"], ["A1", 2024, 1]])
    second = sheet(tmp_path, "b.xlsx", [["统一社会信用代码", "年度"], ["A1", 2025]])
    raw = read(tmp_path, accounts=[first, second], columns={"accounts": {"tax_wan": "税额"}})
    assert ["tax_wan" in each.frame for each in raw.of("accounts")] == [True, False]


def test_a_mapped_header_that_no_file_carries_is_fatal_and_names_what_there_is(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, 1]])
    line = only_fault(tmp_path, accounts=name, columns={"accounts": {"tax_wan": "实缴税金"}})
    assert "没有表头“实缴税金”" in line
    assert "nearest is 实缴税收(万元)" in line
    assert "统一社会信用代码 | 年度 | 实缴税收(万元)" in line


def test_a_header_mapped_for_one_file_that_lacks_it_is_one_fault_of_that_file(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, 1]])
    (fault,) = faults(tmp_path, accounts={"path": name, "columns": {"uscc": "代码"}})
    assert fault.where == "a.xlsx [数据]: uscc"


def test_a_fixed_value_makes_a_constant_column(tmp_path):
    name = text(tmp_path, "a.csv", "uscc,税额(万元)\nA1,1\nA2,2\n")
    frame = part(tmp_path, accounts={"path": name, "columns": {"year": {"value": 2025}, "tax_wan": "税额"}})
    assert frame["year"].tolist() == [2025, 2025]


def test_an_unknown_column_or_table_of_the_mapping_is_fatal_and_names_the_nearest(tmp_path):
    found = faults(tmp_path, columns={"parcels": {"parcel_idd": "x"}, "parcel": {"a": "b"}})
    assert "parcel_id" in found[1].allowed
    assert "parcels" in found[0].allowed


def test_two_columns_under_one_title_are_fatal(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD, "实缴税收(元)"], ["A1", 2025, 1, 2]])
    assert "several columns for one" in only_fault(tmp_path, accounts=name)


def test_a_missing_required_column_is_fatal_in_every_file_that_lacks_it(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [["名称", "年度"], ["甲", 2025]])
    assert "缺少必需字段 uscc" in only_fault(tmp_path, accounts=name)


def test_a_key_column_that_only_one_file_lacks_is_fatal_there(tmp_path):
    first = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, 1]])
    second = sheet(tmp_path, "b.xlsx", [["企业", "年度"], ["甲", 2025]])
    (fault,) = faults(tmp_path, accounts=[first, second])
    assert fault.where == "b.xlsx [数据]"


def test_several_header_rows_are_joined_and_merged_cells_filled(tmp_path):
    rows = [
        ["安澜县规上工业产值表"],
        ["企业", "企业", "2025年", "2025年"],
        ["统一社会信用代码", "企业名称", "工业总产值", "用电量"],
        [None, None, "(千元)", "（千瓦时）"],
        ["A1", "甲", 20, 30],
    ]
    name = sheet(tmp_path, "a.xlsx", rows, merge=["A2:B2", "C2:D2", "A3:A4", "B3:B4", "A1:D1"])
    entry = {
        "path": name,
        "header_rows": [2, 3, 4],
        "columns": {
            "output_wan": "2025年工业总产值",
            "electricity_kwh": "2025年 用电量(千瓦时)",
            "year": {"value": 2025},
        },
    }
    raw = read(tmp_path, accounts=entry)
    frame = raw.of("accounts")[0].frame
    assert frame[["uscc", "output_wan", "electricity_kwh", "source_row"]].iloc[0].tolist() == ["A1", 2.0, 30.0, 5]
    assert raw.of("accounts")[0].headers["output_wan"] == "2025年 工业总产值 (千元)"


def test_the_header_may_stand_in_a_later_row(tmp_path):
    rows = [["安澜县税收表"], [*HEAD], ["A1", 2025, 1]]
    frame = part(tmp_path, accounts={"path": sheet(tmp_path, "a.xlsx", rows), "header_rows": 2})
    assert frame["source_row"].tolist() == [3]
    assert "没有表头行" in only_fault(tmp_path, accounts={"path": "a.xlsx", "header_rows": 9})


# ------------------------------------------------------------------------------------------------ units


@pytest.mark.parametrize(
    ("header", "unit", "expected"),
    [
        ("实缴税收(千元)", "wan_yuan", ("实缴税收", "千元")),
        ("实缴税收（单位：亿元）", "wan_yuan", ("实缴税收", "亿元")),
        ("实缴税收[元]", "wan_yuan", ("实缴税收", "元")),
        ("产值/万元", "wan_yuan", ("产值", "万元")),
        ("产值_千元", "wan_yuan", ("产值", "千元")),
        ("产值千元", "wan_yuan", ("产值", "千元")),
        ("area_ha", "m2", ("area", "ha")),
        ("CALC_ACRES", "m2", ("calc", "acres")),
        ("证载面积(㎡)", "m2", ("证载面积", "m2")),
        ("土地级别(工业)", "", ("土地级别(工业)", "")),
        ("已投资额(不含地价)", "wan_yuan", ("已投资额(不含地价)", "")),
        ("已投资额(不含地价)(元)", "wan_yuan", ("已投资额(不含地价)", "元")),
        ("产值(2025年)", "wan_yuan", ("产值(2025年)", "")),
        ("alpha", "m2", ("alpha", "")),
        ("元", "wan_yuan", ("元", "")),
    ],
)
def test_the_unit_is_split_from_the_header(header, unit, expected):
    assert split_unit(header, unit) == expected


def test_every_spelling_of_a_unit_is_known_in_any_width_and_case():
    assert unit_factor("m2", "M²") == unit_factor("m2", "㎡") == unit_factor("m2", " m2 ") == 1
    assert unit_factor("yuan_per_m2", "元/m2") == 1
    assert unit_factor("wan_yuan", "亩") is None


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("证载面积(平方米)", 3.0, 3.0),
        ("证载面积(亩)", 3.0, 2000.0),
        ("registered_area_mu", 3.0, 2000.0),
        ("registered_area_ha", 2, 20000.0),
    ],
)
def test_the_header_says_the_unit_of_an_area(tmp_path, header, value, expected):
    attributes = sheet(tmp_path, "a.xlsx", [["宗地代码", header], ["P1", value]])
    raw = read(tmp_path, parcels=[layer(tmp_path), attributes])
    assert raw.of("parcels")[1].frame["registered_area_m2"].tolist() == [expected]


def test_the_declared_unit_beats_that_of_the_header(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, 12345]])
    raw = read(tmp_path, accounts={"path": name, "units": {"tax_wan": "元"}})
    assert raw.of("accounts")[0].frame["tax_wan"].tolist() == [1.2345]
    assert raw.of("accounts")[0].factors["tax_wan"] == ("元", 1 / 10_000)


def test_an_alias_of_the_mapping_carries_its_unit(tmp_path):
    name = layer(tmp_path, parcel_id=["P1"], CALC_AREA=[3.0])
    raw = read(tmp_path, parcels=name, columns={"parcels": {"registered_area_mu": "CALC_AREA"}})
    assert raw.of("parcels")[0].frame["registered_area_m2"].tolist() == [2000.0]


@pytest.mark.parametrize(
    ("header", "units"), [("实缴税收(美元)", {}), ("实缴税收", {"tax_wan": "文"}), ("实缴税收(万)", {})]
)
def test_an_unknown_unit_is_fatal_and_lists_the_known_ones(tmp_path, header, units):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD[:2], header], ["A1", 2025, 1]])
    line = only_fault(tmp_path, accounts={"path": name, "units": units})
    assert "unknown unit" in line
    assert "千元" in line


@pytest.mark.parametrize("line", ["单位：千元", "（金额单位:千元、面积单位：亩）", "单位:人、千元"])
def test_a_unit_that_only_a_line_above_the_header_states_must_be_declared(tmp_path, line):
    rows = [["安澜县税收表", None, line], [*HEAD[:2], "实缴税收", "平均用工人数"], ["A1", 2025, 30, 5]]
    entry = {"path": sheet(tmp_path, "a.xlsx", rows), "header_rows": 2}
    assert "only a line above the header" in only_fault(tmp_path, accounts=entry)
    assert part(tmp_path, accounts={**entry, "units": {"tax_wan": "千元"}})["tax_wan"].tolist() == [3.0]


def test_a_line_above_the_header_that_states_the_canonical_unit_is_no_doubt(tmp_path):
    rows = [["安澜县税收表(编制单位:税务局)", None, "单位：万元"], [*HEAD[:2], "实缴税收"], ["A1", 2025, 30]]
    entry = {"path": sheet(tmp_path, "a.xlsx", rows), "header_rows": 2}
    assert part(tmp_path, accounts=entry)["tax_wan"].tolist() == [30.0]


def test_a_unit_for_what_has_none_or_is_no_column_is_fatal(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, 1]])
    assert len(faults(tmp_path, accounts={"path": name, "units": {"uscc": "元", "taxx": "元"}})) == 2


def test_a_number_followed_by_the_column_s_own_unit_is_a_number(tmp_path):
    name = text(tmp_path, "a.csv", 'uscc,year,实缴税收(元)\nA1,2025,"1,234.5元"\nA2,2025,1万元\n')
    raw = read(tmp_path, accounts=name)
    assert raw.of("accounts")[0].frame["tax_wan"].iloc[0] == 0.12345
    assert codes(raw) == ["NUMBER_TEXT"]


# ----------------------------------------------------------------------------------------------- sheets


def test_the_first_visible_sheet_is_read_and_a_hidden_one_only_when_named(tmp_path):
    rows = [[*HEAD], ["A1", 2025, 1]]
    name = sheet(tmp_path, "a.xlsx", rows, title="Sheet1 (2)", hidden=[[*HEAD], ["A1", 2024, 9]])
    raw = read(tmp_path, accounts=name)
    assert raw.of("accounts")[0].sheet == "Sheet1 (2)"
    assert part(tmp_path, accounts={"path": name, "sheet": "去年"})["year"].tolist() == [2024]


def test_a_missing_sheet_is_fatal_and_the_sheets_are_listed(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD]], title="产值")
    line = only_fault(tmp_path, accounts={"path": name, "sheet": "税收"})
    assert "no such sheet: 税收" in line
    assert "产值" in line


def test_a_workbook_is_told_by_its_bytes_not_by_its_name(tmp_path):
    (tmp_path / sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, 1]])).rename(tmp_path / "a.csv")
    assert part(tmp_path, accounts="a.csv")["tax_wan"].tolist() == [1.0]
    text(tmp_path, "b.xls", "uscc\tyear\ttax_wan\nA1\t2025\t2\n")
    assert part(tmp_path, accounts="b.xls")["tax_wan"].tolist() == [2.0]


def test_formula_errors_of_a_workbook_are_errors_and_the_row_stays(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, "#DIV/0!"], ["A2", 2025, 3]])
    raw = read(tmp_path, accounts=name)
    assert raw.of("accounts")[0].frame["tax_wan"].isna().tolist() == [True, False]
    row = raw.issues.iloc[0]
    assert row[["severity", "code", "table", "key", "column", "value"]].tolist() == [
        "error", "CELL_ERROR", "accounts", "A1", "tax_wan", "#DIV/0!",
    ]  # fmt: skip
    assert row[["source_file", "source_sheet", "source_row"]].tolist() == ["a.xlsx", "数据", 2]


def test_rows_of_totals_are_left_out_with_a_note_and_empty_rows_without(tmp_path):
    rows = [
        [*HEAD, "备注"],
        ["A1", 2025, 1, None],
        [None, None, 1, "城东街道小计"],
        [None, None, None, None],
        ["A2", 2025, 2, "其中合计数已核"],
        [None, 2025, 5, None],
        [" 合 计 ", None, "见附注", None],
        [None, " ", None, "\u00a0"],
    ]
    raw = read(tmp_path, accounts=sheet(tmp_path, "a.xlsx", rows))
    frame = raw.of("accounts")[0].frame
    assert frame["source_row"].tolist() == [2, 5, 6]
    assert frame["uscc"].isna().tolist() == [False, False, True]
    assert raw.issues[["code", "source_row"]].to_numpy().tolist() == [["TOTAL_ROW", 3], ["TOTAL_ROW", 7]]


def test_the_same_rows_read_the_same_from_xlsx_csv_and_parquet(tmp_path):
    rows = [[*HEAD], ["A1", 2025, 1.5], ["A2", 2024, 0], ["007", 2025, None]]
    content = "\n".join(",".join("" if value is None else str(value) for value in row) for row in rows)
    frame = gpd.pd.DataFrame(rows[1:], columns=list(HEAD))
    frame.to_parquet(tmp_path / "c.parquet")
    names = [sheet(tmp_path, "a.xlsx", rows), text(tmp_path, "b.csv", content), "c.parquet"]
    read_as = [part(tmp_path, accounts=name).drop(columns="source_row") for name in names]
    for other in read_as[1:]:
        gpd.pd.testing.assert_frame_equal(read_as[0], other)


# ------------------------------------------------------------------------------------- text, encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encoding_of_a_csv_is_found(tmp_path, encoding):
    name = text(
        tmp_path, "a.csv", "统一社会信用代码,企业名称,行业代码(GB/T 4754—2017)\nA1,安澜瑞禾粮油,1310\n", encoding
    )
    assert part(tmp_path, "enterprises", enterprises=name)["name"].tolist() == ["安澜瑞禾粮油"]


def test_big5_is_no_gb18030_and_is_fatal_unless_declared(tmp_path):
    content = "uscc,name,industry_code\nA1,碁銹裏墻恒粧嫺企業,1310\n"
    name = text(tmp_path, "a.csv", content, "cp950")
    line = only_fault(tmp_path, enterprises=name)
    assert "ENCODING" in line
    assert "gb18030" in line
    entry = {"path": name, "encoding": "big5"}
    assert part(tmp_path, "enterprises", enterprises=entry)["name"].tolist() == ["碁銹裏墻恒粧嫺企業"]


def test_a_declared_encoding_that_does_not_fit_is_fatal_and_says_what_does(tmp_path):
    name = text(tmp_path, "a.csv", "uscc,name,industry_code\nA1,安澜,1310\n", "gbk")
    line = only_fault(tmp_path, enterprises={"path": name, "encoding": "UTF-8"})
    assert "gb18030" in line
    assert "unknown encoding" in only_fault(tmp_path, enterprises={"path": name, "encoding": "火星文"})


@given(st.text(st.characters(codec="gb18030", exclude_categories=("Cs", "Co", "Cn", "Cc")), min_size=1))
@settings(deadline=None)
def test_utf_8_text_is_always_taken_for_utf_8(value):
    if "\ufffd" not in value:
        assert text_encoding(f"面积{value}".encode(), declared=None, where="x").codec == "utf-8"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    name = text(tmp_path, "a.csv", f"uscc{delimiter}year{delimiter}tax_wan\nA1{delimiter}2025{delimiter}1\n")
    assert part(tmp_path, accounts=name)["tax_wan"].tolist() == [1.0]


def test_quoted_line_breaks_blank_lines_and_short_rows_keep_the_row_numbers(tmp_path):
    content = 'uscc,name,industry_code\nA1,"安澜\n瑞禾",1310\n\nA2,乙\nA3,丙,17.0\n\n\n'
    frame = part(tmp_path, "enterprises", enterprises=text(tmp_path, "a.csv", content))
    assert frame["name"].tolist() == ["安澜 瑞禾", "乙", "丙"]
    assert frame["industry_code"].tolist()[::2] == ["1310", "17"]
    assert frame["source_row"].tolist() == [2, 4, 5]


def test_a_row_with_more_cells_than_headers_is_fatal(tmp_path):
    name = text(tmp_path, "a.csv", "uscc,year,tax_wan\nA1,2025,1,234.5\n")
    assert "rows with more cells than headers: 2" in only_fault(tmp_path, accounts=name)


def test_the_header_of_a_csv_may_stand_below_a_title(tmp_path):
    name = text(tmp_path, "a.csv", '"安澜县\n税收",,\nuscc,year,tax_wan\nA1,2025,1\n')
    frame = part(tmp_path, accounts={"path": name, "header_rows": 2})
    assert frame["source_row"].tolist() == [3]


def test_a_csv_of_a_header_only_is_an_empty_table(tmp_path):
    assert len(part(tmp_path, accounts=text(tmp_path, "a.csv", "uscc,year,tax_wan\n"))) == 0


def test_identifiers_of_a_csv_keep_their_zeros_and_lost_ones_are_errors(tmp_path):
    content = "uscc,name,industry_code\n0012,甲,1310\n9.90781E+18,乙,1310\n"
    raw = read(tmp_path, enterprises=text(tmp_path, "a.csv", content))
    assert raw.of("enterprises")[0].frame["uscc"].tolist()[0] == "0012"
    assert raw.issues[["code", "severity", "value", "source_row"]].to_numpy().tolist() == [
        ["ID_LOST_DIGITS", "error", "9.90781E+18", 3]
    ]


# --------------------------------------------------------------------------------------------- geometry


@pytest.mark.parametrize("name", ["p.shp", "p.gpkg", "p.parquet", "p.geojson", "p.fgb"])
def test_every_vector_format_gives_geometry_wkb_and_crs(tmp_path, name):
    crs = 4326 if name.endswith("geojson") else 4528
    shapes = boxes(3, 118.6, 38.6) if crs == 4326 else boxes(3)
    shapes = (
        [shapely.box(118.6 + i / 100, 38.6, 118.601 + i / 100, 38.601) for i in range(3)] if crs == 4326 else shapes
    )
    layer(tmp_path, name, crs=crs, geometry=shapes, parcel_id=["P1", "P2", "P3"])
    raw = read(tmp_path, parcels=name).of("parcels")[0]
    assert raw.crs == f"EPSG:{crs}"
    assert raw.frame["parcel_id"].sort_values().tolist() == ["P1", "P2", "P3"]
    assert raw.frame["source_row"].tolist() == [1, 2, 3]
    assert shapely.equals(raw.geometry, shapely.from_wkb(raw.wkb)).all()
    assert np.isclose(shapely.area(raw.geometry).sum(), shapely.area(np.array(shapes)).sum())
    assert raw.sheet == ("p" if name.endswith("gpkg") else "")


def test_a_missing_geometry_stays_missing_and_damaged_wkb_is_an_error(tmp_path):
    layer(tmp_path, "p.parquet", geometry=[*boxes(2), None], parcel_id=["P1", "P2", "P3"])
    table = pq.read_table(tmp_path / "p.parquet")
    shapes = table.column("geometry").to_pylist()
    shapes[1] = b"\x01\x02"
    place = table.schema.get_field_index("geometry")
    pq.write_table(table.set_column(place, table.schema.field("geometry"), [shapes]), tmp_path / "p.parquet")
    raw = read(tmp_path, parcels="p.parquet")
    assert [shape is None for shape in raw.of("parcels")[0].geometry] == [False, True, True]
    assert raw.issues[["code", "key", "source_row"]].to_numpy().tolist() == [["GEOMETRY_UNREADABLE", "P2", 2]]


def test_attribute_files_of_parcels_need_a_key_and_one_file_needs_geometry(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [["宗地代码", "坐落"], ["P1", "创新大道1号"]])
    raw = read(tmp_path, parcels=[layer(tmp_path), name])
    assert raw.of("parcels")[1].geometry is None
    assert "no geometry" in only_fault(tmp_path, parcels=name)
    other = sheet(tmp_path, "b.xlsx", [["代码", "坐落"], ["P1", "x"]])
    assert "缺少必需字段 parcel_id" in only_fault(tmp_path, parcels=[layer(tmp_path), other])


def test_land_prices_need_no_geometry(tmp_path):
    name = text(tmp_path, "p.csv", "price_level,price_yuan_per_m2\n一级,420\n")
    assert read(tmp_path, land_prices=name).of("land_prices")[0].geometry is None


def test_a_layer_is_chosen_by_name_and_several_without_a_name_are_fatal(tmp_path):
    layer(tmp_path, "a.gpkg")
    gpd.GeoDataFrame({"parcel_id": ["X"]}, geometry=boxes(1), crs=4528).to_file(
        tmp_path / "a.gpkg", layer="旧", mode="a"
    )
    gpd.read_file(tmp_path / "a.gpkg", layer="旧").to_file(tmp_path / "b.gpkg", layer="甲")
    gpd.read_file(tmp_path / "a.gpkg", layer="旧").to_file(tmp_path / "b.gpkg", layer="乙", mode="a")
    assert "a | 旧" in only_fault(tmp_path, parcels="a.gpkg")
    assert len(read(tmp_path, parcels={"path": "a.gpkg", "layer": "a"}).of("parcels")[0].frame) == 2
    assert read(tmp_path, parcels={"path": "a.gpkg", "layer": "旧"}).of("parcels")[0].frame["parcel_id"].tolist() == [
        "X"
    ]
    assert "甲 | 乙" in only_fault(tmp_path, parcels="b.gpkg")
    assert "no such layer: 丙" in only_fault(tmp_path, parcels={"path": "b.gpkg", "layer": "丙"})


def test_the_layer_called_as_its_file_is_taken_from_among_lines_and_points_with_a_note(tmp_path):
    layer(tmp_path, "a.gpkg")
    for name, shape in {"道路": shapely.LineString([(0, 0), (1, 1)]), "界址点": shapely.Point(0, 0)}.items():
        gpd.GeoDataFrame({"n": [1]}, geometry=[shape], crs=4528).to_file(tmp_path / "a.gpkg", layer=name, mode="a")
    raw = read(tmp_path, parcels="a.gpkg")
    assert len(raw.of("parcels")[0].frame) == 2
    told = worded_issues(raw.issues, "zh")
    assert told["code"].tolist() == ["LAYERS_NOT_READ"]
    assert told["message"].tolist() == ["项目文件未写明图层，读取了与文件同名的“a”；未读取：道路、界址点"]
    assert codes(read(tmp_path, parcels={"path": "a.gpkg", "layer": "a"})) == []


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon Z", "CurvePolygon", "MultiSurface", "Unknown", "TIN"])
def test_a_layer_that_may_hold_areas_is_never_passed_over_for_the_name_of_the_file(kind):
    with pytest.raises(InputError):
        choose_layer([("a", "Polygon"), ("b", kind)], None, stem="a", name="a.gdb", geometry=True)


@pytest.mark.parametrize("kind", ["Point", "MultiLineString", "LineString Z", "CompoundCurve", "MultiCurve"])
def test_lines_and_points_are_passed_over(kind):
    layers = [("a", "Polygon"), ("b", kind)]
    assert choose_layer(layers, None, stem="a", name="a.gdb", geometry=True) == "a"
    with pytest.raises(InputError):
        choose_layer(layers, None, stem="c", name="c.gdb", geometry=True)


# ------------------------------------------------------------------------------------------- shapefiles


def test_a_gbk_shapefile_without_cpg_reads_its_names_and_texts(tmp_path):
    shapefile(tmp_path, "p.shp", "GB18030", 宗地代码=["P1"], 土地使用权人=["安澜㼆禾公司"], 坐落=["创新大道"])
    raw = read(tmp_path, parcels="p.shp").of("parcels")[0]
    assert raw.headers == {"parcel_id": "宗地代码", "address": "坐落", "holder": "土地使用权"}
    assert raw.frame["holder"].tolist() == ["安澜㼆禾公司"]


def test_a_utf_8_shapefile_without_cpg_is_told_by_its_bytes(tmp_path):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=["P1"], holder=["安澜瑞禾"])
    assert read(tmp_path, parcels="p.shp").of("parcels")[0].frame["holder"].tolist() == ["安澜瑞禾"]


def test_declared_beats_cpg_and_cpg_beats_the_language_byte(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", ["安澜".encode("gbk"), b"abcdefgh"], language=0x4F)
    where = tmp_path / "t.shp"
    (tmp_path / "t.cpg").write_text("GBK")
    assert dbf_encoding(where, declared=None, where="t") == "gb18030"
    assert dbf_encoding(where, declared="cp936", where="t") == "gb18030"
    (tmp_path / "t.cpg").unlink()
    assert dbf_encoding(where, declared=None, where="t") == "cp950"
    set_language(where, 0x4D)
    assert dbf_encoding(where, declared=None, where="t") == "gb18030"


@pytest.mark.parametrize("language", [0x00, 0x03, 0x57])
def test_a_language_byte_of_habit_says_nothing(tmp_path, language):
    dbf(tmp_path / "t.dbf", b"NAME", ["安澜".encode("gbk")], language=language)
    assert dbf_encoding(tmp_path / "t.shp", declared=None, where="t") == "gb18030"
    dbf(tmp_path / "t.dbf", b"NAME", ["安澜".encode()], language=language)
    assert dbf_encoding(tmp_path / "t.shp", declared=None, where="t") == "utf-8"


def test_a_character_cut_at_the_end_of_a_field_does_not_spoil_the_test(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", ["安澜县".encode()[:8], b"x"])
    assert dbf_encoding(tmp_path / "t.shp", declared=None, where="t") == "utf-8"
    dbf(tmp_path / "t.dbf", b"NAME", ["安澜县".encode("gbk")[:5], b"x"])
    assert dbf_encoding(tmp_path / "t.shp", declared=None, where="t") == "gb18030"


def test_a_cpg_that_does_not_fit_the_bytes_is_fatal(tmp_path):
    dbf(tmp_path / "t.dbf", b"NAME", ["安澜".encode("gbk")])
    (tmp_path / "t.cpg").write_text("UTF-8")
    with pytest.raises(InputError, match="gb18030"):
        dbf_encoding(tmp_path / "t.shp", declared=None, where="t")


def test_a_unit_cut_off_with_the_field_name_is_fatal_until_declared(tmp_path):
    shapefile(tmp_path, "p.shp", "GB18030", **{"宗地代码": ["P1"], "证载面积（亩）": [3.0]})
    assert "unknown unit" in only_fault(tmp_path, parcels="p.shp")
    entry = {"path": "p.shp", "units": {"registered_area_m2": "亩"}}
    assert read(tmp_path, parcels=entry).of("parcels")[0].frame["registered_area_m2"].tolist() == [2000.0]


def test_a_dbf_alone_is_a_table(tmp_path):
    shapefile(tmp_path, "p.shp", "GB18030", 宗地代码=["P1"], 坐落=["创新大道"])
    (tmp_path / "登记.dbf").write_bytes((tmp_path / "p.dbf").read_bytes())
    raw = read(tmp_path, parcels=["p.shp", "登记.dbf"]).of("parcels")[1]
    assert raw.geometry is None
    assert raw.frame["address"].tolist() == ["创新大道"]


def test_an_old_workbook_and_an_open_document_read_like_the_new_one(tmp_path, soffice):
    rows = [[*HEAD, "成立"], ["A1", 2025, 1.5, dt.date(2024, 3, 15)], ["合计", None, 1.5, None]]
    sheet(tmp_path, "a.xlsx", rows, hidden=[["x"]])
    first = part(tmp_path, accounts="a.xlsx")
    for kind in ("xls", "ods"):
        command = [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", kind]
        subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")], check=True, capture_output=True)
        gpd.pd.testing.assert_frame_equal(part(tmp_path, accounts=f"a.{kind}"), first)


def test_missing_side_files_are_fatal(tmp_path):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=["P1"])
    (tmp_path / "p.dbf").unlink()
    assert ".dbf" in only_fault(tmp_path, parcels="p.shp")


# ------------------------------------------------------------------------------------------------ place


def test_a_missing_crs_is_fatal_and_a_declared_one_is_taken(tmp_path):
    layer(tmp_path, "p.shp", crs=None)
    assert "the CRS is missing" in only_fault(tmp_path, parcels="p.shp")
    assert read(tmp_path, parcels={"path": "p.shp", "crs": "EPSG:4528"}).of("parcels")[0].crs == "EPSG:4528"
    assert "not a CRS" in only_fault(tmp_path, parcels={"path": "p.shp", "crs": "中国坐标"})


def test_geoparquet_without_crs_means_longitude_and_latitude_and_null_means_unknown(tmp_path):
    shape = [shapely.box(118.6, 38.6, 118.601, 38.601)]
    layer(tmp_path, "p.parquet", crs=None, geometry=shape, parcel_id=["P1"])
    assert "the CRS is missing" in only_fault(tmp_path, parcels="p.parquet")
    table = pq.read_table(tmp_path / "p.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["crs"]
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), tmp_path / "p.parquet")
    assert read(tmp_path, parcels="p.parquet").of("parcels")[0].crs == "OGC:CRS84"


def test_files_of_one_table_in_another_zone_are_brought_to_that_of_the_first_with_a_note(tmp_path):
    layer(tmp_path, "a.gpkg", parcel_id=["P1"])
    shape = gpd.GeoSeries(boxes(1), crs=4528).to_crs(4527)
    layer(tmp_path, "b.gpkg", crs=4527, geometry=shape.tolist(), parcel_id=["P2"])
    raw = read(tmp_path, parcels=["a.gpkg", "b.gpkg"])
    first, second = raw.of("parcels")
    assert (first.crs, second.crs) == ("EPSG:4528", "EPSG:4528")
    assert shapely.hausdorff_distance(first.geometry[0], second.geometry[0]) < 1e-3
    assert shapely.equals(second.geometry[0], shapely.from_wkb(second.wkb[0]))
    assert raw.issues[["code", "severity", "value", "source_file"]].to_numpy().tolist() == [
        ["CRS_TRANSFORMED", "note", "EPSG:4527", "b.gpkg"]
    ]


def test_one_system_under_two_names_is_not_transformed(tmp_path):
    layer(tmp_path, "a.gpkg", parcel_id=["P1"])
    layer(tmp_path, "b.shp", parcel_id=["P2"])
    raw = read(tmp_path, parcels=["a.gpkg", "b.shp"])
    assert codes(raw) == []
    assert raw.of("parcels")[1].crs == "EPSG:4528"


def test_data_outside_the_region_are_fatal_and_it_says_where_they_would_lie(tmp_path):
    region = {"lon": 118.60, "lat": 38.60, "radius_km": 12}
    layer(tmp_path, "in.gpkg")
    read(tmp_path, parcels="in.gpkg", region=region)
    layer(tmp_path, "out.gpkg", crs=4528, geometry=boxes(2, EAST, NORTH + 100_000), parcel_id=["P1", "P2"])
    line = only_fault(tmp_path, parcels="out.gpkg", region=region)
    assert "39.5" in line
    assert "100." in line


def test_the_wrong_zone_is_found_by_the_region(tmp_path):
    region = {"lon": 118.60, "lat": 38.60, "radius_km": 12}
    layer(tmp_path, "p.shp", crs=None)
    assert "outside the region" in only_fault(tmp_path, parcels={"path": "p.shp", "crs": "EPSG:4527"}, region=region)


def test_the_radius_itself_is_inside(tmp_path):
    from pyproj import Geod, Transformer

    layer(tmp_path, "p.gpkg", parcel_id=["P1"])
    lon, lat = Transformer.from_crs(4528, 4326, always_xy=True).transform(EAST + 50, NORTH + 50)
    distance = Geod(ellps="WGS84").inv(lon, lat, 118.5, 38.5)[2] / 1000
    read(tmp_path, parcels="p.gpkg", region={"lon": 118.5, "lat": 38.5, "radius_km": distance})
    with pytest.raises(InputError):
        read(tmp_path, parcels="p.gpkg", region={"lon": 118.5, "lat": 38.5, "radius_km": distance - 1e-6})


def test_metres_under_a_geographic_crs_are_fatal(tmp_path):
    layer(tmp_path, "p.shp", crs=None)
    assert "no degrees" in only_fault(tmp_path, parcels={"path": "p.shp", "crs": "EPSG:4490"})


# ----------------------------------------------------------------------------------------------- faults


def test_all_faults_are_raised_at_once(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [["名称", "年度"], ["甲", 2025]])
    layer(tmp_path, "p.shp", crs=None)
    found = faults(
        tmp_path, parcels="p.shp", accounts=name, enterprises="nix.csv", context=["nix.shp"], buildings="p.shp"
    )
    assert {fault.where for fault in found} == {"p.shp", "a.xlsx [数据]", "nix.csv", "nix.shp"}


@pytest.mark.parametrize(
    "path",
    ["http://x/y.gpkg", "/vsicurl/http://x/y.shp", "s3://b/k.parquet", "GPKG:a.gpkg", "zip://a.zip!b.shp", "a!b.shp"],
)
def test_urls_and_virtual_paths_are_refused(tmp_path, path):
    assert "不接受网址或虚拟路径" in only_fault(tmp_path, parcels=path)


@pytest.mark.parametrize(
    "content",
    [
        '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>o.shp</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
        "<html><table><tr><td>宗地代码</td></tr></table></html>",
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x"}',
        '{"type": "Topology", "objects": {}}',
        "",
        "\x00\x01\x02\x03",
    ],
)
def test_vrt_html_commands_and_rubbish_are_refused(tmp_path, content):
    text(tmp_path, "p.gpkg", content)
    assert len(faults(tmp_path, parcels="p.gpkg")) == 1


def test_a_missing_file_names_the_nearest_one(tmp_path):
    layer(tmp_path, "parcels.gpkg")
    assert "parcels.gpkg" in only_fault(tmp_path, parcels="parcel.gpkg")
    (tmp_path / "数据").mkdir()
    assert "is a folder" in only_fault(tmp_path, parcels="数据")


def test_a_damaged_file_is_a_fault_and_no_traceback(tmp_path):
    for name, head in (
        ("a.gpkg", b"SQLite format 3\0"),
        ("a.parquet", b"PAR1"),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.fgb", b"fgb\x03"),
    ):
        (tmp_path / name).write_bytes(head + b"rubbish" * 20)
        assert len(faults(tmp_path, parcels=name)) == 1


def test_chinese_names_spaces_and_backslashes_in_paths_work(tmp_path):
    folder = tmp_path / "数据 目录"
    folder.mkdir()
    layer(folder, "宗地 一.gpkg")
    raw = read(tmp_path, parcels="数据 目录\\宗地 一.gpkg")
    assert raw.of("parcels")[0].file == "数据 目录/宗地 一.gpkg"
    assert raw.inputs[0].name == "数据 目录/宗地 一.gpkg"


# ----------------------------------------------------------------------------------------- fingerprints


def test_every_input_file_is_fingerprinted_once_and_a_shapefile_with_all_its_files(tmp_path):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=["P1"])
    name = text(tmp_path, "a.csv", "uscc,year,tax_wan,name,industry_code\nA1,2025,1,甲,1310\n")
    road = layer(tmp_path, "road.gpkg")
    raw = read(tmp_path, parcels="p.shp", accounts=name, enterprises=name, context=road)
    assert [file.name for file in raw.inputs] == ["p.dbf", "p.prj", "p.shp", "p.shx", "a.csv", "road.gpkg"]
    for file in raw.inputs:
        content = (tmp_path / file.name).read_bytes()
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_reading_twice_gives_the_same_and_leaves_the_files_as_they_were(tmp_path):
    name = sheet(tmp_path, "a.xlsx", [[*HEAD], ["A1", 2025, "约1"], ["A2", 2025, 2]])
    plan = project(tmp_path, accounts=name)
    first, second = read_tables(plan), read_tables(plan)
    assert first.inputs == second.inputs
    gpd.pd.testing.assert_frame_equal(first.issues, second.issues)
    gpd.pd.testing.assert_frame_equal(first.of("accounts")[0].frame, second.of("accounts")[0].frame)


def test_every_issue_of_the_room_can_be_worded_in_both_languages(tmp_path):
    layer(
        tmp_path, "b.gpkg", crs=4527, geometry=gpd.GeoSeries(boxes(1), crs=4528).to_crs(4527).tolist(), parcel_id=["P2"]
    )
    rows = [["宗地代码", "实际动工(开工)时间", "动工状态"], ["P1", "2105-03-01", "快了"], ["合计", None, None]]
    raw = read(tmp_path, parcels=[layer(tmp_path), "b.gpkg", sheet(tmp_path, "a.xlsx", rows)])
    assert sorted(codes(raw)) == ["CHOICE_UNKNOWN", "CRS_TRANSFORMED", "DATE_IMPLAUSIBLE", "TOTAL_ROW"]
    for language in ("zh", "en"):
        worded = worded_issues(raw.issues, language)
        assert not worded["message"].str.contains(r"[{}]").any()
        assert worded["owner"].str.len().gt(0).all()
