"""Numbered parcels that find no room for their number are told on the sheet, never left out silently."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from cartography.builders import analysis, with_parcels
from cartography.sheets import composed, pdf_of, sheet_named
from landuse.cartography.pane import PaneStyle, draw_pane
from landuse.cartography.sheet import fitting_view, layout
from landuse.cartography.sheet.key import Unnumbered, _runs, key_texts, told, unnumbered
from landuse.cartography.sheet.series import standard_set
from landuse.disclosure import for_audience
from landuse.printing.layout import SheetLayout
from landuse.tables import Parcels


def crowd(size=60, **sections):
    """Return a run whose listed parcels stand in a heap, with one parcel 12 km away: most numbers find no room."""
    base = analysis(size, **sections)
    x, y = 40_378_000, 4_275_000
    at = np.arange(size)
    shapes = shapely.box(x + at % 15 * 40, y - at // 15 * 30, x + at % 15 * 40 + 38, y - at // 15 * 30 + 28)
    shapes[-1] = shapely.box(x + 12_000, y - 7_000, x + 12_100, y - 6_900)
    base = replace(base, parcels=Parcels(base.parcels.table, shapes, "EPSG:4528"))
    named = np.array([f"示范地块{place:03d}" for place in range(size)], dtype=object)
    return with_parcels(base, efficiency_class="low", parcel_name=named)


def left_out(series, paper):
    """Return the numbers that the map of 附图9 has no room for."""
    from matplotlib.figure import Figure

    sheet = sheet_named(series, "low")
    scene, view = series.scene_of(sheet), fitting_view(sheet.bounds, paper, around=sheet.around)
    axes = Figure().add_axes((0, 0, 1, 1))
    report = draw_pane(axes, scene, view, PaneStyle(label=sheet.label))
    return sorted(scene.labels["number"].iloc[list(report.unlabelled)].astype(int))


def text_of(series, folder, paper):
    return pdf_of(composed(series, "low", paper)[0], folder).pages[0].extract_text()


@pytest.fixture(scope="module")
def series():
    return standard_set(crowd())


@pytest.fixture(scope="module")
def portrait(series, tmp_path_factory):
    return text_of(series, tmp_path_factory.mktemp("key"), layout("A4", "portrait"))


def told_of(text):
    return int(re.search(r"另有(\d+)宗", text.replace(" ", ""))[1])


def test_the_notes_count_them_and_name_the_first(series, portrait):
    missing = left_out(series, layout("A4", "portrait"))
    assert len(missing) > 20
    text = portrait.replace("\n", "").replace(" ", "")
    assert f"另有{len(missing)}宗在图上注不下序号({_runs(missing)[0]}、" in text
    assert "按序号查台账" in text


def test_the_key_names_as_many_as_there_is_room_for_and_counts_the_others(series, portrait):
    listed = re.findall(r"(\d+) *\n? *示范地块(\d{3})", portrait)
    assert "图上未注序号的地块" in portrait
    assert len(listed) >= 4
    assert f"其余{told_of(portrait) - len(listed)}宗见台账" in portrait.replace(" ", "")
    scene = series.scene_of(sheet_named(series, "low"))
    numbers = scene.labels["number"].tolist()
    for number, place in listed:
        row = numbers.index(int(number))
        assert scene.table["parcel_name"].iloc[row] == f"示范地块{place}"
        assert f"{scene.table['area_mu'].iloc[row]:,.2f}" in portrait


def test_a_parcel_without_a_name_is_called_by_its_code(series):
    sheet = sheet_named(series, "low")
    scene = series.scene_of(sheet)
    bare = replace(scene, table=scene.table.drop(columns="parcel_name"))
    assert [one.name for one in unnumbered(bare, [3])] == [scene.table["parcel_id"].iloc[3]]
    blank = replace(scene, table=scene.table.assign(parcel_name=" "))
    assert [one.name for one in unnumbered(blank, [3])] == [scene.table["parcel_id"].iloc[3]]
    assert set(key_texts(bare)) == set(scene.table["parcel_id"])


def test_a_picture_that_has_no_notes_says_it_below_its_legend_and_keeps_its_notice(series, tmp_path):
    text = text_of(series, tmp_path, layout("16:9"))
    assert "宗见台账" in text.replace(" ", "")
    assert "演示数据,纯属虚构" in text


def test_a_layout_of_the_users_own_without_key_and_notes_tells_it_in_its_last_line(series, tmp_path):
    bare = layout().spec.model_dump(exclude={"folder", "key", "notes"})
    bare["table"] |= {"above": "block"}
    own = SheetLayout.model_validate({name: value for name, value in bare.items() if value is not None})
    text = text_of(series, tmp_path, layout("A4", "landscape", own))
    assert "宗图上未注序号,见台账" in text
    assert "演示数据,纯属虚构" in text


def test_where_every_number_finds_room_nothing_is_said(tmp_path):
    text = text_of(standard_set(analysis(12)), tmp_path, layout())
    assert "未注序号" not in text
    assert "注不下序号" not in text


def test_the_public_gets_no_numbers_and_no_key():
    public = for_audience(crowd(), "public")
    assert sheet_named(standard_set(public), "low").facts.unnumbered == ""


def test_neighbouring_numbers_are_told_as_runs_and_many_as_the_first_dozen():
    assert _runs([1, 2, 4, 5, 6, 9]) == ["1", "2", "4–6", "9"]
    parcels = [Unnumbered(2 * place, "", "") for place in range(1, 15)]
    assert told(parcels, "{count}: {numbers}", "en") == "14: 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24…"
    assert told([], "{count}", "zh") == ""
