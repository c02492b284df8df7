"""Built share of parcels, against cells cut one by one, exactextract, and published figures."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.evidence import raster as ras
from landuse.tables import Parcels, RasterWindow

CRS = "EPSG:4528"
X, Y = 40_378_000.0, 4_275_000.0
CELL = 10.0


def window(values, *, nodata=None, left=X, top=Y, crs=CRS):
    return RasterWindow(np.asarray(values), (CELL, 0.0, left, 0.0, -CELL, top), crs, nodata)


def parcels(*shapes, crs=CRS, index=None):
    table = pd.DataFrame({"parcel_id": [f"P{n}" for n in range(len(shapes))]}, index=index)
    return Parcels(table, np.array(shapes, dtype=object), crs)


def box(left, low, right, high):
    """Return a box in cells, counted from the upper left corner downwards."""
    return shapely.box(X + CELL * left, Y - CELL * high, X + CELL * right, Y - CELL * low)


def share(shapes, *windows, built=(1,), monkeypatch=None, fast=False):
    if fast:
        monkeypatch.setattr(ras, "COMPILE_FROM", 0)
    return ras.built_share(parcels(*shapes), iter(windows), built_classes=built)


@pytest.fixture(params=[False, True], ids=["exactextract", "kernel"])
def way(request, monkeypatch):
    if request.param:
        pytest.importorskip("numba")
    return {"fast": request.param, "monkeypatch": monkeypatch}


def test_cells_count_by_the_part_that_is_covered(way):
    found = share([box(0, 0, 1.5, 1), box(0.25, 0.5, 2, 2)], window([[1, 0, 0], [0, 1, 0]]), **way)
    assert found.name == "built_share"
    assert found.tolist() == pytest.approx([1 / 1.5, (0.75 * 0.5 + 1.0) / (1.75 * 1.5)], abs=1e-7)


def test_several_classes_may_count_as_built(way):
    assert share([box(0, 0, 4, 1)], window([[1, 2, 3, 4]]), built=(2, 4), **way).tolist() == pytest.approx([0.5])


def test_cells_without_data_are_left_out(way):
    assert share([box(0, 0, 3, 1)], window([[1, 9, 0]], nodata=9), **way).tolist() == pytest.approx([0.5])
    values = np.array([[1.0, np.nan, 0.0]])
    assert share([box(0, 0, 3, 1)], window(values, nodata=np.nan), **way).tolist() == pytest.approx([0.5])


def test_a_parcel_beyond_the_raster_or_on_silent_cells_is_not_known(way):
    found = share([box(50, 50, 51, 51), box(1, 0, 2, 1)], window([[1, 9, 0]], nodata=9), **way)
    assert found.isna().all()


def test_no_window_says_nothing():
    assert share([box(0, 0, 1, 1)]).isna().all()


def test_a_parcel_across_windows_is_added_up_by_coverage(way):
    whole = np.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 0, 0]])
    shapes = [box(0.3, 0.2, 3.7, 2.9), box(-2, -2, 9, 9)]
    parts = [
        window(whole[:, :2]),
        window(whole[:2, 2:], left=X + 2 * CELL),
        window(whole[2:, 2:], left=X + 2 * CELL, top=Y - 2 * CELL),
    ]
    assert share(shapes, *parts, **way).tolist() == pytest.approx(share(shapes, window(whole)).tolist(), abs=1e-7)


def test_a_hole_is_not_covered_whatever_way_its_ring_runs(way):
    values = np.zeros((4, 4), dtype=np.uint8)
    values[1:3, 1:3] = 1
    outer, inner = box(0, 0, 4, 4).exterior.coords, box(1, 1, 3, 3).exterior.coords
    same, other = shapely.Polygon(outer, [inner]), shapely.Polygon(outer, [list(inner)[::-1]])
    clockwise = shapely.Polygon(list(outer)[::-1], [inner])
    found = share([same, other, clockwise, box(0, 0, 4, 4)], window(values), **way)
    assert found.tolist() == pytest.approx([0, 0, 0, 0.25], abs=1e-9)


def test_parts_of_a_multipolygon_are_added_up(way):
    both = shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    assert share([both, box(0, 0, 1, 1)], window([[1, 0, 0]]), **way).tolist() == pytest.approx([0.5, 1.0])


def test_a_parcel_in_another_crs_is_brought_to_that_of_the_raster(way):
    import pyproj

    back = pyproj.Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    corners = np.column_stack(back.transform(*np.array(box(0, 0, 4, 2).exterior.coords).T))
    found = ras.built_share(
        parcels(shapely.Polygon(corners), crs="EPSG:4490"), [window([[1, 1, 0, 0]] * 2)], built_classes=(1,)
    )
    assert found.tolist() == pytest.approx([0.5], abs=1e-6)


def test_a_turned_grid_is_read_in_its_own_cells(way):
    turned = RasterWindow(np.array([[1, 0], [0, 0]]), (0.0, CELL, X, CELL, 0.0, Y), CRS, None)
    first = shapely.box(X, Y, X + CELL, Y + CELL)
    assert share([first, shapely.box(X, Y, X + 2 * CELL, Y + CELL)], turned, **way).tolist() == pytest.approx([1, 0.5])


def test_the_index_of_the_parcels_is_kept():
    found = ras.built_share(
        parcels(box(0, 0, 1, 1), box(1, 0, 2, 1), index=[8, 2]), [window([[1, 0]])], built_classes=(1,)
    )
    assert found.to_dict() == {8: 1.0, 2: 0.0}


def polygons(count, seed):
    """Return ragged polygons with holes, some across the border of a grid of 30 x 40 cells."""
    random = np.random.default_rng(seed)
    shapes = []
    for _ in range(count):
        centre = np.array([X + CELL * random.uniform(-3, 43), Y - CELL * random.uniform(-3, 33)])
        angles, reach = np.sort(random.uniform(0, 2 * np.pi, 9)), random.uniform(0.3, 8, 9) * CELL
        ring = shapely.Polygon(centre + np.column_stack([np.cos(angles), np.sin(angles)]) * reach[:, None]).buffer(0)
        shape = ring.difference(shapely.Point(centre + CELL).buffer(CELL * random.uniform(0.2, 2)))
        shapes.append(shape if not shape.is_empty else ring)
    return np.array(shapes, dtype=object)


def brute(shapes, codes):
    """Cut every cell with every polygon."""
    height, width = codes.shape
    cells = np.array([[box(c, r, c + 1, r + 1) for c in range(width)] for r in range(height)], dtype=object)
    known, built = [], []
    for shape in shapes:
        part = shapely.area(shapely.intersection(shape, cells)) / CELL**2
        known.append(part[codes != ras.SILENT].sum())
        built.append(part[codes == ras.BUILT].sum())
    return np.array(known), np.array(built)


def grid(seed):
    values = np.random.default_rng(seed).integers(0, 4, (30, 40)).astype(np.uint8)
    block = window(values, nodata=3)
    return block, ras.told(block, (1, 2))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_kernel_cuts_cells_as_shapely_does(seed):
    pytest.importorskip("numba")
    shapes, (block, codes) = polygons(60, seed), grid(seed)
    for found, expected in zip(ras.kernel_sums(shapes, codes, block), brute(shapes, codes), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", [1, 2])
def test_exactextract_cuts_cells_as_shapely_does_to_single_precision(seed):
    shapes, (block, codes) = polygons(60, seed), grid(seed)
    for found, expected in zip(ras.exactextract_sums(shapes, codes, block), brute(shapes, codes), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=3e-6)


def test_the_uncompiled_kernel_says_the_same():
    pytest.importorskip("numba")
    from landuse.evidence import coverage as cov

    far, none = box(60, 60, 61, 61), shapely.Polygon()
    boxes = [box(-2, 1, 3, 4), box(1.5, 2.5, 4, 7), box(38, 28, 44, 33), far, none]
    shapes, (block, codes) = np.array([*polygons(8, 5), *boxes], dtype=object), grid(5)
    compiled = cov.covered_cells(ras.in_cells(shapes, block), codes)
    kept = cov._sum_polygons, cov._lay_edge, cov.lay_row
    cov._sum_polygons, cov._lay_edge, cov.lay_row = (kernel.py_func for kernel in kept)
    try:
        plain = cov.covered_cells(ras.in_cells(shapes, block), codes)
    finally:
        cov._sum_polygons, cov._lay_edge, cov.lay_row = kept
    np.testing.assert_allclose(plain, compiled, rtol=0, atol=1e-12)


COORDINATES = st.floats(-5, 45, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=8))
def test_the_kernel_covers_the_area_of_any_polygon_inside_the_grid(points):
    pytest.importorskip("numba")
    shape = shapely.Polygon([(X + CELL * x, Y - CELL * y) for x, y in points]).buffer(0)
    polygon = shapely.MultiPolygon([p for p in shapely.get_parts(shape) if p.area > 0])
    block = window(np.ones((30, 40), dtype=np.uint8))
    expected = shapely.intersection(polygon, ras.outline(block)).area / CELL**2
    known, built = ras.kernel_sums(np.array([polygon], dtype=object), ras.told(block, (1,)), block)
    assert known[0] == pytest.approx(expected, abs=1e-6)
    assert built[0] == pytest.approx(known[0], abs=1e-12)


@pytest.mark.real_data
def test_the_land_cover_of_sao_miguel_comes_out_as_published(real_data, way):
    import pyogrio
    import rasterio

    folder = real_data / "raster_sao_miguel"
    land = pyogrio.read_dataframe(folder / "concelhos.gpkg")
    with rasterio.open(folder / "clc2018_v2020_20u1.tif") as raster:
        values, transform = raster.read(1), tuple(raster.transform)[:6]
    blocks = [
        RasterWindow(values[top : top + 500], (*transform[:5], transform[5] + top * transform[4]), "EPSG:4326", None)
        for top in range(0, values.shape[0], 500)
    ]
    if way["fast"]:
        way["monkeypatch"].setattr(ras, "COMPILE_FROM", 0)
    table = pd.DataFrame({"parcel_id": land["name"].astype("str")})
    geometry = np.array(land.geometry, dtype=object)
    with (folder / "expected_clc.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    for classes in ((2, 3, 5), (18,), (21, 24)):
        found = ras.built_share(Parcels(table, geometry, "EPSG:4326"), blocks, built_classes=classes)
        for row, seen in zip(published, found, strict=True):
            names, parts = _listed(row["unique"]), _listed(row["frac"])
            expected = sum(part for name, part in zip(names, parts, strict=True) if name in classes)
            assert seen == pytest.approx(expected, abs=5e-8)


def _listed(text):
    return [float(part) for part in text.strip("[]").split()]


@pytest.mark.real_data
def test_kernel_and_exactextract_agree_on_a_landsat_scene_of_zhangye(real_data):
    pytest.importorskip("numba")
    import rasterio

    with rasterio.open(real_data / "raster_zhangye" / "ndvi.tif") as raster:
        values, transform, crs = raster.read(1), tuple(raster.transform)[:6], raster.crs.to_wkt()
    bare = (values < 0.2).astype(np.uint8)
    block = RasterWindow(bare, transform, crs, None)
    random = np.random.default_rng(7)
    left, top = (
        random.uniform(transform[2], transform[2] + 29_000, 400),
        random.uniform(transform[5] - 29_000, transform[5], 400),
    )
    shapes = shapely.box(left, top - random.uniform(40, 400, 400), left + random.uniform(40, 400, 400), top)
    codes = ras.told(block, (1,))
    one, other = ras.kernel_sums(shapes, codes, block), ras.exactextract_sums(shapes, codes, block)
    np.testing.assert_allclose(one[1] / one[0], other[1] / other[0], rtol=0, atol=1e-7)
