"""What a pane can draw: a plane system, the list of a theme, what each parcel is called, what lies around."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from landuse.cartography.context import context_styles
from landuse.cartography.pane import LABELLED, LABELS, PaneStyle, View, extent, scene_of, united
from landuse.cartography.pane.around import looks, surroundings
from landuse.cartography.pane.listing import list_ranks, short_ids, user_names
from landuse.cartography.pane.plane import moved, plane_crs
from landuse.catalogue import load, terms
from landuse.errors import DefectError
from landuse.reports.content.context import context
from landuse.reports.content.lists import idle, low_parcels, stopped
from landuse.tables import RawPart, RawTables

from .builders import analysis, with_parcels

DEGREES = (118.4, 38.5, 118.7, 38.7)


# ------------------------------------------------------------------------------------- the plane system


def test_a_system_in_metres_is_kept():
    assert plane_crs("EPSG:4528", (40_370_000, 4_270_000, 40_380_000, 4_280_000)).to_epsg() == 4528


@pytest.mark.parametrize(
    ("west", "zone"),
    [(118.4, 4527), (118.6, 4528), (116.9, 4527), (73.6, 4513), (134.9, 4533), (103.6, 4523), (103.4, 4522)],
)
def test_degrees_are_drawn_in_the_three_degree_zone_of_their_middle(west, zone):
    assert plane_crs("EPSG:4490", (west, 38.5, west + 0.01, 38.6)).to_epsg() == zone


def test_web_mercator_and_feet_cannot_carry_an_exact_scale():
    shift = pyproj.Transformer.from_crs(4490, 3857, always_xy=True)
    (x0, x1), (y0, y1) = shift.transform(DEGREES[::2], DEGREES[1::2])
    assert plane_crs("EPSG:3857", (x0, y0, x1, y1)).to_epsg() == 4528
    feet = "+proj=tmerc +lon_0=118.5 +x_0=500000 +ellps=GRS80 +units=us-ft +type=crs"
    bounds = pyproj.Transformer.from_crs(4490, feet, always_xy=True).transform_bounds(*DEGREES)
    assert plane_crs(feet, bounds).to_epsg() == 4528


def test_outside_the_numbered_zones_a_zone_of_the_same_kind_is_made():
    found = plane_crs("EPSG:4326", (35.4, 33.5, 35.6, 33.7))
    assert found.is_projected
    x, _ = pyproj.Transformer.from_crs(4326, found, always_xy=True).transform(36.0, 33.6)
    assert x == pytest.approx(500_000)


def test_without_any_shape_there_is_a_system_all_the_same():
    assert plane_crs("EPSG:4490", None).is_projected
    assert plane_crs("EPSG:4528", None).to_epsg() == 4528


def test_a_shape_that_cannot_be_placed_is_left_out_and_the_others_stay():
    shapes = np.array([shapely.box(118, 38, 118.1, 38.1), shapely.box(118, 38, np.inf, 39), None], dtype=object)
    made = moved(shapes, "EPSG:4490", pyproj.CRS.from_epsg(4528))
    assert made[0].is_valid
    assert made[1] is None
    assert made[2] is None
    assert moved(shapes, "EPSG:4490", pyproj.CRS.from_epsg(4490))[0].equals(shapes[0])


# --------------------------------------------------------------------------------------------- extents


def test_an_extent_has_a_margin_and_a_least_size():
    assert extent(np.array([shapely.box(0, 0, 200, 100)]), margin=0.1) == (-20, -20, 220, 120)
    assert extent(np.array([shapely.box(10, 10, 12, 11.5)]), least=50) == (-14, -14.25, 36, 35.75)


def test_no_shape_has_no_extent():
    assert extent(np.array([None], dtype=object)) is None
    assert extent(np.empty(0, dtype=object)) is None
    assert united([None, None]) is None
    assert united([(0, 0, 1, 1), None, (5, -1, 6, 0.5)]) == (0, -1, 6, 1)


def test_a_view_tells_metres_from_millimetres():
    view = View((0, 0, 500, 250), 2_500)
    assert view.size_mm == (200, 100)
    assert view.metres(4) == 10
    assert view.mm(10) == 4
    assert view.grown(2) == (-5, -5, 505, 255)
    assert view.pixels(254) == (2000, 1000)
    assert View((0, 0, 0.1, 0.1), 100_000).pixels(100) == (1, 1)


# --------------------------------------------------------------------------------------------- the list


def numbered(run, theme):
    """Return the codes on the list of a theme, in the order of their numbers."""
    numbers = list_ranks(run, theme).dropna().sort_values()
    assert numbers.tolist() == list(range(1, len(numbers) + 1))
    return run.parcels.table.loc[numbers.index, "parcel_id"].tolist()


def in_ledger(sheet, block=0):
    return sheet.blocks[block].rows["parcel_id"].tolist()


def test_the_numbers_of_idle_land_are_those_of_the_ledger():
    run = analysis(120)
    assert numbered(run, "idle") == in_ledger(idle(context(run)))
    assert numbered(run, "cause") == numbered(run, "idle")


def test_the_numbers_of_low_efficiency_follow_the_ledger_and_what_is_idle_too_comes_last():
    run = analysis(160)
    found, ctx = numbered(run, "low"), context(run)
    low, listed = low_parcels(ctx), stopped(ctx)
    ledger = [*in_ledger(low), *in_ledger(low, 1)]
    assert found[: len(ledger)] == ledger
    both = set(found) - set(ledger) - set(in_ledger(listed))
    table = run.parcels.table.set_index("parcel_id")
    assert both == set(found[len(found) - len(both) :])
    assert table.loc[sorted(both), "idle_class"].isin(["IDLE_T1", "IDLE_T2"]).all()


def test_maps_of_amounts_list_low_efficiency_and_then_idle_land():
    run = analysis(120)
    found = numbered(run, "tax_per_mu")
    assert set(found) == set(numbered(run, "low")) | set(numbered(run, "idle"))
    assert len(found) == len(set(found))


def test_a_run_without_verdicts_lists_nothing():
    run = with_parcels(analysis(20), efficiency_class=None, idle_class=None)
    assert list_ranks(run, "tax_per_mu").isna().all()


# ----------------------------------------------------------------------------------------- what it is called


def test_a_full_code_is_written_without_county_and_district_where_that_is_enough():
    codes = pd.Series(["990781001002GB00012", "990781001002GB00013", "P-7"])
    assert short_ids(codes, np.ones(3, dtype=bool)).tolist() == ["GB00012", "GB00013", "P-7"]


def test_where_two_listed_parcels_share_the_end_of_their_code_all_keep_the_district():
    codes = pd.Series(["990781001002GB00012", "990781003002GB00012", "990781003002GB00013"])
    assert short_ids(codes, np.ones(3, dtype=bool)).tolist() == ["001002GB00012", "003002GB00012", "003002GB00013"]
    assert short_ids(codes, np.array([True, False, True])).tolist() == ["GB00012", "GB00012", "GB00013"]


def test_a_parcel_is_called_by_its_largest_user_else_by_its_holder():
    run = analysis(6)
    occupancy = pd.DataFrame(
        {
            "parcel_id": run.parcels.table["parcel_id"].iloc[[0, 0, 1, 1]].to_numpy(),
            "uscc": ["B", "A", "B", "A"],
            "land_mu": [3.0, 2.0, 1.0, 1.0],
        }
    )
    enterprises = pd.DataFrame({"uscc": ["A", "B"], "name": ["甲厂", "乙厂"]})
    run = replace(run, occupancy=occupancy, enterprises=enterprises)
    assert user_names(run).tolist() == ["乙厂", "甲厂", *run.parcels.table["holder"].iloc[2:]]
    alone = replace(run, enterprises=enterprises[["uscc"]])
    assert user_names(alone).tolist() == run.parcels.table["holder"].tolist()
    assert user_names(with_parcels(alone, holder=None)).isna().all()


def test_a_style_says_which_parcels_are_labelled():
    one = scene_of(analysis(60), "low")
    assert set(one.labels.columns) == set(LABELS) - {"none"}
    assert one.labelled_rows(PaneStyle()).tolist() == one.listed.tolist()
    assert one.labelled_rows(PaneStyle(label="none")).tolist() == []
    assert one.labelled_rows(PaneStyle(labelled="focus", focus=(3,))).tolist() == [3]
    assert 3 in one.labelled_rows(PaneStyle(focus=(3,)))
    assert len(one.labelled_rows(PaneStyle(labelled="all"))) == 60
    assert LABELLED == ("listed", "focus", "all")


@pytest.mark.parametrize("wrong", [{"label": "code"}, {"labelled": "some"}])
def test_a_kind_of_label_that_does_not_exist_is_a_defect(wrong):
    with pytest.raises(DefectError, match="no label"):
        PaneStyle(**wrong)


def test_everything_a_pane_may_write_is_told_before_it_is_drawn():
    one = scene_of(analysis(60), "low")
    assert {"安澜高新技术产业园", "安澜经济开发区城东片区", "GB00007", "1"} <= set(one.texts)


# ------------------------------------------------------------------------------------------ surroundings


def around(*features, crs="EPSG:4528"):
    """Return what surrounds a run with context of (name, kind, shape)."""
    frame = pd.DataFrame([(name, kind) for name, kind, _ in features], columns=["name", "kind"], dtype="str")
    shapes = np.array([shape for *_, shape in features] + [None], dtype=object)[:-1]
    part = RawPart("context", "c.shp", "", frame, {}, {}, shapes=shapes, crs=crs)
    run = replace(analysis(4), raw=RawTables(parts={"context": (part,)}))
    return surroundings(run, pyproj.CRS.from_epsg(4528))


LINE = shapely.LineString([(40_378_000, 4_275_000), (40_379_000, 4_275_000)])


def test_features_come_in_the_order_of_drawing_whatever_their_order_in_the_file():
    area = shapely.box(40_378_000, 4_275_000, 40_379_000, 4_276_000)
    found = around(
        ("a", "高速公路", LINE), ("b", "支路", LINE), ("c", "河流", area), ("d", None, LINE), ("e", "荒地", area)
    )
    assert [kind.look.key for kind in found] == ["water", "other_land", "local_road", "road", "motorway"]


def test_a_boundary_that_two_towns_share_is_one_line_and_gives_way_to_that_of_the_county():
    west, east = shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)
    both = shapely.box(0, 0, 2000, 1000)
    town, county = around(("甲镇", "镇", west), ("乙镇", "镇", east), ("县", "县界", both))
    assert shapely.length(county.shapes).sum() == 6000
    assert shapely.length(town.shapes).sum() == pytest.approx(1000, abs=10)
    assert town.names == ("甲镇", "乙镇")
    assert len(town.named) == 2


def test_broken_and_missing_shapes_do_no_harm():
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    (water,) = around(("湖", "湖泊", bow), ("无", "湖泊", None), ("空", "湖泊", shapely.Polygon()))
    assert shapely.is_valid(water.shapes).all()
    assert water.names == ("湖",)


def test_parts_without_shape_or_system_are_passed_over():
    frame = pd.DataFrame({"name": ["x"]})
    parts = [RawPart("context", "c", "", frame, {}, {}), RawPart("parks", "p", "", frame, {}, {})]
    run = replace(analysis(4), raw=RawTables(parts={"context": (parts[0],), "parks": (parts[1],)}))
    assert surroundings(run, pyproj.CRS.from_epsg(4528)) == ()


def test_every_kind_of_the_web_map_is_known_on_paper_and_every_look_has_its_words():
    on_paper = {kind for look in looks() for kind in look.kinds}
    for style in load("cartography/context.toml")["styles"]:
        assert set(style["kinds"]) <= on_paper, style["key"]
    assert len(context_styles()) <= len(looks())
    for lang in ("zh", "en"):
        assert list(terms("surrounding", lang)) == [look.key for look in looks()]


def test_a_kind_has_one_look_and_every_look_can_be_seen():
    kinds = [kind for look in looks() for kind in look.kinds]
    assert len(kinds) == len(set(kinds))
    for look in looks():
        assert look.fill or (look.line and look.width_mm(10_000) > 0), look.key
        assert not look.name or look.name_mm >= 1.8, look.key


def test_a_road_is_as_wide_as_on_the_ground_but_never_too_fine():
    road = next(look for look in looks() if look.key == "main_road")
    assert road.width_mm(1_000) == 30
    assert road.width_mm(5_000) == 6
    assert road.width_mm(100_000) == road.least_mm


def test_the_project_says_in_which_palette_its_maps_are_printed():
    usual = analysis(60)
    settings = usual.project.print.model_copy(update={"palette": "safe"})
    safe = replace(usual, project=usual.project.model_copy(update={"print": settings}))
    drawn = scene_of(safe, "low").classes
    assert [entry.colour for entry in drawn.legend] == [entry.safe_colour for entry in drawn.legend]
    assert drawn.legend[0].colour != scene_of(usual, "low").classes.legend[0].colour
