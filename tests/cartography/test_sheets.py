"""The printed map sheets: measured in the PDF, in millimetres of paper."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from cartography.sheets import (
    bounds_of,
    composed,
    drawn_series,
    fonts_of,
    pdf_of,
    rectangles_mm,
    sheet_named,
    size_mm,
    strokes_mm,
)
from landuse.cartography.pane import View
from landuse.cartography.pane.style import ORDER
from landuse.cartography.sheet import compose, fitting_view, layout, save, view_at
from landuse.errors import DefectError, InputError


@pytest.fixture(scope="module")
def series():
    return drawn_series(200)


@pytest.mark.parametrize(
    ("paper", "orientation", "size"),
    [
        ("A4", "landscape", (297, 210)),
        ("A4", "portrait", (210, 297)),
        ("A3", "landscape", (420, 297)),
        ("A3", "portrait", (297, 420)),
        ("A0", "landscape", (1189, 841)),
    ],
)
def test_a_sheet_is_as_large_as_its_paper(series, tmp_path, paper, orientation, size):
    figure, _ = composed(series, "idle", layout(paper, orientation))
    assert size_mm(pdf_of(figure, tmp_path)) == pytest.approx(size, abs=0.01)


def test_a_hundred_metres_at_1_to_2000_are_fifty_millimetres_in_the_pdf(series, tmp_path):
    """Two parcels of the scene are squares of 100 m: their outlines are measured in the file."""
    x, y = 40_378_000.0, 4_275_000.0
    shapes = np.array([shapely.box(x, y, x + 100, y + 100), shapely.box(x + 150, y, x + 250, y + 100)], dtype=object)
    sheet, paper = sheet_named(series, "industry"), layout("A3", "landscape")
    codes = pd.Series(np.array([0, 0], dtype=np.int16))
    scene = replace(
        series.scene_of(sheet),
        shapes=shapes,
        classes=replace(sheet.classes, codes=codes),
        table=sheet.labels.head(2),
        labels=sheet.labels.head(2),
        around=(),
    )
    view = view_at((x + 125, y + 50), paper, 2000)
    figure = compose(scene, view, replace(sheet.facts, inset=None), paper)
    found = rectangles_mm(pdf_of(figure, tmp_path))
    sides = found[:, 2:] - found[:, :2]
    left, low = paper.neat.middle[0] - 125 / 2, paper.neat.middle[1] - 50 / 2
    squares = found[(np.abs(sides - 50.0) < 0.001).all(axis=1)]
    assert {(round(float(one[0]), 2), round(float(one[1]), 2)) for one in squares} == {
        (round(left, 2), round(low, 2)),
        (round(left + 75.0, 2), round(low, 2)),
    }


def test_the_neat_line_is_where_the_layout_says_and_shows_what_the_view_says(series, tmp_path):
    paper = layout("A3", "landscape")
    figure, view = composed(series, "low", paper)
    found = rectangles_mm(pdf_of(figure, tmp_path))
    neat = np.array(paper.neat.bounds)
    assert np.abs(found - neat).max(axis=1).min() < 0.001
    assert (paper.neat.width, paper.neat.height) == pytest.approx(
        ((view.bounds[2] - view.bounds[0]) * 1000 / view.scale, (view.bounds[3] - view.bounds[1]) * 1000 / view.scale)
    )


@pytest.mark.parametrize(("paper", "left"), [("A3", 25), ("A4", 10), ("A1", 10)])
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_margins_are_ten_millimetres_and_the_binding_edge_of_a3_twenty_five(series, tmp_path, paper, left, orientation):
    made = layout(paper, orientation)
    reader = pdf_of(composed(series, "low", made)[0], tmp_path)
    width, height = made.size
    drawn = np.concatenate([strokes_mm(reader).reshape(-1, 2), rectangles_mm(reader).reshape(-1, 2)])
    drawn = drawn[(drawn[:, 0] > 0.5) & (drawn[:, 0] < width - 0.5)]  # the white ground of the page is no ink
    assert drawn[:, 0].min() == pytest.approx(left, abs=0.01)
    assert drawn[:, 0].max() == pytest.approx(width - 10, abs=0.01)
    assert drawn[:, 1].min() >= 10 - 0.01
    assert drawn[:, 1].max() <= height - 10 + 0.01


@pytest.mark.parametrize("paper", ["A4", "A3", "A1"])
def test_the_check_ruler_is_a_hundred_millimetres_on_every_paper(series, tmp_path, paper):
    figure, _ = composed(series, "low", layout(paper, "landscape"))
    pieces = strokes_mm(pdf_of(figure, tmp_path))
    lengths = np.hypot(*(pieces[:, 2:] - pieces[:, :2]).T)
    assert (np.abs(lengths - 100.0) < 0.001).any()


def test_the_fonts_are_embedded_and_the_chinese_can_be_taken_out_again(series, tmp_path):
    figure, view = composed(series, "low")
    reader = pdf_of(figure, tmp_path)
    fonts = fonts_of(reader)
    assert fonts
    assert all(fonts.values())
    assert all("LanduseSans" in name for name in fonts)
    text = reader.pages[0].extract_text()
    printed = "安澜县(示例)低效工业用地", "图例", "面积统计表", "内部资料", "征求意见稿", "1985国家高程基准", "附图9"
    assert [words for words in printed if words not in text.replace(" ", "")] == []
    assert f"1:{view.scale}" in text
    assert "第40带(中央经线120°)" in text


def test_the_coordinates_carry_the_number_of_the_zone_and_count_in_round_kilometres(series, tmp_path):
    figure, view = composed(series, "low")
    text = pdf_of(figure, tmp_path).pages[0].extract_text()
    labels = [float(found) for found in re.findall(r"403\d\d\.\d", text)]
    assert len(labels) >= 6  # at least three on each side
    assert all(view.bounds[0] <= label * 1000 <= view.bounds[2] for label in labels)
    steps = np.diff(sorted(set(labels)))
    assert np.allclose(steps, steps[0])


def test_the_legend_counts_every_parcel_once(series, tmp_path):
    sheet = sheet_named(series, "low")
    text = pdf_of(composed(series, "low")[0], tmp_path).pages[0].extract_text()
    assert sum(entry.count for entry in sheet.classes.legend) == 200
    for entry in sheet.classes.legend:
        assert entry.label in text
        assert f"{entry.area_mu:,.2f}" in text
    assert f"{sheet.classes.area_mu:,.2f}" in text


@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_the_same_sheet_is_the_same_bytes(series, tmp_path, kind):
    made = []
    for name in ("one", "two"):
        figure, _ = composed(series, "grade", layout("A4", "landscape"))
        save(figure, tmp_path / f"{name}.{kind}", dpi=60)
        made.append((tmp_path / f"{name}.{kind}").read_bytes())
    assert made[0] == made[1]


def test_the_metadata_state_the_day_of_the_project_and_no_clock(series, tmp_path):
    reader = pdf_of(composed(series, "low")[0], tmp_path)
    assert str(reader.metadata["/CreationDate"]).startswith("D:20260630")
    assert reader.metadata["/Title"].startswith("安澜县(示例)低效工业用地")


def test_a_sheet_without_coordinates_has_none(series, tmp_path):
    figure, _ = composed(series, "low", has_coordinates=False)
    text = pdf_of(figure, tmp_path).pages[0].extract_text()
    assert "40378" not in text
    assert "X北" not in text


def test_a_map_that_is_not_at_its_scale_is_refused(series):
    sheet, paper = sheet_named(series, "low"), layout()
    view = fitting_view(sheet.bounds, paper)
    x0, y0, x1, y1 = view.bounds
    with pytest.raises(DefectError):
        compose(series.scene_of(sheet), View((x0, y0, x1 + 1, y1), view.scale), sheet.facts, paper)


def test_a_character_that_no_font_has_is_named_before_anything_is_drawn(series):
    sheet, paper = sheet_named(series, "low"), layout()
    facts = replace(sheet.facts, title="\U000f1234")
    with pytest.raises(InputError, match=r"U\+F1234"):
        compose(series.scene_of(sheet), fitting_view(sheet.bounds, paper), facts, paper)


def test_a_dollar_in_a_name_is_a_dollar(series, tmp_path):
    figure, _ = composed(series, "low", subtitle=r"$\frac{a}{b}$ 公司")
    assert r"$\frac{a}{b}$" in pdf_of(figure, tmp_path).pages[0].extract_text()


def test_a_run_with_errors_says_so_across_the_page(series, tmp_path):
    text = pdf_of(composed(series, "low", draft="草稿", stamp="草稿")[0], tmp_path).pages[0].extract_text()
    assert text.count("草稿") == 2


def test_what_a_view_shows_lies_inside_its_bounds(series):
    paper = layout("A3", "portrait")
    view = fitting_view(bounds_of(series), paper)
    x0, y0, x1, y1 = bounds_of(series)
    assert view.bounds[0] < x0
    assert view.bounds[1] < y0
    assert view.bounds[2] > x1
    assert view.bounds[3] > y1


def test_the_crosses_of_the_grid_lie_above_the_parcels_and_below_all_names(series):
    figure, _ = composed(series, "low")
    drawn = sorted(figure.axes[1].get_children(), key=lambda artist: artist.get_zorder())
    crosses = [place for place, artist in enumerate(drawn) if artist.get_zorder() == ORDER["grid"]]
    names = [place for place, artist in enumerate(drawn) if artist.get_zorder() >= ORDER["leaders"]]
    fills = [place for place, artist in enumerate(drawn) if artist.get_zorder() == ORDER["fill"]]
    assert len(crosses) == 1
    assert max(fills) < crosses[0]
    assert any(artist.get_zorder() == ORDER["halo"] for artist in drawn)
    assert crosses[0] < min(place for place in names if drawn[place].get_zorder() < 2)


def test_coordinates_too_long_for_the_border_are_turned_not_shrunk(series):
    """At 1:500 the grid is of 20 m, so that heights are like 4275.04: they would be 3 points small."""
    sheet, paper = sheet_named(series, "location"), layout("A3", "landscape")
    view = view_at((40_378_000.0, 4_275_000.0), paper, 500)
    page = compose(series.scene_of(sheet), view, sheet.facts, paper).axes[0]
    sides = [text for text in page.texts if re.fullmatch(r"42\d\d\.\d\d", text.get_text())]
    frame, neat, size = paper.frame, paper.neat, paper.mm(paper.spec.map.grid_size)
    assert len(sides) >= 8
    for text in sides:
        box = text.get_window_extent().transformed(page.transData.inverted())
        assert text.get_fontsize() == size
        assert frame.x < box.x0 < box.x1 < neat.x or neat.right < box.x0 < box.x1 < frame.right
        assert box.height > box.width
