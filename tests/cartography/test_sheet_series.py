"""The standard set 附图1–13: what is drawn, what is left out and why, and pages that others would spoil."""

from __future__ import annotations

import hashlib
import signal
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from cartography.builders import analysis, with_parcels
from cartography.sheets import composed, drawn_series, pdf_of, sheet_named
from landuse.cartography.sheet import fitting_view, layout
from landuse.cartography.sheet.about import datum_words, projection_words
from landuse.cartography.sheet.series import standard_set
from landuse.disclosure import for_audience
from landuse.errors import InputError
from landuse.printing.sheets import SHEETS
from landuse.tables import Parcels
from landuse.write import sheets as sheets_module
from landuse.write.sheets import Shared, dpi_for, processes_for, write
from landuse.write.staging import Staging

NAMES = list(SHEETS)


def digests(stage):
    return {name: hashlib.sha256(stage.path(name).read_bytes()).hexdigest() for name in stage.files()}


def text_of(series, name, folder, paper=None):
    return pdf_of(composed(series, name, paper)[0], folder).pages[0].extract_text().replace(" ", "")


def test_the_standard_set_has_thirteen_sheets_and_says_which_are_left_out():
    series = drawn_series(60)
    assert [(sheet.number, sheet.name) for sheet in series.sheets] == list(enumerate(NAMES, start=1))
    assert {sheet.name: sheet.reason for sheet in series.sheets if sheet.reason} == {
        "measure": "no_data",
        "before_after": "scenario",
    }


def test_batches_are_drawn_where_the_run_has_them():
    batches = np.array(["第一批", "第二批", None], dtype=object)[np.arange(60) % 3]
    series = standard_set(with_parcels(analysis(60), batch=batches))
    legend = sheet_named(series, "measure").classes.legend
    assert [(entry.label, entry.count) for entry in legend] == [
        ("第一批", 20), ("第二批", 20), ("未列入批次", 20), ("无数据", 0),
    ]  # fmt: skip


def test_every_sheet_of_the_set_fits_its_paper_and_counts_every_parcel():
    for sheet in drawn_series(60).drawn:
        assert fitting_view(sheet.bounds, layout("A4", "portrait"), around=sheet.around).scale >= 500
        assert sheet.classes.count == 60
        assert sheet.facts.table is None or sheet.facts.table.total[1] == "60"


def test_the_area_table_sums_land_by_park_and_the_land_the_sheet_is_about():
    """Three parcels of 10, 20 and 30 mu: two in the park, of which one of 20 mu is listed."""
    base = with_parcels(
        analysis(3),
        area_mu=[10.0, 20.0, 30.0],
        park=["甲园", "甲园", None],
        efficiency_class=["not_low", "low", "not_rated"],
    )
    table = sheet_named(standard_set(base), "low").facts.table
    assert table.heads == ("园区(片区)", "宗", "亩", "占比%", "其中:列入")
    assert table.rows == (("甲园", "2", "30.00", "50.0", "20.00"), ("园区外", "1", "30.00", "50.0", "0.00"))
    assert table.total == ("合计", "3", "60.00", "", "20.00")


def test_the_mean_coefficient_of_a_grade_is_weighted_by_land():
    base = with_parcels(
        analysis(3),
        area_mu=[10.0, 30.0, 5.0],
        price_level=["一级", "一级", "四级"],
        price_coefficient=[1.0, 2.0, np.nan],
    )
    table = sheet_named(standard_set(base), "price").facts.table
    assert [row[-1] for row in table.rows] == ["1.7500", "—"]


def test_what_is_unknown_is_told_and_not_counted_as_nothing():
    base = with_parcels(analysis(3), area_mu=[10.0, np.nan, 5.0])
    assert sheet_named(standard_set(base), "low").facts.table.total[:3] == ("合计", "3", "15.00")


def test_the_plane_systems_are_told_in_words():
    import pyproj

    told = {code: projection_words(pyproj.CRS.from_epsg(code), "zh") for code in (4528, 4549, 4498, 32650)}
    assert told[4528] == "高斯-克吕格投影,3度分带,第40带(中央经线120°)"
    assert told[4549] == "高斯-克吕格投影,中央经线120°"
    assert told[4498] == "高斯-克吕格投影,6度分带,第20带(中央经线117°)"
    assert told[32650] == "横轴墨卡托投影,中央经线117°"
    assert datum_words(pyproj.CRS.from_epsg(4528), "zh") == "2000国家大地坐标系(CGCS2000)"
    assert "WGS 84" in datum_words(pyproj.CRS.from_epsg(32650), "zh")


