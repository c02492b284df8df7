"""Texts that were garbled before they came: told, shown where they could be turned back, never repaired in silence."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_builders import dbf, layer, part, project, shapefile, sheet, text

from landuse.errors import InputError
from landuse.read import read_tables
from landuse.read.garbled import _judged, garbled_headers, ungarbled
from landuse.read.source import Cells, Source
from landuse.tables import worded_issues

NAME = "安澜瑞禾粮油食品有限公司"
HEAD = ["统一社会信用代码", "企业名称", "行业代码(GB/T 4754—2017)"]


def enterprises(folder, names, head=HEAD):
    rows = [head, *([f"A{n}", name, "1310"] for n, name in enumerate(names, start=1))]
    return read_tables(project(folder, enterprises=sheet(folder, "a.xlsx", rows)))


def found(raw):
    return raw.issues[["code", "severity", "column", "source_row", "value"]].to_numpy().tolist()


def names_of(raw):
    return [name if isinstance(name, str) else None for name in raw.of("enterprises")[0].frame["name"]]


def fault(folder, names, **more):
    with pytest.raises(InputError) as error:
        enterprises(folder, names, **more)
    (one,) = error.value.faults
    return "\n".join(one.lines())


UTF8_AS_GBK = NAME.encode().decode("gb18030")
UTF8_AS_WESTERN = "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in NAME.encode())
GBK_AS_WESTERN = NAME.encode("gbk").decode("latin-1")
GBK_AS_UTF8 = NAME.encode("gbk").decode("utf-8", errors="replace")
TWICE = GBK_AS_UTF8.encode().decode("gbk", errors="ignore")


@pytest.mark.parametrize("wrong", [UTF8_AS_GBK, UTF8_AS_WESTERN, GBK_AS_WESTERN])
def test_a_text_that_could_be_turned_back_is_an_error_that_says_what_was_meant(tmp_path, wrong):
    raw = enterprises(tmp_path, ["甲公司", "乙公司", "丙公司", wrong])
    assert found(raw) == [["TEXT_GARBLED", "error", "name", 5, wrong]]
    assert names_of(raw) == ["甲公司", "乙公司", "丙公司", None]
    for language, word in (("zh", f"原文应为“{NAME}”"), ("en", f"“{NAME}” was meant")):
        assert word in worded_issues(raw.issues, language)["message"].iloc[0]


@pytest.mark.parametrize("wrong", [UTF8_AS_GBK, UTF8_AS_WESTERN, GBK_AS_WESTERN])
def test_a_column_that_could_be_turned_back_is_refused_with_the_rows_shown(tmp_path, wrong):
    line = fault(tmp_path, [wrong, wrong, "丙公司"])
    assert "企业名称:2 处文字在送到之前被用错的编码读过" in line
    assert f" → {NAME}" in line


@pytest.mark.parametrize(
    "wrong",
    [
        GBK_AS_UTF8, TWICE, "锟斤拷锟斤拷", "????????", "安澜??有限公司", "烫烫烫烫", "鍒涙柊澶ч亾12鍙?", "涓浗",
        "\ufffd\ufffd公司",
    ],
)  # fmt: skip
def test_a_text_whose_characters_are_lost_is_an_error_and_unknown(tmp_path, wrong):
    raw = enterprises(tmp_path, ["甲公司", wrong])
    assert found(raw) == [["TEXT_LOST", "error", "name", 3, wrong]]
    assert names_of(raw) == ["甲公司", None]


@pytest.mark.parametrize(
    "right",
    [
        "安澜?禾公司", "是否??", "待定?", "A·B公司", "m²", "Köln GmbH", "Société Générale", "São Conceição",
        "堃泰喆㼆𬭚公司",
        "陈锟", "屯屯镇", "株式会社のり", "ООО Восток", "面积×系数±1℃", "№12", "①②", "２号",
    ],
)  # fmt: skip
def test_an_honest_text_is_left_alone(tmp_path, right):
    raw = enterprises(tmp_path, ["甲公司", right])
    assert found(raw) == []
    assert names_of(raw)[1] is not None


def test_a_character_made_on_the_senders_computer_is_kept_with_a_warning(tmp_path):
    raw = enterprises(tmp_path, ["张\ue863公司"])
    assert found(raw) == [["TEXT_PRIVATE", "warning", "name", 2, "张\ue863公司"]]
    assert names_of(raw) == ["张\ue863公司"]
    raw = enterprises(tmp_path, ["张\ue863公司"] * 21)
    assert raw.issues["code"].tolist() == ["TEXT_PRIVATE_COLUMN"]


@pytest.mark.parametrize(("count", "codes"), [(20, ["TEXT_LOST"] * 20), (21, ["TEXT_LOST_COLUMN"])])
def test_up_to_twenty_lost_cells_are_told_one_by_one_and_more_as_a_column(tmp_path, count, codes):
    raw = enterprises(tmp_path, ["甲公司"] * 3 + ["锟斤拷"] * count)
    assert raw.issues["code"].tolist() == codes
    assert str(count) in worded_issues(raw.issues, "zh")["message"].iloc[0] or count == 20
    assert names_of(raw) == ["甲公司"] * 3 + [None] * count


@pytest.mark.parametrize(("honest", "is_refused"), [(2, True), (3, False)])
def test_two_garbled_cells_are_a_garbled_column_when_they_are_half_of_its_texts(tmp_path, honest, is_refused):
    names = [UTF8_AS_GBK] * 2 + ["甲公司"] * honest
    if is_refused:
        assert NAME in fault(tmp_path, names)
    else:
        assert enterprises(tmp_path, names).issues["code"].tolist() == ["TEXT_GARBLED"] * 2


def test_one_garbled_cell_alone_is_an_error_and_no_refusal(tmp_path):
    assert enterprises(tmp_path, [UTF8_AS_GBK]).issues["code"].tolist() == ["TEXT_GARBLED"]


def test_a_lost_identifier_is_blank(tmp_path):
    rows = [HEAD, ["锟斤拷", "甲公司", "1310"]]
    raw = read_tables(project(tmp_path, enterprises=sheet(tmp_path, "a.xlsx", rows)))
    assert found(raw)[0] == ["TEXT_LOST", "error", "uscc", 2, "锟斤拷"]
    assert raw.of("enterprises")[0].frame["uscc"].isna().all()


# ---------------------------------------------------------------------------------------------------- headers


def test_garbled_headers_are_refused_with_what_was_meant(tmp_path):
    line = fault(tmp_path, ["甲"], head=[HEAD[0], HEAD[1].encode().decode("gb18030"), HEAD[2]])
    assert "→ 企业名称" in line


def test_headers_that_are_lost_are_refused_when_they_are_half_of_all(tmp_path):
    assert "headers were garbled" in fault(tmp_path, ["甲"], head=["????????", "锟斤拷", "行业代码(GB/T 4754—2017)"])
    source = Source("a.csv", "", ("宗地代码", "坐落", "????"), lambda wanted, with_geometry: None)
    assert garbled_headers(source) == []


def test_a_csv_that_was_saved_in_utf_8_after_a_wrong_reading_is_refused(tmp_path):
    name = text(tmp_path, "a.csv", f"uscc,name,industry_code\nA1,{UTF8_AS_GBK},1310\nA2,{UTF8_AS_GBK},1310\n")
    with pytest.raises(InputError, match=NAME):
        read_tables(project(tmp_path, enterprises=name))


# ------------------------------------------------------------------------------------------------- shapefiles


@pytest.mark.parametrize(("encoding", "kept"), [("gbk", "安澜"), ("utf-8", "安"), ("cp950", "安縣")])
def test_a_text_cut_off_by_the_width_of_its_field_is_a_warning(tmp_path, encoding, kept):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=["P1"])
    whole = ("安縣業" if encoding == "cp950" else "安澜县").encode(encoding)
    dbf(tmp_path / "登记.dbf", b"holder", [whole[:5], b"x"])
    entry = {"path": "登记.dbf", "encoding": encoding, "columns": {"parcel_id": {"value": "P1"}}}
    raw = read_tables(project(tmp_path, parcels=["p.shp", entry]))
    issues = raw.issues[["code", "column", "source_row", "value"]].to_numpy().tolist()
    assert issues == [["TEXT_CUT", "holder", 1, kept]]
    assert raw.of("parcels")[1].frame["holder"].tolist() == [kept, "x"]


def test_bytes_of_another_encoding_inside_a_geopackage_are_refused(tmp_path):
    import sqlite3

    layer(tmp_path, "p.gpkg", parcel_id=["P1", "P2"], holder=["甲", "乙"])
    base = sqlite3.connect(tmp_path / "p.gpkg")
    base.execute("DROP TRIGGER IF EXISTS trigger_insert_feature_count_p")
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    base.execute("UPDATE p SET holder = CAST(? AS TEXT) WHERE parcel_id = 'P2'", ("安澜".encode("gbk"),))
    base.commit()
    base.close()
    with pytest.raises(InputError, match="安澜"):
        part(tmp_path, "parcels", parcels="p.gpkg")


# ------------------------------------------------------------------------------------------------- properties

LETTERS = "安澜瑞禾粮油食品有限公司石桥鑫达鞋业青塘水泥制品厂创新大道号"
HONEST = st.text(LETTERS + "0123456789ABC（）·-", min_size=3, max_size=20)


@given(HONEST)
@settings(deadline=None)
def test_no_name_of_a_bureau_is_taken_for_garbled(name):
    assert _judged(name) == ("", "")


@given(st.text(LETTERS, min_size=3, max_size=20))
@settings(deadline=None)
def test_every_name_read_in_a_wrong_encoding_is_told(name):
    assert _judged(name.encode("gbk").decode("latin-1"))[1] == "TEXT_GARBLED"
    assert _judged("".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in name.encode()))[0] == name
    assert _judged(name.encode().decode("gb18030", errors="replace"))[1] in {"TEXT_GARBLED", "TEXT_LOST"}


@given(st.lists(st.one_of(st.none(), HONEST, st.just(UTF8_AS_GBK)), max_size=30), st.integers(0, 5))
@settings(deadline=None)
def test_the_rows_are_right_wherever_the_array_begins(values, start):
    wrong = [number for number, value in enumerate(values[start:]) if value == UTF8_AS_GBK]
    cells = Cells(len(values[start:]), text=pa.array(values, pa.large_string())[start:])
    try:
        _, findings = ungarbled(cells, where="a", header="b")
    except InputError:
        assert len(wrong) >= 2
        return
    assert [int(row) for finding in findings for row in finding.rows] == wrong
    assert np.all([finding.code == "TEXT_GARBLED" for finding in findings])
