"""Names on paper: in the plot where they fit, beside or with a leader line where not, as text that can be found."""

import io
from itertools import combinations

import numpy as np
import pandas as pd
import pypdfium2
import pyproj
import pytest
import shapely

from landuse import fonts
from landuse.cartography.pane import PaneStyle, Scene, View, draw_pane
from landuse.cartography.pane.around import Kind, looks
from landuse.cartography.pane.labels import NONE, place
from landuse.cartography.pane.letters import advances, block_size, broken, halo, is_bold, width, wrapped
from landuse.cartography.pane.wishes import GAP, Plots, area_wish, line_wishes, parcel_wishes, poles_of
from landuse.cartography.style import classify

from .panes import axes_of, view_at

X, Y = 40_380_000.0, 4_275_000.0
LEADERS = 6
"""First place with a leader line: two inside and four beside a plot come before it."""


def shapes_of(*shapes):
    return np.array([*shapes, None], dtype=object)[:-1]


# ------------------------------------------------------------------------------------------------ places


def wishes_of(shapes, labelled, size=(8.0, 3.0)):
    plots = Plots(shapes_of(*shapes), np.array(labelled))
    return parcel_wishes(plots, np.array([size] * len(labelled)), priority=1)


def best(wish):
    return int(np.argmin(wish.cost))


def test_a_label_stands_in_the_middle_of_a_plot_it_fits_into():
    (wish,), _ = wishes_of([shapely.box(10, 10, 30, 20)], [0])
    assert best(wish) == 0
    assert wish.boxes[0, 0].tolist() == [16, 13.5, 24, 16.5]
    assert np.isnan(wish.leaders[0]).all()


def test_in_a_bent_plot_it_stands_at_the_widest_place():
    bent = shapely.box(0, 0, 40, 6).union(shapely.box(0, 0, 14, 40))
    (wish,), _ = wishes_of([bent], [0])
    assert best(wish) == 1
    assert bent.covers(shapely.box(*wish.boxes[1, 0]))


def test_a_small_plot_is_labelled_right_of_it_where_nothing_lies():
    (wish,), _ = wishes_of([shapely.box(10, 10, 12, 12)], [0])
    assert best(wish) == 2
    assert wish.boxes[2, 0].tolist() == pytest.approx([12 + GAP, 9.5, 20 + GAP, 12.5])


def test_never_on_a_neighbour_without_a_leader_line():
    (wish,), _ = wishes_of([shapely.box(10, 10, 12, 12), shapely.box(12.2, 5, 40, 20)], [0])
    assert np.isinf(wish.cost[2])
    assert best(wish) == 3  # left of it


def test_a_plot_shut_in_by_others_gets_a_leader_line_that_begins_in_it():
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(14, 14, 16, 16))
    plot = shapely.box(14, 14, 16, 16)
    (wish,), (anchor,) = wishes_of([plot, ring], [0])
    at = best(wish)
    assert at >= LEADERS
    x0, y0, x1, y1 = wish.leaders[at]
    assert plot.contains(shapely.Point(x0, y0))
    assert shapely.box(*wish.boxes[at, 0]).distance(shapely.Point(x1, y1)) == pytest.approx(0, abs=1e-9)
    assert not shapely.box(*wish.boxes[at, 0]).intersects(plot)
    assert shapely.box(*anchor).contains(shapely.Point(x0, y0))


def test_a_leader_line_leads_rather_to_free_land_than_over_listed_plots():
    listed = [shapely.box(15, 0, 60, 14.8), shapely.box(15, 15.2, 60, 40)]
    plot = shapely.box(13, 14, 14.9, 16)
    other = shapely.box(12, 12, 13, 18)
    (wish, *_), _ = wishes_of([plot, *listed, other], [0, 1, 2])
    assert wish.boxes[best(wish), 0, 2] < 15


def test_of_crowded_plots_nearly_all_get_a_place_and_no_lines_cross():
    plots = [shapely.box(40 + 2 * column, 30 + 2 * row, 41.9 + 2 * column, 31.9 + 2 * row)
             for row in range(4) for column in range(4)]  # fmt: skip
    wishes, anchors = wishes_of(plots, list(range(16)))
    chosen = place(wishes, frame=(0, 0, 90, 70), anchors=anchors)
    assert (chosen != NONE).sum() >= 15
    lines = [shapely.LineString(wish.leaders[at].reshape(2, 2)) for wish, at in zip(wishes, chosen, strict=True)
             if at != NONE and np.isfinite(wish.leaders[at]).all()]  # fmt: skip
    assert len(lines) >= 4
    assert all(one.distance(two) > 0 for one, two in combinations(lines, 2))