# -------------------------------------------------------------------------------------- hard cases


def test_a_run_without_parcels_gives_a_page_that_says_so(tmp_path):
    base = analysis(3)
    empty = replace(base, parcels=Parcels(base.parcels.table.iloc[:0], base.parcels.geometry[:0], "EPSG:4528"))
    text = text_of(standard_set(replace(empty, occupancy=base.occupancy.iloc[:0])), "location", tmp_path)
    assert "本图范围内无符合条件的宗地" in text


def test_forty_classes_all_stand_in_the_legend(tmp_path):
    parks = np.array([f"第{place:02d}工业集中区" for place in range(40)], dtype=object)
    series = standard_set(with_parcels(analysis(80), park=parks[np.arange(80) % 40]))
    text = text_of(series, "parks", tmp_path)
    assert [name for name in parks if name not in text] == []
    assert len(sheet_named(series, "parks").classes.legend) == 42


def test_no_two_uses_of_the_land_look_alike():
    """Two commercial uses are both red; what no rule knows is grey."""
    uses = ["工业用地", "商务金融用地", "零售商业用地", *(f"第{place}种用途" for place in range(40))]
    series = standard_set(with_parcels(analysis(43), land_use=uses))
    legend = {entry.label: (entry.colour, entry.hatch) for entry in sheet_named(series, "current").classes.legend}
    assert len(legend) == len(set(legend.values())) == 44  # 无数据 among them
    assert {legend["商务金融用地"], legend["零售商业用地"]} == {("#ff0000", "diagonal"), ("#ff0000", "none")}


def test_more_classes_than_a_page_can_hold_are_summed_and_told(tmp_path):
    parks = np.array([f"第{place:03d}园" for place in range(400)], dtype=object)
    series = standard_set(with_parcels(analysis(400), park=parks))
    assert "另有" in text_of(series, "parks", tmp_path)


def test_one_giant_parcel_and_one_of_three_square_metres_are_both_drawn(tmp_path):
    base = analysis(2)
    x, y = 40_378_000, 4_275_000
    shapes = np.array(
        [shapely.box(x, y, x + 9_000, y + 7_000), shapely.box(x + 9_100, y, x + 9_102, y + 1.5)], dtype=object
    )
    series = standard_set(replace(base, parcels=Parcels(base.parcels.table, shapes, "EPSG:4528")))
    figure, view = composed(series, "industry")
    assert view.scale == 40_000
    assert len(pdf_of(figure, tmp_path).pages) == 1


def test_names_of_fifty_characters_are_wrapped_and_stay_whole(tmp_path):
    one, two = "安澜县高端装备制造与新一代信息技术融合发展示范", "产业园区管理委员会国土空间规划与土地利用评价联合办"
    series = drawn_series(20, print={"organisation": one + two, "region_name": one + two})
    text = text_of(series, "low", tmp_path, layout("A4", "portrait"))
    assert one[:20] in text
    assert two[-20:] in text  # whole in the 图签, over several lines
    assert f"{one + two}低效工业用地" in text.replace("\n", "")  # the title, over two lines


def test_an_english_sheet_says_in_english_what_the_project_leaves_unsaid():
    facts = sheet_named(drawn_series(3, project={"language": "en"}), "low").facts
    assert (facts.secrecy, facts.fields["height_datum"]) == ("Internal: keep safe", "1985 National Height Datum")
    own = sheet_named(drawn_series(3, project={"language": "en"}, print={"secrecy": "秘密"}), "low").facts
    assert own.secrecy == "秘密"


def test_parcels_without_a_shape_are_told():
    base = analysis(3)
    shapes = base.parcels.geometry.copy()
    shapes[1] = None
    series = standard_set(replace(base, parcels=Parcels(base.parcels.table, shapes, "EPSG:4528")))
    assert "1 宗无图形,只计数不上图。" in sheet_named(series, "low").facts.notes


