"""The list of fields beside a Shapefile of ours gives the units back, and never those of another file."""

from __future__ import annotations

import tomllib

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from read_builders import boxes, codes, faults_of, read

from landuse.propose import propose
from landuse.read.field_list import lists_beside
from landuse.read.units import has_choice
from landuse.tables import columns, unit_title
from landuse.write.exchange.fieldlist import write_field_list
from landuse.write.exchange.layer import Field, LayerTable
from landuse.write.exchange.naming import short_titles
from landuse.write.exchange.shapefile import write_shapefile

CODE = "990781001001GB00001"
SAMPLES = {"date": "2024-02-29", "number": 12.5, "integer": 3, "key": "K1", "text": "甲"}


def field(name, value, **more):
    return Field(name, "number" if isinstance(value, float) else "text", pa.array([value]), **more)


def made(folder, *fields, listed="a_字段说明.xlsx", lang="zh", file="a.shp"):
    """Write one parcel of 1 ha with the fields, and their list beside it."""
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    layer = LayerTable("a", (field("宗地代码", CODE), *fields), np.array(boxes(1), dtype=object), "EPSG:4528")
    shape = write_shapefile(folder / file, layer)
    write_field_list((folder / file).parent / listed, shape, crs="EPSG:4528", lang=lang)
    return shape


def parcel(folder, file="a.shp"):
    raw = read(folder, parcels=file)
    return raw.of("parcels")[0].frame, raw


# ----------------------------------------------------------------------------------------- round trip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("listed", ["a_字段说明.xlsx", "字段说明.xlsx", "fields.xlsx"])
def test_every_input_column_of_the_parcels_comes_back_in_its_unit_without_a_word(listed, lang, tmp_path):
    known = {n: c for n, c in columns("input", "parcels").items() if not c.choices and c.kind in SAMPLES}
    fields = tuple(
        Field(
            name, "number" if one.kind == "number" else "text",
            pa.array([12.5 if one.kind == "number" else str(SAMPLES[one.kind])]),
            title=one.title(lang), unit=unit_title(one.unit, lang), short=short_titles()[name],
        )
        for name, one in known.items() if name != "parcel_id"
    )  # fmt: skip
    made(tmp_path, *fields, listed=listed, lang=lang)
    frame, raw = parcel(tmp_path)
    measured = [name for name, one in known.items() if has_choice(one.unit)]
    assert len(measured) == 8
    assert {name: frame[name][0] for name in measured} == dict.fromkeys(measured, 12.5)
    assert set(known) <= set(frame.columns)
    assert (frame["holder_uscc"][0], f"{frame['start_due'][0]:%Y-%m-%d}") == ("K1", "2024-02-29")
    assert codes(raw).count("FIELD_LIST_USED") == 1


@pytest.mark.parametrize(
    ("title", "unit", "name", "value"),
    [
        ("证载面积(亩)", "", "registered_area_m2", 15 * 2000 / 3),
        ("证载面积(㎡)", "", "registered_area_m2", 15.0),
        ("证载面积", "亩", "registered_area_m2", 15 * 2000 / 3),
        ("registered_area_ha", "", "registered_area_m2", 150_000.0),
        ("已投资额(不含地价)(万元)", "", "invest_actual_wan", 15.0),
        ("已投资额(不含地价)", "元", "invest_actual_wan", 0.0015),
        ("invest_actual_wan", "", "invest_actual_wan", 15.0),
    ],
)
def test_the_unit_of_a_full_title_is_that_of_the_short_name(title, unit, name, value, tmp_path):
    made(tmp_path, field(title, 15.0, unit=unit))
    frame, _ = parcel(tmp_path)
    assert frame[name][0] == pytest.approx(value, rel=1e-12)


def test_what_a_run_computed_is_not_taken_for_what_was_registered(tmp_path):
    """The area of the register in mu, and what a run used: both are called area in the list."""
    made(
        tmp_path,
        field("registered_area_mu", 15.0, title="证载面积", unit="亩", short="证载面积亩"),
        field("projected_area_m2", 9999.0, title="投影(平面)面积", unit="平方米", short="投影面积"),
    )
    frame, _ = parcel(tmp_path)
    assert frame["registered_area_m2"].tolist() == [10_000.0]


def test_a_list_above_a_folder_called_shp_is_that_of_its_files(tmp_path):
    made(tmp_path, field("证载面积(亩)", 15.0), file="shp/宗地.shp", listed="字段说明.xlsx")
    (tmp_path / "shp/字段说明.xlsx").rename(tmp_path / "字段说明.xlsx")
    frame, raw = parcel(tmp_path, "shp/宗地.shp")
    assert frame["registered_area_m2"].tolist() == [10_000.0]
    assert "shp/../字段说明.xlsx" in [one.name for one in raw.inputs]