def test_the_pole_is_the_point_farthest_from_the_outline():
    poles = poles_of(shapes_of(shapely.box(0, 0, 10, 4), shapely.LineString([(0, 0), (4, 0)])))
    assert 1.9 <= shapely.box(0, 0, 10, 4).exterior.distance(shapely.Point(poles[0])) <= 2.0
    assert shapely.LineString([(0, 0), (4, 0)]).distance(shapely.Point(poles[1])) == 0


def test_the_name_of_a_park_stands_along_its_outside_rather_than_over_its_plots():
    plots = Plots(shapes_of(shapely.box(20, 20, 60, 40)), np.empty(0, dtype=np.intp))
    wish = area_wish(shapely.box(19, 19, 61, 41), (20.0, 3.0), plots, priority=1, outside=True)
    box = wish.boxes[best(wish), 0]
    assert box[1] >= 41
    inner = area_wish(shapely.box(19, 19, 61, 80), (20.0, 3.0), plots, priority=1, outside=False)
    assert inner.boxes[best(inner), 0, 1] >= 40


def test_a_road_name_runs_along_its_road_from_left_to_right_or_from_above():
    free = Plots(shapes_of(shapely.box(500, 500, 501, 501)), np.empty(0, dtype=np.intp))
    widths = np.full(3, 2.0)
    right, up, rising = [(0, 0), (60, 0)], [(0, 0), (0, 50)], [(0, 0), (50, 50)]
    for line, turn in ((right, 0), (right[::-1], 0), (rising, 45), (up, -90), (up[::-1], -90)):
        ((wish, signs),) = line_wishes(shapely.LineString(line), widths, 2.0, free, priority=1)
        middle = signs[best(wish)]
        assert middle[:, 2].tolist() == pytest.approx([turn] * 3)
        assert (np.diff(middle[:, 0]) > 0).all() or (np.diff(middle[:, 1]) < 0).all()
        assert shapely.LineString(line).distance(shapely.points(middle[:, :2])).max() < 1e-9
        assert np.hypot(*np.diff(middle[:, :2], axis=0).T).tolist() == pytest.approx([2.0, 2.0])


def test_a_road_that_bends_or_lies_under_plots_has_no_name_there():
    free = Plots(shapes_of(shapely.box(500, 500, 501, 501)), np.empty(0, dtype=np.intp))
    zigzag = shapely.LineString([(x, 4 * (x % 2)) for x in range(40)])
    assert line_wishes(zigzag, np.full(3, 2.0), 2.0, free, priority=1) == []
    covered = Plots(shapes_of(shapely.box(-5, -5, 65, 5)), np.empty(0, dtype=np.intp))
    ((wish, _),) = line_wishes(shapely.LineString([(0, 0), (60, 0)]), np.full(3, 2.0), 2.0, covered, priority=1)
    assert np.isinf(wish.cost).all()


def test_a_long_road_bears_its_name_more_than_once():
    free = Plots(shapes_of(shapely.box(900, 900, 901, 901)), np.empty(0, dtype=np.intp))
    assert len(line_wishes(shapely.LineString([(0, 0), (400, 0)]), np.full(3, 2.0), 2.0, free, priority=1)) == 3


# ----------------------------------------------------------------------------------------------- letters


def test_widths_are_those_of_the_font():
    assert width("安澜") == 2.0
    assert width("GB") == pytest.approx(advances()["G"] + advances()["B"])
    assert width("\U0001f600") == 1.0
    assert block_size(("安澜", "县")) == (2.0, pytest.approx(2.15))
    assert is_bold("安澜高新技术产业园")
    assert not is_bold("㐀")


def test_a_long_name_is_broken_into_lines_of_like_length_and_cut_beyond_the_last():
    assert wrapped("安澜瑞禾第一精密", most=9, lines=3) == ("安澜瑞禾第一精密",)
    assert [len(line) for line in wrapped("安" * 20, most=9, lines=3)] == [7, 7, 6]
    name = wrapped("安" * 60, most=9, lines=3)
    assert [width(line) for line in name] == [9, 9, 9]
    assert name[-1].endswith("…")


def test_the_ending_of_an_enterprise_has_a_line_of_its_own():
    assert broken("安澜沐卉无纺布股份有限公司", most=9, lines=3) == ("安澜沐卉无纺布", "股份有限公司")
    assert broken("瑞禾有限公司", most=9, lines=3) == ("瑞禾有限公司",)
    assert broken("有限公司" * 3, most=9, lines=1)[-1].endswith("…")
    assert broken("GB00012", most=9, lines=3) == ("GB00012",)