def test_a_run_with_errors_is_stamped_a_draft():
    failed = replace(analysis(3), issues=pd.DataFrame({"severity": ["error"]}))
    facts = sheet_named(standard_set(failed), "low").facts
    assert (facts.stamp, facts.draft) == ("草稿", "草稿")


def test_others_read_no_path_of_the_bureau_and_the_public_no_mark_of_secrecy():
    base = analysis(3, print={"underlay": "影像/内部.tif", "organisation": "某局"})
    superior, public = (for_audience(base, name).project for name in ("superior", "public"))
    assert (superior.print.secrecy, superior.print.organisation) == (base.project.print.secrecy, "某局")
    assert superior.print.underlay.endswith("影像/内部.tif")
    assert (public.print.secrecy, public.print.underlay) == ("", "")
    assert "内部.tif" not in superior.text() + public.text()


# ------------------------------------------------------------------------------------------- files


def settings(**sheets):
    return {"sheets": {"paper": "A4", "dpi": 60, "only": ["low", "idle"], **sheets}}


def test_the_files_have_fixed_names_chinese_copies_and_a_list(tmp_path):
    stage = Staging(tmp_path)
    aliases = write(analysis(40, **settings(formats=["pdf", "png", "svg"], pictures=True)), stage)
    files = [name for name in stage.files() if "low" in name]
    assert files == ["sheets/09_low.pdf", "sheets/09_low.png", "sheets/09_low.svg", "sheets/09_low_16x9.png"]
    assert aliases["sheets/09_low.pdf"] == "06_附图/附图9_低效工业用地分布图.pdf"
    assert set(aliases) == set(stage.files())
    listed = stage.path("sheets/index.csv").read_text(encoding="utf-8-sig").splitlines()
    assert listed[1] == "附图1,区位图,,项目文件未要求绘制"
    assert listed[12] == "附图12,情景前后对比图,,项目文件未要求绘制"
    with Image.open(stage.path("sheets/09_low_16x9.png")) as picture:
        assert picture.size == (3840, 2160)


def test_the_files_are_the_same_however_many_processes_draw_them(tmp_path):
    base = analysis(40, **settings())
    found = []
    for processes in (1, 2):
        sheets = base.project.sheets.model_copy(update={"processes": processes})
        stage = Staging(tmp_path / str(processes))
        write(replace(base, project=base.project.model_copy(update={"sheets": sheets})), stage)
        found.append(digests(stage))
    assert found[0] == found[1]


def test_a_scale_at_which_the_parcels_do_not_fit_is_refused(tmp_path):
    with pytest.raises(InputError, match="1:500"):
        write(analysis(200, **settings(scale=500)), Staging(tmp_path))


def test_more_processes_are_started_only_where_they_pay():
    assert processes_for(3, 0) == 1
    assert processes_for(3, 2) == 2
    assert processes_for(1, 8) == 1


def test_a_large_paper_has_as_many_pixels_as_can_be_used():
    assert dpi_for(layout("A3"), 300) == 300
    assert dpi_for(layout("A0"), 300) == 212  # 25.4 x the root of 70,000,000 / (1189 x 841)


def test_an_interruption_ends_the_processes_that_draw_at_once(monkeypatch):
    """A process that only heard an exception would go on with the next sheets, and the run would wait for it."""
    found = []
    monkeypatch.setattr(sheets_module.signal, "signal", lambda *handler: found.append(handler))
    sheets_module._begin(Shared(scene=None))
    sheets_module._SHARED.clear()
    assert found == [(signal.SIGINT, signal.SIG_DFL)]


def test_every_themed_sheet_is_in_the_palette_the_project_prints_in():
    usual = analysis(60)
    settings = usual.project.print.model_copy(update={"palette": "safe"})
    safe = replace(usual, project=usual.project.model_copy(update={"print": settings}))
    themed = [
        sheet for sheet in standard_set(safe).drawn if sheet.name in {"tax_per_mu", "score", "low", "idle", "grade"}
    ]
    assert len(themed) >= 3
    for sheet in themed:
        assert [entry.colour for entry in sheet.classes.legend] == [entry.safe_colour for entry in sheet.classes.legend]
