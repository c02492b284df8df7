"""Measure how densely a parcel is built: floor area ratio and site coverage (DOMAIN 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.evidence.crs import transformed
from landuse.tables import (
    PROVENANCE,
    Geometries,
    Layer,
    Parcels,
    check,
    issue_rows,
    join_issues,
    one_issue,
)
from landuse.tables.cells import numbers
from landuse.units import COUNTS

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

FULL: Final = 1.0 + 1e-6
"""Site coverage above this is a fault: footprints overlap, or the land of the parcel is too small."""


@dataclass(frozen=True)
class Density:
    """What stands on each parcel."""

    table: pd.DataFrame
    """Index of the parcels; far, site_coverage, floor_area_m2 (a high storey counted twice), footprint_m2, estimated
    (true where the height of a storey is an estimate and decided that it counts twice)."""
    issues: pd.DataFrame


@dataclass(frozen=True)
class Pieces:
    """The parts of buildings that stand on parcels, one row a pair."""

    parcel: Rows
    building: Rows
    footprint_m2: Numbers
    share: Numbers
    """Part of the footprint of the building."""


@dataclass(frozen=True)
class Storeys:
    """What is known of the floors of each building."""

    floors: Numbers
    stated_m2: Numbers
    factor: Numbers
    """2 where a storey is higher than the limit, else 1."""
    estimated: Flags
    """The factor 2 rests on height / floors of a building of several floors."""
    height_unknown: Flags
    """One floor, and no height: whether it counts twice is not known; it counts once."""


def density(parcels: Parcels, buildings: Layer, *, double_storey_m: float) -> Density:
    """Return floor area ratio and site coverage of every parcel.

    The floor area of a building is the stated one, else footprint x floors; a storey higher than `double_storey_m`
    (the height itself is not higher) counts twice, in stated floor area too. The storey of a building of one floor is
    its height; with more floors it is height / floors, an estimate. A building across parcels is split by footprint.

    Parameters
    ----------
    parcels
        ``area_cm2`` of the table (land of record) is what floor area and footprint are divided by; footprints are
        scaled from the plane to the ellipsoid by ``ellipsoid_area_m2`` of the parcel, where the table has it.
    buildings
        Columns floors, height_m, floor_area_m2 as far as they were read. In another CRS they are transformed.
    double_storey_m
        Metres (``evidence.double_storey_m``).

    Returns
    -------
    Density
        A layer is taken as complete: a parcel without a building has 0. Where the floor area of one of its buildings
        is not known, far and floor_area_m2 are NaN; without land of record, both ratios are. An empty layer says
        nothing: NaN.
    """
    land_m2 = check(parcels.table, "parcels", ["area_cm2"])["area_cm2"].to_numpy(dtype=np.float64) / COUNTS["area_m2"]
    geometry = transformed(buildings.geometry, buildings.crs, parcels.crs)
    invalid = ~(shapely.is_valid(geometry) | shapely.is_missing(geometry))
    geometry = np.where(invalid, shapely.make_valid(geometry), geometry) if invalid.any() else geometry
    pieces = split(parcels, geometry)
    stock = storeys(buildings.table, double_storey_m)
    table = _per_parcel(pieces, stock, land_m2 if len(geometry) else np.full(len(parcels), np.nan))
    table.index = parcels.table.index
    issues = join_issues([*_of_buildings(buildings.table, pieces, stock, invalid), _of_parcels(parcels.table, table)])
    return Density(table, issues)


def split(parcels: Parcels, geometry: Geometries) -> Pieces:
    """Return the parts of the buildings that stand on parcels; a touch along a border is none.

    A building inside a parcel is taken whole; only those across a border are cut.
    """
    tree = shapely.STRtree(geometry)
    parcel, building = tree.query(parcels.geometry, predicate="intersects")
    shapely.prepare(parcels.geometry)
    area = shapely.area(geometry)
    inside = shapely.covers(parcels.geometry[parcel], geometry[building])
    piece = area[building]
    cut = np.flatnonzero(~inside)
    piece[cut] = shapely.area(shapely.intersection(parcels.geometry[parcel[cut]], geometry[building[cut]]))
    stands = np.flatnonzero(piece > 0)
    parcel, building, piece = parcel[stands], building[stands], piece[stands]
    return Pieces(parcel, building, piece * _scale(parcels)[parcel], piece / area[building])


def storeys(buildings: pd.DataFrame, double_storey_m: float) -> Storeys:
    """Return how often the floor area of each building counts: twice where its storey is higher than the limit."""
    floors, height, stated = (numbers(buildings, name) for name in ("floors", "height_m", "floor_area_m2"))
    floors = np.where(floors >= 1, floors, np.nan)
    high = height / floors > double_storey_m
    return Storeys(
        floors=floors,
        stated_m2=np.where(stated >= 0, stated, np.nan),
        factor=np.where(high, 2.0, 1.0),
        estimated=high & (floors > 1),
        height_unknown=(floors == 1) & np.isnan(height),
    )


def _per_parcel(pieces: Pieces, stock: Storeys, land_m2: Numbers) -> pd.DataFrame:
    """Add the pieces up, parcel by parcel."""
    size = len(land_m2)
    stated = stock.stated_m2[pieces.building] * pieces.share
    by_floors = pieces.footprint_m2 * stock.floors[pieces.building]
    floor_area = np.where(np.isnan(stated), by_floors, stated) * stock.factor[pieces.building]
    unknown = np.bincount(pieces.parcel, np.isnan(floor_area), size) > 0
    floor_area_m2 = np.where(unknown, np.nan, np.bincount(pieces.parcel, np.nan_to_num(floor_area), size))
    footprint_m2 = np.bincount(pieces.parcel, pieces.footprint_m2, size)
    land = np.where(land_m2 > 0, land_m2, np.nan)
    silent = np.isnan(land_m2)
    return pd.DataFrame(
        {
            "far": floor_area_m2 / land,
            "site_coverage": footprint_m2 / land,
            "floor_area_m2": np.where(silent, np.nan, floor_area_m2),
            "footprint_m2": np.where(silent, np.nan, footprint_m2),
            "estimated": np.bincount(pieces.parcel, stock.estimated[pieces.building], size) > 0,
        }
    )


def _scale(parcels: Parcels) -> Numbers:
    """Return square metres of land for one square unit of the plane at each parcel; 1 where it is not known."""
    if "ellipsoid_area_m2" not in parcels.table.columns:
        return np.ones(len(parcels))
    plane = shapely.area(parcels.geometry)
    known = numbers(parcels.table, "ellipsoid_area_m2")
    usable = (plane > 0) & (known > 0)
    return np.where(usable, known / np.where(usable, plane, 1.0), 1.0)


def _of_buildings(table: pd.DataFrame, pieces: Pieces, stock: Storeys, invalid: Flags) -> Iterable[pd.DataFrame]:
    """Yield the doubts about buildings: no floor area, a storey estimated or unknown, no parcel, mended."""
    placed = np.bincount(pieces.building, minlength=len(table)) > 0
    rows = table[[name for name in PROVENANCE if name in table.columns]]
    no_area = np.flatnonzero(placed & np.isnan(stock.stated_m2) & np.isnan(stock.floors))
    yield issue_rows("BUILDING_NO_FLOORS", rows.iloc[no_area], table="buildings", column="floors")
    guessed = np.flatnonzero(placed & stock.estimated)
    mean = [f"{value:.2f}" for value in (numbers(table, "height_m") / stock.floors)[guessed]]
    yield issue_rows("STOREY_ESTIMATED", rows.iloc[guessed], table="buildings", column="height_m", value=mean)
    for code, flags in (
        ("STOREY_HEIGHT_UNKNOWN", placed & stock.height_unknown),
        ("BUILDING_OUTSIDE", ~placed),
        ("BUILDING_MENDED", invalid),
    ):
        if flags.any():
            yield one_issue(code, table="buildings", facts={"n": int(flags.sum())})


def _of_parcels(parcels: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return a warning for each parcel whose footprints exceed its land."""
    rows = np.flatnonzero(table["site_coverage"].to_numpy() > FULL)
    value = [f"{share:.4f}" for share in table["site_coverage"].to_numpy()[rows]]
    keys = parcels.iloc[rows]
    return issue_rows("COVERAGE_OVER_ONE", keys, table="parcels", key="parcel_id", column="site_coverage", value=value)