def test_the_light_edge_surrounds_each_sign():
    points, codes = halo("安澜")
    assert len(points) == len(codes)
    x0, y0 = points.min(axis=0)
    x1, y1 = points.max(axis=0)
    assert -0.2 < x0 < 0.1
    assert 1.9 < x1 < 2.2
    assert -0.4 < y0 < 0.0
    assert 0.8 < y1 < 1.1
    assert len(halo(" ")[0]) == 0
    assert len(halo("\U0001f600")[0]) == 5


# ------------------------------------------------------------------------------------------------- panes


def scene(shapes, *, classes=None, ids=None, around=()):
    codes = pd.Series(classes or ["low"] * len(shapes), dtype=object)
    made = classify(codes, "low", lang="zh", area_mu=pd.Series(1.0, index=codes.index))
    names = pd.Series(ids or [f"GB{row:05d}" for row in range(len(shapes))], dtype=object)
    number = pd.Series(range(1, len(shapes) + 1), dtype="Int64").where(codes != "not_low")
    labels = pd.DataFrame({"id": names, "name": names, "number": number})
    return Scene(pyproj.CRS.from_epsg(4528), made, shapes_of(*shapes), pd.DataFrame(), labels, around)


def grid(count, *, side=30.0, step=36.0):
    wide = int(np.ceil(np.sqrt(count)))
    return [shapely.box(X + step * (at % wide), Y + step * (at // wide), X + step * (at % wide) + side,
                        Y + step * (at // wide) + side) for at in range(count)]  # fmt: skip


def drawn(one, view, style=None):
    figure, axes = axes_of(view)
    return figure, axes, draw_pane(axes, one, view, style)


def texts(axes):
    return [artist for artist in axes.get_children() if artist.get_zorder() > 1 and hasattr(artist, "get_text")
            and artist.get_text()]  # fmt: skip


def renderer_of(figure):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(600)  # at few pixels a letter the widths of signs are rounded to whole ones
    return FigureCanvasAgg(figure).get_renderer()


def test_labels_on_paper_do_not_overlap_as_the_renderer_measures_them():
    one = scene(grid(64))
    figure, axes, report = drawn(one, view_at(X + 140, Y + 140, scale=5_000, size_mm=(80, 80)))
    renderer = renderer_of(figure)
    boxes = [text.get_window_extent(renderer) for text in texts(axes)]
    assert len(boxes) + len(report.unlabelled) == 64
    assert len(boxes) > 50
    frame = axes.get_window_extent(renderer)
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)
    shrunk = [shapely.box(box.x0, box.y0 + 0.2 * box.height, box.x1, box.y1 - 0.2 * box.height) for box in boxes]
    assert not any(first.intersects(second) for first, second in combinations(shrunk, 2))


def test_what_finds_no_room_is_reported():
    one = scene(grid(400, side=4, step=5))
    _, axes, report = drawn(one, view_at(X + 50, Y + 50, scale=5_000, size_mm=(24, 24)))
    assert len(texts(axes)) + len(report.unlabelled) == report.parcels
    assert report.unlabelled
    assert set(report.unlabelled) <= set(range(400))


def test_only_listed_parcels_are_labelled_unless_asked():
    one = scene(grid(4), classes=["low", "not_low", "not_low", "low"])
    view = view_at(X + 33, Y + 33, scale=1_000)
    assert {text.get_text() for text in texts(drawn(one, view)[1])} == {"GB00000", "GB00003"}
    numbers = PaneStyle(label="number")
    assert {text.get_text() for text in texts(drawn(one, view, numbers)[1])} == {"1", "4"}
    every = PaneStyle(labelled="all")
    assert len(texts(drawn(one, view, every)[1])) == 4
    assert texts(drawn(one, view, PaneStyle(label="none"))[1]) == []
    focused = PaneStyle(labelled="focus", focus=(1,))
    assert [text.get_text() for text in texts(drawn(one, view, focused)[1])] == ["GB00001"]


def test_nothing_is_written_where_the_sheet_keeps_its_legend():
    one = scene(grid(9))
    view = view_at(X + 51, Y + 51, scale=2_000, size_mm=(60, 60))
    clear = (X, Y, X + 102, Y + 51)
    _, axes, report = drawn(one, view, PaneStyle(keep_clear=(clear,)))
    assert texts(axes)
    assert all(text.get_position()[1] > Y + 45 or text.get_position()[0] > X + 100 or text.get_position()[0] < X - 5
               for text in texts(axes))  # fmt: skip
    assert len(texts(axes)) + len(report.unlabelled) == 9


@pytest.mark.parametrize("scale", [500, 1_000, 10_000])
def test_letters_have_the_size_asked_for_at_every_scale(scale):
    side = 40 * scale / 1000
    one = scene([shapely.box(X - side / 2, Y - side / 2, X + side / 2, Y + side / 2)])
    figure, axes, _ = drawn(one, view_at(X, Y, scale=scale), PaneStyle(label_mm=3.0))
    (text,) = texts(axes)
    box = text.get_window_extent(renderer_of(figure))
    assert text.get_fontsize() == pytest.approx(3.0 * 72 / 25.4)
    assert box.width / figure.dpi * 25.4 == pytest.approx(width("GB00000") * 3.0, rel=0.03)
    middle = axes.transData.inverted().transform(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    assert np.hypot(*(middle - (X, Y))) * 1000 / scale < 0.6


def test_a_name_of_sixty_signs_and_dollars_is_written_in_three_lines_as_it_is():
    one = scene([shapely.box(X - 30, Y - 20, X + 30, Y + 20)], ids=["安澜$a_1$" + "瑞" * 53])
    _, axes, report = drawn(one, view_at(X, Y, scale=1_000), PaneStyle(label="name"))
    assert report.unlabelled == ()
    lines = [text.get_text() for text in texts(axes)]
    assert len(lines) == 3
    assert lines[0].startswith("安澜$a_1$")
    assert lines[-1].endswith("…")
    assert all(not text.get_parse_math() for text in texts(axes))


def test_the_letters_of_a_pdf_can_be_found_and_are_of_the_bundled_font():
    one = scene([shapely.box(X - 30, Y - 20, X + 30, Y + 20)], ids=["安澜瑞禾第一制造"])
    figure, _, _ = drawn(one, view_at(X, Y, scale=1_000), PaneStyle(label="name"))
    stream = io.BytesIO()
    figure.savefig(stream, format="pdf", metadata={"CreationDate": None})
    page = pypdfium2.PdfDocument(stream.getvalue())[0]
    assert "安澜瑞禾第一制造" in page.get_textpage().get_text_bounded()
    assert b"LanduseSans" in stream.getvalue() or fonts.FAMILY.replace(" ", "").encode() in stream.getvalue()


def kind(key, shapes, names=()):
    look = next(one for one in looks() if one.key == key)
    made = shapes_of(*shapes)
    return Kind(look, made, made[: len(names)], tuple(names))


def test_parks_towns_and_roads_bear_their_names():
    box = shapely.box(X - 100, Y - 60, X + 100, Y + 60)
    road = shapely.LineString([(X - 140, Y - 80), (X + 140, Y - 80)])
    around = kind("main_road", [road], ["示范大道"]), kind("park_limit", [box], ["安澜园"]), kind("town", [])
    one = scene([shapely.box(X - 20, Y - 20, X + 20, Y + 20)], around=around)
    view = view_at(X, Y, scale=4_000, size_mm=(80, 60))
    _, axes, report = drawn(one, view, PaneStyle(label="none"))
    assert {text.get_text() for text in texts(axes)} == {"示范大道", "安澜园"}
    assert report.context == ("main_road", "park_limit")
    assert report.unnamed == ()
    _, axes, report = drawn(one, view, PaneStyle(label="none", hidden=("park_limit",)))
    assert {text.get_text() for text in texts(axes)} == {"示范大道"}
    assert report.context == ("main_road",)
    assert texts(drawn(one, view, PaneStyle(label="none", place_names=False))[1]) == []


def test_the_name_of_a_place_that_fills_the_map_is_left_out_and_one_without_room_is_told():
    huge = shapely.box(X - 9_000, Y - 9_000, X + 9_000, Y + 9_000)
    around = (kind("town", [huge], ["城东街道"]), kind("village", [shapely.box(X, Y, X + 9, Y + 9)], ["上河村"]))
    one = scene([shapely.box(X - 20, Y - 20, X + 20, Y + 20)], around=around)
    _, axes, report = drawn(one, view_at(X, Y, scale=1_000), PaneStyle(label="none"))
    assert [text.get_text() for text in texts(axes)] == ["上河村"]
    _, axes, report = drawn(one, view_at(X, Y, scale=1_000, size_mm=(5, 5)), PaneStyle(label="none"))
    assert report.unnamed == ("上河村",)


def test_an_empty_pane_is_an_empty_pane():
    one = scene([])
    _, axes, report = drawn(one, View((X, Y, X + 60, Y + 40), 1_000))
    assert report == type(report)()
    assert texts(axes) == []
