"""Rasters: windows that cover the parcels, no cell twice, none outside."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin
from read_builders import EAST, NORTH, read

from landuse.errors import InputError
from landuse.read import raster as room
from landuse.read.raster import raster_windows
from landuse.tables import RasterInput

CELL = 10.0


def write(path, values, transform, crs="EPSG:4528", nodata=None):
    """Write a GeoTIFF."""
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype=values.dtype,
        crs=crs, transform=transform, nodata=nodata,
    ) as target:  # fmt: skip
        target.write(values, 1)
    return RasterInput("r", str(path), "class")


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    values = np.arange(30 * 40, dtype=np.int32).reshape(30, 40)
    transform = from_origin(EAST, NORTH + 300, CELL, CELL)
    return write(tmp_path_factory.mktemp("r") / "g.tif", values, transform, nodata=-1), values


def inside(rows, columns):
    """Return the bounds of a block of cells, corners exactly on cell borders."""
    return (
        EAST + columns[0] * CELL,
        NORTH + 300 - rows[1] * CELL,
        EAST + columns[1] * CELL,
        NORTH + 300 - rows[0] * CELL,
    )


def test_bounds_on_cell_borders_give_exactly_those_cells(grid):
    raster, values = grid
    (window,) = raster_windows(raster, inside((3, 7), (5, 6)), "EPSG:4528")
    assert (window.values == values[3:7, 5:6]).all()
    assert window.transform == (10.0, 0.0, EAST + 50, 0.0, -10.0, NORTH + 270)
    assert (window.crs, window.nodata) == ("EPSG:4528", -1)


def test_a_cell_that_is_only_touched_is_covered(grid):
    raster, values = grid
    west, south, east, north = inside((3, 7), (5, 6))
    (window,) = raster_windows(raster, (west - 1, south - 1, east + 1, north + 1), "EPSG:4528")
    assert (window.values == values[2:8, 4:7]).all()


def test_bounds_beside_the_raster_or_unknown_give_nothing(grid):
    raster, _ = grid
    assert list(raster_windows(raster, (0, 0, 1, 1), "EPSG:4528")) == []
    assert list(raster_windows(raster, (float("nan"),) * 4, "EPSG:4528")) == []


@given(st.integers(0, 29), st.integers(1, 30), st.integers(0, 39), st.integers(1, 40), st.integers(1, 13))
@settings(deadline=None, max_examples=60)
def test_blocks_tile_the_covered_cells_without_gap_or_overlap(grid, top, height, left, width, block):
    raster, values = grid
    bottom, right = min(30, top + height), min(40, left + width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "BLOCK", block)
        windows = list(raster_windows(raster, inside((top, bottom), (left, right)), "EPSG:4528"))
    seen = np.concatenate([window.values.ravel() for window in windows])
    assert sorted(seen) == sorted(values[top:bottom, left:right].ravel())
    assert all(max(window.values.shape) <= block for window in windows)
    for window in windows:
        row = round((NORTH + 300 - window.transform[5]) / CELL)
        column = round((window.transform[2] - EAST) / CELL)
        assert window.values[0, 0] == values[row, column]


def test_bounds_in_another_crs_are_transformed(grid):
    raster, values = grid
    from rasterio.warp import transform_bounds

    degrees = transform_bounds("EPSG:4528", "EPSG:4326", *inside((10, 12), (10, 12)))
    (window,) = raster_windows(raster, degrees, "EPSG:4326")
    assert set(values[10:12, 10:12].ravel()) <= set(window.values.ravel())
    assert window.values.size <= 36


def test_a_raster_stored_from_the_south_is_turned_over(tmp_path):
    values = np.arange(12, dtype=np.int16).reshape(4, 3)
    south_up = rasterio.Affine(CELL, 0, EAST, 0, CELL, NORTH)
    raster = write(tmp_path / "s.tif", values, south_up)
    (window,) = raster_windows(raster, (EAST, NORTH, EAST + 30, NORTH + 40), "EPSG:4528")
    assert (window.values == values[::-1]).all()
    assert window.transform == (CELL, 0.0, EAST, 0.0, -CELL, NORTH + 40)


def test_a_raster_without_crs_a_vrt_and_a_missing_one_are_fatal(tmp_path):
    write(tmp_path / "n.tif", np.zeros((2, 2), np.uint8), from_origin(EAST, NORTH, 1, 1), crs=None)
    (tmp_path / "v.tif").write_text("<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>")
    rasters = {name: {"path": f"{name}.tif"} for name in ("n", "v", "x")}
    with pytest.raises(InputError) as error:
        read(tmp_path, rasters=rasters)
    assert [fault.where for fault in error.value.faults] == ["n.tif", "v.tif", "x.tif"]


def test_rasters_are_handed_on_with_a_path_that_opens(tmp_path):
    write(tmp_path / "a.tif", np.zeros((2, 2), np.uint8), from_origin(EAST, NORTH, 1, 1))
    entry = {"path": "a.tif", "built_classes": (4, 5), "date": "2025-08-20"}
    raw = read(tmp_path, rasters={"cover": entry})
    (raster,) = raw.rasters
    assert (raster.name, raster.kind, raster.built_classes) == ("cover", "class", (4, 5))
    assert raster.path == str((tmp_path / "a.tif").resolve())
    assert raw.inputs[-1].name == "a.tif"


@pytest.mark.real_data
def test_windows_of_a_real_land_cover_hold_the_whole_of_it(real_data):
    path = real_data / "raster_sao_miguel" / "clc2018_v2020_20u1.tif"
    with rasterio.open(path) as source:
        whole, bounds, crs = source.read(1), tuple(source.bounds), source.crs.to_string()
    blocks = list(raster_windows(RasterInput("clc", str(path), "class"), bounds, crs))
    assert sum(block.values.size for block in blocks) == whole.size
    assert sum(int(block.values.astype(np.int64).sum()) for block in blocks) == int(whole.astype(np.int64).sum())
