"""Parcels drawn twice, overlapping, or slivers are found: all of them, and nothing else."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import CRS, EAST, NORTH, codes, of, square

from landuse.assemble import overlaps as room
from landuse.assemble.overlaps import NOISE_M, SLACK_M, find_overlaps, overlap_issues
from landuse.assemble.slabs import LARGEST, has_numba, surely_apart, surely_apart_slowly
from landuse.settings import Areas
from landuse.tables import Parcels


def array(*items):
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found


def parcels(*shapes):
    geometry = array(*shapes)
    table = pd.DataFrame(
        {"parcel_id": [f"P{i}" for i in range(len(shapes))], "ellipsoid_area_m2": shapely.area(geometry)}
    )
    return Parcels(table, geometry, CRS)


def issues(*shapes, **areas):
    return overlap_issues(parcels(*shapes), areas=Areas(**areas))


def brute(geometry):
    """Return pair -> common area in m2 over every pair, without any shortcut."""
    found = {}
    for i in range(len(geometry)):
        for j in range(i + 1, len(geometry)):
            common = shapely.intersection(geometry[i], geometry[j])
            parts = [p for p in shapely.get_parts(common) if p.geom_type == "Polygon"]
            area = sum(p.area for p in parts if 2 * p.area > NOISE_M * p.length)
            if area > 0:
                found[i, j] = area
    return found


def pairs(geometry, crs=CRS):
    found = find_overlaps(geometry, shapely.area(geometry), crs).pairs
    return {(i, j): a for i, j, a in zip(found["first"], found["second"], found["area_m2"], strict=True)}


def test_neighbours_with_a_common_boundary_do_not_overlap():
    assert issues(square(0, 0), square(100, 0), square(0, 100), square(100, 100)).empty


def test_an_overlap_names_both_parcels_area_and_share_of_the_smaller():
    found = issues(square(0, 0, 200), square(190, 0, 100))
    assert codes(found) == {"PARCELS_OVERLAP": 1}
    issue = found.iloc[0]
    assert (issue["key"], issue["severity"]) == ("P0", "warning")
    assert issue["facts"] == {"other": "P1", "area_m2": "1000.00", "share_percent": "10.00"}


def test_an_overlap_counts_from_exactly_the_smallest_area_and_share_on():
    ten_percent = (square(0, 0, 100), square(90, 0, 100))
    assert codes(issues(*ten_percent, overlap_min_m2=1000, overlap_min_share=0.1)) == {"PARCELS_OVERLAP": 1}
    assert codes(issues(*ten_percent, overlap_min_m2=1000.5)) == {"SLIVER_OVERLAP": 1}
    assert codes(issues(*ten_percent, overlap_min_share=0.1001)) == {"SLIVER_OVERLAP": 1}
    assert of(issues(*ten_percent, overlap_min_m2=1000.5), "SLIVER_OVERLAP")["severity"].tolist() == ["note"]


def test_a_parcel_inside_another_and_one_in_its_hole():
    holed = shapely.Polygon(square(0, 0, 300).exterior.coords, [square(100, 100).exterior.coords])
    assert issues(holed, square(100, 100)).empty
    assert codes(issues(square(0, 0, 300), square(100, 100))) == {"PARCELS_OVERLAP": 1}


def test_rounding_of_coordinates_is_no_overlap_and_five_millimetres_are_a_sliver():
    assert issues(square(0, 0), square(99.999, 0)).empty
    assert codes(issues(square(0, 0), square(99.995, 0))) == {"SLIVER_OVERLAP": 1}


def test_a_long_common_boundary_does_not_hide_an_overlap_elsewhere():
    cross = shapely.union(square(100, 0, 50, 300), square(60, 250, 50, 50))
    assert pairs(array(square(0, 0, 100, 300), cross)) == {(0, 1): pytest.approx(40 * 50)}


def test_the_same_shape_drawn_from_another_corner_is_a_duplicate_and_not_an_overlap():
    ring = shapely.get_coordinates(square(0, 0))
    other_way = shapely.Polygon(np.roll(ring[:-1], 2, axis=0)[::-1])
    found = issues(square(500, 0), square(0, 0), other_way, square(0, 0), square(50, 0))
    assert codes(found) == {"GEOMETRY_DUPLICATE": 2, "PARCELS_OVERLAP": 1}
    twins = of(found, "GEOMETRY_DUPLICATE")
    assert twins["key"].tolist() == ["P2", "P3"]
    assert [fact["other"] for fact in twins["facts"]] == ["P1", "P1"]
    assert of(found, "PARCELS_OVERLAP")["key"].tolist() == ["P1"]


def test_the_same_box_with_another_shape_is_no_duplicate():
    triangle = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 100, NORTH + 100)])
    other = shapely.Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST, NORTH + 100)])
    assert issues(triangle, other).empty


def test_tiny_and_extremely_thin_parcels_are_slivers_and_on_the_bound_they_are_not():
    assert codes(issues(square(0, 0, 0.9))) == {"PARCEL_SLIVER": 1}
    assert issues(square(0, 0, 1)).empty
    width = 0.1 * 1000 / (1000 - 0.1)
    assert issues(square(0, 0, 1000, width * 1.001)).empty
    assert codes(issues(square(0, 0, 1000, width * 0.999))) == {"PARCEL_SLIVER": 1}


def test_areas_of_overlaps_are_m2_in_feet_and_in_degrees():
    feet = array(shapely.box(0, 0, 328, 328), shapely.box(164, 0, 492, 328))
    m2 = shapely.area(feet) * (1200 / 3937) ** 2
    assert find_overlaps(feet, m2, "EPSG:2272").pairs["area_m2"].tolist() == pytest.approx([m2[0] / 2])
    degrees = array(shapely.box(118, 40, 118.001, 40.001), shapely.box(118.0005, 40, 118.0015, 40.001))
    found = find_overlaps(degrees, np.array([9_480.0, 9_480.0]), "EPSG:4490").pairs
    assert found["area_m2"].tolist() == pytest.approx([4_740.0])
    assert found["share"].tolist() == pytest.approx([0.5])


def test_no_parcels_and_one_parcel_have_no_overlaps():
    assert issues().empty
    assert issues(square(0, 0)).empty


def tiling(seed, size=6):
    """Return a jittered tiling with concave lots, mm coordinates, T-junctions and some lots swollen."""
    random = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(size + 1.0), np.arange(size + 1.0)), axis=-1) * (70, 50)
    grid = np.round(grid + random.normal(0, 6, grid.shape), 3)
    found = []
    for i in range(size):
        for j in range(size):
            ring = [grid[i, j], grid[i, j + 1], grid[i + 1, j + 1], grid[i + 1, j]]
            if random.random() < 0.5:
                ring.insert(1, np.round((grid[i, j] + grid[i, j + 1]) / 2, 3))
            lot = shapely.affinity.translate(shapely.Polygon(ring), EAST, NORTH)
            if random.random() < 0.2:
                lot = shapely.affinity.scale(lot, *random.choice([0.7, 1.0, 1.02, 1.3], 2))
            if random.random() < 0.1:
                lot = lot.difference(lot.centroid.buffer(8, quad_segs=2))
            if random.random() < 0.1:
                far = shapely.affinity.translate(lot, 31, -17)
                lot = shapely.union(lot, far)
            found.append(lot)
    return array(*(lot for lot in found if lot.is_valid))


@pytest.mark.parametrize("seed", range(12))
def test_the_pairs_are_those_of_brute_force(seed):
    geometry = tiling(seed)
    expected = brute(geometry)
    found = pairs(geometry)
    assert found.keys() == expected.keys()
    assert list(found.values()) == pytest.approx([expected[key] for key in found], rel=1e-9)
    assert len(expected) > 5


def all_pairs(geometry):
    one, other = np.triu_indices(len(geometry), 1)
    return one, other


@pytest.mark.parametrize("seed", range(12))
def test_slabs_clear_no_pair_that_overlaps_and_nearly_all_that_do_not(seed):
    geometry = tiling(seed)
    one, other = room._box_pairs(geometry, SLACK_M)
    apart = surely_apart_slowly(geometry, one, other, 2 * SLACK_M)
    overlapping = brute(geometry)
    meets = np.array([(i, j) in overlapping for i, j in zip(one, other, strict=True)])
    assert not (apart & meets).any()
    assert (apart | meets).mean() > 0.9


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=7), min_size=2, max_size=4)
)
def test_slabs_never_clear_an_overlap_of_any_polygons(rings):
    made = [shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False) for ring in rings]
    geometry = array(*(shape for shape in made if shape.area > 0 and shape.is_valid))
    one, other = all_pairs(geometry)
    apart = surely_apart_slowly(geometry, one, other, 2 * SLACK_M)
    expected = brute(geometry)
    assert not any(cleared and (i, j) in expected for cleared, i, j in zip(apart, one, other, strict=True))


def test_polygons_of_very_many_vertices_are_left_to_the_exact_test():
    round_lot = shapely.Point(EAST, NORTH).buffer(50, quad_segs=LARGEST)
    far = square(5_000, 0)
    assert surely_apart_slowly(array(round_lot, far), *all_pairs(array(round_lot, far)), 0.0).tolist() == [False]
    assert surely_apart_slowly(array(far), np.array([], dtype=int), np.array([], dtype=int), 0.0).tolist() == []


@pytest.mark.skipif(not has_numba(), reason="numba is not installed: the compiled test cannot be compared")
def test_compiled_and_plain_slabs_agree_and_change_no_result(monkeypatch):
    geometry = np.concatenate([tiling(seed) for seed in range(3)])
    one, other = all_pairs(geometry)
    compiled = surely_apart(geometry, one, other, 2 * SLACK_M)
    assert compiled.tolist() == surely_apart_slowly(geometry, one, other, 2 * SLACK_M).tolist()
    exact = find_overlaps(geometry, shapely.area(geometry), CRS)
    monkeypatch.setattr(room, "COMPILE_FROM", 0)
    fast = find_overlaps(geometry, shapely.area(geometry), CRS)
    pd.testing.assert_frame_equal(fast.pairs, exact.pairs)
    monkeypatch.setattr(room, "has_numba", lambda: False)
    pd.testing.assert_frame_equal(find_overlaps(geometry, shapely.area(geometry), CRS).pairs, exact.pairs)


def test_work_in_small_chunks_finds_the_same(monkeypatch):
    geometry = tiling(1)
    whole = pairs(geometry)
    monkeypatch.setattr(room, "CHUNK", 7)
    assert pairs(geometry) == whole


def test_a_layer_loaded_twice_is_found_parcel_by_parcel():
    lots = [square(100 * i, 0) for i in range(5)]
    found = issues(*lots, *(replace_shape(lot) for lot in lots))
    assert codes(found) == {"GEOMETRY_DUPLICATE": 5}
    shifted = [shapely.affinity.translate(lot, 1, 1) for lot in lots]
    assert codes(issues(*lots, *shifted))["PARCELS_OVERLAP"] == 5


def replace_shape(shape):
    return shapely.from_wkb(shapely.to_wkb(shape))


def test_the_geometry_given_is_not_changed():
    given_parcels = parcels(square(0, 0), square(50, 0))
    before = shapely.to_wkb(given_parcels.geometry).tolist()
    overlap_issues(replace(given_parcels), areas=Areas())
    assert shapely.to_wkb(given_parcels.geometry).tolist() == before
    assert not shapely.is_prepared(given_parcels.geometry).any()