def test_what_is_declared_beats_the_list(tmp_path):
    made(tmp_path, field("证载面积(亩)", 15.0))
    entry = {"path": "a.shp", "units": {"registered_area_m2": "公顷"}}
    assert read(tmp_path, parcels=entry).of("parcels")[0].frame["registered_area_m2"].tolist() == [150_000.0]


def test_init_names_the_list_as_its_evidence(tmp_path):
    made(tmp_path, field("invest_actual_wan", 15.0, short="已投资额"), field("证载面积(亩)", 15.0))
    found = propose([tmp_path / "a.shp"], tmp_path)
    tree = tomllib.loads(found.text)["inputs"]
    assert tree["parcels"]["units"] == {"invest_actual_wan": "万元", "registered_area_m2": "亩"}
    assert "旁边的字段说明写的是万元" in found.text


def test_what_a_run_laid_on_parcels_is_proposed_as_nobodys_accounts(tmp_path):
    made(
        tmp_path,
        field("holder_uscc", "91990781MA0000001X", title="权利人统一社会信用代码", short="信用代码"),
        field("tax_wan", 15.0, title="实缴税收", unit="万元", short="实缴税收"),
        field("price_coefficient", 1.0, title="地价修正系数K", short="地价系数K"),
        field("efficiency_class", "低效", title="低效测算结果", short="低效结果"),
    )
    found = propose([tmp_path / "a.shp"], tmp_path)
    assert list(tomllib.loads(found.text)["inputs"]) == ["parcels"]
    assert "是某次运行的成果" in found.text


# ------------------------------------------------------------------------------------- of another file


AREA = field("证载面积(亩)", 15.0)


@pytest.mark.parametrize(
    "other",
    [
        (field("证载面积", 15.0), field("坐落", "x")),
        (field("证载", 15.0),),
        (field("证载面积", "15"),),
        (field("证载面积", 15.125),),
    ],
    ids=["a field more", "another name", "another type", "other decimals"],
)
def test_a_list_that_differs_anywhere_is_that_of_another_file(other, tmp_path):
    made(tmp_path, field("证载面积(亩)", 15.0))
    kept = (tmp_path / "a_字段说明.xlsx").read_bytes()
    made(tmp_path, *other)
    (tmp_path / "a_字段说明.xlsx").write_bytes(kept)
    units = {"registered_area_m2": "公顷"} if "证载面积" in [one.name for one in other] else {}
    raw = read(tmp_path, parcels={"path": "a.shp", "units": units})
    assert "FIELD_LIST_OTHER" in codes(raw)
    assert "FIELD_LIST_USED" not in codes(raw)


def test_without_a_list_of_its_own_the_unit_is_asked(tmp_path):
    made(tmp_path, field("已投资额", 15.0, unit="元"))
    raw = read(tmp_path, parcels="a.shp")
    assert raw.of("parcels")[0].frame["invest_actual_wan"].tolist() == [0.0015]
    kept = (tmp_path / "a_字段说明.xlsx").read_bytes()
    made(tmp_path, field("已投资额", 1234567.0))
    (tmp_path / "a_字段说明.xlsx").write_bytes(kept)
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.shp"))
    assert "没有写单位" in fault.found


def test_a_header_that_contradicts_its_list_is_refused(tmp_path):
    made(tmp_path, field("证载面积亩", 15.0, unit="公顷"))
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.shp"))
    assert "不一致" in fault.found
    assert fault.allowed == "亩 | 公顷"


def test_a_list_that_is_cut_off_no_list_or_means_harm_is_none(tmp_path):
    made(tmp_path, AREA)
    listed = tmp_path / "a_字段说明.xlsx"
    whole = listed.read_bytes()
    assert lists_beside(tmp_path / "a.shp") == (listed,)
    book = openpyxl.Workbook()
    book.active.append(["字段名", "计量单位"])
    book.active.append(["证载面积", "公顷"])
    book.save(tmp_path / "字段说明.xlsx")
    for spoilt in (whole[: len(whole) // 2], b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 9, bytes(100)):
        listed.write_bytes(spoilt)
        assert lists_beside(tmp_path / "a.shp") == ()
        raw = read(tmp_path, parcels="a.shp")
        assert raw.of("parcels")[0].frame["registered_area_m2"].tolist() == [10_000.0]
        assert codes(raw) == ["UNIT_BY_EVIDENCE"]  # the outline tells it, and the list does not
