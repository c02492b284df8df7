"""Parcels on paper: each in the colour of its class, holes empty, hatches that a grey printer shows."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from landuse.cartography.pane import PaneStyle, Scene, around_swatch, draw_pane, scene_of, swatch
from landuse.cartography.pane.around import Kind, looks
from landuse.cartography.pane.parcels import small_rows
from landuse.cartography.pane.style import faded
from landuse.cartography.style import NO_DATA, PRINTED_HATCHES, LegendClass, classify
from landuse.read.underlay import Underlay

from .builders import analysis
from .panes import axes_of, drawn, hex_of, patch, pixels_of, view_at

X, Y = 40_380_000.0, 4_275_000.0
PLAIN = PaneStyle(hatches=False)


def plots(*boxes):
    """Return boxes of (x, y, width, height) in metres from (X, Y)."""
    shapes = [shapely.box(X + x, Y + y, X + x + w, Y + y + h) for x, y, w, h in boxes]
    return np.array([*shapes, None], dtype=object)[:-1]


def scene(shapes, classes):
    codes = pd.Series(list(classes), dtype=object)
    made = classify(codes, "low", lang="zh", area_mu=pd.Series(1.0, index=codes.index))
    table = pd.DataFrame({"parcel_id": [f"990781001002GB{row:05d}" for row in range(len(codes))]})
    return Scene(crs="EPSG:4528", classes=made, shapes=np.asarray(shapes, dtype=object), table=table)


def colours(one):
    return {entry.key: entry.colour for entry in one.classes.legend}


def test_every_parcel_has_the_colour_of_its_class():
    one = scene(plots((-20, -10, 15, 15), (5, -10, 15, 15)), ["stopped", "not_low"])
    view = view_at(X, Y, scale=1000)
    picture, report = drawn(one, view)
    assert hex_of(patch(picture, view, X - 12, Y - 3)[0]) == colours(one)["stopped"]
    assert hex_of(patch(picture, view, X + 12, Y - 3)[0]) == colours(one)["not_low"]
    assert hex_of(patch(picture, view, X, Y - 3)[0]) == "#ffffff"
    assert report.parcels == 2


def test_the_safe_palette_is_drawn_on_demand():
    one = scene(plots((-10, -10, 20, 20)), ["low"])
    view = view_at(X, Y, scale=1000)
    picture, _ = drawn(replace(one, classes=one.classes.in_safe_colours()), view, PLAIN)
    assert hex_of(patch(picture, view, X, Y)[0]) == one.classes.legend[0].safe_colour


def test_holes_stay_empty_and_are_outlined_and_every_part_is_filled():
    holed = shapely.box(X - 25, Y - 10, X - 5, Y + 10).difference(shapely.box(X - 20, Y - 5, X - 10, Y + 5))
    shape = shapely.MultiPolygon([holed, shapely.box(X + 5, Y - 10, X + 20, Y + 10)])
    one = scene([shape], ["not_low"])
    view = view_at(X, Y, scale=1000)
    picture, _ = drawn(one, view, PLAIN)
    assert hex_of(patch(picture, view, X - 15, Y)[0]) == "#ffffff"
    assert hex_of(patch(picture, view, X - 22, Y)[0]) == colours(one)["not_low"]
    assert hex_of(patch(picture, view, X + 12, Y)[0]) == colours(one)["not_low"]
    assert patch(picture, view, X - 20, Y).sum(axis=1).min() < 400  # the outline of the hole, darker than the fill


def test_a_reversed_ring_makes_no_difference():
    shell = [(X - 10, Y - 10), (X + 10, Y - 10), (X + 10, Y + 10), (X - 10, Y + 10)]
    hole = [(X - 5, Y - 5), (X + 5, Y - 5), (X + 5, Y + 5), (X - 5, Y + 5)]
    view = view_at(X, Y, scale=1000)
    pictures = [
        drawn(scene([shapely.Polygon(a, [b])], ["low"]), view)[0]
        for a in (shell, shell[::-1])
        for b in (hole, hole[::-1])
    ]
    assert all((picture == pictures[0]).all() for picture in pictures)


@pytest.mark.parametrize("scale", [500, 2_000, 25_000])
def test_the_lines_of_a_hatch_have_the_same_distance_on_paper_at_every_scale(scale):
    side = 30 * scale / 1000
    one = scene(plots((-side / 2, -side / 2, side, side)), ["low"])
    view = view_at(X, Y, scale=scale)
    picture, _ = drawn(one, view, PaneStyle(hatch_mm=2.0))
    grey = picture.mean(axis=2)[200, 170:430]  # 26 mm of a horizontal line through the middle
    light = grey > (grey.min() + grey.max()) / 2
    lines = (light[1:] & ~light[:-1]).sum()
    assert lines == pytest.approx(26 / (2.0 * np.sqrt(2)), abs=1)  # lines at 45 degrees meet it every 2.83 mm


@pytest.mark.parametrize("hatch", [name for name in PRINTED_HATCHES if name != "none"])
@pytest.mark.parametrize("colour", ["#d7191c", "#ffe11a", "#99000d", "#ffffff"])
def test_every_hatch_stands_out_without_colour(hatch, colour):
    entry = LegendClass("x", "x", "", colour, colour, hatch, 1, 1.0)
    view = view_at(6, 4, scale=1000, size_mm=(12, 8))
    figure, axes = axes_of(view)
    swatch(axes, entry, (1, 1, 11, 7))
    inside = pixels_of(figure)[15:65, 15:105].astype(float) @ (0.299, 0.587, 0.114)
    assert inside.max() - inside.min() > 80
    assert 0.01 < (np.abs(inside - np.median(inside)) > 40).mean() < 0.5


def test_a_parcel_without_shape_and_a_view_without_parcel_draw_nothing():
    one = scene([None, *plots((0, 0, 5, 5))], ["low", "low"])
    picture, report = drawn(one, view_at(X + 5_000, Y, scale=1000))
    assert (picture == 255).all()
    assert report.parcels == 0


def test_only_what_the_view_meets_is_drawn():
    one = scene(plots(*((column * 100, 0, 80, 80) for column in range(200))), ["low"] * 200)
    view = view_at(X + 190, Y + 40, scale=2000, size_mm=(50, 30))
    _, axes = axes_of(view)
    assert draw_pane(axes, one, view).parcels == 2
    assert sum(len(path.vertices) for item in axes.collections for path in item.get_paths()) < 200


def test_of_a_giant_parcel_only_the_part_about_the_frame_is_written():
    angle = np.linspace(0, 2 * np.pi, 50_001)[:-1]
    giant = shapely.Polygon(np.column_stack([X + 9_000 * np.cos(angle), Y + 9_000 * np.sin(angle)]))
    view = view_at(X, Y, scale=1000)
    figure, axes = axes_of(view)
    draw_pane(axes, scene([giant], ["not_low"]), view, PLAIN)
    assert sum(len(path.vertices) for item in axes.collections for path in item.get_paths()) < 20
    assert hex_of(pixels_of(figure)[200, 300]) == "#c4c8cc"


def test_the_axes_keep_their_limits_and_the_same_pane_gives_the_same_bytes():
    import matplotlib as mpl

    run = analysis(60)
    one = scene_of(run, "idle")
    view = view_at(40_378_400, 4_274_800, scale=5000)
    texts = []
    for _ in range(2):
        figure, axes = axes_of(view)
        before = axes.get_xlim(), axes.get_ylim(), axes.get_aspect(), axes.get_position().bounds
        draw_pane(axes, one, view)
        assert (axes.get_xlim(), axes.get_ylim(), axes.get_aspect(), axes.get_position().bounds) == before
        streams = io.BytesIO(), io.BytesIO()
        with mpl.rc_context({"svg.hashsalt": "landuse"}):
            figure.savefig(streams[0], format="svg", metadata={"Date": None})
        figure.savefig(streams[1], format="pdf", metadata={"CreationDate": None})
        texts.append([stream.getvalue() for stream in streams])
    assert texts[0] == texts[1]


def test_the_scene_of_a_run_has_a_class_for_every_shape():
    run = analysis(60)
    one = scene_of(run, "low")
    assert one.crs.to_epsg() == 4528
    assert len(one.shapes) == len(one.codes) == 60
    assert one.classes.legend[-1].key == NO_DATA


# ------------------------------------------------------------------------------ small, in focus, above a photo


def with_list(one, *rows):
    number = pd.Series(np.nan, index=range(len(one.shapes))).astype("Int64")
    number.iloc[list(rows)] = range(1, len(rows) + 1)
    return replace(one, labels=pd.DataFrame({"number": number}))


QUIET = PaneStyle(hatches=False, label="none", place_names=False)


def test_a_parcel_of_three_square_metres_is_seen_at_a_small_scale():
    one = with_list(scene(plots((-0.9, -0.9, 1.8, 1.7), (60, 60, 200, 100)), ["low", "not_low"]), 0)
    view = view_at(X, Y, scale=10_000)
    picture, report = drawn(one, view, QUIET)
    seen = patch(picture, view, X, Y, mm=0.35)
    assert {hex_of(pixel) for pixel in seen} == {colours(one)["low"]}
    assert small_rows(one, np.array([0, 1]), view, QUIET).tolist() == [0]
    assert report.parcels == 2


def test_at_a_larger_scale_the_parcel_itself_is_drawn():
    one = scene(plots((0, 0, 2, 1.5)), ["low"])
    assert small_rows(one, np.array([0]), view_at(X, Y, scale=2_000), QUIET).tolist() == []  # 2 m = exactly 1 mm
    assert small_rows(one, np.array([0]), view_at(X, Y, scale=2_001), QUIET).tolist() == [0]


def test_a_symbol_of_a_listed_parcel_lies_above_others_and_where_nearly_all_are_small_only_listed_ones_have_one():
    one = with_list(scene(plots((0, 0, 2, 2), (1, 1, 2, 2), (400, 0, 300, 300)), ["low", "not_low", "not_low"]), 0)
    view = view_at(X, Y, scale=20_000)
    assert small_rows(one, np.array([0, 1, 2]), view, QUIET).tolist() == [0]
    few = with_list(scene(plots(*((40 * at, 0, 2, 2) for at in range(4)), *((40 * at, 90, 39, 39) for at in range(8))),
                          ["not_low", "low", "not_low", "low", *["not_low"] * 8]), 3)  # fmt: skip
    assert small_rows(few, np.arange(12), view, QUIET).tolist() == [0, 2, 1, 3]


def test_a_parcel_in_focus_is_outlined_in_black_and_the_others_are_faded():
    one = scene(plots((-20, -10, 18, 20), (2, -10, 18, 20)), ["stopped", "stopped"])
    view = view_at(X, Y, scale=1_000)
    picture, _ = drawn(one, view, replace(QUIET, focus=(0,), faded=0.5))
    brown = colours(one)["stopped"]
    assert hex_of(patch(picture, view, X - 11, Y)[0]) == brown
    assert hex_of(patch(picture, view, X + 11, Y)[0]) == faded(brown, 0.5)
    assert patch(picture, view, X - 20, Y, mm=0.1).max() < 60
    plain, _ = drawn(one, view, replace(QUIET, faded=0.5))
    assert hex_of(patch(plain, view, X + 11, Y)[0]) == brown


def photo(view, strength=1.0):
    """Return a picture whose northern half is blue and whose southern is empty."""
    pixels = np.zeros((80, 120, 4), dtype=np.uint8)
    pixels[:40] = (0, 0, 200, 255)
    return Underlay(pixels, view.bounds, strength)


def test_an_orthophoto_lies_below_all_and_is_faded_towards_white():
    one = scene(plots((-20, 2, 20, 10)), ["not_low"])
    view = view_at(X, Y, scale=1_000)
    picture, _ = drawn(one, view, replace(QUIET, underlay=photo(view)))
    assert hex_of(patch(picture, view, X + 15, Y + 10)[0]) == "#0000c8"
    assert hex_of(patch(picture, view, X + 15, Y - 10)[0]) == "#ffffff"
    grey = patch(picture, view, X - 10, Y + 7)[0].astype(int)
    assert np.abs(grey - (0.6 * np.array([0xC4, 0xC8, 0xCC]) + 0.4 * np.array([0, 0, 200]))).max() <= 2
    half, _ = drawn(one, view, replace(QUIET, underlay=photo(view, 0.5)))
    assert np.abs(patch(half, view, X + 15, Y + 10)[0].astype(int) - (128, 128, 228)).max() <= 1


def test_an_orthophoto_leaves_limits_and_aspect_alone():
    one = scene(plots((-20, 2, 20, 10)), ["not_low"])
    view = view_at(X, Y, scale=1_000)
    _, axes = axes_of(view)
    wide = replace(photo(view), bounds=view.grown(30))
    draw_pane(axes, one, view, replace(QUIET, underlay=wide))
    assert (*axes.get_xlim(), *axes.get_ylim()) == tuple(view.bounds[at] for at in (0, 2, 1, 3))
    assert axes.get_aspect() == "auto"


# ---------------------------------------------------------------------------------------- surroundings


def around(*features):
    return tuple(
        Kind(next(look for look in looks() if look.key == key), np.array([shape, None], dtype=object)[:1], EMPTY, ())
        for key, shape in features
    )


EMPTY = np.empty(0, dtype=object)


def test_water_lies_below_the_parcels_and_limits_of_parks_above_them():
    whole = shapely.box(X - 40, Y - 30, X + 40, Y + 30)
    limit = shapely.box(X - 8, Y - 8, X + 8, Y + 8)
    one = replace(scene(plots((-10, -10, 20, 20)), ["not_low"]), around=around(("water", whole), ("park_limit", limit)))
    view = view_at(X, Y, scale=1_000)
    picture, report = drawn(one, view, QUIET)
    assert hex_of(patch(picture, view, X + 20, Y)[0]) == "#d5e8f5"
    assert hex_of(patch(picture, view, X, Y)[0]) == colours(one)["not_low"]
    along = picture[(200 - 80) - 2 : (200 - 80) + 3, 220:380].reshape(-1, 3)
    assert "#6a3d9a" in {hex_of(pixel) for pixel in along}
    assert report.context == ("water", "park_limit")


def test_where_two_roads_meet_no_casing_runs_across():
    cross = [shapely.LineString([(X - 40, Y), (X + 40, Y)]), shapely.LineString([(X, Y - 40), (X, Y + 40)])]
    one = replace(scene([], []), around=around(("road", cross[0]), ("main_road", cross[1])))
    view = view_at(X, Y, scale=1_000)
    picture, _ = drawn(one, view, QUIET)
    middle = {hex_of(pixel) for pixel in picture[200, 160:440]}
    assert middle <= {"#ffffff", "#fbeecb"} | {hex_of(pixel) for pixel in picture[200, 448:452]}
    assert "#fbeecb" in middle


def test_what_only_surrounds_the_view_is_not_told_as_drawn():
    ring = shapely.box(X - 900, Y - 900, X + 900, Y + 900)
    one = replace(scene([], []), around=around(("county", ring.exterior), ("town_land", ring)))
    _, report = drawn(one, view_at(X, Y, scale=1_000), QUIET)
    assert report.context == ("town_land",)


def test_lines_of_little_weight_are_left_out_on_maps_of_a_small_scale():
    line = shapely.LineString([(X - 4_000, Y), (X + 4_000, Y)])
    one = replace(scene([], []), around=around(("power", line)))
    assert drawn(one, view_at(X, Y, scale=25_000), QUIET)[1].context == ("power",)
    assert drawn(one, view_at(X, Y, scale=25_001), QUIET)[1].context == ()


def test_a_coast_of_very_many_vertices_is_thinned_beyond_what_is_seen():
    angle = np.linspace(0, 2 * np.pi, 300_001)[:-1]
    wave = 300 + 0.005 * np.sin(angle * 60_000)
    lake = shapely.Polygon(np.column_stack([X + wave * np.cos(angle), Y + wave * np.sin(angle)]))
    one = replace(scene([], []), around=around(("water", lake)))
    view = view_at(X, Y, scale=25_000)
    _, axes = axes_of(view)
    draw_pane(axes, one, view, QUIET)
    assert sum(len(path.vertices) for item in axes.collections for path in item.get_paths()) < 20_000


@pytest.mark.parametrize("look", looks(), ids=lambda look: look.key)
def test_every_kind_of_surroundings_has_a_box_in_the_legend(look):
    view = view_at(6, 4, scale=1_000, size_mm=(12, 8))
    figure, axes = axes_of(view)
    around_swatch(axes, look.key, (1, 1, 11, 7))
    picture = pixels_of(figure)
    assert (picture[15:65, 15:105] != 255).any()
    assert (picture[:8] == 255).all()
